#!/usr/bin/python3
"""Servers that hang up on whoever is silent, behind the gate.

What would break for whom: the senders of large mails over slow lines.  Their
mail is held by the gate, while the server behind it has sender and recipients
and hears nothing.  Postfix waits 5 minutes, 10 seconds under stress; here both
servers wait for 3 seconds.  The mail has to arrive, once; with KeepAlive in the
first connection, without it in a second one that is told everything anew.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (Gate, Raw, arrived, conf, match, message, once, same,
    stuff, until)
from mta import Exim, Postfix

PACKAGES = ["ucspi-tcp", "postfix", "exim4-daemon-light"]


def postfix():
	return Postfix(settings="smtpd_timeout = 3s\n")


def exim():
	return Exim("smtp_receive_timeout = 3s\n")


def silent(s):
	"""A client of the server itself, with sender and recipient and nothing
	more to say, until it is hung up on."""
	r = Raw(s.ports["plain"], seconds=60)
	r.reply()
	r.cmd("EHLO silent.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	match("the end", rb"421 [^\n]*\n\Z", r.end())


def connections(make, keepalive, times):
	"""How many a mail takes whose client stops in the middle for so many times
	what the server gives to a silent one."""
	s = once(make, make)
	s.alive()
	s.clear()
	mark = len(s.log())
	g = Gate(conf(s.ports["plain"], Backend_KeepAlive=keepalive),
	    gateargs=("-d",))
	r = Raw(g.number, seconds=60)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	text = stuff(message())
	r.send(text[:40])
	for _ in range(times):
		silent(s)
	if keepalive == "0":
		# The gate's turn to be hung up on came first, but by a process
		# of its own.
		until("the server gives up both", lambda: len(re.findall(
		    "(?i)timeout", s.log()[mark:])) > times, detail=s.log)
	r.send(text[40:])
	match("the answer", rb"^250 ", r.reply())
	r.cmd("QUIT", 221)
	arrived(s.maildir())
	g.session()
	return len(re.findall(r"backend > 220 ", g.log()))


def test_postfix_awake():
	"""Postfix: NOOPs keep it from hanging up"""
	same("connections", connections(postfix, "1s", 2), 1)


def test_postfix_asleep():
	"""Postfix: it hangs up, and gets the mail over a second connection, once"""
	same("connections", connections(postfix, "0", 1), 2)


def test_exim_awake():
	"""Exim: NOOPs keep it from hanging up"""
	same("connections", connections(exim, "1s", 2), 1)


def test_exim_asleep():
	"""Exim: it hangs up, and gets the mail over a second connection, once"""
	same("connections", connections(exim, "0", 1), 2)


common.main(__name__)
