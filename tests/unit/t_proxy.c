/*
 * proxy: the PROXY header of a load balancer
 *
 * If it breaks, the client is somebody else than the load balancer says, for
 * access rules, block lists and relaying alike; has TLS when it has none, and
 * gives its password away; or the first command is read as part of the header.
 */
#include <sys/socket.h>

#include <string.h>

#include "proxy.h"
#include "tap.h"

#define SIG		"\r\n\r\n\0\r\nQUIT\n"
#define A4		"\xc0\x00\x02\x07\xc0\x00\x02\x01\x12\x67\x00\x19"
#define X107		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define LONG6		"1111:2222:3333:4444:5555:6666:7777:8888"

#define C4		"4 192.0.2.7 4711 4 192.0.2.1 25"

/* Text with NULs, and its length. */
#define T(s)		s, sizeof(s) - 1

static const struct {
	const char	*name;
	const char	*text;
	size_t		 n;
	const char	*want;
} cases[] = {
	{ "TCP4", T("PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n"),
	    "4 192.0.2.7 4711 4 192.0.2.1 25" },
	{ "TCP6", T("PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n"),
	    "6 2001:db8::7 4711 6 2001:db8::1 25" },
	{ "the longest there is", T("PROXY TCP6 " LONG6 " " LONG6
	    " 65535 65535\r\n"), "6 " LONG6 " 65535 6 " LONG6 " 65535" },
	{ "IPv4 in IPv6 is IPv4", T("PROXY TCP6 ::ffff:192.0.2.7 "
	    "2001:db8::1 4711 25\r\n"), "4 192.0.2.7 4711 6 2001:db8::1 25" },
	{ "another form of the address", T("PROXY TCP6 2001:DB8:0:0:0:0:0:7 "
	    "2001:db8::1 4711 25\r\n"), "6 2001:db8::7 4711 6 2001:db8::1 25" },
	{ "port 0", T("PROXY TCP4 192.0.2.7 192.0.2.1 0 0\r\n"),
	    "4 192.0.2.7 0 4 192.0.2.1 0" },
	{ "UNKNOWN", T("PROXY UNKNOWN\r\n"), "unknown" },
	{ "UNKNOWN and more", T("PROXY UNKNOWN ::1 ::1 1 2\r\n"), "unknown" },
	{ "107 octets", T("PROXY UNKNOWN " X107 "\r\n"), "unknown" },
	{ "nobody", T("PROXY TCP4 0.0.0.0 192.0.2.1 4711 25\r\n"),
	    "unknown" },
	{ "nobody, IPv6", T("PROXY TCP6 :: ::1 4711 25\r\n"), "unknown" },
	{ "108 octets", T("PROXY UNKNOWN " X107 "x\r\n"), "bad" },
	{ "LF alone", T("PROXY UNKNOWN\n"), "bad" },
	{ "CR within", T("PROXY UNKNOWN \r x\r\n"), "bad" },
	{ "NUL", T("PROXY UNKNOWN \0\r\n"), "bad" },
	{ "NUL within an address", T("PROXY TCP4 192.0.2.7\0 192.0.2.1 1 2"
	    "\r\n"), "bad" },
	{ "UNKNOWNX", T("PROXY UNKNOWNX\r\n"), "bad" },
	{ "small letters", T("proxy TCP4 192.0.2.7 192.0.2.1 4711 25\r\n"),
	    "bad" },
	{ "UDP4", T("PROXY UDP4 192.0.2.7 192.0.2.1 4711 25\r\n"), "bad" },
	{ "two blanks", T("PROXY TCP4 192.0.2.7  192.0.2.1 4711 25\r\n"),
	    "bad" },
	{ "a blank at the end", T("PROXY TCP4 192.0.2.7 192.0.2.1 4711 25 "
	    "\r\n"), "bad" },
	{ "a tab", T("PROXY TCP4 192.0.2.7\t192.0.2.1 4711 25\r\n"), "bad" },
	{ "one field less", T("PROXY TCP4 192.0.2.7 192.0.2.1 4711\r\n"),
	    "bad" },
	{ "one field more", T("PROXY TCP4 192.0.2.7 192.0.2.1 4711 25 1\r\n"),
	    "bad" },
	{ "IPv6 in TCP4", T("PROXY TCP4 ::1 192.0.2.1 4711 25\r\n"), "bad" },
	{ "IPv4 in TCP6", T("PROXY TCP6 192.0.2.7 ::1 4711 25\r\n"), "bad" },
	{ "a scope", T("PROXY TCP6 fe80::1%eth0 ::1 4711 25\r\n"), "bad" },
	{ "brackets", T("PROXY TCP6 [::1] ::1 4711 25\r\n"), "bad" },
	{ "zeros in front of an octet", T("PROXY TCP4 192.0.02.7 192.0.2.1 "
	    "4711 25\r\n"), "bad" },
	{ "a zero in front of a port", T("PROXY TCP4 192.0.2.7 192.0.2.1 "
	    "04711 25\r\n"), "bad" },
	{ "a port too large", T("PROXY TCP4 192.0.2.7 192.0.2.1 65536 25\r\n"),
	    "bad" },
	{ "a port with a sign", T("PROXY TCP4 192.0.2.7 192.0.2.1 +1 25\r\n"),
	    "bad" },
	{ "an address with three octets", T("PROXY TCP4 192.0.2 192.0.2.1 1 2"
	    "\r\n"), "bad" },
	{ "a name", T("PROXY TCP4 localhost 192.0.2.1 1 2\r\n"), "bad" },
	{ "SMTP", T("EHLO c.example\r\n"), "bad" },
	{ "nothing", T(""), "bad" },
	{ "v2: TCP4", T(SIG "\x21\x11\x00\x0c" A4),
	    "4 192.0.2.7 4711 4 192.0.2.1 25" },
	{ "v2: TCP6", T(SIG "\x21\x21\x00\x24"
	    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"
	    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x12\x67\x00\x19"),
	    "6 2001:db8::7 4711 6 2001:db8::1 25" },
	{ "v2: IPv4 in IPv6", T(SIG "\x21\x21\x00\x24"
	    "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x07"
	    "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01\x12\x67\x00\x19"),
	    "4 192.0.2.7 4711 4 192.0.2.1 25" },
	{ "v2: what follows the addresses", T(SIG "\x21\x11\x00\x0f" A4
	    "\x04\x00\x00"), "4 192.0.2.7 4711 4 192.0.2.1 25" },
	{ "v2: TLS", T(SIG "\x21\x11\x00\x22" A4
	    "\x20\x00\x13\x01\0\0\0\x01\x21\x00\x07TLSv1.2\x23\x00\x01X"),
	    C4 " TLSv1.2 X  NO " },
	{ "v2: TLS, a certificate, SNI, and others", T(SIG
	    "\x21\x11\x00\x38" A4 "\x01\x00\x04smtp\x02\x00\x03" "a.b"
	    "\x20\x00\x1c\x07\0\0\0\0\x21\x00\x07TLSv1.2\x24\x00\x02zz"
	    "\x22\x00\x01" "c\x23\x00\x01X"), C4 " TLSv1.2 X a.b OK CN=c" },
	{ "v2: TLS, a certificate of before", T(SIG "\x21\x11\x00\x14" A4
	    "\x20\x00\x05\x05\0\0\0\0"), C4 " TLS   OK  resumed" },
	{ "v2: TLS, a certificate that is not valid", T(SIG
	    "\x21\x11\x00\x18" A4 "\x20\x00\x09\x03\0\0\0\x0a\x22\x00\x01" "c"),
	    C4 " TLS   FAIL CN=c" },
	{ "v2: a verification of no certificate is none", T(SIG
	    "\x21\x11\x00\x18" A4 "\x20\x00\x09\x01\0\0\0\0\x22\x00\x01" "c"),
	    C4 " TLS   NO " },
	{ "v2: a name that needs care", T(SIG "\x21\x11\x00\x1e" A4
	    "\x20\x00\x0f\x07\0\0\0\0\x22\x00\x07# a,b\n "),
	    C4 " TLS   OK CN=\\# a\\,b?\\ " },
	{ "v2: a cipher that is too long is none", T(SIG
	    "\x21\x11\x00\x57" A4 "\x20\x00\x48\x01\0\0\0\0\x23\x00\x40"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
	    C4 " TLS   NO " },
	{ "v2: no TLS with the client", T(SIG "\x21\x11\x00\x24" A4
	    "\x02\x00\x03" "a.b\x20\x00\x0f\x00\0\0\0\0\x21\x00\x07TLSv1.2"),
	    C4 },
	{ "v2: TLS, and LOCAL", T(SIG "\x20\x11\x00\x14" A4
	    "\x20\x00\x05\x01\0\0\0\0"), "local" },
	{ "v2: TLS told twice", T(SIG "\x21\x11\x00\x1c" A4
	    "\x20\x00\x05\x01\0\0\0\0\x20\x00\x05\x01\0\0\0\0"), "bad" },
	{ "v2: TLS, too short", T(SIG "\x21\x11\x00\x13" A4
	    "\x20\x00\x04\x01\0\0\0"), "bad" },
	{ "v2: a TLV longer than the header", T(SIG "\x21\x11\x00\x10" A4
	    "\x04\x00\x02z"), "bad" },
	{ "v2: half a TLV", T(SIG "\x21\x11\x00\x0e" A4 "\x04\x00"), "bad" },
	{ "v2: a TLV longer than the one around it", T(SIG
	    "\x21\x11\x00\x1a" A4 "\x20\x00\x08\x01\0\0\0\0\x21\x00\x03"
	    "\x04\x00\x00"), "bad" },
	{ "v2: a checksum", T(SIG "\x21\x11\x00\x13" A4
	    "\x03\x00\x04\xc3\xae\x7b\xf1"), C4 },
	{ "v2: a wrong checksum", T(SIG "\x21\x11\x00\x13" A4
	    "\x03\x00\x04\xc3\xae\x7b\xf0"), "bad" },
	{ "v2: a checksum of three octets", T(SIG "\x21\x11\x00\x12" A4
	    "\x03\x00\x03\xc3\xae\x7b"), "bad" },
	{ "v2: LOCAL", T(SIG "\x20\x00\x00\x00"), "local" },
	{ "v2: LOCAL with addresses", T(SIG "\x20\x11\x00\x0c" A4), "local" },
	{ "v2: unspecified", T(SIG "\x21\x00\x00\x00"), "unknown" },
	{ "v2: unspecified, and more", T(SIG "\x21\x00\x00\x02" "ab"),
	    "unknown" },
	{ "v2: nobody", T(SIG "\x21\x11\x00\x0c\0\0\0\0\0\0\0\0\0\0\0\0"),
	    "unknown" },
	{ "v2: UDP", T(SIG "\x21\x12\x00\x0c" A4), "bad" },
	{ "v2: version 1", T(SIG "\x11\x11\x00\x0c" A4), "bad" },
	{ "v2: another command", T(SIG "\x22\x11\x00\x0c" A4), "bad" },
	{ "v2: too short for its addresses", T(SIG "\x21\x21\x00\x0c" A4),
	    "bad" },
	{ "v2: a Unix socket, too short", T(SIG "\x21\x31\x00\x0c" A4),
	    "bad" },
	{ "v2: beyond the limit", T(SIG "\x21\x11\x08\x01" A4), "bad" },
	{ "v2: another signature", T("\r\n\r\n\0\r\nQUIX\n\x21\x11\x00\x0c"
	    A4), "bad" },
};

/* Read as upstream.c does: never more than was asked for. */
static size_t
read_as_asked(const unsigned char *p, size_t n, size_t *steps)
{
	size_t	 want = 1;
	size_t	 have = 0;

	*steps = 0;
	while (want > have && want <= n) {
		have = want;
		want = proxy_length(p, have);
		++*steps;
	}
	return want == have ? have : 0;
}

static char
family(const struct side *s)
{
	return s->family == AF_INET6 ? '6' : '4';
}

/* What is written, by the octets of the protocol's text. */
static const struct {
	const char	*name;
	struct tls_facts tls;
	const char	*text;
	size_t		 n;
} written[] = {
	{ "no TLS", { .version = "TLSv1.2", .sni = "a.b", .verify = "NO" },
	    T(SIG "\x21\x11\x00\x0c" A4) },
	{ "TLS", { .on = true, .version = "TLSv1.2", .cipher = "X",
	    .verify = "NO" }, T(SIG "\x21\x11\x00\x22" A4
	    "\x20\x00\x13\x01\0\0\0\x01\x21\x00\x07TLSv1.2\x23\x00\x01X") },
	{ "SNI, a certificate", { .on = true, .version = "TLSv1.2",
	    .cipher = "X", .sni = "a.b", .cn = "c", .verify = "OK" },
	    T(SIG "\x21\x11\x00\x2c" A4
	    "\x20\x00\x17\x07\0\0\0\0\x21\x00\x07TLSv1.2\x23\x00\x01X"
	    "\x22\x00\x01" "c\x02\x00\x03" "a.b") },
	{ "a certificate of before", { .on = true, .version = "TLSv1.2",
	    .cipher = "X", .verify = "OK", .resumed = true },
	    T(SIG "\x21\x11\x00\x22" A4
	    "\x20\x00\x13\x05\0\0\0\0\x21\x00\x07TLSv1.2\x23\x00\x01X") },
	{ "a certificate not to be trusted", { .on = true,
	    .version = "TLSv1.2", .cn = "c", .verify = "FAIL" },
	    T(SIG "\x21\x11\x00\x22" A4 "\x20\x00\x13\x07\0\0\0\x01"
	    "\x21\x00\x07TLSv1.2\x22\x00\x01" "c") },
};

static void
test_written(void)
{
	/* Octets that are left for the two, and what becomes of them. */
	static const struct {
		int	 cn;
		int	 sni;
		int	 want;
	} room[] = {
		{ 0, 0, 0 }, { 40, 42, 43 + 45 }, { 40, 43, 43 },
		{ 85, 1, 88 }, { 86, 1, 4 }, { 127, 85, 88 }, { 0, 86, 0 },
		{ 127, 255, 0 },
	};
	struct side	 from = { AF_INET, "192.0.2.7", 4711 };
	struct side	 to = { AF_INET, "192.0.2.1", 25 };
	struct side	 to6 = { AF_INET6, "2001:db8::1", 25 };
	struct tls_facts full = { .on = true, .verify = "OK" };
	struct buf	 b;
	size_t		 i;

	buf_init(&b, PROXY_PUT_MAX);
	for (i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		buf_reset(&b);
		proxy_put_v2(&b, &from, &to, &written[i].tls);
		is_mem(buf_ptr(&b), buf_len(&b), written[i].text,
		    written[i].n, "written: %s", written[i].name);
	}
	memset(full.version, 'v', sizeof(full.version) - 1);
	memset(full.cipher, 'c', sizeof(full.cipher) - 1);
	for (i = 0; i < sizeof(room) / sizeof(room[0]); i++) {
		memset(full.sni, 0, sizeof(full.sni));
		memset(full.cn, 0, sizeof(full.cn));
		memset(full.sni, 's', room[i].sni);
		memset(full.cn, 'n', room[i].cn);
		buf_reset(&b);
		proxy_put_v2(&b, &from, &to6, &full);
		is_int((int64_t)buf_len(&b), 52 + 8 + 18 + 66 + room[i].want,
		    "written: common name of %d octets, SNI of %d",
		    room[i].cn, room[i].sni);
		ok(!b.bad && buf_len(&b) <= 232, "... not too long for Exim");
	}
	buf_reset(&b);
	proxy_put_v1(&b, &from, &to, &full);
	is_str(buf_cstr(&b), "PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n",
	    "written: version 1 has no word for TLS");
	buf_free(&b);
}

int
main(void)
{
	const unsigned char	*p;
	struct side	 from;
	struct side	 to;
	struct tls_facts tls;
	char		 got[1024];
	char		 more[400];
	size_t		 steps;
	size_t		 len;
	size_t		 n;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* What comes behind must not matter. */
		memcpy(more, cases[i].text, cases[i].n);
		memcpy(more + cases[i].n, "EHLO x\r\n", 8);
		p = (unsigned char *)more;
		n = read_as_asked(p, cases[i].n + 8, &steps);
		switch (proxy_parse(p, n, &from, &to, &tls)) {
		case PROXY_BAD:
			(void)strlcpy(got, "bad", sizeof(got));
			break;
		case PROXY_LOCAL:
			(void)strlcpy(got, "local", sizeof(got));
			break;
		case PROXY_UNKNOWN:
			(void)strlcpy(got, "unknown", sizeof(got));
			break;
		case PROXY_CLIENT:
			(void)snprintf(got, sizeof(got), "%c %s %u %c %s %u",
			    family(&from), from.addr, from.port, family(&to),
			    to.addr, to.port);
			break;
		}
		if (tls.on) {
			len = strlen(got);
			(void)snprintf(got + len, sizeof(got) - len,
			    " %s %s %s %s %s%s", tls.version, tls.cipher,
			    tls.sni, tls.verify, tls.subject,
			    tls.resumed ? " resumed" : "");
		}
		is_str(got, cases[i].want, "%s", cases[i].name);
		if (strcmp(cases[i].want, "bad") != 0)
			is_int((int64_t)n, (int64_t)cases[i].n,
			    "%s: not an octet more", cases[i].name);
		ok(steps <= 107, "%s: asked for %zu times", cases[i].name,
		    steps);
	}
	test_written();
	return tap_end();
}
