#!/usr/bin/python3
"""TLS with clients: the gate, spsmtpgate-tls, and clients that have nothing of
ours: Python's ssl and smtplib (OpenSSL), gnutls-cli.  Prints TAP.

peers/tlsworld.py has what this and its neighbours share: tlskeys.py, about
certificates and tickets; tlsfaults.py, about peers and helpers that misbehave,
and many at once; tlsback.py, about backends and launchers; tlsproxy.py, about
load balancers.
"""

import contextlib
import fcntl
import os
import re
import select
import smtplib
import socket
import ssl
import subprocess
import sys
import termios
import threading
import time
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (Memory, Raw, Store, Wrong, both, context, nothing_clear,
    serve, until, want)


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
def test_minimum(p, sock):
    """MinVersion: 1.2 unless something else is said; older clients get an alert
    and no session, and those that it lets in do not need SHA-1's end"""
    old, new = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2
    for line, version, good in (("", old, False), ("", new, True),
        ("MinVersion = 1.3", new, False), ("MinVersion = 1.0", old, True),
        ("MinVersion = 1.1", old, True)):
        g = serve(p, sock, tls=(line,))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")     # Python warns of TLS 1.1
            ctx = context(ciphers="ALL:@SECLEVEL=0", maximum_version=version,
                minimum_version=old)
        try:
            got = Raw(g.port).secure(ctx).ehlo()
        except ssl.SSLError:
            got = b""
        want("%s, %s" % (line, version), got.startswith(b"250") == good, got)


@both
def test_name(p, sock):
    """SNI: the certificate for that host, wildcards of one label too; else the
    first, and no alert"""
    g = serve(p, sock, pairs=("ec", "wild"))
    for name, shown in (("mx.example.org", "ec"), ("a.wild.example", "wild"),
        ("A.Wild.EXAMPLE", "wild"), ("a.b.wild.example", "ec"),
        ("wild.example", "ec"), ("elsewhere.example", "ec"),
        ("192.0.2.1", "ec"), (None, "ec")):
        c = Raw(g.port).secure(context(maximum_version=
            ssl.TLSVersion.TLSv1_2 if name == "A.Wild.EXAMPLE" else
            ssl.TLSVersion.TLSv1_3), name=name)
        with open(p.file(shown + ".pem"), encoding="ascii") as f:
            pem = f.read()
        want("the certificate for %s" % name, ssl.PEM_cert_to_DER_cert(pem) ==
            c.s.getpeercert(True))
        c.cmd(b"QUIT")


@both
def test_injection(p, sock):
    """what stands behind STARTTLS in clear is never executed, in the same
    segment or in one that comes before the answer"""
    back = Store()
    g = serve(p, sock, backend=("Server0 = " + back.address,))
    evil = b"MAIL FROM:<evil@x>\r\n"
    c = Raw(g.port)
    c.reply()
    c.cmd(b"EHLO c")
    c.s.sendall(b"STARTTLS\r\n" + evil)
    want("554", c.reply().startswith(b"554 5.5.0"))
    want("the end", c.line() == b"")
    c.s.close()
    # Whether gate or helper reads it, neither does what it says.
    for _ in range(10):
        c = Raw(g.port)
        c.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        c.reply()
        c.cmd(b"EHLO c")
        c.s.sendall(b"STARTTLS\r\n")
        c.s.sendall(evil)
        while line := c.line():
            want("nothing but the answer and an alert",
                line[:3] in (b"220", b"554") or line[:1] == b"\x15", line)
        c.s.close()
    want("no MAIL", not any("MAIL" in line for line in back.said) and
        "MAIL" not in g.text(), (back.said, g.text()))


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
def test_knowledge(p, sock):
    """what was said in clear might have been said by somebody else: neither the
    name nor the extensions of the EHLO before count"""
    back = Store(more=("AUTH PLAIN", "SIZE"))
    milter, record = p.recorder("r s {mail_addr}")
    g = serve(p, sock, backend=("Server0 = " + back.address,),
        filters=(milter,))
    c = Raw(g.port).secure()
    for line, code in ((b"MAIL FROM:<a@x> SIZE=10", b"555"),
        (b"AUTH PLAIN AGEAYg==", b"503"), (b"MAIL FROM:<a@x>", b"250"),
        (b"QUIT", b"221")):
        want(code, c.cmd(line).startswith(code), line)
    want("the log", re.search(r' helo=- .*tls="TLSv.* proto=SMTP ', g.text()),
        g.text())
    with open(record, encoding="utf-8") as f:
        heard = f.read()
    want("the filters", re.search(r"(?m)^mail.*\n +macros \{mail_addr\}=a@x$",
        heard), heard)


@both
def test_received(p, sock):
    """the gate's own Received says ESMTPS with an EHLO behind the handshake,
    and version and cipher"""
    back = Store()
    g = serve(p, sock, backend=("Server0 = " + back.address,
        "Identity0 = received"))
    c = Raw(g.port).secure()
    c.ehlo()
    want("250", c.mail(b"Subject: x\r\n\r\nx\r\n").startswith(b"250"))
    want("221", c.cmd(b"QUIT").startswith(b"221"))
    want("Received", re.match(rb"Received: [^:]*\(spsmtpgate\) with ESMTPS\s+"
        rb"\(TLSv1\.3 TLS_AES_256_GCM_SHA384", back.mails[0]), back.mails[0])


def test_after_auth(p):
    """a login cannot be taken back: no STARTTLS behind it; and none is offered
    in clear, where it would be read"""
    back = Store(more=("AUTH PLAIN LOGIN",),
        answers={b"AUTH": b"235 2.7.0 welcome\r\n"})
    for plain in ("tls", "always"):
        g = serve(p, "", server=("PlainAuth = " + plain,),
            backend=("Server0 = " + back.address,))
        c = Raw(g.port)
        c.reply()
        want("AUTH in clear", (b"AUTH" in c.ehlo()) == (plain ==
            "always"))
        if plain == "always":
            want("235", c.cmd(b"AUTH PLAIN AGEAYg==").startswith(b"235"))
            want("not offered", b"STARTTLS" not in c.ehlo())
            want("503", c.cmd(b"STARTTLS") ==
                b"503 5.5.1 No STARTTLS after AUTH\r\n")
        else:
            want("not served", c.cmd(b"AUTH PLAIN AGEAYg==")[:1] == b"5")
            want("220", c.cmd(b"STARTTLS").startswith(b"220"))
            c.tls()
            want("AUTH with TLS", b"AUTH PLAIN LOGIN" in c.ehlo())
            want("235", c.cmd(b"AUTH PLAIN AGEAYg==").startswith(b"235"))
        want("221", c.cmd(b"QUIT").startswith(b"221"))


def test_helo(p):
    """HELO after STARTTLS is as good as EHLO; MAIL without either is the
    backend's to judge, as ever"""
    back = Store()
    g = serve(p, "", backend=("Server0 = " + back.address,))
    c = Raw(g.port).secure()
    want("250", c.cmd(b"HELO old.example.net").startswith(b"250"))
    want("250", c.cmd(b"MAIL FROM:<a@x>").startswith(b"250"))
    want("221", c.cmd(b"QUIT").startswith(b"221"))
    want("the log", re.search(r'helo=old\.example\.net .*tls="TLSv1', g.text()),
        g.text())


@both
def test_octets(p, sock):
    """20 MiB, with all octets but CR, LF and NUL in them, through TLS on both
    sides: not one is lost, moved or changed"""
    line = bytes(range(1, 10)) + b"\x0b\x0c" + bytes(range(14, 256)) + b"\r\n"
    text = b"Subject: big\r\n\r\n" + b"".join(b"%d %s" % (i, line)
        for i in range(20 * 1024 * 1024 // len(line)))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(p.file("back.pem"), p.file("back.key"))
    back = Store(tls=tls)
    g = serve(p, sock, tls=("CAFile = " + p.file("back.pem"),),
        backend=("Server0 = " + back.address, "TLS0 = verify",
        "TLSName0 = back.example.org"))
    c = Raw(g.port).secure()
    c.ehlo()
    want("250", c.mail(text).startswith(b"250"))
    c.cmd(b"QUIT")
    want("one mail", len(back.mails) == 1, len(back.mails))
    want("the same octets", back.mails[0][-len(text):] == text)


@both
def test_slow_reader(p, sock):
    """a client that reads none of 1000 long replies until it has sent all its
    commands: both sides fill up, and go on where they were"""
    words = b"".join(b"250-2.1.5 %d %s\r\n" % (i, b"x" * 400)
        for i in range(9)) + b"250 2.1.5 fine\r\n"
    back = Store(answers={b"RCPT": words})
    g = serve(p, sock, backend=("Server0 = " + back.address,))
    c = Memory.client(g.port)
    c.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    c.tls.write(b"EHLO c\r\n")
    c.flush()
    want("250", c.has(rb"(?m)^250 .*\n"))
    c.tls.write(b"MAIL FROM:<a@x.example>\r\n" + b"".join(
        b"RCPT TO:<%0200d@y.example>\r\n" % i for i in range(1000)) +
        b"QUIT\r\n")
    sender = threading.Thread(target=c.flush)
    sender.start()
    got = c.rest()
    sender.join(30)
    want("as the backend said it", got.startswith(b"250 fine\r\n" +
        1000 * words + b"221 2.0.0 "), (len(got), got[:100], got[-100:]))


@both
def test_pieces(p, sock):
    """commands do not care for records: all in one, and an octet in each"""
    back = Store()
    g = serve(p, sock, backend=("Server0 = " + back.address,))
    group = (b"MAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\n"
        b"RSET\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@y.example>\r\n"
        b"DATA\r\n")
    for pieces in ([group], [group[i:i + 1] for i in range(len(group))]):
        c = Raw(g.port).secure()
        c.ehlo()
        for octets in pieces:
            c.s.sendall(octets)
        for code in (b"250", b"250", b"250", b"250", b"250", b"354"):
            line = c.reply()
            want("in order", line.startswith(code), line)
        for octets in (b"Subject: x\r\n\r\nx\r\n", b".", b"\r",
            b"\nQUIT\r\n"):
            c.s.sendall(octets)
        want("250", c.reply().startswith(b"250"))
        want("221", c.reply().startswith(b"221"))
    want("two mails", len(back.mails) == 2, back.mails)


@both
def test_ends(p, sock):
    """a client that is through with its side still gets its replies: behind
    close_notify in the segment of its last command, and behind the end of its
    half of the connection, with close_notify and without"""
    g = serve(p, sock)
    for notify, half in ((True, False), (True, True), (False, True)):
        c = Memory.client(g.port)
        c.tls.write(b"HELO c\r\nNOOP\r\nQUIT\r\n")
        if notify:
            with contextlib.suppress(ssl.SSLWantReadError):
                c.tls.unwrap()
        c.flush()
        if half:
            c.s.shutdown(socket.SHUT_WR)
        got = c.rest()
        want("all replies", re.search(rb"\A250 .*\r\n250 2\.0\.0 OK\r\n"
            rb"221 2\.0\.0 .*\r\n\Z", got), got)
        c.s.close()
    want("all were served", len(re.findall(r"cmds=5 .*end=quit", g.text())) ==
        3, g.text())


class Tool:
    """A program that is spoken to by a pipe, and what it says."""

    def __init__(self, *argv):
        self.p = subprocess.Popen(argv, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.out = b""

    def sees(self, pattern):
        """Waits for it, behind what was seen before."""
        end = time.monotonic() + 30
        while True:
            m = re.search(pattern, self.out)
            if m:
                self.out = self.out[m.end():]
                return m
            left = end - time.monotonic()
            ready = select.select([self.p.stdout], [], [], max(left, 0))[0]
            got = os.read(self.p.stdout.fileno(), 65536) if ready else b""
            if not got:
                raise Wrong("not seen: %r in %r" % (pattern, self.out))
            self.out += got

    def says(self, octets):
        """In a piece of its own: returns when it has been read."""
        self.p.stdin.write(octets)
        self.p.stdin.flush()
        left = bytearray(4)
        until("it reads", lambda: fcntl.ioctl(self.p.stdin, termios.FIONREAD,
            left) == 0 and left == b"\0\0\0\0")

    def ends(self):
        with self.p:
            out = self.out + self.p.communicate(timeout=30)[0]
        return out


def s_client(g, *options):
    t = Tool("openssl", "s_client", "-starttls", "smtp", "-crlf", "-connect",
        "127.0.0.1:%d" % g.port, *options)
    t.sees(rb"---\n250 [^\n]+\n")      # the first EHLO's last line
    return t


@both
def test_renegotiation(p, sock):
    """a new handshake within TLS 1.2 is refused, whoever asks for it: neither
    hangs, and nothing more is said in clear"""
    g = serve(p, sock)
    t = s_client(g, "-tls1_2")
    t.says(b"NOOP\n")
    t.sees(rb"250 2\.0\.0 OK")
    t.says(b"R\n")
    t.sees(rb"no renegotiation")
    t.ends()
    out = subprocess.run(["gnutls-cli", "--no-ca-verification", "--rehandshake",
        "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2", "--starttls-proto=smtp",
        "-p", str(g.port), "127.0.0.1"], input=b"QUIT\r\n", timeout=30,
        check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    want("refused", b"No renegotiation is allowed" in out, out)
    want("both ended", len(re.findall(r'tls="TLSv1\.2 .*end=(?:lost|quit)',
        g.text())) == 2, g.text())


@both
def test_key_update(p, sock):
    """new keys of TLS 1.3 in the middle of a mail, asked of both sides"""
    back = Store()
    g = serve(p, sock, backend=("Server0 = " + back.address,))
    t = s_client(g, "-tls1_3")
    for line in (b"K\n", b"EHLO c\n", b"mail from:<a@x>\n",
        b"rcpt to:<b@y>\n"):
        t.says(line)
        t.sees(rb"KEYUPDATE" if line == b"K\n" else rb"250 [^\n]*\n")
    t.says(b"data\n")
    t.sees(rb"354 ")
    t.says(b"Subject: x\n\nhalf\n")
    for letter in (b"K\n", b"k\n"):
        t.says(letter)
        t.sees(rb"KEYUPDATE")
    t.says(b"the other\n.\n")
    t.sees(rb"250 ")
    t.says(b"quit\n")
    t.ends()
    want("the mail", len(back.mails) == 1 and back.mails[0].endswith(
        b"Subject: x\r\n\r\nhalf\r\nthe other\r\n"), back.mails)
    want("a proper end", "end=quit" in g.text(), g.text())


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
    for line in (b"NOOP", b"RSET", b"EHLO c", b"HELO c"):
        want("250", c.cmd(line).startswith(b"250"), line)
    c.cmd(b"STARTTLS")
    c.tls()
    c.cmd(b"EHLO c")
    want("250", c.cmd(b"MAIL FROM:<a@x>").startswith(b"250"))
    c.cmd(b"QUIT")
    c = Raw(g.port)
    c.reply()
    want("221", c.cmd(b"QUIT").startswith(b"221"))


@both
def test_macros(p, sock):
    """filters are told of version, cipher, name and the client's certificate;
    of one that nobody vouches for not the names, which rspamd takes for a
    user's"""
    milter, record = p.recorder("{tls_version} {cipher} {cipher_bits} {verify} "
        "{cert_subject} {cert_issuer} {tls_sni}")
    g = serve(p, sock, tls=("ClientCertificate = ask", "CAFile = " +
        p.file("client.pem")), filters=(milter,))
    for cert, verify in ((None, "NO"), ("client", "OK"), ("wild", "FAIL")):
        c = Raw(g.port).secure(context(cert=(p.file(cert + ".pem"),
            p.file(cert + ".key"))) if cert else None)
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
        for name in ("subject", "issuer"):
            want(name, ("{cert_%s}=CN=client.example.net" % name in m[0]) ==
                (verify == "OK") == ("{cert_%s}" % name in m[0]), m[0])
    want("nothing in clear", "TLSv" not in re.search(r"(?m)^helo c\n.*$",
        text)[0], text)


def test_gnutls(p):
    """another library as client: TLS 1.2 and 1.3, with each kind of key, and
    with EC, which costs less, when it knows both; it comes back with a ticket"""
    g = serve(p, p.sock(), pairs=("rsa", "ec"))
    rsa = "-SIGN-ALL:+SIGN-RSA-SHA256:+SIGN-RSA-PSS-RSAE-SHA256"
    ec = "-SIGN-ALL:+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SECP256R1-SHA256"
    for version in ("1.2", "1.3"):
        for algorithms, shown in ((ec, "ECDSA"), (rsa, "RSA"),
            ("+SIGN-ALL", "ECDSA")):
            out = subprocess.run(["gnutls-cli", "--no-ca-verification",
                "--resume", "--waitresumption", "--priority",
                "NORMAL:-VERS-ALL:+VERS-TLS%s:%s" % (version, algorithms),
                "--starttls-proto=smtp", "-p", str(g.port), "127.0.0.1"],
                input=b"QUIT\r\n", timeout=30, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            out = out.stdout.decode()
            want("TLS %s with %s" % (version, shown), re.search(
                r"Description: \(TLS%s-X\.509\)-\(ECDHE-[^)]*\)-\(%s-" %
                (version, shown), out), out)
            want("resumed", "*** This is a resumed session" in out, out)
            want("221", "221 2.0.0" in out, out)


def test_descriptors(p):
    """once there is TLS, the gate has no descriptor of the connection"""
    g = serve(p, "")
    c = Raw(g.port).secure()
    c.cmd(b"EHLO c")
    nothing_clear(g.gates[0])
    c.cmd(b"QUIT")


tlsworld.main(__name__)
