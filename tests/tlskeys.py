#!/usr/bin/python3
"""Certificates, keys and tickets: which are used, from when on, and what is said
of those that cannot be; certificates of clients.  Prints TAP.
"""

import contextlib
import os
import re
import smtplib
import ssl
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (Listener, Raw, both, context, openssl, serve, want)


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
    # The single helper has not read them yet: only what is not there shows.
    for bad, resident, offered in (("nothing", False, False),
        ("nothing", True, False), ("back", False, True),
        ("back", True, False)):
        pair = p.pair("ec")
        pair[1] = "Key0 = " + p.file(bad + ".key")
        conf = p.conf(tls=pair, socket=p.sock() if resident else "")
        if resident:
            p.resident(conf)
        g = Listener(p, conf)
        c = Raw(g.port)
        c.reply()
        want("offered", c.offers(b"STARTTLS") == offered,
            (bad, resident))
        want("454", c.cmd(b"STARTTLS").startswith(b"454 4.7.0"))
        want("250", c.cmd(b"MAIL FROM:<a@x.example>").startswith(b"250"))
        c.cmd(b"QUIT")
        want("the file is named", bad + ".key" in g.text() or
            "key values mismatch" in g.text(), g.text())


def test_resident_again(p):
    """a resident that is started again serves sessions that were there before;
    while there is none they hear 454, and go on"""
    conf = p.conf(tls=p.pair("ec"), socket=p.sock())
    first = p.resident(conf)
    g = Listener(p, conf)
    three = [Raw(g.port) for _ in range(3)]
    for c in three:
        c.reply()
        want("offered", c.offers(b"STARTTLS"))
    first.terminate()
    first.wait()
    want("454", three[0].cmd(b"STARTTLS").startswith(b"454 4.7.0"))
    want("not offered", not three[1].offers(b"STARTTLS"))
    p.resident(conf)
    for c in three[1:]:
        want("220", c.cmd(b"STARTTLS").startswith(b"220"))
        c.tls()
    want("a mail in clear", three[0].cmd(b"MAIL FROM:<a@x.example>")
        .startswith(b"250"))
    for c in three:
        want("221", c.cmd(b"QUIT").startswith(b"221"))


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
def test_forged_certificate(p, sock):
    """ClientCertificate = ask: a certificate that a known authority has not
    signed, though it says so, is the filters' business; TLS goes on"""
    p.cert("false", "client.example.net")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=forged",
        "-keyout", p.file("forged.key"), "-out", p.file("forged.csr"))
    openssl("x509", "-req", "-in", p.file("forged.csr"), "-CAcreateserial",
        "-CA", p.file("false.pem"), "-CAkey", p.file("false.key"), "-out",
        p.file("forged.pem"))
    g = serve(p, sock, tls=("ClientCertificate = ask", "CAFile = " +
        p.file("client.pem")))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        c = Raw(g.port)
        c.reply()
        c.cmd(b"EHLO c")
        c.cmd(b"STARTTLS")
        c.tls(context(cert=(p.file("forged.pem"), p.file("forged.key")),
            maximum_version=version))
        want("250", c.cmd(b"EHLO c").startswith(b"250"))
        want("221", c.cmd(b"QUIT").startswith(b"221"))


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
    """spsmtpgate-tls -n says what there is, and what is wrong; what is wrong
    spsmtpgate -n says as well"""
    def said(program, conf):
        with open_pipe() as stdin:
            done = subprocess.run([program, "-n", "-c", conf], check=False,
                stdin=stdin, stdout=subprocess.PIPE, timeout=30,
                stderr=subprocess.PIPE, start_new_session=True)
        return (done.returncode, done.stdout.decode() + done.stderr.decode(),
            done.stderr.decode())

    def check(conf):
        status, text, wrong = said(p.helper, conf)
        gate = said(p.gate, conf)
        want("no error of the gate's", gate[0] == 0, gate)
        want("but the same words", all(line.split(": ", 1)[1] in gate[1]
            for line in wrong.splitlines()), (wrong, gate))
        want("and what comes of it", ("clients will get no TLS" in gate[1]) ==
            (status == 78), gate)
        return status, text
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


tlsworld.main(__name__)
