#!/usr/bin/python3
"""The gate under systemd: systemd-socket-activate, the shipped units, and the
drop-in that -L systemd prints.

What would break for whom: see launchers.py.  systemd itself runs as process 1
of a process name space; make check-systemd has a machine that boots.
"""

import json
import os
import re
import shutil
import signal
import smtplib
import ssl
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, CLIENT6, GATE, GATEUSER, HOSTNAME, NOPTR4, Proc,
    Raw, SERVER4, SERVER6, Skip, WORK, match, must, need, once, read, run, same,
    smtponly, true, uid, until, write)
from launch import (activate, carry, check_log, identity, plain_conf, printed,
    talk, tcp_gate)

PACKAGES = ["mailfront", "ucspi-tcp"]


# ------------------------------------------------------ systemd-socket-activate

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
	systemd()
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


common.main(__name__)
