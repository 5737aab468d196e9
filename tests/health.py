#!/usr/bin/python3
"""spsmtpgate -T: what it says of backends and filters, and its exit status, which
monitoring goes by.  The backend is aiosmtpd, the filter is on libmilter; the
servers that misbehave are a few lines here.  Prints TAP.

Environment: GATE, RECFILTER as for tests/run.
"""

import json
import os
import pty
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "peers"))

from suite import DROP, GATE, RECFILTER, ROOT, Skip, Wrong, chosen, play


class Server(threading.Thread):
    """Greets, takes a PROXY header if there is one, answers EHLO and RCPT, and
    says 250 to all else."""

    def __init__(self, greeting, ehlo, rcpt=b"250 fine\r\n"):
        super().__init__(daemon=True)
        self.rcpt, self.heard = rcpt, []
        self.s = socket.create_server(("127.0.0.1", 0))
        self.at = "127.0.0.1:%d" % self.s.getsockname()[1]
        self.greeting, self.ehlo = greeting, ehlo
        self.start()

    def run(self):
        while True:
            c, _ = self.s.accept()
            try:
                with c, c.makefile("rb") as f:
                    c.sendall(self.greeting)
                    for line in f if self.greeting else ():
                        self.heard.append(line)
                        if not line.startswith(b"PROXY"):
                            c.sendall(self.ehlo if line.startswith(b"EHLO")
                                else self.rcpt if line.startswith(b"RCPT")
                                else b"250 fine\r\n")
            except OSError:     # reset: the gate has heard enough
                pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Test:
    def __init__(self, scratch):
        self.scratch = scratch
        # The filter first: it may not have been built.
        self.milter = "inet:%d@127.0.0.1" % free_port()
        self.filter = subprocess.Popen([RECFILTER, "-p", self.milter, "-e",
            "addheader X|y", "-o", "/dev/null"], stdout=subprocess.PIPE)
        self.filter.stdout.readline()
        self.backend = subprocess.Popen(["/usr/bin/python3", os.path.join(HERE,
            "peers", "maildir_server.py"), "-P", os.path.join(scratch,
            "Maildir")], stdout=subprocess.PIPE)
        self.smtp = "127.0.0.1:" + \
            self.backend.stdout.readline().split()[1].decode()

    def end(self):
        for p in self.backend, self.filter:
            p.kill()
            p.wait()

    def conf(self, backends, filters=(), more=""):
        path = os.path.join(self.scratch, "conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write("[Server]\nHostname = gate.example.org\nSpoolDir = /tmp\n"
                "MaxMessageSize = 1M\nRuntimeDir = /tmp\n%s[Backend]\n"
                "ConnectTimeout = 2\n%s\n[MailFilter]\n%s\n" % (more, "\n".join(
                "Server%d = %s\nIdentity%d = %s" % (i, s, i, how)
                for i, (s, how) in enumerate(b if isinstance(b, tuple) else
                (b, "proxy-v1") for b in backends)), "\n".join(
                'Filter%d = "S=%s"' % (i, s) for i, s in enumerate(filters))))
        os.chmod(path, 0o644)
        return path

    def run(self, conf, *args, status=None):
        p = subprocess.run([GATE, "-T", "-c", conf, *args], check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, cwd="/", **DROP)
        text = p.stdout.decode("ascii")
        if p.stderr:
            raise Wrong("on descriptor 2: %r" % p.stderr)
        if status is not None and p.returncode != status:
            raise Wrong("status %d, not %d\n%s" % (p.returncode, status, text))
        return text

    def json(self, conf, status, *args):
        return json.loads(self.run(conf, "--json", *args, status=status))


def want(text, *patterns):
    for p in patterns:
        if not re.search(p, text, re.M):
            raise Wrong("not found: %s in:\n%s" % (p, text))


def same(what, got, expected):
    if got != expected:
        raise Wrong("%s: %r, not %r" % (what, got, expected))


def test_well(t):
    """all is well: greeting, keywords, offer, negotiation; status 0"""
    conf = t.conf([t.smtp + " 5"], [t.milter + ", F=T"])
    want(t.run(conf, status=0), r"^configuration .*conf$", r"^backend " + t.smtp
        + "$", r"^    weight     5$", r"^    greeting   220 ", r"^    keywords ",
        r"SMTPUTF8", r"^    offered +PIPELINING$", r"SIZE 1048576",
        r"^    identity   proxy-v1$", r"^filter filter0$", r"^    protocol   6$",
        r"^    may        add headers$", r"^    ok +$")
    j = t.json(conf, 0)
    same("status", j["status"], "ok")
    same("the backend", (j["backends"][0]["name"], j["backends"][0]["weight"],
        j["backends"][0]["status"]), (t.smtp, 5, "ok"))
    same("the filter", (j["filters"][0]["protocol"], "add headers" in
        j["filters"][0]["may"], j["filters"][0]["problems"]), (6, True, []))


def test_each(t):
    """each server is asked, also those that clients seldom meet"""
    other = Server(b"220 other ESMTP\r\n", b"250-other\r\n250 X-ODD\r\n")
    j = t.json(t.conf([t.smtp, other.at + " 0"]), 0)
    same("greetings", [b["greeting"].split()[0] for b in j["backends"]],
        ["220", "220"])
    same("keywords", j["backends"][1]["keywords"], ["X-ODD"])
    for word in ("X-ODD", "STARTTLS"):
        if word in j["backends"][1]["offered"]:
            raise Wrong("a client would be offered " + word)


def test_dead(t):
    """what does not work is an error, names the peer, and is status 2"""
    gone = free_port()
    want(t.run(t.conf(["127.0.0.1:%d" % gone], ["inet:%d@127.0.0.1, F=T" %
        gone]), status=2), r"^backend 127.0.0.1:%d$" % gone,
        r"^    ERROR .*refused", r"^filter filter0$(\n.*)*ERROR .*refused")
    want(t.run(t.conf([t.smtp], ["unix:/nonexistent/socket, F=T"]), status=2),
        r"ERROR .*No such file")


def test_identity(t):
    """a server that cannot be told of clients, or that relays for the gate"""
    s = Server(b"220 be.example\r\n", b"250-be\r\n250 XFORWARD ADDR\r\n")
    want(t.run(t.conf([(s.at, "xclient")]), status=2), r"ERROR .*XCLIENT")
    for how in "proxy-v1", "xforward", "received", "noop", "none":
        for rcpt, warned in ((b"250 ok\r\n", "relays for all"),
            (b"554 5.7.1 no relaying\r\n", ""),
            (b"450 4.2.0 later\r\n", "does not say")):
            s.rcpt = rcpt
            if how == "proxy-v1":
                warned = ""     # it hears of the client, and may do as it likes
            p = t.json(t.conf([(s.at, how)]), bool(warned))["backends"][0]
            same("identity", p["identity"], how)
            same("warned", ["%s: the server" % how in w["text"] and
                warned in w["text"] for w in p["problems"]], [True] *
                bool(warned))
    same("no mail was sent", [line for line in s.heard
        if line.startswith((b"DATA", b"BDAT"))], [])
    s.rcpt = b"250 ok\r\n"
    want(t.run(t.conf([s.at], more="[Backend]\nAuthServer = %s\nAuthIdentity = "
        "noop\n" % s.at), status=1), "WARNING +AuthIdentity = noop: the server")


def test_tls(t):
    """TLS that clients would not get, a key for all to read, a file not there"""
    built = os.path.join(ROOT, "spsmtpgate-tls")
    if not os.path.exists(built):
        raise Skip("spsmtpgate-tls was not built")
    helper = shutil.copy(built, t.scratch)

    def make(name, days="90"):
        path = os.path.join(t.scratch, name)
        subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "ec",
            "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", path + ".key",
            "-out", path + ".pem", "-days", days, "-subj",
            "/CN=mx.example.org"], check=True, stderr=subprocess.DEVNULL)
        if DROP:
            shutil.chown(path + ".key", "nobody")
        return path

    def conf(key, program=helper, cert="one"):
        return t.conf([t.smtp], more='[TLS]\nHelper = %s\nSocket = ""'
            "\nCertificate0 = %s.pem\nKey0 = %s\n" % (program,
            os.path.join(t.scratch, cert), key))
    one, two = make("one"), make("two")
    want(t.run(conf(one + ".key"), status=0), r"^tls .*spsmtpgate-tls$")
    same("json", t.json(conf(one + ".key"), 0)["tls"][0]["status"], "ok")
    want(t.run(conf(one + ".key"), status=0), r"EC key, until .*, for")
    want(t.run(conf(make("soon", "3") + ".key", cert="soon"), status=1),
        r"WARNING .*soon\.pem: the certificate expires in [23] days")
    want(t.run(conf(two + ".key"), status=2), r"ERROR .*no TLS: .*two\.key")
    want(t.run(conf(one + ".key", "/nonexistent"), status=2), r"ERROR .*nobody")
    os.chmod(one + ".key", 0o644)
    want(t.run(conf(one + ".key"), status=1), r"WARNING .*one\.key: everybody")
    p = subprocess.run([GATE, "-n", "-c", conf("/nonexistent.key")],
        check=False, stderr=subprocess.PIPE)
    same("status of -n", p.returncode, 0)
    want(p.stderr.decode(), r"^/nonexistent\.key: No such file")


def test_greetings(t):
    """a server that refuses, or that may be the gate itself, is named"""
    for greeting, status, text in ((b"554 go away\r\n", 2, r"ERROR .*554"),
        (b"421 later\r\n", 2, r"ERROR .*421 later"), (b"hello\r\n", 2, "ERROR"),
        (b"", 2, "ERROR"), (b"220 GATE.example.org ESMTP\r\n", 1,
        "WARNING .*itself")):
        s = Server(greeting, b"250 gate.example.org\r\n")
        want(t.run(t.conf([s.at]), status=status), text)


def test_hostile(t):
    """octets of a server move no terminal, and JSON stays JSON"""
    s = Server(b'220 x \x1b[2J"\\\xff\x00\x07 ESMTP\r\n',
        b"250-x\r\n250 X\x1b]0;\xe4\"\r\n")
    conf = t.conf([s.at])
    text = t.run(conf)
    if re.search(r"[^\n -~]", text):
        raise Wrong(repr(text))
    t.json(conf, 0)


def test_filter_without_flag(t):
    """a filter without F= is a warning: mail passes when it fails"""
    want(t.run(t.conf([t.smtp], [t.milter]), status=1), "WARNING +has no F=")


def test_authserver(t):
    """the server for logins is asked, and no login offered is a warning"""
    ehlo = b"250-be.example\r\n250 AUTH PLAIN\r\n"
    servers = [Server(b"220 be.example\r\n", ehlo) for _ in range(2)]
    conf = t.conf([servers[0].at])
    with open(conf, encoding="utf-8") as f:
        text = f.read().replace("[Backend]", "[Backend]\n"
            "AuthServer = %s\nAuthIdentity = proxy-v1" % servers[1].at)
    for plain, status in (("always", 0), ("tls", 1)):
        with open(conf, "w", encoding="utf-8") as f:
            f.write(text.replace("[Server]", "[Server]\nPlainAuth = " + plain))
        found = t.json(conf, status)
        first, second = found["backends"]
        same("name", second["name"], servers[1].at)
        same("for", (first.get("for"), second.get("for")), (None, "logins"))
        same("AUTH", ["AUTH PLAIN" in b["offered"] for b in (first, second)],
            [False, plain == "always"])
        same("problems", [p["level"] for p in second["problems"]],
            ["warning"] * status)


def test_clear(t):
    """logins that go through a network in clear are a warning, with AuthServer
    those alone that go there"""
    ehlo = b"250-be.example\r\n250 AUTH CRAM-MD5\r\n"
    port = Server(b"220 be.example\r\n", ehlo).at.split(":")[1]
    # To the kernel that is this machine as well, but it is no loopback address.
    for main, auth, warned in (("127.0.0.1", None, []), ("0.0.0.0", None,
        ["TLS<n>"]), ("0.0.0.0", "127.0.0.1", []), ("127.0.0.1", "0.0.0.0",
        ["AuthTLS"])):
        conf = t.conf(["%s:%s" % (main, port)])
        if auth:
            with open(conf, "a", encoding="utf-8") as f:
                f.write("[Backend]\nAuthServer = %s:%s\nAuthIdentity = "
                    "proxy-v1\n" % (auth, port))
        found = t.json(conf, len(warned))
        problems = [p["text"] for b in found["backends"] for p in b["problems"]]
        same("problems", ["logins go there in clear through a network: see %s "
            "in spsmtpgate.conf(5)" % w for w in warned], problems)


def test_config(t):
    """a broken configuration: every error, and nobody is asked"""
    j = t.json(t.conf([t.smtp, (t.smtp, "nonsense")], (), "MaxErrors = x\n"), 2)
    problems = j["configuration"]["problems"]
    same("errors", (len(problems), "backends" in j), (2, False))
    want(problems[0]["text"], r"conf:\d+: .*expected")
    j = t.json("/nonexistent.conf", 2)
    want(j["configuration"]["problems"][0]["text"], "No such file")


def test_spool(t):
    """a spool directory that is not there is an error"""
    path = t.conf([t.smtp])
    with open(path, encoding="utf-8") as f:
        text = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(text.replace("SpoolDir = /tmp", "SpoolDir = /nonexistent"))
    want(t.run(path, status=2), "ERROR +SpoolDir /nonexistent: No such file")


def test_usage(t):
    """--client wants an address"""
    p = subprocess.run([GATE, "-T", "--client", "x"], stderr=subprocess.PIPE,
        check=False, **DROP)
    same("status", p.returncode, 2)
    want(p.stderr.decode(), "expected an IP address")


def test_colour(t):
    """colour on a terminal only, and not with NO_COLOR"""
    conf = t.conf([t.smtp], [t.milter])

    def on_terminal(env):
        master, slave = pty.openpty()
        p = subprocess.Popen([GATE, "-T", "-c", conf], stdin=subprocess.DEVNULL,
            stdout=slave, cwd="/", env=dict(os.environ, **env), **DROP)
        os.close(slave)
        text = b""
        try:
            while True:
                part = os.read(master, 4096)
                if not part:
                    break
                text += part
        except OSError:		# a terminal's way to end
            pass
        os.close(master)
        p.wait()
        return text.decode()
    os.environ.pop("NO_COLOR", None)
    want(on_terminal({}), "\033\\[33mWARNING")
    if "\033" in on_terminal({"NO_COLOR": "1"}) + t.run(conf):
        raise Wrong("colour where none is wanted")


def test_child(t):
    """a program as backend"""
    program = os.path.join(t.scratch, "child")
    with open(program, "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\nprintf '220 child ESMTP\\r\\n'\nread l\n"
            "printf '250-child\\r\\n250 8BITMIME\\r\\n'\nread l\n")
    os.chmod(program, 0o755)
    j = t.json(t.conf([]), 0, "--", program)
    same("the child", (j["backends"][0]["name"], j["backends"][0]["identity"],
        j["backends"][0]["keywords"]), (program, "environment", ["8BITMIME"]))


def main():
    with tempfile.TemporaryDirectory(prefix="gate-health-") as scratch:
        os.chmod(scratch, 0o755)
        t = Test(scratch)
        status = play(chosen(__name__), t)
        t.end()
    return status


if __name__ == "__main__":
    sys.exit(main())
