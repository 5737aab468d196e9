#!/usr/bin/python3
"""The gate under the launchers that start programs: tcpserver, xinetd, inetd and
tcpsvd; units.py has systemd.

What would break for whom: a site whose launcher is not the author's.  The gate
takes the client's identity from the launcher; a wrong family, a mapped address
or the launcher's own address makes filters judge the wrong client, and makes
the mail server behind trust everybody.  And under xinetd descriptor 2 is the
client's connection: a message on it is a corrupt reply.

What the filter sees comes from recmilter.py, which decodes CONNECT itself.
The server behind is mailfront.
"""

import contextlib
import os
import re
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, CLIENT6, FORGED4, GATE, GATEUSER, NOPTR4, Proc,
    Raw, SERVER4, SERVER6, WORK, absent, conf, match, need, port, read, same,
    smtponly, true, until, write)
from launch import (activate, backend, carry, check_log, identity, plain_conf,
    printed, seen, talk, tcp_gate, unbroken)
from recmilter import recorder

PACKAGES = ["ucspi-tcp", "xinetd", "mailfront", "openbsd-inetd", "ipsvd"]


# -------------------------------------------------------------------- tcpserver

def test_tcpserver_ipv4():
	"""tcpserver: the filter and the log have the client's address and port"""
	g = tcp_gate(host=SERVER4)
	address = talk(g.number, SERVER4, CLIENT4)
	identity(address, "4", "client.example.net", SERVER4)
	f = check_log(g.log, address)
	same("local= in the log", f.get("local"), "%s:%d" % (SERVER4, g.number))
	same("end= in the log", f.get("end"), "quit")
	same("mails= in the log", f.get("mails"), "0")
	g.stop()


def test_tcpserver_ptr():
	"""tcpserver -H: the gate finds and verifies the client's name itself"""
	g = tcp_gate(host=SERVER4)
	address = talk(g.number, SERVER4, CLIENT4)
	identity(address, "4", "client.example.net")
	same("{_}", seen(address).macros.get("_"),
	    "client.example.net [%s]" % CLIENT4)
	same("ptr= in the log", check_log(g.log, address).get("ptr"),
	    "client.example.net")
	g.stop()


def test_tcpserver_mail():
	"""tcpserver: a mail of 3 MB"""
	g = tcp_gate(host=SERVER4)
	carry(g.number)
	g.stop()


def test_tcpserver_title():
	"""ps(1) shows whom a gate serves, and what it is at"""
	def titles():
		found = []
		for pid in filter(str.isdigit, os.listdir("/proc")):
			with contextlib.suppress(OSError):
				if read("/proc/%s/comm" % pid) == b"spsmtpgate\n":
					found.append(read("/proc/%s/cmdline" % pid)
					    .rstrip(b"\0"))
		return found

	g = tcp_gate(host=SERVER4)
	r = Raw(g.number, SERVER4, CLIENT4)
	r.reply()
	same("titles", titles(), [b"spsmtpgate: %s commands" %
	    CLIENT4.encode()])
	r.cmd("QUIT", 221)
	g.stop()


def test_tcpserver_noptr():
	"""tcpserver: a client without PTR is [address] to the filter"""
	g = tcp_gate(host=SERVER4)
	address = talk(g.number, SERVER4, NOPTR4)
	identity(address, "4")
	same("{_}", seen(address).macros.get("_"), "[%s]" % NOPTR4)
	g.stop()


def test_tcpserver_forged():
	"""tcpserver -h: TCPREMOTEHOST without a forward match is not believed"""
	g = tcp_gate(host=SERVER4, launcher=("-hR",))
	address = talk(g.number, SERVER4, FORGED4)
	identity(address, "4")
	absent("the forged name as {client_name}", "trusted",
	    seen(address).macros.get("{client_name}", ""))
	absent("the forged name without a warning",
	    r"trusted\.example\.com \[[^]]*\]$",
	    seen(address).macros.get("_", ""))
	g.stop()


def test_tcpserver_paranoid():
	"""tcpserver -p: a verified TCPREMOTEHOST is the client's name"""
	g = tcp_gate(host=SERVER4, launcher=("-pR",))
	address = talk(g.number, SERVER4, CLIENT4)
	identity(address, "4", "client.example.net")
	same("{_}", seen(address).macros.get("_"),
	    "client.example.net [%s]" % CLIENT4)
	g.stop()


def remote_ip(text, expected):
	"""A loader between tcpserver and the gate sets TCPREMOTEIP, as s6's
	proxy-server does; returns the CONNECT event."""
	g = tcp_gate(host=SERVER4, wrapper=["env", "TCPREMOTEIP=" + text,
	    "TCPREMOTEPORT=4711"])
	before = len(recorder().connections)
	address = talk(g.number, SERVER4, NOPTR4)
	until("the filter's connection",
	    lambda: len(recorder().connections) > before)
	e = recorder().connections[-1].of("C")[0]
	same("family and address for TCPREMOTEIP=" + text,
	    (e.value[1], e.value[3]), (expected or ("4", NOPTR4)))
	f = g.session()
	same("client= in the log", f.get("client"),
	    expected[1] if expected else NOPTR4)
	same("the port", e.value[2], 4711 if expected else address[1])
	g.stop()


def test_remoteip_outranks():
	"""TCPREMOTEIP of a ucspi launcher outranks the connection's address"""
	remote_ip("198.51.100.9", ("4", "198.51.100.9"))


def test_remoteip_ipv6():
	"""TCPREMOTEIP may be IPv6 on an IPv4 connection"""
	remote_ip("2001:DB8:0:0::9", ("6", "2001:db8::9"))


def test_remoteip_mapped():
	"""a mapped TCPREMOTEIP is told and logged as plain IPv4"""
	remote_ip("::ffff:198.51.100.9", ("4", "198.51.100.9"))


def test_remoteip_empty():
	"""an empty TCPREMOTEIP means unset"""
	g = tcp_gate(host=SERVER4, wrapper=["env", "TCPREMOTEIP="])
	identity(talk(g.number, SERVER4, NOPTR4), "4")
	g.stop()


def test_remoteip_name():
	"""a TCPREMOTEIP that is no address is ignored"""
	g = tcp_gate(host=SERVER4, wrapper=["env", "TCPREMOTEIP=some.host"])
	identity(talk(g.number, SERVER4, NOPTR4), "4")
	g.stop()


def test_remoteip_other_proto():
	"""PROTO=SSL: the address is SSLREMOTEIP, a stale TCPREMOTEIP is not"""
	g = tcp_gate(host=SERVER4, wrapper=["env", "PROTO=SSL",
	    "SSLREMOTEIP=198.51.100.10", "SSLREMOTEPORT=12",
	    "TCPREMOTEIP=198.51.100.11"])
	before = len(recorder().connections)
	talk(g.number, SERVER4, NOPTR4)
	until("the filter's connection",
	    lambda: len(recorder().connections) > before)
	same("CONNECT", recorder().connections[-1].of("C")[0].value[1:],
	    ("4", 12, "198.51.100.10"))
	g.stop()


def test_remoteip_needs_proto():
	"""without PROTO no launcher vouches for TCPREMOTEIP"""
	g = tcp_gate(host=SERVER4, wrapper=["env", "-u", "PROTO",
	    "TCPREMOTEIP=198.51.100.11"])
	identity(talk(g.number, SERVER4, NOPTR4), "4")
	g.stop()


def test_remote_addr_not_trusted():
	"""REMOTE_ADDR and REMOTE_HOST never outrank a working connection"""
	g = tcp_gate(host=SERVER4, wrapper=["env", "-u", "PROTO", "-u",
	    "TCPREMOTEIP", "REMOTE_ADDR=198.51.100.12", "REMOTE_PORT=99",
	    "REMOTE_HOST=198.51.100.13"])
	identity(talk(g.number, SERVER4, NOPTR4), "4")
	g.stop()


def refused_root(g):
	r = Raw(g.number)
	data = r.end()
	smtponly(data)
	match("421 4.3.5", rb"^421 4\.3\.5 [^\r\n]*\r\n$", data)
	return data


def test_root_refused():
	"""uid 0 is refused with 421 4.3.5, and the log says how to set the user"""
	g = tcp_gate(ids=(0, 0))
	before = len(recorder().connections)
	refused_root(g)
	g.line(r"(?i)\broot\b|\buid 0\b", seconds=5)
	log = g.log()
	for hint in ("-u", "user", "User="):
		true("the log names %s" % hint, hint in log, log)
	same("connections to the filter", len(recorder().connections), before)
	g.stop()


def test_stderr_closed():
	"""descriptor 2 closed by the launcher: no later socket takes its place"""
	g = tcp_gate(host=SERVER4, wrapper=["/bin/sh", "-c", 'exec "$@" 2>&-',
	    "sh"], gateargs=("-d",))
	address = talk(g.number, SERVER4, CLIENT4)
	identity(address, "4", "client.example.net")
	g.stop()


# ----------------------------------------------------- a client that is gone

LATE = """#!/bin/sh
# Starts the gate when the test says so, and keeps its exit status.
: >%(dir)s/started
n=0
while test ! -e %(dir)s/go && test $n -lt 1000; do
	sleep 0.02
	n=$((n+1))
done
"$@"
echo $? >%(dir)s/status
"""


def late(name, leave, start):
	"""Start the gate only after the client has left; returns (exit status,
	what was logged, the filter's connections of this session)."""
	d = common.directory(name, GATEUSER)
	script = write(name + ".sh", LATE % {"dir": d}, 0o755)
	p, number = start(script)
	before = len(recorder().connections)
	r = Raw(number, SERVER4, CLIENT4)
	p.file(d + "/started")
	leave(r)
	write(d + "/go", "")
	p.file(d + "/status")
	until("the status", lambda: read(d + "/status"))
	status = int(read(d + "/status"))
	log = p.log()
	p.stop()
	return status, log, recorder().connections[before:]


def under_tcpserver(script):
	g = tcp_gate(host=SERVER4, wrapper=[script])
	return g, g.number


def under_activate(script):
	return activate(SERVER4, ["--inetd"], wrapper=[script])


def gone(name, start):
	status, log, filters = late(name, Raw.reset, start)
	same("exit status", status, 0)
	same("CONNECT events for a client that is gone",
	    [e for c in filters for e in c.of("C")], [])
	absent("complaints in the log", r"(?im)^.*\b(error|panic|fatal)\b.*$", log)


def test_gone_tcpserver():
	"""tcpserver: a client that reset before the start costs no filter, and
	is no error"""
	gone("gone1", under_tcpserver)


def test_gone_inetd():
	"""systemd-socket-activate --inetd: the same without TCPREMOTEIP"""
	gone("gone2", under_activate)


def test_half_closed():
	"""a client that closed its side before the start is no error either"""
	def leave(r):
		r.s.shutdown(socket.SHUT_WR)
		leave.client = r
	status, log, _ = late("half", leave, under_tcpserver)
	data = leave.client.end()
	smtponly(data)
	same("exit status with this log: " + log, status, 0)
	absent("complaints in the log", r"(?im)^.*\b(error|panic|fatal)\b.*$", log)


# ------------------------------------------------------------------------ xinetd

def xinetd(host, cf, options="", edit=None):
	"""The service file that we ship, with port, server and address in it
	replaced; the rest is as installed."""
	need("xinetd")
	number = port()
	text = read(os.path.join(common.ROOT, "xinetd", "spsmtpgate")).decode()
	text, n = re.subn(r"(?m)^(\tserver\t.*)$", r"\1\n\tserver_args = -c "
	    + cf + options + "\n\tport = %d\n\ttype = UNLISTED\n\tbind = %s" %
	    (number, host), text)
	same("server lines in xinetd/spsmtpgate", n, 1)
	if edit:
		text = edit(text)
	if ":" not in host:
		text = re.sub(r"(?m)^(\tflags\t.*)\bIPv6\b", r"\1", text)
	path = write("xinetd%d.conf" % number, text)
	p = Proc("xinetd", ["xinetd", "-dontfork", "-f", path, "-pidfile",
	    "%s/xinetd%d.pid" % (WORK, number)])
	# Its own way of saying so leaves nothing to test for in the log.
	p.port(number)
	return p, number


def through(launcher, host, source, kind, name):
	"""Through what has been started: identity, and a log in syslog."""
	p, number = launcher
	mark = common.syslog.mark()
	address = talk(number, host, source)
	identity(address, kind, name, host)
	check_log(lambda: common.syslog.text(mark), address)
	p.stop()


def test_xinetd_ipv4():
	"""xinetd: IPv4, and the log goes to syslog"""
	through(xinetd(SERVER4, plain_conf()), SERVER4, CLIENT4, "4",
	    "client.example.net")


def test_xinetd_mail():
	"""xinetd: a mail of 3 MB"""
	p, number = xinetd(SERVER4, plain_conf())
	carry(number)
	p.stop()


def test_xinetd_ipv6():
	"""xinetd: IPv6"""
	through(xinetd("::", plain_conf()), SERVER6, CLIENT6, "6",
	    "six.example.net")


def test_xinetd_mapped():
	"""xinetd on [::]: an IPv4 client is IPv4 to filter and log"""
	through(xinetd("::", plain_conf()), SERVER4, CLIENT4, "4",
	    "client.example.net")


def test_xinetd_debug():
	"""xinetd: with -d and warnings not a byte but SMTP reaches the client"""
	p, number = xinetd(SERVER4, conf(backend().number, [recorder().number],
	    Server_MaxThreads="12"), options=" -d")
	mark = common.syslog.mark()
	r = Raw(number, SERVER4, CLIENT4)
	r.reply()
	for line in ("EHLO client.example.net", "MAIL FROM:<a@example.net>",
	    "RCPT TO:<refused@example.org>", "RCPT TO:<b@example.org>",
	    "WHAT", "RSET", "QUIT"):
		true("an answer to " + line, r.cmd(line))
	data = r.end()
	smtponly(data)
	same("bytes after the reply to QUIT", data[r.at:], b"")
	match("the debug log", "(?i)mail from", common.syslog.text(mark))
	# Nor does the log reach the filter or the server.
	unbroken()
	p.stop()


def broken(path, pattern):
	"""A session with a bad configuration: one reply, and the log says why."""
	p, number = xinetd(SERVER4, path)
	mark = common.syslog.mark()
	data = Raw(number, SERVER4, CLIENT4).end()
	match("421 4.3.5 alone", rb"^421 4\.3\.5 [\x20-\x7e]*\r\n$", data)
	until(pattern + " in the log", lambda: re.search(pattern,
	    common.syslog.text(mark)), 5, lambda: common.syslog.text(mark))
	p.stop()


def test_xinetd_broken_conf():
	"""xinetd: a broken configuration is 421 4.3.5 and nothing else, and the
	log says file and line"""
	path = write("broken.conf", "[Server]\nMaxErrors = many\n[Backend]\n"
	    "ServerCount = 1\nServer0 = 127.0.0.1:1 10\n")
	broken(path, re.escape(path) + ":2: MaxErrors = many; expected ")


def test_xinetd_no_conf():
	"""xinetd: a configuration file that is not there likewise"""
	broken(WORK + "/none.conf", re.escape(WORK + "/none.conf"))


def test_xinetd_usage():
	"""xinetd: a wrong option does not print its usage to the client"""
	p, number = xinetd(SERVER4, plain_conf(), options=" -Z")
	data = Raw(number, SERVER4, CLIENT4).end()
	smtponly(data)
	absent("the usage on the wire", "(?i)usage", data.decode("latin-1"))
	p.stop()


def test_xinetd_no_filter():
	"""xinetd: filter and server that cannot be reached leave no message on
	the client's connection"""
	p, number = xinetd(SERVER4, conf(port(), [port()]))
	mark = common.syslog.mark()
	r = Raw(number, SERVER4, CLIENT4)
	data = r.end() if not (r.reply() or b"").startswith(b"220") else None
	if data is None:
		r.cmd("QUIT")
		data = r.end()
	smtponly(data)
	true("a reply", data)
	until("the log", lambda: "session id=" in common.syslog.text(mark), 10)
	p.stop()


def test_xinetd_burst():
	"""xinetd: 400 connections within a moment do not close the port"""
	p, number = xinetd(SERVER4, plain_conf())
	for _ in range(400):
		Raw(number, SERVER4, CLIENT4).reset()
	talk(number, SERVER4, NOPTR4)
	p.stop()


def test_xinetd_root():
	"""xinetd: user = root is refused, and the log goes to syslog"""
	cf = plain_conf()
	text = read(os.path.join(common.ROOT, "xinetd", "spsmtpgate")).decode()
	same("user lines", len(re.findall(r"(?m)^\tuser\t+= spsmtpgate$", text)), 1)
	number = port()
	text = re.sub(r"(?m)^\tuser\t.*$", "\tuser = root\n\tport = %d\n"
	    "\ttype = UNLISTED\n\tserver_args = -c %s" % (number, cf), text)
	path = write("xinetd-root.conf", text)
	p = Proc("xinetd", ["xinetd", "-dontfork", "-f", path, "-pidfile",
	    WORK + "/xinetd-root.pid"]).port(number)
	mark = common.syslog.mark()
	data = Raw(number).end()
	match("421 4.3.5 alone", rb"^421 4\.3\.5 [\x20-\x7e]*\r\n$", data)
	until("a hint in the log", lambda: re.search(r"spsmtpgate\[.*\buser\b",
	    common.syslog.text(mark)), 5, lambda: common.syslog.text(mark))
	p.stop()


# ---------------------------------------------------------- inetd and tcpsvd

def inetd(family, host):
	"""OpenBSD's: descriptor 2 is the client, and nothing in the environment."""
	need("inetd")
	number = port()
	address = "[%s]" % host if ":" in host else host
	path = write("inetd%d.conf" % number,
	    "%s:%d stream %s nowait.4000 %s %s spsmtpgate -c %s\n" % (address,
	    number, family, GATEUSER, GATE, plain_conf()))
	p = Proc("inetd", ["inetd", "-i", path])
	p.port(number)
	return p, number


def test_inetd_ipv4():
	"""inetd: IPv4"""
	through(inetd("tcp4", SERVER4), SERVER4, CLIENT4, "4",
	    "client.example.net")


def test_inetd_mail():
	"""inetd: a mail of 3 MB"""
	p, number = inetd("tcp4", SERVER4)
	carry(number)
	p.stop()


def test_inetd_ipv6():
	"""inetd: IPv6"""
	through(inetd("tcp6", SERVER6), SERVER6, CLIENT6, "6", "six.example.net")


def test_tcpsvd():
	"""tcpsvd, with its own idea of options"""
	need("tcpsvd")
	number = port()
	p = Proc("tcpsvd", ["tcpsvd", "-u", GATEUSER,
	    SERVER4, str(number), GATE, "-c", plain_conf()])
	p.port(number)
	address = talk(number, SERVER4, CLIENT4)
	identity(address, "4", "client.example.net", SERVER4)
	check_log(p.log, address)
	p.stop()


# ---------------------------------------------------- what the gate prints itself

def full(number, n):
	"""n connections have a greeting, and one more has none."""
	clients = [Raw(number, SERVER4, NOPTR4) for _ in range(n)]
	for r in clients:
		match("a greeting", rb"^220", r.reply())
	same("one more", Raw(number, SERVER4, NOPTR4).end(), b"")
	for r in clients:
		r.cmd("QUIT", 221)
		r.end()


def xinetd_printed(listen, number, n, **kw):
	"""Put what is printed into the shipped service, as an admin would."""
	need("xinetd")
	_, text = printed("xinetd", Server_Listen=listen,
	    Server_User=GATEUSER, **kw)
	service = read(os.path.join(common.ROOT, "xinetd",
	    "spsmtpgate")).decode()
	for line in text.splitlines():
		if line.startswith("#"):
			continue
		key = line.split()[0]
		service, have = re.subn(r"(?m)^\t%s\t.*$" % key, "\t" + line,
		    service)
		if not have:
			service = service.replace("}", "\t" + line + "\n}")
	path = write("xinetd%d.conf" % number, service)
	p = Proc("xinetd", ["xinetd", "-dontfork", "-f", path, "-pidfile",
	    "%s/xinetd%d.pid" % (WORK, number)]).port(number)
	full(number, n)
	p.stop()


def test_print_xinetd():
	"""-L xinetd: its lines make the shipped service keep to MaxConnections,
	on address, port and as the user of the configuration"""
	number = port()
	xinetd_printed("%s:%d" % (SERVER4, number), number, 7)


def test_print_xinetd_source():
	"""-L xinetd: MaxPerAddress is the limit of one address, also when IPv4
	comes in through IPv6"""
	number = port()
	xinetd_printed("[::]:%d" % number, number, 3, Server_MaxPerAddress="3",
	    Server_RuntimeDir="")


def test_print_tcpserver():
	"""-L tcpserver: a command line that works, with the limit, address, port
	and user of the configuration"""
	need("tcpserver")
	number = port()
	_, text = printed("tcpserver", Server_Listen="%s:%d" % (SERVER4,
	    number), Server_User=GATEUSER)
	match("the limit", r"\s-c ?7\s", text)
	# The shell expands the rest, as an admin's would.
	p = Proc("printed", ["/bin/sh", "-c", "exec " + text.strip()]).port(number)
	address = talk(number, SERVER4, NOPTR4)
	identity(address, "4")
	check_log(p.log, address)
	p.stop()


common.main(__name__)
