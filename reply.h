/* reply.h - SMTP replies, ours and those of others; see reply.c. */
#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#define REPLY_LINE_MAX	2048	/* octets of one line from a backend */

struct reply {
	int	 code;		/* 200 to 599; 0: no reply */
	struct buf text;	/* lines without code, each ended by LF */
};

/* No reply; nothing is allocated until one is set. */
void	 reply_init(struct reply *);
void	 reply_free(struct reply *);
/* Back to no reply. */
void	 reply_clear(struct reply *);
/* One line: "code status text"; status "" for none (RFC 2034). */
void	 reply_set(struct reply *, int code, const char *status,
	    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Adds a line of n bytes; unprintable bytes become '?', long text is cut. */
void	 reply_add(struct reply *, const char *, size_t n);
void	 reply_copy(struct reply *, const struct reply *);
/*
 * Takes one line of a reply, with its line end (RFC 5321 4.2).  Returns 1
 * when it was the last, 0 when more must follow, -1 when it is none.  Begin
 * with a cleared reply.
 */
int	 reply_parse(struct reply *, const char *line, size_t n);
/*
 * Takes a whole text as filters send it, "ddd text" or "ddd-text CRLF ...",
 * n bytes.  0, or -1 when it is not of that form (the reply is cleared).
 */
int	 reply_parse_text(struct reply *, const char *, size_t n);
/* Appends the reply in wire form. */
void	 reply_put(const struct reply *, struct buf *out);
/* 2, 4, 5 ...; 0 for no reply. */
int	 reply_class(const struct reply *);
/* All lines, LF between and behind; valid until the next call on it. */
const char *reply_text(struct reply *);
/* Length of an enhanced status code "d.d.d" at s, 0 if there is none. */
size_t	 reply_status_len(const char *s, size_t n);

#endif
