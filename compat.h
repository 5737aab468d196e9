/*
 * What libbsd has and musl has not, for the gate on musl (make musl), where
 * the compiler puts this file before every other.  Contracts: the manuals of
 * the same names, closefrom(3), strtonum(3), arc4random(3), setproctitle(3),
 * close_range(2).
 */
#ifndef COMPAT_H
#define COMPAT_H

#include <netdb.h>
#include <stddef.h>
#include <stdint.h>

int		 close_range(unsigned int, unsigned int, int);
void		 closefrom(int);
long long	 strtonum(const char *, long long, long long, const char **);
uint32_t	 arc4random_uniform(uint32_t);
/* Both wipe memory before they give it back. */
void		 freezero(void *, size_t);
void		*recallocarray(void *, size_t, size_t, size_t);
/* Before anything keeps a pointer into argv or the environment. */
void		 setproctitle_init(int, char **, char **);
/* The text takes the place of argv and environment, cut to their size. */
void		 setproctitle(const char *, ...)
		    __attribute__((format(printf, 1, 2)));

/*
 * gethostbyaddr(3), which in musl takes an address for its own name when there
 * is none, and does not say that nobody answered (TRY_AGAIN).  One name.
 */
struct hostent	*compat_gethostbyaddr(const void *, socklen_t, int);
#define gethostbyaddr	compat_gethostbyaddr
#define NETDB_INTERNAL	(-1)

/*
 * getaddrinfo(3); after res_init, with which a process asks for names of the
 * net alone, one without a dot is not what the site's domains make of it:
 * RES_DNSRCH says so elsewhere, and musl does not know it.
 */
int		 compat_getaddrinfo(const char *, const char *,
		    const struct addrinfo *, struct addrinfo **);
int		 compat_res_init(void);
#define getaddrinfo	compat_getaddrinfo
#define res_init	compat_res_init

#endif
