/*
 * dial - where a peer is, and getting there
 *
 * An endpoint is a socket path, or a host and a port.  It is resolved at most
 * once in the life of the process: after the gate has confined itself the
 * resolver's files are out of reach, and a lost backend is dialled at the
 * addresses known by then.  Literal addresses never touch the resolver, which
 * costs a process (lookup.c).
 */
#include <sys/un.h>

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dial.h"
#include "log.h"
#include "lookup.h"

#define AVOID_MAX	4
#define SYSTEM_LIMIT_MS	300000		/* longer than any connect(2) */
#define FULL_MS		100		/* before a full queue is tried again */

bool
endpoint_abstract(const struct endpoint *e)
{
	return e->family == AF_UNIX && *e->host == '@';
}

/* A new address at the end of the list; NULL when there are enough. */
static struct address *
add_address(struct endpoint *e)
{
	if (e->addr == NULL &&
	    (e->addr = calloc(ADDRS_MAX, sizeof(*e->addr))) == NULL)
		fatal("memory for addresses");
	return e->naddr < ADDRS_MAX ? &e->addr[e->naddr++] : NULL;
}

/* endpoint_parse has seen to it that the path fits. */
static void
resolve_unix(struct endpoint *e)
{
	struct sockaddr_un	 un;
	struct address		*a = add_address(e);
	size_t			 n;

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	n = strlcpy(un.sun_path, e->host, sizeof(un.sun_path));
	a->len = sizeof(un);
	if (endpoint_abstract(e)) {
		/* The name is what the length says, without a NUL. */
		un.sun_path[0] = '\0';
		a->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
		    n);
	}
	memcpy(&a->sa, &un, sizeof(un));
}

static void
set_address(struct endpoint *e, const struct sockaddr *sa, socklen_t len)
{
	struct address	*a = add_address(e);

	if (a == NULL)
		return;
	memcpy(&a->sa, sa, len);
	a->len = len;
	if (sa->sa_family == AF_INET)
		((struct sockaddr_in *)&a->sa)->sin_port = htons(e->port);
	else
		((struct sockaddr_in6 *)&a->sa)->sin6_port = htons(e->port);
}

/* An address in text, with a scope if it has one; -1 when it is none. */
static int
add_literal(struct endpoint *e, const char *text)
{
	struct sockaddr_in	 in;
	struct sockaddr_in6	 in6;
	char			 addr[INET6_ADDRSTRLEN];
	size_t			 n = strcspn(text, "%");

	memset(&in, 0, sizeof(in));
	memset(&in6, 0, sizeof(in6));
	in.sin_family = AF_INET;
	in6.sin6_family = AF_INET6;
	if (n >= sizeof(addr))
		return -1;
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (text[n] == '%' &&
	    (in6.sin6_scope_id = if_nametoindex(text + n + 1)) == 0)
		return -1;
	if (e->family != AF_INET6 &&
	    inet_pton(AF_INET, text, &in.sin_addr) == 1)
		set_address(e, (struct sockaddr *)&in, sizeof(in));
	else if (e->family != AF_INET &&
	    inet_pton(AF_INET6, addr, &in6.sin6_addr) == 1)
		set_address(e, (struct sockaddr *)&in6, sizeof(in6));
	else
		return -1;
	return 0;
}

/*
 * What needs no resolver.  localhost is as often written for a filter as its
 * address, and has no other (RFC 6761 6.3).
 */
static int
resolve_literal(struct endpoint *e)
{
	if (strcasecmp(e->host, "localhost") != 0)
		return add_literal(e, e->host);
	(void)add_literal(e, "127.0.0.1");
	(void)add_literal(e, "::1");
	return 0;
}

static int64_t
limit(int64_t timeout_ms, int64_t deadline)
{
	int64_t	 t = now_ms() + (timeout_ms > 0 ? timeout_ms :
		    SYSTEM_LIMIT_MS);

	return t < deadline ? t : deadline;
}

bool
endpoint_known(struct endpoint *e)
{
	if (e->naddr == 0 && e->family == AF_UNIX)
		resolve_unix(e);
	return e->naddr > 0 || resolve_literal(e) == 0;
}

static bool
loopback(const struct sockaddr_storage *ss)
{
	const struct sockaddr_in	*in = (const void *)ss;
	const struct sockaddr_in6	*in6 = (const void *)ss;

	if (ss->ss_family == AF_INET)
		return ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return ss->ss_family == AF_UNIX ||
	    IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

bool
endpoint_local(struct endpoint *e)
{
	size_t	 i;

	if (!endpoint_known(e))
		return false;
	for (i = 0; i < e->naddr && loopback(&e->addr[i].sa); i++)
		continue;
	return i == e->naddr;
}

enum io
endpoint_resolve(struct endpoint *e, int64_t timeout_ms, int64_t deadline,
    const char **why)
{
	struct lookup	 l;
	char		 text[LITERAL_SIZE];
	enum io		 r;

	if (endpoint_known(e))
		return IO_OK;
	lookup_host(&l, e->host, e->family, limit(timeout_ms, deadline));
	while ((r = lookup_address(&l, text, why)) == IO_OK)
		(void)add_literal(e, text);
	lookup_end(&l);
	if (r == IO_EOF)
		return e->naddr > 0 ? IO_OK : IO_ERROR;
	e->naddr = 0;
	return r;
}

void
endpoint_free(struct endpoint *e)
{
	free(e->host);
	free(e->addr);
	memset(e, 0, sizeof(*e));
}

static void
shuffle(struct address *list, size_t n)
{
	struct address	 a;
	size_t		 k;

	for (; n > 1; n--) {
		k = arc4random_uniform((uint32_t)n);
		a = list[n - 1];
		list[n - 1] = list[k];
		list[k] = a;
	}
}

void
endpoint_shuffle(struct endpoint *e)
{
	size_t	 from;
	size_t	 to;

	for (from = 0; from < e->naddr; from = to) {
		for (to = from + 1; to < e->naddr &&
		    e->addr[to].sa.ss_family == e->addr[from].sa.ss_family;
		    to++)
			continue;
		shuffle(e->addr + from, to - from);
	}
}

/* Where the gate listens, as far as that is known. */
static struct sockaddr_storage	 own[AVOID_MAX];
static size_t			 nown;

void
dial_avoid(const struct sockaddr_storage *ss)
{
	if (nown < AVOID_MAX)
		own[nown++] = *ss;
}

/* Port and address in 16 octets, IPv4 as mapped into IPv6. */
static void
in_octets(const struct sockaddr_storage *ss, unsigned char *to)
{
	const struct sockaddr_in	*in = (const void *)ss;
	const struct sockaddr_in6	*in6 = (const void *)ss;

	memset(to, 0, 18);
	if (ss->ss_family == AF_INET) {
		to[10] = to[11] = 0xff;
		memcpy(to + 12, &in->sin_addr, 4);
		memcpy(to + 16, &in->sin_port, 2);
	} else {
		memcpy(to, &in6->sin6_addr, 16);
		memcpy(to + 16, &in6->sin6_port, 2);
	}
}

static bool
same_place(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_un	*ua = (const void *)a;
	const struct sockaddr_un	*ub = (const void *)b;
	unsigned char			 pa[18];
	unsigned char			 pb[18];

	if ((a->ss_family == AF_UNIX) != (b->ss_family == AF_UNIX))
		return false;
	if (a->ss_family == AF_UNIX)
		return memcmp(ua->sun_path, ub->sun_path,
		    sizeof(ua->sun_path)) == 0;
	in_octets(a, pa);
	in_octets(b, pb);
	return memcmp(pa, pb, sizeof(pa)) == 0;
}

static bool
leads_back(const struct address *a)
{
	size_t	 i;

	for (i = 0; i < nown; i++)
		if (same_place(&a->sa, &own[i]))
			return true;
	return false;
}

int
endpoint_start(const struct endpoint *e, size_t i, struct conn *c)
{
	const struct address	*a = &e->addr[i];

	if (leads_back(a)) {
		errno = ELOOP;
		return -1;
	}
	return conn_dial(c, (const struct sockaddr *)&a->sa, a->len);
}

/* One address. */
static enum io
dial(const struct endpoint *e, size_t i, struct conn *c, int64_t until)
{
	enum io	 r;

	/* A unix socket whose queue is full says so at once: wait for room. */
	while (endpoint_start(e, i, c) == -1) {
		c->error = errno;
		if (c->error != EAGAIN || now_ms() + FULL_MS >= until)
			return IO_ERROR;
		if ((r = conn_pause(now_ms() + FULL_MS)) != IO_TIMEOUT)
			return r;
	}
	if ((r = conn_dialled(c, until)) != IO_OK)
		conn_close(c);
	return r;
}

enum io
endpoint_dial(struct endpoint *e, size_t i, struct conn *c,
    int64_t timeout_ms, int64_t deadline)
{
	enum io	 r = IO_ERROR;

	for (; i < e->naddr; i++) {
		r = dial(e, i, c, limit(timeout_ms, deadline));
		if (r != IO_ERROR && r != IO_TIMEOUT)
			return r;
	}
	return r;
}

static const char *
set_host(struct endpoint *e, const char *s, size_t n)
{
	if (n > 1 && s[0] == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
	}
	if (n == 0)
		return "a host";
	e->host = strndup(s, n);
	return e->host == NULL ? "more memory" : NULL;
}

static const char *
set_port(struct endpoint *e, const char *s, size_t n)
{
	const struct servent	*sv;
	const char		*errstr;
	char			 port[32];

	if (n == 0 || n >= sizeof(port))
		return "a port from 1 to 65535";
	memcpy(port, s, n);
	port[n] = '\0';
	e->port = (uint16_t)strtonum(port, 1, 65535, &errstr);
	if (errstr == NULL)
		return NULL;
	if (strspn(port, "0123456789") == n ||
	    (sv = getservbyname(port, "tcp")) == NULL)
		return "a port from 1 to 65535";
	e->port = ntohs((uint16_t)sv->s_port);
	return NULL;
}

static const char *
set_path(struct endpoint *e, const char *path)
{
	struct sockaddr_un	 un;

	if (*path == '\0' || strcmp(path, "@") == 0 ||
	    strlen(path) >= sizeof(un.sun_path))
		return "a socket path of 1 to 107 octets";
	e->family = AF_UNIX;
	e->host = strdup(path);
	return e->host == NULL ? "more memory" : NULL;
}

static const char *
set_host_port(struct endpoint *e, const char *s)
{
	const char	*colon = strrchr(s, ':');
	const char	*why;

	if (colon == NULL || (*s == '[' && colon > s && colon[-1] != ']') ||
	    (*s != '[' && memchr(s, ':', (size_t)(colon - s)) != NULL))
		return "host:port, [IPv6]:port or unix:/path";
	if ((why = set_host(e, s, (size_t)(colon - s))) != NULL)
		return why;
	return set_port(e, colon + 1, strlen(colon + 1));
}

const char *
endpoint_parse(struct endpoint *e, const char *s)
{
	memset(e, 0, sizeof(*e));
	e->family = AF_UNSPEC;
	if (strncasecmp(s, "unix:", 5) == 0)
		return set_path(e, s + 5);
	return set_host_port(e, s);
}

const char *
endpoint_parse_milter(struct endpoint *e, const char *s)
{
	static const char	 forms[] =
	    "inet:port@host, inet6:port@host or unix:/path";
	const char	*colon = strchr(s, ':');
	const char	*at;
	const char	*why;
	size_t		 n = colon != NULL ? (size_t)(colon - s) : 0;

	memset(e, 0, sizeof(*e));
	if (colon == NULL)
		return *s == '/' ? set_path(e, s) : forms;
	if (n == 0 || (n == 4 && strncasecmp(s, "unix", n) == 0) ||
	    (n == 5 && strncasecmp(s, "local", n) == 0))
		return set_path(e, colon + 1);
	if (n == 4 && strncasecmp(s, "inet", n) == 0)
		e->family = AF_INET;
	else if (n == 5 && strncasecmp(s, "inet6", n) == 0)
		e->family = AF_INET6;
	else
		return forms;
	s = colon + 1;
	if ((at = strchr(s, '@')) == NULL) {
		e->family = AF_UNSPEC;	/* Postfix's form may be either */
		return set_host_port(e, s) == NULL ? NULL : forms;
	}
	if ((why = set_port(e, s, (size_t)(at - s))) != NULL)
		return why;
	return set_host(e, at + 1, strlen(at + 1));
}
