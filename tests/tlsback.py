#!/usr/bin/python3
"""TLS with backends, and TLS that the launcher makes (UCSPI-TLS).  Prints TAP.
"""

import contextlib
import os
import re
import select
import shutil
import socket
import ssl
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (DROP, Listener, Memory, Raw, Skip, Store, both, nothing_clear,
    pin, send, serve, until, want)


def test_backend(p):
    """TLS with the backend: none, may, require, verify, pinned, at once"""
    right, wrong = pin(p, "back.pem"), pin(p, "ec.pem")
    for server, lines, good in ((p.secure, ("TLS0 = may",), True),
        (p.secure, ("TLS0 = require",), True),
        (p.secure, ("TLS0 = verify", "TLSName0 = back.example.org"), True),
        (p.secure, ("TLS0 = verify", "TLSName0 = other.example.org"), False),
        (p.secure, ("TLS0 = verify",), False),
        (p.secure, ("TLS0 = require", "TLSPin0 = " + right), True),
        (p.secure, ("TLS0 = require", "TLSPin0 = " + wrong), False),
        (p.first, ("TLS0 = require", "TLSImplicit0 = yes"), True),
        (p.first, ("TLS0 = verify", "TLSImplicit0 = yes",
        "TLSName0 = back.example.org"), True),
        (p.backend, ("TLS0 = may",), True),
        (p.backend, ("TLS0 = require",), False),
        (p.backend, ("TLS0 = verify", "TLSName0 = back.example.org"), False)):
        for sock in ("", p.sock()):
            conf = p.conf(tls=("CAFile = " + p.file("back.pem"),), backend=(
                "ConnectRetry = 0", "Server0 = " + server, *lines),
                socket=sock)
            if sock:
                p.resident(conf)
            g = Listener(p, conf)
            got = send(g)
            want("%s, %s" % (lines, "good" if good else "bad"),
                got.startswith(b"250" if good else b"421"), (got, g.text()))


def test_backend_names(p):
    """verify: an asterisk in a certificate is a whole label of a name, and the
    log says what is wrong with one that is for somebody else"""
    for host, good in (("*.example.org", True), ("b*.example.org", False)):
        p.cert("star", host)
        g = Listener(p, p.conf(tls=("CAFile = " + p.file("star.pem"),),
            backend=("ConnectRetry = 0", "Server0 = " +
            p.new_server("starttls", "star"), "TLS0 = verify",
            "TLSName0 = back.example.org")))
        want(host, send(g).startswith(b"250" if good else b"421"))
        want("the reason", good or "hostname mismatch" in g.text(), g.text())


def test_backend_dates(p):
    """verify: a certificate that is not valid any more, not yet, or of no known
    authority is refused; a pin asks for the key alone"""
    p.cert_from("past", "20200101000000Z", "20210101000000Z")
    p.cert_from("future", "20800101000000Z", "20810101000000Z")
    for name, reason in (("past", "certificate has expired"),
        ("future", "certificate is not yet valid"),
        ("rsa", "self-signed certificate")):
        server = p.new_server("implicit", name)
        known = p.file("ec.pem" if name == "rsa" else name + ".pem")
        for more, good in ((("TLS0 = verify", "TLSName0 = mx.example.org"),
            False), (("TLS0 = require", "TLSPin0 = " + pin(p, name + ".pem")),
            True)):
            g = Listener(p, p.conf(tls=("CAFile = " + known,), backend=(
                "ConnectRetry = 0", "Server0 = " + server, "TLSImplicit0 = yes",
                *more)))
            want(name, send(g).startswith(b"250" if good else b"421"), g.text())
            want(reason, good or reason in g.text(), g.text())


@both
def test_backend_handshake(p, sock):
    """a server that says nothing in the handshake, leaves in it, or says
    something else, is given up in time, and the next one taken"""
    s = socket.create_server(("127.0.0.1", 0))
    address = "127.0.0.1:%d" % s.getsockname()[1]
    # Descriptors stay open in here: an end is for the gate to make.
    plays = [(b"", False), (b"", True), (b"220 not TLS\r\n", False),
        (b"\x16\x03\x03\x40\x00\x02", True)]
    kept = []

    def talk():
        for octets, leave in 2 * plays:
            c, _ = s.accept()
            kept.append(c)
            if len(kept) > len(plays):      # by STARTTLS
                c.sendall(b"220 back ESMTP\r\n")
                for answer in (b"250-back\r\n250 STARTTLS\r\n",
                    b"220 go\r\n"):
                    c.recv(1000)
                    c.sendall(answer)
            c.recv(1000)                    # a ClientHello
            c.sendall(octets)
            if leave:
                c.shutdown(socket.SHUT_RDWR)
    threading.Thread(target=talk, daemon=True).start()
    for implicit in ("yes", "no"):
        for _ in plays:
            g = serve(p, sock, pairs=(), tls=("HandshakeTimeout = 1",),
                server=("RuntimeDir = \"\"",), backend=("ConnectRetry = 0",
                "Server0 = %s 1000" % address, "Server1 = %s 0" % p.secure,
                "TLS0 = require", "TLSImplicit0 = " + implicit,
                "TLS1 = require"))
            want("250", send(g).startswith(b"250"), g.text())
            want("the log", re.search(address + ": TLS: handshake", g.text()),
                g.text())


def test_backend_alone(p):
    """a resident without certificates serves connections to backends, and has
    nothing to complain of, however often it is asked"""
    conf = p.conf(backend=("Server0 = " + p.secure, "TLS0 = require"),
        socket=p.sock())
    helper = p.resident(conf)
    g = Listener(p, conf)
    want("250", send(g).startswith(b"250"))
    helper.terminate()
    text = helper.communicate()[1].decode()
    want("no complaint", text == "", text)


def test_backend_injection(p):
    """a backend's answer to STARTTLS with more behind it is not believed"""
    s = socket.create_server(("127.0.0.1", 0))

    def talk():
        while True:
            c, _ = s.accept()
            with contextlib.suppress(OSError), c, c.makefile("rb") as f:
                c.sendall(b"220 back ESMTP\r\n")
                f.readline()
                c.sendall(b"250-back\r\n250 STARTTLS\r\n")
                f.readline()
                c.sendall(b"220 go\r\n250 evil\r\n")
                f.readline()
    threading.Thread(target=talk, daemon=True).start()
    g = Listener(p, p.conf(backend=("ConnectRetry = 0", "Server0 = 127.0.0.1:%d"
        % s.getsockname()[1], "TLS0 = may")))
    want("421", send(g).startswith(b"421"))
    want("the reason", "said more than 220" in g.text(), g.text())


@both
def test_backend_stalls(p, sock):
    """a server that stops taking a large mail is given up within WriteTimeout,
    as without TLS: no gate waits for it for ever"""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(p.file("back.pem"), p.file("back.key"))
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.bind(("127.0.0.1", 0))
    s.listen()
    heard = threading.Event()

    def talk(c):
        with contextlib.suppress(OSError), server.wrap_socket(c,
            server_side=True) as t, t.makefile("rb") as f:
            t.sendall(b"220 back ESMTP\r\n")
            while line := f.readline():
                if line == b"DATA\r\n":
                    t.sendall(b"354 go\r\n")
                    heard.wait(60)
                    return
                t.sendall(b"250 ok\r\n")

    def accept():
        while True:
            threading.Thread(target=talk, args=(s.accept()[0],),
                daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    g = serve(p, sock, backend=("Server0 = 127.0.0.1:%d" % s.getsockname()[1],
        "TLS0 = require", "TLSImplicit0 = yes", "WriteTimeout = 1"))
    c = Raw(g.port)
    c.reply()
    for line in (b"EHLO c", b"MAIL FROM:<a@x.example>",
        b"RCPT TO:<b@y.example>", b"DATA"):
        c.cmd(line)
    c.s.sendall(b"Subject: x\r\n\r\n" + b"hello world\r\n" * 700000)
    want("451", c.cmd(b".").startswith(b"451 4.4.2"))
    heard.set()
    want("221", c.cmd(b"QUIT").startswith(b"221"))


REPORT = b"SSL_PROTOCOL=TLSv1.3\0SSL_CIPHER=X\0\0"


def pump(tls, out, back):
    """Both ways between TLS and descriptors, by one thread: OpenSSL's objects
    are no place for two."""
    c = tls.s
    while True:
        if select.select([c, back], [], [])[0] != [c]:
            data = os.read(back, 65536)
            if not data:
                with contextlib.suppress(OSError, ssl.SSLError):
                    tls.tls.unwrap()
                tls.flush()
                return
            tls.tls.write(data)
            tls.flush()
            continue
        data = c.recv(65536)
        if not data:
            return
        tls.inp.write(data)
        with contextlib.suppress(ssl.SSLWantReadError):
            while data := tls.tls.read(65536):
                os.write(out, data)


def honest(report):
    """A launcher's helper that makes the handshake, and says so."""
    def play(p, control, c, out, back):
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(p.file("ec.pem"), p.file("ec.key"))
        tls = Memory(c, server)
        control.sendall(report)
        control.close()
        with contextlib.suppress(OSError):
            pump(tls, out, back)
    return play


class Ucspi(threading.Thread):
    """A launcher written from the description of the protocol, for one
    connection; play is what its helper does when it is told to begin."""

    def __init__(self, p, play, pipes=False, env=None, tls=(), child=()):
        super().__init__(daemon=True)
        self.s = socket.create_server(("127.0.0.1", 0))
        self.port = self.s.getsockname()[1]
        self.p, self.play, self.pipes = p, play, pipes
        self.env = {"UCSPITLS": "1", **(env or {})}
        self.child = ["--", *child] if child else []
        self.conf = p.conf(tls=tls)
        self.log = p.file("ucspi%d" % self.port)
        self.told = b""
        self.gate = None
        self.start()

    def run(self):
        c, _ = self.s.accept()
        c.setblocking(True)
        control, theirs = socket.socketpair()
        if self.pipes:      # as s6-ucspitlsd does
            read, out = os.pipe()
            back, write = os.pipe()
        else:
            a, b = socket.socketpair()
            read = write = b.detach()
            out = back = a.detach()
        env = dict(os.environ, SSLCTLFD=str(theirs.fileno()),
            SSLREADFD=str(read), SSLWRITEFD=str(write), PROTO="TCP",
            TCPREMOTEIP="192.0.2.9", **self.env)
        with open(self.log, "ab") as f:
            self.gate = subprocess.Popen([self.p.gate, "-c", self.conf,
                *self.child], stdin=c, stdout=c, stderr=f, cwd="/", env=env,
                pass_fds=(theirs.fileno(), read, write), **DROP)
        theirs.close()
        for fd in {read, write}:
            os.close(fd)
        with control, c:
            self.told = control.recv(1)
            if self.told == b"Y":
                self.play(self.p, control, c, out, back)
        for fd in {out, back}:
            os.close(fd)
        self.gate.wait()

    def text(self):
        self.join(30)
        want("it has ended", not self.is_alive())
        with open(self.log, encoding="utf-8") as f:
            return f.read()


def test_ucspi(p):
    """UCSPI-TLS: the launcher's helper is asked, and its report believed, be
    the plain side a socket or two pipes"""
    for pipes, cipher in ((False, b"X"), (True, b"X\r\nY")):
        u = Ucspi(p, honest(REPORT.replace(b"X", cipher)), pipes)
        c = Raw(u.port).secure()
        want("not twice", b"STARTTLS" not in c.ehlo())
        want("250", c.cmd(b"MAIL FROM:<a@x.example>").startswith(b"250"))
        nothing_clear(u.gate)
        want("221", c.cmd(b"QUIT").startswith(b"221"))
        want("close_notify", c.s.recv(1) == b"")
        c.s.close()
        # It goes into headers: no ends of lines of theirs.
        want("the log", 'tls="TLSv1.3 %s"' % ("X??Y" if pipes else "X") in
            u.text() and "client=192.0.2.9" in u.text(), u.text())


def test_ucspi_required(p):
    """Require where the launcher makes TLS: the gate needs no certificate of
    its own for that"""
    u = Ucspi(p, honest(REPORT), tls=("Require = yes",))
    c = Raw(u.port)
    want("220", c.reply().startswith(b"220"))
    c.cmd(b"EHLO c")
    want("530", c.cmd(b"MAIL FROM:<a@x.example>").startswith(b"530 5.7.0"))
    want("220", c.cmd(b"STARTTLS").startswith(b"220"))
    c.tls()
    c.cmd(b"EHLO c")
    want("250", c.mail(b"Subject: x\r\n\r\nx\r\n").startswith(b"250"))
    want("221", c.cmd(b"QUIT").startswith(b"221"))


def test_ucspi_gone(p):
    """descriptors that are named and were closed on the way are not there:
    no STARTTLS, and none of the gate's own is taken for them"""
    for fds in ("777", "4"):
        g = Listener(p, p.conf(), {"UCSPITLS": "1", "SSLCTLFD": fds,
            "SSLREADFD": fds, "SSLWRITEFD": fds})
        c = Raw(g.port)
        c.reply()
        want("not offered", not c.offers(b"STARTTLS"))
        want("502", c.cmd(b"STARTTLS").startswith(b"502 5.5.1"))
        want("250", c.mail(b"Subject: x\r\n\r\nx\r\n").startswith(b"250"))
        want("221", c.cmd(b"QUIT").startswith(b"221"))


def test_s6(p):
    """the same with s6-ucspitlsd, where it is installed: a mail, a handshake
    that fails, and a session that wants no TLS"""
    program = shutil.which("s6-ucspitlsd")
    if not program:
        raise Skip("no s6-ucspitlsd")
    back = Store()
    conf = p.conf(backend=("Server0 = " + back.address,))
    log = p.file("s6.log")
    s = socket.create_server(("127.0.0.1", 0))
    for play in ("mail", "garbage", "clear"):
        c = Raw(s.getsockname()[1])
        gate, _ = s.accept()
        with gate, open(log, "ab") as f:
            run = subprocess.Popen([program, p.gate, "-c", conf], stdin=gate,
                stdout=gate, stderr=f, cwd="/", env=dict(os.environ,
                CERTFILE=p.file("rsa.pem"), KEYFILE=p.file("rsa.key"),
                UCSPITLS="1"), **DROP)
        if play == "mail":
            c.secure().ehlo()
        else:
            c.reply()
            c.cmd(b"EHLO c")
        if play == "garbage":
            want("220", c.cmd(b"STARTTLS").startswith(b"220"))
            c.s.sendall(b"EHLO c\r\n")
            got = c.line()
            want("not a word", got[:1] in (b"", b"\x15"), got)
        else:
            want("250", c.mail(b"Subject: x\r\n\r\nx\r\n").startswith(b"250"))
            want("221", c.cmd(b"QUIT").startswith(b"221"))
        c.s.close()
        run.wait(30)
    with open(log, encoding="utf-8") as f:
        text = f.read()
    want("two mails", len(back.mails) == 2, back.mails)
    want("the log", [m[1] for m in re.finditer(r" tls=(\S).* end=", text)] ==
        ['"', "-", "-"], text)


def waits(p, control, c, out, back):
    """A helper that never says how it went."""
    want("the gate gives up", control.recv(1) == b"")


def says(text, tail=b""):
    """One that reports this, and more on the plain side, and leaves."""
    def play(p, control, c, out, back):
        control.sendall(text)
        if tail:
            os.write(out, tail)
    return play


def test_ucspi_faults(p):
    """a launcher's helper that leaves without a report, or with one that is cut
    off, too long, empty or about an error; or that says nothing: the session
    ends without a word in clear, and what came as plain text is not executed"""
    for what, play in (("none", says(b"")), ("waits", waits),
        ("cut off", says(REPORT[:-1], b"NOOP\r\n")),
        ("cut off earlier", says(b"SSL_PROTOCOL=TLS", b"NOOP\r\n")),
        ("no list", says(b"\0", b"NOOP\r\n")),
        ("too long", says(b"A=" + b"x" * 9000 + b"\0\0", b"NOOP\r\n")),
        ("an error", says(b"SSL_ERROR=no luck\0\0", b"NOOP\r\n"))):
        u = Ucspi(p, play, tls=("HandshakeTimeout = 1",))
        c = Raw(u.port)
        c.reply()
        c.cmd(b"EHLO c")
        want("220", c.cmd(b"STARTTLS").startswith(b"220"))
        want("not a word: " + what, c.line() == b"")
        c.s.close()
        # The plain side may be seen to end first.
        want("the end: " + what, re.search(r" cmds=2 .*end=(?:tls|lost)",
            u.text()), u.text())


def test_ucspi_unwanted(p):
    """without UCSPITLS the launcher's helper is let go at once"""
    u = Ucspi(p, honest(REPORT), env={"UCSPITLS": ""})
    c = Raw(u.port)
    c.reply()
    until("it may go", lambda: not u.is_alive() or u.told == b"" and
        u.gate and u.gate.poll() is None)
    want("not offered", b"STARTTLS" not in c.ehlo())
    want("502", c.cmd(b"STARTTLS").startswith(b"502"))
    want("221", c.cmd(b"QUIT").startswith(b"221"))
    c.s.close()
    want("never told", u.told == b"" and "end=quit" in u.text(), u.text())


# Its descriptors and its environment, and then a server that says yes.
CHILD = """#!/bin/sh
{ ls -l /proc/$$/fd; env; } >'%s'
printf '220 child\\r\\n'
while read -r line; do printf '250 child\\r\\n'; done
"""


def test_ucspi_child(p):
    """a program as backend has neither descriptors nor variables of the
    launcher's helper: it would begin TLS itself, or keep the helper"""
    told, child = os.path.join(p.sockets, "told"), p.file("ucspi-child")
    with open(child, "w", encoding="ascii") as f:
        f.write(CHILD % told)
    os.chmod(child, 0o755)
    for wanted in ("1", ""):
        u = Ucspi(p, honest(REPORT), env={"UCSPITLS": wanted}, child=[child])
        c = Raw(u.port)
        if wanted:
            c.secure()
        else:
            c.reply()
        want("250", c.ehlo().startswith(b"250"))
        want("221", c.cmd(b"QUIT").startswith(b"221"))
        c.s.close()
        u.text()
        with open(told, encoding="utf-8") as f:
            text = f.read()
        os.unlink(told)
        want("no variables", not re.search(r"(?m)^(?:SSL\w*FD|UCSPITLS)=",
            text), text)
        # 0 and 1; the shell moves them about.
        want("one socket", len(set(re.findall(r" -> socket:\[(\d+)\]",
            text))) == 1, text)


def test_ucspi_dies(p):
    """the launcher's helper dies in the middle of a mail: it is aborted"""
    def play(p, control, c, out, back):
        os.write(out, b"EHLO c\r\n")
        control.sendall(REPORT)
        control.close()
        got = b""
        for line in (b"MAIL FROM:<a@x.example>\r\n",
            b"RCPT TO:<b@y.example>\r\n", b"DATA\r\n"):
            while not re.search(rb"(?m)^250 .*\n\Z", got):
                got += os.read(back, 65536)
            got = b""
            os.write(out, line)
        os.read(back, 100)
        os.write(out, b"Subject: half\r\n\r\nx\r\n")
    u = Ucspi(p, play)
    c = Raw(u.port)
    c.reply()
    c.cmd(b"EHLO c")
    want("220", c.cmd(b"STARTTLS").startswith(b"220"))
    want("aborted", "result=aborted" in u.text(), u.text())
    want("nothing in clear", c.line() == b"")


def test_wrapped(p):
    """launchers that have made TLS before: SSL_PROTOCOL of s6-tlsd, SMTPS of
    sslserver, HTTPS of none.  No STARTTLS, and what is known goes to the log"""
    for env, shown in (({"PROTO": "SSL", "SSL_PROTOCOL": "TLSv1.2",
        "SSL_CIPHER": "ABC"}, '"TLSv1.2 ABC"'), ({"SMTPS": "1"}, "TLS"),
        ({"SSL_PROTOCOL": "TLSv1.3"}, "TLSv1.3"), ({"SMTPS": ""}, "-"),
        ({"HTTPS": "1"}, "-")):
        g = serve(p, "", env=env)
        c = Raw(g.port)
        c.reply()
        clear = shown == "-"
        want("offered", (b"STARTTLS" in c.ehlo()) == clear, env)
        want("503", c.cmd(b"STARTTLS")[:3] == (b"220" if clear else b"503"))
        if clear:
            c.tls()
        want("221", c.cmd(b"QUIT").startswith(b"221"))
        want("the log", clear or " tls=%s " % shown in g.text(), g.text())
    # Implicit, with TLS that is there: not once more.
    c = Raw(serve(p, "", tls=("Implicit = yes",), env={"SMTPS": "1"}).port)
    want("220", c.reply().startswith(b"220"))
    want("221", c.cmd(b"QUIT").startswith(b"221"))


tlsworld.main(__name__)
