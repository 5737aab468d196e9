"""What the private world of lib/common.py has for all: a name server on
127.0.0.1 that knows what a dict says, and a syslog.

The dict: (name, type) -> list of values, or a function that returns one, None
for no answer, the number of an error, or TRUNCATED.  What is not in there does
not exist.
"""

import os
import socket
import struct
import threading

TRUNCATED = 0x200
TYPES = {1: "A", 5: "CNAME", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA",
    52: "TLSA"}
queries = []			# that came: (name, type)


def nameserver(zone):
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind(("127.0.0.1", 53))

	def serve():
		while True:
			query, peer = s.recvfrom(4096)
			try:
				reply = answer(zone, query)
				if reply:
					s.sendto(reply, peer)
			except (IndexError, OSError, struct.error):
				pass
	threading.Thread(target=serve, daemon=True).start()


def encoded(name):
	return b"".join(bytes([len(p)]) + p.encode() for p in
	    name.strip(".").split(".") if p) + b"\0"


def answer(zone, query):
	labels, at = [], 12
	while query[at]:
		labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
		at += 1 + query[at]
	kind = struct.unpack(">H", query[at + 1:at + 3])[0]
	name = ".".join(labels).lower()
	queries.append((name, TYPES.get(kind)))
	records = []			# owner, type, data
	owner, exists = b"\xc0\x0c", any(n == name for n, _ in zone)
	for target in zone.get((name, "CNAME"), []):
		records.append((owner, 5, encoded(target)))
		owner, name, exists = encoded(target), target, True
	values = zone.get((name, TYPES.get(kind)), [])
	if callable(values):
		values = values()
	if values is None:
		return None
	flags = 0x8580 | (0 if exists else 3)
	if isinstance(values, int):
		flags, values = 0x8580 | values, []
	flags |= query[3] & 0x20	# all is signed, for those who ask (RFC 6840)
	for v in values:
		kindname = TYPES[kind]
		if kindname == "A":
			data = socket.inet_pton(socket.AF_INET, v)
		elif kindname == "AAAA":
			data = socket.inet_pton(socket.AF_INET6, v)
		elif kindname == "TXT":
			raw = v.encode()
			data = b"".join(bytes([len(raw[i:i + 255])]) +
			    raw[i:i + 255] for i in range(0, len(raw), 255))
		elif kindname == "TLSA":
			data = bytes.fromhex(v)
		elif kindname == "MX":
			data = struct.pack(">H", 10) + encoded(v)
		else:
			data = encoded(v)
		records.append((owner, kind, data))
	return (query[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) +
	    query[12:at + 5] + b"".join(owner + struct.pack(">HHIH", kind, 1,
	    60, len(data)) + data for owner, kind, data in records))


class Syslog:
	"""/dev/log as a list of lines."""
	def __init__(self):
		self.lines = []
		self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		self.sock.bind("/dev/log")
		os.chmod("/dev/log", 0o666)
		threading.Thread(target=self.serve, daemon=True).start()

	def serve(self):
		while True:
			self.lines.append(self.sock.recv(65536).decode("latin-1"))

	def text(self, since=0):
		return "\n".join(self.lines[since:])

	def mark(self):
		return len(self.lines)
