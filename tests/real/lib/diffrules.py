"""The differences between Postfix and the gate that are wanted.

Each is a Rule: what it is, the place that says so (a row of the table "where
the two MTAs differ, and the choice", or a section, of the notes on the milter
protocol that the gate is written from), and a function that makes the recording
of one side look like the other's.  What the rules leave over must be equal, and
a rule that changed nothing in a whole run is one too many.

A rule must be as narrow as its reason: it is told no names of scripts, and it
looks at what was asked, not at what the other side did.

Some differences are in what a filter or a client may do to the one and not to
the other.  For them a script has a Given (lib/diffcases.py): what Postfix is
given instead, so that it does what the gate is wanted to do.
"""

import re

from difftap import Ev, text
from diffrun import protocol

HOST = "postfix.example.org"
RULES = []
DEFAULT = {"C": "j {daemon_name} {daemon_addr} v _", "H": "{tls_version} "
    "{cipher} {cipher_bits} {cert_subject} {cert_issuer}",
    "M": "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} "
    "{mail_mailer}", "R": "i {rcpt_addr} {rcpt_host} {rcpt_mailer}", "T": "i",
    "N": "i", "E": "i"}
STAGE = {"connect": "C", "helo": "H", "mail": "M", "rcpt": "R", "data": "T",
    "eoh": "N", "eom": "E"}


class Rule:
	def __init__(self, side, where, parts, f):
		self.side = side
		self.where = where
		self.parts = parts
		self.what = " ".join(f.__doc__.split())
		self.f = f
		self.used = []		# names of scripts


def rule(side, where, *parts):
	"""For a function that changes these parts of that side's recording."""
	def add(f):
		RULES.append(Rule(side, where, parts, f))
		return f
	return add


class Given:
	"""What Postfix is given instead, since the two differ by this row.
	impatient: without it Postfix waits for a filter, in vain."""
	def __init__(self, where, what, impatient=False):
		self.where = where
		self.what = what
		self.impatient = impatient
		self.used = []


def apply(side, r):
	"""Apply the rules of a side; notes which did something."""
	before = {part: r.mark(part) for part in r.PARTS}
	for rule in RULES:
		if rule.side != side:
			continue
		rule.f(r)
		for part in rule.parts:
			after = r.mark(part)
			if after != before[part]:
				before[part] = after
				if rule.used[-1:] != [r.script.name]:
					rule.used.append(r.script.name)
	for part in r.PARTS:
		assert before[part] == r.mark(part), \
		    "a rule changes %s and does not say so" % part


def macros(r):
	for k, events in enumerate(r.filters):
		for e in events:
			if e.cmd == "D":
				yield k, e


def own_lists(r, k):
	"""The stages for which filter k gave a list of its own."""
	options = r.script.filters[k]
	return {STAGE[b.split("=")[0]]: b.split("=", 1)[1].split() for a, b in
	    zip(options, options[1:]) if a == "-s"}


def said(e):
	"""The lines of the reply that a filter gave to an event."""
	return [text(n) for n in e.said.rstrip(b"\0").split(b"\r\n")]


def knows_no_data(events):
	"""The filter said a version without DATA."""
	return any(e.cmd == "O" and e.said[:4] in (b"\0\0\0\2", b"\0\0\0\3")
	    for e in events)


def drop_empty(r):
	for events in r.filters:
		events[:] = [e for e in events if e.cmd != "D" or e.pairs]


# ---------------------------------------------------------------------- macros

@rule("postfix", "8.2, _", "sent")
def underscore(r):
	"""{_} of a client without PTR is [address], without `unknown'"""
	for _, e in macros(r):
		if e.pairs.get("_", "").startswith("unknown ["):
			e.pairs["_"] = e.pairs["_"][8:]


@rule("gate", "8.2, v", "sent")
def version(r):
	"""{v} names the program"""
	for _, e in macros(r):
		if re.match(r"spsmtpgate \d+\.\d+", e.pairs.get("v", "")):
			e.pairs["v"] = "Postfix 3.7.11"


@rule("gate", "8.2, {daemon_name}", "sent")
def daemon_name(r):
	"""{daemon_name} is the configured name, by default MTA"""
	for _, e in macros(r):
		if e.pairs.get("{daemon_name}") == "MTA":
			e.pairs["{daemon_name}"] = "postfix.example.org"


@rule("gate", "8.2, {mail_host}, {rcpt_host}", "sent")
def next_hop(r):
	"""{mail_host}, {rcpt_host} are the backend"""
	for _, e in macros(r):
		for name in ("{mail_host}", "{rcpt_host}"):
			if e.pairs.get(name) == "127.0.0.1:BACKEND":
				e.pairs[name] = "[127.0.0.1]:SINK"


@rule("postfix", "i at MAIL", "sent")
def i_at_mail(r):
	"""{i} is there from MAIL on, not from the first accepted RCPT"""
	for k, e in macros(r):
		if e.args[0] in "MR" and e.args[0] not in own_lists(r, k):
			e.pairs.setdefault("i", "ID")


@rule("postfix", "8.1, end", "sent")
def i_with_lists(r):
	"""a list of the filter's own for MAIL and later is sent with {i}"""
	for k, e in macros(r):
		if e.args[0] in "MRTNE" and own_lists(r, k).get(e.args[0]):
			e.pairs.setdefault("i", "ID")


@rule("gate", "8.1", "sent")
def default_lists(r):
	"""the default list of a stage has more names"""
	for k, e in macros(r):
		if e.args[0] not in own_lists(r, k):
			names = DEFAULT.get(e.args[0], "").split()
			for name in list(e.pairs):
				if name not in names:
					del e.pairs[name]
	drop_empty(r)


@rule("postfix", "macros before HEADER/BODY", "sent")
def inner_macros(r):
	"""no macros before HEADER and BODY"""
	for events in r.filters:
		events[:] = [e for e in events if e.cmd != "D" or
		    e.args[0] not in "LB"]


@rule("gate", "4.1", "sent")
def eoh_macros(r):
	"""macros of EOH are sent even if EOH is not, as for other stages"""
	for k, events in enumerate(r.filters):
		if protocol(r, k) & 0x40:
			events[:] = [e for e, after in zip(events, events[1:] +
			    [Ev("")]) if e.cmd != "D" or e.args[0] != "N" or
			    after.cmd == "N"]


@rule("gate", "4.1", "sent")
def old_data_macros(r):
	"""macros of DATA are sent even if the filter is too old for DATA"""
	if any(e.cmd == "T" for events in r.filters for e in events):
		return
	for k, events in enumerate(r.filters):
		if knows_no_data(events):
			events[:] = [e for e in events if e.cmd != "D" or
			    e.args[0] != "T"]


@rule("gate", "4.1", "sent")
def skipped_macros(r):
	"""macros of RCPT are sent even after the filter said SKIP to it"""
	for events in r.filters:
		if any(e.cmd == "R" and e.answer == "s" for e in events):
			events[:] = [e for e, after in zip(events, events[1:] +
			    [Ev("")]) if e.cmd != "D" or e.args[0] != "R" or
			    after.cmd == "R"]


@rule("gate", "8.2, {mail_addr}, {rcpt_addr}", "sent")
def late_addresses(r):
	"""{mail_addr} and {rcpt_addr} can be asked for at EOH and EOM"""
	for k, e in macros(r):
		if e.args[0] in "NE" and e.args[0] in own_lists(r, k):
			e.pairs.pop("{mail_addr}", None)
			e.pairs.pop("{rcpt_addr}", None)


@rule("postfix", "8.2, i j v", "sent")
def bare_letters(r):
	"""a single letter is sent bare, however the filter asked for it"""
	for _, e in macros(r):
		for name in list(e.pairs):
			if re.fullmatch(r"\{.\}", name):
				e.pairs[name[1]] = e.pairs.pop(name)


@rule("gate", "8.2, {rcpt_addr}", "sent")
def route(r):
	"""{rcpt_addr} is the address as given, with its source route"""
	for _, e in macros(r):
		if "{rcpt_addr}" in e.pairs:
			e.pairs["{rcpt_addr}"] = re.sub("^@[^:]*:", "",
			    e.pairs["{rcpt_addr}"])


@rule("postfix", "undefined macro", "sent")
def empty_macros(r):
	"""no macro is sent with an empty value"""
	for _, e in macros(r):
		for name in list(e.pairs):
			if e.pairs[name] == "":
				del e.pairs[name]


@rule("postfix", "macro packet without pairs", "sent")
def no_pairs(r):
	"""no macro packet without a macro in it"""
	drop_empty(r)


# ---------------------------------------------------------------------- events

def in_message(events):
	"""For each event, whether the filter is inside a message before it."""
	inside = False
	for e in events:
		yield inside
		if e.cmd == "D" and e.args[0] == "M":
			inside = True
		elif e.cmd == "M":
			inside = e.answer in (None, "c")
		elif e.cmd in "TLNBE" and e.answer not in (None, "c", "s"):
			inside = False
		elif e.cmd in "RU" and e.answer == "a":
			# DISCARD to them leaves libmilter inside (4.8).
			inside = False
		elif e.cmd == "E":
			inside = False
		elif e.cmd == "A":
			inside = False


@rule("postfix", "ABORT after good message", "sent", "called")
def spare_abort(r):
	"""ABORT only to a filter that is inside a message"""
	for sent, calls in zip(r.filters, r.calls):
		for events in sent, calls:
			events[:] = [e for e, inside in
			    list(zip(events, in_message(events)))
			    if e.cmd != "A" or inside]


@rule("postfix", "ABORT vs HELO order", "sent", "called")
def abort_helo(r):
	"""ABORT comes before HELO, not after"""
	for k, (events, calls) in enumerate(zip(r.filters, r.calls)):
		for n in range(len(events) - 1):
			if events[n].cmd != "H" or events[n + 1].cmd != "A":
				continue
			events[n:n + 2] = [events[n + 1], events[n]]
			# After UNKNOWN libmilter takes HELO without a word.
			before = [c for c in calls if c.at < events[n + 1].at]
			if before and before[-1].cmd == "U" and \
			    not protocol(r, k) & 4:
				calls.insert(len(before), Ev("A"))


@rule("gate", "UNKNOWN payload", "sent", "called")
def unknown_line(r):
	"""UNKNOWN carries the whole line, not the verb"""
	for events in r.filters + r.calls:
		for e in events:
			if e.cmd == "U":
				e.args[0] = e.args[0].split(" ")[0]


@rule("postfix", "UNKNOWN payload: not if it would hang", "sent", "called")
def unknown_hangs(r):
	"""no UNKNOWN inside a mail to a filter that wants no DATA"""
	for k, (events, calls) in enumerate(zip(r.filters, r.calls)):
		if not protocol(r, k) & 0x200:
			continue
		for found in events, calls:
			found[:] = [e for e, inside in
			    list(zip(found, in_message(found)))
			    if e.cmd != "U" or not inside]


@rule("postfix", "4.2", "sent", "called")
def known_verbs(r):
	"""UNKNOWN only for verbs that are not known: EXPN, HELP, TURN are"""
	for events in r.filters + r.calls:
		events[:] = [e for e in events if e.cmd != "U" or
		    e.args[0] not in ("EXPN", "HELP", "TURN")]


@rule("postfix", "4.4", "sent", "called")
def brackets(r):
	"""an address without brackets gets them"""
	for events in r.filters + r.calls:
		for e in events:
			if e.cmd in "MR" and e.args[0][0] != "<":
				e.args[0] = "<%s>" % e.args[0]


@rule("postfix", "when to connect", "sent", "called", "turns")
def connect_all(r):
	"""all filters are connected before the first is asked"""
	offers = [t for t in r.turns if t[0] == "O"]
	if r.filters[1:] == [[]]:
		# A refusal at CONNECT kept it from the second.
		offers += ["O 1"] if offers else []
		r.filters[1] += [Ev("O", r.filters[0][0].args), Ev("Q")]
		r.calls[1] += [Ev("O", r.calls[0][0].args), Ev("Q")]
	r.turns = offers + [t for t in r.turns if t[0] != "O"]


@rule("postfix", "accepted connection", "sent")
def quit_at_once(r):
	"""QUIT to a filter that accepted the connection"""
	for events in r.filters:
		if events[-1:] and events[-1].cmd == "(closed)" and \
		    any(e.cmd in "CH" and e.answer == "a" for e in events):
			events[-1] = Ev("Q")


@rule("postfix", "SHUTDOWN '4' from wire", "sent", "called")
def quit_shutdown(r):
	"""ABORT and QUIT to a filter that said SHUTDOWN"""
	for events, calls in zip(r.filters, r.calls):
		if events[-2:-1] and events[-2].answer == "4" and \
		    events[-1].cmd == "(closed)":
			last = events[-2].cmd
			events[-1] = Ev("Q")
			if last in "RU":
				events.insert(-1, Ev("A"))
			if last == "U":
				calls.insert(-1, Ev("A"))


@rule("postfix", "DATA refused by filter", "sent", "called", "client")
def data_refused(r):
	"""a transaction whose DATA a filter refused is over: MAIL is next"""
	if not any(e.cmd == "T" and e.answer in ("r", "t", "y")
	    for events in r.filters for e in events):
		return
	steps = [what for what, _ in r.client]
	for n, (what, reply) in enumerate(r.client):
		if what[:4] != "MAIL" or reply != \
		    ["503 5.5.1 Error: nested MAIL command"] or \
		    steps[n - 1] != "DATA" or \
		    r.client[n - 1][1][0][:1] not in "45":
			continue
		reply[:] = ["250 2.1.0 Ok"]
		for events in r.filters + r.calls:
			t = [n for n, e in enumerate(events) if e.cmd == "T"][0]
			m = [n for n, e in enumerate(events) if e.cmd == "M"][0]
			start = m - 1 if events[m - 1].cmd == "D" else m
			events[t + 1:t + 1] = events[start:m + 1] + [Ev("A")]


@rule("postfix", "5.4", "client")
def reply_lf(r):
	"""a lone LF between lines of a filter's reply becomes CRLF"""
	for what, reply in r.client:
		reply[:] = [n for line in reply for n in line.split("\\n")]


def refused(r):
	"""What refuses the session, at CONNECT or HELO: (filter, event)."""
	bad = ["r", "t", "y", "4"]
	if r.script.flags:	# what happens when the filter fails
		bad += ["f", "Z", "close"]
	for k, events in enumerate(r.filters):
		for e in events:
			if e.cmd in "CH" and e.answer in bad or e.cmd == "O" \
			    and r.script.flags and (e.answer != "O" or
			    bad_options(e)):
				return k, e
	return None, None


@rule("postfix", "after a refusal at CONNECT/HELO", "sent", "called", "turns")
def refused_events(r):
	"""a refusal at CONNECT or HELO: QUIT to all filters, no more events"""
	k, at = refused(r)
	if at is None:
		return
	for n, (events, calls) in enumerate(zip(r.filters, r.calls)):
		if n == k and at.answer not in ("r", "t", "y", "4"):
			continue	# it has failed, and is gone
		if events[0].at > at.at:
			continue	# connected by another rule
		for found in events, calls:
			found[:] = [e for e in found if e.at <= at.at and
			    e.cmd not in ("Q", "(closed)")] + [Ev("Q")]
			if at.cmd == "H" and found[-2].cmd != "H" and \
			    list(in_message(found))[-1]:
				found.insert(-1, Ev("A"))
		if at.cmd == "H" and events[-2].cmd == "H" and \
		    list(in_message(events))[-2]:
			events.insert(-2, Ev("A"))
	nth = [e for e in r.filters[k] if e.cmd == at.cmd].index(at)
	for n, t in enumerate(r.turns):
		if t == "%s %d" % (at.cmd, k):
			if nth == 0:
				del r.turns[n + 1:]
			nth -= 1


def bad_options(e):
	"""An answer to the negotiation that means failure to both."""
	return len(e.said) < 12 or e.said[:4] > b"\0\0\0\6" or \
	    e.said[4:7] > b"\0\0\1"


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


# --------------------------------------------------------------------- replies

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


def body_refused(r, reply, closes=False):
	"""As if the (only) mail had been refused for its octets."""
	for n, (what, said) in enumerate(r.client):
		if what.startswith("(mail "):
			said[:] = [reply]
			if closes:
				r.client[n + 1][1][:] = ["(closed)"]
	for events in r.filters + r.calls:
		cut = [n for n, e in enumerate(events) if e.cmd in "LNBE" or
		    e.cmd == "D" and e.args[0] in "NE"]
		events[cut[0]:cut[-1] + 1] = [Ev("A")]
	r.turns = [t for t in r.turns if t[0] != "E"]
	del r.mails[:]


def octets(r):
	for s in r.script.steps:
		if s.kind == "mail":
			return s.what
	return b""


@rule("postfix", "9.4", "sent", "called", "turns", "client", "mails")
def bare_newline(r):
	"""a bare CR or LF is refused, and the session ends"""
	if re.search(rb"\r(?!\n)|(?<!\r)\n", octets(r)):
		body_refused(r, "550 5.5.2 Bare <CR> or <LF> in the message; "
		    "lines must end with <CR><LF>", True)


@rule("postfix", "NUL in a header",
    "sent", "called", "turns", "client", "mails")
def nul(r):
	"""a NUL is refused"""
	if b"\0" in octets(r):
		body_refused(r, "550 5.6.0 NUL octet in the message")


# ---------------------------------------------------------------------- mail in

@rule("gate", "4.2", "sent", "called")
def fed_early(r):
	"""the first filter is fed while the mail arrives"""
	if not any(s.kind == "part" for s in r.script.steps):
		return
	for events in r.filters + r.calls:
		while any(e.cmd in "LNB" for e in events):
			n = max(n for n, e in enumerate(events)
			    if e.cmd in "LNB")
			del events[n]
			if events[n - 1].cmd == "D" and \
			    events[n - 1].args[0] == "N":
				del events[n - 1]


def fnv(data):
	digest = 0xcbf29ce484222325
	for c in data:
		digest = (digest ^ c) * 0x100000001b3 % (1 << 64)
	return "%016x" % digest


@rule("postfix", "mbox `From ' line before the headers",
    "sent", "called", "mails")
def mbox(r):
	"""no field is made of an mbox line: the body begins there"""
	data = octets(r)
	if not re.match(b">?From ", data):
		return
	for events in r.filters + r.calls:
		events[:] = [e for e in events if e.cmd != "L"]
		for e in events:
			if e.cmd == "B":
				e.args = [str(len(data))]
			elif e.cmd == "E" and e.args:
				e.args = ["body %d %s" % (len(data), fnv(data))]
	for m in r.mails:
		m.data = b"\r\n" + data


# ------------------------------------------------------------ who the client is

@rule("postfix", "8.2, _", "sent")
def underscore6(r):
	"""{_}: the literal of an IPv6 client has the tag"""
	for _, e in macros(r):
		if "_" in e.pairs:
			e.pairs["_"] = re.sub(r"\[(?=[0-9a-f]*:)", "[IPv6:",
			    e.pairs["_"])


@rule("postfix", "8.2, {daemon_addr}", "sent")
def daemon_addr6(r):
	"""{daemon_addr}: an IPv6 address has the tag"""
	for _, e in macros(r):
		if ":" in e.pairs.get("{daemon_addr}", ""):
			e.pairs["{daemon_addr}"] = "IPv6:" + \
			    e.pairs["{daemon_addr}"]


@rule("postfix", "8.2, {client_name}", "sent")
def client_name(r):
	"""{client_name}, {client_ptr} without a name are [address]"""
	address = "[%s%s]" % ("IPv6:" if r.script.ipv6 else "", r.script.client)
	for _, e in macros(r):
		for name in ("{client_name}", "{client_ptr}"):
			if e.pairs.get(name) == "unknown":
				e.pairs[name] = address


# ----------------------------------------------------------------------- mails

@rule("postfix", "9.1", "mails")
def own_received(r):
	"""the Received field of Postfix itself"""
	for m in r.mails:
		m.data = re.sub(rb"^((?:(?!Received:)[^\r\n]+\r\n)*?)"
		    rb"Received: from [^\r\n]*\r\n\tby postfix\.example\.org "
		    rb"\(Postfix\) with (?:E?SMTP|UTF8SMTP) id \w+;?\r\n"
		    rb"\t[^\r\n]*\r\n", rb"\1", m.data, 1)


@rule("gate", "8.2, refused recipient", "sent")
def refused_rcpt(r):
	"""RCPT_REJ: {rcpt_addr} is the text of the backend's reply"""
	for _, e in macros(r):
		if e.pairs.get("{rcpt_mailer}") == "error":
			e.pairs["{rcpt_addr}"] = re.sub("^<[^>]*>: ", "",
			    e.pairs["{rcpt_addr}"])


@rule("gate", "recipients that differ in case", "mails")
def duplicates(r):
	"""recipients are passed as typed, not sorted and once each"""
	for m in r.mails:
		found = {}
		for a, ps in m.rcpts:
			found.setdefault(a.lower(), (a, ps))
		m.rcpts = [found[k] for k in sorted(found)]


@rule("gate", "6.5, ESMTP parameters", "mails")
def parameters(r):
	"""parameters are passed as typed, not made anew"""
	for m in r.mails:
		m.sender = m.sender[0], sorted(p if "=" not in p else
		    p.split("=")[0].upper() + "=" + (p.split("=")[1].upper() if
		    p[:5].upper() == "BODY=" else p.split("=", 1)[1])
		    for p in m.sender[1] if p[:5].upper() != "SIZE=")
		m.rcpts = [(a, sorted(ps, reverse=True)) for a, ps in m.rcpts]


@rule("gate", "6.5, ESMTP parameters", "mails")
def mail_route(r):
	"""a source route is passed as given"""
	for m in r.mails:
		m.rcpts = [(re.sub("^<@[^:]*:", "<", a), ps)
		    for a, ps in m.rcpts]


@rule("postfix", "6.5", "mails")
def own_parameters(r):
	"""SIZE and ORCPT that Postfix's client adds"""
	for m in r.mails:
		m.sender = m.sender[0], [p for p in m.sender[1]
		    if not p.startswith("SIZE=")]
		m.rcpts = [(a, [p for p in ps if p != "ORCPT=rfc822;" +
		    a.strip("<>") and not p.startswith("ORCPT=rfc822;@")])
		    for a, ps in m.rcpts]


@rule("postfix", "header without body", "mails")
def separator(r):
	"""the line between header and body is always there"""
	for m in r.mails:
		if not m.data.startswith(b"\r\n") and b"\r\n\r\n" not in m.data:
			m.data += b"\r\n"


@rule("gate", "blanks before the colon of a header", "mails")
def before_colon(r):
	"""blanks before the colon stay in the mail"""
	for m in r.mails:
		if m.data.startswith(b"\r\n"):
			continue
		head, blank, body = m.data.partition(b"\r\n\r\n")
		m.data = re.sub(rb"(?m)^([!-9;-~]+)[ \t]+:", rb"\1:", head) + \
		    blank + body


@rule("postfix", "message lines >998", "mails")
def wrapped(r):
	"""no line is wrapped"""
	for m in r.mails:
		m.data = re.sub(rb"(?m)^([^\r\n]{998})\r\n ", rb"\1", m.data)
		while re.search(rb"[^\r\n]{999}", m.data):
			old = m.data
			m.data = re.sub(rb"([^\r\n]{999,})\r\n ", rb"\1", old)
			if m.data == old:
				break
