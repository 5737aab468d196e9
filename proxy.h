/* proxy.h - the PROXY protocol's header; see proxy.c. */
#ifndef PROXY_H
#define PROXY_H

#include "buf.h"
#include "peer.h"

#define PROXY_PUT_MAX	232		/* Exim takes no more, Postfix 536 */
#define PROXY_HEADER_MAX (16 + 2048)	/* longer ones are none */

enum proxy_says {
	PROXY_BAD,		/* this is no header */
	PROXY_CLIENT,		/* both ends are known */
	PROXY_UNKNOWN,		/* somebody, but without an address */
	PROXY_LOCAL		/* the proxy itself, a health check */
};

/*
 * How many octets a header has that begins with these n, as far as they tell:
 * n, when it is complete; more, when that many must be there before asking
 * again; 0, when it is none.
 */
size_t	 proxy_length(const unsigned char *, size_t n);
/*
 * Takes a complete header apart; the ends are set for PROXY_CLIENT alone.  The
 * facts are on if it says that the client has TLS.
 */
enum proxy_says proxy_parse(const unsigned char *, size_t n,
	    struct side *from, struct side *to, struct tls_facts *);
/*
 * Appends a header of up to PROXY_PUT_MAX octets; both ends must have
 * addresses.  Of what is known of TLS the common name is left out where it does
 * not fit, then SNI; version 1 has no word for any of it.
 */
void	 proxy_put_v1(struct buf *, const struct side *from,
	    const struct side *to, const struct tls_facts *);
void	 proxy_put_v2(struct buf *, const struct side *from,
	    const struct side *to, const struct tls_facts *);

#endif
