/* helper.h - the program that makes TLS of a connection; see helper.c. */
#ifndef HELPER_H
#define HELPER_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "config.h"
#include "conn.h"
#include "peer.h"

/* What is asked for.  name and pin are of a backend, NULL without. */
struct tls_want {
	bool		 check;		/* no handshake: are there keys? */
	bool		 client;	/* the gate begins the handshake */
	bool		 verify;
	const char	*name;
	const char	*pin;
};

/*
 * Finds the resident helper, or forks off the process that starts one for each
 * request; before the confinement.  False when there is neither.
 */
bool	 helper_open(const struct config *);
/*
 * Why there can be no TLS with clients now, NULL when there can; waits for the
 * resident to say so.
 */
const char *helper_trouble(void);
/*
 * Hands the connection's descriptor over, and waits until the helper can begin.
 * IO_OK with the channel for plain text attached to plain, which the report
 * comes first on; IO_ERROR with the reason in the facts.
 */
enum io	 helper_ask(const struct tls_want *, int net, struct conn *plain,
	    struct tls_facts *);
/* Reads the report; IO_ERROR, with the reason, when there is no TLS. */
enum io	 helper_report(struct conn *, struct tls_facts *, int64_t deadline);
/* To a check: NAME=value strings, each ended by NUL, are put into b. */
enum io	 helper_list(struct conn *, struct buf *b, int64_t deadline);
/*
 * Takes NAME=value strings up to an empty one, n octets in all; false when they
 * make no sense.
 */
bool	 helper_parse(struct tls_facts *, const char *, size_t n);

/* The same facts as a wrapper left them in the environment. */
void	 helper_environ(struct tls_facts *);
/* Leaves them there for a program; where there is no TLS, nothing stays. */
void	 helper_setenv(const struct tls_facts *);

#endif
