#!/usr/bin/python3
"""Certificates, keys and tickets: which are used, from when on, and what is said
of those that cannot be; certificates of clients.  Prints TAP.
"""

import contextlib
import os
import re
import shutil
import smtplib
import ssl
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))
import tlsworld
from tlsworld import (DROP, Listener, Raw, Skip, both, context, descendants,
    openssl, serve, until, want)


def test_no_helper(p):
    """without helper port 25 lives on, and STARTTLS is not offered"""
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


# What can be wrong with a pair: certificate, key, whether the gate, which is to
# start a helper, sees it before, and what the log says.
BROKEN = (
    ("ec.pem", "missing.key", True, "missing.key: No such file"),
    ("missing.pem", "ec.key", True, "missing.pem: No such file"),
    ("ec.pem", "closed.key", True, "closed.key: Permission denied"),
    ("closed.key", "ec.key", True, "closed.key: Permission denied"),
    ("ec.pem", "back.key", False, "back.key: not the key of .*ec.pem"),
    ("ec.pem", "other.key", False, "other.key: not the key of .*ec.pem"),
    ("ec.pem", "secret.key", False, "secret.key: "),
    ("ec.pem", "empty", False, "empty: "),
    ("empty", "ec.key", False, "empty: "),
    ("ec.pem", "folder", False, "folder: not a regular file"),
    ("folder", "ec.key", False, "folder: not a regular file"),
    ("ec.pem", "fifo", False, "fifo: not a regular file"),
    ("fifo", "ec.key", False, "fifo: not a regular file"),
    ("ec.key", "ec.pem", False, "ec.key: no start line"),
    ("torn.pem", "ec.key", False, "torn.pem: "),
)


def broken_files(p):
    openssl("pkey", "-in", p.file("ec.key"), "-aes256", "-passout", "pass:x",
        "-out", p.file("secret.key"))
    os.chmod(p.file("secret.key"), 0o644)
    p.cert("other", "mx.example.org")
    shutil.copy(p.file("ec.key"), p.file("closed.key"))
    os.chmod(p.file("closed.key"), 0)
    os.mkdir(p.file("folder"))
    os.mkfifo(p.file("fifo"), 0o644)
    with open(p.file("ec.pem"), encoding="ascii") as f:
        text = f.read()
    for name, part in (("empty", ""), ("torn.pem", text[:len(text) // 2])):
        with open(p.file(name), "w", encoding="ascii") as f:
            f.write(part)


def test_broken(p):
    """files that cannot be used: STARTTLS is not offered, or 454, the log has
    the file's name and -n too, and mail in clear goes on; a file that would
    never end to be read, or ask for a passphrase, stops nobody"""
    broken_files(p)
    for cert, key, seen, reason in BROKEN:
        files = ("Certificate0 = " + p.file(cert), "Key0 = " + p.file(key))
        for resident in (False, True):
            conf = p.conf(tls=files, socket=p.sock() if resident else "")
            helper = p.resident(conf) if resident else None
            g = Listener(p, conf)
            c = Raw(g.port)
            c.reply()
            what = "%s, %s, %s" % (cert, key, resident)
            want("offered: " + what, c.offers(b"STARTTLS") !=
                (seen or resident))
            want("454: " + what, c.cmd(b"STARTTLS").startswith(b"454 4.7.0"))
            want("250", c.cmd(b"MAIL FROM:<a@x.example>").startswith(b"250"))
            c.cmd(b"QUIT")
            c.s.close()
            want(what, re.search(reason, g.text()), g.text())
        helper.terminate()
        status, text = check(conf)
        want("-n: " + what, status == 78 and re.search(reason, text), text)


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
    with open(conf, encoding="utf-8") as f:
        path = re.search('Socket = "(.+)"', f.read())[1]
    want("its socket is gone", not os.path.exists(path))
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


def shown(g):
    """The certificate that a client sees, as PEM."""
    c = Raw(g.port).secure()
    found = c.s.getpeercert(True)
    c.cmd(b"QUIT")
    return ssl.DER_cert_to_PEM_cert(found)


def content(path):
    with open(path, encoding="ascii") as f:
        return f.read()


def overwrite(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


@both
def test_reload(p, sock):
    """certificates that change are read again, replaced or written over; what
    is half there does not end TLS where a resident has read the one before"""
    p.cert("turn", "one.example.org")
    g = serve(p, sock, pairs=("turn",))
    for host in ("two.example.org", "three.example.org"):
        p.cert("new", host)
        for end in (".key", ".pem"):
            os.rename(p.file("new" + end), p.file("turn" + end))
        want("renamed", shown(g) == content(p.file("turn.pem")))
    before = content(p.file("turn.pem"))
    p.cert("new", "four.example.org")
    after = content(p.file("new.pem"))
    overwrite(p.file("turn.pem"), after[:300])
    if sock:
        want("the one before", shown(g) == before)
    overwrite(p.file("turn.pem"), after)
    if sock:
        want("the key is still the other's", shown(g) == before)
    overwrite(p.file("turn.key"), content(p.file("new.key")))
    until("the new one", lambda: shown(g) == after)


def s_client(g, *options):
    """openssl s_client with QUIT: what it says."""
    return subprocess.run(["openssl", "s_client", "-starttls", "smtp", "-crlf",
        "-connect", "127.0.0.1:%d" % g.port, *options], input=b"QUIT\n",
        timeout=30, check=False, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT).stdout.decode()


def session(g, ctx, before=None):
    """One session: whether it was resumed, and what it gives to resume it."""
    c = Raw(g.port).secure(ctx, session=before)
    want("250", c.ehlo().startswith(b"250"))    # a ticket of TLS 1.3 came
    found = c.s.session_reused, c.s.session
    want("221", c.cmd(b"QUIT").startswith(b"221"))
    return found


def test_resumption(p):
    """a ticket is good at another process, also when certificates were read
    again; not with a resident that does not know it, nor with the single
    helper, which gives none: a full handshake then"""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        p.cert("turn", "mx.example.org")
        ctx = context(maximum_version=version)
        g = serve(p, p.sock(), pairs=("turn",))
        again, ticket = session(g, ctx)
        want("a ticket", not again and ticket.has_ticket)
        again, _ = session(g, ctx, ticket)
        want("resumed", again)
        p.cert("turn", "mx.example.org")
        again, _ = session(g, ctx, ticket)
        want("resumed after reading again", again)
        for other in (serve(p, p.sock()), serve(p, "")):
            again, _ = session(other, ctx, ticket)
            want("not resumed", not again)
        again, ticket = session(other, ctx)
        want("none of the single helper", not again and not (ticket and
            ticket.has_ticket))
        g = serve(p, p.sock(), tls=("TicketLifetime = 0",))
        again, ticket = session(g, ctx)
        want("none, if not wanted", not ticket or not ticket.has_ticket)


def key_name(path):
    text = subprocess.run(["openssl", "sess_id", "-in", path, "-noout",
        "-text"], check=True, stdout=subprocess.PIPE).stdout.decode()
    return re.search(r"ticket:\s+0000 - (\S+ \S+ \S+)", text)[1]


def test_rotation(p):
    """a ticket under the key before is good, and changed for a new one"""
    g = serve(p, p.sock(), tls=("TicketLifetime = 3",))
    old, new = p.file("old"), p.file("new")
    s_client(g, "-tls1_2", "-sess_out", old)
    first = key_name(old)

    def turned():
        s_client(g, "-tls1_2", "-sess_out", new)
        if key_name(new) != first:
            return True
        os.rename(new, old)     # the last one under the first key
        return False
    until("another key", turned)
    out = s_client(g, "-tls1_2", "-msg", "-sess_in", old)
    want("resumed", "\nReused, TLSv1.2" in out, out)
    want("a ticket of today", "NewSessionTicket" in out, out)


def test_certificate_kept(p):
    """a session that is resumed has the client's certificate, and the verdict
    on it; but not when the authorities have changed"""
    for who in ("judge", "other"):
        p.cert(who, who + ".example")
    p.signed("guest", "guest.example.net", "judge")
    shutil.copy(p.file("judge.pem"), p.file("ca.pem"))
    milter, record = p.recorder("{verify} {cert_subject} {cert_issuer}")
    g = serve(p, p.sock(), tls=("ClientCertificate = ask", "CAFile = " +
        p.file("ca.pem")), filters=(milter,))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        shutil.copy(p.file("judge.pem"), p.file("ca.pem"))
        ctx = context(cert=(p.file("guest.pem"), p.file("guest.key")),
            maximum_version=version)
        again, ticket = session(g, ctx)
        want("the first", not again)
        again, _ = session(g, ctx, ticket)
        want("the second", again)
        shutil.copy(p.file("other.pem"), p.file("ca.pem"))
        again, _ = session(g, ctx, ticket)
        want("not with other authorities", not again)
        g.text()
    verdicts = re.findall(r"\{verify\}=(\w+)", content(record))
    want("kept", verdicts == 2 * ["OK", "OK", "FAIL"], verdicts)
    want("who it was", len(re.findall(r"\{cert_subject\}=CN=guest\.example\.net "
        r"\{cert_issuer\}=CN=judge\.example", content(record))) == 4 ==
        content(record).count("{cert_subject}"),
        content(record))


@both
def test_client_certificate(p, sock):
    """ClientCertificate = require: no handshake without a valid one"""
    g = serve(p, sock, tls=("ClientCertificate = require", "CAFile = " +
        p.file("client.pem")))
    for cert, good in (("client", True), ("wild", False), (None, False)):
        c = Raw(g.port)
        try:
            c.secure(context(cert=(p.file(cert + ".pem"), p.file(cert +
                ".key"))) if cert else None)
            got = c.cmd(b"EHLO c")
        except (ssl.SSLError, ConnectionError):
            got = b""
        want("certificate %s" % cert, got.startswith(b"250") == good, got)
        c.s.close()


@both
def test_alert(p, sock):
    """a client whose certificate is not taken hears so, though it has said more
    by then: in TLS 1.3 it learns of it after its own handshake"""
    g = serve(p, sock, tls=("ClientCertificate = require", "CAFile = " +
        p.file("client.pem")))
    for _ in range(10):
        c = Raw(g.port)
        try:
            c.secure(context())
            for _ in range(20):
                c.s.sendall(b"NOOP\r\n" * 100)
            got = c.s.recv(100)
        except OSError as e:
            got = str(e)
        want("an alert", "CERTIFICATE_REQUIRED" in got, got)
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
        c = Raw(g.port).secure(context(maximum_version=version, cert=(
            p.file("forged.pem"), p.file("forged.key"))))
        want("250", c.cmd(b"EHLO c").startswith(b"250"))
        want("221", c.cmd(b"QUIT").startswith(b"221"))


@both
def test_hosts(p, sock):
    """several certificates for a host: those of the other kind of key are
    there for clients that want them, whatever name comes first in them, and
    one of the same kind does not take the place of another"""
    names = {"a": ("mx.x.example", "a.x.example"),
        "b": ("a.x.example", "mx.x.example"),
        "c": ("mx.x.example", "c.x.example"), "d": ("d.x.example",
        "mx.x.example")}
    for name, hosts in names.items():
        p.cert(name, ",DNS:".join(hosts), kind="rsa" if name in "bd" else "ec")
    rsa = {"maximum_version": ssl.TLSVersion.TLSv1_2,
        "ciphers": "ECDHE-RSA-AES256-GCM-SHA384"}
    for pairs, host, how, right in (("ab", "mx.x.example", {}, "a"),
        ("ab", "mx.x.example", rsa, "b"), ("ab", "a.x.example", rsa, "b"),
        ("ab", None, rsa, "b"), ("ad", "mx.x.example", rsa, "d"),
        ("ac", "a.x.example", {}, "a"), ("ac", "mx.x.example", {}, "a"),
        ("ac", None, {}, "a"), ("ac", "c.x.example", {}, "c")):
        g = serve(p, sock, pairs=tuple(pairs))
        c = Raw(g.port).secure(context(**how), name=host)
        want("%s: %s of %s" % (host, right, pairs), ssl.PEM_cert_to_DER_cert(
            content(p.file(right + ".pem"))) == c.s.getpeercert(True))
        c.cmd(b"QUIT")


@both
def test_chain(p, sock):
    """the certificates above it go out with it: a client that knows the first
    authority alone trusts it, and the name"""
    p.cert("root", "root.example")
    p.signed("middle", "middle.example", "root",
        ("basicConstraints=critical,CA:true",))
    p.signed("leaf", "mx.example.org", "middle")
    with open(p.file("leaf.pem"), "a", encoding="ascii") as f:
        f.write(content(p.file("middle.pem")))
    g = serve(p, sock, pairs=("leaf",))
    ctx = ssl.create_default_context(cafile=p.file("root.pem"))
    # Later Pythons want all that RFC 5280 has in such certificates.
    ctx.verify_flags &= ~ssl.VERIFY_X509_STRICT
    want("250", Raw(g.port).secure(ctx).ehlo().startswith(b"250"))


def test_dates(p):
    """certificates that are not valid any more, or not yet, are used: a sender
    that looks is no worse off than without; the log and -n tell"""
    p.cert_from("past", "20200101000000Z", "20210101000000Z")
    p.cert_from("future", "20800101000000Z", "20810101000000Z")
    p.cert("soon", "soon.example.org", 3)
    for name, reason in (("past", "past.pem: the certificate has expired"),
        ("future", "future.pem: the certificate is not valid yet"),
        ("soon", "soon.pem: the certificate expires in [23] days")):
        g = serve(p, "", pairs=(name,))
        want("it is used", shown(g) == content(p.file(name + ".pem")))
        want("the log", re.search(reason, g.text()), g.text())
        status, text = check(p.conf(tls=p.pair(name)))
        want("-n", status == 0 and re.search(reason, text), text)


def in_memory(pid, octets):
    """Does the process have them?"""
    with open("/proc/%d/maps" % pid, encoding="ascii") as maps, \
        open("/proc/%d/mem" % pid, "rb", 0) as mem:
        for line in maps:
            m = re.match(r"(\w+)-(\w+) r", line)
            if not m or "[v" in line:
                continue
            start, end = int(m[1], 16), int(m[2], 16)
            if end - start > 1 << 30:   # a sanitizer's book-keeping
                continue
            mem.seek(start)
            if octets in mem.read(end - start):
                return True
    return False


@both
def test_no_key(p, sock):
    """the gate and its starter have no octet of the key, whoever reads their
    memory; the helper has, the resident too, and lets nobody of its own user
    look there"""
    if os.geteuid() != 0:
        raise Skip("only root may read another's memory")
    der = subprocess.run(["openssl", "ec", "-in", p.file("ec.key"), "-outform",
        "der"], check=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL).stdout
    secret = der[7:39]          # RFC 5915: the number itself
    lines = [line.encode() for line in content(p.file("ec.key")).splitlines()
        if not line.startswith("-")]
    conf = p.conf(tls=p.pair("ec"), socket=sock)
    helper = p.resident(conf).pid if sock else None
    g = Listener(p, conf)
    c = Raw(g.port).secure()
    c.ehlo()
    gate = g.gates[0].pid
    others = [int(pid) for pid in descendants(gate)]
    if not sock:
        helper = others[-1]
        others = others[:-1]
    for pid in [gate] + others:
        want("not in %d" % pid, not any(in_memory(pid, x)
            for x in [secret] + lines))
    want("we can find it", any(in_memory(pid, x) for x in (secret,
        secret[::-1]) for pid in [helper] + descendants(helper)))
    for pid in [helper] + descendants(helper):
        want("%d is root's to trace" % pid, os.stat("/proc/%d/mem" %
            pid).st_uid == 0)
    c.cmd(b"QUIT")


def said(program, conf):
    with open_pipe() as stdin:
        done = subprocess.run([os.path.join(os.path.dirname(conf), program),
            "-n", "-c", conf], check=False, stdin=stdin, timeout=30,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, **DROP)
    return (done.returncode, done.stdout.decode() + done.stderr.decode(),
        done.stderr.decode())


def check(conf):
    """What spsmtpgate-tls -n says, without a terminal, and its status; what is
    wrong spsmtpgate -n must say as well, but for a key that only the resident's
    user has to read."""
    status, text, wrong = said("spsmtpgate-tls", conf)
    if "Permission denied" in text:
        return status, text
    gate = said("spsmtpgate", conf)
    want("no error of the gate's", gate[0] == 0, gate)
    # But for the days that are left, which a second can change.
    wrong, right = (re.sub(r"in \d+ days", "in some days", text_of)
        for text_of in (wrong, gate[1]))
    want("but the same words", all(line.split(": ", 1)[1] in right
        for line in wrong.splitlines()), (wrong, right))
    want("and what comes of it", ("clients will get no TLS" in gate[1]) ==
        (status == 78), gate)
    return status, text


@contextlib.contextmanager
def open_pipe():
    """An input where nothing comes, and no end either."""
    read, write = os.pipe()
    try:
        yield read
    finally:
        os.close(read)
        os.close(write)


@both
def test_many_names(p, sock):
    """-T: certificates for 100 names each are no reason to say that TLS cannot
    be had"""
    openssl("req", "-x509", "-nodes", "-days", "90", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-keyout", p.file("names.key"), "-out",
        p.file("names.pem"), "-subj", "/CN=a", "-addext", "subjectAltName=" +
        ",".join("DNS:host-%d.a-long-name.example.org" % i
        for i in range(100)))
    os.chmod(p.file("names.key"), 0o644)
    conf = p.conf(tls=p.pair(*["names"] * 8), socket=sock)
    if sock:
        p.resident(conf)
    text = subprocess.run([p.gate, "-T", "-c", conf], check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **DROP).stdout
    want("all eight", text.count(b"host-7.a-long-name.example.org and 92 "
        b"more") == 8, text)


def test_swapped(p):
    """a key that belongs to the other pair is said to, not taken for both"""
    status, text = check(p.conf(tls=("Certificate0 = " + p.file("rsa.pem"),
        "Key0 = " + p.file("rsa.key"), "Certificate1 = " + p.file("ec.pem"),
        "Key1 = " + p.file("rsa.key"))))
    want("said", status == 78 and "rsa.key: not the key of " in text, text)


def server_random(port):
    """What the server says first, which is all random (RFC 8446 4.1.3)."""
    c = Raw(port)
    for line in (None, b"EHLO c", b"STARTTLS"):
        got = c.cmd(line) if line else c.reply()
    want("220", got.startswith(b"220"), got)
    hello = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context().wrap_bio(ssl.MemoryBIO(), hello).do_handshake()
    c.s.sendall(hello.read())
    answer = b""
    while len(answer) < 43:
        more = c.s.recv(4096)
        want("a ServerHello", more)
        answer += more
    return answer[11:43]


@both
def test_random(p, sock):
    """no two connections have the same secrets, although the processes that
    serve them are copies of one that has made random numbers before"""
    g = serve(p, sock)
    seen = {server_random(g.port) for _ in range(12)}
    want("all differ", len(seen) == 12, len(seen))


def test_check(p):
    """spsmtpgate-tls -n says what there is"""
    status, text = check(p.conf(tls=p.pair("ec", "rsa")))
    want("both", status == 0 and "EC key" in text and "RSA key" in text and
        "for mx.example.org" in text, text)
    status, text = check(p.conf(tls=[*p.pair("ec"), "ClientCertificate = ask",
        "CAFile = /nonexistent.pem"]))
    want("no authorities", status == 78 and "/nonexistent.pem: No such" in text,
        text)


tlsworld.main(__name__)
