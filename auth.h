/* auth.h - AUTH through the gate; see auth.c. */
#ifndef AUTH_H
#define AUTH_H

#include "session.h"

/*
 * Adds the backend's AUTH line to the reply, less what must not cross; false
 * when nothing is left of it.
 */
bool	 auth_offer(struct session *, const char *line);
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
