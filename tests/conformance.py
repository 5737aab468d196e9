#!/usr/bin/python3
"""Holds CONFORMANCE and CONFORMANCE-SMTP to the truth: every test that they
name exists, and the cases that belong there are named.  Of the milter table
these are e2e/field-*.t, each the story of a bug; of the other those of clients
that leave, of replays and of line ends.  What is marked open is printed.

It also plays one of these cases itself for what a transcript cannot say: that a
macro has one value at all stages of a mail, and another in the next.

Prints TAP.  Environment: GATE, GATE_WRAP as for tests/run.
"""

import os
import re
import shlex
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "peers"))

import transcript
from suite import GATE, Wrong, chosen, play

TABLE = os.path.join(HERE, "CONFORMANCE")
SMTP = os.path.join(HERE, "CONFORMANCE-SMTP")
REFERENCE = re.compile(r"""
    (?P<text>[\w/.-]+\.(?:c|py))\s"(?P<quoted>[^"]+)"       # file "text"
    | (?P<program>[\w/.-]+\.py):(?P<function>\w+)           # file.py:function
    | (?P<case>[\w-]+)(?:\[(?P<rows>[^\]]*)\])?             # case[row, row]
    """, re.X)


def entries(table):
    """[(line number, demand, [references], [reasons], [what is open])]"""
    found, number = [], 0
    with open(table, encoding="utf-8") as f:
        text = f.read()
    body = False
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"-+$", line):
            body = True         # the first heading: what is above explains
        elif not body or not line.strip():
            continue
        elif line.startswith("    -> "):
            found[-1][2].append((number, line[7:]))
        elif line.startswith("    -- "):
            found[-1][3].append(line[7:])
        elif line.startswith("    ?? "):
            found[-1][4].append(line[7:])
        elif line.startswith("    !! "):
            pass                # for the reader
        elif line.startswith(" "):
            raise Wrong("%d: neither test nor reason: %s" % (number, line))
        else:
            found.append((number, line, [], [], []))
    headings = {n - 1 for n, line in enumerate(text.split("\n"), 1)
        if re.match(r"-+$", line)}
    return [e for e in found if e[0] not in headings]


def references(line):
    """The references of one line; what is left over is a mistake."""
    at = 0
    while at < len(line):
        m = REFERENCE.match(line, at)
        if not m:
            raise Wrong("cannot read: " + line[at:])
        yield m.groupdict()
        at = m.end()
        if at < len(line):
            if line[at:at + 2] != ", ":
                raise Wrong("cannot read: " + line[at:])
            at += 2


def contents(path):
    for start in ("", "unit"):
        full = os.path.join(HERE, start, path)
        if os.path.exists(full):
            with open(full, encoding="utf-8") as f:
                return f.read()
    raise Wrong("no such file: " + path)


def check(ref, named):
    if ref["text"]:
        if ref["quoted"] not in contents(ref["text"]).replace('\\"', '"'):
            raise Wrong('%s has no "%s"' % (ref["text"], ref["quoted"]))
    elif ref["program"]:
        if not re.search(r"(?m)^def %s\(" % ref["function"],
            contents(ref["program"])):
            raise Wrong("%s has no function %s" % (ref["program"],
                ref["function"]))
    else:
        name = ref["case"]
        path = os.path.join(HERE, "e2e", name + ".t")
        if not os.path.exists(path):
            raise Wrong("no such case: e2e/%s.t" % name)
        named.add(name)
        have = [c.name[len(name) + 1:-1] for c in transcript.load(path)]
        for row in (ref["rows"] or "").split(", ") if ref["rows"] else []:
            if not any(h == row or row.endswith("*") and
                h.startswith(row[:-1]) for h in have):
                raise Wrong("no such case: %s[%s]" % (name, row))


def faults(table, belong, least):
    """What is wrong with a table; prints what it marks as open."""
    wrong, named, demands = [], set(), entries(table)
    for number, demand, lines, reasons, left in demands:
        for text in left:
            print("# open: %s: %s" % (demand, text))
        if reasons and (lines or left):
            wrong.append("%d: %s: a test and a reason" % (number, demand))
        if not (reasons or lines or left):
            wrong.append("%d: %s: neither test nor reason" % (number, demand))
        for at, line in lines:
            try:
                for ref in references(line):
                    check(ref, named)
            except (Wrong, ValueError) as e:
                wrong.append("%d: %s" % (at, e))
    for name in sorted(os.listdir(os.path.join(HERE, "e2e"))):
        if re.match(belong, name) and name[:-2] not in named:
            wrong.append("e2e/%s is not in the table" % name)
    if len(demands) < least:
        wrong.append("only %d demands: was the table cut?" % len(demands))
    return wrong


def test_table():
    """every demand has a test or a reason, and each test named exists"""
    wrong = faults(TABLE, r"field-.*\.t$", 100)
    if wrong:
        raise Wrong("\n".join(wrong))


def test_smtp_table():
    """the same of what SMTP asks; what is open is said"""
    wrong = faults(SMTP, r"(client|replay|nl)-.*\.t$", 100)
    if wrong:
        raise Wrong("\n".join(wrong))


def test_one_id():
    """i is the same at all stages of a mail and new in the next, b at MAIL
    and RCPT alike (rspamd and Go filters keep one flat table, libmilter looked
    at EOH before EOM)"""
    for name, other in (("field-macros-of-next-mail", "i"),
        ("field-macro-b", "b")):
        case = transcript.load(os.path.join(HERE, "e2e", name + ".t"))[0]
        one = transcript.Play(case, GATE,
            shlex.split(os.environ.get("GATE_WRAP", "")), False)
        found = one.run()
        if found:
            raise Wrong("%s: %s" % (name, "\n".join(found)))
        mails = []
        for event, values in one.filters[0].macros:
            if event == "MAIL":
                mails.append([])
            if mails and other in values:
                mails[-1].append((event, values[other]))
        if not mails or not all(len(m) >= 2 for m in mails):
            raise Wrong("%s: %s only in %r" % (name, other, mails))
        for mail in mails:
            if len({value for _, value in mail}) != 1:
                raise Wrong("%s: %s differs within a mail: %r"
                    % (name, other, mail))
        if other == "i" and len({m[0][1] for m in mails}) != len(mails):
            raise Wrong("two mails with one id: %r" % mails)


if __name__ == "__main__":
    sys.exit(play(chosen(__name__)))
