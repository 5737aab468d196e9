#!/usr/bin/python3
"""TLS with real peers on both sides: Postfix, Exim, swaks, openssl s_client.

What would break for whom: a server that must have TLS (DANE, MTA-STS, a policy
of its own) keeps its mail in the queue, and one that need not sends in clear,
unnoticed; a backend with TLS takes the gate for the client.

The certificate is signed by an authority of the test, since servers that verify
want one.  All mail goes through the helper that is started for a connection but
for the resident's own test; tests/tls.py has both, and the protocol's corners.
"""

import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
import mta
from common import (CLIENT4, GATEUSER, HOSTNAME, ROOT, SERVER4, WORK, Gate,
    Mailfront, Proc, Raw, Smtp, conf, match, must, need, once, run, same, true,
    uid, until, write)

PACKAGES = ["ucspi-tcp", "mailfront", "swaks", "postfix", "exim4-daemon-light"]
HELPER = "/usr/sbin/spsmtpgate-tls"
FILES = WORK + "/tls/"


def certificates():
	"""An authority, and a certificate for the gate and the backend."""
	def new():
		built = os.path.join(ROOT, "spsmtpgate-tls")
		if not os.path.exists(built):
			raise common.Skip("spsmtpgate-tls was not built")
		shutil.copy(built, HELPER)
		os.makedirs(FILES, exist_ok=True)
		key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
		    "-nodes")
		must("openssl", "req", "-x509", *key, "-keyout", FILES + "ca.key",
		    "-out", FILES + "ca.pem", "-subj", "/CN=Test CA", "-days", "9")
		must("openssl", "req", *key, "-keyout", FILES + "key.pem", "-out",
		    FILES + "csr", "-subj", "/CN=" + HOSTNAME)
		names = write(FILES + "names",
		    "subjectAltName=DNS:%s,DNS:postfix.example.org\n" % HOSTNAME)
		must("openssl", "x509", "-req", "-in", FILES + "csr", "-CA",
		    FILES + "ca.pem", "-CAkey", FILES + "ca.key", "-days", "9",
		    "-CAcreateserial", "-extfile", names, "-out",
		    FILES + "cert.pem")
		os.chown(FILES + "key.pem", uid(GATEUSER), -1)
		shutil.copy(FILES + "key.pem", FILES + "postfix.pem")
		return True
	return once("certificates", new)


def gate(backend=None, host="127.0.0.1", **keys):
	certificates()
	if backend is None:
		backend = once("mailfront", Mailfront).number
	return Gate(conf(backend, Server_LookupTimeout="0",
	    TLS_Certificate0=FILES + "cert.pem", TLS_Key0=FILES + "key.pem",
	    TLS_CAFile=FILES + "ca.pem", TLS_Socket='""', **keys), host=host)


LEVELS = ("may", "encrypt", "fingerprint", "secure", "wrong")


def postfix():
	"""One that sends to a gate for each level, and is a backend with TLS."""
	def new():
		certificates()
		gates = {level: gate() for level in LEVELS}
		digest = must("openssl", "x509", "-in", FILES + "cert.pem",
		    "-noout", "-fingerprint", "-sha256").decode()
		digest = digest.strip().partition("=")[2]
		how = {"may": "may", "encrypt": "encrypt", "secure":
		    "secure match=" + HOSTNAME, "wrong":
		    "secure match=other.example.org",
		    "fingerprint": "fingerprint match=" + digest}
		policy = write("policy", "".join("[127.0.0.1]:%d %s\n" % (
		    gates[x].number, how[x]) for x in LEVELS))
		transport = write("transport", "".join("%s.example.net "
		    "smtp:[127.0.0.1]:%d\n" % (x, gates[x].number)
		    for x in LEVELS))
		p = mta.Postfix(settings="""transport_maps = texthash:%s
smtp_tls_policy_maps = texthash:%s
smtp_tls_CAfile = %sca.pem
smtp_tls_fingerprint_digest = sha256
smtp_tls_loglevel = 1
smtpd_tls_loglevel = 1
smtpd_tls_security_level = may
smtpd_tls_cert_file = %scert.pem
smtpd_tls_key_file = %spostfix.pem""" % (transport, policy, FILES, FILES, FILES))
		return p, gates
	return once("postfix", new)


def sent(level, said, status):
	"""A mail through Postfix at this level: what it says of the connection,
	and what becomes of the mail."""
	p, gates = postfix()
	with Smtp(p.ports["plain"]) as s:
		s.sendmail("a@example.org", "x@%s.example.net" % level,
		    "Subject: %s\r\n\r\nx\r\n" % level)
	line = until("a word of the mail in Postfix's log", lambda: re.search(
	    r"to=<x@%s\.example\.net>.* status=(\w+)" % level, p.log()),
	    detail=p.log)
	same("status\n" + p.log(), line[1], status)
	if said is not None:
		match("the connection", r"%s TLS connection established to "
		    r"127\.0\.0\.1\[127\.0\.0\.1\]:%d: TLSv1\.3" % (said,
		    gates[level].number), p.log())
	return gates[level].session()


def test_postfix_may():
	"""Postfix as client at level may uses TLS, and trusts nobody"""
	f = sent("may", "(?:Untrusted|Trusted)", "sent")
	true("TLS in the log", f["tls"].startswith("TLSv1.3 "), f)
	same("mails", f["mails"], "1")


def test_postfix_encrypt():
	"""Postfix as client at level encrypt"""
	same("mails", sent("encrypt", "(?:Untrusted|Trusted)", "sent")["mails"],
	    "1")


def test_postfix_fingerprint():
	"""Postfix as client with the certificate's digest, as DANE does"""
	same("mails", sent("fingerprint", "Verified", "sent")["mails"], "1")


def test_postfix_secure():
	"""Postfix as client that verifies name and authority"""
	same("mails", sent("secure", "Verified", "sent")["mails"], "1")


def test_postfix_wrong():
	"""Postfix as client that wants another name: no mail, none in clear"""
	same("mails", sent("wrong", None, "deferred")["mails"], "0")


def test_exim():
	"""Exim as client, with GnuTLS"""
	exim = once("exim", mta.Exim)
	g = gate()
	write(exim.base + "/relay", "%d" % g.number)
	with Smtp(exim.ports["plain"]) as s:
		s.sendmail("a@example.org", "x@relay.example.net",
		    "Subject: x\r\n\r\nx\r\n")
	line = until("the mail in Exim's log", lambda: re.search(
	    r"(?m)^.* => x@relay.*$", exim.log()), detail=exim.log)[0]
	match("TLS", r" X=TLS1\.3:", line)
	f = g.session()
	true("TLS in the log", f["tls"].startswith("TLSv1.3 "), f)


def swaks(g, *options):
	status, out, err = run(need("swaks"), "--server", "127.0.0.1", "--port",
	    str(g.number), "--from", "a@example.org", "--to", "b@example.net",
	    "--helo", "client.example.net", *options)
	same("status\n%s%s" % (out.decode(), err.decode()), status, 0)
	true("encrypted commands", b" ~> MAIL FROM" in out, out)
	f = g.session()
	true("TLS in the log", f["tls"].startswith("TLSv1."), f)
	same("mails", f["mails"], "1")
	return f


def test_swaks():
	"""swaks with STARTTLS, and with no more than TLS 1.2"""
	swaks(gate(), "--tls", "--tls-verify", "--tls-ca-path", FILES + "ca.pem")
	f = swaks(gate(), "--tls", "--tls-protocol", "tlsv1_2")
	match("version", r"^TLSv1\.2 ", f["tls"])


def test_swaks_465():
	"""swaks with TLS from the first octet"""
	swaks(gate(TLS_Implicit="yes"), "--tls-on-connect")


def test_s_client():
	"""openssl s_client verifies name and chain, by TLS 1.2 and 1.3"""
	for version in ("1_2", "1_3"):
		g = gate()
		status, out, err = run("openssl", "s_client", "-starttls", "smtp",
		    "-connect", "127.0.0.1:%d" % g.number, "-quiet", "-crlf",
		    "-tls" + version, "-CAfile", FILES + "ca.pem",
		    "-verify_return_error", "-verify_hostname", HOSTNAME,
		    "-servername", HOSTNAME, input=b"QUIT\n")
		match("the end\n" + err.decode(), r"221 2\.0\.0", out.decode())
		match("version", "^TLSv" + version.replace("_", "."),
		    g.session()["tls"])


def test_stall():
	"""a client that says nothing behind 220 is let go, without a word"""
	g = gate(TLS_HandshakeTimeout="1")
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("STARTTLS", 220)
	at = len(r.bytes)
	same("nothing in clear", r.end()[at:], b"")
	same("the reason", g.session()["end"], "tls")


def test_backend():
	"""Postfix as backend: XCLIENT comes behind STARTTLS, so its log has the
	client; required, and verified by name"""
	p, _ = postfix()
	for how in ({"TLS0": "require"}, {"TLS0": "verify", "TLSName0":
	    "postfix.example.org"}):
		g = gate(p.ports["xclient"], host=SERVER4, Backend_Identity=
		    "xclient", **{"Backend_" + k: v for k, v in how.items()})
		before = len(p.log())
		with Smtp(g.number, SERVER4, CLIENT4) as s:
			s.sendmail("a@example.net", "user@example.org",
			    "Subject: x\r\n\r\nx\r\n")
		log = until("the mail in Postfix's log", lambda: (lambda t: t if
		    "client=" in t else None)(p.log()[before:]), detail=p.log)
		match("the client", r"client=\S*\[%s\]" % re.escape(CLIENT4), log)
		match("TLS", r"TLS connection established from .*: TLSv1\.3", log)


def test_backend_wrong():
	"""Postfix as backend, by another name than its certificate's: 421"""
	p, _ = postfix()
	g = gate(p.ports["plain"], Backend_TLS0="verify", Backend_TLSName0=
	    "other.example.org", Backend_ConnectRetry="0")
	same("the greeting", Raw(g.number).reply()[:3], b"421")
	match("the reason", r"hostname mismatch|verify failed", g.log())


def test_resident():
	"""the resident helper of another user: the gate needs no key"""
	certificates()
	directory = common.directory("resident", "postfix")
	os.chown(FILES + "postfix.pem", uid("postfix"), -1)
	os.chmod(FILES + "postfix.pem", 0o400)
	sock = directory + "/s"
	cf = conf(once("mailfront", Mailfront).number, Server_LookupTimeout="0",
	    TLS_Certificate0=FILES + "cert.pem", TLS_Socket=sock,
	    TLS_Key0=FILES + "postfix.pem")
	h = Proc("helper", ["setpriv", "--reuid", str(uid("postfix")), "--regid",
	    str(common.gid(GATEUSER)), "--clear-groups", HELPER, "-c", cf])
	h.file(sock)
	swaks(Gate(cf), "--tls")
	h.stop()


common.main(__name__)
