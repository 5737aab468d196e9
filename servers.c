/*
 * servers - which mail server is tried next
 *
 * Servers are drawn by weight, without replacement: each draw takes one of
 * those left with a chance of weight / sum of weights.  Weight 0 is a reserve,
 * in its turn when all with a weight were drawn.
 *
 * Processes of the gate share nothing, so each would find out anew that a
 * server is down, at the price of ConnectTimeout.  Therefore a failure leaves
 * an empty file in RuntimeDir whose time is that of the failure, and for
 * DOWN_SECS the server is put behind all others; never out of the order, since
 * the file may be stale, or all servers may have one.  Races are harmless.
 * Where nothing is wrong the price is one stat(2), and none for the one server
 * of most sites.
 *
 * Files are made only before the process confines itself.  A backend that is
 * lost later needs no marker from this session: the next one finds out, too.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "servers.h"

#define DOWN_SECS	60

/* One draw: the index of the winner. */
static size_t
draw(struct server_conf *const *left, size_t n)
{
	uint32_t	 sum = 0;
	uint32_t	 pick;
	size_t		 i;

	/* The random source is not free to open. */
	if (n == 1)
		return 0;
	for (i = 0; i < n; i++)
		sum += left[i]->weight;
	if (sum == 0)
		return arc4random_uniform((uint32_t)n);
	pick = arc4random_uniform(sum);
	for (i = 0; i + 1 < n && pick >= left[i]->weight; i++)
		pick -= left[i]->weight;
	return i;
}

void
servers_draw(struct servers *v, struct server_conf *list, size_t n,
    struct server_conf *first, const char *dir)
{
	struct server_conf	*left[SERVERS_MAX];
	size_t			 k = 0;
	size_t			 i;

	v->dir = n > 1 ? dir : "";
	v->list = list;
	v->n = n;
	v->next = v->end = v->tried = 0;
	v->marked = 0;
	for (i = 0; i < n; i++)
		v->why[i][0] = '\0';
	if (first != NULL)
		v->order[v->end++] = first;
	for (i = 0; i < n; i++)
		if (&list[i] != first)
			left[k++] = &list[i];
	for (; k > 0; left[i] = left[--k]) {
		i = draw(left, k);
		v->order[v->end++] = left[i];
	}
}

/* The path of a server's marker; false when there is to be none. */
static bool
marker(const struct servers *v, const struct server_conf *sc, char *path,
    size_t size)
{
	char	*s;
	int	 n;

	if (*v->dir == '\0')
		return false;
	n = snprintf(path, size, "%s/down-%s", v->dir, sc->label);
	if (n < 0 || (size_t)n >= size)
		return false;
	for (s = path + strlen(v->dir) + 1; *s != '\0'; s++)
		if (*s == '/')
			*s = '_';
	return true;
}

static bool
is_down(struct servers *v, const struct server_conf *sc)
{
	struct stat	 st;
	time_t		 now;
	char		 path[PATH_MAX];

	if (!marker(v, sc, path, sizeof(path)) || stat(path, &st) == -1)
		return false;
	v->marked |= 1u << (sc - v->list);
	/* A time to come is none of a failure. */
	now = time(NULL);
	return st.st_mtime <= now && now - st.st_mtime < DOWN_SECS;
}

struct server_conf *
servers_next(struct servers *v)
{
	struct server_conf	*sc;

	while (v->next < v->end) {
		sc = v->order[v->next++];
		if (v->next <= v->n && v->tried + 1 < v->n && is_down(v, sc)) {
			v->order[v->end++] = sc;
			continue;
		}
		v->tried++;
		return sc;
	}
	return NULL;
}

size_t
servers_left(const struct servers *v)
{
	return v->n - v->tried;
}

void
servers_failed(struct servers *v, const struct server_conf *sc,
    const char *why)
{
	(void)strlcpy(v->why[sc - v->list], why, sizeof(v->why[0]));
}

bool
servers_trouble(const struct servers *v, struct buf *b)
{
	size_t	 i;
	bool	 any = false;

	for (i = 0; i < v->n; i++) {
		if (v->why[i][0] == '\0')
			continue;
		buf_printf(b, "%s%s: %s", any ? "; " : "", v->list[i].label,
		    v->why[i]);
		any = true;
	}
	return any;
}

void
servers_mark_down(struct servers *v, const struct server_conf *sc)
{
	char	 path[PATH_MAX];
	int	 fd;

	if (!marker(v, sc, path, sizeof(path)))
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC, 0600);
	if (fd == -1 || futimens(fd, NULL) == -1)
		log_debug("%s: %s: other sessions will not know that the "
		    "server is down", path, strerror(errno));
	if (fd != -1)
		close(fd);
}

void
servers_mark_up(struct servers *v, const struct server_conf *sc)
{
	char	 path[PATH_MAX];

	if ((v->marked & (1u << (sc - v->list))) &&
	    marker(v, sc, path, sizeof(path)))
		(void)unlink(path);
}
