#!/usr/bin/python3
"""The kill matrix: who dies when, and what becomes of the mail (prints TAP).

One mail goes through the gate.  Everything that the parties see of each other
is an event: the client has sent MAIL, the backend has read half of the text,
the filter is asked for its verdict.  At an event the backend may die (once, or
for good), the client may leave (end its side, reset, or end its side behind a
QUIT that it pipelined), the filter may die, and the gate may get SIGKILL or
SIGTERM.  A cell of the matrix is a sequence of up to three such misfortunes,
one of each party at most.  Which cells can exist is not guessed but played: a
misfortune is tried at each event that was seen to follow those before it.

In no cell may a backend have a part of a mail, or another envelope, or the mail
twice; may the client have a 250 without a mail that is stored; may a client
that stays go without an answer.  A mail that is stored although the client does
not know it will come again: each such cell must be one of those that nothing
can prevent (section 4.7 of the notes on SMTP), and they are counted.

    matrix.py [-a] [-v] [-j N] [-t SECONDS] [VARIANT ...]
        -a  all events, all variants, three of everything (takes an hour)
        -t  begin no new cell after that many seconds (60; with -a: no end)
        -v  name every cell whose mail will come twice
        -c  CELL: plays one, as it was printed, and tells its story

In `make check` the events are those of POINTS; three misfortunes at once, and
two for most variants, come between DATA and the answer to the final dot.  What
is left for want of time is counted; the order is random, the same in every run.

The backends are scripted from RFC 5321; "real" is aiosmtpd behind a script that
only passes on; "lenient" takes the end of input for the end of a mail and a
bare LF for the end of a line, with TLS as well: then the resident helper stands
between gate and backend.

Environment: GATE (GATE_REACHABLE).
"""

import argparse
import importlib.util
import json
import os
import random
import re
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cell as cells
import stage as stages

NOBODY = 65534
POINTS = {"C EHLO!", "C MAIL!", "C RCPT!", "C DATA!", "C BDAT!", "C half",
    "C dot", "C final", "F eom?", "B connect", "B greeting", "B XCLIENT?",
    "B EHLO!", "B MAIL!", "B RCPT!", "B RSET?", "B RSET!", "B DATA?", "B 354",
    "B half", "B text", "B dot", "B dot CR", "B stored", "B one reply",
    "B half reply", "B reply"}
LATE = {"C dot", "C final", "F eom?", "B connect", "B RSET?", "B DATA?",
    "B 354", "B half", "B dot", "B stored", "B one reply", "B half reply",
    "B reply"}
KINDS = {"backend": ("once", "forever"), "client": ("fin", "rst", "quit"),
    "filter": ("dies",), "gate": ("KILL", "TERM")}
FEWER = {"backend": ("once",), "client": ("fin", "quit"), "filter": (),
    "gate": ("KILL",)}


def show(faults):
    return " + ".join("%s %s at %s#%d" % f for f in faults) or "nothing"


def read(text):
    return [(m[1], m[2], m[3], int(m[4])) for m in
        re.finditer(r"(\w+) (\w+) at ([^+]*?)#(\d+)", text)]


class Explorer:
    """Plays the cells of one variant, or the part of one worker."""

    def __init__(self, stage, options, share):
        self.stage = stage
        self.all = options.all
        self.until = options.until
        self.share = share
        self.count = {"cells": 0, "delivered": 0, "refused": 0, "unheard": 0,
            "not reached": 0, "left out": 0}
        self.twice = {}
        self.bad = []

    def play(self, faults):
        cell = cells.Cell(self.stage, faults).play()
        count = self.count
        count["cells"] += 1
        # What happens behind SIGTERM depends on when the gate notices it.
        if cell.fired < len(faults):
            count["not reached"] += 1
        if cell.twice:
            self.twice.setdefault(cell.twice, []).append(show(faults))
        elif cell.stored:
            count["delivered"] += 1
        elif cell.final is not None or cell.said and cell.said[-1] >= 400:
            count["refused"] += 1
        else:
            count["unheard"] += 1
        if cell.wrong:
            self.bad.append((show(faults), cell.wrong, cell.trace, cell.said,
                cell.log))
        return cell

    def further(self, faults, cell):
        """The cells with one misfortune more than this one."""
        if cell.killed or cell.fired < len(faults):
            return
        kinds, points = KINDS, POINTS
        if faults and not self.all:
            deep = self.stage.variant.deep
            if len(faults) == 2:
                kinds = FEWER if deep else {}
            if len(faults) == 2 or not deep:
                points = LATE
            if not all(f[1] in kinds.get(f[0], ()) and f[2] in points
                for f in faults):
                return
        used = {f[0] for f in faults}
        for name, n in cell.trace[cell.at[-1] if faults else 0:]:
            if not self.all and name not in points:
                continue
            for party in kinds:
                for kind in kinds[party]:
                    if name == "C start" and kind == "TERM":
                        continue    # before the gate has begun
                    # Before the dot, "QUIT" would be text.
                    if party not in used and (kind != "quit" or cell.dotted
                        and (name[0] != "C" or name in ("C dot", "C final"))):
                        yield faults + [(party, kind, name, n)]

    def explore(self):
        wave = [([], self.play([]))]
        if wave[0][1].wrong:
            return
        for depth in range(3):
            todo = [f for faults, cell in wave for f in
                self.further(faults, cell)]
            if depth == 0:
                todo = todo[self.share[0]::self.share[1]]
            random.Random(depth).shuffle(todo)
            wave = []
            for n, faults in enumerate(todo):
                if time.monotonic() > self.until:
                    self.count["left out"] += len(todo) - n
                    break
                wave.append((faults, self.play(faults)))


def work(variant, options, share, out):
    """One worker: the results as JSON."""
    with tempfile.TemporaryDirectory(prefix="gate-kill-") as directory:
        stage = stages.Stage(variant, directory)
        try:
            explorer = Explorer(stage, options, share)
            explorer.explore()
        finally:
            stage.close()
    os.write(out, json.dumps([explorer.count, explorer.twice,
        explorer.bad]).encode())


def run_variant(variant, options):
    """Its cells, shared among the workers; (count, twice, bad)."""
    count, twice, bad = {}, {}, []
    workers = []
    for n in range(options.workers):
        out = tempfile.TemporaryFile()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                work(variant, options, (n, options.workers), out.fileno())
                status = 0
            except Exception as e:
                print("# worker: %s: %s" % (type(e).__name__, e))
            finally:
                sys.stdout.flush()
                os._exit(status)
        workers.append((pid, out))
    for pid, out in workers:
        status = os.waitpid(pid, 0)[1]
        out.seek(0)
        data = out.read()
        out.close()
        if status or not data:
            bad.append(("of a worker", ["ended with status %d" % status], [],
                [], ""))
            continue
        counts, dupes, faults = json.loads(data)
        for key, value in counts.items():
            count[key] = count.get(key, 0) + value
        for key, value in dupes.items():
            twice.setdefault(key, []).extend(value)
        bad += faults
    return count, twice, bad


def diagnose(text):
    print("\n".join("#   " + line for line in text.split("\n")))


def report(n, variant, result, options):
    count, twice, bad = result
    print("%sok %d - %s: no part of a mail, no 250 without one, none twice"
        % ("not " if bad else "", n, variant.name))
    diagnose(", ".join("%d %s" % (v, k) for k, v in count.items())
        + ", %d will come twice" % sum(map(len, twice.values())))
    for why, found in sorted(twice.items()):
        diagnose("%d: %s" % (len(found), why))
        if options.verbose:
            diagnose("\n".join("    " + c for c in found))
    for cell, wrong, trace, said, log in bad[:None if options.verbose else 10]:
        diagnose("CELL %s: %s\n    %s\n    the client heard %s" % (cell,
            "; ".join(wrong), ", ".join("%s#%d" % tuple(t) for t in
            trace[-25:]), said))
        diagnose("\n".join("    " + l for l in log.splitlines()[-6:]))
    if bad:
        diagnose("%d cells are wrong" % len(bad))
    sys.stdout.flush()


def one_cell(variant, text):
    with tempfile.TemporaryDirectory(prefix="gate-kill-") as directory:
        stage = stages.Stage(variant, directory)
        cell = cells.Cell(stage, read(text)).play()
        stage.close()
    print("\n".join("%s#%d" % e for e in cell.trace))
    print("the client heard %s, stored: %s" % (cell.said,
        [(s, r, len(t)) for s, r, t in cell.stored]))
    print("comes twice: %s\nwrong: %s\n%s" % (cell.twice, cell.wrong,
        cell.log))


def main():
    parser = argparse.ArgumentParser(usage="matrix.py [-a] [-v] [-j N] "
        "[-t SECONDS] [-c CELL] [VARIANT ...]")
    parser.add_argument("-a", dest="all", action="store_true")
    parser.add_argument("-v", dest="verbose", action="store_true")
    parser.add_argument("-j", dest="workers", type=int,
        default=max(2, os.cpu_count() or 2))
    parser.add_argument("-t", dest="seconds", type=float)
    parser.add_argument("-c", dest="cell")
    parser.add_argument("variants", nargs="*")
    options = parser.parse_args()
    if os.geteuid() == 0:       # the gate does not run as root
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        os.chdir("/")
    os.umask(0o022)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    chosen = [v for v in stages.VARIANTS if v.name in options.variants or
        not options.variants and (options.all or v.in_check)]
    if options.cell:
        one_cell(chosen[0], options.cell)
        return 0
    seconds = options.seconds or (10 ** 9 if options.all else 60)
    begin = time.monotonic()
    bad = False
    print("1..%d" % len(chosen))
    for n, variant in enumerate(chosen, 1):
        if variant.backend == "aiosmtpd" and not \
            importlib.util.find_spec("aiosmtpd"):
            print("ok %d - %s # SKIP aiosmtpd is not installed"
                % (n, variant.name))
            continue
        if variant.tls and not stages.HELPER:
            print("ok %d - %s # SKIP spsmtpgate-tls was not built"
                % (n, variant.name))
            continue
        # What one variant leaves of its time is for those behind it.
        options.until = begin + seconds * n / len(chosen)
        result = run_variant(variant, options)
        report(n, variant, result, options)
        bad = bad or bool(result[2])
    return bad


if __name__ == "__main__":
    sys.exit(main())
