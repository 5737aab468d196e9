#!/usr/bin/python3
"""TLS with real clients: Postfix, Exim, OpenSMTPD, swaks, curl, openssl s_client.

What would break for whom: a server that must have TLS (DANE, MTA-STS, a policy
of its own) keeps its mail in the queue, and one that need not sends in clear,
unnoticed.

The gate's certificates, EC and RSA, are from an authority between, since
servers that verify want a whole chain.  Mail goes through the helper that is
started for a connection where a test says nothing else; tests/tls*.py have
both, and the protocol's corners.  Backends: tlsback.py.
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
from common import (GATEUSER, HOSTNAME, SERVER4, Gate, Mailfront, Proc, Raw,
    Skip, Smtp, absent, conf, directory, gid, match, must, need, once, read,
    run, same, true, uid, until, write)
from pki import FILES, HELPER, V4NAME, authority, certificate, gate, keys, pin

PACKAGES = ["ucspi-tcp", "mailfront", "swaks", "postfix", "exim4-daemon-light",
    "opensmtpd", "curl", "tlswrapper"]
TEXT = "Subject: x\r\n\r\nx\r\n"

# Destinations of Postfix: the policy (with the digests of both certificates),
# what becomes of the mail, and what Postfix says of the connection: trust,
# version and the gate's key.
LEVELS = {
    "may": ("may", "sent", r"(?:Untrusted|Trusted)", r"TLSv1\.3", "ECDSA"),
    "may12": ("may protocols=TLSv1.2", "sent", r"(?:Untrusted|Trusted)",
	r"TLSv1\.2", "ECDHE-ECDSA"),
    "encrypt": ("encrypt", "sent", r"(?:Untrusted|Trusted)", r"TLSv1\.3",
	"ECDSA"),
    "rsa": ("encrypt protocols=TLSv1.2 exclude=aECDSA", "sent",
	r"(?:Untrusted|Trusted)", r"TLSv1\.2", "ECDHE-RSA"),
    "fingerprint": ("fingerprint match=%(ec)s|%(rsa)s", "sent", "Verified",
	r"TLSv1\.3", "ECDSA"),
    "print12": ("fingerprint match=%(rsa)s protocols=TLSv1.2 exclude=aECDSA",
	"sent", "Verified", r"TLSv1\.2", "ECDHE-RSA"),
    "otherprint": ("fingerprint match=%(wrong)s", "deferred", "Untrusted",
	r"TLSv1\.3", "ECDSA"),
    "dane": ("dane-only", "sent", "Verified", r"TLSv1\.3", "ECDSA"),
    "danewrong": ("dane-only", "deferred", "Untrusted", r"TLSv1\.3", "ECDSA"),
    "verify": ("verify match=" + HOSTNAME, "sent", "Verified", r"TLSv1\.3",
	"ECDSA"),
    "secure": ("secure match=" + HOSTNAME, "sent", "Verified", r"TLSv1\.3",
	"ECDSA"),
    "secure12": ("secure match=%s protocols=TLSv1.2" % HOSTNAME, "sent",
	"Verified", r"TLSv1\.2", "ECDHE-ECDSA"),
    "wrong": ("secure match=other.example.org", "deferred",
	r"(?:Untrusted|Trusted)", r"TLSv1\.3", "ECDSA"),
}


# The key that the signed zone tells of, for DANE.
TLSA = {"dane": "ec", "danewrong": "middle"}


def digest(name):
	text = must("openssl", "x509", "-in", FILES + name + ".pem", "-noout",
	    "-fingerprint", "-sha256").decode()
	return text.strip().partition("=")[2]


def postfix():
	"""One that sends to a gate for each level."""
	def new():
		gates = {level: gate(host=SERVER4 if level in TLSA else
		    "127.0.0.1") for level in LEVELS}
		gates["again"] = Gate(conf(once("mailfront", Mailfront).number,
		    Server_LookupTimeout="0", **keys(Socket=resident())))
		digests = {n: digest(n) for n in ("ec", "rsa")}
		digests["wrong"] = digests["ec"][::-1]
		hops = {x: "[%s]:%d" % (V4NAME if x in TLSA else "127.0.0.1",
		    gates[x].number) for x in gates}
		policy = "".join("%s %s\n" % (hops[x], LEVELS[x][0] % digests if
		    x in LEVELS else "encrypt") for x in gates)
		transport = "".join("%s.example.net smtp:%s\n" % hop
		    for hop in hops.items())
		for x, name in TLSA.items():
			common.ZONE["_%d._tcp.%s" % (gates[x].number, V4NAME),
			    "TLSA"] = ["030101" + pin(name)]
		write("/etc/resolv.conf", common.RESOLV + "options trust-ad\n")
		return mta.Postfix(settings="""transport_maps = texthash:%s
smtp_tls_policy_maps = texthash:%s
smtp_tls_CAfile = %sca.pem
smtp_tls_fingerprint_digest = sha256
smtp_host_lookup = dns
smtp_dns_support_level = dnssec
smtp_tls_loglevel = 2
smtp_tls_session_cache_database = btree:$data_directory/smtp_scache
smtp_connection_cache_on_demand = no
""" % (write("transport", transport), write("policy", policy), FILES)), gates
	return once("postfix", new)


def resident():
	"""The socket of a resident helper, which is somebody else's; the gate need
	not have the keys."""
	def new():
		place = directory("resident", "postfix")
		for kind in ("ec", "rsa"):
			certificate("resident-" + kind, HOSTNAME, kind, "postfix")
		os.chmod(place, 0o711)
		sock = place + "/s"
		more = {"Certificate0": FILES + "resident-ec.pem", "Key0": FILES +
		    "resident-ec.key", "Certificate1": FILES + "resident-rsa.pem",
		    "Key1": FILES + "resident-rsa.key", "Socket": sock,
		    "ClientCertificate": "ask"}
		Proc("helper", ["setpriv", "--reuid", str(uid("postfix")),
		    "--regid", str(gid(GATEUSER)), "--clear-groups", HELPER, "-c",
		    conf(25, **keys(**more))]).file(sock)
		return sock
	return once("resident", new)


def sent(level):
	"""A mail through Postfix to this destination: the log of its delivery."""
	p, _ = postfix()
	before = len(p.log())
	with Smtp(p.ports["plain"]) as s:
		s.sendmail("a@example.org", "x@%s.example.net" % level, TEXT)
	return until("a word of the mail in Postfix's log", lambda: re.search(
	    r"(?s)^.*to=<x@%s\.example\.net>.* status=\w+" % level,
	    p.log()[before:]), detail=p.log)[0]


def test_postfix():
	"""Postfix as client: may, encrypt, fingerprint, dane, verify and secure, TLS
	1.2 and 1.3, EC and RSA; for another key or name no mail, and none in
	clear"""
	_, gates = postfix()
	for level, (_, status, trust, version, key) in LEVELS.items():
		log = sent(level)
		true("%s: %s\n" % (level, log), log.endswith("status=" + status))
		match(level, r"%s TLS connection established to \S+\[[0-9.]+\]"
		    r":%d: %s with cipher .*\b%s\b" %
		    (trust, gates[level].number, version, key), log)
		f = gates[level].session()
		match("the gate's log", "^" + version, f["tls"])
		same("mails", f["mails"], "1" if status == "sent" else "0")


def test_postfix_again():
	"""Postfix comes back with a ticket, to another process of the gate's and of
	the resident helper's, and resumes its session"""
	_, gates = postfix()
	first = sent("again")
	absent("the first", "Reusing old session", first)
	gates["again"].session()
	match("the second", r"Reusing old session", sent("again"))


def exim():
	"""As client, with GnuTLS: it wants TLS, and verifies it by name."""
	def new():
		authority()
		e = mta.Exim(host=V4NAME + " bydns", relay="""hosts_require_tls = *
  tls_verify_certificates = %sca.pem
  tls_verify_hosts = *
  tls_verify_cert_hostnames = *
  tls_require_ciphers = ${readfile{%s/priority}{}}""" % (FILES,
		    common.WORK + "/exim"))
		return e
	return once("exim", new)


# What GnuTLS may do, and what comes of it.
PRIORITIES = (
    ("TLS1.2", "ECDSA", "-KX-ALL:+ECDHE-ECDSA"),
    ("TLS1.2", "RSA", "-KX-ALL:+ECDHE-RSA"),
    ("TLS1.3", "ECDSA",
	"-SIGN-ALL:+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-ECDSA-SHA256"),
    ("TLS1.3", "RSA", "-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-ECDSA-SHA256"),
)


def test_exim():
	"""Exim as client, with GnuTLS, verifies name and chain: TLS 1.2 and 1.3, EC
	and RSA"""
	e = exim()
	for n, (version, key, how) in enumerate(PRIORITIES):
		g = gate(host=SERVER4)
		write(e.base + "/relay", "%d" % g.number)
		write(e.base + "/priority", "NORMAL:-VERS-ALL:+VERS-%s:%s" %
		    (version, how))
		with Smtp(e.ports["plain"]) as s:
			s.sendmail("a@example.org", "x%d@relay.example.net" % n, TEXT)
		line = until("the mail in Exim's log", lambda: re.search(
		    r"(?m)^.* [=*-][>*]* x%d@relay.*$" % n, e.log()),
		    detail=e.log)[0]
		match("TLS", r" => .* X=%s:.*_%s_.* CV=yes" % (version, key), line)
		match("the gate's log", "^TLSv" + version[3:], g.session()["tls"])


def test_opensmtpd():
	"""OpenSMTPD as client, with libtls: it verifies the chain, by STARTTLS and
	at once"""
	authority()
	# The authorities that it knows are the system's.
	for path in ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"):
		os.makedirs(os.path.dirname(path), exist_ok=True)
		if os.path.lexists(path):
			os.unlink(path)
		shutil.copy(FILES + "ca.pem", path)
	gates = {"a": gate(host=SERVER4), "b": gate(host=SERVER4,
	    tls={"Implicit": "yes"})}
	s = mta.OpenSMTPD("".join("""action "%s" relay host "%s://%s:%d" tls
match from any for domain "%s.example.net" action "%s"
""" % (x, how, V4NAME, gates[x].number, x, x) for x, how in (("a", "smtp+tls"),
	    ("b", "smtps"))))
	for x in gates:
		with Smtp(s.ports["plain"]) as c:
			c.sendmail("a@example.org", "x@%s.example.net" % x, TEXT)
	for x in gates:
		s.line(r"mta delivery .*to=<x@%s.example.net>.* result=\"Ok\"" % x)
	same("both", len(re.findall(r"server-cert-check result=\"success\"",
	    s.log())), 2)


def swaks(g, *options, good=True):
	status, out, err = run(need("swaks"), "--server", "127.0.0.1", "--port",
	    str(g.number), "--from", "a@example.org", "--to", "b@example.net",
	    "--helo", "client.example.net", *options)
	same("status\n%s%s" % (out.decode(), err.decode()), status == 0, good)
	true("encrypted commands", (b" ~> MAIL FROM" in out) == good, out)
	true("none in clear", b" -> MAIL FROM" not in out, out)
	f = g.session()
	same("mails", f["mails"], "1" if good else "0")
	return f


def test_swaks():
	"""swaks with STARTTLS, verified, and with no more than TLS 1.2; with the
	resident of another user, which alone has the keys"""
	f = swaks(gate(), "--tls", "--tls-verify", "--tls-ca-path", FILES +
	    "ca.pem")
	match("version", r"^TLSv1\.3 ", f["tls"])
	f = swaks(gate(), "--tls", "--tls-protocol", "tlsv1_2")
	match("version", r"^TLSv1\.2 ", f["tls"])
	swaks(gate(tls={"Socket": resident(), "Key0": FILES + "resident-ec.key"}),
	    "--tls")


def test_swaks_at_once():
	"""swaks with TLS from the first octet"""
	swaks(gate(tls={"Implicit": "yes"}), "--tls-on-connect", "--tls-verify",
	    "--tls-ca-path", FILES + "ca.pem")


def test_swaks_certificate():
	"""swaks with a certificate of its own where one is required, and without"""
	certificate("client", "client.example.net", by="ca")
	mine = ("--tls-cert", FILES + "client.pem", "--tls-key", FILES +
	    "client.key")
	for implicit, how in (("no", "--tls"), ("yes", "--tls-on-connect")):
		tls = {"ClientCertificate": "require", "Implicit": implicit}
		swaks(gate(tls=tls), how, *mine)
		swaks(gate(tls=tls), how, good=False)


def test_curl():
	"""curl, which verifies name and chain: smtp with STARTTLS, and smtps"""
	mail = write("curl.eml", TEXT)
	for scheme, implicit in (("smtp", "no"), ("smtps", "yes")):
		g = gate(host=SERVER4, tls={"Implicit": implicit})
		must(need("curl"), "--silent", "--show-error", "--ssl-reqd",
		    "--cacert", FILES + "ca.pem", "--url", "%s://%s:%d/me" % (scheme,
		    HOSTNAME, g.number), "--ipv4", "--mail-from", "a@example.org",
		    "--mail-rcpt", "b@example.net", "--upload-file", mail)
		same("mails", g.session()["mails"], "1")


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


def test_tlswrapper():
	"""a launcher between tcpserver and the gate, that has made TLS: the gate is
	told by SMTPS, and offers none"""
	if b"__asan_init" in read(common.GATE):
		raise Skip("tlswrapper leaves less memory than a sanitizer needs")
	both = certificate("wrapped", HOSTNAME) + ".both"
	g = Gate(conf(once("mailfront", Mailfront).number, **keys()),
	    wrapper=[need("tlswrapper"), "-f", both, "-u", GATEUSER], ids=(0, 0),
	    env={"SMTPS": "1"})
	f = swaks(g, "--tls-on-connect", "--tls-verify", "--tls-ca-path", FILES +
	    "ca.pem")
	same("TLS in the log", f["tls"], "TLS")


def test_stall():
	"""a client that says nothing behind 220 is let go, without a word"""
	g = gate(tls={"HandshakeTimeout": "1"})
	r = Raw(g.number)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("STARTTLS", 220)
	at = len(r.bytes)
	same("nothing in clear", r.end()[at:], b"")
	same("the reason", g.session()["end"], "tls")


common.main(__name__)
