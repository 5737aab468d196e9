#!/usr/bin/python3
"""What follows from TLS with a backend: how such a connection ends, and logins.
Prints TAP.
"""

import os
import queue
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
from tlsworld import Listener, Raw, both, children, send, want


class Tls:
    """The server's side over a socket, that tells apart how its peer ends: a
    reset is an exception here, which Python's own wrapper takes for an end."""

    def __init__(self, s, context):
        self.s, self.i, self.o = s, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.i, self.o, server_side=True)
        self.buf = b""
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

    def line(self):
        while b"\n" not in self.buf:
            got = self.recv()
            if not got:
                raise EOFError("close_notify")
            self.buf += got
        line, _, self.buf = self.buf.partition(b"\n")
        return line + b"\n"


class Server(threading.Thread):
    """TLS from the first octet, then play for each connection; what play
    returns, or raises, is its result."""

    def __init__(self, p, play):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(p.file("back.pem"), p.file("back.key"))
        self.s = socket.create_server(("127.0.0.1", 0))
        self.lines = ("ConnectRetry = 0", "Server0 = 127.0.0.1:%d" %
            self.s.getsockname()[1], "TLS0 = require", "TLSImplicit0 = yes")
        self.play, self.results = play, queue.Queue()
        self.start()

    def run(self):
        while True:
            c, _ = self.s.accept()
            with c:
                try:
                    self.results.put(self.play(Tls(c, self.context)))
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


tlsworld.main(__name__)
