/*
 * connopt - what the kernel is asked for: probes, resets, acknowledgements
 *
 * Options of sockets.  A channel that is none, or of another family, does
 * without: no failure here is one of the session.
 */
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "conn.h"

void
conn_abrupt(struct conn *c, bool on)
{
	struct linger	 l = { on, 0 };

	/* Other families ignore it. */
	(void)setsockopt(c->wire != -1 ? c->wire : c->wfd, SOL_SOCKET,
	    SO_LINGER, &l, sizeof(l));
}

void
conn_keepalive(struct conn *c)
{
	/* RFC 5321 is silent; these notice a death within 3 minutes. */
	static const struct {
		int	 level;
		int	 option;
		int	 value;
	} opts[] = {
		{ IPPROTO_TCP, TCP_KEEPIDLE, 60 },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 30 },
		{ IPPROTO_TCP, TCP_KEEPCNT, 4 },
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
	};
	size_t	 i;

	c->kept = true;
	for (i = 0; c->sock && i < sizeof(opts) / sizeof(opts[0]); i++)
		(void)setsockopt(c->wfd, opts[i].level, opts[i].option,
		    &opts[i].value, sizeof(opts[i].value));
}

void
conn_quickack(struct conn *c)
{
	int	 one = 1;

	if (c->rfd != -1 && c->sock)
		(void)setsockopt(c->rfd, IPPROTO_TCP, TCP_QUICKACK, &one,
		    sizeof(one));
}
