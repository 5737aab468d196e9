#!/usr/bin/python3
"""Clients that misbehave under TLS, helpers that die, and many at once.  Prints
TAP.
"""

import os
import re
import select
import signal
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (DROP, Listener, Raw, both, children, context, listens,
    send, serve, until, want)


@both
def test_bad_handshake(p, sock):
    """garbage, silence that ends, and a client that leaves: the session ends
    without a word in clear, and the log has the reason"""
    g = serve(p, sock, tls=("HandshakeTimeout = 1",))
    for octets in (b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"",
        None):
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO c")
        c.cmd(b"STARTTLS")
        if octets is None:
            c.s.close()
            continue
        c.s.sendall(octets)
        if octets:
            got = c.line()
            want("at most an alert", not re.match(rb"[2-5]\d\d", got), got)
        else:
            want("the end", c.line() == b"")
    want("reasons in the log", len(re.findall(r"TLS with 127.0.0.1: ",
        g.text())) >= 3, g.text())
    want("end=tls", "end=tls" in g.text(), g.text())


@both
def test_no_close_notify(p, sock):
    """a client that goes without close_notify, in the middle of a mail"""
    g = serve(p, sock)
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    c.cmd(b"STARTTLS")
    c.tls()
    c.cmd(b"EHLO c")
    c.cmd(b"MAIL FROM:<a@x.example>")
    c.cmd(b"RCPT TO:<b@y.example>")
    c.cmd(b"DATA")
    c.s.sendall(b"Subject: half\r\n\r\nx")
    c.s.close()
    want("aborted", "result=aborted" in g.text(), g.text())


def test_many(p):
    """200 TLS connections at once"""
    g = serve(p, p.sock())
    held = []
    for _ in range(200):
        c = Raw(g.port)
        want("220", c.reply().startswith(b"220"))
        c.cmd(b"EHLO c")
        c.cmd(b"STARTTLS")
        held.append(c.tls())
    for c in held:
        want("250", c.cmd(b"EHLO c").startswith(b"250"))
    for c in held:
        want("221", c.cmd(b"QUIT").startswith(b"221"))


def test_helper_killed(p):
    """the helper dies: the session ends, and nothing is delivered"""
    sock = p.sock()
    conf = p.conf(tls=p.pair("ec"), socket=sock)
    helper = p.resident(conf)
    g = Listener(p, conf)
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    c.cmd(b"STARTTLS")
    c.tls()
    c.cmd(b"EHLO c")
    c.cmd(b"MAIL FROM:<a@x.example>")
    c.cmd(b"RCPT TO:<b@y.example>")
    c.cmd(b"DATA")
    for pid in children(helper):
        os.kill(int(pid), signal.SIGKILL)
    want("aborted", "result=aborted" in g.text(), g.text())


def alone(p):
    """A resident that is asked by ourselves: it, the client's end, the gate's
    end, both behind the handshake."""
    sock = p.sock()
    helper = p.resident(p.conf(tls=p.pair("ec"), socket=sock))
    client, net = socket.socketpair()
    gate, plain = socket.socketpair()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
        control.connect(sock)
        socket.send_fds(control, [b"ROLE=server\0\0"], [net.fileno(),
            plain.fileno()])
        net.close()
        plain.close()
        want("ready", gate.recv(2) == b"+\0")
    client.settimeout(30)
    tls = context().wrap_socket(client)
    report = b""
    while not report.endswith(b"\0\0"):
        report += gate.recv(4096)
    want("report", b"SSL_PROTOCOL=TLSv1.3" in report, report)
    return helper, tls, gate


def test_stalled(p):
    """a client that reads nothing, and a gate that has gone: the process
    between them does not stay for ever"""
    helper, tls, gate = alone(p)
    gate.setblocking(False)
    quiet = 0
    while quiet < 3:
        if select.select([], [gate], [], 0.2)[1]:
            gate.send(b"x" * 65536)
        else:
            quiet += 1
    want("it is there", children(helper))
    gate.close()
    until("it ends", lambda: not children(helper))
    tls.close()


def test_last_words(p):
    """what the gate said before it closed goes out to the last octet, and at
    once, though it closed before any of that was read"""
    helper, tls, gate = alone(p)
    for pid in children(helper):
        os.kill(int(pid), signal.SIGSTOP)
    said = b"214 2.0.0 help\r\n" * 8000
    gate.sendall(said)
    gate.close()
    for pid in children(helper):
        os.kill(int(pid), signal.SIGCONT)
    got = b""
    while len(got) < len(said):
        more = tls.recv(65536)
        want("the rest", more, len(got))
        got += more
    want("the same", got == said)
    want("and the end of it", tls.recv(1) == b"")


def test_own_descriptors(p):
    """a helper for one connection cannot read what the gate asks of the
    process that started it, nor anything else of that process"""
    if os.geteuid() != 0:
        return
    g = serve(p, "")
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    c.cmd(b"STARTTLS")
    c.tls()
    starter, = children(g.gates[0])
    with open("/proc/%s/task/%s/children" % (starter, starter),
        encoding="ascii") as f:
        helper, = f.read().split()

    def sockets(pid):
        fds = "/proc/%s/fd/" % pid
        links = [os.readlink(fds + fd) for fd in os.listdir(fds)]
        return {link for link in links if link.startswith("socket:")}
    want("three at most", len(sockets(helper)) in (2, 3), sockets(helper))
    want("nothing in common", not sockets(helper) & sockets(starter))
    want("221", c.cmd(b"QUIT").startswith(b"221"))


def test_full_queue(p):
    """a resident that takes nobody: the gate starts a helper itself"""
    sock = p.sock()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as deaf:
        deaf.bind(sock)
        os.chmod(sock, 0o777)
        deaf.listen(0)
        held = []
        while True:
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.setblocking(False)
            held.append(s)
            try:
                s.connect(sock)
            except BlockingIOError:
                break
        g = Listener(p, p.conf(tls=p.pair("ec"), socket=sock))
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO c")
        want("220", c.cmd(b"STARTTLS").startswith(b"220"))
        c.tls()
        want("221", c.cmd(b"QUIT").startswith(b"221"))
        for s in held:
            s.close()


def test_many_controls(p):
    """more gates than the resident may have descriptors: those too many are
    turned away, and it serves on"""
    sock = p.sock()
    conf = p.conf(tls=p.pair("ec"), socket=sock)
    helper = p.resident(conf)
    helper.kill()
    helper.wait()
    os.unlink(sock)
    p.start(["/bin/sh", "-c", "ulimit -n 40; exec '%s' -c '%s'" % (p.helper,
        conf)], **DROP)
    until("it listens", lambda: listens(sock))
    held = []
    for _ in range(60):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.settimeout(20)
        s.connect(sock)
        held.append(s)
    want("turned away", held[-1].recv(1) == b"")
    for s in held:
        s.close()
    g = Listener(p, conf)
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    want("220", c.cmd(b"STARTTLS").startswith(b"220"))
    c.tls()
    want("221", c.cmd(b"QUIT").startswith(b"221"))


tlsworld.main(__name__)
