"""The scripts in which filters edit the mail: see lib/diffcases.py."""

import random

from diffcases import (CONTENTS, CONTENTS_LARGE, EDITED, TO, TO2, perhaps, send,
    session)
from diffrun import Script


def edit(word, *fields):
	"""One edit of recfilter, in which octets may need an escape."""
	return ["-e", word + " " + "|".join(str(f) for f in fields)]


def add(name, value=""):
	return edit("addheader", name, value)


def ins(n, name, value=""):
	return edit("insheader %s" % n, name, value)


def chg(n, name, value=""):
	return edit("chgheader %s" % n, name, value)


def delete(n, name):
	return edit("chgheader %s" % n, name)


def several(*edits):
	return [o for e in edits for o in e]


def replace(text=""):
	return edit("replacebody", text)


VALUES = (
    ("plain", "value"),
    ("empty", ""),
    ("a blank in front", " value"),
    ("two blanks in front", "  value"),
    ("a TAB in front", "\\tvalue"),
    ("blanks behind", "value  \\t"),
    ("folded with LF", "one\\n two\\n\\tthree"),
    ("folded with CRLF", "one\\r\\n two\\r\\n\\tthree", "crlf",
	"one\\n two\\n\\tthree"),
    ("LF without a blank", "one\\ntwo"),
    ("LF at the end", "one\\n", "newline", "one"),
    ("CRLF at the end", "one\\r\\n", "newline", "one"),
    ("LF in front", "\\n one"),
    ("an empty line inside", "one\\n\\n two", "empty line", "one\\n two"),
    ("a line of blanks inside", "one\\n \\n two", "empty line",
	"one\\n two"),
    ("8-bit", "gr\\xc3\\xbc\\xdf"),
    ("a colon", "a: b"),
    ("900 octets", "v" * 900),
    ("2000 octets", "v" * 2000),
    ("20 KB, folded", "0" + "".join("\\n %d" % n + "f" * 70
	for n in range(280))),
)

HEADERS = (
    ("add", add("X-New", "value")),
    ("add a name that is there", add("X-A", "4")),
    ("add two", several(add("X-New", "1"), add("X-New", "2"))),
    ("add a Received", add("Received", "from x")),
    *(("insert at %s" % n, ins(n, "X-New", "value")) for n in (0, 1, 2, 3, 5,
	8, 9, 10, 11, 100, 0x7fffffff)),
    ("insert a Received at 1", ins(1, "Received", "from x")),
    ("insert three at 0", several(*(ins(0, "X-New", n) for n in "abc"))),
    ("insert three at 1", several(*(ins(1, "X-New", n) for n in "abc"))),
    ("insert three at 3", several(*(ins(3, "X-New", n) for n in "abc"))),
    ("insert at 1, 2, 3", several(*(ins(n, "X-New", n) for n in (1, 2, 3)))),
    ("insert at 3, 2, 1", several(*(ins(n, "X-New", n) for n in (3, 2, 1)))),
    ("insert at 0, 2, 4", several(*(ins(n, "X-New", n) for n in (0, 2, 4)))),
    ("add, then insert at the end", several(add("X-N", "1"), ins(9, "X-N",
	"2"), ins(10, "X-N", "3"), ins(11, "X-N", "4"))),
    ("insert a name that is there, then change", several(ins(1, "X-A", "0"),
	chg(1, "X-A", "first"), chg(4, "X-A", "last"))),
    *(("change %d" % n, chg(n, "X-A", "new")) for n in (0, 1, 2, 3, 4, 5)),
    *(("delete %d" % n, delete(n, "X-A")) for n in (0, 1, 2, 3, 4)),
    ("change another spelling", chg(3, "X-a", "new")),
    ("change a folded field", chg(1, "X-Fold", "flat")),
    ("change a field without blank", chg(1, "X-None", "blank")),
    ("change a field that is not there", chg(1, "X-New", "value")),
    ("change 7 of a field that is not there", chg(7, "X-New", "value")),
    ("delete a field that is not there", delete(1, "X-New")),
    ("change all", several(*(chg(n, "X-A", "c%d" % n) for n in (1, 2, 3)))),
    ("change one twice", several(chg(2, "X-A", "x"), chg(2, "X-A", "y"))),
    ("change beyond, then again", several(chg(4, "X-A", "4"), chg(4, "X-A",
	"5"))),
    ("delete descending", several(*(delete(n, "X-A") for n in (3, 2, 1)))),
    ("delete ascending", several(*(delete(n, "X-A") for n in (1, 2, 3))),
	"ascending", several(*(delete(n, "X-A") for n in (3, 2, 1)))),
    ("delete 1 and 3", several(delete(1, "X-A"), delete(3, "X-A")),
	"ascending", several(delete(3, "X-A"), delete(1, "X-A"))),
    ("delete the first three times", several(*[delete(1, "X-A")] * 3)),
    ("delete 0 three times", several(*[delete(0, "X-A")] * 3)),
    ("delete the second twice", several(*[delete(2, "X-A")] * 2)),
    ("delete 2, change 1", several(delete(2, "X-A"), chg(1, "X-A", "c"))),
    ("delete 3, change 2", several(delete(3, "X-A"), chg(2, "X-A", "c"))),
    ("delete 1, then insert", several(delete(1, "X-A"), ins(1, "X-A", "i"))),
    ("delete 1, then change it", several(delete(1, "X-A"), chg(1, "X-A",
	"c")), "revived", chg(1, "X-A", "c")),
    ("delete 2, then change it", several(delete(2, "X-A"), chg(2, "X-A",
	"c")), "revived", chg(2, "X-A", "c")),
    ("delete early ones, then insert", several(delete(1, "From"), delete(1,
	"X-A"), *(ins(n, "X-New", n) for n in (3, 5, 7)))),
    ("delete all, then add", several(delete(3, "X-A"), delete(2, "X-A"),
	delete(1, "X-A"), add("X-A", "n"))),
    ("delete all fields", several(*(delete(n, f) for f in ("From", "X-A", "To",
	"Subject", "X-None", "X-Fold") for n in (3, 2, 1)))),
    ("change one that was added", several(add("X-N", "1"), chg(1, "X-N",
	"2"))),
    ("change one that was added behind others", several(add("X-A", "4"),
	chg(4, "X-A", "c"), chg(1, "X-A", "f"))),
    ("delete one that was added", several(add("X-N", "1"), add("X-N", "2"),
	delete(1, "X-N"))),
    ("delete one that was inserted", several(ins(1, "X-N", "1"), delete(1,
	"X-N"))),
    ("insert, delete and count on", several(delete(1, "X-None"), ins(5,
	"X-New", "v"), ins(100, "X-End", "v"))),
    ("long values", several(add("X-L", "v" * 998), ins(1, "X-L", "w" * 998))),
)

BODIES = (
    ("one chunk", replace("new\\r\\nbody\\r\\n")),
    ("three chunks", several(replace("a"), replace("b\\r\\n"),
	replace("c\\r\\n"))),
    ("a CRLF in two chunks", several(replace("a\\r"), replace("\\nb\\r"),
	replace("\\n"))),
    ("empty", replace()),
    ("LF", replace("new\\nbody\\n")),
    ("no line end", replace("new\\r\\nbody")),
    ("dots", replace(".\\r\\n..\\r\\n.x\\r\\n.\\r\\n")),
    ("empty lines", replace("\\r\\n\\r\\nx\\r\\n\\r\\n")),
    ("8-bit", replace("\\xff\\x80\\r\\n")),
    ("From", replace("From x\\r\\n")),
    ("lines of 998", replace("x" * 998 + "\\r\\n")),
    ("60 KB", replace(("y" * 76 + "\\r\\n") * 800)),
    ("180 KB in three chunks", several(*[replace(("y" * 76 + "\\r\\n") *
	800)] * 3)),
    ("a field before and after", several(add("X-N", "1"), replace("b\\r\\n"),
	add("X-N", "2"))),
    ("a field between two chunks", several(replace("b\\r\\n"), add("X-N",
	"1"), replace("c\\r\\n")), "interleaved", several(add("X-N", "1"),
	replace("b\\r\\n"), replace("c\\r\\n"))),
)

ENVELOPES = (
    ("addrcpt", edit("addrcpt", "added@example.org")),
    ("addrcpt with brackets", edit("addrcpt", "<added@example.org>")),
    ("addrcpt twice", several(*[edit("addrcpt", "<added@example.org>")] * 2)),
    ("addrcpt of one that is there", edit("addrcpt", "user@example.org"),
	"again", []),
    ("addrcpt of one, other case", edit("addrcpt", "user@EXAMPLE.ORG"),
	"again", []),
    ("addrcptpar", edit("addrcptpar", "<added@example.org>", "NOTIFY=NEVER")),
    ("addrcptpar, two", edit("addrcptpar", "<added@example.org>",
	"NOTIFY=FAILURE,DELAY ORCPT=rfc822;x@example.net")),
    ("delrcpt", edit("delrcpt", "user@example.org")),
    ("delrcpt with brackets", edit("delrcpt", "<second@example.org>")),
    ("delrcpt of nobody", edit("delrcpt", "<nobody@example.org>")),
    ("delrcpt, case of the domain", edit("delrcpt", "<user@EXAMPLE.org>"),
	"case", edit("delrcpt", "<user@example.org>")),
    ("delrcpt, case of the local part", edit("delrcpt",
	"<USER@example.org>"), "case", edit("delrcpt", "<user@example.org>")),
    ("delrcpt of all", several(edit("delrcpt", "<user@example.org>"),
	edit("delrcpt", "<second@example.org>"))),
    ("delrcpt, then addrcpt of the same", several(edit("delrcpt",
	"<user@example.org>"), edit("addrcpt", "<user@example.org>"))),
    ("addrcpt, then delrcpt of the same", several(edit("addrcpt",
	"<added@example.org>"), edit("delrcpt", "<added@example.org>"))),
    ("delrcpt of all, addrcpt of one", several(edit("delrcpt",
	"<user@example.org>"), edit("delrcpt", "<second@example.org>"),
	edit("addrcpt", "<added@example.org>"))),
    ("chgfrom", edit("chgfrom", "b@example.net")),
    ("chgfrom with brackets", edit("chgfrom", "<b@example.net>")),
    ("chgfrom to nobody", edit("chgfrom", "<>")),
    ("chgfrom to an empty string", edit("chgfrom", "")),
    ("chgfrom twice", several(edit("chgfrom", "<b@example.net>"),
	edit("chgfrom", "<c@example.net>"))),
    ("chgfrom with parameters", edit("chgfrom", "<b@example.net>",
	"RET=HDRS ENVID=QQ1")),
    ("chgfrom with parameters and a body", several(edit("chgfrom",
	"<b@example.net>", "RET=FULL"), replace("new\\r\\n"))),
    ("all of it", several(edit("chgfrom", "<b@example.net>"),
	edit("addrcpt", "<added@example.org>"), edit("delrcpt",
	"<user@example.org>"), add("X-N", "1"), replace("new\\r\\n"))),
)


def edits():
	two = session(send(EDITED, rcpts=(TO, TO2)))
	for name, options, *other in HEADERS + BODIES + ENVELOPES:
		yield Script("edit: " + name, two, [options],
		    given=perhaps(other, "filters", lambda o: [o]))
	for space in ([], ["-P", "0x100000"]):
		for name, value, *other in VALUES:
			def three(value):
				return [space + several(add("X-Add", value),
				    ins(1, "X-Ins", value), chg(1, "X-None",
				    value))]
			yield Script("edit: value, %s%s" % (name,
			    ", HDR_LEADSPC" if space else ""),
			    session(send(EDITED)), three(value),
			    given=perhaps(other, "filters", three))
	for v in ("accept", "reject", "tempfail", "discard", "550 5.7.9 no"):
		yield Script("edit: then " + v, two, [several(add("X-N", "1"),
		    replace("new\\r\\n"), edit("delrcpt", "<user@example.org>"),
		    edit("chgfrom", "<b@example.net>"), ["-a", "eom=" + v])])
	for name in ("no header", "no header and no blank line",
	    "nothing at all", "an empty line only", "no body", "no blank line"):
		for what, options in (("add", add("X-N", "1")), ("insert",
		    ins(1, "X-N", "1")), ("replace", replace("new\\r\\n")),
		    ("insert and replace", several(ins(0, "X-N", "1"),
		    replace("")))):
			yield Script("edit: %s, content with %s" % (what, name),
			    session(send(dict(CONTENTS)[name])), [options])
	yield Script("edit: two mails", session(send(EDITED), send(EDITED)),
	    [several(add("X-N", "1"), delete(1, "X-A"), replace("new\\r\\n"))])
	yield Script("edit: progress in between", two, [several(add("X-N", "1"),
	    ["-e", "progress"], add("X-N", "2"), ["-e", "progress"])])
	hard = several(add("X-N", "1"), ins(1, "X-I", "1"), delete(2, "X-A"),
	    chg(1, "X-A", "c"), replace("new\\r\\n"))
	yield Script("edit: the second filter sees them", two, [hard, []])
	yield Script("edit: the second filter sees them, HDR_LEADSPC", two,
	    [several(hard, add("X-T", "  two"), ins(1, "X-F", "a\\n b")),
	    ["-P", "0x100000"]])
	yield Script("edit: by both filters", two, [hard, several(ins(1, "X-J",
	    "2"), ins(4, "X-J", "3"), add("X-N", "2"), chg(1, "X-N", "c"),
	    delete(1, "X-I"))])
	yield Script("edit: one deletes, the next counts", two, [several(
	    delete(1, "X-A"), ins(1, "X-B", "b")), several(chg(1, "X-A", "c"),
	    ins(3, "X-C", "c"), delete(2, "X-A"))])
	yield Script("edit: the body by both filters", two, [
	    replace("one\\r\\n"), replace("two\\r\\n")])
	yield Script("edit: recipients by both filters", two, [edit("delrcpt",
	    "<user@example.org>"), edit("addrcpt", "<user@example.org>")])
	yield Script("edit: by the second filter alone", two, [[], hard])
	yield Script("edit: by the first, rejected by the second", two, [hard,
	    ["-a", "eom=reject"]])
	yield Script("edit: a body of 200000 made small", session(send(
	    CONTENTS_LARGE)), [replace("small\\r\\n"), []])
	yield Script("edit: a recipient that the filter had refused", session(
	    send(EDITED, rcpts=(TO, TO2))), [several(["-a",
	    "rcpt/second=reject"], edit("delrcpt", "<user@example.org>"),
	    edit("addrcpt", "<second@example.org>"))])
	for n in range(60):
		yield Script("edit: at random %d" % n, two, [at_random(n)])


def at_random(seed):
	"""Edits that number alike everywhere: what is deleted is deleted last,
	from the end."""
	rnd = random.Random(seed)
	names = ["X-A", "From", "X-New", "Subject", "X-Fold"]
	found = []
	for n in range(rnd.randint(3, 12)):
		name = rnd.choice(names)
		found += rnd.choice((lambda: add(name, "a%d" % n),
		    lambda: ins(rnd.choice((0, 1, 1, 2, 3, 5, 8, 12, 20)), name,
		    "i%d" % n), lambda: chg(rnd.randint(0, 5), name,
		    "c%d" % n)))()
	for name in rnd.sample(names, 2):
		for at in sorted(rnd.sample((1, 2, 3, 4), 2), reverse=True):
			found += delete(at, name)
	return found
