/*
 * dial: where a peer is, and getting there
 *
 * If it breaks, the gate of a site that moved from Sendmail or Postfix looks
 * for its filters at the wrong port; or one dead address of a backend makes all
 * mail wait although the next would answer.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/time.h>
#include <sys/un.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "dial.h"
#include "tap.h"

struct notation {
	const char	*s;
	int		 family;
	const char	*host;		/* NULL: an error */
	int		 port;
};

#define ANY	AF_UNSPEC

/* Of a backend. */
static const struct notation servers[] = {
	{ "mail.example.org:25", ANY, "mail.example.org", 25 },
	{ "127.0.0.1:2025", ANY, "127.0.0.1", 2025 },
	{ "[::1]:25", ANY, "::1", 25 },
	{ "[2001:db8::1]:65535", ANY, "2001:db8::1", 65535 },
	{ "[192.0.2.1]:25", ANY, "192.0.2.1", 25 },
	{ "h:1", ANY, "h", 1 },
	{ "unix:/run/smtp", AF_UNIX, "/run/smtp", 0 },
	{ "UNIX:/run/smtp", AF_UNIX, "/run/smtp", 0 },
	{ "unix:/a:b@c", AF_UNIX, "/a:b@c", 0 },
	{ "unix:@gate", AF_UNIX, "@gate", 0 }, { "unix:@", 0, NULL, 0 },
	{ "h", 0, NULL, 0 }, { "h:", 0, NULL, 0 }, { ":25", 0, NULL, 0 },
	{ "", 0, NULL, 0 }, { ":", 0, NULL, 0 }, { "h:0", 0, NULL, 0 },
	{ "h:65536", 0, NULL, 0 }, { "h:-1", 0, NULL, 0 },
	{ "h:25x", 0, NULL, 0 }, { "h:2 5", 0, NULL, 0 },
	{ "h:no-such-service", 0, NULL, 0 }, { "::1:25", 0, NULL, 0 },
	{ "2001:db8::1", 0, NULL, 0 }, { "[::1]", 0, NULL, 0 },
	{ "[::1]25", 0, NULL, 0 }, { "[::1:25", 0, NULL, 0 },
	{ "[]:25", 0, NULL, 0 }, { "unix:", 0, NULL, 0 },
	{ "h:99999999999999999999", 0, NULL, 0 },
};

/* Of a filter, milter-mta-side.md 1.1. */
static const struct notation filters[] = {
	{ "inet:1111@127.0.0.1", AF_INET, "127.0.0.1", 1111 },
	{ "INET:1111@127.0.0.1", AF_INET, "127.0.0.1", 1111 },
	{ "inet:1111@filter.example", AF_INET, "filter.example", 1111 },
	{ "inet:1111@[127.0.0.1]", AF_INET, "127.0.0.1", 1111 },
	{ "inet6:1111@::1", AF_INET6, "::1", 1111 },
	{ "Inet6:1111@[::1]", AF_INET6, "::1", 1111 },
	{ "inet6:1111@filter.example", AF_INET6, "filter.example", 1111 },
	{ "unix:/run/f.sock", AF_UNIX, "/run/f.sock", 0 },
	{ "local:/run/f.sock", AF_UNIX, "/run/f.sock", 0 },
	{ "Local:/run/f.sock", AF_UNIX, "/run/f.sock", 0 },
	{ ":/run/f.sock", AF_UNIX, "/run/f.sock", 0 },
	{ "/run/f.sock", AF_UNIX, "/run/f.sock", 0 },
	{ "unix:/run/a@b", AF_UNIX, "/run/a@b", 0 },
	{ "unix:/run/a:b", AF_UNIX, "/run/a:b", 0 },
	/* Postfix: host first, and either family. */
	{ "inet:127.0.0.1:1111", ANY, "127.0.0.1", 1111 },
	{ "inet:filter.example:1111", ANY, "filter.example", 1111 },
	{ "inet:[::1]:1111", ANY, "::1", 1111 },
	{ "inet:1111", 0, NULL, 0 }, { "inet:", 0, NULL, 0 },
	{ "inet:@h", 0, NULL, 0 }, { "inet:1111@", 0, NULL, 0 },
	{ "inet:0@h", 0, NULL, 0 }, { "inet:65536@h", 0, NULL, 0 },
	{ "inet:x@h", 0, NULL, 0 }, { "inet:-1@h", 0, NULL, 0 },
	{ "inet:h:0", 0, NULL, 0 }, { "inet:::1:1111", 0, NULL, 0 },
	{ "tcp:1111@h", 0, NULL, 0 }, { "inet7:1@h", 0, NULL, 0 },
	{ "unix:", 0, NULL, 0 }, { "local:", 0, NULL, 0 }, { ":", 0, NULL, 0 },
	{ "", 0, NULL, 0 }, { "fd:3", 0, NULL, 0 }, { "file", 0, NULL, 0 },
	{ "1111@h", 0, NULL, 0 },
};

static void
test_notation(const char *what, const struct notation *n, size_t max,
    const char *(*parse)(struct endpoint *, const char *))
{
	struct endpoint	 e;
	const char	*why;
	size_t		 i;

	for (i = 0; i < max; i++) {
		memset(&e, 0, sizeof(e));
		why = parse(&e, n[i].s);
		if (n[i].host == NULL) {
			ok(why != NULL && *why != '\0',
			    "%s \"%s\" is an error", what, n[i].s);
		} else if (is_str(why == NULL ? e.host : why, n[i].host,
		    "%s \"%s\": host", what, n[i].s)) {
			is_int(e.family, n[i].family, "%s \"%s\": family", what,
			    n[i].s);
			is_int(e.port, n[i].port, "%s \"%s\": port", what,
			    n[i].s);
			is_int((int64_t)e.naddr, 0, "%s \"%s\": nothing is "
			    "resolved yet", what, n[i].s);
		}
		endpoint_free(&e);
	}
}

static void
test_paths(void)
{
	struct endpoint	 e;
	char		 s[200] = "unix:";
	size_t		 i;

	for (i = 0; i < 107; i++)
		s[5 + i] = '/';
	ok(endpoint_parse(&e, s) == NULL, "path of 107 octets");
	endpoint_free(&e);
	ok(endpoint_parse_milter(&e, s) == NULL, "path of 107 to a filter");
	endpoint_free(&e);
	s[5 + 107] = '/';
	ok(endpoint_parse(&e, s) != NULL, "path of 108 octets");
	endpoint_free(&e);
	ok(endpoint_parse_milter(&e, s) != NULL, "path of 108 to a filter");
	endpoint_free(&e);
}

static bool
is_addr(const struct endpoint *e, int family, const char *text, int port)
{
	struct sockaddr_in	 in;
	struct sockaddr_in6	 in6;
	char			 s[INET6_ADDRSTRLEN];

	if (e->naddr != 1 || e->addr[0].sa.ss_family != family)
		return false;
	memcpy(&in, &e->addr[0].sa, sizeof(in));
	memcpy(&in6, &e->addr[0].sa, sizeof(in6));
	return inet_ntop(family, family == AF_INET ? (void *)&in.sin_addr :
	    (void *)&in6.sin6_addr, s, sizeof(s)) != NULL &&
	    strcmp(s, text) == 0 &&
	    ntohs(family == AF_INET ? in.sin_port : in6.sin6_port) == port;
}

static uint32_t
scope(const struct endpoint *e)
{
	struct sockaddr_in6	 in6;

	memcpy(&in6, &e->addr[0].sa, sizeof(in6));
	return in6.sin6_scope_id;
}

static enum io
resolve(struct endpoint *e)
{
	const char	*why;

	return endpoint_resolve(e, 20000, INT64_MAX, &why);
}

static void
test_resolve(void)
{
	struct endpoint		 e;
	struct sockaddr_un	 un;

	(void)endpoint_parse(&e, "127.0.0.1:25");
	is_int(resolve(&e), 0, "resolve an IPv4 literal");
	ok(is_addr(&e, AF_INET, "127.0.0.1", 25), "... address and port");
	is_int(resolve(&e), 0, "resolve again");
	is_int((int64_t)e.naddr, 1, "... is done once");
	endpoint_free(&e);
	(void)endpoint_parse(&e, "[2001:db8::1]:2525");
	is_int(resolve(&e), 0, "resolve an IPv6 literal");
	ok(is_addr(&e, AF_INET6, "2001:db8::1", 2525), "... address and port");
	endpoint_free(&e);
	(void)endpoint_parse(&e, "unix:/run/x");
	is_int(resolve(&e), 0, "resolve a path");
	memcpy(&un, &e.addr[0].sa, sizeof(un));
	ok(e.naddr == 1 && un.sun_family == AF_UNIX &&
	    strcmp(un.sun_path, "/run/x") == 0, "... to that path");
	endpoint_free(&e);
	(void)endpoint_parse_milter(&e, "inet:25@localhost");
	is_int(resolve(&e), IO_OK, "localhost over IPv4");
	ok(is_addr(&e, AF_INET, "127.0.0.1", 25), "... without a resolver");
	endpoint_free(&e);
	(void)endpoint_parse_milter(&e, "inet6:25@LocalHost");
	is_int(resolve(&e), IO_OK, "localhost over IPv6");
	ok(is_addr(&e, AF_INET6, "::1", 25), "... without a resolver");
	endpoint_free(&e);
	(void)endpoint_parse(&e, "localhost:25");
	is_int(resolve(&e), IO_OK, "localhost over either");
	is_int((int64_t)e.naddr, 2, "... has both addresses");
	endpoint_free(&e);
	(void)endpoint_parse(&e, "[fe80::1%lo]:25");
	is_int(resolve(&e), IO_OK, "an address with a scope");
	ok(is_addr(&e, AF_INET6, "fe80::1", 25) && scope(&e) != 0,
	    "... keeps it");
	endpoint_free(&e);
}

/* What is no literal goes through the resolver's process. */
static void
test_resolver(void)
{
	struct endpoint	 e;

	/* getaddrinfo takes it for an address, the gate does not. */
	(void)endpoint_parse(&e, "127.1:25");
	is_int(resolve(&e), IO_OK, "a host for the resolver");
	ok(is_addr(&e, AF_INET, "127.0.0.1", 25), "... address and port");
	endpoint_free(&e);
	(void)endpoint_parse_milter(&e, "inet6:25@127.1");
	is_int(resolve(&e), IO_ERROR, "a host without such an address");
	is_int((int64_t)e.naddr, 0, "... has none");
	endpoint_free(&e);
}

/* A listener on the loopback, or a port where nobody listens. */
static int
listener(bool listening, struct sockaddr_in *in)
{
	socklen_t	 len = sizeof(*in);
	int		 fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memset(in, 0, sizeof(*in));
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)in, len) == -1 ||
	    (listening && listen(fd, 5) == -1) ||
	    getsockname(fd, (struct sockaddr *)in, &len) == -1) {
		printf("Bail out! loopback: %s\n", strerror(errno));
		exit(1);
	}
	return fd;
}

/* An endpoint of these ports of 127.0.0.1. */
static void
set_ports(struct endpoint *e, const struct sockaddr_in *in, size_t n)
{
	size_t	 i;

	(void)endpoint_parse(e, "127.0.0.1:1");
	e->addr = calloc(ADDRS_MAX, sizeof(*e->addr));
	if (e->addr == NULL)
		exit(1);
	for (i = 0; i < n; i++) {
		memcpy(&e->addr[i].sa, &in[i], sizeof(in[i]));
		e->addr[i].len = sizeof(in[i]);
	}
	e->naddr = n;
}

static void
test_dial(void)
{
	struct sockaddr_in	 in[3];
	struct endpoint		 e;
	struct conn		 c;
	int			 closed;
	int			 open1;
	int			 open2;
	int			 fd;

	closed = listener(false, &in[0]);
	open1 = listener(true, &in[1]);
	open2 = listener(true, &in[2]);
	set_ports(&e, in, 3);
	conn_init(&c, 100, 100);
	is_int(endpoint_dial(&e, 0, &c, 5000, now_ms() + 20000), IO_OK,
	    "the first address refuses, the second answers");
	ok(conn_open(&c), "... and the channel is open");
	fd = accept(open1, NULL, NULL);
	ok(fd != -1, "... to the second");
	close(fd);
	conn_close(&c);
	conn_init(&c, 100, 100);
	is_int(endpoint_dial(&e, 2, &c, 0, now_ms() + 20000), IO_OK,
	    "beginning with the third");
	fd = accept(open2, NULL, NULL);
	ok(fd != -1, "... it is the third");
	close(fd);
	conn_close(&c);
	endpoint_free(&e);

	set_ports(&e, in, 1);
	conn_init(&c, 100, 100);
	is_int(endpoint_dial(&e, 0, &c, 5000, now_ms() + 20000), IO_ERROR,
	    "nobody answers");
	ok(!conn_open(&c), "... the channel is closed");
	is_int(c.error, ECONNREFUSED, "... and says why");
	is_int(endpoint_dial(&e, 1, &c, 5000, now_ms() + 20000), IO_ERROR,
	    "there is no second");
	conn_close(&c);
	endpoint_free(&e);

	(void)endpoint_parse(&e, "unix:/nonexistent/socket");
	(void)resolve(&e);
	conn_init(&c, 100, 100);
	is_int(endpoint_dial(&e, 0, &c, 5000, now_ms() + 20000), IO_ERROR,
	    "a socket that is not there");
	is_int(c.error, ENOENT, "... and why");
	conn_close(&c);
	endpoint_free(&e);
	close(closed);
	close(open1);
	close(open2);
}

/* A socket without a file, for containers that share nothing but a network. */
static void
test_abstract(void)
{
	struct sockaddr_un	 un;
	struct endpoint		 e;
	struct conn		 c;
	char			 name[64] = "unix:@t_dial.";
	size_t			 n;
	int			 fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	n = strlen(name);
	(void)snprintf(name + n, sizeof(name) - n, "%ld", (long)getpid());
	n = strlen(name + 6);
	memcpy(un.sun_path + 1, name + 6, n);
	if (fd == -1 || bind(fd, (struct sockaddr *)&un,
	    (socklen_t)(sizeof(un.sun_family) + 1 + n)) == -1 ||
	    listen(fd, 5) == -1) {
		printf("Bail out! abstract: %s\n", strerror(errno));
		exit(1);
	}
	ok(endpoint_parse(&e, name) == NULL, "%s", name);
	ok(endpoint_abstract(&e), "... is abstract");
	is_int(resolve(&e), 0, "... is resolved");
	conn_init(&c, 100, 100);
	is_int(endpoint_dial(&e, 0, &c, 5000, now_ms() + 20000), IO_OK,
	    "... and answers");
	conn_close(&c);
	endpoint_free(&e);
	close(fd);
}

static int	 full = -1;

static void
make_room(int sig)
{
	int	 fd;

	(void)sig;
	if ((fd = accept(full, NULL, NULL)) != -1)
		close(fd);
}

/*
 * A unix socket whose queue is full refuses at once, other than TCP: a server
 * that is busy for a moment is not one that is down.
 */
static void
test_full(void)
{
	struct itimerval	 soon = { { 0, 50000 }, { 0, 50000 } };
	struct itimerval	 never = { { 0, 0 }, { 0, 0 } };
	struct sockaddr_un	 un;
	struct endpoint		 e;
	struct conn		 c;
	int			 fd[8];
	int			 n;

	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	(void)snprintf(un.sun_path, sizeof(un.sun_path), "/tmp/t_dial.%ld",
	    (long)getpid());
	full = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (full == -1 ||
	    bind(full, (struct sockaddr *)&un, sizeof(un)) == -1 ||
	    listen(full, 0) == -1)
		exit(1);
	for (n = 0; n < 8; n++) {
		fd[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		if (connect(fd[n], (struct sockaddr *)&un, sizeof(un)) == -1)
			break;
	}
	ok(n < 8 && errno == EAGAIN, "the queue is full");
	e.family = AF_UNIX;
	e.host = strdup(un.sun_path);
	e.naddr = 0;
	e.addr = NULL;
	(void)resolve(&e);
	conn_init(&c, 100, 100);
	is_int(endpoint_dial(&e, 0, &c, 1, now_ms() + 20000), IO_ERROR,
	    "no room within the time");
	is_int(c.error, EAGAIN, "... and why");
	conn_close(&c);
	signal(SIGALRM, make_room);
	setitimer(ITIMER_REAL, &soon, NULL);
	conn_init(&c, 100, 100);
	is_int(endpoint_dial(&e, 0, &c, 20000, now_ms() + 20000), IO_OK,
	    "room is made meanwhile");
	setitimer(ITIMER_REAL, &never, NULL);
	signal(SIGALRM, SIG_DFL);
	conn_close(&c);
	for (; n >= 0; n--)
		close(fd[n]);
	close(full);
	unlink(un.sun_path);
	endpoint_free(&e);
}

/* All addresses stay, and each comes to be the first. */
static void
test_shuffle(void)
{
	struct sockaddr_in	 in[4];
	struct endpoint		 e;
	unsigned int		 first[4] = { 0, 0, 0, 0 };
	unsigned int		 seen;
	unsigned int		 port;
	bool			 all = true;
	int			 i;
	size_t			 k;

	memset(in, 0, sizeof(in));
	for (k = 0; k < 4; k++)
		in[k].sin_port = (in_port_t)k;
	set_ports(&e, in, 4);
	for (i = 0; i < 400; i++) {
		endpoint_shuffle(&e);
		for (seen = 0, k = 0; k < e.naddr; k++) {
			memcpy(&in[0], &e.addr[k].sa, sizeof(in[0]));
			port = in[0].sin_port;
			seen |= 1u << port;
			if (k == 0 && port < 4)
				first[port]++;
		}
		all = all && seen == 0xf;
	}
	ok(all, "shuffled addresses are the same addresses");
	ok(first[0] > 0 && first[1] > 0 && first[2] > 0 && first[3] > 0,
	    "each of them is the first at times");
	/* The resolver's IPv6 before IPv4, or after it, stays. */
	e.addr[0].sa.ss_family = e.addr[1].sa.ss_family = AF_INET6;
	for (all = true, i = 0; i < 100; i++) {
		endpoint_shuffle(&e);
		all = all && e.addr[0].sa.ss_family == AF_INET6 &&
		    e.addr[1].sa.ss_family == AF_INET6;
	}
	ok(all, "families stay in the resolver's order");
	endpoint_free(&e);
}

int
main(void)
{
	(void)alarm(120);
	conn_signals();
	test_notation("server", servers, sizeof(servers) / sizeof(servers[0]),
	    endpoint_parse);
	test_notation("filter", filters, sizeof(filters) / sizeof(filters[0]),
	    endpoint_parse_milter);
	test_paths();
	test_resolve();
	test_resolver();
	test_dial();
	test_abstract();
	test_full();
	(void)alarm(120);
	test_shuffle();
	return tap_end();
}
