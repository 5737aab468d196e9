/*
 * buf - bounded byte buffer and bounded reader
 *
 * A buffer is flat: what it holds is always contiguous, so a line or a packet
 * can be looked at in place.  Bytes are put at the end and eaten from the
 * front; when half of the memory is eaten the rest moves down.  It grows up to
 * its maximum and no further: a put that does not fit changes nothing but the
 * bad flag, so a packet may be written straight through and checked once at
 * its end.  Memory is wiped when it is released or outgrown, because mail and
 * credentials pass through here.
 *
 * Running out of memory below the maximum is fatal: the maxima are the gate's
 * own and small.
 *
 * A pointer into a buffer lives until the next call on that buffer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "log.h"

#define BUF_MIN	512

static char	 empty[1];

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
buf_free(struct buf *b)
{
	freezero(b->data, b->cap);
	buf_init(b, b->max);
}

void
buf_reset(struct buf *b)
{
	b->start = b->end = 0;
	b->bad = false;
}

void
buf_wipe(struct buf *b)
{
	if (b->data == NULL)
		return;
	explicit_bzero(b->data, b->start);
	explicit_bzero(b->data + b->end, b->cap - b->end);
}

size_t
buf_len(const struct buf *b)
{
	return b->end - b->start;
}

char *
buf_ptr(const struct buf *b)
{
	/* Never a null pointer: callers add offsets and copy nothing. */
	return b->data == NULL ? empty : b->data + b->start;
}

/*
 * Memory for need bytes in all: doubled, but never beyond max and one, for a
 * NUL behind content that fills it.
 */
static void
buf_grow(struct buf *b, size_t need)
{
	size_t	 cap = b->cap ? b->cap : BUF_MIN;
	char	*data;

	while (cap < need)
		cap = cap > b->max / 2 ? b->max + 1 : cap * 2;
	if (cap > b->max + 1)
		cap = b->max + 1;
	data = recallocarray(b->data, b->cap, cap, 1);
	if (data == NULL)
		fatal("memory for a buffer of %zu bytes", cap);
	b->data = data;
	b->cap = cap;
}

/* Room for n bytes that may be kept and spare ones that are not. */
static char *
room(struct buf *b, size_t n, size_t spare)
{
	size_t	 len = buf_len(b);

	if (n > b->max || len > b->max - n) {
		b->bad = true;
		return NULL;
	}
	n += spare;
	if (b->start > 0 && (len == 0 || b->cap - b->end < n)) {
		memmove(b->data, b->data + b->start, len);
		b->start = 0;
		b->end = len;
	}
	if (b->data == NULL || b->cap - b->end < n)
		buf_grow(b, len + n);
	return b->data + b->end;
}

char *
buf_reserve(struct buf *b, size_t n)
{
	return room(b, n, 0);
}

void
buf_added(struct buf *b, size_t n)
{
	b->end += n;
}

int
buf_put(struct buf *b, const void *p, size_t n)
{
	char	*to = room(b, n, 0);

	if (to == NULL)
		return -1;
	if (n > 0)
		memcpy(to, p, n);
	buf_added(b, n);
	return 0;
}

int
buf_puts(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

int
buf_putc(struct buf *b, char c)
{
	return buf_put(b, &c, 1);
}

int
buf_put_u32(struct buf *b, uint32_t v)
{
	unsigned char	 p[4] = { v >> 24, v >> 16 & 0xff, v >> 8 & 0xff,
			    v & 0xff };

	return buf_put(b, p, sizeof(p));
}

int
buf_put_u16(struct buf *b, uint16_t v)
{
	unsigned char	 p[2] = { v >> 8, v & 0xff };

	return buf_put(b, p, sizeof(p));
}

int
buf_put_str(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s) + 1);
}

int
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list	 again;
	size_t	 spare = b->cap - b->end;
	char	*at;
	char	*to;
	int	 n;

	/* Most texts fit into what is there. */
	va_copy(again, ap);
	at = spare > 0 ? b->data + b->end : NULL;
	n = vsnprintf(at, spare, fmt, ap);
	/* One more than counted: vsnprintf closes with a NUL. */
	to = n < 0 ? NULL : room(b, (size_t)n, 1);
	if (to != NULL) {
		if (to != at || (size_t)n >= spare)
			(void)vsnprintf(to, (size_t)n + 1, fmt, again);
		buf_added(b, (size_t)n);
	}
	va_end(again);
	if (to == NULL)
		b->bad = true;
	return to == NULL ? -1 : 0;
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list	 ap;
	int	 r;

	va_start(ap, fmt);
	r = buf_vprintf(b, fmt, ap);
	va_end(ap);
	return r;
}

void
buf_eat(struct buf *b, size_t n)
{
	b->start += n;
	if (b->start == b->end) {
		b->start = b->end = 0;
	} else if (b->start > b->cap / 2) {
		memmove(b->data, b->data + b->start, buf_len(b));
		b->end -= b->start;
		b->start = 0;
	}
}

void
buf_cut(struct buf *b, size_t n)
{
	b->end = b->start + n;
}

const char *
buf_cstr(struct buf *b)
{
	*room(b, 0, 1) = '\0';
	return buf_ptr(b);
}

void
buf_swap(struct buf *a, struct buf *b)
{
	struct buf	 t = *a;

	*a = *b;
	*b = t;
}

void
rd_init(struct rd *r, const void *p, size_t n)
{
	r->p = p;
	r->left = n;
	r->bad = false;
}

uint32_t
rd_u32(struct rd *r)
{
	uint32_t	 v;

	if (r->bad || r->left < 4) {
		r->bad = true;
		return 0;
	}
	v = (uint32_t)r->p[0] << 24 | (uint32_t)r->p[1] << 16 |
	    (uint32_t)r->p[2] << 8 | r->p[3];
	r->p += 4;
	r->left -= 4;
	return v;
}

const char *
rd_str(struct rd *r)
{
	const unsigned char	*s = r->p;
	const unsigned char	*nul;

	nul = r->bad || r->left == 0 ? NULL : memchr(s, '\0', r->left);
	if (nul == NULL) {
		r->bad = true;
		return NULL;
	}
	r->left -= (size_t)(nul - s) + 1;
	r->p = nul + 1;
	return (const char *)s;
}

bool
rd_ok(const struct rd *r)
{
	return !r->bad;
}
