/* filters.h - the ordered list of filters as if it were one; filters.c. */
#ifndef FILTERS_H
#define FILTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "milter.h"

/* Told of each answer as it counts; see filters_trace. */
typedef void (*filters_tracer)(void *arg, const struct milter *, enum stage,
	    enum verdict, const struct reply *, const struct edits *);

struct filters {
	struct config	*config;
	const char	*id;		/* of the mail, for the log */
	uint64_t	 declared;	/* SIZE= of MAIL, 0: none */
	filters_tracer	 trace;
	void		*trace_arg;
	struct milter	 m[FILTERS_MAX];
	size_t		 n;
	const char	*by;		/* name of the filter that decided */
	bool		 worded;	/* ... with a text of its own */
	int64_t		 limit;		/* the session's end */
	int64_t		 deadline;	/* of the current question */
	struct edits	 edits;
	const char	*quarantine;	/* name of the filter that asked */
	char		 reason[256];	/* ... and why */
};

void	 filters_init(struct filters *, struct config *, int64_t limit);
/* Leaves out the filters that are not for this client. */
void	 filters_skip(struct filters *, const char *client, bool relayclient);
/* True when a filter is left that may be asked about the client. */
bool	 filters_left(const struct filters *);
/* Every answer is reported to the tracer. */
void	 filters_trace(struct filters *, filters_tracer, void *arg);
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
/*
 * After a look at all channels, while the mail can still be stopped: has a
 * filter said more than its verdict?  Then that was an answer to something
 * else.
 */
enum verdict filters_quiet(struct filters *, struct reply *);
/* The message is over; filters still in it are told. */
void	 filters_abort(struct filters *);
/* Says goodbye to all. */
void	 filters_close(struct filters *);
/* A mail begins: from here on filters_spent counts. */
void	 filters_mark(struct filters *);
/*
 * Milliseconds that the filters took since then; each gets NAME:MS of those
 * that took part, with commas between.
 */
int64_t	 filters_spent(const struct filters *, struct buf *each);

#endif
