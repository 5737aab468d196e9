#!/usr/bin/python3
"""SMTP smuggling, tried on real servers behind the gate.

What would break for whom: the admin whose server takes something else than
CRLF.CRLF for the end of a mail.  A stranger could then hide a second mail in
the first, and it would arrive with the trust that the server has in the gate,
unseen by the filters, from whomever the stranger likes.

Each sequence that is known to have fooled a server, those that the public test
tools try among them, is sent within a mail, in front of what looks like another
mail: behind text and on a line of its own, behind DATA in two segments, cut at
each place, and as two chunks of BDAT, cut at each place.  There must be as many
mails in the server's mailbox as the gate has said 250 to, and that is one or
none, unless the sequence is the true end.
"""

import concurrent.futures
import glob
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import (Fail, Gate, Raw, conf, fields, maildir, message, once,
    same, send, until)
from mta import Aiosmtpd, Exim, OpenSMTPD, Postfix

PACKAGES = ["ucspi-tcp", "postfix", "exim4-daemon-light", "opensmtpd",
    "python3-aiosmtpd"]

# Numbers as in the notes on SMTP; what the tools try is among these.
SEQUENCES = {
    "1 CRLF.CRLF": b"\r\n.\r\n", "3 LF.LF": b"\n.\n", "4 LF.CRLF": b"\n.\r\n",
    "5 CRLF.LF": b"\r\n.\n", "6 LFLF.CRLF": b"\n\n.\r\n", "7 CR.CR": b"\r.\r",
    "8 CR.LF": b"\r.\n", "9 CR.CRLF": b"\r.\r\n", "10 LF.CR": b"\n.\r",
    "11 CRLF.CR": b"\r\n.\r", "12 CRLF.CRCRLF": b"\r\n.\r\r\n",
    "13 CRCRLF.CRCRLF": b"\r\r\n.\r\r\n", "13 CRCRLF.CRLF": b"\r\r\n.\r\n",
    "14 CRLF.CRCRCRLF": b"\r\n.\r\r\r\n", "15 CRLF NUL.CRLF": b"\r\n\0.\r\n",
    "16 CRLF.NUL CRLF": b"\r\n.\0\r\n", "17 CRLF NUL.CR": b"\r\n\0.\r",
    "17 CRLF NUL.LF": b"\r\n\0.\n", "18 CRLF.NUL LF": b"\r\n.\0\n",
    "18 CRLF.NUL CR": b"\r\n.\0\r", "19 CRLF.SP CRLF": b"\r\n. \r\n",
    "19 CRLF.TAB CRLF": b"\r\n.\t\r\n", "24 LFCR.CRLF": b"\n\r.\r\n",
    "24 CRLFLF.CRLF": b"\r\n\n.\r\n", "24 LFCRLF.CRLF": b"\n\r\n.\r\n",
    "30 VT.VT": b"\v.\v", "30 FF.FF": b"\f.\f", "30 GS.GS": b"\x1d.\x1d",
    "30 NEL.NEL": b"\x85.\x85", "30 U+2028": b"\xe2\x80\xa8.\xe2\x80\xa8",
    "CRLF..CRLF": b"\r\n..\r\n", "LF..LF": b"\n..\n", "CRLF. only": b"\r\n.",
}
SECOND = (b"MAIL FROM:<admin@example.org>\r\nRCPT TO:<user@example.org>\r\n"
    b"DATA\r\nSubject: smuggled\r\n\r\nsmuggled\r\n.\r\n")


def cases():
	"""(verb, text, where in it the cuts are)"""
	for seq in SEQUENCES.values():
		for before, behind in ((b"", b""), (b"\r\n", b"\r\n")):
			head = message("smuggling", b"first" + before)
			text = head + seq + behind + SECOND
			for cut in range(len(head), len(head) + len(seq) + 1):
				yield "DATA", text, cut
				if not before:
					yield "BDAT", text, cut


def true_end(text):
	"""How many octets are the mail, with its end, by RFC 5321."""
	return (b"\r\n" + text).index(b"\r\n.\r\n") + 3


def bare(text):
	return re.search(rb"\r(?!\n)|(?<!\r)\n|\0", text) is not None


def allowed(verb, text, normalize):
	"""The numbers of mails that this session may leave."""
	end = len(text) if verb == "BDAT" else true_end(text)
	if bare(text[:end]) and not normalize:
		return {0}
	# Behind a true end the other mail is one, if its DATA may be early.
	return {1} if end == len(text) else {1, 2}


def read_by_gate(r):
	"""Wait until the gate has read all that was sent."""
	def empty():
		with open("/proc/net/tcp") as f:
			for line in f:
				w = line.split()
				if w[1].endswith(":%04X" % r.s.getpeername()[1]) \
				    and w[2].endswith(":%04X" % r.address[1]):
					return w[4].endswith(":00000000")
		return True
	until("the gate reads", empty)


def attack(number, name, verb, text, cut):
	"""One session of a client with this name."""
	r = Raw(number, seconds=120)
	r.reply()
	r.cmd("EHLO " + name, 250)
	r.cmd("MAIL FROM:<a@example.net>", 250)
	r.cmd("RCPT TO:<user@example.org>", 250)
	try:
		if verb == "DATA":
			r.cmd("DATA", 354)
			r.send(text[:cut])
			read_by_gate(r)
			r.send(text[cut:])
		else:
			r.send(b"BDAT %d\r\n%s" % (cut, text[:cut]))
			r.reply()
			r.send(b"BDAT %d LAST\r\n%s" % (len(text) - cut,
			    text[cut:]))
		r.reply()
		r.send(b"QUIT\r\n")
	except (BrokenPipeError, ConnectionResetError):
		pass	# it had seen enough
	r.end()


def queue(s):
	"""What the server has not delivered yet."""
	if isinstance(s, Postfix):
		where = [s.base + "/spool/" + d for d in ("incoming", "active",
		    "deferred", "maildrop")]
	elif isinstance(s, Exim):
		where = [s.base + "/spool/input"]
	else:
		where = ["/var/spool/smtpd/queue", "/var/spool/smtpd/incoming"]
	return [f for d in where for f in glob.glob(d + "/**", recursive=True)
	    if os.path.isfile(f)]


def told(log, name):
	"""What the gate's log has on the session of this client."""
	return "\n".join(line for line in log.splitlines()
	    if "helo=%s " % name in line)


def smuggle(make, mode):
	s = once(make, make)
	s.alive()
	s.clear()
	g = Gate(conf(s.ports["plain"], Server_BareNewline=mode))
	todo = {"c%d.example.net" % n: c for n, c in enumerate(cases())}
	with concurrent.futures.ThreadPoolExecutor(8) as pool:
		list(pool.map(lambda n: attack(g.number, n, *todo[n]), todo))
	until("all sessions are in the log", lambda: len(re.findall(
	    r"\bsession id=", g.log())) >= len(todo), 60)
	mails = {f["helo"]: int(f["mails"]) for f in map(fields,
	    re.findall(r".*\bsession id=.*", g.log()))}
	for name, (verb, text, cut) in todo.items():
		if mails[name] not in allowed(verb, text,
		    mode == "normalize"):
			raise Fail("%s, cut at %d: %d mails\n%r\n%s" % (verb,
			    cut, mails[name], text[-200:],
			    told(g.log(), name)))
	total = sum(mails.values())
	print("# %s, %s: %d sessions, %d mails" % (make.__name__, mode,
	    len(todo), total))
	g.stop()
	# One more, straight: what came before it has been taken or refused.
	same("the last mail", send(s.ports["plain"], message("last"))[0], 250)
	until("%d mails" % (total + 1), lambda: len(maildir(s.maildir())) >=
	    total + 1 and not queue(s), 300, lambda: "%d there, queue %s" %
	    (len(maildir(s.maildir())), queue(s)[:5]))
	same("mails at the server", len(maildir(s.maildir())), total + 1)


for make in (Postfix, Exim, OpenSMTPD, Aiosmtpd):
	for mode in ("reject", "normalize"):
		def test(make=make, mode=mode):
			smuggle(make, mode)
		test.__doc__ = ("%s: with BareNewline = %s no sequence makes two "
		    "mails of one, cut anywhere, as DATA and as BDAT" %
		    (make.__name__, mode))
		test.__name__ = "test_%s_%s" % (make.__name__.lower(), mode)
		globals()[test.__name__] = test
del test


common.main(__name__)
