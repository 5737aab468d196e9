#!/usr/bin/python3
"""The client's name, and names of hosts: with a name server of the test's own.

What would break for whom: a client that nobody can tell from a liar is refused
by filters that ask for its name, or a liar passes for a bank; and a name server
that does not answer keeps everybody waiting who only wanted to deliver a mail.

The gate asks through the machine's resolver, so resolv.conf, nsswitch.conf and
hosts are those of the private world, and ZONE says what the name server knows.
"""

import os
import re
import signal
import socket
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, CLIENT6, FORGED4, GATE, NOPTR4, SERVER4, ZONE,
    Gate, Raw, Skip, absent, conf, match, once, read, run, same, uid, until,
    write)
from mta import Yes
from recmilter import RecMilter
from services import TRUNCATED, answer, queries

PACKAGES = ["ucspi-tcp"]
common.ADDRESSES += ["192.0.2.%d/32" % n for n in range(20, 40)]

XCLIENT = "NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT"


class Backend(Yes):
	def __init__(self, attributes=XCLIENT):
		super().__init__(EHLO="250-backend.example.org\r\n250 XCLIENT " +
		    attributes, XCLI="220 backend.example.org")

	def xclient(self):
		"""The attributes of the last XCLIENT."""
		lines = [c for c in self.commands if c.startswith("XCLIENT")]
		return dict(a.split("=", 1) for a in lines[-1].split()[1:])


def backend():
	return once(Backend, Backend)


def recorder():
	return once("filter", lambda: RecMilter(symlists=b"\0\0\0\0"
	    b"j _ {client_name} {client_ptr} {client_resolve} {client_addr}\0"))


def musl():
	"""Is it the gate with musl, which has a resolver of its own?"""
	return b"ld-linux" not in read(GATE)


def asked(expected):
	"""What the name server was asked.  musl asks all servers at once, and
	those of the test are one, named thrice."""
	same("questions", list(dict.fromkeys(queries)) if musl() else queries,
	    expected)


def arpa(address):
	if ":" in address:
		digits = socket.inet_pton(socket.AF_INET6, address).hex()
		return ".".join(reversed(digits)) + ".ip6.arpa"
	return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


def zone(address, *ptrs, **a):
	"""What the name server knows of this address; a client of its own for
	each test."""
	ZONE[(arpa(address), "PTR")] = list(ptrs)
	return address


def gate(timeout="20s", filters=None, **kw):
	"""A gate with a filter that cannot be impatient; look-ups of 20 s, so
	that nothing but an answer ends them."""
	settings = {k: kw.pop(k) for k in list(kw) if k[0].isupper()}
	number = settings.pop("Server0", backend().number)
	filters = [recorder().number] if filters is None else filters
	return Gate(conf(number, filters, Server_LookupTimeout=timeout,
	    **settings), host=kw.pop("host", SERVER4), **kw)


def hello(g, source):
	"""A session up to the greeting and QUIT; the greeting's code."""
	r = Raw(g.number, g.host, source)
	code = r.reply()[:3].decode()
	if code == "220":
		r.cmd("QUIT", 221)
	r.end()
	return code


def connect(address):
	"""The CONNECT event of the last session."""
	e = until("CONNECT of %s" % address, lambda: [e for c in
	    recorder().connections[-1:] for e in c.of("C")])[0]
	same("address in CONNECT", e.value[3], address)
	return e


def told(address, verdict, ptr=None, **kw):
	"""What filter and log are told of a client from this address."""
	del queries[:]
	if ":" in address:		# which this tcpserver cannot
		kw["wrapper"] = ["env", "TCPREMOTEIP=" + address]
	g = gate(**kw)
	same("the greeting", hello(g, NOPTR4 if ":" in address else address),
	    "220")
	e = connect(address)
	literal = "[IPv6:%s]" % address if ":" in address else "[%s]" % address
	verified = ptr if verdict == "OK" else None
	same("CONNECT", e.value[0], verified or "[%s]" % address)
	mark = "" if verdict == "OK" else " (may be forged)"
	same("macros", {k: e.macros.get(k) for k in ("{client_name}",
	    "{client_ptr}", "{client_resolve}", "_")}, {
	    "{client_name}": verified or literal,
	    "{client_ptr}": ptr or literal,
	    "{client_resolve}": verdict,
	    "_": "%s %s%s" % (ptr, literal, mark) if ptr else literal})
	f = g.session()
	same("the log", (f["ptr"], f["resolve"]), (ptr or "-", verdict or "-"))
	g.stop()
	unwatched()
	return g


def gates():
	"""Processes of the gate: {pid: parent}."""
	found = {}
	for n in filter(str.isdigit, os.listdir("/proc")):
		try:
			if os.readlink("/proc/%s/exe" % n).startswith(GATE):
				stat = read("/proc/%s/stat" % n).decode()
				found[int(n)] = int(stat.rsplit(") ", 1)[1].split()[1])
		except OSError:
			pass
	return found


def unwatched():
	until("no process of the gate is left", lambda: not gates(), 10,
	    lambda: str(gates()))


class Silence:
	"""A name server that has not answered yet."""
	def __init__(self, name, kind="PTR"):
		self.key = (name, kind)
		ZONE[self.key] = lambda: None

	def asked(self):
		until("the name server is asked for %s" % self.key[0],
		    lambda: self.key in queries)


# ---------------------------------------------------------------- the verdict

def test_ok():
	"""OK: PTR and address lead to each other"""
	told(CLIENT4, "OK", "client.example.net")


def test_ok_ipv6():
	"""OK: the same over IPv6"""
	told(CLIENT6, "OK", "six.example.net")


def test_fail():
	"""FAIL: no PTR"""
	told(NOPTR4, "FAIL")
	asked([(arpa(NOPTR4), "PTR")])


def test_forged():
	"""FORGED: the name has another address"""
	told(FORGED4, "FORGED", "trusted.example.com")


def test_forged_nowhere():
	"""FORGED: the name does not exist"""
	told(zone("192.0.2.20", "nowhere.example.net"), "FORGED",
	    "nowhere.example.net")


def test_forged_family():
	"""FORGED: the name of an IPv6 client has IPv4 only"""
	told(zone("2001:db8::8", "client.example.net"), "FORGED",
	    "client.example.net")


def test_temp_ptr():
	"""TEMP: SERVFAIL for the PTR"""
	ZONE[(arpa("192.0.2.21"), "PTR")] = lambda: 2
	told("192.0.2.21", "TEMP")


def test_temp_refused():
	"""TEMP: a name server that refuses to answer"""
	ZONE[(arpa("192.0.2.38"), "PTR")] = lambda: 5
	told("192.0.2.38", "TEMP")


def test_temp_forward():
	"""TEMP: SERVFAIL for the address; the PTR is known"""
	ZONE[("broken.example.net", "A")] = lambda: 2
	told(zone("192.0.2.22", "broken.example.net"), "TEMP",
	    "broken.example.net")


def test_silent_ptr():
	"""TEMP: a name server that never answers; the session goes on"""
	Silence(arpa("192.0.2.23"))
	told("192.0.2.23", "TEMP", timeout="1s")


def test_silent_forward():
	"""TEMP: it answers for the PTR only, and that is known then"""
	Silence("silent.example.net", "A")
	told(zone("192.0.2.24", "silent.example.net"), "TEMP",
	    "silent.example.net", timeout="1s")


def test_lost_packet():
	"""a question that got lost is asked again, within the time"""
	answers = [None, ["lossy.example.net"]]
	ZONE[(arpa("192.0.2.25"), "PTR")] = lambda: answers.pop(0)
	ZONE[("lossy.example.net", "A")] = ["192.0.2.25"]
	told("192.0.2.25", "OK", "lossy.example.net", timeout="5s")


def test_several():
	"""several PTRs: that which the resolver shows is the client's"""
	if musl():
		raise Skip("musl shows the last one, not the first")
	ZONE[("one.example.net", "A")] = ["192.0.2.26"]
	told(zone("192.0.2.26", "one.example.net", "two.example.net"), "OK",
	    "one.example.net")


def test_many_addresses():
	"""a name with many addresses, one of them the client's"""
	if musl():
		raise Skip("musl before 1.2.4 has what fits into 512 octets")
	ZONE[("round.example.net", "A")] = ["198.51.100.%d" % n for n in
	    range(40)] + ["192.0.2.29"]
	told(zone("192.0.2.29", "round.example.net"), "OK", "round.example.net")


def test_cname():
	"""PTR through a CNAME, as RFC 2317 delegates a part of a network"""
	ZONE[(arpa("192.0.2.30"), "CNAME")] = ["30.0/27.2.0.192.in-addr.arpa"]
	ZONE[("30.0/27.2.0.192.in-addr.arpa", "PTR")] = ["part.example.net"]
	ZONE[("part.example.net", "A")] = ["192.0.2.30"]
	told("192.0.2.30", "OK", "part.example.net")


def test_tcp():
	"""an answer too large for UDP comes by TCP"""
	if musl():
		raise Skip("musl before 1.2.4 asks by UDP alone")
	server = socket.create_server(("127.0.0.1", 53))
	asked = []
	ZONE[(arpa("192.0.2.39"), "PTR")] = lambda: ["large.example.net"] if \
	    asked else TRUNCATED
	ZONE[("large.example.net", "A")] = ["192.0.2.39"]

	def serve():
		s, _ = server.accept()
		with s, s.makefile("rb") as f:
			query = f.read(int.from_bytes(f.read(2), "big"))
			asked.append(query)
			reply = answer(ZONE, query)
			s.sendall(len(reply).to_bytes(2, "big") + reply)
	threading.Thread(target=serve, daemon=True).start()
	told("192.0.2.39", "OK", "large.example.net")
	server.close()


def test_names_refused():
	"""what is no host name is no name: it would stand in headers and logs"""
	for ptr in ("192.0.2.31", "a b.example.net", "a\r\nb.example.net",
	    "<a>.example.net", "a@b.example.net", "b\xfccher.example.net",
	    "a;b.example.net", ".".join(["x" * 50] * 6)):
		ZONE[(ptr.lower(), "A")] = ["192.0.2.31"]
		told(zone("192.0.2.31", ptr), "FAIL")


def test_underscore():
	"""an underscore is tolerated: such clients exist"""
	ZONE[("a_b-c.example.net", "A")] = ["192.0.2.32"]
	told(zone("192.0.2.32", "a_b-c.example.net"), "OK", "a_b-c.example.net")


def test_search():
	"""the PTR of a stranger is not looked for in the domains of the site"""
	write("/etc/resolv.conf", RESOLV + "search corp.example.org\n")
	ZONE[("mx.corp.example.org", "A")] = ["192.0.2.33"]
	ZONE[("mx.evil.corp.example.org", "A")] = ["192.0.2.33"]
	try:
		told(zone("192.0.2.33", "mx"), "FORGED", "mx")
		told(zone("192.0.2.33", "mx.evil"), "FORGED", "mx.evil")
	finally:
		write("/etc/resolv.conf", RESOLV)


def test_hosts():
	"""/etc/hosts counts, and the name server is not asked"""
	hosts = read("/etc/hosts").decode()
	write("/etc/hosts", hosts + "192.0.2.34 inside.example.org inside\n"
	    "192.0.2.35 printer\n")
	try:
		told("192.0.2.34", "OK", "inside.example.org")
		asked([])
		told("192.0.2.35", "OK", "printer")
		asked([])
	finally:
		write("/etc/hosts", hosts)


# ------------------------------------------------------------ when it is asked

def test_off():
	"""LookupTimeout = 0: nobody is asked, and there is no {client_resolve}"""
	told(CLIENT4, None, timeout="0")
	asked([])


def test_nobody_wants_it():
	"""no filter, and no server that is told: nobody is asked"""
	del queries[:]
	g = gate(filters=[])
	same("the greeting", hello(g, CLIENT4), "220")
	same("resolve= in the log", g.session()["resolve"], "-")
	g.stop()
	asked([])


def test_skipped():
	"""all filters left out by Skip: nobody is asked"""
	del queries[:]
	g = gate(MailFilter_Skip0=CLIENT4)
	same("the greeting", hello(g, CLIENT4), "220")
	same("resolve= in the log", g.session()["resolve"], "-")
	g.stop()
	asked([])


def test_launcher_verified():
	"""TCPREMOTEHOST is verified, and no PTR asked for"""
	told(CLIENT4, "OK", "client.example.net", wrapper=["env",
	    "TCPREMOTEHOST=client.example.net"])
	asked([("client.example.net", "A")])


def test_launcher_forged():
	"""TCPREMOTEHOST that does not lead back is FORGED"""
	told(CLIENT4, "FORGED", "trusted.example.com", wrapper=["env",
	    "TCPREMOTEHOST=trusted.example.com"])


def test_launcher_off():
	"""LookupTimeout = 0: TCPREMOTEHOST is a PTR that nobody has verified"""
	told(CLIENT4, None, "client.example.net", timeout="0", wrapper=["env",
	    "TCPREMOTEHOST=client.example.net"])
	asked([])


def test_remote_ip():
	"""the name is that of TCPREMOTEIP, not of the connection"""
	g = gate(wrapper=["env", "TCPREMOTEIP=" + CLIENT4])
	same("the greeting", hello(g, NOPTR4), "220")
	same("CONNECT", connect(CLIENT4).value[0], "client.example.net")
	g.stop()


def test_mapped():
	"""an IPv4 client on an IPv6 socket is looked up as IPv4"""
	g = gate(wrapper=["env", "TCPREMOTEIP=::ffff:" + CLIENT4])
	same("the greeting", hello(g, NOPTR4), "220")
	same("CONNECT", connect(CLIENT4).value[0], "client.example.net")
	g.stop()


def test_sigchld_ignored():
	"""a launcher that ignores SIGCHLD"""
	told(CLIENT4, "OK", "client.example.net", wrapper=["/bin/sh", "-c",
	    'trap "" CHLD; exec "$@"', "sh"])


def test_no_process():
	"""no process to be had: TEMP, and the session goes on"""
	nobody = uid("clamav")		# has no other processes here
	g = told(CLIENT4, "TEMP", ids=(nobody, nobody), wrapper=["prlimit",
	    "--nproc=1"])
	match("the log", "fork", g.log())


# -------------------------------------------------------------------- XCLIENT

def xclient(address, name, reverse, filters=(), **kw):
	g = gate(filters=filters, Backend_Identity="xclient", **kw)
	same("the greeting", hello(g, address), "220")
	a = backend().xclient()
	same("NAME and REVERSE_NAME", (a["NAME"], a["REVERSE_NAME"]),
	    (name, reverse))
	same("ADDR", a["ADDR"], address)
	f = g.session()
	g.stop()
	unwatched()
	return f


def test_xclient_ok():
	"""XCLIENT without a filter: OK"""
	f = xclient(CLIENT4, "client.example.net", "client.example.net")
	same("resolve= in the log", f["resolve"], "OK")


def test_xclient_forged():
	"""XCLIENT: FORGED is no NAME, and a REVERSE_NAME"""
	xclient(FORGED4, "[UNAVAILABLE]", "trusted.example.com")


def test_xclient_fail():
	"""XCLIENT: FAIL is permanent"""
	xclient(NOPTR4, "[UNAVAILABLE]", "[UNAVAILABLE]")


def test_xclient_temp():
	"""XCLIENT: TEMP is temporary, so that the server does not refuse for
	good"""
	ZONE[(arpa("192.0.2.21"), "PTR")] = lambda: 2
	xclient("192.0.2.21", "[TEMPUNAVAIL]", "[TEMPUNAVAIL]")


def test_xclient_temp_forward():
	"""XCLIENT: TEMP with a PTR"""
	ZONE[("broken.example.net", "A")] = lambda: 2
	xclient(zone("192.0.2.22", "broken.example.net"), "[TEMPUNAVAIL]",
	    "broken.example.net")


def test_xclient_off():
	"""XCLIENT: nothing was looked up"""
	xclient(CLIENT4, "[UNAVAILABLE]", "[UNAVAILABLE]", timeout="0")


def test_xclient_and_filter():
	"""XCLIENT and a filter: asked once for both"""
	del queries[:]
	xclient(CLIENT4, "client.example.net", "client.example.net",
	    filters=[recorder().number])
	asked([(arpa(CLIENT4), "PTR"),
	    ("client.example.net", "A")])


def test_xclient_no_name():
	"""a server that does not want the name is not kept waiting for it"""
	Silence(arpa("192.0.2.35"))
	b = Backend("ADDR PORT")
	g = gate(filters=[], Server0=b.number, Backend_Identity="xclient")
	same("the greeting", hello(g, "192.0.2.35"), "220")
	same("XCLIENT", sorted(b.xclient()), ["ADDR", "PORT"])
	same("resolve= in the log", g.session()["resolve"], "-")
	g.stop()
	unwatched()


def test_xclient_authserver():
	"""XCLIENT to AuthServer, which is dialled at EHLO: it is the only one to
	want the name"""
	g = gate(filters=[], Backend_AuthIdentity="xclient",
	    Backend_AuthServer="127.0.0.1:%d" % backend().number,
	    Server_PlainAuth="always", Server0=Backend().number)
	r = Raw(g.number, g.host, CLIENT4)
	r.reply()
	r.cmd("EHLO c.example.net", 250)
	r.cmd("QUIT", 221)
	r.end()
	same("NAME", backend().xclient()["NAME"], "client.example.net")
	g.stop()
	unwatched()


# ------------------------------------------------------------- what can happen

def waiting(address, **kw):
	"""A session that waits for a silent name server."""
	silence = Silence(arpa(address))
	del queries[:]
	g = gate(**kw)
	r = Raw(g.number, g.host, address)
	silence.asked()
	return g, r


def test_client_leaves():
	"""a client that leaves meanwhile ends the session, and all processes"""
	g, r = waiting("192.0.2.36")
	r.reset()
	same("end= in the log", g.session()["end"], "lost")
	g.stop()
	unwatched()


def pair():
	"""The session and the process that asks for it."""
	found = until("two processes", lambda: len(gates()) == 2 and gates())
	child = [p for p in found if found[p] in found][0]
	return found[child], child


def test_sigterm():
	"""SIGTERM meanwhile: 421"""
	g, r = waiting("192.0.2.36")
	os.kill(pair()[0], signal.SIGTERM)
	match("the answer", rb"^421 4\.3\.2 ", r.reply())
	r.end()
	same("end= in the log", g.session()["end"], "stop")
	g.stop()
	unwatched()


def test_killed():
	"""the gate is killed: the process that asks ends by itself"""
	g, r = waiting("192.0.2.36", timeout="1s")
	os.kill(pair()[0], signal.SIGKILL)
	same("nothing was said, and the client is not held", r.end(), b"")
	unwatched()
	g.stop()


def test_child_killed():
	"""the process that asks dies: TEMP, at once"""
	g, r = waiting("192.0.2.36")
	os.kill(pair()[1], signal.SIGKILL)
	match("the greeting", rb"^220 ", r.reply())
	same("{client_resolve}", connect("192.0.2.36").macros["{client_resolve}"],
	    "TEMP")
	r.cmd("QUIT", 221)
	g.stop()


def test_confined():
	"""the process that asks has nothing of the session, and no rights"""
	g, r = waiting("192.0.2.36")
	gate_pid, child = pair()

	def links(pid):
		fds = os.listdir("/proc/%d/fd" % pid)
		return {int(n): os.readlink("/proc/%d/fd/%s" % (pid, n)) for n
		    in fds}
	theirs, own = links(gate_pid), links(child)
	same("descriptors 0 to 2", [own[n] for n in range(3)],
	    ["/dev/null"] * 3)
	match("descriptor 3", "^pipe:", own[3])
	same("descriptors of both", [own[n] for n in own if n != 3 and
	    own[n] != "/dev/null" and own[n] in theirs.values()], [])
	status = read("/proc/%d/status" % child).decode()
	match("no new privileges", r"NoNewPrivs:\s*1", status)
	limits = read("/proc/%d/limits" % child).decode()
	for what in ("Max file size", "Max processes", "Max core file size"):
		match(what, re.escape(what) + r"\s+0\s+0", limits)
	r.reset()
	g.stop()
	unwatched()


def test_early_talker():
	"""what the client sends meanwhile is served behind the greeting"""
	key = (arpa("192.0.2.37"), "PTR")
	sent = threading.Event()
	ZONE[("early.example.net", "A")] = ["192.0.2.37"]
	ZONE[key] = lambda: sent.wait(20) and ["early.example.net"]
	del queries[:]
	g = gate()
	r = Raw(g.number, g.host, "192.0.2.37")
	until("the question", lambda: key in queries)
	r.send(b"NOOP\r\nQUIT\r\n")
	sent.set()
	same("the codes", re.findall(rb"(?m)^\d+", r.end()), [b"220", b"250",
	    b"221"])
	g.stop()


# --------------------------------------------------------------- names of hosts

def test_backend_name():
	"""a server by name"""
	ZONE[("mx1.example.org", "A")] = ["127.0.0.1"]
	g = gate(Server0="mx1.example.org:%d" % backend().number)
	same("the greeting", hello(g, CLIENT4), "220")
	g.stop()


def test_backend_unknown():
	"""a server whose name does not exist: the next, and the log says why"""
	g = gate(Server0="none.example.org:25 1000000", Backend_ServerCount="2",
	    Backend_Server1="127.0.0.1:%d 0" % backend().number)
	same("the greeting", hello(g, CLIENT4), "220")
	match("the log", "none.example.org:25: Name (or service not known|"
	    "does not resolve)", g.log())
	g.stop()


def test_backend_silent():
	"""a server whose name server never answers: the next, in time"""
	Silence("slow.example.org", "A")
	g = gate(Server0="slow.example.org:25 1000000", Backend_ServerCount="2",
	    Backend_Server1="127.0.0.1:%d 0" % backend().number,
	    Backend_ConnectTimeout="1s")
	same("the greeting", hello(g, CLIENT4), "220")
	match("the log", "slow.example.org:25: host name not found in "
	    "time", g.log())
	g.stop()
	unwatched()


def test_backend_silent_alone():
	"""such a server alone: 421 4.3.2"""
	Silence("slow.example.org", "A")
	g = gate(Server0="slow.example.org:25", Backend_ConnectTimeout="1s",
	    Backend_ConnectRetry="0")
	same("the greeting", hello(g, CLIENT4), "421")
	same("end= in the log", g.session()["end"], "backend")
	g.stop()
	unwatched()


def test_backend_client_leaves():
	"""a client that leaves while a server's name is looked up"""
	silence = Silence("slow.example.org", "A")
	del queries[:]
	g = gate(Server0="slow.example.org:25", Backend_ConnectTimeout="1m")
	r = Raw(g.number, g.host, CLIENT4)
	silence.asked()
	r.reset()
	same("end= in the log", g.session()["end"], "lost")
	g.stop()
	unwatched()


def test_filter_name():
	"""a filter by name"""
	ZONE[("milter.example.org", "A")] = ["127.0.0.1"]
	g = gate(filters=["S=inet:%d@milter.example.org, F=R, T=C:20s" %
	    recorder().number])
	same("the greeting", hello(g, CLIENT4), "220")
	connect(CLIENT4)
	g.stop()


def test_filter_localhost():
	"""a filter on localhost costs no question"""
	del queries[:]
	g = gate(filters=["S=inet:%d@localhost, F=R" % recorder().number],
	    timeout="0")
	same("the greeting", hello(g, CLIENT4), "220")
	connect(CLIENT4)
	asked([])
	g.stop()


def test_filter_silent():
	"""a filter whose name server never answers has failed"""
	Silence("slow.example.org", "A")
	g = gate(filters=["S=inet:%d@slow.example.org, F=4, T=C:1s" %
	    recorder().number])
	same("the greeting", hello(g, CLIENT4), "421")
	match("the log", r"filter filter0 \(.*\): at connect after \d+ ms: host "
	    "name not found in time", g.log())
	g.stop()
	unwatched()


def test_filter_client_leaves():
	"""a client that leaves while a filter's name is looked up: the filter
	has not failed"""
	silence = Silence("slow.example.org", "A")
	del queries[:]
	g = gate(filters=["S=inet:%d@slow.example.org, F=R, T=C:1m" %
	    recorder().number])
	r = Raw(g.number, g.host, CLIENT4)
	silence.asked()
	r.reset()
	same("end= in the log", g.session()["end"], "lost")
	absent("a failure in the log", "filter filter0", g.log())
	g.stop()
	unwatched()


def test_tryout():
	"""-f --client: the same name as in a session"""
	mail = write("mail", "Subject: x\n\nx\n")
	status, out, err = run(GATE, "-c", conf(None, [recorder().number],
	    Server_LookupTimeout="20s"), "-f", mail, "--client", CLIENT4)
	same("status of %r %r" % (out, err), status, 0)
	same("CONNECT", connect(CLIENT4).value[0], "client.example.net")


# Three, and five times each: the resolver alone would take longer than we wait.
RESOLV = "".join("nameserver 127.0.0.1\n" for _ in range(3)) + \
    "options attempts:5\n"
common.RESOLV = RESOLV

common.main(__name__)
