#!/usr/bin/python3
"""Mail through tcpserver and the gate to real servers, from real clients.

What would break for whom: the admin whose server is not the one that the gate
was written against.  Postfix pipelines and has XCLIENT; Exim drops whoever
talks too early and offers extensions that a gate must not pass; OpenSMTPD
closes when somebody pipelines; aiosmtpd has short line limits.  With all of
them a mail has to arrive once, with the bytes that the client sent, and the
client has to hear what the server said.  programs.py has programs as servers.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, CLIENT6, FORGED4, GATE, NOPTR4, SERVER4, Gate, Raw,
    Smtp, absent, arrived, conf, match, must, need, once, port, run, same, send,
    smtponly, stuff, true, until, write)
from mails import HARD, below, mail, same_bytes, wire
from mta import Aiosmtpd, Exim, OpenSMTPD, Postfix, add_test
from recmilter import recorder

PACKAGES = ["ucspi-tcp", "postfix", "exim4-daemon-light", "opensmtpd",
    "python3-aiosmtpd", "swaks"]


def server(make):
	return once(make, make)


def gate(make):
	"""One gate in front of each server, with a filter that only looks."""
	s = server(make)
	return once((make, "gate"), lambda: Gate(conf(s.ports["plain"],
	    [recorder().number])))


def ready(make):
	"""Server and gate, with empty Maildirs."""
	s, g = server(make), gate(make)
	s.alive()
	s.clear()
	return s, g


# ---------------------------------------------------------- what each server does

def hard(make):
	"""{}: a mail of dots, 8-bit, folds, blanks and long lines arrives once,
	byte for byte, and the filter saw the same"""
	s, g = ready(make)
	code, text = send(g.number, HARD)
	same("the final reply: %r" % text, code, 250)
	same_bytes("what arrived", below(arrived(s.maildir())[0]), HARD)
	wire(HARD, recorder().connections[-1])
	same("broken packets", recorder().errors, [])


def small(make):
	"""{}: mails without body, with one empty line, and of 300 KB"""
	s, g = ready(make)
	big = mail("big", b"".join(b"%06d %s\r\n" % (n, b"z" * 68)
	    for n in range(4000)))
	c = Smtp(g.number)
	c.ehlo()
	for data in (mail("nobody", b""), mail("oneline", b"\r\n"), big):
		s.clear()
		code, text = c.mail_raw("a@example.net", ["user@example.org"],
		    data)
		same("the final reply: %r" % text, code, 250)
		same_bytes("what arrived", below(arrived(s.maildir())[0]), data)
	c.quit()


REPLY = {Postfix: r"2\.0\.0 Ok: queued as (\w+)$", Exim: r"OK id=(\S+)$",
    OpenSMTPD: r"2\.0\.0 (\w+) Message accepted for delivery$",
    Aiosmtpd: r"2\.0\.0 stored as (\S+)$"}


def session(make):
	"""{}: several mails in a session, RSET and a refused recipient between;
	each final reply is the server's own"""
	s, g = ready(make)
	c = Smtp(g.number)
	c.ehlo()
	ids = []
	for n in range(3):
		code, text = c.mail_raw("a@example.net", ["user@example.org"],
		    mail("mail%d" % n, b"number %d\r\n" % n))
		ids.append(match("the server's reply", REPLY[make],
		    text.decode()).group(1))
		same("RSET", c.rset()[0], 250)
		same("MAIL", c.mail("b@example.net")[0], 250)
		c.rcpt("refused@example.org")
		same("RSET", c.rset()[0], 250)
	c.quit()
	got = arrived(s.maildir(), 3)
	same("the mails", sorted(below(m).split(b"\r\n\r\n")[1] for m in got),
	    [b"number 0\r\n", b"number 1\r\n", b"number 2\r\n"])
	same("different ids", len(set(ids)), 3)
	if make is not Aiosmtpd:
		for i in ids:
			until("%s in the server's log" % i,
			    lambda: i in s.log(), 10, s.log)


def pipelined(make):
	"""{}: a client that pipelines, whatever the server can do"""
	s, g = ready(make)
	r = Raw(g.number)
	match("greeting", rb"^220", r.reply())
	true("PIPELINING is offered", b"PIPELINING" in
	    r.cmd("EHLO client.example.net", 250))
	first, second = mail("p1", b".one\r\n"), mail("p2", b"two\r\n")
	start = (b"MAIL FROM:<a@example.net>\r\nRCPT TO:<user@example.org>\r\n"
	    b"RCPT TO:<second@example.org>\r\nDATA\r\n")
	r.send(start)
	same("replies", [r.reply()[:3] for _ in range(4)],
	    [b"250", b"250", b"250", b"354"])
	r.send(stuff(first) + start)
	same("replies", [r.reply()[:3] for _ in range(5)],
	    [b"250", b"250", b"250", b"250", b"354"])
	r.send(stuff(second) + b"QUIT\r\n")
	same("replies", [r.reply()[:3] for _ in range(2)], [b"250", b"221"])
	data = r.end()
	same("bytes after 221", data[r.at:], b"")
	smtponly(data)
	if make is Aiosmtpd:	# one Maildir for all
		got = [arrived(s.maildir(), 2)]
	else:
		got = [arrived(s.maildir(u), 2) for u in ("user", "second")]
	for box in got:
		same("the mails", sorted(below(m) for m in box),
		    sorted([first, second]))


def refusal(make):
	"""{}: the refusal of a recipient is the server's, word for word; the
	other recipient gets the mail"""
	s, g = ready(make)
	said = []
	for number in (s.ports["plain"], g.number):
		r = Raw(number)
		r.reply()
		r.cmd("EHLO client.example.net", 250)
		r.cmd("MAIL FROM:<a@example.net>", 250)
		said.append(r.cmd("RCPT TO:<refused@example.org>"))
	match("a refusal", rb"^5\d\d ", said[0])
	same("the refusal", said[1], said[0])
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	data = mail("other", b"for one\r\n")
	r.send(stuff(data))
	match("the final reply", rb"^250 ", r.reply())
	r.cmd("QUIT", 221)
	same_bytes("what arrived", below(arrived(s.maildir())[0]), data)


def lost(make):
	"""{}: a client lost inside DATA leaves no mail, not even a part"""
	s, g = ready(make)
	for leave in (Raw.reset, lambda r: r.s.close()):
		r = Raw(g.number)
		r.reply()
		r.cmd("EHLO client.example.net", 250)
		r.cmd("MAIL FROM:<a@example.net>", 250)
		r.cmd("RCPT TO:<user@example.org>", 250)
		r.cmd("DATA", 354)
		r.send(stuff(mail("part", b"half of a mail\r\n" * 5000))[:-3])
		leave(r)
		until("the end of that session", lambda: re.search(
		    r"session id=.*\bport=%d\b" % r.address[1], g.log()), 20, g.log)
	data = mail("whole", b"whole\r\n")
	same("the next mail", send(g.number, data)[0], 250)
	same_bytes("what arrived", below(arrived(s.maildir())[0]), data)


PASSED = {"PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "DSN",
    "ENHANCEDSTATUSCODES", "AUTH", "HELP", "VRFY", "EXPN", "DELIVERBY",
    "MT-PRIORITY", "LIMITS", "CHUNKING"}
OWN = {"PIPELINING", "SIZE", "CHUNKING", "LIMITS"}	# the gate's


def extensions(make):
	"""{}: only extensions that the gate understands are offered, SIZE is the
	smaller limit, and the verbs of the others are refused"""
	s, g = ready(make)
	direct, through = [], []
	for number, into in ((s.ports["plain"], direct), (g.number, through)):
		r = Raw(number)
		r.reply()
		into.extend(line[4:].decode().strip() for line in
		    r.cmd("EHLO client.example.net", 250).splitlines())
	same("first line", through[0], direct[0])
	offered = {line.split()[0] for line in through[1:]}
	same("offered, and not known to the gate", offered - PASSED, set())
	same("offered, and not by the server", offered - {line.split()[0]
	    for line in direct[1:]} - OWN, set())
	for keyword in ("8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"):
		same(keyword + " offered", keyword in offered,
		    keyword in [line.split()[0] for line in direct[1:]])
	size = [line for line in direct if line.startswith("SIZE")]
	same("SIZE", [line for line in through if line.startswith("SIZE")], size)
	r.cmd("BDAT 0 LAST", 503)
	for line in ("XCLIENT ADDR=198.51.100.1", "XFORWARD ADDR=198.51.100.1",
	    "STARTTLS", "ETRN example.org", "TURN"):
		match("the reply to " + line, rb"^5\d\d ", r.cmd(line))
	r.cmd("QUIT", 221)


def limits(make):
	"""{}: a mail above the server's limit is refused, with SIZE= and without,
	and nothing arrives"""
	s, g = ready(make)
	r = Raw(g.number)
	r.reply()
	limit = int(re.search(rb"SIZE (\d+)", r.cmd("EHLO c.example.net",
	    250)).group(1))
	r.cmd("MAIL FROM:<a@example.net> SIZE=%d" % (limit + 1), 552)
	r.cmd("RSET", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	line = b"y" * 98 + b"\r\n"
	# Exim counts a line end as one.
	r.send(stuff(mail("toobig", line * (limit // 98))))
	match("the final reply", rb"^552 ", r.reply())
	data = mail("small", b"fits\r\n")
	r.cmd("MAIL FROM:<a@example.net> SIZE=%d" % len(data), 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	r.send(stuff(data))
	match("the final reply", rb"^250 ", r.reply())
	r.cmd("QUIT", 221)
	same_bytes("what arrived", below(arrived(s.maildir())[0]), data)


def longlines(make):
	"""{}: lines longer than RFC 5321 allows come out as they do without the
	gate"""
	s, g = ready(make)
	data = mail("long", b"l" * 2500 + b"\r\n" + b"m" * 12000 + b"\r\n")
	result = []
	for number in (s.ports["plain"], g.number):
		s.clear()
		code, text = send(number, data)
		result.append((code, below(arrived(s.maildir())[0]) if
		    code == 250 else text.split()[:1]))
	same("reply and mail", result[1], result[0])


def nullsender(make):
	"""{}: the null sender, and a sender with odd but legal characters"""
	s, g = ready(make)
	for sender in ("", "a+b=c.d/e'f@example.net"):
		s.clear()
		data = mail("sender", b"x\r\n")
		same("the final reply", send(g.number, data,
		    sender=sender)[0], 250)
		stored = arrived(s.maildir())[0]
		if sender:
			match("the sender as stored", rb"(?mi)^return-path: ?<" +
			    re.escape(sender.encode()) + rb">$", stored)
		else:	# <>, for aiosmtpd <<>>, for OpenSMTPD no field
			absent("a sender", rb"(?mi)^return-path:.*\w", stored)
		same_bytes("what arrived", below(stored), data)


def swaks(make):
	"""{}: swaks, plain and with --pipeline"""
	need("swaks")
	s, g = ready(make)
	data = mail("swaks", b".dot\r\nGr\xfc\xdfe\r\n")
	path = write("swaks.eml", "")
	with open(path, "wb") as f:
		f.write(data[:-2])	# it adds the last line end
	for n, more in enumerate(([], ["--pipeline"]), 1):
		status, out, err = run("swaks", "--server", "127.0.0.1:%d" %
		    g.number, "--helo", "client.example.net", "--from",
		    "a@example.net", "--to", "user@example.org", "--data",
		    "@" + path, *more)
		same("swaks: %s" % (out + err).decode("latin-1"), status, 0)
		arrived(s.maildir(), n)
	for m in arrived(s.maildir(), 2):
		same_bytes("what arrived", below(m), data)


for make in (Postfix, Exim, OpenSMTPD, Aiosmtpd):
	for check in (hard, small, session, pipelined, refusal, lost, extensions,
	    limits, longlines, nullsender, swaks):
		if make is not Aiosmtpd or check is not refusal:
			add_test(globals(), check, make)	# it refuses nobody


# ---------------------------------------------------- who the client is: Postfix

def postfix_gate(kind, identity, **kw):
	"""A gate on SERVER4, so that the client's address can be chosen."""
	s = server(Postfix)
	s.clear()
	return s, Gate(conf(s.ports[kind], [recorder().number],
	    Backend_Identity=identity), host=SERVER4, **kw)


def shown(s, g, source, name):
	"""Send a mail from that address; Postfix has to log and to stamp the
	client, not the gate."""
	mark = len(s.log())
	data = mail("identity", b"who?\r\n")
	code, text = send(g.number, data, host=SERVER4, source=source)
	same("the final reply: %r" % text, code, 250)
	address = g.session()["client"]
	queueid = text.decode().split()[-1]
	line = until("Postfix logs the client", lambda: re.search(
	    r"%s: client=(\S+)" % queueid, s.log()[mark:]), 10, s.log
	    ).group(1)
	same("client= in Postfix' log", line, "%s[%s]" % (name, address))
	stored = arrived(s.maildir())[0]
	literal = "IPv6:" + address if ":" in address else address
	match("Received", r"Received: from %s \(%s \[%s\]\)\n\s+by "
	    r"postfix\.example\.org" % (re.escape("client.example.net"), re.escape(name),
	    re.escape(literal)), stored.decode())
	same_bytes("what arrived", below(stored), data)
	g.stop()


def test_xclient():
	"""XCLIENT: Postfix' log and Received show the client"""
	shown(*postfix_gate("xclient", "xclient"), CLIENT4, "client.example.net")


def test_xclient_auto():
	"""Identity = auto uses XCLIENT where it is offered"""
	shown(*postfix_gate("xclient", "auto"), CLIENT4, "client.example.net")


def test_xclient_unverified():
	"""XCLIENT: a name that the address does not confirm stays unknown"""
	shown(*postfix_gate("xclient", "xclient"), FORGED4, "unknown")


def test_xclient_noptr():
	"""XCLIENT: a client without PTR"""
	shown(*postfix_gate("xclient", "xclient"), NOPTR4, "unknown")


def test_xclient_ipv6():
	"""XCLIENT: an IPv6 client"""
	shown(*postfix_gate("xclient", "xclient", wrapper=["env",
	    "TCPREMOTEIP=" + CLIENT6, "TCPREMOTEPORT=4711"]), None,
	    "six.example.net")


def relay_refused(kind, identity):
	s, g = postfix_gate(kind, identity)
	r = Raw(g.number, SERVER4, CLIENT4)
	match("greeting", rb"^220", r.reply())
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	match("relaying is refused", rb"^554 5\.7\.1 .*Relay access denied",
	    r.cmd("RCPT TO:<victim@elsewhere.example>"))
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("QUIT", 221)
	g.stop()


def test_xclient_relay():
	"""XCLIENT: strangers cannot relay, although the gate's own address may"""
	relay_refused("xclient", "xclient")


def test_proxy1_relay():
	"""PROXY v1: strangers cannot relay"""
	relay_refused("haproxy", "proxy-v1")


def test_proxy2_relay():
	"""PROXY v2: strangers cannot relay"""
	relay_refused("haproxy", "proxy-v2")


def test_relay_told():
	"""-T: a Postfix that trusts the gate's address and does not hear of the
	client is named; one that trusts nobody is not"""
	s = server(Postfix)
	for trust, told in (("192.0.2.99", False), ("127.0.0.0/8", True)):
		must("postconf", "-c", s.base, "-e", "mynetworks = " + trust)
		must("postfix", "-c", s.base, "reload")
		said = run(GATE, "-T", "-c", conf(s.ports["plain"]))[1].decode()
		same("the warning, with mynetworks = " + trust,
		    "relays for all" in said, told)


def fail_closed(identity):
	s, g = postfix_gate("plain", identity)
	r = Raw(g.number, SERVER4, CLIENT4)
	data = r.end()
	match("421 4.3.5 alone", rb"^421 4\.3\.5 [^\r\n]*\r\n$", data)
	g.line("(?i)xclient")
	g.stop()


def test_auto_fails_closed():
	"""Identity = auto and a server without XCLIENT: 421 4.3.5, not an open
	relay"""
	fail_closed("auto")


def test_xclient_not_offered():
	"""Identity = xclient and a server without XCLIENT: 421 4.3.5"""
	fail_closed("xclient")


def test_proxy1():
	"""PROXY v1: Postfix' log and Received show the client"""
	shown(*postfix_gate("haproxy", "proxy-v1"), CLIENT4,
	    "client.example.net")


def test_proxy1_ipv6():
	"""PROXY v1: an IPv6 client of an IPv4 listener still gets through"""
	s, g = postfix_gate("haproxy", "proxy-v1", wrapper=["env",
	    "TCPREMOTEIP=" + CLIENT6, "TCPREMOTEPORT=4711"])
	shown(s, g, None, "six.example.net")


def test_proxy2():
	"""PROXY v2: Postfix' log and Received show the client"""
	shown(*postfix_gate("haproxy", "proxy-v2"), CLIENT4,
	    "client.example.net")


def test_proxy2_ipv6():
	"""PROXY v2: an IPv6 client of an IPv4 listener still gets through"""
	s, g = postfix_gate("haproxy", "proxy-v2", wrapper=["env",
	    "TCPREMOTEIP=" + CLIENT6, "TCPREMOTEPORT=4711"])
	shown(s, g, None, "six.example.net")


def test_proxy2_opensmtpd():
	"""PROXY v2: OpenSMTPD's Received shows the client"""
	s = server(OpenSMTPD)
	s.clear()
	g = Gate(conf(s.ports["proxy"], [], Backend_Identity="proxy-v2"),
	    host=SERVER4)
	data = mail("proxy", b"x\r\n")
	same("the final reply", send(g.number, data, host=SERVER4,
	    source=CLIENT4)[0], 250)
	stored = arrived(s.maildir())[0]
	match("Received", rb"Received: from client\.example\.net "
	    rb"\(\S+ \[192\.0\.2\.7\]\)", stored)
	same_bytes("what arrived", below(stored), data)
	g.stop()


def test_xclient_refused():
	"""XCLIENT: a client that Postfix' own policy refuses hears Postfix'
	greeting"""
	s = once("strict", lambda: Postfix(settings="smtpd_delay_reject = no\n"
	    "smtpd_client_restrictions = check_client_access "
	    "inline:{{%s = 554 5.7.1 not you}}\n" % NOPTR4))
	g = Gate(conf(s.ports["xclient"], [recorder().number],
	    Backend_Identity="xclient"), host=SERVER4)
	r = Raw(g.number, SERVER4, NOPTR4)
	match("the greeting", rb"^554 5\.7\.1 .*not you\r\n$", r.reply())
	r.send(b"QUIT\r\n")
	smtponly(r.end())
	same("another client", send(g.number, mail("ok", b"x\r\n"),
	    host=SERVER4, source=CLIENT4)[0], 250)
	g.stop()


# ------------------------------------------------------- where the server is

def reach(backend, **keys):
	s = server(Postfix)
	s.clear()
	g = Gate(conf(backend, [recorder().number], **keys))
	data = mail("reach", b"x\r\n")
	same("the final reply", send(g.number, data)[0], 250)
	same_bytes("what arrived", below(arrived(s.maildir())[0]), data)
	line = g.line(r"mail id=.*").group(0)
	g.stop()
	return line


def test_server_ipv6():
	"""a server at [::1]:port"""
	number = server(Postfix).ports["six"]
	match("backend= in the log", r"backend=\[?::1\]?:%d\b" % number,
	    reach("[::1]:%d 10" % number))


def test_server_name():
	"""a server by name, of which only the second address answers"""
	common.ZONE[("mx.example.org", "A")] = ["127.0.0.1"]
	common.ZONE[("mx.example.org", "AAAA")] = ["::1"]
	reach("mx.example.org:%d 10" % server(Postfix).ports["plain"])


def test_server_down():
	"""a first server that is down and a second that is up"""
	reach("127.0.0.1:%d 1000000" % port(), Backend_ServerCount="2",
	    Backend_Server1="127.0.0.1:%d 1" % server(Postfix).ports["plain"])


def test_server_all_down():
	"""no server up: 421 and the log says why; filters see the end of it"""
	g = Gate(conf(port(), [recorder().number]))
	data = Raw(g.number).end()
	match("421", rb"^421 4\.3\.2 [^\r\n]*\r\n$", data)
	same("end= in the log", g.session()["end"], "backend")
	until("the filter's connection ends",
	    lambda: recorder().connections[-1].ended == "quit", 10)
	g.stop()


# ------------------------------------------------------------ real clients

def test_postfix_client():
	"""Postfix as the client: 12 mails, two recipients each, arrive once and
	byte for byte"""
	s = server(Postfix)
	s.clear()
	g = Gate(conf(s.ports["plain"], [recorder().number]))
	out = once("relay", lambda: Postfix(relay=g.number, settings=
	    "virtual_mailbox_domains =\nsmtp_connection_cache_on_demand = yes\n"
	    "default_destination_concurrency_limit = 4"))
	sent = [mail("relayed%d" % n, b".%d\r\n" % n + b"line\r\n" * n * 200)
	    for n in range(12)]
	for data in sent:
		same("taken by the client", send(out.ports["plain"], data,
		    ["user@example.org", "second@example.org"])[0], 250)
	for u in ("user", "second"):
		got = arrived(s.maildir(u), len(sent), 60)
		same("the mails", sorted(below(m) for m in got), sorted(sent))
	until("the client's queue is empty", lambda: not [f for d in ("active",
	    "deferred", "incoming") for _, _, fs in os.walk("%s/spool/%s" %
	    (out.base, d)) for f in fs], 10)
	out.stop()
	g.stop()


def test_postfix_client_bounce():
	"""Postfix as the client: a recipient that the server refuses bounces with
	the server's words"""
	s = server(Postfix)
	s.clear()
	g = Gate(conf(s.ports["plain"], [recorder().number]))
	out = Postfix(relay=g.number, settings="virtual_mailbox_domains =")
	same("taken by the client", send(out.ports["plain"], mail("bounce",
	    b"x\r\n"), ["user@example.org", "refused@example.org"],
	    sender="third@example.org")[0], 250)
	arrived(s.maildir("user"))
	bounce = arrived(s.maildir("third"))[0]
	match("the server's words", rb"(?s)550 5\.1\.1\s+"
	    rb"<refused@example\.org>:\s+Recipient\s+address\s+rejected",
	    bounce)
	out.stop()
	g.stop()


def test_smtp_source():
	"""smtp-source: 60 mails of 20 KB, 10 sessions at once, several mails a
	session, all arrive once"""
	need("smtp-source")
	s, g = ready(Postfix)
	must("smtp-source", "-s", "10", "-m", "60", "-l", "20000", "-d",
	    "-f", "a@example.net", "-t", "user@example.org",
	    "127.0.0.1:%d" % g.number)
	got = arrived(s.maildir(), 60, 60)
	same("different mails", len({re.search(rb"(?mi)^Message-Id: (.*)$",
	    m).group(1) for m in got}), 60)


def test_smtputf8():
	"""SMTPUTF8: a sender in UTF-8 arrives at a server that offers it"""
	s, g = ready(Postfix)
	r = Raw(g.number)
	r.reply()
	true("SMTPUTF8 is offered", b"SMTPUTF8" in
	    r.cmd("EHLO client.example.net", 250))
	r.cmd("MAIL FROM:<j\u00f6rg@example.net> BODY=8BITMIME SMTPUTF8", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	data = mail("utf8", b"x\r\n", "X-Name: J\u00f6rg\r\n".encode())
	r.send(stuff(data))
	match("the final reply", rb"^250 ", r.reply())
	r.cmd("QUIT", 221)
	stored = arrived(s.maildir())[0]
	match("the sender", "(?m)^Return-Path: <j\u00f6rg@example.net>$",
	    stored.decode())
	same_bytes("what arrived", below(stored), data)


def test_dsn():
	"""DSN: parameters reach a server that offers them; without the offer they
	are refused"""
	s, g = ready(Postfix)
	s.clear()
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<third@example.org> RET=HDRS ENVID=abc+2B1", 250)
	r.cmd("RCPT TO:<user@example.org> NOTIFY=SUCCESS "
	    "ORCPT=rfc822;other+40example.org", 250)
	r.cmd("DATA", 354)
	r.send(stuff(mail("dsn", b"x\r\n")))
	match("the final reply", rb"^250 ", r.reply())
	r.cmd("QUIT", 221)
	arrived(s.maildir())
	report = arrived(s.maildir("third"))[0]
	match("ENVID", rb"(?m)^Original-Envelope-Id: abc\+1$", report)
	match("ORCPT", rb"(?m)^Original-Recipient: rfc822;other@example\.org$",
	    report)
	g = gate(Aiosmtpd)
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	match("without the offer", rb"^5\d\d ",
	    r.cmd("MAIL FROM:<third@example.org> RET=HDRS"))
	r.cmd("QUIT", 221)


common.main(__name__)
