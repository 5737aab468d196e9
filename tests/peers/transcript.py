"""One e2e case: read the file, set the scene, play it, compare.

The format is described in tests/README.  `load` turns a file into cases (one,
or one per row of its table); `play` runs a case and returns its findings.
"""

import ctypes
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import backend
import client
import milter
import wire
from suite import RECFILTER, Skip

NOBODY = 65534
SANITIZER = re.compile(r"runtime error:|(Address|Memory|Leak|Undefined"
    r"Behavior)Sanitizer|==\d+==")
DEFAULTS = {
    "server": {"hostname": "gate.example", "spooldir": "${SPOOL}",
        "runtimedir": "${RUNTIME}",
        "sockettimeout": "30", "lookuptimeout": "0"},
    "backend": {"connecttimeout": "10", "sockettimeout": "30",
        "identity": "none"},
    "mailfilter": {},
}
GATE_WORDS = ("transport", "launch", "stderr", "args", "env", "child", "spool",
    "fsize", "uid", "one-byte", "needs", "stdin", "maildir", "down")


class Case:
    def __init__(self, name, path, parts):
        self.name = name
        self.path = path
        self.parts = parts          # [(words of the head, lines)]

    def part(self, *words):
        """The lines of the part with exactly this head, or None."""
        for head, lines in self.parts:
            if head == list(words):
                return lines
        return None

    def numbered(self, word, *rest):
        """{number: lines} of parts `word`, `word N`, each followed by rest."""
        found = {}
        for head, lines in self.parts:
            if head[0] != word:
                continue
            tail = head[1:]
            n = int(tail.pop(0)) if tail and tail[0].isdigit() else 0
            if tail == list(rest):
                found[n] = lines
        return found

    def gate(self):
        """The `gate` part as {word: [values]}."""
        found = {}
        for line in self.part("gate") or []:
            word, _, value = line.strip().partition(" ")
            if word and word not in GATE_WORDS:
                raise ValueError("unknown word of a gate part: %s" % word)
            found.setdefault(word, []).append(value.strip())
        return found


def load(path):
    """All cases of a file."""
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        text = f.read()
    if not text.startswith("# "):
        raise ValueError("%s: opens without saying what would break" % path)
    parts, table = [], None
    for line in text.split("\n"):
        if line.startswith("== "):
            parts.append((line[3:].split(), []))
            if parts[-1][0] == ["table"]:
                table = parts[-1][1]
        elif parts and not line.startswith("# "):
            parts[-1][1].append(line)
    for head, lines in parts:
        while lines and not lines[-1].strip():
            lines.pop()
    name = os.path.basename(path)[:-2]
    if table is None:
        return [Case(name, path, parts)]
    rows = [[c.strip() for c in re.split(r"(?<=\s)\|(?=\s|$)", r)]
        for r in table if r.strip()]
    cases = []
    for row in rows[1:]:
        if len(row) != len(rows[0]):
            raise ValueError("%s: row %r has %d cells, not %d"
                % (path, row[0], len(row), len(rows[0])))
        values = dict(zip(rows[0], row))
        cases.append(Case("%s[%s]" % (name, row[0]), path,
            [(fill(" ".join(head), values)[0].split(), [out for line in lines
                for out in fill(line, values)])
            for head, lines in parts if head != ["table"]]))
    return cases


def fill(line, values):
    """Put a row of the table into a line.  A cell with ` // ` becomes several
    lines, each with what stood before it; a line that held nothing but an
    empty cell disappears."""
    lines = [line]
    for name, cell in values.items():
        place = "${%s}" % name
        out = []
        for text in lines:
            if place not in text:
                out.append(text)
            elif cell or text.replace(place, "").strip("<> \t"):
                out += [text.replace(place, piece)
                    for piece in cell.split(" // ")]
        lines = out
    return lines


class Play:
    """One case being played."""

    def __init__(self, case, gate, wrap, one_byte):
        self.case = case
        self.words = case.gate()
        self.program = gate
        self.wrap = wrap
        self.scene = wire.Scene(one_byte and
            self.words.get("one-byte") != ["no"])
        self.root = os.geteuid() == 0
        self.process = None
        self.backends = {}
        self.filters = {}
        self.real = {}
        self.log = ""

    def run(self):
        """Returns the findings as a list of lines, empty when all is well."""
        self.check_needs()
        self.dir = tempfile.mkdtemp(prefix="gate-e2e-")
        try:
            return self.run_in()
        finally:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            for process, _ in self.real.values():
                process.terminate()
                process.wait()
            if self.words.get("spool", [""])[0].startswith("tmpfs"):
                subprocess.run(["umount", self.spool], check=False,
                    stderr=subprocess.DEVNULL)
            shutil.rmtree(self.dir, ignore_errors=True)

    def check_needs(self):
        for need in self.words.get("needs", []):
            if need == "root" and not self.root:
                raise Skip("needs root")
            if need == "ipv6":
                try:
                    with socket.socket(socket.AF_INET6) as s:
                        s.bind(("::1", 0))
                except OSError:
                    raise Skip("no IPv6 here") from None
        if self.case.numbered("recfilter") and not recfilter():
            raise Skip("recfilter is not built (libmilter-dev missing?)")

    def run_in(self):
        os.chmod(self.dir, 0o755)
        self.spool = os.path.join(self.dir, "spool")
        os.mkdir(self.spool, 0o777)
        os.chmod(self.spool, 0o777)
        self.prepare_spool()
        self.prepare_maildir()
        self.runtime = os.path.join(self.dir, "run")
        os.mkdir(self.runtime)
        os.chmod(self.runtime, 0o777)
        self.start_peers()
        self.places = {}
        self.link = self.connect(self.words.get("transport", ["tcp4"])[0])
        self.write_config()
        stream = self.start_gate()
        try:
            self.drive(stream)
        except wire.Failed as e:
            self.scene.fault("C", str(e))
        finally:
            # The gate lingers until the client closes; peers that wait for
            # the gate get their end when it has gone.
            stream.close()
            self.wait_gate()
            for peer in [*self.backends.values(), *self.filters.values()]:
                peer.stop()
        self.compare()
        return self.scene.faults

    def drive(self, stream):
        """The client's part; programs that make their mails put in theirs."""
        client.Client(self.scene, self.case.part("client") or [],
            self.kill).run(stream)

    # --- the scene -------------------------------------------------------

    def prepare_spool(self):
        how = self.words.get("spool", [""])[0].split()
        if how[:1] != ["tmpfs"]:
            return
        if not self.root:
            raise Skip("a full file system needs root")
        libc = ctypes.CDLL(None, use_errno=True)
        # A name space of our own: this process plays one case and ends.
        if libc.unshare(0x00020000) or subprocess.run(["mount",
            "--make-rprivate", "/"], stderr=subprocess.DEVNULL).returncode \
            or subprocess.run(["mount", "-t", "tmpfs", "-o",
            "mode=777,size=" + how[1], "tmpfs", self.spool],
            stderr=subprocess.DEVNULL).returncode:
            raise Skip("may not mount a small file system here")

    def prepare_maildir(self):
        """A Maildir for mails in quarantine; in the spool's file system when
        that is small, to be full, too."""
        self.maildir = os.path.join(self.spool if self.words.get("maildir") ==
            ["spool"] else self.dir, "maildir")
        if "maildir" not in self.words:
            return
        for path in ("", "cur", "new", "tmp"):
            os.mkdir(os.path.join(self.maildir, path))
            os.chmod(os.path.join(self.maildir, path), 0o777)

    def start_peers(self):
        servers = self.case.numbered("backend")
        if not servers and "child" not in self.words:
            servers = {0: []}
        for n, lines in sorted(servers.items()):
            peer = backend.Backend(self.scene, "B%d" % n, lines)
            self.backends[n] = peer
            if "child" not in self.words:
                peer.start(self.dir)
        for n, lines in sorted(self.case.numbered("filter").items()):
            self.filters[n] = milter.Milter(self.scene, "F%d" % n, lines)
            self.filters[n].start(self.dir)
        for n, lines in sorted(self.case.numbered("recfilter").items()):
            self.start_recfilter(n, lines)

    def start_recfilter(self, n, lines):
        path = os.path.join(self.dir, "rec%d.sock" % n)
        record = os.path.join(self.dir, "rec%d.log" % n)
        process = subprocess.Popen([recfilter(), "-p", "unix:" + path, "-o",
            record, *shlex.split(" ".join(lines))], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.real[n] = (process, record)
        ready = process.stdout.readline()   # it says so when it listens
        if ready != b"ready\n":
            raise wire.Failed("recfilter: %r" % ready)
        os.chmod(path, 0o777)

    def write_config(self):
        self.places.update({"SPOOL": self.spool, "DIR": self.dir,
            "MAILDIR": self.maildir, "RUNTIME": self.runtime})
        for n, peer in self.backends.items():
            if peer.listener:
                self.places["B%d" % n] = peer.address()
            if str(n) in self.words.get("down", []):
                self.mark_down(peer)
        for n, peer in self.filters.items():
            self.places["F%d" % n] = peer.spec()
        raw = self.case.part("config", "raw")
        text = "\n".join(raw) if raw is not None else self.usual_config()
        text = re.sub(r"\$\{(\w+)\}", lambda m: self.places[m.group(1)], text)
        self.config = os.path.join(self.dir, "gate.conf")
        with open(self.config, "w", encoding="utf-8",
            errors="surrogateescape") as f:
            f.write(text + "\n")
        os.chmod(self.config, 0o644)

    def mark_down(self, peer):
        """As another session leaves it behind that could not connect."""
        marker = os.path.join(self.runtime, "down-" + peer.address())
        with open(marker, "w", encoding="ascii"):
            os.chmod(marker, 0o666)

    def usual_config(self):
        """The defaults, what the peers need, and what the case adds."""
        keys = {name: dict(part) for name, part in DEFAULTS.items()}
        if "child" not in self.words:
            keys["backend"]["servercount"] = str(len(self.backends))
            for i, n in enumerate(sorted(self.backends)):
                peer = self.backends[n]
                keys["backend"]["server%d" % i] = '"%s %s"' % (
                    peer.address(), peer.option("weight", "1"))
        else:
            del keys["backend"]["identity"]
        for n, peer in self.filters.items():
            keys["mailfilter"]["filter%d" % n] = '"%s"' % peer.spec()
            if peer.option("label"):
                keys["mailfilter"]["name%d" % n] = peer.option("label")
        for n, (_, record) in self.real.items():
            keys["mailfilter"]["filter%d" % n] = \
                '"S=unix:%s, F=, T=C:10s;S:10s;R:15s;E:30s"' % (
                record[:-3] + "sock")
        section = "server"
        for line in self.case.part("config") or []:
            line = line.strip()
            if line.startswith("["):
                section = line.strip("[]").lower()
            elif line:
                key, _, value = line.partition("=")
                keys[section][key.strip().lower()] = value.strip()
        names = {"server": "Server", "backend": "Backend",
            "mailfilter": "MailFilter"}
        return "\n".join("[%s]\n%s" % (names[s], "\n".join("%s = %s" % kv
            for kv in part.items() if kv[1] != "unset"))
            for s, part in keys.items())

    # --- the gate --------------------------------------------------------

    def start_gate(self):
        """Start it as a launcher would; returns the client's stream."""
        theirs, stream = self.link
        # The gate lets nobody trace it, which the search for leaks needs.
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C",
            "ASAN_OPTIONS": "detect_leaks=0"}
        for name in os.environ:
            if name.startswith(("ASAN_", "UBSAN_", "LLVM_", "LD_", "GCOV_")):
                env[name] = os.environ[name]
        for entry in self.words.get("env", []):
            name, _, value = entry.partition("=")
            env[name] = value
        command = [*self.wrap, self.program]
        if self.case.part("config", "none") is None:
            command += ["-c", self.config]
        command += shlex.split(" ".join(self.words.get("args", [])))
        if "child" in self.words:
            command += ["--", *self.child_command()]
        # The shell does what launchers do between fork and exec.
        script = []
        if self.words.get("launch") == ["systemd"]:
            script = ["exec 3<&0 </dev/null >/dev/null",
                "export LISTEN_FDS=1 LISTEN_PID=$$ "
                "LISTEN_FDNAMES=connection"]
        elif self.words.get("launch") == ["systemd-other-pid"]:
            script = ["export LISTEN_FDS=1 LISTEN_PID=1"]
        if "fsize" in self.words:
            script.append("ulimit -f %s" % self.words["fsize"][0])
        if self.words.get("stdin") == ["closed"]:
            script.append("exec <&- >&-")
        if script:
            command = ["/bin/sh", "-c", "; ".join(script + ['exec "$@"']),
                "sh", *command]
        drop = {}
        if self.root and self.words.get("uid") != ["0"]:
            drop = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self.stderr = os.path.join(self.dir, "stderr")
        with open(self.stderr, "wb") as err:
            to = theirs[1] if self.words.get("stderr") == ["client"] else err
            self.process = subprocess.Popen(command, stdin=theirs[0],
                stdout=theirs[1], stderr=to, env=env, cwd="/", **drop)
        for end in theirs:
            if isinstance(end, socket.socket):
                end.close()
            else:
                os.close(end)
        return stream

    def connect(self, transport):
        """((the gate's input, its output), the client's stream)."""
        if transport == "unix":
            ours, theirs = socket.socketpair()
            return (theirs, theirs), wire.Stream(self.scene, "C", ours)
        if transport == "pipe":
            r1, w1 = os.pipe()
            r2, w2 = os.pipe()
            return (r1, w2), wire.Stream(self.scene, "C", rfd=r2, wfd=w1)
        family = socket.AF_INET if transport == "tcp4" else socket.AF_INET6
        with socket.socket(family) as door:
            if transport == "mapped":
                door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            door.bind(("127.0.0.1" if transport == "tcp4" else
                "::" if transport == "mapped" else "::1", 0))
            door.listen(1)
            port = door.getsockname()[1]
            ours = socket.create_connection(("::1" if transport == "tcp6"
                else "127.0.0.1", port), wire.LIMIT)
            theirs = door.accept()[0]
        self.places["CPORT"] = str(ours.getsockname()[1])
        self.places["LPORT"] = str(port)
        return (theirs, theirs), wire.Stream(self.scene, "C", ours)

    def child_command(self):
        """The backend as a program: it runs as the gate's user, so it gets a
        copy of the peers that this user can read for certain."""
        for name in ("backend.py", "wire.py"):
            shutil.copy(os.path.join(HERE, name), self.dir)
            os.chmod(os.path.join(self.dir, name), 0o644)
        script = os.path.join(self.dir, "child.script")
        with open(script, "w", encoding="utf-8",
            errors="surrogateescape") as f:
            f.write("\n".join(self.case.part("backend") or []))
        self.record = os.path.join(self.spool, "..", "child")
        os.mkdir(self.record)
        os.chmod(self.record, 0o777)
        self.record = os.path.join(self.record, "record.json")
        given = self.words["child"][0]
        if given:
            return [w.replace("${DIR}", self.dir) for w in shlex.split(given)]
        return ["/usr/bin/python3", os.path.join(self.dir, "backend.py"),
            "--stdio", "--script", script, "--record", self.record] + (
            ["--one-byte"] if self.scene.one_byte else [])

    def kill(self, name):
        self.process.send_signal(getattr(signal, "SIG" + name))

    def wait_gate(self):
        try:
            self.process.wait(wire.LIMIT)
        except subprocess.TimeoutExpired:
            self.scene.fault("G", "still running %g s after the client's last"
                " line" % wire.LIMIT)
            self.process.kill()
            self.process.wait()
        with open(self.stderr, encoding="utf-8",
            errors="surrogateescape") as f:
            self.log = f.read()

    # --- the findings ----------------------------------------------------

    def compare(self):
        if "child" in self.words:
            self.take_child()
        self.compare_exit()
        self.compare_log()
        for n, peer in self.backends.items():
            self.compare_saw("backend", n, peer.saw)
            self.compare_mails(n, peer.mails)
            self.compare_unused(peer)
        for n, peer in self.filters.items():
            self.compare_saw("filter", n, peer.saw)
            self.compare_macros(n, peer)
            self.compare_bodies(n, peer)
            self.compare_unused(peer)
        for n, (process, record) in self.real.items():
            process.terminate()
            process.wait()
            with open(record, encoding="utf-8") as f:
                self.compare_saw("recfilter", n, f.read().splitlines())
        self.compare_content()
        self.compare_maildir()
        if self.case.part("runtime") is not None:
            self.compare_runtime()
        left = [f for f in os.listdir(self.spool) if f != "maildir"]
        if left:
            self.scene.fault("G", "left in the spool directory: %s" % left)

    def fault(self, text):
        self.scene.fault("X", text)

    def listing(self, title, wanted, got, far):
        return "%s\n  expected:\n%s\n  got:\n%s" % (title, "\n".join(
            "  %s %s" % ("!" if i == far else " ", line)
            for i, line in enumerate(wanted)), "\n".join(
            "    " + line for line in got) or "    (nothing)")

    def put_places(self, lines):
        return [re.sub(r"\$\{(\w+)\}", lambda m: self.places.get(m.group(1),
            m.group(0)), line) for line in lines]

    def compare_exit(self):
        wanted = " ".join(self.case.part("exit") or ["0"]).strip()
        code = self.process.returncode
        got = "signal %d" % -code if code < 0 else str(code)
        if not wire.pattern(wanted).match(got):
            self.fault("exit status %s, expected %s" % (got, wanted))
        if SANITIZER.search(self.log):
            self.fault("the sanitizer spoke")
        # Without F= a failed filter would go unseen.
        failed = re.search(r"(?m)^.*filter \S+ \(.*\): at .*: (timed out|"
            r"unknown answer.*|connection closed.*|"
            r".* reset by peer)$", self.log)
        if failed and all(f.well_behaved() for f in self.filters.values()):
            self.fault("the gate gave up a filter: " + failed.group(0))

    def compare_log(self):
        """Each expected line names the first word of a log line and keys that
        it must have; `! ` in front: no such line; `/ ` (`!/ `) in front: a
        regular expression that the log must (not) match anywhere."""
        lines = [parse_log(line) for line in self.log.splitlines()]
        at = 0
        for want in self.put_places(self.case.part("log") or []):
            if want.startswith(("/ ", "!/ ")):
                text = want.partition(" ")[2]
                if bool(re.search(text, self.log)) == (want[0] == "!"):
                    self.fault("the log and " + want)
                continue
            never = want.startswith("! ")
            head, keys = parse_log(want[2:] if never else want)
            hits = [i for i, line in enumerate(lines) if line[0] == head and
                all(k in line[1] and wire.pattern(v).match(line[1][k])
                for k, v in keys.items())]
            if never and hits:
                self.fault("log line that must not be: " + want)
            if not never:
                hits = [i for i in hits if i >= at]
                if hits:
                    at = hits[0] + 1
                else:
                    self.fault("no log line: " + want)

    def compare_saw(self, kind, n, got):
        wanted = self.case.numbered(kind, "saw").get(n)
        if wanted is None:
            return
        wanted = self.put_places([w for w in wanted if w.strip()])
        far = wire.match_lines(wanted, got)
        if far is not None:
            self.fault(self.listing("what %s %d saw" % (kind, n), wanted, got,
                far))

    def compare_runtime(self):
        wanted = self.put_places([w for w in self.case.part("runtime") if w])
        got = sorted(os.listdir(self.runtime))
        if wire.match_lines(wanted, got) is not None:
            self.fault("in the runtime directory: %s, expected %s"
                % (got, wanted))

    def compare_mails(self, n, mails):
        for head, lines in self.case.parts:
            if head[0] != "delivered":
                continue
            rest = [w for w in head[1:] if w != "none"]
            at = int(rest[rest.index("at") + 1]) if "at" in rest else 0
            if at != n:
                continue
            if "none" in head:
                if mails:
                    self.fault("%d mails delivered, none expected"
                        % len(mails))
                continue
            which = int(rest[0]) if rest and rest[0].isdigit() else 1
            if len(mails) < which:
                self.fault("mail %d was not delivered" % which)
                continue
            if any("<<" in l for l in lines):
                if not re.fullmatch(b"".join(wire.octets(l) + b"\r\n"
                    for l in lines), mails[which - 1]):
                    self.fault("mail %d differs\n  got: %s" % (which,
                        wire.escape(mails[which - 1], 1200)))
                continue
            wanted = b"".join(wire.unescape(l) + b"\r\n" for l in lines)
            if mails[which - 1] != wanted:
                self.fault("mail %d differs\n  expected: %s\n  got:      %s"
                    "\n  from octet %d" % (which, wire.escape(wanted, 1200),
                    wire.escape(mails[which - 1], 1200), next((i for i, (a, b)
                    in enumerate(zip(wanted, mails[which - 1])) if a != b),
                    min(len(wanted), len(mails[which - 1])))))

    def compare_macros(self, n, peer):
        """Lines `EVENT[#n] name=pattern ... !name ... [only]`."""
        for line in self.put_places(
            self.case.numbered("filter", "macros").get(n, [])):
            words = shlex.split(line)
            if not words:
                continue
            event, _, nth = words[0].partition("#")
            sets = [v for e, v in peer.macros if e == event]
            nth = int(nth or 1)
            if words[1:] == ["none"]:
                if len(sets) >= nth:
                    self.fault("filter %d got macros for %s: %s" % (n,
                        words[0], sets[nth - 1]))
                continue
            if len(sets) < nth:
                self.fault("filter %d got no macros for %s" % (n, words[0]))
                continue
            left = dict(sets[nth - 1])
            for word in words[1:]:
                name, _, want = word.partition("=")
                if word == "only":
                    if left:
                        self.fault("filter %d, %s: more macros %s" % (n,
                            words[0], left))
                elif word[0] == "!":
                    if word[1:] in left:
                        self.fault("filter %d, %s: macro %s" % (n, words[0],
                            word))
                elif name not in left or not wire.pattern(want).match(
                    left[name]):
                    self.fault("filter %d, %s: macro %s, expected %s" % (n,
                        words[0], left.get(name), word))
                left.pop(name, None)

    def compare_bodies(self, n, peer):
        for head, lines in self.case.parts:
            if head[:1] != ["filter"] or "body" not in head:
                continue
            if (int(head[1]) if head[1].isdigit() else 0) != n:
                continue
            which = int(head[-1]) if head[-1].isdigit() and \
                head[-2] == "body" else 1
            wanted = b"".join(wire.unescape(l) + b"\r\n" for l in lines)
            got = peer.messages[which - 1][1] if len(peer.messages) >= which \
                else None
            if got != wanted:
                self.fault("body %d at filter %d\n  expected: %s\n  got: %s"
                    % (which, n, wire.escape(wanted, 1200),
                    got if got is None else wire.escape(got, 1200)))

    def compare_maildir(self):
        """What lies in quarantine, line by line, each ended by LF."""
        if "maildir" not in self.words:
            return
        found = {sub: sorted(os.listdir(os.path.join(self.maildir, sub)))
            for sub in ("cur", "new", "tmp")}
        if found["tmp"] or found["cur"]:
            self.fault("left in the Maildir: %s" % found)
        wanted = self.case.part("maildir")
        if len(found["new"]) != (wanted is not None):
            self.fault("mails in quarantine: %s" % found["new"])
        elif wanted is not None:
            with open(os.path.join(self.maildir, "new", found["new"][0]),
                "rb") as f:
                got = f.read()
            lines = [wire.escape(l, 10 ** 6) for l in got.split(b"\n")]
            far = wire.match_lines(self.put_places(wanted) + [""], lines)
            if far is not None:
                self.fault(self.listing("the mail in quarantine", wanted,
                    lines, far))

    def compare_unused(self, peer):
        for rule in peer.unused():
            self.fault("%s: rule never used: %s %s: %s" % (peer.who,
                rule.event, rule.text or "", "; ".join(rule.actions)))

    def compare_content(self):
        """What a filter was shown is what the backend got, whatever the case
        is about: the same fields and the same body, as long as no filter
        edits and nothing was switched off."""
        if any(f.edits() for f in self.filters.values()) or self.real:
            return
        mails = [m for b in self.backends.values() for m in b.mails]
        for n, peer in self.filters.items():
            if peer.protocol & 0x30 or len(peer.messages) != len(mails) or \
                any("skip" in r.actions for r in peer.rules):
                continue
            for (shown, body, flags), mail in zip(peer.messages, mails):
                fields, rest = fields_of(unstuff(mail))
                if fields and b"(spsmtpgate) with " in fields[0][1]:
                    del fields[0]       # the gate's own, not for filters
                if not flags & 0x100000:
                    fields = [(k, v[1:] if v[:1] == b" " else v)
                        for k, v in fields]
                if fields != shown or rest != body:
                    self.fault("filter %d was shown another mail than was "
                        "delivered\n  shown: %s\n  %s\n  delivered: %s\n  %s"
                        % (n, shown, wire.escape(body), fields,
                        wire.escape(rest)))

    def take_child(self):
        """What the child backend recorded."""
        if not os.path.exists(self.record):
            return
        peer = self.backends.setdefault(0, backend.Backend(self.scene, "B0",
            []))
        with open(self.record, encoding="utf-8") as f:
            data = json.load(f)
        peer.records = {1: data["saw"]}
        peer.mails = [m.encode("latin-1") for m in data["mails"]]
        peer.rules = []
        for line in data["story"]:
            self.scene.story.append(line)
        for text in data["faults"]:
            self.fault(text)
        for text in data["unused"]:
            self.fault("B0: rule never used: " + text)
        wanted = self.case.part("child", "environment")
        for line in self.put_places(wanted or []):
            name, _, value = line.partition("=")
            got = data["environment"].get(name.lstrip("!"))
            if name[0] == "!" and got is not None or name[0] != "!" and (
                got is None or not wire.pattern(value).match(got)):
                self.fault("environment of the child: %s, expected %s"
                    % (got, line))


def unstuff(data):
    return re.sub(rb"(?m)(\A|(?<=\r\n))\.", b"", data)


def fields_of(data):
    """Split a mail into its fields [(name, value)] and its body, as the
    protocol describes it: values in LF form with everything behind the
    colon."""
    fields, lines = [], data.split(b"\r\n")
    for i, line in enumerate(lines):
        if not line:
            return fields, b"\r\n".join(lines[i + 1:])
        if line[:1] in b" \t" and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + b"\n" + line)
            continue
        m = re.match(rb"([!-9;-~]+)[ \t]*:", line)
        if not m:
            return fields, b"\r\n".join(lines[i:])
        fields.append((m.group(1), line[m.end():]))
    return fields, b""


def parse_log(line):
    """(first word, {key: value}) of `word key=value key="a \\"b\\""`, with
    or without the program's name in front."""
    keys = {}
    line = line.removeprefix("spsmtpgate: ")
    head, _, rest = line.partition(" ")
    for m in re.finditer(r'([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))', rest):
        keys[m.group(1)] = re.sub(r"\\(.)", r"\1", m.group(2)) \
            if m.group(2) is not None else m.group(3)
    return head, keys


def recfilter():
    """The path of the libmilter filter, None when it is not built."""
    return RECFILTER if os.access(RECFILTER, os.X_OK) else None


def play(case, gate, wrap=(), one_byte=False):
    """Run a case.  Returns ("ok" | "failed" | "skipped", text)."""
    play = Play(case, gate, list(wrap), one_byte)
    try:
        faults = play.run()
    except Skip as e:
        return "skipped", str(e)
    except Exception as e:          # a broken case is a failed case
        faults = play.scene.faults + ["%s: %s" % (type(e).__name__, e),
            traceback.format_exc()]
    if not faults:
        return "ok", ""
    story = play.scene.story
    if len(story) > 300:
        story = story[:150] + ["..."] + story[-150:]
    return "failed", "\n".join(["  " + f.replace("\n", "\n  ")
        for f in faults] + ["  --- dialogue"] + ["  " + s for s in story]
        + ["  --- the gate said"] + ["  " + l for l in
        play.log.splitlines()[-60:]])
