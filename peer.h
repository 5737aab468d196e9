/* peer.h - who is on the other end of descriptors 0 and 1; see peer.c. */
#ifndef PEER_H
#define PEER_H

#include <netinet/in.h>

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

struct side {
	int		 family;	/* AF_UNSPEC: not known */
	char		 addr[INET6_ADDRSTRLEN]; /* "" unless IP */
	uint16_t	 port;
};

struct peer {
	int		 rfd;
	int		 wfd;
	bool		 sock;		/* one socket, on both */
	struct side	 remote;	/* the client */
	struct side	 local;
	char		 ptr[256];	/* unverified name, or "" */
	char		 login[256];	/* as an upstream says, or "" */
	bool		 tls;		/* the launcher speaks TLS with the client */
	const char	*trouble;	/* why there is nobody to serve */
};

/*
 * Finds the descriptors and the client.  0; -1 when the client left before
 * we ran (nothing to do); 1 with trouble set when the launch is unusable.
 */
int	 peer_init(struct peer *);
/*
 * Sets an address from text, in the one form that all use: IPv4 that is mapped
 * into IPv6 is IPv4, without scope.  False, and no address, when it is none;
 * 0.0.0.0 and :: are nobody's.
 */
bool	 side_set(struct side *, const char *);
/* "192.0.2.1", "IPv6:2001:db8::1" as in {client_addr}; "" if unknown. */
void	 peer_tagged(const struct side *, struct buf *);
/* "[192.0.2.1]", "[IPv6:2001:db8::1]": a host without verified name. */
void	 peer_literal(const struct side *, struct buf *);

#endif
