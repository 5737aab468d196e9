#!/usr/bin/python3
"""Limits, with real clients and launchers, and floods.

What would break for whom: a mail server that does everything right must not be
taken for a bot because the gate has patience to spare; a bot must not get in by
way of another launcher.  And one client must not bring the machine down: the
memory of the process that it talks to is read while the flood runs.
"""

import os
import re
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, GATE, NOPTR4, SERVER4, Gate, Mailfront, Raw, conf,
    directory, fields, match, need, once, read, run, same, send, true, until)
from mta import Postfix
from launchers import xinetd

PACKAGES = ["ucspi-tcp", "xinetd", "mailfront", ["postfix"], "swaks"]


def backend():
	return once(Mailfront, Mailfront)


def stored():
	"""How many mails it has so far."""
	return len(os.listdir(backend().queue + "/new"))


def relay(number):
	"""A Postfix whose mail goes to that port."""
	return Postfix(relay=number, settings="virtual_mailbox_domains =")


# -------------------------------------------------------- greeting pause

def paused(**keys):
	return conf(backend().number, Server_GreetPause="1", **keys)


def waits(number, host):
	"""Postfix and swaks wait for their greeting, and get their mail through;
	who does not wait gets nothing through."""
	need("swaks")
	before = stored()
	out = relay(number)
	same("taken by Postfix, the client", send(out.ports["plain"],
	    common.message("from Postfix"))[0], 250)
	status, text, err = run("swaks", "--server", "%s:%d" % (host, number),
	    "--helo", "client.example.net", "--from", "a@example.net", "--to",
	    "user@example.org", "--header", "Subject: from swaks", "--pipeline")
	same("swaks: %s" % (text + err).decode("latin-1"), status, 0)
	got = backend().received(before + 2)
	same("mails", len(got), before + 2)
	out.stop()
	r = Raw(number, host)
	r.send(b"EHLO client.example.net\r\nMAIL FROM:<a@example.net>\r\n")
	data = r.end()
	match("554 5.5.0 alone", rb"^554 5\.5\.0 [\x20-\x7e]*\r\n$", data)


def test_pause_tcpserver():
	"""GreetPause under tcpserver: Postfix and swaks get through, a bot does
	not"""
	g = Gate(paused())
	waits(g.number, "127.0.0.1")
	g.stop()


def test_pause_xinetd():
	"""GreetPause under xinetd: Postfix and swaks get through, a bot does
	not"""
	p, number = xinetd("127.0.0.1", paused())
	waits(number, "127.0.0.1")
	p.stop()


def test_pause_relayclient():
	"""tcpserver's RELAYCLIENT: no pause, and early talk is let pass"""
	g = Gate(conf(backend().number, Server_GreetPause="1m"),
	    env={"RELAYCLIENT": ""})
	r = Raw(g.number)
	r.send(b"EHLO client.example.net\r\nNOOP\r\nQUIT\r\n")
	match("the dialogue", rb"(?s)^220 .*\r\n250 .*\r\n250 2\.0\.0 OK\r\n221 ",
	    r.end())
	g.stop()


# ----------------------------------------------- connections of one address

def test_per_address():
	"""MaxPerAddress under tcpserver: a third connection of one address hears
	421, one of another address does not; one that ends makes room"""
	d = directory("shared", common.GATEUSER, 0o700)
	g = Gate(conf(backend().number, Server_MaxPerAddress="2",
	    Server_RuntimeDir=d), host=SERVER4)
	two = [Raw(g.number, SERVER4, CLIENT4) for _ in range(2)]
	for r in two:
		match("a greeting", rb"^220", r.reply())
	match("421 4.7.0 alone", rb"^421 4\.7\.0 [\x20-\x7e]*\r\n$",
	    Raw(g.number, SERVER4, CLIENT4).end())
	f = fields(g.line(r"(?m)^.*\brefused id=.*$").group(0))
	same("who refused it", (f["stage"], f["by"], f["code"], f["client"]),
	    ("connect", "gate", "421", CLIENT4))
	other = Raw(g.number, SERVER4, NOPTR4)
	match("a greeting for another address", rb"^220", other.reply())
	two[0].reset()

	def room():
		r = Raw(g.number, SERVER4, CLIENT4)
		return r.end()[:3] == b"220" if r.reply()[:3] == b"421" else \
		    two.append(r) or True
	until("room for another", room)
	for r in two[1:] + [other]:
		r.cmd("QUIT", 221)
		r.end()
	same("the shared file", os.path.getsize(d + "/sessions"), 0)
	g.stop()


# ---------------------------------------------------------------- floods

ENOUGH = 4 << 20	# octets: far above what a session needs, far below floods


class Flood(Raw):
	"""A client that sends without end while somebody reads the answers."""
	def __init__(self, g):
		super().__init__(g.number, seconds=120)
		self.g = g
		self.reply()
		self.pid = until("the gate's process", lambda: gates(g))[0]

	def octets(self, chunks):
		"""Sends them from a thread of their own; stops when nobody listens."""
		def work():
			try:
				for c in chunks:
					self.send(c)
			except OSError:
				pass
		t = threading.Thread(target=work, daemon=True)
		t.start()
		return t

	def peak(self):
		"""What the gate has ever had in memory, in octets."""
		text = read("/proc/%s/status" % self.pid).decode()
		return int(match("VmHWM", r"VmHWM:\s+(\d+) kB", text).group(1)) << 10

	def small(self):
		used = self.peak()
		if b"__asan_init" in read(GATE):
			return	# its shadow memory counts
		if "SPSMTPGATE_TIMES" in os.environ:
			print("# VmHWM %d KiB" % (used >> 10))
		true("%d octets of memory are enough" % used, used < ENOUGH)

	def count(self, line, n):
		"""n answers that are this line; nothing is kept."""
		left = n * len(line)
		buf = self.bytes[self.at:]
		self.bytes, self.at = b"", 0
		while left > 0:
			data = buf or self.s.recv(1 << 16)
			buf = b""
			true("an answer", data)
			part, rest = data[:left], data[left:]
			at = (n * len(line) - left) % len(line)
			want = (line * (len(part) // len(line) + 2))[at:at + len(part)]
			if part != want:
				same("the answers", part[:200], want[:200])
			left -= len(part)
			self.bytes += rest


def gates(g):
	"""The processes of the gate that this launcher has started."""
	found = []
	for p in os.listdir("/proc"):
		if not p.isdigit():
			continue
		try:
			if os.readlink("/proc/%s/exe" % p) == GATE and re.search(
			    r"(?m)^PPid:\t%d$" % g.p.pid,
			    read("/proc/%s/status" % p).decode()):
				found.append(p)
		except OSError:
			pass
	return found


def flooded(**keys):
	return Gate(conf(backend().number, **keys))


def test_flood_commands():
	"""10^6 commands in one go: each has its answer until the limits, here
	the highest, are reached, in bounded memory"""
	n = 100000
	g = flooded(Server_MaxJunk=n, Server_MaxErrors=n, Server_ErrorDelay="0")
	f = Flood(g)
	f.octets([b"NOOP\r\n" * 1000] * 1000)
	f.count(b"250 2.0.0 OK\r\n", n)
	f.small()
	f.count(b"250 2.0.0 OK\r\n", n)
	match("the end", rb"^421 4\.7\.0 ", f.reply())
	f.end()
	g.stop()


def test_flood_errors():
	"""10^6 errors in one go: the gate has had enough after twenty"""
	g = flooded(Server_ErrorDelay="0")
	f = Flood(g)
	f.octets([b"WHAT\r\n" * 1000] * 1000)
	for _ in range(20):
		match("an error", rb"^500 5\.5\.2 ", f.reply())
	match("the end", rb"^421 4\.7\.0 ", f.reply())
	f.end()
	g.stop()


def test_flood_line():
	"""a command line of 1 GiB is one error, in bounded memory"""
	g = flooded()
	f = Flood(g)
	f.octets([b"x" * (1 << 20)] * 1024 + [b"\r\n"]).join()
	match("an error", rb"^500 5\.5\.2 ", f.reply())
	f.cmd("NOOP", 250)
	f.small()
	f.cmd("QUIT", 221)
	f.end()
	g.stop()


def begin(f):
	f.cmd("EHLO client.example.net", 250)
	f.cmd("MAIL FROM:<a@example.net>", 250)
	f.cmd("RCPT TO:<user@example.org>", 250)
	f.cmd("DATA", 354)


def test_flood_fields():
	"""100 000 header fields are refused behind their end, in bounded memory"""
	g = flooded()
	f = Flood(g)
	begin(f)
	f.octets([b"X-Field: x\r\n" * 1000] * 100 + [b"\r\nbody\r\n.\r\n"])
	match("the answer", rb"^552 5\.3\.4 ", f.reply())
	f.small()
	f.cmd("QUIT", 221)
	f.end()
	g.stop()


def test_flood_body():
	"""a line of text of 40 MiB is refused, as much in short lines is
	carried, both in bounded memory"""
	g = flooded()
	for chunk, code in ((b"x" * (1 << 20), b"550 5.6.0"),
	    (b"x" * 70 + b"\r\n", b"250")):
		f = Flood(g)
		begin(f)
		f.octets([b"\r\n"] + [chunk * ((1 << 20) // len(chunk))] * 40 +
		    [b"\r\n.\r\n"])
		match("the answer", rb"^" + re.escape(code), f.reply())
		f.small()
		f.cmd("QUIT", 221)
		f.end()
	g.stop()


def refused_for_room(g):
	"""A mail that does not fit is refused, the next one that does is taken,
	and the memory is what it was."""
	before = stored()
	f = Flood(g)
	begin(f)
	f.octets([b"\r\n"] + [b"x" * 70 + b"\r\n"] * 100000 + [b".\r\n"])
	match("no room", rb"^452 4\.3\.1 ", f.reply())
	f.cmd("MAIL FROM:<a@example.net>", 250)
	f.cmd("RCPT TO:<user@example.org>", 250)
	f.cmd("DATA", 354)
	f.cmd("Subject: small\r\n\r\nbody\r\n.", 250)
	f.small()
	f.cmd("QUIT", 221)
	f.end()
	same("mails", len(backend().received(before + 1)), before + 1)


def test_disk_full():
	"""a full disk under SpoolDir: 452 for the mail that does not fit"""
	d = directory("small", common.GATEUSER, 0o700)
	common.must("mount", "-t", "tmpfs", "-o", "size=1m,mode=1777", "none", d)
	g = flooded(Server_SpoolDir=d)
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	match("a declared size", rb"^452 4\.3\.1 ",
	    r.cmd("MAIL FROM:<a@example.net> SIZE=2000000"))
	r.cmd("QUIT", 221)
	r.end()
	refused_for_room(g)
	g.stop()


def test_file_limit():
	"""RLIMIT_FSIZE: 452 for the mail that does not fit, and no signal"""
	g = Gate(conf(backend().number), wrapper=["/bin/sh", "-c",
	    'ulimit -f 1000 && exec "$@"', "sh"])
	refused_for_room(g)
	g.stop()


common.main(__name__)
