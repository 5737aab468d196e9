"""The scripts that lib/diffrun.py plays to both servers, and what they are made
of.  Those with edits are in lib/diffedits.py, those with answers that libmilter
would not give in lib/diffraw.py; generators all, named in differential.py."""

import common
from diffrules import Given
from diffrun import NOPTR6, Script, cmd, gone, mail, part, pipe

FROM = cmd("MAIL FROM:<a@example.net>")
TO = cmd("RCPT TO:<user@example.org>")
TO2 = cmd("RCPT TO:<second@example.org>")
BAD = cmd("RCPT TO:<refused@example.org>")
EHLO = cmd("EHLO c.example.net")
DATA = cmd("DATA")
RSET = cmd("RSET")
QUIT = cmd("QUIT")
NOOP = cmd("NOOP")
STRANGE = cmd("XYZZY some Thing")

PLAIN = ("From: A <a@example.net>\r\nTo: user@example.org\r\n"
    "Subject: one\r\nMessage-ID: <one@example.net>\r\n\r\nHello\r\n")
OTHER = ("From: A <a@example.net>\r\nX-Other: yes\r\nSubject: two\r\n\r\n"
    "Another, and longer\r\n")
EDITED = ("From: A <a@example.net>\r\nX-A: 1\r\nTo: user@example.org\r\n"
    "X-A: 2\r\nSubject: s\r\nx-a: 3\r\nX-None:none\r\nX-Fold: one\r\n"
    " two\r\n\r\nHello\r\n.dot\r\n")


def send(data=PLAIN, sender=FROM, rcpts=(TO,)):
	return [sender, *rcpts, DATA, mail(data)]


def session(*steps):
	return [EHLO, *steps, QUIT]


# What Postfix is given instead: see lib/diffrules.py.
GIVEN = {n: Given(where, what, *hasty) for n, where, what, *hasty in (
    ("no header", "4.8, 4",
	"no header for a filter with DATA and no EOH: Postfix has to be asked "
	"for EOH, or waits in vain", True),
    ("ascending", "CHGHEADER delete numbering",
	"ascending deletions: Postfix has to be given descending ones"),
    ("revived", "CHGHEADER delete numbering",
	"a change of what is deleted: Postfix has to be given it alone"),
    ("interleaved", "REPLBODY interleaved",
	"an edit between chunks of a body: Postfix has to be given it first"),
    ("again", "ADDRCPT of an existing recipient",
	"an added recipient that is there: Postfix must not be given it"),
    ("case", "DELRCPT match",
	"DELRCPT in another case: Postfix has to be given the right one"),
    ("crlf", "CRLF inside a header value",
	"CRLF in a value: Postfix has to be given LF"),
    ("newline", "newline at the end of a value",
	"a newline at the end of a value: Postfix must not be given it"),
    ("empty line", "6.1",
	"an empty line in a value: Postfix must not be given it"),
    ("version 0", "reply version 0",
	"version 0: Postfix has to be given an answer that it refuses"),
    ("empty list", "SETSYMLIST empty",
	"an empty list of macros: Postfix has to be given unknown names"),
    ("cut list", "3.5",
	"a list of macros cut off: Postfix must not be given it"),
    ("percent", "lone %",
	"a single % in a reply: Postfix has to be given two"),
    ("class", "5.4, enhanced code class",
	"an enhanced code of another class: Postfix must not be given it"),
    ("invalid", "invalid REPLYCODE",
	"a malformed reply: Postfix has to be given REJECT"),
    ("no class", "invalid REPLYCODE",
	"a reply not 4xx or 5xx: Postfix has to be given 451 4.3.5"),
    ("payload", "payload on empty reply",
	"octets behind CONTINUE: Postfix must not be given them"),
    ("bad name", "6.1",
	"an impossible name: Postfix has to be given a broken packet"),
    ("cut off", "REPLBODY cut off",
	"an end inside of a new body: Postfix has to be told that it matters"),
    ("copy", "6.6, last",
	"an end after other edits: Postfix must not be given the edits"),
)}


def given(name, **otherwise):
	"""For Script: what is otherwise for Postfix."""
	return GIVEN[name], otherwise


def perhaps(other, what, form):
	"""The same for an entry of a table: other is empty, or a name and the
	value that Postfix gets, of which form makes the argument what."""
	return given(other[0], **{what: form(other[1])}) if other else None


# ------------------------------------------------------------------- dialogues

def dialogues():
	yield Script("a mail", session(send()))
	yield Script("two mails", session(send(), send(OTHER)))
	yield Script("three recipients", session(send(rcpts=(TO, TO2,
	    cmd("RCPT TO:<third@example.org>")))))
	yield Script("150 recipients", [EHLO, FROM, pipe(*(
	    "RCPT TO:<r%d@example.com>" % n for n in range(150))), DATA,
	    mail(PLAIN), QUIT])
	yield Script("ten mails", session(*[send(), send(OTHER)] * 5))
	yield Script("HELO", [cmd("HELO c.example.net"), send(), QUIT])
	yield Script("QUIT at once", [QUIT])
	yield Script("no greeting of the client", [send(), QUIT])
	yield Script("EHLO twice", session(EHLO, send()))
	yield Script("EHLO with another name", session(
	    cmd("EHLO d.example.net"), send()))
	yield Script("EHLO, then HELO", session(cmd("HELO d.example.net"),
	    send()))
	yield Script("EHLO after MAIL", session(FROM, EHLO, send()))
	yield Script("EHLO after RCPT", session(FROM, TO, EHLO, send()))
	yield Script("EHLO after a mail", session(send(), EHLO, send(OTHER)))
	yield Script("EHLO of an address literal", [
	    cmd("EHLO [192.0.2.9]"), send(), QUIT])
	yield Script("EHLO without a name", [cmd("EHLO"), EHLO, send(), QUIT])
	yield Script("commands in lower case", [cmd("ehlo c.example.net"),
	    cmd("mail from:<a@example.net>"), cmd("rcpt to:<user@example.org>"),
	    cmd("data"), mail(PLAIN), cmd("quit")])
	yield Script("RSET in each state", [RSET, EHLO, RSET, FROM, RSET, FROM,
	    TO, RSET, FROM, TO, TO2, RSET, send(), RSET, send(OTHER), RSET,
	    QUIT])
	yield Script("RSET after refusals", session(FROM, BAD, RSET,
	    cmd("MAIL FROM:<a@example.net> SIZE=9999999"), RSET, send()))
	yield Script("NOOP in each state", [NOOP, EHLO, NOOP, FROM, NOOP, TO,
	    NOOP, DATA, mail(PLAIN), NOOP, QUIT])
	yield Script("VRFY", session(cmd("VRFY user@example.org"), send()))
	yield Script("MAIL twice", session(FROM, FROM, TO, DATA, mail(PLAIN)))
	yield Script("RCPT, DATA out of order", session(TO, DATA, FROM, DATA,
	    TO, DATA, mail(PLAIN), TO, DATA))
	yield Script("nobody left for DATA", session(FROM, BAD, DATA, TO, DATA,
	    mail(PLAIN)))
	yield Script("QUIT after MAIL", session(FROM))
	yield Script("QUIT after RCPT", session(FROM, TO))
	yield Script("a refused recipient", session(send(rcpts=(TO, BAD, TO2))))
	yield Script("a refused recipient, RCPT_REJ", session(
	    send(rcpts=(TO, BAD, TO2))), [["-P", "0x800"]])
	yield Script("a refused recipient first, RCPT_REJ", session(
	    send(rcpts=(BAD, TO))), [["-P", "0x800"]])
	yield Script("only refused recipients, RCPT_REJ", session(FROM, BAD,
	    BAD, DATA, send()), [["-P", "0x800"]])
	yield Script("a refused recipient, RCPT_REJ, by the filter, too",
	    session(send(rcpts=(TO, BAD))), [["-P", "0x800", "-a",
	    "rcpt/refused=451 4.7.1 not now"]])
	yield Script("the same recipient twice", session(send(rcpts=(TO, TO))))
	yield Script("pipelined", [EHLO, pipe(FROM.what, TO.what, TO2.what,
	    "DATA"), mail(PLAIN), pipe(FROM.what, TO.what, "DATA"),
	    mail(OTHER), QUIT])
	yield Script("pipelined with RSET", [EHLO, pipe(FROM.what, TO.what,
	    "RSET", FROM.what, TO.what, "DATA"), mail(PLAIN), QUIT])
	yield Script("pipelined, a recipient refused", [EHLO, pipe(FROM.what,
	    BAD.what, TO.what, "DATA"), mail(PLAIN), QUIT])
	yield Script("pipelined, all recipients refused", [EHLO, pipe(FROM.what,
	    BAD.what, "DATA"), RSET, QUIT])
	yield Script("null sender", session(send(sender=cmd("MAIL FROM:<>"))))
	yield Script("sizes and 8BITMIME", session(
	    send(sender=cmd("MAIL FROM:<a@example.net> SIZE=100")),
	    send(sender=cmd("MAIL FROM:<a@example.net> BODY=8BITMIME SIZE=5")),
	    send(sender=cmd("MAIL FROM:<a@example.net> body=7bit"))))
	yield Script("DSN", session(send(
	    sender=cmd("MAIL FROM:<a@example.net> RET=HDRS ENVID=QQ314159"),
	    rcpts=(cmd("RCPT TO:<user@example.org> NOTIFY=FAILURE,DELAY "
	    "ORCPT=rfc822;x@example.net"),
	    cmd("RCPT TO:<second@example.org> NOTIFY=NEVER")))))
	yield Script("SMTPUTF8", session(send(
	    "From: a\r\nSubject: gr\xc3\xbc\xc3\x9f\r\n\r\n\xc3\xbc\r\n",
	    sender=cmd("MAIL FROM:<gr\xc3\xbc@example.net> SMTPUTF8 "
	    "BODY=8BITMIME"))))
	yield Script("blanks after the colon", session(send(
	    sender=cmd("MAIL FROM: <a@example.net>"),
	    rcpts=(cmd("RCPT TO:  <user@example.org>"),))))
	yield Script("no brackets", session(send(
	    sender=cmd("MAIL FROM:a@example.net"),
	    rcpts=(cmd("RCPT TO:user@example.org"),))))
	yield Script("a quoted local part", session(send(
	    sender=cmd('MAIL FROM:<"a b"@example.net>'))))
	yield Script("a source route", session(send(
	    rcpts=(cmd("RCPT TO:<@x.example.net,@y.example.net:"
	    "user@example.org>"),))))
	yield Script("bad syntax of MAIL and RCPT", session(
	    cmd("MAIL FROM:"), cmd("MAIL FROM:<a@example.net"),
	    cmd("MAIL <a@example.net>"), cmd("MAIL FROM:<a@example.net> X=Y"),
	    cmd("MAIL FROM:<a@example.net> SIZE=x"), FROM, cmd("RCPT TO:"),
	    cmd("RCPT TO:<>"), cmd("RCPT TO:<user@example.org> X=Y"), TO, DATA,
	    mail(PLAIN)))
	# With RSET: Postfix 3.7 keeps the size for the next MAIL.
	yield Script("too large by its own word", session(
	    cmd("MAIL FROM:<a@example.net> SIZE=9999999"), RSET, send()))
	yield Script("an unknown command in each state", [STRANGE, EHLO,
	    STRANGE, FROM, STRANGE, TO, STRANGE, DATA, mail(PLAIN), STRANGE,
	    QUIT])
	yield Script("an unknown command without argument", session(
	    cmd("XYZZY")))
	yield Script("an unknown command in the mail, then RSET, NODATA",
	    session(FROM, TO, STRANGE, RSET), [["-P", "0x200"]])
	yield Script("commands that the gate does not pass", session(
	    cmd("ETRN example.org"), cmd("STARTTLS"), cmd("AUTH PLAIN"),
	    cmd("XCLIENT NAME=x"), cmd("HELP"),
	    cmd("EXPN user"), cmd("TURN")))
	yield Script("an IPv6 client", session(send()), client=NOPTR6)
	yield Script("an IPv6 client, two filters", session(send()),
	    [(), ()], client=NOPTR6)
	for what, client in (("a client with a name", common.CLIENT4),
	    ("a client with a forged name", common.FORGED4),
	    ("an IPv6 client with a name", common.CLIENT6)):
		yield Script(what, session(send()), [["-s", "connect=j _ "
		    "{client_name} {client_ptr} {client_resolve}"]],
		    client=client)


def leaving():
	states = (("after the greeting", []), ("after EHLO", [EHLO]),
	    ("after MAIL", [EHLO, FROM]), ("after RCPT", [EHLO, FROM, TO]),
	    ("after a mail", [EHLO, send()]),
	    ("after 354", [EHLO, FROM, TO, DATA]),
	    ("in the header", [EHLO, FROM, TO, DATA,
	    part(b"From: a\r\nSubject: b\r\nTo: c")]),
	    ("in the body", [EHLO, FROM, TO, DATA,
	    part(PLAIN.encode() + b"more\r\n" * 20)]))
	for name, steps in states:
		for how in ("close", "reset"):
			for n in (1, 2):
				if n == 2 and how == "reset":
					continue
				yield Script("client gone (%s) %s%s" % (how,
				    name, ", two filters" if n == 2 else ""),
				    [*steps, gone(how)], [()] * n)


# -------------------------------------------------------------------- contents

HEAD = "From: a@example.net\r\nSubject: s\r\n"


def body(n):
	"""A body of exactly n octets, CRLF at the end."""
	line = b"0123456789" * 7 + b"\r\n"
	lines = line * (n // len(line))
	rest = n - len(lines)
	if rest:
		lines = lines[:-2] + b"x" * rest + b"\r\n"
	return lines


CONTENTS = (
    ("no header", "\r\nonly a body\r\n"),
    ("no header and no blank line", "only a body\r\nof two lines\r\n"),
    ("nothing at all", ""),
    ("an empty line only", "\r\n"),
    ("no body", HEAD + "\r\n"),
    ("no blank line", HEAD),
    ("one field only", "Subject: s\r\n"),
    ("two empty lines as body", HEAD + "\r\n\r\n\r\n"),
    ("folded fields", HEAD + "X-Folded: one\r\n two\r\n\tthree\r\n"
	"X-At-Once:\r\n  below\r\n\r\nbody\r\n"),
    ("a fold of blanks only", HEAD + "X-Folded: one\r\n  \r\n two\r\n\r\n"
	"body\r\n"),
    ("blanks after the colon", HEAD + "X-None:none\r\nX-One: one\r\n"
	"X-Two:  two\r\nX-Tab:\ttab\r\nX-Both: \tboth\r\nX-Tail: tail  \t\r\n"
	"\r\nbody\r\n"),
    ("empty values", HEAD + "X-Empty:\r\nX-Blank: \r\nX-Blanks:  \r\n"
	"X-Tab:\t\r\nX-Empty:\r\n\r\nbody\r\n"),
    ("blanks before the colon", HEAD + "X-Before : value\r\n"
	"X-Tab\t: value\r\n\r\nbody\r\n"),
    ("a line that is no field among the fields", HEAD + "not a field\r\n"
	"X-After: it\r\n\r\nbody\r\n"),
    ("a first line with a blank in front", " Subject: s\r\nFrom: a\r\n"
	"\r\nbody\r\n"),
    ("From of an mbox", "From a@example.net Mon Jan  1 00:00:00 2024\r\n" +
	HEAD + "\r\nbody\r\n"),
    (">From of an mbox", ">From a@example.net Mon Jan  1 00:00:00 2024\r\n" +
	HEAD + "\r\nbody\r\n"),
    ("repeated fields", HEAD + "Received: from x\r\nReceived: from y\r\n"
	"SUBJECT: again\r\nsubject: and again\r\n\r\nbody\r\n"),
    ("8-bit octets", HEAD.encode() + b"X-8: \xe4\xf6\xfc \xff\r\n\r\n\xe4\x80"
	b"\xff\r\n"),
    ("control octets", HEAD.encode() + b"X-Control: a\x01b\x7fc\x1b\r\n\r\n"
	b"\x01\x02\x0b\x0c\x7f\r\n"),
    ("dots", HEAD + "\r\n.\r\n..\r\n.x\r\n...y\r\n . \r\n.\r\n"),
    ("a dot in the header", HEAD + ".x: y\r\n\r\nbody\r\n"),
    ("a long line", HEAD + "X-Long: " + "h" * 900 + "\r\n\r\n" + "b" * 990 +
	"\r\n"),
    ("lines beyond 998", HEAD + "X-Long: " + "h" * 3000 + "\r\n\r\n" +
	"b" * 2500 + "\r\n"),
    ("a line of 30000", HEAD + "\r\n" + "b" * 30000 + "\r\n"),
    ("a folded field of 20 KB", HEAD + "X-Fold: 0" + "".join(
	"\r\n %d" % n + "f" * 70 for n in range(280)) + "\r\n\r\nbody\r\n"),
    ("40 KB of header", HEAD + "".join("X-%d: %s\r\n" % (n, "v" * 90)
	for n in range(400)) + "\r\nbody\r\n"),
    ("300 KB of header", HEAD + "".join("X-%d: %s\r\n" % (n, "v" * 90)
	for n in range(3000)) + "\r\nbody\r\n"),
    ("300 KB of header, no body", HEAD + "".join("X-%d: %s\r\n" % (n,
	"v" * 90) for n in range(3000)) + "\r\n"),
    ("a field of 52 KB", HEAD + "X-Fold: 0" + "".join("\r\n %d" % n +
	"f" * 70 for n in range(700)) + "\r\n\r\nbody\r\n"),
    ("a body of 65535", HEAD.encode() + b"\r\n" + body(65535)),
    ("a body of 65536", HEAD.encode() + b"\r\n" + body(65536)),
    ("a body of 131070", HEAD.encode() + b"\r\n" + body(131070)),
    ("a body of 131071", HEAD.encode() + b"\r\n" + body(131071)),
    ("a CRLF across chunks", HEAD.encode() + b"\r\n" + body(65536) + b"tail"
	b"\r\n"),
    ("a Return-Path and a Bcc", "Return-Path: <x@example.net>\r\n" + HEAD +
	"Bcc: b@example.net\r\n\r\nbody\r\n"),
    ("a bare CR", HEAD + "X-CR: a\rb\r\n\r\nc\rd\r\n"),
    ("a bare LF", HEAD + "X-LF: a\nX-B: b\r\n\r\nc\nd\r\n"),
    ("a NUL in the header", HEAD + "X-NUL: a\0b\r\n\r\nbody\r\n"),
    ("a NUL in the body", HEAD + "\r\na\0b\r\n"),
    ("odd names", HEAD + "X!#$%&'*+-.^_`|~: v\r\nX\x80: v\r\n\r\nbody\r\n"),
    ("a MIME mail", HEAD + "MIME-Version: 1.0\r\nContent-Type: "
	'multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain'
	"\r\n\r\nx\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\n"
	"\r\nz\r\n--b--\r\n"),
)


def contents():
	for name, data in CONTENTS:
		yield Script("content: " + name, session(send(data)))
	for name, data in CONTENTS:
		if name in ("blanks after the colon", "empty values",
		    "folded fields", "no header", "nothing at all",
		    "blanks before the colon", "8-bit octets"):
			yield Script("content, HDR_LEADSPC: " + name,
			    session(send(data)), [["-P", "0x100000"]])
	yield Script("content: a folded field in two filters, one with "
	    "HDR_LEADSPC", session(send(dict(CONTENTS)["folded fields"])),
	    [["-P", "0x100000"], []])


# -------------------------------------------------------------------- verdicts

STAGES = ("connect", "helo", "mail", "rcpt", "data", "header", "eoh", "body",
    "eom", "unknown")
VERDICTS = ("accept", "reject", "tempfail", "discard", "550 5.7.9 No, thanks",
    "451 4.7.9 Not now", "550 5.7.9 First|Second|Third",
    "421 4.7.9 Go away", "421 4.7.9 Go|away")


def judged(stage):
	"""A session that comes to every stage twice."""
	if stage == "unknown":
		# Not before MAIL: what ACCEPT and DISCARD set there makes
		# Postfix panic at the next MAIL.
		return session(FROM, STRANGE, TO, DATA, mail(PLAIN), FROM, TO,
		    STRANGE, DATA, mail(OTHER))
	if stage == "data":
		# Never a second DATA after a refusal: libmilter would not
		# answer it to Postfix (section 4.8).
		return session(FROM, TO, TO2, DATA, mail(PLAIN), RSET, FROM, TO,
		    DATA, mail(OTHER), RSET)
	return session(send(rcpts=(TO, TO2)), send(OTHER))


def verdicts():
	for stage in STAGES:
		for v in VERDICTS:
			yield Script("%s: %s" % (stage, v), judged(stage),
			    [["-a", "%s=%s" % (stage, v)]])
	for stage, where in (("rcpt", "rcpt/user"), ("mail", "mail/a@"),
	    ("header", "header/X-Other"), ("body", "body/7"),
	    ("eom", "eom/body 7 ")):
		for v in ("accept", "reject", "tempfail", "discard",
		    "421 4.7.9 Go away"):
			yield Script("%s, one of them: %s" % (stage, v),
			    judged(stage), [["-a", "%s=%s" % (where, v)]])
	for stage in STAGES:
		for v in ("accept", "reject", "tempfail", "discard",
		    "550 5.7.9 No, thanks", "421 4.7.9 Go away"):
			for n in (0, 1):
				filters = [[], []]
				filters[n] = ["-a", "%s=%s" % (stage, v)]
				yield Script("%s: %s by filter %d of 2" %
				    (stage, v, n), judged(stage), filters)
	for v in ("reject", "tempfail", "550 5.7.9 No, thanks",
	    "421 4.7.9 Go away"):
		yield Script("unknown, outside a mail: " + v, [STRANGE, EHLO,
		    STRANGE, send(), STRANGE, send(OTHER), QUIT],
		    [["-a", "unknown=" + v]])
	for stage in ("mail", "rcpt", "unknown"):
		for n in (0, 1):
			filters = [[], []]
			filters[n] = ["-a", stage + "#1=discard"]
			yield Script("%s: discard by filter %d of 2, and an "
			    "unknown command" % (stage, n), session(FROM, TO,
			    STRANGE, TO2, STRANGE, DATA, mail(PLAIN), STRANGE,
			    send(OTHER)), filters)
	yield Script("data: reject, and on with MAIL", session(FROM, TO, DATA,
	    FROM, RSET, send()), [["-a", "data=reject"]])
	yield Script("reject at helo, of another name not", [
	    cmd("EHLO bad.example.net"), FROM, EHLO, send(), RSET, QUIT],
	    [["-a", "helo/bad=reject"]])
	yield Script("pipelined, a recipient refused by a filter", [EHLO,
	    pipe(FROM.what, TO.what, TO2.what, "DATA"), mail(PLAIN), QUIT],
	    [["-a", "rcpt/second=reject"]])
	yield Script("all recipients refused by a filter", session(FROM, TO,
	    TO2, DATA, RSET, send()), [["-a", "rcpt=550 5.7.1 no"]])
	still = ["-A", "0"]	# may not edit: the next is fed with it
	yield Script("two filters, the first may not edit", judged("eom"),
	    [still, []])
	yield Script("two filters, the first may not edit, 200000 octets",
	    session(send(CONTENTS_LARGE)), [still, []])
	for stage in ("header", "eoh", "body", "eom"):
		for v in ("accept", "reject"):
			yield Script("two filters, the first may not edit, the "
			    "second says %s: %s" % (stage, v), judged(stage),
			    [still, ["-a", "%s=%s" % (stage, v)]])
			yield Script("two filters, the first may not edit and "
			    "says %s: %s" % (stage, v), judged(stage), [still +
			    ["-a", "%s=%s" % (stage, v)], []])
	yield Script("two filters, the first may not edit, both refuse",
	    judged("eom"), [still + ["-a", "eom=550 5.7.8 the first"],
	    ["-a", "header/From=550 5.7.9 the second"]])
	yield Script("quarantine", session(send()), [["-e", "quarantine bad"]])
	yield Script("quarantine, then reject", session(send()), [["-e",
	    "quarantine bad", "-a", "eom=reject"]])


# ----------------------------------------------------------------- negotiation

NO = {"NOCONNECT": 1, "NOHELO": 2, "NOMAIL": 4, "NORCPT": 8, "NOBODY": 0x10,
    "NOHDRS": 0x20, "NOEOH": 0x40, "NOUNKNOWN": 0x100, "NODATA": 0x200}
NR = {"NR_HDR": 0x80, "NR_CONN": 0x1000, "NR_HELO": 0x2000, "NR_MAIL": 0x4000,
    "NR_RCPT": 0x8000, "NR_DATA": 0x10000, "NR_UNKN": 0x20000,
    "NR_EOH": 0x40000, "NR_BODY": 0x80000}


def negotiated():
	full = [EHLO, STRANGE, send(rcpts=(TO, TO2)), FROM, RSET, send(OTHER),
	    QUIT]
	for name, bit in {**NO, **NR, "SKIP": 0x400, "RCPT_REJ": 0x800,
	    "HDR_LEADSPC": 0x100000, "all NR": 0xff080, "all NO": 0x37f,
	    "all NO but body": 0x36f, "as OpenDKIM": 0x100702}.items():
		yield Script("negotiated: " + name, full, [["-P", hex(bit)]])
	yield Script("negotiated: SKIP at body", session(send(CONTENTS_LARGE),
	    send(CONTENTS_LARGE)), [["-P", "0x400", "-a", "body=skip"]])
	yield Script("negotiated: SKIP at body of the second of two filters",
	    session(send(CONTENTS_LARGE)), [[], ["-P", "0x400", "-a",
	    "body=skip"]])
	for bits in (0x40, 0x50):
		yield Script("negotiated: no EOH, NO %x, and no header" % bits,
		    session(send(dict(CONTENTS)["no header"])),
		    [["-P", hex(bits)]], given=given("no header",
		    filters=[["-P", hex(bits & ~0x40)]]))
	yield Script("negotiated: no EOH, no DATA, and no header",
	    session(send(dict(CONTENTS)["no header"])), [["-P", "0x240"]])
	yield Script("negotiated: all NR, a mail of 131071", session(send(
	    dict(CONTENTS)["a body of 131071"])), [["-P", "0xff080"]])
	yield Script("negotiated: all NR, and two filters", full,
	    [["-P", "0xff080"], []])
	every = "i j v _ {daemon_name} {daemon_addr} {client_addr} " \
	    "{mail_addr} {rcpt_addr}"
	for stage in ("connect", "helo", "mail", "rcpt", "data", "eoh", "eom"):
		yield Script("SETSYMLIST: %s" % stage, session(send()),
		    [["-s", stage + "=" + every]])
	yield Script("SETSYMLIST: all stages", session(send()), [sum((["-s", s +
	    "=i j {daemon_addr} {rcpt_addr} {mail_addr}"] for s in ("connect",
	    "helo", "mail", "rcpt", "data", "eoh", "eom")), [])])
	yield Script("SETSYMLIST: what the client is", session(send()),
	    [["-s", "connect={client_addr} {client_name} {client_port} "
	    "{client_ptr} {client_resolve} {daemon_port} _"]])
	yield Script("SETSYMLIST: what the client is, IPv6", session(send()),
	    [["-s", "connect={client_addr} {client_name} {client_port} "
	    "{client_ptr} {client_resolve} {daemon_port} _"]],
	    client=NOPTR6)


CONTENTS_LARGE = HEAD.encode() + b"\r\n" + body(200000)
