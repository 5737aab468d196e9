/*
 * stream - the canonical line stream
 *
 * There is one parse of a client's data (design: "one parse").  datain turns
 * the octets behind DATA, or those of all chunks of BDAT, into canonical text:
 * every CR is followed by LF, every LF preceded by CR, no NUL.  Only CRLF.CRLF
 * as sent ends DATA; in chunks a dot is an octet like others, and the last one
 * ends the mail.  What was
 * not canonical is noted in found, for the caller to refuse the mail, and is
 * converted so that even a lenient receiver sees the same lines:
 *
 *   bare LF -> CRLF, bare CR -> blank, NUL -> blank
 *
 * A CR is never removed, since that could join a dot and a CRLF.  A line that
 * is a single dot ends the mail only when the CRLF on both of its sides were
 * sent; otherwise the dot is content.  Any other leading dot is removed, as
 * RFC 5321 4.5.2 says, also behind a bare LF.
 *
 * dataout is the only place that puts dots back, after all edits.
 *
 * Most blocks need none of that: clean_prefix finds, at the speed of memory,
 * how far a block is canonical and free of leading dots, and that part is
 * copied whole.  A differential test holds it to the automaton.
 */
#include <string.h>

#include "stream.h"

#define STEP	64

void
datain_init(struct datain *d, size_t maxline, bool bare)
{
	memset(d, 0, sizeof(*d));
	d->state = bare ? DI_LF_START : DI_START;
	d->maxline = maxline;
}

void
datain_init_chunks(struct datain *d, size_t maxline)
{
	datain_init(d, maxline, false);
	d->chunks = true;
}

/*
 * The greatest multiple of STEP below n such that within it CR and LF stand
 * only in pairs, and there is no NUL and no dot behind an LF.  The octet at
 * the result's end is looked at too.  Written without branches in the inner
 * loop, for the compiler to vectorise.
 */
static size_t
clean_prefix(const char *p, size_t n)
{
	size_t		 done = 0;
	size_t		 i;
	unsigned char	 bad;

	while (n - done > STEP) {
		for (bad = 0, i = 0; i < STEP; i++)
			bad |= (unsigned char)(((p[i] == '\r') ^
			    (p[i + 1] == '\n')) | (p[i] == '\0') |
			    ((p[i] == '\n') & (p[i + 1] == '.')));
		if (bad)
			break;
		p += STEP;
		done += STEP;
	}
	return done;
}

size_t
datain_clean(struct datain *d, const char *p, size_t n)
{
	const char	*lf;
	size_t		 k;

	if (n == 0 || (d->state != DI_TEXT && d->state != DI_START) ||
	    *p == '\n' || *p == '.')
		return 0;
	/* No line within the block may be too long unseen. */
	if (n > d->maxline)
		n = d->maxline;
	k = clean_prefix(p, n);
	if (k > 0 && p[k - 1] == '\r')
		k--;		/* goes with its LF */
	if (k == 0)
		return 0;
	lf = memchr(p, '\n', k);
	/* Once one was, it is only the end that is looked for. */
	if (!(d->found & DATAIN_LONG) &&
	    d->col + (lf != NULL ? (size_t)(lf - p) : k) > d->maxline)
		return 0;	/* let the automaton say where */
	if (lf == NULL) {
		d->col += k;
	} else {
		lf = memrchr(p, '\n', k);
		d->col = k - (size_t)(lf - p) - 1;
	}
	d->state = p[k - 1] == '\n' ? DI_START : DI_TEXT;
	return k;
}

static void
newline(struct datain *d, struct buf *out, enum datain_state next)
{
	buf_put(out, "\r\n", 2);
	d->col = 0;
	d->state = next;
}

/* An octet that is neither CR nor LF. */
static void
text(struct datain *d, char c, struct buf *out)
{
	if (c == '\0') {
		d->found |= DATAIN_NUL;
		c = ' ';
	}
	if (d->col == 0 && c == '.')
		d->dotlines++;
	if (d->col++ >= d->maxline)
		d->found |= DATAIN_LONG;
	buf_putc(out, c);
	d->state = DI_TEXT;
}

/* An octet in text, or behind a dot that was removed. */
static void
plain(struct datain *d, char c, struct buf *out)
{
	if (c == '\r') {
		d->state = DI_CR;
	} else if (c == '\n') {
		d->found |= DATAIN_BARE_LF;
		newline(d, out, DI_LF_START);
	} else {
		text(d, c, out);
	}
}

/* A dot alone on a line that lacks one of its CRLF: it is content. */
static void
dot_line(struct datain *d, struct buf *out, enum datain_state next)
{
	text(d, '.', out);
	newline(d, out, next);
}

/* A CR was held back and c is not its LF. */
static void
bare_cr(struct datain *d, char c, struct buf *out)
{
	d->found |= DATAIN_BARE_CR;
	text(d, ' ', out);
	plain(d, c, out);
}

static void
octet(struct datain *d, char c, struct buf *out)
{
	switch (d->state) {
	case DI_START:
	case DI_LF_START:
		if (c == '.' && !d->chunks)
			d->state = d->state == DI_START ? DI_DOT : DI_LF_DOT;
		else
			plain(d, c, out);
		break;
	case DI_TEXT:
		plain(d, c, out);
		break;
	case DI_CR:
		if (c == '\n')
			newline(d, out, DI_START);
		else
			bare_cr(d, c, out);
		break;
	case DI_DOT:
	case DI_LF_DOT:
		if (c == '\r') {
			d->state = d->state == DI_DOT ?
			    DI_DOT_CR : DI_LF_DOT_CR;
		} else if (c == '\n') {
			d->found |= DATAIN_BARE_LF;
			dot_line(d, out, DI_LF_START);
		} else {
			plain(d, c, out);
		}
		break;
	case DI_DOT_CR:
		if (c == '\n')
			d->state = DI_END;
		else
			bare_cr(d, c, out);
		break;
	case DI_LF_DOT_CR:
		if (c == '\n')
			dot_line(d, out, DI_START);
		else
			bare_cr(d, c, out);
		break;
	case DI_END:
		break;
	}
}

void
datain_end(struct datain *d, struct buf *out)
{
	if (d->state == DI_CR) {
		d->found |= DATAIN_BARE_CR;
		text(d, ' ', out);
	}
	if (d->state == DI_TEXT)
		newline(d, out, DI_START);
	d->state = DI_END;
}

size_t
datain_feed(struct datain *d, const char *p, size_t n, struct buf *out)
{
	size_t	 i = 0;
	size_t	 k;
	size_t	 slow = 0;	/* octets before a clean prefix is tried */

	while (i < n && d->state != DI_END) {
		if (slow == 0 && (k = datain_clean(d, p + i, n - i)) > 0) {
			buf_put(out, p + i, k);
			i += k;
			continue;
		}
		slow = slow == 0 ? STEP : slow - 1;
		octet(d, p[i++], out);
	}
	return i;
}

void
textin_init(struct textin *t)
{
	memset(t, 0, sizeof(*t));
	t->start = true;
}

void
textin_feed(struct textin *t, const char *p, size_t n, struct buf *out)
{
	size_t	 i;
	char	 c;

	for (i = 0; i < n; i++) {
		c = p[i];
		t->any = true;
		if (c == '\n') {
			buf_put(out, "\r\n", 2);
			t->cr = false;
			t->start = true;
			continue;
		}
		if (t->cr) {
			buf_putc(out, ' ');
			t->start = false;
		}
		t->cr = c == '\r';
		if (t->cr)
			continue;
		if (t->start && c == '.')
			t->dotlines++;
		t->start = false;
		buf_putc(out, c == '\0' ? ' ' : c);
	}
}

void
textin_end(struct textin *t, struct buf *out)
{
	if (t->cr || !t->start)
		buf_put(out, "\r\n", 2);
	t->cr = false;
	t->start = true;
}

void
dataout_put(bool *bol, const char *p, size_t n, struct buf *out)
{
	const char	*end = p + n;
	const char	*lf;

	while (p < end) {
		if (*bol && *p == '.')
			buf_putc(out, '.');
		lf = memchr(p, '\n', (size_t)(end - p));
		*bol = lf != NULL;
		lf = lf != NULL ? lf + 1 : end;
		buf_put(out, p, (size_t)(lf - p));
		p = lf;
	}
}
