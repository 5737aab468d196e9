#!/usr/bin/python3
"""TLS with clients: the gate, spsmtpgate-tls, and clients that have nothing of
ours: Python's ssl and smtplib (OpenSSL), gnutls-cli.  Prints TAP.

peers/tlsworld.py has what this and its neighbours share: tlskeys.py, about
certificates and tickets; tlsfaults.py, about peers and helpers that misbehave,
and many at once; tlsback.py, about backends and launchers; tlsproxy.py, about load
balancers.
"""

import os
import re
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (RECFILTER, Raw, Wrong, both, context, nothing_clear,
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


def test_gnutls(p):
    """another library as client"""
    if not shutil.which("gnutls-cli"):
        raise Wrong("gnutls-cli is not there: package gnutls-bin")
    g = serve(p, "")
    done = subprocess.run(["gnutls-cli", "--no-ca-verification",
        "--starttls-proto=smtp", "-p", str(g.port), "127.0.0.1"], input=b"QUIT\r\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=30, check=False)
    want("221", b"221 2.0.0" in done.stdout, done.stdout)


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


def test_wrapped(p):
    """a launcher that has made TLS already: no STARTTLS, macros and log"""
    g = serve(p, "", env={"PROTO": "SSL", "SSL_PROTOCOL": "TLSv1.2",
        "SSL_CIPHER": "ABC"})
    c = Raw(g.port)
    c.reply()
    want("not offered", not c.offers(b"STARTTLS"))
    want("503", c.cmd(b"STARTTLS").startswith(b"503"))
    c.cmd(b"QUIT")
    want("the log", 'tls="TLSv1.2 ABC"' in g.text(), g.text())


tlsworld.main(__name__)
