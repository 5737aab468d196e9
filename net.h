/* net.h - networks in CIDR notation; see net.c. */
#ifndef NET_H
#define NET_H

#include <stdbool.h>

struct net {
	int		 family;	/* AF_INET or AF_INET6 */
	unsigned char	 addr[16];
	unsigned int	 bits;
};

/* "192.0.2.0/24", "2001:db8::/32", or one address; false if it is none. */
bool	 net_parse(struct net *, const char *);
/* True when the address, in text, is in the network. */
bool	 net_has(const struct net *, const char *addr);

#endif
