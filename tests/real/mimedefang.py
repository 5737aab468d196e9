#!/usr/bin/python3
"""MIMEDefang behind the gate, with a filter of ours in Perl.

What would break for whom: everybody who has attachments taken out on arrival.
MIMEDefang asks for what few filters ask for at once: the connection, HELO,
sender and recipient each go to a Perl program, which needs the right macros;
then the whole mail is taken apart into files and, when a part goes, built anew
and sent back as a replaced body with other MIME fields.  The server behind is
mailfront, which stores what it gets; Python's email package reads that.
"""

import email
import os
import re
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (CLIENT4, FORGED4, Gate, Mailfront, Proc, Raw, SERVER4, Smtp,
    conf, directory, match, message, need, once, port, same, true, until, write)

# Debian's package forgets that it cannot start without Net::DNS.
PACKAGES = ["ucspi-tcp", "mailfront", ["libnet-dns-perl", "mimedefang"]]
common.USERS.append("defang")

FILTER = r'''
use strict;
our ($AdminAddress, $AdminName, $DaemonAddress, $Subject, $Sender, $Helo,
    $RelayAddr, $QueueID, @Recipients);
$AdminAddress = 'postmaster@example.org';
$AdminName = 'the postmaster';
$DaemonAddress = 'mimedefang@example.org';

sub filter_relay {
	my ($ip) = @_;
	return ('REJECT', "no mail from $ip") if $ip eq '192.0.2.8';
	return ('CONTINUE', 'ok');
}

sub filter_helo {
	my ($ip, $name, $helo) = @_;
	return ('REJECT', 'that is nobody') if $helo eq 'nobody.example';
	return ('CONTINUE', 'ok');
}

sub filter_sender {
	my ($sender, $ip, $name, $helo) = @_;
	return ('REJECT', "not you, at $ip, $helo") if $sender =~ /^<no@/;
	return ('CONTINUE', 'ok');
}

sub filter_recipient {
	my ($rcpt, $sender, $ip, $name, $first, $helo) = @_;
	return ('REJECT', "$sender may not write to $rcpt")
	    if $rcpt =~ /^<no@/;
	return ('TEMPFAIL', 'come back') if $rcpt =~ /^<wait@/;
	return ('CONTINUE', 'ok');
}

sub filter_begin {
	my ($entity) = @_;
	return action_bounce('such a subject (100%) is not welcome', '554',
	    '5.7.9') if $Subject eq 'buy now';
	return action_tempfail('not on Mondays', '451', '4.7.9')
	    if $Subject eq 'wait';
	return action_discard() if $Subject eq 'away';
	exit 1 if $Subject eq 'die';
}

sub filter {
	my ($entity, $fname, $ext, $type) = @_;
	return if message_rejected();
	return action_drop() if re_match($entity, '\.exe\.*$');
	return action_replace_with_warning("$fname was here\n.\n")
	    if re_match($entity, '\.scr\.*$');
	return action_accept();
}

sub filter_end {
	my ($entity) = @_;
	return if message_rejected();
	action_add_header('X-Seen', join(' ', $RelayAddr, $Helo, $Sender,
	    @Recipients, $QueueID));
	if ($Subject eq 'edit') {
		action_change_header('Subject', 'edited');
		action_delete_header('X-Secret');
		action_insert_header('X-First', 'top', 0);
		add_recipient('<archive@example.org>');
		delete_recipient('<second@example.org>');
	}
}
1;
'''


class Multiplexor(Proc):
	def __init__(self):
		need("/usr/bin/mimedefang.pl")
		program = need("mimedefang-multiplexor")
		self.spool = directory("mimedefang", "defang", 0o700)
		self.path = self.spool + "/mx.sock"
		super().__init__("mimedefang-multiplexor", [program, "-D", "-U",
		    "defang", "-z", self.spool, "-s", self.path, "-F",
		    write("mimedefang-filter", FILTER), "-m", "1", "-x", "2",
		    "-b", "60", "-l"])
		self.file(self.path)


class MIMEDefang(Proc):
	def __init__(self):
		program = need("mimedefang")
		self.mx = Multiplexor()
		self.number = port()
		super().__init__("mimedefang", [program, "-D", "-U", "defang",
		    "-z", self.mx.spool, "-m", self.mx.path, "-p",
		    "inet:%d@127.0.0.1" % self.number, "-r", "-H", "-s", "-t",
		    "-q", "-X"])
		self.port(self.number)
		# Until the first Perl is up there is only 451 to be had.
		until("a worker is ready", self.ready, 40,
		    lambda: common.syslog.text() + self.mx.log())

	def ready(self):
		self.alive()
		self.mx.alive()
		status, out, _ = common.run("md-mx-ctrl", "-s", self.mx.path,
		    "status")
		return status == 0 and b": idle" in out

	def stop(self, sig=signal.SIGKILL):
		"""libmilter takes up to 5 s to notice SIGTERM."""
		return super().stop(sig)


class Chain:
	"""MIMEDefang in a gate, and a mailfront behind it."""
	def __init__(self):
		self.filter = MIMEDefang()
		self.server = Mailfront()
		self.gate = Gate(conf(self.server.number, [
		    "S=inet:%d@127.0.0.1, F=T, T=C:5s;S:10s;R:40s;E:1m" %
		    self.filter.number]), host=SERVER4)
		self.count = 0

	def send(self, data, rcpts=("user@example.org",)):
		return common.send(self.gate.number, data, rcpts,
		    "a@example.net", SERVER4, CLIENT4)

	def accepted(self, data, **kw):
		"""Send; returns (recipients, text) of the mail that is new."""
		before = self.server.received(self.count)
		code, text = self.send(data, **kw)
		same("the final reply: %r\n%s" % (text, common.syslog.text()),
		    code, 250)
		self.count += 1
		new = [m for m in self.server.received(self.count)
		    if m not in before]
		same("new mails", len(new), 1)
		return new[0][1], below(new[0][2])

	def refused(self, data, expected):
		code, text = self.send(data)
		same("the refusal", b"%d %s" % (code, text), expected)
		self.server.received(self.count)


def below(stored):
	"""Without mailfront's own Received, and in the wire's form."""
	m = re.match(rb"Received: [^\n]*\n([ \t][^\n]*\n)+", stored)
	true("mailfront's Received on top", m, stored)
	return stored[m.end():].replace(b"\n", b"\r\n")


def chain():
	return once("chain", Chain)


def seen(data):
	"""The words of the filter's field, of which there is one, and the mail
	without it."""
	found = re.findall(rb"(?m)^X-Seen: ([^\r\n]*)\r\n", data)
	same("fields of the filter in %r" % data, len(found), 1)
	return found[0].decode().split(" "), \
	    re.sub(rb"(?m)^X-Seen: [^\r\n]*\r\n", b"", data)


TEXT = b"Dear user,\r\n.\r\n..two dots\r\nFrom here to there.\r\n"


def mixed(subject, name):
	"""A letter of three parts, the second of them with this file name."""
	return message(subject, b"\r\n".join((b"This is MIME.", b"--=_b",
	    b"Content-Type: text/plain; charset=us-ascii", b"", TEXT,
	    b"--=_b", b"Content-Type: application/octet-stream",
	    b'Content-Disposition: attachment; filename="%s"' % name,
	    b"Content-Transfer-Encoding: base64", b"",
	    b"\r\n".join([b"TVqQAAMAAAAEAAAA" * 4] * 2000),
	    b"--=_b", b'Content-Type: text/csv; name="kept.csv"',
	    b'Content-Disposition: attachment; filename="kept.csv"', b"",
	    b"a,b\r\n1,2", b"--=_b--", b"")),
	    b"MIME-Version: 1.0\r\n"
	    b"Content-Type: multipart/mixed;\r\n\tboundary=\"=_b\"\r\n")


def parts(data):
	"""(file name, type, decoded text) of each part but the containers."""
	mail = email.message_from_bytes(data)
	same("defects", [p.defects for p in mail.walk() if p.defects], [])
	return [(p.get_filename(), p.get_content_type(),
	    p.get_payload(decode=True)) for p in mail.walk()
	    if not p.is_multipart()]


LETTER = (None, "text/plain", TEXT)
KEPT = ("kept.csv", "text/csv", b"a,b\r\n1,2")


def unchanged(data):
	_, got = chain().accepted(data)
	words, rest = seen(got)
	same("the mail without the filter's field", rest, data)
	return words


def test_clean():
	"""a clean mail passes unchanged but for the filter's field, which has
	the client's address, HELO, envelope and the gate's queue id"""
	words = unchanged(message("clean", TEXT + bytes(range(0xa0, 0x100)) +
	    b"\r\n\r\n\r\n", b"X-Folded: one\r\n two\r\n\tthree\r\n"))
	same("what the filter saw", words[:-1], [CLIENT4, "client.example.net",
	    "<a@example.net>", "<user@example.org>"])
	chain().gate.line(r"(?m)mail id=%s\b.* result=accepted" %
	    match("the queue id", r"^\w{8,}$", words[-1]).group(0))


def test_clean_attachments():
	"""a mail with harmless attachments passes unchanged but for the
	field"""
	unchanged(mixed("harmless", b"photo.jpg"))


def test_drop():
	"""action_drop: an .exe attachment is gone, the rest of the mail is
	there"""
	data = mixed("a present", b"present.exe")
	_, got = chain().accepted(data)
	seen(got)
	same("the parts", parts(got), [LETTER, KEPT])
	true("nothing of the attachment", b"TVqQ" not in got and b"present.exe"
	    not in got, got)
	same("Content-Type, MIME-Version", [len(re.findall(rb"(?mi)^%s:" % name,
	    got.split(b"\r\n\r\n")[0])) for name in (b"Content-Type",
	    b"MIME-Version")], [1, 1])
	same("the other fields", got.split(b"MIME-Version")[0],
	    data.split(b"MIME-Version")[0])


def test_replace():
	"""action_replace_with_warning: a part with the filter's text in the
	place of an .scr attachment"""
	_, got = chain().accepted(mixed("saver", b"saver.scr"))
	seen(got)
	same("the parts", parts(got), [LETTER, ("warning1.txt", "text/plain",
	    b"saver.scr was here\r\n.\r\n\r\n"), KEPT])
	true("nothing of the attachment", b"TVqQ" not in got, got)


def test_edit():
	"""fields changed and deleted, recipients added and deleted"""
	rcpts, got = chain().accepted(message("edit", TEXT,
	    b"X-Secret: one\r\nX-Kept: two\r\n"), rcpts=("user@example.org",
	    "second@example.org"))
	same("the recipients", rcpts, ["user@example.org",
	    "archive@example.org"])
	words, rest = seen(got)
	same("the recipients that the filter saw", words[3:5],
	    ["<user@example.org>", "<second@example.org>"])
	same("the mail", rest, b"X-First: top\r\n" + message("edit", TEXT,
	    b"X-Kept: two\r\n").replace(b"Subject: edit\r\n",
	    b"Subject: edited\r\n"))


def test_bounce():
	"""action_bounce: a subject is refused with the filter's code and text,
	nothing arrives, and the log says by whom"""
	c = chain()
	c.refused(message("buy now"),
	    b"554 5.7.9 such a subject (100%) is not welcome")
	c.gate.line(r"(?m)mail id=.*result=rejected by=filter:.*code=554")


def test_tempfail():
	"""action_tempfail: 451 with the filter's text, nothing arrives"""
	chain().refused(message("wait"), b"451 4.7.9 not on Mondays")


def test_discard():
	"""action_discard: 250 for the client, nothing for the server"""
	c = chain()
	same("the final reply", c.send(message("away"))[0], 250)
	c.server.received(c.count)
	c.gate.line(r"(?m)mail id=.*result=discarded by=filter:")


def test_dies():
	"""the filter's Perl dies: 451, nothing arrives, the next mail passes"""
	c = chain()
	code, text = c.send(message("die"))
	match("the refusal", r"^451 4\.\d\.\d ", "%d %s" % (code,
	    text.decode()))
	c.server.received(c.count)
	until("a worker is ready", c.filter.ready, 20)
	unchanged(message("after", TEXT))


def test_session():
	"""one session: a mail refused, one robbed of its attachment, a clean
	one; no answer leaks into the next mail"""
	c = chain()
	s = Smtp(c.gate.number, SERVER4, CLIENT4)
	s.ehlo()
	same("replies", [s.mail_raw("a@example.net", ["user@example.org"],
	    data)[0] for data in (message("buy now"), mixed("s1", b"x.exe"),
	    message("s2", TEXT))], [554, 250, 250])
	s.quit()
	c.count += 2
	mails = {m["Subject"]: m for m in (email.message_from_bytes(text)
	    for _, _, text in c.server.received(c.count))}
	same("the first", len(mails["s1"].get_payload()), 2)
	same("the second", mails["s2"].get_payload(decode=True),
	    TEXT.replace(b"\r\n", b"\n"))


def test_envelope():
	"""filter_sender and filter_recipient: refused with the filter's text,
	the other recipient gets the mail"""
	c = chain()
	s = Smtp(c.gate.number, SERVER4, CLIENT4)
	s.ehlo()
	code, text = s.mail("no@example.net")
	match("the sender", r"^55\d 5\.\d\.\d not you, at 192\.0\.2\.7, "
	    r"client\.example\.net$", "%d %s" % (code, text.decode()))
	same("another", s.mail("a@example.net")[0], 250)
	code, text = s.rcpt("no@example.org")
	match("a recipient", r"^55\d 5\.\d\.\d <a@example\.net> may not write "
	    r"to <no@example\.org>$", "%d %s" % (code, text.decode()))
	code, text = s.rcpt("wait@example.org")
	match("a recipient for later", r"^45\d 4\.\d\.\d come back$", "%d %s" %
	    (code, text.decode()))
	same("a good one", s.rcpt("user@example.org")[0], 250)
	same("DATA", s.docmd("DATA")[0], 354)
	s.send(message("rest", TEXT).replace(b"\r\n.", b"\r\n..") + b".\r\n")
	same("the final reply", s.getreply()[0], 250)
	s.quit()
	c.count += 1
	same("its recipients", [rcpts for _, rcpts, text in
	    c.server.received(c.count) if b"Subject: rest" in text],
	    [["user@example.org"]])


def test_relay():
	"""filter_relay and filter_helo: a client and a HELO name are refused,
	nothing of it reaches the server"""
	c = chain()
	r = Raw(c.gate.number, SERVER4, FORGED4)
	match("the greeting for a client", rb"^5\d\d ", r.reply())
	r.cmd("QUIT", 221)
	r.end()
	r = Raw(c.gate.number, SERVER4, CLIENT4)
	match("the greeting for another", rb"^220 ", r.reply())
	first = r.cmd("EHLO nobody.example")
	second = r.cmd("MAIL FROM:<a@example.net>")
	match("EHLO or MAIL", rb"(?m)^5\d\d 5\.\d\.\d that is nobody\r$",
	    first + second)
	match("MAIL", rb"^5", second)
	r.cmd("QUIT", 221)
	r.end()
	c.server.received(c.count)


common.main(__name__)
