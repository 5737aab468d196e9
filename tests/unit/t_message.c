/*
 * message: the held mail; the edits of filters are t_edits.c
 *
 * If it breaks, the mail that leaves is not the one that the filters saw, and a
 * signature does not verify.
 */
#include <stdlib.h>

#include "message.h"
#include "tap.h"

#define MAXHEADER	(1u << 20)
#define MEMORY		65536
#define S(s)		(s), sizeof(s) - 1

static void
feed(struct message *m, const char *p, size_t n, size_t step)
{
	size_t	 k;

	for (; n > 0; p += k, n -= k) {
		k = n < step ? n : step;
		message_feed(m, p, k);
	}
}

/* What is held, for comparing: "name|octets" of each field, "--", body. */
static void
dump(const struct message *m, struct buf *b)
{
	size_t	 i;

	for (i = 0; i < m->nfield; i++) {
		if (m->field[i].own)
			continue;
		buf_put(b, message_field(m, i), m->field[i].namelen);
		buf_putc(b, '|');
		buf_put(b, message_field(m, i), m->field[i].len);
	}
	buf_puts(b, "--");
	(void)spool_read(&m->body, 0, (size_t)spool_size(&m->body), b);
}

/* As it leaves. */
static void
whole(const struct message *m, struct buf *b)
{
	(void)message_header(m, b);
	(void)spool_read(&m->body, 0, (size_t)spool_size(&m->body), b);
}

struct split {
	const char	*name;
	const char	*in;
	size_t		 n;
	const char	*held;
	size_t		 nheld;
	const char	*out;
	size_t		 nout;
};

static const struct split splits[] = {
	{ "header and body", S("A: b\r\nC:d\r\n\r\nx\r\ny\r\n"),
	    S("A|A: b\r\nC|C:d\r\n--x\r\ny\r\n"),
	    S("A: b\r\nC:d\r\n\r\nx\r\ny\r\n") },
	{ "folds", S("A: b\r\n c\r\n\td\r\nE:\r\n f\r\n\r\nx\r\n"),
	    S("A|A: b\r\n c\r\n\td\r\nE|E:\r\n f\r\n--x\r\n"),
	    S("A: b\r\n c\r\n\td\r\nE:\r\n f\r\n\r\nx\r\n") },
	{ "a fold of blanks alone", S("A: b\r\n \r\nC: d\r\n\r\n"),
	    S("A|A: b\r\n \r\nC|C: d\r\n--"),
	    S("A: b\r\n \r\nC: d\r\n\r\n") },
	{ "no header", S("\r\nx\r\n"), S("--x\r\n"), S("\r\nx\r\n") },
	{ "no body", S("A: b\r\n\r\n"), S("A|A: b\r\n--"), S("A: b\r\n\r\n") },
	{ "no blank line", S("A: b\r\n"), S("A|A: b\r\n--"),
	    S("A: b\r\n\r\n") },
	{ "no blank line behind a fold", S("A: b\r\n c\r\n"),
	    S("A|A: b\r\n c\r\n--"), S("A: b\r\n c\r\n\r\n") },
	{ "nothing at all", S(""), S("--"), S("\r\n") },
	{ "blank lines alone", S("\r\n\r\n"), S("--\r\n"), S("\r\n\r\n") },
	{ "body that begins with blank lines", S("A: b\r\n\r\n\r\nx\r\n"),
	    S("A|A: b\r\n--\r\nx\r\n"), S("A: b\r\n\r\n\r\nx\r\n") },
	{ "mbox line before the header",
	    S("From a@b Sat Nov 21 2026\r\nA: b\r\n\r\nx\r\n"),
	    S("--From a@b Sat Nov 21 2026\r\nA: b\r\n\r\nx\r\n"),
	    S("\r\nFrom a@b Sat Nov 21 2026\r\nA: b\r\n\r\nx\r\n") },
	{ "mbox line quoted", S(">From a@b\r\nA: b\r\n"),
	    S("-->From a@b\r\nA: b\r\n"), S("\r\n>From a@b\r\nA: b\r\n") },
	{ "a line without colon ends the header",
	    S("A: b\r\nhello\r\nC: d\r\n\r\nx\r\n"),
	    S("A|A: b\r\n--hello\r\nC: d\r\n\r\nx\r\n"),
	    S("A: b\r\n\r\nhello\r\nC: d\r\n\r\nx\r\n") },
	{ "a dot where the header ends", S("A: b\r\n.\r\n"),
	    S("A|A: b\r\n--.\r\n"), S("A: b\r\n\r\n.\r\n") },
	{ "two words before the colon", S("A: b\r\nC d: e\r\n"),
	    S("A|A: b\r\n--C d: e\r\n"), S("A: b\r\n\r\nC d: e\r\n") },
	{ "a colon first", S("A: b\r\n: c\r\n"),
	    S("A|A: b\r\n--: c\r\n"), S("A: b\r\n\r\n: c\r\n") },
	{ "blanks before the colon", S("A : b\r\nC\t :d\r\n\r\n"),
	    S("A|A : b\r\nC|C\t :d\r\n--"), S("A : b\r\nC\t :d\r\n\r\n") },
	{ "a fold without a field", S(" x\r\nA: b\r\n"),
	    S("-- x\r\nA: b\r\n"), S("\r\n x\r\nA: b\r\n") },
	{ "a name with octets above 127", S("A: b\r\nC\xc3\xa9: d\r\n"),
	    S("A|A: b\r\n--C\xc3\xa9: d\r\n"),
	    S("A: b\r\n\r\nC\xc3\xa9: d\r\n") },
	{ "a value with octets above 127", S("A: \xc3\xa9\xff\r\n\r\n"),
	    S("A|A: \xc3\xa9\xff\r\n--"), S("A: \xc3\xa9\xff\r\n\r\n") },
	{ "a name of punctuation", S("!#$%&'*+-./^_`{|}~9: b\r\n\r\n"),
	    S("!#$%&'*+-./^_`{|}~9|!#$%&'*+-./^_`{|}~9: b\r\n--"),
	    S("!#$%&'*+-./^_`{|}~9: b\r\n\r\n") },
	{ "empty values", S("A:\r\nB: \r\nC:\t\r\n\r\n"),
	    S("A|A:\r\nB|B: \r\nC|C:\t\r\n--"),
	    S("A:\r\nB: \r\nC:\t\r\n\r\n") },
	{ "the same name again, order kept", S("A: 1\r\nB: 2\r\na: 3\r\n\r\n"),
	    S("A|A: 1\r\nB|B: 2\r\na|a: 3\r\n--"),
	    S("A: 1\r\nB: 2\r\na: 3\r\n\r\n") },
	{ "header lines in the body", S("A: b\r\n\r\nC: d\r\n e\r\n"),
	    S("A|A: b\r\n--C: d\r\n e\r\n"), S("A: b\r\n\r\nC: d\r\n e\r\n") },
};

static bool
run_split(const struct split *r, size_t cut, size_t step)
{
	struct message	 m;
	struct buf	 held;
	struct buf	 out;
	bool		 pass;

	message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
	buf_init(&held, MEMORY);
	buf_init(&out, MEMORY);
	feed(&m, r->in, cut, step);
	feed(&m, r->in + cut, r->n - cut, step);
	message_end(&m, 0);
	dump(&m, &held);
	whole(&m, &out);
	pass = is_mem(buf_ptr(&held), buf_len(&held), r->held, r->nheld,
	    "%s, cut at %zu: held", r->name, cut);
	pass &= is_mem(buf_ptr(&out), buf_len(&out), r->out, r->nout,
	    "%s, cut at %zu: leaves", r->name, cut);
	pass &= ok(m.trouble == MSG_OK && m.size == r->n &&
	    message_outsize(&m) == r->nout,
	    "%s, cut at %zu: sizes", r->name, cut);
	buf_free(&held);
	buf_free(&out);
	message_free(&m);
	return pass;
}

static void
test_split(void)
{
	size_t	 i;
	size_t	 cut;

	for (i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		for (cut = 0; cut <= splits[i].n; cut++)
			if (!run_split(&splits[i], cut, MEMORY))
				break;
		run_split(&splits[i], splits[i].n, 1);
	}
}

/* A filter may be fed what cannot change any more, and no more than that. */
static void
test_ready(void)
{
	static const struct {
		const char	*part;
		size_t		 ready;		/* the own place included */
	} steps[] = {
		{ "A: b", 1 }, { "\r\n", 1 }, { " c\r\n", 1 }, { "B: ", 1 },
		{ "d\r\n", 2 }, { "C: e\r\n", 3 }, { "\r\n", 4 }, { "x", 4 },
	};
	struct message	 m;
	size_t		 i;

	message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
	is_int((int64_t)message_nready(&m), 1, "nothing came: own place alone");
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		message_feed(&m, steps[i].part, strlen(steps[i].part));
		is_int((int64_t)message_nready(&m), (int64_t)steps[i].ready,
		    "fields that are ready after part %zu", i);
	}
	message_free(&m);

	message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
	message_feed(&m, S("A: b\r\n"));
	message_end(&m, 0);
	is_int((int64_t)message_nready(&m), 2,
	    "no blank line: the last field is ready at the end");
	message_free(&m);
}

static enum msg_trouble
trouble_of(const struct buf *b, size_t maxheader, size_t step)
{
	enum msg_trouble t;
	struct message	 m;

	message_init(&m, "/nonexistent", MEMORY, maxheader);
	feed(&m, buf_ptr(b), buf_len(b), step);
	t = m.trouble;
	message_end(&m, 0);
	message_free(&m);
	return t;
}

/* "name: xxx" of n octets in all, with its CRLF. */
static void
put_long(struct buf *b, const char *name, size_t n)
{
	size_t	 i;

	buf_puts(b, name);
	for (i = strlen(name) + 2; i < n; i++)
		buf_putc(b, 'x');
	buf_puts(b, "\r\n");
}

static void
test_limits(void)
{
	struct buf	 b;
	size_t		 i;

	buf_init(&b, 8u << 20);
	put_long(&b, "A: ", 5000 - 2);
	buf_puts(&b, "\r\n");
	is_int(trouble_of(&b, 5000, 999), MSG_OK, "header as long as allowed");
	is_int(trouble_of(&b, 4999, 999), MSG_HEADER, "header too long");
	is_int(trouble_of(&b, 4999, 1), MSG_HEADER,
	    "header too long, octet by octet");
	buf_puts(&b, "body that is long\r\n");
	is_int(trouble_of(&b, 5000, 7), MSG_OK,
	    "the body does not count as header");

	/* Name and value with two NULs fill a packet of 65535. */
	buf_reset(&b);
	put_long(&b, "A:", 65533);
	buf_puts(&b, "\r\n");
	is_int(trouble_of(&b, MAXHEADER, 65536), MSG_OK,
	    "field as long as fits a packet");
	buf_reset(&b);
	put_long(&b, "A:", 65540);
	buf_puts(&b, "\r\n");
	is_int(trouble_of(&b, MAXHEADER, 65536), MSG_HEADER,
	    "field too long for a packet");
	buf_reset(&b);
	for (i = 0; i < 70; i++)
		put_long(&b, i == 0 ? "A: " : " ", 1000);
	buf_puts(&b, "\r\n");
	is_int(trouble_of(&b, MAXHEADER, 65536), MSG_HEADER,
	    "folds make a field too long");

	buf_reset(&b);
	for (i = 0; i < 10000; i++)
		buf_puts(&b, "A: b\r\n");
	is_int(trouble_of(&b, MAXHEADER, 65536), MSG_OK, "10000 fields");
	buf_puts(&b, "A: b\r\n");
	is_int(trouble_of(&b, MAXHEADER, 65536), MSG_HEADER, "10001 fields");

	buf_reset(&b);
	for (i = 0; i < 100; i++)
		buf_puts(&b, i % 2 == 0 ? "Received: b\r\n" :
		    "rECEIVED:\r\n c\r\n");
	is_int(trouble_of(&b, MAXHEADER, 65536), MSG_OK, "100 hops");
	buf_puts(&b, "Received: b\r\n");
	is_int(trouble_of(&b, MAXHEADER, 65536), MSG_HOPS, "101 hops: a loop");
	buf_free(&b);
}

/* The spool directory is gone: the mail is not held, and that is known. */
static void
test_no_spool(void)
{
	struct message	 m;
	char		 block[4096];
	int		 i;

	memset(block, 'x', sizeof(block));
	memcpy(block + sizeof(block) - 2, "\r\n", 2);
	message_init(&m, "/nonexistent", 8192, MAXHEADER);
	message_feed(&m, S("A: b\r\n\r\n"));
	for (i = 0; i < 2; i++)
		message_feed(&m, block, sizeof(block));
	is_int(m.trouble, MSG_OK, "body that fits in memory needs no file");
	message_feed(&m, block, sizeof(block));
	is_int(m.trouble, MSG_SPOOL, "no file for a longer body: trouble");
	message_feed(&m, block, sizeof(block));
	is_int((int64_t)m.size, 8 + 4 * 4096, "what comes is still counted");
	message_end(&m, 0);
	message_free(&m);
}

static void
test_value(void)
{
	static const struct {
		const char	*name;
		const char	*want;		/* NULL: not there */
	} cases[] = {
		{ "Message-ID", "<a@b>" }, { "message-id", "<a@b>" },
		{ "X", "1 2" }, { "Y", "" }, { "Message", NULL },
		{ "Message-IDs", NULL }, { "Z", "first" }, { "Body", NULL },
		{ "", NULL }, { "W", "w" },
	};
	struct message	 m;
	struct buf	 b;
	bool		 found;
	size_t		 i;

	message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
	message_feed(&m, S("Message-ID:\r\n <a@b>\r\nX: 1\r\n 2\r\nY:\r\n"
	    "Z: first\r\nz: second\r\nW : w\r\n\r\nBody: x\r\n"));
	message_end(&m, 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&b, 100);
		found = message_value(&m, cases[i].name, &b);
		is_str(found ? buf_cstr(&b) : NULL, cases[i].want,
		    "value of \"%s\"", cases[i].name);
		buf_free(&b);
	}
	message_free(&m);
}

int
main(void)
{
	test_split();
	test_ready();
	test_limits();
	test_no_spool();
	test_value();
	return tap_end();
}
