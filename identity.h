/* identity.h - telling the backend who the client is; see identity.c. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "backend.h"

/* What must come before the greeting: a PROXY header, if configured. */
void	 identity_preface(struct backend *);
/*
 * What must come between a greeting of 220 and the dialogue: XCLIENT, if
 * configured.  IO_OK with the greeting that now counts in r; IO_ERROR with
 * the connection dropped, and in r what the client may be told.
 */
enum io	 identity_tell(struct backend *, struct reply *r);
/* The environment of a backend program, as tcpserver would make it. */
void	 identity_environ(const struct peer *);

#endif
