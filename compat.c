/*
 * compat - what libbsd has, for the gate on musl
 *
 * Debian has libbsd for its own libc only.  A gate that is linked with musl, as
 * an archive, starts in a fifth of the time; these few functions are what it
 * would miss.  They do what the manuals of libbsd say, as far as the gate asks
 * for it.
 */
#include <sys/random.h>
#include <sys/syscall.h>

#include <arpa/nameser.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "compat.h"
#include "log.h"

/* Here that of libc is meant. */
#undef getaddrinfo

/* -------------------------------------------------------------- descriptors */

int
close_range(unsigned int from, unsigned int to, int flags)
{
	return (int)syscall(SYS_close_range, from, to, flags);
}

void
closefrom(int from)
{
	long	 max;

	if (close_range((unsigned int)from, UINT_MAX, 0) == 0)
		return;
	/* Linux before 5.9 */
	max = sysconf(_SC_OPEN_MAX);
	for (; from < max; from++)
		(void)close(from);
}

/* ------------------------------------------------------------------ numbers */

long long
strtonum(const char *s, long long min, long long max, const char **why)
{
	char		*end;
	long long	 n;
	int		 before = errno;

	errno = 0;
	n = strtoll(s, &end, 10);
	*why = NULL;
	if (end == s || *end != '\0') {
		*why = "invalid";
		errno = EINVAL;
	} else if (n < min || (n == LLONG_MIN && errno == ERANGE)) {
		*why = "too small";
		errno = ERANGE;
	} else if (n > max || (n == LLONG_MAX && errno == ERANGE)) {
		*why = "too large";
		errno = ERANGE;
	} else {
		errno = before;
		return n;
	}
	return 0;
}

uint32_t
arc4random_uniform(uint32_t bound)
{
	uint32_t	 surplus;	/* numbers that some would have more */
	uint32_t	 n;

	if (bound < 2)
		return 0;
	surplus = -bound % bound;
	do {
		if (getrandom(&n, sizeof(n), 0) != (ssize_t)sizeof(n))
			fatal("getrandom");
	} while (n < surplus);
	return n % bound;
}

/* ------------------------------------------------------------------- memory */

/*
 * What buffers had stays for the next ones: musl would give most of it back to
 * the kernel, and the kernel pages full of zeros for it, dozens of times a mail.
 */
#define SPARES		16
#define SPARE_TOTAL	262144

static struct {
	void	*p;
	size_t	 size;
} spare[SPARES];

static size_t	 spare_total;

static bool
keep(void *p, size_t size)
{
	size_t	 i;

	if (size > SPARE_TOTAL - spare_total)
		return false;
	for (i = 0; i < SPARES; i++)
		if (spare[i].p == NULL) {
			spare[i].p = p;
			spare[i].size = size;
			spare_total += size;
			return true;
		}
	return false;
}

/* A block that was kept, full of zeros, or NULL. */
static void *
kept(size_t size)
{
	void	*p;
	size_t	 i;

	for (i = 0; i < SPARES; i++)
		if (spare[i].p != NULL && spare[i].size == size) {
			p = spare[i].p;
			spare[i].p = NULL;
			spare_total -= size;
			return p;
		}
	return NULL;
}

void
freezero(void *p, size_t size)
{
	if (p == NULL)
		return;
	explicit_bzero(p, size);
	if (!keep(p, size))
		free(p);
}

void *
recallocarray(void *old, size_t had, size_t want, size_t size)
{
	size_t	 both = had < want ? had : want;
	void	*p = size == 1 ? kept(want) : NULL;

	if (p == NULL && (p = calloc(want, size)) == NULL)
		return NULL;
	if (old != NULL) {
		memcpy(p, old, both * size);
		freezero(old, had * size);
	}
	return p;
}

/* ------------------------------------------------------------ process title */

static char	*title;		/* argv and environment, in one piece */
static size_t	 title_size;

/* The end of what follows p without a gap, as the kernel laid it out. */
static char *
end_of(char **list, char *p)
{
	for (; *list != NULL; list++)
		if (*list == p)
			p += strlen(p) + 1;
	return p;
}

void
setproctitle_init(int argc, char **argv, char **envp)
{
	char	*end;
	int	 i;

	if (argc == 0)
		return;
	end = end_of(envp, end_of(argv, argv[0]));
	/* What is used on is taken out of the way: options, environment. */
	for (i = 1; i < argc; i++)
		if ((argv[i] = strdup(argv[i])) == NULL)
			return;
	for (; *envp != NULL; envp++)
		if ((*envp = strdup(*envp)) == NULL)
			return;
	title = argv[0];
	title_size = (size_t)(end - title);
}

void
setproctitle(const char *fmt, ...)
{
	char	 text[256];
	va_list	 ap;

	if (title == NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	memset(title, 0, title_size);
	(void)snprintf(title, title_size, "spsmtpgate: %s", text);
}

/* ------------------------------------------------------------ name look-ups */

/* The name that has an address's PTR records (RFC 1035 3.5, RFC 3596 2.5). */
static void
reverse_name(const unsigned char *addr, size_t n, char *name, size_t size)
{
	size_t	 len = 0;

	while (n-- > 0)
		len += (size_t)snprintf(name + len, size - len, "%d.", addr[n]);
	(void)snprintf(name + len, size - len, "in-addr.arpa");
}

static void
reverse_name6(const unsigned char *addr, size_t n, char *name, size_t size)
{
	size_t	 len = 0;

	while (n-- > 0)
		len += (size_t)snprintf(name + len, size - len, "%x.%x.",
		    addr[n] & 15, addr[n] >> 4);
	(void)snprintf(name + len, size - len, "ip6.arpa");
}

/* Does somebody say that there is none? */
static bool
answered(const void *addr, socklen_t n, int family)
{
	unsigned char	 query[512];
	unsigned char	 answer[512];
	char		 name[128];
	int		 len;

	if (family == AF_INET6)
		reverse_name6(addr, n, name, sizeof(name));
	else
		reverse_name(addr, n, name, sizeof(name));
	len = res_mkquery(0, name, ns_c_in, ns_t_ptr, NULL, 0, NULL, query,
	    sizeof(query));
	return len > 0 && res_send(query, len, answer, sizeof(answer)) >=
	    NS_HFIXEDSZ;
}

struct hostent *
compat_gethostbyaddr(const void *addr, socklen_t n, int family)
{
	static char		 name[256];
	static char		*none[] = { NULL };
	static struct hostent	 h = { .h_name = name, .h_aliases = none };
	struct sockaddr_storage	 ss = { .ss_family = (sa_family_t)family };
	void			*in = family == AF_INET6 ?
	    (void *)&((struct sockaddr_in6 *)&ss)->sin6_addr :
	    (void *)&((struct sockaddr_in *)&ss)->sin_addr;

	memcpy(in, addr, n);
	switch (getnameinfo((struct sockaddr *)&ss, sizeof(ss), name,
	    sizeof(name), NULL, 0, NI_NAMEREQD)) {
	case 0:
		return &h;
	case EAI_NONAME:
		h_errno = answered(addr, n, family) ? HOST_NOT_FOUND :
		    TRY_AGAIN;
		return NULL;
	default:
		h_errno = TRY_AGAIN;
		return NULL;
	}
}

static bool	 complete;	/* names are those of the net */

int
compat_res_init(void)
{
	complete = true;
	return 0;
}

int
compat_getaddrinfo(const char *name, const char *service,
    const struct addrinfo *hints, struct addrinfo **res)
{
	struct addrinfo	 h = *hints;
	int		 error;

	if (!complete || strchr(name, '.') != NULL)
		return getaddrinfo(name, service, hints, res);
	h.ai_flags |= AI_CANONNAME;
	if ((error = getaddrinfo(name, service, &h, res)) == 0 &&
	    strcasecmp((*res)->ai_canonname, name) != 0) {
		freeaddrinfo(*res);
		error = EAI_NONAME;
	}
	return error;
}
