/* greet.h - from the connection to the greeting; see greet.c. */
#ifndef GREET_H
#define GREET_H

#include "session.h"

/* The macros that are known from the start. */
void	 greet_macros(struct macros *, const struct config *,
	    const struct peer *);
/* Those with the client's name, when it is known or will not be. */
void	 greet_names(struct macros *, const struct peer *);
/* The CONNECT packet: host, family, port, address. */
void	 greet_payload(const struct peer *, struct buf *);
/*
 * From the connection, whose client is known, to the greeting; also when
 * another client has taken its place.
 */
void	 greet_open(struct session *);

#endif
