/* filters.h - the ordered list of filters as if it were one; filters.c. */
#ifndef FILTERS_H
#define FILTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "milter.h"

struct filters {
	struct config	*config;
	struct milter	 m[FILTERS_MAX];
	size_t		 n;
	const char	*by;		/* name of the filter that decided */
	int64_t		 limit;		/* the session's end */
	int64_t		 deadline;	/* of the current question */
	struct edits	 edits;
	const char	*quarantine;	/* name of the filter that asked */
	char		 reason[256];	/* ... and why */
};

void	 filters_init(struct filters *, struct config *, int64_t limit);
/*
 * Every call below that asks returns the chain's verdict: the first that is
 * not to go on.  For V_REJECT, V_TEMPFAIL and V_CLOSE the reply is always
 * set.  A failed filter counts as its F= says.
 */
/* Connects all, and negotiates with all. */
enum verdict filters_open(struct filters *, struct reply *);
/* Asks each filter in order. */
enum verdict filters_event(struct filters *, enum stage,
	    const struct buf *payload, const struct macros *,
	    struct reply *);
/* Tells the filters that want to know of a recipient refused by others. */
enum verdict filters_refused_rcpt(struct filters *, const struct buf *,
	    const struct macros *);
/* Feeds a mail that still arrives to the filters that may see it already. */
enum verdict filters_feed(struct filters *, const struct message *,
	    const struct macros *, struct reply *);
/* The mail is complete: all the rest, edits applied filter by filter. */
enum verdict filters_finish(struct filters *, struct message *,
	    struct envelope *, const struct macros *, unsigned int ext,
	    struct reply *);
/* The message is over; filters still in it are told. */
void	 filters_abort(struct filters *);
/* Says goodbye to all. */
void	 filters_close(struct filters *);
/* Milliseconds that filters took so far. */
int64_t	 filters_spent(const struct filters *);

#endif
