"""A scripted milter: the filter's side of the protocol, octet by octet.

It answers `continue` to everything unless a rule says otherwise, honours the
no-reply flags it has set itself, and reports as a fault what no MTA may send:
bad framing, an empty macro value, a command it switched off, a command that
libmilter's state machine would drop without an answer (and so hang the MTA).

Options of a `filter` part:
    listen tcp4|tcp6|unix|refuse|full  where (default tcp4)
    version N   actions NAMES|0xN   protocol NAMES|0xN      the negotiation
    symlist STAGE NAMES                appended to it (may be repeated)
    failure none|T|R|4                 F= in the configuration (default none)
    times C:5s;R:1s                    T= (default C:10s;S:10s;R:15s;E:30s)
    spec TEXT                          the whole value of FilterN instead
    label TEXT                         NameN
    separate                           one write for each packet of an answer
Rules: EVENT[#n] [text]: actions; EVENT is OPTNEG, CONNECT, HELO, MAIL, RCPT,
    DATA, HEADER, EOH, BODY, EOM, UNKNOWN, ABORT, QUIT; `text` must occur in the
    line that is recorded for the event.
Actions, in order:
    continue accept reject tempfail discard skip progress shutdown connfail
    reply OCTETS                       REPLYCODE, the NUL is added
    addheader NAME|VALUE   insheader N NAME|VALUE   chgheader N NAME|VALUE
    addrcpt A   addrcpt-par A|ARGS   delrcpt A   chgfrom A[|ARGS]
    replbody OCTETS   quarantine TEXT  edits of the end of message
    packet B OCTETS                    any packet: command octet, payload
    raw OCTETS                         no framing
    silent                             no answer to this event
    hang                               never answer again
    close  reset                       end the connection
    wait E  signal E                   events of the case
    delay N progress                   N times PROGRESS, a tenth second apart
What it saw: a line per command, strings joined by blanks, header as NAME|VALUE.
"""

import os
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import wire
from wire import Gone

OPTIONS = ("listen", "version", "actions", "protocol", "symlist", "failure",
    "times", "spec", "label", "separate")

ACTIONS = {"ADDHDRS": 1, "CHGBODY": 2, "ADDRCPT": 4, "DELRCPT": 8,
    "CHGHDRS": 0x10, "QUARANTINE": 0x20, "CHGFROM": 0x40,
    "ADDRCPT_PAR": 0x80, "SETSYMLIST": 0x100, "ALL": 0x1ff, "NONE": 0}
PROTOCOL = {"NOCONNECT": 1, "NOHELO": 2, "NOMAIL": 4, "NORCPT": 8,
    "NOBODY": 0x10, "NOHDRS": 0x20, "NOEOH": 0x40, "NR_HDR": 0x80,
    "NOUNKNOWN": 0x100, "NODATA": 0x200, "SKIP": 0x400, "RCPT_REJ": 0x800,
    "NR_CONN": 0x1000, "NR_HELO": 0x2000, "NR_MAIL": 0x4000,
    "NR_RCPT": 0x8000, "NR_DATA": 0x10000, "NR_UNKN": 0x20000,
    "NR_EOH": 0x40000, "NR_BODY": 0x80000, "HDR_LEADSPC": 0x100000,
    "NONE": 0,
    "NR_ALL": 0xff080}
STAGES = {"CONNECT": 0, "HELO": 1, "MAIL": 2, "RCPT": 3, "DATA": 4, "EOM": 5,
    "EOH": 6}

# command octet: event, NO* bit, NR_* bit (None: never answered)
COMMANDS = {
    "C": ("CONNECT", 0x1, 0x1000), "H": ("HELO", 0x2, 0x2000),
    "M": ("MAIL", 0x4, 0x4000), "R": ("RCPT", 0x8, 0x8000),
    "T": ("DATA", 0x200, 0x10000), "L": ("HEADER", 0x20, 0x80),
    "N": ("EOH", 0x40, 0x40000), "B": ("BODY", 0x10, 0x80000),
    "E": ("EOM", 0, 0), "U": ("UNKNOWN", 0x100, 0x20000),
    "A": ("ABORT", 0, None), "Q": ("QUIT", 0, None),
}
EMPTY = {"c": "continue", "a": "accept", "r": "reject", "t": "tempfail",
    "d": "discard", "s": "skip", "p": "progress", "4": "shutdown",
    "f": "connfail"}
EMPTY = {word: byte for byte, word in EMPTY.items()}

# libmilter's transitions: what it answers after which command.  States that
# the filter switched off are passed through.
NEXT = {
    "OPTNEG": "CONNECT UNKNOWN", "CONNECT": "HELO MAIL UNKNOWN",
    "HELO": "HELO MAIL UNKNOWN", "MAIL": "RCPT ABORT UNKNOWN",
    "RCPT": "RCPT DATA HEADER EOH BODY EOM ABORT UNKNOWN",
    "DATA": "HEADER EOH ABORT", "HEADER": "HEADER EOH ABORT",
    "EOH": "BODY EOM ABORT", "BODY": "BODY EOM ABORT",
    "EOM": "HELO MAIL UNKNOWN",
    "UNKNOWN": "HELO MAIL RCPT DATA BODY ABORT UNKNOWN",
    "ABORT": "HELO MAIL UNKNOWN",
}
OFF = {"CONNECT": 1, "HELO": 2, "MAIL": 4, "RCPT": 8, "BODY": 0x10,
    "HEADER": 0x20, "EOH": 0x40, "DATA": 0x200}


def bits(text, names):
    value = 0
    for word in text.replace(",", " ").split():
        value |= int(word, 0) if word[0].isdigit() else names[word]
    return value


def packet(byte, payload=b""):
    return struct.pack("!I", len(payload) + 1) + byte.encode("latin-1") \
        + payload


class Milter(wire.Peer):
    def __init__(self, scene, who, lines):
        super().__init__(scene, who, lines, OPTIONS)
        self.version = int(self.option("version", "6"))
        self.actions = bits(self.option("actions", "ALL"), ACTIONS)
        self.protocol = bits(self.option("protocol", "SKIP"), PROTOCOL)
        # What a version does not know is off, whatever its bits say.
        self.off = self.protocol | (0x100 if self.version < 3 else 0) \
            | (0x200 if self.version < 4 else 0)
        self.saw = []
        self.macros = []            # (event, {name: value}) in order
        self.messages = []          # what came between MAIL and EOM

    def spec(self):
        """The value of FilterN in the configuration."""
        how = self.option("listen", "tcp4")
        if how == "unix":
            where = "unix:" + self.listener.path
        elif how == "tcp6":
            where = "inet6:%d@[::1]" % self.listener.port
        else:
            where = "inet:%d@127.0.0.1" % self.listener.port
        failure = self.option("failure", "none")
        return self.option("spec", "S=%s, F=%s, T=%s" % (where,
            "" if failure == "none" else failure,
            self.option("times", "C:10s;S:10s;R:15s;E:30s"))).replace(
            "${PORT}", str(self.listener.port))

    @property
    def session(self):
        return Session

    def edits(self):
        """Whether the script may change a message."""
        words = ("addheader", "insheader", "chgheader", "replbody", "packet",
            "raw")
        return any(a.startswith(words) for r in self.rules for a in r.actions)

    def well_behaved(self):
        """Whether nothing in the script could make the gate call it failed."""
        plain = {"continue", "accept", "reject", "tempfail", "discard", "skip",
            "progress", "reply", "signal"}
        edits = {"addheader", "insheader", "chgheader", "addrcpt",
            "addrcpt-par", "delrcpt", "chgfrom", "replbody", "quarantine"}
        return self.option("spec") is None and \
            self.option("listen") in (None, "tcp4", "tcp6", "unix") and \
            all(a.split()[0] in plain | (edits if r.event == "EOM" else set())
            for r in self.rules for a in r.actions) and \
            all(r.actions.count("continue") < 2 and r.event != "OPTNEG"
            for r in self.rules)

    def see(self, text):
        self.saw.append(text)
        self.scene.note(self.who, "< " + text)

    def serve(self, stream, conn):
        self.session(self, stream, conn).run()


class Session:
    def __init__(self, filter, stream, conn):
        self.filter = filter
        self.stream = stream
        self.conn = conn
        self.waiting = None         # macros that came for the next event
        self.state = None           # as libmilter would see it
        self.headers = []
        self.body = bytearray()
        self.answer = None          # the octet of the last packet sent
        self.late = None            # a fault, unless QUIT follows
        self.skipped = set()        # events that SKIP has switched off

    def fault(self, text):
        self.filter.scene.fault(self.filter.who, text)

    def run(self):
        try:
            self.negotiate()
            while True:
                self.command()
        except Gone:
            pass

    def read(self):
        """One packet: (command octet, payload)."""
        head = self.stream.exactly(4)
        if head is None:
            if self.stream.buf:
                self.fault("packet cut: " + wire.escape(self.stream.buf))
            self.filter.see("(%s)" % self.stream.lost)
            raise Gone
        length = struct.unpack("!I", head)[0]
        if not 1 <= length <= 65536:
            self.fault("packet of %d octets" % length)
            raise Gone
        data = self.stream.exactly(length)
        if data is None:
            self.filter.see("(packet cut %d of %d)"
                % (len(self.stream.buf), length))
            self.filter.see("(%s)" % self.stream.lost)
            raise Gone
        return chr(data[0]), data[1:]

    def negotiate(self):
        byte, data = self.read()
        if byte != "O" or len(data) != 12:
            self.fault("not an offer: %s %s" % (byte, wire.escape(data)))
            raise Gone
        version, actions, protocol = struct.unpack("!III", data)
        text = "OPTNEG %d %x %x" % (version, actions, protocol)
        f = self.filter
        answer = struct.pack("!III", f.version, f.actions, f.protocol)
        for entry in f.options.get("symlist", []):
            stage, _, names = entry.partition(" ")
            answer += struct.pack("!I", STAGES[stage]) \
                + wire.unescape(names) + b"\0"
        self.filter.see(text)
        self.act("OPTNEG", text, [("O", answer)])
        self.state = "OPTNEG"

    def command(self):
        byte, data = self.read()
        if byte == "D":
            self.take_macros(data)
            return
        if byte not in COMMANDS:
            self.fault("command %r" % byte)
            raise Gone
        event, off, quiet = COMMANDS[byte]
        text = event + getattr(self, "show_" + event.lower())(data)
        self.filter.see(text)
        self.check(event, off)
        if self.waiting is not None:
            if self.waiting[0] != byte:
                # Macros go out although their command may be switched off.
                self.note_macros()
            else:
                self.waiting = (byte, self.waiting[1])
                self.note_macros(event)
        if event == "EOM":
            self.filter.messages.append((self.headers, bytes(self.body),
                self.filter.protocol))
        default = [] if quiet is None or quiet & self.filter.protocol \
            else [("c", b"")]
        self.act(event, text, default)
        self.settle(event)
        if event == "QUIT":
            if self.stream.to_eof():
                self.fault("octets behind QUIT")
            self.filter.see("(%s)" % self.stream.lost)
            raise Gone

    def settle(self, event):
        """After a final answer libmilter is back at HELO, and whatever still
        comes for this message gets no answer.  To RCPT and UNKNOWN only
        ACCEPT is one."""
        if self.answer == "s":
            self.skipped.add(event)
        final = "a" if event in ("RCPT", "UNKNOWN") else "artdy"
        if self.answer and self.answer in final:
            self.state = "HELO"
        self.answer = None

    def check(self, event, off):
        """Would libmilter have answered?"""
        if off & self.filter.off:
            self.fault("%s although switched off" % event)
        if event == "QUIT":
            return
        if self.late:
            self.fault(self.late)
            self.late = None
        if not self.allowed(event, self.state, set()):
            # libmilter falls back to HELO when that helps.
            if not self.allowed(event, "HELO", set()):
                text = "%s after %s: libmilter would not answer" % (event,
                    self.state)
                # ABORT and QUIT may cross an answer that came too late.
                if event == "ABORT":
                    self.late = text
                else:
                    self.fault(text)
        self.state = event

    def allowed(self, event, state, seen):
        """Whether `event` may follow, passing through states switched off."""
        for following in NEXT[state].split():
            if following == event:
                return True
            if following in seen or following not in OFF:
                continue
            if OFF[following] & self.filter.off:
                if self.allowed(event, following, seen | {following}):
                    return True
        return False

    def take_macros(self, data):
        if self.waiting is not None:
            self.note_macros()
        stage, rest = chr(data[0]) if data else "", data[1:]
        if stage not in "CHMRTNE" or not stage:
            self.fault("macros for stage %r" % stage)
        pieces = rest.split(b"\0")
        if not rest or pieces.pop() != b"" or len(pieces) % 2:
            self.fault("malformed macros: " + wire.escape(rest))
            return
        values = {}
        for name, value in zip(pieces[::2], pieces[1::2]):
            name, value = wire.escape(name), wire.escape(value, 2000)
            if not value:
                self.fault("empty macro %s" % name)
            if (len(name) > 1) != (name[:1] == "{" and name[-1:] == "}"):
                self.fault("macro name %r" % name)
            values[name] = value
        self.waiting = (stage, values)

    def note_macros(self, event=None):
        stage, values = self.waiting
        self.waiting = None
        name = COMMANDS[stage][0]
        if event is None and not COMMANDS[stage][1] & self.filter.off \
            and name not in self.skipped:
            self.fault("macros for %s, but another command came" % name)
        self.filter.macros.append((name, values))
        self.filter.scene.note(self.filter.who, "  macros %s: %s" % (name,
            " ".join("%s=%s" % pair for pair in values.items())))

    def strings(self, event, data, least, most=None):
        if not data.endswith(b"\0"):
            self.fault("%s without NUL: %s" % (event, wire.escape(data)))
        pieces = data.split(b"\0")[:-1]
        if len(pieces) < least or most and len(pieces) > most:
            self.fault("%s with %d strings" % (event, len(pieces)))
        return pieces

    def show_connect(self, data):
        host, _, rest = data.partition(b"\0")
        family = rest[:1].decode("latin-1")
        if family == "U":
            if rest[1:]:
                self.fault("octets behind family U")
            return " %s U" % wire.escape(host)
        if len(rest) < 4 or not rest.endswith(b"\0"):
            self.fault("malformed CONNECT: " + wire.escape(data))
            return " " + wire.escape(data)
        return " %s %s %d %s" % (wire.escape(host), family,
            struct.unpack("!H", rest[1:3])[0], wire.escape(rest[3:-1]))

    def show_helo(self, data):
        return " " + wire.escape(self.strings("HELO", data, 1, 1)[0])

    def show_mail(self, data):
        self.headers, self.body = [], bytearray()
        pieces = self.strings("MAIL", data, 1)
        if not pieces[0].startswith(b"<") or not pieces[0].endswith(b">"):
            self.fault("address without brackets")
        return " " + " ".join(wire.escape(p) for p in pieces)

    def show_rcpt(self, data):
        return " " + " ".join(wire.escape(p) for p in
            self.strings("RCPT", data, 1))

    def nothing(self, data):
        if data:
            self.fault("payload where none belongs: " + wire.escape(data))
        return ""

    show_data = show_eoh = show_eom = show_abort = show_quit = nothing

    def show_header(self, data):
        name, value = (self.strings("HEADER", data, 2, 2) + [b"", b""])[:2]
        if b"\r" in value or value.endswith(b"\n"):
            self.fault("line ends of a header: " + wire.escape(value))
        self.headers.append((name, value))
        return " %s|%s" % (wire.escape(name), wire.escape(value))

    def show_body(self, data):
        if not data:
            self.fault("empty BODY")
        self.body += data
        return " %d %s" % (len(data), wire.escape(data, 80))

    def show_unknown(self, data):
        return " " + wire.escape(self.strings("UNKNOWN", data, 1, 1)[0])

    def act(self, event, text, default):
        """Answer one event."""
        f = self.filter
        rule = f.rule(self.conn, event, text[len(event):])
        if rule is None:
            self.put(event, [packet(*p) for p in default], default)
            return
        out = []
        for action in rule.actions:
            word, _, rest = action.partition(" ")
            made = self.build(word, rest)
            if made is not None:
                out.append(made)
                continue
            self.put(event, out, default)
            out = []
            f.scene.note(f.who, action)
            self.special(word, rest, event)
        self.put(event, out, default)

    def put(self, event, packets, expected):
        if not packets:
            return
        self.answer = chr(packets[-1][4]) if len(packets[-1]) > 4 else None
        if expected and event != "OPTNEG" and self.stream.pending() and \
            self.stream.buf[4:5] not in (b"A", b"Q"):
            self.fault("a command came before the answer to %s" % event)
        self.filter.scene.note(self.filter.who, "> " + "  ".join(
            wire.escape(p[4:], 120) for p in packets))
        if "separate" in self.filter.options:
            for p in packets:
                self.stream.send(p)
        else:
            self.stream.send(b"".join(packets))

    def build(self, word, rest):
        """The packet of an action, or None if it is not one."""
        data = wire.unescape(rest)
        head, _, tail = data.partition(b"|")
        if word in EMPTY:
            return packet(EMPTY[word])
        if word == "reply":
            return packet("y", data + b"\0")
        if word == "addheader":
            return packet("h", head + b"\0" + tail + b"\0")
        if word in ("insheader", "chgheader"):
            index, _, head = head.partition(b" ")
            return packet("i" if word == "insheader" else "m", struct.pack(
                "!I", int(index, 0)) + head + b"\0" + tail + b"\0")
        if word in ("addrcpt", "delrcpt"):
            return packet("+" if word == "addrcpt" else "-", data + b"\0")
        if word in ("addrcpt-par", "chgfrom"):
            byte = "2" if word == "addrcpt-par" else "e"
            return packet(byte, head + b"\0" + (tail + b"\0" if b"|" in data
                else b""))
        if word == "replbody":
            return packet("b", data)
        if word == "quarantine":
            return packet("q", data + b"\0")
        if word == "packet":
            return packet(rest[:1], wire.unescape(rest[2:]))
        if word == "raw":
            return data
        return None

    def special(self, word, rest, event):
        stream, scene, who = self.stream, self.filter.scene, self.filter.who
        if word == "silent":
            return
        if word == "wait":
            scene.wait(who, rest)
        elif word == "signal":
            scene.signal(who, rest)
        elif word == "delay":
            for _ in range(int(rest.split()[0])):
                if not stream.broken:
                    time.sleep(0.1)
                    stream.send(packet("p"))
        elif word == "hang":
            stream.to_eof()
            self.filter.see("(%s)" % stream.lost)
            raise Gone
        elif word in ("close", "reset"):
            if word == "reset":
                stream.reset()
            else:
                stream.close()
            self.filter.see("(we closed)")
            raise Gone
        else:
            raise ValueError("unknown action %s at %s" % (word, event))
