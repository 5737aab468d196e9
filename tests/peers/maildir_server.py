#!/usr/bin/python3
"""maildir_server.py - a mail server that stores what it gets in a Maildir

    maildir_server.py [-p PORT] [-P] MAILDIR

A backend for the gate, on aiosmtpd (Debian: python3-aiosmtpd). Listens on
127.0.0.1, and on a free port unless told which; prints `127.0.0.1 PORT` as
soon as it accepts connections. It takes every sender and recipient. With -P
each connection begins with a PROXY header, or is closed.

Each mail becomes one file, the Maildir way: written to tmp/ and synced, then
renamed to new/, so a file in new/ is always whole. On top of the mail come
the envelope, as a Return-Path field and one Delivered-To for each recipient;
line ends are LF, as usual in a Maildir. The reply names the file.

Ends on SIGTERM or SIGINT with status 0. Nothing is removed.
"""

import argparse
import asyncio
import os
import signal
import time

from aiosmtpd.smtp import SMTP


class Maildir:
    """Handler for aiosmtpd: deliver to one Maildir."""

    def __init__(self, path):
        self.path = path
        self.count = 0
        for name in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(path, name), exist_ok=True)

    def deliver(self, data):
        """Returns the name of the file."""
        self.count += 1
        name = f"{time.time():.6f}.{os.getpid()}_{self.count}.backend.example"
        tmp = os.path.join(self.path, "tmp", name)
        with open(tmp, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(tmp, os.path.join(self.path, "new", name))
        return name

    async def handle_PROXY(self, _server, _session, _envelope, _header):
        return True

    async def handle_DATA(self, _server, _session, envelope):
        sender = envelope.mail_from.strip("<>")    # the empty one is "<>"
        head = f"Return-Path: <{sender}>\n"
        for address in envelope.rcpt_tos:
            head += f"Delivered-To: {address}\n"
        content = envelope.content.replace(b"\r\n", b"\n")
        try:
            name = self.deliver(head.encode("utf-8", "surrogateescape")
                                + content)
        except OSError as error:
            return f"451 4.3.0 cannot store the mail: {error.strerror}"
        return f"250 2.0.0 stored as {name}"


async def serve(path, port, proxy):
    loop = asyncio.get_running_loop()
    maildir = Maildir(path)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(maildir, hostname="backend.example",
                     ident="Maildir server", enable_SMTPUTF8=True, loop=loop,
                     proxy_protocol_timeout=10 if proxy else None),
        "127.0.0.1", port)
    print(*server.sockets[0].getsockname(), flush=True)
    await stop.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(
        description="a mail server that stores what it gets in a Maildir",
        usage="maildir_server.py [-p PORT] [-P] MAILDIR")
    parser.add_argument("-p", dest="port", type=int, default=0)
    parser.add_argument("-P", dest="proxy", action="store_true")
    parser.add_argument("maildir")
    args = parser.parse_args()
    asyncio.run(serve(args.maildir, args.port, args.proxy))


if __name__ == "__main__":
    main()
