/*
 * reply: answers of backends and filters on their way to the client
 *
 * If it breaks, the client is told another thing than the backend or filter
 * said (a refusal becomes an acceptance, and the mail is lost), or a peer's
 * text puts a line end into the dialogue, and the client's replies no longer
 * belong to its commands.
 */
#include "reply.h"
#include "tap.h"

#define S(s)	(s), sizeof(s) - 1

/* Lines of a backend, one call each; smtp-gate-behaviour.md 4.6. */
static const struct {
	const char	*name;
	const char	*line[4];
	int		 result;	/* of the last call */
	int		 code;
	const char	*wire;
} backend[] = {
	{ "one line", { "250 2.0.0 queued as X\r\n" }, 1, 250,
	    "250 2.0.0 queued as X\r\n" },
	{ "no text", { "250\r\n" }, 1, 250, "250 \r\n" },
	{ "empty text", { "250 \r\n" }, 1, 250, "250 \r\n" },
	{ "several lines", { "250-a\r\n", "250-b\r\n", "250 c\r\n" }, 1, 250,
	    "250-a\r\n250-b\r\n250 c\r\n" },
	{ "empty lines", { "250-\r\n", "250\r\n" }, 1, 250,
	    "250-\r\n250 \r\n" },
	{ "not the last line", { "250-a\r\n" }, 0, 250, "250 a\r\n" },
	{ "bare LF", { "250 a\n" }, 1, 250, "250 a\r\n" },
	{ "CR CR LF", { "250 a\r\r\n" }, 1, 250, "250 a\r\n" },
	{ "another code in the last line", { "250-a\r\n", "550 b\r\n" }, 1,
	    550, "550-a\r\n550 b\r\n" },
	{ "354", { "354 go\r\n" }, 1, 354, "354 go\r\n" },
	{ "599", { "599 a\r\n" }, 1, 599, "599 a\r\n" },
	{ "octets above 127", { "250 \xc3\xa9\r\n" }, 1, 250,
	    "250 \xc3\xa9\r\n" },
	{ "a TAB", { "250 a\tb\r\n" }, 1, 250, "250 a\tb\r\n" },
	{ "a blank more", { "250  a \r\n" }, 1, 250, "250  a \r\n" },
	{ "control octets", { "250 a\x01\x1b[2J\x7f\rb\r\n" }, 1, 250,
	    "250 a??[2J??b\r\n" },
	{ "percent signs", { "250 %s%n%%\r\n" }, 1, 250, "250 %s%n%%\r\n" },
	{ "1xx", { "150 a\r\n" }, -1, 0, NULL },
	{ "6xx", { "650 a\r\n" }, -1, 0, NULL },
	{ "two digits", { "25\r\n" }, -1, 0, NULL },
	{ "two digits and a blank", { "25 a\r\n" }, -1, 0, NULL },
	{ "four digits", { "2500 a\r\n" }, -1, 0, NULL },
	{ "letters", { "25x a\r\n" }, -1, 0, NULL },
	{ "text", { "hello\r\n" }, -1, 0, NULL },
	{ "a blank first", { " 250 a\r\n" }, -1, 0, NULL },
	{ "nothing", { "\r\n" }, -1, 0, NULL },
	{ "nothing at all", { "\n" }, -1, 0, NULL },
	{ "another mark", { "250:a\r\n" }, -1, 0, NULL },
	{ "text behind a good line", { "250-a\r\n", "b\r\n" }, -1, 0, NULL },
};

static void
test_backend(void)
{
	struct reply	 r;
	struct buf	 b;
	size_t		 i;
	size_t		 k;
	int		 last = 0;

	for (i = 0; i < sizeof(backend) / sizeof(backend[0]); i++) {
		reply_init(&r);
		buf_init(&b, 4096);
		for (k = 0; k < 4 && backend[i].line[k] != NULL; k++)
			last = reply_parse(&r, backend[i].line[k],
			    strlen(backend[i].line[k]));
		is_int(last, backend[i].result, "backend, %s: result",
		    backend[i].name);
		if (last >= 0) {
			is_int(r.code, backend[i].code, "backend, %s: code",
			    backend[i].name);
			reply_put(&r, &b);
			is_str(buf_cstr(&b), backend[i].wire,
			    "backend, %s: octets", backend[i].name);
		}
		buf_free(&b);
		reply_free(&r);
	}
}

/* NUL cannot stand in the table above. */
static void
test_nul(void)
{
	struct reply	 r;
	struct buf	 b;

	reply_init(&r);
	buf_init(&b, 4096);
	is_int(reply_parse(&r, S("250 a\0b\r\n")), 1, "backend, NUL: result");
	reply_put(&r, &b);
	is_mem(buf_ptr(&b), buf_len(&b), S("250 a?b\r\n"),
	    "backend, NUL: octets");
	is_int(reply_parse(&r, S("2\0000 a\r\n")), -1, "backend, NUL in code");
	is_int(reply_parse_text(&r, S("550 a\0b")), -1, "filter, NUL");
	buf_free(&b);
	reply_free(&r);
}

/* 100 lines, 512 octets each with code and line end. */
static void
test_limits(void)
{
	struct reply	 r;
	struct buf	 line;
	struct buf	 b;
	const char	*s;
	const char	*lf;
	size_t		 i;
	size_t		 longest = 0;
	int		 last = 0;

	reply_init(&r);
	buf_init(&b, 1 << 18);
	buf_init(&line, 4096);
	for (i = 0; i < 99; i++)
		last |= reply_parse(&r, S("250-a\r\n"));
	is_int(last, 0, "99 lines and more to come");
	is_int(reply_parse(&r, S("250 a\r\n")), 1, "100 lines");
	reply_clear(&r);
	for (i = 0; i < 100; i++)
		last = reply_parse(&r, S("250-a\r\n"));
	is_int(last, 0, "100 lines and more to come");
	is_int(reply_parse(&r, S("250 a\r\n")), -1, "101 lines");

	reply_clear(&r);
	buf_puts(&line, "550-");
	while (buf_len(&line) < REPLY_LINE_MAX - 2)
		buf_putc(&line, 'x');
	buf_puts(&line, "\r\n");
	for (i = 0; i < 99; i++)
		last |= reply_parse(&r, buf_ptr(&line), buf_len(&line));
	buf_ptr(&line)[3] = ' ';
	is_int(reply_parse(&r, buf_ptr(&line), buf_len(&line)), 1,
	    "100 lines of 2048 octets");
	reply_put(&r, &b);
	for (i = 0, s = buf_cstr(&b); *s != '\0'; s = lf + 1, i++) {
		lf = strchr(s, '\n');
		if ((size_t)(lf + 1 - s) > longest)
			longest = (size_t)(lf + 1 - s);
	}
	is_int((int64_t)i, 100, "long lines: all leave");
	is_int((int64_t)longest, 512, "long lines: cut at 512 octets");
	ok(strncmp(buf_ptr(&b), "550-xx", 6) == 0 &&
	    strstr(buf_cstr(&b), "\n550 xx") != NULL, "long lines: marked");
	buf_free(&b);
	buf_free(&line);
	reply_free(&r);
}

/* Texts of filters; milter-mta-side.md 5.4. */
static const struct {
	const char	*name;
	const char	*text;
	const char	*wire;		/* NULL: not usable */
} filter[] = {
	{ "one line", "550 5.7.1 spam", "550 5.7.1 spam\r\n" },
	{ "4xx", "451 4.7.1 later", "451 4.7.1 later\r\n" },
	{ "421", "421 4.7.0 bye", "421 4.7.0 bye\r\n" },
	{ "two lines", "550-5.7.1 a\r\n550 5.7.1 b",
	    "550-5.7.1 a\r\n550 5.7.1 b\r\n" },
	{ "421 in two lines", "421-4.7.0 a\r\n421 4.7.0 b",
	    "421-4.7.0 a\r\n421 4.7.0 b\r\n" },
	{ "LF between lines", "550-a\n550 b", "550-a\r\n550 b\r\n" },
	{ "no enhanced code", "550 no", "550 no\r\n" },
	{ "no text", "550 ", "550 \r\n" },
	{ "empty line", "550-\r\n550 ", "550-\r\n550 \r\n" },
	{ "enhanced code of another class", "550 4.7.1 spam",
	    "550 spam\r\n" },
	{ "enhanced code of another class, multi-line",
	    "450-5.7.1 a\r\n450 4.7.1 b", "450-a\r\n450 4.7.1 b\r\n" },
	{ "what only looks like an enhanced code", "550 4.7.1a spam",
	    "550 4.7.1a spam\r\n" },
	{ "%%", "550 100%% spam%%", "550 100% spam%\r\n" },
	{ "lone %", "550 100% spam%", "550 100% spam%\r\n" },
	{ "%%%", "550 %%%", "550 %%\r\n" },
	{ "%%%%", "550 %%%%", "550 %%\r\n" },
	{ "conversions", "550 %s%n%d", "550 %s%n%d\r\n" },
	{ "control octets", "550 a\x01\x1b\x7f" "b\tc", "550 a???b\tc\r\n" },
	{ "octets above 127", "550 \xc3\xa9", "550 \xc3\xa9\r\n" },
	{ "success", "250 2.0.0 ok", NULL },
	{ "3xx", "354 go", NULL },
	{ "6xx", "650 go", NULL },
	{ "no code", "no", NULL },
	{ "two digits", "55", NULL },
	{ "letters", "5x0 a", NULL },
	{ "no blank", "5505.7.1 a", NULL },
	{ "nothing", "", NULL },
	{ "mixed codes", "550-a\r\n451 b", NULL },
	{ "mixed codes of one class", "550-a\r\n554 b", NULL },
	{ "dash in the last line", "550-a\r\n550-b", NULL },
	{ "dash in the only line", "550-a", NULL },
	{ "no dash in the first line", "550 a\r\n550 b", NULL },
	{ "line end at the end", "550 a\r\n", NULL },
	{ "line end behind a dash line", "550-a\r\n", NULL },
	{ "a line without code", "550-a\r\nb", NULL },
	{ "a good line behind a bad one", "x\r\n550 b", NULL },
	{ "lone CR", "550 a\rb", NULL },
	{ "lone CR at the end", "550 a\r", NULL },
	{ "CR CR LF", "550-a\r\r\n550 b", NULL },
	{ "empty line between", "550-a\r\n\r\n550 b", NULL },
};

static void
test_filter(void)
{
	struct reply	 r;
	struct buf	 b;
	size_t		 i;
	int		 n;

	for (i = 0; i < sizeof(filter) / sizeof(filter[0]); i++) {
		reply_init(&r);
		buf_init(&b, 4096);
		/* What was there before must not shine through. */
		reply_set(&r, 250, "2.0.0", "old");
		n = reply_parse_text(&r, filter[i].text,
		    strlen(filter[i].text));
		is_int(n, filter[i].wire != NULL ? 0 : -1,
		    "filter, %s: result", filter[i].name);
		reply_put(&r, &b);
		is_str(buf_cstr(&b), filter[i].wire != NULL ? filter[i].wire :
		    "", "filter, %s: octets", filter[i].name);
		is_int(reply_class(&r), filter[i].wire != NULL ?
		    filter[i].wire[0] - '0' : 0, "filter, %s: class",
		    filter[i].name);
		buf_free(&b);
		reply_free(&r);
	}
}

/* What libmilter lets pass: 32 lines, 980 octets in a line. */
static void
test_filter_long(void)
{
	struct reply	 r;
	struct buf	 text;
	struct buf	 b;
	size_t		 lines = 0;
	const char	*s;
	int		 i;

	reply_init(&r);
	buf_init(&text, 65536);
	buf_init(&b, 65536);
	for (i = 0; i < 32; i++)
		buf_printf(&text, "550%c5.7.1 %0970d%s", i < 31 ? '-' : ' ', i,
		    i < 31 ? "\r\n" : "");
	is_int(reply_parse_text(&r, buf_ptr(&text), buf_len(&text)), 0,
	    "filter, 32 lines of 980 octets");
	reply_put(&r, &b);
	for (s = buf_cstr(&b); (s = strstr(s, "\r\n")) != NULL; s += 2)
		lines++;
	is_int((int64_t)lines, 32, "filter, 32 lines: all leave");
	is_int((int64_t)buf_len(&b), 32 * 512, "filter, 32 lines: each of 512");
	buf_free(&text);
	buf_free(&b);
	reply_free(&r);
}

static void
test_own(void)
{
	struct reply	 r;
	struct reply	 copy;
	struct buf	 b;
	char		 text[2000];

	reply_init(&r);
	reply_init(&copy);
	buf_init(&b, 4096);
	is_int(reply_class(&r), 0, "no reply has no class");
	is_str(reply_text(&r), "", "no reply has no text");
	reply_put(&r, &b);
	is_int((int64_t)buf_len(&b), 0, "no reply has no octets");

	reply_set(&r, 421, "4.3.2", "%s closing %d", "h.example", 7);
	is_str(reply_text(&r), "4.3.2 h.example closing 7\n",
	    "own reply: text");
	is_int(reply_class(&r), 4, "own reply: class");
	reply_add(&r, S("more\r\nof it"));
	reply_put(&r, &b);
	is_str(buf_cstr(&b), "421-4.3.2 h.example closing 7\r\n"
	    "421 more??of it\r\n", "own reply with a line more: octets");
	reply_copy(&copy, &r);
	reply_clear(&r);
	buf_reset(&b);
	reply_put(&copy, &b);
	is_str(buf_cstr(&b), "421-4.3.2 h.example closing 7\r\n"
	    "421 more??of it\r\n", "a copy lives on its own");

	reply_set(&r, 354, "", "go");
	buf_reset(&b);
	reply_put(&r, &b);
	is_str(buf_cstr(&b), "354 go\r\n", "own reply without status");

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	reply_set(&r, 550, "5.7.1", "%s", text);
	buf_reset(&b);
	reply_put(&r, &b);
	is_int((int64_t)buf_len(&b), 512, "own reply too long: cut");
	buf_free(&b);
	reply_free(&r);
	reply_free(&copy);
}

static void
test_status(void)
{
	static const struct {
		const char	*s;
		size_t		 len;
	} cases[] = {
		{ "2.0.0", 5 }, { "5.7.1 text", 5 }, { "4.123.456 text", 9 },
		{ "5.7.1\ttext", 5 }, { "5.7.1text", 0 }, { "3.0.0", 0 },
		{ "1.0.0", 0 }, { "5.7", 0 }, { "5.7.", 0 }, { "5..1", 0 },
		{ "5.1234.1", 0 }, { "5.1.1234", 0 }, { "5.7.1.2", 0 },
		{ "55.7.1", 0 }, { "", 0 }, { "5", 0 }, { "a.b.c", 0 },
		{ " 5.7.1", 0 },
	};
	size_t	 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int((int64_t)reply_status_len(cases[i].s,
		    strlen(cases[i].s)), (int64_t)cases[i].len,
		    "enhanced code in \"%s\"", cases[i].s);
}

int
main(void)
{
	test_backend();
	test_nul();
	test_limits();
	test_filter();
	test_filter_long();
	test_own();
	test_status();
	return tap_end();
}
