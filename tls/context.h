/* context.h - certificates, keys and tickets; see context.c. */
#ifndef TLS_CONTEXT_H
#define TLS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#include "config.h"

struct contexts;

/* What a backend must show. */
struct expect {
	const char	*name;		/* for SNI, NULL: none */
	bool		 verify;	/* the certificate must be for it */
	const char	*pin;		/* SHA-256 of its key in hex, or NULL */
};

/*
 * Reads what the configuration names.  tickets: this process lives long enough
 * to give some.  NULL with a text in why, that names the file.
 */
struct contexts *contexts_load(const struct config *, bool tickets, char *why,
	    size_t size);
void	 contexts_free(struct contexts *);
/*
 * True when one of the files is another than the one that was read, and once a
 * day, for the sake of the warnings.
 */
bool	 contexts_stale(const struct contexts *);
/*
 * Says of each certificate what it is for, and until when (CERT), and that it
 * ends soon (WARN).
 */
typedef void contexts_say(void *, const char *name, const char *text);
void	 contexts_show(const struct contexts *, contexts_say *, void *);
/* Makes new ticket keys when it is time. */
void	 contexts_rotate(struct contexts *);
/* Takes over those of old (NULL: of nobody), for the sake of their tickets. */
void	 contexts_inherit(struct contexts *, const struct contexts *old);
/* One handshake with ourselves, so that those of children cost less. */
void	 contexts_warm(struct contexts *);
/* The server's side of a connection; NULL with a text in why. */
SSL	*contexts_server(struct contexts *, char *why, size_t size);
/* The client's side, towards a backend that must be as expected. */
SSL	*contexts_client(const struct config *, const struct expect *,
	    char *why, size_t size);
/* After the handshake: is the peer the one that is pinned? */
bool	 context_pinned(SSL *, const char *pin);
/* The reason of the last failure of the library. */
void	 context_reason(char *why, size_t size, const char *what);

#endif
