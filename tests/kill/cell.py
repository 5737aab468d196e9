"""One cell of the kill matrix: a mail goes through the gate, and at some of the
events on its way somebody dies; see matrix.py.

The parties are written as generators that yield when they have to wait, and
all of them run in one thread under one poll.  So an event is a point in the
order of what was sent and received, and a misfortune comes at exactly that
point; only how far the gate has come meanwhile is left to chance.
"""

import os
import re
import select
import signal
import socket
import ssl
import struct
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GATE = os.environ.get("GATE_REACHABLE") or os.environ.get("GATE") or \
    os.path.join(HERE, "..", "..", "spsmtpgate")
GATE = os.path.abspath(GATE)
PATIENCE = float(os.environ.get("TEST_WAIT", "20"))


class Died(Exception):
    """The script ended this connection."""


class Io:
    """One connection.  Its methods are generators that yield the Io that they
    wait for, and give None when it has ended; `lost` says how."""

    def __init__(self, sock):
        self.sock = sock
        sock.setblocking(False)
        if sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fd = sock.fileno()
        self.buf = bytearray()
        self.lost = None
        self.mute = False           # our side has ended
        self.broken = False         # a write failed
        self.gen = None

    def fill(self, most=65536):
        try:
            data = self.sock.recv(most)
        except BlockingIOError:
            return
        except OSError:
            self.lost = self.lost or "reset"
            return
        if not data:
            # The failed write has taken the error away.
            self.lost = self.lost or ("reset" if self.broken else "eof")
        self.buf += data

    def need(self, n):
        """At least n octets are in buf; those behind are left in the socket as
        far as possible, so that its other end fills up."""
        while len(self.buf) < n:
            if self.lost is None:
                self.fill(n - len(self.buf))
            if len(self.buf) >= n:
                break
            if self.lost is not None:
                return None
            yield self
        return True

    def line(self):
        while True:
            end = self.buf.find(b"\n")
            if end >= 0:
                line = bytes(self.buf[:end + 1])
                del self.buf[:end + 1]
                return line
            if self.lost is not None:
                return None
            self.fill()
            if b"\n" not in self.buf and self.lost is None:
                yield self

    def reply(self):
        """(code, octets) of one whole reply."""
        octets = b""
        while True:
            line = yield from self.line()
            if line is None:
                return None
            octets += line
            if line[3:4] != b"-":
                return int(line[:3]), octets

    def to_end(self):
        while self.lost is None:
            self.fill()
            if self.lost is None:
                yield self

    def send(self, data):
        """Written at once, or lost: what a peer writes here always fits, but
        for the text of the client (see put)."""
        if self.mute or self.lost == "closed":
            return
        try:
            self.sock.send(data)
        except OSError:
            self.broken = True

    def put(self, data):
        """More than a socket may hold; waits by looking for input, too."""
        at = 0
        while at < len(data) and not self.mute and self.lost is None:
            try:
                at += self.sock.send(data[at:at + 65536])
            except BlockingIOError:
                yield self, True
            except OSError:
                return

    def end(self):
        self.mute = True
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self, reset=False):
        if self.lost == "closed":
            return
        if reset and self.sock.family == socket.AF_INET:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                struct.pack("ii", 1, 0))
        self.sock.close()
        self.lost = "closed"


class TlsIo(Io):
    """The server's side of TLS, from the first octet.  As libraries can be told
    to, it takes an end without close_notify for an end like any other."""

    def __init__(self, sock, context):
        super().__init__(sock)
        self.came, self.goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.came, self.goes, server_side=True)
        self.early = b""            # said before the handshake was done
        self.ready = False

    def fill(self, most=65536):
        clear, self.buf = self.buf, bytearray()
        super().fill(most)
        self.came.write(self.buf)
        self.buf = clear
        try:
            if not self.ready:
                self.tls.do_handshake()
                self.ready = True
                self.send(self.early)
            while data := self.tls.read(65536):
                self.buf += data
            self.lost = self.lost or "eof"
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.lost = self.lost or "eof"
        except ssl.SSLError:
            self.lost = self.lost or "reset"
        self.flush()

    def flush(self):
        if self.goes.pending:
            super().send(self.goes.read())

    def send(self, data):
        if not self.ready:
            self.early += data
        elif data and self.lost is None:
            self.tls.write(data)
            self.flush()


class Cell:
    """One mail, and the misfortunes [(party, kind, event, which)]."""

    def __init__(self, stage, faults):
        self.stage = stage
        self.variant = stage.variant
        self.faults = list(faults)
        self.fired = 0
        self.at = []                # where in the trace each fired
        self.trace = []
        self.counts = {}
        self.stored = []
        self.ios = {}
        self.current = None         # the backend's latest connection
        self.filter = None
        self.filter_died = False    # it had come by then
        self.forever = False
        self.killed = False
        self.left = None
        self.finals = {}            # the answers to the client's final dots
        self.said = []              # all codes that it got
        self.dotted = False         # it has sent the final dot
        self.silent = False         # it waited in vain
        self.wrong = []

    # --- events ----------------------------------------------------------

    def event(self, name, io=None):
        n = self.counts[name] = self.counts.get(name, 0) + 1
        self.trace.append((name, n))
        while self.fired < len(self.faults) and \
            self.faults[self.fired][2:] == (name, n):
            party, kind = self.faults[self.fired][:2]
            self.fired += 1
            self.at.append(len(self.trace) - 1)
            getattr(self, party + "_dies")(kind)
        if io is not None and io.lost == "closed":
            raise Died

    def backend_dies(self, kind):
        self.forever = kind == "forever"
        if self.current is not None:
            self.current.close()

    def client_dies(self, kind):
        self.left = kind
        if kind == "quit":
            self.client.send(b"QUIT\r\n")
        if kind in ("fin", "quit"):
            self.client.end()
        else:
            self.client.close(reset=True)

    def filter_dies(self, kind):
        if self.filter is not None:
            self.filter_died = True
            self.filter.close()

    def gate_dies(self, kind):
        self.killed = self.killed or kind == "KILL"
        os.kill(self.pid, getattr(signal, "SIG" + kind))

    # --- the parties -----------------------------------------------------

    def play_client(self, io):
        self.event("C start", io)
        if (yield from self.hear(io, "C greeting", 220)) and \
            (yield from self.ask(io, b"EHLO c.example", 250)):
            for n in range(self.variant.mails):
                if not (yield from self.play_mail(io, n)):
                    break
        if self.left is None:
            io.send(b"QUIT\r\n")
        yield from io.to_end()
        io.close()

    def play_mail(self, io, n):
        """Mail number n; true when there may be another."""
        mail = self.variant
        commands = [(b"MAIL FROM:<%s>" % mail.sender, 250)] + \
            [(b"RCPT TO:<%s>" % r, 250) for r in mail.rcpts]
        for line, code in commands + ([] if mail.chunks else
            [(b"DATA", 354)]):
            if not (yield from self.ask(io, line, code)):
                return False
        text = mail.text(n)
        first, rest = text[:len(text) // 2], text[len(text) // 2:]
        if mail.chunks:
            if not (yield from self.ask(io, b"BDAT %d\r\n" % len(first) +
                first, 250)):
                return False
            io.send(b"BDAT %d LAST\r\n" % len(rest))
            first, rest = rest[:len(rest) // 2], rest[len(rest) // 2:]
        yield from io.put(first)
        self.event("C half", io)
        # The last chunk has no dot: its last octets are what ends it.
        yield from io.put(rest[:-3] if mail.chunks else rest)
        self.event("C text", io)
        dotted = not io.mute
        io.send(rest[-3:] if mail.chunks else b".\r\n")
        self.dotted = self.dotted or dotted
        self.event("C dot", io)
        answer = yield from io.reply()
        self.hears(answer)
        if not answer:
            return False
        if dotted:
            self.finals[n] = answer[0]
        self.event("C final", io)
        return not io.mute and answer[0] != 421

    def ask(self, io, line, code):
        verb = line.split()[0].decode()
        io.send(line if verb == "BDAT" else line + b"\r\n")
        self.event("C %s?" % verb, io)
        return (yield from self.hear(io, "C %s!" % verb, code))

    def hears(self, answer):
        if answer:
            self.said.append(answer[0])
        elif self.left is None and 421 not in self.said:
            self.silent = True

    def hear(self, io, event, code):
        """The reply; None when the client has nothing more to do here."""
        answer = yield from io.reply()
        self.hears(answer)
        if not answer:
            return None
        self.event(event, io)
        return answer if answer[0] == code and not io.mute else None

    def play_filter(self, io):
        mail = self.variant
        while (yield from io.need(4)):
            length = struct.unpack("!I", io.buf[:4])[0]
            if not (yield from io.need(4 + length)):
                break
            byte, data = io.buf[4:5], bytes(io.buf[5:4 + length])
            del io.buf[:4 + length]
            go_on = struct.pack("!I", 1) + b"c"
            if byte == b"O":
                # No reply to the parts of the text.
                io.send(struct.pack("!IcIII", 13, b"O", 6, 0x1ff, 0xc0080))
            elif byte == b"E":
                self.event("F eom?", io)
                io.send(mail.edit_packets() + go_on)
                self.event("F eom!", io)
            elif byte in b"CHMRTU":
                if data and byte in b"MR":
                    self.event("F MAIL" if byte == b"M" else "F RCPT", io)
                io.send(go_on)
        io.close()

    def play_backend(self, io):
        """RFC 5321's server.  With a real one behind, its answers are passed
        on instead of our own, but death comes at the same moments."""
        behind = None
        if self.stage.real:
            behind = Io(socket.create_connection(self.stage.upstream))
            self.ios[behind.fd] = behind
        try:
            yield from self.serve(io, behind)
        except Died:
            pass
        io.close(reset=False)
        if behind:
            # What it was given it may still store: wait for its last word.
            behind.end()
            yield from behind.to_end()
            behind.close()

    def answer(self, behind, line, own):
        if behind is None:
            return own
        if line is not None:
            behind.send(line)
        answer = yield from behind.reply()
        return answer[1] if answer else b""

    def serve(self, io, behind):
        self.event("B connect", io)
        offer = b"".join(b"250-%s\r\n" % w.encode() for w in
            self.variant.offer).replace(b"XCLIENT", b"XCLIENT ADDR PORT NAME")
        own = {"EHLO": b"250-be.example\r\n" + offer + b"250 SIZE 9999999\r\n",
            "XCLIENT": b"220 be.example ESMTP\r\n", "QUIT": b"221 bye\r\n",
            "DATA": b"354 go ahead\r\n"}
        own["LHLO"] = own["EHLO"]
        io.send((yield from self.answer(behind, None,
            b"220 be.example ESMTP\r\n")))
        self.event("B greeting", io)
        sender, rcpts = None, []
        while (line := (yield from io.line())) is not None:
            verb = line.split()[0].decode().upper() if line.split() else ""
            self.event("B %s?" % verb, io)
            reply = yield from self.answer(behind, line, own.get(verb,
                b"250 2.0.0 ok\r\n"))
            good = reply[:1] in b"23"
            address = line.partition(b"<")[2].partition(b">")[0]
            if verb == "MAIL" and good:
                sender, rcpts = address, []
            elif verb == "RCPT" and good:
                rcpts.append(address)
            elif verb in ("RSET", "EHLO", "LHLO"):
                sender, rcpts = None, []
            elif verb == "DATA" and (sender is None or not rcpts):
                self.wrong.append("DATA without an envelope")
            if verb != "DATA":
                io.send(reply)
                self.event("B %s!" % verb, io)
                if verb == "QUIT":
                    return
                continue
            io.send(reply)
            self.event("B 354", io)
            yield from self.take_text(io, behind, sender, rcpts)
            sender, rcpts = None, []

    def take_text(self, io, behind, sender, rcpts):
        size = len(self.variant.wants[0])
        for n, event in ((size // 2, "B half"), (size, "B text"),
            (size + 1, "B dot"), (size + 2, "B dot CR")):
            if not (yield from io.need(n)):
                break
            self.event(event, io)
        lenient = self.variant.backend == "lenient"
        mark = re.compile(rb"(?:\A|\n)\.\r?\n" if lenient else
            rb"(?:\A|\r\n)\.\r\n")
        seen = 0
        while not (m := mark.search(io.buf, max(0, seen - 5))):
            seen = len(io.buf)
            if io.lost is not None:
                if lenient and io.lost == "eof":
                    self.store(sender, rcpts, bytes(io.buf))
                raise Died
            io.fill()
            if len(io.buf) == seen and io.lost is None:
                yield io
        raw, rest = bytes(io.buf[:m.end()]), bytes(io.buf[m.end():])
        io.buf[:] = rest
        if rest:
            self.wrong.append("octets behind the final dot: %r" % rest[:50])
        if behind is None:
            self.store(sender, rcpts, raw[:-3])
            reply = b"250 2.0.0 stored\r\n"
        else:
            yield from behind.put(raw)
            reply = (yield from behind.reply())[1]
        self.event("B stored", io)
        if self.variant.backend == "lmtp":
            for _ in rcpts[1:]:     # one for each (RFC 2033 section 4.2)
                io.send(reply)
                self.event("B one reply", io)
        io.send(reply[:5])
        self.event("B half reply", io)
        io.send(reply[5:])
        self.event("B reply", io)

    def store(self, sender, rcpts, text):
        self.stored.append((sender, rcpts, text))

    # --- playing ---------------------------------------------------------

    def start(self):
        stage = self.stage
        stage.log.truncate(0)
        ours = socket.socket()
        ours.connect(stage.door.getsockname())
        theirs = stage.door.accept()[0]
        env = {"PATH": "/usr/bin:/bin", "ASAN_OPTIONS": "detect_leaks=0"}
        self.pid = os.posix_spawn(GATE, [GATE, "-c", stage.config], env,
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, theirs.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, stage.log.fileno(), 2)])
        theirs.close()
        return ours

    def join(self, io, gen):
        io.gen = gen
        self.ios[io.fd] = io
        self.resume(io, io)

    def resume(self, owner, io):
        """Lets the generator of owner go on until it waits again."""
        try:
            waits = next(owner.gen)
        except (StopIteration, Died):
            owner.gen = None
            if owner.lost != "closed":
                owner.close()
            return
        want = select.POLLIN
        if isinstance(waits, tuple):
            waits, want = waits[0], select.POLLIN | select.POLLOUT
        if waits.lost == "closed":      # died while it waited for another
            self.ready.append(owner)
            return
        self.waiting[waits.fd] = owner, waits, want

    def play(self):
        stage = self.stage
        self.waiting, self.ready = {}, []
        end = time.monotonic() + PATIENCE
        self.client = Io(self.start())
        pidfd = os.pidfd_open(self.pid)
        doors = {stage.backends.fileno(): stage.backends,
            stage.filters.fileno(): stage.filters}
        running = True
        self.join(self.client, self.play_client(self.client))
        while running or any(io.gen for io in self.ios.values()):
            poll = select.poll()
            for fd in doors:
                poll.register(fd, select.POLLIN)
            if running:
                poll.register(pidfd, select.POLLIN)
            for fd, (owner, io, want) in list(self.waiting.items()):
                if io.lost == "closed":
                    del self.waiting[fd]
                    self.ready.append(owner)
                else:
                    poll.register(fd, want)
            found = [] if self.ready else poll.poll(
                max(0, end - time.monotonic()) * 1000)
            if not found and not self.ready:
                self.wrong.append("nothing moves any more")
                os.kill(self.pid, signal.SIGKILL)
                break
            for owner in self.ready[:]:
                self.ready.remove(owner)
                if owner.gen:
                    self.resume(owner, owner)
            for fd, _ in found:
                if fd in doors:
                    self.accept(doors[fd])
                elif fd == pidfd:
                    running = False
                elif fd in self.waiting:
                    owner, io, _ = self.waiting.pop(fd)
                    if owner.gen:
                        self.resume(owner, io)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(pidfd)
        for sock in doors.values():     # what the gate left in the queues
            while self.accept(sock):
                pass
        for io in list(self.ios.values()):
            io.close(reset=True)
        if stage.maildir:
            self.stored = stage.stored()
        self.judge()
        return self

    def accept(self, door):
        try:
            sock = door.accept()[0]
        except BlockingIOError:
            return False
        io = TlsIo(sock, self.stage.context) if self.stage.context and \
            door is self.stage.backends else Io(sock)
        if door is self.stage.filters:
            self.filter = io
            self.join(io, self.play_filter(io))
        elif self.forever:
            io.close()
        else:
            self.current = io
            self.join(io, self.play_backend(io))
        return True

    # --- the verdict -----------------------------------------------------

    def index(self, name, last=None):
        """Where in the trace an event stands, before `last`; -1 if not."""
        trace = self.trace if last is None else self.trace[:last]
        for i in range(len(trace) - 1, -1, -1):
            if trace[i][0] == name:
                return i
        return -1

    def fell(self, party):
        """When that party's misfortune happened, or None."""
        for at, fault in zip(self.at, self.faults):
            if fault[0] == party:
                return at
        return None

    def judge(self):
        wrong, mail = self.wrong, self.variant
        self.stage.log.seek(0)
        log = self.stage.log.read().decode("utf-8", "replace")
        self.log = log
        if re.search(r"Sanitizer|runtime error:", log):
            wrong.append("the sanitizer spoke")
        if self.status != 0 and not (self.killed and self.status == -9):
            wrong.append("exit status %d" % self.status)
        if os.listdir(self.stage.spool):
            wrong.append("a file is left in the spool directory")
        counts = [0] * mail.mails
        for sender, rcpts, text in self.stored:
            if text in mail.wants:
                counts[mail.wants.index(text)] += 1
            else:
                wrong.append("PARTIAL: %d octets stored, not %d: %r" % (
                    len(text), len(mail.wants[0]), text[-60:]))
            if (sender, rcpts) != mail.envelope:
                wrong.append("stored for %r" % ((sender, rcpts),))
        if self.silent and not self.killed:
            wrong.append("the client got no answer")
        self.twice = None
        for n, count in enumerate(counts):
            final = self.finals.get(n)
            told = final is not None and final // 100 == 2
            if count > 1:
                wrong.append("TWICE: stored %d times" % count)
            if told and not count:
                wrong.append("LOST: %d without a stored mail" % final)
            if final is not None and final // 100 == 5:
                wrong.append("refused for good: %d" % final)
            if count and not told:
                self.twice = self.excuse()
                if self.twice is None:
                    wrong.append("DUPLICATE: stored, the client will come "
                        "again")
        self.final = self.finals.get(0)
        if mail.mails == 1 and "keep" not in (mail.edits or ()):
            self.judge_promises(self.final is not None and
                self.final // 100 == 2)

    def excuse(self):
        """Why a mail is stored of which the client does not know."""
        backend, client, gate = map(self.fell, ("backend", "client", "gate"))
        one = self.variant.mails == 1   # of two it may be either
        if self.killed and gate is not None:
            return "gate killed behind the dot"
        kept = "keep" in (self.variant.edits or ())
        if kept:                # in the Maildir, before we can know of it
            return "client left behind the filter's word" if client is not \
                None and client >= self.index("F eom!") >= 0 else None
        replied = self.index("B reply")
        if backend is not None and (not one or self.index("B stored") <=
            backend and (replied < 0 or backend < replied)):
            return "backend died behind the dot"
        # One that left before the backend was ready could be seen to have.
        if client is not None and self.left != "quit" and (not one or
            client >= self.index("B 354")):
            return "client left behind the dot"
        return None

    def judge_promises(self, told):
        """What is promised when only one thing goes wrong."""
        kinds = [f[0] for f in self.faults[:self.fired]]
        if not kinds or kinds == ["client"] and self.left == "quit" and \
            self.dotted:
            if not told or len(self.stored) != 1:
                self.wrong.append("not delivered: %s" % self.final)
        elif kinds == ["client"] and self.left != "quit":
            if self.stored and not told and \
                self.at[0] < self.index("B DATA?"):
                self.wrong.append("delivered for a client that had left")
        elif kinds == ["backend"]:
            self.judge_redial(told)
        elif kinds == ["filter"] and self.filter_died:
            # F=T: what a filter has not judged is not delivered.
            judged = 0 <= self.index("F eom!") <= self.at[0]
            if bool(self.stored) != judged:
                self.wrong.append("filter died, stored: %s" % self.stored)
        elif kinds == ["gate"] and not self.killed:
            before = self.index("B 354")
            if not self.stored and not told and 421 not in self.said:
                self.wrong.append("SIGTERM and no 421")
            if self.stored and not told or self.stored and before == -1:
                self.wrong.append("SIGTERM and stored")

    def judge_redial(self, told):
        """A backend that dies once and was lost before the dot is dialled
        again, and nobody notices."""
        name, n = self.trace[self.at[0]]
        kind = self.faults[0][1]
        mail = self.trace.index(("B MAIL?", 1)) if ("B MAIL?", 1) in \
            self.trace else len(self.trace)
        # What fits into the kernel goes there with its dot.
        unknown = self.final == 451 and "outcome unknown" in self.log and \
            self.at[0] >= self.index("B 354") >= 0
        if kind == "once" and self.at[0] >= mail and name in ("B MAIL?",
            "B MAIL!", "B RCPT?", "B RCPT!", "B RSET?", "B RSET!", "B DATA?",
            "B 354", "B half", "B text", "C half", "C text", "C dot",
            "F eom?") and not told and not unknown:
            self.wrong.append("not delivered over a new connection: %s"
                % self.final)
        if name in ("B dot", "B dot CR", "B stored", "B one reply",
            "B half reply") and \
            self.final != 451:
            self.wrong.append("no answer to the dot, and the client hears %s"
                % self.final)
        if name == "B reply" and not told:
            self.wrong.append("the backend said 250, the client hears %s"
                % self.final)


