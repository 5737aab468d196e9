/* milter.h - one filter on the wire; see milter.c. */
#ifndef MILTER_H
#define MILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "conn.h"
#include "macros.h"
#include "message.h"
#include "reply.h"
#include "stages.h"

enum verdict {
	V_CONTINUE,
	V_ACCEPT,	/* done with this message, or connection */
	V_REJECT,	/* with a reply, or with the stage's own */
	V_TEMPFAIL,	/* likewise */
	V_CLOSE,	/* likewise, and the connection ends */
	V_DISCARD,
	V_FAIL,		/* the filter failed; the reason is logged */
	V_GONE		/* the client was lost, or SIGTERM came */
};

enum milter_state {
	M_CLOSED,
	M_OPEN,		/* between messages */
	M_INMSG,
	M_DONE,		/* gave its final answer for this message */
	M_QUIT,		/* accepted the connection */
	M_FAILED	/* until the client disconnects */
};

#define MILTER_NLISTS	7	/* SMFIM_ stages */

struct milter {
	struct filter_conf *conf;
	size_t		 max_reply;
	struct conn	 conn;
	enum milter_state state;
	enum stage	 stage;		/* of the last event, for the log */
	int64_t		 deadline;	/* the chain's, caps all waits */
	uint32_t	 version;
	uint32_t	 actions;
	uint32_t	 proto;
	unsigned int	 skip;		/* set of stages not wanted now */
	char		*list[MILTER_NLISTS]; /* own macros; NULL: default */
	struct buf	 pkt;		/* payload of the last packet */
	size_t		 nexthdr;	/* what of the message was sent */
	bool		 shown;		/* any field */
	bool		 eoh;
	bool		 ipv6;		/* told of such a client, mute since */
	off_t		 bodyoff;
	bool		 lied;		/* edit not negotiated: logged once */
	int64_t		 spent_ms;
	int64_t		 before_ms;	/* ... when this mail began */
	int64_t		 since;		/* when the last event was sent */
	bool		 apart;		/* has done: Skip=, DISCARD */
	unsigned int	 asked;		/* events sent, for filters_trace */
};

/* A closed filter; the configuration must outlive it. */
void	 milter_init(struct milter *, struct filter_conf *, size_t max_reply);
/* Starts to connect and offers the options; milter_negotiate ends it. */
void	 milter_open(struct milter *);
/* V_CONTINUE, V_FAIL or V_GONE. */
enum verdict milter_negotiate(struct milter *);
/*
 * Sends an event with its macros, if the filter wants it, and returns its
 * verdict; a reply that came with it is put into r, else r stays clear.
 */
enum verdict milter_event(struct milter *, enum stage, const struct buf *,
	    const struct macros *, struct reply *r);
/* Sends what the message has and the filter has not seen yet. */
enum verdict milter_advance(struct milter *, const struct message *,
	    const struct macros *, struct reply *r);
/* End of message: collects edits until the final answer. */
enum verdict milter_eom(struct milter *, const struct macros *,
	    struct edits *, struct reply *r);
/* V_FAIL when what was read of the filter is more than was asked of it. */
enum verdict milter_quiet(struct milter *);
/* True when the filter may change header or body. */
bool	 milter_may_edit(const struct milter *);
/* The message is over without this filter's final answer. */
void	 milter_abort(struct milter *);
/* Says goodbye, within a short time, and closes. */
void	 milter_close(struct milter *);

#endif
