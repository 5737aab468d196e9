#!/usr/bin/python3
"""Who the client is: from load balancers, and to real servers.

What would break for whom: everybody behind a server that trusts the gate's
address.  If the client is lost on the way, that server relays for the whole
world; if it is taken for another, SPF and block lists judge the wrong one, and
the log that is to find the spammer names the gate.

HAProxy and nginx stand in front, Postfix, Exim, OpenSMTPD and mailfront behind;
what counts is their log and the Received that they write.
"""

import http.server
import os
import re
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, CLIENT6, GATE, MAILFRONT, SERVER4, SERVER6, WORK,
    Gate, Proc, Raw, Smtp, absent, arrived, conf, fields, gid, mailfront_env,
    match, message, need, once, port, queued, read, same, send, true, uid,
    until, write)
from mta import Exim, OpenSMTPD, Postfix
from recmilter import RecMilter, recorder

PACKAGES = ["ucspi-tcp", "mailfront", "postfix", "exim4-daemon-heavy",
    "opensmtpd", "haproxy", ["nginx-light", "libnginx-mod-mail"], "xinetd",
    "openbsd-inetd", "ipsvd"]


def postfix():
	s = once(Postfix, Postfix)
	s.clear()
	return s


class Door(Proc):
	"""A launcher for what tcpserver cannot do: a listener on [::] for both
	families, each connection a gate on descriptors 0 and 1."""
	def __init__(self, cf):
		self.number = port()
		program = write("door%d.py" % self.number, """
import os, socket, subprocess, sys
door = socket.create_server(("::", %d), family=socket.AF_INET6,
    dualstack_ipv6=True)
while True:
	s, _ = door.accept()
	subprocess.Popen(["setpriv", "--reuid", "%d", "--regid", "%d",
	    "--clear-groups", "%s", "-c", "%s"], stdin=s, stdout=s,
	    env={"PATH": "/usr/bin:/bin", "ASAN_OPTIONS": "detect_leaks=0"})
	s.close()
""" % (self.number, uid("spsmtpgate"), gid("spsmtpgate"), GATE, cf))
		super().__init__("door", ["/usr/bin/python3", "-B", program])
		Gate.all.append(self)
		self.port(self.number)

	def session(self, **kw):
		return fields(self.line(r"(?m)^.*\bsession id=.*$",
		    **kw).group(0))


# How a client comes: where to, from where, and how the gate must see it.
WAYS = {"IPv4": (SERVER4, CLIENT4, CLIENT4),
    "IPv6": (SERVER6, CLIENT6, CLIENT6)}
# (Through Door both are on one listener, so IPv4 is mapped into IPv6.)
NAMES = {CLIENT4: "client.example.net", CLIENT6: "six.example.net"}


def literal(address):
	return "IPv6:" + address if ":" in address else address


def deliver(number, host, source):
	code, text = send(number, message("identity", b"who?\r\n"), host=host,
	    source=source)
	same("the final reply: %r" % text, code, 250)
	return text.decode()


# ------------------------------------------------------------ to the servers

def in_postfix(s, reply, mark, address, name=None):
	name = name or NAMES[address]
	queueid = reply.split()[-1]
	line = until("Postfix logs the client", lambda: re.search(
	    r"%s: client=(\S+)" % queueid, s.log()[mark:]), 10, s.log).group(1)
	same("client= in Postfix' log", line, "%s[%s]" % (name, address))
	match("Received", r"Received: from client\.example\.net \(%s \[%s\]\)"
	    r"\n\s+by postfix\.example\.org" % (re.escape(name),
	    re.escape(literal(address))), arrived(s.maildir())[0].decode())


def to_postfix(kind, identity, way):
	host, source, address = WAYS[way]
	s = postfix()
	g = Door(conf(s.ports[kind], [recorder().number],
	    Backend_Identity=identity))
	mark = len(s.log())
	in_postfix(s, deliver(g.number, host, source), mark, address)
	same("client= of the gate", g.session()["client"], address)
	g.stop()


def test_postfix_xclient_4():
	"""XCLIENT to Postfix, of a client mapped into IPv6: log and Received"""
	to_postfix("xclient", "xclient", "IPv4")


def test_postfix_xclient_6():
	"""XCLIENT to Postfix, of an IPv6 client: log and Received"""
	to_postfix("xclient", "xclient", "IPv6")


def test_postfix_proxy1_4():
	"""PROXY v1 to Postfix, of a client mapped into IPv6"""
	to_postfix("haproxy", "proxy-v1", "IPv4")


def test_postfix_proxy1_6():
	"""PROXY v1 to Postfix, of an IPv6 client"""
	to_postfix("haproxy", "proxy-v1", "IPv6")


def test_postfix_proxy2_4():
	"""PROXY v2 to Postfix, of a client mapped into IPv6"""
	to_postfix("haproxy", "proxy-v2", "IPv4")


def test_postfix_proxy2_6():
	"""PROXY v2 to Postfix, of an IPv6 client"""
	to_postfix("haproxy", "proxy-v2", "IPv6")


def to_postfix_xforward(way):
	host, source, address = WAYS[way]
	s = postfix()
	g = Door(conf(s.ports["xforward"], [recorder().number],
	    Backend_Identity="xforward"))
	mark = len(s.log())
	c = Smtp(g.number, host, source)
	c.ehlo()
	for n in range(2):	# it forgets with each mail
		code, text = c.mail_raw("a@example.net", ["user@example.org"],
		    message("forwarded"))
		same("the final reply: %r" % text, code, 250)
		queueid = text.decode().split()[-1]
		line = until("Postfix logs", lambda: re.search(
		    r"%s: client=.*" % queueid, s.log()[mark:]), 10, s.log)
		match("the client in Postfix' log", r"orig_client=%s\[%s\]" % (
		    re.escape(NAMES[address]), re.escape(address)),
		    line.group(0))
		ident = g.line(r"mail id=(\S+%02X) " % (n + 1)).group(1)
		match("the queue ID", r"orig_queue_id=%s\b" % ident,
		    line.group(0))
	c.quit()
	g.stop()


def test_postfix_xforward_4():
	"""XFORWARD to Postfix: its log has client and queue ID of each mail"""
	to_postfix_xforward("IPv4")


def test_postfix_xforward_6():
	"""XFORWARD to Postfix, of an IPv6 client"""
	to_postfix_xforward("IPv6")


def test_postfix_xforward_edited():
	"""XFORWARD to Postfix, and a filter that changes the sender: RSET makes
	Postfix forget, so it is told again"""
	s = postfix()
	m = RecMilter()
	m.edits = [b"e<other@example.net>\0"]
	g = Gate(conf(s.ports["xforward"], [m.number],
	    Backend_Identity="xforward"), host=SERVER4)
	mark = len(s.log())
	queueid = deliver(g.number, SERVER4, CLIENT4).split()[-1]
	line = until("Postfix logs", lambda: re.search(r"%s: client=.*" %
	    queueid, s.log()[mark:]), 10, s.log)
	match("the client in Postfix' log", r"orig_client=\S+\[%s\]" %
	    re.escape(CLIENT4), line.group(0))
	match("the sender", rb"(?m)^Return-Path: <other@example.net>",
	    arrived(s.maildir())[0])
	g.stop()


def test_postfix_xforward_missing():
	"""XFORWARD to a Postfix that does not allow it: 421 4.3.5"""
	g = Gate(conf(postfix().ports["plain"], [], Backend_Identity="xforward"))
	match("421", rb"^421 4\.3\.5 [^\r\n]*\r\n$", Raw(g.number).end())
	g.line("offers no XFORWARD")
	g.stop()


def test_postfix_received():
	"""Identity = received: Postfix' Received shows the gate, and below it
	the gate's the client"""
	s = postfix()
	g = Gate(conf(s.ports["plain"], [recorder().number],
	    Backend_Identity="received"), host=SERVER4)
	deliver(g.number, SERVER4, CLIENT4)
	stored = arrived(s.maildir())[0].decode()
	match("two fields", r"(?s)^.*?\nReceived: from client\.example\.net \(\S+ "
	    r"\[127\.0\.0\.1\]\)\n\tby postfix\.example\.org .*?\n"
	    r"Received: from client\.example\.net \(%s \[%s\]\)\n"
	    r"\tby gate\.example\.org \(spsmtpgate\) with ESMTP id \w+\n"
	    r"\tfor <user@example\.org>;\n\t\w{3}, \d\d \w{3} \d{4} "
	    r"\d\d:\d\d:\d\d \+0000\nFrom: " % (re.escape(NAMES[CLIENT4]),
	    re.escape(CLIENT4)), stored)
	same("what the filter saw", [name for name, _ in
	    recorder().connections[-1].message()[0]][0], b"From")
	g.stop()


def test_postfix_noop():
	"""Identity = noop: Postfix takes the line, and the mail"""
	s = postfix()
	g = Gate(conf(s.ports["plain"], [], Backend_Identity="noop"))
	deliver(g.number, "127.0.0.1", None)
	arrived(s.maildir())
	g.stop()


def nobody(identity, kind):
	"""A client without an address, at a server that trusts the gate's."""
	s = postfix()
	g = Gate(conf(s.ports[kind], [], Backend_Identity=identity),
	    wrapper=["env", "-u", "PROTO", "/bin/sh", "-c",
	    'cat | "$@" | cat', "sh"])
	r = Raw(g.number)
	greeting = r.reply()
	if greeting[:3] == b"220":
		r.cmd("EHLO client.example.net", 250)
		r.cmd("MAIL FROM:<a@example.net>", 250)
		return r.cmd("RCPT TO:<victim@elsewhere.example>")
	return greeting


def test_nobody_proxy1():
	"""PROXY v1: a client without an address does not pass for the gate"""
	match("refused", rb"^421 4\.3\.5 ", nobody("proxy-v1", "haproxy"))


def test_nobody_proxy2():
	"""PROXY v2: a client without an address does not pass for the gate"""
	match("refused", rb"^421 4\.3\.5 ", nobody("proxy-v2", "haproxy"))


def test_nobody_xclient():
	"""XCLIENT: a client without an address has no right to relay"""
	match("refused", rb"^554 5\.7\.1 .*Relay access denied",
	    nobody("xclient", "xclient"))


def exim():
	s = once(Exim, lambda: Exim("hosts_proxy = 127.0.0.1"))
	s.clear()
	return s


def to_exim(identity, way):
	host, source, address = WAYS[way]
	s = exim()
	g = Door(conf(s.ports["plain"], [], Backend_Identity=identity))
	mailid = deliver(g.number, host, source).split("id=")[1]
	match("Received", r"Received: from %s \(\[%s\]( helo=client\.example\.net"
	    r")?\)\n\s+by exim\.example\.org" % (re.escape(NAMES[address]),
	    re.escape(address)), arrived(s.maildir())[0].decode())
	line = until("Exim logs", lambda: re.search(r"(?m)^.*%s <= .*$" %
	    mailid, s.log()), 10, s.log).group(0)
	match("the client in Exim's log", r" H=%s (\(client\.example\.net\) )?"
	    r"\[%s\]" % (re.escape(NAMES[address]), re.escape(address)), line)
	g.stop()


def test_exim_proxy1_4():
	"""PROXY v1 to Exim (hosts_proxy): log and Received show the client"""
	to_exim("proxy-v1", "IPv4")


def test_exim_proxy1_6():
	"""PROXY v1 to Exim, of an IPv6 client"""
	to_exim("proxy-v1", "IPv6")


def test_exim_proxy2_4():
	"""PROXY v2 to Exim: log and Received show the client"""
	to_exim("proxy-v2", "IPv4")


def test_exim_proxy2_6():
	"""PROXY v2 to Exim, of an IPv6 client"""
	to_exim("proxy-v2", "IPv6")


def to_opensmtpd(way):
	host, source, address = WAYS[way]
	s = once(OpenSMTPD, OpenSMTPD)
	s.clear()
	g = Door(conf(s.ports["proxy"], [], Backend_Identity="proxy-v2"))
	deliver(g.number, host, source)
	match("Received", r"Received: from client\.example\.net \(\S+ \[%s\]\)" %
	    re.escape(address), arrived(s.maildir())[0].decode())
	g.stop()


def test_opensmtpd_proxy2_4():
	"""PROXY v2 to OpenSMTPD: Received shows the client"""
	to_opensmtpd("IPv4")


def test_opensmtpd_proxy2_6():
	"""PROXY v2 to OpenSMTPD, of an IPv6 client"""
	to_opensmtpd("IPv6")


def test_servers_differ():
	"""Identity0 and Identity1: the second server stands in for the first, and
	is told in its own way"""
	s = postfix()
	g = Gate(conf("127.0.0.1:%d 10" % port(), [],
	    Backend_ServerCount="2", Backend_Identity0="xclient",
	    Backend_Server1="127.0.0.1:%d 0" % s.ports["haproxy"],
	    Backend_Identity1="proxy-v2", Backend_ConnectRetry="0"),
	    host=SERVER4)
	mark = len(s.log())
	in_postfix(s, deliver(g.number, SERVER4, CLIENT4), mark, CLIENT4)
	g.stop()


# -------------------------------------------------------------- from HAProxy

class HAProxy(Proc):
	"""In front of a gate, on all addresses, IPv4 and IPv6 on one socket."""
	def __init__(self, gate, option, more="", number=None, check=""):
		need("haproxy")
		self.number = number or port()
		path = write("haproxy%d.cfg" % self.number, """
global
    log stdout format raw daemon
    pidfile %(work)s/haproxy%(front)d.pid
defaults
    mode tcp
    timeout connect 10s
    timeout check 10s
    timeout client 60s
    timeout server 60s
    log global
listen smtp
    bind :::%(front)d v4v6
    %(check)s
    server gate 127.0.0.1:%(back)d %(option)s %(more)s
""" % {"work": WORK, "front": self.number, "back": gate, "option": option,
		    "more": more, "check": check})
		super().__init__("haproxy", ["haproxy", "-db", "-f", path])
		self.port(self.number)


def behind(option, way, child=False):
	host, source, address = WAYS[way]
	if child:
		g = Gate(conf(None, [recorder().number],
		    Server_ProxyFrom="127.0.0.0/8"), child=MAILFRONT,
		    env=mailfront_env("behind%d" % port(), "spsmtpgate"))
	else:
		s = postfix()
		g = Gate(conf(s.ports["xclient"], [recorder().number],
		    Server_ProxyFrom="127.0.0.0/8",
		    Backend_Identity="xclient"))
	h = HAProxy(g.number, option)
	mark = 0 if child else len(s.log())
	reply = deliver(h.number, host, source)
	session = g.session()
	same("client= of the gate", session["client"], address)
	same("via=", session["via"], "127.0.0.1")
	same("local=", session["local"], "%s:%d" % ("[%s]" % host
	    if ":" in host else host, h.number))
	event = recorder().connections[-1].of("C")[0]
	same("CONNECT", (event.value[1], event.value[3]),
	    ("6" if ":" in address else "4", address))
	same("{client_addr}", event.macros["{client_addr}"], literal(address))
	same("{daemon_addr}", event.macros["{daemon_addr}"], literal(host))
	if not child:
		in_postfix(s, reply, mark, address)
	h.stop()
	return g, address


def test_haproxy1_4():
	"""HAProxy, send-proxy: filter, log and Postfix have the client"""
	behind("send-proxy", "IPv4")[0].stop()


def test_haproxy1_6():
	"""HAProxy, send-proxy, of an IPv6 client"""
	behind("send-proxy", "IPv6")[0].stop()


def test_haproxy2_4():
	"""HAProxy, send-proxy-v2: filter, log and Postfix have the client"""
	behind("send-proxy-v2", "IPv4")[0].stop()


def test_haproxy2_6():
	"""HAProxy, send-proxy-v2, of an IPv6 client"""
	behind("send-proxy-v2", "IPv6")[0].stop()


def test_haproxy2_options():
	"""HAProxy, send-proxy-v2 with TLVs: they are skipped"""
	behind("send-proxy-v2 proxy-v2-options crc32c,unique-id",
	    "IPv4")[0].stop()


def test_haproxy_child():
	"""HAProxy in front, mailfront as program behind: its Received shows the
	client, and nothing of what tcpserver knew of HAProxy"""
	for way in WAYS:
		g, address = behind("send-proxy-v2", way, child=True)
		new = [d for d in os.listdir(WORK) if d.startswith("behind") and
		    os.path.isdir(WORK + "/" + d) and
		    os.listdir("%s/%s/new" % (WORK, d))]
		text = queued(WORK + "/" + new[-1], 1)[0][2].decode()
		match("its Received", r"(?s)^Received: from \S+ \([^)]*\[%s\]\)"
		    % re.escape(address), text)
		absent("the load balancer", r"\b127\.0\.0\.1\b",
		    text.split("From:")[0])
		for d in new:
			os.unlink("%s/%s/new/%s" % (WORK, d,
			    os.listdir("%s/%s/new" % (WORK, d))[0]))
		g.stop()


def test_haproxy_relayclient():
	"""HAProxy in front: RELAYCLIENT of its address is not its clients'"""
	g = Gate(conf(None, [], Server_ProxyFrom="127.0.0.1"),
	    child=["/bin/sh", "-c", 'echo "relay=${RELAYCLIENT-none}" >&2; '
	    'exec "$@"', "sh", *MAILFRONT], env=dict(mailfront_env("relay",
	    "spsmtpgate"), RELAYCLIENT=""))
	h = HAProxy(g.number, "send-proxy")
	r = Raw(h.number)
	match("greeting", rb"^220", r.reply())
	r.cmd("QUIT", 221)
	same("RELAYCLIENT", g.line(r"relay=(\S*)").group(1), "none")
	h.stop()
	g.stop()


def test_haproxy_check():
	"""HAProxy's health check that speaks SMTP, with the header, is served as
	HAProxy's own connection, and the server stays up"""
	s = postfix()
	g = Gate(conf(s.ports["xclient"], [], Server_ProxyFrom="127.0.0.1",
	    Backend_Identity="xclient"))
	h = HAProxy(g.number, "send-proxy-v2", "check inter 500ms fall 1",
	    check="option smtpchk EHLO check.example.net")
	check = g.session()
	same("client of a check", check["client"], "127.0.0.1")
	same("its end", check["end"], "quit")
	deliver(h.number, SERVER4, CLIENT4)
	absent("DOWN in HAProxy's log", r"is DOWN", h.log())
	h.stop()
	g.stop()


def test_haproxy_check_backend():
	"""HAProxy's health check that speaks SMTP finds a backend that is down"""
	g = Gate(conf(port(), [], Server_ProxyFrom="127.0.0.1"))
	h = HAProxy(g.number, "send-proxy-v2", "check inter 500ms fall 1",
	    check="option smtpchk EHLO check.example.net")
	h.line(r"is DOWN.*421")
	h.stop()
	g.stop()


def test_haproxy_bare_check():
	"""HAProxy's health check that only connects, and resets, perhaps before
	the launcher has started a gate, leaves the server up"""
	s = postfix()
	g = Gate(conf(s.ports["xclient"], [], Server_ProxyFrom="127.0.0.1",
	    Backend_Identity="xclient"), options=["-v"])
	h = HAProxy(g.number, "send-proxy-v2", "check inter 100ms fall 1")
	# tcpserver -v names each connection: here, the third check.
	g.line(r"(?s)(pid \d+ from 127\.0\.0\.1.*){3}")
	deliver(h.number, SERVER4, CLIENT4)
	absent("DOWN in HAProxy's log", r"is DOWN", h.log())
	h.stop()
	g.stop()


def test_haproxy_without():
	"""HAProxy without send-proxy before a gate that wants it: no greeting,
	and the log says why"""
	g = Gate(conf(postfix().ports["plain"], [],
	    Server_ProxyFrom="127.0.0.1"))
	h = HAProxy(g.number, "")
	r = Raw(h.number)
	r.send(b"EHLO client.example.net\r\n")
	same("what the client hears", r.end(), b"")
	g.line(r"upstream 127\.0\.0\.1: PROXY header expected, something else")
	same("end=", g.session()["end"], "upstream")
	h.stop()
	g.stop()


def test_haproxy_not_listed():
	"""HAProxy that is not listed: its header is a wrong command, and nobody
	becomes another client"""
	g = Gate(conf(postfix().ports["plain"], [],
	    Server_ProxyFrom="192.0.2.99"))
	h = HAProxy(g.number, "send-proxy")
	r = Raw(h.number, SERVER4, CLIENT4)
	replies = [r.reply()[:3] for _ in range(2)]
	same("replies", sorted(replies), [b"220", b"500"])
	r.cmd("QUIT", 221)
	same("client=", g.session()["client"], "127.0.0.1")
	h.stop()
	g.stop()


def test_haproxy_loop():
	"""HAProxy's own address as backend: 421 of the first gate, which sees it
	in the header"""
	number = port()
	g = Gate(conf("%s:%d 10" % (SERVER4, number), [],
	    Server_ProxyFrom="127.0.0.1", Backend_ConnectRetry="0"))
	h = HAProxy(g.number, "send-proxy", number=number)
	match("421", rb"^421 4\.3\.5 [^\r\n]*\r\n$",
	    Raw(number, SERVER4, CLIENT4).end())
	g.line("leads back to the gate itself")
	same("client=", g.session()["client"], CLIENT4)
	same("gates", len(re.findall(r"\bsession id=", g.log())), 1)
	h.stop()
	g.stop()


# ---------------------------------------------------------------------- loops

def test_loop_wildcard():
	"""a listener on all addresses, and one of them as backend: 421 after two
	gates at most"""
	number = port()
	cf = conf("127.0.0.1:%d 10" % number, [], Backend_ConnectRetry="0")
	p = Proc("tcpserver", ["tcpserver", "-HRl0", "-v",
	    "-u%d" % uid("spsmtpgate"), "-g%d" % gid("spsmtpgate"), "0",
	    str(number), GATE, "-c", cf]).port(number)
	match("421", rb"^421 4\.3\.5 [^\r\n]*\r\n$",
	    Raw(number, SERVER4, CLIENT4).end())
	p.line("leads back to the gate itself")
	same("gates", len(re.findall(r"tcpserver: ok ", p.log())), 2)
	p.stop()


# ---------------------------------------------------------------- from nginx

class Auth(http.server.BaseHTTPRequestHandler):
	"""Tells nginx where everybody's server is."""
	gate = 0

	def do_GET(self):
		self.send_response(200)
		self.send_header("Auth-Status", "OK")
		self.send_header("Auth-Server", "127.0.0.1")
		self.send_header("Auth-Port", str(Auth.gate))
		self.end_headers()

	def log_message(self, *args):
		pass


def test_nginx_xclient():
	"""nginx as mail proxy, xclient on: filter, log and Postfix have the
	client, who may not say XCLIENT"""
	need("nginx")
	module = "/usr/lib/nginx/modules/ngx_mail_module.so"
	need(module)
	s = postfix()
	g = Gate(conf(s.ports["xclient"], [recorder().number],
	    Server_XclientFrom="127.0.0.1", Backend_Identity="xclient"))
	Auth.gate = g.number
	auth = http.server.HTTPServer(("127.0.0.1", port()), Auth)
	threading.Thread(target=auth.serve_forever, daemon=True).start()
	front = port()
	path = write("nginx.conf", """
load_module %s;
daemon off;
pid %s/nginx.pid;
error_log stderr info;
events {}
mail {
	server_name nginx.example.org;
	auth_http 127.0.0.1:%d/;
	xclient on;
	server {
		listen %d;
		listen [::]:%d;
		protocol smtp;
		smtp_auth none;
	}
}
""" % (module, WORK, auth.server_port, front, front))
	p = Proc("nginx", ["nginx", "-c", path]).port(front)
	mark = len(s.log())
	c = Smtp(front, SERVER4, CLIENT4)
	c.ehlo()
	code, text = c.mail_raw("a@example.net", ["user@example.org"],
	    message("nginx"))
	same("the final reply: %r" % text, code, 250)
	code, refused = c.docmd("XCLIENT", "ADDR=127.0.0.1")
	true("XCLIENT of its client is refused", code >= 500, refused)
	c.quit()
	# Without a resolver nginx says that the client has no name.
	in_postfix(s, text.decode(), mark, CLIENT4, "unknown")
	session = g.session()
	same("client=, via=", (session["client"], session["via"]),
	    (CLIENT4, "127.0.0.1"))
	same("CONNECT", recorder().connections[-1].of("C")[0].value[3], CLIENT4)
	p.stop()
	g.stop()


# ------------------------------------- the environment of a program: launchers

WANT = ["PROTO", "TCPREMOTEIP", "TCPREMOTEPORT", "TCPLOCALIP", "TCPLOCALPORT",
    "TCPLOCALHOST"]


def check_environment(name, number, host, source):
	"""The program's environment, and what mailfront makes of it."""
	envfile = WORK + "/" + name + "/env"
	r = Raw(number, host, source)
	match("greeting", rb"^220", r.reply())
	r.cmd("QUIT", 221)
	text = until("the program's environment", lambda:
	    os.path.exists(envfile) and read(envfile).decode())
	env = dict(line.split("=", 1) for line in text.splitlines()
	    if "=" in line)
	same("the client in the environment", {k: env.get(k) for k in WANT[:-1]},
	    {"PROTO": "TCP", "TCPREMOTEIP": r.address[0],
	    "TCPREMOTEPORT": str(r.address[1]), "TCPLOCALIP": host,
	    "TCPLOCALPORT": str(number)})
	true("TCPLOCALHOST", env.get("TCPLOCALHOST"))
	for gone in ("RELAYCLIENT", "LISTEN_FDS", "LISTEN_PID", "UCSPITLS"):
		true("no " + gone, gone not in env, text)


def child_env(name):
	env = mailfront_env(name, "spsmtpgate")
	return {"QUEUEDIR": env["QUEUEDIR"], "MAILRULES": env["MAILRULES"],
	    "ENVFILE": WORK + "/" + name + "/env"}


def program(name):
	"""A file to run, for launchers whose arguments know no quotes."""
	env = child_env(name)
	return write(name + ".sh", "#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/bin\n"
	    "export PATH %s\nenv | sort >\"$ENVFILE\"\nexec mailfront smtp "
	    "queuedir mailrules add-received\n" % " ".join("%s=%s" % kv
	    for kv in env.items()), 0o755)


def test_child_tcpserver():
	"""a program under tcpserver has the client in its environment"""
	p = program("envtcps")
	g = Gate(conf(), host=SERVER4, child=[p])
	check_environment("envtcps", g.number, SERVER4, CLIENT4)
	g.stop()


def test_child_tcpsvd():
	"""a program under tcpsvd"""
	need("tcpsvd")
	number = port()
	p = Proc("tcpsvd", ["tcpsvd", "-l", "0", "-u", "spsmtpgate", SERVER4,
	    str(number), GATE, "-c", conf(), "--", program("envsvd")]
	    ).port(number)
	check_environment("envsvd", number, SERVER4, CLIENT4)
	p.stop()


def under_xinetd(name, bind, host, source):
	need("xinetd")
	number = port()
	path = write("xinetd-env%d.conf" % number, """
service smtp-env
{
	type = UNLISTED
	port = %d
	bind = %s
	socket_type = stream
	protocol = tcp
	wait = no
	user = spsmtpgate
	server = %s
	server_args = -c %s -- %s
	flags = %s
	env = RELAYCLIENT=
}
""" % (number, bind, GATE, conf(), program(name),
	    "IPv6" if ":" in bind else "IPv4"))
	p = Proc("xinetd", ["xinetd", "-dontfork", "-f", path, "-pidfile",
	    "%s/xinetd-env%d.pid" % (WORK, number)]).port(number)
	check_environment(name, number, host, source)
	p.stop()


def test_child_xinetd_4():
	"""a program under xinetd on [::], of an IPv4 client"""
	under_xinetd("envx4", "::", SERVER4, CLIENT4)


def test_child_xinetd_6():
	"""a program under xinetd, of an IPv6 client"""
	under_xinetd("envx6", "::", SERVER6, CLIENT6)


def test_child_inetd():
	"""a program under inetd"""
	need("inetd")
	number = port()
	path = write("inetd-env.conf", "%s:%d stream tcp4 nowait.4000 "
	    "spsmtpgate %s spsmtpgate -c %s -- %s\n" % (SERVER4, number, GATE,
	    conf(), program("envinetd")))
	p = Proc("inetd", ["inetd", "-i", path]).port(number)
	check_environment("envinetd", number, SERVER4, CLIENT4)
	p.stop()


def under_activate(name, host, source, options):
	need("systemd-socket-activate", "setpriv")
	number = port()
	p = Proc("socket-activate", ["systemd-socket-activate", "-a", *options,
	    "-l", "[%s]:%d" % (host, number) if ":" in host else "%s:%d" %
	    (host, number), "setpriv", "--reuid", str(uid("spsmtpgate")),
	    "--regid", str(gid("spsmtpgate")), "--clear-groups", GATE, "-c",
	    conf(), "--", program(name)]).port(number)
	check_environment(name, number, host, source)
	p.stop()


def test_child_systemd_inetd():
	"""a program under systemd, descriptors 0 and 1, IPv6"""
	under_activate("envsd0", SERVER6, CLIENT6, ["--inetd"])


def test_child_systemd_fd3():
	"""a program under systemd, descriptor 3"""
	under_activate("envsd3", SERVER4, CLIENT4, [])


common.main(__name__)
