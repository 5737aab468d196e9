/* net.h - networks in CIDR notation; see net.c. */
#ifndef NET_H
#define NET_H

#include <stdbool.h>
#include <stddef.h>

struct net {
	int		 family;	/* AF_INET or AF_INET6 */
	unsigned char	 addr[16];
	unsigned int	 bits;
};

#define NETS_MAX	16

struct nets {
	char		*text;		/* as written */
	struct net	 net[NETS_MAX];
	size_t		 n;
};

/* "192.0.2.0/24", "2001:db8::/32", or one address; false if it is none. */
bool	 net_parse(struct net *, const char *);
/* True when the address, in text, is in the network. */
bool	 net_has(const struct net *, const char *addr);
/* The same for any of a list. */
bool	 nets_have(const struct nets *, const char *addr);

#endif
