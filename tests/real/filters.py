#!/usr/bin/python3
"""Real filters doing their real work behind the gate.

What would break for whom: everybody who puts the gate in front of a server in
order to have OpenDKIM, rspamd, ClamAV or SpamAssassin there.  A signature is
the hardest test of all: one byte that changes between the filter and the
server and it does not verify.  The server behind is mailfront, which stores
what it gets; signatures are checked there by dkimpy and by OpenDKIM's own
library.
"""

import os
import re
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, HOSTNAME, NOPTR4, ROOT, SERVER4, WORK, ZONE, Fail,
    Gate, Mailfront, Proc, Raw, Smtp, conf, directory, gid, match, message,
    must, need, once, port, read, run, same, stuff, true, uid, write)

PACKAGES = ["ucspi-tcp", "mailfront", ["opendkim", "opendkim-tools",
    "python3-dkim"], "rspamd", ["clamav-daemon", "clamav-milter"],
    ["spamass-milter", "spamd"], "python3-milter", "opendmarc"]

GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
EICAR = (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" +
    b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")

class Chain:
	"""A gate with these filters, and a mailfront of its own behind it."""
	def __init__(self, *filters, **keys):
		self.server = Mailfront()
		self.gate = Gate(conf(self.server.number, [f.number for f in
		    filters], **keys), host=SERVER4)
		self.count = 0

	def send(self, data, source=CLIENT4, rcpts=("user@example.org",),
	    sender="a@example.net"):
		return common.send(self.gate.number, data, rcpts, sender,
		    SERVER4, source)

	def accepted(self, data, **kw):
		"""Send; the one mail that is new at the server, with CRLF."""
		before = {m[2] for m in self.server.received(self.count)}
		code, text = self.send(data, **kw)
		same("the final reply: %r" % text, code, 250)
		self.count += 1
		new = [m for m in self.server.received(self.count) if
		    m[2] not in before]
		same("new mails", len(new), 1)
		self.envelope = new[0][:2]
		return below(new[0][2])

	def refused(self, data, pattern, **kw):
		code, text = self.send(data, **kw)
		match("the refusal", pattern, "%d %s" % (code, text.decode()))
		self.server.received(self.count)

	def stop(self):
		self.gate.stop()
		self.server.stop()


def below(stored):
	"""Without mailfront's own Received, and in the wire's form."""
	m = re.match(rb"Received: [^\n]*\n([ \t][^\n]*\n)+", stored)
	true("mailfront's Received on top", m, stored)
	return stored[m.end():].replace(b"\n", b"\r\n")


def header(data, name):
	"""The values of the fields with this name, unfolded."""
	head = data.split(b"\r\n\r\n", 1)[0] + b"\r\n"
	found = re.findall(rb"(?mi)^%s:[ \t]*((?:[^\n]*\n)(?:[ \t][^\n]*\n)*)" %
	    name.encode(), head)
	return [re.sub(r"\s+", " ", f.decode("latin-1")).strip() for f in found]


# -------------------------------------------------------------------- OpenDKIM

class Filter(Proc):
	def stop(self):
		"""libmilter takes up to 5 s to notice SIGTERM."""
		return super().stop(signal.SIGKILL)


class OpenDKIM(Filter):
	def __init__(self, settings):
		need("opendkim", "opendkim-genkey")
		self.number = port()
		base = directory("dkim%d" % self.number, "opendkim")
		path = write(base + "/opendkim.conf", """
UserID opendkim
Socket inet:%d@127.0.0.1
Syslog yes
SyslogSuccess yes
LogWhy yes
LogResults yes
Nameservers 127.0.0.1
PidFile %s/pid
%s
""" % (self.number, base, settings))
		super().__init__("opendkim", ["opendkim", "-f", "-x", path])
		self.port(self.number)


def dkim_key():
	"""A key for sel._domainkey.example.net, in the name server."""
	need("opendkim-genkey")
	d = directory("dkim-key", "opendkim")
	must("opendkim-genkey", "-b", "1024", "-d", "example.net", "-s", "sel",
	    "-D", d)
	text = read(d + "/sel.txt").decode()
	ZONE[("sel._domainkey.example.net", "TXT")] = [
	    "".join(re.findall(r'"([^"]*)"', text))]
	os.chown(d + "/sel.private", uid("opendkim"), gid("opendkim"))
	return d + "/sel.private"


def key():
	return once("key", dkim_key)


def signer(canon="simple/simple", hosts="0.0.0.0/0", more=""):
	return OpenDKIM("Mode s\nDomain example.net\nSelector sel\nKeyFile %s\n"
	    "Canonicalization %s\nInternalHosts %s\n%s" %
	    (key(), canon, write("hosts%d" % port(), hosts + "\n"), more))


def verifies(data, what="the signature"):
	"""By two programs that share no code."""
	import dkim
	txt = ZONE[("sel._domainkey.example.net", "TXT")][0].encode()
	log = []

	class Logger:
		def debug(self, *a):
			log.append(a)
		info = warning = error = exception = debug
	true("%s (dkimpy) of %r" % (what, data[:2000]), dkim.verify(data,
	    logger=Logger(), dnsfunc=lambda name, timeout=5: txt), repr(log))
	status, out, err = run("opendkim-testmsg", input=data)
	same("%s (opendkim-testmsg): %r" % (what, out + err), status, 0)


HARD = message("signed mail", b"".join((b".\r\n", b"..\r\n", b".x\r\n",
    b"trailing blanks \t \r\n", b"\ttab\r\n", bytes(range(0xa0, 0x100)),
    b"\r\n", b"From here\r\n", b"l" * 990 + b"\r\n", b"\r\n", b"\r\n")),
    b"X-Folded: one\r\n two\r\n\tthree\r\nMIME-Version:1.0\r\n"
    b"Content-Type:\ttext/plain;\r\n\tcharset=iso-8859-1\r\n"
    b"Cc:  <b@example.org> ,\r\n   <c@example.org>  \r\n")
BODIES = {"none": b"", "one empty line": b"\r\n", "a dot": b".\r\n",
    "empty lines at the end": b"x\r\n\r\n\r\n\r\n",
    "70 KB": b"".join(b"%05d %s\r\n" % (n, b"-" * 60) for n in range(1000)),
    "a line of 3000": b"z" * 3000 + b"\r\n"}


def signed(canon):
	d = signer(canon)
	c = Chain(d)
	data = c.accepted(HARD)
	same("signatures", len(header(data, "DKIM-Signature")), 1)
	match("canonicalization", "c=%s;" % canon,
	    header(data, "DKIM-Signature")[0])
	verifies(data)
	true("the mail below the signature", data.endswith(HARD), data)
	for name, body in BODIES.items():
		verifies(c.accepted(message("body", body)), "body: " + name)
	c.stop()
	d.stop()


def test_opendkim_simple():
	"""OpenDKIM signs simple/simple: what arrives verifies, byte for byte"""
	signed("simple/simple")


def test_opendkim_relaxed():
	"""OpenDKIM signs relaxed/relaxed: what arrives verifies"""
	signed("relaxed/relaxed")


def test_opendkim_detects():
	"""the check of signatures can fail: one changed byte does not verify"""
	d = signer()
	c = Chain(d)
	data = c.accepted(message("detect", b"true words\r\n"))
	verifies(data)
	try:
		verifies(data.replace(b"true words", b"true wards"))
	except Fail:
		pass
	else:
		raise Fail("a changed body verifies")
	c.stop()
	d.stop()


def test_opendkim_session():
	"""OpenDKIM signs each of several mails of one session"""
	d = signer()
	c = Chain(d)
	s = Smtp(c.gate.number, SERVER4, CLIENT4)
	s.ehlo()
	for n in range(5):
		same("final reply", s.mail_raw("a@example.net",
		    ["user@example.org"], message("mail %d" % n,
		    b"%d\r\n" % n))[0], 250)
		s.rset()
	s.quit()
	mails = [below(m[2]) for m in c.server.received(5)]
	same("subjects", sorted(header(m, "Subject")[0] for m in mails),
	    ["mail %d" % n for n in range(5)])
	for m in mails:
		verifies(m)
	c.stop()
	d.stop()


def test_opendkim_internal():
	"""OpenDKIM signs for its own networks only: it knows the client"""
	d = signer(hosts="127.0.0.1\n" + NOPTR4)
	c = Chain(d)
	same("a stranger's signatures", header(c.accepted(message("stranger")),
	    "DKIM-Signature"), [])
	data = c.accepted(message("own"), source=NOPTR4)
	same("signatures", len(header(data, "DKIM-Signature")), 1)
	verifies(data)
	c.stop()
	d.stop()


def dkimpy_signed(data):
	import dkim
	key()
	return dkim.sign(data, b"sel", b"example.net", read(key()),
	    canonicalize=(b"simple", b"simple")) + data


def test_opendkim_verifies():
	"""OpenDKIM verifies a mail signed elsewhere, and reports it under the
	gate's name; forged reports under that name go, however many"""
	need("opendkim")
	key()
	d = OpenDKIM("Mode v\nAlwaysAddARHeader yes\nRemoveARAll yes")
	c = Chain(d)
	forged = b"Authentication-Results: " + HOSTNAME.encode() + \
	    b"; dkim=pass header.d=evil.example\r\n"
	good = dkimpy_signed(HARD)
	data = c.accepted(forged * 3 + good)
	results = header(data, "Authentication-Results")
	same("reports", len(results), 1)
	match("the report", r"^gate\.example\.org;.* dkim=pass .*header\.d="
	    r"example\.net", results[0])
	data = c.accepted(good.replace(b"From here", b"From hare"))
	match("the report of a changed mail", r"dkim=fail",
	    header(data, "Authentication-Results")[0])
	c.stop()
	d.stop()


def test_opendkim_refuses():
	"""OpenDKIM told to refuse bad signatures: the client hears it, nothing
	arrives"""
	need("opendkim")
	key()
	d = OpenDKIM("Mode v\nOn-BadSignature reject")
	c = Chain(d)
	good = dkimpy_signed(HARD)
	c.refused(good.replace(b"From here", b"From hare"), r"^5\d\d 5\.")
	c.accepted(good)
	c.stop()
	d.stop()


def test_opendkim_resigns():
	"""OpenDKIM takes off all old signatures and puts on one: edits of fields
	of the same name"""
	d = signer(more="RemoveOldSignatures yes")
	c = Chain(d)
	old = b"DKIM-Signature: v=1; a=rsa-sha256; d=old%d.example; s=x; " \
	    b"h=from; bh=; b=\r\n"
	data = c.accepted(b"".join(old % n for n in range(3)) + HARD)
	same("signatures", len(header(data, "DKIM-Signature")), 1)
	verifies(data)
	c.stop()
	d.stop()


# ---------------------------------------------------------------------- rspamd

class Rspamd(Proc):
	def __init__(self, number=None):
		need("rspamd")
		self.number = number or port()
		local = "/etc/rspamd/local.d/"
		# The whole list takes 10 s to compile, at each start.
		tld = write("tld.dat", "com\nnet\norg\n")
		for name, text in (
		    ("worker-proxy.inc", 'bind_socket = "127.0.0.1:%d";\n'
		    "milter = yes;\ncount = 1;\ntimeout = 60s;\n"
		    'upstream "local" { default = yes; self_scan = yes; }\n'
		    % self.number),
		    ("worker-normal.inc", "enabled = false;\n"),
		    ("worker-controller.inc", "enabled = false;\n"),
		    ("worker-fuzzy.inc", "enabled = false;\n"),
		    ("options.inc", 'dns { nameserver = ["127.0.0.1"]; }\n'
		    "enable_test_patterns = true;\ndisable_hyperscan = true;\n"
		    'url_tld = "%s";\n' % tld +
		    'local_addrs = ["127.0.0.0/8"];\n'),
		    ("logging.inc", 'type = "console";\nlevel = "info";\n'),
		    ("rbl.conf", "enabled = false;\n"),
		    ("fuzzy_check.conf", "enabled = false;\n"),
		    ("milter_headers.conf", 'use = ["x-spamd-result", '
		    '"x-rspamd-server", "x-rspamd-queue-id", "x-spam-status"];\n'
		    "skip_local = false;\nskip_authenticated = false;\n"),
		    ("greylist.conf", "enabled = false;\n")):
			write(local + name, text)
		for d in ("/var/lib/rspamd", "/run/rspamd", "/var/log/rspamd"):
			os.makedirs(d, exist_ok=True)
			os.chown(d, uid("_rspamd"), gid("_rspamd"))
		super().__init__("rspamd", ["rspamd", "-f", "-u", "_rspamd", "-g",
		    "_rspamd", "-c", "/etc/rspamd/rspamd.conf"])
		self.port(self.number, 60)


def rspamd():
	return once(Rspamd, Rspamd)


def rspamd_chain():
	return once("rspamd chain", lambda: Chain(rspamd()))


def test_rspamd_clean():
	"""rspamd: a clean mail arrives unchanged, with rspamd's fields"""
	rspamd()
	c = rspamd_chain()
	data = c.accepted(HARD)
	same("X-Rspamd-Server", len(header(data, "X-Rspamd-Server")), 1)
	match("X-Spamd-Result", r"^default: False ",
	    header(data, "X-Spamd-Result")[0])
	kept = re.sub(rb"(?m)^X-(Rspamd|Spam)[^\r\n]*\r\n([ \t][^\r\n]*\r\n)*",
	    b"", data)
	same("the rest of the mail", kept, HARD)


def test_rspamd_gtube():
	"""rspamd: GTUBE is refused with rspamd's words, nothing arrives, and the
	session goes on"""
	c = rspamd_chain()
	s = Smtp(c.gate.number, SERVER4, CLIENT4)
	s.ehlo()
	code, text = s.mail_raw("a@example.net", ["user@example.org"],
	    message("gtube", GTUBE + b"\r\n"))
	match("the refusal", r"^55\d 5\.7\.1 .*Gtube pattern",
	    "%d %s" % (code, text.decode()))
	same("the next mail", s.mail_raw("a@example.net", ["user@example.org"],
	    message("after", b"x\r\n"))[0], 250)
	s.quit()
	c.count += 1
	c.server.received(c.count)
	c.gate.line(r"(?m)mail id=.*result=rejected by=filter:\S+ ")


def test_rspamd_subject():
	"""rspamd: a rewritten Subject takes the place of the old one"""
	c = rspamd_chain()
	data = c.accepted(message("to be marked", b"Z" + GTUBE[1:] + b"\r\n"))
	same("Subject", header(data, "Subject"),
	    ["*** SPAM *** to be marked"])
	names = re.findall(rb"(?m)^([A-Za-z-]+):", data.split(b"\r\n\r\n")[0])
	at = names.index(b"Subject")
	same("the fields around it", (names[at - 1], names[at + 1]),
	    (b"To", b"Date"))


def test_rspamd_header():
	"""rspamd: a mail above `add header' arrives marked"""
	data = rspamd_chain().accepted(message("spammy", b"Y" + GTUBE[1:] +
	    b"\r\n"))
	same("X-Spam", header(data, "X-Spam"), ["Yes"])


def test_rspamd_identity():
	"""rspamd: its log has the client, the envelope, the HELO name and the
	gate's queue id"""
	c = rspamd_chain()
	data = message("who")
	c.accepted(data, rcpts=("user@example.org", "b@example.org"))
	line = rspamd().line(r"(?m)^.*task_write_log: id: <who@example\.net>.*$"
	    ).group(0)
	match("ip", r"\bip: 192\.0\.2\.7\b", line)
	match("from", r"from: <a@example\.net>", line)
	match("rcpts", r"rcpts: <user@example\.org,b@example\.org>", line)
	qid = match("qid", r"qid: <([A-Za-z0-9]+)>", line).group(1)
	match("the same id in the gate's log", r"mail id=%s\S* .*result=accepted"
	    % qid, c.gate.log())


# ----------------------------------------------------------------------- ClamAV

class Clamd(Proc):
	def __init__(self):
		need("clamd")
		base = directory("clamav", "clamav")
		# Our own database: there is nothing to download here.
		write(base + "/db/test.ndb", "Test.Eicar:0:*:%s\n" % EICAR.hex(),
		    0o644)
		self.path = base + "/clamd.sock"
		conf = write(base + "/clamd.conf", """
Foreground yes
LocalSocket %s
LocalSocketMode 666
DatabaseDirectory %s/db
TemporaryDirectory %s
User clamav
ScanMail yes
""" % (self.path, base, base))
		super().__init__("clamd", ["clamd", "-c", conf])
		self.file(self.path, 60)


class ClamavMilter(Filter):
	def __init__(self, infected):
		need("clamav-milter")
		clamd = once(Clamd, Clamd)
		self.number = port()
		conf = write("clamav-milter%d.conf" % self.number, """
Foreground yes
MilterSocket inet:%d@127.0.0.1
ClamdSocket unix:%s
User clamav
OnInfected %s
AddHeader Replace
TemporaryDirectory %s/clamav
""" % (self.number, clamd.path, infected, WORK))
		super().__init__("clamav-milter", ["clamav-milter", "-c", conf])
		self.port(self.number)


def virus():
	return message("virus", b"Content\r\n" + EICAR + b"\r\n")


def test_clamav_reject():
	"""clamav-milter refuses EICAR; a clean mail arrives with its field, a
	forged one is replaced"""
	m = ClamavMilter("Reject")
	c = Chain(m)
	c.refused(virus(), r"^55\d 5\.7\.1 ")
	data = c.accepted(message("clean", b"x\r\n",
	    b"X-Virus-Status: Clean says who\r\n"))
	same("X-Virus-Status", header(data, "X-Virus-Status"), ["Clean"])
	c.refused(virus(), r"^55\d 5\.7\.1 ")
	c.stop()
	m.stop()


def test_clamav_quarantine():
	"""clamav-milter's default, quarantine, never delivers: 550, or 4xx with
	Quarantine = tempfail"""
	m = ClamavMilter("Quarantine")
	for how, pattern in (("reject", r"^550 5\.7\.1 "),
	    ("tempfail", r"^4\d\d 4\.")):
		c = Chain(m, MailFilter_Quarantine=how)
		c.refused(virus(), pattern)
		c.accepted(message("clean"))
		c.stop()
	m.stop()


def test_clamav_blackhole():
	"""clamav-milter's Blackhole: 250 for the client, nothing for the server,
	and the log says discarded"""
	m = ClamavMilter("Blackhole")
	c = Chain(m)
	same("the final reply", c.send(virus())[0], 250)
	c.server.received(0)
	c.gate.line(r"mail id=.*result=discarded by=filter:")
	c.stop()
	m.stop()


# ----------------------------------------------------------------- SpamAssassin

class Spamd(Proc):
	def __init__(self):
		program = need("spamd")
		self.number = port()
		base = directory("spamd", "debian-spamd")
		write("/etc/spamassassin/local.cf",
		    "score DATE_IN_PAST_96_XX 0.1\nscore RCVD_ILLEGAL_IP 0.1\n")
		super().__init__("spamd", [program, "-L", "-x", "-u",
		    "debian-spamd", "-H", base, "-i", "127.0.0.1", "-p",
		    str(self.number), "-m", "1", "--min-children=1",
		    "-r", base + "/pid"])
		self.port(self.number, 60)


class SpamassMilter(Filter):
	def __init__(self):
		need("spamass-milter", "spamc")
		spamd = Spamd()
		self.spamd = spamd
		path = "%s/spamass%d.sock" % (WORK, spamd.number)
		self.number = ("S=unix:%s, F=T, T=C:5s;S:10s;R:40s;E:1m" % path)
		super().__init__("spamass-milter", ["spamass-milter", "-p", path,
		    "-r", "15", "--", "-p", str(spamd.number)])
		self.file(path)
		os.chmod(path, 0o666)


def test_spamassassin():
	"""spamass-milter refuses GTUBE; a clean mail arrives with SpamAssassin's
	fields, and SpamAssassin saw the client's address"""
	m = SpamassMilter()
	c = Chain(m)
	c.refused(message("gtube", GTUBE + b"\r\n"), r"^550 5\.7\.1 ")
	data = c.accepted(message("clean", b"An ordinary letter.\r\n"))
	# The addresses of documentation are illegal to it: so it saw ours.
	match("X-Spam-Status", "^No, .*RCVD_ILLEGAL_IP",
	    header(data, "X-Spam-Status")[0])
	true("the mail itself", data.endswith(b"\r\n\r\nAn ordinary letter.\r\n"),
	    data)
	c.stop()
	m.stop()
	m.spamd.stop()


# --------------------------------------------------------------------- pymilter

PYMILTER = '''
import sys
import Milter
class Edit(Milter.Base):
	def __init__(self):
		self.id = Milter.uniqueID()
	def connect(self, name, family, hostaddr):
		self.peer = hostaddr[0]
		return Milter.CONTINUE
	def envfrom(self, f, *args):
		self.text, self.subject = b"", ""
		return Milter.CONTINUE
	def envrcpt(self, to, *args):
		if to.startswith("<no@"):
			self.setreply("550", "5.7.1", "not", "this 100%%", "one")
			return Milter.REJECT
		return Milter.CONTINUE
	def header(self, name, value):
		if name == "Subject":
			self.subject = value
		return Milter.CONTINUE
	def body(self, chunk):
		self.text += chunk
		return Milter.CONTINUE
	def eom(self):
		self.addheader("X-Peer", self.peer)
		self.addheader("X-Id", self.getsymval("i") or "none")
		if self.subject == "edit":
			self.chgheader("Subject", 1, "edited\\n\\tand folded")
			self.addheader("X-First", "top", 0)
			self.replacebody(self.text.replace(b"old", b"new" * 40000) +
			    b".dot\\r\\n")
			self.chgfrom("<other@example.net>")
			self.delrcpt("<second@example.org>")
			self.addrcpt("<third@example.org>")
		return Milter.ACCEPT
Milter.factory = Edit
Milter.set_flags(Milter.ADDHDRS + Milter.CHGHDRS + Milter.CHGBODY +
    Milter.ADDRCPT + Milter.DELRCPT + Milter.CHGFROM)
Milter.runmilter("edit", sys.argv[1], 60)
'''


class Pymilter(Filter):
	def __init__(self):
		need("/usr/lib/python3/dist-packages/Milter/__init__.py")
		path = WORK + "/pymilter.sock"
		self.number = "S=unix:%s, F=T, T=C:5s;S:10s;R:20s;E:1m" % path
		super().__init__("pymilter", ["/usr/bin/python3", "-B",
		    write("pymilter.py", PYMILTER), "unix:" + path])
		self.file(path)
		os.chmod(path, 0o666)


def test_pymilter():
	"""a pymilter program edits header, body, sender and recipients at once"""
	m = Pymilter()
	c = Chain(m)
	data = c.accepted(message("edit", b"an old word\r\n"), rcpts=(
	    "user@example.org", "second@example.org"))
	same("the envelope", c.envelope, ("other@example.net",
	    ["user@example.org", "third@example.org"]))
	same("X-Peer", header(data, "X-Peer"), [CLIENT4])
	match("X-Id", "^[A-Za-z0-9]{12,}$", header(data, "X-Id")[0])
	true("the inserted field on top", data.startswith(b"X-First: top\r\n"),
	    data)
	true("the folded Subject", b"\r\nSubject: edited\r\n\tand folded\r\n" in
	    data, data)
	same("the body", data.split(b"\r\n\r\n", 1)[1], b"an " + b"new" * 40000 +
	    b" word\r\n.dot\r\n")
	data = c.accepted(message("plain", b"an old word\r\n"))
	same("the body of the next mail", data.split(b"\r\n\r\n", 1)[1],
	    b"an old word\r\n")
	r = Raw(c.gate.number, SERVER4)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	same("a refusal of several lines", r.cmd("RCPT TO:<no@example.org>"),
	    b"550-5.7.1 not\r\n550-5.7.1 this 100%\r\n550 5.7.1 one\r\n")
	r.cmd("RCPT TO:<user@example.org>", 250)
	r.cmd("DATA", 354)
	r.send(stuff(message("rest")))
	match("the final reply", rb"^250 ", r.reply())
	r.cmd("QUIT", 221)
	c.count += 1
	same("its envelope", [rcpts for _, rcpts, text in c.server.received(
	    c.count) if b"Subject: rest" in text], [["user@example.org"]])
	c.stop()
	m.stop()


# -------------------------------------------------------- the filter we ship

class Sample(Filter):
	def __init__(self, *args):
		need("cc", "/usr/include/libmilter/mfapi.h")
		program = WORK + "/samplefilter"
		if not os.path.exists(program):
			must("cc", "-O1", "-o", program, os.path.join(ROOT,
			    "examples", "samplefilter.c"), "-lmilter",
			    "-lpthread")
		self.number = port()
		super().__init__("samplefilter", [program, "-v", *args, "-p",
		    "inet:%d@127.0.0.1" % self.number])
		self.port(self.number)


def test_sample():
	"""the sample filter marks mails with the gate's queue id, and refuses
	addresses"""
	m = Sample("-r", "no@example.org", "-r", "spammer@example.net")
	c = Chain(m)
	data = c.accepted(message("sample"))
	qid = match("its field", r"^checked by samplefilter \(queue id (\w+)\)$",
	    header(data, "X-Sample-Filter")[0]).group(1)
	c.gate.line(r"mail id=%s\b" % qid)
	s = Smtp(c.gate.number, SERVER4, CLIENT4)
	s.ehlo()
	same("a refused sender", s.mail("spammer@example.net")[0], 550)
	s.mail("a@example.net")
	same("a refused recipient", s.rcpt("no@example.org")[0], 550)
	same("another recipient", s.rcpt("user@example.org")[0], 250)
	s.quit()
	c.stop()
	m.stop()


# ----------------------------------------------------------------- two at once

def test_chain_sample_opendkim():
	"""sample filter, then OpenDKIM: the signature covers the field that the
	first one added, and verifies at the server"""
	m = Sample()
	d = signer(more="SignHeaders *,+X-Sample-Filter")
	c = Chain(m, d)
	data = c.accepted(HARD)
	same("fields", len(header(data, "X-Sample-Filter")), 1)
	match("the signed fields", r"(?i)h=[^;]*x-sample-filter",
	    re.sub(" ", "", header(data, "DKIM-Signature")[0]))
	verifies(data)
	changed = data.replace(b"checked by samplefilter", b"checked by somebody")
	try:
		verifies(changed)
	except Fail:
		pass
	else:
		raise Fail("the field is not covered")
	c.stop()
	m.stop()
	d.stop()


def test_chain_rspamd_opendkim():
	"""rspamd, then OpenDKIM: fields and a rewritten Subject are signed as they
	arrive; what rspamd refuses is refused"""
	rspamd()
	d = signer()
	c = Chain(rspamd(), d)
	data = c.accepted(HARD)
	same("X-Rspamd-Server", len(header(data, "X-Rspamd-Server")), 1)
	verifies(data)
	data = c.accepted(message("mark me", b"Z" + GTUBE[1:] + b"\r\n"))
	verifies(data)
	same("Subject", header(data, "Subject"), ["*** SPAM *** mark me"])
	c.refused(message("gtube", GTUBE + b"\r\n"), r"^55\d 5\.7\.1 ")
	c.stop()
	d.stop()


class OpenDMARC(Filter):
	def __init__(self):
		need("opendmarc")
		self.number = port()
		base = directory("dmarc%d" % self.number, "opendkim")
		suffixes = write(base + "/suffixes", "com\nnet\norg\n")
		path = write(base + "/opendmarc.conf", """
UserID opendkim
Socket inet:%d@127.0.0.1
Syslog yes
RejectFailures yes
SPFSelfValidate no
AuthservID HOSTNAME
TrustedAuthservIDs %s
PublicSuffixList %s
PidFile %s/pid
""" % (self.number, HOSTNAME, suffixes, base))
		super().__init__("opendmarc", ["opendmarc", "-f", "-c", path])
		self.port(self.number)


def test_chain_opendkim_opendmarc():
	"""OpenDKIM, then OpenDMARC: the second reads the report that the first
	has inserted, and refuses what the domain's policy refuses"""
	key()
	ZONE[("_dmarc.example.net", "TXT")] = ["v=DMARC1; p=reject; adkim=s"]
	d = OpenDKIM("Mode v\nAlwaysAddARHeader yes\nRemoveARAll yes")
	m = OpenDMARC()
	c = Chain(d, m)
	good = dkimpy_signed(HARD)
	data = c.accepted(good)
	reports = " ".join(header(data, "Authentication-Results"))
	match("OpenDKIM's report", "dkim=pass", reports)
	match("OpenDMARC's report", "dmarc=pass", reports)
	c.refused(HARD, r"^550 5\.7\.1 .*DMARC")
	c.refused(b"Authentication-Results: " + HOSTNAME.encode() +
	    b"; dkim=pass header.d=example.net\r\n" + HARD,
	    r"^550 5\.7\.1 .*DMARC")
	c.refused(good.replace(b"From here", b"From hare"),
	    r"^550 5\.7\.1 .*DMARC")
	del ZONE[("_dmarc.example.net", "TXT")]
	c.stop()
	d.stop()
	m.stop()


def test_chain_opendkim_dead():
	"""a chain whose second filter has died: F=T refuses for now, without F
	the mail goes on unsigned, with the first filter's field"""
	m = Sample()
	dead = port()

	class Nobody:
		number = dead
	c = Chain(m, Nobody)
	s = Raw(c.gate.number, SERVER4)
	match("greeting", rb"^220", s.reply())
	s.cmd("EHLO client.example.net", 250)
	match("MAIL", rb"^451 4\.3\.2 ", s.cmd("MAIL FROM:<a@example.net>"))
	s.cmd("QUIT", 221)
	c.server.received(0)
	c.stop()
	Nobody.number = "S=inet:%d@127.0.0.1" % dead
	c = Chain(m, Nobody)
	data = c.accepted(message("unsigned"))
	same("fields", len(header(data, "X-Sample-Filter")), 1)
	c.stop()
	m.stop()


common.main(__name__)
