#!/usr/bin/python3
"""The documents say what the program does: `tests/docs.py`, prints TAP.

 - every example of a configuration, in the manuals, README, GUIDE and the example
   file, passes spsmtpgate -n (with a program as backend where it names none)
 - spsmtpgate.conf(5) has every key of spsmtpgate -nn and no other, with the
   range, words and default that the program has
 - -n says what a directory that is missing costs
 - the SYNOPSIS has the options of the usage text, and each is described
 - LOGGING has the keys of real log lines, in their order, and the words that the
   source uses for end and result
 - the table of replies has the replies of the source, and no others
 - the log texts and replies by which GUIDE finds what is wrong exist
 - files and make targets that are named exist; the map in CONTRIBUTING has
   every module, and nothing includes upwards
 - mandoc finds nothing, if it is there

Environment: GATE  the program (default: ./spsmtpgate of this tree)
"""

import glob
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
    "peers"))

from suite import GATE, ROOT, Tap

SECTIONS = ("Server", "Backend", "MailFilter", "TLS")
SECTION_OF = {"SERVER": "Server", "BACKEND": "Backend",
    "FILTER": "MailFilter", "TLS": "TLS"}
BASE = "[Backend]\nServer0 = 127.0.0.1:2525\n"
FILTER = "[MailFilter]\nFilter0 = S=inet:1@127.0.0.1\n"
# Defaults that depend on the machine or on another key.
COMPUTED = ("Hostname", "MaxReplySize", "AuthIdentity")

# A mail server in a few lines; it refuses no@x as sender and recipient.
SERVER = r"""
import sys
def say(text):
    sys.stdout.write(text + "\r\n")
    sys.stdout.flush()
say("220 docs.example ESMTP")
data = False
for line in sys.stdin:
    line = line.strip()
    if data:
        if line == ".":
            data = False
            say("250 2.0.0 queued as 1")
    elif line == "DATA":
        data = True
        say("354 go ahead")
    elif line.startswith("EHLO"):
        say("250-docs.example\r\n250 AUTH CRAM-MD5")
    elif line == "QUIT":
        say("221 2.0.0 bye")
        break
    else:
        say("535 5.7.8 no" if "AUTH" in line else
            "550 5.1.1 no" if "<no@x>" in line else "250 2.0.0 ok")
"""


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as f:
        return f.read()


def gate(args, text=None):
    """Run the program on this configuration: (status, stdout, stderr)."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as f:
        f.write(text or "")
        f.flush()
        argv = [GATE] + [f.name if a == "FILE" else a for a in args]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=30, check=False)
        return done.returncode, done.stdout, done.stderr.replace(f.name,
            "FILE")


def refused(text):
    """None when the program takes this configuration, else what it says."""
    args = ["-n", "-c", "FILE"]
    if not re.search(r"(?mi)^\s*Server\d", text):
        args += ["--", "/bin/true"]
    status, _, err = gate(args, text)
    return None if status == 0 else err or "status %d" % status


def settings(text):
    """What -nn prints, as {(section, key): value}."""
    status, out, err = gate(["-nn", "-c", "FILE"], text)
    if status != 0:
        raise ValueError("-nn: %s" % err)
    found, section = {}, None
    for line in out.splitlines():
        m = re.match(r"\[(\w+)\]|(\w+) = (.*)", line)
        if m and m.group(1):
            section = m.group(1)
        elif m:
            found[section, m.group(2)] = m.group(3)
    return found


# ---------------------------------------------------------------- examples

def sections_of(block):
    return re.findall(r"(?m)^\s*\[(\w+)\]", block)


def man_blocks(text):
    """The literal blocks of a manual page, as a reader sees them."""
    for block in re.findall(r"(?ms)^\.Bd -literal.*?\n(.*?)^\.Ed", text):
        yield block.replace(r"\e", "\\").replace(r"\(dq", '"')


def text_blocks(text):
    """Indented blocks; an empty line inside stays if both sides belong to a
    configuration."""
    block = []
    for line in text.split("\n") + ["end"]:
        if line.startswith("    "):
            block.append(line[4:])
        elif block and line:
            yield "\n".join(block) + "\n"
            block = []
        elif block:
            block.append("")


def test_examples(tap):
    found = [(name, block) for name, blocks in (
        ("spsmtpgate.8", man_blocks), ("spsmtpgate.conf.5", man_blocks),
        ("README", text_blocks), ("GUIDE", text_blocks),
        ("CONTRIBUTING", text_blocks))
        for block in blocks(read(name)) if set(sections_of(block)) &
        set(SECTIONS)]
    example = read("spsmtpgate.conf")
    found += [("spsmtpgate.conf", example), ("spsmtpgate.conf, all keys",
        re.sub(r"(?m)^;([A-Z]\w*\s*=)", r"\1", example))]
    for name in ("spsmtpgate.conf.5", "README", "GUIDE"):
        tap.ok("%s has examples" % name,
            [] if name in [n for n, _ in found] else ["none was found"])
    for name, block in found:
        why = refused(block)
        tap.ok("example of %s: %s" % (name, block.split("\n")[0]),
            [why, block] if why else [])


# -------------------------------------------------------------------- keys

class Entry:
    """One key as spsmtpgate.conf(5) has it."""

    def __init__(self, section, head, text):
        self.section = section
        self.key = head.split()[0]
        self.list = " Ns Ar N" in head.split("=")[0]
        self.kind = re.sub(r".*= (Ar|Cm) ", "", head).strip()
        self.default = self.range = self.values = self.length = None
        m = re.search(r"(?m)^(Range|Values|Length) (.*?)(?:; default (\S+))?\.$",
            re.sub(r",\n(?!\.)", ", ", text))
        if m:
            self.default = m.group(3)
            if m.group(1) == "Values":
                self.values = m.group(2).split(", ")
            else:
                pair = tuple(m.group(2).split(" to "))
                if m.group(1) == "Range":
                    self.range = pair
                else:
                    self.length = pair
        if self.default == "none" and "none" not in (self.values or ()):
            self.default = None
        m = re.search(r"(?m)^Default (\S+)\.$", text)
        if m:
            self.default = m.group(1)

    def config(self, value):
        text = BASE
        if self.key == "ServerCount" and value.isdigit():
            text += "".join("Server%d = 192.0.2.1:25\n" % n
                for n in range(1, int(value)))
        if self.list and self.section == "MailFilter" and \
            self.key != "Filter":
            text += FILTER
        if self.section == "TLS" and self.key != "Certificate":
            text += "[TLS]\nCertificate0 = /etc/ssl/gate.pem\n"
        if self.key in ("TLSImplicit", "TLSName", "TLSPin"):
            text += "TLS0 = require\n"
        if self.key in ("AuthTLSImplicit", "AuthTLSName", "AuthTLSPin"):
            text += "AuthTLS = require\n"
        return "%s[%s]\n%s%s = %s\n" % (text, self.section, self.key,
            "0" if self.list else "", value)


def entries(text):
    for section in SECTIONS:
        m = re.search(r"(?ms)^\.Sh %s SECTION\n(.*?)(?=^\.Sh )"
            % section.upper(), text)
        parts = re.split(r"(?m)^\.It Ic ", m.group(1))[1:]
        for part in parts:
            head, _, rest = part.partition("\n")
            yield Entry(section, head, rest)


def plain(kind, quantity):
    """`4K` as octets, `5m` as seconds."""
    m = re.fullmatch(r"(\d+)([A-Za-z]?)", quantity)
    unit = {"size": {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30},
        "time": {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400},
        "number": {"": 1}}[kind]
    return int(m.group(1)) * unit[m.group(2)]


def check_range(e):
    low, high = (plain(e.kind, q) for q in e.range)
    faults = ["%s = %d, in range, is refused: %s" % (e.key, v, why)
        for v in (low, high) for why in [refused(e.config(str(v)))] if why]
    faults += ["%s = %d, out of range, is accepted" % (e.key, v)
        for v in (low - 1, high + 1)
        if v >= 0 and not refused(e.config(str(v)))]
    return faults


def check_values(e):
    faults = []
    for value in e.values:
        try:
            have = settings(e.config(value)).get((e.section, e.key +
                ("0" if e.list else "")), value)
            if have.strip('"') != value:
                faults.append("%s = %s is not kept" % (e.key, value))
        except ValueError as why:
            faults.append(why)
    why = refused(e.config("nonsense")) or ""
    words = re.search(r"expected (?:one of: )?(.*)", why)
    # What has an argument ("maildir:/path") is in the head of the entry.
    told = [w.rstrip(",") for w in words.group(1).split()
        if ":" not in w and w != "or"] if words else []
    if told != e.values:
        faults.append("the program says: %s" % (why or "nothing"))
    return faults


def check_length(e):
    first = "/" if e.kind == "path" else "x"
    low, high = (int(n) for n in e.length)
    faults = ["length %d is refused" % n for n in (low, high)
        if refused(e.config((first + "x" * n)[:n]))]
    if not refused(e.config(first + "x" * high)):
        faults.append("length %d is accepted" % (high + 1))
    if low and not refused(e.config('""')):
        faults.append("an empty one is accepted")
    return faults


def check_default(e, preset):
    if e.list:
        return [] if e.default is None or e.default in e.values else \
            ["default %s is no value" % e.default]
    if e.default is None:
        return ["the manual has no default, the program %s"
            % preset[e.section, e.key]] if (e.section, e.key) in preset and \
            e.key not in COMPUTED else []
    have = settings(e.config(e.default))[e.section, e.key]
    want = preset.get((e.section, e.key))
    return [] if have == want else ["default of the manual: %s, of the "
        "program: %s" % (have, want)]


def test_keys(tap):
    known = list(entries(read("spsmtpgate.conf.5")))
    preset = settings(BASE)
    full = settings(BASE + "ServerCount = 1\nAuthServer = 192.0.2.1:25\n")
    # -nn prints those with a number only when they are set.
    full.update(((SECTION_OF[section], key), "") for section, key in
        re.findall(r'\{ SEC_(\w+), "(\w+)", set_\w+ \}', read("config.c")))
    documented = {(e.section, e.key) for e in known}
    tap.ok("every key of the program is in spsmtpgate.conf(5)",
        ["[%s] %s" % k for k in sorted({(s, re.sub(r"\d+$", "", k))
        for s, k in full} - documented)] +
        ([] if ("MailFilter", "Filter") in full else ["no Filter found"]))
    tap.ok("every key of spsmtpgate.conf(5) is known",
        [why for why in (refused(e.config("@")) or "" for e in known)
        if "unknown key" in why])
    for e in known:
        faults = []
        if e.range:
            faults += check_range(e)
        if e.values:
            faults += check_values(e)
        if e.length:
            faults += check_length(e)
        faults += check_default(e, preset)
        tap.ok("[%s] %s is as the manual says" % (e.section, e.key), faults)
    test_example_defaults(tap, preset)


def test_example_defaults(tap, preset):
    """The keys that are commented out show their defaults."""
    faults, section, seen = [], None, set()
    for line in read("spsmtpgate.conf").splitlines():
        m = re.match(r"\[(\w+)\]|;?([A-Z]\w*)\s*=\s*(.*)", line)
        if not m:
            continue
        if m.group(1):
            section = m.group(1)
            continue
        key, value = m.group(2), m.group(3)
        seen.add((section, key))
        if key in ("Hostname", "AuthServer") or key[-1].isdigit():
            continue    # an example, not a default
        have = settings("%s[%s]\n%s = %s\n" % (BASE, section, key,
            value))[section, key]
        if have != preset[section, key]:
            faults.append("%s = %s, the default is %s" % (key, value,
                preset[section, key]))
    faults += ["[%s] %s is missing" % k for k in sorted(set(preset) - seen)]
    tap.ok("spsmtpgate.conf shows all keys and their defaults", faults)


# ----------------------------------------------------------------- options

def test_runtime_dir(tap):
    """-n says what a directory that is missing costs, and only then."""
    two = BASE + "Server1 = 127.0.0.1:2526\n"
    faults = []
    for text, told in ((two, True), (BASE, False),
        (two.replace("[Backend]", "[Server]\nRuntimeDir =\n[Backend]"),
        False)):
        if "RuntimeDir" not in text:
            text = "[Server]\nRuntimeDir = /nonexistent\n" + text
        status, _, err = gate(["-n", "-c", "FILE"], text)
        if status != 0 or ("will not be remembered" in err) != told:
            faults.append("status %d, %r for\n%s" % (status, err, text))
    tap.ok("-n tells of a RuntimeDir that is missing", faults)


def split_flags(flags):
    """`dnV` are three options, `-from` is one."""
    return [flags] if flags.startswith("-") else list(flags)


def test_options(tap):
    page = read("spsmtpgate.8")
    # A wrong launcher is told the whole text, a wrong option its first line.
    _, _, usage = gate(["-L", "none", "-c", "FILE"], BASE)
    synopsis = re.search(r"(?ms)^\.Sh SYNOPSIS\n(.*?)^\.Sh", page).group(1)
    told, shown = {}, {}
    for flags, arg in re.findall(r"(?<![\w-])-(-\w*|[A-Za-z]+)( [^\[\] ]+)?",
        usage):
        told.update((f, bool(arg)) for f in split_flags(flags))
    for flags, arg in re.findall(r"(?m)^\.(?:Op )?Fl (\S+)( Ar \S+)?",
        synopsis):
        shown.update((f, bool(arg)) for f in split_flags(flags))
    tap.ok("the SYNOPSIS has the options of the usage text",
        [] if told and told == shown else ["usage: %s" % usage.strip(),
        "found there: %s, in the SYNOPSIS: %s" % (told, shown)])
    tap.ok("every option is described", ["-%s is not" % f for f in shown
        if not re.search(r"(?m)^\.It Fl %s\b|^\.It Fl %s " % (f, f), page)])


# --------------------------------------------------------------------- log

def as_user(directory):
    """The program and arguments of subprocess for somebody but root."""
    if os.geteuid() != 0:
        return GATE, {}
    os.chmod(directory, 0o755)
    return shutil.copy(GATE, directory), {"user": "nobody",
        "group": "nogroup", "extra_groups": []}


def real_log():
    """Log lines of a session with refusals and a mail."""
    with tempfile.TemporaryDirectory() as directory:
        program, who = as_user(directory)
        conf = os.path.join(directory, "conf")
        with open(conf, "w", encoding="ascii") as f:
            f.write("[Server]\nHostname = gate.example\n")
        ours, theirs = socket.socketpair()
        with ours, theirs:
            run = subprocess.Popen([program, "-c", conf, "--",
                "/usr/bin/python3", "-u", "-c", SERVER], stdin=theirs,
                stdout=theirs, stderr=subprocess.PIPE, text=True, cwd="/",
                **who)
            theirs.close()
            ours.settimeout(20)
            with ours.makefile("rwb") as f:
                f.readline()
                for line in ("EHLO c.example", "AUTH CRAM-MD5 YSBi",
                    "MAIL FROM:<no@x>",
                    "MAIL FROM:<a@x>", "RCPT TO:<no@x>", "RCPT TO:<b@x>",
                    "DATA", "Subject: t\r\n\r\nhello\r\n.", "QUIT"):
                    f.write(line.encode() + b"\r\n")
                    f.flush()
                    while f.readline()[3:4] == b"-":
                        pass
        _, log = run.communicate(timeout=30)
        return log.splitlines()


def keys_of(line):
    return re.findall(r'(?:^| )(\w+)=(?:"(?:[^"\\]|\\.)*"|\S+)', line)


def keys_in_source(word):
    """The keys of a line that begins so, in the order they are written."""
    source = read("record.c") + read("filters.c")
    body = source[source.index('"%s id=' % word):].split("\n}\n")[0]
    return [a or b for a, b in re.findall(r'log_kv\(&b, "(\w+)"|(\w+)=%',
        body)]


def log_section(page, word):
    return re.search(r"(?ms)^\.Ss %s\n(.*?)(?=^\.S[sh] )" % word,
        page).group(1)


def test_log(tap):
    page = read("spsmtpgate.8")
    lines = [l.partition(": ")[2] for l in real_log()]
    for word in ("session", "mail", "refused", "quarantine", "monitor"):
        text = log_section(page, word)
        described = {k for names in re.findall(r"(?m)^\.It Ic (.*)", text)
            for k in re.split(r"[ ,]+", names)} - {""}
        block = " ".join(next(man_blocks(text)).split())
        example = keys_of(block.split(" %s " % word)[0])
        if word in ("quarantine", "monitor"):
            have = [keys_in_source(word)]   # a filter would be needed
        else:
            have = [keys_of(l) for l in lines if l.startswith(word + " ")]
        used = {k for keys in have for k in keys}
        faults = ["in the log, not in the manual: %s" % k
            for k in used - described]
        faults += ["in the manual, not in the log: %s" % k
            for k in described - used]
        if example not in have:
            faults.append("the example has the keys %s, the log has %s"
                % (example, have or lines))
        tap.ok("LOGGING, %s" % word, faults)


def test_words(tap):
    """Values that the source gives to end, result and stage."""
    page = read("spsmtpgate.8")
    source = "".join(read(f) for f in ("session.c", "hello.c", "greet.c",
        "starttls.c", "upstream.c", "mail.c",
        "data.c", "deliver.c"))
    ends = set(re.findall(r'session_end\(s, "(\w+)"\)|->end = "(\w+)"',
        source))
    ends = {a or b for a, b in ends}
    results = set(re.findall(r'txn_result\(s, "(\w+)"', source)) | \
        set(re.findall(r'result = "(\w+)"', source)) | \
        set(re.findall(r'\? "(rejected)" : "(tempfailed)"', source)[0])
    for word, key, found in (("session", "end", ends),
        ("mail", "result", results)):
        told = set(re.findall(r"(?m)^\.It Cm (\w+)$",
            log_section(page, word)))
        tap.ok("the values of %s are those of the source" % key,
            [] if found == told else ["source: %s" % sorted(found),
            "manual: %s" % sorted(told)])


def test_replies(tap):
    page = read("spsmtpgate.8")
    told = set(re.findall(r"(?m)^\.It (\d{3}(?: \d\.\d\.\d+)?) Ta", page))
    source = "".join(read(os.path.basename(f))
        for f in glob.glob(os.path.join(ROOT, "*.c")))
    found = {" ".join(pair).strip() for pair in re.findall(
        r'\b([2-5]\d\d), "(\d\.\d\.\d+|)"', source)}
    found |= {" ".join(pair) for code, a, b in re.findall(
        r'\b([2-5]\d\d), \w+ \? "(\d\.\d\.\d)" : "(\d\.\d\.\d)"', source)
        for pair in ((code, a), (code, b))}
    found.add("250")    # HELO of a refused client has no status code
    tap.ok("the table of replies is that of the source",
        ["not in the manual: %s" % r for r in sorted(found - told)] +
        ["not in the source: %s" % r for r in sorted(told - found)])


# ---------------------------------------------------------- the rest of it

def test_names(tap):
    makefile = read("Makefile")
    for name in ("README", "GUIDE", "CONTRIBUTING"):
        # "apt-get install make pkg-config" is no target.
        text = re.sub(r".*apt-get install.*", "", read(name))
        files = re.findall(r"(?<![\w/.])(?:systemd|xinetd|tests|examples)/"
            r"[\w@./-]*[\w/]", text)
        faults = [f for f in files if "NAME" not in f and
            not os.path.exists(os.path.join(ROOT, f))]
        faults += ["make %s" % t for t in re.findall(
            r"\bmake (?:SANITIZE=1 )?([a-z][a-z_.]+)", text)
            if t not in ("installed",) and
            not re.search(r"(?m)^%s\b.*:" % re.escape(t), makefile)]
        tap.ok("%s names what exists" % name, faults)


def test_guide(tap):
    """The replies and log texts by which GUIDE finds what is wrong exist."""
    text = read("GUIDE").split("WHAT IS WRONG?")[1]
    known = "".join(read(n) for n in glob.glob(ROOT + "/*.c")) + \
        "".join(os.strerror(n) for n in range(1, 134))
    quoted = [q.replace("...", "").strip() for q in
        re.findall(r'"([^"]+)"', text)]
    replies = re.findall(r"(?m)^(\d{3}) (\d\.\d\.\d) ", text)
    page = read("spsmtpgate.8")
    tap.ok("GUIDE: the words of log and replies exist",
        ([] if len(quoted) > 5 and len(replies) > 5 else ["none found"]) +
        [q for q in quoted if q not in known] +
        ["%s %s" % r for r in replies if "%s %s" % r not in page and
        '%s, "%s"' % r not in known])


def test_map(tap):
    """CONTRIBUTING: every module, and nothing includes upwards."""
    text = read("CONTRIBUTING").split("THE MAP")[1].split("FOUR IDEAS")[0]
    order, level = {}, 0
    for bracket, module in re.findall(r"(?m)^    (?:  (\[))?(\w+)\.c\b",
        text):
        level += not bracket
        order[module] = level
    modules = {os.path.basename(f)[:-2]
        for f in glob.glob(os.path.join(ROOT, "*.c"))}
    faults = ["not in the map: %s.c" % m for m in sorted(modules - set(order))]
    faults += ["not there: %s.c" % m for m in sorted(set(order) - modules)]
    for module in sorted(modules & set(order)):
        for ext in ("c", "h"):
            path = "%s.%s" % (module, ext)
            if not os.path.exists(os.path.join(ROOT, path)):
                continue
            faults += ["%s includes %s.h, which stands above it" % (path, h)
                for h in re.findall(r'(?m)^#include "(\w+)\.h"', read(path))
                if order.get(h, level) < order[module] and
                (module, h) != ("buf", "log")]
    tap.ok("the map in CONTRIBUTING is that of the source", faults)


def test_mandoc(tap):
    for page in ("spsmtpgate.8", "spsmtpgate.conf.5", "spsmtpgate-tls.8",
        "spsmtpgate-report.8"):
        if shutil.which("mandoc") is None:
            tap.skip("mandoc %s" % page, "mandoc is not installed")
            continue
        done = subprocess.run(["mandoc", "-Tlint", "-Wstyle", page], cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            check=False)
        tap.ok("mandoc %s" % page, done.stdout.splitlines())


def main():
    tap = Tap()
    if not os.access(GATE, os.X_OK):
        tap.ok("documents", ["no gate at %s: make it first" % GATE])
        return tap.end()
    for test in (test_examples, test_keys, test_runtime_dir, test_options,
        test_log, test_words, test_replies, test_names, test_guide, test_map,
        test_mandoc):
        try:
            test(tap)
        except (AttributeError, IndexError, KeyError, StopIteration,
            ValueError, OSError, subprocess.SubprocessError) as why:
            tap.ok(test.__name__, ["%s: %s" % (type(why).__name__, why)])
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
