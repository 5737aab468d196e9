/*
 * stream: the one parse of a client's data
 *
 * If it breaks, a sender can hide a second mail in the first (SMTP smuggling):
 * the gate and its filters see one message, the backend behind sees two, the
 * second with any sender and unfiltered.  Or a mail is cut, or a line loses a
 * dot and a DKIM signature with it.
 *
 * Two proofs; a third, over all short strings, is t_smuggle:
 * - the 33 sequences that the literature knows, each with the exact octets
 *   that must leave, cut in two at every place and fed octet by octet;
 * - the fast path against feeding one octet at a time, on random data.
 */
#include <assert.h>
#include <stdlib.h>

#include "smtp.h"
#include "stream.h"
#include "tap.h"

#define LINE_MAX	65536
#define NUL_MAX		200000

/* A mail that would be a second one, and the true end. */
#define M		"MAIL FROM:<m@x>\r\n"
#define END		".\r\n"

enum from { CLIENT, CLIENT_BARE, CHUNKS, FILTER, HELD };

struct row {
	const char	*name;
	enum from	 from;		/* datain, textin, dataout alone */
	const char	*in;
	size_t		 n;
	const char	*wire;		/* what leaves, without the end */
	size_t		 nwire;
	long		 used;		/* octets up to the end, -1: no end */
	unsigned int	 found;
};

#define S(s)		(s), sizeof(s) - 1
#define LF_		DATAIN_BARE_LF
#define CR_		DATAIN_BARE_CR
#define ALL		(-2)		/* the end is the last of the input */

static const struct row rows[] = {
	{ "1 CRLF.CRLF", CLIENT, S("x\r\n.\r\n" M END), S("x\r\n"), 6, 0 },
	{ "2 .CRLF first", CLIENT, S(".\r\n" M END), S(""), 3, 0 },
	{ "3 LF.LF", CLIENT, S("x\n.\n" M END),
	    S("x\r\n..\r\n" M), ALL, LF_ },
	{ "4 LF.CRLF", CLIENT, S("x\n.\r\n" M END),
	    S("x\r\n..\r\n" M), ALL, LF_ },
	{ "5 CRLF.LF", CLIENT, S("x\r\n.\n" M END),
	    S("x\r\n..\r\n" M), ALL, LF_ },
	{ "6 LFLF.CRLF", CLIENT, S("x\n\n.\r\n" M END),
	    S("x\r\n\r\n..\r\n" M), ALL, LF_ },
	{ "7 CR.CR", CLIENT, S("x\r.\r" M END), S("x . " M), ALL, CR_ },
	{ "8 CR.LF", CLIENT, S("x\r.\n" M END),
	    S("x .\r\n" M), ALL, LF_ | CR_ },
	{ "9 CR.CRLF", CLIENT, S("x\r.\r\n" M END), S("x .\r\n" M), ALL, CR_ },
	{ "10 LF.CR", CLIENT, S("x\n.\r" M END),
	    S("x\r\n " M), ALL, LF_ | CR_ },
	{ "11 CRLF.CR", CLIENT, S("x\r\n.\r" M END), S("x\r\n " M), ALL, CR_ },
	{ "12 CRLF.CRCRLF", CLIENT, S("x\r\n.\r\r\n" M END),
	    S("x\r\n \r\n" M), ALL, CR_ },
	{ "13 CRCRLF.CRCRLF", CLIENT, S("x\r\r\n.\r\r\n" M END),
	    S("x \r\n \r\n" M), ALL, CR_ },
	{ "13 CRCRLF.CRLF is an end", CLIENT, S("x\r\r\n.\r\n" M END),
	    S("x \r\n"), 7, CR_ },
	{ "14 CRLF.CRCRCRLF", CLIENT, S("x\r\n.\r\r\r\n" M END),
	    S("x\r\n  \r\n" M), ALL, CR_ },
	{ "15 CRLF NUL.CRLF", CLIENT, S("x\r\n\0.\r\n" M END),
	    S("x\r\n .\r\n" M), ALL, DATAIN_NUL },
	{ "16 CRLF.NUL CRLF", CLIENT, S("x\r\n.\0\r\n" M END),
	    S("x\r\n \r\n" M), ALL, DATAIN_NUL },
	{ "17 CRLF NUL.CR", CLIENT, S("x\r\n\0.\r" M END),
	    S("x\r\n . " M), ALL, DATAIN_NUL | CR_ },
	{ "17 CRLF NUL.LF", CLIENT, S("x\r\n\0.\n" M END),
	    S("x\r\n .\r\n" M), ALL, DATAIN_NUL | LF_ },
	{ "18 CRLF.NUL LF", CLIENT, S("x\r\n.\0\n" M END),
	    S("x\r\n \r\n" M), ALL, DATAIN_NUL | LF_ },
	{ "18 CRLF.NUL CR", CLIENT, S("x\r\n.\0\r" M END),
	    S("x\r\n  " M), ALL, DATAIN_NUL | CR_ },
	{ "19 CRLF.SP CRLF", CLIENT, S("x\r\n. \r\n" M END),
	    S("x\r\n \r\n" M), ALL, 0 },
	{ "19 CRLF.TAB CRLF", CLIENT, S("x\r\n.\t\r\n" M END),
	    S("x\r\n\t\r\n" M), ALL, 0 },
	{ "20 CRLF. and no more", CLIENT, S("x\r\n."), S("x\r\n"), -1, 0 },
	{ "21 CRLF.CR and no more", CLIENT, S("x\r\n.\r"),
	    S("x\r\n"), -1, 0 },
	{ "22 DATA LF, then .CRLF first", CLIENT_BARE, S(".\r\n" M END),
	    S("..\r\n" M), ALL, 0 },
	{ "22 DATA LF, then .LF first", CLIENT_BARE, S(".\n" M END),
	    S("..\r\n" M), ALL, LF_ },
	{ "22 DATA LF, then text", CLIENT_BARE, S("x\r\n.\r\n" M),
	    S("x\r\n"), 6, 0 },
	{ "22 DATA LF, then a dot that goes", CLIENT_BARE, S(".x\r\n.\r\n"),
	    S("x\r\n"), ALL, 0 },
	{ "23 .LF first", CLIENT, S(".\n" M END), S("..\r\n" M), ALL, LF_ },
	{ "24 LFCR.CRLF", CLIENT, S("x\n\r.\r\n" M END),
	    S("x\r\n .\r\n" M), ALL, LF_ | CR_ },
	{ "24 CRLFLF.CRLF", CLIENT, S("x\r\n\n.\r\n" M END),
	    S("x\r\n\r\n..\r\n" M), ALL, LF_ },
	{ "24 LFCRLF.CRLF is an end", CLIENT, S("x\n\r\n.\r\n" M END),
	    S("x\r\n\r\n"), 7, LF_ },
	{ "25 CRLF.CRLF in content", HELD, S("x\r\n.\r\n" M),
	    S("x\r\n..\r\n" M), ALL, 0 },
	{ "25 CRLF.CRLF in a chunk", CHUNKS, S("x\r\n.\r\n" M END),
	    S("x\r\n..\r\n" M "." END), ALL, 0 },
	{ "26 LF.LF in a chunk", CHUNKS, S("x\n.\n" M),
	    S("x\r\n..\r\n" M), ALL, LF_ },
	{ "26 CR.CR in a chunk", CHUNKS, S("x\r.\r" M), S("x . " M), ALL, CR_ },
	{ "26 CRLF.CRCRLF in a chunk", CHUNKS, S("x\r\n.\r\r\n" M),
	    S("x\r\n.. \r\n" M), ALL, CR_ },
	{ "26 CRLF.NUL CRLF in a chunk", CHUNKS, S("x\r\n.\0\r\n"),
	    S("x\r\n.. \r\n"), ALL, DATAIN_NUL },
	{ "26 dots in a chunk stay", CHUNKS, S(".\r\n..\r\n.x\r\n"),
	    S("..\r\n...\r\n..x\r\n"), ALL, 0 },
	{ "33 a chunk without its CRLF", CHUNKS, S("x"), S("x\r\n"), ALL, 0 },
	{ "33 a chunk that ends in a dot", CHUNKS, S("x\r\n."),
	    S("x\r\n..\r\n"), ALL, 0 },
	{ "33 a chunk that ends in a CR", CHUNKS, S("x\r\n.\r"),
	    S("x\r\n.. \r\n"), ALL, CR_ },
	{ "33 no octet at all", CHUNKS, S(""), S(""), ALL, 0 },
	{ "26 LF.LF in content to be converted", FILTER, S("x\n.\n" M),
	    S("x\r\n..\r\n" M), ALL, 0 },
	{ "26 bare CR in content to be converted", FILTER,
	    S("x\r\n.\r\r\n" M), S("x\r\n.. \r\n" M), ALL, 0 },
	{ "27 new body with LF.LF", FILTER, S("x\n.\ny\n"),
	    S("x\r\n..\r\ny\r\n"), ALL, 0 },
	{ "27 new body with a lone dot line", FILTER, S("x\r\n.\r\ny\r\n"),
	    S("x\r\n..\r\ny\r\n"), ALL, 0 },
	{ "27 new body that ends in a dot", FILTER, S("x\r\n."),
	    S("x\r\n..\r\n"), ALL, 0 },
	{ "27 new body that begins with a dot", FILTER, S(".\r\n"),
	    S("..\r\n"), ALL, 0 },
	{ "27 new body with NUL", FILTER, S("x\r\n.\0\r\n\0.\r\n"),
	    S("x\r\n.. \r\n .\r\n"), ALL, 0 },
	{ "30 VT around a dot", CLIENT, S("x\v.\vy\r\n" END),
	    S("x\v.\vy\r\n"), ALL, 0 },
	{ "30 FF around a dot", CLIENT, S("x\f.\fy\r\n" END),
	    S("x\f.\fy\r\n"), ALL, 0 },
	{ "30 FS GS RS around a dot", CLIENT,
	    S("x\x1c.\x1c\x1d.\x1d\x1e.\x1ey\r\n" END),
	    S("x\x1c.\x1c\x1d.\x1d\x1e.\x1ey\r\n"), ALL, 0 },
	{ "30 NEL around a dot", CLIENT, S("x\x85.\x85y\r\n" END),
	    S("x\x85.\x85y\r\n"), ALL, 0 },
	{ "30 U+2028 around a dot", CLIENT,
	    S("x\xe2\x80\xa8.\xe2\x80\xa8y\r\n" END),
	    S("x\xe2\x80\xa8.\xe2\x80\xa8y\r\n"), ALL, 0 },
	{ "31 CRLF.CRLF in segments", CLIENT, S("\r\n.\r\n"),
	    S("\r\n"), ALL, 0 },
	{ "32 CRLF.CRLF and the next command", CLIENT,
	    S("x\r\n.\r\nMAIL FROM:<n@x>\r\n"), S("x\r\n"), 6, 0 },
	{ "33 no CRLF before the end", FILTER, S("x"), S("x\r\n"), ALL, 0 },
	{ "33 a CR alone", FILTER, S("\r"), S("\r\n"), ALL, 0 },
	{ "33 a CR alone on a line", FILTER, S("x\n\r"),
	    S("x\r\n\r\n"), ALL, 0 },
	{ "33 a CR before the end", FILTER, S("x\r"), S("x\r\n"), ALL, 0 },

	{ "plain text", CLIENT, S("a: b\r\n\r\nc\r\n" END),
	    S("a: b\r\n\r\nc\r\n"), ALL, 0 },
	{ "a dot doubled by the client", CLIENT, S("..\r\n..x\r\n.\r\n"),
	    S("..\r\n..x\r\n"), ALL, 0 },
	{ "a dot not doubled by the client", CLIENT, S(".x\r\n.\r\n"),
	    S("x\r\n"), ALL, 0 },
	{ "three dots", CLIENT, S("...\r\n.\r\n"), S("...\r\n"), ALL, 0 },
	{ "a dot behind a bare LF goes, too", CLIENT, S("x\n.y\r\n" END),
	    S("x\r\ny\r\n"), ALL, LF_ },
	{ "two dots behind a bare LF", CLIENT, S("x\n..y\r\n" END),
	    S("x\r\n..y\r\n"), ALL, LF_ },
	{ "LF.CRLF.CRLF ends at the second", CLIENT, S("x\n.\r\n.\r\nQUIT"),
	    S("x\r\n..\r\n"), 8, LF_ },
	{ "CRLF.LF.CRLF.CRLF", CLIENT, S("\r\n.\n.\r\n.\r\n"),
	    S("\r\n..\r\n..\r\n"), ALL, LF_ },
	{ "NUL in text", CLIENT, S("a\0b\r\n" END), S("a b\r\n"), ALL,
	    DATAIN_NUL },
	{ "a CR at the very start", CLIENT, S("\r.\r\n" END),
	    S(" .\r\n"), ALL, CR_ },
	{ "new body of mixed line ends", FILTER, S("a\nb\r\n\n\r\nc"),
	    S("a\r\nb\r\n\r\n\r\nc\r\n"), ALL, 0 },
	{ "new body with CR CR LF", FILTER, S("a\r\r\nb\n"),
	    S("a \r\nb\r\n"), ALL, 0 },
	{ "empty new body", FILTER, S(""), S(""), ALL, 0 },
};

/* Feeds k octets of what is left in steps of step; the octets it used. */
static size_t
feed(struct datain *d, const char *p, size_t k, size_t step, struct buf *out)
{
	struct buf	 part;
	size_t		 i;
	size_t		 n;
	size_t		 used;

	for (i = 0; i < k && d->state != DI_END; i += used) {
		n = k - i < step ? k - i : step;
		/* The promise of stream.h: that much room and no more. */
		buf_init(&part, 2 * n + 4);
		used = datain_feed(d, p + i, n, &part);
		if (part.bad || (used != n && d->state != DI_END))
			abort();
		buf_put(out, buf_ptr(&part), buf_len(&part));
		buf_free(&part);
	}
	return i;
}

/* Canonical text as it leaves, in steps. */
static void
stuff(const struct buf *canon, size_t cut, struct buf *wire)
{
	bool	 bol = true;

	if (cut > buf_len(canon))
		cut = buf_len(canon);
	dataout_put(&bol, buf_ptr(canon), cut, wire);
	dataout_put(&bol, buf_ptr(canon) + cut, buf_len(canon) - cut, wire);
}

/* Lines of text that begin with a dot, counted another way. */
static size_t
count_dotlines(const char *p, size_t n)
{
	size_t	 i;
	size_t	 k = 0;

	for (i = 0; i < n; i++)
		k += p[i] == '.' && (i == 0 || p[i - 1] == '\n');
	return k;
}

/* One row, cut at cut, each part fed in steps. */
static void
run_row(const struct row *r, size_t cut, size_t step, const char *how)
{
	struct buf	 canon;
	struct buf	 wire;
	struct datain	 d;
	struct textin	 t;
	size_t		 used = r->n;
	size_t		 dotlines = 0;

	buf_init(&canon, NUL_MAX);
	buf_init(&wire, NUL_MAX);
	datain_init(&d, LINE_MAX, r->from == CLIENT_BARE);
	switch (r->from) {
	case CLIENT:
	case CLIENT_BARE:
		used = feed(&d, r->in, cut, step, &canon);
		used += feed(&d, r->in + used, r->n - used, step, &canon);
		dotlines = d.dotlines;
		break;
	case CHUNKS:
		datain_init_chunks(&d, LINE_MAX);
		used = feed(&d, r->in, cut, step, &canon);
		used += feed(&d, r->in + cut, r->n - cut, step, &canon);
		datain_end(&d, &canon);
		dotlines = d.dotlines;
		break;
	case FILTER:
		textin_init(&t);
		textin_feed(&t, r->in, cut, &canon);
		textin_feed(&t, r->in + cut, r->n - cut, &canon);
		textin_end(&t, &canon);
		dotlines = t.dotlines;
		break;
	case HELD:
		buf_put(&canon, r->in, r->n);
		dotlines = count_dotlines(r->in, r->n);
		break;
	}
	stuff(&canon, cut, &wire);
	is_mem(buf_ptr(&wire), buf_len(&wire), r->wire, r->nwire,
	    "%s, %s %zu: octets", r->name, how, cut);
	if (r->from != FILTER && r->from != HELD) {
		is_int(d.state == DI_END ? (int64_t)used : -1,
		    r->used == ALL ? (int64_t)r->n : r->used,
		    "%s, %s %zu: where the end is", r->name, how, cut);
		is_int(d.found, r->found, "%s, %s %zu: what is found",
		    r->name, how, cut);
	}
	is_int((int64_t)dotlines, (int64_t)count_dotlines(buf_ptr(&canon),
	    buf_len(&canon)), "%s, %s %zu: dot lines", r->name, how, cut);
	buf_free(&canon);
	buf_free(&wire);
}

static void
test_rows(void)
{
	size_t	 i;
	size_t	 cut;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (cut = 0; cut <= rows[i].n; cut++)
			run_row(&rows[i], cut, rows[i].n + 1, "cut at");
		run_row(&rows[i], rows[i].n, 1, "octets up to");
	}
}

/* 22: what begins the data is the CRLF of the DATA line and nothing else. */
static void
test_row_22(void)
{
	static const struct {
		const char	*line;
		enum cmd_error	 want;
	} lines[] = {
		{ "DATA\n", CMD_BARE_LF }, { "DATA\r\n", CMD_OK },
		{ "DATA\r\r\n", CMD_CONTROL }, { "DATA \n", CMD_BARE_LF },
	};
	struct command	 cmd;
	struct buf	 b;
	size_t		 i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		buf_init(&b, 100);
		buf_puts(&b, lines[i].line);
		is_int(smtp_parse_command(&b, &cmd), lines[i].want,
		    "22 DATA with line end %zu", i);
		if (lines[i].want != CMD_CONTROL)
			is_int(cmd.verb, VERB_DATA, "22 DATA with line end "
			    "%zu is DATA", i);
		buf_free(&b);
	}
}

/* 29: a long line, ".CRLF" behind it exactly at a border of blocks. */
static void
test_row_29(void)
{
	static const size_t	 sizes[] = { 63, 64, 65, 128, 4096, 65535 };
	struct datain	 d;
	struct buf	 in;
	struct buf	 canon;
	size_t		 i;
	size_t		 k;
	size_t		 used;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		buf_init(&in, NUL_MAX);
		buf_init(&canon, NUL_MAX);
		for (k = 0; k < sizes[i]; k++)
			buf_putc(&in, 'x');
		buf_puts(&in, ".\r\nMAIL\r\n");
		k = buf_len(&in);
		buf_puts(&in, ".\r\n");
		datain_init(&d, LINE_MAX, false);
		used = feed(&d, buf_ptr(&in), buf_len(&in), sizes[i], &canon);
		is_mem(buf_ptr(&canon), buf_len(&canon), buf_ptr(&in), k,
		    "29 line of %zu and a dot: unchanged", sizes[i]);
		ok(d.state == DI_END && used == buf_len(&in) && d.found == 0,
		    "29 line of %zu and a dot: one end", sizes[i]);
		buf_free(&in);
		buf_free(&canon);
	}
}

/* A line has up to maxline octets: CRLF and the stuffed dot do not count. */
static void
test_long(void)
{
	static const struct {
		const char	*before;	/* the line */
		size_t		 n;		/* octets x of the line */
		const char	*behind;
		bool		 lng;
	} cases[] = {
		{ "", 100, "\r\n", false }, { "", 101, "\r\n", true },
		{ "..", 99, "\r\n", false }, { "..", 100, "\r\n", true },
		{ ".", 100, "\r\n", false }, { ".", 101, "\r\n", true },
		{ "", 100, "\n", false }, { "", 101, "\n", true },
		{ "", 100, "\r\r\n", true }, { "", 99, "\r\r\n", false },
		{ "a\r\n", 100, "\r\n", false }, { "a\r\n", 101, "\r\n", true },
		{ "\n", 100, "\r\n", false }, { "\n", 101, "\r\n", true },
	};
	struct datain	 d;
	struct buf	 in;
	struct buf	 canon;
	size_t		 i;
	size_t		 k;
	size_t		 step;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&in, NUL_MAX);
		buf_puts(&in, cases[i].before);
		for (k = 0; k < cases[i].n; k++)
			buf_putc(&in, 'x');
		buf_printf(&in, "%sshort\r\n.\r\n", cases[i].behind);
		for (step = 1; step <= buf_len(&in); step++) {
			buf_init(&canon, NUL_MAX);
			datain_init(&d, 100, false);
			(void)feed(&d, buf_ptr(&in), buf_len(&in), step,
			    &canon);
			if ((d.found & DATAIN_LONG) !=
			    (cases[i].lng ? DATAIN_LONG : 0))
				break;
			buf_free(&canon);
		}
		buf_free(&canon);
		ok(step > buf_len(&in), "limit of 100: \"%s\" and %zu octets "
		    "is %s in steps of any size", cases[i].before[0] == '\n' ?
		    "LF" : cases[i].before[0] == 'a' ? "line" :
		    cases[i].before, cases[i].n,
		    cases[i].lng ? "long" : "no long line");
		buf_free(&in);
	}
}

static uint64_t	 seed = 20261121;

static unsigned int
rnd(unsigned int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(seed >> 33) % n;
}

/* Lines of clean text, broken by what is dangerous now and then. */
static void
random_data(struct buf *b, size_t n, unsigned int wild)
{
	static const char *const bits[] = { "\r\n", "\r\n", "\r\n", "\n",
		"\r", ".", "\r\n.", "\n.", "\r\n.\r", ".\n", "\r\n..", "\r\r\n",
		"..\r\n", "\x80", "\xff" };
	size_t	 i;

	while (buf_len(b) < n) {
		if (rnd(100) >= wild) {
			for (i = rnd(90); i > 0; i--)
				buf_putc(b, (char)('a' + rnd(26)));
			buf_puts(b, rnd(8) > 0 ? "\r\n" : "");
		} else if (rnd(16) == 0) {
			buf_putc(b, '\0');
		} else {
			buf_puts(b, bits[rnd(sizeof(bits) / sizeof(bits[0]))]);
		}
	}
}

/* In pieces of random size; how many octets were used. */
static size_t
feed_random(struct datain *d, const char *p, size_t n, struct buf *out)
{
	size_t	 used = 0;
	size_t	 part;

	while (used < n && d->state != DI_END) {
		part = 1 + rnd(rnd(3) > 0 ? 300 : 20000);
		if (part > n - used)
			part = n - used;
		used += feed(d, p + used, part, part, out);
	}
	return used;
}

static bool
holds(const struct buf *b, const char *p, size_t n)
{
	return buf_len(b) == n && (n == 0 || memcmp(buf_ptr(b), p, n) == 0);
}

static bool
same_state(const struct datain *a, const struct datain *b)
{
	return a->state == b->state && a->found == b->found &&
	    a->col == b->col && a->dotlines == b->dotlines;
}

static void
test_differential(void)
{
	static const unsigned int wild[] = { 0, 1, 5, 30, 100 };
	struct datain	 a;
	struct datain	 b;
	struct buf	 in;
	struct buf	 fast;
	struct buf	 slow;
	size_t		 maxline;
	size_t		 ua;
	size_t		 ub;
	unsigned int	 i;
	unsigned int	 ends = 0;
	unsigned int	 longs = 0;

	buf_init(&in, 1 << 20);
	buf_init(&fast, 1 << 22);
	buf_init(&slow, 1 << 22);
	for (i = 0; i < 4000; i++) {
		buf_reset(&in);
		buf_reset(&fast);
		buf_reset(&slow);
		random_data(&in, 1 + rnd(5000), wild[i % 5]);
		maxline = rnd(2) == 0 ? 65536 : 1 + rnd(400);
		datain_init(&a, maxline, i % 7 == 0);
		datain_init(&b, maxline, i % 7 == 0);
		ua = feed_random(&a, buf_ptr(&in), buf_len(&in), &fast);
		ub = feed(&b, buf_ptr(&in), buf_len(&in), 1, &slow);
		ends += b.state == DI_END;
		longs += (b.found & DATAIN_LONG) != 0;
		if (ua != ub || !same_state(&a, &b) ||
		    !holds(&fast, buf_ptr(&slow), buf_len(&slow)))
			break;
	}
	if (!ok(i == 4000, "random data: octet by octet and in blocks alike"))
		tap_show("input", buf_ptr(&in), buf_len(&in));
	/* The data must reach what it is there for. */
	ok(ends > 300 && ends < 3900, "random data: some end, some do not");
	ok(longs > 300 && longs < 3900, "random data: some lines are long");
	buf_free(&in);
	buf_free(&fast);
	buf_free(&slow);
}

/* What a filter's text may take of the buffer that it is given. */
static void
test_textin_room(void)
{
	static const char	*texts[] = { "\n\n\n\n", "\r\r\r\r", "\rx\rx",
		"....", "\r\n\r\n" };
	struct textin	 t;
	struct buf	 b;
	size_t		 i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_init(&b, 2 * 4 + 2);
		textin_init(&t);
		textin_feed(&t, texts[i], 4, &b);
		ok(!b.bad, "text of a filter %zu fits the room promised", i);
		ok(t.any, "text of a filter %zu counts as any", i);
		buf_free(&b);
	}
}

int
main(void)
{
	test_rows();
	test_row_22();
	test_row_29();
	test_long();
	test_textin_room();
	test_differential();
	return tap_end();
}
