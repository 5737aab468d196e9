#!/usr/bin/python3
"""TLS with clients and with backends: the gate, spsmtpgate-tls, and peers that
have nothing of ours: Python's ssl and smtplib (OpenSSL), gnutls-cli, aiosmtpd,
and a filter on libmilter.  Prints TAP.

Each test runs with the resident helper and with the one that is started for a
connection, where that can make a difference.

Environment: GATE, RECFILTER as for tests/run.
"""

import contextlib
import os
import re
import select
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
GATE = os.path.abspath(os.environ.get("GATE_REACHABLE") or
    os.environ.get("GATE") or os.path.join(ROOT, "spsmtpgate"))
HELPER = os.path.join(ROOT, "spsmtpgate-tls")
RECFILTER = os.path.abspath(os.environ.get("RECFILTER") or
    os.path.join(ROOT, "build", "recfilter"))
DROP = {"user": "nobody", "group": "nogroup", "extra_groups": []} \
    if os.geteuid() == 0 else {}
ADDRESS = b"127.0.0.1"


class Wrong(Exception):
    pass


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


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Place:
    """A directory with certificates, a backend and what runs there."""

    def __init__(self, path):
        self.path = path
        self.number = 0
        self.running = []
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
        self.backend = self.server(None)
        self.secure = self.server("starttls")
        self.first = self.server("implicit")

    def file(self, name):
        return os.path.join(self.path, name)

    def cert(self, name, host, days=90, kind="ec"):
        openssl("req", "-x509", "-nodes", "-days", str(days), "-keyout",
            self.file(name + ".key"), "-out", self.file(name + ".pem"),
            "-subj", "/CN=" + host, "-addext", "subjectAltName=DNS:" + host,
            *(("-newkey", "rsa:2048") if kind == "rsa" else ("-newkey", "ec",
            "-pkeyopt", "ec_paramgen_curve:P-256")))
        os.chmod(self.file(name + ".key"), 0o644)

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
        """aiosmtpd, without TLS, with STARTTLS, or with TLS at once."""
        p = self.start(["/usr/bin/python3", "-c", SERVER, how or "none",
            self.file("back.pem"), self.file("back.key")],
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

    def resident(self, conf):
        """spsmtpgate-tls for this configuration, which names its socket."""
        p = self.start([self.helper, "-c", conf], stderr=subprocess.PIPE,
            **DROP)
        with open(conf, encoding="utf-8") as f:
            path = re.search('Socket = "(.+)"', f.read())[1]
        until("the helper listens", lambda: os.path.exists(path))
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


class Listener(threading.Thread):
    """Starts a gate for each connection, as tcpserver does."""

    def __init__(self, place, conf, env=None):
        super().__init__(daemon=True)
        self.s = socket.create_server(("127.0.0.1", 0), backlog=500)
        self.port = self.s.getsockname()[1]
        self.place, self.conf, self.env = place, conf, env or {}
        self.log = place.file("log%d" % self.port)
        self.gates = []
        self.start()

    def run(self):
        while True:
            c, _ = self.s.accept()
            with c, open(self.log, "ab") as log:
                self.gates.append(subprocess.Popen([self.place.gate, "-c",
                    self.conf], stdin=c, stdout=c, stderr=log, cwd="/",
                    env=dict(os.environ, **self.env), **DROP))

    def text(self):
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

    def tls(self, ctx=None, name="mx.example.org"):
        self.s = (ctx or context()).wrap_socket(self.s, server_hostname=name)
        return self


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


# ------------------------------------------------------------------- the tests

@both
def test_mail(p, sock):
    """a mail of 2 MB over STARTTLS; EHLO again, no STARTTLS offered any more"""
    g = serve(p, sock)
    with smtplib.SMTP("127.0.0.1", g.port, timeout=30) as s:
        s.ehlo()
        want("STARTTLS is offered", s.has_extn("starttls"))
        s.starttls(context=context())
        want("the greeting is forgotten", s.ehlo_resp is None)
        s.ehlo()
        want("not twice", not s.has_extn("starttls"))
        want("nobody refused", not s.sendmail("a@x.example", ["b@y.example"],
            "Subject: x\r\n\r\n" + "hello world\r\n" * 160000))
    want("the log names it", re.search(r' tls="TLSv1.3 TLS_\w+" proto=ESMTP '
        r"mails=1 .*end=quit", g.text()), g.text())


@both
def test_versions(p, sock):
    """TLS 1.2 and 1.3, EC and RSA, each by what the client can"""
    g = serve(p, sock)
    for version, ciphers, kind in ((ssl.TLSVersion.TLSv1_3, None, "EC"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-GCM-SHA256", "EC"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-RSA-AES256-GCM-SHA384", "RSA")):
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO c")
        c.cmd(b"STARTTLS")
        kw = {"ciphers": ciphers} if ciphers else {}
        c.tls(context(maximum_version=version, **kw))
        want("version", c.s.version() == version.name.replace("_", ".")
            .replace("TLSv1.", "TLSv1."), c.s.version())
        want("250", c.cmd(b"EHLO c").startswith(b"250"))
        want("221", c.cmd(b"QUIT").startswith(b"221"))


@both
def test_name(p, sock):
    """SNI: the certificate for that host, wildcards too; else the first"""
    g = serve(p, sock, pairs=("ec", "wild"))
    for name, shown in (("mx.example.org", "ec"), ("a.wild.example", "wild"),
        ("elsewhere.example", "ec"), (None, "ec")):
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO c")
        c.cmd(b"STARTTLS")
        c.tls(name=name)
        with open(p.file(shown + ".pem"), encoding="ascii") as f:
            pem = f.read()
        want("the certificate for %s" % name, ssl.PEM_cert_to_DER_cert(pem) ==
            c.s.getpeercert(True))
        c.cmd(b"QUIT")


@both
def test_injection(p, sock):
    """what stands behind STARTTLS in clear is never executed"""
    g = serve(p, sock)
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    c.s.sendall(b"STARTTLS\r\nMAIL FROM:<evil@x>\r\n")
    want("554", c.reply().startswith(b"554 5.5.0"))
    want("the end", c.line() == b"")
    want("no MAIL", "MAIL" not in g.text())


@both
def test_forgotten(p, sock):
    """a mail that was begun in clear is not there any more; nor is STARTTLS
    served within one, twice, with an argument, or after TLS"""
    g = serve(p, sock)
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    want("501", c.cmd(b"STARTTLS now").startswith(b"501"))
    c.cmd(b"MAIL FROM:<a@x>")
    want("503", c.cmd(b"STARTTLS").startswith(b"503 5.5.1"))
    c.cmd(b"RSET")
    want("220", c.cmd(b"STARTTLS") == b"220 2.0.0 Ready to start TLS\r\n")
    c.tls()
    want("503", c.cmd(b"RCPT TO:<b@y>").startswith(b"503"))
    c.cmd(b"EHLO c")
    want("503", c.cmd(b"STARTTLS").startswith(b"503 5.5.1"))
    want("221", c.cmd(b"QUIT").startswith(b"221"))


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


def test_no_helper(p):
    """without helper or certificate port 25 lives on, and STARTTLS is not
    offered, or 454"""
    conf = p.conf(tls=p.pair("ec"))
    with open(conf, encoding="utf-8") as f:
        text = f.read().replace(p.helper, "/nonexistent/helper")
    with open(conf, "w", encoding="utf-8") as f:
        f.write(text)
    g = Listener(p, conf)
    with smtplib.SMTP("127.0.0.1", g.port, timeout=30) as s:
        s.ehlo()
        want("not offered", not s.has_extn("starttls"))
        s.sendmail("a@x.example", ["b@y.example"], "Subject: x\r\n\r\nx\r\n")
    want("a log line", "neither" in g.text(), g.text())
    for bad in ("nothing", "back"):     # no file; another key
        pair = p.pair("ec")
        pair[1] = "Key0 = " + p.file(bad + ".key")
        for sock in ("", p.sock()):
            conf = p.conf(tls=pair, socket=sock)
            if sock:
                p.resident(conf)
            g = Listener(p, conf)
            c = Raw(g.port)
            c.reply()
            c.cmd(b"EHLO c")
            want("454", c.cmd(b"STARTTLS").startswith(b"454 4.7.0"))
            want("250", c.cmd(b"MAIL FROM:<a@x.example>").startswith(b"250"))
            c.cmd(b"QUIT")
            want("the file is named", bad + ".key" in g.text() or
                "key values mismatch" in g.text(), g.text())


def test_reload(p):
    """certificates that change are read again; broken ones do not end TLS"""
    p.cert("turn", "one.example.org")
    g = serve(p, p.sock(), pairs=("turn",))

    def shown():
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO c")
        want("220", c.cmd(b"STARTTLS").startswith(b"220"))
        c.tls()
        found = c.s.getpeercert(True)
        c.cmd(b"QUIT")
        return found
    first = shown()
    p.cert("turn", "two.example.org")
    second = shown()
    want("the new one", first != second)
    with open(p.file("turn.pem"), "w", encoding="ascii") as f:
        f.write("garbage\n")
    want("the one before", shown() == second)


def test_resumption(p):
    """a ticket is good at another process; one of the single helper is not
    given"""
    for sock in (p.sock(), ""):
        g = serve(p, sock)
        ctx = context(maximum_version=ssl.TLSVersion.TLSv1_2)
        session = None
        for again in (False, True):
            c = Raw(g.port)
            c.reply()
            c.cmd(b"EHLO c")
            c.cmd(b"STARTTLS")
            c.s = ctx.wrap_socket(c.s, server_hostname="mx.example.org",
                session=session)
            want("resumed: %s" % again, c.s.session_reused == (again and
                bool(sock)))
            session = c.s.session
            c.cmd(b"QUIT")


@both
def test_implicit(p, sock):
    """TLS from the first octet"""
    g = serve(p, sock, tls=("Implicit = yes",))
    with smtplib.SMTP_SSL("127.0.0.1", g.port, context=context(),
        timeout=30) as s:
        s.ehlo()
        want("no STARTTLS", not s.has_extn("starttls"))
        s.sendmail("a@x.example", ["b@y.example"], "Subject: x\r\n\r\nx\r\n")
    want("what it is", re.search(r'tls="TLSv1.3 TLS_\w+"', g.text()), g.text())


def test_require(p):
    """Require: 530 for all that matters until there is TLS"""
    g = serve(p, "", tls=("Require = yes",))
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    for line in (b"MAIL FROM:<a@x>", b"VRFY a", b"AUTH PLAIN AAA="):
        want("530", c.cmd(line).startswith(b"530 5.7.0"), line)
    for line in (b"NOOP", b"RSET"):
        want("250", c.cmd(line).startswith(b"250"), line)
    c.cmd(b"STARTTLS")
    c.tls()
    c.cmd(b"EHLO c")
    want("250", c.cmd(b"MAIL FROM:<a@x>").startswith(b"250"))
    c.cmd(b"QUIT")


@both
def test_macros(p, sock):
    """filters are told of version, cipher, name and the client's certificate"""
    with socket.create_server(("127.0.0.1", 0)) as s:
        milter = "inet:%d@127.0.0.1" % s.getsockname()[1]
    record = p.file("record%d" % time.monotonic_ns())
    f = p.start([RECFILTER, "-p", milter, "-o", record, "-m", "{tls_version} "
        "{cipher} {cipher_bits} {verify} {cert_subject} {cert_issuer} "
        "{tls_sni}"], stdout=subprocess.PIPE)
    f.stdout.readline()
    g = serve(p, sock, tls=("ClientCertificate = ask", "CAFile = " +
        p.file("client.pem")), filters=('Filter0 = "S=%s, F=T"' % milter,))
    for cert, verify in ((None, "NO"), ("client", "OK"), ("wild", "FAIL")):
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO clear")
        c.cmd(b"STARTTLS")
        c.tls(context(cert=(p.file(cert + ".pem"), p.file(cert + ".key")))
            if cert else None)
        want("250", c.cmd(b"EHLO %s" % verify.encode()).startswith(b"250"))
        c.cmd(b"QUIT")
    g.text()
    with open(record, encoding="utf-8") as lines:
        text = lines.read()
    for cert, verify in ((None, "NO"), ("client", "OK"), ("wild", "FAIL")):
        m = re.search(r"(?m)^helo %s.*\n.*$" % verify, text)
        want("HELO with " + verify, m, text)
        for part in ("{tls_version}=TLSv1.3", "{verify}=" + verify,
            "{tls_sni}=mx.example.org", "{cipher_bits}=256"):
            want(part, part in m[0], m[0])
        want("subject", ("CN=" in m[0]) == bool(cert), m[0])
    want("nothing in clear", "TLSv" not in re.search(r"(?m)^helo clear.*\n.*$",
        text)[0], text)


@both
def test_client_certificate(p, sock):
    """ClientCertificate = require: no handshake without a valid one"""
    g = serve(p, sock, tls=("ClientCertificate = require", "CAFile = " +
        p.file("client.pem")))
    for cert, good in (("client", True), ("wild", False), (None, False)):
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO c")
        c.cmd(b"STARTTLS")
        try:
            c.tls(context(cert=(p.file(cert + ".pem"), p.file(cert + ".key")))
                if cert else None)
            got = c.cmd(b"EHLO c")
        except (ssl.SSLError, ConnectionError):
            got = b""
        want("certificate %s" % cert, got.startswith(b"250") == good, got)
        c.s.close()


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


def test_gnutls(p):
    """another library as client"""
    if not shutil.which("gnutls-cli"):
        raise Wrong("gnutls-cli is not there: package gnutls-bin")
    g = serve(p, "")
    done = subprocess.run(["gnutls-cli", "--no-ca-verification",
        "--starttls-proto=smtp", "-p", str(g.port), "127.0.0.1"], input=b"QUIT\r\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=30, check=False)
    want("221", b"221 2.0.0" in done.stdout, done.stdout)


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


def test_backend_injection(p):
    """a backend's answer to STARTTLS with more behind it is not believed"""
    s = socket.create_server(("127.0.0.1", 0))

    def talk():
        while True:
            c, _ = s.accept()
            with c, c.makefile("rb") as f:
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


def test_descriptors(p):
    """once there is TLS, the gate has no descriptor of the connection"""
    g = serve(p, "")
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    c.cmd(b"STARTTLS")
    c.tls()
    c.cmd(b"EHLO c")
    nothing_clear(g.gates[0])
    c.cmd(b"QUIT")


def children(helper):
    with open("/proc/%d/task/%d/children" % (helper.pid, helper.pid),
        encoding="ascii") as f:
        return f.read().split()


def test_stalled(p):
    """a client that reads nothing, and a gate that has gone: the process
    between them does not stay for ever"""
    sock = p.sock()
    helper = p.resident(p.conf(tls=p.pair("ec"), socket=sock))
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.connect(sock)
    client, net = socket.socketpair()
    gate, plain = socket.socketpair()
    socket.send_fds(control, [b"ROLE=server\0\0"], [net.fileno(),
        plain.fileno()])
    net.close()
    plain.close()
    want("ready", gate.recv(1) == b"+")
    tls = context().wrap_socket(client)
    report = b""
    while not report.endswith(b"\0\0"):
        report += gate.recv(4096)
    want("report", b"SSL_PROTOCOL=TLSv1.3" in report, report)
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
    until("it listens", lambda: os.path.exists(sock))
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


def test_wrapped(p):
    """a launcher that has made TLS already: no STARTTLS, macros and log"""
    g = serve(p, "", env={"PROTO": "SSL", "SSL_PROTOCOL": "TLSv1.2",
        "SSL_CIPHER": "ABC"})
    c = Raw(g.port)
    c.reply()
    c.s.sendall(b"EHLO c\r\n")
    lines = []
    while not lines or lines[-1][3:4] == b"-":
        lines.append(c.line())
    want("not offered", b"STARTTLS" not in b"".join(lines), lines)
    want("503", c.cmd(b"STARTTLS").startswith(b"503"))
    c.cmd(b"QUIT")
    want("the log", 'tls="TLSv1.2 ABC"' in g.text(), g.text())


@contextlib.contextmanager
def open_pipe():
    """An input where nothing comes, and no end either."""
    read, write = os.pipe()
    try:
        yield read
    finally:
        os.close(read)
        os.close(write)


def test_check(p):
    """spsmtpgate-tls -n says what there is, and what is wrong"""
    def check(conf):
        with open_pipe() as stdin:
            done = subprocess.run([p.helper, "-n", "-c", conf], check=False,
                stdin=stdin, stdout=subprocess.PIPE, timeout=30,
                stderr=subprocess.STDOUT, start_new_session=True)
        return done.returncode, done.stdout.decode()
    status, text = check(p.conf(tls=p.pair("ec", "rsa")))
    want("both", status == 0 and "EC key" in text and "RSA key" in text and
        "for mx.example.org" in text, text)
    p.cert("soon", "soon.example.org", 3)
    status, text = check(p.conf(tls=p.pair("soon")))
    want("expiry", status == 0 and re.search(r"expires in [23] days", text),
        text)
    openssl("pkey", "-in", p.file("ec.key"), "-aes256", "-passout", "pass:x",
        "-out", p.file("secret.key"))
    os.chmod(p.file("secret.key"), 0o644)
    status, text = check(p.conf(tls=("Certificate0 = " + p.file("ec.pem"),
        "Key0 = " + p.file("secret.key"))))
    want("nobody is asked", status == 78 and "secret.key" in text, text)
    status, text = check(p.conf(tls=("Certificate0 = /nonexistent.pem",)))
    want("no file", status == 78 and "/nonexistent.pem: No such" in text, text)


def main():
    if not os.access(HELPER, os.X_OK):
        print("1..0 # SKIP spsmtpgate-tls was not built: no libssl-dev")
        return 0
    tests = [f for name, f in globals().items() if name.startswith("test_") and
        (len(sys.argv) < 2 or any(a in name for a in sys.argv[1:]))]
    print("1..%d" % len(tests), flush=True)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="gate-tls-") as path:
        p = Place(path)
        for n, test in enumerate(tests, 1):
            name = " ".join(test.__doc__.split())
            try:
                test(p)
                print("ok %d - %s" % (n, name), flush=True)
            except Exception as e:
                bad += 1
                text = str(e) if isinstance(e, Wrong) else \
                    traceback.format_exc()
                print("not ok %d - %s\n# %s" % (n, name,
                    text.replace("\n", "\n# ")), flush=True)
        p.end()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
