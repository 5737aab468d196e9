"""The scripts in which filters answer what libmilter would not: packets that
lib/difftap.py puts in place of theirs.  See lib/diffcases.py."""

import struct

from diffcases import (EDITED, EHLO, OTHER, QUIT, STRANGE, TO, TO2, given,
    judged, perhaps, send, session)
from diffrun import Script, octets
from difftap import CLOSE, NAMES


def packet(letter, *fields):
	"""A packet of strings and numbers."""
	data = letter.encode()
	for f in fields:
		data += struct.pack(">I", f) if isinstance(f, int) else \
		    octets(f)
	return data


def instead(letter, *packets):
	"""For Script: the answer to the first command of this letter."""
	return [{letter: [list(packets)]}]


def option(version, actions=0x1ff, protocol=0, rest=b""):
	return instead("O", packet("O", version, actions, protocol, rest))


ONE = session(send(), send(OTHER))


def negotiations():
	steps = [EHLO, STRANGE, *ONE[1:]]
	for what, answer, *other in (
	    ("version 2", option(2)), ("version 3", option(3)),
	    ("version 4", option(4)), ("version 7", option(7)),
	    ("version 0", option(0), "version 0", option(7)),
	    ("version 2, NR flags of version 6", option(2, 0x3f, 0x10000)),
	    ("unknown protocol bits", option(6, 0x1ff, 0x00200000)),
	    ("actions that were not offered", option(6, 0x3ff)),
	    ("no actions", option(6, 0)),
	    ("a macro list for an unknown stage", option(6, 0x1ff, 0,
	    b"\0\0\0\x63i j\0")),
	    ("an empty macro list", option(6, 0x1ff, 0, b"\0\0\0\0\0"),
	    "empty list", option(6, 0x1ff, 0, b"\0\0\0\0{unknown}\0")),
	    ("a macro list cut off", option(6, 0x1ff, 0, b"\0\0\0\0i j"),
	    "cut list", option(6)),
	    ("names by commas", option(6, 0x1ff, 0, b"\0\0\0\0j,v,_\0")),
	    ("single letters in braces", option(6, 0x1ff, 0,
	    b"\0\0\0\0{j} {v}\0")),
	    ("a short answer", instead("O", packet("O", 6, 0x1ff))),
	    ("another answer", instead("O", b"c")),
	    ("the end", instead("O", CLOSE))):
		yield Script("negotiation: " + what, steps, replace=answer,
		    given=perhaps(other, "replace", lambda o: o))


WRONG = b"y451 4.3.5 Server configuration problem - try again later\0"

# Not here, since nothing can be compared with what Postfix 3.7 does: a last
# line with a dash (it is not ended), and no NUL (it reads memory beyond).
REPLIES = (
    ("no enhanced code", "550 no code\0"),
    ("no text", "550 5.7.1\0"),
    ("code only", "550\0", "invalid", b"r"),
    ("a percent sign", "550 5.7.1 100% sure\0", "percent",
	b"y550 5.7.1 100%% sure\0"),
    ("two percent signs", "550 5.7.1 100%% sure\0"),
    ("a format", "550 5.7.1 %s %n %d\0", "percent",
	b"y550 5.7.1 %%s %%n %%d\0"),
    ("two lines, LF", "550-5.7.1 one\n550 5.7.1 two\0"),
    ("two lines, CRLF", "550-5.7.1 one\r\n550 5.7.1 two\0"),
    ("two codes", "550-5.7.1 one\r\n551 5.7.1 two\0", "invalid", b"r"),
    ("a CR", "550 5.7.1 one\rtwo\0", "invalid", b"r"),
    ("a control octet", "550 5.7.1 one\x01two\x1b\0"),
    ("a TAB", "550 5.7.1 one\ttwo\0"),
    ("8-bit", "550 5.7.1 gr\xc3\xbc\xc3\x9f\0"),
    ("a wrong class", "550 4.7.1 mixed\0", "class", b"y550 mixed\0"),
    ("2xx", "250 2.0.0 fine\0", "no class", WRONG),
    ("3xx", "354 go on\0", "no class", WRONG),
    ("no number", "abc def\0", "no class", WRONG),
    ("empty", "\0", "no class", WRONG),
    ("nothing", "", "no class", WRONG),
    ("450", "450 4.7.1 later\0"),
    ("421", "421 4.7.1 away\0"),
    ("421, two lines", "421-4.7.1 far\r\n421 4.7.1 away\0"),
    ("980 octets", "550 5.7.1 " + "x" * 970 + "\0"),
    ("32 lines", "".join("550-5.7.1 %d\r\n" % n for n in range(31)) +
	"550 5.7.1 end\0"),
)


def replies():
	for what, text, *other in REPLIES:
		for letter in "CMRE":
			# There Postfix does the same by itself.
			same = other[:1] == ["no class"] and letter == "C"
			yield Script("reply to %s: %s" % (NAMES[letter], what),
			    ONE, replace=instead(letter, packet("y", text)),
			    given=None if same else perhaps(other, "replace",
			    lambda o: instead(letter, o)))


def answers():
	"""What ends a filter is played for F=T, R and none: Postfix 3.7 knows
	nothing like F=4."""
	for letter in "CHMRTULNBE":
		name = "answer to %s: " % NAMES[letter]
		steps = judged("unknown") if letter == "U" else \
		    judged("data") if letter == "T" else ONE
		for what, answer in (("SHUTDOWN", [b"4"]), ("the end", [CLOSE]),
		    ("CONN_FAIL", [b"f"]), ("an unknown letter", [b"Z"]),
		    ("PROGRESS before it", [b"p", b"c"])):
			if what == "SHUTDOWN" and letter in "LNBE":
				# Postfix 3.7 says 250, and the mail is gone.
				continue
			yield Script(name + what, steps,
			    replace=instead(letter, *answer))
		yield Script(name + "octets behind it", steps,
		    replace=instead(letter, b"cxyz"),
		    given=given("payload", replace=[]))
		yield Script(name + "the end, two filters", steps, [[], []],
		    instead(letter, CLOSE))
		for flags in ("R", ""):
			yield Script(name + "the end, F=" + flags, steps,
			    replace=instead(letter, CLOSE), flags=flags)
	for letter in "HMRTUL":
		steps = judged("unknown") if letter == "U" else [EHLO, EHLO,
		    send(rcpts=(TO, TO2)), send(OTHER), QUIT]
		yield Script("answer to %s: SKIP" % NAMES[letter], steps,
		    replace=instead(letter, b"s"))
	for letter in "MRTNB":
		yield Script("answer to %s: an edit" % NAMES[letter],
		    judged("data"), replace=instead(letter, packet("h",
		    "X-N\0", "v\0"), b"c"))


EDITS = (
    ("ADDHEADER without NUL", packet("h", "X-N\0", "v")),
    ("ADDHEADER without value", packet("h", "X-N\0")),
    ("ADDHEADER with more behind", packet("h", "X-N\0", "v\0xx\0")),
    ("INSHEADER, short", packet("i", b"\0\0")),
    ("CHGHEADER, short", packet("m", b"\0\0")),
    ("INSHEADER at 2^31", packet("i", 1 << 31, "X-N\0", "v\0")),
    ("INSHEADER at 2^32-1", packet("i", 0xffffffff, "X-N\0", "v\0")),
    ("CHGHEADER 2^31", packet("m", 1 << 31, "X-A\0", "v\0")),
    ("CHGHEADER 2^32-1, delete", packet("m", 0xffffffff, "X-A\0", "\0")),
    ("ADDRCPT without NUL", packet("+", "added@example.org")),
    ("ADDRCPT of nobody", packet("+", "\0")),
    ("DELRCPT of nobody", packet("-", "\0")),
    ("CHGFROM without NUL", packet("e", "b@example.net")),
    ("QUARANTINE without reason", packet("q", "\0")),
    ("REPLBODY of 200 KB at once", packet("b", ("z" * 78 + "\r\n") * 2500)),
    ("REPLBODY, LF only, at once", packet("b", "one\ntwo\n")),
)


def edits():
	steps = session(send(EDITED))
	for what, edit in EDITS:
		yield Script("eom: " + what, steps,
		    replace=instead("E", edit, b"c"))
	for what, name in (("without name", ""), ("of a name with a blank",
	    "X N"), ("of a name with a colon", "X:N")):
		yield Script("eom: ADDHEADER " + what, steps,
		    replace=instead("E", packet("h", name + "\0", "v\0"), b"c"),
		    given=given("bad name", replace=instead("E", b"Z")))
	yield Script("eom: PROGRESS three times", steps,
	    replace=instead("E", b"p", b"p", b"p", b"c"))
	half = instead("E", packet("b", "half a"), CLOSE)
	yield Script("eom: REPLBODY, then the end", steps, replace=half)
	yield Script("eom: REPLBODY, then the end, no F=", steps, replace=half,
	    flags="", given=given("cut off", flags="T"))
	yield Script("eom: ADDHEADER, then the end, no F=", steps,
	    replace=instead("E", packet("h", "X-N\0", "v\0"), CLOSE), flags="",
	    given=given("copy", replace=instead("E", CLOSE)))
	yield Script("eom: edits that were not negotiated", steps,
	    [["-A", "0"]], instead("E", packet("h", "X-N\0", "v\0"),
	    packet("m", 1, "X-A\0", "c\0"), packet("b", "new\r\n"),
	    packet("+", "<added@example.org>\0"), b"c"))
