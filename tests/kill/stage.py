"""What the cells of the kill matrix share: the mails, the listeners, the
configuration of the gate, a real server; see matrix.py.
"""

import os
import re
import socket
import ssl
import struct
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Read now: the user that plays the cells may not be able to.
with open(os.path.join(HERE, "..", "peers", "maildir_server.py"),
    encoding="utf-8") as f:
    REAL_SERVER = f.read()
try:
    with open(os.path.join(HERE, "..", "..", "spsmtpgate-tls"), "rb") as f:
        HELPER = f.read()
except FileNotFoundError:
    HELPER = None       # not built

HEADER = b"Subject: mail %d\r\nX-Long: folded\r\n over two lines\r\n"
ADDED = b"X-Kill: yes\r\n"


def text_of(octets, dots):
    """A body that shows where it was cut, of about that size."""
    line = b"%s %%06d of the mail\r\n" % (b".dot" if dots else b"line")
    return b"\r\n" + b"".join(line % n for n in range(octets // 24)) \
        + b"THE END\r\n"


class Variant:
    """What goes through the gate, and past whom."""

    def __init__(self, name, octets=200, dots=True, edits=None, offer="",
        backend="strict", in_check=True, deep=False, mails=1, chunks=False,
        tls=False):
        self.name = name
        self.edits = edits          # of the filter; None: there is no filter
        self.offer = offer.split()
        self.backend = backend
        self.in_check = in_check
        self.deep = deep            # three misfortunes, also in the check
        self.mails = mails          # in the session
        self.chunks = chunks        # BDAT instead of DATA
        self.tls = tls              # with the backend
        self.body = text_of(octets, dots)
        self.rcpts = [b"one@y", b"two@y"]
        self.sender = b"a@x"
        header, body, sender, rcpts = HEADER, self.body, b"a@x", \
            list(self.rcpts)
        for edit in edits or ():
            if edit == "header":
                header += ADDED
            elif edit == "body":
                body = b"\r\nanother body\r\n.\r\nTHE END\r\n"
            elif edit == "delete":
                rcpts.remove(b"two@y")
            elif edit == "add":
                rcpts.append(b"three@y")
            elif edit == "sender":
                sender = b"other@x"
        self.envelope = sender, rcpts
        self.wants = [re.sub(rb"(?m)^\.", b"..", header % n + body)
            for n in range(mails)]

    def text(self, n):
        """Mail number n as the client sends it."""
        text = HEADER % n + self.body
        return text if self.chunks else re.sub(rb"(?m)^\.", b"..", text)

    def edit_packets(self):
        packets = {"header": b"hX-Kill\0yes\0",
            "body": b"b" + b"another body\r\n.\r\nTHE END\r\n",
            "delete": b"-<two@y>\0", "add": b"+<three@y>\0",
            "sender": b"e<other@x>\0", "keep": b"qkeep it\0"}
        return b"".join(struct.pack("!I", len(packets[e])) + packets[e]
            for e in self.edits)


VARIANTS = [
    Variant("small", offer="PIPELINING", deep=True),
    Variant("replay", edits=["header", "delete"],
        offer="PIPELINING XCLIENT", deep=True),
    Variant("two mails", edits=["delete"], offer="PIPELINING", mails=2),
    Variant("chunks", edits=["header"], offer="PIPELINING", chunks=True),
    Variant("spilled", octets=200000, dots=False, edits=["header"]),
    Variant("lenient", octets=200000, backend="lenient", offer="PIPELINING"),
    Variant("lenient, TLS", octets=200000, backend="lenient",
        offer="PIPELINING", tls=True),
    Variant("real", backend="aiosmtpd"),
    Variant("lmtp", edits=["add"], backend="lmtp"),
    Variant("quarantine", edits=["header", "keep"], offer="PIPELINING"),
    Variant("small, no pipelining", in_check=False),
    Variant("replay, no pipelining", edits=["sender", "delete"],
        in_check=False),
    Variant("one recipient more", edits=["add"], offer="PIPELINING",
        in_check=False),
    Variant("another body", edits=["body"], offer="PIPELINING XCLIENT",
        in_check=False),
    Variant("filter without opinion", edits=[], offer="XCLIENT",
        in_check=False),
    Variant("spilled, dots", octets=200000, offer="PIPELINING",
        in_check=False),
    Variant("spilled, replay", octets=200000, dots=False,
        edits=["header", "sender"], offer="PIPELINING", in_check=False),
    Variant("lenient, small", backend="lenient", in_check=False),
    Variant("lenient, replay", octets=100000, backend="lenient",
        edits=["delete"], offer="PIPELINING", in_check=False),
    Variant("real, spilled, replay", octets=200000, backend="aiosmtpd",
        edits=["header", "delete"], in_check=False),
]


class Stage:
    """What the cells of one worker share: listeners, configuration, a real
    server."""

    def __init__(self, variant, directory):
        self.variant = variant
        self.dir = directory
        self.spool = os.path.join(directory, "spool")
        os.mkdir(self.spool)
        # Little room on the way, so that a long mail is under way for a while.
        self.backends = self.listen(small=True)
        self.door = self.listen()
        self.filters = self.listen()
        self.log = open(os.path.join(directory, "log"), "a+b", buffering=0)
        self.config = os.path.join(directory, "conf")
        with open(self.config, "w", encoding="ascii") as f:
            f.write("[Server]\nHostname = gate.example\nSpoolDir = %s\n"
                "SpoolMemory = 4K\n[Backend]\nServer0 = %s127.0.0.1:%d\n"
                "LmtpRecipients = 3\n"
                "ConnectRetry = 0\nIdentity = %s\n[MailFilter]\n" % (self.spool,
                "lmtp:" if variant.backend == "lmtp" else "",
                self.backends.getsockname()[1],
                "xclient" if "XCLIENT" in variant.offer else "none"))
            if variant.edits is not None:
                f.write('Filter0 = "S=inet:%d@127.0.0.1, F=T"\n'
                    % self.filters.getsockname()[1])
        self.context = self.helper = None
        if variant.tls:
            self.begin_tls()
        # Where somebody else than our own backend stores the mail.
        self.maildir = None
        if "keep" in (variant.edits or ()):
            self.maildir = os.path.join(directory, "kept")
            for name in ("", "tmp", "new", "cur"):
                os.mkdir(os.path.join(self.maildir, name))
            with open(self.config, "a", encoding="ascii") as f:
                f.write("Quarantine = maildir:%s\n" % self.maildir)
        self.real = None
        if variant.backend == "aiosmtpd":
            self.maildir = os.path.join(directory, "maildir")
            self.real = subprocess.Popen(["/usr/bin/python3", "-c",
                REAL_SERVER, self.maildir], stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL)
            words = self.real.stdout.readline().split()
            if len(words) != 2:
                raise OSError("aiosmtpd does not start")
            self.upstream = words[0].decode(), int(words[1])

    def begin_tls(self):
        """A certificate for the backend, and the resident helper."""
        pem, program, sock = (os.path.join(self.dir, name) for name in ("pem",
            "spsmtpgate-tls", "tls"))
        subprocess.run(["openssl", "req", "-x509", "-nodes", "-newkey", "ec",
            "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=be.example",
            "-keyout", pem, "-out", pem + ".crt"], check=True,
            stderr=subprocess.DEVNULL)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem + ".crt", pem)
        with open(program, "wb") as f:
            f.write(HELPER)
        os.chmod(program, 0o755)
        with open(self.config, "a", encoding="ascii") as f:
            f.write("[Backend]\nTLS0 = require\nTLSImplicit0 = yes\n[TLS]\n"
                "Helper = %s\nSocket = %s\n" % (program, sock))
        self.helper = subprocess.Popen([program, "-c", self.config])
        while not os.path.exists(sock) and self.helper.poll() is None:
            time.sleep(0.01)

    @staticmethod
    def listen(small=False):
        sock = socket.socket()
        if small:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        sock.bind(("127.0.0.1", 0))
        sock.listen(16)
        sock.setblocking(False)
        return sock

    def stored(self):
        """What lies in the Maildir, in the form of the backend's own; it is
        taken away."""
        found = []
        new = os.path.join(self.maildir, "new")
        for name in sorted(os.listdir(new)):
            with open(os.path.join(new, name), "rb") as f:
                lines = f.read().split(b"\n")
            os.unlink(os.path.join(new, name))
            sender, rcpts = b"", []
            while lines and lines[0].startswith((b"Return-Path: ",
                b"Delivered-To: ", b"X-Quarantine-")):
                word, _, value = lines.pop(0).partition(b": ")
                value = value.strip(b"<>")
                if word == b"Return-Path":
                    sender = value
                elif word in (b"Delivered-To", b"X-Quarantine-Recipient"):
                    rcpts.append(value)
            found.append((sender, rcpts, re.sub(rb"(?m)^\.", b"..",
                b"\r\n".join(lines))))
        return found

    def close(self):
        for sock in (self.backends, self.door, self.filters, self.log):
            sock.close()
        if self.helper:
            self.helper.terminate()
            self.helper.wait()
        if self.real:
            self.real.terminate()
            self.real.wait()
            self.real.stdout.close()
