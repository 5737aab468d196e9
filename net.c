/*
 * net - networks in CIDR notation
 *
 * Bits behind the prefix must be 0: "10.1.2.3/8" is more often a mistake than
 * a wish.
 */
#include <arpa/inet.h>

#include <stdlib.h>
#include <string.h>

#include "net.h"

/* True when the first bits of both are the same. */
static bool
same_prefix(const unsigned char *a, const unsigned char *b, unsigned int bits)
{
	unsigned int	 rest = bits % 8;

	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return rest == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - rest) == 0;
}

bool
net_parse(struct net *n, const char *s)
{
	static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0xff, 0xff };
	const char	*slash = strchr(s, '/');
	const char	*errstr;
	char		 text[INET6_ADDRSTRLEN];
	unsigned int	 max;
	unsigned int	 i;

	memset(n, 0, sizeof(*n));
	if (slash == NULL)
		slash = s + strlen(s);
	if ((size_t)(slash - s) >= sizeof(text))
		return false;
	memcpy(text, s, (size_t)(slash - s));
	text[slash - s] = '\0';
	n->family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
	max = n->family == AF_INET ? 32 : 128;
	if (inet_pton(n->family, text, n->addr) != 1)
		return false;
	n->bits = max;
	if (*slash == '/') {
		n->bits = (unsigned int)strtonum(slash + 1, 0, max, &errstr);
		if (errstr != NULL)
			return false;
	}
	/* Clients on IPv6 sockets are unmapped before: match them as IPv4. */
	if (n->family == AF_INET6 && n->bits >= 96 &&
	    memcmp(n->addr, mapped, sizeof(mapped)) == 0) {
		n->family = AF_INET;
		memmove(n->addr, n->addr + 12, 4);
		n->bits -= 96;
		max = 32;
	}
	for (i = n->bits; i < max; i++)
		if (n->addr[i / 8] & 0x80 >> i % 8)
			return false;
	return true;
}

bool
net_has(const struct net *n, const char *addr)
{
	unsigned char	 a[16];

	return *addr != '\0' && inet_pton(n->family, addr, a) == 1 &&
	    same_prefix(n->addr, a, n->bits);
}

bool
nets_have(const struct nets *ns, const char *addr)
{
	size_t	 i;

	for (i = 0; i < ns->n; i++)
		if (net_has(&ns->net[i], addr))
			return true;
	return false;
}
