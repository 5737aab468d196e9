"""What the programs of tests/real share.

A program of that directory is a module with functions named test_*, each one
behaviour and one line of TAP whose text is the function's docstring, and at
its end

	PACKAGES = ["package", ["two", "together"], ...]
	common.main(__name__)

Everything runs in a world of its own, which the kernel removes together with
the last process in it, however that comes about: private mount, pid, network,
UTS and IPC namespaces.  In there

  * /usr, /etc and /var are overlays: Debian's packages are only unpacked (into
    build/real, or below XDG_CACHE_HOME) and laid over the machine's own tree,
    so that three mail servers that conflict can run side by side at their
    compiled-in paths, and users that they need exist, while the machine keeps
    its files, its services and its users;
  * /run is an empty tmpfs with the work directory WORK, /dev has only the
    usual nodes and a syslog socket that belongs to the test;
  * there is one network device, lo, with the addresses of documentation in
    ADDRESSES on it, and the name server on 127.0.0.1 is the dict ZONE here.

Needs root, for the namespaces and for the launchers that give it up.  Nothing
in here knows the gate's code: peers are real or written from the protocols.
"""

import atexit
import errno
import fcntl
import os
import re
import shutil
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import time
import traceback

import services

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
CACHE = os.path.join(os.environ["XDG_CACHE_HOME"], "spsmtpgate-tests") \
    if "XDG_CACHE_HOME" in os.environ else os.path.join(ROOT, "build", "real")
WORK = "/run/t"
GATE = "/usr/sbin/spsmtpgate"		# where the shipped units expect it
GATEUSER = "spsmtpgate"
HOSTNAME = "gate.example.org"
RESOLV = "nameserver 127.0.0.1\noptions timeout:2 attempts:1\n"

# A verified client, one whose PTR lies, one without PTR; and on IPv6.
CLIENT4 = "192.0.2.7"
FORGED4 = "192.0.2.8"
NOPTR4 = "192.0.2.9"
CLIENT6 = "2001:db8::7"
SERVER4 = "192.0.2.1"
SERVER6 = "2001:db8::1"
ADDRESSES = [CLIENT4 + "/32", FORGED4 + "/32", NOPTR4 + "/32",
    SERVER4 + "/32", CLIENT6 + "/128", SERVER6 + "/128"]

BASE = ["iproute2"]		# for the network of our own

USERS = ["spsmtpgate", "postfix", "postdrop", "dovecot", "dovenull",
    "Debian-exim", "opensmtpd", "opensmtpq", "opendkim", "_rspamd", "clamav",
    "debian-spamd", "spamass-milter", "vmail", "spsmtpgate-tls"]


class Fail(Exception):
	"""An expectation was not met; the text goes out as diagnostics."""


class Skip(Exception):
	"""The machine lacks what this test needs; the text says what."""


# ---------------------------------------------------------------- expectations

def show(value, limit=3000):
	text = value if isinstance(value, str) else repr(value)
	if len(text) > limit:
		text = text[:limit] + "... (%d in all)" % len(text)
	return text


def same(what, got, expected):
	if got != expected:
		raise Fail("%s\n  expected: %s\n  got:      %s" %
		    (what, show(expected), show(got)))


def true(what, value, detail=""):
	if not value:
		raise Fail("%s%s" % (what, "\n" + show(detail) if detail else ""))


def match(what, pattern, text):
	m = re.search(pattern, text)
	if m is None:
		raise Fail("%s\n  expected to find: %s\n  in: %s" %
		    (what, pattern, show(text)))
	return m


def absent(what, pattern, text):
	m = re.search(pattern, text)
	if m is not None:
		raise Fail("%s\n  unexpected: %s" % (what, show(m.group(0))))


def until(what, predicate, seconds=20, detail=None):
	"""Wait for predicate() to be true; polls, so that it is never late by
	more than a blink, and fails after a bounded time.  Returns its value."""
	deadline = time.monotonic() + seconds
	while True:
		value = predicate()
		if value:
			return value
		if time.monotonic() > deadline:
			raise Fail("waited %d s in vain: %s\n%s" % (seconds, what,
			    show(detail()) if detail else ""))
		time.sleep(0.01)


made = {}


def once(key, make):
	"""What several tests share: made when the first asks for it."""
	if key not in made:
		try:
			made[key] = make()
		except (Fail, Skip) as e:	# so for the others as well
			made[key] = e
	if isinstance(made[key], Exception):
		raise type(made[key])(str(made[key]))
	return made[key]


# ------------------------------------------------------------------- packages

def unpack(packages):
	"""Unpack what the machine lacks of the packages and of all that they
	depend on; returns the directory of the tree, or None.  One tree for
	those that belong together."""
	name = "+".join(sorted(packages))
	tree = os.path.join(CACHE, name)
	stamp = os.path.join(tree, ".complete")
	if os.path.exists(stamp):
		return tree
	os.makedirs(os.path.join(tree, "usr"), exist_ok=True)
	log = os.path.join(CACHE, name + ".log")
	with open(log, "w") as out:
		missing = closure(packages, out)
		if missing is None or missing and subprocess.call(
		    [os.path.join(ROOT, "tests", "deps"), "--unpack", tree] +
		    missing, stdin=subprocess.DEVNULL, stdout=out,
		    stderr=out) != 0:
			print("# cannot get %s: see %s" % (name, log))
			return None
	# The machine's /lib is a link into /usr, and so must the tree's be.
	for top in ("bin", "lib", "sbin"):
		old = os.path.join(tree, top)
		if os.path.isdir(old) and not os.path.islink(old):
			subprocess.check_call(["cp", "-a", old + "/.",
			    os.path.join(tree, "usr", top)])
			shutil.rmtree(old)
	open(stamp, "w").close()
	return tree


def closure(packages, out):
	"""The packages and their dependencies, less what is installed: names
	that apt-get would install.  None when it does not know them."""
	if shutil.which("apt-get") is None:
		return None
	for attempt in (0, 1):
		p = subprocess.run(["apt-get", "-qq", "-y", "--simulate",
		    "--no-install-recommends", "install"] + packages,
		    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
		    stderr=out)
		if p.returncode == 0:
			return re.findall(r"(?m)^Inst (\S+) ",
			    p.stdout.decode())
		if attempt == 0:
			subprocess.call(["apt-get", "-qq", "update"],
			    stdin=subprocess.DEVNULL, stdout=out, stderr=out)
	return None


def need(*programs):
	"""Skip unless the programs are there, in the machine or unpacked."""
	found = []
	for p in programs:
		path = p if p.startswith("/") else shutil.which(p,
		    path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin")
		if path is None or not os.path.exists(path):
			raise Skip("no %s" % p)
		found.append(path)
	return found[0]


# ------------------------------------------------------------- a private world

def run(*argv, **kw):
	"""Run to the end; returns (status, stdout, stderr), the latter bytes."""
	if "input" not in kw:
		kw.setdefault("stdin", subprocess.DEVNULL)
	p = subprocess.run(argv,
	    capture_output=True, timeout=kw.pop("timeout", 60), **kw)
	return p.returncode, p.stdout, p.stderr


def must(*argv, **kw):
	status, out, err = run(*argv, **kw)
	if status != 0:
		raise Fail("%s: status %d\n%s%s" % (" ".join(argv), status,
		    out.decode("latin-1"), err.decode("latin-1")))
	return out


def overlay(top, trees):
	upper = "/run/.over/%s" % top
	os.makedirs(upper + "/up")
	os.makedirs(upper + "/work")
	lower = [os.path.join(t, top) for t in trees]
	lower = [d for d in lower if os.path.isdir(d)] + ["/" + top]
	# The newer way to mount has no room for so many names.
	os.environ["LIBMOUNT_FORCE_MOUNT2"] = "always"
	must("mount", "-t", "overlay", "spsmtpgate-test", "-o",
	    "lowerdir=%s,upperdir=%s/up,workdir=%s/work" %
	    (":".join(lower), upper, upper), "/" + top)


def world(trees):
	os.umask(0o022)
	must("mount", "-t", "tmpfs", "-o", "mode=755", "none", "/run")
	for d in (WORK, "/run/lock", "/run/.dev"):
		os.mkdir(d)
	for top in ("usr", "etc", "var"):
		overlay(top, trees)
	must("mount", "-t", "tmpfs", "-o", "mode=755", "none", "/run/.dev")
	for node in ("null", "zero", "full", "random", "urandom", "tty"):
		open("/run/.dev/" + node, "w").close()
		must("mount", "--bind", "/dev/" + node, "/run/.dev/" + node)
	os.mkdir("/run/.dev/shm")
	must("mount", "-t", "tmpfs", "none", "/run/.dev/shm")
	for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"),
	    ("stdout", "fd/1"), ("stderr", "fd/2")):
		os.symlink(target, "/run/.dev/" + name)
	must("mount", "--move", "/run/.dev", "/dev")
	os.rmdir("/run/.dev")
	must("ip", "link", "set", "lo", "up")
	for a in ADDRESSES:
		must("ip", "addr", "add", a, "dev", "lo")
	socket.sethostname(HOSTNAME)
	files()
	shutil.copy(os.environ.get("GATE") or
	    os.path.join(ROOT, "spsmtpgate"), GATE)
	os.chmod(GATE, 0o755)


def files():
	"""The few files under /etc that everybody reads."""
	with open("/etc/passwd") as f:
		known = {line.split(":")[0] for line in f}
	with open("/etc/group") as f:
		groups = {line.split(":")[0] for line in f}
	for n, user in enumerate(USERS):
		if user not in groups:
			with open("/etc/group", "a") as f:
				f.write("%s:x:%d:\n" % (user, 64100 + n))
		if user not in known:
			with open("/etc/passwd", "a") as f:
				f.write("%s:x:%d:%d::/nonexistent:/bin/false\n" %
				    (user, 64100 + n, gid(user)))
	# Written anew, not in place: they may be mounts or links elsewhere.
	for name, text in (
	    ("resolv.conf", RESOLV),
	    ("hosts", "127.0.0.1 localhost\n::1 localhost\n"),
	    ("mailname", HOSTNAME + "\n"),
	    ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"
	    "services: files\nprotocols: files\n")):
		path = os.path.join("/etc", name)
		try:
			os.unlink(path)
		except FileNotFoundError:
			pass
		except OSError as e:
			if e.errno != errno.EBUSY:
				raise
			must("umount", path)
			os.unlink(path)
		with open(path, "w") as f:
			f.write(text)


def uid(user):
	return identity("/etc/passwd", user)


def gid(group):
	return identity("/etc/group", group)


def identity(path, name):
	# Not the pwd module: libc keeps the file open.
	with open(path) as f:
		for line in f:
			fields = line.split(":")
			if fields[0] == name:
				return int(fields[2])
	raise Fail("no %s in %s" % (name, path))


# -------------------------------------------------------------------- services

ZONE = {			# see services.py
    ("7.2.0.192.in-addr.arpa", "PTR"): ["client.example.net"],
    ("client.example.net", "A"): [CLIENT4],
    ("8.2.0.192.in-addr.arpa", "PTR"): ["trusted.example.com"],
    ("trusted.example.com", "A"): ["198.51.100.1"],
    ("1.2.0.192.in-addr.arpa", "PTR"): [HOSTNAME],
    (HOSTNAME, "A"): [SERVER4],
    (HOSTNAME, "AAAA"): [SERVER6],
    ("7." + "0." * 23 + "8.b.d.0.1.0.0.2.ip6.arpa", "PTR"):
	["six.example.net"],
    ("six.example.net", "AAAA"): [CLIENT6],
}

syslog = None			# a services.Syslog


# ------------------------------------------------------------------- processes

class Proc:
	"""A process that logs to WORK/NAME.log and is ended by its pid."""
	count = 0

	def __init__(self, name, argv, **kw):
		Proc.count += 1
		self.name = name
		self.logpath = "%s/%s-%d.log" % (WORK, name, Proc.count)
		with open(self.logpath, "wb") as log:
			self.p = subprocess.Popen(argv, stdin=subprocess.DEVNULL,
			    stdout=kw.pop("stdout", log),
			    stderr=kw.pop("stderr", log), **kw)
		atexit.register(self.stop)

	def log(self):
		with open(self.logpath, "rb") as f:
			return f.read().decode("utf-8", "replace")

	def alive(self):
		if self.p.poll() is not None:
			raise Fail("%s ended with status %s\n%s" %
			    (self.name, self.p.returncode, show(self.log())))
		return True

	def port(self, number, seconds=30):
		"""Wait until somebody listens on the port; without connecting,
		since a launcher would start a gate for it."""
		until("%s listens on %d" % (self.name, number),
		    lambda: self.alive() and listening(number), seconds, self.log)
		return self

	def file(self, path, seconds=30):
		until("%s makes %s" % (self.name, path),
		    lambda: self.alive() and os.path.exists(path), seconds,
		    self.log)
		return self

	def line(self, pattern, seconds=10):
		"""Wait for a match in the log; returns it."""
		return until("%s logs %s" % (self.name, pattern),
		    lambda: re.search(pattern, self.log()), seconds, self.log)

	def stop(self, sig=signal.SIGTERM):
		atexit.unregister(self.stop)
		if self.p.poll() is None:
			self.p.send_signal(sig)
			try:
				self.p.wait(10)
			except subprocess.TimeoutExpired:
				self.p.kill()
				self.p.wait()
		return self.p.returncode


def listening(number):
	for path in ("/proc/net/tcp", "/proc/net/tcp6"):
		with open(path) as f:
			next(f)
			for line in f:
				local, _, state = line.split()[1:4]
				if state == "0A" and \
				    int(local.rsplit(":", 1)[1], 16) == number:
					return True
	return False


ports = iter(range(10001, 30000))	# the network is ours alone


def port():
	return next(ports)


def write(name, text, mode=0o644):
	path = name if name.startswith("/") else os.path.join(WORK, name)
	os.makedirs(os.path.dirname(path), exist_ok=True)
	with open(path, "w") as f:
		f.write(text)
	os.chmod(path, mode)
	return path


def directory(name, user=None, mode=0o755):
	path = os.path.join(WORK, name)
	os.makedirs(path, exist_ok=True)
	os.chmod(path, mode)
	if user:
		os.chown(path, uid(user), gid(user))
	return path


def read(path):
	with open(path, "rb") as f:
		return f.read()


# -------------------------------------------------------------------- the gate

confs = iter(range(1, 10000))


def conf(backend=None, filters=(), **keys):
	"""A configuration file; keys are Section_Key=value.  A filter is a port,
	or a specification in Sendmail's notation."""
	sections = {"Server": {"Hostname": HOSTNAME}, "Backend": {},
	    "MailFilter": {}}
	if backend is not None:
		sections["Backend"] = {"ServerCount": 1, "Identity": "none",
		    "Server0": backend if isinstance(backend, str) else
		    "127.0.0.1:%d 10" % backend}
	for n, f in enumerate(filters):
		if isinstance(f, int):
			f = "S=inet:%d@127.0.0.1, F=T, T=C:5s;S:10s;R:20s;E:1m" % f
		sections["MailFilter"]["Filter%d" % n] = '"%s"' % f
	for k, v in keys.items():
		section, key = k.split("_", 1)
		sections.setdefault(section, {})[key] = v
	text = "".join("[%s]\n%s\n" % (s, "".join("%s = %s\n" % kv
	    for kv in sections[s].items())) for s in sections)
	return write("gate%d.conf" % next(confs), text)


class Gate(Proc):
	"""The gate behind a tcpserver of its own.  ids gives other user and group
	numbers, env adds to the environment, child is a backend program."""
	all = []

	def __init__(self, cf, host="127.0.0.1", options=(), child=(), env=None,
	    ids=None, wrapper=(), launcher=("-HR",), gateargs=()):
		need("tcpserver")
		self.host = host
		self.number = port()
		u, g = ids or (uid(GATEUSER), gid(GATEUSER))
		argv = ["tcpserver", "-l0", *launcher, "-u%d" % u, "-g%d" % g,
		    *options, host, str(self.number), *wrapper, GATE]
		if cf:
			argv += ["-c", cf]
		argv += gateargs
		if child:
			argv += ["--", *child]
		super().__init__("tcpserver", argv,
		    env=dict(os.environ, **(env or {})))
		Gate.all.append(self)
		self.port(self.number)

	@classmethod
	def sane(cls):
		"""No gate has said in its log that it is broken: sanitizers, libc's
		own checks."""
		for text in [g.log() for g in cls.all] + [syslog.text()]:
			absent("a broken gate", r"(?m)^.*(Sanitizer|runtime "
			    r"error:|\*\*\* .* \*\*\*|Assertion).*$", text)

	def session(self, **kw):
		"""The fields of the last session's log line, once it is there."""
		return fields(self.line(r"(?m)^.*\bsession id=.*$", **kw).group(0))


class Mailfront(Proc):
	"""mailfront behind a tcpserver: the smallest real server.  It keeps its
	mails as files of envelope and text, see received()."""
	def __init__(self):
		need("tcpserver")
		self.number = port()
		super().__init__("mailfront", ["tcpserver", "-HR",
		    "-lmailfront.example.org", "-c200",
		    "-u%d" % uid("vmail"), "-g%d" % gid("vmail"),
		    "127.0.0.1", str(self.number), *MAILFRONT],
		    env=mailfront_env("mailfront%d" % self.number))
		self.queue = "%s/mailfront%d" % (WORK, self.number)
		self.port(self.number)

	def received(self, count=1):
		return queued(self.queue, count)


MAILFRONT = ["mailfront", "smtp", "queuedir", "mailrules", "add-received"]


def mailfront_env(name, user="vmail"):
	need("mailfront")
	queue = directory(name, user)
	for d in ("tmp", "new"):
		directory("%s/%s" % (name, d), user)
	rules = write(name + ".rules", ":sender\nk*:*\n:recipient\n"
	    "d*:refused@*:no such user here (#5.1.1)\n"
	    "z*:later@*:come back later (#4.2.1)\nk*:*\n")
	return dict(os.environ, QUEUEDIR=queue, MAILRULES=rules)


def queued(queue, count=1):
	"""The mails in a queue directory: [(sender, [recipients], bytes)]."""
	new = queue + "/new"
	until("%d mail(s) in %s" % (count, new),
	    lambda: len(os.listdir(new)) >= count)
	same("mails in " + new, len(os.listdir(new)), count)
	mails = []
	for n in os.listdir(new):
		envelope, text = read(os.path.join(new, n)).split(b"\0\0", 1)
		parts = envelope.decode().split("\0")
		mails.append((parts[0], parts[1:], text))
	return mails


def fields(line):
	"""key=value pairs of a log line."""
	found = re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)', line)
	return {k: v.strip('"') for k, v in found}


# ------------------------------------------------------------------- as client

class Raw:
	"""A client on a plain socket that keeps every byte the server said."""
	def __init__(self, number, host="127.0.0.1", source=None, seconds=20):
		family = socket.AF_INET6 if ":" in host else socket.AF_INET
		self.s = socket.socket(family, socket.SOCK_STREAM)
		self.s.settimeout(seconds)
		if source:
			self.s.bind((source, 0))
		self.s.connect((host, number))
		self.address = self.s.getsockname()[:2]
		self.bytes = b""	# all that came
		self.at = 0		# consumed by reply()

	def fill(self):
		data = self.s.recv(65536)
		self.bytes += data
		return data

	def reply(self):
		"""One reply, whole; b'' at end of file."""
		while True:
			m = re.match(rb"(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n",
			    self.bytes[self.at:])
			if m:
				self.at += m.end()
				return m.group(0)
			if not self.fill():
				return b""

	def send(self, data):
		self.s.sendall(data)

	def cmd(self, line, code=None):
		if isinstance(line, str):
			line = line.encode()
		self.send(line + b"\r\n")
		answer = self.reply()
		if code is not None:
			same("the reply to %r" % line, answer[:3].decode(), str(code))
		return answer

	def end(self):
		"""Read to the end; returns every byte of the session."""
		try:
			while self.fill():
				pass
		except ConnectionResetError:
			pass
		self.s.close()
		return self.bytes

	def reset(self):
		"""Leave with a RST."""
		self.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
		    struct.pack("ii", 1, 0))
		self.s.close()


def smtponly(data):
	"""Each byte that the client received belongs to a proper reply."""
	rest = re.sub(rb"(?:[2-5]\d\d-[\x20-\x7e]*\r\n)*"
	    rb"[2-5]\d\d(?: [\x20-\x7e]*)?\r\n", b"", data)
	if rest:
		raise Fail("not SMTP on the client's connection: %s" % show(rest))


class Smtp(smtplib.SMTP):
	"""smtplib with the address to come from, and without its own idea of
	the host name (it would ask the name server)."""
	def __init__(self, number, host="127.0.0.1", source=None):
		super().__init__(host, number, "client.example.net", 60,
		    (source, 0) if source else None)

	def mail_raw(self, sender, rcpts, data):
		"""Send data as it is; returns the final (code, text)."""
		code, text = self.mail(sender)
		same("MAIL: %r" % text, code, 250)
		for r in rcpts:
			code, text = self.rcpt(r)
			same("RCPT: %r" % text, code, 250)
		code, text = self.docmd("DATA")
		same("DATA: %r" % text, code, 354)
		self.send(stuff(data))
		return self.getreply()


def stuff(data):
	"""RFC 5321, 4.5.2; data has CRLF line ends and ends in one."""
	return re.sub(rb"(?m)^\.", b"..", data) + b".\r\n"


def send(number, data, rcpts=("user@example.org",), sender="a@example.net",
    host="127.0.0.1", source=None):
	s = Smtp(number, host, source)
	s.ehlo()
	result = s.mail_raw(sender, list(rcpts), data)
	s.quit()
	return result


def message(subject="test", body=b"Hello\r\n", extra=b""):
	return (b"From: A <a@example.net>\r\nTo: user@example.org\r\n"
	    b"Subject: " + subject.encode() + b"\r\n"
	    b"Date: Mon, 01 Jan 2024 12:00:00 +0000\r\n"
	    b"Message-ID: <" + subject.encode().replace(b" ", b"-") +
	    b"@example.net>\r\n" + extra + b"\r\n" + body)


# -------------------------------------------------------------------- Maildirs

def maildir(path):
	"""The messages in path/new as bytes, in no special order."""
	new = os.path.join(path, "new")
	if not os.path.isdir(new):
		return []
	return [read(os.path.join(new, n)) for n in os.listdir(new)]


def arrived(path, count=1, seconds=30):
	"""Wait until path holds count messages; returns them.  More is wrong."""
	until("%d message(s) in %s" % (count, path),
	    lambda: len(maildir(path)) >= count, seconds,
	    lambda: "%d there" % len(maildir(path)))
	got = maildir(path)
	same("messages in " + path, len(got), count)
	return got


# ------------------------------------------------------------------------- TAP

def diagnose(text):
	for line in text.splitlines():
		print("# " + line)


def tests(module):
	found = [f for n, f in vars(module).items() if n.startswith("test_")]
	return found


def main(name):
	"""The last line of each program.  An entry of its PACKAGES that is a list
	is one tree, so that common dependencies are there once."""
	if name != "__main__":
		return
	module = sys.modules[name]
	only = [a for a in sys.argv[1:] if not a.startswith("-")]
	if "--inside" not in sys.argv:
		outside(module, only)
	trees = []
	for p in BASE + module.PACKAGES:
		p = [p] if isinstance(p, str) else p
		tree = os.path.join(CACHE, "+".join(sorted(p)))
		if os.path.exists(tree + "/.complete"):
			trees.append(tree)
	# We are process 1: reap what the daemons leave behind.
	child = os.fork()
	if child:
		status = 0
		while True:
			pid, result = os.wait()
			if pid == child:
				status = os.waitstatus_to_exitcode(result)
				os._exit(status if status >= 0 else 1)
	world(trees)
	for key in [k for k in os.environ if k.startswith(("TCP", "LISTEN_",
	    "REMOTE_", "PROTO", "JOURNAL_", "NOTIFY_"))]:
		del os.environ[key]
	os.environ.update(PATH="/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL="C.UTF-8",
	    TZ="UTC", HOME="/root")
	# For a gate built with it: confined, it cannot look for leaks.
	os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=0")
	services.nameserver(ZONE)
	global syslog
	syslog = services.Syslog()
	os.chdir(WORK)
	sys.exit(play([t for t in tests(module)
	    if not only or any(o in t.__name__ for o in only)]))


def outside(module, only):
	if os.geteuid() != 0:
		print("1..0 # SKIP needs root: private namespaces, and launchers "
		    "that change the user")
		sys.exit(0)
	status, _, err = run("unshare", "--mount", "--pid", "--fork",
	    "--mount-proc", "--net", "--uts", "--ipc", "true")
	if status != 0:
		print("1..0 # SKIP no private namespaces here: %s" %
		    err.decode("latin-1").strip())
		sys.exit(0)
	gate = os.environ.get("GATE") or os.path.join(ROOT, "spsmtpgate")
	if not os.access(gate, os.X_OK):
		print("1..1\nnot ok 1 - %s is there (run make)" % gate)
		sys.exit(1)
	os.makedirs(CACHE, exist_ok=True)
	with open(os.path.join(CACHE, ".lock"), "w") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)
		for p in BASE + module.PACKAGES:
			unpack([p] if isinstance(p, str) else list(p))
	sys.stdout.flush()
	os.execvp("unshare", ["unshare", "--mount", "--pid", "--fork",
	    "--kill-child", "--mount-proc", "--net", "--uts", "--ipc",
	    sys.executable, os.path.abspath(sys.argv[0]), "--inside", *only])


def play(todo):
	print("1..%d" % len(todo), flush=True)
	failed = 0
	for n, t in enumerate(todo, 1):
		text = " ".join((t.__doc__ or t.__name__).split())
		began = time.monotonic()
		try:
			t()
			Gate.sane()
			print("ok %d - %s" % (n, text))
		except Skip as e:
			print("ok %d - %s # SKIP %s" % (n, text, e))
		except Exception as e:	# one broken test must not hide the rest
			failed += 1
			print("not ok %d - %s" % (n, text))
			diagnose(str(e) if isinstance(e, Fail) else
			    traceback.format_exc())
			if isinstance(e, Fail):
				at = traceback.extract_tb(e.__traceback__)
				diagnose("in " + " < ".join("%s:%d" % (os.path.basename(
				    f.filename), f.lineno) for f in reversed(at)))
		if "SPSMTPGATE_TIMES" in os.environ:
			print("# %.2f s" % (time.monotonic() - began))
		sys.stdout.flush()
	return 1 if failed else 0
