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

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import Raw, both, context, serve, want

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
        try:
            c.s = Early(c.s, header)
            ended = "reply %r" % c.reply()
        except (ssl.SSLError, ConnectionError):
            ended = "cut"
        want("the end", ended == "cut" if listed == "127.0.0.1" else
            ended.startswith("reply b'220"), ended)
        c.s = None
        want("end=upstream", ("end=upstream" in g.text()) ==
            (listed == "127.0.0.1"), g.text())


tlsworld.main(__name__)
