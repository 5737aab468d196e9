#!/usr/bin/python3
"""The same clients and filters at a Postfix and at the gate.

What would break for whom: the author of a filter, whose program works behind
Postfix and must not notice that it is behind the gate.  A Postfix calls the
filter itself (smtpd_milters); the gate calls it in front of the same Postfix
without filters.  The same script of a client runs against both at once, with
the same filter, on the real libmilter, behind each.  What the filters were sent
and what libmilter made of it, what the client was told, and the mails that came
out, octet by octet, must be equal, but for the differences that are wanted:
lib/diffrules.py and the Givens of lib/diffcases.py name each of them and the
place that says so.  A difference that is named and was not met in the whole run
is a failure as well, so that the list stays true.

	differential.py			all scripts
	differential.py "edit: add"	those with this in their name
	differential.py -l		the differences that are wanted

In lib: difftap.py, relays that record; diffrun.py, the two sides; diffcases.py,
diffedits.py, diffraw.py and diffrandom.py, the scripts; diffrules.py and
what it names, the differences.  The filter is ../peers/recfilter.c.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "lib"))
import common
from common import Fail, Skip, once
import diffcases
import diffedits
import diffrandom
import diffraw
import diffrules
import diffsent, diffreplies, diffmails		# the rules, in their order
from diffrun import Sides, side_by_side

PACKAGES = ["ucspi-tcp", "postfix"]
SCRIPTS = [s for group in (diffcases.dialogues, diffcases.leaving,
    diffcases.contents, diffcases.verdicts, diffcases.negotiated,
    diffedits.edits, diffraw.negotiations, diffraw.replies, diffraw.answers,
    diffraw.edits, diffrandom.dialogues, diffrandom.contents) for s in group()]
played = set()


def sides():
	version = diffsent.mail_version()
	if not version.startswith("3.7."):
		raise Skip("the rules are those of Postfix 3.7, and here is " +
		    version)
	return once("sides", Sides)


def compare(script):
	postfix, gate = sides().play(script)
	played.add(script.name)
	diffrules.apply("postfix", postfix)
	diffrules.apply("gate", gate)
	if postfix.lines() != gate.lines() or postfix.trouble or gate.trouble:
		raise Fail("%s: they differ by what no rule names\n%s" %
		    (script.name, side_by_side(postfix.lines(), gate.lines())))
	if script.given is None:
		return
	script.given.used.append(script.name)
	again = sides().again(script)
	diffrules.apply("postfix", again)
	if again.lines() == postfix.lines():
		raise Fail("%s: Postfix does the same when it is given the same"
		    ": no difference: %s" % (script.name, script.given.what))


for script in SCRIPTS:
	def test(script=script):
		compare(script)
	test.__doc__ = script.name
	test.__name__ = "test_" + script.name
	globals()[test.__name__] = test
del script, test


def wanted():
	"""Every difference that is wanted, as (place, what, scripts)."""
	return [(r.where, r.what, r.used) for r in diffrules.RULES +
	    list(diffcases.GIVEN.values())]


def test_the_list_is_true():
	"""each difference that is wanted was met"""
	missing = [s.name for s in SCRIPTS if s.name not in played]
	if missing:
		raise Skip("%d of %d scripts were not played" %
		    (len(missing), len(SCRIPTS)))
	for where, what, used in wanted():
		print("# %4d times: %s [%s]" % (len(used), what, where))
	for where, what, used in wanted():
		if not used:
			raise Fail("never met: %s [%s]" % (what, where))


def test_postfix_is_well():
	"""Postfix itself said nothing of panic or disaster"""
	common.absent("Postfix's log", r"(?m)^.*(panic:|fatal:|throttling|"
	    r"killed by signal).*$", sides().postfix.postfix.log())


if __name__ == "__main__" and "-l" in sys.argv:
	for where, what, _ in wanted():
		print("%-40s %s" % (where, what))
	sys.exit(0)
common.main(__name__)
