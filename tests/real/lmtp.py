#!/usr/bin/python3
"""Mail through tcpserver and the gate into a real mail store: Dovecot's LMTP.

What would break for whom: the admin who puts the gate straight in front of
Dovecot.  A mail has to be in the mail box before the client hears 250, once,
as it was sent; a mail box that is full, or that does not exist, has to be the
client's own trouble and nobody else's; and Dovecot, which writes down where a
mail came from, has to know the client.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, Gate, Raw, arrived, conf, match, once, same, stuff,
    true, until)
from mta import Dovecot, Postfix

PACKAGES = ["ucspi-tcp", "postfix", ["dovecot-core", "dovecot-lmtpd"]]

def store():
	s = once("dovecot", Dovecot)
	s.alive()
	s.clear()
	return s


def gate(where, identity="none", filters=(), **keys):
	return Gate(conf("lmtp:" + where, filters, Backend_Identity=identity,
	    **keys))


def tcp():
	return "127.0.0.1:%d" % store().ports["lmtp"]


def text(subject):
	return ("From: <a@client.example.net>\r\nSubject: %s\r\n\r\nbody\r\n"
	    ".dot\r\n" % subject).encode()


def begin(g, *rcpts):
	"""A session up to its recipients: (client, the answers to these)."""
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@client.example.net>", 250)
	return r, [r.cmd("RCPT TO:<%s@example.org>" % u) for u in rcpts]


def deliver(r, subject):
	r.cmd("DATA", 354)
	r.send(stuff(text(subject)))
	return r.reply()


def test_tcp():
	"""a mail is in the mail box, once, as it was sent, and Dovecot's answer is
	the client's; a second mail of the session, too"""
	s = store()
	g = gate(tcp())
	r, _ = begin(g, "user")
	match("the answer", rb"^250 2\.0\.0 <user@example\.org> \S+ Saved",
	    deliver(r, "one"))
	r.cmd("MAIL FROM:<a@client.example.net>", 250)
	r.cmd("RCPT TO:<second@example.org>", 250)
	match("the second", rb"^250 2\.0\.0 <second", deliver(r, "two"))
	r.cmd("QUIT", 221)
	got = arrived(s.maildir())[0]
	true("the text", got.endswith(b"\n\nbody\n.dot\n"), got)
	same("mails", (len(arrived(s.maildir())),
	    len(arrived(s.maildir("second")))), (1, 1))


def test_unix():
	"""the same over a unix socket, from a client that says HELO"""
	s = store()
	g = gate("unix:" + s.socket)
	r = Raw(g.number)
	r.reply()
	same("lines to HELO", r.cmd("HELO client.example.net", 250).count(b"\n"),
	    1)
	r.cmd("MAIL FROM:<a@client.example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	match("the answer", rb"^250 ", deliver(r, "helo"))
	r.cmd("QUIT", 221)
	same("mails", len(arrived(s.maildir())), 1)


def test_xclient():
	"""Dovecot learns by XCLIENT who the client is, and writes it into Received"""
	s = store()
	g = gate(tcp(), "auto")
	r = Raw(g.number, source=CLIENT4)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@client.example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	match("the answer", rb"^250 ", deliver(r, "xclient"))
	r.cmd("QUIT", 221)
	match("Received", rb"Received: from client\.example\.net "
	    rb"\(\[%s\]\)" % re.escape(CLIENT4).encode(),
	    arrived(s.maildir())[0])


def test_unknown():
	"""a recipient that Dovecot does not know is refused at RCPT"""
	r, answers = begin(gate(tcp()), "nobody", "user")
	match("the unknown", rb"^550 5\.1\.1 ", answers[0])
	match("the known", rb"^250 ", answers[1])
	r.cmd("QUIT", 221)


def test_full():
	"""a full mail box is the answer of its own mail, and of no other"""
	s = store()
	g = gate(tcp())
	r, _ = begin(g, "full")
	match("the full one", rb"^552 5\.2\.2 ", deliver(r, "full"))
	r.cmd("MAIL FROM:<a@client.example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	match("the other", rb"^250 ", deliver(r, "other"))
	r.cmd("QUIT", 221)
	same("mails", len(arrived(s.maildir())), 1)


def test_one_recipient():
	"""the second recipient of a mail is told to wait for one of its own"""
	s = store()
	r, answers = begin(gate(tcp()), "user", "second")
	match("the second", rb"^452 4\.5\.3 ", answers[1])
	match("the answer", rb"^250 ", deliver(r, "for one"))
	r.cmd("QUIT", 221)
	same("mails", len(arrived(s.maildir())), 1)
	true("none for the second", not os.path.isdir(s.maildir("second") +
	    "/new") or not os.listdir(s.maildir("second") + "/new"))


def test_several():
	"""with LmtpRecipients: all have it and the client hears 250; one mail box
	is full, and the client hears 451"""
	s = store()
	g = gate(tcp(), Backend_LmtpRecipients=3)
	r, _ = begin(g, "user", "second", "third")
	match("all", rb"^250 2\.0\.0 <user@", deliver(r, "all"))
	r.cmd("MAIL FROM:<a@client.example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("RCPT TO:<full@example.org>", 250)
	match("some", rb"^451 4\.3\.0 ", deliver(r, "some"))
	r.cmd("QUIT", 221)
	for u in ("user", "second", "third"):
		until(u, lambda u=u: os.listdir(s.maildir(u) + "/new"))
	g.line(r"recipient id=\S+ to=<full@example.org> code=552")
	same("of the last mail", g.line(r"(?s)mail id=.*(mail id=[^\n]*)").group(1)
	    .count("result=tempfailed"), 1)


def test_postfix():
	"""Postfix sends a mail for three, and each of them gets it, once"""
	s = store()
	g = gate(tcp())
	p = Postfix(g.number, "virtual_mailbox_domains =\n"
	    "minimal_backoff_time = 1s\nmaximal_backoff_time = 1s\n"
	    "queue_run_delay = 1s\nsmtpd_relay_restrictions =\n"
	    "  permit_mynetworks, reject\n")
	r = Raw(p.ports["plain"])
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@client.example.net>", 250)
	for u in ("user", "second", "third"):
		r.cmd("RCPT TO:<%s@example.org>" % u, 250)
	match("the answer", rb"^250 ", deliver(r, "for three"))
	r.cmd("QUIT", 221)
	until("Postfix has delivered all", lambda: len(re.findall(
	    r"to=<(\w+)@example\.org>.*status=sent", p.log())) == 3, 60, p.log)
	for u in ("user", "second", "third"):
		same("mails for " + u, len(arrived(s.maildir(u))), 1)


common.main(__name__)
