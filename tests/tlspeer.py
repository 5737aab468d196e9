#!/usr/bin/python3
"""What follows from TLS with a backend, or from none: how a connection ends,
logins, REQUIRETLS, and going on in clear.  Prints TAP.
"""

import json
import os
import queue
import re
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (DROP, Listener, Raw, both, children, context, pin, send,
    serve, want)


class Clear:
    """The server's side of a connection."""

    def __init__(self, s):
        self.s, self.buf = s, b""

    def send(self, data):
        self.s.sendall(data)

    def recv(self):
        return self.s.recv(65536)

    def line(self):
        while b"\n" not in self.buf:
            got = self.recv()
            if not got:
                raise EOFError("the end")
            self.buf += got
        line, _, self.buf = self.buf.partition(b"\n")
        return line + b"\n"


class Tls(Clear):
    """The same with TLS, that tells apart how its peer ends: a reset is an
    exception here, which Python's own wrapper takes for an end."""

    def __init__(self, s, context):
        super().__init__(s)
        self.i, self.o = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.i, self.o, server_side=True)
        self.do(self.tls.do_handshake)

    def do(self, call, *args):
        while True:
            try:
                return call(*args)
            except ssl.SSLWantReadError:
                self.flush()
                got = self.s.recv(65536)
                if not got:
                    raise EOFError("without close_notify") from None
                self.i.write(got)
            finally:
                self.flush()

    def flush(self):
        if self.o.pending:
            self.s.sendall(self.o.read())

    def send(self, data):
        self.do(self.tls.write, data)

    def recv(self):
        """b"" behind close_notify."""
        try:
            return self.do(self.tls.read, 65536)
        except ssl.SSLZeroReturnError:
            return b""


class Server(threading.Thread):
    """TLS from the first octet, unless clear, then play for each connection;
    what play returns, or raises, is its result."""

    def __init__(self, p, play, clear=False):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(p.file("back.pem"), p.file("back.key"))
        self.s = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.s.getsockname()[1]
        self.lines = ("ConnectRetry = 0", "Server0 = " + self.address,
            "TLS0 = require", "TLSImplicit0 = yes")
        self.play, self.results = play, queue.Queue()
        self.clear = clear
        self.start()

    def run(self):
        while True:
            try:
                c, _ = self.s.accept()
            except OSError:     # closed by a test
                return
            with c:
                try:
                    self.results.put(self.play(Clear(c) if self.clear
                        else Tls(c, self.context)))
                except (OSError, EOFError) as e:
                    self.results.put(e)

    def result(self):
        return self.results.get(timeout=30)


def commands(tls, last):
    """Greets, and says yes to everything up to this verb."""
    tls.send(b"220 back ESMTP\r\n")
    while not tls.line().upper().startswith(last):
        tls.send(b"250 ok\r\n")


def half_a_mail(p, sock, kill):
    """How a mail that is being sent to a backend ends there when kill kills."""
    begun = threading.Event()

    def play(tls):
        commands(tls, b"DATA")
        tls.send(b"354 go\r\n")
        tls.line()
        begun.set()
        while tls.recv():
            pass
        return "close_notify"
    server = Server(p, play)
    conf = p.conf(backend=server.lines, socket=sock)
    helper = p.resident(conf) if sock else None
    g = Listener(p, conf)
    c = Raw(g.port)
    c.reply()
    for line in (b"EHLO c", b"MAIL FROM:<a@x.example>",
        b"RCPT TO:<b@y.example>", b"DATA"):
        c.cmd(line)
    # More than the buffers on the way can hold: it is still being sent.
    c.s.sendall(b"Subject: x\r\n\r\n" + (b"x" * 62 + b"\r\n") * 300000 +
        b".\r\n")
    want("data began", begun.wait(30))
    kill(g.gates[0], helper)
    return server.result()


@both
def test_gate_killed(p, sock):
    """the gate is killed in the middle of a mail: a reset, since a server might
    take the end of its input for the end of the mail"""
    got = half_a_mail(p, sock, lambda gate, helper: gate.kill())
    want("a reset", isinstance(got, ConnectionResetError), got)


def test_helper_killed(p):
    """the same when its helper is killed"""
    got = half_a_mail(p, p.sock(), lambda gate, helper: [os.kill(int(pid),
        signal.SIGKILL) for pid in children(helper)])
    want("a reset", isinstance(got, ConnectionResetError), got)


@both
def test_quit(p, sock):
    """behind QUIT, which nobody waits for the answer of, there are close_notify
    and a proper end, and no reset"""
    def play(tls):
        commands(tls, b"QUIT")
        ends = [tls.recv(), tls.s.recv(1)]
        gone.wait(30)
        tls.send(b"221 bye\r\n")
        tls.s.shutdown(socket.SHUT_WR)
        return ends + [tls.s.recv(1)]
    gone = threading.Event()
    server = Server(p, play)
    conf = p.conf(backend=server.lines, socket=sock)
    if sock:
        p.resident(conf)
    g = Listener(p, conf)
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    want("221", c.cmd(b"QUIT").startswith(b"221"))
    c.s.close()
    g.text()
    gone.set()
    got = server.result()
    want("both ends, and no more", got == [b"", b"", b""], got)


LOGINS = r"""
import asyncio, ssl, sys
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult
cert, key = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
class Handler(Sink):
    async def handle_DATA(self, server, session, envelope):
        return "250 from " + session.auth_data.login.decode()
def check(server, session, envelope, mechanism, data):
    return AuthResult(success=data.password == b"secret", auth_data=data)
async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(
        Handler(), hostname="logins.example.org", tls_context=context,
        authenticator=check, auth_required=True, auth_require_tls=True),
        "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@both
def test_logins(p, sock):
    """AuthTLS: a server that takes logins with TLS only, and shows who it is,
    has them; one that is not verified gets no password, and offers none"""
    logins = p.start(["/usr/bin/python3", "-c", LOGINS, p.file("back.pem"),
        p.file("back.key")], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL)
    where = "AuthServer = 127.0.0.1:%d" % int(logins.stdout.readline())
    for lines, good in (((), False), (("AuthTLS = may",), True),
        (("AuthTLS = verify", "AuthTLSName = back.example.org"), True),
        (("AuthTLS = verify", "AuthTLSName = other.example.org"), False)):
        conf = p.conf(tls=("CAFile = " + p.file("back.pem"),),
            server=("PlainAuth = always",), backend=("Server0 = " + p.backend,
            where, *lines), socket=sock)
        helper = p.resident(conf) if sock else None
        with smtplib.SMTP("127.0.0.1", Listener(p, conf).port, timeout=30) as s:
            s.ehlo()
            want("offered with %s" % (lines,), s.has_extn("auth") == good)
            if good:
                want("235", s.login("joe", "secret")[0] == 235)
            s.mail("a@x.example")
            s.rcpt("b@y.example")
            got = s.data("Subject: x\r\n\r\nx\r\n")
            want("whose answer", (b"from joe" in got[1]) == good, got)
        if helper:
            helper.kill()
            os.unlink(sock)


STRICT = r"""
import asyncio, ssl, sys
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP
cert, key = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
class Handler(Sink):
    async def handle_EHLO(self, server, session, envelope, name, responses):
        session.host_name = name
        return responses[:1] + ["250-REQUIRETLS"] + responses[1:]
    async def handle_DATA(self, server, session, envelope):
        return "250 taken" + server.strict
class Strict(SMTP):
    async def smtp_MAIL(self, arg):
        self.strict = " REQUIRETLS" if arg.endswith(" REQUIRETLS") else ""
        await super().smtp_MAIL(arg.removesuffix(" REQUIRETLS"))
async def main():
    server = await asyncio.get_running_loop().create_server(lambda: Strict(
        Handler(), hostname="back.example.org", tls_context=context),
        "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def test_requiretls(p):
    """REQUIRETLS is offered, and crosses, with TLS on the client's side and to
    a server that has it and has shown who it is; otherwise 555"""
    strict = p.start(["/usr/bin/python3", "-c", STRICT, p.file("back.pem"),
        p.file("back.key")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    where = "Server0 = 127.0.0.1:%d" % int(strict.stdout.readline())
    for lines, proven in ((("TLS0 = may",), False),
        (("TLS0 = require",), False), (("TLS0 = require", "TLSPin0 = " +
        pin(p, "back.pem")), True),
        (("TLS0 = verify", "TLSName0 = back.example.org"), True)):
        g = serve(p, "", tls=("CAFile = " + p.file("back.pem"),),
            backend=(where, *lines))
        for tls in (False, True):
            good = tls and proven
            with smtplib.SMTP("127.0.0.1", g.port, timeout=30) as s:
                if tls:
                    s.starttls(context=context())
                s.ehlo()
                want("offered: %s, client's TLS %s" % (lines, tls),
                    s.has_extn("requiretls") == good)
                want("MAIL", s.mail("a@x.example", ["REQUIRETLS"])[0] ==
                    (250 if good else 555))
                if good:
                    s.rcpt("b@y.example")
                    want("crosses", s.data("Subject: x\r\n\r\nx\r\n") ==
                        (250, b"taken REQUIRETLS"))


def yes_server(until, offer, starttls=b"", alert=b""):
    """A server that offers this and says yes; it leaves behind this verb, with
    the MAIL command as its result.  It says starttls to STARTTLS, and alert to
    the handshake."""
    def play(c):
        c.send(b"220 back.example.org ESMTP\r\n")
        mail = b""
        while True:
            line = c.line()
            if line.startswith(b"MAIL"):
                mail = line
            if line.startswith(b"EHLO"):
                c.send(b"250-back.example.org\r\n250 " + offer + b"\r\n")
            elif line.startswith(b"DATA"):
                c.send(b"354 go\r\n")
                while c.line() != b".\r\n":
                    pass
                c.send(b"250 taken\r\n")
            elif line.startswith(b"STARTTLS"):
                c.send(starttls)
                if starttls.startswith(b"220"):
                    c.recv()
                    c.send(alert)
                    return b"broken"
            else:
                c.send(b"250 ok\r\n")
            if line.startswith(until):
                return mail
    return play


def test_requiretls_replay(p):
    """a mail with REQUIRETLS whose server was lost goes to another one with
    REQUIRETLS, and never to one that is spoken to in clear"""
    key = pin(p, "back.pem")
    for clear in (False, True):
        first = Server(p, yes_server(b"RCPT", b"REQUIRETLS"))
        second = Server(p, yes_server(b"QUIT", b"REQUIRETLS"), clear)
        g = serve(p, "", backend=("ConnectRetry = 0", "Server0 = %s 1" %
            first.address, "TLS0 = require", "TLSImplicit0 = yes",
            "TLSPin0 = " + key, "Server1 = %s 0" % second.address,
            *(() if clear else ("TLS1 = require", "TLSImplicit1 = yes",
            "TLSPin1 = " + key))))
        with smtplib.SMTP("127.0.0.1", g.port, timeout=30) as s:
            s.starttls(context=context())
            s.ehlo()
            s.mail("a@x.example", ["REQUIRETLS"])
            first.s.close()
            s.rcpt("b@y.example")
            got = s.data("Subject: x\r\n\r\nx\r\n")
        want("the answer", got[0] == (451 if clear else 250), got)
        want("at the first", first.result() ==
            b"MAIL FROM:<a@x.example> REQUIRETLS\r\n")
        got = second.result()
        if clear:
            want("no MAIL in clear", isinstance(got, OSError), got)
        else:
            want("at the second", got ==
                b"MAIL FROM:<a@x.example> REQUIRETLS\r\n", got)


def test_may(p):
    """TLS that cannot be had: may goes on in clear, on a new connection if need
    be, and the log says so; with require there is no mail"""
    nobody = p.file("nobody")
    for starttls, alert, helper, reason in (
        (b"454 not now\r\n", b"", p.helper, "refuses STARTTLS"),
        (b"220 go\r\n", b"\x15\x03\x03\x00\x02\x02\x28", p.helper,
        "handshake failure"), (b"220 go\r\n", b"", p.helper, "handshake: "),
        (b"", b"", nobody, nobody + " can be used")):
        for word, code in (("may", b"250 taken"), ("require", b"421")):
            server = Server(p, yes_server(b"QUIT", b"STARTTLS", starttls,
                alert), True)
            conf = p.conf(backend=("ConnectRetry = 0", "Server0 = " +
                server.address, "TLS0 = " + word))
            with open(conf, encoding="utf-8") as f:
                text = f.read().replace(p.helper, helper)
            with open(conf, "w", encoding="utf-8") as f:
                f.write(text)
            g = Listener(p, conf)
            want("%s behind %r" % (word, starttls), send(g).startswith(code),
                g.text())
            want("the reason", re.search("TLS: .*" + re.escape(reason) +
                ".*; going on in clear" if word == "may" else re.escape(reason),
                g.text()), g.text())


CHILD = """#!/bin/sh
env >'%s'
printf '220 child\\r\\n'
while read -r line; do printf '250 child\\r\\n'; done
"""


def test_child(p):
    """a program as backend is told of TLS that was there before it, and is
    given nothing that would make it begin TLS itself"""
    told = os.path.join(p.sockets, "environment")
    child = p.file("child")
    with open(child, "w", encoding="ascii") as f:
        f.write(CHILD % told)
    os.chmod(child, 0o755)
    for implicit in (True, False):
        g = Listener(p, p.conf(tls=(*p.pair("ec"), *(("Implicit = yes",)
            if implicit else ()))), {"SSL_CIPHER": "of another"}, [child])
        c = Raw(g.port)
        if implicit:
            c.tls()
        c.reply()
        want("250", c.cmd(b"EHLO c").startswith(b"250"))
        if not implicit:
            want("220", c.cmd(b"STARTTLS").startswith(b"220"))
            c.tls()
            want("250", c.cmd(b"EHLO c").startswith(b"250"))
        c.cmd(b"QUIT")
        with open(told, encoding="utf-8") as f:
            found = dict(re.findall(r"(?m)^(SSL_\w+)=(.*)", f.read()))
        os.unlink(told)
        want("its name and cipher", (found.get("SSL_PROTOCOL"),
            found.get("SSL_CIPHER", "")[:4]) == (("TLSv1.3", "TLS_")
            if implicit else (None, "")), found)


def test_name(p):
    """what the server is asked for by name: TLSName, or its host, but never an
    address; which a certificate may be for all the same"""
    asked = []
    p.cert("address", "back.example.org", address="127.0.0.1")
    for host, lines, name in (("127.0.0.1", (), None), ("localhost", (),
        "localhost"), ("127.0.0.1", ("TLSName0 = back.example.org",),
        "back.example.org"), ("127.0.0.1", ("TLS0 = verify",), None)):
        server = Server(p, yes_server(b"QUIT", b"8BITMIME"))
        server.context.load_cert_chain(p.file("address.pem"),
            p.file("address.key"))
        server.context.sni_callback = lambda s, name, c: asked.append(name)
        lines = lines if "TLS0 = verify" in lines else \
            ("TLS0 = require", *lines)
        g = Listener(p, p.conf(tls=("CAFile = " + p.file("address.pem"),),
            backend=("ConnectRetry = 0", "Server0 = %s:%s" % (host,
            server.address.split(":")[1]), "TLSImplicit0 = yes", *lines)))
        want("a mail", send(g) == b"250 taken\r\n", g.text())
        want("%s %s" % (host, lines), asked == [name], asked)
        asked.clear()


def test_selftest(p):
    """-T says what TLS there was with a server, and whether that is certain"""
    for lines, text in (((), None), (("TLS0 = require",), r"TLSv1\.3 \w+"),
        (("TLS0 = require", "TLSPin0 = " + pin(p, "back.pem")),
        r"TLSv1\.3 \w+, verified")):
        conf = p.conf(backend=("Server0 = " + p.secure, *lines))
        done = subprocess.run([p.gate, "-T", "--json", "-c", conf], cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
            timeout=30, **DROP)
        found = json.loads(done.stdout)["backends"][0].get("tls")
        want("tls", found is None if text is None else re.fullmatch(text,
            found), found)


tlsworld.main(__name__)
