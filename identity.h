/* identity.h - telling the backend who the client is; see identity.c. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "backend.h"

/* What of the session and of one mail may be told. */
struct told {
	const char	*helo;
	bool		 esmtp;
	bool		 utf8;		/* SMTPUTF8 is in use */
	bool		 auth;		/* the client has authenticated */
	const char	*id;		/* queue ID */
	const char	*rcpt;		/* the only recipient, or NULL */
	const char	*tls;		/* version and cipher; NULL: no TLS */
};

/* True when a server may be told the client's name. */
bool	 identity_names(const struct config *);
/* The same of AuthServer, which is dialled when the process is confined. */
bool	 identity_late(const struct config *);
/*
 * False, with what the client may be told in r, when this client cannot be
 * told of in the server's way.
 */
bool	 identity_can(struct backend *, struct reply *r);
/*
 * True when this server is told of the client's TLS, or that there is none,
 * with the first octet: anything new it can be told on another connection only.
 */
bool	 identity_of_tls(const struct backend *);
/*
 * True when this server judges the client by what it is told, false when it
 * judges the gate: then it must not trust the gate's address.
 */
bool	 identity_judged(const struct backend *);
/* What must come before the greeting: a PROXY header, if configured. */
void	 identity_preface(struct backend *);
/*
 * What must come between a greeting of 220, in r, and the dialogue.  IO_OK with
 * the greeting that now counts in r; IO_ERROR with the connection dropped, and
 * in r what the client may be told.
 */
enum io	 identity_tell(struct backend *, struct reply *r);
/*
 * Appends the commands that must come before MAIL, each ended by LF; none
 * for most methods.  All of them want an answer of 250.
 */
void	 identity_commands(const struct backend *, const struct told *,
	    struct buf *lines);
/* Appends the field that goes on top of the mail; nothing for most methods. */
void	 identity_received(const struct backend *, const struct told *,
	    struct buf *);
/* The environment of a backend program, as tcpserver would make it. */
void	 identity_environ(const struct peer *);

#endif
