#!/usr/bin/python3
"""Clients that misbehave under TLS, helpers that die, and many at once.  Prints
TAP.
"""

import _ssl
import contextlib
import ctypes
import os
import re
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (DROP, Listener, Memory, Raw, Skip, Store, both, children,
    context, descendants, listens, serve, until, want)


def hello():
    """A client's first octets."""
    out = ssl.MemoryBIO()
    tls = context().wrap_bio(ssl.MemoryBIO(), out)
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return out.read()


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


# Octets in the place of a handshake, and what the client does then.
BAD = (
    ("another protocol", b"GET / HTTP/1.0\r\n\r\n", "reads"),
    ("no TLS record", b"\x16\x03\x01\x00\x05hello", "reads"),
    ("commands in clear", b"EHLO c\r\nMAIL FROM:<a@x>\r\n", "reads"),
    ("SSL 2", b"\x80\x2e\x01\x00\x02" + bytes(43), "reads"),
    ("half a ClientHello", hello()[:100], "waits"),
    ("nothing", b"", "waits"),
    ("half, and FIN", hello()[:100], "ends"),
    ("FIN", b"", "ends"),
    ("half, and RST", hello()[:100], "resets"),
    ("RST", b"", "resets"),
    ("a ClientHello, and RST", hello(), "resets"),
)


@both
def test_bad_handshake(p, sock):
    """whatever comes in the place of a handshake, at STARTTLS or at once, ends
    the session: in time, without a word in clear, with its reason in the log,
    and no process stays"""
    for implicit in ("no", "yes"):
        conf = p.conf(tls=p.pair("ec") + ["HandshakeTimeout = 1",
            "Implicit = " + implicit], socket=sock)
        helper = p.resident(conf) if sock else None
        g = Listener(p, conf)
        waiting = []
        for what, octets, then in BAD:
            c = Raw(g.port)
            if implicit == "no":
                c.reply()
                c.cmd(b"EHLO c")
                want("220", c.cmd(b"STARTTLS").startswith(b"220"))
            c.s.sendall(octets)
            if then == "resets":
                reset(c.s)
                continue
            if then == "ends":
                c.s.shutdown(socket.SHUT_WR)
            waiting.append((what, c))
        for what, c in waiting:
            got = c.line()
            want("an alert, if anything: " + what, got[:2] in (b"", b"\x15\x03")
                and c.line() == b"", got)
            c.s.close()
        text = g.text()
        reasons = re.findall(r"TLS with [0-9.-]+: (.+)", text)
        # Of a reset the gate may hear first, before it has begun even.
        want("reasons", len(reasons) >= len(BAD) - 3 and
            reasons.count("handshake: took too long") == 2, text)
        want("how they ended", len(reasons) == text.count("end=tls") and
            len(re.findall("end=(?!tls|lost)", text)) == 0, text)
        until("no process is left", lambda: not left_over(p, helper))


def left_over(p, *wanted):
    """Processes of ours but those, that are no children of this one."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.readlink("/proc/%s/exe" % pid).startswith(p.path + "/"):
                found.append(int(pid))
    return set(found) - {w.pid for w in wanted if w} - {r.pid
        for r in p.running}


@both
def test_leaves(p, sock):
    """a client that goes without a word of TLS: in a command, in the middle of
    a mail, behind QUIT; by FIN and by RST.  The session ends, no mail is
    delivered, no process stays"""
    back = Store()
    g = serve(p, sock, backend=("Server0 = " + back.address,))
    for groups in ((b"NOO",), (b"NOOP\r\nNOOP",), (b"QUIT\r\n",),
        (b"MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n",
        b"Subject: half\r\n\r\nx\r\n")):
        for end in (socket.socket.close, reset):
            c = Memory.client(g.port)
            for octets in (b"EHLO c\r\n", *groups):
                c.tls.write(octets)
                c.flush()
                if octets.startswith((b"EHLO", b"MAIL")):
                    c.has(rb"(?m)^250 .*\n" if octets[:1] == b"E" else b"354")
            end(c.s)
    text = g.text()
    want("the ends", text.count("end=lost") >= 6 and
        len(re.findall("end=(?:lost|quit)", text)) == 8, text)
    want("aborted", text.count("result=aborted") == 2, text)
    want("no mail", not back.mails, back.mails)
    until("no process is left", lambda: not left_over(p))


def descriptors(helper):
    return sorted(os.readlink("/proc/%d/fd/%s" % (helper.pid, fd))
        for fd in os.listdir("/proc/%d/fd" % helper.pid))


def test_many(p):
    """many TLS connections at once, 200 with the resident and 30 without, each
    with a mail; then there is no process and no descriptor more than before"""
    for sock, number in ((p.sock(), 200), ("", 30)):
        back = Store()
        conf = p.conf(tls=p.pair("ec"), socket=sock,
            backend=("Server0 = " + back.address,))
        helper = p.resident(conf) if sock else None
        g = Listener(p, conf)
        if helper and os.geteuid() == 0:
            Raw(g.port).secure().cmd(b"QUIT")
            g.text()
            until("it is alone", lambda: not children(helper))
            before = descriptors(helper)
        held = [Raw(g.port).secure() for _ in range(number)]
        for c in held:
            c.ehlo()
        for i, c in enumerate(held):
            want("250", c.mail(b"Subject: %d\r\n\r\nx\r\n" % i)
                .startswith(b"250"))
        for c in held:
            want("221", c.cmd(b"QUIT").startswith(b"221"))
            c.s.close()
        want("all mails", sorted(int(re.search(rb"Subject: (\d+)", m)[1])
            for m in back.mails) == list(range(number)), len(back.mails))
        g.text()
        until("no process is left", lambda: not left_over(p))
        if helper and os.geteuid() == 0:
            until("its descriptors", lambda: descriptors(helper) == before)


def test_limit(p):
    """a resident with as many processes as it may have: 454, mail in clear, and
    TLS when one has ended"""
    conf = p.conf(tls=p.pair("ec"), socket=p.sock(),
        server=("MaxConnections = 1",))
    p.resident(conf)
    g = Listener(p, conf)
    held = [Raw(g.port).secure() for _ in range(2)]
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    want("454", c.cmd(b"STARTTLS").startswith(b"454 4.7.0"))
    want("250", c.mail(b"Subject: x\r\n\r\nx\r\n").startswith(b"250"))
    held[0].cmd(b"QUIT")
    until("220", lambda: c.cmd(b"STARTTLS").startswith(b"220"))
    c.tls()
    c.ehlo()
    want("250", c.mail(b"Subject: x\r\n\r\nx\r\n").startswith(b"250"))
    for c in (c, held[1]):
        want("221", c.cmd(b"QUIT").startswith(b"221"))
    want("the log", "TLS: too many connections" in g.text(), g.text())


@both
def test_helper_killed(p, sock):
    """the process with the client's TLS dies, between commands and within a
    mail: the session ends, without a word in clear, and nothing is delivered"""
    back = Store()
    conf = p.conf(tls=p.pair("ec"), socket=sock,
        backend=("Server0 = " + back.address,))
    helper = p.resident(conf) if sock else None
    g = Listener(p, conf)
    for mail in (False, True):
        c = Memory.client(g.port)
        c.tls.write(b"EHLO c\r\n")
        c.flush()
        c.has(rb"(?m)^250 .*\n")
        if mail:
            c.tls.write(b"MAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n")
            c.flush()
            c.has(rb"354 .*\n")
            c.tls.write(b"Subject: half\r\n\r\nx\r\n")
            c.flush()
        serving = children(helper)[0] if sock else descendants(
            g.gates[-1].pid)[-1]
        os.kill(int(serving), signal.SIGKILL)
        try:
            want("nothing more", c.s.recv(100) == b"")
        except ConnectionResetError:
            pass
        c.s.close()
        g.gates[-1].wait(30)
        if sock:
            until("it is alone", lambda: not children(helper))
    want("no mail", not back.mails, back.mails)
    want("aborted", g.text().count("result=aborted") == 1 and
        g.text().count("end=lost") == 2, g.text())


def test_resident_killed(p):
    """the resident dies: sessions that have TLS go on, and for new ones the gate
    starts a helper itself"""
    conf = p.conf(tls=p.pair("ec"), socket=p.sock())
    helper = p.resident(conf)
    g = Listener(p, conf)
    c = Raw(g.port).secure()
    helper.kill()
    helper.wait()
    c.ehlo()
    want("250", c.mail(b"Subject: x\r\n\r\nx\r\n").startswith(b"250"))
    new = Raw(g.port).secure()
    want("250", new.ehlo().startswith(b"250"))
    for c in (c, new):
        want("221", c.cmd(b"QUIT").startswith(b"221"))


def test_confined(p):
    """a process that has been taken over by its client can open no file, start
    no program, and reach neither network nor processes"""
    # landlock_create_ruleset(2): how much the kernel knows; 4: ports.
    known = ctypes.CDLL(None).syscall(444, None, 0, 1)
    if known < 4:
        raise Skip("a Landlock without ports, before Linux 6.7")
    module = p.file("prisoner.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", module, os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "peers", "prisoner.c")],
        check=True)
    conf = p.conf(tls=p.pair("ec"), socket=p.sock())
    helper = p.resident(conf, {"LD_PRELOAD": module, "PRISONER": "/bin/true",
        "PRISONER_PORT": p.backend.split(":")[1],
        "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"})
    g = Listener(p, conf)
    c = Raw(g.port).secure()
    serving = int(children(helper)[0])
    os.kill(serving, signal.SIGUSR2)
    said = b""
    while not said.endswith(b"tried\n"):
        got = os.read(helper.stderr.fileno(), 1000)
        want("it tries", got, said)
        said += got
    want("all in vain", said == b"tried\n", said)
    want("250", c.ehlo().startswith(b"250"))
    want("221", c.cmd(b"QUIT").startswith(b"221"))
    # Nor is it in vain because the test is wrong.
    os.kill(helper.pid, signal.SIGUSR2)
    said = b""
    while b"fork" not in said:
        got = os.read(helper.stderr.fileno(), 1000)
        want("it tries", got, said)
        said += got
    want("unconfined it works", b"open\n" in said and b"connect\n" in said,
        said)


def alone(p, handshake=lambda s: context().wrap_socket(s)):
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
    tls = handshake(client)
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


class Keys:
    """A client that asks for new keys of TLS 1.3 as often as it likes, for
    which Python's ssl has no word: the library beneath that."""

    def __init__(self, s):
        self.s, self.lib = s, ctypes.CDLL(_ssl.__file__)
        self.ssl = self.call("SSL_new", self.call("SSL_CTX_new",
            self.call("TLS_client_method")))
        self.call("SSL_set_fd", self.ssl, s.fileno())
        s.setblocking(True)     # a time limit is something else beneath
        want("the handshake", self.call("SSL_connect", self.ssl))

    def call(self, name, *args):
        f = self.lib[name]
        f.restype = ctypes.c_void_p
        return f(*[ctypes.c_void_p(a) if isinstance(a, int) and a > 1 << 31
            else a for a in args])

    def update(self, asked):
        """New keys for what we send, and, if asked, for what we are sent;
        False when nothing more can be sent."""
        return self.call("SSL_key_update", self.ssl, asked) == 1 and \
            self.call("SSL_do_handshake", self.ssl) == 1

    def write(self, octets):
        return self.call("SSL_write", self.ssl, octets, len(octets)) == \
            len(octets)


def test_new_keys(p):
    """a client that asks for new keys, says something, and so on, but reads no
    answer: the process that serves it waits for it, and does not keep a
    processor busy"""
    helper, client, gate = alone(p, Keys)
    client.s.setblocking(False)
    serving = children(helper)[0]
    found = []

    def more():
        return all(client.update(1) for _ in range(16)) and client.write(b"x")

    def at_rest():
        """Ten looks, and no time of a processor between them."""
        if more():
            found.clear()
            return False
        with open("/proc/%s/stat" % serving, encoding="ascii") as f:
            found.append(f.read().rsplit(")", 1)[1].split()[11:13])
        return len(found) > 10 and found[-1] == found[-10]
    while more():
        pass
    until("it is at rest", at_rest)
    gate.close()
    until("it ends", lambda: not children(helper))
    client.s.close()


def test_nothing_but_keys(p):
    """a client that says nothing and sends new keys without end, which would be
    read before anything else, is cut off"""
    helper, client, gate = alone(p, Keys)
    for _ in range(100):
        client.update(0)
    client.s.settimeout(30)
    with contextlib.suppress(ConnectionResetError):
        while client.s.recv(1000):
            pass
    want("the gate knows", gate.recv(1) == b"")
    gate.close()
    until("it ends", lambda: not children(helper))
    client.s.close()


def test_refused_start(p):
    """a resident that is started as root, or whose socket would take the place
    of a file, does not start, and says why"""
    def said(conf, **kw):
        done = subprocess.run([p.helper, "-c", conf], check=False, timeout=30,
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **kw)
        return done.returncode, done.stderr.decode()
    path = p.sock()
    with open(path, "w", encoding="ascii") as f:
        f.write("somebody's")
    status, text = said(p.conf(tls=p.pair("ec"), socket=path), **DROP)
    want("status", status == 69 and path in text, (status, text))
    with open(path, encoding="ascii") as f:
        want("the file is there", f.read() == "somebody's")
    if os.geteuid() != 0:
        raise Skip("the rest needs root")
    status, text = said(p.conf(tls=p.pair("ec"), socket=p.sock()))
    want("status", status == 78 and "root" in text, (status, text))


def test_own_descriptors(p):
    """a helper for one connection cannot read what the gate asks of the
    process that started it, nor anything else of that process"""
    if os.geteuid() != 0:
        raise Skip("only root may read another's descriptors")
    g = serve(p, "")
    c = Raw(g.port).secure()
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
        c = Raw(g.port).secure()
        want("221", c.cmd(b"QUIT").startswith(b"221"))
        for s in held:
            s.close()


def test_stopped(p):
    """SIGTERM when TLS from the first octet has yet to begin: the client, who
    expects a handshake, is told nothing in clear"""
    sock = p.sock()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as slow:
        slow.bind(sock)
        os.chmod(sock, 0o777)
        slow.listen()
        g = Listener(p, p.conf(tls=p.pair("ec") + ["Implicit = yes"],
            socket=sock))
        c = Raw(g.port)
        control, _ = slow.accept()
        with control:
            asked, fds, _, _ = socket.recv_fds(control, 1000, 2)
            want("the request", asked.startswith(b"ROLE=server"), asked)
            g.gates[0].terminate()
            want("end=stop", "end=stop" in g.text(), g.text())
            for fd in fds:
                os.close(fd)
        want("not a word", c.line() == b"")
        c.s.close()


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
    c = Raw(g.port).secure()
    want("221", c.cmd(b"QUIT").startswith(b"221"))


tlsworld.main(__name__)
