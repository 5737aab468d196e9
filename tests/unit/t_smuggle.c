/*
 * smuggling: one mail in, one mail at any backend
 *
 * If it breaks, somebody writes a mail that the gate and its filters see as one
 * and a server behind as two, the second with any sender and unfiltered.
 *
 * The proof is by exhaustion.  Every string of up to 9 octets of CR LF dot NUL
 * x, and up to 7 of these and the blank, is a client's mail behind DATA, behind
 * a DATA line that ended with LF alone, in chunks of BDAT, and a filter's new
 * body.  It goes the gate's own way: the canonical stream as content.c uses it,
 * the held mail, and what deliver.c writes of that.  Then
 *
 * - the end is where a second implementation of the rules, over the whole text,
 *   says it is, and the content is what that says;
 * - with BareNewline = reject the mail is refused if and only if it has a bare
 *   CR, a bare LF or a NUL;
 * - what leaves has CR and LF in pairs alone and no NUL (E1), a doubled dot at
 *   the start of each line that begins with one (E2), and ends with the one end
 *   marker (E3);
 * - each of a set of lenient receivers sees one end, there.
 *
 * Cuts.  The stream keeps all it knows in struct datain.  For every string and
 * every single cut of it, state and octets are the same as without.  Since
 * every part of a string is a string of the set as well, the same follows for
 * any number of cuts, by induction; for up to 7 octets all sets of cuts are
 * tried all the same.  Blocks take another way through the stream than octets:
 * strings of up to 5 octets are also put at each place around the border of
 * one.
 *
 *	t_smuggle [OCTETS [OCTETS-WITH-BLANK]]		for more, or less
 */
#include <assert.h>
#include <stdlib.h>

#include "message.h"
#include "stream.h"
#include "tap.h"

#define LINE_MAX	65536
#define MAX		12
#define ROOM		256
#define HEAD		"a: b\r\n\r\n"
#define S(s)		(s), sizeof(s) - 1

#if defined(__SANITIZE_ADDRESS__)
#define OCTETS		7	/* it takes ten times as long */
#define WITH_BLANK	5
#else
#define OCTETS		9
#define WITH_BLANK	7
#endif

enum way { DATA, DATA_LF, BDAT, FILTER };

static const char *const ways[] = { "DATA", "DATA behind a bare LF", "BDAT",
	"a filter's body" };

static unsigned long	 strings;
static unsigned long	 mails;
static unsigned long	 cuts;
static unsigned long	 refused;
static unsigned long	 differ;

/* The first that is wrong is shown. */
static void
wrong(const char *what, const char *s, size_t n)
{
	if (differ++ == 0) {
		printf("# %s\n", what);
		tap_show("input", s, n);
	}
}

/* --- the gate's own way ------------------------------------------------- */

static void
start(struct datain *d, enum way way)
{
	if (way == BDAT)
		datain_init_chunks(d, LINE_MAX);
	else
		datain_init(d, LINE_MAX, way == DATA_LF);
}

/* As content.c takes a block. */
static size_t
take(struct datain *d, const char *p, size_t n, struct buf *out)
{
	size_t	 used = datain_clean(d, p, n);

	buf_put(out, p, used);
	if (used < n)
		used += datain_feed(d, p + used, n - used, out);
	return used;
}

/* The mail as deliver.c writes it, without the end marker. */
static void
deliver(const char *canon, size_t n, size_t dotlines, struct buf *wire)
{
	struct message	 m;
	struct buf	 header;
	struct buf	 body;
	bool		 bol = true;

	message_init(&m, "/nonexistent", 4096, 4096);
	buf_init(&header, ROOM);
	buf_init(&body, ROOM);
	message_feed(&m, canon, n);
	message_end(&m, dotlines);
	if (m.trouble != MSG_OK || message_header(&m, &header) == -1 ||
	    spool_read(&m.body, 0, ROOM, &body) == -1 ||
	    message_outsize(&m) != buf_len(&header) + buf_len(&body))
		differ++;
	dataout_put(&bol, buf_ptr(&header), buf_len(&header), wire);
	/* A body without such lines may go as the file that it is. */
	if (m.dotlines > 0)
		dataout_put(&bol, buf_ptr(&body), buf_len(&body), wire);
	else
		buf_put(wire, buf_ptr(&body), buf_len(&body));
	buf_free(&header);
	buf_free(&body);
	message_free(&m);
}

/* --- the rules once more ------------------------------------------------- */

/* What becomes of content, dots aside; room for 2n + 2. */
static size_t
lines(const char *in, size_t n, bool last_cr, char *out)
{
	size_t	 i;
	size_t	 k = 0;

	for (i = 0; i < n; i++) {
		if (in[i] == '\r' && i + 1 < n && in[i + 1] == '\n')
			continue;
		if (in[i] == '\n' || (last_cr && in[i] == '\r' &&
		    i + 1 == n)) {
			out[k++] = '\r';
			out[k++] = '\n';
		} else {
			out[k++] = in[i] == '\r' || in[i] == '\0' ?
			    ' ' : in[i];
		}
	}
	if (k > 0 && out[k - 1] != '\n') {
		out[k++] = '\r';
		out[k++] = '\n';
	}
	return k;
}

/*
 * Content of what is sent behind DATA, which ends at the first CRLF.CRLF;
 * before it stands the end of the DATA line.  *used is how much the mail is.
 */
static size_t
data_content(const char *in, size_t n, bool lf, char *out, size_t *used)
{
	char		 framed[ROOM];
	char		 text[ROOM];
	const char	*end;
	size_t		 k = 0;
	size_t		 i;
	bool		 bol = true;

	memcpy(framed, lf ? "x\n" : "\r\n", 2);
	memcpy(framed + 2, in, n);
	end = memmem(framed, n + 2, "\r\n.\r\n", 5);
	assert(end != NULL);
	*used = (size_t)(end - framed) + 3;
	/* A dot goes that begins a line and is not alone on it. */
	for (i = 0; i < *used - 3; i++) {
		const char	*s = in + i;

		if (!bol || *s != '.' || s[1] == '\n' ||
		    (s[1] == '\r' && s[2] == '\n'))
			text[k++] = *s;
		bol = *s == '\n';
	}
	return lines(text, k, false, out);
}

static bool
has_bare(const char *p, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		if (p[i] == '\0' ||
		    (p[i] == '\r' && (i + 1 == n || p[i + 1] != '\n')) ||
		    (p[i] == '\n' && (i == 0 || p[i - 1] != '\r')))
			return true;
	return false;
}

/* --- receivers ----------------------------------------------------------- */

/* Where a line ends for them, and what of it they compare with a dot. */
enum ends { AT_CRLF, AT_LF, AT_CR_TOO };
enum trim { AS_IS, NO_LAST_CRS, NO_LAST_CR, NO_NULS, C_STRING, RIGHT_TRIM,
	    NO_CRS };

static const struct receiver {
	const char	*name;
	enum ends	 ends;
	enum trim	 trim;
} receivers[] = {
	{ "strict", AT_CRLF, AS_IS },
	{ "lines end at LF, CRs before it go", AT_LF, NO_LAST_CRS },
	{ "lines end at LF, one CR goes", AT_LF, NO_LAST_CR },
	{ "CR ends a line, too", AT_CR_TOO, AS_IS },
	{ "NULs are dropped", AT_CRLF, NO_NULS },
	{ "NULs are dropped, lines end at LF", AT_LF, NO_NULS },
	{ "C strings", AT_CRLF, C_STRING },
	{ "C strings, lines end at LF", AT_LF, C_STRING },
	{ "blanks at the end trimmed", AT_LF, RIGHT_TRIM },
	{ "every CR deleted", AT_LF, NO_CRS },
};
#define NRECEIVERS	(sizeof(receivers) / sizeof(receivers[0]))

static unsigned long	 fooled[NRECEIVERS];

/* Length of the line at p with its end, 0 when it has none. */
static size_t
line_len(enum ends ends, const char *p, size_t n, size_t *text)
{
	size_t	 i;

	for (i = 0; i < n; i++) {
		*text = i;
		if (ends == AT_CRLF && i + 1 < n && p[i] == '\r' &&
		    p[i + 1] == '\n')
			return i + 2;
		if (ends == AT_CR_TOO && p[i] == '\r')
			return i + 1 + (i + 1 < n && p[i + 1] == '\n');
		if (ends != AT_CRLF && p[i] == '\n')
			return i + 1;
	}
	return 0;
}

static bool
is_dot(enum trim trim, const char *p, size_t n)
{
	char	 s[ROOM];
	size_t	 k = 0;
	size_t	 i;

	if (trim == NO_LAST_CR && n > 0 && p[n - 1] == '\r')
		n--;
	for (i = 0; i < n; i++) {
		if ((p[i] == '\0' && trim == NO_NULS) ||
		    (p[i] == '\r' && trim == NO_CRS))
			continue;
		if (p[i] == '\0' && trim == C_STRING)
			break;
		s[k++] = p[i];
	}
	while (k > 0 && ((trim != AS_IS && trim != NO_LAST_CR &&
	    s[k - 1] == '\r') ||
	    (trim == RIGHT_TRIM && strchr(" \t\v\f", s[k - 1]) != NULL)))
		k--;
	return k == 1 && s[0] == '.';
}

/* Where this receiver sees the end of data, 0 if nowhere. */
static size_t
sees_end(const struct receiver *r, const char *p, size_t n)
{
	size_t	 done;
	size_t	 len;
	size_t	 text = 0;

	for (done = 0; done < n; done += len) {
		len = line_len(r->ends, p + done, n - done, &text);
		if (len == 0)
			return 0;
		if (is_dot(r->trim, p + done, text))
			return done + len;
	}
	return 0;
}

/* --- the proof ----------------------------------------------------------- */

/* E1 to E3 of what leaves, and what the receivers make of it. */
static void
judge(const char *canon, size_t n, size_t dotlines)
{
	struct buf	 wire;
	const char	*p;
	size_t		 len;
	size_t		 i;

	mails++;
	buf_init(&wire, ROOM);
	deliver(canon, n, dotlines, &wire);
	buf_puts(&wire, ".\r\n");	/* as commit() does */
	p = buf_ptr(&wire);
	len = buf_len(&wire);
	if (has_bare(p, len) || (len > 3 && p[len - 4] != '\n'))
		wrong("what leaves is not canonical", p, len);
	for (i = 0; i + 3 < len; i++)
		if (p[i] == '.' && (i == 0 || p[i - 1] == '\n') &&
		    p[++i] != '.')
			wrong("a dot that is not doubled", p, len);
	for (i = 0; i < NRECEIVERS; i++)
		if (sees_end(&receivers[i], p, len) != len)
			fooled[i]++;
	buf_free(&wire);
}

static bool
same(const struct datain *a, const struct buf *out, const struct datain *b,
    const struct buf *cut)
{
	return a->state == b->state && a->found == b->found &&
	    a->col == b->col && a->dotlines == b->dotlines &&
	    buf_len(out) == buf_len(cut) && (buf_len(out) == 0 ||
	    memcmp(buf_ptr(out), buf_ptr(cut), buf_len(out)) == 0);
}

/* Each bit of set is a cut: behind octet 1, 2, ... */
static void
try_cuts(enum way way, const char *s, size_t n, unsigned int set,
    const struct datain *whole, const struct buf *out)
{
	static struct buf	 part;
	struct datain		 d;
	size_t			 at = 0;
	size_t			 i;

	cuts++;
	part.max = ROOM;
	buf_reset(&part);
	start(&d, way);
	for (i = 1; i <= n && d.state != DI_END; i++)
		if (i == n || (set & (1u << (i - 1)))) {
			(void)take(&d, s + at, i - at, &part);
			at = i;
		}
	if (!same(whole, out, &d, &part))
		wrong("a cut makes a difference", s, n);
}

static void
try_all_cuts(enum way way, const char *s, size_t n)
{
	static struct buf	 out;
	struct datain		 d;
	unsigned int		 set;
	size_t			 i;

	out.max = ROOM;
	buf_reset(&out);
	start(&d, way);
	(void)take(&d, s, n, &out);
	if (n <= 7) {
		for (set = 1; n > 0 && set < 1u << (n - 1); set++)
			try_cuts(way, s, n, set, &d, &out);
	} else {
		for (i = 0; i + 1 < n; i++)
			try_cuts(way, s, n, 1u << i, &d, &out);
	}
}

static void
try_data(enum way way, const char *s, size_t n)
{
	static struct buf	 canon;
	struct datain		 d;
	char			 in[ROOM];
	char			 want[ROOM];
	size_t			 len;
	size_t			 used;

	memcpy(in, s, n);
	memcpy(in + n, "\r\n.\r\n", 5);
	canon.max = ROOM;
	buf_reset(&canon);
	start(&d, way);
	len = data_content(in, n + 5, way == DATA_LF, want, &used);
	if (take(&d, in, n + 5, &canon) != used || d.state != DI_END)
		wrong("the end is elsewhere", in, n + 5);
	if (buf_len(&canon) != len ||
	    memcmp(buf_ptr(&canon), want, len) != 0)
		wrong("the content is not that", in, n + 5);
	if (way == DATA && (d.found != 0) != has_bare(in, used))
		wrong("refused without reason, or not refused", in, n + 5);
	refused += way == DATA && d.found != 0;
	judge(buf_ptr(&canon), buf_len(&canon), d.dotlines);
}

/* In a chunk behind one that has the header. */
static void
try_bdat(const char *s, size_t n)
{
	static struct buf	 canon;
	struct datain		 d;
	char			 want[ROOM];
	size_t			 len;

	canon.max = ROOM;
	buf_reset(&canon);
	start(&d, BDAT);
	len = lines(s, n, false, want);
	if (take(&d, S(HEAD), &canon) != sizeof(HEAD) - 1 ||
	    take(&d, s, n, &canon) != n)
		wrong("octets of a chunk are left", s, n);
	datain_end(&d, &canon);
	if (buf_len(&canon) != sizeof(HEAD) - 1 + len ||
	    memcmp(buf_ptr(&canon) + sizeof(HEAD) - 1, want, len) != 0)
		wrong("the content of a chunk is not that", s, n);
	if ((d.found != 0) != has_bare(s, n))
		wrong("a chunk refused without reason, or not", s, n);
	refused += d.found != 0;
	judge(buf_ptr(&canon), buf_len(&canon), d.dotlines);
}

static void
try_filter(const char *s, size_t n)
{
	static struct buf	 canon;
	struct textin		 t;
	char			 want[ROOM];
	size_t			 len;

	canon.max = ROOM;
	buf_reset(&canon);
	textin_init(&t);
	textin_feed(&t, s, n, &canon);
	textin_end(&t, &canon);
	len = lines(s, n, true, want);
	if (buf_len(&canon) != len ||
	    memcmp(buf_ptr(&canon), want, len) != 0)
		wrong("a filter's body is not that", s, n);
	judge(buf_ptr(&canon), buf_len(&canon), t.dotlines);
}

/* Around the border of a block, which is looked at as a whole. */
static void
try_border(enum way way, const char *s, size_t n)
{
	static struct buf	 block;
	static struct buf	 octets;
	char			 in[ROOM];
	struct datain		 a;
	struct datain		 b;
	size_t			 at;
	size_t			 i;

	for (at = 64 - n - 1; at <= 66; at++) {
		memset(in, 'x', sizeof(in));
		memcpy(in + at, s, n);
		block.max = octets.max = 2 * ROOM;
		buf_reset(&block);
		buf_reset(&octets);
		start(&a, way);
		start(&b, way);
		(void)take(&a, in, 140, &block);
		for (i = 0; i < 140; i++)
			(void)take(&b, in + i, 1, &octets);
		if (!same(&a, &block, &b, &octets))
			wrong("a block is not its octets", in, 140);
	}
}

/* All strings of n octets of the alphabet. */
static void
try_strings(const char *alphabet, size_t letters, size_t n)
{
	char		 s[MAX];
	unsigned long	 all = 1;
	unsigned long	 i;
	unsigned long	 k;
	size_t		 c;

	for (c = 0; c < n; c++)
		all *= letters;
	for (i = 0; i < all; i++) {
		for (c = 0, k = i; c < n; c++, k /= letters)
			s[c] = alphabet[k % letters];
		/* Without a blank the larger alphabet is the smaller. */
		if (letters == 6 && memchr(s, ' ', n) == NULL)
			continue;
		strings++;
		try_data(DATA, s, n);
		try_data(DATA_LF, s, n);
		try_bdat(s, n);
		try_filter(s, n);
		try_all_cuts(DATA, s, n);
		try_all_cuts(DATA_LF, s, n);
		try_all_cuts(BDAT, s, n);
		if (n <= 5) {
			try_border(DATA, s, n);
			try_border(BDAT, s, n);
		}
	}
}

static void
test_exhaustive(size_t octets, size_t with_blank)
{
	static const char	 alphabet[] = { '\r', '\n', '.', '\0', 'x',
		' ' };
	size_t			 n;
	size_t			 i;

	for (n = 0; n <= octets; n++)
		try_strings(alphabet, 5, n);
	for (n = 0; n <= with_blank; n++)
		try_strings(alphabet, 6, n);
	printf("# %lu strings: up to %zu octets of CR LF . NUL x, up to %zu of "
	    "these and SP\n# as %s, %s, %s and %s: %lu mails, of which reject "
	    "refuses %lu\n# %lu ways to cut them\n", strings, octets,
	    with_blank, ways[DATA], ways[DATA_LF], ways[BDAT], ways[FILTER],
	    mails, refused, cuts);
	is_int((int64_t)differ, 0, "%lu strings, %lu mails: content, end, "
	    "refusals, E1 to E3 as the rules say", strings, mails);
	for (i = 0; i < NRECEIVERS; i++)
		is_int((int64_t)fooled[i], 0, "%lu mails: one end, where the "
		    "gate wrote it, for the receiver \"%s\"", mails,
		    receivers[i].name);
}

/* The receivers must be able to be fooled, or they prove nothing. */
static void
test_receivers(void)
{
	static const struct {
		const char	*text;
		size_t		 n;
		size_t		 receiver;
	} cases[] = {
		{ S("x\r\n.\r\n.\r\n"), 0 }, { S("x\n.\n.\r\n"), 1 },
		{ S("x\r\n.\r\r\r\n.\r\n"), 1 }, { S("x\n.\n.\r\n"), 2 },
		{ S("x\r.\r.\r\n"), 3 }, { S("x\r\n\0.\r\n.\r\n"), 4 },
		{ S("x\n.\0\n.\r\n"), 5 }, { S("x\r\n.\0y\r\n.\r\n"), 6 },
		{ S("x\n.\0y\n.\r\n"), 7 }, { S("x\r\n. \t\r\n.\r\n"), 8 },
		{ S("x\n\r.\r\n.\r\n"), 9 },
	};
	size_t	 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(sees_end(&receivers[cases[i].receiver], cases[i].text,
		    cases[i].n) < cases[i].n, "the receiver \"%s\" can be "
		    "fooled", receivers[cases[i].receiver].name);
}

int
main(int argc, char **argv)
{
	long	 octets = argc > 1 ? strtol(argv[1], NULL, 10) : OCTETS;
	long	 blank = argc > 2 ? strtol(argv[2], NULL, 10) : WITH_BLANK;

	if (octets < 0 || octets > MAX || blank < 0 || blank > MAX)
		return 64;
	test_receivers();
	test_exhaustive((size_t)octets, (size_t)blank);
	return tap_end();
}
