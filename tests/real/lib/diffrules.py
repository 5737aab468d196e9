"""The differences between Postfix and the gate that are wanted.

Each is a Rule: what it is, the place that says so (a row of the table "where
the two MTAs differ, and the choice", or a section, of the notes on the milter
protocol that the gate is written from), and a function that makes the recording
of one side look like the other's.  What the rules leave over must be equal, and
a rule that changed nothing in a whole run is one too many.

A rule must be as narrow as its reason: it is told no names of scripts, and it
looks at what was asked, not at what the other side did.  Here is the frame; the
rules are in diffsent.py (what filters are sent), diffreplies.py (what the
client is told) and diffmails.py (contents), and apply in this order.

Some differences are in what a filter or a client may do to the one and not to
the other.  For them a script has a Given (lib/diffcases.py): what Postfix is
given instead, so that it does what the gate is wanted to do.
"""

from difftap import text

RULES = []


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


def said(e):
	"""The lines of the reply that a filter gave to an event."""
	return [text(n) for n in e.said.rstrip(b"\0").split(b"\r\n")]
