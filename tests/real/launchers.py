#!/usr/bin/python3
"""The gate under the real launchers: tcpserver, xinetd, systemd.

What would break for whom: a site whose launcher is not the author's.  The gate
takes the client's identity from the launcher; a wrong family, a mapped address
or the launcher's own address makes filters judge the wrong client, and makes
the mail server behind trust everybody.  And under xinetd descriptor 2 is the
client's connection: a message on it is a corrupt reply.

What the filter sees comes from recmilter.py, which decodes CONNECT itself.
The server behind is mailfront.
"""

import json
import os
import re
import shutil
import signal
import smtplib
import socket
import ssl
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, CLIENT6, FORGED4, GATE, GATEUSER, HOSTNAME, NOPTR4,
    SERVER4, SERVER6, WORK, Gate, Mailfront, Proc, Raw, Skip, absent, conf,
    fields, gid, match, must, need, once, port, read, run, same, smtponly,
    true, uid, until, write)
from recmilter import RecMilter

PACKAGES = ["ucspi-tcp", "xinetd", "mailfront", "openbsd-inetd", "ipsvd"]


def backend():
	return once(Mailfront, Mailfront)


def new_filter():
	number = port()
	m = RecMilter(number)
	m.number = number
	return m


def recorder():
	return once(new_filter, new_filter)


def plain_conf():
	return once("conf", lambda: conf(backend().number,
	    [recorder().number]))


# ------------------------------------------------------------------- what holds

def talk(number, host, source=None):
	"""A short session; returns (client address, port), and has checked that
	nothing but SMTP came."""
	r = Raw(number, host, source)
	greeting = r.reply()
	match("a greeting", rb"^220[ -]", greeting or b"(nothing)")
	r.cmd("EHLO client.example.net", 250)
	r.cmd("NOOP", 250)
	r.cmd("QUIT", 221)
	same("the bytes after 221", r.bytes[r.at:] + r.end()[r.at:], b"")
	smtponly(r.bytes)
	return r.address


def seen(address):
	"""The CONNECT event of the client; the latest, since the kernel gives the
	same port again, to another address more often than one expects."""
	def find():
		for c in reversed(recorder().connections):
			for e in c.of("C"):
				if e.value[2:] == (address[1], address[0]):
					return e
	e = until("the filter sees the client's port %d" % address[1], find, 5,
	    lambda: repr([c.of("C") for c in recorder().connections[-3:]]))
	return e


def identity(address, family, host=None, local=None):
	"""What the filter was told of the client that came from address."""
	e = seen(address)
	same("the family in CONNECT", e.value[1], family)
	same("host of CONNECT", e.value[0], host or "[%s]" % address[0])
	if local:
		same("{daemon_addr}", e.macros.get("{daemon_addr}"),
		    local if ":" not in local else "IPv6:" + local)
	unbroken()


def unbroken():
	"""The filter got well-formed packets since this was last asked."""
	errors = recorder().errors[:]
	del recorder().errors[:]
	same("broken packets", errors, [])


def logged(text, address):
	"""The gate's line for the session of that client."""
	for line in text.splitlines():
		if re.search(r"\bsession id=", line):
			f = fields(line)
			if f.get("port") == str(address[1]):
				same("client= in the log", f.get("client"),
				    address[0])
				return f
	return None


def check_log(source, address):
	return until("a session line for port %d" % address[1],
	    lambda: logged(source(), address), 10, source)


carried = []


def carry(number, host=SERVER4, source=NOPTR4):
	"""A mail of 3 MB, through the spool file, arrives whole."""
	subject = "carried %d" % len(carried)
	data = common.message(subject, b"".join(b"%07d %s\r\n" % (n, b"." * 60)
	    for n in range(45000)))
	code, text = common.send(number, data, host=host, source=source)
	same("the final reply: %r" % text, code, 250)
	carried.append(subject)
	mails = [m for _, _, m in backend().received(len(carried)) if
	    subject.encode() in m[:2000]]
	same("mails", len(mails), 1)
	true("the whole mail", mails[0].endswith(data.replace(b"\r\n", b"\n")),
	    mails[0])


# -------------------------------------------------------------------- tcpserver

def tcp_gate(**kw):
	cf = kw.pop("cf", None) or plain_conf()
	return Gate(cf, **kw)


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
	line = g.line(r"(?i)\broot\b|\buid 0\b", seconds=5)
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


def test_xinetd_ipv4():
	"""xinetd: IPv4, and the log goes to syslog"""
	p, number = xinetd(SERVER4, plain_conf())
	mark = common.syslog.mark()
	address = talk(number, SERVER4, CLIENT4)
	identity(address, "4", "client.example.net", SERVER4)
	check_log(lambda: common.syslog.text(mark), address)
	p.stop()


def test_xinetd_mail():
	"""xinetd: a mail of 3 MB"""
	p, number = xinetd(SERVER4, plain_conf())
	carry(number)
	p.stop()


def test_xinetd_ipv6():
	"""xinetd: IPv6"""
	p, number = xinetd("::", plain_conf())
	mark = common.syslog.mark()
	address = talk(number, SERVER6, CLIENT6)
	identity(address, "6", "six.example.net", SERVER6)
	check_log(lambda: common.syslog.text(mark), address)
	p.stop()


def test_xinetd_mapped():
	"""xinetd on [::]: an IPv4 client is IPv4 to filter and log"""
	p, number = xinetd("::", plain_conf())
	mark = common.syslog.mark()
	address = talk(number, SERVER4, CLIENT4)
	identity(address, "4", "client.example.net", SERVER4)
	check_log(lambda: common.syslog.text(mark), address)
	p.stop()


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


def under_inetd(family, host, source, kind, name):
	p, number = inetd(family, host)
	mark = common.syslog.mark()
	address = talk(number, host, source)
	identity(address, kind, name, host)
	check_log(lambda: common.syslog.text(mark), address)
	p.stop()


def test_inetd_ipv4():
	"""inetd: IPv4"""
	under_inetd("tcp4", SERVER4, CLIENT4, "4", "client.example.net")


def test_inetd_mail():
	"""inetd: a mail of 3 MB"""
	p, number = inetd("tcp4", SERVER4)
	carry(number)
	p.stop()


def test_inetd_ipv6():
	"""inetd: IPv6"""
	under_inetd("tcp6", SERVER6, CLIENT6, "6", "six.example.net")


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


# ------------------------------------------------------ systemd-socket-activate

def activate(host, options, wrapper=(), accept=True, gateargs=()):
	"""systemd-socket-activate; the user is changed by setpriv, which keeps
	the process id that LISTEN_PID names."""
	need("systemd-socket-activate", "setpriv")
	number = port()
	listen = "[%s]:%d" % (host, number) if ":" in host else \
	    "%s:%d" % (host, number)
	p = Proc("socket-activate", ["systemd-socket-activate",
	    *(["-a"] if accept else []), *options, "-l", listen,
	    "setpriv", "--reuid", str(uid(GATEUSER)), "--regid",
	    str(gid(GATEUSER)), "--clear-groups", *wrapper, GATE, "-c",
	    plain_conf(), *gateargs])
	p.port(number)
	return p, number


def activated(host, target, source, family, name, options):
	p, number = activate(host, options)
	address = talk(number, target, source)
	identity(address, family, name, target)
	check_log(p.log, address)
	p.stop()


for how, opts in (("inetd", ["--inetd"]), ("fd3", [])):
	for kind, args in (
	    ("ipv4", (SERVER4, SERVER4, CLIENT4, "4", "client.example.net")),
	    ("ipv6", (SERVER6, SERVER6, CLIENT6, "6", "six.example.net")),
	    ("mapped", ("::", SERVER4, CLIENT4, "4", "client.example.net"))):
		def test(args=args, opts=opts):
			activated(*args, opts)
		test.__doc__ = "systemd-socket-activate, %s: %s" % (
		    "descriptors 0 and 1" if opts else "descriptor 3", {
		    "ipv4": "IPv4", "ipv6": "IPv6",
		    "mapped": "IPv4 on [::] is IPv4 to filter and log"}[kind])
		test.__name__ = "test_activate_%s_%s" % (how, kind)
		globals()[test.__name__] = test
del test


def test_activate_mail():
	"""systemd-socket-activate, both ways: a mail of 3 MB"""
	for options in (["--inetd"], []):
		p, number = activate(SERVER4, options)
		carry(number)
		p.stop()


def test_activate_listener():
	"""a listening socket (Accept=no) is refused with a log line, not served"""
	p, number = activate(SERVER4, [], accept=False)
	try:
		r = Raw(number, SERVER4, CLIENT4)
		smtponly(r.end())
	except ConnectionResetError:	# with the listener
		pass
	until("the gate ends", lambda: p.p.poll() is not None, 20, p.log)
	true("an exit status that says so", p.p.returncode != 0)
	match("a log line that names it", "(?i)listen|accept",
	    re.sub(r"(?m)^(Listening|Communication|Execv|Accept).*$", "", p.log()))


def test_activate_stale_pid():
	"""LISTEN_PID of somebody else: descriptor 3 is not taken for the client"""
	g = tcp_gate(host=SERVER4, wrapper=["env", "LISTEN_FDS=1", "LISTEN_PID=1"])
	identity(talk(g.number, SERVER4, CLIENT4), "4", "client.example.net")
	g.stop()


# ----------------------------------------------------------------- systemd itself

# systemd as process 1 of a pid namespace inside ours, on an empty machine: no
# units but ours and the journal.
BOOT = """#!/bin/sh
set -e
mount -t cgroup2 none /sys/fs/cgroup
export container=spsmtpgate-test
exec /lib/systemd/systemd --unit=test.target --log-target=console \
    --log-level=info --show-status=no
"""
TARGET = """[Unit]
Description=The units under test
Requires=systemd-journald.socket spsmtpgate.socket
After=systemd-journald.socket spsmtpgate.socket
"""
UNITS = "/etc/systemd/system"
SHIPPED = sorted(os.listdir(os.path.join(common.ROOT, "systemd")))


def cgroup2():
	with open("/proc/mounts") as f:
		for line in f:
			if line.split()[2] == "cgroup2":
				return line.split()[1]
	raise Skip("no cgroup2 hierarchy")


class Systemd(Proc):
	def __init__(self):
		need("/lib/systemd/systemd", "systemctl", "journalctl")
		self.cgroup = "%s/spsmtpgate-%s" % (cgroup2(),
		    os.urandom(6).hex())
		base = "/usr/lib/systemd/"
		for d in os.listdir(base + "system"):
			if d.endswith((".wants", ".requires")):
				shutil.rmtree(base + "system/" + d)
		shutil.rmtree(base + "system-generators", ignore_errors=True)
		shutil.rmtree(UNITS)
		os.mkdir(UNITS)
		install_units()
		write(UNITS + "/test.target", TARGET)
		write("/etc/spsmtpgate.conf", read(plain_conf()).decode())
		write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
		script = write("boot.sh", BOOT, 0o755)
		try:
			os.mkdir(self.cgroup)
		except OSError as e:
			raise Skip("no cgroup of our own: %s" % e)
		super().__init__("systemd", ["/bin/sh", "-c", "echo $$ >%s/"
		    "cgroup.procs && exec unshare --mount --pid --fork "
		    "--kill-child --mount-proc --cgroup %s" %
		    (self.cgroup, script)])
		self.port(25)
		until("systemd answers", lambda: self.ctl("is-active",
		    "test.target") == "active\n", 30, self.log)

	def ctl(self, *argv):
		"""systemctl, from within its pid namespace: systemd does not
		answer processes that have no number there."""
		pid = [p for p in os.listdir("/proc") if p.isdigit() and
		    exe(p) == "/usr/lib/systemd/systemd"][0]
		return run("nsenter", "-t", pid, "-m", "-p", "systemctl",
		    *argv)[1].decode()

	def stop(self):
		super().stop(signal.SIGKILL)

		def removed():
			for d, _, _ in os.walk(self.cgroup, topdown=False):
				try:
					os.rmdir(d)
				except OSError:
					return False
			return True
		until("the cgroup is empty", removed)

	@staticmethod
	def journal():
		return run("journalctl", "-D", "/run/log/journal", "--no-pager",
		    "-o", "cat")[1].decode("utf-8", "replace")


def install_units():
	for n in SHIPPED:
		shutil.copy(os.path.join(common.ROOT, "systemd", n), UNITS)
	helper = os.path.join(common.ROOT, "spsmtpgate-tls")
	shutil.copy(helper if os.path.exists(helper) else "/bin/true",
	    "/usr/sbin/spsmtpgate-tls")


def systemd():
	return once(Systemd, Systemd)


def test_units_verify():
	"""systemd-analyze verify has nothing to say about the units"""
	need("systemd-analyze")
	os.makedirs(UNITS, exist_ok=True)
	install_units()
	for n in SHIPPED:
		n = n.replace("@.", "@1.")
		status, out, err = run("systemd-analyze", "verify", "--man=no",
		    UNITS + "/" + n)
		same(n, (status, (out + err).decode()), (0, ""))


def test_units_comments():
	"""every directive of the shipped units has its reason above it"""
	for n in SHIPPED:
		reason = False
		for line in read(os.path.join(common.ROOT, "systemd",
		    n)).decode().splitlines():
			if line.startswith("#"):
				reason = True
			elif not line.strip() or line.startswith("["):
				reason = line.startswith(("[Unit]", "[Install]"))
			elif "=" in line:
				true("%s: a comment for %s" % (n, line), reason)


def booted(target, source, family, name):
	s = systemd()
	address = talk(25, target, source)
	identity(address, family, name, target)
	check_log(s.journal, address)


def test_systemd_ipv4():
	"""systemd, the shipped units: IPv4 on the dual-stack port 25"""
	booted(SERVER4, CLIENT4, "4", "client.example.net")


def test_systemd_mail():
	"""systemd, the shipped units: a mail of 3 MB within their limits"""
	systemd()
	carry(25)


def test_systemd_ipv6():
	"""systemd, the shipped units: IPv6"""
	booted(SERVER6, CLIENT6, "6", "six.example.net")


def test_systemd_process():
	"""systemd: the instance has the user and the limits of its unit"""
	systemd()
	r = Raw(25, SERVER4, CLIENT4)
	r.reply()
	pid = until("the gate's process", lambda: [p for p in os.listdir("/proc")
	    if p.isdigit() and exe(p) == GATE])[0]
	status = read("/proc/%s/status" % pid).decode()
	limits = read("/proc/%s/limits" % pid).decode()
	r.cmd("QUIT", 221)
	r.end()
	same("Uid", match("Uid", r"Uid:\s+(\d+)", status).group(1),
	    str(uid(GATEUSER)))
	same("NoNewPrivs", match("NoNewPrivs", r"NoNewPrivs:\s+(\d)",
	    status).group(1), "1")
	match("LimitNOFILE", r"Max open files\s+\d+\s+64\s", limits)
	match("LimitCORE", r"Max core file size\s+0\s+0\s", limits)


def exe(pid):
	try:
		return os.readlink("/proc/%s/exe" % pid)
	except OSError:
		return None


def test_systemd_stderr():
	"""systemd: what the dynamic linker prints is in the journal, not on the
	client's connection"""
	s = systemd()
	drop = UNITS + "/spsmtpgate@.service.d/noise.conf"
	write(drop, "[Service]\nEnvironment=LD_PRELOAD=/nonexistent/noise.so\n")
	s.ctl("daemon-reload")
	try:
		address = talk(25, SERVER4, CLIENT4)
	finally:
		os.unlink(drop)
		s.ctl("daemon-reload")
	until("the noise in the journal", lambda: "noise.so" in s.journal(), 10,
	    s.journal)
	check_log(s.journal, address)


def test_systemd_broken_conf():
	"""systemd: a broken configuration is 421 4.3.5, and no instance stays
	behind as failed"""
	s = systemd()
	good = read("/etc/spsmtpgate.conf").decode()
	write("/etc/spsmtpgate.conf", good + "[Server]\nNonsense = 1\n")
	try:
		data = Raw(25, SERVER4, CLIENT4).end()
	finally:
		write("/etc/spsmtpgate.conf", good)
	match("421 4.3.5 alone", rb"^421 4\.3\.5 [\x20-\x7e]*\r\n$", data)
	until("file and line in the journal", lambda: re.search(
	    r"/etc/spsmtpgate\.conf:\d+:", s.journal()), 10, s.journal)
	until("no instance is left", lambda: s.ctl("list-units", "--all",
	    "--no-legend", "--plain", "spsmtpgate@*") == "", 10)


def submission(unit, tls):
	"""The socket unit, started with a configuration like that of GUIDE."""
	need("openssl")
	if not os.path.exists(os.path.join(common.ROOT, "spsmtpgate-tls")):
		raise Skip("spsmtpgate-tls was not built")
	s = systemd()
	cert = WORK + "/submission.pem"
	must("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
	    "ec_paramgen_curve:P-256", "-nodes", "-keyout", cert, "-out",
	    cert + ".crt", "-subj", "/CN=gate.example.org", "-addext",
	    "subjectAltName=DNS:gate.example.org")
	write(cert, read(cert + ".crt").decode() + read(cert).decode())
	path = "/etc/%s.conf" % unit
	true("it does not start without " + path, s.ctl("start", unit + ".socket")
	    == "" and s.ctl("is-active", unit + ".socket") != "active\n")
	write(path, read(plain_conf()).decode() + "[TLS]\nCertificate0 = %s\n%s\n"
	    % (cert, tls))
	s.ctl("start", unit + ".socket")
	same("the socket", s.ctl("is-active", unit + ".socket"), "active\n")
	context = ssl.create_default_context(cafile=cert + ".crt")
	return context


def encrypted(client):
	"""A mail is taken, up to its last recipient."""
	same("EHLO", client.ehlo("client.example.net")[0], 250)
	same("MAIL", client.mail("a@example.net")[0], 250)
	same("RCPT", client.rcpt("b@example.org")[0], 250)
	same("QUIT", client.quit()[0], 221)


def test_systemd_submission():
	"""systemd, spsmtpgate-submission: port 587 wants STARTTLS, and has it"""
	context = submission("spsmtpgate-submission", "Require = yes")
	c = smtplib.SMTP(HOSTNAME, 587, timeout=30)
	c.ehlo("client.example.net")
	same("MAIL in clear", c.docmd("MAIL FROM:<a@example.net>")[0], 530)
	c.starttls(context=context)
	encrypted(c)


def test_systemd_submissions():
	"""systemd, spsmtpgate-submissions: port 465 has TLS from the start"""
	context = submission("spsmtpgate-submissions", "Implicit = yes")
	encrypted(smtplib.SMTP_SSL(HOSTNAME, 465, timeout=30,
	    context=context))


def test_systemd_priority():
	"""systemd: a broken configuration is an error in the journal, a session
	is not, and the prefix that says so is not part of the text"""
	s = systemd()
	talk(25, SERVER4, CLIENT4)
	good = read("/etc/spsmtpgate.conf").decode()
	write("/etc/spsmtpgate.conf", good + "[Server]\nNonsense = 1\n")
	try:
		Raw(25, SERVER4, CLIENT4).end()
	finally:
		write("/etc/spsmtpgate.conf", good)

	def entry(pattern):
		for line in run("journalctl", "-D", "/run/log/journal", "-o",
		    "json", "--no-pager")[1].splitlines():
			e = json.loads(line)
			if e.get("SYSLOG_IDENTIFIER") == "spsmtpgate" and \
			    re.match(pattern, e["MESSAGE"]):
				return e
		return None
	e = until("the session", lambda: entry("session id="), 10)
	true("its priority", e["PRIORITY"] in ("5", "6"), e["PRIORITY"])
	e = until("the error", lambda: entry(r"/etc/spsmtpgate\.conf:\d"), 10)
	true("its priority", e["PRIORITY"] in ("3", "4"), e["PRIORITY"])


def test_systemd_stop():
	"""systemd: a session that is stopped hears 421 4.3.2 before the end"""
	s = systemd()
	r = Raw(25, SERVER4, CLIENT4)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	s.ctl("stop", "spsmtpgate@*")
	data = r.end()[r.at:]
	match("421 4.3.2 alone", rb"^421 4\.3\.2 [\x20-\x7e]*\r\n$", data)
	until("no instance is left", lambda: s.ctl("list-units", "--all",
	    "--no-legend", "--plain", "spsmtpgate@*") == "", 10)
	talk(25, SERVER4, CLIENT4)


def test_systemd_burst():
	"""systemd: 250 connections within a moment do not close port 25"""
	s = systemd()
	for _ in range(250):
		Raw(25, SERVER4, CLIENT4).reset()

	def served():
		r = Raw(25, SERVER4, NOPTR4)
		try:	# above the limits it is closed without a word
			greeting = r.reply()
		except ConnectionResetError:
			return False
		if greeting:
			r.cmd("QUIT", 221)
		r.end()
		return greeting.startswith(b"220")
	until("a session after it", served, 20)
	same("the socket unit", s.ctl("is-active", "spsmtpgate.socket"),
	    "active\n")


# ---------------------------------------------------- what the gate prints itself

def printed(launcher, **kw):
	cf = conf(backend().number, [recorder().number],
	    Server_MaxConnections="7", **kw)
	return cf, must(GATE, "-c", cf, "-L", launcher).decode()


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


def test_print_systemd():
	"""-L systemd: a drop-in that systemd accepts for the shipped socket, with
	the limits and the address of the configuration"""
	_, text = printed("systemd", Server_MaxPerAddress="3",
	    Server_Listen="%s:25" % SERVER4)
	path = match("the path of the drop-in", r"(?m)^# (%s/\S+)$" % UNITS,
	    text).group(1)
	s = systemd()
	write(path, text)
	try:
		s.ctl("daemon-reload")
		for key, value in (("MaxConnections", "7"),
		    ("MaxConnectionsPerSource", "3"),
		    ("Listen", "%s:25 (Stream)" % SERVER4)):
			same(key, s.ctl("show", "-P", key,
			    "spsmtpgate.socket").strip(), value)
		same("what verify says", run("systemd-analyze", "verify",
		    "--man=no", UNITS + "/spsmtpgate.socket"), (0, b"", b""))
	finally:
		os.unlink(path)
		s.ctl("daemon-reload")


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
