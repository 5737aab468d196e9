#!/usr/bin/python3
"""GUIDE: rspamd before Postfix, OpenSMTPD and Exim.

What would break for whom: an admin who follows GUIDE and then loses mail, or
relays for the world, since the lines for his server and those for the gate do
not fit each other.  Both are taken from GUIDE (Exim's from README) and run as
they are, under tcpserver as spsmtpgate(8) has it.

A stranger's mail must arrive with his address in Received and rspamd's mark, he
must not relay although the server trusts 127.0.0.1, and what rspamd refuses must
not arrive.
"""

import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, Proc, Raw, SERVER4, arrived, match, message, must,
    need, once, read, same, smtponly, until, write)
from filters import Rspamd
from mta import Exim, OpenSMTPD, Postfix

PACKAGES = ["ucspi-tcp", "postfix", "opensmtpd", "exim4-daemon-heavy", "rspamd"]
GTUBE = (b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL"
    b"*C.34X\r\n")


def part(name, heading):
	"""The indented blocks below a heading of a document, in their order."""
	text = read(os.path.join(common.ROOT, name)).decode()
	text = match(heading, r"(?ms)^%s\n\n(.*?)\n\n\n" % re.escape(heading),
	    text).group(1)
	blocks = re.findall(r"(?m)(?:^    .*\n|^\n(?=    \[))+", text + "\n")
	return [re.sub(r"(?m)^    ", "", b) for b in blocks]


def gate_file(blocks):
	return [b for b in blocks if "[Backend]" in b][0]


def recipe():
	"""tcpserver's, in spsmtpgate(8)."""
	text = match("tcpserver", r"(?ms)^\.Ss tcpserver\n\.Bd.*?\n(.*?)^\.Ed",
	    read(os.path.join(common.ROOT, "spsmtpgate.8")).decode()).group(1)
	return text.replace(r"\e", "\\").strip()


def holds(server, config):
	need("tcpserver")
	once("rspamd", lambda: Rspamd(11332))
	write("/etc/spsmtpgate.conf", config)
	p = Proc("gate", ["/bin/sh", "-c", "exec " + recipe()]).port(25)

	def send(data):
		return common.send(25, data, host=SERVER4, source=CLIENT4)
	server.clear()
	code, text = send(message("guide"))
	same("the final reply %r" % text, code, 250)
	mail = arrived(server.maildir())[0]
	match("the client in Received", rb"(?m)^Received: [^\n]*\n?.*\[?%s\b" %
	    re.escape(CLIENT4.encode()), mail)
	match("rspamd's mark", rb"(?mi)^X-(Spamd-Result|Rspamd-Server):", mail)
	server.clear()
	code, text = send(message("gtube", GTUBE))
	same("rspamd refuses: %r" % text, code, 554)
	same("what arrived", os.listdir(server.maildir() + "/new"), [])
	r = Raw(25, SERVER4, CLIENT4)
	r.reply()
	r.cmd("EHLO client.example.net", 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	match("relaying", rb"^5", r.cmd("RCPT TO:<b@example.com>"))
	r.cmd("QUIT", 221)
	smtponly(r.end())
	p.stop()


def test_postfix():
	"""GUIDE, POSTFIX: its lines of master.cf, its file for the gate"""
	blocks = part("GUIDE", "POSTFIX")
	s = Postfix()
	with open(s.base + "/master.cf", "a") as f:
		f.write(blocks[0])
	must("postfix", "-c", s.base, "reload")
	s.port(2525)
	holds(s, gate_file(blocks))
	must("postfix", "-c", s.base, "stop")
	s.stop()
	until("the port is free", lambda: not common.listening(2525))


def test_opensmtpd():
	"""GUIDE, OPENSMTPD: its line of smtpd.conf, its file for the gate"""
	blocks = part("GUIDE", "OPENSMTPD")
	s = OpenSMTPD(blocks[0].strip()).port(2525)
	holds(s, gate_file(blocks))
	s.stop()


def test_exim():
	"""README, rspamd in front of Exim: hosts_proxy, its file for the gate"""
	blocks = part("README", "rspamd in front of Exim")
	setting = match("hosts_proxy", r"echo '(hosts_proxy = \S+)'",
	    blocks[0]).group(1)
	s = Exim(setting)
	number = s.ports["plain"]
	s.port(number)
	holds(s, gate_file(blocks).replace(":2525", ":%d" % number))
	s.stop()


common.main(__name__)
