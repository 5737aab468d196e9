#!/usr/bin/python3
"""TLS with real servers behind the gate: Postfix (OpenSSL), Exim (GnuTLS),
OpenSMTPD (libtls), Dovecot's LMTP.

What would break for whom: an admin whose server is in another house and takes
mail with TLS only gets none, or it goes over the wire in clear; one who names
the server's key has mail read by whoever sits between; a server with TLS takes
the gate for the client, and opens its relay to everybody.

The helper is the one that is started for a connection.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import mta
import common
from common import (CLIENT4, SERVER4, Raw, Smtp, arrived, match, message,
    once, port, run, same, send, true, until)
from pki import authority, certificate, gate, pin

PACKAGES = ["ucspi-tcp", "postfix", "exim4-daemon-light", "opensmtpd",
    ["dovecot-core", "dovecot-lmtpd"]]


def postfix():
	authority()
	base = certificate("postfix", "postfix.example.org", user="postfix")
	return mta.Postfix(settings="""smtpd_tls_loglevel = 1
smtpd_tls_security_level = may
smtpd_tls_cert_file = %s.pem
smtpd_tls_key_file = %s.key""" % (base, base))


def exim():
	authority()
	base = certificate("exim", "exim.example.org", "rsa", "Debian-exim")
	return mta.Exim("""tls_advertise_hosts = *
tls_certificate = %s.pem
tls_privatekey = %s.key""" % (base, base))


def opensmtpd():
	authority()
	base = certificate("opensmtpd", "smtpd.example.org", "rsa")
	at_once = port()
	s = mta.OpenSMTPD(head="""pki p cert "%s.pem"
pki p key "%s.key"
listen on 127.0.0.1 port %d smtps pki p hostname smtpd.example.org""" % (base,
	    base, at_once), tls="tls pki p")
	s.ports["smtps"] = at_once
	s.port(at_once)
	return s


def dovecot():
	authority()
	base = certificate("dovecot", "store.example.org", user="dovecot")
	d = mta.Dovecot("""ssl = yes
ssl_cert = <%s.pem
ssl_key = <%s.key
verbose_ssl = yes""" % (base, base))
	d.ports["plain"] = d.ports["lmtp"]
	return d


# How the server is spoken to, whether it is used, and if not, why.
HOW = (
    ({"TLS0": "may"}, True, None),
    ({"TLS0": "require"}, True, None),
    ({"TLS0": "verify", "TLSName0": "%(name)s"}, True, None),
    ({"TLS0": "require", "TLSPin0": "%(pin)s"}, True, None),
    ({"TLS0": "verify", "TLSName0": "other.example.org"}, False,
	"mismatch"),
    ({"TLS0": "verify"}, False, "mismatch"),
    ({"TLS0": "require", "TLSPin0": "%(other)s"}, False, "not the pinned one"),
    ({"TLS0": "require", "TLSImplicit0": "yes"}, True, None),
    ({"TLS0": "verify", "TLSImplicit0": "yes", "TLSName0": "%(name)s"}, True,
	None),
    ({"TLS0": "verify", "TLSImplicit0": "yes", "TLSName0":
	"other.example.org"}, False, "mismatch"),
)


def play(server, name, host, prefix=""):
	"""A mail for each line above."""
	facts = {"name": host, "pin": pin(name), "other": pin("middle")}
	for n, (how, good, why) in enumerate(HOW):
		where = "smtps" if "TLSImplicit0" in how else "plain"
		if where not in server.ports:
			continue
		g = gate("%s127.0.0.1:%d" % (prefix, server.ports[where]),
		    **{"Backend_" + k: v % facts for k, v in how.items()},
		    Backend_ConnectRetry="0")
		if not good:
			same("%s: the greeting" % how, Raw(g.number).reply()[:3],
			    b"421")
			match("the reason", why, g.log())
			continue
		subject = "tls %d" % n
		r = Raw(g.number).reply()
		true("%s\n%s" % (how, g.log()), r.startswith(b"220"), r)
		same(str(how), send(g.number, message(subject))[0], 250)
		mail, = arrived(server.maildir())
		true("the mail", ("Subject: " + subject).encode() in mail, mail)
		true("not in clear", re.search(rb"(?i) with (?:e?smtp|lmtp)s\b",
		    mail), mail)
		server.clear()


def test_postfix():
	"""Postfix as backend: may, require, verify, pinned, at once, and wrong ones"""
	p = once("postfix", postfix)
	play(p, "postfix", "postfix.example.org")
	match("TLS", r"TLS connection established from .*: TLSv1\.3", p.log())


def test_exim():
	"""the same with Exim, which has GnuTLS"""
	e = once("exim", exim)
	play(e, "exim", "exim.example.org")
	match("TLS", r"<= a@example\.net .* X=TLS1\.3:", e.log())


def test_opensmtpd():
	"""the same with OpenSMTPD, which has libtls, and no PIPELINING.  That of
	Debian 12 fails in each handshake, whoever its client is: then TLS0 = may
	goes on in clear, and require does not"""
	s = once("opensmtpd", opensmtpd)
	status, _, _ = run("openssl", "s_client", "-starttls", "smtp", "-connect",
	    "127.0.0.1:%d" % s.ports["plain"], input=b"QUIT\n")
	if status == 0:
		play(s, "opensmtpd", "smtpd.example.org")
		return
	s.line("missing private key")
	for how in ("may", "require"):
		g = gate(s.ports["plain"], Backend_TLS0=how,
		    Backend_ConnectRetry="0")
		if how == "require":
			same("refused", Raw(g.number).reply()[:3], b"421")
		else:
			same("a mail", send(g.number, message("may"))[0], 250)
			arrived(s.maildir())
		match("the reason", r"TLS: handshake: .*alert internal error",
		    g.log())


def test_dovecot():
	"""the same with Dovecot's LMTP, by STARTTLS"""
	d = once("dovecot", dovecot)
	play(d, "dovecot", "store.example.org", "lmtp:")


def test_xclient():
	"""Postfix as backend: XCLIENT comes behind STARTTLS, and EHLO once more, so
	that its log has the client and not the gate"""
	p = once("postfix", postfix)
	for how in ({"TLS0": "require"}, {"TLS0": "verify", "TLSName0":
	    "postfix.example.org"}):
		g = gate("127.0.0.1:%d" % p.ports["xclient"], host=SERVER4,
		    Backend_Identity="xclient",
		    **{"Backend_" + k: v for k, v in how.items()})
		before = len(p.log())
		with Smtp(g.number, SERVER4, CLIENT4) as s:
			s.sendmail("a@example.net", "user@example.org",
			    "Subject: x\r\n\r\nx\r\n")
		log = until("the mail in Postfix's log", lambda: (lambda t: t if
		    "client=" in t else None)(p.log()[before:]), detail=p.log)
		match("the client", r"client=\S*\[%s\]" % re.escape(CLIENT4), log)
		match("TLS", r"TLS connection established from .*: TLSv1\.3", log)


common.main(__name__)
