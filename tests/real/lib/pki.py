"""An authority, certificates of it for gate and backends, and a gate that has one.

	FILES/ca.pem		the authority
	FILES/ec.pem, rsa.pem	chains for the gate, which is HOSTNAME and V4NAME,
				from an authority between: keys in ec.key, rsa.key
	FILES/NAME.pem, .key	others: see certificate()
"""

import os
import shutil

import common
from common import (GATEUSER, HOSTNAME, ROOT, WORK, Gate, Mailfront, conf,
    directory, must, once, uid, write)

V4NAME = "v4." + HOSTNAME		# the same, without IPv6
HELPER = "/usr/sbin/spsmtpgate-tls"
FILES = WORK + "/tls/"
KEY = {"ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "rsa": ("-newkey", "rsa:2048")}


def signed(name, subject, extension, by, kind="ec"):
	base = FILES + name
	must("openssl", "req", *KEY[kind], "-nodes", "-keyout", base + ".key",
	    "-out", base + ".csr", "-subj", "/CN=" + subject)
	must("openssl", "x509", "-req", "-in", base + ".csr", "-CA", FILES + by +
	    ".pem", "-CAkey", FILES + by + ".key", "-days", "90",
	    "-CAcreateserial", "-extfile", write(base + ".ext", extension),
	    "-out", base + ".pem")


def authority():
	"""Installs the helper, too."""
	def new():
		common.ZONE[V4NAME, "A"] = [common.SERVER4]
		built = os.path.join(ROOT, "spsmtpgate-tls")
		if not os.path.exists(built):
			raise common.Skip("spsmtpgate-tls was not built")
		shutil.copy(built, HELPER)
		directory(FILES)
		must("openssl", "req", "-x509", *KEY["ec"], "-nodes", "-days", "90",
		    "-keyout", FILES + "ca.key", "-out", FILES + "ca.pem",
		    "-subj", "/CN=Test CA")
		signed("middle", "Test CA 2", "basicConstraints=critical,CA:true",
		    "ca")
		return True
	return once("authority", new)


def certificate(name, host, kind="ec", user=None, by="middle"):
	"""NAME.pem with a chain for the host, NAME.key readable by the user; and
	both in NAME.both."""
	authority()
	signed(name, host, "subjectAltName=DNS:%s,DNS:v4.%s" % (host, host), by,
	    kind)
	chain = "".join(common.read(FILES + n + ".pem").decode()
	    for n in (name, by))
	write(FILES + name + ".pem", chain)
	write(FILES + name + ".both", common.read(FILES + name +
	    ".key").decode() + chain, 0o600)
	for end in (".key", ".both"):
		os.chown(FILES + name + end, uid(user) if user else 0, -1)
	return FILES + name


def pin(name):
	"""The digest of its key, as the manual tells it."""
	return must("sh", "-c", "openssl x509 -in '%s' -noout -pubkey | openssl "
	    "pkey -pubin -outform der | sha256sum" % (FILES + name +
	    ".pem")).decode()[:64]


def keys(**more):
	"""Of section [TLS]: both pairs."""
	def new():
		return [certificate(kind, HOSTNAME, kind, GATEUSER)
		    for kind in KEY]
	section = {"CAFile": FILES + "ca.pem", "Socket": '""'}
	for i, base in enumerate(once("certificates", new)):
		section["Certificate%d" % i] = base + ".pem"
		section["Key%d" % i] = base + ".key"
	return {"TLS_" + k: v for k, v in {**section, **more}.items()}


def gate(backend=None, host="127.0.0.1", tls=None, filters=(), **more):
	"""A gate with these keys; tls has more of section [TLS]."""
	if backend is None:
		backend = once("mailfront", Mailfront).number
	return Gate(conf(backend, filters, Server_LookupTimeout="0",
	    **keys(**(tls or {})), **more), host=host)
