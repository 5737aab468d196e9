/*
 * reply - SMTP replies, ours and those of others
 *
 * An answer travels through the gate only as a struct reply.  What a backend
 * or a filter sends becomes one by reply_parse or reply_parse_text, which bound
 * it and replace unprintable bytes, so that no peer can put a line end or a
 * control sequence into somebody else's dialogue.  Text keeps its octets above
 * 127 (RFC 6531) and its TABs.
 *
 * Limits: 100 lines, 64 KiB, 512 octets a line on output with code and CRLF.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reply.h"

#define TEXT_MAX	65536
#define LINES_MAX	100
#define OUT_MAX		(512 - 6)	/* text of a line: less code and CRLF */

void
reply_init(struct reply *r)
{
	r->code = 0;
	buf_init(&r->text, TEXT_MAX);
}

void
reply_free(struct reply *r)
{
	r->code = 0;
	buf_free(&r->text);
}

void
reply_clear(struct reply *r)
{
	r->code = 0;
	buf_reset(&r->text);
}

void
reply_add(struct reply *r, const char *s, size_t n)
{
	unsigned char	 c;
	size_t		 i;

	if (n > OUT_MAX)
		n = OUT_MAX;
	if (buf_reserve(&r->text, n + 1) == NULL)
		return;
	for (i = 0; i < n; i++) {
		c = (unsigned char)s[i];
		buf_putc(&r->text, (c < ' ' && c != '\t') || c == 0x7f ?
		    '?' : (char)c);
	}
	buf_putc(&r->text, '\n');
}

void
reply_set(struct reply *r, int code, const char *status, const char *fmt, ...)
{
	char	 text[OUT_MAX + 1];
	va_list	 ap;
	int	 n = 0;

	if (*status != '\0')
		n = snprintf(text, sizeof(text), "%s ", status);
	va_start(ap, fmt);
	(void)vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	va_end(ap);
	reply_clear(r);
	r->code = code;
	reply_add(r, text, strlen(text));
}

void
reply_copy(struct reply *to, const struct reply *from)
{
	reply_clear(to);
	to->code = from->code;
	buf_put(&to->text, buf_ptr(&from->text), buf_len(&from->text));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int
reply_parse(struct reply *r, const char *line, size_t n)
{
	bool	 last;
	size_t	 lines;
	size_t	 i;

	if (n > 0 && line[n - 1] == '\n')
		n--;
	while (n > 0 && line[n - 1] == '\r')
		n--;
	if (n < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) ||
	    !is_digit(line[2]) || (n > 3 && line[3] != ' ' && line[3] != '-'))
		return -1;
	/* Lines that differ in code: the last one counts (RFC forbids it). */
	r->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
	last = n == 3 || line[3] == ' ';
	for (lines = i = 0; i < buf_len(&r->text); i++)
		lines += buf_ptr(&r->text)[i] == '\n';
	if (lines >= LINES_MAX || r->text.bad)
		return -1;
	reply_add(r, n > 4 ? line + 4 : "", n > 4 ? n - 4 : 0);
	return last ? 1 : 0;
}

size_t
reply_status_len(const char *s, size_t n)
{
	size_t	 i = 1;
	size_t	 part;
	size_t	 digits;

	if (n < 5 || (s[0] != '2' && s[0] != '4' && s[0] != '5'))
		return 0;
	for (part = 0; part < 2; part++) {
		if (i >= n || s[i] != '.')
			return 0;
		for (i++, digits = 0; i < n && is_digit(s[i]); i++)
			digits++;
		if (digits < 1 || digits > 3)
			return 0;
	}
	return i == n || s[i] == ' ' || s[i] == '\t' ? i : 0;
}

/* One line of a filter's text: "%%" stands for "%" (written for printf). */
static void
add_percent(struct reply *r, const char *s, size_t n)
{
	char	 line[OUT_MAX];
	size_t	 len;
	size_t	 skip = 0;
	size_t	 i;

	/* An enhanced code of another class than the reply's is a lie. */
	len = reply_status_len(s, n);
	if (len > 0 && s[0] - '0' != r->code / 100)
		skip = len < n ? len + 1 : len;
	for (len = 0, i = skip; i < n && len < sizeof(line); i++) {
		line[len++] = s[i];
		if (s[i] == '%' && i + 1 < n && s[i + 1] == '%')
			i++;
	}
	reply_add(r, line, len);
}

int
reply_parse_text(struct reply *r, const char *s, size_t n)
{
	const char	*end = s + n;
	const char	*lf;
	size_t		 len;
	bool		 last;
	int		 code;

	reply_clear(r);
	do {
		lf = memchr(s, '\n', (size_t)(end - s));
		last = lf == NULL;
		len = (size_t)((last ? end : lf) - s);
		if (!last && len > 0 && s[len - 1] == '\r')
			len--;
		if (len < 3 || (s[0] != '4' && s[0] != '5') ||
		    !is_digit(s[1]) || !is_digit(s[2]) ||
		    memchr(s, '\r', len) != NULL ||
		    memchr(s, '\0', len) != NULL)
			goto bad;
		/* A code alone says nothing: the stage's own text does. */
		if (last ? len < 4 || s[3] != ' ' : len < 4 || s[3] != '-')
			goto bad;
		code = (s[0] - '0') * 100 + (s[1] - '0') * 10 + s[2] - '0';
		if (r->code != 0 && r->code != code)
			goto bad;
		r->code = code;
		add_percent(r, s + 4, len - 4);
		s = last ? end : lf + 1;
	} while (!last);
	return 0;
bad:
	reply_clear(r);
	return -1;
}

void
reply_put(const struct reply *r, struct buf *out)
{
	const char	*s = buf_ptr(&r->text);
	const char	*end = s + buf_len(&r->text);
	const char	*lf;

	while (s < end) {
		lf = memchr(s, '\n', (size_t)(end - s));
		buf_printf(out, "%03d%c", r->code, lf + 1 < end ? '-' : ' ');
		buf_put(out, s, (size_t)(lf - s));
		buf_puts(out, "\r\n");
		s = lf + 1;
	}
}

int
reply_class(const struct reply *r)
{
	return r->code / 100;
}

const char *
reply_text(struct reply *r)
{
	const char	*s = buf_cstr(&r->text);

	return s != NULL ? s : "";
}
