#!/usr/bin/python3
"""TLS and the PROXY header, from load balancers and to servers.  Prints TAP.

What would break for whom: a load balancer's clients get no TLS at all, pass for
clients with TLS that have none, or the other way round; and a server judges a
login or a mail by TLS that is not there.

Headers are put together, and taken apart, by hand here.
"""

import os
import socket
import ssl
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import Raw, both, context, serve, until, want

V1 = b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 465\r\n"
A4 = b"\xc0\0\x02\x07\xc0\0\x02\x01\x12\x67\x01\xd1"


def v2(more=b"", addresses=A4, kind=0x11, command=1):
    return (b"\r\n\r\n\0\r\nQUIT\n" + bytes((0x20 | command, kind)) +
        (len(addresses) + len(more)).to_bytes(2, "big") + addresses + more)


def tlv(kind, value):
    return bytes((kind,)) + len(value).to_bytes(2, "big") + value


class Early:
    """TLS whose first octets are in one segment with what comes before."""

    def __init__(self, s, before):
        self.s, self.before = s, before
        self.got, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context().wrap_bio(self.got, self.out,
            server_hostname="mx.example.org")
        self.move(self.tls.do_handshake)

    def move(self, what, *args):
        while True:
            try:
                done, result = True, what(*args)
            except ssl.SSLWantReadError:
                done = False
            self.s.sendall(self.before + self.out.read())
            self.before = b""
            if done:
                return result
            data = self.s.recv(65536)
            if not data:
                self.got.write_eof()
            self.got.write(data)

    def recv(self, n):
        return self.move(self.tls.read, n)

    def sendall(self, data):
        self.move(self.tls.write, data)


def behind(g, header, how):
    """A client behind a load balancer that forwards its TLS."""
    c = Raw(g.port)
    c.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if how == "at once":
        c.s = Early(c.s, header)
        return c
    for i in range(len(header)):
        c.s.sendall(header[i:i + 1])
    return c.tls()


@both
def test_implicit(p, sock):
    """TLS from the first octet behind a PROXY header: not an octet more is
    read than the header has, be it alone or in a segment with the handshake"""
    for how in ("at once", "octet by octet"):
        g = serve(p, sock and p.sock(), tls=("Implicit = yes",),
            server=("ProxyFrom = 127.0.0.1",))
        headers = (V1, v2(), v2(tlv(4, b"\0" * 300)), b"PROXY UNKNOWN\r\n",
            v2(command=0))
        for header in headers:
            c = behind(g, header, how)
            want("greeting", c.reply().startswith(b"220"))
            want("EHLO", c.cmd(b"EHLO c").startswith(b"250"))
            want("QUIT", c.cmd(b"QUIT").startswith(b"221"))
        text = g.text()
        want("the clients", [text.count("client=%s " % a) for a in (
            "192.0.2.7", "-", "127.0.0.1")] == [3, 1, 1], text)
        want("all with TLS", text.count('tls="TLSv1.3 TLS_') == 5, text)


def test_implicit_without(p):
    """TLS from the first octet, and no PROXY header where one must come: not
    a word; where none must come, it is TLS as ever"""
    for listed, header in (("127.0.0.1", b""), ("127.0.0.1", b"PROXY x" + V1),
        ("192.0.2.0/24", b"")):
        g = serve(p, "", tls=("Implicit = yes",),
            server=("ProxyFrom = " + listed,))
        c = Raw(g.port)
        s = c.s
        try:
            c.s = Early(s, header)
            ended = "reply %r" % c.reply()
        except (ssl.SSLError, ConnectionError):
            ended = "cut"
        want("the end", ended == "cut" if listed == "127.0.0.1" else
            ended.startswith("reply b'220"), ended)
        s.close()
        text = g.text()
        want("end=upstream", ("end=upstream" in text) ==
            (listed == "127.0.0.1"), text)


class Server(threading.Thread):
    """A mail server that wants a header of version 2: what each connection
    was told, and said.  Those whose numbers are in refuse are told 421."""

    def __init__(self, refuse=()):
        super().__init__(daemon=True)
        self.s = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.s.getsockname()[1]
        self.refuse = refuse
        self.headers, self.said = [], []
        self.ended = 0
        self.start()

    def run(self):
        while True:
            c, _ = self.s.accept()
            with c, c.makefile("rb") as f:
                self.serve(c, f)
            self.ended += 1

    def serve(self, c, f):
        head = f.read(16)
        want("the header", head[:14] == v2()[:14], head)
        self.headers.append(f.read(int.from_bytes(head[14:], "big")))
        self.said.append([])
        if len(self.headers) in self.refuse:
            c.sendall(b"421 4.3.2 not now\r\n")
            return
        c.sendall(b"220 back ESMTP\r\n")
        for line in f:
            self.said[-1].append(line.split()[0])
            if line == b"QUIT\r\n":
                break
            if line == b"DATA\r\n":
                c.sendall(b"354 go\r\n")
                while f.readline() != b".\r\n":
                    pass
            c.sendall(b"250 ok\r\n")

    def told(self, n):
        """The TLVs of each of n connections, those of TLS inside of theirs,
        when these have ended."""
        until("%d connections" % n, lambda: self.ended == n)
        return [tlvs(h[12:]) for h in self.headers]


def tlvs(data):
    found = {}
    while data:
        n = int.from_bytes(data[1:3], "big")
        value, kind = data[3:3 + n], data[0]
        want("a TLV has its length", len(value) == n, data)
        want("none is there twice", kind not in found, data)
        if kind == 0x20:
            value = (value[0], int.from_bytes(value[1:5], "big"),
                tlvs(value[5:]))
        found[kind] = value
        data = data[3 + n:]
    return found


def mail(c):
    for line in (b"EHLO c", b"MAIL FROM:<a@x.example>",
        b"RCPT TO:<b@y.example>", b"DATA", b"Subject: x\r\n\r\nx\r\n.",
        b"QUIT"):
        got = c.cmd(line)
        want(line, got[:1] in b"23", got)


NONE = {}
FULL = [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"QUIT"]


def tls13(client=1, verify=1, name=b"mx.example.org", **more):
    inner = {0x21: b"TLSv1.3", 0x23: b"TLS_AES_256_GCM_SHA384"}
    if more:
        inner[0x22] = more["cn"]
    return {0x02: name, 0x20: (client, verify, inner)}


def to_server(p, sock, server, *lines, back=(), front=()):
    return serve(p, sock, tls=("CAFile = " + p.file("client.pem"), *lines),
        server=front, backend=("Identity0 = proxy-v2", "Server0 = " +
        server.address, *back))


@both
def test_told(p, sock):
    """proxy-v2: without TLS no TLVs; behind STARTTLS a new connection, whose
    header has version, cipher and SNI; with TLS from the start one alone"""
    server = Server()
    g = to_server(p, sock, server)
    c = Raw(g.port)
    c.reply()
    mail(c)
    mail(Raw(g.port).secure())
    told = server.told(3)
    want("what it was told", told == [NONE, NONE, tls13()], told)
    want("what it heard", server.said == [FULL, [b"EHLO", b"QUIT"], FULL],
        server.said)
    server = Server()
    g = to_server(p, sock and p.sock(), server, "Implicit = yes")
    c = Raw(g.port).tls()
    c.reply()
    mail(c)
    told = server.told(1)
    want("at once", told == [tls13()] and server.said == [FULL],
        (told, server.said))


def test_told_certificate(p):
    """proxy-v2: a client's certificate is told of with its common name, and as
    verified only when it was; in a resumed session as one of before"""
    server = Server()
    g = to_server(p, p.sock(), server, "ClientCertificate = ask")
    ctx = context(cert=(p.file("client.pem"), p.file("client.key")))
    stranger = context(cert=(p.file("ec.pem"), p.file("ec.key")))
    for which in (ctx, stranger, context()):
        c = Raw(g.port).secure(which)
        mail(c)
        if which is ctx:
            session = c.s.session
    c = Raw(g.port).secure(ctx, session=session)
    mail(c)
    want("resumed", c.s.session_reused)
    told = server.told(8)[1::2]
    want("what it was told", told == [tls13(7, 0, cn=b"client.example.net"),
        tls13(7, 1, cn=b"mx.example.org"), tls13(),
        tls13(5, 0, cn=b"client.example.net")], told)


def test_told_auth(p):
    """proxy-v2: a server for logins alone learns of the TLS as well"""
    server, auth = Server(), Server()
    g = to_server(p, "", server, back=("AuthServer = " + auth.address,
        "AuthIdentity = proxy-v2"))
    mail(Raw(g.port).secure())
    told = auth.told(2)
    want("what it was told", told == [NONE, tls13()], told)


def test_passed_on(p):
    """TLS that ended at a load balancer, certificate and all: the server
    learns of it, and not of the load balancer's own TLS with the gate"""
    names = tlv(0x21, b"TLSv1.2") + tlv(0x22, b"c, d") + tlv(0x23, b"X")
    header = v2(tlv(2, b"mx.example.net") + tlv(0x20, b"\7\0\0\0\0" + names))
    for lines in ((), ("Implicit = yes",)):
        server = Server()
        g = to_server(p, "", server, *lines, front=(
            "ProxyFrom = 127.0.0.1",))
        c = Raw(g.port)
        if lines:
            c.s = Early(c.s, header)
        else:
            c.s.sendall(header)
        c.reply()
        want("503", c.cmd(b"STARTTLS").startswith(b"503"))
        mail(c)
        text, told = g.text(), server.told(1)
        want("what it was told", told == [{0x02: b"mx.example.net",
            0x20: (7, 0, tlvs(names))}], told)
        want("the log", 'tls="TLSv1.2 X"' in text and
            " client=192.0.2.7 " in text, text)


def test_told_refused(p):
    """proxy-v2: a server that is not to be had behind STARTTLS is what it is
    at any EHLO: the client is told 421"""
    server = Server(refuse=(2, 3))
    g = serve(p, "", backend=("ConnectRetry = 0", "Identity0 = proxy-v2",
        "Server0 = " + server.address))
    c = Raw(g.port).secure()
    got = c.cmd(b"EHLO c")
    want("421", got.startswith(b"421"), got)
    want("connections", len(server.headers) == 2, server.headers)


def test_told_others(p):
    """proxy-v1 has no word for TLS: the connection stays as it is"""
    s = socket.create_server(("127.0.0.1", 0))
    lines = []

    def talk():
        c, _ = s.accept()
        with c, c.makefile("rb") as f:
            lines.append(f.readline())
            c.sendall(b"220 back\r\n")
            for line in f:
                lines.append(line)
                c.sendall(b"250 ok\r\n")
    t = threading.Thread(target=talk, daemon=True)
    t.start()
    g = serve(p, "", backend=("Identity0 = proxy-v1", "Server0 = 127.0.0.1:%d" %
        s.getsockname()[1]))
    c = Raw(g.port).secure()
    c.cmd(b"EHLO c")
    c.cmd(b"QUIT")
    t.join(30)
    want("one header", lines[0].startswith(b"PROXY TCP4 127.0.0.1 ") and
        lines[1:] == [b"EHLO c\r\n", b"EHLO c\r\n", b"QUIT\r\n"], lines)


tlsworld.main(__name__)
