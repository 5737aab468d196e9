"""Wanted differences (see lib/diffrules.py) in contents: those that are
refused, how filters get them, and the mails that come out."""

import re

from diffrules import rule
from difftap import Ev


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


@rule("postfix", "9.1", "mails")
def own_received(r):
	"""the Received field of Postfix itself"""
	for m in r.mails:
		m.data = re.sub(rb"^((?:(?!Received:)[^\r\n]+\r\n)*?)"
		    rb"Received: from [^\r\n]*\r\n\tby postfix\.example\.org "
		    rb"\(Postfix\) with (?:E?SMTP|UTF8SMTP) id \w+;?\r\n"
		    rb"\t[^\r\n]*\r\n", rb"\1", m.data, 1)


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
