/*
 * upstream - a client that somebody else tells of
 *
 * Behind a load balancer or another proxy the gate sees its address instead of
 * the client's.  Those listed in the configuration say who the client is: by a
 * PROXY header before anything else, which they must send, or by XCLIENT as
 * Postfix takes it, which they may.  For everybody else the one is a wrong
 * command and the other one that is not served.
 *
 * A header may say that the client has TLS, with the load balancer, and which.
 * That is believed as what a wrapper says that ended it on this machine.
 *
 * From then on the client is the one that was named, for filters, backend, log
 * and limits alike; that includes the right to name another one, since what
 * comes behind the header or XCLIENT may be that client's own words.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth.h"
#include "greet.h"
#include "log.h"
#include "proxy.h"
#include "upstream.h"

#define HEADER_MS	5000	/* as Postfix */
#define VALUE_MAX	255	/* octets of a value */

/* Reads octets as long as they are those of a header. */
static enum io
read_header(struct session *s, struct buf *b, size_t *want)
{
	int64_t	 until = now_ms() + HEADER_MS;
	enum io	 r = IO_OK;

	*want = 1;
	while (r == IO_OK && *want > buf_len(b)) {
		r = conn_getn(&s->client, b, *want - buf_len(b), until);
		if (r == IO_OK)
			*want = proxy_length((unsigned char *)buf_ptr(b),
			    buf_len(b));
	}
	return r;
}

/* What kept us from reading it; a health check just leaves. */
static bool
no_header(struct session *s, enum io r, size_t got)
{
	if ((r == IO_EOF || r == IO_ERROR) && got == 0) {
		session_end(s, "lost");
	} else if (r == IO_GONE || r == IO_STOP) {
		session_over(s, r);
	} else {
		log_warnx("upstream %s: %s", s->peer->remote.addr,
		    r == IO_OK ? "PROXY header expected, something else came" :
		    r == IO_TIMEOUT ? "PROXY header expected, nothing came" :
		    "PROXY header is cut off");
		session_end(s, "upstream");
	}
	return false;
}

bool
upstream_read(struct session *s)
{
	struct peer	*p = s->peer;
	struct tls_facts tls;
	struct side	 from;
	struct side	 to;
	struct buf	 b;
	enum proxy_says	 says = PROXY_BAD;
	enum io		 r;
	size_t		 got;
	size_t		 want;

	if (!nets_have(&s->config->proxy_from, p->remote.addr))
		return true;
	tls.on = false;
	buf_init(&b, PROXY_HEADER_MAX);
	r = read_header(s, &b, &want);
	got = buf_len(&b);
	if (r == IO_OK && want == got)
		says = proxy_parse((unsigned char *)buf_ptr(&b), got, &from,
		    &to, &tls);
	buf_free(&b);
	switch (says) {
	case PROXY_BAD:
		return no_header(s, r, got);
	case PROXY_LOCAL:
		break;
	case PROXY_UNKNOWN:
		memset(&from, 0, sizeof(from));
		peer_convey(p, &from, &p->local);
		break;
	case PROXY_CLIENT:
		peer_convey(p, &from, &to);
		break;
	}
	/* It has ended the client's TLS, and says what it was. */
	if (tls.on)
		p->tls = tls;
	return true;
}

bool
upstream_may(const struct session *s)
{
	return nets_have(&s->config->xclient_from, s->peer->remote.addr);
}

/* What one XCLIENT command says, beside what was known before. */
struct naming {
	bool		 addr;		/* it is about another address */
	bool		 port;
	struct side	 remote;
	struct side	 local;
	char		 ptr[NAME_SIZE];
	enum names	 names;
	char		 login[VALUE_MAX + 1];
};

/* The value, "" for [UNAVAILABLE] and [TEMPUNAVAIL]; false when it is wrong. */
static bool
take_name(struct naming *n, const char *value, bool temp)
{
	if (*value == '\0') {
		n->names = temp ? NAMES_TEMP : n->ptr[0] != '\0' ?
		    NAMES_FORGED : NAMES_FAIL;
		return true;
	}
	n->names = NAMES_OK;
	(void)strlcpy(n->ptr, value, sizeof(n->ptr));
	return smtp_valid_hostname(value);
}

static bool
take_reverse_name(struct naming *n, const char *value, bool temp)
{
	(void)temp;
	if (*value == '\0' || n->names == NAMES_OK)
		return true;
	if (n->names == NAMES_FAIL)
		n->names = NAMES_FORGED;
	(void)strlcpy(n->ptr, value, sizeof(n->ptr));
	return smtp_valid_hostname(value);
}

static bool
take_side(struct side *side, const char *value)
{
	uint16_t	 port = side->port;

	if (strncasecmp(value, "IPV6:", 5) == 0)
		value += 5;
	memset(side, 0, sizeof(*side));
	side->port = port;
	return *value == '\0' || (strchr(value, '%') == NULL &&
	    side_set(side, value));
}

static bool
take_side_port(struct side *side, const char *value)
{
	const char	*errstr;

	if (*value == '\0') {
		side->port = 0;
		return true;
	}
	side->port = (uint16_t)strtonum(value, 0, 65535, &errstr);
	return errstr == NULL && isdigit((unsigned char)*value);
}

static bool
take_addr(struct naming *n, const char *value, bool temp)
{
	(void)temp;
	n->addr = true;
	return take_side(&n->remote, value);
}

static bool
take_port(struct naming *n, const char *value, bool temp)
{
	(void)temp;
	n->port = true;
	return take_side_port(&n->remote, value);
}

static bool
take_destaddr(struct naming *n, const char *value, bool temp)
{
	(void)temp;
	return take_side(&n->local, value);
}

static bool
take_destport(struct naming *n, const char *value, bool temp)
{
	(void)temp;
	return take_side_port(&n->local, value);
}

static bool
take_login(struct naming *n, const char *value, bool temp)
{
	(void)temp;
	(void)strlcpy(n->login, value, sizeof(n->login));
	return true;
}

/* The EHLO that must follow says both. */
static bool
take_helo(struct naming *n, const char *value, bool temp)
{
	(void)n;
	(void)temp;
	return *value == '\0' || smtp_valid_helo(value);
}

static bool
take_proto(struct naming *n, const char *value, bool temp)
{
	(void)n;
	(void)temp;
	return *value == '\0' || strcasecmp(value, "SMTP") == 0 ||
	    strcasecmp(value, "ESMTP") == 0;
}

static const struct {
	const char	*name;
	bool		(*take)(struct naming *, const char *, bool temp);
} attributes[] = {
	{ "NAME", take_name },
	{ "ADDR", take_addr },
	{ "PORT", take_port },
	{ "PROTO", take_proto },
	{ "HELO", take_helo },
	{ "REVERSE_NAME", take_reverse_name },
	{ "LOGIN", take_login },
	{ "DESTADDR", take_destaddr },
	{ "DESTPORT", take_destport },
};
#define NATTRIBUTES	(sizeof(attributes) / sizeof(attributes[0]))

void
upstream_offer(struct session *s)
{
	struct buf	 line;
	size_t		 i;

	if (!upstream_may(s))
		return;
	buf_init(&line, 256);
	buf_puts(&line, "XCLIENT");
	for (i = 0; i < NATTRIBUTES; i++)
		buf_printf(&line, " %s", attributes[i].name);
	reply_add(&s->reply, buf_ptr(&line), buf_len(&line));
	buf_free(&line);
}

/* The n octets of an xtext (RFC 3461 4) at s, printable; false when wrong. */
static bool
decode(const char *s, size_t n, char *to)
{
	char		 hex[3] = "";
	unsigned long	 c;
	size_t		 len = 0;

	for (; n > 0; s++, n--) {
		c = (unsigned char)*s;
		if (c == '+') {
			if (n < 3 || !isxdigit((unsigned char)s[1]) ||
			    !isxdigit((unsigned char)s[2]))
				return false;
			hex[0] = s[1];
			hex[1] = s[2];
			c = strtoul(hex, NULL, 16);
			s += 2;
			n -= 2;
		}
		if (c < ' ' || c == 0x7f || len == VALUE_MAX)
			return false;
		to[len++] = (char)c;
	}
	to[len] = '\0';
	return true;
}

/* One "ATTR=value" of n octets. */
static bool
take_attribute(struct naming *nm, const char *s, size_t n)
{
	const char	*eq = memchr(s, '=', n);
	char		 value[VALUE_MAX + 1];
	bool		 temp;
	size_t		 len = eq != NULL ? (size_t)(eq - s) : 0;
	size_t		 i;

	for (i = 0; i < NATTRIBUTES; i++)
		if (strlen(attributes[i].name) == len &&
		    strncasecmp(attributes[i].name, s, len) == 0)
			break;
	if (eq == NULL || i == NATTRIBUTES ||
	    !decode(eq + 1, n - len - 1, value) || *value == '\0')
		return false;
	temp = strcasecmp(value, "[TEMPUNAVAIL]") == 0;
	if (temp || strcasecmp(value, "[UNAVAILABLE]") == 0)
		*value = '\0';
	return attributes[i].take(nm, value, temp);
}

/* Somebody else is the client now: as if the connection had just come. */
static void
begin_anew(struct session *s, const struct naming *nm)
{
	struct peer	*p = s->peer;

	peer_convey(p, &nm->remote, &nm->local);
	p->names = nm->names;
	(void)strlcpy(p->ptr, nm->ptr, sizeof(p->ptr));
	(void)strlcpy(p->login, nm->login, sizeof(p->login));
	filters_close(&s->filters);
	backend_close(&s->backend, true);
	auth_leave(s);
	reply_clear(&s->refused);
	s->refusal = REFUSE_NOT;
	s->helo[0] = '\0';
	s->esmtp = false;
	s->offered = 0;
	s->state = ST_START;
	session_until(s, s->start + s->config->session_ms);
	greet_open(s);
}

void
upstream_xclient(struct session *s, const struct command *cmd)
{
	const char	*arg = cmd->arg;
	struct naming	 nm;
	size_t		 n;

	if (!upstream_may(s)) {
		session_error(s, 502, "5.5.1", "Command not implemented");
		return;
	}
	if (s->txn.open) {
		session_error(s, 503, "5.5.1", "Mail transaction in progress");
		return;
	}
	memset(&nm, 0, sizeof(nm));
	nm.remote = s->peer->remote;
	nm.local = s->peer->local;
	for (; *arg != '\0'; arg += n, arg += strspn(arg, " ")) {
		n = strcspn(arg, " ");
		if (!take_attribute(&nm, arg, n)) {
			session_error(s, 501, "5.5.4", "Bad XCLIENT attribute "
			    "%.*s", (int)(n < 64 ? n : 64), arg);
			return;
		}
	}
	if (*cmd->arg == '\0') {
		session_error(s, 501, "5.5.4",
		    "Syntax: XCLIENT attribute=value ...");
		return;
	}
	/* The old port is not the new address's. */
	if (nm.addr && !nm.port)
		nm.remote.port = 0;
	begin_anew(s, &nm);
}
