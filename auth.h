/* auth.h - AUTH through the gate; see auth.c. */
#ifndef AUTH_H
#define AUTH_H

#include "session.h"

/*
 * The server of AuthServer, as long as a login would go there: NULL without,
 * after a login, and when it could not be had at EHLO.
 */
struct backend *auth_other(struct session *);
/* Before the confinement: looks that server's name up. */
void	 auth_prepare(struct session *);
/*
 * Dials it, if it is not there, and tells it of the client's EHLO.  IO_OK also
 * when it cannot be had; IO_GONE, IO_STOP.
 */
enum io	 auth_hello(struct session *);
/* Leaves it: there will be no login. */
void	 auth_leave(struct session *);
/*
 * Adds the AUTH lines of whom the login would go to, less what must not cross,
 * to the reply; false when nothing is left of them.
 */
bool	 auth_offer(struct session *);
/* AUTH, to its last answer. */
void	 auth_serve(struct session *, const struct command *);
/*
 * The client is authenticated: mech outlives the session, user is "" when not
 * known.
 */
void	 auth_set(struct session *, const char *mech, const char *user);
/*
 * True for a line that may have credentials in it: AUTH, wanted or not, and
 * what is no command behind an AUTH that was refused.
 */
bool	 auth_secret(struct session *, struct buf *line);

#endif
