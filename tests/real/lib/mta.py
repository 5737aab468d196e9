"""Real mail servers, each on ports and directories of the test.

All know the domain example.org, with the users user, second and third, who get
Maildirs; refused@example.org does not exist; big mails are refused above 1 MiB.

	s = Exim()
	s.ports["plain"]	connect the gate to this one
	s.maildir("user")	what arrived: see common.arrived()
	s.log()			its log
"""

import os
import socket
import threading

from common import (ROOT, Proc, Skip, directory, gid, must, need, port, read, run,
    uid, write)

USERS = ("user", "second", "third")
LIMIT = 1024 * 1024


def add_test(names, check, make):
	"""check(make) as a test of the module with these names; {} in its
	docstring is the server."""
	def test():
		check(make)
	test.__doc__ = check.__doc__.replace("{}", make.__name__)
	test.__name__ = "test_%s_%s" % (make.__name__.lower(), check.__name__)
	names[test.__name__] = test


class Server(Proc):
	host = "127.0.0.1"

	def maildir(self, user="user"):
		return os.path.join(self.mail, user)

	def clear(self):
		for u in USERS:
			new = self.maildir(u) + "/new"
			for f in os.listdir(new) if os.path.isdir(new) else ():
				os.unlink(os.path.join(new, f))


class Postfix(Server):
	"""Ports: plain; smtps, with TLS from the first octet; six, as plain on ::1;
	xclient and xforward, which trust these of the gate; haproxy, which wants a
	PROXY header; relay, an outgoing server that sends everything to the port
	given (the real client of the gate)."""
	instances = 0

	def __init__(self, relay=None, settings=""):
		need("/usr/sbin/postfix", "/usr/lib/postfix/sbin/master")
		Postfix.instances += 1
		base = directory("postfix%d" % Postfix.instances)
		self.base = base
		self.mail = directory(base + "/mail", "vmail")
		self.ports = {n: port() for n in ("plain", "xclient", "xforward",
		    "haproxy", "six", "smtps")}
		directory(base + "/spool")
		directory(base + "/data", "postfix")
		write(base + "/users", "".join("%s@example.org %s/\n" % (u, u)
		    for u in USERS))
		write(base + "/main.cf", """compatibility_level = 3.6
queue_directory = %(base)s/spool
data_directory = %(base)s/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
shlib_directory = /usr/lib/postfix
maillog_file = %(base)s/maillog
maillog_file_prefixes = /run
mail_owner = postfix
setgid_group = postdrop
myhostname = postfix.example.org
mydestination =
inet_interfaces = all
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
local_header_rewrite_clients =
always_add_missing_headers = no
alias_maps =
alias_database =
virtual_mailbox_domains = example.org
virtual_mailbox_base = %(base)s/mail
virtual_mailbox_maps = texthash:%(base)s/users
virtual_uid_maps = static:%(uid)d
virtual_gid_maps = static:%(gid)d
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = %(limit)d
smtp_host_lookup = native
relayhost = %(relay)s
smtpd_client_connection_rate_limit = 0
smtpd_client_event_limit_exceptions = static:all
notify_classes =
%(settings)s
""" % {"base": base, "uid": uid("vmail"), "gid": gid("vmail"), "limit": LIMIT,
		    "relay": "[127.0.0.1]:%d" % relay if relay else "",
		    "settings": settings})
		write(base + "/master.cf", """
127.0.0.1:%(plain)d inet n - n - - smtpd
[::1]:%(six)d inet n - n - - smtpd
127.0.0.1:%(xclient)d inet n - n - - smtpd
  -o smtpd_authorized_xclient_hosts=127.0.0.1
127.0.0.1:%(xforward)d inet n - n - - smtpd
  -o smtpd_authorized_xforward_hosts=127.0.0.1
127.0.0.1:%(haproxy)d inet n - n - - smtpd
  -o smtpd_upstream_proxy_protocol=haproxy
127.0.0.1:%(smtps)d inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
""" % self.ports)
		super().__init__("postfix", ["postfix", "-c", base, "start-fg"])
		for p in self.ports.values():
			self.port(p)

	def log(self):
		try:
			return read(self.base + "/maillog").decode()
		except FileNotFoundError:
			return super().log()


class Exim(Server):
	"""Ports: plain; smtps, with TLS from the first octet.  Settings are added to
	the main section, and relay to the transport that takes mail for
	relay.example.net to the port in the file `relay', at 127.0.0.1 or where
	`host' says."""
	def __init__(self, settings="", relay="", host="127.0.0.1"):
		need("exim4")
		base = directory("exim", "Debian-exim")
		self.base = base
		self.mail = directory(base + "/mail", "vmail")
		for d in ("spool", "log"):
			directory("%s/%s" % (base, d), "Debian-exim")
		self.ports = {"plain": port(), "smtps": port()}
		# With -C a delivery process would not get its privileges back.
		write("/etc/exim4/exim4.conf", """
exim_user = Debian-exim
exim_group = Debian-exim
primary_hostname = exim.example.org
spool_directory = %(base)s/spool
log_file_path = %(base)s/log/%%slog
local_interfaces = 127.0.0.1
daemon_smtp_ports = %(port)d : %(smtps)d
tls_on_connect_ports = %(smtps)d
message_size_limit = %(limit)d
host_lookup =
rfc1413_query_timeout = 0s
%(tls)s
prdr_enable = true
keep_environment =
never_users =
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept
domainlist here = example.org
%(settings)s

begin acl
check_rcpt:
  accept domains = relay.example.net
  accept domains = +here
         local_parts = %(users)s
  deny message = no such user here

begin routers
relay:
  driver = manualroute
  domains = relay.example.net
  route_list = * %(host)s
  self = send
  transport = relay
all:
  driver = accept
  local_parts = %(users)s
  transport = maildir

begin transports
relay:
  driver = smtp
  port = ${readfile{%(base)s/relay}{}}
  hosts_try_chunking = *
  %(relay)s
maildir:
  driver = appendfile
  directory = %(base)s/mail/$local_part_data
  maildir_format
  create_directory
  user = vmail
  group = vmail
  delivery_date_add
  envelope_to_add
  return_path_add
""" % {"base": base, "port": self.ports["plain"],
		    "smtps": self.ports["smtps"], "limit": LIMIT,
		    "users": " : ".join(USERS), "settings": settings,
		    "relay": relay, "host": host, "tls": "" if "tls_advertise" in
		    settings else "tls_advertise_hosts ="})
		super().__init__("exim", ["exim4", "-bdf", "-v"])
		for p in self.ports.values():
			self.port(p)

	def log(self):
		text = super().log()
		for n in ("main", "panic", "reject"):
			try:
				text += read("%s/log/%slog" % (self.base,
				    n)).decode()
			except FileNotFoundError:
				pass
		return text


class OpenSMTPD(Server):
	"""Ports: plain, and proxy, which wants a PROXY v2 header; and more lines of
	smtpd.conf: head comes first, tls is for the plain port, more behind the
	action "in"."""
	def __init__(self, more="", head="", tls=""):
		program = "/usr/sbin/smtpd"
		need(program, "/usr/libexec/opensmtpd/mail.maildir")
		base = directory("opensmtpd")
		self.mail = directory(base + "/mail", "vmail")
		self.ports = {"plain": port(), "proxy": port()}
		must("mkdir", "-p", "/var/lib/opensmtpd/empty",
		    "/var/spool/smtpd")
		os.chmod("/var/spool/smtpd", 0o711)
		conf = write(base + "/smtpd.conf", """
table users { "user@example.org" = "vmail", "second@example.org" = "vmail", \\
    "third@example.org" = "vmail" }
smtp max-message-size %(limit)d
%(head)s
listen on 127.0.0.1 port %(plain)d %(tls)s hostname smtpd.example.org
listen on 127.0.0.1 port %(proxy)d proxy-v2 hostname smtpd.example.org
action "in" maildir "%(base)s/mail/%%{rcpt.user:lowercase}" virtual <users>
%(more)s
match from any for domain "example.org" action "in"
""" % dict(self.ports, base=base, limit=LIMIT, more=more,
		    head=head, tls=tls))
		super().__init__("opensmtpd", [program, "-d", "-v", "-f", conf])
		for p in self.ports.values():
			self.port(p)


def need_dovecot(*programs):
	"""From 2.4 on its configuration is another."""
	need("/usr/sbin/dovecot", *programs)
	version = run("/usr/sbin/dovecot", "--version")[1].decode()
	if not version.startswith("2.3."):
		raise Skip("Dovecot 2.3 is wanted, and here is " + version.strip())


class Dovecot(Server):
	"""LMTP on a TCP port, which trusts XCLIENT of 127.0.0.1, and on a socket;
	full@example.org has room for nothing.  Settings of TLS replace "no"."""
	def __init__(self, tls="ssl = no"):
		need_dovecot("/usr/lib/dovecot/lmtp")
		base = directory("dovecot-lmtp")
		self.base = base
		self.mail = directory(base + "/mail", "vmail")
		self.ports = {"lmtp": port()}
		self.socket = base + "/run/lmtp"
		users = write(base + "/users", "".join("%s@example.org:::::::%s\n" %
		    (u, "userdb_quota_rule=*:storage=1B" if u == "full" else "")
		    for u in USERS + ("full",)))
		cf = write(base + "/dovecot.conf", """
base_dir = %(base)s/run
log_path = %(base)s/log
info_log_path = %(base)s/log
protocols = lmtp
%(tls)s
hostname = store.example.org
login_trusted_networks = 127.0.0.1
lmtp_save_to_detail_mailbox = no
mail_location = maildir:%(base)s/mail/%%n
mail_plugins = quota
default_internal_user = dovecot
default_internal_group = dovecot
default_login_user = dovenull
first_valid_uid = 1
plugin {
  quota = count:User quota
  quota_rule = *:storage=1G
  quota_vsizes = yes
}
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = passwd-file
  args = username_format=%%u %(users)s
  override_fields = uid=%(uid)d gid=%(uid)d home=%(base)s/mail/%%n
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
  inet_listener lmtp {
    address = 127.0.0.1
    port = %(port)d
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
""" % {"base": base, "users": users, "uid": uid("vmail"),
		    "port": self.ports["lmtp"], "tls": tls})
		super().__init__("dovecot", ["dovecot", "-F", "-c", cf])
		self.port(self.ports["lmtp"])
		self.file(self.socket)

	def log(self):
		text = super().log()
		if os.path.exists(self.base + "/log"):
			text += read(self.base + "/log").decode("latin-1")
		return text


class Aiosmtpd(Server):
	"""The server of `make demo': its Maildir is for everybody, and it knows
	no refusals."""
	def __init__(self):
		need("/usr/lib/python3/dist-packages/aiosmtpd/smtp.py")
		self.mail = directory("aiosmtpd", "vmail")
		self.ports = {"plain": port()}
		program = write("maildir_server.py", read(os.path.join(ROOT,
		    "tests", "peers", "maildir_server.py")).decode())
		super().__init__("aiosmtpd", ["setpriv", "--reuid",
		    str(uid("vmail")), "--regid", str(gid("vmail")),
		    "--clear-groups", "/usr/bin/python3", "-B",
		    program, "-p", str(self.ports["plain"]),
		    self.mail + "/user"])
		self.port(self.ports["plain"])


class Yes:
	"""No real one: says yes to everything, but for the answers by verb (the
	first four letters) that are given; commands are kept."""
	def __init__(self, **answers):
		self.commands = []
		self.answers = {"DATA": "354 go on", "QUIT": "221 bye", **answers}
		self.number = port()
		self.sock = socket.create_server(("127.0.0.1", self.number))
		threading.Thread(target=self.accept, daemon=True).start()

	def accept(self):
		while True:
			s, _ = self.sock.accept()
			threading.Thread(target=self.serve, args=(s,),
			    daemon=True).start()

	def serve(self, s):
		with s, s.makefile("rwb", 0) as f:
			try:
				self.talk(f)
			except OSError:
				pass		# the gate does not wait for 221

	def talk(self, f):
		f.write(b"220 backend.example.org ESMTP\r\n")
		for line in f:
			text = line.decode("latin-1").strip()
			self.commands.append(text)
			f.write(self.answers.get(text[:4], "250 ok").encode() +
			    b"\r\n")
			if text == "QUIT":
				break
