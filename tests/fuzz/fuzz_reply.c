/*
 * fuzz_reply - answers of backends, or texts of filters
 *
 * The first octet says which: "b" for lines of a backend, else a filter's
 * text.  Checked: what leaves for the client has the form of RFC 5321 4.2,
 * lines of at most 512 octets and no control octet, and reads as the same
 * reply.
 */
#include "fuzz.h"
#include "reply.h"

#define LINES_MAX	100

static size_t
count(const struct buf *b)
{
	size_t	 n = 0;
	size_t	 i;

	for (i = 0; i < buf_len(b); i++)
		n += buf_ptr(b)[i] == '\n';
	return n;
}

static void
check_line(const struct reply *r, const char *s, size_t n, bool last)
{
	char	 code[8];
	size_t	 i;

	(void)snprintf(code, sizeof(code), "%03d", r->code);
	fuzz_check(n >= 6 && n <= 512, "length of a line");
	fuzz_check(memcmp(s, code, 3) == 0, "code of a line");
	fuzz_check(s[3] == (last ? ' ' : '-'), "mark of a line");
	fuzz_check(s[n - 2] == '\r', "line ends with CRLF");
	for (i = 4; i < n - 2; i++)
		fuzz_check(s[i] == '\t' || fuzz_clean(s + i, 1),
		    "line is clean");
}

static void
check_reply(struct reply *r)
{
	struct reply	 again;
	struct buf	 b;
	const char	*s;
	const char	*end;
	size_t		 n;
	int		 more = 0;

	fuzz_check(r->code >= 200 && r->code <= 599, "code");
	fuzz_check(count(&r->text) > 0, "a reply has a line");
	reply_init(&again);
	buf_init(&b, 1 << 20);
	reply_put(r, &b);
	fuzz_check(!b.bad, "reply fits");
	end = buf_ptr(&b) + buf_len(&b);
	for (s = buf_ptr(&b); s < end; s += n) {
		n = (size_t)((const char *)memchr(s, '\n',
		    (size_t)(end - s)) - s) + 1;
		check_line(r, s, n, s + n == end);
		if (count(&r->text) <= LINES_MAX)
			more = reply_parse(&again, s, n);
	}
	if (count(&r->text) <= LINES_MAX) {
		fuzz_check(more == 1, "reply is whole");
		fuzz_check(again.code == r->code &&
		    fuzz_same(&again.text, &r->text), "reply is the same");
	}
	fuzz_check(strlen(reply_text(r)) == buf_len(&r->text),
	    "text has no NUL");
	buf_free(&b);
	reply_free(&again);
}

static void
backend(struct reply *r, const uint8_t *data, size_t size)
{
	const uint8_t	*lf;
	size_t		 n;
	int		 last = 0;

	for (; size > 0 && last == 0; data += n, size -= n) {
		lf = memchr(data, '\n', size);
		n = lf != NULL ? (size_t)(lf - data) + 1 : size;
		last = reply_parse(r, (const char *)data, n);
	}
	if (last == 1)
		check_reply(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reply	 r;
	const char	*s;

	if (size < 2)
		return 0;
	reply_init(&r);
	s = (const char *)data + 1;
	if (*data == 'b') {
		backend(&r, data + 1, size - 1);
	} else if (reply_parse_text(&r, s, size - 1) == 0) {
		fuzz_check(reply_class(&r) == 4 || reply_class(&r) == 5,
		    "a filter refuses or is silent");
		check_reply(&r);
	} else {
		fuzz_check(r.code == 0 && buf_len(&r.text) == 0,
		    "no half of a reply");
	}
	reply_free(&r);
	return 0;
}
