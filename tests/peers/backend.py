"""A scripted SMTP server, written from RFC 5321, 1870, 2920 and the XCLIENT and
PROXY protocol texts.

It is a strict server: it ends lines at CRLF only, a message at CRLF.CRLF only,
refuses commands out of order, and reports as a fault whatever a gate must never
do: an octet outside the alphabet of SMTP, commands pipelined without leave or
behind DATA, anything sent behind the final dot before its reply.

Options of a `backend` part:
    listen tcp4|tcp6|unix|refuse|full  where (default tcp4)
    weight N                           in the configuration (default 1)
    name HOST                          in greeting and EHLO (default be.example)
    offer WORD ARGS; WORD; ...         EHLO keywords (default see OFFER)
    proxy v1|v2                        a PROXY header comes first
    lmtp yes                           RFC 2033: LHLO, and an answer to the dot
                                       for each recipient (`text` is its RCPT)
Rules: [@connection] EVENT[#n] [text]: actions; EVENT is connect, any SMTP verb,
    body (the final dot was read), or response (a line behind a 334 to AUTH);
    `text` must occur in the command.
    The first rule that applies wins.
Actions, in order:
    NNN[-]text     one reply line         !raw OCTETS    send octets as they are
    !read N        read N octets (after a 354: of the message)
    !await N       first read N more commands (they are answered afterwards)
    !hang          answer nothing any more, but go on reading
    !close !reset  end the connection     !stop          take no new one
    !wait E !signal E                     events of the case
What it saw: one line per command, `(connect)`, `(mail N)`, `(data cut N)`,
    `(eof)`, `(reset)`.

Alone:  backend.py --stdio [--script FILE] [--record FILE]
"""

import argparse
import json
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import wire
from wire import Gone

OFFER = "PIPELINING; SIZE 20480000; 8BITMIME; ENHANCEDSTATUSCODES"
OPTIONS = ("listen", "weight", "name", "offer", "proxy", "lmtp")


class Backend(wire.Peer):
    def __init__(self, scene, who, lines):
        super().__init__(scene, who, lines, OPTIONS)
        self.name = self.option("name", "be.example")
        self.offer = [word.strip() for word in
            self.option("offer", OFFER).split(";") if word.strip()]
        self.records = {}           # of each connection
        self.mails = []

    def address(self):
        how = self.option("listen", "tcp4")
        lmtp = "lmtp:" if self.option("lmtp") else ""
        if how == "unix":
            return lmtp + "unix:" + self.listener.path
        host = "[::1]" if how == "tcp6" else "127.0.0.1"
        return "%s%s:%d" % (lmtp, host, self.listener.port)

    @property
    def saw(self):
        """All records, one connection behind the other."""
        return [text for conn in sorted(self.records)
            for text in self.records[conn]]

    def see(self, conn, text):
        self.records.setdefault(conn, []).append(text)
        self.scene.note(self.who, "< " + text)

    def serve(self, stream, conn):
        Conversation(self, stream, conn).run()


class Conversation:
    """One connection.  `state` is what RFC 5321 lets the client do next."""

    def __init__(self, server, stream, conn):
        self.server = server
        self.stream = stream
        self.conn = conn
        self.state = "start"
        self.rcpts = []             # those accepted
        self.ahead = []             # commands read by !await
        self.pipelined = server.option("offer") is None or any(
            o.upper() == "PIPELINING" for o in server.offer)
        self.last = "connect"
        self.early = False          # more had come when the reply was sent
        self.refused = False        # the last MAIL was
        self.binary = 0             # octets of a PROXY v2 header
        self.cut = False            # the connection ended within a mail

    def fault(self, text):
        self.server.scene.fault(self.server.who, text)

    def see(self, text):
        self.server.see(self.conn, text)

    def say(self, data):
        self.server.scene.note(self.server.who, "> " + wire.escape(data))
        self.stream.send(data)

    def run(self):
        self.see("(connect)")
        try:
            if self.server.option("proxy"):
                self.proxy()
            self.act("connect", "", ["220 %s ESMTP" % self.server.name])
            while True:
                self.command()
        except Gone:
            pass
        raw = bytes(self.stream.raw[self.binary:])
        if self.cut and raw.endswith(b"\r"):
            raw = raw[:-1]      # whose LF was on its way
        stray = wire.strays(raw)
        if stray:
            self.fault("octets that must not reach a server at " +
                "; ".join(stray[:5]))

    def proxy(self):
        if self.server.option("proxy") == "v1":
            line = self.line()
            self.see(wire.escape(line[:-2]))
            return
        head = self.exactly(16)
        if head[:12] != b"\r\n\r\n\0\r\nQUIT\n":
            self.fault("no PROXY v2 signature: " + wire.escape(head))
        rest = self.exactly(struct.unpack("!H", head[14:])[0])
        self.binary = 16 + len(rest)
        self.see("PROXY2 %02x %02x %s"
            % (head[12], head[13], rest.hex()))

    def ended(self):
        self.see("(%s)" % self.stream.lost)
        raise Gone

    def line(self):
        line = self.stream.line()
        if line is None:
            rest = self.stream.take(len(self.stream.buf))
            if rest:
                self.fault("half a command: " + wire.escape(rest))
            self.ended()
        return line

    def exactly(self, n):
        data = self.stream.exactly(n)
        if data is None:
            rest = self.stream.take(len(self.stream.buf))
            self.cut = True
            self.see("(data cut %d)" % len(rest))
            self.ended()
        return data

    def command(self):
        """Read and answer one command."""
        line = self.ahead.pop(0) if self.ahead else self.line()
        if self.early:
            self.check_group(line)
            self.early = False
        limit = 12288 + 64 if line[:5].upper() == b"AUTH " else 2048
        if not line.endswith(b"\r\n") or len(line) > limit:
            self.fault("not a command line: " + wire.escape(line))
        text = wire.escape(line.rstrip(b"\r\n"))
        self.see(text)
        verb = text.split(" ")[0].upper()
        self.answer(verb, text)
        self.last = verb

    def check_group(self, line):
        """Judge a command that was there before the last reply was sent
        (RFC 2920 section 3.1)."""
        verb = line.split(b" ")[0].strip().upper().decode("latin-1")
        if not self.pipelined:
            self.fault("%s pipelined, not offered" % verb)
        if verb == "DATA":
            self.fault("DATA in one group with earlier commands")
        if self.last in ("connect", "EHLO", "HELO", "LHLO", "DATA", "QUIT",
            "NOOP", "XCLIENT", "VRFY", "AUTH", "body"):
            self.fault("%s sent before the reply to %s" % (verb, self.last))

    def answer(self, verb, text):
        serve = getattr(self, "do_" + verb.lower(), None)
        if verb in ("EHLO", "HELO", "LHLO") and \
            (verb == "LHLO") != bool(self.server.option("lmtp")):
            self.fault("%s is of another protocol" % verb)
        if serve is None:
            self.act(verb, text, ["502 5.5.1 %s unknown" % verb])
        else:
            serve(text)

    def out_of_order(self, verb, text):
        self.fault("%s out of order (%s)" % (verb, self.state))
        self.act(verb, text, ["503 5.5.1 out of order"])

    def do_lhlo(self, text):
        self.do_ehlo(text, "LHLO")

    def do_ehlo(self, text, verb="EHLO"):
        lines = [self.server.name + " greets you"] + self.server.offer
        if self.act(verb, text, ["250%s%s" % ("-" if n + 1 < len(lines)
            else " ", line) for n, line in enumerate(lines)]) == 2:
            self.state = "hello"

    def do_helo(self, text):
        if self.act("HELO", text, ["250 " + self.server.name]) == 2:
            self.state = "hello"

    def do_xclient(self, text):
        if not any(o.upper().startswith("XCLIENT") for o in self.server.offer):
            self.fault("XCLIENT without leave")
        if self.act("XCLIENT", text,
            ["220 %s ESMTP again" % self.server.name]) == 2:
            self.state = "start"

    def do_xforward(self, text):
        """Of the attributes that are offered, within its limits, and outside
        of a mail; forgotten with the mail."""
        offered = [o.upper().split()[1:] for o in self.server.offer
            if o.upper().startswith("XFORWARD")]
        if not offered:
            self.fault("XFORWARD without leave")
        elif self.state == "mail":
            self.out_of_order("XFORWARD", text)
            return
        for word in text.split()[1:]:
            name, _, value = word.partition("=")
            if name not in offered[0] or not value:
                self.fault("XFORWARD with " + word)
        if len(text) > 510:
            self.fault("XFORWARD longer than a command may be")
        self.act("XFORWARD", text, ["250 2.0.0 ok"])

    def do_auth(self, text):
        """The dialogue of RFC 4954 section 4: lines until a reply is not 334."""
        if self.state != "hello":
            self.out_of_order("AUTH", text)
            return
        welcome = ["235 2.7.0 welcome"]
        kind = self.act("AUTH", text, welcome)
        while kind == 3:
            line = self.line()
            if not line.endswith(b"\r\n") or len(line) > 12288 + 2:
                self.fault("not a response: " + wire.escape(line))
            text = wire.escape(line.rstrip(b"\r\n"))
            self.see("response " + text)
            kind = self.act("response", text, welcome)

    def do_mail(self, text):
        if self.state == "mail":
            self.out_of_order("MAIL", text)
            return
        self.rcpts = []
        self.refused = self.act("MAIL", text, ["250 2.1.0 sender ok"]) != 2
        if not self.refused:
            self.state = "mail"

    def do_rcpt(self, text):
        if self.state != "mail":
            # Behind a refused MAIL of one group it is what RFC 2920 foresees.
            if not self.refused:
                self.fault("RCPT out of order (%s)" % self.state)
            self.act("RCPT", text, ["503 5.5.1 no MAIL"])
        elif self.act("RCPT", text, ["250 2.1.5 recipient ok"]) == 2:
            self.rcpts.append(text)

    def do_rset(self, text):
        self.act("RSET", text, ["250 2.0.0 reset"])
        if self.state == "mail":
            self.state = "hello"

    def do_noop(self, text):
        self.act("NOOP", text, ["250 2.0.0 ok"])

    def do_quit(self, text):
        self.act("QUIT", text, ["221 2.0.0 bye", "!close"])

    def do_data(self, text):
        if self.state != "mail" or not self.rcpts:
            self.out_of_order("DATA", text)
            return
        if self.act("DATA", text, ["354 go ahead"]) != 3:
            return
        data, before = bytearray(), b"\r\n"
        while True:
            piece = self.stream.line()
            if piece is None:
                data += self.stream.take(len(self.stream.buf))
                self.cut = True
                self.see("(data cut %d)" % len(data))
                self.ended()
            data += piece
            if piece == b".\r\n" and before.endswith(b"\r\n"):
                break
            before = piece
        self.server.mails.append(bytes(data[:-3]))
        lone = [n for n, l in enumerate(bytes(data[:-3]).split(b"\r\n"))
            if l.strip(b" \t\r\n\0") == b"." and l.startswith(b".")]
        if lone:
            self.fault("lines %s look like the final dot" % lone[:5])
        self.see("(mail %d)" % len(self.server.mails))
        self.state = "hello"
        self.last = "body"
        for rcpt in self.rcpts if self.server.option("lmtp") else [""]:
            self.act("body", rcpt, ["250 2.0.0 queued as %d"
                % len(self.server.mails)])

    def act(self, event, text, default):
        """Find the rule for an event, do its actions, return the class of the
        reply that was given (0 without one)."""
        rule = self.server.rule(self.conn, event, text)
        reply, code = b"", 0
        for action in rule.actions if rule else default:
            word, _, rest = action.partition(" ")
            if not action.startswith("!"):
                reply += wire.unescape(action) + b"\r\n"
                code = int(action[:3]) // 100 if action[:3].isdigit() else 0
                continue
            if reply:
                self.before_reply()
                self.say(reply)
                reply = b""
            self.server.scene.note(self.server.who, action)
            self.special(word, rest)
        if reply:
            self.before_reply()
            self.say(reply)
        if self.stream.lost == "closed":
            raise Gone
        return code

    def before_reply(self):
        self.early = bool(self.ahead) or self.stream.pending()

    def special(self, word, rest):
        stream, scene, who = self.stream, self.server.scene, self.server.who
        if word == "!raw":
            self.say(wire.unescape(rest))
        elif word == "!read":
            self.exactly(int(rest))
        elif word == "!await":
            for _ in range(int(rest)):
                self.ahead.append(self.line())
        elif word == "!wait":
            scene.wait(who, rest)
        elif word == "!signal":
            scene.signal(who, rest)
        elif word == "!hang":
            while True:
                line = stream.line()
                if line is None:
                    self.ended()
                self.see(wire.escape(line.rstrip(b"\r\n")))
        elif word == "!stop":
            self.server.listener.shut()
        elif word in ("!close", "!reset"):
            self.see("(we closed)")
            if word == "!reset":
                stream.reset()
            else:
                stream.close()
        else:
            raise ValueError("unknown action %s" % word)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stdio", action="store_true", required=True)
    parser.add_argument("--script")
    parser.add_argument("--record")
    parser.add_argument("--one-byte", action="store_true")
    args = parser.parse_args()
    lines = []
    if args.script:
        with open(args.script, encoding="utf-8",
            errors="surrogateescape") as f:
            lines = f.read().splitlines()
    scene = wire.Scene(args.one_byte)
    backend = Backend(scene, "B", lines)
    stream = wire.Stream(scene, "B", rfd=0, wfd=1)
    try:
        backend.serve(stream, 1)
    except wire.Failed as e:
        scene.fault("B", str(e))
    if args.record:
        with open(args.record, "w", encoding="utf-8") as f:
            json.dump({"saw": backend.saw, "story": scene.story,
                "mails": [m.decode("latin-1") for m in backend.mails],
                "faults": scene.faults, "environment": dict(os.environ),
                "unused": ["%s %s" % (r.event, r.actions)
                    for r in backend.unused()]}, f)


if __name__ == "__main__":
    main()
