"""Wanted differences (see lib/diffrules.py) in what filters are sent: macros
and events."""

import functools
import re

from common import must
from diffrules import rule
from diffrun import protocol
from difftap import Ev

DEFAULT = {"C": "j {daemon_name} {daemon_addr} v _", "H": "{tls_version} "
    "{cipher} {cipher_bits} {cert_subject} {cert_issuer}",
    "M": "i {auth_type} {auth_authen} {auth_author} {mail_addr} {mail_host} "
    "{mail_mailer}", "R": "i {rcpt_addr} {rcpt_host} {rcpt_mailer}", "T": "i",
    "N": "i", "E": "i"}
STAGE = {"connect": "C", "helo": "H", "mail": "M", "rcpt": "R", "data": "T",
    "eoh": "N", "eom": "E"}


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


def knows_no_data(events):
	"""The filter said a version without DATA."""
	return any(e.cmd == "O" and e.said[:4] in (b"\0\0\0\2", b"\0\0\0\3")
	    for e in events)


def drop_empty(r):
	for events in r.filters:
		events[:] = [e for e in events if e.cmd != "D" or e.pairs]


@rule("postfix", "8.2, _", "sent")
def underscore(r):
	"""{_} of a client without PTR is [address], without `unknown'"""
	for _, e in macros(r):
		if e.pairs.get("_", "").startswith("unknown ["):
			e.pairs["_"] = e.pairs["_"][8:]


@functools.cache
def mail_version():
	return must("postconf", "-d", "-h", "mail_version").decode().strip()


@rule("gate", "8.2, v", "sent")
def version(r):
	"""{v} names the program"""
	for _, e in macros(r):
		if re.match(r"spsmtpgate \d+\.\d+", e.pairs.get("v", "")):
			e.pairs["v"] = "Postfix " + mail_version()


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


@rule("gate", "8.2, refused recipient", "sent")
def refused_rcpt(r):
	"""RCPT_REJ: {rcpt_addr} is the text of the backend's reply"""
	for _, e in macros(r):
		if e.pairs.get("{rcpt_mailer}") == "error":
			e.pairs["{rcpt_addr}"] = re.sub("^<[^>]*>: ", "",
			    e.pairs["{rcpt_addr}"])


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
