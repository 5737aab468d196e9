/* dial.h - where a peer is, and getting there; see dial.c. */
#ifndef DIAL_H
#define DIAL_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"

#define ADDRS_MAX	8

struct address {
	struct sockaddr_storage sa;
	socklen_t len;
};

struct endpoint {
	int	 family;	/* AF_UNIX, AF_INET, AF_INET6 or AF_UNSPEC */
	char	*host;		/* name or literal, or path of a socket */
	uint16_t port;
	size_t	 naddr;		/* 0 until endpoint_resolve */
	struct address *addr;	/* allocated */
};

/*
 * True when its addresses are known without a resolver: a literal, the path of
 * a socket, or a name that was resolved before.
 */
bool	 endpoint_known(struct endpoint *);
/* True when nothing on the way there leaves this machine, as far as known. */
bool	 endpoint_local(struct endpoint *);
/*
 * The addresses of an endpoint, once, within timeout_ms (0: the system's
 * limit) and deadline; literals cost no resolver.  IO_ERROR and IO_TIMEOUT
 * come with a text for the log in *why.
 */
enum io	 endpoint_resolve(struct endpoint *, int64_t timeout_ms,
	    int64_t deadline, const char **why);
/*
 * Connects to the i-th and then the further addresses until one answers, each
 * within timeout_ms (0: the system's limit), all within deadline.  The channel
 * is closed again unless the result is IO_OK.
 */
enum io	 endpoint_dial(struct endpoint *, size_t i, struct conn *,
	    int64_t timeout_ms, int64_t deadline);
/*
 * Fills family, host (allocated) and port from "host:port", "[v6]:port" or
 * "unix:/path" or "unix:@name"; NULL, or what was expected.
 */
const char *endpoint_parse(struct endpoint *, const char *);
/*
 * The same for Sendmail's notation: "inet:port@host", "inet6:port@host",
 * "unix:path", "local:path", a path; and Postfix's "inet:host:port".
 */
const char *endpoint_parse_milter(struct endpoint *, const char *);
/* True for a unix socket of the abstract name space: its path is "@name". */
bool	 endpoint_abstract(const struct endpoint *);
/* Releases what the endpoint holds. */
void	 endpoint_free(struct endpoint *);
/* Starts to connect to the i-th address; 0, or -1 with errno. */
int	 endpoint_start(const struct endpoint *, size_t i, struct conn *);
/*
 * This is where the client came in: who dials there meets the gate itself, and
 * so on until the launcher has no more processes.  It fails with ELOOP.
 */
void	 dial_avoid(const struct sockaddr_storage *);
/*
 * Shuffles the addresses, so that none is always the first; but the resolver's
 * order of IPv4 and IPv6 (RFC 6724) stays.
 */
void	 endpoint_shuffle(struct endpoint *);

#endif
