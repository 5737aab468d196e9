/* content.h - reading the content of a mail; see content.c. */
#ifndef CONTENT_H
#define CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "filters.h"
#include "reply.h"
#include "stream.h"

struct session;

struct content {
	struct datain	 d;
	struct buf	 in;
	struct buf	 out;
	uint64_t	 count;		/* octets so far */
	bool		 toobig;
	bool		 unwanted;	/* read, but not stored */
	enum verdict	 v;		/* of the filters so far */
	struct reply	 said;		/* with it */
	int64_t		 start;
};

/*
 * The client starts now; d is the caller's to initialise.  Until the mail is
 * over, its limits are those of the session.
 */
void	 content_begin(struct session *, struct content *);
/* Wipes and releases; zeroed memory will do, too. */
void	 content_free(struct content *);
/* When the mail as such must have been sent. */
int64_t	 content_due(const struct session *, const struct content *);
/*
 * Reads to the end that datain sees, at most n octets of what is sent, stores
 * them and shows them to the filters.  False when the session is over.
 */
bool	 content_read(struct session *, struct content *, uint64_t n);
/* The last chunk was read: that was the mail. */
void	 content_end(struct session *, struct content *);
/*
 * What is to be said of the octets read so far, into the session's reply;
 * false when all is well.
 */
bool	 content_trouble(struct session *, const struct content *);

#endif
