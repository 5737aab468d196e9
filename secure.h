/* secure.h - TLS with the mail server; see secure.c. */
#ifndef SECURE_H
#define SECURE_H

#include "backend.h"

/* Is there a server that it may have to be made with? */
bool	 secure_wanted(const struct config *);
/*
 * The connection stands, nothing was said: TLS, if that comes first here.
 * IO_OK, or another result with the connection dropped.
 */
enum io	 secure_first(struct backend *, const struct server_conf *);
/*
 * Behind a greeting of 220: STARTTLS, as far as the server must or may have it.
 * IO_OK, or another result with the connection dropped.
 */
enum io	 secure_greeted(struct backend *, const struct server_conf *);

#endif
