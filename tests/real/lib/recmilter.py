"""A filter that records every packet, spoken from scratch.

The wire format is that of libmilter's peers: length (32 bit, big-endian, counts
the command byte), command byte, payload.  Strings end in NUL.  Written from the
protocol and not from any library or from the gate, so that an error in either
shows.  One thread per connection; nothing is answered but CONTINUE unless
told otherwise:

	m = RecMilter()				or RecMilter("/run/t/filter.sock")
	m.number				its port
	m.replies["R"] = [b"y550 5.7.1 no\\0"]	instead of CONTINUE
	m.edits = [b"hX-Seen\\0 yes\\0"]		before the reply to E
	m.connections[0].events			list of Event, in order

Anything that breaks the framing or the shape of a payload lands in
m.errors, which a test can expect to be empty.
"""

import os
import socket
import struct
import threading

from common import once, port

CURRENT_ACTIONS = 0x1ff
CURRENT_PROTOCOL = 0x1fffff
LEADSPC = 0x100000
NOREPLY = {"C": 0x1000, "H": 0x2000, "M": 0x4000, "R": 0x8000, "T": 0x10000,
    "U": 0x20000, "N": 0x40000, "B": 0x80000, "L": 0x80}


class Event:
	"""One command: its byte, its decoded payload, the macros before it."""
	def __init__(self, cmd, value, macros):
		self.cmd = cmd
		self.value = value
		self.macros = macros

	def __repr__(self):
		return "%s %r %r" % (self.cmd, self.value, self.macros)


class Connection:
	def __init__(self):
		self.events = []
		self.offer = None	# (version, actions, protocol)
		self.ended = None	# "quit" or "eof"

	def of(self, cmd):
		return [e for e in self.events if e.cmd == cmd]

	def message(self):
		"""Headers and body of the last message, as wire bytes."""
		head, body = [], b""
		for e in self.events:
			if e.cmd == "M":
				head, body = [], b""
			elif e.cmd == "L":
				head.append(e.value)
			elif e.cmd == "B":
				body += e.value
		return head, body


class RecMilter:
	def __init__(self, path=None, actions=CURRENT_ACTIONS, protocol=0,
	    version=6, symlists=b""):
		self.connections = []
		self.errors = []
		self.replies = {}
		self.edits = []
		self.negotiation = struct.pack(">III", version, actions,
		    protocol) + symlists
		self.protocol = protocol
		if path:
			self.sock = socket.socket(socket.AF_UNIX)
			self.sock.bind(path)
			os.chmod(path, 0o666)
			self.sock.listen(64)
		else:
			self.number = port()
			self.sock = socket.create_server(("127.0.0.1",
			    self.number), backlog=64)
		threading.Thread(target=self.accept, daemon=True).start()

	def accept(self):
		while True:
			s, _ = self.sock.accept()
			c = Connection()
			self.connections.append(c)
			threading.Thread(target=self.guard, args=(s, c),
			    daemon=True).start()

	def guard(self, s, c):
		try:
			self.serve(s, c)
		except (ValueError, IndexError, struct.error) as e:
			self.errors.append("%s: %s after %r" %
			    (type(e).__name__, e, c.events))
		except OSError as e:
			self.errors.append("socket: %s" % e)
		finally:
			c.ended = c.ended or "eof"
			s.close()

	def serve(self, s, c):
		macros = {}
		while True:
			head = self.exactly(s, 4, True)
			if not head:
				return
			length = struct.unpack(">I", head)[0]
			if not 1 <= length <= 65536:
				raise ValueError("packet of %d bytes" % length)
			packet = self.exactly(s, length)
			cmd, payload = chr(packet[0]), packet[1:]
			if cmd == "D":
				stage, pairs = self.macro(payload)
				macros[stage] = pairs
				continue
			event = Event(cmd, self.decode(cmd, payload),
			    macros.pop(cmd, {}))
			c.events.append(event)
			if cmd == "O":
				c.offer = event.value
				self.put(s, b"O" + self.negotiation)
			elif cmd == "Q":
				c.ended = "quit"
				return
			elif cmd == "A":
				pass
			elif self.protocol & NOREPLY.get(cmd, 0) == 0:
				for e in self.edits if cmd == "E" else ():
					self.put(s, e)
				queue = self.replies.get(cmd)
				self.put(s, queue.pop(0) if queue else b"c")

	@staticmethod
	def put(s, packet):
		s.sendall(struct.pack(">I", len(packet)) + packet)

	@staticmethod
	def exactly(s, n, first=False):
		data = b""
		while len(data) < n:
			got = s.recv(n - len(data))
			if not got:
				if first and not data:
					return b""
				raise ValueError("end of file inside a packet")
			data += got
		return data

	@staticmethod
	def strings(payload):
		if payload[-1:] != b"\0":
			raise ValueError("no NUL at the end of %r" % payload)
		return payload[:-1].split(b"\0")

	def macro(self, payload):
		stage = chr(payload[0])
		parts = self.strings(payload[1:])
		if len(parts) % 2:
			raise ValueError("macro without value: %r" % payload)
		pairs = dict(zip([p.decode() for p in parts[::2]],
		    [p.decode("utf-8", "surrogateescape") for p in parts[1::2]]))
		for name, value in pairs.items():
			if value == "":
				raise ValueError("empty macro %s" % name)
			if len(name.strip("{}")) == 1 and name[0] == "{":
				raise ValueError("one letter in braces: " + name)
			if len(name) > 1 and (name[0], name[-1]) != ("{", "}"):
				raise ValueError("name without braces: " + name)
		return stage, pairs

	def decode(self, cmd, payload):
		if cmd == "O":
			if len(payload) != 12:
				raise ValueError("negotiation of %d bytes" %
				    len(payload))
			return struct.unpack(">III", payload)
		if cmd == "C":
			host, rest = payload.split(b"\0", 1)
			family = chr(rest[0])
			if family == "U":
				if rest[1:]:
					raise ValueError("U with an address")
				return host.decode(), "U", None, None
			number = struct.unpack(">H", rest[1:3])[0]
			if rest[-1:] != b"\0" or b"\0" in rest[3:-1]:
				raise ValueError("CONNECT address %r" % rest)
			return (host.decode(), family, number, rest[3:-1].decode())
		if cmd in "HU":
			parts = self.strings(payload)
			if len(parts) != 1:
				raise ValueError("%s: %r" % (cmd, payload))
			return parts[0]
		if cmd in "MR":
			return self.strings(payload)
		if cmd == "L":
			parts = self.strings(payload)
			if len(parts) != 2:
				raise ValueError("header %r" % payload)
			return tuple(parts)
		if cmd == "B":
			if not payload:
				raise ValueError("empty body chunk")
			return payload
		if cmd in "TNEAQ":
			if payload:
				raise ValueError("%s with payload %r" % (cmd, payload))
			return None
		raise ValueError("unknown command %r" % cmd)


def recorder():
	"""One that only looks, for all tests of a program."""
	return once("recorder", RecMilter)
