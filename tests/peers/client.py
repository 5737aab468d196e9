"""A scripted SMTP client.

Lines of a `client` part, done in order:
    > text          send a line; lines that follow each other leave in one write
    >> OCTETS       the same without the CRLF at the end
    < pattern       the next line from the gate must be this, ended by CRLF
    !ehlo TEXT; WORD ARGS; ...
                    a 250 reply: TEXT first, then exactly these words, any order
    !reply NNN      one whole reply with this code (or `any`), whatever its text
    !replies N NNN  N of them
    !eof            the gate closes, nothing more comes (also done at the end)
    !gone           the same, or a reset
    !close !halfclose !reset
    !wait E !signal E
    !kill NAME      a signal for the gate
    @greet @ehlo @mail @send @quit
                    usual exchanges, see USUAL
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import wire

USUAL = {
    "@greet": ["< 220 be.example ESMTP"],
    "@ehlo": ["< 220 be.example ESMTP", "> EHLO c.example", "!reply 250"],
    "@mail": ["> MAIL FROM:<a@x>", "< 250 2.1.0 sender ok",
        "> RCPT TO:<b@y>", "< 250 2.1.5 recipient ok"],
    "@send": ["> DATA", "!reply 354",
        r">> Subject: t\r\n\r\nhello\r\n.\r\n"],
    "@quit": ["> QUIT", "< 221 2.0.0 *"],
}


def expand(lines):
    out = []
    for line in lines:
        if line.strip():
            out += USUAL.get(line.strip(), [line])
    return out


class Client:
    def __init__(self, scene, lines, kill):
        self.scene = scene
        self.lines = expand(lines)
        self.kill = kill

    def run(self, stream):
        self.stream = stream
        group = b""
        for line in self.lines:
            if line.startswith(">> "):
                group += wire.unescape(line[3:])
                continue
            if line == ">" or line.startswith("> "):
                group += wire.unescape(line[2:]) + b"\r\n"
                continue
            if group:
                self.send(group)
                group = b""
            self.step(line)
        if group:
            self.send(group)
        if stream.lost != "closed":
            self.step("!eof")

    def send(self, data):
        self.scene.note("C", "> " + wire.escape(data))
        self.stream.send(data)

    def line(self):
        """One line without its CRLF, or a word in parentheses."""
        line = self.stream.line()
        if line is None:
            rest = self.stream.take(len(self.stream.buf))
            text = "(%s)" % self.stream.lost
            if rest:
                text = "(cut) " + wire.escape(rest)
        else:
            text = wire.escape(line[:-2]) if line.endswith(b"\r\n") \
                else "(no CRLF) " + wire.escape(line)
        self.scene.note("C", "< " + text)
        return text

    def fail(self, wanted, got):
        raise wire.Failed("client: expected %s\n        got      %s"
            % (wanted, got))

    def expect(self, wanted):
        got = self.line()
        if not wire.pattern(wanted).match(got):
            self.fail(wanted, got)

    def reply(self, code):
        """One whole reply; its texts."""
        texts = []
        while True:
            got = self.line()
            if code not in (got[:3], "any") or not got[:3].isdigit() \
                or got[3:4] not in (" ", "-", ""):
                self.fail("a reply " + code, got)
            texts.append(got[4:])
            if got[3:4] != "-":
                return texts

    def ehlo(self, rest):
        first, *words = [w.strip() for w in rest.split(";")]
        got = self.reply("250")
        if not wire.pattern(first).match(got[0]):
            self.fail(first, got[0])
        left = list(got[1:])
        for word in filter(None, words):
            hit = [g for g in left if wire.pattern(word).match(g)]
            if not hit:
                self.fail("EHLO word " + word, "; ".join(got[1:]))
            left.remove(hit[0])
        if left:
            self.fail("no more EHLO words", "; ".join(left))

    def eof(self, wanted):
        got = self.stream.to_eof()
        if got:
            self.fail("the end", wire.escape(got))
        self.scene.note("C", "< (%s)" % self.stream.lost)
        if self.stream.lost not in wanted:
            self.fail("end of file", self.stream.lost)

    def step(self, line):
        word, _, rest = line.partition(" ")
        if line == "<" or word == "<":
            self.expect(rest)
        elif word == "!ehlo":
            self.ehlo(rest)
        elif word == "!reply":
            self.reply(rest)
        elif word == "!replies":
            count, code = rest.split()
            for _ in range(int(count)):
                self.reply(code)
        elif word == "!eof":
            self.eof(("eof",))
        elif word == "!gone":
            self.eof(("eof", "reset"))
        elif word == "!wait":
            self.scene.wait("C", rest)
        elif word == "!signal":
            self.scene.signal("C", rest)
        elif word in ("!close", "!reset", "!halfclose", "!kill"):
            self.scene.note("C", line)
            if word == "!close":
                self.stream.close()
            elif word == "!reset":
                self.stream.reset()
            elif word == "!halfclose":
                self.stream.half_close()
            else:
                self.kill(rest)
        else:
            raise ValueError("unknown line of a client: %r" % line)
