#!/usr/bin/python3
"""say.py - hold an SMTP dialogue from a script and print both directions

    say.py [-t SECONDS] HOST PORT [SCRIPT]

The script (a file, or standard input) is the dialogue as it should go:

    S: 220
    C: MAIL FROM:<a@example.org>
    S: 250
    C: RCPT TO:<b@example.net>
    S: 550 5.7.1

A line `C: text` is sent with CRLF at its end, as it is: a dot is not doubled,
and the line after it does not wait for anything. That is how pipelining and
mail data are written. A line `S: prefix` waits for one reply, of one line or
several, and each of its lines must begin with the code and the last one with
the whole prefix. `S: EOF` waits for the server to hang up. Empty lines and
lines that begin with # are skipped.

What was said is printed in the same form, with unprintable bytes escaped.

Status: 0 when all went as written, 1 when a reply was another one or did not
come, 2 for a script or an option that makes no sense. Without -t each reply
may take 30 seconds.
"""

import argparse
import socket
import sys


class Unexpected(Exception):
    """The server did something else than the script says."""


class BadScript(Exception):
    """There is a line that is neither to be said nor to be heard."""


def show(who, line):
    text = "".join(chr(b) if 32 <= b < 127 else "\\x%02x" % b for b in line)
    print(f"{who}: {text}", flush=True)


def script_read(file):
    """The steps of a script, as pairs (who, bytes)."""
    steps = []
    for number, line in enumerate(file, 1):
        line = line.rstrip(b"\r\n")
        if not line or line.startswith(b"#"):
            continue
        who, text = line[:2], line[3:]
        if who not in (b"C:", b"S:") or line[2:3] not in (b" ", b""):
            raise BadScript(f"line {number}: expected 'C: ...' or 'S: ...'")
        if who == b"S:" and text != b"EOF" and not text[:3].isdigit():
            raise BadScript(f"line {number}: expected a reply code or EOF")
        steps.append((who, text))
    return steps


def line_read(stream):
    """One line without its end, None at the end of the stream."""
    try:
        line = stream.readline()
    except socket.timeout:
        raise Unexpected("no reply in time") from None
    except OSError as error:
        raise Unexpected(f"connection lost: {error.strerror}") from None
    if not line:
        return None
    line = line.rstrip(b"\r\n")
    show("S", line)
    return line


def reply_expect(stream, prefix):
    """Read one reply, all lines of it."""
    while True:
        line = line_read(stream)
        if prefix == b"EOF":
            if line is None:
                return
            raise Unexpected("expected the end of the connection")
        if line is None:
            raise Unexpected(f"connection closed, expected {prefix.decode()}")
        last = line[3:4] != b"-"
        if not line.startswith(prefix if last else prefix[:3]):
            raise Unexpected(f"expected {prefix.decode()}")
        if last:
            return


def converse(host, port, seconds, steps):
    with socket.create_connection((host, port), seconds) as sock:
        stream = sock.makefile("rb")
        queued = b""
        for who, text in steps:
            if who == b"C:":
                queued += text + b"\r\n"
                show("C", text)
                continue
            try:
                sock.sendall(queued)
            except OSError:
                pass    # what the server said before it left is still there
            queued = b""
            reply_expect(stream, text)
        sock.sendall(queued)


def main():
    parser = argparse.ArgumentParser(
        description="hold an SMTP dialogue from a script",
        usage="say.py [-t SECONDS] HOST PORT [SCRIPT]")
    parser.add_argument("-t", dest="seconds", type=float, default=30)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("script", nargs="?")
    args = parser.parse_args()
    try:
        if args.script:
            with open(args.script, "rb") as file:
                steps = script_read(file)
        else:
            steps = script_read(sys.stdin.buffer)
        converse(args.host, args.port, args.seconds, steps)
    except (Unexpected, OSError) as error:
        print(f"say.py: {error}", file=sys.stderr)
        return 1
    except BadScript as error:
        print(f"say.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
