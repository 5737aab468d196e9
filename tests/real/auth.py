#!/usr/bin/python3
"""Logins through the gate, at real servers, with real clients.

What would break for whom: the users of a submission server behind the gate.
They are locked out when a mechanism is offered that cannot work, or a response
is changed on its way; their password is everybody's when it stays in a log, in
a core file or in the memory of a process; and filters that sign, or let pass,
what users send must be told who it is, by the name that the server let in.
"""

import base64
import hashlib
import hmac
import os
import re
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, GATE, MAILFRONT, WORK, Fail, Gate, Mailfront, Proc,
    Raw, Smtp, arrived, conf, directory, fields, mailfront_env, match, message,
    must, need, once, port, queued, read, run, same, show, stuff, true, uid, until,
    write)
from mta import Postfix, need_dovecot
from recmilter import recorder

PACKAGES = ["ucspi-tcp", ["postfix", "dovecot-core"], "python3-aiosmtpd",
    "swaks", "mailfront", ["opendkim", "opendkim-tools", "python3-dkim"]]

USER, PASSWORD = "joe@example.org", "Xk7-geheim-Qz!w"
ALL = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"]


class Dovecot(Proc):
	"""The authentication server alone, on a socket for Postfix."""
	def __init__(self):
		need_dovecot()
		base = directory("dovecot")
		self.socket = base + "/auth"
		users = write(base + "/users", "%s:{PLAIN}%s\n" % (USER, PASSWORD))
		cf = write(base + "/dovecot.conf", """
base_dir = %(base)s/run
log_path = %(base)s/log
protocols =
ssl = no
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256
disable_plaintext_auth = no
auth_failure_delay = 0
auth_verbose = yes
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%%u %(users)s
}
userdb {
  driver = static
  args = uid=%(uid)d gid=%(uid)d home=/nonexistent
}
service auth {
  unix_listener %(socket)s {
    mode = 0666
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
""" % {"base": base, "users": users, "uid": uid("vmail"),
		    "socket": self.socket})
		self.logfile = base + "/log"
		super().__init__("dovecot", ["dovecot", "-F", "-c", cf])
		self.file(self.socket)

	def log(self):
		text = super().log()
		if os.path.exists(self.logfile):
			text += read(self.logfile).decode("latin-1")
		return text


def dovecot():
	return once("dovecot", Dovecot)


class Submission(Postfix):
	"""A Postfix that takes mail from those who log in, and from nobody else."""
	def __init__(self):
		super().__init__(settings="""
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = %s
smtpd_sasl_security_options = noanonymous
broken_sasl_auth_clients = yes
smtpd_sasl_authenticated_header = yes
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
""" % dovecot().socket)


def server():
	s = once("submission", Submission)
	s.alive()
	return s


def new_gate(which="plain", env=None, plain="always", args=(), **keys):
	return Gate(conf(server().ports[which], [recorder().number],
	    Server_PlainAuth=plain, **keys), env=env, gateargs=args)


def gate():
	return once("gate", new_gate)


# ---------------------------------------------------------------- as a client

def b64(data):
	if isinstance(data, str):
		data = data.encode()
	return base64.b64encode(data).decode()


def plain(user=USER, password=PASSWORD):
	return b64("\0%s\0%s" % (user, password))


def raw(g, name="client.example.net"):
	r = Raw(g.number)
	match("greeting", rb"^220 ", r.reply())
	r.offer = r.cmd("EHLO " + name, 250).decode()
	return r


def words(offer):
	"""The mechanisms of the AUTH line."""
	m = re.search(r"(?m)^250[- ]AUTH (.*?)\r?$", offer)
	return m.group(1).split() if m else []


def scram(r, name="sha256", user=USER, password=PASSWORD):
	"""RFC 5802, 7677; the last reply, with the server's signature checked."""
	nonce = "fyko+d2lbbFgONRv9qkxdawL"
	first = "n=%s,r=%s" % (user.replace("=", "=3D").replace(",", "=2C"),
	    nonce)
	a = r.cmd("AUTH SCRAM-SHA-%s %s" % (name[3:], b64("n,," + first)))
	if a[:3] != b"334":
		return a
	server_first = base64.b64decode(a[4:].strip()).decode()
	f = dict(p.split("=", 1) for p in server_first.split(","))
	true("the server's nonce begins with ours", f["r"].startswith(nonce))
	salted = hashlib.pbkdf2_hmac(name, password.encode(),
	    base64.b64decode(f["s"]), int(f["i"]))

	def mac(key, text):
		return hmac.new(key, text.encode(), name).digest()
	key = mac(salted, "Client Key")
	without = "c=biws,r=" + f["r"]
	auth = ",".join((first, server_first, without))
	signature = mac(hashlib.new(name, key).digest(), auth)
	proof = bytes(x ^ y for x, y in zip(key, signature))
	a = r.cmd(b64(without + ",p=" + b64(proof)))
	if a[:3] == b"334":
		f = base64.b64decode(a[4:].strip()).decode()
		same("the server's signature", f, "v=" +
		    b64(mac(mac(salted, "Server Key"), auth)))
		a = r.cmd("")
	return a


def deliver(r, subject):
	"""A mail in a session that has logged in; as it was stored."""
	s = server()
	s.clear()
	data = message(subject)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	r.send(stuff(data))
	match("the final reply", rb"^250 ", r.reply())
	r.cmd("QUIT", 221)
	return arrived(s.maildir())[0].decode()


def told(mech):
	"""What the filter heard with the last mail, and the log has."""
	macros = recorder().connections[-1].of("M")[-1].macros
	same("{auth_type}", macros.get("{auth_type}"), mech)
	same("{auth_authen}", macros.get("{auth_authen}"), USER)
	same("{auth_ssf}", macros.get("{auth_ssf}"), "0")
	same("{auth_author}", macros.get("{auth_author}"), None)


def logged(g, r, mech, user=USER):
	"""The line of this session: others of the same gate may end later."""
	line = until("the session in the log", lambda: re.search(
	    r"(?m)^.*\bsession id=.* port=%d .*$" % r.address[1], g.log()), 10,
	    g.log).group(0)
	f = fields(line)
	same("auth= and user=", (f["auth"], f["user"]), (mech, user))


def by_hand(r, mech, password=PASSWORD):
	if mech == "PLAIN":
		return r.cmd("AUTH PLAIN " + plain(USER, password))
	if mech == "LOGIN":
		same("first prompt", r.cmd("AUTH LOGIN", 334), b"334 " +
		    b64("Username:").encode() + b"\r\n")
		r.cmd(b64(USER), 334)
		return r.cmd(b64(password))
	if mech == "CRAM-MD5":
		challenge = base64.b64decode(r.cmd("AUTH CRAM-MD5", 334)[4:])
		return r.cmd(b64("%s %s" % (USER, hmac.new(password.encode(),
		    challenge, "md5").hexdigest())))
	return scram(r, "sha" + mech.rsplit("-", 1)[1], USER, password)


# ------------------------------------------------------------------ mechanisms

def test_offer():
	"""Postfix and Dovecot: of their mechanisms those are offered that work
	through the gate, in both forms of the line, and without TLS none that
	shows the password"""
	r = Raw(server().ports["plain"])
	r.reply()
	direct = r.cmd("EHLO client.example.net", 250).decode()
	same("the server has DIGEST-MD5", "DIGEST-MD5" in words(direct), True)
	same("through the gate", set(words(raw(gate()).offer)), set(ALL))
	match("the old form", r"(?m)^250[- ]AUTH=\w", raw(gate()).offer)
	g = new_gate(plain="tls")
	r = raw(g)
	same("without TLS", set(words(r.offer)), set(ALL) - {"PLAIN", "LOGIN"})
	match("the reply", rb"^538 5\.7\.11 ", r.cmd("AUTH PLAIN " + plain()))
	match("the reply", rb"^504 5\.5\.4 ", r.cmd("AUTH DIGEST-MD5"))
	g = new_gate(plain="tls", env={"SMTPS": "1"})
	same("with TLS of the launcher", set(words(raw(g).offer)), set(ALL))


def test_without():
	"""Who does not log in is refused, by the server, in its words"""
	said = []
	for number in (server().ports["plain"], gate().number):
		r = Raw(number)
		r.reply()
		r.cmd("EHLO client.example.net", 250)
		r.cmd("MAIL FROM:<a@example.net>", 250)
		said.append(r.cmd("RCPT TO:<user@example.org>"))
	match("a refusal", rb"^554 5\.7\.1 ", said[0])
	same("through the gate", said[1], said[0])


def mechanism(mech):
	"""{}: the login works, the server's Received and log have the user, so do
	the filter and the gate's log"""
	g = gate()
	r = raw(g)
	match("the login", rb"^235 2\.7\.0 ", by_hand(r, mech))
	stored = deliver(r, "mech")
	match("Received", r"\(Authenticated sender: %s\)" % re.escape(USER), stored)
	match("Received", r"with ESMTPA ", stored)
	server().line(r"sasl_method=%s, sasl_username=%s" % (mech,
	    re.escape(USER)))
	told(mech)
	logged(g, r, mech)


def wrong(mech):
	"""{}: a wrong password is refused by the server, nobody is told of a user,
	and the log says who tried"""
	g = gate()
	mark = len(g.log())
	r = raw(g)
	match("the login", rb"^535 5\.7\.8 ", by_hand(r, mech, "wrong"))
	r.cmd("MAIL FROM:<a@example.net>", 250)
	match("RCPT", rb"^554 5\.7\.1 ", r.cmd("RCPT TO:<user@example.org>"))
	macros = recorder().connections[-1].of("M")[-1].macros
	same("{auth_...}", [k for k in macros if "auth" in k], [])
	r.cmd("RSET", 250)
	match("a second try", rb"^235 2\.7\.0 ", by_hand(r, mech))
	deliver(r, "second")
	line = match("the log", r"(?m)^.*\brefused id=.*stage=auth.*$",
	    g.log()[mark:]).group(0)
	f = fields(line)
	same("user, client, by, code", (f["user"], f["client"], f["by"],
	    f["code"]), (USER, "127.0.0.1", "backend", "535"))


for mech in ALL:
	for check in (mechanism, wrong):
		def test(mech=mech, check=check):
			check(mech)
		test.__doc__ = check.__doc__.replace("{}", mech)
		test.__name__ = "test_%s_%s" % (check.__name__,
		    mech.lower().replace("-", "_"))
		globals()[test.__name__] = test
del test


# --------------------------------------------------------------------- clients

def test_swaks():
	"""swaks logs in with PLAIN, LOGIN and CRAM-MD5 and sends a mail"""
	need("swaks")
	s, g = server(), gate()
	s.clear()
	for n, mech in enumerate(("PLAIN", "LOGIN", "CRAM-MD5"), 1):
		status, out, err = run("swaks", "--server", "127.0.0.1:%d" %
		    g.number, "--helo", "client.example.net", "--from",
		    "a@example.net", "--to", "user@example.org", "--auth",
		    mech, "--auth-user", USER, "--auth-password", PASSWORD)
		same("swaks: %s" % (out + err).decode("latin-1"), status, 0)
		arrived(s.maildir(), n)
	status, out, err = run("swaks", "--server", "127.0.0.1:%d" % g.number,
	    "--from", "a@example.net", "--to", "user@example.org", "--auth",
	    "PLAIN", "--auth-user", USER, "--auth-password", "wrong")
	same("swaks without the password: %s" % (out + err).decode("latin-1"),
	    status, 28)


def test_smtplib():
	"""Python's smtplib logs in, with each mechanism that it has"""
	s, g = server(), gate()
	s.clear()
	for n, mech in enumerate(("PLAIN", "LOGIN", "CRAM-MD5"), 1):
		c = Smtp(g.number)
		c.ehlo()
		c.user, c.password = USER, PASSWORD
		code, text = c.auth(mech, getattr(c, "auth_" +
		    mech.lower().replace("-", "_")), initial_response_ok=n == 1)
		same("the login: %r" % text, code, 235)
		same("a second login", c.docmd("AUTH", mech)[0], 503)
		same("the mail", c.mail_raw("a@example.net",
		    ["user@example.org"], message("smtplib"))[0], 250)
		c.quit()
		arrived(s.maildir(), n)
	c = Smtp(g.number)
	c.login(USER, PASSWORD)
	c.quit()


def test_xclient():
	"""With Identity = xclient the login is the client's own: Postfix logs
	address and user, also of a wrong password, and a mail goes through"""
	s = server()
	g = Gate(conf(s.ports["xclient"], [recorder().number],
	    Server_PlainAuth="always", Backend_Identity="xclient"),
	    wrapper=("env", "TCPREMOTEIP=" + CLIENT4))
	r = raw(g)
	match("wrong", rb"^535 ", r.cmd("AUTH PLAIN " + plain(password="no")))
	match("right", rb"^235 ", r.cmd("AUTH PLAIN " + plain()))
	stored = deliver(r, "xclient")
	match("Received", r"\[%s\]" % re.escape(CLIENT4), stored)
	match("Received", r"\(Authenticated sender: %s\)" % re.escape(USER), stored)
	s.line(r"\[%s\]: SASL PLAIN authentication failed" % re.escape(CLIENT4))
	s.line(r"client=\S+\[%s\], sasl_method=PLAIN, sasl_username=%s" %
	    (re.escape(CLIENT4), re.escape(USER)))


# -------------------------------------------------------- GUIDE's submission

def guide_opendkim():
	"""OpenDKIM with the file that GUIDE has, but for the domain."""
	need("opendkim", "opendkim-genkey")
	text = match("opendkim.conf", r"(?m)^    Mode .*\n(    .*\n)*",
	    read(os.path.join(common.ROOT, "GUIDE")).decode()).group(0)
	keys = match("KeyFile", r"KeyFile +(\S+)/mail.private", text).group(1)
	os.makedirs(keys, exist_ok=True)
	must("opendkim-genkey", "-b", "1024", "-d", "example.net", "-s", "mail",
	    "-D", keys)
	os.chown(keys + "/mail.private", uid("opendkim"), -1)
	path = write("/etc/opendkim.conf", re.sub(r"(?m)^    ", "",
	    text.replace("example.org", "example.net")))
	return Proc("opendkim", ["opendkim", "-f", "-x", path]).port(8891)


def test_guide_opendkim():
	"""OpenDKIM with GUIDE's file signs for those who have logged in, and for
	nobody else"""
	d = guide_opendkim()
	others = Mailfront()
	g = Gate(conf(others.number, ["S=inet:8891@127.0.0.1, F=T, "
	    "T=C:5s;R:30s;E:1m"], Server_PlainAuth="always",
	    Backend_AuthServer="127.0.0.1:%d" % server().ports["plain"]),
	    wrapper=("env", "TCPREMOTEIP=198.51.100.7"))
	same("a stranger's mail", common.send(g.number, message("stranger"))[0],
	    250)
	stranger = others.received()[0][2]
	true("no signature", b"DKIM-Signature" not in stranger, stranger)
	r = raw(g)
	r.cmd("AUTH PLAIN " + plain(), 235)
	own = deliver(r, "own")
	match("a signature", r"(?m)^DKIM-Signature: .*(\n\s.*)*d=example\.net;",
	    own)
	d.stop()


# ------------------------------------------------------------------ no secrets

def children(pid):
	with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
		return [int(p) for p in f.read().split()]


def the_gate(g):
	"""The process that serves the only connection."""
	def found():
		for p in children(g.p.pid):
			try:
				if os.readlink("/proc/%d/exe" % p) == GATE:
					return p
			except OSError:
				pass
		return None
	return until("the gate's process", found, 10)


def memory(pid):
	"""All that a debugger of root could read."""
	out = b""
	with open("/proc/%d/maps" % pid) as maps, \
	    open("/proc/%d/mem" % pid, "rb", 0) as mem:
		for line in maps:
			m = re.match(r"([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+ *(.*)",
			    line)
			if not m or m.group(3) in ("[vvar]", "[vvar_vclock]",
			    "[vsyscall]"):
				continue
			start, end = int(m.group(1), 16), int(m.group(2), 16)
			if end - start > 1 << 26:	# a sanitizer's shadow
				continue
			try:
				mem.seek(start)
				out += mem.read(end - start) + b"\0"
			except (OSError, ValueError, OverflowError):
				pass
	return out


def no_secret(what, g, pid, secrets):
	"""Not in the process, its title, or the log."""
	image = memory(pid)
	true("this process can be read", b"client.example.net" in image)
	title = read("/proc/%d/cmdline" % pid)
	for secret in secrets:
		for form in (secret, b64(secret)):
			data = form.encode()
			for where, text in (("memory", image), ("title", title),
			    ("log", g.log().encode())):
				at = text.find(data)
				if at >= 0:
					raise Fail("%s: a secret is in the %s: "
					    "%s" % (what, where, show(text[max(
					    0, at - 80):at + 120])))


def test_memory():
	"""When the server has answered no credentials are left in the process:
	behind success, refusal, a mechanism not offered, a line too long, lines of
	a client that does not wait, and one that gives up; nor in the debug log"""
	g = new_gate(args=("-d",))
	both = "\0%s\0%s" % (USER, PASSWORD)
	long = "A" * 3000 + "Xk7SecretInALongLine" + "B" * 3000
	tales = [
	    ("PLAIN", lambda r: r.cmd("AUTH PLAIN " + plain(), 235)),
	    ("PLAIN, two steps", lambda r: (r.cmd("AUTH PLAIN", 334),
	    r.cmd(plain(), 235))),
	    ("LOGIN", lambda r: (r.cmd("AUTH LOGIN", 334), r.cmd(b64(USER), 334),
	    r.cmd(b64(PASSWORD), 235))),
	    ("a wrong one", lambda r: r.cmd("AUTH PLAIN " +
	    b64("\0nobody@example.org\0" + PASSWORD), 535)),
	    ("not offered", lambda r: r.cmd("AUTH XOAUTH2 " + b64(both), 504)),
	    ("too long", lambda r: (r.cmd("AUTH LOGIN", 334), r.cmd(b64(long) +
	    "C" * 12288 + b64(long), 500))),
	    ("too long, at once", lambda r: r.cmd("AUTH PLAIN " + b64(long) +
	    "C" * 12288 + b64(long), 500)),
	    ("long", lambda r: r.cmd("AUTH PLAIN " + b64("\0%s\0%s" % (USER,
	    long)), 535)),
	    ("commands", lambda r: (r.cmd("AUTH DIGEST-MD5", 504),
	    r.cmd(b64(USER), 500), r.cmd(b64(PASSWORD), 500))),
	    ("given up", lambda r: (r.cmd("AUTH LOGIN", 334),
	    r.cmd(b64(USER), 334), r.cmd("*", 501))),
	    ("in one packet", lambda r: (r.cmd("AUTH LOGIN", 334),
	    r.send(("%s\r\n%s\r\nNOOP\r\n" % (b64(USER),
	    b64(PASSWORD))).encode()), r.reply(), same("the login",
	    r.reply()[:3], b"235"), r.reply())),
	]
	for what, tale in tales:
		r = raw(g)
		pid = the_gate(g)
		tale(r)
		no_secret(what, g, pid, [PASSWORD, both, long, long[2000:4000]])
		r.cmd("NOOP", 250)
		same("core files", re.search(r"Max core file size +(\d+)", read(
		    "/proc/%d/limits" % pid).decode()).group(1), "0")
		# Not dumpable: what is in /proc belongs to root.
		same("owner of its /proc", os.stat("/proc/%d/mem" % pid).st_uid, 0)
		r.cmd("QUIT", 221)
		until("the gate's end", lambda: not children(g.p.pid))
	for c in recorder().connections:
		same("UNKNOWN at the filter", [e.value for e in c.of("U")], [])


def test_memory_in_between():
	"""The test above can fail: before the server has answered the password is
	in the process"""
	pids = [p for p in children(dovecot().p.pid) if
	    read("/proc/%d/cmdline" % p).startswith(b"dovecot/auth")]
	true("Dovecot's auth runs", pids)
	for p in pids:
		os.kill(p, signal.SIGSTOP)
	try:
		g = new_gate()
		r = raw(g)
		pid = the_gate(g)
		r.send(b"AUTH PLAIN " + plain().encode() + b"\r\n")
		until("the credentials in memory", lambda: plain().encode() in
		    memory(pid), 10)
	finally:
		for p in pids:
			os.kill(p, signal.SIGCONT)
	match("the login", rb"^235 ", r.reply())
	no_secret("afterwards", g, pid, [PASSWORD])
	r.cmd("QUIT", 221)


# ------------------------------------------------------------------- aiosmtpd

AIO = """
import sys, time
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

class Handler:
    async def handle_DATA(self, server, session, envelope):
        return "250 2.0.0 from " + session.auth_data.login.decode()

def check(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == \\
        (%r, %r)
    return AuthResult(success=good, handled=False, auth_data=data)

c = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]),
    authenticator=check, auth_required=True, auth_require_tls=False)
c.start()
while True:
    time.sleep(60)
""" % (USER.encode(), PASSWORD.encode())


def test_aiosmtpd():
	"""aiosmtpd's authenticator: PLAIN and LOGIN, and its 530 without"""
	need("/usr/lib/python3/dist-packages/aiosmtpd/smtp.py")
	number = port()
	Proc("aiosmtpd", ["/usr/bin/python3", "-B", write("authserver.py", AIO),
	    str(number)]).port(number)
	g = Gate(conf(number, [recorder().number], Server_PlainAuth="always"))
	r = raw(g)
	match("without", rb"^530 5\.7\.0 ", r.cmd("MAIL FROM:<a@example.net>"))
	match("wrong", rb"^535 ", r.cmd("AUTH PLAIN " + plain(password="no")))
	r.cmd("QUIT", 221)
	for mech in ("PLAIN", "LOGIN"):
		c = Smtp(g.number)
		c.ehlo()
		c.user, c.password = USER, PASSWORD
		for first in (True, False):
			code, text = c.auth(mech, getattr(c, "auth_" +
			    mech.lower()), initial_response_ok=first)
			same("the login: %r" % text, code, 235 if first else
			    503)
			if not first:
				break
		code, text = c.mail_raw("a@example.net", ["user@example.org"],
		    message("aio"))
		same("the final reply", (code, text), (250, b"2.0.0 from " +
		    USER.encode()))
		told(mech)
		c.quit()


# ------------------------------------------------------------------ AuthServer

def keywords(number):
	r = Raw(number)
	r.reply()
	answer = r.cmd("EHLO client.example.net", 250).decode()
	r.cmd("QUIT", 221)
	return {line[4:].split()[0].split("=")[0] for line in
	    answer.splitlines()[1:]}


def two_servers(g, main, offered, clear):
	"""A stranger's mail goes to main, a user's to the one that lets in."""
	s = server()
	s.clear()
	both = keywords(offered) & keywords(s.ports["xclient"]) | {"AUTH"}
	same("what is offered", keywords(g.number) - {"LIMITS", "SIZE", "CHUNKING",
	    "PIPELINING"}, both & PASSED)
	r = raw(g)
	match("wrong", rb"^535 ", r.cmd("AUTH PLAIN " + plain(password="no")))
	clear()
	data = message("stranger")
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	r.send(stuff(data))
	match("the final reply", rb"^250 ", r.reply())
	match("the stranger's mail", b"Subject: stranger", main())
	match("a login behind it", rb"^235 ", r.cmd("AUTH PLAIN " + plain()))
	clear()
	stored = deliver(r, "user")
	match("Received", r"\(Authenticated sender: %s\)" % re.escape(USER), stored)
	match("Received", r"\[%s\]" % re.escape(CLIENT4), stored)
	told("PLAIN")


PASSED = {"8BITMIME", "DSN", "SMTPUTF8", "ENHANCEDSTATUSCODES", "AUTH",
    "MT-PRIORITY", "DELIVERBY"}
AUTHSERVER = {"Server_PlainAuth": "always", "Backend_AuthIdentity": "xclient"}


def test_authserver():
	"""AuthServer: a Postfix for the MX, another one for users; each mail is
	where it belongs, and the second server knows the client"""
	mx = once("mx", Postfix)
	g = Gate(conf(mx.ports["plain"], [recorder().number],
	    Backend_AuthServer="127.0.0.1:%d" % server().ports["xclient"],
	    **AUTHSERVER), wrapper=("env", "TCPREMOTEIP=" + CLIENT4))
	two_servers(g, lambda: arrived(mx.maildir())[0], mx.ports["plain"],
	    mx.clear)
	same("mails at the other", len(common.maildir(mx.maildir())), 0)


def test_authserver_program():
	"""The same with a program as backend, mailfront"""
	direct = Mailfront()
	env = mailfront_env("authchild", "spsmtpgate")
	queue = WORK + "/authchild"

	def clear():
		for f in os.listdir(queue + "/new"):
			os.unlink(queue + "/new/" + f)
	g = Gate(conf(None, [recorder().number],
	    Backend_AuthServer="127.0.0.1:%d" % server().ports["xclient"],
	    **AUTHSERVER), wrapper=("env", "TCPREMOTEIP=" + CLIENT4),
	    child=MAILFRONT, env=env)
	two_servers(g, lambda: queued(queue)[0][2], direct.number, clear)


common.main(__name__)
