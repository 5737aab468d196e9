"""One script of a client against two servers: a Postfix with filters, and the
gate in front of the same Postfix without.

A Script is what the client does and how the filters answer.  Sides.play(script)
gives a Recording for each side, with what was seen of it:

	filters	per filter, the packets that it was sent (lib/difftap.py between
		the server and a recfilter, that is, the real libmilter)
	calls	per filter, the callbacks that libmilter made of them
	turns	which filter was asked what, in order of time; only with two
	client	the client's steps and the replies
	mails	the mails that came out, octet by octet

Names and numbers of a run (ports, queue numbers) are replaced on both sides by
what they are.  Everything else is compared; lib/diffrules.py says which
differences are wanted.
"""

import hashlib
import itertools
import os
import re
import socket
import subprocess
import threading

import common
from common import (GATE, GATEUSER, NOPTR4, ROOT, SERVER4, SERVER6, WORK, Fail,
    Gate, Raw, Skip, conf, must, port, read, write)
from difftap import Ev, MilterRelay, Sink, SmtpRelay, mails, text, wait
from mta import Postfix, Server

NOPTR6 = "2001:db8::9"		# nobody in the name server's zone
HOST = "postfix.example.org"	# what both call themselves
RECFILTER = os.environ.get("RECFILTER") or ROOT + "/build/recfilter"


# --------------------------------------------------------------------- scripts

class Step:
	"""One thing the client does; lines is what is shown of it."""
	def __init__(self, kind, what=b"", replies=1):
		self.kind = kind
		self.what = what
		self.replies = replies


def octets(what):
	return what.encode("latin-1") if isinstance(what, str) else what


def cmd(line):
	return Step("cmd", octets(line))


def pipe(*lines):
	"""Commands in one segment."""
	return Step("pipe", b"\r\n".join(octets(n) for n in lines),
	    len(lines))


def mail(data):
	"""What follows a 354: dots are stuffed, and the final dot is added."""
	return Step("mail", octets(data))


def part(data):
	"""A part of a mail; no reply is awaited."""
	return Step("part", octets(data), 0)


def gone(how="close"):
	"""The client leaves: close, or reset."""
	return Step("gone", how, 0)


class Script:
	"""filters: for each filter, options of recfilter; replace: for each,
	what lib/difftap.py puts in place of its answers.  flags: Sendmail's F=,
	and Postfix's default_action after it.  given: a Given of
	lib/diffrules.py, and a dict of what is otherwise for Postfix.
	impatient: Postfix does not wait long for a filter."""
	impatient = False

	def __init__(self, name, steps, filters=((),), replace=(),
	    client=NOPTR4, flags="T", given=None):
		self.name = name
		self.steps = []
		for s in steps:
			self.steps += s if isinstance(s, list) else [s]
		self.filters = [list(f) for f in filters]
		self.replace = list(replace)
		self.client = client
		self.ipv6 = ":" in client
		self.flags = flags
		self.given, self.postfix = None, self
		if given is not None:
			self.given, otherwise = given
			self.postfix = Script(name, **dict(dict(steps=steps,
			    filters=filters, replace=replace, client=client,
			    flags=flags), **otherwise))


# ------------------------------------------------------------------ recordings

class Recording:
	def __init__(self, side, script):
		self.side = side
		self.script = script
		self.filters = []	# [[Ev]]
		self.calls = []		# [[Ev]]
		self.turns = []		# ["connect 0", ...]
		self.client = []	# [[what, [reply lines]]]
		self.mails = []		# [Mail]
		self.trouble = []	# what must never be, on either side

	PARTS = ("trouble", "client", "sent", "called", "turns", "mails")

	def lines(self):
		return [n for p in self.PARTS
		    for n in getattr(self, "lines_" + p)()]

	def mark(self, part):
		"""Something that is different when the part is."""
		if part in ("sent", "called"):
			return [(e.cmd, *e.args, *(e.pairs or {}).items())
			    for events in (self.filters if part == "sent" else
			    self.calls) for e in [Ev("-")] + events]
		if part == "client":
			return [(what, *reply) for what, reply in self.client]
		if part == "mails":
			return [(*m.sender, *m.rcpts, m.data)
			    for m in self.mails]
		return list(getattr(self, part))

	def lines_trouble(self):
		return ["trouble: " + t for t in self.trouble]

	def lines_client(self):
		return [n for what, reply in self.client
		    for n in ["> " + what] + ["< " + r for r in reply]]

	def lines_sent(self):
		return self.events("-- filter %d was sent", self.filters)

	def lines_called(self):
		return self.events("-- filter %d had the callbacks", self.calls)

	@staticmethod
	def events(title, lists):
		out = []
		for n, events in enumerate(lists):
			out.append(title % n)
			for e in events:
				out += e.lines()
		return out

	def lines_turns(self):
		return ["-- who was asked"] + self.turns if self.turns else []

	def lines_mails(self):
		out = []
		for m in self.mails:
			out.append("-- mail")
			out.append(" ".join(["MAIL FROM:" + m.sender[0]] +
			    m.sender[1]))
			out += [" ".join(["RCPT TO:" + r] + p)
			    for r, p in m.rcpts]
			out += content(m.data)
		return out


def content(data):
	"""A mail in lines: the header octet by octet, a long body as digest."""
	head, blank, body = data.partition(b"\r\n\r\n")
	out = ["| " + cut(n) for n in head.split(b"\r\n")]
	if blank:
		out.append("|")
		if len(body) > 2000:
			out.append("| (%d octets, %s)" % (len(body),
			    hashlib.sha256(body).hexdigest()[:16]))
		else:
			out += ["| " + text(n) for n in body.split(b"\r\n")]
	return out


def cut(line):
	if len(line) > 300:
		return "%s... (%d octets, %s)" % (text(line[:60]), len(line),
		    hashlib.sha256(line).hexdigest()[:16])
	return text(line)


WORDS = {"negotiate": "O", "connect": "C", "helo": "H", "mail": "M",
    "rcpt": "R", "data": "T", "unknown": "U", "header": "L", "eoh": "N",
    "body": "B", "eom": "E", "abort": "A", "close": "Q"}


def callbacks(path, sent):
	"""recfilter's record as events, with the times of what was sent and
	the filter's own answers: libmilter knows of no other."""
	try:
		lines = read(path).decode("latin-1").split("\n")
	except FileNotFoundError:
		return []
	found = []
	for line in lines[:-1]:
		word, _, rest = line.partition(" ")
		e = Ev(WORDS.get(word, word), [rest] if rest else [])
		nth = len([f for f in found if f.cmd == e.cmd])
		like = [s for s in sent if s.cmd == e.cmd]
		if nth < len(like) and e.cmd != "A":
			e.at, e.answer = like[nth].at, like[nth].own
		elif found:	# not every ABORT, and some without
			e.at = found[-1].at
		found.append(e)
	return found


# ----------------------------------------------------------------- the filters

class FilterProcess:
	"""A filter for one script: its options are process-global in libmilter.
	Killed, since libmilter takes seconds to notice a SIGTERM."""
	def __init__(self, name, options):
		self.record = "%s/%s.record" % (WORK, name)
		if os.path.exists(self.record):
			os.unlink(self.record)
		if not os.access(RECFILTER, os.X_OK):
			raise Skip("recfilter is not built (libmilter-dev?)")
		self.p = subprocess.Popen([RECFILTER, "-p", "unix:%s/%s.sock" %
		    (WORK, name), "-o", self.record, *options],
		    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, umask=0)

	def ready(self):
		if self.p.stdout.readline() != b"ready\n":
			raise Fail("recfilter ended with %s" % self.p.wait())

	def died(self):
		return self.p.poll() is not None

	def stop(self):
		self.p.kill()
		self.p.wait()
		self.p.stdout.close()


# ------------------------------------------------------------------- the sides

class Side:
	"""A server with a service for one filter and one for two, on IPv4 and
	IPv6.  address(script) is where the client goes."""
	def __init__(self, name):
		self.name = name
		self.taken = []
		self.taps = [MilterRelay("%s/%s%d.tap" % (WORK, name, n),
		    "%s/%s%d.sock" % (WORK, name, n), self.turn(n))
		    for n in (0, 1)]

	def turn(self, n):
		return lambda letter: self.taken.append((letter, n))

	def start(self, script):
		del self.taken[:]
		for n, tap in enumerate(self.taps):
			tap.clear()
			given = script.replace[n] if n < len(script.replace) \
			    else {}
			tap.replace = {c: list(q) for c, q in given.items()}
		self.processes = [FilterProcess("%s%d" % (self.name, n), o)
		    for n, o in enumerate(script.filters)]

	def finish(self, r):
		"""Everything that has been said, once it has been."""
		if not wait(lambda: not any(t.live for t in self.taps)):
			r.trouble.append("a filter's connection stays open")
		for n in range(len(self.processes)):
			sent = [e for c in self.taps[n].connections
			    for e in c.events]
			r.filters.append(sent)
			r.calls.append(callbacks(self.processes[n].record,
			    sent))
			if self.processes[n].died():
				r.trouble.append("the filter died")
		if len(self.processes) > 1:
			r.turns = ["%s %d" % t for t in self.taken]

	def stop(self):
		for p in self.processes:
			p.stop()


def talk(side, script, r):
	"""The client's part; fills in r.client."""
	host, number = side.address(script)
	try:
		c = Raw(number, host, script.client, 15)
	except OSError as e:
		r.client.append(["(connect)", [str(e)]])
		return
	r.port = c.address[1]
	try:
		r.client.append(["(connect)", answer(c)])
		for s in script.steps:
			step(c, s, r)
	except socket.timeout:
		r.trouble.append("no reply to the client")
	finally:
		c.s.close()


def step(c, s, r):
	closed = r.client[-1][1][-1:] == ["(closed)"]
	if s.kind == "gone":
		r.client.append(["(%s)" % s.what, []])
		if s.what == "reset":
			c.reset()
		else:
			c.s.close()
		return
	data = {"cmd": s.what + b"\r\n", "pipe": s.what + b"\r\n",
	    "part": s.what}.get(s.kind)
	shown = text(s.what)
	if s.kind in ("mail", "part"):
		shown = "(%s of %d octets)" % (s.kind, len(s.what))
		if not r.client[-1][1][-1:][0:1] or \
		    r.client[-1][1][-1][:3] != "354":
			r.client.append([shown, ["(not sent)"]])
			return
		if s.kind == "mail":
			data = re.sub(rb"(?m)^\.", b"..", s.what) + b".\r\n"
	if closed:
		r.client.append([shown, ["(not sent)"]])
		return
	try:
		c.send(data)
	except OSError:
		pass
	for line in shown.split("\\r\\n") if s.kind == "pipe" else [shown]:
		r.client.append([line, answer(c) if s.replies else []])
		if r.client[-1][1][-1:] == ["(closed)"]:
			break


def answer(c):
	try:
		reply = c.reply()
	except ConnectionError:
		return ["(closed)"]
	if not reply:
		return ["(closed)"]
	return [text(n) for n in reply.split(b"\r\n")[:-1]]


class Services(Server):
	"""Between Postfix and its start: adds lines to master.cf."""
	services = ""

	def __init__(self, name, argv):
		master = self.base + "/master.cf"
		write(master, read(master).decode() + self.services)
		super().__init__(name, argv)


class FilteredPostfix(Postfix, Services):
	def __init__(self, services, **kw):
		self.services = services
		super().__init__(**kw)


class PostfixSide(Side):
	"""Postfix with smtpd_milters.  What it takes it relays to a sink."""
	SETTINGS = """
myhostname = %(host)s
mynetworks = 127.0.0.0/8, 192.0.2.0/24, [2001:db8::]/32
virtual_mailbox_domains =
virtual_mailbox_maps =
relay_domains = example.org
relay_recipient_maps = texthash:%(users)s
relay_transport = smtp
message_drop_headers =
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100
smtpd_hard_error_limit = 200
smtpd_junk_command_limit = 1000
smtp_connection_cache_on_demand = no
in_flow_delay = 0
default_recipient_limit = 100000
default_destination_recipient_limit = 1000
hopcount_limit = 1000
milter_connect_timeout = 10s
milter_command_timeout = 10s
milter_content_timeout = 10s
"""
	ACTION = {"T": "tempfail", "R": "reject", "": "accept"}

	def __init__(self):
		super().__init__("p")
		self.logfile = None
		number = port()
		self.sink = Sink(number)
		self.hop, self.hopname = number, "SINK"
		users = write("diff-users", "".join("%s@example.org x\n" % u
		    for u in ("user", "second", "third", "fourth", "fifth",
		    "added")))
		self.ports = {}
		services = ""
		for flag, n, hasty in itertools.product(self.ACTION, (1, 2),
		    (False, True)):
			milters = ", ".join("{ unix:%s/p%d.tap, "
			    "default_action=%s%s }" % (WORK, k,
			    self.ACTION[flag], ", content_timeout=1s" if hasty
			    else "") for k in range(n))
			at = self.ports[flag, n, hasty] = port()
			services += "".join("%s:%d inet n - n - - smtpd\n"
			    "  -o { smtpd_milters = %s }\n" % (host, at,
			    milters) for host in (SERVER4, "[%s]" % SERVER6))
		# The gate's backend: no filters, and its mails end here.
		self.backend = port()
		services += "127.0.0.1:%d inet n - n - - smtpd\n" \
		    "  -o content_filter=discard:\n" % self.backend
		self.postfix = FilteredPostfix(services, relay=number,
		    settings=self.SETTINGS % {"host": HOST, "users": users})
		for p in (*self.ports.values(), self.backend):
			self.postfix.port(p)

	def address(self, script):
		return (SERVER6 if script.ipv6 else SERVER4,
		    self.ports[script.flags, len(script.filters),
		    script.impatient])

	def start(self, script):
		super().start(script)
		self.sink.clear()
		self.log = ""
		if self.logfile is None:
			self.logfile = open(self.postfix.base + "/maillog")
		self.logfile.seek(0, os.SEEK_END)

	def logged(self, pattern):
		self.log += self.logfile.read()
		return re.search(pattern, self.log)

	def finish(self, r):
		super().finish(r)
		if not wait(lambda: self.logged(r"disconnect from \S+\[%s\]" %
		    re.escape(r.script.client))):
			r.trouble.append("the session does not end")
		numbers = []
		for _, reply in r.client:
			for n, line in enumerate(reply):
				m = re.search(r"queued as (\w+)", line)
				if m:
					numbers.append(m.group(1))
					reply[n] += self.fate(m.group(1))
		for c in self.sink.connections:
			r.mails += mails(c)
		# They come out in any order.
		r.mails.sort(key=lambda m: [b" id %s" % n.encode() in m.data
		    for n in numbers], reverse=True)

	def fate(self, number):
		"""What has become of a mail, once that is known."""
		# What is discarded early, cleanup does not look at.
		if not self.logged(number + ": message-id="):
			return " (discarded)"
		if not wait(lambda: self.logged(number + ": (removed|"
		    "milter-discard|milter-hold)")):
			return " (not done)"
		if self.logged(number + ": milter-hold"):
			return " (held)"
		if self.logged(number + ": milter-discard"):
			return " (discarded)"
		if not self.logged(number + r": to=<.*status=sent"):
			return " (to nobody)"
		return ""


class GateSide(Side):
	"""The gate: one filter on IPv4 under tcpserver, everything else started
	as a super-server would, with the connection as descriptors 0 and 1."""
	def __init__(self, backend):
		super().__init__("g")
		number = port()
		self.hop, self.hopname = number, "BACKEND"
		self.server = SmtpRelay(("127.0.0.1", number),
		    ("127.0.0.1", backend))
		self.confs = {}
		for flag, n in itertools.product(("T", "R", ""), (1, 2)):
			self.confs[flag, n] = conf(number, ["S=unix:%s/g%d.tap"
			    "%s, T=C:10s;S:10s;R:10s;E:1m" % (WORK, k,
			    ", F=" + flag if flag else "") for k in range(n)],
			    Server_Hostname=HOST, Server_MaxErrors=200,
			    Server_MaxJunk=1000)
		self.tcpserver = Gate(self.confs["T", 1], host=SERVER4)
		self.launchers = {}

	def address(self, script):
		key = script.flags, len(script.filters), script.ipv6
		if key == ("T", 1, False):
			return SERVER4, self.tcpserver.number
		if key not in self.launchers:
			self.launchers[key] = Launcher(SERVER6 if script.ipv6
			    else SERVER4, self.confs[key[:2]])
		return self.launchers[key].address

	def start(self, script):
		super().start(script)
		self.server.clear()

	def finish(self, r):
		super().finish(r)
		if not wait(lambda: not self.server.live):
			r.trouble.append("the backend's connection stays open")
		for c in self.server.connections:
			r.mails += mails(c)

	def log(self):
		return self.tcpserver.log() + "".join(n.log() for n in
		    self.launchers.values())


class Launcher:
	"""Starts a gate per connection, by fork and exec."""
	def __init__(self, host, cf):
		self.sock = socket.socket(socket.AF_INET6 if ":" in host else
		    socket.AF_INET)
		self.address = host, port()
		self.sock.bind(self.address)
		self.sock.listen(64)
		self.argv = [GATE, "-c", cf]
		self.logpath = "%s/launcher%d.log" % (WORK, self.address[1])
		Gate.all.append(self)
		threading.Thread(target=self.accept, daemon=True).start()

	def accept(self):
		ids = common.uid(GATEUSER), common.gid(GATEUSER)
		with open(self.logpath, "ab") as log:
			while True:
				s, _ = self.sock.accept()
				p = subprocess.Popen(self.argv, stdin=s,
				    stdout=s, stderr=log, user=ids[0],
				    group=ids[1], extra_groups=[])
				s.close()
				threading.Thread(target=p.wait,
				    daemon=True).start()

	def log(self):
		return read(self.logpath).decode("latin-1")


class Sides:
	def __init__(self):
		must("ip", "addr", "add", NOPTR6 + "/128", "dev", "lo")
		self.postfix = PostfixSide()
		self.gate = GateSide(self.postfix.backend)

	def play(self, script):
		"""Both at once; returns their recordings, names replaced."""
		return self.together((self.postfix, script.postfix),
		    (self.gate, script))

	def again(self, script):
		"""Postfix's, with nothing else given to it."""
		script.impatient = script.given.impatient
		return self.together((self.postfix, script))[0]

	def together(self, *parts):
		result = [Recording(s.name, script) for s, script in parts]
		for s, script in parts:
			s.start(script)
		try:
			for s, _ in parts:
				for p in s.processes:
					p.ready()
			threads = [threading.Thread(target=self.one,
			    args=(s, script, r)) for (s, script), r in
			    zip(parts, result)]
			for t in threads:
				t.start()
			for t in threads:
				t.join()
		finally:
			for s, _ in parts:
				s.stop()
		for (s, _), r in zip(parts, result):
			neutral(r, s)
		return result

	@staticmethod
	def one(side, script, r):
		try:
			talk(side, script, r)
			side.finish(r)
		except Exception as e:	# of a thread: nobody else would tell
			r.trouble.append("%s: %s" % (type(e).__name__, e))


def neutral(r, side):
	"""Ports, queue numbers and times by what they are."""
	for events in r.filters + r.calls:
		for e in events:
			if e.cmd == "C":
				e.args = [re.sub(r"\b%d\b" % r.port, "CPORT", a)
				    for a in e.args]
			for name, value in (e.pairs or {}).items():
				e.pairs[name] = constant(r, side, name, value)
		queue_numbers(events)
	for what, reply in r.client:
		reply[:] = [re.sub(r"queued as \w+", "queued as ID", n)
		    for n in reply]
		# The order of the extensions says nothing.
		if what[:4].upper() == "EHLO" and reply[0][:3] == "250":
			names = sorted(n[4:] for n in reply[1:])
			reply[1:] = ["250-" + n for n in names[:-1]] + \
			    ["250 " + n for n in names[-1:]]
	for k, calls in enumerate(r.calls):
		bits = protocol(r, k)
		# Without answers there is no order between filters.
		if bits & 0xff080:
			r.turns = []
		# Without MAIL libmilter calls abort at any time.
		if bits & 4:
			calls[:] = [e for e in calls if e.cmd != "A"]
	# Offers may be made at once, in any order.
	for n in range(len(r.turns)):
		if r.turns[n:n + 2] == ["O 1", "O 0"]:
			r.turns[n:n + 2] = ["O 0", "O 1"]


def protocol(r, k):
	"""The protocol bits that filter k asked for."""
	options = r.script.filters[k]
	return int(options[options.index("-P") + 1], 16) if "-P" in options \
	    else 0


def constant(r, side, name, value):
	if name == "{client_port}":
		return value.replace(str(r.port), "CPORT")
	if name == "{daemon_port}":
		return value.replace(str(side.address(r.script)[1]), "LPORT")
	if name in ("{mail_host}", "{rcpt_host}"):
		return value.replace(str(side.hop), side.hopname)
	if name == "b":
		return re.sub(r"^\w{3}, \d{2} \w{3} \d{4} \d\d:\d\d:\d\d "
		    r"[+-]\d{4}$", "DATE", value)
	return value


def queue_numbers(events):
	"""{i} is the same during a mail, and never that of another."""
	others, mine = set(), None
	for n, e in enumerate(events):
		if e.cmd == "D" and e.args[0] == "M" or e.cmd == "M" and \
		    (n == 0 or events[n - 1].cmd != "D"):
			others.add(mine)
			mine = None
		value = (e.pairs or {}).get("i")
		if value is None:
			continue
		if mine is None:
			mine = value
		e.pairs["i"] = "ID of another mail" if value in others else \
		    "ID" if value == mine else "ID that changed"
		if not re.match(r"[A-Za-z0-9]{6,}$", value):
			e.pairs["i"] += ", malformed"


def side_by_side(left, right):
	"""Two lists of lines in columns; ! marks what differs."""
	import difflib
	width = 58
	out = ["%-*s   %s" % (width, "Postfix", "gate")]
	m = difflib.SequenceMatcher(None, left, right, autojunk=False)
	for op, a, b, c, d in m.get_opcodes():
		for x, y in itertools.zip_longest(left[a:b], right[c:d],
		    fillvalue=""):
			out.append("%-*s %s %s" % (width, x[:width], " " if
			    op == "equal" else "!", y[:width]))
			for n in range(width, max(len(x), len(y)), width):
				if op != "equal":
					out.append("%-*s . %s" % (width,
					    x[n:n + width], y[n:n + width]))
	return "\n".join(out)
