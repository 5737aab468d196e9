"""What the tests of launchers share: a server behind, a filter that records, and
what must hold of a session whoever started the gate.
"""

import re

import common
from common import (GATE, GATEUSER, Gate, Mailfront, NOPTR4, Proc, Raw, SERVER4,
    conf, fields, gid, match, must, need, once, port, same, smtponly, true, uid,
    until)
from recmilter import recorder


def backend():
	return once(Mailfront, Mailfront)


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


def printed(launcher, **kw):
	cf = conf(backend().number, [recorder().number],
	    Server_MaxConnections="7", **kw)
	return cf, must(GATE, "-c", cf, "-L", launcher).decode()


def tcp_gate(**kw):
	cf = kw.pop("cf", None) or plain_conf()
	return Gate(cf, **kw)


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
