"""Wanted differences (see lib/diffrules.py) in what the client is told."""

import re

from diffrules import rule, said
from diffrun import HOST
from diffsent import refused


@rule("postfix", "5.4", "client")
def reply_lf(r):
	"""a lone LF between lines of a filter's reply becomes CRLF"""
	for what, reply in r.client:
		reply[:] = [n for line in reply for n in line.split("\\n")]


def after_refusal(r):
	"""The steps of the client from it on, and the reply that is kept."""
	k, at = refused(r)
	if at is None:
		return [], None
	n = 0
	if at.cmd == "H":
		nth = [e for e in r.filters[k] if e.cmd == "H"].index(at)
		n = [n for n, (what, reply) in enumerate(r.client)
		    if what[:4].upper() in ("EHLO", "HELO") and
		    reply[0][:3] in ("250", "421")][nth]
	steps = r.client[n:]
	for what, reply in steps:
		if what[:4] == "MAIL":
			return steps, reply
	return steps, said(at) if at.answer == "y" else \
	    ["550 5.7.1 Command rejected"] if at.answer == "r" else None


@rule("postfix", "failure texts", "client")
def failed_reject(r):
	"""F=R: the filter's failure is told as its REJECT"""
	replace_reply(r, r"^550 5\.5\.0 Service unavailable$",
	    "550 5.7.1 Command rejected")


@rule("postfix", "after a refusal at CONNECT/HELO", "client")
def refused_replies(r):
	"""a 5xx at CONNECT or HELO answers MAIL, RCPT and DATA alike"""
	steps, kept = after_refusal(r)
	if kept and kept[0][0] == "5":
		for what, reply in steps:
			if what[:4] in ("MAIL", "RCPT", "DATA"):
				reply[:] = kept


@rule("postfix", "after a refusal at CONNECT/HELO", "client")
def refused_text(r):
	"""REJECT at CONNECT or HELO says 550 5.0.0 later, not 550 5.7.1"""
	for what, reply in after_refusal(r)[0]:
		reply[:] = [re.sub("^550 5.7.1 Command rejected$",
		    "550 5.0.0 Command rejected", n) for n in reply]


@rule("postfix", "after a refusal at CONNECT/HELO", "client")
def refused_offer(r):
	"""a session that is refused is offered ENHANCEDSTATUSCODES only"""
	for what, reply in after_refusal(r)[0]:
		if what[:4] == "EHLO" and reply[0][:3] == "250":
			reply[:] = ["250-postfix.example.org",
			    "250 ENHANCEDSTATUSCODES"]


@rule("postfix", "after a refusal at CONNECT/HELO", "client")
def refused_unknown(r):
	"""after a refusal at CONNECT or HELO unknown commands are answered 500"""
	for what, reply in after_refusal(r)[0]:
		if what[:5] == "XYZZY" and reply[0][:1] in "45":
			reply[:] = ["500 5.5.2 Command not recognized"]


@rule("postfix", "4xx at CONNECT", "client")
def greeting_4xx(r):
	"""a 4xx at CONNECT: the greeting is the gate's own"""
	k, at = refused(r)
	if at is not None and at.cmd in "OC":
		replace_reply(r, "^220 (.*) ESMTP Postfix$", r"220 \1 ESMTP",
		    r"\(connect\)")


@rule("postfix", "REPLYCODE at CONNECT", "client")
def greeting_5xx(r):
	"""a 5xx at CONNECT: 554 and the filter's text as greeting"""
	k, at = refused(r)
	kept = after_refusal(r)[1]
	if at is None or at.cmd == "H" or at.answer == "t" or not kept:
		return
	greeting = r.client[0][1]
	if greeting == ["554 %s ESMTP not accepting connections" % HOST]:
		greeting[:] = ["554 5.7.1 %s not accepting connections from you"
		    % HOST] if at.answer != "y" else ["554" + n[3:] for n in
		    kept]


@rule("postfix", "REPLYCODE at CONNECT", "client")
def greeting_421(r):
	"""a 421 at CONNECT: the filter's text"""
	k, at = refused(r)
	if at is not None and r.client[0][1] == ["421 %s Service unavailable - "
	    "try again later" % HOST]:
		r.client[0][1][:] = said(at) if at.answer == "y" else \
		    ["421 4.7.0 Server closing connection"]


def replace_reply(r, pattern, new, command=None):
	for what, reply in r.client:
		if command is None or re.match(command, what):
			reply[:] = [re.sub(pattern, new, n) for n in reply]


def words(where, command, pattern, new):
	"""A reply of the gate's own; its code is Postfix's, its text is not."""
	def f(r):
		replace_reply(r, pattern, new, command)
	f.__doc__ = "own words: " + new
	rule("postfix", where, "client")(f)


def offer_no(r, pattern):
	"""EHLO: as if what the pattern finds were not offered."""
	for what, reply in r.client:
		if what.upper().startswith("EHLO") and reply[0][:3] == "250":
			kept = [n[4:] for n in reply
			    if not re.fullmatch(pattern, n[4:])]
			reply[:] = ["250-" + n for n in kept[:-1]] + \
			    ["250 " + kept[-1]]


@rule("postfix", "gate 2.2", "client")
def not_passed(r):
	"""EHLO: VRFY and ETRN are not offered"""
	offer_no(r, "VRFY|ETRN")


@rule("gate", "gate 2.2", "client")
def limits(r):
	"""EHLO: the gate says what its LIMITS are"""
	offer_no(r, "LIMITS MAILMAX=100 RCPTMAX=1000")


def word(where, pattern, new, command=""):
	words(where, command, "^" + re.escape(pattern) + "$", new)


words("failure texts", "(?i)MAIL|RCPT|XYZZY", "^421 4.7.0 Server closing "
    "connection$", "421 4.3.0 %s closing connection" % HOST)
for old, new in (
    ("221 2.0.0 Bye", "221 2.0.0 %s closing connection" % HOST),
    ("250 2.0.0 Ok", "250 2.0.0 OK"),
    ("252 2.0.0 user@example.org",
	"252 2.0.0 Cannot verify, but will take the message and try"),
    ("500 5.5.2 Error: command not recognized",
	"500 5.5.2 Command not recognized"),
    ("503 5.5.1 Error: nested MAIL command",
	"503 5.5.1 Nested MAIL command"),
    ("503 5.5.1 Error: need MAIL command",
	"503 5.5.1 Need MAIL command first"),
    ("554 5.5.1 Error: no valid recipients",
	"554 5.5.1 No valid recipients"),
    ("501 Syntax: EHLO hostname", "501 5.5.4 Syntax: EHLO hostname"),
    ("501 5.5.4 Syntax: MAIL FROM:<address>",
	"501 5.1.7 Syntax: MAIL FROM:<address>"),
    ("501 5.1.7 Bad sender address syntax",
	"501 5.1.7 Syntax: MAIL FROM:<address>"),
    ("501 5.5.4 Syntax: RCPT TO:<address>",
	"501 5.1.3 Syntax: RCPT TO:<address>"),
    ("501 5.1.3 Bad recipient address syntax",
	"501 5.1.3 Syntax: RCPT TO:<address>"),
    ("421 4.7.0 Server closing connection",
	"421 4.7.0 %s closing connection" % HOST),
    ("501 5.5.4 Bad message size syntax", "501 5.5.4 Bad value of SIZE"),
    ("555 5.5.4 Unsupported option: X=Y", "555 5.5.4 Unsupported option X"),
    ("502 5.5.1 Error: command not implemented",
	"502 5.5.1 Command not implemented"),
    ("503 5.5.1 Error: authentication not enabled",
	"502 5.5.1 Command not implemented"),
    ("550 5.7.0 Error: insufficient authorization",
	"502 5.5.1 Command not implemented"),
    ("250 Queuing started", "502 5.5.1 Command not implemented")):
	word("gate 6", old, new)
words("gate 2.2", "EXPN", r"^500 5\.5\.2 Command not recognized$",
    "502 5.5.1 Lists are not expanded here")
words("gate 2.2", "TURN", r"^500 5\.5\.2 Command not recognized$",
    "502 5.5.1 Command not implemented")


@rule("gate", "gate 2.2", "client")
def helpful(r):
	"""HELP says which commands there are"""
	replace_reply(r, r"^214 2\.0\.0 HELO EHLO [A-Z ]+ QUIT$",
	    "500 5.5.2 Command not recognized", "HELP")


@rule("postfix", "gate 6", "client")
def data_too_early(r):
	"""own words: DATA before MAIL, or before RCPT"""
	mail = rcpt = False
	for what, reply in r.client:
		if what[:4] == "MAIL":
			mail = mail or reply[-1][:1] == "2"
		elif what[:4] == "RCPT":
			rcpt = mail
		elif what[:4] in ("RSET", "EHLO", "HELO") or \
		    what[:1] == "(" and reply != ["(not sent)"]:
			mail = rcpt = False
		elif what == "DATA" and not rcpt and reply[-1] in (
		    "503 5.5.1 Error: need RCPT command",
		    "554 5.5.1 No valid recipients"):
			reply[:] = ["503 5.5.1 Need RCPT command first" if mail
			    else "503 5.5.1 Need MAIL command first"]


def spoken(r):
	"""Replies that filters gave: (event, its lines)."""
	for events in r.filters:
		for e in events:
			if e.answer == "y":
				yield e, said(e)


@rule("postfix", "5.4", "client")
def reply_control(r):
	"""control octets in a filter's reply become ?"""
	replace_reply(r, r"\\x[01][0-9a-f]", "?")


@rule("postfix", "5.4", "client")
def reply_cut(r):
	"""a line of a filter's reply is cut to 510 octets"""
	for what, reply in r.client:
		reply[:] = [n[:510] for n in reply]


@rule("postfix", "5.4", "client")
def reply_eom(r):
	"""a filter's reply at the end of message: ? for control octets, not
	blanks, and a TAB stays"""
	for e, lines in spoken(r):
		if e.cmd != "E" or len(lines) != 1:
			continue
		blank = re.sub(r"\\(t|x[01][0-9a-f])", " ", lines[0])
		if blank == lines[0]:
			continue
		for what, reply in r.client:
			if reply == [blank]:
				reply[:] = [re.sub(r"\\x[01][0-9a-f]", "?",
				    lines[0])]


@rule("postfix", "REJECT at EOM", "client")
def reject_554(r):
	"""REJECT from the header on: 554, not 550"""
	replace_reply(r, r"^550 5\.7\.1 Command rejected$",
	    "554 5.7.1 Command rejected", r"\(mail ")


@rule("postfix", "TEMPFAIL", "client")
def tempfail(r):
	"""TEMPFAIL: 451 4.3.2, not 451 4.7.1"""
	replace_reply(r, r"^451 4\.7\.1 Service unavailable - try again later$",
	    "451 4.3.2 Please try again later")


@rule("postfix", "5.5, DISCARD", "client")
def discarded(r):
	"""a mail that a filter discarded: 250 without a queue number"""
	replace_reply(r, r"^250 2\.0\.0 Ok: queued as ID \(discarded\)$",
	    "250 2.0.0 OK")


@rule("gate", "6.6, last", "client")
def filter_failed(r):
	"""own words: 451 4.3.0 for a filter that failed without F="""
	replace_reply(r, r"^451 4\.3\.0 Filter failed$",
	    "451 4.3.2 Please try again later")


@rule("gate", "5.5, DISCARD", "client")
def discarded_rcpt(r):
	"""the gate answers RCPT of a discarded mail itself, with yes"""
	replace_reply(r, r"^250 2\.1\.5 OK$", "550 5.1.1 <refused@example.org>: "
	    "Recipient address rejected: User unknown in relay recipient table",
	    "RCPT TO:<refused@")
	replace_reply(r, r"^250 2\.1\.5 OK$", "250 2.1.5 Ok", "RCPT")


@rule("postfix", "QUARANTINE", "client")
def held(r):
	"""a mail that goes into quarantine is refused by default"""
	replace_reply(r, r"^250 2\.0\.0 Ok: queued as ID \(held\)$",
	    "550 5.7.1 Message refused")


@rule("postfix", "all rcpts deleted", "client")
def nobody(r):
	"""a mail that has lost all recipients: 250, not sent"""
	replace_reply(r, r"^250 2\.0\.0 Ok: queued as ID \(to nobody\)$",
	    "250 2.0.0 OK, no recipient left")
