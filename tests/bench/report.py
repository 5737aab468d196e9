"""The report of make bench: tables, and the ratios that are our targets."""

import contextlib
import os
import platform
import statistics
import subprocess


def figure(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def print_rows(head, rows):
    width = [max(len(str(row[i])) for row in [head, *rows])
             for i in range(len(head))]
    for row in [head, ["-" * w for w in width], *rows]:
        print("| " + " | ".join(str(c).ljust(w) for c, w in zip(row, width))
              + " |")
    print()


def print_loads(bench):
    for case, title in (("one", "4 KiB, one message per connection"),
                        ("twenty", "4 KiB, 20 messages per connection"),
                        ("big", "20 MiB, one message per connection")):
        rows = [[name, figure(bench.median(case, name, "cpu"), 3),
                 figure(bench.median(case, name, "rate"), 0 if case != "big"
                        else 1),
                 figure(bench.median(case, name, "filter"), 3)]
                for name in bench.systems
                if bench.median(case, name, "cpu") is not None]
        if rows:
            print_rows([title, "CPU ms", "msg/s", "filter's own CPU ms"], rows)


def print_latency(bench):
    verbs = ("greeting", "ehlo", "mail", "rcpt", "data", "dot", "quit")
    rows = [[name] + ["{} / {}".format(
                figure(bench.median("latency", name, v + " p50"), 0),
                figure(bench.median("latency", name, v + " p99"), 0))
                      for v in verbs]
            for name in bench.systems
            if bench.median("latency", name, "dot p50") is not None]
    if rows:
        print_rows(["microseconds, p50 / p99", *verbs], rows)


def print_once(bench):
    rows = []
    for name in bench.systems:
        get = lambda case, key: figure(bench.median(case, name, key), 0)
        row = [name, get("syscalls", "calls"), get("memory", "idle")]
        for size in (20, 100):
            row.append("{} / {}".format(get("memory", f"peak {size}"),
                                        get("memory", f"anonymous {size}")))
        if set("".join(row[1:])) - set("-/ "):
            rows.append(row)
    if rows:
        print_rows(["4 KiB message, start-up included", "system calls",
                    "idle PSS KiB", "20 MiB: peak PSS / anonymous KiB",
                    "100 MiB: the same"], rows)


def print_tls(bench):
    rows = [[what, figure(statistics.median(values), 3),
             f"{figure(min(values), 3)} - {figure(max(values), 3)}"]
            for (case, what, key), values in bench.samples.items()
            if case == "tls"]
    if rows:
        print_rows(["STARTTLS, one mail of 4 KiB, noop milter", "CPU ms",
                    "of the rounds"], rows)
        print("ciphers: " + ", ".join(sorted(filter(None, bench.ciphers))))
    rows = [[name, figure(bench.median("tls memory", name, "idle"), 0)]
            for name in bench.tls
            if bench.median("tls memory", name, "idle") is not None]
    if rows:
        print_rows(["idle connection with TLS", "PSS KiB"], rows)


# what, measured (case, system, key), base, at once, aim; below zero: at least
TARGETS = (
    ("no milter, 4 KiB, 1 per connection: CPU",
     ("one", "gate-none", "cpu"), ("one", "rawrelay", "cpu"), 1.25, 1.0),
    ("noop milter, 4 KiB, 1 per connection: CPU",
     ("one", "gate-noop", "cpu"), ("one", "postfix-noop", "cpu"), 0.75, 0.3),
    ("noop milter, 20 per connection: CPU",
     ("twenty", "gate-noop", "cpu"), ("twenty", "postfix-noop", "cpu"),
     0.25, 0.12),
    ("hdr milter, 8 sessions: msg/s",
     ("one", "gate-hdr", "rate"), ("one", "postfix-hdr", "rate"), -4, -6),
    ("hdr milter: dot to reply, p50",
     ("latency", "gate-hdr", "dot p50"),
     ("latency", "postfix-hdr", "dot p50"), 1 / 20, 1 / 80),
    ("p99 of any command, no milter",
     ("latency", "gate-none", "worst"), ("latency", "rawrelay", "any p50"),
     10, 5),
    ("p99 of any command, noop milter",
     ("latency", "gate-noop", "worst"), ("latency", "rawrelay", "any p50"),
     10, 5),
    ("idle connection, PSS",
     ("memory", "gate-none", "idle"), ("memory", "rawrelay", "idle"), 2, 1.2),
    ("20 MiB, no milter: CPU",
     ("big", "gate-none", "cpu"), ("big", "rawrelay", "cpu"), 2, 1.2),
    ("20 MiB, noop milter: CPU",
     ("big", "gate-noop", "cpu"), ("big", "rawrelay", "cpu"), 4, 2),
    ("peak memory, 20 MiB, no milter, KiB",
     ("memory", "gate-none", "peak 20"), None, 1024, 256),
    ("peak memory, 100 MiB, no milter, KiB",
     ("memory", "gate-none", "peak 100"), None, 1024, 256),
    ("peak memory, 100 MiB, noop milter, KiB",
     ("memory", "gate-noop", "peak 100"), None, 1024, 256),
    ("system calls per 4 KiB message, no milter",
     ("syscalls", "gate-none", "calls"), ("syscalls", "rawrelay", "calls"),
     1.5, 0.9),
    ("system calls per 4 KiB message, noop milter",
     ("syscalls", "gate-noop", "calls"), ("syscalls", "rawrelay", "calls"),
     2.5, 1.7),
    ("TLS, full handshake, resident: CPU", ("tls", "gate-tls full", "cpu"),
     ("tls", "postfix-tls full", "cpu"), 1.0, 0.8),
    ("TLS, resumed, resident: CPU", ("tls", "gate-tls resumed", "cpu"),
     ("tls", "postfix-tls resumed", "cpu"), 1.0, 0.8),
    ("TLS, full handshake, single: CPU",
     ("tls", "gate-tls-single full", "cpu"),
     ("tls", "postfix-tls full", "cpu"), 2.5, 2.0),
    ("TLS 1.2, full handshake, resident: CPU",
     ("tls", "gate-tls full, 1.2", "cpu"),
     ("tls", "postfix-tls full, 1.2", "cpu"), 1.0, 0.8),
    ("TLS 1.2, resumed, resident: CPU",
     ("tls", "gate-tls resumed, 1.2", "cpu"),
     ("tls", "postfix-tls resumed, 1.2", "cpu"), 1.0, 0.8),
    ("TLS 1.2, full handshake, single: CPU",
     ("tls", "gate-tls-single full, 1.2", "cpu"),
     ("tls", "postfix-tls full, 1.2", "cpu"), 2.5, 2.0),
    ("TLS, idle connection, resident: PSS", ("tls memory", "gate-tls", "idle"),
     ("tls memory", "postfix-tls", "idle"), 1.0, 0.5),
    ("TLS, idle connection, single: PSS",
     ("tls memory", "gate-tls-single", "idle"),
     ("tls memory", "postfix-tls", "idle"), 1.0, 0.5),
)


def verdict(ratio, limit):
    """A negative limit is one that more is better for."""
    met = ratio >= -limit if limit < 0 else ratio <= limit
    sign = ">=" if limit < 0 else "<="
    return f"{'yes' if met else 'NO'} ({sign} {abs(limit):.4g})"


def print_targets(bench):
    rows = []
    for what, mine, base, at_once, aim in TARGETS:
        if mine[0].split()[0] not in bench.args.only:
            continue
        if mine[2] == "worst":
            value, other = quietest(bench, mine, base)
        else:
            value = bench.median(*mine)
            other = bench.median(*base) if base else 1
        if value is None or not other:
            rows.append([what, figure(value),
                         figure(other) if base else "-", "-",
                         "not measured", "not measured"])
            continue
        ratio = value / other
        rows.append([what, f"{value:.4g}",
                     f"{other:.4g} ({base[1]})" if base else "-",
                     f"{ratio:.3g}" if base else "-",
                     verdict(ratio, at_once), verdict(ratio, aim)])
    print_rows(["target", "measured", "compared with", "ratio", "at once",
                "aim"], rows)


def quietest(bench, mine, base):
    """The round with the least ratio: neighbours only add to a p99."""
    rounds = zip(bench.samples.get(mine, ()), bench.samples.get(base, ()))
    return min(rounds, key=lambda r: r[0] / r[1], default=(None, None))


def first_line(*argv, env=None):
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(argv, text=True, capture_output=True, timeout=5,
                              env=env, check=False)
        return ((done.stdout or done.stderr).splitlines() or ["?"])[0]
    return "?"


def print_environment(bench, load):
    model = "?"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
    postfix = first_line(bench.tree + "/usr/sbin/postconf", "-dh",
                         "mail_version", env=bench.env)
    print(f"kernel {platform.release()}, {os.cpu_count()} CPUs ({model}), "
          f"{os.confstr('CS_GNU_LIBC_VERSION')}, Postfix {postfix}")
    if bench.gate:
        print(f"{first_line(bench.gate, '-V')}, linked with "
              f"{libraries(bench.gate) or 'no shared library'}, "
              f"spool in {bench.args.spool}")
    print(f"filters over {'unix sockets' if bench.args.unix else 'TCP'}; "
          f"CPU time by {bench.account_class.kind}; "
          f"{bench.args.rounds} rounds; load average before "
          f"{load[0]:.1f}, after {os.getloadavg()[0]:.1f}\n")


def libraries(program):
    with contextlib.suppress(OSError):
        done = subprocess.run(["ldd", program], text=True, check=False,
                              capture_output=True)
        return " ".join(line.split()[0] for line in done.stdout.splitlines()
                        if "=>" in line)
    return "?"


def report(bench, load):
    print_environment(bench, load)
    print_loads(bench)
    print_latency(bench)
    print_once(bench)
    print_tls(bench)
    print_targets(bench)
    worst, p50 = quietest(bench, ("latency", "rawrelay", "worst"),
                          ("latency", "rawrelay", "any p50"))
    if worst:
        print(f"note: the p99 of rawrelay itself is {worst / p50:.1f} x its "
              f"p50; that much is the machine's")
    for text in bench.notes:
        print("note: " + text)
