#!/usr/bin/python3
"""spsmtpgate -f: one mail from a file through the filters.

What would break for whom: an admin who looks for the filter that refuses or
spoils a mail, and is shown something else than what happens to mail from the
network; or a script that goes by the exit status.
"""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (GATE, GATEUSER, HOSTNAME, ROOT, WORK, Fail, Proc, Skip,
    absent, conf, directory, gid, match, port, read, same, true, uid, until,
    write)
from recmilter import RecMilter

PACKAGES = []

USAGE, DATAERR, NOINPUT, CANTCREAT, CONFIG = 64, 65, 66, 73, 78
ACCEPTED, REJECTED, TEMPFAILED, DISCARDED, QUARANTINED = range(5)
HANG, CLOSE = object(), object()

FIELDS = [b"From: A <a@example.net>", b"Subject: test",
    b"Message-ID: <1@example.net>", b"X-Folded: one", b"\ttwo"]
BODY = [b"Hello", b".", b"..dots", b"", b"\xe9\xff 8-bit", b"last"]
TEXT = b"\n".join(FIELDS + [b""] + BODY) + b"\n"
SHOWN = [(b"From", b"A <a@example.net>"), (b"Subject", b"test"),
    (b"Message-ID", b"<1@example.net>"), (b"X-Folded", b"one\n\ttwo")]


class Filter(RecMilter):
	"""May also be silent, or hang up, in place of an answer."""
	def put(self, s, packet):
		if packet is CLOSE:
			s.shutdown(socket.SHUT_RDWR)
		elif packet is not HANG:
			RecMilter.put(s, packet)

	def over(self):
		"""All connections, when the last word of each has been read: the
		gate does not wait for that."""
		until("the end of each connection", lambda: all(c.ended for c in
		    self.connections))
		return self.connections

	def events(self):
		"""What came on the only connection; and that all was well."""
		same("connections", len(self.over()), 1)
		same("the filter's complaints", self.errors, [])
		return self.connections[0].events

	def asked(self):
		"""All commands."""
		return [e.cmd for c in self.over() for e in c.events]

	def one(self, cmd):
		found = [e for e in self.events() if e.cmd == cmd]
		same("number of %s" % cmd, len(found), 1)
		return found[0]


class Tried:
	"""What one run printed."""
	def __init__(self, done):
		self.status = done.returncode
		self.out = done.stdout.decode("latin-1")
		self.err = done.stderr.decode("latin-1")
		absent("the gate's words", "Sanitizer|runtime error", self.err)
		head, _, self.tail = self.out.partition("\nverdict:")
		self.rows = []		# [stage, filter, answer, ms, rest]
		self.edits = []		# lines below a row
		for line in head.splitlines():
			m = re.match(r"(\w+) +(\S+) +(not asked|[A-Za-z]+"
			    r"(?: \d+)?)(?: +(\d+) ms)?(?:  (.*))?\Z", line)
			if m:
				self.rows.append([m.group(1), m.group(2),
				    m.group(3), m.group(4), m.group(5) or ""])
			elif line.startswith(" "):
				self.edits.append(line.strip())
			else:
				raise Fail("a line of no known form: %r\n%s" %
				    (line, self.out))
		self.verdict = self.tail.partition("\n")[0].strip()
		self.changes = self.tail.partition("\nchanges:\n")[2]

	def answers(self, name=None):
		"""[(stage, answer)], of one filter."""
		return [(r[0], r[2]) for r in self.rows if name in (None, r[1])]

	def is_(self, status, verdict):
		if self.status != status:
			raise Fail("status %d, expected %d\n%s%s" % (self.status,
			    status, self.out, self.err))
		match("the verdict", verdict + r"\Z", self.verdict)
		return self


counter = iter(range(1, 10000))


def mail(text=TEXT):
	path = "%s/mail%d.eml" % (WORK, next(counter))
	with open(path, "wb") as f:
		f.write(text)
	return path


def settings(filters=(), **keys):
	keys.setdefault("Server_SpoolDir", directory("spool", GATEUSER, 0o700))
	for n, name in enumerate(("alpha", "beta", "gamma", "delta")):
		if n < len(filters):
			keys.setdefault("MailFilter_Name%d" % n, name)
	return conf(None, [f.number if isinstance(f, RecMilter) else f
	    for f in filters], **keys)


def gate(*args, user=GATEUSER, stdin=subprocess.DEVNULL, env=None, **kw):
	return subprocess.run([GATE, *args], stdin=None if "input" in kw else
	    stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
	    user=uid(user), group=gid(user), extra_groups=[], cwd="/",
	    env=dict(os.environ, **(env or {})), check=False, **kw)


def try_(filters, *args, text=TEXT, keys=None, **kw):
	return Tried(gate("-c", settings(filters, **(keys or {})), "-f",
	    mail(text), *args, **kw))


STAGES = ["open", "connect", "helo", "mail", "rcpt", "data", "eom"]


# ------------------------------------------------------------- what is printed

def test_stages():
	"""stage by stage: what the filter was asked, its answer, and the time"""
	f = Filter()
	t = try_([f]).is_(ACCEPTED, "accept")
	same("stages and answers", t.answers(), [("open", "version 6")] +
	    [(s, "continue") for s in STAGES[1:]])
	true("each has its time", all(r[3] is not None for r in t.rows), t.out)
	match("events of the end", r"(?m)^eom .* \d+ ms  7 events$", t.out)
	match("the envelope", r"\nsender:    <sender@example\.org>\n"
	    r"recipient: <recipient@example\.org>\n", t.tail)
	same("changes", t.changes, "  none in the mail\n")
	same("the log", t.err, "")
	same("commands", [e.cmd for e in f.events()], list("OCHMRTLLLLNBEQ"))


def test_defaults():
	"""the filter is told of a client, and of an envelope, of documentation"""
	f = Filter()
	try_([f]).is_(ACCEPTED, "accept")
	same("CONNECT", f.one("C").value, (HOSTNAME, "4", 4711, "192.0.2.1"))
	same("HELO", f.one("H").value, b"client.example.org")
	same("MAIL", f.one("M").value, [b"<sender@example.org>"])
	same("RCPT", f.one("R").value, [b"<recipient@example.org>"])
	same("j", f.one("C").macros.get("j"), HOSTNAME)
	true("no user", "{auth_authen}" not in f.one("M").macros)


def test_options():
	"""--from, --to, --client, --helo and --user are what the filter sees"""
	f = Filter()
	t = try_([f], "--from", "", "--to", "b@y", "--to", "<c@y>", "--client",
	    "2001:db8::7", "--helo", "h.example", "--user", "joe").is_(ACCEPTED,
	    "accept")
	same("CONNECT", f.one("C").value[1:], ("6", 4711, "2001:db8::7"))
	same("{client_addr}", f.one("C").macros["{client_addr}"],
	    "IPv6:2001:db8::7")
	same("HELO", f.one("H").value, b"h.example")
	same("MAIL", f.one("M").value, [b"<>"])
	same("{auth_authen}", f.one("M").macros.get("{auth_authen}"), "joe")
	same("{auth_type}", f.one("M").macros.get("{auth_type}"), "PLAIN")
	same("RCPT", [e.value for e in f.events() if e.cmd == "R"], [[b"<b@y>"],
	    [b"<c@y>"]])
	match("the envelope", r"\nsender:    <>\nrecipient: <b@y>\n"
	    r"recipient: <c@y>\n", t.tail)


def test_macros():
	"""the macros are those of a session from the network"""
	f = Filter()
	try_([f]).is_(ACCEPTED, "accept")
	missing = [(c, n) for c, names in (
	    ("C", "j v _ {daemon_name} {client_addr} {client_name} "
	    "{client_port} {client_ptr}"),
	    ("M", "i j b r s {daemon_name} {mail_addr} {mail_mailer}"),
	    ("R", "i {rcpt_addr} {rcpt_mailer}"), ("T", "i"), ("N", "i"),
	    ("E", "i {msg_id}")) for n in names.split()
	    if n not in f.one(c).macros]
	same("macros that are not there", missing, [])
	same("{msg_id}", f.one("E").macros["{msg_id}"], "<1@example.net>")


def test_time():
	"""the time of an answer is that of this answer alone"""
	class Slow(Filter):
		def put(self, s, packet):
			if self.connections[-1].events[-1].cmd == "M":
				time.sleep(0.3)
			super().put(s, packet)
	tries = []
	for _ in range(5):
		# Whatever else keeps the machine busy: not five times.
		t = try_([Slow()]).is_(ACCEPTED, "accept")
		ms = {r[0]: int(r[3]) for r in t.rows}
		true("the slow answer took that long at least", ms["mail"] >= 300,
		    t.out)
		tries.append((ms["mail"], ms["rcpt"]))
		if ms["rcpt"] < ms["mail"]:
			return
	raise Fail("the next answer took longer, five times: %s" % tries)


def test_not_asked():
	"""stages that the filter negotiated away are said to be not asked"""
	f = Filter(protocol=0x1 | 0x2 | 0x8 | 0x200)
	t = try_([f]).is_(ACCEPTED, "accept")
	same("answers", t.answers(), [("open", "version 6"),
	    ("connect", "not asked"), ("helo", "not asked"),
	    ("mail", "continue"), ("rcpt", "not asked"), ("data", "not asked"),
	    ("eom", "continue")])
	same("commands", [e.cmd for e in f.events()], list("OMLLLLNBEQ"))


def test_old_version():
	"""a filter of version 2"""
	f = Filter(version=2, actions=0x3f)
	t = try_([f]).is_(ACCEPTED, "accept")
	same("answers", t.answers()[0], ("open", "version 2"))
	same("data", dict(t.answers())["data"], "not asked")


def test_real_filter():
	"""the sample filter, on the real libmilter"""
	program = os.path.join(ROOT, "build", "samplefilter")
	if not os.access(program, os.X_OK):
		raise Skip("the sample filter is not built")
	sock = WORK + "/sample.sock"
	p = Proc("samplefilter", [program, "-v", "-r", "bad@example.org", "-p",
	    "unix:" + sock], umask=0)
	p.file(sock)
	t = try_(["S=unix:%s, F=T" % sock]).is_(ACCEPTED, "accept")
	match("the change", r"(?m)^\+X-Sample-Filter: checked by samplefilter",
	    t.changes)
	t = try_(["S=unix:%s, F=T" % sock], "--to", "bad@example.org")
	t.is_(REJECTED, "reject by alpha")
	match("its words", r"(?m)^550 5\.7\.1 ", t.tail)
	p.stop(signal.SIGKILL)


# ------------------------------------------------------------------- the file

def shown(text, fields=None, body=None, **kw):
	"""What a filter is shown of a file with this text."""
	f = Filter()
	t = try_([f], text=text, **kw).is_(ACCEPTED, "accept")
	same("changes", t.changes, "  none in the mail\n")
	got = f.connections[0].message()
	f.events()
	if fields is not None:
		same("fields of %r" % text[:100], got[0], fields)
		same("body of %r" % text[:100], got[1], body)
	return got


def test_line_ends():
	"""LF, CRLF, both in one file, and none at the end: the filter sees CRLF"""
	body = b"\r\n".join(BODY) + b"\r\n"
	lines = TEXT.split(b"\n")
	both = b"".join(l + (b"\r\n" if n % 2 else b"\n")
	    for n, l in enumerate(lines[:-1]))
	for text in (TEXT, TEXT.replace(b"\n", b"\r\n"), both, TEXT[:-1],
	    TEXT.replace(b"\n", b"\r\n")[:-2], TEXT.replace(b"\n",
	    b"\r\n")[:-1]):
		shown(text, SHOWN, body)


def test_shapes():
	"""files without header, without body, without anything"""
	f = [(b"A", b"b")]
	shown(b"", [], b"")
	shown(b"\n", [], b"")
	shown(b"\n\n", [], b"\r\n")
	shown(b"A: b\n", f, b"")
	shown(b"A: b", f, b"")
	shown(b"A: b\n\n", f, b"")
	shown(b"A: b\n\nx", f, b"x\r\n")
	shown(b"\nbody\n", [], b"body\r\n")
	shown(b"no field\nA: b\n", [], b"no field\r\nA: b\r\n")
	shown(b"A: b\nno field\n\nx\n", f, b"no field\r\n\r\nx\r\n")
	shown(b".\n..\n.x\n", [], b".\r\n..\r\n.x\r\n")
	shown(b"A: b\n\n\n\n", f, b"\r\n\r\n")


def test_octets():
	"""what no mail can have, bare CR and NUL, is a blank, as BareNewline =
	normalize does it"""
	shown(b"A: b\rc\n\nx\ry\r\r\nz\0\n", [(b"A", b"b c")],
	    b"x y \r\nz \r\n")


def test_standard_input():
	"""- is standard input, in pieces too"""
	for args in ({"input": TEXT}, {"stdin": open(mail(), "rb")}):
		f = Filter()
		t = Tried(gate("-c", settings([f]), "-f", "-", **args))
		t.is_(ACCEPTED, "accept")
		same("the mail", f.connections[0].message(), (SHOWN,
		    b"\r\n".join(BODY) + b"\r\n"))
		f.events()
	f = Filter()
	r, w = os.pipe()
	p = subprocess.Popen([GATE, "-c", settings([f]), "-f", "-"], stdin=r,
	    stdout=subprocess.PIPE, user=uid(GATEUSER))
	os.close(r)
	for octet in TEXT:
		os.write(w, bytes([octet]))
	os.close(w)
	p.communicate(timeout=60)
	same("status", p.returncode, ACCEPTED)
	same("the mail", f.connections[0].message(), (SHOWN,
	    b"\r\n".join(BODY) + b"\r\n"))


def test_big():
	"""12 MB, and a body without an end of line: whole, and nothing is left in
	the spool directory"""
	spool = directory("spoolbig", GATEUSER, 0o700)
	keys = {"Server_SpoolDir": spool}
	body = b"".join(b"%07d\r\n" % n for n in range(1300000))
	got = shown(b"A: b\n\n" + body.replace(b"\r\n", b"\n"), keys=keys)
	same("fields", got[0], [(b"A", b"b")])
	same("size of the body", len(got[1]), len(body))
	same("the body", hashlib.sha1(got[1]).hexdigest(),
	    hashlib.sha1(body).hexdigest())
	got = shown(b"A: b\n\n" + b"x" * 5000000, keys=keys)
	same("size of the body", len(got[1]), 5000002)
	same("left in the spool directory", os.listdir(spool), [])


def test_big_edited():
	"""one edit in 5 MB: that one line is the difference"""
	f = Filter()
	f.edits = [b"hX-Seen\0yes\0"]
	t = try_([f], text=b"A: b\n\n" + b"123456789\n" * 500000)
	t.is_(ACCEPTED, "accept")
	same("changed lines", [l for l in t.changes.splitlines() if
	    re.match(r"[-+](?!--|\+\+)", l)], ["+X-Seen: yes"])


def test_big_new_body():
	"""a new body of many pieces: the difference has each line of both"""
	f = Filter()
	new = [b"new %06d" % n for n in range(30000)]
	text = b"".join(l + b"\r\n" for l in new)
	f.edits = [b"b" + text[n:n + 60000] for n in range(0, len(text), 60000)]
	old = [b"old %06d" % n for n in range(25000)]
	t = try_([f], text=b"A: b\n\n" + b"\n".join(old) + b"\n")
	t.is_(ACCEPTED, "accept")
	lines = t.changes.encode().splitlines()
	same("lines taken away", [l[1:] for l in lines if l[:2] == b"-o"], old)
	same("lines put in", [l[1:] for l in lines if l[:2] == b"+n"], new)


def test_no_file():
	"""a file that is not there, a directory, one that may not be read: 66, and
	no filter is asked"""
	f = Filter()
	secret = mail()
	os.chmod(secret, 0)
	for path in (WORK + "/missing", WORK, secret, ""):
		done = gate("-c", settings([f]), "-f", path)
		same("status for %r" % path, done.returncode, NOINPUT)
		match("the reason", r"(?m)^spsmtpgate: %s: ." % re.escape(path),
		    done.stderr.decode())
		absent("the output", "verdict", done.stdout.decode())
	true("no filter is asked", "M" not in f.asked())


def test_header_too_large():
	"""a header beyond MaxHeaderSize: 66, as spsmtpgate(8) says"""
	f = Filter()
	t = try_([f], text=b"A: " + b"b" * 60 + b"\n" + b"X: y\n" * 1000 +
	    b"\nz\n", keys={"Server_MaxHeaderSize": "4K"})
	same("status", t.status, NOINPUT)
	match("the reason", "header", t.err)


# ------------------------------------------------------------------- verdicts

def answer(cmd, packet):
	f = Filter()
	f.replies[cmd] = [packet]
	return f


def test_verdicts():
	"""each verdict at each stage: status, verdict, and the words of the filter"""
	stages = {"C": "connect", "H": "helo", "M": "mail", "R": "rcpt",
	    "T": "data", "L": "header", "N": "eoh", "B": "body", "E": "eom"}
	packets = {
	    b"r": (REJECTED, "reject", r"55[04] 5\.\d\.\d "),
	    b"t": (TEMPFAILED, "tempfail", r"451 4\.3\.2 "),
	    b"y550 5.7.9 never\0": (REJECTED, "reject", r"550 5\.7\.9 never\r?\n"),
	    b"y451-4.7.9 not\r\n451 4.7.9 now\0": (TEMPFAILED, "tempfail",
		r"451-4\.7\.9 not\r?\n451 4\.7\.9 now\r?\n"),
	    b"y421 4.7.9 bye\0": (TEMPFAILED, "close", r"421 4\.7\.9 bye\r?\n"),
	    b"4": (TEMPFAILED, "close", r"421 4\.[37]\.0 "),
	    b"d": (DISCARDED, "discard", ""),
	    b"a": (ACCEPTED, "accept", "")}
	for cmd, stage in stages.items():
		for packet, (status, word, words) in packets.items():
			if packet == b"d" and cmd in "CH":
				continue	# means nothing there
			what = "%s %r: " % (stage, packet)
			f, last = answer(cmd, packet), Filter()
			t = try_([f, last])
			if t.status != status:
				raise Fail("%sstatus %d, expected %d\n%s" % (what,
				    t.status, status, t.out))
			match(what + "the answer", r"(?m)^%s +alpha +%s +\d+ ms"
			    % (stage, word), t.out)
			match(what + "the verdict", word + (r" by alpha\Z" if
			    status else r"\Z"), t.verdict)
			match(what + "the words", words, t.tail)
			same(what + "the end for the filter behind", "E" in
			    last.asked(), status == ACCEPTED)
			if packet == b"a":
				same(what + "answers of alpha behind it",
				    t.answers("alpha")[-1], (stage, word))
			elif status != ACCEPTED:
				same(what + "the last row", t.rows[-1][:3], [stage,
				    "alpha", word])


def test_several():
	"""several filters are asked in order, and the first refusal ends it"""
	a, b, c = Filter(), answer("E", b"y550 5.7.9 spam\0"), Filter()
	t = try_([a, b, c]).is_(REJECTED, "reject by beta")
	same("rows", [r[:2] for r in t.rows], [[s, n] for s in STAGES[:-1]
	    for n in ("alpha", "beta", "gamma")] + [["eom", "alpha"],
	    ["eom", "beta"]])
	match("what the client would hear", r"(?m)^550 5\.7\.9 spam", t.tail)
	true("the third is not asked at the end", "E" not in c.asked())


def test_one_recipient_refused():
	"""a refused recipient is only that, while another is left"""
	f = Filter()
	f.replies["R"] = [b"y550 5.1.1 no\0", b"c", b"t"]
	t = try_([f], "--to", "b@y", "--to", "c@y", "--to", "d@y")
	t.is_(ACCEPTED, "accept")
	same("answers", [r[2] for r in t.rows if r[0] == "rcpt"], ["reject",
	    "continue", "tempfail"])
	match("the envelope", r"\nsender:    \S+\nrecipient: <c@y>\n\n", t.tail)
	f = Filter()
	f.replies["R"] = [b"t", b"y550 5.1.1 no\0"]
	t = try_([f], "--to", "b@y", "--to", "c@y").is_(REJECTED,
	    "reject by alpha")
	true("no data", "data" not in dict(t.answers()))


def test_quarantine():
	"""quarantine: status 4 with the reason, and nothing is kept, also with a
	Maildir in the configuration"""
	box = directory("box", GATEUSER, 0o700)
	for d in ("cur", "new", "tmp"):
		directory("box/" + d, GATEUSER, 0o700)
	for key in ("maildir:" + box, "reject", "tempfail"):
		f, behind = Filter(), Filter()
		f.edits = [b"qfound Eicar\0", b"hX-A\0b\0"]
		t = try_([f, behind], keys={"MailFilter_Quarantine": key})
		t.is_(QUARANTINED, "quarantine by alpha: found Eicar")
		match("the edit", r"(?m)^\+X-A: b$", t.changes)
		same("kept", [os.listdir(box + "/" + d) for d in ("new", "tmp")],
		    [[], []])
	behind = answer("E", b"r")
	t = try_([f, behind]).is_(REJECTED, "reject by beta")


def test_no_recipient_left():
	"""a filter that takes away all recipients swallows the mail"""
	f = Filter()
	f.edits = [b"-recipient@example.org\0"]
	try_([f]).is_(DISCARDED, "discard.*")


# ---------------------------------------------------------------------- edits

def test_edits():
	"""the edits, what they change, and that the next filter sees them"""
	a, b = Filter(), Filter()
	a.edits = [b"hX-Added\0one\0", b"m\0\0\0\1Subject\0changed\0",
	    b"m\0\0\0\1X-Folded\0\0", b"i\0\0\0\1X-Top\0three\0",
	    b"bnew body\r\n", b"bsecond\r\n", b"+<new@y>\0", b"-<b@y>\0",
	    b"e<s@z>\0"]
	t = try_([a, b], "--to", "b@y", "--to", "c@y").is_(ACCEPTED, "accept")
	for words in (r"add header X-Added: one", r"change header 1 Subject: "
	    r"changed", r"\w+ header 1 X-Folded:?", r"insert header 1 X-Top: "
	    r"three", r"replace body \(18 octets\)", "add recipient <new@y>",
	    "delete recipient <b@y>", "change sender to <s@z>"):
		match("the edits", r"(?m)^" + words + "$", "\n".join(t.edits))
	same("the envelope", t.tail.split("\n\n")[0].splitlines()[1:],
	    ["sender:    <s@z>", "recipient: <b@y>  (removed)",
	    "recipient: <c@y>", "recipient: <new@y>  (added)"])
	same("the difference", t.changes.splitlines(), ["--- as it came",
	    "+++ as it would be delivered", "@@ -1,12 +1,8 @@",
	    "+X-Top: three", " From: A <a@example.net>", "-Subject: test",
	    "+Subject: changed", " Message-ID: <1@example.net>",
	    "-X-Folded: one", "-\ttwo", "+X-Added: one", " ", "-Hello", "-.",
	    "-..dots", "-", "-\xe9\xff 8-bit", "-last", "+new body",
	    "+second"])
	same("the next filter", b.connections[0].message(), ([(b"X-Top",
	    b"three"), (b"From", b"A <a@example.net>"), (b"Subject",
	    b"changed"), (b"Message-ID", b"<1@example.net>"), (b"X-Added",
	    b"one")], b"new body\r\nsecond\r\n"))
	match("the last row", "beta +continue", t.out)


def test_edits_void():
	"""edits of a filter that refuses, or dies, change nothing"""
	a, b = Filter(), Filter()
	a.edits = [b"hX-A\0b\0", b"bnew\r\n"]
	a.replies["E"] = [b"d"]
	t = try_([a, b]).is_(DISCARDED, "discard by alpha")
	absent("the output", "changes", t.out)
	a = Filter()
	a.edits = [b"hX-A\0b\0"]
	a.replies["E"] = [CLOSE]
	t = try_([spec(a, "")]).is_(ACCEPTED, "accept")
	same("changes", t.changes, "  none in the mail\n")


def test_harmless():
	"""what filters say cannot look like what the gate says, nor reach the
	terminal"""
	f = Filter()
	f.edits = [b"qvirus\nverdict:   accept\x1b[2J\0",
	    b"hX-A\0b\x1b[2J\n\tverdict:   accept\0"]
	f.replies["M"] = [b"c"]
	t = try_([f]).is_(QUARANTINED, "quarantine .*")
	absent("the lines above the changes", "\x1b",
	    t.out.partition("\nchanges:")[0])
	same("lines with a verdict", len(re.findall("(?m)^ *verdict:",
	    t.out.partition("\nchanges:")[0])), 1)


def test_no_diff():
	"""without diff(1) all the rest is there"""
	f = Filter()
	f.edits = [b"hX-A\0b\0"]
	t = try_([f], env={"PATH": "/nonexistent"}).is_(ACCEPTED, "accept")
	match("the reason", "diff", t.changes)


# ------------------------------------------------------------------- failures

def spec(f, flag, times="C:5s;S:5s;R:1s;E:5s"):
	number = f if isinstance(f, int) else f.number
	return "S=inet:%d@127.0.0.1, F=%s, T=%s" % (number, flag, times)


FLAGS = {"": ACCEPTED, "R": REJECTED, "T": TEMPFAILED, "4": TEMPFAILED}


def test_dead():
	"""a filter that is not there: its F= decides, and it is named"""
	for flag, status in FLAGS.items():
		dead, behind = port(), Filter()
		t = try_([spec(dead, flag), behind])
		same("status with F=%s\n%s" % (flag, t.out), t.status, status)
		match("the row", r"(?m)^connect +alpha +FAILED +\d+ ms", t.out)
		match("the log", r"(?m)^spsmtpgate: filter alpha \(S=inet:%d@"
		    r"127\.0\.0\.1, F=%s, [^)]*\): at connect after \d+ ms: "
		    r"Connection refused$" % (dead, flag), t.err)
		same("the other is asked", "E" in behind.asked(), not flag)


def test_failing():
	"""a filter that fails at some stage: F=, the row, and the log with stage
	and milliseconds"""
	for cmd, stage in (("C", "connect"), ("M", "mail"), ("R", "rcpt"),
	    ("L", "header"), ("B", "body"), ("E", "eom")):
		for flag, status in FLAGS.items():
			for packet in (CLOSE, b"X"):
				f, behind = answer(cmd, packet), Filter()
				t = try_([spec(f, flag), behind])
				what = "%s F=%s" % (stage, flag)
				same("status, %s\n%s" % (what, t.out), t.status,
				    status)
				match(what, r"(?m)^%s +alpha +FAILED +\d+ ms" %
				    stage, t.out)
				match(what, r"(?m)^spsmtpgate: filter alpha "
				    r"\(.*\): at %s after \d+ ms: ." % stage, t.err)
				same("the other is asked, " + what, "E" in
				    behind.asked(), not flag)


def test_hanging():
	"""a filter that says nothing: how long it was waited for"""
	for cmd, stage in (("M", "mail"), ("E", "eom")):
		f = answer(cmd, HANG)
		t = try_([spec(f, "T")]).is_(TEMPFAILED, "FAILED|tempfail by "
		    "alpha")
		row = t.rows[-1]
		same("the row", row[:3], [stage, "alpha", "FAILED"])
		true("its time is the limit at least", int(row[3]) >= 1000, row)
		ms = match("the log", r"filter alpha \(.*\): at %s after (\d+) "
		    r"ms: timed out" % stage, t.err).group(1)
		true("its time in the log", int(ms) >= 1000, ms)


def test_monitor():
	"""filters on trial: what they say is shown and marked, and changes
	nothing"""
	a, b, c = Filter(), Filter(), Filter()
	a.edits = [b"hX-Trial\0yes\0", b"bnew\r\n", b"+<new@y>\0", b"qvirus\0"]
	b.replies["E"] = [b"y550 5.7.9 never\0"]
	dead = port()
	t = try_([a, b, c, spec(dead, "R")], keys={"MailFilter_Mode0":
	    "monitor", "MailFilter_Mode1": "monitor", "MailFilter_Mode3":
	    "monitor"}).is_(ACCEPTED, "accept")
	match("the trial that edits", r"(?m)^eom +alpha +continue .*\(monitor\)"
	    r"$", t.out)
	match("its edits", r"(?m)^add header X-Trial: yes$", "\n".join(t.edits))
	match("the trial that refuses", r"(?m)^eom +beta +reject +\d+ ms .*"
	    r"550 5\.7\.9 never .*\(monitor\)$", t.out)
	match("the trial that is dead", r"(?m)^connect +delta +FAILED .*"
	    r"\(monitor\)$", t.out)
	absent("the one in force", r"(?m)^\w+ +gamma .*monitor", t.out)
	same("changes", t.changes, "  none in the mail\n")
	absent("the envelope", "new@y", t.tail)
	same("what the next filter sees", c.connections[0].message(), (SHOWN,
	    b"\r\n".join(BODY) + b"\r\n"))


def test_skip():
	"""filters that are left out for this client, size or user"""
	big = TEXT + b"x\n" * 1000
	for args, text, skip, stages in (
	    ((), TEXT, "192.0.2.0/24", []),
	    ((), TEXT, "192.0.3.0/24", STAGES),
	    (("--client", "2001:db8::1"), TEXT, "2001:db8::/32", []),
	    (("--client", "2001:db9::1"), TEXT, "2001:db8::/32", STAGES),
	    (("--user", "joe"), TEXT, "authenticated", STAGES[:3]),
	    ((), TEXT, "authenticated", STAGES),
	    ((), big, "larger=1K", STAGES[:-1]),
	    ((), TEXT, "larger=1K", STAGES)):
		a, b = Filter(), Filter()
		a.replies["E"] = [b"r"]
		t = try_([a, b], *args, text=text, keys={"MailFilter_Skip0":
		    skip})
		what = "Skip = %s with %s" % (skip, args)
		same("stages, " + what, [s for s, _ in t.answers("alpha")],
		    stages)
		same("status, " + what, t.status, REJECTED if stages == STAGES
		    else ACCEPTED)
		same("commands, " + what, [c for c in a.asked() if c in
		    "MRTEA"], [] if len(stages) < 4 else list("MRTE")
		    if stages == STAGES else list("MRTA"))


# ------------------------------------------------------------------ its habits

def test_no_backend():
	"""no backend is configured or touched, and nothing is delivered"""
	with socket.create_server(("127.0.0.1", 0)) as door:
		f = Filter()
		cf = settings([f])
		text = read(cf).decode().replace("[Backend]", "[Backend]\n"
		    "Server0 = 127.0.0.1:%d\nIdentity = none\nServerCount = 1"
		    % door.getsockname()[1])
		t = Tried(gate("-c", write(cf, text), "-f", mail()))
		t.is_(ACCEPTED, "accept")
		door.setblocking(False)
		try:
			door.accept()
		except BlockingIOError:
			return
		raise Fail("the backend was connected")


def test_users():
	"""any user may do it, root included, also below another umask"""
	for user in ("root", "vmail", GATEUSER):
		f = Filter()
		try_([f], user=user, umask=0o777, keys={"Server_SpoolDir":
		    "/tmp"}).is_(ACCEPTED, "accept")
		f.events()


def test_bad_options():
	"""options and addresses that make no sense: 64 and 65, and a reason"""
	f = Filter()
	cf = settings([f])
	many = [a for n in range(65) for a in ("--to", "u%d@y" % n)]
	for status, args in ((USAGE, ["--client", "192.0.2.300"]),
	    (USAGE, ["--client", "192.0.2.0/24"]), (USAGE, ["--client", "host"]),
	    (USAGE, ["--nonsense"]), (USAGE, ["--from"]), (USAGE, many),
	    (USAGE, ["extra"]), (DATAERR, ["--from", "a b@c"]),
	    (DATAERR, ["--to", "b@y> SIZE=1"]), (DATAERR, ["--to", ""]),
	    (DATAERR, ["--to", "b@y", "--to", "c\r\nd@y"])):
		done = gate("-c", cf, "-f", mail(), *args)
		what = " ".join(args)[:60]
		same("status for %r" % what, done.returncode, status)
		true("a reason for %r" % what, done.stderr)
		absent("the output for %r" % what, "verdict:   accept",
		    done.stdout.decode())
	true("no mail was shown whole", "E" not in f.asked())
	same("status of 64 recipients", gate("-c", cf, "-f", mail(),
	    *many[2:]).returncode, ACCEPTED)


def test_bad_configuration():
	"""no filter, no configuration, or one with errors: 78, and all errors"""
	cases = {"no filter is configured": settings(),
	    "No such file": WORK + "/missing.conf",
	    r"\.conf:\d+: .*(?s:.*)\.conf:\d+: ": settings([], Server_SpoolDir=
	    "relative", Server_MaxRecipients="many")}
	for reason, cf in cases.items():
		done = gate("-c", cf, "-f", mail())
		same("status for %r" % reason, done.returncode, CONFIG)
		match("the reason", reason, done.stderr.decode())
		same("the output", done.stdout, b"")


def test_spool():
	"""a spool directory that cannot be used: 73"""
	for text in (TEXT, TEXT + b"x\n" * 100000):
		f = Filter()
		t = try_([f], text=text, keys={"Server_SpoolDir":
		    "/nonexistent"})
		same("status, mail of %d octets" % len(text), t.status, CANTCREAT)
		match("the reason", "/nonexistent", t.err)


common.main(__name__)
