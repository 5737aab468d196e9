"""Mails that show what became of their octets."""

import re

from common import Fail, message, show, true

ADDED = {b"return-path", b"x-original-to", b"delivered-to", b"received",
    b"envelope-to", b"delivery-date"}


def below(stored):
	"""The mail as the client sent it, from what a server stored: without the
	fields that servers put on top, all of them known, and with the line ends
	of the wire."""
	at = stored.find(b"X-Top: here\n")
	true("the top of the mail", at >= 0, stored)
	for line in stored[:at].split(b"\n")[:-1]:
		if line[:1] not in b" \t":
			name = line.split(b":")[0].lower()
			true("a field that only a server adds", name in ADDED,
			    line)
	return stored[at:].replace(b"\n", b"\r\n")


def mail(subject, body, extra=b""):
	return b"X-Top: here\r\n" + message(subject, body, extra)


HARD = mail("hard", b"".join((
    b"\r\n",				# empty lines first and last
    b".\r\n", b"..\r\n", b"...\r\n", b".x\r\n", b". \r\n", b" .\r\n",
    b"trailing blanks  \t \r\n", b"\tleading tab\r\n",
    b"From the start of a line\r\n",
    b">From quoted\r\n",
    bytes(range(0xa0, 0x100)) + b"\r\n",
    "Gr\u00fc\u00dfe \u2713 \U0001f4e7\r\n".encode(),
    b"x" * 996 + b"\r\n", b"." * 500 + b"\r\n",
    b"QUIT\r\nRSET\r\nMAIL FROM:<evil@example.net>\r\n",
    b"\r\n", b"\r\n")), (b"X-Folded: one\r\n two\r\n\tthree\r\nX-Empty:\r\n"
    b"x-lower:no blank after the colon\r\nX-Blanks:    many   \r\n"
    b"X-8bit: \xe4\xf6\xfc\r\n"))


def same_bytes(what, got, expected):
	if got == expected:
		return
	for n, (a, b) in enumerate(zip(got, expected)):
		if a != b:
			break
	else:
		n = min(len(got), len(expected))
	raise Fail("%s: differs at byte %d\n  expected: ...%s\n  got:      ...%s"
	    % (what, n, show(expected[max(0, n - 60):n + 100]),
	    show(got[max(0, n - 60):n + 100])))


def wire(data, c):
	"""The filter saw the bytes that the client sent."""
	head, body = c.message()
	parts = data.split(b"\r\n\r\n", 1)
	same_bytes("the body as the filter saw it", body, parts[1])
	text = b"".join(name + b":" + (b"" if value[:1] in b"\t\n" else b" ") +
	    value.replace(b"\n", b"\r\n") + b"\r\n" for name, value in head)
	# One blank after the colon, or none, is the same to it.
	same_bytes("the header as the filter saw it", re.sub(rb"(?m)^([\w-]+): ?",
	    rb"\1: ", text), re.sub(rb"(?m)^([\w-]+): ?", rb"\1: ",
	    parts[0] + b"\r\n"))
