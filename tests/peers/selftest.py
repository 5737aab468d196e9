#!/usr/bin/python3
"""The peers against each other, without a gate (prints TAP).

A harness that cannot find a fault passes everything, so most of these give a
peer something wrong and want to hear about it.
"""

import importlib.machinery
import importlib.util
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import backend
import client
import milter
import transcript
import wire
from suite import Skip, play

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def equal(got, wanted):
    assert got == wanted, "got %r, wanted %r" % (got, wanted)


def faulty(scene, text):
    assert any(text in f for f in scene.faults), \
        "no fault %r in %r" % (text, scene.faults)


def smtp(script, lines, one_byte=False):
    """A scripted client straight at a scripted backend."""
    scene = wire.Scene(one_byte)
    server = backend.Backend(scene, "B0", script)
    with tempfile.TemporaryDirectory() as directory:
        server.start(directory)
        sock = socket.create_connection(("127.0.0.1", server.listener.port))
        stream = wire.Stream(scene, "C", sock)
        try:
            client.Client(scene, lines, None).run(stream)
        except wire.Failed as e:
            scene.fault("C", str(e))
        stream.close()
        server.stop()
    return scene, server


def mta(script, packets):
    """Octets written to a scripted milter; returns what it answered."""
    scene = wire.Scene()
    server = milter.Milter(scene, "F0", script)
    with tempfile.TemporaryDirectory() as directory:
        server.start(directory)
        sock = socket.create_connection(("127.0.0.1", server.listener.port))
        stream = wire.Stream(scene, "G", sock)
        stream.send(b"".join(packets))
        stream.half_close()
        answer = stream.to_eof()
        stream.close()
        server.stop()
    return scene, server, answer


OFFER = milter.packet("O", struct.pack("!III", 6, 0x1ff, 0x1fffff))
CONNECT = milter.packet("C", b"[192.0.2.1]\x004\x10\x00192.0.2.1\0")
HELO = milter.packet("H", b"c.example\0")
MAIL = milter.packet("M", b"<a@x>\0")
RCPT = milter.packet("R", b"<b@y>\0")
END = [milter.packet("N"), milter.packet("E"), milter.packet("Q")]


@test
def escapes():
    equal(wire.unescape(r"a\r\n\0\t\\\x41"), b"a\r\n\0\t\\A")
    equal(wire.unescape(r"\{3*ab}c\{2*\{2*x}\r\n}"), b"abababcxx\r\nxx\r\n")
    equal(wire.escape(b"a\r\n\0\\\xff"), "a\\r\\n\\x00\\\\\\xff")
    equal(wire.unescape(wire.escape(bytes(range(256)))), bytes(range(256)))


@test
def patterns():
    assert wire.pattern("503 5.5.1 *").match("503 5.5.1 any")
    assert not wire.pattern("503 5.5.1 *").match("503 5.5.10 any")
    assert wire.pattern("a<<[0-9]+>>.b").match("a12.b")
    assert not wire.pattern("a.b").match("axb")


@test
def lists():
    equal(wire.match_lines(["a", "...", "c"], ["a", "b", "b", "c"]), None)
    equal(wire.match_lines(["a", "c"], ["a", "b"]), 1)
    equal(wire.match_lines(["...", "x"], ["a", "b"]), 1)
    equal(wire.match_lines(["a"], ["a", "b"]), 1)


@test
def stray_octets_are_found():
    equal(wire.strays(b"a\r\nb\r\n"), [])
    for bad in (b"a\rb", b"a\nb", b"\n", b"\0", b"a\r\r\n", b"a\r"):
        assert wire.strays(bad), bad


@test
def a_table_makes_cases():
    with tempfile.NamedTemporaryFile("w", suffix=".t") as f:
        f.write("# why\n== client\n> ${TEXT}\n< ${REPLY}\n== table\n"
            "case | TEXT | REPLY\none | A | 250 a // 250 b\ntwo |  | 500\n")
        f.flush()
        one, two = transcript.load(f.name)
    equal(one.part("client"), ["> A", "< 250 a", "< 250 b"])
    equal(two.part("client"), ["< 500"])
    assert one.name.endswith("[one]")


@test
def a_case_must_say_why():
    with tempfile.NamedTemporaryFile("w", suffix=".t") as f:
        f.write("== client\n")
        f.flush()
        try:
            transcript.load(f.name)
        except ValueError:
            return
    raise AssertionError("accepted a file without its reason")


@test
def mail_from_client_to_backend():
    for one_byte in (False, True):
        scene, server = smtp([], ["@ehlo", "@mail", "> DATA", "< 354 *",
            r">> Subject: t\r\n\r\n..dot\r\n.\r\n", "< 250 2.0.0 queued as 1",
            "@quit"], one_byte)
        equal(scene.faults, [])
        equal(server.mails, [b"Subject: t\r\n\r\n..dot\r\n"])
        equal(server.saw, ["(connect)", "EHLO c.example", "MAIL FROM:<a@x>",
            "RCPT TO:<b@y>", "DATA", "(mail 1)", "QUIT", "(we closed)"])


@test
def backend_ends_a_mail_at_crlf_only():
    scene, server = smtp([], ["@ehlo", "@mail", "> DATA", "< 354 *",
        r">> a\n.\nb\n.\r\nc\r\n. \r\n.\r\r\n\r\n.\r\n", "!reply 250",
        "@quit"])
    equal(server.mails, [b"a\n.\nb\n.\r\nc\r\n. \r\n.\r\r\n\r\n"])
    faulty(scene, "must not reach a server")
    faulty(scene, "look like the final dot")


@test
def backend_notices_pipelined_data():
    # The reply to RCPT waits until DATA has come.
    scene, _ = smtp(["RCPT:", "    !await 1", "    250 ok"], ["@ehlo",
        "> MAIL FROM:<a@x>", "!reply 250", "> RCPT TO:<b@y>", "> DATA",
        "!reply 250", "!reply 354", ">> .\\r\\n", "!reply 250", "@quit"])
    faulty(scene, "DATA in one group")


@test
def backend_notices_early_talk():
    scene, _ = smtp(["offer SIZE", "MAIL:", "    !await 1", "    250 ok"],
        ["@ehlo", "> MAIL FROM:<a@x>", "> RCPT TO:<b@y>", "!reply 250",
        "!reply 250", "@quit"])
    faulty(scene, "pipelined, not offered")


@test
def backend_refuses_commands_out_of_order():
    scene, _ = smtp([], ["@ehlo", "> RCPT TO:<b@y>", "!reply 503",
        "> DATA", "!reply 503", "@mail", "> MAIL FROM:<c@x>", "!reply 503",
        "@quit"])
    for verb in ("RCPT", "DATA", "MAIL"):
        faulty(scene, verb + " out of order")


@test
def backend_follows_its_script():
    scene, server = smtp(["RCPT#2 <c@y>:", "    550-5.1.1 no",
        "    550 5.1.1 such user", "body: !close"], ["@ehlo", "@mail",
        "> RCPT TO:<c@y>", "< 550-5.1.1 no", "< 550 5.1.1 such user",
        "> DATA", "!reply 354", ">> .\\r\\n", "!eof"])
    equal(scene.faults, [])
    equal(server.mails, [b""])
    equal(server.unused(), [])


@test
def backend_records_a_cut_mail():
    _, server = smtp([], ["@ehlo", "@mail", "> DATA", "!reply 354",
        ">> half", "!close"])
    equal(server.mails, [])
    assert server.saw[-2:-1] == ["(data cut 4)"], server.saw


@test
def client_compares():
    for line in ("< 221 other", "!reply 250", "!ehlo be.example; X"):
        scene, _ = smtp([], ["< 220 be.example ESMTP", "> QUIT", line])
        faulty(scene, "client: expected")
    scene, _ = smtp(["connect: 220 be.example ESMTP\\r\\n250 more"],
        ["< 220 be.example ESMTP", "> QUIT", "< 221 2.0.0 bye"])
    faulty(scene, "got      250 more")


@test
def client_notices_what_comes_after_the_end():
    scene, _ = smtp(["QUIT:", "    221 bye", "    !raw more", "    !close"],
        ["< 220 be.example ESMTP", "> QUIT", "< 221 bye"])
    faulty(scene, "expected the end")


@test
def milter_answers():
    scene, server, answer = mta(["RCPT <b@y>: reply 550 5.7.1 no",
        "EOM:", "    addheader X-A|v", "    accept"],
        [OFFER, CONNECT, HELO, MAIL, RCPT, RCPT, *END])
    equal(server.saw, ["OPTNEG 6 1ff 1fffff",
        "CONNECT [192.0.2.1] 4 4096 192.0.2.1", "HELO c.example",
        "MAIL <a@x>", "RCPT <b@y>", "RCPT <b@y>", "EOH", "EOM", "QUIT",
        "(eof)"])
    assert answer.endswith(b"\0\0\0\x01c" + milter.packet("h", b"X-A\0v\0")
        + milter.packet("a")), answer
    equal(answer.count(milter.packet("y", b"550 5.7.1 no\0")), 2)


@test
def milter_finds_protocol_errors():
    bad = {
        "libmilter would not answer": [HELO, RCPT],
        "although switched off": [CONNECT, HELO],
        "empty macro": [milter.packet("D", b"Ci\0\0"), CONNECT],
        "malformed macros": [milter.packet("D", b"Ci\0"), CONNECT],
        "macro name": [milter.packet("D", b"Cabc\0v\0"), CONNECT],
        "another command came": [milter.packet("D", b"Ci\0v\0"), MAIL],
        "packet of 0 octets": [b"\0\0\0\0"],
        "command 'K'": [milter.packet("K")],
        "empty BODY": [CONNECT, MAIL, RCPT, milter.packet("N"),
            milter.packet("B")],
        "without brackets": [CONNECT, milter.packet("M", b"a@x\0")],
        "without NUL": [CONNECT, milter.packet("M", b"<a@x>")],
        "line ends of a header": [CONNECT, MAIL, RCPT,
            milter.packet("L", b"A\0b\r\n c\0")],
        "payload where none": [CONNECT, MAIL, RCPT, milter.packet("N", b"x")],
        "packet cut": [b"\0\0"],
    }
    for text, packets in bad.items():
        scene, _, _ = mta(["protocol NOHELO"] if "off" in text else [],
            [OFFER, *packets])
        faulty(scene, text)


@test
def milter_knows_what_libmilter_forgets():
    """After a final answer nothing of the message may come, not even ABORT."""
    for more in (milter.packet("A"), milter.packet("T"), milter.packet("N")):
        scene, _, _ = mta(["MAIL: accept"], [OFFER, CONNECT, HELO, MAIL, more,
            MAIL])
        faulty(scene, "libmilter would not answer")
    scene, _, _ = mta([], [OFFER, CONNECT, HELO, MAIL, RCPT, *END[:2],
        milter.packet("A"), MAIL])
    faulty(scene, "ABORT after EOM")


@test
def milter_notices_impatience():
    scene = wire.Scene()
    server = milter.Milter(scene, "F0", ["MAIL: wait late", "    continue"])
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=server.serve,
        args=(wire.Stream(scene, "F0", theirs), 1))
    thread.start()
    stream = wire.Stream(scene, "G", ours)
    stream.send(OFFER + CONNECT + HELO)
    stream.exactly(5)
    stream.send(MAIL + RCPT)
    scene.signal("G", "late")
    stream.half_close()
    thread.join()
    stream.close()
    faulty(scene, "a command came before the answer to MAIL")


@test
def rules_that_never_apply_are_known():
    _, server = smtp(["VRFY: 252 no"], ["@greet", "@quit"])
    equal(len(server.unused()), 1)


@test
def logs_are_read():
    equal(transcript.parse_log('mail id=1 reply="2.0.0 a \\"b\\"" to=<x@y>'),
        ("mail", {"id": "1", "reply": '2.0.0 a "b"', "to": "<x@y>"}))


@test
def fields_are_split():
    equal(transcript.fields_of(b"A: b\r\n c\r\nD :e\r\n\r\nbody\r\n"),
        ([(b"A", b" b\n c"), (b"D", b"e")], b"body\r\n"))
    equal(transcript.fields_of(b"no header\r\n"), ([], b"no header\r\n"))
    equal(transcript.unstuff(b"..a\r\nb\r\n..\r\n"), b".a\r\nb\r\n.\r\n")


@test
def runner_reads_tap():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
        "run")
    loader = importlib.machinery.SourceFileLoader("run", path)
    run = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("run", loader))
    loader.exec_module(run)

    def states(text, status=0):
        return [s for _, s, _ in run.read_tap("p", text, status)]

    equal(states("1..2\nok 1 - a\nok 2 - b # SKIP no\n"), ["ok", "skipped"])
    equal(states("# why\nnot ok 1 - a\n# more\nok 2\n1..2\n", 1),
        ["failed", "ok"])
    equal(run.read_tap("p", "# why\nnot ok 1 - a\n# more\nok 2 - b\n1..2\n",
        1)[0], ("p: a", "failed", "  # why\n  # more"))
    # What dies early, says nothing or exits badly has failed.
    equal(states("1..2\nok 1 - a\n"), ["ok", "failed"])
    equal(states("ok 1 - a\n", 1), ["ok", "failed"])
    equal(states(""), ["failed"])
    equal(states("1..0 # SKIP no root\n"), ["skipped"])
    equal(states("Segmentation fault\n", -11), ["failed"])


@test
def recfilter_records():
    """The libmilter filter against a small MTA side of its own."""
    program = transcript.recfilter()
    if not program:
        raise Skip("recfilter is not built")
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "s")
        record = os.path.join(directory, "log")
        process = subprocess.Popen([program, "-p", "unix:" + path, "-o",
            record, "-m", "i j", "-a", "rcpt/<bad@y>=550 5.7.1 no|really",
            "-e", "addheader X-A|v", "-e", "replacebody new\\r\\n", "-e",
            "quarantine why"], stdout=subprocess.PIPE)
        try:
            equal(process.stdout.readline(), b"ready\n")
            talk_to_recfilter(path)
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()
        with open(record, encoding="utf-8") as f:
            got = f.read().splitlines()
    equal(got, ["negotiate 1ff 1fffff",
        "connect [192.0.2.1] 192.0.2.1 4096", "helo c.example",
        "mail <a@x> SIZE=5", "  macros i=ID1", "rcpt <b@y>",
        "  macros i=ID1", "rcpt <bad@y>", "  macros i=ID1",
        "header Subject|t", "  macros i=ID1", "eoh", "  macros i=ID1",
        "body 5", "  macros i=ID1", "eom body 5 a430d84680aabd0b",
        "  macros i=ID1", "close"])


def talk_to_recfilter(path):
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(path)
    stream = wire.Stream(wire.Scene(), "G", sock)

    def ask(*packets):
        stream.send(b"".join(packets))
        length = struct.unpack("!I", stream.exactly(4))[0]
        return stream.exactly(length)

    equal(ask(OFFER)[:1], b"O")
    equal(ask(CONNECT), b"c")
    equal(ask(HELO), b"c")
    equal(ask(milter.packet("D", b"Mi\0ID1\0"), milter.packet("M",
        b"<a@x>\0SIZE=5\0")), b"c")
    equal(ask(RCPT), b"c")
    equal(ask(milter.packet("R", b"<bad@y>\0")),
        b"y550-5.7.1 no\r\n550 5.7.1 really\0")
    equal(ask(milter.packet("L", b"Subject\0t\0")), b"c")
    equal(ask(milter.packet("N")), b"c")
    equal(ask(milter.packet("B", b"hello")), b"c")
    stream.send(milter.packet("E"))
    got = []
    while not got or got[-1] != b"c":
        got.append(stream.exactly(struct.unpack("!I", stream.exactly(4))[0]))
    equal(got, [b"hX-A\0v\0", b"bnew\r\n", b"qwhy\0", b"c"])
    stream.send(milter.packet("Q"))
    equal(stream.to_eof(), b"")
    stream.close()


if __name__ == "__main__":
    sys.exit(play(TESTS))
