/*
 * spool - bytes in memory, then in an unlinked file
 *
 * The mail is held until the filters have spoken.  A small one stays in
 * memory; when it outgrows memmax it goes to a file without a name in the spool
 * directory, which disappears with the process whatever kills it.  Nothing is
 * synced to disk: the gate never claims responsibility for a mail.
 *
 * A full disk is an ordinary event: the error is kept, later puts are refused
 * at once, and the caller tells the client 452.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool.h"

void
spool_init(struct spool *s, const char *dir, size_t memmax)
{
	s->dir = dir;
	s->memmax = memmax;
	buf_init(&s->mem, memmax);
	s->fd = -1;
	s->flen = 0;
	s->error = 0;
}

void
spool_reset(struct spool *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
	s->flen = 0;
	s->error = 0;
	buf_reset(&s->mem);
}

void
spool_free(struct spool *s)
{
	spool_reset(s);
	buf_free(&s->mem);
}

static int
open_file(const char *dir)
{
	char	 path[PATH_MAX];
	int	 fd;

	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd != -1 || (errno != EOPNOTSUPP && errno != EISDIR &&
	    errno != ENOENT))
		return fd;
	/* Not every file system has O_TMPFILE. */
	if ((size_t)snprintf(path, sizeof(path), "%s/spsmtpgate.XXXXXXXXXX",
	    dir) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd != -1)
		(void)unlink(path);
	return fd;
}

static int
write_all(struct spool *s, const char *p, size_t n)
{
	ssize_t	 w;

	while (n > 0) {
		w = pwrite(s->fd, p, n, s->flen);
		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0) {
			s->error = w == 0 ? ENOSPC : errno;
			return -1;
		}
		p += w;
		n -= (size_t)w;
		s->flen += w;
	}
	return 0;
}

int
spool_sync(struct spool *s)
{
	if (s->error != 0)
		return -1;
	if (s->fd == -1 || buf_len(&s->mem) == 0)
		return 0;
	if (write_all(s, buf_ptr(&s->mem), buf_len(&s->mem)) == -1)
		return -1;
	buf_reset(&s->mem);
	return 0;
}

int
spool_file(struct spool *s)
{
	if (s->error == 0 && s->fd == -1 &&
	    (s->fd = open_file(s->dir)) == -1)
		s->error = errno;
	return spool_sync(s);
}

int
spool_put(struct spool *s, const void *data, size_t n)
{
	const char	*p = data;
	size_t		 part;

	if (s->error != 0) {
		errno = s->error;
		return -1;
	}
	while (buf_len(&s->mem) + n > s->memmax) {
		/* Whole pieces at their multiples are cheapest to write. */
		part = s->memmax - buf_len(&s->mem);
		buf_put(&s->mem, p, part);
		p += part;
		n -= part;
		if (spool_file(s) == -1)
			return -1;
	}
	return buf_put(&s->mem, p, n);
}

off_t
spool_size(const struct spool *s)
{
	return s->flen + (off_t)buf_len(&s->mem);
}

int
spool_read(const struct spool *s, off_t off, size_t n, struct buf *b)
{
	off_t	 size = spool_size(s);
	char	*room;
	ssize_t	 r;

	if (off >= size)
		return 0;
	if ((off_t)n > size - off)
		n = (size_t)(size - off);
	while (n > 0 && off < s->flen) {
		size_t	 part = (off_t)n > s->flen - off ?
			    (size_t)(s->flen - off) : n;

		if ((room = buf_reserve(b, part)) == NULL)
			return -1;
		r = pread(s->fd, room, part, off);
		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			return -1;
		buf_added(b, (size_t)r);
		off += r;
		n -= (size_t)r;
	}
	if (n > 0)
		return buf_put(b, buf_ptr(&s->mem) + (off - s->flen), n);
	return 0;
}
