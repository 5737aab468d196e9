/*
 * identity - telling the backend who the client is
 *
 * The backend sees the gate's address.  If it trusts that, and does not know
 * the client's, it is an open relay; so the client's identity goes first.  How,
 * is a row of the table of methods: a PROXY header before the greeting,
 * XCLIENT or NOOP between greeting and dialogue, XFORWARD before each MAIL, a
 * Received field on top of each mail; for a program, its environment.
 *
 * A server that cannot take it is not used (fail closed), and neither is PROXY
 * for a client without an address: it has no word for "somebody", servers take
 * UNKNOWN and LOCAL for the gate itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"
#include "identity.h"
#include "log.h"
#include "proxy.h"

#define COMMAND_MAX	510	/* octets of a line (RFC 5321 4.5.3.1.4) */
#define ROOM_BEHIND	160	/* for what must follow long names */
#define FOR_MAX		900	/* a recipient on a line of a field */

#define UNAVAILABLE	"[UNAVAILABLE]"
#define TEMPUNAVAIL	"[TEMPUNAVAIL]"

/* No mail goes through this server without the client's identity. */
static enum io
cannot_tell(struct backend *b, struct reply *r, const char *why)
{
	backend_drop(b, why);
	backend_unfit(b, r);
	return IO_ERROR;
}

/*
 * Values of attributes, as they are; nothing is [UNAVAILABLE].
 */
static void
put_name(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)t;
	buf_puts(v, peer_verified(b->peer));
}

static void
put_reverse_name(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)t;
	buf_puts(v, b->peer->ptr);
}

static void
put_login(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)t;
	buf_puts(v, b->peer->login);
}

static void
put_side(const struct backend *b, const struct side *side, struct buf *v)
{
	/* Exim takes the value for an address as it stands. */
	if (side->family == AF_INET6 && !b->bare_ipv6)
		buf_puts(v, "IPV6:");
	buf_puts(v, side->addr);
}

static void
put_side_port(const struct side *side, struct buf *v)
{
	if (side->addr[0] != '\0')
		buf_printf(v, "%u", side->port);
}

static void
put_destaddr(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)t;
	put_side(b, &b->peer->local, v);
}

static void
put_destport(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)t;
	put_side_port(&b->peer->local, v);
}

static void
put_proto(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)b;
	buf_puts(v, t->esmtp ? "ESMTP" : "SMTP");
}

static void
put_helo(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)b;
	buf_puts(v, t->helo);
}

static void
put_source(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)b;
	(void)t;
	buf_puts(v, "REMOTE");
}

static void
put_ident(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)b;
	buf_puts(v, t->id);
}

static void
put_port(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)t;
	put_side_port(&b->peer->remote, v);
}

static void
put_addr(const struct backend *b, const struct told *t, struct buf *v)
{
	(void)t;
	put_side(b, &b->peer->remote, v);
}

#define XCLIENT		0x1u
#define XFORWARD	0x2u

/*
 * Attributes of both commands, in the order in which they are sent.  The
 * address is last, since Postfix judges anew by it, and then the gate may have
 * lost the right to say more.  XCLIENT does not say PROTO and HELO: the
 * client's own EHLO, which follows, does.  Only XCLIENT has a word for a name
 * that could not be looked up.
 */
static const struct attribute {
	const char	*name;
	unsigned int	 of;		/* which commands */
	bool		 temp;		/* may be [TEMPUNAVAIL] */
	size_t		 max;		/* octets of the value */
	void		(*put)(const struct backend *, const struct told *,
			    struct buf *);
} attributes[] = {
	{ "NAME", XCLIENT, true, 255, put_name },
	{ "NAME", XFORWARD, false, 255, put_name },
	{ "REVERSE_NAME", XCLIENT, true, 255, put_reverse_name },
	{ "LOGIN", XCLIENT, false, 255, put_login },
	{ "DESTADDR", XCLIENT, false, 255, put_destaddr },
	{ "DESTPORT", XCLIENT, false, 255, put_destport },
	{ "PROTO", XFORWARD, false, 64, put_proto },
	{ "HELO", XFORWARD, false, 255, put_helo },
	{ "SOURCE", XFORWARD, false, 64, put_source },
	{ "IDENT", XFORWARD, false, 64, put_ident },
	{ "PORT", XCLIENT | XFORWARD, false, 255, put_port },
	{ "ADDR", XCLIENT | XFORWARD, false, 255, put_addr },
};
#define NATTRIBUTES	(sizeof(attributes) / sizeof(attributes[0]))
#define ADDR_BIT	(1u << (NATTRIBUTES - 1))

/* " ATTR=value" in xtext (RFC 3461 4). */
static void
put_attribute(const struct attribute *a, const struct backend *b,
    const struct told *t, size_t room, struct buf *out)
{
	struct buf	 v;
	struct buf	 x;
	const char	*s;

	buf_init(&v, 2048);
	buf_init(&x, 8192);
	a->put(b, t, &v);
	for (s = buf_cstr(&v); *s != '\0'; s++) {
		if (*s > ' ' && *s < 0x7f && *s != '+' && *s != '=')
			buf_putc(&x, *s);
		else
			buf_printf(&x, "+%02X", (unsigned char)*s);
	}
	if (buf_len(&v) == 0 || buf_len(&v) > a->max || buf_len(&x) > room) {
		buf_reset(&x);
		buf_puts(&x, a->temp && b->peer->names == NAMES_TEMP ?
		    TEMPUNAVAIL : UNAVAILABLE);
	}
	buf_printf(out, " %s=%s", a->name, buf_cstr(&x));
	buf_free(&v);
	buf_free(&x);
}

/* The attributes behind the command in an answer to EHLO, as a set. */
static unsigned int
listed(struct reply *ehlo, const char *command)
{
	const char	*s = reply_text(ehlo);
	size_t		 len = strlen(command);
	unsigned int	 set = 0;
	size_t		 n;
	size_t		 i;

	for (; *s != '\0'; s += strcspn(s, "\n"), s += *s == '\n') {
		if (strncasecmp(s, command, len) != 0 || s[len] != ' ')
			continue;
		/* Exim puts two blanks before the first. */
		for (s += len; *s == ' '; s += n) {
			s += strspn(s, " ");
			n = strcspn(s, " \n");
			for (i = 0; i < NATTRIBUTES; i++)
				if (strlen(attributes[i].name) == n &&
				    strncasecmp(attributes[i].name, s, n) == 0)
					set |= 1u << i;
		}
	}
	return set;
}

static bool
wants_name(const struct backend *b)
{
	size_t	 i;

	for (i = 0; i < NATTRIBUTES; i++)
		if ((attributes[i].put == put_name ||
		    attributes[i].put == put_reverse_name) &&
		    (b->attributes & 1u << i))
			return true;
	return false;
}

/* EHLO, to learn which attributes the server takes; the name is there then. */
static enum io
ask_attributes(struct backend *b, struct reply *r, const char *command)
{
	struct reply	 hello;
	char		 why[256];
	enum io		 io;

	reply_init(&hello);
	io = backend_hello(b, &hello, "EHLO", b->config->hostname);
	if (io == IO_OK)
		b->attributes = hello.code == 250 ? listed(&hello, command) :
		    0;
	reply_free(&hello);
	if (io != IO_OK)
		return io;
	if (b->attributes & ADDR_BIT)
		return wants_name(b) ? peer_name(b->peer) : IO_OK;
	(void)snprintf(why, sizeof(why), "offers no %s, so it cannot learn "
	    "who the client is: allow it there, or set Identity in [Backend] "
	    "(spsmtpgate.conf(5))", command);
	return cannot_tell(b, r, why);
}

/*
 * XCLIENT once.  What is not sent would stay the gate's own, so all that are
 * listed are.  The answer is a new greeting.
 */
static enum io
tell_xclient(struct backend *b, struct reply *r)
{
	static const struct told	 nothing;
	const struct attribute		*a;
	struct buf			 line;
	char				 why[128];
	enum io				 io;
	size_t				 i;

	b->bare_ipv6 = strstr(reply_text(r), " Exim ") != NULL;
	if ((io = ask_attributes(b, r, "XCLIENT")) != IO_OK)
		return io;
	buf_init(&line, 8192);
	buf_puts(&line, "XCLIENT");
	for (i = 0; i < NATTRIBUTES; i++) {
		a = &attributes[i];
		if ((a->of & XCLIENT) && (b->attributes & 1u << i))
			put_attribute(a, b, &nothing, buf_len(&line) +
			    ROOM_BEHIND < COMMAND_MAX ? COMMAND_MAX -
			    ROOM_BEHIND - buf_len(&line) : ROOM_BEHIND, &line);
	}
	io = backend_cmd(b, r, "%s", buf_cstr(&line));
	buf_free(&line);
	if (io != IO_OK || r->code == 220)
		return io;
	/* Not of the client: of the command, or no greeting at all. */
	if (reply_class(r) < 4 || r->code / 10 == 50) {
		(void)snprintf(why, sizeof(why), "answered XCLIENT with %d",
		    r->code);
		return cannot_tell(b, r, why);
	}
	return IO_OK;
}

static enum io
tell_xforward(struct backend *b, struct reply *r)
{
	return ask_attributes(b, r, "XFORWARD");
}

/* In a field of each mail, which will need the name. */
static enum io
tell_later(struct backend *b, struct reply *r)
{
	(void)r;
	return peer_name(b->peer);
}

/* Universal time: the zone's file is out of reach by now. */
static void
get_date(char *date, size_t size)
{
	time_t		 now = time(NULL);
	struct tm	 tm;

	if (gmtime_r(&now, &tm) == NULL ||
	    strftime(date, size, "%a, %d %b %Y %T +0000", &tm) == 0)
		(void)strlcpy(date, "Thu, 01 Jan 1970 00:00:00 +0000", size);
}

/* The form is ASSP's. */
static enum io
tell_noop(struct backend *b, struct reply *r)
{
	struct reply	 answer;
	const char	*addr = b->peer->remote.addr;
	char		 date[64];
	char		 why[128];
	enum io		 io;

	get_date(date, sizeof(date));
	reply_init(&answer);
	io = backend_cmd(b, &answer, "NOOP Connection from: %s, %s relayed by "
	    "%s", *addr != '\0' ? addr : "unknown", date + strlen("Sun, "),
	    b->config->hostname);
	if (io == IO_OK && reply_class(&answer) != 2) {
		(void)snprintf(why, sizeof(why), "answered NOOP with %d",
		    answer.code);
		io = cannot_tell(b, r, why);
	}
	reply_free(&answer);
	return io;
}

/* What is done when; what is not there is not done. */
static const struct method {
	void		(*proxy)(struct buf *, const struct side *,
			    const struct side *, const struct tls_facts *);
	enum io		(*tell)(struct backend *, struct reply *);
	bool		 xforward;	/* before each MAIL */
	bool		 received;	/* on top of each mail */
	bool		 named;		/* the client's name is wanted */
	bool		 tls;		/* the header tells of it */
	bool		 judged;	/* the server goes by it */
} methods[] = {
	[ID_AUTO] = { .tell = tell_xclient, .named = true, .judged = true },
	[ID_XCLIENT] = { .tell = tell_xclient, .named = true, .judged = true },
	[ID_XFORWARD] = { .tell = tell_xforward, .xforward = true,
	    .named = true },
	[ID_PROXY_V1] = { .proxy = proxy_put_v1, .judged = true },
	[ID_PROXY_V2] = { .proxy = proxy_put_v2, .tls = true, .judged = true },
	[ID_RECEIVED] = { .tell = tell_later, .received = true, .named = true },
	[ID_NOOP] = { .tell = tell_noop },
	[ID_NONE] = { 0 },
};

bool
identity_judged(const struct backend *b)
{
	return methods[b->identity].judged;
}

bool
identity_of_tls(const struct backend *b)
{
	return methods[b->identity].tls;
}

bool
identity_late(const struct config *c)
{
	return c->auth_server.label != NULL &&
	    methods[c->auth_server.identity].named;
}

bool
identity_names(const struct config *c)
{
	size_t	 i;

	for (i = 0; i < c->nserver && c->child == NULL; i++)
		if (methods[c->server[i].identity].named)
			return true;
	return identity_late(c);
}

bool
identity_can(struct backend *b, struct reply *r)
{
	if (methods[b->identity].proxy == NULL ||
	    (b->peer->remote.addr[0] != '\0' &&
	    b->peer->local.addr[0] != '\0'))
		return true;
	(void)strlcpy(b->why, "the client has no address, and a PROXY header "
	    "without one would stand for the gate itself", sizeof(b->why));
	backend_unfit(b, r);
	return false;
}

void
identity_preface(struct backend *b)
{
	const struct method	*m = &methods[b->identity];
	struct buf		 h;

	if (m->proxy == NULL)
		return;
	buf_init(&h, PROXY_PUT_MAX);
	m->proxy(&h, &b->peer->remote, &b->peer->local, &b->peer->tls);
	conn_put(&b->conn, buf_ptr(&h), buf_len(&h));
	buf_free(&h);
}

enum io
identity_tell(struct backend *b, struct reply *r)
{
	const struct method	*m = &methods[b->identity];

	return m->tell != NULL ? m->tell(b, r) : IO_OK;
}

void
identity_commands(const struct backend *b, const struct told *t,
    struct buf *lines)
{
	struct buf	 one;
	size_t		 used = 0;	/* octets of the last line */
	size_t		 i;

	if (!methods[b->identity].xforward)
		return;
	buf_init(&one, 8192);
	for (i = 0; i < NATTRIBUTES; i++) {
		if (!(attributes[i].of & XFORWARD) ||
		    !(b->attributes & 1u << i))
			continue;
		buf_reset(&one);
		put_attribute(&attributes[i], b, t, COMMAND_MAX - 32, &one);
		if (used == 0 || used + buf_len(&one) > COMMAND_MAX) {
			if (used > 0)
				buf_putc(lines, '\n');
			buf_puts(lines, "XFORWARD");
			used = 8;
		}
		buf_put(lines, buf_ptr(&one), buf_len(&one));
		used += buf_len(&one);
	}
	if (used > 0)
		buf_putc(lines, '\n');
	buf_free(&one);
}

/* A name that the client chose: nothing that means something in a field. */
static void
put_harmless(struct buf *b, const char *s)
{
	if (*s == '\0')
		buf_puts(b, "unknown");
	for (; *s != '\0'; s++)
		buf_putc(b, *s <= ' ' || *s >= 0x7f ||
		    strchr("()\\", *s) != NULL ? '?' : *s);
}

void
identity_received(const struct backend *b, const struct told *t,
    struct buf *out)
{
	const struct peer	*p = b->peer;
	char			 date[64];

	if (!methods[b->identity].received)
		return;
	buf_puts(out, "Received: from ");
	put_harmless(out, t->helo);
	buf_printf(out, " (%s", *peer_verified(p) != '\0' ? peer_verified(p) :
	    "unknown");
	if (p->remote.addr[0] != '\0') {
		buf_putc(out, ' ');
		peer_literal(&p->remote, out);
	}
	/* The protocol by RFC 3848 and RFC 6531 4.3. */
	buf_printf(out, ")\r\n\tby %s (spsmtpgate) with %s%s%s%s",
	    b->config->hostname, t->utf8 ? "UTF8" : t->esmtp ? "E" : "",
	    "SMTP", t->tls != NULL ? "S" : "", t->auth ? "A" : "");
	if (t->tls != NULL && *t->tls != '\0')
		buf_printf(out, "\r\n\t(%s)", t->tls);
	buf_printf(out, " id %s", t->id);
	if (t->rcpt != NULL && strlen(t->rcpt) <= FOR_MAX)
		buf_printf(out, "\r\n\tfor <%s>", t->rcpt);
	get_date(date, sizeof(date));
	buf_printf(out, ";\r\n\t%s\r\n", date);
}

/* True for a variable that has to do with making TLS. */
static bool
makes_tls(const char *variable)
{
	static const char *const beginnings[] = { "UCSPITLS=", "SSLCTLFD=",
	    "SSLREADFD=", "SSLWRITEFD=", "SMTPS=", "TLS_" };
	size_t	 i;

	for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (strncmp(variable, beginnings[i],
		    strlen(beginnings[i])) == 0)
			return true;
	return false;
}

static void
forget_tls(void)
{
	char	**e = environ;
	char	 *name;

	while (*e != NULL) {
		if (!makes_tls(*e)) {
			e++;
			continue;
		}
		/* Those behind it move up. */
		name = strndup(*e, strcspn(*e, "="));
		if (name == NULL || unsetenv(name) == -1)
			fatal("environment");
		free(name);
	}
}

void
identity_environ(const struct peer *p)
{
	char	 port[8];

	/*
	 * A pipe is in clear, and stays so: the program must not offer STARTTLS
	 * on it, nor, as qmail-smtpd with SMTPS, wait for a handshake.  What is
	 * known of the client's TLS is another matter.
	 */
	forget_tls();
	helper_setenv(&p->tls);
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
