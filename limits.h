/* limits.h - what one client may do, and how fast; see limits.c. */
#ifndef LIMITS_H
#define LIMITS_H

#include "session.h"

/* The client is known: whether it is trusted, and when it may be greeted. */
void	 limits_start(struct session *);
/* False when its address has too many connections, and it was told so. */
bool	 limits_slot(struct session *);
/*
 * With GreetPause: waits until then for a client that speaks before it is
 * greeted; false when it did and was told no, or the wait ended the session.
 */
bool	 limits_quiet(struct session *, int64_t until);
/* The client made an error; the reply to it may be held back. */
void	 limits_error(struct session *);
/* So was a recipient refused, with the session's reply. */
void	 limits_refused_rcpt(struct session *);
/* Waits as long as the next reply is to be held back. */
void	 limits_delay(struct session *);
/* One more mail, declared to have so many octets?  The client was told no. */
bool	 limits_mail(struct session *, uint64_t size);
/* Behind each command: ends a session that has gone too far. */
void	 limits_check(struct session *);

#endif
