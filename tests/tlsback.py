#!/usr/bin/python3
"""TLS with backends, and TLS that the launcher makes (UCSPI-TLS).  Prints TAP.
"""

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (DROP, Listener, Raw, both, nothing_clear, openssl, pin,
    send, serve, want)


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


def ucspi(p, pipes, report=REPORT):
    """A launcher written from the description of the protocol: port, the
    gates, the log, and its thread."""
    s = socket.create_server(("127.0.0.1", 0))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(p.file("ec.pem"), p.file("ec.key"))
    conf = p.conf()
    log = p.file("ucspi.log")

    def relay(tls, out, back):
        def towards():
            try:
                while data := tls.recv(65536):
                    os.write(out, data)
            except OSError:
                pass
        threading.Thread(target=towards, daemon=True).start()
        try:
            while data := os.read(back, 65536):
                tls.sendall(data)
            tls.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def launch():
        c, _ = s.accept()
        control, theirs = socket.socketpair()
        if pipes:       # as s6-ucspitlsd does
            read, out = os.pipe()
            back, write = os.pipe()
            ours, theirs_too = (out, back), (read, write)
        else:
            a, b = socket.socketpair()
            read = write = b.detach()
            out = back = a.detach()
            ours, theirs_too = {out}, {read}
        env = dict(os.environ, UCSPITLS="1", SSLCTLFD=str(theirs.fileno()),
            SSLREADFD=str(read), SSLWRITEFD=str(write),
            PROTO="TCP", TCPREMOTEIP="192.0.2.9")
        with open(log, "ab") as f:
            gate = subprocess.Popen([p.gate, "-c", conf], stdin=c, stdout=c,
                stderr=f, cwd="/", env=env, pass_fds=(theirs.fileno(), read,
                write), **DROP)
        gates.append(gate)
        theirs.close()
        for fd in theirs_too:
            os.close(fd)
        if control.recv(1) == b"Y":
            c.setblocking(True)
            tls = server.wrap_socket(c, server_side=True)
            control.sendall(report)
            control.close()
            relay(tls, out, back)
        for fd in ours:
            os.close(fd)
        gate.wait()
    gates = []
    t = threading.Thread(target=launch, daemon=True)
    t.start()
    return s.getsockname()[1], gates, log, t


def test_ucspi(p):
    """UCSPI-TLS: the launcher's helper is asked, and its report believed, be
    the plain side a socket or two pipes; an empty report is none"""
    for pipes, report in ((False, REPORT), (True, REPORT), (False, b"\0")):
        port, gates, log, t = ucspi(p, pipes, report)
        c = Raw(port)
        c.reply()
        c.cmd(b"EHLO c")
        want("220", c.cmd(b"STARTTLS").startswith(b"220"))
        c.tls()
        if report != REPORT:
            want("the end", c.line() == b"")
        else:
            want("250", c.cmd(b"EHLO c").startswith(b"250"))
            want("250", c.cmd(b"MAIL FROM:<a@x.example>").startswith(b"250"))
            nothing_clear(gates[0])
            want("221", c.cmd(b"QUIT").startswith(b"221"))
        c.s.close()
        t.join(30)
        with open(log, encoding="utf-8") as f:
            text = f.read()
        os.unlink(log)
        want("the log", ('tls="TLSv1.3 X"' in text) == (report == REPORT) and
            "client=192.0.2.9" in text, text)


tlsworld.main(__name__)
