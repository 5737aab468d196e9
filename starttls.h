/* starttls.h - TLS with the client; see starttls.c. */
#ifndef STARTTLS_H
#define STARTTLS_H

#include "session.h"

/*
 * True when TLS comes before the dialogue.  What the client sends is not ours
 * to read then, but for a PROXY header.
 */
bool	 starttls_implicit(const struct session *);
/* Makes that; the session ends when there is no TLS. */
void	 starttls_first(struct session *);
/*
 * Before the confinement: finds a helper, if the configuration or the launcher
 * has TLS.
 */
void	 starttls_open(struct session *);
/* True when EHLO is to offer it; what speaks against it is in the log. */
bool	 starttls_offered(struct session *);
/* What filters are told of it, from HELO on. */
void	 starttls_macros(struct session *);
/* "TLSv1.3 TLS_AES_256_GCM_SHA384", for log and headers; "-" without TLS. */
const char *starttls_text(struct session *);
/* STARTTLS. */
void	 starttls_serve(struct session *, const struct command *);
/*
 * True when there is TLS, or none is wanted; otherwise the client was told that
 * there must be.
 */
bool	 starttls_enough(struct session *);

#endif
