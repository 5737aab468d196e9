"""What make bench measures: systems, their processes and their CPU time.

A system is everything that stands between the load and the sink: tcpserver
and what it runs, or one Postfix.  CPU time is that of all its processes,
counted by a control group where one can be made.
"""

import contextlib
import grp
import os
import pwd
import re
import signal
import socket
import subprocess
import sys
import threading
import time

HOST = "127.0.0.1"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
MIB = 1024 * 1024


class Failed(Exception):
    """A measurement that could not be made; the text says why."""


def say(text):
    """Progress, on standard error: the table alone is the output."""
    print(text, file=sys.stderr, flush=True)


# Processes and their CPU time

def proc_table():
    """pid -> (parent, ticks with reaped children), of all processes."""
    table = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as f:
                field = f.read().rpartition(")")[2].split()
        except OSError:
            continue
        table[int(name)] = (int(field[1]), sum(map(int, field[11:15])))
    return table


class ProcAccount:
    """Without a cgroup: the process tree, to the clock tick (10 ms)."""
    kind = "process times, 10 ms ticks"

    def __init__(self, name):
        self.name = name
        self.roots = set()

    def join(self):
        """Runs in the child before exec."""

    def add(self, pid):
        """A process that was started in it."""
        self.roots.add(pid)

    def pids(self):
        table = proc_table()
        found = self.roots & set(table)
        while True:
            more = {p for p, (up, _) in table.items() if up in found} | found
            if more == found:
                return found
            found = more

    def cpu_ms(self):
        table = proc_table()
        ticks = sum(table[p][1] for p in self.pids() if p in table)
        return ticks * 1e3 / os.sysconf("SC_CLK_TCK")

    def close(self):
        """Nothing to remove."""


class CgroupAccount:
    """A control group of one system: v2 cpu.stat, or v1 cpuacct.usage."""
    base = None
    kind = None

    def __init__(self, name):
        self.path = os.path.join(self.base, name)
        os.mkdir(self.path)

    @classmethod
    def available(cls):
        """Finds a hierarchy that may be used and makes the parent group."""
        with open("/proc/mounts") as f:
            mounts = [line.split()[1:4] for line in f]
        for where, kind, options in sorted(mounts, key=lambda m: m[1] < "cgroup2"):
            if kind == "cgroup2":
                probe, cls.kind = "cpu.stat", "cgroup v2"
            elif kind == "cgroup" and "cpuacct" in options.split(","):
                probe, cls.kind = "cpuacct.usage", "cgroup v1 cpuacct"
            else:
                continue
            base = os.path.join(where, f"spsmtpgate-bench-{os.getpid()}")
            with contextlib.suppress(OSError):
                os.mkdir(base)
                if os.path.exists(os.path.join(base, probe)):
                    cls.base = base
                    return True
                os.rmdir(base)
        return False

    def join(self):
        with open(os.path.join(self.path, "cgroup.procs"), "w") as f:
            f.write("0")

    def add(self, pid):
        """It is in the group already."""

    def pids(self):
        with open(os.path.join(self.path, "cgroup.procs")) as f:
            return {int(line) for line in f}

    def cpu_ms(self):
        if self.kind == "cgroup v2":
            with open(os.path.join(self.path, "cpu.stat")) as f:
                return int(f.readline().split()[1]) / 1e3
        with open(os.path.join(self.path, "cpuacct.usage")) as f:
            return int(f.read()) / 1e6

    def close(self):
        """Whatever is left in the group was started by this run."""
        for attempt in range(50):
            left = self.pids()
            if not left:
                break
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        with contextlib.suppress(OSError):
            os.rmdir(self.path)


def free_port():
    with socket.socket() as s:
        s.bind((HOST, 0))
        return s.getsockname()[1]


def wait_listening(port, process, name):
    for attempt in range(200):
        with contextlib.suppress(ConnectionRefusedError):
            with socket.create_connection((HOST, port), 5) as s:
                s.shutdown(socket.SHUT_WR)
                # To its end: a launcher may not yet have accepted it.
                while s.recv(4096):
                    pass
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise Failed(f"{name} does not listen (see its log with --keep)")


# Systems

class System:
    """One thing to measure: a port, its processes, their CPU time."""

    def __init__(self, bench, name):
        self.bench = bench
        self.name = name
        self.port = free_port()
        self.account = bench.account_class(name)
        self.process = None

    def start(self, argv, env=None, preexec=None):
        def enter():
            self.account.join()
            if preexec:
                preexec()
        log = open(os.path.join(self.bench.dir, self.name + ".log"), "ab")
        with log:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, preexec_fn=enter, start_new_session=True)
        self.account.add(self.process.pid)

    def settle(self):
        """Waits until the work that was handed over is done."""

    def stop(self):
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.account.close()


class Launched(System):
    """A program under tcpserver: one process for each connection."""

    def __init__(self, bench, name, program, traced_into=None):
        super().__init__(bench, name)
        self.program = program
        argv = ["tcpserver", "-H", "-R", "-l0", "-c200", "-b200"]
        if traced_into:
            user = ["-u", "nobody"] if os.geteuid() == 0 else []
            program = ["sh", "-c", 'exec strace -f -qq -c -o "$0/$$" "$@"',
                       traced_into, *user, *program]
        elif os.geteuid() == 0:
            argv += ["-u", str(bench.nobody.pw_uid),
                     "-g", str(bench.nobody.pw_gid)]
        # A launcher's environment is small, and each start pays for it.
        self.start([*argv, HOST, str(self.port), *program],
                   env={"PATH": PATH})
        wait_listening(self.port, self.process, name)
        self.settle()

    def sessions(self):
        return self.account.pids() - {self.process.pid}

    def settle(self):
        for attempt in range(1000):
            if not self.sessions():
                return
            time.sleep(0.005)
        raise Failed(f"{self.name}: a process stays after its client left")


class Postfix(System):
    """smtpd for each filter, a queue on tmpfs, relay to the sink."""
    SERVICES = """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
"""

    def __init__(self, bench, tree, env, sink_port, filters, pair):
        super().__init__(bench, "postfix")
        self.ports = {label: free_port()
                      for label in [*filters, *(["tls"] if pair else [])]}
        self.queue = os.path.join(bench.ram, "queue")
        owner, group = self.account_names()
        self.make_directories(owner)
        conf = os.path.join(bench.dir, "postfix")
        os.mkdir(conf)
        self.write_main(conf, tree, sink_port, owner, group)
        with open(os.path.join(conf, "master.cf"), "w") as f:
            for label, port in self.ports.items():
                where = filters["noop" if label == "tls" else label]
                f.write(f"{HOST}:{port} inet n - n - - smtpd\n"
                        f" -o smtpd_milters={where}\n")
            if pair:
                # For the one that was written last.
                f.write(" -o smtpd_tls_security_level=may\n"
                        f" -o smtpd_tls_cert_file={pair[0]}\n"
                        f" -o smtpd_tls_key_file={pair[1]}\n")
            f.write(self.SERVICES)
        self.start([tree + "/usr/lib/postfix/sbin/master", "-c", conf, "-d"],
                   env=dict(env, MAIL_CONFIG=conf))
        for label, port in self.ports.items():
            wait_listening(port, self.process, "postfix-" + label)

    @staticmethod
    def account_names():
        """The package's own accounts, or two that every Debian has."""
        try:
            return (pwd.getpwnam("postfix").pw_name,
                    grp.getgrnam("postdrop").gr_name)
        except KeyError:
            return pwd.getpwnam("uucp").pw_name, grp.getgrnam("news").gr_name

    def make_directories(self, owner):
        uid = pwd.getpwnam(owner).pw_uid
        os.mkdir(self.queue)
        for name in ("active", "bounce", "corrupt", "defer", "deferred",
                     "flush", "hold", "incoming", "private", "public",
                     "maildrop", "saved", "trace", "data", "pid"):
            path = os.path.join(self.queue, name)
            os.mkdir(path)
            os.chown(path, uid if name != "pid" else 0, -1)

    def write_main(self, conf, tree, sink_port, owner, group):
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": self.queue,
            "data_directory": self.queue + "/data",
            "daemon_directory": tree + "/usr/lib/postfix/sbin",
            "command_directory": tree + "/usr/sbin",
            "shlib_directory": tree + "/usr/lib/postfix",
            "meta_directory": conf,
            "mail_owner": owner,
            "setgid_group": group,
            "import_environment": "MAIL_CONFIG LD_LIBRARY_PATH PATH",
            "export_environment": "MAIL_CONFIG LD_LIBRARY_PATH PATH",
            "syslog_name": "spsmtpgate-bench",
            "myhostname": "bench.example",
            "mydestination": "",
            "mynetworks": "127.0.0.0/8",
            "inet_interfaces": HOST,
            "inet_protocols": "ipv4",
            "alias_maps": "",
            "local_recipient_maps": "",
            "relayhost": f"[{HOST}]:{sink_port}",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "message_size_limit": "0",
            "mailbox_size_limit": "0",
            "milter_default_action": "tempfail",
        }
        with open(os.path.join(conf, "main.cf"), "w") as f:
            f.writelines(f"{k} = {v}\n" for k, v in settings.items())

    def queued(self):
        return sum(len(files) for name in ("incoming", "active", "deferred")
                   for _, _, files in os.walk(os.path.join(self.queue, name)))

    def settle(self):
        for attempt in range(3000):
            if self.queued() == 0:
                return
            time.sleep(0.01)
        raise Failed(f"postfix: {self.queued()} messages stay in the queue")


class PostfixPort:
    """One smtpd of the one Postfix, used like a system of its own."""

    def __init__(self, postfix, label):
        self.name = "postfix-" + label
        self.port = postfix.ports[label]
        self.account = postfix.account
        self.settle = postfix.settle


# Reading /proc and strace

def comm(pid):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/comm") as f:
            return f.read().strip()
    return ""


def cmdline(pid):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/cmdline") as f:
            return f.read().split("\0")
    return []


def smaps(pid):
    """KiB by field, of the whole process."""
    with open(f"/proc/{pid}/smaps_rollup") as f:
        rows = [line.split() for line in f][1:]
    return {row[0].rstrip(":"): int(row[1]) for row in rows}


def peak_memory(system, mib):
    """PSS and anonymous memory, sampled while one mail passes (KiB)."""
    system.settle()
    before = system.account.pids()
    peak = {"Pss": 0, "Anonymous": 0}
    stop = threading.Event()

    def watch(pid):
        while not stop.is_set():
            with contextlib.suppress(OSError):
                now = smaps(pid)
                for key in peak:
                    peak[key] = max(peak[key], now[key])
            time.sleep(0.001)

    block = (b"X" * 78 + b"\r\n") * 800
    with socket.create_connection((HOST, system.port), 60) as s:
        stream = s.makefile("rb")
        expect(stream, b"220")
        pid, = system.account.pids() - before
        thread = threading.Thread(target=watch, args=(pid,))
        thread.start()
        try:
            for line in (b"HELO bench.example", b"MAIL FROM:<a@bench.example>",
                         b"RCPT TO:<b@bench.example>", b"DATA"):
                s.sendall(line + b"\r\n")
                expect(stream, b"3" if line == b"DATA" else b"2")
            s.sendall(b"Subject: peak\r\n\r\n")
            for _ in range(mib * MIB // len(block)):
                s.sendall(block)
            s.sendall(b".\r\n")
            expect(stream, b"250")
        finally:
            stop.set()
            thread.join()
        s.sendall(b"QUIT\r\n")
        stream.readline()
    return {f"peak {mib}": peak["Pss"], f"anonymous {mib}": peak["Anonymous"]}


def expect(stream, code):
    line = stream.readline()
    if not line.startswith(code):
        raise Failed(f"unexpected reply {line!r}")


def strace_total(path):
    with open(path) as f:
        for line in f:
            if line.rstrip().endswith(" total"):
                return int(re.split(r"\s+", line.strip())[3])
    raise Failed("strace gave no total")
