/* upstream.h - a client that somebody else tells of; see upstream.c. */
#ifndef UPSTREAM_H
#define UPSTREAM_H

#include "session.h"

/*
 * Reads the PROXY header that such a client must send before all else; false
 * when the session has ended for want of one.
 */
bool	 upstream_read(struct session *);
/* True for a client that may name another one with XCLIENT. */
bool	 upstream_may(const struct session *);
/* Adds to the answer to EHLO what it is offered. */
void	 upstream_offer(struct session *);
/* XCLIENT: the session begins anew, with another client. */
void	 upstream_xclient(struct session *, const struct command *);

#endif
