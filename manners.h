/* manners.h - what one client may do, and how fast; see manners.c. */
#ifndef MANNERS_H
#define MANNERS_H

#include "session.h"

/* The client is known: whether it is trusted, and when it may be greeted. */
void	 manners_start(struct session *);
/* False when its address has too many connections, and it was told so. */
bool	 manners_slot(struct session *);
/*
 * With GreetPause: waits until then for a client that speaks before it is
 * greeted; false when it did and was told no, or the wait ended the session.
 */
bool	 manners_quiet(struct session *, int64_t until);
/* The client made an error; the reply to it may be held back. */
void	 manners_error(struct session *);
/* So was a recipient refused, with the session's reply. */
void	 manners_refused_rcpt(struct session *);
/* Waits as long as the next reply is to be held back. */
void	 manners_delay(struct session *);
/* One more mail, declared to have so many octets?  The client was told no. */
bool	 manners_mail(struct session *, uint64_t size);
/* Behind each command: ends a session that has gone too far. */
void	 manners_check(struct session *);

#endif
