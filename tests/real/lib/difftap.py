"""Relays that write down what passes: between an MTA and a filter, between
the gate and its server; and the sink where Postfix's mails end.

A relay changes nothing, with one exception: a Milter relay can put other
packets in place of a filter's answer, for answers that libmilter would not
write.  Everything here is spoken from scratch, from the protocols.
"""

import itertools
import os
import select
import socket
import struct
import threading
import time

clock = itertools.count()	# the order of what relays see
ANSWERED = "OCHMRTUNBEL"	# commands that a filter answers
FINAL = "cartdyOsf4"		# answers that end the wait for one
CLOSE = b""			# as an answer: the filter hangs up instead


def text(octets):
	"""Octets as one line of printable text, without loss."""
	out = []
	for c in octets:
		if c == 0x0a:
			out.append("\\n")
		elif c == 0x0d:
			out.append("\\r")
		elif c == 0x09:
			out.append("\\t")
		elif c == 0x5c:
			out.append("\\\\")
		elif 0x20 <= c < 0x7f:
			out.append(chr(c))
		else:
			out.append("\\x%02x" % c)
	return "".join(out)


class Ev:
	"""What a filter was sent.  cmd is the command's letter, "D" for macros
	(args[0] is the stage, pairs what they are), "eof" for the end without
	QUIT.  answer is the letter of the filter's last answer to it, said what
	came with it."""
	def __init__(self, cmd, args=(), pairs=None, data=None):
		self.cmd = cmd
		self.args = list(args)
		self.pairs = pairs
		self.data = data
		self.at = next(clock)
		self.answer = None	# what the MTA was told
		self.own = None		# what the filter itself said
		self.said = b""

	def lines(self):
		if self.cmd == "D":
			return ["macros %s" % self.args[0]] + ["    %s=%s" % p
			    for p in sorted(self.pairs.items())]
		return [" ".join([NAMES.get(self.cmd, self.cmd)] + self.args)]

	def __repr__(self):
		return " ".join(self.lines())


NAMES = {"O": "offer", "C": "connect", "H": "helo", "M": "mail", "R": "rcpt",
    "T": "data", "U": "unknown", "L": "header", "N": "eoh", "B": "body",
    "E": "eom", "A": "abort", "Q": "quit", "K": "quit-and-go-on"}


def strings(payload):
	"""The strings of a payload; what is not NUL-terminated shows."""
	parts = payload.split(b"\0")
	last = parts.pop()
	return [text(p) for p in parts] + ([text(last) + "(no NUL)"] if last
	    else [])


def decode(cmd, payload):
	"""An Ev of a packet; what is malformed shows in its text."""
	if cmd == "O" and len(payload) == 12:
		return Ev(cmd, ["%x" % n
		    for n in struct.unpack(">III", payload)])
	if cmd == "D" and payload:
		parts = strings(payload[1:])
		pairs = {}
		for name, value in zip(parts[::2], parts[1::2]):
			while name in pairs:
				name += "(again)"
			pairs[name] = value
		if len(parts) % 2:
			pairs[parts[-1]] = "(no value)"
		return Ev(cmd, [chr(payload[0])], pairs)
	if cmd == "C":
		host, _, rest = payload.partition(b"\0")
		args = [text(host), text(rest[:1])]
		if len(rest) > 3:
			args += [str(struct.unpack(">H", rest[1:3])[0])]
			args += strings(rest[3:])
		return Ev(cmd, args)
	if cmd in "HMRUL":
		return Ev(cmd, strings(payload), data=payload)
	if cmd == "B":
		return Ev(cmd, [str(len(payload))], data=payload)
	return Ev(cmd, [text(payload)] if payload else [])


class Relay:
	"""Listens at address, a path or (host, port), and connects what comes
	to target, likewise.  live are the connections that still stand."""
	def __init__(self, address, target):
		self.target = target
		self.live = []
		self.clear()
		self.sock = socket.socket(socket.AF_UNIX if
		    isinstance(address, str) else socket.AF_INET)
		self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		self.sock.bind(address)
		if isinstance(address, str):
			os.chmod(address, 0o666)
		self.sock.listen(64)
		threading.Thread(target=self.accept, daemon=True).start()

	def clear(self):
		"""Forget what was; what still stands must not stay."""
		self.connections = []
		left, self.live = self.live, []
		for s in [s for pair in left for s in pair]:
			try:
				s.shutdown(socket.SHUT_RDWR)
			except OSError:
				pass	# it has just gone

	def accept(self):
		while True:
			near, _ = self.sock.accept()
			far = socket.socket(socket.AF_UNIX if
			    isinstance(self.target, str) else socket.AF_INET)
			self.live.append((near, far))
			threading.Thread(target=self.guard, args=(near, far,
			    self.live), daemon=True).start()

	def guard(self, near, far, live):
		try:
			far.connect(self.target)
			for s in (near, far):
				if s.family == socket.AF_INET:
					s.setsockopt(socket.IPPROTO_TCP,
					    socket.TCP_NODELAY, 1)
			self.relay(near, far)
		except OSError:
			pass
		finally:
			near.close()
			far.close()
			live.remove((near, far))

	def relay(self, near, far):
		c = self.connection()
		other = {near: far, far: near}
		todo = [near, far]
		while todo:
			for s in select.select(todo, [], [])[0]:
				try:
					data = s.recv(262144)
				except ConnectionError:
					data = b""
				if not data:
					todo.remove(s)
					c.ended(s is near)
					end = other[s]
					if s is far:
						# The peer is gone: so are we.
						return
					end.shutdown(socket.SHUT_WR)
					continue
				if s is near:
					c.there(data, far)
				else:
					data, go_on = c.back(data)
					if data:
						near.sendall(data)
					if not go_on:
						self.hang_up(near, far)
						return


	@staticmethod
	def hang_up(near, far):
		"""Leave the one, and wait until the other has noticed."""
		near.close()
		far.settimeout(10)
		far.shutdown(socket.SHUT_WR)
		while far.recv(65536):
			pass


class MilterConnection:
	def __init__(self, relay):
		self.relay = relay
		self.events = []
		self.buf = {True: b"", False: b""}
		self.waits = None	# the Ev that has no answer yet
		self.instead = None

	def packets(self, near, data):
		data = self.buf[near] + data
		while len(data) >= 4:
			n = struct.unpack(">I", data[:4])[0]
			if len(data) < 4 + n:
				break
			yield chr(data[4]) if n else "(empty)", data[5:4 + n]
			data = data[4 + n:]
		self.buf[near] = data

	def there(self, data, far):
		for cmd, payload in self.packets(True, data):
			e = decode(cmd, payload)
			self.events.append(e)
			if e.cmd not in ANSWERED:
				continue
			self.waits = e
			if e.cmd in "OCHMRTUE":
				self.relay.turn(e.cmd)
			queue = self.relay.replace.get(e.cmd)
			self.instead = queue.pop(0) if queue else None
		try:
			far.sendall(data)
		except OSError:
			pass		# it has left

	def back(self, data):
		"""What of it goes on to the MTA, and whether anything will."""
		out = b""
		for cmd, payload in self.packets(False, data):
			packet = struct.pack(">I", len(payload) + 1) + \
			    cmd.encode("latin-1") + payload
			if self.waits is not None and cmd in FINAL:
				self.waits.own = cmd
			if self.instead is None:
				out += packet
			elif cmd in FINAL:
				for p in self.instead:
					if p == CLOSE:
						self.waits.answer = "close"
						return out, False
					out += struct.pack(">I", len(p)) + p
					cmd, payload = chr(p[0]), p[1:]
				self.instead = None
				self.waits.answer = cmd
				self.waits.said = payload
				continue
			if self.waits is not None and cmd in FINAL:
				self.waits.answer = cmd
				self.waits.said = payload
		return out, True

	def ended(self, near):
		if near and not (self.events and self.events[-1].cmd == "Q"):
			self.events.append(Ev("(closed)"))


class MilterRelay(Relay):
	"""replace: for a command's letter, a list of what stands in for the
	answers to the first, second ... of them: a list of packets, or None."""
	def __init__(self, address, target, turn):
		self.replace = {}
		self.turn = turn
		super().__init__(address, target)

	def connection(self):
		c = MilterConnection(self)
		self.connections.append(c)
		return c


class SmtpConnection:
	def __init__(self):
		self.client = b""
		self.server = b""

	def there(self, data, far):
		self.client += data
		try:
			far.sendall(data)
		except OSError:
			pass

	def back(self, data):
		self.server += data
		return data, True

	def ended(self, near):
		pass


class SmtpRelay(Relay):
	def connection(self):
		c = SmtpConnection()
		self.connections.append(c)
		return c


class Sink:
	"""An SMTP server that takes everything and keeps the octets."""
	OFFER = b"250-sink.example.org\r\n250-PIPELINING\r\n250-SIZE\r\n" \
	    b"250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n" \
	    b"250 SMTPUTF8\r\n"

	def __init__(self, number):
		self.clear()
		self.sock = socket.socket()
		self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		self.sock.bind(("127.0.0.1", number))
		self.sock.listen(64)
		threading.Thread(target=self.accept, daemon=True).start()

	def clear(self):
		self.connections = []

	def accept(self):
		while True:
			s, _ = self.sock.accept()
			s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
			threading.Thread(target=self.serve, args=(s,),
			    daemon=True).start()

	def serve(self, s):
		c = SmtpConnection()
		self.connections.append(c)
		f = s.makefile("rb")

		def say(data):
			c.server += data
			s.sendall(data)
		try:
			say(b"220 sink.example.org ESMTP\r\n")
			data = False
			for line in f:
				# In one piece: others look at it meanwhile.
				c.client += line
				verb = line[:4].upper()
				if data:
					if line == b".\r\n":
						data = False
						say(b"250 2.0.0 kept\r\n")
				elif verb == b"DATA":
					data = True
					say(b"354 go on\r\n")
				elif verb == b"EHLO":
					say(self.OFFER)
				elif verb == b"QUIT":
					say(b"221 2.0.0 bye\r\n")
					break
				else:
					say(b"250 2.0.0 ok\r\n")
		except OSError:
			pass
		finally:
			f.close()
			s.close()


class Mail:
	"""A mail that a server took: paths with parameters, octets as they
	came, without the final dot and the dots that stuff."""
	def __init__(self, sender, rcpts, data):
		self.sender = sender
		self.rcpts = rcpts
		self.data = data


def arguments(line):
	"""<path> and parameters of a MAIL or RCPT line."""
	words = text(line.partition(b":")[2]).split(" ")
	return words[0], words[1:]


def mails(c):
	"""The mails of a connection, from what both sides said: replies are
	matched with commands in order."""
	replies = []
	for line in c.server.split(b"\r\n"):
		if line[3:4] != b"-" and line:
			replies.append(int(line[:3]))
	found, at, rest = [], 1, c.client
	sender, rcpts = None, []
	while b"\r\n" in rest and at < len(replies):
		line, rest = rest.split(b"\r\n", 1)
		code = replies[at]
		at += 1
		verb = line[:4].upper()
		if verb == b"MAIL" and code == 250:
			sender, rcpts = arguments(line), []
		elif verb == b"RCPT" and code // 100 == 2:
			rcpts.append(arguments(line))
		elif verb in (b"RSET", b"EHLO", b"HELO") and code == 250:
			sender, rcpts = None, []
		elif verb == b"DATA" and code == 354:
			if rest[:3] == b".\r\n":
				data, rest = b"", rest[3:]
			else:
				data, dot, rest = rest.partition(b"\r\n.\r\n")
				if not dot:
					break
				data += b"\r\n"
			if at < len(replies) and replies[at] // 100 == 2:
				found.append(Mail(sender, rcpts, unstuff(data)))
			at += 1
			sender, rcpts = None, []
	return found


def unstuff(data):
	lines = data.split(b"\r\n")
	return b"\r\n".join(n[1:] if n[:1] == b"." else n for n in lines)


def wait(predicate, seconds=15):
	"""True, or False when it took too long."""
	deadline = time.monotonic() + seconds
	while not predicate():
		if time.monotonic() > deadline:
			return False
		time.sleep(0.002)
	return True
