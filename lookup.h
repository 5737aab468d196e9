/* lookup.h - asking the system's resolver, with a deadline; see lookup.c. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <sys/socket.h>
#include <sys/types.h>

#include <netinet/in.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"

#define NAME_SIZE	256	/* a host name and NUL */
#define LITERAL_SIZE	(INET6_ADDRSTRLEN + 17)	/* with a scope */

/* What is known of the name of an address. */
enum names {
	NAMES_NONE,	/* not looked up */
	NAMES_OK,	/* the name has this address, too */
	NAMES_FORGED,	/* it has others */
	NAMES_TEMP,	/* the resolver had trouble, or not enough time */
	NAMES_FAIL	/* there is no name */
};

/* Does a name have the address? */
enum forward { FORWARD_YES, FORWARD_NO, FORWARD_TROUBLE };

struct lookup {
	struct conn	 conn;		/* what the child says */
	pid_t		 pid;		/* 0: no child */
	int64_t		 deadline;
};

/*
 * Starts to ask for the name of an address, and whether that name leads back
 * to it; a name in ptr is taken instead of the resolver's, "" for none.
 */
void	 lookup_name(struct lookup *, const char *addr, const char *ptr,
	    int64_t deadline);
/*
 * Waits for the result: IO_OK, also when the time is up, or IO_GONE or IO_STOP.
 * ptr, of NAME_SIZE, becomes the verified name, or the first of the others.
 */
enum io	 lookup_verdict(struct lookup *, enum names *, char *ptr);
/* Starts to ask for the addresses of a host. */
void	 lookup_host(struct lookup *, const char *host, int family,
	    int64_t deadline);
/*
 * The next address, as text of LITERAL_SIZE; IO_EOF when that were all, another
 * result with a text for the log in *why.
 */
enum io	 lookup_address(struct lookup *, char *text, const char **why);
/* Gives up, if there is anything to give up. */
void	 lookup_end(struct lookup *);
/* "OK", "FORGED", "TEMP", "FAIL"; "-" when not looked up. */
const char *lookup_word(enum names);

/* For the child and the tests: */
/*
 * Asks for the n names in turn until one has the address; *best is the one to
 * go by.
 */
enum names lookup_judge(char names[][NAME_SIZE], size_t n,
	    enum forward (*ask)(const char *name, const void *arg),
	    const void *arg, size_t *best);
/* Is this the address?  IPv4 is the same as IPv4 in IPv6. */
bool	 lookup_same(const char *addr, const struct sockaddr *);
/* One line of the child; false when it is none. */
bool	 lookup_take(const char *line, enum names *, char *ptr);

#endif
