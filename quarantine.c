/*
 * quarantine - mail that a filter wants kept aside
 *
 * The gate has no queue to hold a mail in.  With "Quarantine = maildir:/path"
 * it is stored the Maildir way: written under tmp/ with its own name, synced,
 * renamed into new/, and the directory synced, before the client hears 250.  A
 * reader of new/ never sees half a mail.  This is the one case in which the
 * gate itself takes responsibility for one.
 *
 * Line ends are LF in a Maildir.  The fields that are put on top say what is
 * needed to look at the mail and to let it go (spsmtpgate.conf(5)).
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "quarantine.h"

#define PIECE	65536

/* Appends canonical text with LF alone at the line ends. */
static void
put_unix(struct buf *b, const char *p, size_t n)
{
	const char	*end = p + n;
	const char	*cr;

	/* Canonical: a CR is always the first half of a line end. */
	while ((cr = memchr(p, '\r', (size_t)(end - p))) != NULL) {
		buf_put(b, p, (size_t)(cr - p));
		p = cr + 1;
	}
	buf_put(b, p, (size_t)(end - p));
}

/* A header field whose value is text of others, made harmless. */
static void
put_field(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "%s: ", name);
	for (; *value != '\0'; value++)
		buf_putc(b, (unsigned char)*value < ' ' || *value == 0x7f ?
		    '?' : *value);
	buf_putc(b, '\n');
}

static void
put_envelope(struct session *s, struct buf *b)
{
	struct txn	*t = &s->txn;
	struct buf	 v;
	size_t		 i;

	buf_init(&v, 4096);
	buf_printf(&v, "<%s>", t->env.from);
	put_field(b, "Return-Path", buf_cstr(&v));
	for (i = 0; i < t->env.n; i++) {
		if (t->env.rcpt[i].state == RCPT_EXTRA)
			continue;
		buf_reset(&v);
		buf_printf(&v, "<%s>", t->env.rcpt[i].addr);
		put_field(b, "X-Quarantine-Recipient", buf_cstr(&v));
	}
	put_field(b, "X-Quarantine-ID", t->id);
	put_field(b, "X-Quarantine-Client", s->peer->remote.addr);
	put_field(b, "X-Quarantine-Helo", s->helo);
	put_field(b, "X-Quarantine-Filter", s->filters.quarantine);
	put_field(b, "X-Quarantine-Reason", s->filters.reason);
	buf_free(&v);
}

/* Writes and empties the buffer; -1 with errno. */
static int
write_out(int fd, struct buf *b)
{
	const char	*p = buf_ptr(b);
	size_t		 n = buf_len(b);
	ssize_t		 w;

	while (n > 0) {
		w = write(fd, p, n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w <= 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	buf_reset(b);
	return 0;
}

static int
write_mail(struct session *s, int fd)
{
	struct message	*m = &s->txn.msg;
	struct buf	 in;
	struct buf	 out;
	off_t		 off;
	int		 r = 0;

	buf_init(&in, m->text.max);
	buf_init(&out, m->text.max + s->txn.env.n * 1100 + 8192);
	put_envelope(s, &out);
	if (message_header(m, &in) == -1)
		r = -1;
	put_unix(&out, buf_ptr(&in), buf_len(&in));
	for (off = 0; r == 0 && off < spool_size(&m->body); off += PIECE) {
		r = write_out(fd, &out);
		buf_reset(&in);
		if (r == 0)
			r = spool_read(&m->body, off, PIECE, &in);
		put_unix(&out, buf_ptr(&in), buf_len(&in));
	}
	if (r == 0)
		r = write_out(fd, &out);
	buf_free(&in);
	buf_free(&out);
	return r == 0 ? fsync(fd) : -1;
}

/* Removes a name without touching errno. */
static int
undo(const char *path)
{
	int	 err = errno;

	(void)unlink(path);
	errno = err;
	return -1;
}

/* From the file under tmp/ to the mail under new/, whose directory is open. */
static int
store(struct session *s, const char *tmp, const char *new, int dir)
{
	int	 fd;
	int	 r;

	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	r = write_mail(s, fd);
	if (close(fd) == -1 || r == -1 || rename(tmp, new) == -1)
		return undo(tmp);
	/* The client will come again: it must not find the mail twice. */
	return fsync(dir) == -1 ? undo(new) : 0;
}

int
quarantine_store(struct session *s)
{
	const char	*dir = s->config->maildir;
	char		 name[128];
	char		 tmp[PATH_MAX];
	char		 new[PATH_MAX];
	char		 newdir[PATH_MAX];
	int		 fd;
	int		 r = -1;

	/* The queue ID is unique on this machine. */
	(void)snprintf(name, sizeof(name), "%lld.%s.%.64s",
	    (long long)time(NULL), s->txn.id, s->config->hostname);
	if ((size_t)snprintf(tmp, sizeof(tmp), "%s/tmp/%s", dir, name) >=
	    sizeof(tmp) || (size_t)snprintf(new, sizeof(new), "%s/new/%s",
	    dir, name) >= sizeof(new) || (size_t)snprintf(newdir,
	    sizeof(newdir), "%s/new", dir) >= sizeof(newdir)) {
		log_warnx("quarantine %s: path too long", dir);
		return -1;
	}
	if ((fd = open(newdir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) != -1)
		r = store(s, tmp, new, fd);
	if (r == -1)
		log_warn("quarantine %s: expected a Maildir (cur, new, tmp) "
		    "that this user can read and write", dir);
	if (fd != -1)
		close(fd);
	return r;
}
