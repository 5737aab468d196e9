#!/usr/bin/python3
"""spsmtpgate-report: what it counts, that no text of a peer gets out of its
place, and that it understands what the gate really logs.  Prints TAP.

Environment: GATE, GATE_WRAP as for tests/run.
"""

import gzip
import html.parser
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "peers"))

import transcript
from suite import GATE, ROOT, Tap

REPORT = os.path.join(ROOT, "spsmtpgate-report")
HOUR = 0x6B000000
EVIL = r'"<script>alert(1)</script>\x1b[2J&\"x\" \\ {}"'


def mail(at, n, **kw):
    """A line as the gate writes it, with a log daemon's words in front."""
    f = {"id": "%08X%05X%06X%02d" % (HOUR + at, n, 7, 1), "client":
        "192.0.2.7", "helo": "c.example", "from": "<a@x>", "nrcpt": "1", "to":
        "<b@y>", "size": "1000", "result": "accepted", "by": "backend",
        "stage": "dot", "code": "250", "reply": '"2.0.0 Ok"', "backend":
        "10.0.0.1:25", "filter_ms": "0", "backend_ms": "1", "ms": "1",
        "filters": "-"}
    f.update(kw)
    return "Nov 22 02:00:00 host spsmtpgate[77]: mail " + " ".join(
        "%s=%s" % i for i in f.items())


def session(at, n, client="192.0.2.7", end="quit", tls="-"):
    return "@4000 session id=%08X%05X%06X client=%s port=1 tls=%s end=%s " \
        "ms=3" % (HOUR + at, n, 7, client, tls, end)


LINES = [mail(i, i, filter_ms=str(i), filters="one:%d,two_x:1" % i)
    for i in range(100)] + [
    mail(5, 200, result="rejected", by="filter:one", stage="eom", code="550",
        reply='"5.7.1 <b@y>: bad 192.0.2.9 id 4ZQ12345678"'),
    mail(6, 201, result="rejected", by="filter:one", stage="eom", code="550",
        reply='"5.7.1 <c@z>: bad 2001:db8::1 id 9XX12345678"'),
    mail(7, 202, result="discarded", by="filter:two x".replace(" ", "_"),
        stage="eom", code="250"),
    mail(8, 203, result="aborted", by="client", code="0", reply="-"),
    mail(7200, 204, result="tempfailed", by="backend", code="451",
        ms="123456", reply='"4.3.0 later"', **{"from": EVIL}),
    "spsmtpgate: refused id=6B000001000010000007 client=%s stage=rcpt "
        "by=backend to=<x@y> code=550 reply=%s" % (EVIL, EVIL),
    "<6>quarantine id=6B00000100001000000701 filter=one reason=virus",
    "monitor id=6B00000100001000000701 filter=new stage=eom "
        "would=\"add header X: y\"",
    "monitor id=6B00000100001000000701 filter=new stage=rcpt would=reject "
        "code=550 reply=-",
    session(1, 1, tls='"TLSv1.3 TLS_AES_128_GCM_SHA256"'),
    session(2, 2, "2001:db8::1"), session(3, 3, end="lost"),
    "spsmtpgate: filter one (inet:1@h): at mail after 3 ms: gone",
    "mail id=short from=<a>", "mail id=", "session", "\0\xff\x1b[31m", "a" * 9999,
    "mail id=6B000000ZZZZZZZZZZZZZZ from=<a>",
]


def run(*args, stdin=""):
    p = subprocess.run([sys.executable, REPORT, *args], input=stdin.encode(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        env=dict(os.environ, TZ="UTC", PYTHONIOENCODING="utf-8"))
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def lacking(text, *wanted):
    """The patterns that are not found."""
    return ["not found: %s in:\n%s" % (w, text) for w in wanted
        if not re.search(w, text, re.M)]


class Page(html.parser.HTMLParser):
    """Every tag is closed in order, nothing is loaded, nothing runs."""
    VOID = ("meta", "br")

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.tags = [], [], []
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append("still open: %s" % self.open)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("script", "link", "img", "iframe", "object"):
            self.faults.append("a tag " + tag)
        for name, value in attrs:
            if name in ("src", "href") or name.startswith("on") or \
                "url(" in (value or ""):
                self.faults.append("%s=%s" % (name, value))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append("closes %s" % tag)


def test_counts(tap):
    status, out, err = run(stdin="\n".join(LINES))
    tap.ok("mails, verdicts, refusals and times are counted", lacking(out,
        r"3 sessions, 105 mails", r"^    accepted +100 +95\.2 %",
        r"rejected +2 ", r"tempfailed +1 ", r"octets accepted +100000",
        r"^    quit +2 +66\.7 %", r"^    none +2 +66\.7 %",
        r"^    TLSv1\.3 +1 +33\.3 %", r"^    one +rejected +2$",
        r"^    one +quarantine +1$", r"^    two_x +discarded +1$",
        r"^    new +would edit +1$", r"^    new +would reject +1$",
        r"^    eom +filter:one +550 +5\.7\.1 <\.\.\.>: bad \.\.\. id \.\.\. +2$",
        r"^    filter one +100 +49 +89 +98 +99$",
        r"^    filter two_x +100 +1 +1 +1 +1$",
        r"^    192\.0\.2\.7 +2 +105 +3$", r"^ +123456 +0 +1 6?.*tempfailed$")
        + ([err] if status or err else []))
    tap.ok("no octet of a peer moves a terminal", [repr(c) for c in set(out)
        if not c.isprintable() and c != "\n"])


def test_period(tap):
    at = str(HOUR + 7200)
    _, out, _ = run("-s", at, stdin="\n".join(LINES))
    tap.ok("-s leaves out what is older", lacking(out, r"0 sessions, 1 mails"))
    _, out, _ = run("-u", at, stdin="\n".join(LINES))
    tap.ok("-u leaves out what is younger", lacking(out,
        r"3 sessions, 104 mails"))
    _, out, _ = run("-s", "2026-11-16", "-u", "2026-11-17 13:00", stdin="")
    tap.ok("nothing in the period is no error", lacking(out, "nothing was"))
    status, _, err = run("-s", "gestern")
    tap.ok("a time that is none is named", lacking(err, "gestern.*expected")
        if status == 2 else ["status %d" % status])


def test_files(tap, scratch):
    plain, packed = (os.path.join(scratch, n) for n in ("log", "log.1.gz"))
    with open(plain, "w", encoding="utf-8") as f:
        f.write("\n".join(LINES[:50]) + "\n")
    with gzip.open(packed, "wt", encoding="utf-8") as f:
        f.write("\n".join(LINES[50:]) + "\n")
    status, out, err = run(plain, packed)
    tap.ok("files, also compressed", lacking(out, "3 sessions, 105 mails") +
        ([err] if status else []))
    status, _, err = run(os.path.join(scratch, "none"))
    tap.ok("a file that is not there is named", lacking(err, "none: No such")
        if status == 1 else ["status %d" % status])
    status, _, err = run("--html", "/nowhere/page.html", plain)
    tap.ok("a page that cannot be written is named", lacking(err,
        "nowhere.*No such") if status == 1 else ["status %d" % status])


def test_page(tap, scratch):
    path = os.path.join(scratch, "page.html")
    for name, lines in (("of a log", LINES), ("of nothing", [])):
        status, out, err = run("--html", path, stdin="\n".join(lines))
        with open(path, encoding="utf-8") as f:
            text = f.read()
        page = Page(text)
        tap.ok("the page %s is whole and loads nothing" % name, page.faults +
            ([err] if status else []) + ([out] if out else []) +
            (["plots: %d" % page.tags.count("svg")]
            if page.tags.count("svg") != (2 if lines else 0) else []) +
            (["the text of a peer is not shown"] if lines and
            "&lt;script&gt;alert(1)" not in text else []))
    tap.ok("no other file is left", [n for n in os.listdir(scratch)
        if n.startswith(".report")])


def test_prometheus(tap, scratch):
    path = os.path.join(scratch, "gate.prom")
    run("--prometheus", path, stdin="\n".join(LINES))
    with open(path, encoding="utf-8") as f:
        text = f.read()
    sample = r'spsmtpgate_[a-z_]+(\{[a-z]+="([^"\\\n]|\\["\\n])*"' \
        r'(,[a-z]+="([^"\\\n]|\\["\\n])*")*\})? -?[0-9.e+-]+\Z'
    tap.ok("metrics are in the text format", [line for line in
        text.splitlines() if not re.match("# (HELP|TYPE) spsmtpgate_|" +
        sample, line)] + lacking(text,
        r'^spsmtpgate_mails\{result="accepted"\} 100$',
        r'^spsmtpgate_tls_sessions\{version="TLSv1\.3"\} 1$',
        r'^spsmtpgate_filter_verdicts\{filter="one",verdict="rejected"\} 2$',
        r'^spsmtpgate_refusals\{stage="eom",by="filter:one",code="550"\} 2$',
        r'^spsmtpgate_answer_seconds_count\{of="filter one"\} 100$'))


def test_real(tap):
    """Cases of the suite, and what they log."""
    log, faults = "", []
    for name in ("log-mail-lines", "log-filter-times", "milter-name-in-log",
        "milter-rcpt-all-refused", "quarantine-maildir-envelope"):
        path = os.path.join(HERE, "e2e", name + ".t")
        if not os.path.exists(path):
            faults.append("no case " + name)
            continue
        for case in transcript.load(path):
            play = transcript.Play(case, GATE,
                shlex.split(os.environ.get("GATE_WRAP", "")), False)
            faults += play.run()
            log += play.log
    _, out, _ = run(stdin=log)
    mails = len(re.findall(r"(?m)^(?:spsmtpgate: )?mail id=", log))
    over = len(re.findall(r"(?m)^(?:spsmtpgate: )?session id=", log))
    tap.ok("every line that the gate logged in some cases is counted",
        faults + lacking(out, "%d sessions, %d mails" % (over, mails),
        r"slow_ and_ odd +\d", r"Verdicts of filters", r"quarantine", r"Refusals") +
        (["too few lines:\n" + log] if mails < 8 or over < 4 else []))


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="gate-report-") as scratch:
        test_counts(tap)
        test_period(tap)
        test_files(tap, scratch)
        test_page(tap, scratch)
        test_prometheus(tap, scratch)
        test_real(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
