"""What the programs tests/tls*.py share: certificates, servers with and without
TLS, a launcher, and clients; nothing in here is ours but the programs under
test.  Each of them ends in

    tlsworld.main(__name__)

and is a file of functions test_*, one behaviour and one line of TAP each.  One
with @both plays twice: with the resident helper, and with the one that is
started for a connection.

Environment: as for suite.py.
"""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from suite import DROP, GATE, RECFILTER, ROOT, Skip, Wrong, chosen, play

HELPER = os.path.join(ROOT, "spsmtpgate-tls")
# Neither gate nor helper lets anybody trace it, which the search for leaks needs.
os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=0")


def want(what, condition, detail=""):
    if not condition:
        raise Wrong("%s: %r" % (what, detail))


def until(what, question, seconds=20):
    end = time.monotonic() + seconds
    while True:
        found = question()
        if found:
            return found
        if time.monotonic() > end:
            raise Wrong("never: " + what)
        time.sleep(0.02)


def listens(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
        return s.connect_ex(path) == 0


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Place:
    """A directory with certificates, a backend and what runs there."""

    def __init__(self, path):
        self.path = path
        self.number = 0
        self.running = []
        self.residents = {}
        os.chmod(path, 0o755)
        # The helper runs as somebody else, and makes its socket there.
        self.sockets = os.path.join(path, "s")
        os.mkdir(self.sockets)
        os.chmod(self.sockets, 0o777)
        self.gate = shutil.copy(GATE, path)
        self.helper = shutil.copy(HELPER, path)
        for name, host, days, kind in (
            ("ec", "mx.example.org", 90, "ec"),
            ("rsa", "mx.example.org", 90, "rsa"),
            ("wild", "*.wild.example", 90, "ec"),
            ("back", "back.example.org", 90, "rsa"),
            ("client", "client.example.net", 90, "ec")):
            self.cert(name, host, days, kind)
        self.servers = {}

    def file(self, name):
        return os.path.join(self.path, name)

    def cert(self, name, host, days=90, kind="ec", address=None):
        openssl("req", "-x509", "-nodes", "-days", str(days), "-keyout",
            self.file(name + ".key"), "-out", self.file(name + ".pem"),
            "-subj", "/CN=" + host, "-addext", "subjectAltName=DNS:" + host +
            (",IP:" + address if address else ""),
            *(("-newkey", "rsa:2048") if kind == "rsa" else ("-newkey", "ec",
            "-pkeyopt", "ec_paramgen_curve:P-256")))
        os.chmod(self.file(name + ".key"), 0o644)

    def cert_from(self, name, begin, end):
        """Valid between two times as in 20400101000000Z, for mx.example.org."""
        self.cert(name, "mx.example.org")
        base = self.file(name)
        with open(base + ".cnf", "w", encoding="ascii") as f:
            f.write("[ca]\ndefault_ca=x\n[x]\ndatabase=%s.db\nnew_certs_dir="
                "%s\npolicy=p\ndefault_md=sha256\nrand_serial=yes\n[p]\n"
                "commonName=supplied\n" % (base, self.path))
        with open(base + ".db", "w", encoding="ascii"):
            pass
        openssl("req", "-new", "-key", base + ".key", "-subj",
            "/CN=mx.example.org", "-out", base + ".csr")
        openssl("ca", "-batch", "-notext", "-selfsign", "-config",
            base + ".cnf", "-keyfile", base + ".key", "-in", base + ".csr",
            "-startdate", begin, "-enddate", end, "-out", base + ".pem")

    def signed(self, name, host, by, more=()):
        """A certificate that is signed by another."""
        base = self.file(name)
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", base + ".key",
            "-subj", "/CN=" + host, "-out", base + ".csr")
        with open(base + ".ext", "w", encoding="ascii") as f:
            f.write("\n".join(more or ("subjectAltName=DNS:" + host,)) + "\n")
        openssl("x509", "-req", "-in", base + ".csr", "-CA", self.file(by +
            ".pem"), "-CAkey", self.file(by + ".key"), "-days", "90",
            "-CAcreateserial", "-extfile", base + ".ext", "-out",
            base + ".pem")
        os.chmod(base + ".key", 0o644)

    def sock(self):
        self.number += 1
        return os.path.join(self.sockets, str(self.number))

    def start(self, argv, **kw):
        p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, cwd="/", **kw)
        self.running.append(p)
        return p

    def end(self):
        for p in self.running:
            p.kill()
            p.wait()

    def server(self, how):
        """aiosmtpd, without TLS, with STARTTLS, or with TLS at once: one of
        each kind, made when it is wanted."""
        if how not in self.servers:
            self.servers[how] = self.new_server(how)
        return self.servers[how]

    backend = property(lambda self: self.server("none"))
    secure = property(lambda self: self.server("starttls"))
    first = property(lambda self: self.server("implicit"))

    def new_server(self, how, name="back"):
        p = self.start(["/usr/bin/python3", "-c", SERVER, how,
            self.file(name + ".pem"), self.file(name + ".key")],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return "127.0.0.1:%d" % int(p.stdout.readline())

    def conf(self, tls=(), backend=(), server=(), filters=(), socket=""):
        self.number += 1
        name = self.file("conf%d" % self.number)
        with open(name, "w", encoding="utf-8") as f:
            f.write("\n".join(("[Server]", "Hostname = mx.example.org",
                "LookupTimeout = 0", *server, "[Backend]", "Identity = none",
                *(backend or ("Server0 = " + self.backend,)), "[MailFilter]",
                *filters, "[TLS]", "Helper = " + self.helper,
                'Socket = "%s"' % socket, *tls)) + "\n")
        os.chmod(name, 0o644)
        return name

    def pair(self, *names):
        return [line for i, n in enumerate(names) for line in (
            "Certificate%d = %s" % (i, self.file(n + ".pem")),
            "Key%d = %s" % (i, self.file(n + ".key")))]

    def recorder(self, macros):
        """A filter that notes macros: its value in the configuration, and the
        file with what it has heard."""
        self.number += 1
        record = self.file("record%d" % self.number)
        with socket.create_server(("127.0.0.1", 0)) as s:
            milter = "inet:%d@127.0.0.1" % s.getsockname()[1]
        f = self.start([RECFILTER, "-p", milter, "-o", record, "-m", macros],
            stdout=subprocess.PIPE)
        f.stdout.readline()
        return 'Filter0 = "S=%s, F=T"' % milter, record

    def resident(self, conf, env=None):
        """spsmtpgate-tls for this configuration, which names its socket; it
        takes the place of one that was there."""
        with open(conf, encoding="utf-8") as f:
            path = re.search('Socket = "(.+)"', f.read())[1]
        if path in self.residents:
            self.residents[path].terminate()
            self.residents[path].wait()
        p = self.start([self.helper, "-c", conf], stderr=subprocess.PIPE,
            env=dict(os.environ, **(env or {})), **DROP)
        self.residents[path] = p
        until("the helper listens", lambda: listens(path))
        return p


SERVER = r"""
import asyncio, socket, ssl, sys
from aiosmtpd.smtp import SMTP
from aiosmtpd.handlers import Sink
how, cert, key = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
async def main():
    make = lambda: SMTP(Sink(), hostname="back.example.org", tls_context=context
        if how == "starttls" else None)
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1",
        0, ssl=context if how == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


class Store(threading.Thread):
    """A backend of our own, which keeps what it hears: `said`, the commands of
    all connections in order, and `mails`, octets as they came.  tls is a
    context for STARTTLS, more are lines for its answer to EHLO; `answers` are
    other replies than 250, by verb."""

    def __init__(self, tls=None, more=(), answers=None):
        super().__init__(daemon=True)
        self.s = socket.create_server(("127.0.0.1", 0), backlog=500)
        self.address = "127.0.0.1:%d" % self.s.getsockname()[1]
        self.tls, self.more, self.answers = tls, more, answers or {}
        self.said, self.mails = [], []
        self.start()

    def run(self):
        while True:
            c, _ = self.s.accept()
            threading.Thread(target=self.talk, args=(c,), daemon=True).start()

    def talk(self, c):
        try:
            c.sendall(b"220 back.example.org ESMTP\r\n")
            while c:
                c = self.commands(c, c.makefile("rb"))
        except OSError:
            pass

    def ehlo(self, c):
        lines = ["back.example.org", "PIPELINING", *self.more]
        if self.tls and not isinstance(c, ssl.SSLSocket):
            lines.append("STARTTLS")
        return "".join("250%s%s\r\n" % (" " if i == len(lines) - 1 else "-",
            line) for i, line in enumerate(lines)).encode()

    def commands(self, c, f):
        """Until the end, or until there is TLS: the connection then."""
        with f:
            for line in f:
                verb = line.split()[0].upper()
                self.said.append(line.rstrip().decode())
                if verb == b"EHLO":
                    c.sendall(self.ehlo(c))
                elif verb == b"DATA":
                    c.sendall(b"354 go\r\n")
                    self.mails.append(self.content(f))
                    c.sendall(b"250 kept\r\n")
                else:
                    c.sendall(self.answers.get(verb, b"220 go\r\n" if verb ==
                        b"STARTTLS" else b"250 fine\r\n"))
                if verb == b"QUIT":
                    c.close()
                    return None
                if verb == b"STARTTLS" and self.tls:
                    return self.tls.wrap_socket(c, server_side=True)
        c.close()
        return None

    @staticmethod
    def content(f):
        lines = []
        for line in f:
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        return b"".join(lines) + b"(cut off)"


class Listener(threading.Thread):
    """Starts a gate for each connection, as tcpserver does."""

    def __init__(self, place, conf, env=None, child=()):
        super().__init__(daemon=True)
        self.child = ["--", *child] if child else []
        self.s = socket.create_server(("127.0.0.1", 0), backlog=500)
        self.port = self.s.getsockname()[1]
        self.place, self.conf, self.env = place, conf, env or {}
        self.log = place.file("log%d" % self.port)
        self.started = []
        self.starting = threading.Lock()
        self.start()

    def run(self):
        while True:
            c, _ = self.s.accept()
            with c, open(self.log, "ab") as log, self.starting:
                self.started.append(subprocess.Popen([self.place.gate, "-c",
                    self.conf, *self.child], stdin=c, stdout=c, stderr=log,
                    cwd="/", env=dict(os.environ, **self.env), **DROP))

    @property
    def gates(self):
        """All that anybody can have heard of: one may have spoken before its
        start is over here."""
        with self.starting:
            return list(self.started)

    def text(self):
        """The log of all whose clients have heard of them, when they ended."""
        for g in self.gates:
            g.wait(30)
        with open(self.log, encoding="utf-8") as f:
            return f.read()


def context(**kw):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    for key, value in kw.items():
        if key == "ciphers":
            c.set_ciphers(value)
        elif key == "cert":
            c.load_cert_chain(*value)
        else:
            setattr(c, key, value)
    return c


class Raw:
    """A client, octet by octet."""

    def __init__(self, port):
        self.s = socket.create_connection(("127.0.0.1", port), 30)
        self.s.settimeout(30)
        self.buf = b""

    def line(self):
        while b"\n" not in self.buf:
            try:
                got = self.s.recv(4096)
            except ConnectionResetError:
                got = b""
            if not got:
                line, self.buf = self.buf, b""
                return line
            self.buf += got
        line, _, self.buf = self.buf.partition(b"\n")
        return line + b"\n"

    def reply(self):
        while True:
            line = self.line()
            if line[3:4] != b"-":
                return line

    def cmd(self, text):
        self.s.sendall(text + b"\r\n")
        return self.reply()

    def ehlo(self):
        """The answer, all lines of it."""
        self.s.sendall(b"EHLO c.example.net\r\n")
        lines = [self.line()]
        while lines[-1][3:4] == b"-":
            lines.append(self.line())
        return b"".join(lines)

    def offers(self, keyword):
        return any(line[4:].split()[:1] == [keyword]
            for line in self.ehlo().splitlines())

    def tls(self, ctx=None, name="mx.example.org", session=None):
        self.s = (ctx or context()).wrap_socket(self.s, server_hostname=name,
            session=session)
        return self

    def secure(self, ctx=None, **kw):
        """From the greeting to TLS."""
        for line, code in ((None, b"220"), (b"EHLO c", b"250"),
            (b"STARTTLS", b"220")):
            got = self.cmd(line) if line else self.reply()
            want("%s to %s" % (code, line), got.startswith(code), got)
        return self.tls(ctx, **kw)

    def mail(self, text):
        """The last reply to a mail, whose lines end in CRLF."""
        for line in (b"MAIL FROM:<a@x.example>", b"RCPT TO:<b@y.example>"):
            want("250", self.cmd(line).startswith(b"250"), line)
        want("354", self.cmd(b"DATA").startswith(b"354"))
        return self.cmd(text + b".")


class Memory:
    """TLS apart from the socket: what is sent when is its own to say, and
    reading and writing may go on at once.  After the handshake."""

    def __init__(self, s, server=None):
        self.s, self.inp, self.out = s, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = (server or context()).wrap_bio(self.inp, self.out,
            server_side=server is not None)
        self.got = b""
        self.do(self.tls.do_handshake)
        self.flush()

    @classmethod
    def client(cls, port):
        """From the greeting on."""
        raw = Raw(port)
        raw.reply()
        raw.cmd(b"EHLO c")
        want("220", raw.cmd(b"STARTTLS").startswith(b"220"))
        return cls(raw.s)

    def flush(self):
        self.s.sendall(self.out.read())

    def do(self, call, *args):
        while True:
            try:
                return call(*args)
            except ssl.SSLWantReadError:
                if self.out.pending and call == self.tls.do_handshake:
                    self.flush()
                got = self.s.recv(65536)
                self.inp.write(got) if got else self.inp.write_eof()

    def has(self, pattern):
        """Reads until it is there."""
        while not re.search(pattern, self.got):
            self.got += self.do(self.tls.read, 65536)
        found, self.got = self.got, b""
        return found

    def rest(self):
        while True:
            try:
                more = self.do(self.tls.read, 65536)
            except ssl.SSLZeroReturnError:
                more = b""
            if not more:
                return self.got
            self.got += more


def both(test):
    """The same with the resident and without."""
    def with_both(p):
        for resident in (False, True):
            test(p, p.sock() if resident else "")
    with_both.__doc__ = test.__doc__
    return with_both


def serve(p, sock, tls=(), pairs=("ec", "rsa"), env=None, **kw):
    conf = p.conf(tls=p.pair(*pairs) + list(tls), socket=sock, **kw)
    if sock:
        p.resident(conf)
    return Listener(p, conf, env)


def send(g):
    """The first reply that is not 2xx or 3xx, or the last one of all."""
    c = Raw(g.port)
    got = c.reply()
    for line in (b"EHLO c", b"MAIL FROM:<a@x.example>",
        b"RCPT TO:<b@y.example>", b"DATA", b"Subject: x\r\n\r\nx\r\n."):
        if got[:1] not in b"23" or not got:
            return got
        got = c.cmd(line)
    c.cmd(b"QUIT")
    return got


def pin(p, name):
    der = subprocess.run("openssl x509 -in '%s' -noout -pubkey | openssl pkey "
        "-pubin -outform der | sha256sum" % p.file(name), shell=True,
        check=True, stdout=subprocess.PIPE).stdout
    return der[:64].decode()


def children(helper):
    with open("/proc/%d/task/%d/children" % (helper.pid, helper.pid),
        encoding="ascii") as f:
        return f.read().split()


def descendants(pid):
    """Its children, and theirs behind them."""
    found = []
    for task in os.listdir("/proc/%s/task" % pid):
        with open("/proc/%s/task/%s/children" % (pid, task),
            encoding="ascii") as f:
            for child in f.read().split():
                found += [int(child), *descendants(child)]
    return found


def nothing_clear(gate):
    """What a gate with TLS says at its worst goes to descriptor 1: the
    connection itself must not be there any more."""
    if os.geteuid() != 0:
        return
    with open("/proc/net/tcp", encoding="ascii") as f:
        tcp = {line.split()[9] for line in f.readlines()[1:]}
    for fd in (0, 1, 2):
        m = re.match(r"socket:.(\d+)", os.readlink("/proc/%d/fd/%d" % (
            gate.pid, fd)))
        want("descriptor %d" % fd, not m or m[1] not in tcp)


def main(name):
    """The last line of each program; arguments choose tests by name."""
    if name != "__main__":
        return
    if not os.access(HELPER, os.X_OK):
        print("1..0 # SKIP spsmtpgate-tls was not built: no libssl-dev")
        sys.exit(0)
    with tempfile.TemporaryDirectory(prefix="gate-tls-") as path:
        p = Place(path)
        status = play(chosen(name), p)
        p.end()
    sys.exit(status)
