#!/usr/bin/python3
"""The launchers' recipes, as the documents have them.

What would break for whom: an admin who copies what the manual says and finds a
port that does not answer.  The blocks are taken out of spsmtpgate.8 and README
and run as they are, on port 25 of a machine of their own; only what belongs to
the mail server behind (its program, its user) is put there by the test.

Each must serve a session to the end, with the client's own address in the log.
launchers.py has what else matters of launchers.

Environment: QMAIL  a directory with a qmail-smtpd that was built, since Debian
has none
"""

import os
import re
import shutil
import smtplib
import ssl
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, GATE, Mailfront, Proc, Raw, SERVER4, Skip, conf,
    fields, gid, match, must, need, once, read, same, smtponly, uid, until,
    write)

PACKAGES = ["ucspi-tcp", "mailfront", "openbsd-inetd", "ipsvd", "daemontools",
    "runit"]
CONF = "/etc/spsmtpgate.conf"


def document(name):
	return read(os.path.join(common.ROOT, name)).decode()


def manual(section, page="spsmtpgate.8"):
	"""The literal blocks of a section of a page, as they are read."""
	text = match(section, r"(?ms)^\.S[sh] %s\n(.*?)^\.S[sh] " %
	    re.escape(section), document(page)).group(1)
	return [b.replace(r"\e", "\\") for b in
	    re.findall(r"(?ms)^\.Bd -literal.*?\n(.*?)^\.Ed", text)]


def readme(begin):
	"""The indented block of README that begins with this."""
	text = match(begin, r"(?m)^    %s.*\n(    .*\n)*" % re.escape(begin),
	    document("README")).group(0)
	return re.sub(r"(?m)^    ", "", text)


def backend():
	return once(Mailfront, Mailfront)


def configured():
	if not os.path.exists(CONF):
		write(CONF, read(conf(backend().number)).decode())


def served(log):
	"""A session through port 25, and the gate's line for it."""
	r = Raw(25, SERVER4, CLIENT4)
	match("a greeting", rb"^220[ -]", r.reply() or b"(nothing)")
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<b@example.org>", 250)
	r.cmd("QUIT", 221)
	smtponly(r.end())

	def line():
		for text in log().splitlines():
			f = fields(text) if "session id=" in text else {}
			if f.get("port") == str(r.address[1]):
				return f
		return None
	f = until("the session in the log", line, 10, log)
	same("client= in the log", f.get("client"), CLIENT4)
	same("end= in the log", f.get("end"), "quit")


def command(name, text):
	"""Run the one command of a recipe."""
	need(name)
	configured()
	p = Proc(name, ["/bin/sh", "-c", "exec " + text.strip()]).port(25)
	served(p.log)
	p.stop()


def test_tcpserver():
	"""spsmtpgate(8), tcpserver"""
	command("tcpserver", *manual("tcpserver"))


def test_tcpsvd():
	"""spsmtpgate(8), tcpsvd"""
	command("tcpsvd", *manual("tcpsvd"))


def test_s6():
	"""spsmtpgate(8), s6-tcpserver"""
	command("s6-tcpserver", *manual("s6-tcpserver"))


def test_inetd():
	"""spsmtpgate(8), inetd"""
	need("inetd")
	configured()
	line, = manual("inetd")
	path = write("inetd.conf", line)
	p = Proc("inetd", ["inetd", "-i", path]).port(25)
	mark = common.syslog.mark()
	served(lambda: common.syslog.text(mark))
	p.stop()


def service(top, run, log):
	"""A service directory as the manual says; returns where its log is."""
	main = top + "/spsmtpgate/log/main"
	os.makedirs(main)
	os.chown(main, uid("daemon"), gid("daemon"))
	write(top + "/spsmtpgate/run", run, 0o755)
	write(top + "/spsmtpgate/log/run", log, 0o755)
	return main + "/current"


def supervised(name, n, stop):
	"""Under svscan or runsvdir; stop ends what was started."""
	need(name)
	configured()
	scripts = manual("daemontools and runit")
	top = common.WORK + "/" + name
	current = service(top, scripts[0], scripts[n])
	p = Proc(name, [name, top]).port(25)
	served(lambda: read(current).decode() if os.path.exists(current) else "")
	stop(p, top + "/spsmtpgate")


def test_daemontools():
	"""spsmtpgate(8), daemontools: svscan, supervise and multilog"""
	need("svc", "svok", "multilog", "setuidgid")

	def stop(p, directory):
		p.stop()
		must("svc", "-dx", directory, directory + "/log")
	supervised("svscan", 1, stop)
	until("the port is free", lambda: not common.listening(25))


def test_runit():
	"""spsmtpgate(8), runit: runsvdir, runsv and svlogd"""
	need("runsvdir", "runsv", "svlogd", "chpst")

	def stop(p, _):
		p.stop(1)	# SIGHUP: and end the runsv
	supervised("runsvdir", 2, stop)
	until("the port is free", lambda: not common.listening(25))


def test_tls():
	"""spsmtpgate-tls(8): its run script, and tcpserver's gate, which cannot
	read the key"""
	need("tcpserver", "runsv", "setpriv", "openssl")
	helper = os.path.join(common.ROOT, "spsmtpgate-tls")
	if not os.path.exists(helper):
		raise Skip("spsmtpgate-tls was not built")
	shutil.copy(helper, "/usr/sbin/spsmtpgate-tls")
	script, settings = manual("EXAMPLES", "spsmtpgate-tls.8")
	key = common.WORK + "/run.key"
	must("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
	    "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
	    key + ".crt", "-subj", "/CN=gate.example.org", "-addext",
	    "subjectAltName=DNS:gate.example.org")
	os.chown(key, uid("spsmtpgate-tls"), 0)
	os.chmod(key, 0o400)
	configured()
	plain = read(CONF).decode()
	write(CONF, plain + settings + "Certificate0 = %s.crt\nKey0 = %s\n" %
	    (key, key))
	service = common.WORK + "/tls-service"
	os.makedirs(service)
	write(service + "/run", script, 0o755)
	s = Proc("runsv", ["runsv", service])
	until("the socket", lambda: os.path.exists("/run/spsmtpgate-tls/sock"), 20,
	    s.log)
	p = Proc("tcpserver", ["/bin/sh", "-c", "exec " +
	    manual("tcpserver")[0].strip()]).port(25)
	context = ssl.create_default_context(cafile=key + ".crt")
	context.check_hostname = False
	c = smtplib.SMTP(SERVER4, 25, timeout=30)
	c.starttls(context=context)
	same("EHLO", c.ehlo("client.example.net")[0], 250)
	same("QUIT", c.quit()[0], 221)
	p.stop()
	s.stop()
	write(CONF, plain)


def qmail(smtpd, env):
	"""README's run script of qmail-smtpd, with tcprules for CLIENT4."""
	need("softlimit", "tcprules")
	write("/var/qmail/bin/qmail-smtpd", *smtpd)
	write("/etc/tcp.smtp", "%s:allow,RELAYCLIENT=\"@relay\"\n:allow\n" % CLIENT4)
	with open("/etc/tcp.smtp", "rb") as f:
		must("tcprules", "/etc/tcp.smtp.cdb", "/etc/tcp.smtp.tmp", stdin=f)
	write(CONF, "[Server]\nHostname = mx.example.org\n")
	script = readme("exec softlimit").replace("/usr/local/sbin/spsmtpgate",
	    GATE)
	return Proc("qmail", ["/bin/sh", "-c", script], env=env).port(25)


def qmaild():
	"""Its user, as qmail's INSTALL has it made."""
	for path, line in (
	    ("/etc/passwd", "qmaild:x:64990:64990::/nonexistent:/bin/false\n"),
	    ("/etc/group", "qmaild:x:64990:\n")):
		if line not in read(path).decode():
			with open(path, "a") as f:
				f.write(line)
	return "qmaild"


def test_qmail():
	"""README, the run script of qmail-smtpd, and what tcprules says; mailfront
	is qmail-smtpd"""
	env = common.mailfront_env("qmail", qmaild())
	said = common.WORK + "/qmail/relayclient"
	p = qmail(("#!/bin/sh\necho \"${RELAYCLIENT-unset}\" >%s\nexec %s\n" % (
	    said, " ".join(common.MAILFRONT)), 0o755), env)
	served(p.log)
	same("RELAYCLIENT", read(said), b"@relay\n")
	p.stop()
	os.unlink(CONF)


def test_qmail_smtpd():
	"""README's run script with the qmail-smtpd of $QMAIL: a mail of a relay
	client and of a stranger, and what the latter must not do"""
	built = os.environ.get("QMAIL")
	if not built:
		raise Skip("QMAIL names no directory with a qmail-smtpd")
	queue = common.directory("qmailqueue", qmaild())
	write("/var/qmail/control/me", "qmail.example.org\n")
	write("/var/qmail/control/rcpthosts", "example.org\n")
	os.makedirs("/var/qmail/bin", exist_ok=True)
	shutil.copy(built + "/qmail-smtpd", "/var/qmail/bin/real")
	env = dict(os.environ, QMAILQUEUE=write("queue.sh", "#!/bin/sh\n"
	    "d=$(mktemp -d %s/XXXXXX)\ncat >$d/mail\ncat <&1 >$d/env\n" % queue,
	    0o755))
	p = qmail(("#!/bin/sh\nexec /var/qmail/bin/real\n", 0o755), env)
	code, text = common.send(25, common.message("one"), host=SERVER4,
	    source=common.NOPTR4)
	same("a stranger's mail: %r" % text, code, 250)
	mail = read("%s/%s/mail" % (queue, os.listdir(queue)[0]))
	match("Received of qmail", (r"(?s)^Received: .*%s" % re.escape(
	    common.NOPTR4)).encode(), mail)
	for source, code in ((common.NOPTR4, 553), (CLIENT4, 250)):
		r = Raw(25, SERVER4, source)
		r.reply()
		r.cmd("EHLO client.example.net", 250)
		r.cmd("MAIL FROM:<a@example.net>", 250)
		r.cmd("RCPT TO:<b@example.com>", code)
		r.cmd("QUIT", 221)
		smtponly(r.end())
	p.stop()
	os.unlink(CONF)


common.main(__name__)
