"""What the test programs share: where the programs under test are, who runs
them, and TAP, of a list of functions (play) or test by test (Tap).

Environment: GATE, RECFILTER as for tests/run; SPSMTPGATE_TIMES: say how long
each took.
"""

import os
import sys
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(
    __file__))))
GATE = os.path.abspath(os.environ.get("GATE_REACHABLE") or
    os.environ.get("GATE") or os.path.join(ROOT, "spsmtpgate"))
RECFILTER = os.path.abspath(os.environ.get("RECFILTER") or
    os.path.join(ROOT, "build", "recfilter"))
# The gate refuses to be root.
DROP = {"user": "nobody", "group": "nogroup", "extra_groups": []} \
    if os.geteuid() == 0 else {}


class Wrong(Exception):
    """A finding; its text says all."""


class Skip(Exception):
    """Cannot be asked here; says why."""


def chosen(module):
    """The functions test_* of a module, those that the arguments name."""
    return [f for n, f in vars(sys.modules[module]).items()
        if n.startswith("test_") and
        (len(sys.argv) < 2 or any(a in n for a in sys.argv[1:]))]


def play(tests, *args):
    """One line of TAP for each function, which gets these arguments; its text
    is the docstring.  Returns the exit status."""
    print("1..%d" % len(tests), flush=True)
    bad = 0
    for n, test in enumerate(tests, 1):
        text = " ".join((test.__doc__ or
            test.__name__.replace("_", " ")).split())
        began = time.monotonic()
        try:
            test(*args)
            print("ok %d - %s" % (n, text))
        except Skip as e:
            print("ok %d - %s # SKIP %s" % (n, text, e))
        except Exception as e:      # one must not hide the others
            bad += 1
            why = str(e) if isinstance(e, Wrong) else traceback.format_exc()
            print("not ok %d - %s\n# %s" % (n, text, why.replace("\n", "\n# ")))
        if "SPSMTPGATE_TIMES" in os.environ:
            print("# %.2f s" % (time.monotonic() - began))
        sys.stdout.flush()
    return 1 if bad else 0


class Tap:
    def __init__(self):
        self.n = 0
        self.bad = 0

    def ok(self, name, faults):
        """One test; faults is a list of texts, empty when all is well."""
        self.n += 1
        self.bad += bool(faults)
        print("%sok %d - %s" % ("not " if faults else "", self.n, name))
        for fault in faults:
            for line in str(fault).rstrip().split("\n"):
                print("#   " + line)

    def skip(self, name, why):
        self.n += 1
        print("ok %d - %s # SKIP %s" % (self.n, name, why))

    def end(self):
        print("1..%d" % self.n)
        return 1 if self.bad else 0
