#!/usr/bin/python3
"""TLS with backends, and TLS that the launcher makes (UCSPI-TLS).  Prints TAP.
"""

import contextlib
import os
import re
import select
import socket
import ssl
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (DROP, Listener, Memory, Raw, both, nothing_clear,
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

    def __init__(self, p, play, pipes=False, env=None, tls=()):
        super().__init__(daemon=True)
        self.s = socket.create_server(("127.0.0.1", 0))
        self.port = self.s.getsockname()[1]
        self.p, self.play, self.pipes = p, play, pipes
        self.env = {"UCSPITLS": "1", **(env or {})}
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
            self.gate = subprocess.Popen([self.p.gate, "-c", self.conf],
                stdin=c, stdout=c, stderr=f, cwd="/", env=env,
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
    for pipes in (False, True):
        u = Ucspi(p, honest(REPORT), pipes)
        c = Raw(u.port).secure()
        want("not twice", b"STARTTLS" not in c.ehlo())
        want("250", c.cmd(b"MAIL FROM:<a@x.example>").startswith(b"250"))
        nothing_clear(u.gate)
        want("221", c.cmd(b"QUIT").startswith(b"221"))
        want("close_notify", c.s.recv(1) == b"")
        c.s.close()
        want("the log", 'tls="TLSv1.3 X"' in u.text() and
            "client=192.0.2.9" in u.text(), u.text())


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
    """without UCSPITLS, or once there is no more use for it, the launcher's
    helper is let go, and nothing of it goes on to a backend program"""
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


tlsworld.main(__name__)
