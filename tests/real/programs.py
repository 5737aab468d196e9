#!/usr/bin/python3
"""A program as backend (mailfront), and what becomes of a mail when the gate or
the client dies on its way out, to a program and to a server.

What would break for whom: a qmail site, where the program trusts its
environment, and must not be left behind; and everybody whose server would take
half a mail for a whole one.
"""

import glob
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, GATE, Gate, MAILFRONT, Mailfront, Proc, Raw,
    SERVER4, Smtp, WORK, conf, mailfront_env, match, need, port, queued, read,
    same, send, smtponly, stuff, true, until)
from mails import HARD, below, mail
from recmilter import recorder

PACKAGES = ["ucspi-tcp", "mailfront"]


# ----------------------------------------------------------- a program as backend

def child(name, cf=None, **kw):
	g = Gate(cf or conf(None, [recorder().number]), child=MAILFRONT,
	    env={k: v for k, v in mailfront_env(name, "spsmtpgate").items()},
	    **kw)
	g.queue = WORK + "/" + name
	return g


def test_child_mail():
	"""mailfront after `--': mails arrive byte for byte, and the final reply
	is the program's"""
	g = child("child1")
	c = Smtp(g.number)
	c.ehlo()
	for data in (HARD, mail("two", b"2\r\n")):
		code, text = c.mail_raw("a@example.net", ["user@example.org",
		    "b@example.org"], data)
		same("the final reply", (code, text),
		    (250, b"2.6.0 Message accepted."))
	c.quit()
	got = queued(g.queue, 2)
	for sender, rcpts, _ in got:
		same("the envelope", (sender, rcpts), ("a@example.net",
		    ["user@example.org", "b@example.org"]))
	same("what arrived", sorted(below(text) for _, _, text in got),
	    sorted([HARD, mail("two", b"2\r\n")]))
	g.stop()


def test_child_refusal():
	"""mailfront after `--': its refusals are what the client hears"""
	g = child("child2")
	r = Raw(g.number)
	match("its greeting", rb"^220 .*mailfront", r.reply())
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	same("refused", r.cmd("RCPT TO:<refused@example.org>"),
	    b"553 no such user here (#5.1.1)\r\n")
	same("deferred", r.cmd("RCPT TO:<later@example.org>"),
	    b"451 come back later (#4.2.1)\r\n")
	match("no recipient", rb"^(503|554) 5\.5\.1 ", r.cmd("DATA"))
	r.cmd("QUIT", 221)
	smtponly(r.end())
	same("mails", queued(g.queue, 0), [])
	g.stop()


def test_child_identity():
	"""mailfront after `--': it has tcpserver's environment, the client's
	address in it"""
	g = child("child3", host=SERVER4)
	same("the final reply", send(g.number, mail("env", b"x\r\n"),
	    host=SERVER4, source=CLIENT4)[0], 250)
	text = queued(g.queue, 1)[0][2]
	match("its Received", rb"(?s)^Received: from client\.example\.net "
	    rb"\([^)]*\[192\.0\.2\.7\]\)\s+by \S+ \(\[192\.0\.2\.1\]\)", text)
	g.stop()


def test_child_identity_made():
	"""mailfront after `--' without tcpserver: the gate makes that
	environment"""
	need("systemd-socket-activate", "setpriv")
	number = port()
	env = mailfront_env("child4", "spsmtpgate")
	p = Proc("socket-activate", ["systemd-socket-activate", "-a", "--inetd",
	    "-E", "QUEUEDIR=" + env["QUEUEDIR"], "-E",
	    "MAILRULES=" + env["MAILRULES"], "-l", "%s:%d" % (SERVER4, number),
	    "setpriv", "--reuid", str(common.uid("spsmtpgate")), "--regid",
	    str(common.gid("spsmtpgate")), "--clear-groups", GATE, "-c",
	    conf(None, [recorder().number]), "--", *MAILFRONT])
	p.port(number)
	same("the final reply", send(number, mail("env", b"x\r\n"),
	    host=SERVER4, source=CLIENT4)[0], 250)
	text = queued(WORK + "/child4", 1)[0][2]
	match("its Received", rb"(?s)^Received: from client\.example\.net "
	    rb"\([^)]*\[192\.0\.2\.7\]\)\s+by \S+ \(\[192\.0\.2\.1\]\)", text)
	p.stop()


def test_child_lost():
	"""mailfront after `--': a client lost inside DATA leaves nothing, and no
	process"""
	g = child("child5")
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	r.send(stuff(mail("part", b"half\r\n" * 20000))[:-3])
	r.reset()
	g.session()

	def children():
		return [p for p in os.listdir("/proc") if p.isdigit() and
		    os.path.basename(exe(p)) == "mailfront" and
		    b"child5" in environ(p)]
	until("mailfront ends", lambda: not children(), 10)
	same("mails", queued(g.queue, 0), [])
	g.stop()


def exe(pid):
	try:
		return os.readlink("/proc/%s/exe" % pid)
	except OSError:
		return ""


def environ(pid):
	try:
		return read("/proc/%s/environ" % pid)
	except OSError:
		return b""


def test_child_missing():
	"""a program after `--' that cannot be run is 421 4.3.5 and a log line
	that names it"""
	g = Gate(conf(), child=["/nonexistent/qmail-smtpd"])
	data = Raw(g.number).end()
	match("421 4.3.5 alone", rb"^421 4\.3\.5 [^\r\n]*\r\n$", data)
	g.line("/nonexistent/qmail-smtpd")
	g.stop()


def test_child_dies():
	"""a program after `--' that ends at once is 421, not silence"""
	g = Gate(conf(), child=["/bin/true"])
	match("421", rb"^421 [^\r\n]*\r\n$", Raw(g.number).end())
	g.stop()


def test_child_stderr():
	"""what a program after `--' writes to descriptor 2 is in the launcher's
	log, not on the client's connection"""
	g = Gate(conf(), child=["/bin/sh", "-c",
	    'echo noise from the child >&2; exec "$@"', "sh", *MAILFRONT],
	    env=mailfront_env("child6", "spsmtpgate"))
	r = Raw(g.number)
	match("greeting", rb"^220", r.reply())
	r.cmd("EHLO client.example.net", 250)
	r.cmd("QUIT", 221)
	smtponly(r.end())
	g.line("noise from the child")
	g.stop()


# -------------------------------------------------- death while the mail goes out

BIG = mail("big", b"".join(b"%07d %s\r\n" % (n, b"-" * 60)
    for n in range(400000)))		# 28 MB


def sending(g, queue, size):
	"""Start a big mail, and freeze the gate when the server has size bytes of
	it; returns the client and the gate's process id."""
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	pids = until("the gate before this one has ended", lambda: alone([int(p)
	    for p in os.listdir("/proc") if p.isdigit() and exe(p) == GATE and
	    parent(p) == g.p.pid]))
	r.send(stuff(BIG))
	deadline = time.monotonic() + 20
	while sum(os.stat(f).st_size for f in glob.glob(queue + "/tmp/*")) < size:
		true("the server gets the mail", time.monotonic() < deadline)
	os.kill(pids[0], signal.SIGSTOP)
	same("finished mails", os.listdir(queue + "/new"), [])
	return r, pids[0]


def alone(pids):
	return pids if len(pids) == 1 else None


def parent(pid):
	try:
		stat = read("/proc/%s/stat" % pid).decode("latin-1")
	except OSError:		# it has just ended
		return None
	return int(stat.rsplit(")", 1)[1].split()[1])


def gone(queue):
	"""Every mailfront of this queue has ended."""
	until("mailfront ends", lambda: not [p for p in os.listdir("/proc") if
	    p.isdigit() and os.path.basename(exe(p)) == "mailfront" and
	    queue.encode() in environ(p)], 20)


def killed(g, queue):
	for size in (1, 5000000, 15000000):
		r, pid = sending(g, queue, size)
		os.kill(pid, signal.SIGKILL)
		data = r.end()
		same("what the client hears after 354", data[r.at:], b"")
		gone(queue)
		same("finished mails", os.listdir(queue + "/new"), [])
		for f in glob.glob(queue + "/tmp/*"):
			os.unlink(f)
	g.stop()


def test_killed_tcp():
	"""the gate killed while it sends: no part of the mail at the server"""
	m = Mailfront()
	killed(Gate(conf(m.number, [])), m.queue)
	m.stop()


def test_killed_child():
	"""the gate killed while it sends to a program: no part of the mail"""
	g = child("child7", conf())
	killed(g, g.queue)


def client_lost(g, queue):
	"""The client resets while the mail goes out: all of it or nothing."""
	for size in (1, 15000000):
		r, pid = sending(g, queue, size)
		r.reset()
		os.kill(pid, signal.SIGCONT)
		gone(queue)
		for f in glob.glob(queue + "/new/*"):
			true("the whole mail", read(f).endswith(
			    BIG[-200:].replace(b"\r\n", b"\n")))
			os.unlink(f)
		for f in glob.glob(queue + "/tmp/*"):
			os.unlink(f)
	g.stop()


def test_client_lost_tcp():
	"""the client lost while the gate sends: the whole mail or nothing"""
	m = Mailfront()
	client_lost(Gate(conf(m.number, [])), m.queue)
	m.stop()


def test_client_lost_child():
	"""the client lost while the gate sends to a program: likewise"""
	g = child("child8", conf())
	client_lost(g, g.queue)


common.main(__name__)
