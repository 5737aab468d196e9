"""What all scripted peers share: escapes, patterns, streams, the scene.

A peer is one party of a case: client, backend or filter.  Each has a Stream to
the gate and writes what it sends and gets into the Scene, which is printed
when the case fails.  Nothing in this directory uses the gate's code: a peer
that shares a parser with the gate would share its bugs.

Escapes, in every text of a case that stands for octets:
    \\r \\n \\t \\0 \\\\ \\xHH      one octet
    \\{N*text}                 text N times; text may hold escapes itself

Patterns, in every line that is compared:
    <<regexp>>                 a regular expression inside a literal line
    " *" at the end            any text, also none
"""

import os
import re
import select
import socket
import struct
import threading
import time

# How long a peer waits for anything before it calls the case failed.  Only a
# failing case ever gets there, so it is generous: sanitizers are slow.
LIMIT = float(os.environ.get("TEST_WAIT", "20"))

_ONE = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


def unescape(text):
    """The octets that an escaped text stands for; ValueError if malformed."""
    out = bytearray()
    i = 0
    while i < len(text):
        c = text[i]
        if c != "\\":
            out += c.encode("utf-8", "surrogateescape")
            i += 1
            continue
        c = text[i + 1:i + 2]
        if c in _ONE and c:
            out += _ONE[c]
            i += 2
        elif c == "x":
            out.append(int(text[i + 2:i + 4], 16))
            i += 4
        elif c == "{":
            end, depth = i + 2, 1
            while depth:
                if text[end] == "{" and text[end - 1] == "\\":
                    depth += 1
                elif text[end] == "}":
                    depth -= 1
                end += 1
            count, _, body = text[i + 2:end - 1].partition("*")
            out += unescape(body) * int(count)
            i = end
        else:
            raise ValueError("unknown escape in %r" % text)
    return bytes(out)


def escape(data, limit=400):
    """Octets as one printable line, cut in the middle when long."""
    if len(data) > limit:
        half = limit // 2
        return "%s[...%d octets...]%s" % (escape(data[:half]),
            len(data) - 2 * half, escape(data[-half:]))
    text = []
    for b in data:
        if b == 0x5c:
            text.append("\\\\")
        elif 0x20 <= b < 0x7f:
            text.append(chr(b))
        elif b in b"\r\n\t":
            text.append({13: "\\r", 10: "\\n", 9: "\\t"}[b])
        else:
            text.append("\\x%02x" % b)
    return "".join(text)


def pattern(line):
    """A compiled pattern of an expected line."""
    tail = ""
    if line.endswith(" *"):
        line, tail = line[:-2], "( .*)?"
    out = []
    for i, piece in enumerate(re.split(r"<<(.*?)>>", line)):
        out.append("(?:%s)" % piece if i % 2 else re.escape(piece))
    return re.compile("".join(out) + tail + r"\Z", re.S)


def octets(line):
    """A pattern of an expected line in octets; <<regexp>> and escapes."""
    return b"".join(b"(?:%s)" % piece.encode() if i % 2 else
        re.escape(unescape(piece))
        for i, piece in enumerate(re.split(r"<<(.*?)>>", line)))


def match_lines(expected, got):
    """Compare a list of lines with a list of patterns, where `...` stands for
    any number of lines.  Returns None or the index of the first expected line
    that could not be placed."""
    far = 0
    pats = [None if e.strip() == "..." else pattern(e) for e in expected]
    memo = set()

    def fits(i, j):
        nonlocal far
        if (i, j) in memo:
            return False
        far = max(far, i)
        if i == len(pats):
            good = j == len(got)
        elif pats[i] is None:
            good = any(fits(i + 1, k) for k in range(j, len(got) + 1))
        else:
            good = (j < len(got) and pats[i].match(got[j]) is not None
                and fits(i + 1, j + 1))
        if not good:
            memo.add((i, j))
        return good

    return None if fits(0, 0) else far


def strays(data):
    """Every octet that must never reach a backend, as `offset: octets`."""
    return ["%d: %s" % (m.start(), escape(data[max(0, m.start() - 10):
        m.end() + 10])) for m in
        re.finditer(rb"\r(?!\n)|(?<!\r)\n|\0", data)]


class Failed(Exception):
    """An expectation of the case does not hold."""


class Scene:
    """One running case: the common record, the named events, the findings."""

    def __init__(self, one_byte=False):
        self.one_byte = one_byte
        self.lock = threading.Lock()
        self.story = []
        self.faults = []
        self.events = {}
        self.start = time.monotonic()
        self.over = False

    def note(self, who, text):
        with self.lock:
            self.story.append("%6.3f %-3s %s"
                % (time.monotonic() - self.start, who, text))

    def fault(self, who, text):
        """A violation that fails the case whatever the script says."""
        self.note(who, "FAULT " + text)
        with self.lock:
            self.faults.append("%s: %s" % (who, text))

    def _event(self, name):
        with self.lock:
            return self.events.setdefault(name, threading.Event())

    def signal(self, who, name):
        self.note(who, "!signal " + name)
        self._event(name).set()

    def wait(self, who, name):
        if not self._event(name).wait(LIMIT):
            raise Failed("%s: waited %g s for event %s" % (who, LIMIT, name))
        self.note(who, "!wait %s: done" % name)


class Stream:
    """Octets to and from the gate over one or two descriptors.

    Every wait ends after LIMIT with Failed.  A lost connection is not an error
    here: reading gives None (`lost` tells end of file from reset) and writing
    sets `broken`, because a case may well want that.
    """

    def __init__(self, scene, who, sock=None, rfd=None, wfd=None):
        self.scene = scene
        self.who = who
        self.sock = sock
        self.rfd = sock.fileno() if sock else rfd
        self.wfd = sock.fileno() if sock else wfd
        self.buf = bytearray()
        self.raw = bytearray()
        self.lost = None
        self.broken = False
        self.limit = LIMIT
        for fd in {self.rfd, self.wfd}:
            os.set_blocking(fd, False)
        if sock and sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _wait(self, want_write, limit=None):
        limit = self.limit if limit is None else limit
        poll = select.poll()
        if self.lost is None:
            poll.register(self.rfd, select.POLLIN)
        if want_write:
            poll.register(self.wfd, select.POLLOUT | (select.POLLIN
                if self.wfd == self.rfd and self.lost is None else 0))
        ready = dict(poll.poll(limit * 1000))
        if not ready and limit:
            raise Failed("%s: nothing came within %g s" % (self.who, limit))
        return ready

    def _fill(self):
        try:
            data = os.read(self.rfd, 65536)
        except BlockingIOError:
            return
        except OSError as e:
            self.lost = "reset"
            self.scene.note(self.who, "(read: %s)" % e.strerror)
            return
        if not data:
            self.lost = "eof"
            return
        self.buf += data
        self.raw += data

    def pending(self):
        """Whether octets are waiting right now."""
        if not self.buf and self.lost is None and self._wait(False, 0):
            self._fill()
        return bool(self.buf)

    def send(self, data):
        """Write all, reading meanwhile so that two full pipes cannot lock."""
        step = 1 if self.scene.one_byte else 262144
        view = memoryview(bytes(data))
        while view and not self.broken:
            ready = self._wait(True)
            if self.lost is None and ready.get(self.rfd, 0) & ~select.POLLOUT:
                self._fill()
            if not ready.get(self.wfd, 0) & ~select.POLLIN:
                continue
            try:
                view = view[os.write(self.wfd, view[:step]):]
            except BlockingIOError:
                pass
            except OSError as e:
                self.broken = True
                self.scene.note(self.who, "(write: %s)" % e.strerror)
            if step == 1:
                os.sched_yield()

    def line(self):
        """One line up to and including LF; None at the end of input."""
        seen = 0
        while True:
            end = self.buf.find(b"\n", seen)
            if end >= 0:
                return self.take(end + 1)
            seen = len(self.buf)
            if self.lost is not None:
                return None
            self._wait(False)
            self._fill()

    def exactly(self, n):
        """n octets; None if the input ends before."""
        while len(self.buf) < n and self.lost is None:
            self._wait(False)
            self._fill()
        return self.take(n) if len(self.buf) >= n else None

    def take(self, n):
        data = bytes(self.buf[:n])
        del self.buf[:n]
        return data

    def to_eof(self):
        """Everything up to the end of input."""
        while self.lost is None:
            self._wait(False)
            self._fill()
        return self.take(len(self.buf))

    def half_close(self):
        if self.sock:
            try:
                self.sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        elif self.wfd != self.rfd and self.wfd >= 0:
            os.close(self.wfd)
            self.wfd = -1

    def reset(self):
        """Close with RST where the transport knows one."""
        if self.sock and self.sock.family != socket.AF_UNIX:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self.lost = "closed"
        self.broken = True
        if self.sock:
            self.sock.close()
        else:
            for fd in {self.rfd, self.wfd}:
                if fd >= 0:
                    os.close(fd)
            self.rfd = self.wfd = -1


class Listener:
    """The listening end of a scripted server, `serve(stream, n)` being run in
    a thread of its own for connection n (1, 2, ...)."""

    def __init__(self, scene, who, how, directory, serve):
        self.scene = scene
        self.who = who
        self.serve = serve
        self.threads = []
        self.fillers = []
        self.path = None
        self.lock = threading.Lock()
        self.ending = False
        self.shutting = False
        if how == "unix":
            self.path = os.path.join(directory, "%s.sock" % who.lower())
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.bind(self.path)
            os.chmod(self.path, 0o777)
        elif how == "tcp6":
            self.sock = socket.socket(socket.AF_INET6)
            self.sock.bind(("::1", 0))
        elif how in ("tcp4", "refuse", "full"):
            self.sock = socket.socket()
            self.sock.bind(("127.0.0.1", 0))
        else:
            raise ValueError("listen %s: tcp4, tcp6, unix, refuse or full"
                % how)
        self.how = how
        self.port = None if how == "unix" else self.sock.getsockname()[1]
        # "refuse" keeps the port without listening: connecting is refused and
        # nobody else can get the port meanwhile.  "full" listens and accepts
        # nothing: once its queue is full, connecting gets no answer at all.
        if how == "full":
            self.fill()
        elif how != "refuse":
            self.sock.listen(16)
            thread = threading.Thread(target=self._accept, daemon=True)
            thread.start()
            self.threads.append(thread)

    def fill(self):
        self.sock.listen(0)
        for _ in range(16):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(self.sock.getsockname())
            self.fillers.append(filler)
            poll = select.poll()
            poll.register(filler, select.POLLOUT)
            if not poll.poll(200):
                return
        raise Failed("the queue of a listener does not get full here")

    def _accept(self):
        n = 0
        while True:
            try:
                sock = self.sock.accept()[0]
                with self.lock:
                    if self.ending and not select.select([self.sock], [], [],
                        0)[0]:
                        sock.close()    # our own, behind all others
                        return
            except (OSError, ValueError):   # shut
                return
            n += 1
            thread = threading.Thread(target=self._run, daemon=True,
                args=(Stream(self.scene, self.who, sock), n))
            self.threads.append(thread)
            thread.start()

    def _run(self, stream, n):
        # What a server waits for depends on the others, whose limit is first.
        stream.limit = 4 * LIMIT
        try:
            self.serve(stream, n)
        except Failed as e:
            self.scene.fault(self.who, str(e))
        except Exception as e:      # a bug of a peer must fail the case too
            self.scene.fault(self.who, "%s: %s" % (type(e).__name__, e))
        stream.close()

    def shut(self):
        """No more connections from now on."""
        self.shutting = True
        try:
            self.sock.shutdown(socket.SHUT_RDWR)    # wakes accept()
        except OSError:
            pass
        self.sock.close()
        for filler in self.fillers:
            filler.close()

    def stop(self, limit=LIMIT):
        """The gate has ended: serve what still waits in the queue, then wait
        until all connections have ended."""
        last = socket.socket(self.sock.family)
        if self.threads and not self.shutting:
            with self.lock:
                last.connect(self.sock.getsockname())
                self.ending = True
            self.threads[0].join(limit)
        last.close()
        self.shut()
        for thread in self.threads:
            thread.join(limit)
            if thread.is_alive():
                self.scene.fault(self.who, "still busy after the end")


def clauses(lines, words):
    """Split a part of a case into options and rules.

    An option is `word value` with word in `words`.  A rule is
        [@connection] EVENT[#n] [text]: action // action ...
    or has its actions on indented lines below.  Returns (options, rules)."""
    options, rules = {}, []
    form = re.compile(r"(?:@(\d+) )?([A-Za-z*]+)(?:#(\d+))?"
        r"(?: (.*?))?:(?: (.*))?\Z")
    for line in lines:
        if not line.strip():
            continue
        if line[0] in " \t":
            if not rules:
                raise ValueError("action without a rule: %r" % line)
            rules[-1].actions.append(line.strip())
            continue
        word, _, value = line.partition(" ")
        if word in words:
            options.setdefault(word, []).append(value.strip())
            continue
        m = form.match(line)
        if not m:
            raise ValueError("neither option nor rule: %r" % line)
        rules.append(Rule(*m.groups()))
    return options, rules


class Rule:
    def __init__(self, conn, event, nth, text, action):
        self.conn = int(conn) if conn else None
        self.event = event
        self.nth = int(nth) if nth else None
        self.text = text
        self.actions = action.strip().split(" // ") if action else []
        self.used = False

    def applies(self, conn, event, nth, text):
        if self.event not in (event, "*"):
            return False
        if self.conn is not None and self.conn != conn:
            return False
        if self.nth is not None and self.nth != nth:
            return False
        return self.text is None or self.text in text


class Gone(Exception):
    """The script closed the connection, or the other side did."""


class Peer:
    """A server that a script tells what to say; `serve(stream, conn)` of the
    subclass speaks with connection conn.  words: the options it knows."""

    def __init__(self, scene, who, lines, words):
        self.scene = scene
        self.who = who
        self.options, self.rules = clauses(lines, words)
        self.count = {}
        self.listener = None

    def option(self, word, default=None):
        return self.options.get(word, [default])[-1]

    def start(self, directory):
        self.listener = Listener(self.scene, self.who,
            self.option("listen", "tcp4"), directory, self.serve)

    def stop(self):
        if self.listener:
            self.listener.stop()

    def rule(self, conn, event, text):
        """The rule for an event that has just come, or None."""
        nth = self.count[event] = self.count.get(event, 0) + 1
        for rule in self.rules:
            if rule.applies(conn, event, nth, text):
                rule.used = True
                return rule
        return None

    def unused(self):
        return [r for r in self.rules if not r.used]
