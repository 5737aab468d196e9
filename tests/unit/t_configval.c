/*
 * configval: values of the configuration file
 *
 * If it breaks, "10m" is ten milliseconds to a filter and all mail is refused,
 * or a limit is another than the one written, and nobody is told.
 */
#include <stdlib.h>

#include "configval.h"
#include "tap.h"

#define MIN_TIME	1
#define MAX_TIME	604800

static void
test_numbers(void)
{
	static const struct {
		const char	*s;
		int64_t		 want;		/* -1: none */
	} cases[] = {
		{ "1", 1 }, { "100", 100 }, { "007", 7 }, { "0", -1 },
		{ "101", -1 }, { "-1", -1 }, { "", -1 }, { "1x", -1 },
		{ "x", -1 }, { "1 2", -1 }, { "1.5", -1 }, { "1e1", -1 },
		{ "0x10", -1 }, { "99999999999999999999999", -1 },
	};
	const char	*why;
	int64_t		 n;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		n = -2;
		why = value_number(cases[i].s, 1, 100, &n);
		if (cases[i].want == -1)
			is_str(why, "a number from 1 to 100",
			    "number \"%s\" is none", cases[i].s);
		else if (ok(why == NULL, "number \"%s\"", cases[i].s))
			is_int(n, cases[i].want, "number \"%s\": value",
			    cases[i].s);
	}
	ok(value_number("-5", -10, 10, &n) == NULL && n == -5,
	    "a number below 0 where one may be");
}

static void
test_times(void)
{
	static const struct {
		const char	*s;
		int64_t		 secs;		/* -1: none */
	} cases[] = {
		{ "1", 1 }, { "600", 600 }, { "30s", 30 }, { "10m", 600 },
		{ "2h", 7200 }, { "1d", 86400 }, { "1w", 604800 },
		{ "1m30s", 90 }, { "1m30", 90 }, { "1h1m1s", 3661 },
		{ "0m5s", 5 }, { "0h0m1", 1 },
		{ "0", -1 }, { "0s", -1 }, { "", -1 }, { "s", -1 },
		{ "-5", -1 }, { "5x", -1 }, { "5S", -1 }, { "1.5h", -1 },
		{ "5ms", -1 }, { "604801", -1 }, { "2w", -1 }, { "5m x", -1 },
		{ "m5", -1 }, { "1s;2s", -1 },
		{ "99999999999999999999s", -1 },
		{ "15250284452472w", -1 },
		{ "9223372036854775807", -1 },
		/* Sums of which each part is small must not overflow. */
		{ "100000000w100000000w100000000w100000000w100000000w", -1 },
	};
	const char	*why;
	struct buf	 b;
	int64_t		 ms;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ms = -2;
		why = value_time(cases[i].s, MIN_TIME, MAX_TIME, &ms);
		if (cases[i].secs == -1)
			is_str(why, "a time from 1s to 604800s (units s m h d "
			    "w)", "time \"%s\" is none", cases[i].s);
		else if (ok(why == NULL, "time \"%s\"", cases[i].s))
			is_int(ms, cases[i].secs * 1000, "time \"%s\": value",
			    cases[i].s);
	}
	buf_init(&b, 1 << 20);
	for (i = 0; i < 40000; i++)
		buf_puts(&b, "100000000w");
	ok(value_time(buf_cstr(&b), MIN_TIME, MAX_TIME, &ms) != NULL,
	    "a time of very many parts is none");
	buf_free(&b);
}

static void
test_sizes(void)
{
	static const struct {
		const char	*s;
		int64_t		 want;		/* -1: none */
	} cases[] = {
		{ "0", 0 }, { "1000000", 1000000 }, { "64K", 65536 },
		{ "64k", 65536 }, { "50M", 52428800 }, { "1G", 1 << 30 },
		{ "1024G", (int64_t)1 << 40 }, { "1025G", -1 },
		{ "1099511627776", (int64_t)1 << 40 },
		{ "1099511627777", -1 }, { "1T", -1 }, { "1KB", -1 },
		{ "1 K", -1 }, { "K", -1 }, { "", -1 }, { "-1", -1 },
		{ "-1K", -1 }, { "1.5M", -1 }, { "x", -1 }, { "1MM", -1 },
		{ "9223372036854775807", -1 }, { "9223372036854775807K", -1 },
		{ "99999999999999999999", -1 }, { "8589934592G", -1 },
		{ "17179869184G", -1 },
	};
	const char	*why;
	int64_t		 n;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		n = -2;
		why = value_size(cases[i].s, 0, (int64_t)1 << 40, &n);
		if (cases[i].want == -1)
			is_str(why, "a size from 0 to 1099511627776 octets "
			    "(units K M G)", "size \"%s\" is none",
			    cases[i].s);
		else if (ok(why == NULL, "size \"%s\"", cases[i].s))
			is_int(n, cases[i].want, "size \"%s\": value",
			    cases[i].s);
	}
	ok(value_size("4095", 4096, 8192, &n) != NULL, "size below the least");
	ok(value_size("4K", 4096, 8192, &n) == NULL, "the least size");
	ok(value_size("9K", 4096, 8192, &n) != NULL, "size above the greatest");
}

static void
test_words(void)
{
	static const char *const words[] = { "reject", "normalize", NULL };
	int64_t			 n = -1;

	is_str(value_word("normalize", words, &n), NULL, "word");
	is_int(n, 1, "word: value");
	is_str(value_word("REJECT", words, &n), NULL, "word in another case");
	is_int(n, 0, "word in another case: value");
	is_str(value_word("rejec", words, &n), "one of: reject normalize",
	    "part of a word");
	is_str(value_word("", words, &n), "one of: reject normalize",
	    "no word");
}

static void
test_filters(void)
{
	static const struct {
		const char	*s;
		const char	*host;		/* NULL: an error */
		enum fail_action fail;
		int		 c, w, r, e;	/* seconds of C S R E */
	} cases[] = {
		{ "S=unix:/s", "/s", FAIL_NONE, 0, 10, 10, 300 },
		{ "S=/s", "/s", FAIL_NONE, 0, 10, 10, 300 },
		{ "S=inet:1111@127.0.0.1, F=T, T=C:5s;S:10s;R:10s;E:1m",
		    "127.0.0.1", FAIL_TEMP, 5, 10, 10, 60 },
		{ "F=R,T=E:1h,S=unix:/s", "/s", FAIL_REJECT, 0, 10, 10, 3600 },
		/* Only the first letter of a field counts. */
		{ "Socket=unix:/s, Flags=4, Timeouts=R:2m", "/s", FAIL_CLOSE,
		    0, 10, 120, 300 },
		{ ", ,S=unix:/s,,", "/s", FAIL_NONE, 0, 10, 10, 300 },
		{ "S= unix:/s , F= T , T= C: 5s; S: 6;R:7s", "/s", FAIL_TEMP,
		    5, 6, 7, 300 },
		{ "S=unix:/s,F=", "/s", FAIL_NONE, 0, 10, 10, 300 },
		{ "S=unix:/s,T=", "/s", FAIL_NONE, 0, 10, 10, 300 },
		{ "S=unix:/s,T=C:5;;R:5;", "/s", FAIL_NONE, 5, 10, 5, 300 },
		/* Sendmail's precedence. */
		{ "S=unix:/s,F=RT", "/s", FAIL_TEMP, 0, 10, 10, 300 },
		{ "S=unix:/s,F=R4", "/s", FAIL_CLOSE, 0, 10, 10, 300 },
		{ "S=unix:/s,F=4T", "/s", FAIL_TEMP, 0, 10, 10, 300 },
		{ "S=unix:/s,F=T 4", "/s", FAIL_TEMP, 0, 10, 10, 300 },
		/* Quotes of a value. */
		{ "S=\"unix:/s\",F=\"T\"", "/s", FAIL_TEMP, 0, 10, 10, 300 },
		{ "S=uni\"x:/\"s", "/s", FAIL_NONE, 0, 10, 10, 300 },
		{ "S=unix:/a b,F=T", "/a b", FAIL_TEMP, 0, 10, 10, 300 },
		/* The last one of a field counts. */
		{ "S=unix:/a,S=unix:/b", "/b", FAIL_NONE, 0, 10, 10, 300 },
		{ "", NULL, 0, 0, 0, 0, 0 }, { "F=T", NULL, 0, 0, 0, 0, 0 },
		{ "unix:/s", NULL, 0, 0, 0, 0, 0 },
		{ "S", NULL, 0, 0, 0, 0, 0 },
		{ "S=", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s F=T", "/s F=T", FAIL_NONE, 0, 10, 10, 300 },
		{ "S=unix:/s,X=1", NULL, 0, 0, 0, 0, 0 },
		{ "s=unix:/s", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s,F=Q", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s,F=t", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s,T=5s", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s,T=c:5s", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s,T=C:", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s,T=C:5y", NULL, 0, 0, 0, 0, 0 },
		{ "S=unix:/s,T=C=5s", NULL, 0, 0, 0, 0, 0 },
		{ "S=\"unix:/s", NULL, 0, 0, 0, 0, 0 },
	};
	struct filter_conf	 fc;
	const char		*why;
	size_t			 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&fc, 0, sizeof(fc));
		why = value_filter(cases[i].s, &fc);
		is_str(why == NULL ? fc.ep.host : NULL, cases[i].host,
		    "filter \"%s\"", cases[i].s);
		if (why == NULL && cases[i].host != NULL) {
			is_int(fc.fail, cases[i].fail, "filter \"%s\": F=",
			    cases[i].s);
			ok(fc.connect_ms == 1000 * cases[i].c &&
			    fc.send_ms == 1000 * cases[i].w &&
			    fc.read_ms == 1000 * cases[i].r &&
			    fc.eom_ms == 1000 * cases[i].e,
			    "filter \"%s\": T=", cases[i].s);
			is_str(fc.spec, cases[i].s,
			    "filter \"%s\": as written", cases[i].s);
		}
		endpoint_free(&fc.ep);
		free(fc.spec);
	}
}

static void
test_servers(void)
{
	static const struct {
		const char	*s;
		const char	*host;		/* NULL: an error */
		int		 port;
		unsigned int	 weight;
	} cases[] = {
		{ "h:25", "h", 25, 1 }, { "h:25 10", "h", 25, 10 },
		{ "h:25\t0", "h", 25, 0 },
		{ "h:25   1000000", "h", 25, 1000000 },
		{ "[::1]:25 3", "::1", 25, 3 }, { "unix:/s 3", "/s", 0, 3 },
		{ "lmtp:h:24 2", "h", 24, 2 }, { "LMTP:unix:/s", "/s", 0, 1 },
		{ "lmtp:[::1]:24", "::1", 24, 1 }, { "lmtp", NULL, 0, 0 },
		{ "lmtp:h:25", NULL, 0, 0 }, { "lmtp:", NULL, 0, 0 },
		{ "h:25 1000001", NULL, 0, 0 }, { "h:25 x", NULL, 0, 0 },
		{ "h:25 -1", NULL, 0, 0 }, { "h:25 1 2", NULL, 0, 0 },
		{ "h 25", NULL, 0, 0 }, { "h", NULL, 0, 0 }, { "", NULL, 0, 0 },
	};
	struct server_conf	 sc;
	const char		*why;
	size_t			 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&sc, 0, sizeof(sc));
		why = value_server(cases[i].s, &sc);
		is_str(why == NULL ? sc.ep.host : NULL, cases[i].host,
		    "server \"%s\"", cases[i].s);
		if (why == NULL && cases[i].host != NULL) {
			is_int(sc.ep.port, cases[i].port, "server \"%s\": port",
			    cases[i].s);
			is_int(sc.weight, cases[i].weight,
			    "server \"%s\": weight", cases[i].s);
			is_int(sc.lmtp, (cases[i].s[0] | 0x20) == 'l',
			    "server \"%s\": LMTP", cases[i].s);
			is_mem(sc.label, strlen(sc.label), cases[i].s,
			    strcspn(cases[i].s, " \t"), "server \"%s\": label",
			    cases[i].s);
		}
		endpoint_free(&sc.ep);
		free(sc.label);
	}
}

/* A list of networks; the old one goes with its text. */
static void
test_nets(void)
{
	static const struct {
		const char	*s;
		int		 n;	/* -1: refused */
		const char	*has;
		const char	*has_not;
	} cases[] = {
		{ "none", 0, NULL, "127.0.0.1" }, { "NONE", 0, NULL, "::1" },
		{ "192.0.2.0/24", 1, "192.0.2.9", "192.0.3.9" },
		{ " 192.0.2.1 ,\t2001:db8::/32", 2, "2001:db8::1", "::1" },
		{ "::1, 10.0.0.0/8, 192.0.2.1", 3, "10.1.1.1", "" },
		{ "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,"
		    "1.1.1.8,1.1.1.9,1.1.1.10,1.1.1.11,1.1.1.12,1.1.1.13,"
		    "1.1.1.14,1.1.1.15,1.1.1.16", 16, "1.1.1.16", "1.1.1.17" },
		{ "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,"
		    "1.1.1.8,1.1.1.9,1.1.1.10,1.1.1.11,1.1.1.12,1.1.1.13,"
		    "1.1.1.14,1.1.1.15,1.1.1.16,1.1.1.17", -1, NULL, NULL },
		{ "", -1, NULL, NULL }, { ",", -1, NULL, NULL },
		{ "::1,", -1, NULL, NULL }, { "none, ::1", -1, NULL, NULL },
		{ "192.0.2.0/24 10.0.0.0/8", -1, NULL, NULL },
		{ "localhost", -1, NULL, NULL },
	};
	static struct nets	 ns;
	const char		*why;
	size_t			 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		why = value_nets(cases[i].s, &ns);
		is_int(why == NULL ? (int)ns.n : -1, cases[i].n,
		    "networks \"%s\"", cases[i].s);
		if (why != NULL)
			continue;
		is_str(ns.text, cases[i].s, "... as written");
		if (cases[i].has != NULL)
			ok(nets_have(&ns, cases[i].has), "... have %s",
			    cases[i].has);
		ok(!nets_have(&ns, cases[i].has_not), "... not \"%s\"",
		    cases[i].has_not);
	}
	free(ns.text);
}

/* What time_text writes, value_time reads as the same. */
static void
test_time_text(void)
{
	static const int64_t	 secs[] = { 0, 1, 59, 60, 61, 90, 3599, 3600,
		3601, 5400, 7200, 86400, 604800 };
	char			 text[32];
	int64_t			 ms;
	size_t			 i;

	for (i = 0; i < sizeof(secs) / sizeof(secs[0]); i++)
		ok(value_time(time_text(secs[i] * 1000, text, sizeof(text)), 0,
		    MAX_TIME, &ms) == NULL && ms == secs[i] * 1000,
		    "%d seconds written and read", (int)secs[i]);
}

int
main(void)
{
	test_numbers();
	test_times();
	test_sizes();
	test_words();
	test_filters();
	test_servers();
	test_nets();
	test_time_text();
	return tap_end();
}
