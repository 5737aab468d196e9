#!/usr/bin/python3
"""Mails and edits made by the thousand, against models of what must come out
(prints TAP).

The models are a few lines each, written from the documents and not from the
gate.  The order is random and the same in every run; RANDOM_SEED=N makes
another, RANDOM_DEPTH=N tries all texts of up to N octets (default 4), and
RANDOM_COUNT=N that many mails of the other kinds (default 300).
"""

import itertools
import os
import random
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "peers"))

import milter
import transcript
import wire
from suite import GATE, Wrong, chosen, play

SEED = int(os.environ.get("RANDOM_SEED", "1"))
DEPTH = int(os.environ.get("RANDOM_DEPTH", "4"))
COUNT = int(os.environ.get("RANDOM_COUNT", "300"))


class EditingSession(milter.Session):
    """A filter whose edits of each mail come from a list."""

    def act(self, event, text, default):
        if event != "EOM":
            super().act(event, text, default)
            return
        actions = self.filter.plans.pop(0)
        packets = [self.build(*a.partition(" ")[::2]) for a in actions]
        self.put(event, packets + [milter.packet("a")], default)


class EditingMilter(milter.Milter):
    plans = ()
    session = EditingSession

    def edits(self):
        return True


class Rig(transcript.Play):
    """The gate between a backend, perhaps an editing filter, and a client
    that is a function."""

    def __init__(self, client, config=(), plans=None):
        parts = [(["config"], ["MaxMails = 0"] + list(config))]
        case = transcript.Case("random", __file__, parts)
        super().__init__(case, GATE, (), False)
        self.client = client
        self.plans = plans

    def start_peers(self):
        super().start_peers()
        if self.plans is not None:
            self.filters[0] = EditingMilter(self.scene, "F0", [])
            self.filters[0].plans = list(self.plans)
            self.filters[0].start(self.dir)

    def drive(self, stream):
        self.stream = stream
        self.reply("220")
        self.say(b"EHLO c.example\r\n", "250")
        self.client(self)
        self.say(b"QUIT\r\n", "221")

    def reply(self, code):
        while True:
            line = self.stream.line()
            if line is None or not line.startswith(code.encode()):
                raise wire.Failed("expected %s, got %r" % (code, line))
            if line[3:4] != b"-":
                return line

    def say(self, data, *codes):
        self.stream.send(data)
        for code in codes:
            self.reply(code)

    def mail(self, text, final="250", recipients=("b@y",)):
        """One mail whose text (with its end) is given."""
        self.say(b"MAIL FROM:<a@x>\r\n" + b"".join(b"RCPT TO:<%s>\r\n"
            % r.encode() for r in recipients) + b"DATA\r\n", "250",
            *["250"] * len(recipients), "354")
        self.say(text, final)

    def play(self):
        faults = self.run()
        # The story is long and mostly the same.
        if faults:
            raise Wrong("\n".join(faults[:3] + self.scene.story[-30:]
                + self.log.splitlines()[-5:]))
        return self.backends[0]


def lines_of(text):
    """(line, how it began, how it ended) with CRLF and bare LF as ends."""
    before = b"\r\n"
    for m in re.finditer(rb"(.*?)(\r\n|\n|\Z)", text, re.S):
        if m.group(2) or m.group(1):
            yield m.group(1), before, m.group(2)
        before = m.group(2)


def normalized(text):
    """What a backend must get for a body that the client wrote like this:
    section 5 of the notes on SMTP, with the final dot taken away."""
    out = b""
    for line, before, after in lines_of(text):
        if line.startswith(b".") and line != b".":
            line = line[1:]
        line = re.sub(rb"[\r\0]", b" ", line)
        out += (b"." if line.startswith(b".") else b"") + line + b"\r\n"
    return out


def ends_early(text):
    return any(line == b"." and before == after == b"\r\n"
        for line, before, after in lines_of(text))


# Receivers that are wrong in some way that was seen in the field: each turns
# octets into lines and says which of them is the final dot.
RECEIVERS = {
    "strict": (rb"\r\n", lambda l: l == b"."),
    "splits at LF": (rb"\n", lambda l: l in (b".", b".\r")),
    "strips CRs": (rb"\n", lambda l: l.rstrip(b"\r") == b"."),
    "deletes CRs": (rb"\n", lambda l: l.replace(b"\r", b"") == b"."),
    "ends lines at CR": (rb"\r\n|\r|\n", lambda l: l == b"."),
    "drops NULs": (rb"\r\n", lambda l: l.replace(b"\0", b"") == b"."),
    "compares C strings": (rb"\n", lambda l: l.split(b"\0")[0].rstrip(b"\r")
        == b"."),
    "trims right": (rb"\n", lambda l: l.rstrip(b" \t\r\0") == b"."),
}


def check_receivers(mail):
    raw = mail + b".\r\n"
    for name, (separator, final) in RECEIVERS.items():
        lines = re.split(separator, raw)
        ends = [i for i, line in enumerate(lines) if final(line)]
        if len(ends) != 1 or lines[ends[0] + 1:] != [b""]:
            raise Wrong("a receiver that %s sees the end at lines %s of %r"
                % (name, ends, raw))


def test_every_short_text():
    """All bodies of a few octets, as BareNewline = normalize takes them."""
    texts = [bytes(t) for n in range(DEPTH + 1)
        for t in itertools.product(b"\r\n.x\0 ", repeat=n)]
    texts = [t for t in texts if not ends_early(t + b"|\r\n")]

    def client(rig):
        for text in texts:
            rig.mail(b"A: b\r\n\r\n" + text + b"|\r\n.\r\n")

    got = Rig(client, ["[Server]", "BareNewline = normalize"]).play().mails
    for text, mail in zip(texts, got):
        if mail != b"A: b\r\n\r\n" + normalized(text + b"|\r\n"):
            raise Wrong("%r became %r" % (text, mail))
        check_receivers(mail)
    return "%d texts" % len(texts)


def test_long_random_texts():
    """Longer texts, written in pieces of any length."""
    rng = random.Random(SEED)
    texts = []
    while len(texts) < COUNT:
        text = bytes(rng.choice(b"\r\n\n\r..xyz\0 \t\xff")
            for _ in range(rng.randrange(400))) + b"|\r\n"
        if not ends_early(text):
            texts.append(text)

    def client(rig):
        for text in texts:
            rig.say(b"MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n", "250",
                "250", "354")
            rest = b"A: b\r\n\r\n" + text + b".\r\n"
            while rest:
                n = rng.randrange(1, 40)
                rig.say(rest[:n])
                rest = rest[n:]
            rig.reply("250")

    config = ["[Server]", "BareNewline = normalize", "SpoolMemory = 4K"]
    for text, mail in zip(texts, Rig(client, config).play().mails):
        if mail != b"A: b\r\n\r\n" + normalized(text):
            raise Wrong("%r became %r" % (text, mail))
        check_receivers(mail)


def test_refused_texts():
    """The same texts with BareNewline = reject: a text with a bare CR or LF
    is refused and ends the session, one with a NUL is refused, others pass."""
    rng = random.Random(SEED + 1)
    texts = []
    while len(texts) < 40:
        text = b"".join(rng.choice([b"\r\n", b"\r\n", b"x", b".", b" ",
            b"\r", b"\n", b"\0"]) for _ in range(rng.randrange(12)))
        if not ends_early(text + b"|\r\n"):
            texts.append(text + b"|\r\n")
    for text in texts:
        stray = re.search(rb"\r(?!\n)|(?<!\r)\n", text)
        bad = stray or b"\0" in text

        def client(rig):
            rig.mail(b"A: b\r\n\r\n" + text + b".\r\n",
                "550" if bad else "250")
            if stray:
                raise StopIteration

        class Once(Rig):
            def drive(self, stream):
                try:
                    super().drive(stream)
                except StopIteration:
                    pass

        mails = Once(client).play().mails
        wanted = [] if bad else [b"A: b\r\n\r\n" + normalized(text)]
        if mails != wanted:
            raise Wrong("%r became %r" % (text, mails))


class Header:
    """The header of a mail under edits, as sections 6.2 to 6.4 of the notes
    on the milter protocol describe them."""

    def __init__(self, fields):
        self.fields = [[name, value, True] for name, value in fields]

    def add(self, name, value):
        self.fields.append([name, value, True])

    def insert(self, index, name, value):
        at, live = 0, 0
        while at < len(self.fields) and live < index - 1:
            live += self.fields[at][2]
            at += 1
        self.fields.insert(at, [name, value, True])

    def change(self, index, name, value):
        same = [f for f in self.fields if f[0].lower() == name.lower()]
        rest = same[max(index, 1) - 1:]
        if value:
            if rest:
                rest[0][:] = [name, value, True]
            else:
                self.add(name, value)
            return
        for field in rest:
            if field[2]:
                field[2] = False
                return

    def text(self):
        return b"".join(b"%s: %s\r\n" % (n.encode(), v.encode())
            for n, v, live in self.fields if live)


def test_header_edits():
    """Fields added, inserted, changed and deleted in any order."""
    rng = random.Random(SEED + 2)
    mails, plans, wanted = [], [], []
    for i in range(COUNT):
        fields = [(rng.choice(["A", "B", "a", "Subject"]), "%d" % n)
            for n in range(rng.randrange(7))]
        header, plan = Header(fields), []
        # Where an insertion stands among deleted fields is nobody's business
        # as long as they stay deleted, so these two do not mix.
        kinds = rng.choice([["add", "change", "delete"], ["add", "insert"],
            ["insert", "delete"]])
        for n in range(rng.randrange(8)):
            kind = rng.choice(kinds)
            name, value = rng.choice(["A", "B", "b", "X"]), "n%d" % n
            index = rng.choice([1, 1, 2, 3, 4, 9, 0x7fffffff])
            if kind == "add":
                plan.append("addheader %s|%s" % (name, value))
                header.add(name, value)
            elif kind == "insert":
                plan.append("insheader %d %s|%s" % (index, name, value))
                header.insert(index, name, value)
            else:
                value = value if kind == "change" else ""
                plan.append("chgheader %d %s|%s" % (index, name, value))
                header.change(index, name, value)
        mails.append(b"".join(b"%s: %s\r\n" % (n.encode(), v.encode())
            for n, v in fields) + b"\r\nbody\r\n.\r\n")
        plans.append(plan)
        wanted.append(header.text() + b"\r\nbody\r\n")

    def client(rig):
        for mail in mails:
            rig.mail(mail)

    got = Rig(client, plans=plans).play().mails
    for mail, plan, want, have in zip(mails, plans, wanted, got):
        if want != have:
            raise Wrong("%r with %s became %r, not %r"
                % (mail, plan, have, want))


def test_body_replacements():
    """Replacement bodies in chunks that break anywhere."""
    rng = random.Random(SEED + 3)
    plans, wanted = [], []
    for i in range(COUNT):
        body = b"".join(rng.choice([b"\r\n", b"\n", b".", b"x", b"\r", b"\0",
            b" "]) for _ in range(rng.randrange(1, 30))) + rng.choice([b"x",
            b"\n", b"\r\n", b"."])
        plan, rest = [], body
        while rest:
            n = rng.randrange(1, len(rest) + 1)
            plan.append("replbody " + wire.escape(rest[:n], 10 ** 6))
            rest = rest[n:]
        out = b""
        for line, _, _ in lines_of(body):
            line = re.sub(rb"[\r\0]", b" ", line)
            out += (b"." if line.startswith(b".") else b"") + line + b"\r\n"
        plans.append(plan)
        wanted.append(b"A: b\r\n\r\n" + out)

    def client(rig):
        for _ in plans:
            rig.mail(b"A: b\r\n\r\nold\r\n.\r\n")

    for plan, want, have in zip(plans, wanted, Rig(client,
        plans=plans).play().mails):
        if want != have:
            raise Wrong("%s became %r, not %r" % (plan, have, want))
        check_receivers(have)


def test_envelope_edits():
    """Recipients and senders edited in any order: what the backend holds at
    DATA is what is left."""
    rng = random.Random(SEED + 4)
    people = ["b@y", "c@y", "d@Z", "e@z"]
    given, plans, wanted = [], [], []
    for i in range(COUNT):
        now = rng.sample(people, rng.randrange(1, 4))
        given.append(list(now))
        sender, plan = "a@x", []
        for _ in range(rng.randrange(6)):
            one = rng.choice(people)
            local, _, domain = one.partition("@")
            one = local + "@" + rng.choice([domain, domain.swapcase()])
            form = rng.choice(["%s", "<%s>"]) % one
            there = [p for p in now if p.partition("@")[0] ==
                one.partition("@")[0] and p.lower() == one.lower()]
            kind = rng.choice(["add", "delete", "sender"])
            if kind == "add":
                plan.append("addrcpt " + form)
                if not there:
                    now.append(one)
            elif kind == "delete":
                plan.append("delrcpt " + form)
                now = [p for p in now if p not in there]
            else:
                sender = rng.choice(["n@z", "", "a@x"])
                plan.append("chgfrom <%s>" % sender)
        plans.append(plan)
        # Deleted and added again: either spelling of the domain is right.
        wanted.append((sender, sorted(p.lower() for p in now)))

    def client(rig):
        for one in given:
            rig.mail(b"A: b\r\n\r\nold\r\n.\r\n", recipients=one)

    saw = Rig(client, plans=plans).play().saw
    got, sender, held = [], None, []
    for line in saw:
        if line.startswith("MAIL"):
            sender, held = re.match(r"MAIL FROM:<(.*?)>", line).group(1), []
        elif line.startswith("RCPT"):
            held.append(re.match(r"RCPT TO:<(.*?)>", line).group(1))
        elif line == "DATA":
            got.append((sender, sorted(p.lower() for p in held)))
    wanted = [w for w in wanted if w[1]]
    for n, (want, have) in enumerate(zip(wanted, got)):
        if want != have:
            raise Wrong("mail %d went to %s, not %s" % (n + 1, have, want))
    if len(got) != len(wanted):
        raise Wrong("%d mails delivered, not %d" % (len(got), len(wanted)))


if __name__ == "__main__":
    print("# seed %d" % SEED)
    sys.exit(play(chosen(__name__)))
