/*
 * identity: what a backend is told before a mail, and what goes on top of it
 *
 * If it breaks, a server refuses the command, logs another client than the one
 * that sent the mail, or takes what a client chose for a field of the header.
 */
#include <sys/socket.h>

#include "identity.h"
#include "tap.h"

#define ALL	0xffffffffu

static struct config	 config;
static char		 hostname[] = "gate.example";
static struct peer	 peer;
static struct backend	 b;

static void
prepare(enum identity method, const char *addr, int family)
{
	memset(&peer, 0, sizeof(peer));
	memset(&b, 0, sizeof(b));
	config.hostname = hostname;
	(void)strlcpy(peer.remote.addr, addr, sizeof(peer.remote.addr));
	peer.remote.family = family;
	peer.remote.port = 4711;
	b.config = &config;
	b.peer = &peer;
	b.identity = method;
	b.attributes = ALL;
}

static struct told
told(const char *helo)
{
	struct told	 t = { helo, true, false, false, "Q1", NULL, NULL };

	return t;
}

/* The commands, their number, and the longest of them. */
static size_t
commands(const struct told *t, struct buf *out, size_t *longest)
{
	const char	*s;
	size_t		 n = 0;
	size_t		 len;

	buf_init(out, 65536);
	identity_commands(&b, t, out);
	*longest = 0;
	for (s = buf_cstr(out); *s != '\0'; s += len + 1) {
		len = strcspn(s, "\n");
		if (len > *longest)
			*longest = len;
		n++;
	}
	return n;
}

static void
test_xforward(void)
{
	struct told	 t = told("c.example");
	struct buf	 out;
	char		 text[300];
	size_t		 longest;

	prepare(ID_XFORWARD, "192.0.2.7", AF_INET);
	is_int((int64_t)commands(&t, &out, &longest), 1, "one command");
	ok(strstr(buf_cstr(&out), " PROTO=ESMTP HELO=c.example SOURCE=REMOTE "
	    "IDENT=Q1 PORT=4711 ADDR=192.0.2.7\n") != NULL, "attributes");
	ok(strncmp(buf_cstr(&out), "XFORWARD NAME=", 14) == 0, "its name");
	ok(strstr(buf_cstr(&out), "LOGIN") == NULL, "none of XCLIENT alone");
	buf_free(&out);

	t = told("a+b=c d\x01\xc3\xa4");
	(void)commands(&t, &out, &longest);
	ok(strstr(buf_cstr(&out), " HELO=a+2Bb+3Dc+20d+01+C3+A4 ") != NULL,
	    "xtext");
	buf_free(&out);

	t = told("");
	(void)commands(&t, &out, &longest);
	ok(strstr(buf_cstr(&out), " HELO=[UNAVAILABLE] ") != NULL,
	    "no HELO yet");
	buf_free(&out);

	/* Each octet three in xtext, and others beside it. */
	memset(text, '+', 150);
	text[150] = '\0';
	t = told(text);
	is_int((int64_t)commands(&t, &out, &longest), 2,
	    "long values are spread over commands");
	ok(longest <= 510, "none is longer than a command");
	ok(strstr(buf_cstr(&out), "\nXFORWARD ") != NULL, "the second");
	buf_free(&out);

	memset(text, 'x', 256);
	text[256] = '\0';
	t = told(text);
	(void)commands(&t, &out, &longest);
	ok(strstr(buf_cstr(&out), " HELO=[UNAVAILABLE] ") != NULL,
	    "a value beyond 255 octets is none");
	buf_free(&out);

	prepare(ID_XFORWARD, "", AF_UNSPEC);
	(void)commands(&t, &out, &longest);
	ok(strstr(buf_cstr(&out), " PORT=[UNAVAILABLE] ADDR=[UNAVAILABLE]\n")
	    != NULL, "a client without address");
	buf_free(&out);

	prepare(ID_XFORWARD, "2001:db8::7", AF_INET6);
	b.attributes = 1u << 11;
	(void)commands(&t, &out, &longest);
	is_str(buf_cstr(&out), "XFORWARD ADDR=IPV6:2001:db8::7\n",
	    "only what is listed");
	buf_free(&out);
}

static void
test_received(void)
{
	struct told	 t = told("c.example");
	struct buf	 out;
	char		 long_rcpt[1000];

	prepare(ID_RECEIVED, "2001:db8::7", AF_INET6);
	t.rcpt = "b@y";
	buf_init(&out, 8192);
	identity_received(&b, &t, &out);
	ok(strncmp(buf_cstr(&out), "Received: from c.example (unknown "
	    "[IPv6:2001:db8::7])\r\n\tby gate.example (spsmtpgate) with ESMTP "
	    "id Q1\r\n\tfor <b@y>;\r\n\t", 100) == 0, "its form");
	buf_free(&out);

	t.helo = "a)b(c\\d\xe4 e\r\nX: y";
	t.rcpt = NULL;
	t.utf8 = t.auth = true;
	buf_init(&out, 8192);
	identity_received(&b, &t, &out);
	ok(strstr(buf_cstr(&out), "from a?b?c?d??e??X:?y (unknown [") != NULL,
	    "a name that the client chose cannot leave its place");
	ok(strstr(buf_cstr(&out), " with UTF8SMTPA id") != NULL, "protocol");
	ok(strstr(buf_cstr(&out), "\tfor ") == NULL, "no recipient");
	buf_free(&out);

	memset(long_rcpt, 'r', sizeof(long_rcpt) - 1);
	long_rcpt[sizeof(long_rcpt) - 1] = '\0';
	t.rcpt = long_rcpt;
	buf_init(&out, 8192);
	identity_received(&b, &t, &out);
	ok(strstr(buf_cstr(&out), "rrr") == NULL,
	    "no line longer than RFC 5322 allows");
	buf_free(&out);

	prepare(ID_NONE, "192.0.2.7", AF_INET);
	buf_init(&out, 8192);
	identity_received(&b, &t, &out);
	identity_commands(&b, &t, &out);
	is_int((int64_t)buf_len(&out), 0, "none says nothing");
	buf_free(&out);
}

int
main(void)
{
	test_xforward();
	test_received();
	return tap_end();
}
