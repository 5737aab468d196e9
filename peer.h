/* peer.h - who is on the other end of descriptors 0 and 1; see peer.c. */
#ifndef PEER_H
#define PEER_H

#include <netinet/in.h>

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "lookup.h"

struct side {
	int		 family;	/* AF_UNSPEC: not known */
	char		 addr[INET6_ADDRSTRLEN]; /* "" unless IP */
	uint16_t	 port;
};

/* What a handshake has shown; "" for what is not known. */
struct tls_facts {
	bool	 on;
	char	 version[16];		/* TLSv1.3 */
	char	 cipher[64];
	char	 bits[8];
	char	 sni[256];
	char	 verify[8];		/* OK, FAIL or NO, as in Sendmail */
	char	 subject[512];
	char	 issuer[512];
	char	 cn[128];		/* of the subject */
	bool	 resumed;		/* what it shows is of another time */
	char	 error[256];		/* why there is no TLS */
};

struct peer {
	int		 rfd;
	int		 wfd;
	bool		 sock;		/* one socket, on both */
	struct side	 remote;	/* the client */
	struct side	 local;
	struct side	 via;		/* who told us of them */
	char		 login[256];	/* as an upstream says, or "" */
	struct tls_facts tls;		/* with the client */
	char		 ptr[NAME_SIZE]; /* its name, or "" */
	enum names	 names;		/* what that name is worth */
	bool		 asking;	/* lookup is under way */
	struct lookup	 lookup;
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
/*
 * Somebody who may do so names the client, and what it connected to: they are
 * remote and local from here on.  What the launcher knew of the other, or
 * allowed it, is forgotten, in the environment too.
 */
void	 peer_convey(struct peer *, const struct side *remote,
	    const struct side *local);
/*
 * Starts to look up the client's name, for at most so long; nothing happens
 * with 0, without an address, or when the name is known.
 */
void	 peer_lookup(struct peer *, int64_t ms);
/* Waits for the name, if it is being looked up: IO_OK, IO_GONE, IO_STOP. */
enum io	 peer_name(struct peer *);
/* Does not wait any longer; what is known now stays. */
void	 peer_forget(struct peer *);
/* The client's name if it was verified, else "". */
const char *peer_verified(const struct peer *);
/* "[192.0.2.1]", "[IPv6:2001:db8::1]": a host without verified name. */
void	 peer_literal(const struct side *, struct buf *);

#endif
