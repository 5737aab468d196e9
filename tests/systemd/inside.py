#!/usr/bin/python3
"""What an admin does and sees after `dpkg -i`, asked within a booted Debian.

Run by inside.service of tests/systemd/run as root; prints TAP.  The backend is
aiosmtpd (maildir_server.py), the filter samplefilter; both are units here.
"""

import glob
import json
import os
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import time
import traceback

CONF = "/etc/spsmtpgate.conf"
MAILDIR = "/var/lib/backend"
UNITS = "/etc/systemd/system/"
DEB = glob.glob("/root/spsmtpgate_*.deb")[0]
SETTINGS = """[Server]
Hostname = %s
[Backend]
Server0 = 127.0.0.1:2525
Identity = none
[MailFilter]
Filter0 = "S=unix:/run/sample.sock, F=T"
"""


class Wrong(Exception):
    pass


def run(*argv, check=True):
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False)
    text = p.stdout.decode("utf-8", "replace")
    if check and p.returncode:
        raise Wrong("%s: status %d\n%s" % (" ".join(argv), p.returncode, text))
    return text.strip()


def want(what, condition, detail=""):
    if not condition:
        raise Wrong("%s\n%s" % (what, detail))


def until(what, question, seconds=30):
    end = time.monotonic() + seconds
    while True:
        found = question()
        if found:
            return found
        if time.monotonic() > end:
            raise Wrong("never: " + what)
        time.sleep(0.05)


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


class Client:
    """A connection, every octet of which is kept."""

    def __init__(self, source="127.0.0.1", host="127.0.0.1", port=25):
        self.s = socket.create_connection((host, port), 30,
            (source, 0) if host != "::1" else None)
        self.seen = b""
        self.f = self.s.makefile("rb")

    def reply(self):
        """One reply, or b"" at the end."""
        lines = b""
        while True:
            try:
                line = self.f.readline()
            except ConnectionResetError:
                line = b""
            self.seen += line
            lines += line
            if not line or line[3:4] != b"-":
                return lines

    def cmd(self, line):
        self.s.sendall(line.encode() + b"\r\n")
        return self.reply()

    def close(self):
        self.f.close()
        self.s.close()


def session(source="127.0.0.1", host="127.0.0.1"):
    c = Client(source, host)
    want("a greeting", c.reply().startswith(b"220 "), c.seen)
    want("250", c.cmd("EHLO client.example").startswith(b"250"), c.seen)
    return c


def send(subject, host="127.0.0.1"):
    with smtplib.SMTP(host, 25, timeout=30) as s:
        refused = s.sendmail("a@example.net", ["b@example.org"],
            "Subject: %s\r\n\r\ntext\r\n" % subject)
        want("nobody is refused", not refused, refused)
    for name in glob.glob(MAILDIR + "/new/*"):
        with open(name, encoding="utf-8") as f:
            text = f.read()
        if "Subject: %s\n" % subject in text:
            return text
    raise Wrong("250, and no mail in the Maildir")


def journal(*args):
    return [json.loads(n) for n in run("journalctl", "-q", "-o", "json",
        "--no-pager", "SYSLOG_IDENTIFIER=spsmtpgate", *args).splitlines()]


def show(unit, what):
    return run("systemctl", "show", "-P", what, unit)


# ------------------------------------------------------------------- the tests

def test_install():
    """the package installs; user and directory are there, port 25 is closed"""
    run("dpkg", "-i", DEB)
    want("a user of its own", "spsmtpgate" in run("id", "-un", "spsmtpgate"))
    want("/run/spsmtpgate", os.path.isdir("/run/spsmtpgate"))
    want("disabled", run("systemctl", "is-enabled", "spsmtpgate.socket",
        check=False) == "disabled")
    want("inactive", run("systemctl", "is-active", "spsmtpgate.socket",
        check=False) == "inactive")
    want("/etc/spsmtpgate.conf is a conffile", CONF in run("dpkg-query", "-W",
        "-f", "${Conffiles}", "spsmtpgate"))


def test_verify():
    """systemd-analyze verify has nothing to say"""
    said = run("systemd-analyze", "verify", "spsmtpgate.socket",
        "spsmtpgate@.service", check=False)
    # No manual pages in this tree, and other people's units.
    said = "\n".join(n for n in said.splitlines() if "spsmtpgate" in n and
        "man " not in n)
    want("silence", not said, said)


def test_shipped_conf():
    """the shipped configuration is valid as it is"""
    run("spsmtpgate", "-n")


def test_mail():
    """edit the configuration, check it, enable the socket: mail flows through the
    filter, over IPv4 and IPv6"""
    os.makedirs(MAILDIR)
    write(UNITS + "backend.service", "[Service]\nExecStart=/usr/bin/python3 "
        "/root/maildir_server.py -p 2525 %s\n" % MAILDIR)
    write(UNITS + "sample.service", "[Service]\nUMask=0\nExecStart="
        "/root/samplefilter -v -r refused@example.org -p "
        "unix:/run/sample.sock\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "backend.service", "sample.service")
    until("the filter listens", lambda: os.path.exists("/run/sample.sock"))
    until("the backend listens", lambda: ":2525" in run("ss", "-ltn"))
    write(CONF, SETTINGS % "one.example.org")
    run("spsmtpgate", "-n")
    run("systemctl", "enable", "--now", "spsmtpgate.socket")
    for host in ("127.0.0.1", "::1"):
        text = send("first over " + host, host)
        want("the filter's field", "X-Sample-Filter: checked" in text, text)
    c = session()
    c.cmd("MAIL FROM:<a@example.net>")
    want("the filter's refusal", c.cmd("RCPT TO:<refused@example.org>")
        .startswith(b"550 5.7.1"), c.seen)
    c.cmd("QUIT")


def test_wire():
    """nothing but SMTP goes over the wire, also when the log is busy"""
    c = session()
    c.cmd("XYZZY")
    c.cmd("MAIL FROM:<>")
    c.cmd("QUIT")
    want("nothing behind 221", c.reply() == b"", c.seen)
    for line in c.seen.splitlines(True):
        want("a line of SMTP", re.match(rb"[2-5]\d\d[ -].*\r\n\Z", line), c.seen)


def test_journal():
    """the journal has the lines, with priority and name"""
    lines = until("a mail line", lambda: [n for n in journal() if
        n["MESSAGE"].startswith("mail id=")])
    want("priority info", all(n["PRIORITY"] == "6" for n in lines), lines)
    want("session lines", [n for n in journal("-p", "info") if
        n["MESSAGE"].startswith("session id=")])
    want("no priority in the text", not [n for n in journal() if
        n["MESSAGE"].startswith("<")])
    write(CONF, "[Server]\nNonsense = 1\n")
    c = Client()
    want("421 4.3.5", c.reply().startswith(b"421 4.3.5"), c.seen)
    write(CONF, SETTINGS % "one.example.org")
    errors = until("an error line", lambda: [n for n in journal("-p", "err") if
        "spsmtpgate.conf:2: " in n["MESSAGE"]])
    want("priority err", all(n["PRIORITY"] == "3" for n in errors), errors)
    want("no failed unit stays", "spsmtpgate@" not in run("systemctl",
        "list-units", "--failed", "--plain", "--no-legend"))


def test_report():
    """spsmtpgate-report reads the journal"""
    text = run("spsmtpgate-report", "-j")
    want("mails and sessions", re.search(r"\d+ sessions, \d+ mails", text), text)
    want("the filter", "filter filter0" in text, text)


def test_user():
    """a session is not root, and has no privileges to gain"""
    c = session()
    pid = until("the instance", instance)
    with open("/proc/%s/status" % pid, encoding="utf-8") as f:
        status = f.read()
    uid = run("id", "-u", "spsmtpgate")
    want("the user", "\nUid:\t%s\t%s\t%s\t%s\n" % (uid, uid, uid, uid) in
        status, status)
    want("no capabilities", re.search(r"CapEff:\t0+\n", status), status)
    want("no new privileges", "NoNewPrivs:\t1" in status, status)
    c.cmd("QUIT")


def instance():
    for p in os.listdir("/proc"):
        try:
            if p.isdigit() and os.readlink("/proc/%s/exe" % p) == \
                "/usr/sbin/spsmtpgate":
                return p
        except OSError:
            pass
    return ""


def test_per_source():
    """MaxConnectionsPerSource: one address gets so many, another still gets in"""
    most = int(show("spsmtpgate.socket", "MaxConnectionsPerSource"))
    held = [session("127.0.0.2") for _ in range(most)]
    over = Client("127.0.0.2")
    want("an empty close", over.reply() == b"", over.seen)
    other = session("127.0.0.3")
    for c in [other] + held:
        want("221", c.cmd("QUIT").startswith(b"221"), c.seen)
        c.close()
    until("the slots are free", lambda: show("spsmtpgate.socket",
        "NConnections") == "0")


def test_max():
    """MaxConnections: so many at once, the next is closed, later it works again"""
    most = int(show("spsmtpgate.socket", "MaxConnections"))
    each = int(show("spsmtpgate.socket", "MaxConnectionsPerSource"))
    held = [session("127.0.1.%d" % (1 + n // each)) for n in range(most)]
    over = Client("127.0.2.1")
    want("an empty close", over.reply() == b"", over.seen)
    for c in held:
        c.cmd("QUIT")
        c.close()
    until("the slots are free", lambda: show("spsmtpgate.socket",
        "NConnections") == "0")
    send("after the limit")


def test_burst():
    """500 connections as fast as can be: the socket unit stays"""
    for n in range(500):
        try:
            Client("127.0.%d.%d" % (3 + n // 250, 1 + n % 250)).close()
        except OSError:
            pass
    until("the burst is over", lambda: show("spsmtpgate.socket",
        "NConnections") == "0", 60)
    want("active", show("spsmtpgate.socket", "ActiveState") == "active")
    send("after the burst")


def test_reload():
    """an edit of the file counts from the next connection on"""
    old = session()
    write(CONF, SETTINGS % "two.example.org")
    new = session()
    want("the old one keeps its name", b"one.example.org" in old.cmd("QUIT"),
        old.seen)
    want("the new one has the new name", b"two.example.org" in new.cmd("QUIT"),
        new.seen)


def guide(heading):
    """The indented blocks below a heading of GUIDE."""
    with open("/root/GUIDE", encoding="utf-8") as f:
        text = f.read().split("\n%s\n\n" % heading)[1].split("\n\n\n")[0]
    return [re.sub(r"(?m)^    ", "", b) for b in re.findall(
        r"(?m)(?:^    \S.*\n)+", text + "\n")]


def with_tls():
    """A session that has said STARTTLS and EHLO, and the certificate."""
    c = session()
    want("220", c.cmd("STARTTLS").startswith(b"220"), c.seen)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    c.s = context.wrap_socket(c.s)
    c.f = c.s.makefile("rb")
    want("250", c.cmd("EHLO client.example").startswith(b"250"), c.seen)
    return c, c.s.getpeercert(True)


def renew(hook):
    """What certbot does, without asking anybody for a certificate."""
    live = "/etc/letsencrypt/live/mx.example.org"
    os.makedirs(live, mode=0o700, exist_ok=True)
    run("openssl", "req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-days", "90", "-subj", "/CN=mx.example.org",
        "-addext", "subjectAltName=DNS:mx.example.org", "-keyout",
        live + "/privkey.pem", "-out", live + "/fullchain.pem")
    run("env", "RENEWED_LINEAGE=" + live, hook)
    with open(live + "/fullchain.pem", encoding="ascii") as f:
        return ssl.PEM_cert_to_DER_cert(f.read())


def test_tls():
    """GUIDE, STARTTLS ON PORT 25: the hook, the keys, the socket; then a renewal,
    and a restart of the process that has the keys"""
    blocks = guide("STARTTLS ON PORT 25")
    hook = "/root/hook"
    write(hook, blocks[0])
    os.chmod(hook, 0o755)
    first = renew(hook)
    with open(CONF, "a", encoding="utf-8") as f:
        f.write(blocks[1])
    for line in blocks[2].splitlines():
        run("sh", "-c", line + " || [ $? = 1 ]")    # 1: -T has a warning
    c, shown = with_tls()
    want("the certificate", shown == first)
    want("the gate cannot read the key", "denied" in run("setpriv",
        "--reuid=spsmtpgate", "--regid=spsmtpgate", "--clear-groups", "cat",
        "/etc/ssl/gate/mx.key", check=False))
    second = renew(hook)
    d, shown = with_tls()
    want("the renewed one", shown == second)
    run("systemctl", "restart", "spsmtpgate-tls.service")
    e, shown = with_tls()
    want("the renewed one after a restart", shown == second)
    for s in c, d, e:
        want("sessions go on", s.cmd("NOOP").startswith(b"250"), s.seen)
        want("221", s.cmd("QUIT").startswith(b"221"), s.seen)
    until("the log tells of it", lambda: any("tls=\"TLSv1.3" in e["MESSAGE"]
        for e in journal()))
    want("a digest for DANE", re.match("[0-9a-f]{64} ", run("sh", "-c",
        blocks[3])), blocks[3])


def test_credential():
    """GUIDE: a key that only root can read, handed over by systemd"""
    with open(CONF, encoding="utf-8") as f:
        before = f.read()
    path = re.search(r"Key0 = (/run/credentials/\S+) ", run("cat",
        "/root/GUIDE"))[1]
    key = os.path.join("/root", os.path.basename(path))
    run("install", "-m", "400", "/etc/ssl/gate/mx.key", key)
    os.makedirs(UNITS + "spsmtpgate-tls.service.d")
    write(UNITS + "spsmtpgate-tls.service.d/key.conf", "[Service]\n"
        "LoadCredential=%s:%s\n" % (os.path.basename(path), key))
    write(CONF, re.sub(r"(?m)^Key0 .*", "Key0 = " + path, before))
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "spsmtpgate-tls.service")
    with_tls()[0].cmd("QUIT")
    write(CONF, before)
    run("rm", "-r", UNITS + "spsmtpgate-tls.service.d")
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "spsmtpgate-tls.service")


def test_upgrade():
    """an upgrade leaves sessions and port 25 alone, and the configuration"""
    secure = with_tls()[0]
    keeper = show("spsmtpgate-tls.service", "MainPID")
    c = session()
    c.cmd("MAIL FROM:<a@example.net>")
    before = show("spsmtpgate.socket", "ActiveEnterTimestampMonotonic")
    run("dpkg", "-i", DEB)
    want("the session goes on", c.cmd("RCPT TO:<b@example.org>")
        .startswith(b"250"), c.seen)
    want("and the one with TLS", secure.cmd("QUIT").startswith(b"221"),
        secure.seen)
    want("354", c.cmd("DATA").startswith(b"354"), c.seen)
    want("250", c.cmd("Subject: during the upgrade\r\n\r\nx\r\n.")
        .startswith(b"250"), c.seen)
    want("221", c.cmd("QUIT").startswith(b"221"), c.seen)
    want("active", show("spsmtpgate.socket", "ActiveState") == "active")
    want("port 25 was never closed", before == show("spsmtpgate.socket",
        "ActiveEnterTimestampMonotonic"))
    with open(CONF, encoding="utf-8") as f:
        want("the configuration stays", "two.example.org" in f.read())
    with_tls()[0].cmd("QUIT")
    want("the new program has the keys", show("spsmtpgate-tls.service",
        "MainPID") not in (keeper, "0"))
    send("after the upgrade")


def per_second(port, sessions=150):
    start = time.monotonic()
    for _ in range(sessions):
        c = Client(port=port)
        want("220", c.reply().startswith(b"220"), c.seen)
        c.close()
    return sessions / (time.monotonic() - start)


def test_rate():
    """the shipped unit starts as many sessions as a bare banner, or nearly"""
    write(UNITS + "bare.socket", "[Socket]\nListenStream=127.0.0.1:26\n"
        "Accept=yes\nTriggerLimitIntervalSec=0\nMaxConnections=500\n")
    write(UNITS + "bare@.service", "[Service]\nStandardInput=socket\n"
        "StandardOutput=socket\nStandardError=null\n"
        "ExecStart=-/usr/bin/printf '220 x ESMTP\\\\r\\\\n'\n")
    write(CONF, "[Server]\nHostname = rate.example.org\n[Backend]\n"
        "Server0 = 127.0.0.1:2525\nIdentity = none\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "bare.socket")
    per_second(26, 20)
    per_second(25, 20)
    rounds, best = [], 0
    while best < 0.6 and len(rounds) < 6:   # a noisy neighbour may have one
        rounds.append((per_second(26), per_second(25)))
        best = max(gate / bare for bare, gate in rounds)
    print("# connections per second, bare and gate: %s; ratio %.2f" % (
        ", ".join("%.0f %.0f" % r for r in rounds), best), flush=True)
    want("at least 0.6 of it", best >= 0.6, rounds)


def test_autopkgtest():
    """debian/tests/one-mail"""
    run("systemctl", "stop", "backend.service")
    said = run("sh", "/root/one-mail")
    want("arrived", "the mail arrived" in said, said)


def test_purge():
    """purge leaves no unit, file or open port"""
    run("dpkg", "--purge", "spsmtpgate")
    want("no socket unit", run("systemctl", "is-active", "spsmtpgate.socket",
        check=False) in ("inactive", "unknown", "failed"))
    try:
        Client().close()
        raise Wrong("port 25 is still open")
    except ConnectionRefusedError:
        pass
    left = [n for n in glob.glob("/etc/**/*spsmtpgate*", recursive=True)
        if os.path.lexists(n)]
    want("nothing in /etc", not left, left)


def main():
    tests = [f for name, f in globals().items() if name.startswith("test_")]
    print("1..%d" % len(tests), flush=True)
    for n, test in enumerate(tests, 1):
        name = " ".join(test.__doc__.split())
        try:
            test()
            print("ok %d - %s" % (n, name), flush=True)
        except Exception as e:
            print("not ok %d - %s" % (n, name))
            text = str(e) if isinstance(e, Wrong) else traceback.format_exc()
            print("\n".join("# " + t for t in text.splitlines()[-40:]),
                flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
