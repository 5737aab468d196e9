/* stream.h - the canonical line stream; see stream.c. */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* What was found in a client's data that RFC 5321 2.3.8 forbids. */
#define DATAIN_BARE_LF	0x1
#define DATAIN_BARE_CR	0x2
#define DATAIN_NUL	0x4
#define DATAIN_LONG	0x8	/* a line beyond the limit */

enum datain_state {
	DI_START,	/* behind a CRLF that was sent */
	DI_TEXT,
	DI_CR,
	DI_DOT,		/* a dot behind a CRLF that was sent */
	DI_DOT_CR,
	DI_LF_START,	/* behind a bare LF */
	DI_LF_DOT,	/* a dot behind a bare LF */
	DI_LF_DOT_CR,
	DI_END		/* CRLF.CRLF was seen */
};

struct datain {
	enum datain_state state;
	unsigned int	 found;		/* DATAIN_ bits */
	size_t		 col;		/* octets of the current line */
	size_t		 maxline;	/* octets of a line, CRLF not counted */
	size_t		 dotlines;	/* lines of content that begin so */
	bool		 chunks;	/* a dot is a dot, the end is told */
};

/* At the octet behind DATA, whose line ended with CRLF or a bare LF. */
void	 datain_init(struct datain *, size_t maxline, bool bare);
/* At the first octet of a mail that comes in chunks (BDAT, RFC 3030). */
void	 datain_init_chunks(struct datain *, size_t maxline);
/*
 * Behind the last chunk: what its last line lacks of its end is appended to
 * out, which needs room for 3 octets.
 */
void	 datain_end(struct datain *, struct buf *out);
/*
 * Appends the content of n octets (destuffed, bare LF as CRLF, bare CR and
 * NUL as blank) to out, which must have room for 2n + 4, and returns how many
 * octets it used: all, unless the state is DI_END.
 */
size_t	 datain_feed(struct datain *, const char *, size_t n, struct buf *out);

/*
 * How many of n octets are content as they stand, 0 at a place that needs
 * datain_feed; they count as used.
 */
size_t	 datain_clean(struct datain *, const char *, size_t n);

struct textin {
	bool	 cr;		/* a CR is held back */
	bool	 start;		/* at the start of a line */
	bool	 any;		/* anything came */
	size_t	 dotlines;
};

/* Canonical text out of a filter's: LF and CRLF end a line. */
void	 textin_init(struct textin *);
/* out must have room for 2n + 2. */
void	 textin_feed(struct textin *, const char *, size_t n, struct buf *out);
/* The missing end of the last line. */
void	 textin_end(struct textin *, struct buf *out);

/*
 * Appends canonical text with its leading dots doubled (RFC 5321 4.5.2); bol
 * says whether it begins a line, and is updated.  Room for 2n is needed.
 */
void	 dataout_put(bool *bol, const char *, size_t n, struct buf *out);

#endif
