/*
 * identity - telling the backend who the client is
 *
 * The backend sees the gate's address.  If it trusts that, and does not know
 * the client's, it is an open relay; so the client's identity goes first, as a
 * PROXY header before the greeting, as XCLIENT between greeting and dialogue,
 * or in the environment of a program.  A server that cannot take it is not used
 * (fail closed): only "Identity = none" in the configuration does without.
 */
#include <arpa/inet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "identity.h"
#include "ext.h"

/* Both ends must be of one family: IPv4 beside IPv6 is written mapped. */
static void
put_address(struct buf *b, const struct side *s, bool v4)
{
	buf_printf(b, "%s%s", !v4 && s->family == AF_INET ? "::ffff:" : "",
	    s->addr);
}

static void
binary_address(unsigned char *to, const struct side *s, bool v4)
{
	static const unsigned char	 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0,
					    0, 0, 0xff, 0xff };

	if (!v4 && s->family == AF_INET) {
		memcpy(to, mapped, sizeof(mapped));
		to += sizeof(mapped);
	}
	(void)inet_pton(s->family, s->addr, to);
}

/* The PROXY header, written with nothing before it. */
static void
put_proxy(struct backend *b, bool v2)
{
	static const unsigned char	 sig[12] = { 0x0d, 0x0a, 0x0d, 0x0a,
	    0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a };
	const struct side	*from = &b->peer->remote;
	const struct side	*to = &b->peer->local;
	unsigned char		 addr[32];
	struct buf		 h;
	bool			 known = from->addr[0] != '\0' &&
				    to->addr[0] != '\0';
	bool			 v4 = from->family == AF_INET &&
				    to->family == AF_INET;
	size_t			 n = v4 ? 4 : 16;

	buf_init(&h, 256);
	if (!v2 && known) {
		buf_printf(&h, "PROXY %s ", v4 ? "TCP4" : "TCP6");
		put_address(&h, from, v4);
		buf_putc(&h, ' ');
		put_address(&h, to, v4);
		buf_printf(&h, " %u %u\r\n", from->port, to->port);
	} else if (!v2) {
		buf_puts(&h, "PROXY UNKNOWN\r\n");
	} else {
		buf_put(&h, sig, sizeof(sig));
		buf_putc(&h, known ? 0x21 : 0x20);
		buf_putc(&h, !known ? 0x00 : v4 ? 0x11 : 0x21);
		buf_put_u16(&h, (uint16_t)(known ? 2 * n + 4 : 0));
		if (known) {
			binary_address(addr, from, v4);
			binary_address(addr + n, to, v4);
			buf_put(&h, addr, 2 * n);
			buf_put_u16(&h, from->port);
			buf_put_u16(&h, to->port);
		}
	}
	conn_put(&b->conn, buf_ptr(&h), buf_len(&h));
	buf_free(&h);
}

/* The attributes behind XCLIENT in the EHLO answer; NULL without. */
static const char *
xclient_line(struct backend *b)
{
	const char	*s = buf_cstr(&b->keywords);

	for (; s != NULL && *s != '\0'; s += strcspn(s, "\n") + 1)
		if (ext_find(s) == EXT_XCLIENT)
			return s + 7;
	return NULL;
}

static bool
lists(const char *attrs, const char *name)
{
	size_t	 len = strcspn(attrs, "\n");
	size_t	 n = strlen(name);
	size_t	 i;

	for (i = 0; i + n <= len; i++)
		if ((i == 0 || attrs[i - 1] == ' ') &&
		    strncasecmp(attrs + i, name, n) == 0 &&
		    (i + n == len || attrs[i + n] == ' '))
			return true;
	return false;
}

static void
xclient_addr(struct buf *line, const char *attr, const struct side *side)
{
	if (side->addr[0] == '\0')
		buf_printf(line, " %s=[UNAVAILABLE]", attr);
	else
		buf_printf(line, " %s=%s%s", attr,
		    side->family == AF_INET6 ? "IPV6:" : "", side->addr);
}

static void
xclient_port(struct buf *line, const char *attr, const struct side *side)
{
	if (side->addr[0] == '\0')
		buf_printf(line, " %s=[UNAVAILABLE]", attr);
	else
		buf_printf(line, " %s=%u", attr, side->port);
}

/*
 * XCLIENT once, address last, since Postfix judges anew by it.  What is not
 * sent would stay the gate's own, so all that are listed are.  The answer is a
 * new greeting.
 */
static enum io
send_xclient(struct backend *b, struct reply *r, const char *attrs)
{
	const struct peer	*p = b->peer;
	struct buf		 line;
	enum io			 io;

	buf_init(&line, 1024);
	buf_puts(&line, "XCLIENT");
	if (lists(attrs, "NAME"))
		buf_puts(&line, " NAME=[UNAVAILABLE]");
	if (lists(attrs, "REVERSE_NAME"))
		buf_printf(&line, " REVERSE_NAME=%s",
		    p->ptr[0] != '\0' ? p->ptr : "[UNAVAILABLE]");
	if (lists(attrs, "LOGIN"))
		buf_puts(&line, " LOGIN=[UNAVAILABLE]");
	if (lists(attrs, "DESTADDR"))
		xclient_addr(&line, "DESTADDR", &p->local);
	if (lists(attrs, "DESTPORT"))
		xclient_port(&line, "DESTPORT", &p->local);
	if (lists(attrs, "PORT"))
		xclient_port(&line, "PORT", &p->remote);
	xclient_addr(&line, "ADDR", &p->remote);
	io = backend_cmd(b, r, "%s", buf_cstr(&line));
	buf_free(&line);
	if (io == IO_OK && r->code != 220 && reply_class(r) == 2) {
		backend_drop(b, "answered XCLIENT with something else than a "
		    "greeting");
		io = IO_ERROR;
	}
	return io;
}

void
identity_preface(struct backend *b)
{
	if (b->identity == ID_PROXY_V1 || b->identity == ID_PROXY_V2)
		put_proxy(b, b->identity == ID_PROXY_V2);
}

enum io
identity_tell(struct backend *b, struct reply *r)
{
	const char	*attrs;
	struct reply	 hello;
	enum io		 io;

	if (b->identity != ID_AUTO && b->identity != ID_XCLIENT)
		return IO_OK;
	reply_init(&hello);
	io = backend_hello(b, &hello, "EHLO", b->config->hostname);
	reply_free(&hello);
	if (io != IO_OK)
		return io;
	if ((attrs = xclient_line(b)) == NULL) {
		backend_drop(b, "offers no XCLIENT, so it cannot learn who "
		    "the client is: allow it there, or set Identity in "
		    "[Backend] (spsmtpgate.conf(5))");
		reply_set(r, 421, "4.3.5", "%s configuration error",
		    b->config->hostname);
		return IO_ERROR;
	}
	return send_xclient(b, r, attrs);
}

void
identity_environ(const struct peer *p)
{
	static const char *const gone[] = { "UCSPITLS", "SSLCTLFD",
	    "SSLREADFD", "SSLWRITEFD" };
	char	 port[8];
	size_t	 i;

	for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		unsetenv(gone[i]);
	/* Only a launcher that knows the client can know that it may relay. */
	if (getenv("PROTO") == NULL || p->remote.addr[0] == '\0')
		unsetenv("RELAYCLIENT");
	if (p->remote.addr[0] == '\0')
		return;
	setenv("PROTO", "TCP", 1);
	setenv("TCPREMOTEIP", p->remote.addr, 1);
	(void)snprintf(port, sizeof(port), "%u", p->remote.port);
	setenv("TCPREMOTEPORT", port, 1);
	if (p->local.addr[0] == '\0')
		return;
	setenv("TCPLOCALIP", p->local.addr, 1);
	(void)snprintf(port, sizeof(port), "%u", p->local.port);
	setenv("TCPLOCALPORT", port, 1);
	setenv("TCPLOCALHOST", p->local.addr, 0);
}
