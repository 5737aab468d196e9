#!/usr/bin/python3
"""Mail in quarantine: what is on the disk when the client hears 250.

What would break for whom: a filter found something, the admin wants it kept,
and the client throws its own copy away on hearing 250.  A mail that is then
not there is lost; half a mail under new/ is worse, since somebody may let it
go.  So the gate is killed, and its disk fails, at each system call between
the first octet and the reply (strace's fault injection), and the Maildir is
full, missing, somebody else's, or on two file systems.
"""

import mailbox
import os
import re
import signal
import socket
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (GATE, GATEUSER, HOSTNAME, WORK, Fail, Raw, Skip, absent,
    conf, directory, fields, gid, match, message, must, need, once, read, same,
    stuff, true, uid)
from mta import Yes
from recmilter import RecMilter

PACKAGES = ["strace"]

REASON = "found Eicar"
SENDER = "a@example.net"
RCPT = "user@example.org"
# Header and body are written apart, and this body in pieces.
MAIL = message("kept", b".dot\r\n\xe9\xff\r\n" +
    b"0123456789abcde\r\n" * 12000 + b"the end\r\n")
LINE = r'(?m)^(?:\d+ )?(\w+)\((.*)\) += (-?\d+|\?).*$'


def backend():
	return once("backend", lambda: Yes(EHLO="250-backend.example.org\r\n"
	    "250-PIPELINING\r\n250 8BITMIME"))


def scanner():
	def make():
		m = RecMilter()
		m.edits = [b"q" + REASON.encode() + b"\0"]
		return m
	return once("scanner", make)


counter = iter(range(1, 10000))


def maildir(path=None, user=GATEUSER):
	path = path or "maildir%d" % next(counter)
	directory(path, user, 0o700)
	for d in ("cur", "new", "tmp"):
		directory(path + "/" + d, user, 0o700)
	return os.path.join(WORK, path)


def inside(path):
	"""What lies in new/ and in tmp/."""
	return tuple(sorted(os.listdir(os.path.join(path, d)))
	    if os.path.isdir(os.path.join(path, d)) else []
	    for d in ("new", "tmp"))


def settings(path, **keys):
	keys.setdefault("Server_SpoolDir", directory("spool", GATEUSER, 0o700))
	return conf(backend().number, [scanner().number],
	    MailFilter_Name0="scanner", MailFilter_Quarantine="maildir:" + path,
	    **keys)


class Session:
	"""One client with one gate, which may run below strace."""
	def __init__(self, path, strace=(), **keys):
		self.path = path
		self.log = "%s/gate-%d.log" % (WORK, next(counter))
		self.trace = self.log + ".trace"
		argv = [GATE, "-c", settings(path, **keys)]
		kw = {"user": uid(GATEUSER), "group": gid(GATEUSER),
		    "extra_groups": []}
		if strace:
			# As root: nobody else may look into a gate.
			argv = [need("strace"), "-u", GATEUSER, "-s", "120", "-o",
			    self.trace, *strace, *argv]
			kw = {}
		with socket.create_server(("127.0.0.1", 0)) as door:
			self.client = Raw(door.getsockname()[1])
			theirs, _ = door.accept()
		with open(self.log, "wb") as log:
			self.gate = subprocess.Popen(argv, stdin=theirs,
			    stdout=theirs, stderr=log, cwd="/", **kw)
		theirs.close()
		self.asked = len(backend().commands)

	def mail(self, data=MAIL, rcpts=(RCPT,), hello=True):
		"""The final reply; b'' when the gate is gone."""
		c = self.client
		try:
			if hello:
				c.reply()
				c.cmd("EHLO client.example.net", 250)
			c.cmd("MAIL FROM:<%s>" % SENDER, 250)
			for r in rcpts:
				c.cmd("RCPT TO:<%s>" % r, 250)
			c.cmd("DATA", 354)
			c.send(stuff(data))
			return c.reply()
		except ConnectionResetError:
			return b""

	def end(self):
		"""Wait for the gate's end; its status."""
		try:
			self.client.send(b"QUIT\r\n")
		except OSError:
			pass
		self.client.end()
		self.status = self.gate.wait(30)
		self.text = read(self.log).decode("latin-1")
		absent("the gate's log", "Sanitizer|runtime error", self.text)
		return self.status

	def untouched(self):
		"""The backend has not been given the mail."""
		true("the backend was not asked to take a mail", "DATA" not in
		    backend().commands[self.asked:])

	def calls(self):
		"""[(name, arguments, result)] of the trace."""
		return re.findall(LINE, read(self.trace).decode("latin-1"))


def whole(name, data=MAIL, rcpts=(RCPT,)):
	"""The mail as it must lie in the file of this name."""
	top = ["Return-Path: <%s>" % SENDER]
	top += ["X-Quarantine-Recipient: <%s>" % r for r in rcpts]
	top += ["X-Quarantine-ID: " + name.split(".")[1],
	    "X-Quarantine-Client: 127.0.0.1",
	    "X-Quarantine-Helo: client.example.net",
	    "X-Quarantine-Filter: scanner", "X-Quarantine-Reason: " + REASON]
	return "".join(t + "\n" for t in top).encode() + \
	    data.replace(b"\r\n", b"\n")


def kept(path, count=1, data=MAIL, rcpts=(RCPT,)):
	"""Exactly count whole mails and nothing half; their names."""
	new, tmp = inside(path)
	same("mails under new/", len(new), count)
	same("files under tmp/", tmp, [])
	for name in new:
		same(name, read("%s/new/%s" % (path, name)), whole(name, data,
		    rcpts))
	return new


def refused(s, reply, tmp=True):
	"""The client keeps the mail, and nobody else has any of it."""
	match("the reply", r"^451 4\.3\.0 [ -~]+\r\n$", reply.decode())
	same("the gate's status", s.end(), 0)
	new, left = inside(s.path)
	same("mails under new/", new, [])
	if tmp:
		same("files under tmp/", left, [])
	s.untouched()
	match("a line that says why", r"(?m)^spsmtpgate: quarantine %s: " %
	    re.escape(s.path), s.text)
	line = fields(match("the mail's line", r"(?m)^spsmtpgate: mail .*$",
	    s.text).group(0))
	same("result, code", (line["result"], line["code"]), ("tempfailed",
	    "451"))
	absent("the log", "result=quarantined", s.text)


# -------------------------------------------------------------- how it is kept

def test_kept():
	"""a mail that a filter wants kept: whole, with its envelope, 250"""
	path = maildir()
	s = Session(path)
	rcpts = (RCPT, "second@example.org")
	reply = s.mail(rcpts=rcpts)
	m = match("the reply", r"^250 2\.0\.0 OK, kept aside as (\w+)\r\n$",
	    reply.decode())
	# What is promised is there already, not when the session is over.
	name = kept(path, rcpts=rcpts)[0]
	same("the gate's status", s.end(), 0)
	kept(path, rcpts=rcpts)
	s.untouched()
	match("the name", r"^\d+\.%s\.%s$" % (m.group(1), re.escape(HOSTNAME)),
	    name)
	st = os.stat("%s/new/%s" % (path, name))
	same("mode, owner, links", (oct(st.st_mode), st.st_uid, st.st_nlink),
	    (oct(0o100600), uid(GATEUSER), 1))
	line = fields(match("its line", r"(?m)^spsmtpgate: quarantine .*$",
	    s.text).group(0))
	same("id, filter, reason", (line["id"], line["filter"], line["reason"]),
	    (m.group(1), "scanner", REASON))
	line = fields(match("the mail's line", r"(?m)^spsmtpgate: mail .*$",
	    s.text).group(0))
	same("what became of it", [line[k] for k in ("id", "result", "by",
	    "stage", "code", "nrcpt", "size")], [m.group(1), "quarantined",
	    "filter:scanner", "eom", "250", "2", str(len(MAIL))])


def test_readers():
	"""what is kept can be read by others, and be let go as the manual says"""
	path = maildir()
	s = Session(path)
	s.mail()
	s.end()
	box = mailbox.Maildir(path, create=False)
	same("mails in the mailbox", len(box), 1)
	mail = box.values()[0]
	same("fields", [mail[k] for k in ("Return-Path",
	    "X-Quarantine-Recipient", "X-Quarantine-Filter",
	    "X-Quarantine-Reason", "Subject")], ["<%s>" % SENDER,
	    "<%s>" % RCPT, "scanner", REASON, "kept"])
	file = "%s/new/%s" % (path, os.listdir(path + "/new")[0])
	same("the mail that is let go", must("sed",
	    "1,/^X-Quarantine-Reason:/d", file), MAIL.replace(b"\r\n", b"\n"))


def test_several():
	"""five mails of one session and of ten at once: each has its own file"""
	path = maildir()
	sessions = [Session(path) for _ in range(10)]
	replies = []

	def play(s):
		for n in range(5):
			replies.append(s.mail(hello=n == 0)[:3])
		s.end()
	threads = [threading.Thread(target=play, args=(s,)) for s in sessions]
	for t in threads:
		t.start()
	for t in threads:
		t.join(40)
	same("replies", replies, [b"250"] * 50)
	same("files of that many mails", len(set(kept(path, 50))), 50)


def test_order():
	"""on the disk before it is visible, and visible before the 250: file
	synced, renamed, new/ synced, reply"""
	path = maildir()
	s = Session(path, ["-e", "trace=all"])
	s.mail()
	s.end()
	calls = s.calls()
	name = kept(path)[0]
	old, new = "%s/tmp/%s" % (path, name), "%s/new/%s" % (path, name)

	def at(what, test, since=0):
		for i, c in enumerate(calls[since:], since):
			if test(*c):
				return i
		raise Fail("no %s in the trace behind %d" % (what, since))
	made = at("open", lambda n, a, r: n == "openat" and '"%s"' % old in a)
	match("how it is made", "O_CREAT.*O_EXCL|O_EXCL.*O_CREAT",
	    calls[made][1])
	fd = calls[made][2]
	synced = at("sync of the file", lambda n, a, r: n in ("fsync",
	    "fdatasync") and a == fd and r == "0", made)
	wrote = [int(r) for n, a, r in calls[made:synced] if n == "write" and
	    a.startswith(fd + ", ")]
	same("octets before the sync", sum(wrote), os.stat(new).st_size)
	true("it takes more than one write", len(wrote) > 2, wrote)
	moved = at("rename", lambda n, a, r: n.startswith("rename") and
	    '"%s"' % old in a and '"%s"' % new in a and r == "0", synced)
	same("writes behind the sync", [c for c in calls[synced:moved] if
	    c[0] == "write"], [])
	opened = at("open of new/", lambda n, a, r: n == "openat" and
	    '"%s/new"' % path in a, 0)
	true("new/ has a descriptor", int(calls[opened][2]) >= 0)
	dirsync = at("sync of new/", lambda n, a, r: n == "fsync" and
	    a == calls[opened][2] and r == "0", moved)
	told = at("reply", lambda n, a, r: n in ("sendto", "write", "sendmsg",
	    "writev") and "kept aside" in a and not a.startswith("2, "), moved)
	true("the reply comes last", dirsync < told, calls[moved:told + 1])
	same("other names under new/", [c for c in calls if path + "/new/" in
	    c[1] and c[0] not in ("rename", "renameat", "renameat2")], [])


def test_confined():
	"""it works from behind Landlock, also through a symbolic link"""
	path = maildir()
	os.symlink(path, path + "-link")
	s = Session(path + "-link", ["-e",
	    "trace=landlock_restrict_self,openat,rename"])
	reply = s.mail()
	s.end()
	same("the reply", reply[:3], b"250")
	kept(path)
	calls = s.calls()
	names = [c[0] for c in calls]
	if ("landlock_restrict_self", "0") not in [(c[0], c[2]) for c in calls]:
		raise Skip("no Landlock in this kernel")
	made = [i for i, c in enumerate(calls) if c[0] == "openat" and
	    "-link/tmp/" in c[1]]
	true("the file is made when the gate is confined", made and
	    names.index("landlock_restrict_self") < made[0], calls[-10:])


# -------------------------------------------------------------- sudden endings

def points(path, calls):
	"""The calls from the first that makes the file to the 250, as (name,
	which of that name)."""
	count, found, inner = {}, [], False
	for name, args, _ in calls:
		count[name] = count.get(name, 0) + 1
		if name == "openat" and path + "/tmp/" in args:
			inner = True
		if inner:
			found.append((name, count[name]))
		if inner and name == "sendto" and "kept aside" in args:
			return found
	raise Fail("no mail was kept in the trace")


TRACED = "trace=openat,write,pread64,fsync,fdatasync,close,rename,renameat," \
    "renameat2,sendto,unlink,link,linkat"


def plan():
	"""The system calls of a mail that is kept, from a run that goes well."""
	def make():
		path = maildir()
		s = Session(path, ["-e", TRACED])
		s.mail()
		s.end()
		kept(path)
		found = points(path, s.calls())
		names = [n for n, _ in found]
		true("the interesting calls are among them", {"openat", "write",
		    "fsync", "close", "sendto"} <= set(names) and
		    names.count("write") > 3 and names.count("fsync") == 2,
		    found)
		return found
	return once("plan", make)


def test_killed():
	"""kill -9 at each system call: no half mail under new/, ever, and no 250
	without the mail"""
	path = maildir()
	seen = set()
	for name, which in plan():
		s = Session(path, ["-e", TRACED, "-e",
		    "inject=%s:signal=KILL:when=%d" % (name, which)])
		reply = s.mail()
		same("end of the gate at %s %d" % (name, which), s.end(),
		    -signal.SIGKILL)
		s.untouched()
		new, tmp = inside(path)
		same("a reply to the client (%s %d)" % (name, which), reply, b"")
		for n in new:
			same("a mail that was visible at %s %d" % (name, which),
			    read("%s/new/%s" % (path, n)), whole(n))
		true("one file at the most", len(new) + len(tmp) <= 1,
		    repr((new, tmp)))
		seen.add("new" if new else "nothing" if not tmp else "empty" if
		    os.stat("%s/tmp/%s" % (path, tmp[0])).st_size == 0 else
		    "some")
		for d, names in (("new", new), ("tmp", tmp)):
			for n in names:
				os.unlink("%s/%s/%s" % (path, d, n))
	# Or the points were not where they were thought to be.
	same("what the kills left", seen, {"nothing", "empty", "some", "new"})


def test_killed_leavings():
	"""what a killed gate left under tmp/ is not in the way of others"""
	path = maildir()
	name, which = [p for p in plan() if p[0] == "fsync"][0]
	s = Session(path, ["-e", "inject=%s:signal=KILL:when=%d" % (name,
	    which)])
	s.mail()
	s.end()
	left = inside(path)[1]
	same("files under tmp/", len(left), 1)
	s = Session(path)
	same("the reply", s.mail()[:3], b"250")
	s.end()
	same("files under new/ and tmp/", (len(inside(path)[0]),
	    inside(path)[1]), (1, left))


def test_term():
	"""SIGTERM while the mail is being kept: it is, and the client hears 250"""
	for name, which in plan():
		if name not in ("openat", "fsync", "rename", "sendto"):
			continue
		path = maildir()
		s = Session(path, ["-e", TRACED, "-e",
		    "inject=%s:signal=TERM:when=%d" % (name, which)])
		same("the reply, SIGTERM at %s %d" % (name, which), s.mail()[:3],
		    b"250")
		same("the gate's status", s.end(), 0)
		kept(path)


def test_interrupted():
	"""calls that are interrupted are done again"""
	path = maildir()
	which = [w for n, w in plan() if n == "write"][1]
	s = Session(path, ["-e", TRACED, "-e",
	    "inject=write:error=EINTR:when=%d" % which])
	same("the reply", s.mail()[:3], b"250")
	s.end()
	true("it was interrupted", "EINTR" in read(s.trace).decode("latin-1"))
	kept(path)


# ------------------------------------------------------------ disks in trouble

ERRORS = {"openat": "EDQUOT", "write": "ENOSPC", "fsync": "EIO",
    "close": "EIO", "rename": "EACCES", "pread64": "EIO"}


def fault(name, which):
	path = maildir()
	s = Session(path, ["-e", TRACED, "-e",
	    "inject=%s:error=%s:when=%d" % (name, ERRORS[name], which)])
	reply = s.mail()
	try:
		refused(s, reply)
	except Fail as e:
		raise Fail("with %s from %s %d: %s" % (ERRORS[name], name, which,
		    e))
	true("the error was met", "(INJECTED)" in read(s.trace).decode(
	    "latin-1"))


def steps():
	"""The plan without the calls of the log and the reply, before and behind
	the moment when the mail is under its final name."""
	found = plan()
	moved = [i for i, p in enumerate(found) if p[0].startswith("rename")][0]
	ends = [i for i, p in enumerate(found) if p[0] == "write"
	    and i > moved][0]
	return found[:moved + 1], found[moved + 1:ends]


def test_faults():
	"""an error of any call before the mail is visible: 451, nothing left"""
	for name, which in steps()[0]:
		fault(name, which)


def test_fault_sync_new():
	"""new/ cannot be synced: 451, and nothing left, since the client sends the
	mail again"""
	for name, which in steps()[1]:
		if name == "fsync":
			fault(name, which)


def test_unreadable_new():
	"""new/ may be written but not read: not one more copy with each 451"""
	path = maildir()
	os.chmod(path + "/new", 0o300)
	s = Session(path)
	reply = s.mail()
	if reply[:3] == b"250":
		s.end()
		kept(path)
	else:
		refused(s, reply)


def test_full():
	"""a full file system, with more and more room: 451 and nothing left, until
	250 and the whole mail"""
	results = []
	for size in (4, 8, 64, 128, 192, 200, 256, 400):
		base = directory("full%d" % size)
		must("mount", "-t", "tmpfs", "-o", "mode=755,size=%dk" % size,
		    "none", base)
		path = base + "/maildir"
		try:
			maildir(path)
			s = Session(path)
			reply = s.mail()
			results.append(reply[:3])
			if reply[:3] == b"250":
				same("the gate's status", s.end(), 0)
				kept(path)
			else:
				refused(s, reply)
		finally:
			must("umount", base)
	same("from full to not", sorted(set(results), reverse=True), [b"451",
	    b"250"])
	same("in that order", results, sorted(results, reverse=True))


def test_no_inode():
	"""a file system without room for one more file: 451"""
	base = directory("inodes")
	must("mount", "-t", "tmpfs", "-o", "mode=755,nr_inodes=5", "none", base)
	try:
		path = maildir(base + "/maildir")
		s = Session(path)
		refused(s, s.mail())
	finally:
		must("umount", base)


def test_read_only():
	"""a file system that has become read-only: 451"""
	path = maildir()
	must("mount", "--bind", path, path)
	must("mount", "-o", "remount,bind,ro", path)
	try:
		s = Session(path)
		refused(s, s.mail())
	finally:
		must("umount", path)


def test_two_file_systems():
	"""new/ on another file system than tmp/: 451, not a copy that a reader can
	see grow"""
	path = maildir()
	must("mount", "-t", "tmpfs", "-o", "mode=777", "none", path + "/new")
	try:
		s = Session(path)
		refused(s, s.mail())
	finally:
		must("umount", path + "/new")


def test_no_maildir():
	"""missing, incomplete, a file, or somebody else's: 451 and nothing left"""
	def without(sub):
		path = maildir()
		os.rmdir(os.path.join(path, sub))
		return path

	def file(sub):
		path = without(sub)
		open(os.path.join(path, sub), "w").close()
		return path

	def others(*subs):
		path = maildir()
		for sub in subs:
			os.chown(os.path.join(path, sub), 0, 0)
			os.chmod(os.path.join(path, sub), 0o755)
		return path
	cases = {"missing": WORK + "/missing", "no tmp/": without("tmp"),
	    "no new/": without("new"), "tmp/ is a file": file("tmp"),
	    "new/ is a file": file("new"), "tmp/ of others": others("tmp"),
	    "new/ of others": others("new"), "all of others": others("", "tmp",
	    "new", "cur"), "a device": "/dev/null"}
	for what, path in cases.items():
		s = Session(path)
		try:
			refused(s, s.mail())
		except Fail as e:
			raise Fail("%s: %s" % (what, e))


def test_again():
	"""after a 451 the same session goes on, and keeps what it can keep then"""
	path = maildir()
	os.chmod(path + "/tmp", 0o500)
	s = Session(path)
	same("the first reply", s.mail()[:9], b"451 4.3.0")
	same("files", inside(path), ([], []))
	os.chmod(path + "/tmp", 0o700)
	same("the second reply", s.mail(hello=False)[:3], b"250")
	same("the gate's status", s.end(), 0)
	kept(path)
	s.untouched()


common.main(__name__)
