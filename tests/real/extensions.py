#!/usr/bin/python3
"""Extensions of SMTP end to end: a real server behind the gate, and a real
client that sends in chunks.

What would break for whom: a sender who asked for a receipt gets none, or one
for another mail; an address in Greek is refused or mangled; a mail in chunks,
which Exim, Exchange and the large providers send as soon as CHUNKING is
offered, loses octets or gets a dot too many.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (Gate, Raw, absent, arrived, conf, match, message, once,
    same, send, true, write)
from mails import HARD, below, mail, same_bytes
from mta import Aiosmtpd, Exim, OpenSMTPD, Postfix, add_test

PACKAGES = ["ucspi-tcp", "postfix", "exim4-daemon-light", "opensmtpd",
    "python3-aiosmtpd"]


def ready(make):
	s = once(make, make)
	g = once((make, "gate"), lambda: Gate(conf(s.ports["plain"])))
	s.alive()
	s.clear()
	return s, g


def session(number, name="client.example.net"):
	r = Raw(number)
	r.reply()
	return r, r.cmd("EHLO " + name, 250)


def chunks(r, data, sizes):
	"""Send data in chunks of these sizes, over and over; the last reply."""
	at, n = 0, 0
	while True:
		size = sizes[n % len(sizes)]
		part, last = data[at:at + size], at + size >= len(data)
		r.send(b"BDAT %d%s\r\n%s" % (len(part), b" LAST" if last else b"",
		    part))
		at, n = at + size, n + 1
		answer = r.reply()
		if last:
			return answer
		match("the reply to a chunk", rb"^250 2\.0\.0 ", answer)


# --------------------------------------------------------------------- chunking

BIG = mail("big", b"".join(b"%06d .%s\r\n" % (n, b"z" * 67)
    for n in range(4000)))


def bdat(make):
	"""{}: a mail in chunks of any size arrives as the same mail as by DATA"""
	s, g = ready(make)
	r, offer = session(g.number)
	match("the offer", rb"250-CHUNKING\r\n", offer)
	absent("in the offer", rb"BINARYMIME", offer)
	for data, sizes in ((HARD, [len(HARD)]), (HARD, [1]), (HARD, [7, 64]),
	    (BIG, [65536]), (BIG, [1000, 1, 99999])):
		s.clear()
		r.cmd("MAIL FROM:<a@example.net>", 250)
		r.cmd("RCPT TO:<user@example.org>", 250)
		match("the final reply", rb"^250 ", chunks(r, data, sizes))
		same_bytes("what arrived", below(arrived(s.maildir())[0]), data)
	r.cmd("QUIT", 221)


def test_exim_sends_chunks():
	"""Exim sends through the gate in chunks, pipelined, whatever the server
	behind has: mails arrive once, byte for byte"""
	exim, s = once(Exim, Exim), once(Aiosmtpd, Aiosmtpd)
	s.clear()
	g = Gate(conf(s.ports["plain"]), gateargs=["-d"])
	write(exim.base + "/relay", "%d" % g.number)
	for n, data in enumerate((mail("small", b".\r\n..\r\nx\r\n"), HARD,
	    BIG), 1):
		same("Exim's reply", send(exim.ports["plain"], data,
		    rcpts=["user@relay.example.net"])[0], 250)
		arrived(s.maildir(), n)
	got = sorted(below(m) for m in arrived(s.maildir(), 3))
	for have, want in zip(got, sorted([mail("small", b".\r\n..\r\nx\r\n"),
	    HARD, BIG])):
		same_bytes("what arrived", have, want)
	g.stop()
	match("the dialogue", r"client > BDAT \d+ LAST", g.log())
	absent("the dialogue", r"client > DATA|backend < BDAT", g.log())


# -------------------------------------------------------------------------- DSN

def dsn(make):
	"""{}: NOTIFY, ENVID, ORCPT and RET arrive: the receipt is asked for by
	them, and has what they say"""
	s, g = ready(make)
	r, offer = session(g.number)
	match("the offer", rb"250[- ]DSN\r\n", offer)
	said = []
	for number in (s.ports["plain"], g.number):
		s.clear()
		r, _ = session(number)
		r.cmd("MAIL FROM:<second@example.org> RET=HDRS ENVID=QQ+2B314",
		    250)
		r.cmd("RCPT TO:<user@example.org> NOTIFY=SUCCESS,FAILURE "
		    "ORCPT=rfc822;asked+2Bfor@example.org", 250)
		r.cmd("RCPT TO:<third@example.org> NOTIFY=NEVER", 250)
		r.cmd("DATA", 354)
		r.send(common.stuff(mail("receipt", b"the body\r\n")))
		match("the final reply", rb"^250 ", r.reply())
		r.cmd("QUIT", 221)
		receipt = arrived(s.maildir("second"))[0]
		arrived(s.maildir("user"))
		arrived(s.maildir("third"))
		match("the receipt", rb"(?i)user@example\.org", receipt)
		absent("in the receipt", rb"third@example\.org", receipt)
		absent("in the receipt", rb"the body", receipt)
		said.append([re.findall(rb"(?mi)^%s:.*$" % name, receipt)
		    for name in (rb"Original-Envelope-Id",
		    rb"Original-Recipient", rb"Final-Recipient", rb"Action")])
	true("the receipt has the recipient as it was asked for", b"asked" in
	    b"".join(b"".join(x) for x in said[0]) or make is Exim, said)
	same("the receipt through the gate, and without it", said[1], said[0])


def test_dsn_never():
	"""Postfix: NOTIFY=NEVER through the gate: no receipt, not even of what
	cannot be delivered later"""
	s, g = ready(Postfix)
	r, _ = session(g.number)
	r.cmd("MAIL FROM:<second@example.org>", 250)
	r.cmd("RCPT TO:<user@example.org> NOTIFY=NEVER", 250)
	r.cmd("DATA", 354)
	r.send(common.stuff(mail("never", b"x\r\n")))
	match("the final reply", rb"^250 ", r.reply())
	arrived(s.maildir("user"))
	# What comes later than this one does not come.
	same("the last", send(s.ports["plain"], message("last"),
	    rcpts=["third@example.org"])[0], 250)
	arrived(s.maildir("third"))
	same("receipts", common.maildir(s.maildir("second")), [])


# --------------------------------------------------------------------- SMTPUTF8

def utf8(make):
	"""{}: a sender and a header in UTF-8 arrive as they are; without
	SMTPUTF8 the address is refused, and no server sees it"""
	s, g = ready(make)
	r, offer = session(g.number)
	match("the offer", rb"250[- ]SMTPUTF8\r\n", offer)
	match("the offer", rb"250[- ]8BITMIME\r\n", offer)
	sender = "\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae@example.net".encode()
	match("without SMTPUTF8", rb"^553 5\.6\.7 ",
	    r.cmd(b"MAIL FROM:<" + sender + b">"))
	data = mail("\u0393\u03b5\u03b9\u03b1", "\u03b3\u03b5\u03b9\u03b1 "
	    "\u2713\r\n".encode())
	r.cmd(b"MAIL FROM:<" + sender + b"> SMTPUTF8 BODY=8BITMIME", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	match("the final reply", rb"^250 ", chunks(r, data, [100]))
	r.cmd("QUIT", 221)
	stored = arrived(s.maildir())[0]
	match("the sender", rb"(?mi)^(Return-path|X-MailFrom):.*" + re.escape(
	    sender), stored)
	same_bytes("what arrived", below(stored), data)


def eightbit(make):
	"""{}: BODY=8BITMIME crosses, and 8-bit text without it does, too"""
	s, g = ready(make)
	for param in ("", " BODY=8BITMIME", " BODY=7BIT"):
		s.clear()
		data = mail("bits", b"\xe4\xf6\xfc \xff\r\n")
		r, _ = session(g.number)
		r.cmd("MAIL FROM:<a@example.net>" + param, 250)
		r.cmd("RCPT TO:<user@example.org>", 250)
		r.cmd("DATA", 354)
		r.send(common.stuff(data))
		match("the final reply", rb"^250 ", r.reply())
		r.cmd("QUIT", 221)
		same_bytes("what arrived", below(arrived(s.maildir())[0]), data)


for makes, check in (((Postfix, Exim, OpenSMTPD, Aiosmtpd), bdat),
    ((Postfix, Exim), dsn), ((Postfix, Exim), utf8),
    ((Postfix, Exim), eightbit)):
	for make in makes:
		add_test(globals(), check, make)


common.main(__name__)
