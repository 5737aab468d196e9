"""The case "tls" of make bench: STARTTLS with the gate and with Postfix.

The same certificate, client (tlsload.c) and filter (noop) for all of them.
The systems here take part in no other case.
"""

import contextlib
import os
import shutil
import smtplib
import ssl
import subprocess

from systems import (Failed, Launched, PostfixPort, cmdline, comm, smaps,
                     HOST)

SESSIONS = 8
SIZE = 4096
IDLE = 20

# What the client does, by the words in the report: tlsload's last arguments.
HOW = {"clear": ["clear"], "full": ["full"], "resumed": ["resumed"],
       "full, 1.2": ["full", "1.2"], "resumed, 1.2": ["resumed", "1.2"]}


def certificate(bench):
    """Self-signed; nobody can read the key, since the helpers run as such."""
    kind = (["rsa:2048"] if bench.args.rsa else
            ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
    cert, key = (os.path.join(bench.dir, name) for name in ("cert", "key"))
    subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "30",
                    "-newkey", *kind, "-keyout", key, "-out", cert, "-subj",
                    "/CN=bench.example", "-addext",
                    "subjectAltName=DNS:bench.example"], check=True,
                   stdin=subprocess.DEVNULL, capture_output=True)
    if os.geteuid() == 0:
        os.chown(key, bench.nobody.pw_uid, -1)
    return cert, key


class Resident(Launched):
    """The gate under tcpserver, and spsmtpgate-tls in the same account."""

    def __init__(self, bench, name, program, helper):
        self.beside = helper
        super().__init__(bench, name, program)

    def start(self, argv, env=None, preexec=None):
        user = self.bench.nobody

        def drop():
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(user.pw_gid)
                os.setuid(user.pw_uid)
        super().start(self.beside, env=env, preexec=drop)
        self.resident = self.process
        super().start(argv, env=env, preexec=preexec)

    def sessions(self):
        return super().sessions() - {self.resident.pid}

    def stop(self):
        self.resident.terminate()
        self.resident.wait(5)
        super().stop()


def gate_conf(bench, label, pair, helper, socket):
    with open(bench.gate_conf("noop")) as f:
        text = f.read()
    path = os.path.join(bench.dir, f"gate-{label}.conf")
    with open(path, "w") as f:
        f.write(f"{text}[TLS]\nCertificate0 = {pair[0]}\nKey0 = {pair[1]}\n"
                f'Helper = {helper}\nSocket = "{socket}"\n')
    return path


def start(bench, pair):
    """The systems by name."""
    built = os.path.join(bench.top, "spsmtpgate-tls")
    if not os.access(built, os.X_OK):
        subprocess.run(["make", "-C", bench.top, "spsmtpgate-tls"],
                       stdout=subprocess.DEVNULL, check=False)
    systems = {}
    if bench.gate is None or not os.access(built, os.X_OK):
        bench.note("TLS: spsmtpgate-tls was not built, its rows are left out")
    else:
        helper = shutil.copy(built, bench.dir)
        socket = os.path.join(bench.writable(os.path.join(bench.dir, "s")),
                              "tls")
        conf = gate_conf(bench, "tls", pair, helper, socket)
        systems["gate-tls"] = Resident(bench, "gate-tls", [
            bench.gate, "-c", conf], [helper, "-c", conf])
        conf = gate_conf(bench, "tls-single", pair, helper, "")
        systems["gate-tls-single"] = Launched(bench, "gate-tls-single", [
            bench.gate, "-c", conf])
    if bench.postfix:
        systems["postfix-tls"] = PostfixPort(bench.postfix, "tls")
    return systems


def load(bench, system, how, sessions):
    """CPU milliseconds of one session; all must be what they should."""
    system.settle()
    before = system.account.cpu_ms()
    done = subprocess.run(
        [bench.tlsload, str(system.port), str(sessions), str(SESSIONS),
         str(SIZE), *HOW[how]], text=True, capture_output=True, timeout=120,
        check=False)
    if done.returncode != 0:
        raise Failed(f"{system.name}: {done.stderr.strip()[-200:]}")
    system.settle()
    cost = system.account.cpu_ms() - before
    resumed, _, cipher = done.stdout.rstrip("\n").partition(" resumed ")
    if int(resumed) != (sessions if how.startswith("resumed") else 0):
        raise Failed(f"{system.name}, {how}: {resumed} of {sessions} resumed")
    bench.ciphers.add(cipher)
    return {"cpu": cost / sessions}


def one_round(bench, turn):
    """Each system in each way that it knows."""
    rows = [(name, how) for how in HOW for name in bench.tls
            if how != "clear" and not (name == "gate-tls-single" and
                                       how.startswith("resumed"))]
    rows += [("gate-noop", "clear"), ("postfix-noop", "clear")]
    turned = turn % len(rows)
    for name, how in rows[turned:] + rows[:turned]:
        system = bench.tls.get(name) or bench.systems.get(name)
        if system is None:
            continue
        try:
            bench.record("tls", f"{name} {how}",
                         load(bench, system, how, bench.count(200)))
        except (Failed, OSError) as why:
            bench.note(f"tls: {why}")


def idle(bench):
    """PSS of what serves one connection, and its part of what serves all."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for name, system in bench.tls.items():
        try:
            system.settle()
            before = system.account.pids()
            with contextlib.ExitStack() as stack:
                for _ in range(IDLE):
                    s = stack.enter_context(
                        smtplib.SMTP(HOST, system.port, timeout=10))
                    s.starttls(context=context)
                    s.ehlo()
                bench.record("tls memory", name, {"idle": share(
                    system, before)})
        except (Failed, OSError, smtplib.SMTPException) as why:
            bench.note(f"memory of {name}: {why}")


def share(system, before):
    pids = system.account.pids()
    if isinstance(system, PostfixPort):
        # Kept for later clients, there may be more of them than connections.
        mine = {p for p in pids if f"{HOST}:{system.port}" in cmdline(p)}
        common = {p for p in pids if comm(p) == "tlsmgr"}
        users = len(mine)
    else:
        mine = pids - before
        common = {system.resident.pid} if isinstance(system, Resident) else ()
        users = IDLE
    if len(mine) < IDLE:
        raise Failed(f"{len(mine)} processes for {IDLE} connections")
    return (sum(smaps(p)["Pss"] for p in mine) / users +
            sum(smaps(p)["Pss"] for p in common) / IDLE)
