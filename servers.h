/* servers.h - which mail server is tried next; see servers.c. */
#ifndef SERVERS_H
#define SERVERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "config.h"

/* One selection: every server of a list once. */
struct servers {
	const char	*dir;		/* of the down-markers, "" without */
	struct server_conf *list;
	size_t		 n;
	struct server_conf *order[2 * SERVERS_MAX];	/* drawn, put off */
	size_t		 next;
	size_t		 end;
	size_t		 tried;
	uint32_t	 marked;	/* has a marker: a bit for each */
	char		 why[SERVERS_MAX][256];	/* it cannot be used */
};

/*
 * Draws an order; first, unless it is NULL, goes before all others.  The list
 * has up to SERVERS_MAX servers, and stays the caller's.
 */
void	 servers_draw(struct servers *, struct server_conf *list, size_t n,
	    struct server_conf *first, const char *dir);
/* The next to try; NULL when each has been. */
struct server_conf *servers_next(struct servers *);
/* How many were not tried yet. */
size_t	 servers_left(const struct servers *);
/* Notes why the server could not be used. */
void	 servers_failed(struct servers *, const struct server_conf *,
	    const char *why);
/* "SERVER: why; SERVER: why" of those that failed; false when none did. */
bool	 servers_trouble(const struct servers *, struct buf *);
/* Tells other processes that the server is down, or up again. */
void	 servers_mark_down(struct servers *, const struct server_conf *);
void	 servers_mark_up(struct servers *, const struct server_conf *);

#endif
