#!/usr/bin/python3
"""TLS and the PROXY header, with real load balancers and real servers.

What would break for whom: the site whose HAProxy ends TLS, or forwards it, has
clients that may not log in, or whose TLS is not what filters and Received say;
and the server that wants a header no longer understands the gate's, since it
has more in it when the client has TLS.

HAProxy stands in front; Postfix, Exim, OpenSMTPD, Dovecot's submission service
and HAProxy behind.
"""

import os
import re
import ssl
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, HOSTNAME, SERVER4, WORK, Mailfront, Proc, Smtp,
    absent, arrived, directory, match, message, need, once, port, read, same,
    true, uid, until, write)
from mta import Exim, OpenSMTPD, Postfix
from pki import FILES, certificate, gate
from recmilter import recorder

PACKAGES = ["ucspi-tcp", "mailfront", "postfix", "exim4-daemon-heavy",
    "opensmtpd", "haproxy", ["dovecot-core", "dovecot-submissiond"]]

CN = "client.example.net"
# As long as a common name may be, a name that makes a header of 232 octets with
# it, and one as long as names may be.
LONG_CN = "x" * 64
FULL_SNI = "a" * 63 + "." + "b" * 27
LONG_SNI = ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 61))


def client_certificate(cn):
	"""Its file, with the key."""
	return once("client certificate " + cn, lambda: certificate(
	    "client%d" % len(cn), cn)) + ".both"


class Client(Smtp):
	"""One with TLS: from the start, or by STARTTLS."""
	def __init__(self, number, implicit, sni=HOSTNAME, cn=None, newest=None):
		self.context = ssl.create_default_context(cafile=FILES + "ca.pem")
		self.context.check_hostname = False
		# Later Pythons want all that RFC 5280 has in certificates.
		self.context.verify_flags &= ~ssl.VERIFY_X509_STRICT
		if newest:
			self.context.maximum_version = newest
		if cn:
			self.context.load_cert_chain(client_certificate(cn))
		self.sni, self.implicit = sni, implicit
		super().__init__(number, SERVER4, CLIENT4)
		self.ehlo()
		if not implicit:
			self._host = sni
			self.starttls(context=self.context)
			self.ehlo()

	def _get_socket(self, *args):
		s = super()._get_socket(*args)
		return s if not self.implicit else self.context.wrap_socket(s,
		    server_hostname=self.sni)

	def deliver(self):
		code, text = self.mail_raw("a@example.net", ["user@example.org"],
		    message("identity", b"who?\r\n"))
		same("the final reply: %r" % text, code, 250)
		self.quit()
		return text.decode()


class HAProxy(Proc):
	def __init__(self, bind, server, more=""):
		need("haproxy")
		self.number = port()
		path = write("haproxy%d.cfg" % self.number, """
global
    log stdout format raw daemon
    pidfile %s/haproxy%d.pid
defaults
    mode tcp
    timeout connect 10s
    timeout client 60s
    timeout server 60s
    log global
listen smtp
    bind %s:%d %s
    %s
    server next 127.0.0.1:%s
""" % (WORK, self.number, SERVER4, self.number, bind, more, server))
		super().__init__("haproxy", ["haproxy", "-db", "-f", path])
		self.port(self.number)


# ------------------------------------------------------------- from HAProxy

def macros():
	return recorder().connections[-1].of("H")[-1].macros


def test_haproxy_ends():
	"""HAProxy ends the client's TLS: no STARTTLS, macros with certificate,
	ESMTPS in Received"""
	m = Mailfront()
	g = gate(m.number, filters=[recorder().number],
	    Server_ProxyFrom="127.0.0.1", Backend_Identity="received")
	h = HAProxy("ssl crt %sec.both ca-file %sca.pem verify optional" %
	    (FILES, FILES), "%d send-proxy-v2-ssl-cn" % g.number,
	    "default-server proxy-v2-options ssl-cipher,authority,crc32c")
	for cn in (None, CN):
		c = Client(h.number, True, cn=cn)
		true("no STARTTLS", not c.has_extn("starttls"))
		c.deliver()
		session = g.session()
		same("client=", session["client"], CLIENT4)
		same("via=", session["via"], "127.0.0.1")
		match("tls=", r"^TLSv1\.3 TLS_\w+$", session["tls"])
		seen = macros()
		same("macros", [seen.get("{%s}" % k) for k in ("tls_version",
		    "cipher", "tls_sni", "verify", "cert_subject")],
		    [*session["tls"].split(), HOSTNAME, *(("OK", "CN=" + cn)
		    if cn else ("NO", None))])
	for mail in m.received(2):
		match("Received", r"Received: from client\.example\.net \(unknown "
		    r"\[%s\]\)\s+by \S+ \(spsmtpgate\) with ESMTPS\s+\(TLSv1\.3 "
		    % re.escape(CLIENT4), mail[2].decode())
	h.stop()
	g.stop()
	m.stop()


def test_haproxy_without():
	"""HAProxy without TLS, with all its options: there is none"""
	g = gate(filters=[recorder().number], Server_ProxyFrom="127.0.0.1")
	h = HAProxy("", "%d send-proxy-v2-ssl-cn proxy-v2-options "
	    "ssl-cipher,authority,cert-sig,cert-key,crc32c" % g.number)
	with Smtp(h.number, SERVER4, CLIENT4) as c:
		c.ehlo()
		true("STARTTLS", c.has_extn("starttls"))
	same("tls=", g.session()["tls"], "-")
	absent("macros", "tls_version", repr(macros()))
	h.stop()
	g.stop()


def test_haproxy_forwards():
	"""HAProxy forwards the client's TLS to a gate that waits for it, with a
	header of each version"""
	for option in ("send-proxy", "send-proxy-v2"):
		g = gate(tls={"Implicit": "yes", "ClientCertificate": "ask"},
		    Server_ProxyFrom="127.0.0.1")
		h = HAProxy("", "%d %s" % (g.number, option))
		Client(h.number, True, cn=CN).deliver()
		session = g.session()
		same("client=", session["client"], CLIENT4)
		match("tls=", r"^TLSv1\.3 TLS_\w+$", session["tls"])
		h.stop()
		g.stop()


def test_haproxy_again():
	"""HAProxy ends the client's TLS, and makes its own with the gate: the
	client's counts"""
	g = gate(tls={"Implicit": "yes"}, Server_ProxyFrom="127.0.0.1")
	h = HAProxy("ssl crt %sec.both" % FILES, "%d ssl ca-file %sca.pem "
	    "verify required sni str(%s) send-proxy-v2-ssl" % (g.number, FILES,
	    HOSTNAME), "default-server proxy-v2-options ssl-cipher")
	Client(h.number, True, newest=ssl.TLSVersion.TLSv1_2).deliver()
	match("tls=", r"^TLSv1\.2 ECDHE-\S+$", g.session()["tls"])
	h.stop()
	g.stop()


# ------------------------------------------------------------ to the servers

def told(number, **kw):
	"""A gate before a server that wants the header, and what the server says
	to the mail of a client with STARTTLS and all that a header can tell;
	another one had more."""
	g = gate(number, SERVER4, {"ClientCertificate": "ask"},
	    Backend_Identity="proxy-v2", **kw)
	Client(g.number, False, LONG_SNI, LONG_CN).deliver()
	reply = Client(g.number, False, FULL_SNI, LONG_CN).deliver()
	g.stop()
	return reply


def test_to_postfix():
	"""Postfix takes the longest header, also where the gate has TLS with it
	as well"""
	s = Postfix(settings="""smtpd_tls_security_level = may
smtpd_tls_chain_files = %s.both""" % certificate("postfix",
	    "postfix.example.org", user="postfix"))
	for level in ("none", "require"):
		s.clear()
		queueid = told(s.ports["haproxy"], Backend_TLS0=level).split()[-1]
		match("the client in Postfix's log", r"%s: client=\S*\[%s\]" %
		    (queueid, re.escape(CLIENT4)), s.log())
		for mail in arrived(s.maildir(), 2):
			match("Received", r"by postfix\.example\.org \(Postfix\) with "
			    + ("ESMTP" if level == "none" else "ESMTPS") + " id",
			    mail.decode())
	s.stop()


def test_to_exim():
	"""Exim takes the longest header"""
	s = Exim("hosts_proxy = 127.0.0.1")
	mailid = told(s.ports["plain"]).split("id=")[1]
	line = until("Exim logs", lambda: re.search(r"(?m)^.*%s <= .*$" %
	    mailid, s.log()), 10, s.log).group(0)
	match("the client in Exim's log", r"\[%s\]" % re.escape(CLIENT4), line)
	s.stop()


def test_to_opensmtpd():
	"""OpenSMTPD takes the longest header"""
	s = OpenSMTPD()
	told(s.ports["proxy"])
	match("Received", r"Received: from client\.example\.net \(\S+ \[%s\]\)" %
	    re.escape(CLIENT4), arrived(s.maildir(), 2)[-1].decode())
	s.stop()


def test_to_haproxy():
	"""HAProxy behind the gate understands the longest header: client and
	name that was asked for"""
	m = once("mailfront", Mailfront)
	h = HAProxy("accept-proxy", str(m.number),
	    'log-format "from %ci:%cp for <%[fc_pp_authority]>"')
	told("%s:%d" % (SERVER4, h.number))
	lines = until("four connections", lambda: (lambda found: found if
	    len(found) == 4 else None)(re.findall(r"from (\S+):\d+ for <(.*)>",
	    h.log())), 10, h.log)
	same("HAProxy's log", lines, [(CLIENT4, "-"), (CLIENT4, "-"),
	    (CLIENT4, "-"), (CLIENT4, FULL_SNI)])
	h.stop()


class Dovecot(Proc):
	"""Its submission service, which wants a header, and no passwords
	without TLS; mail goes to mailfront."""
	def __init__(self):
		need("/usr/sbin/dovecot", "/usr/lib/dovecot/submission-login")
		cert = certificate("dovecot", "store.example.org")
		base = directory("dovecot-submission")
		self.number = port()
		self.logfile = base + "/log"
		cf = write(base + "/dovecot.conf", """
base_dir = %(base)s/run
log_path = %(base)s/log
info_log_path = %(base)s/log
protocols = submission
ssl = yes
ssl_cert = <%(cert)s.pem
ssl_key = <%(cert)s.key
disable_plaintext_auth = yes
hostname = store.example.org
haproxy_trusted_networks = 127.0.0.1
login_log_format_elements = user=<%%u> rip=%%r mech=%%m %%c <%%k>
mail_location = maildir:%(base)s/mail
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
first_valid_uid = 1
submission_relay_host = 127.0.0.1
submission_relay_port = %(relay)d
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=%(uid)d gid=%(uid)d home=%(base)s/mail
}
service submission-login {
  chroot =
  inet_listener submission {
    address = 127.0.0.1
    port = %(port)d
    haproxy = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
""" % {"base": base, "cert": cert, "uid": uid("vmail"),
		    "port": self.number,
		    "relay": once("mailfront", Mailfront).number})
		directory(base + "/mail", "vmail")
		super().__init__("dovecot", ["dovecot", "-F", "-c", cf])
		self.port(self.number)

	def log(self):
		text = super().log()
		if os.path.exists(self.logfile):
			text += read(self.logfile).decode("latin-1")
		return text


def test_to_dovecot():
	"""Dovecot's submission service, which takes passwords from clients with
	TLS alone, takes them through the gate, from those and no others"""
	s = Dovecot()
	g = gate(s.number, SERVER4, Backend_Identity="proxy-v2")
	with Smtp(g.number, SERVER4, CLIENT4) as c:
		c.ehlo()
		true("no passwords in clear", not c.has_extn("auth"))
	c = Client(g.number, False)
	true("passwords", "PLAIN" in c.esmtp_features.get("auth", ""),
	    c.esmtp_features)
	c.login("user", "secret")
	c.deliver()
	line = until("the login", lambda: re.search(r"Login: .*", s.log()), 10,
	    s.log).group(0)
	match("Dovecot's log", r"rip=%s, mech=PLAIN, (TLS|secured)" %
	    re.escape(CLIENT4), line)
	g.stop()
	s.stop()


common.main(__name__)
