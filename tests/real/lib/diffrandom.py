"""Scripts made by chance, the same in every run: see lib/diffcases.py.

They stay away from what Postfix does not survive or cannot be compared in: a
DATA after a refused one and a mail without header for a filter without EOH make
it wait for answers that libmilter does not give (section 4.8); ACCEPT or DISCARD
to an UNKNOWN outside of a mail make it panic; after DISCARD it does not tell
filters of EHLO, and refuses recipients that the gate does not ask for any more;
and where a filter gives no answers nobody knows what came before its neighbour's
refusal.
"""

import random

from diffcases import (BAD, CONTENTS, DATA, EDITED, EHLO, FROM, NOOP, NR, OTHER,
    PLAIN, QUIT, RSET, STAGES, STRANGE, TO, TO2, VERDICTS, send)
from diffedits import at_random, replace
from diffrun import Script, cmd, gone, mail, pipe

BITS = (1, 2, 4, 8, 0x10, 0x20, 0x80, 0x100, 0x800, 0x1000, 0x2000, 0x4000, 0x8000,
    0x10000, 0x20000, 0x40000, 0x80000, 0x100000)
ALL_NR = sum(NR.values())
NR_OF = {"connect": 0x1000, "helo": 0x2000, "mail": 0x4000, "rcpt": 0x8000,
    "data": 0x10000, "header": 0x80, "eoh": 0x40000, "body": 0x80000, "eom": 0,
    "unknown": 0x20000}
WHEN = {"rcpt": ("", "#1", "#2", "/second", "/user"),
    "header": ("", "#3", "/X-Other", "/Subject")}
SMALL = [PLAIN, OTHER, EDITED] + [data for name, data in CONTENTS
    if len(data) < 3000 and "bare" not in name and "NUL" not in name and
    "mbox" not in name]


class Filters:
	"""Options for one or two filters, and what to keep away from."""
	def __init__(self, rnd):
		self.discards = self.refuses_data = self.refuses_session = False
		self.options = [self.one(rnd) for _ in range(rnd.choice((1, 1,
		    2)))]
		for o in self.options:
			if "-P" in o and self.refuses_session:
				at = o.index("-P") + 1
				o[at] = hex(int(o[at], 16) & ~ALL_NR)

	def one(self, rnd):
		options = []
		bits = sum(b for b in BITS if rnd.random() < 0.12) \
		    if rnd.random() < 0.5 else 0
		for _ in range(rnd.choice((0, 1, 1, 2))):
			stage = rnd.choice(STAGES)
			if stage in ("connect", "helo") and rnd.random() < 0.7:
				continue
			answer = rnd.choice([v for v in VERDICTS if
			    stage != "unknown" or v[:1] in "rt54"])
			self.discards |= answer == "discard"
			self.refuses_data |= stage == "data"
			self.refuses_session |= stage in ("connect", "helo")
			bits &= ~NR_OF[stage]
			options += ["-a", "%s%s=%s" % (stage, rnd.choice(
			    WHEN.get(stage, ("", "", "#1", "#2"))), answer)]
		if rnd.random() < 0.3:
			options += at_random(rnd.random())
		return options + (["-P", hex(bits)] if bits else [])


def steps(rnd, f):
	"""What a client does, in any order."""
	bad = TO2 if f.discards else BAD
	rcpts = [(TO,), (TO, TO2), (TO, bad), (bad, TO), (bad,), (TO2, TO)]
	hello = [EHLO, cmd("HELO d.example.net"), cmd("EHLO e.example.net")]

	def whole():
		s = send(rnd.choice(SMALL), rcpts=rnd.choice(rcpts))
		return s + [RSET] if f.refuses_data or rnd.random() < 0.2 else s
	found = [EHLO] if rnd.random() < 0.95 else []
	for _ in range(rnd.randint(2, 14)):
		found += rnd.choices((whole, lambda: [FROM],
		    lambda: [rnd.choice((TO, TO2, bad))], lambda: [RSET],
		    lambda: [NOOP], lambda: [STRANGE],
		    lambda: [] if f.discards else [rnd.choice(hello)],
		    lambda: [pipe(FROM.what, TO.what, TO2.what, "RSET")],
		    lambda: [DATA, mail(rnd.choice(SMALL)), RSET]),
		    (35, 10, 10, 10, 5, 10, 8, 4, 8))[0]()
	return found + [rnd.choice((QUIT, QUIT, QUIT, gone()))]


def dialogues(count=250):
	for n in range(count):
		rnd = random.Random(n)
		f = Filters(rnd)
		yield Script("random dialogue %d" % n, steps(rnd, f), f.options)


LINES = (b"X-A: a", b"X-B:b", b"x-c:  two", b"X-D:\ttab", b"X-E:", b"X-F: ",
    b" continued", b"\tcontinued", b"  ", b"\t", b"Subject: s", b"From: f",
    b"To: t", b"Received: from x by y; z", b"nofield", b"no field: x",
    b"X Y: z", b":empty", b": x", b"-: x", b"X-8: \xe4\xff", b"\xe4: x",
    b"X-C: \x01\x7f\x0b", b"X\x01: y", b"", b".", b"..", b".x: y",
    b"X-Long: " + b"l" * 900, b"X-T: tail \t", b"http://x: y", b"X-Colon:: y",
    b"X=Y: z", b"X;Y: z", b"MIME-Version: 1.0", b"Content-Type: text/plain",
    b"--boundary", b"X-Sp : z", b"X-Tb\t: z", b"Message-ID: <a@b>",
    b"Message-Id:\r\n <folded@x>", b"Date: x", b"Return-Path: <a>", b"Bcc: b",
    b"Resent-From: x", b'X-"q": v', b"(c): v", b"X-N: \r\n folded",
    b"Content-Length: 5", b"Errors-To: x")


def content(rnd):
	"""A mail of odd lines, most of them among the fields."""
	lines = rnd.choices(LINES, k=rnd.randint(0, 10))
	if rnd.random() < 0.85:
		lines.append(b"")
	lines += rnd.choices(LINES + (b"a line of the body",) * 10,
	    k=rnd.randint(0, 6))
	return b"".join(n + b"\r\n" for n in lines)


def contents(count=150):
	for n in range(count):
		rnd = random.Random(n)
		options = []
		for _ in range(rnd.choice((1, 1, 1, 2))):
			o = ["-P", hex(rnd.choice((0, 0, 0, 0x100000, 0x100000,
			    0x10, 0x80, 0x80000, ALL_NR)))]
			if rnd.random() < 0.4:
				o += at_random(rnd.random())
			if rnd.random() < 0.15:
				o += replace(rnd.choice(("", "new\\r\\n",
				    "a\\nb", "x\\r\\n.\\r\\n")))
			options.append(o)
		yield Script("random contents %d" % n, [EHLO] + sum((send(
		    content(rnd)) for _ in range(3)), []) + [QUIT], options)
