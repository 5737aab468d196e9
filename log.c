/*
 * log - the one log sink
 *
 * Started by inetd, xinetd or a careless systemd unit, descriptor 2 is the
 * client's socket: anything written there would be read as SMTP.  log_open
 * therefore compares descriptors 2 and 0; when they are the same file the log
 * goes to syslog(3), facility mail, and 2 is pointed at /dev/null so that
 * neither libc nor a sanitizer can reach the client.  Otherwise lines go to
 * descriptor 2 as they are: tcpserver's multilog and journald add time and
 * process themselves.  When JOURNAL_STREAM names descriptor 2, a "<priority>"
 * prefix tells journald the level.
 *
 * Text from a peer enters a line only through log_quote and log_kv.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include "buf.h"
#include "log.h"

#define LINE_MAX_BYTES	4096	/* one write(2): lines never mingle */

enum sink { SINK_STDERR, SINK_JOURNAL, SINK_SYSLOG };

static enum sink	 sink = SINK_STDERR;
static bool		 debug;
static const char	*name = "spsmtpgate";
static void		(*at_fatal)(void);
static void		(*tap)(bool, const char *);

static bool
is_journal(const struct stat *st)
{
	const char		*env = getenv("JOURNAL_STREAM");
	unsigned long long	 dev;
	unsigned long long	 ino;
	char			*end;

	if (env == NULL)
		return false;
	dev = strtoull(env, &end, 10);
	ino = *end == ':' ? strtoull(end + 1, NULL, 10) : 0;
	return dev == st->st_dev && ino == st->st_ino;
}

void
log_open(const char *progname, bool stderr_open)
{
	struct stat	 in;
	struct stat	 err;
	int		 fd;

	name = progname;
	if (!stderr_open || fstat(STDERR_FILENO, &err) == -1) {
		sink = SINK_SYSLOG;
	} else if (fstat(STDIN_FILENO, &in) == 0 && S_ISSOCK(in.st_mode) &&
	    in.st_dev == err.st_dev && in.st_ino == err.st_ino) {
		sink = SINK_SYSLOG;
	} else {
		sink = is_journal(&err) ? SINK_JOURNAL : SINK_STDERR;
		return;
	}
	fd = open("/dev/null", O_RDWR);
	if (fd != -1 && fd != STDERR_FILENO) {
		(void)dup2(fd, STDERR_FILENO);
		close(fd);
	}
	openlog(name, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

void
log_tap(void (*to)(bool, const char *))
{
	tap = to;
}

void
log_verbose(bool on)
{
	debug = on;
}

static void
emit(int priority, const char *text)
{
	char	 line[LINE_MAX_BYTES];
	size_t	 len;
	int	 n;

	if (tap != NULL) {
		tap(priority <= LOG_ERR, text);
		return;
	}
	if (sink == SINK_SYSLOG) {
		syslog(priority, "%s", text);
		return;
	}
	if (sink == SINK_JOURNAL)
		n = snprintf(line, sizeof(line), "<%d>%s\n", priority, text);
	else
		n = snprintf(line, sizeof(line), "%s: %s\n", name, text);
	if (n < 0)
		return;
	len = (size_t)n;
	if (len >= sizeof(line)) {
		len = sizeof(line) - 1;
		line[len - 1] = '\n';
	}
	/* A log that cannot be written must not harm the mail. */
	if (write(STDERR_FILENO, line, len) == -1)
		return;
}

static void	 vlog(int, int, const char *, va_list)
		    __attribute__((format(printf, 3, 0)));

static void
vlog(int priority, int err, const char *fmt, va_list ap)
{
	char	 text[LINE_MAX_BYTES - 64];
	size_t	 len;

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	if (err != 0) {
		len = strlen(text);
		(void)snprintf(text + len, sizeof(text) - len, ": %s",
		    strerror(err));
	}
	emit(priority, text);
}

void
log_warn(const char *fmt, ...)
{
	int	 err = errno;
	va_list	 ap;

	va_start(ap, fmt);
	vlog(LOG_ERR, err, fmt, ap);
	va_end(ap);
}

void
log_warnx(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vlog(LOG_ERR, 0, fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	vlog(LOG_INFO, 0, fmt, ap);
	va_end(ap);
}

void
log_debug(const char *fmt, ...)
{
	va_list	 ap;

	if (!debug)
		return;
	va_start(ap, fmt);
	vlog(LOG_DEBUG, 0, fmt, ap);
	va_end(ap);
}

void
log_dialogue(const char *who, const char *p, size_t n)
{
	struct buf	 b;

	if (!debug)
		return;
	buf_init(&b, LINE_MAX_BYTES);
	log_quote(&b, p, n, 512);
	log_debug("%s %s", who, buf_cstr(&b));
	buf_free(&b);
}

void
log_at_fatal(void (*fn)(void))
{
	at_fatal = fn;
}

void
fatal(const char *fmt, ...)
{
	int	 err = errno;
	va_list	 ap;

	va_start(ap, fmt);
	vlog(LOG_CRIT, err, fmt, ap);
	va_end(ap);
	if (at_fatal != NULL)
		at_fatal();
	exit(EX_OSERR);
}

void
log_quote(struct buf *b, const char *s, size_t n, size_t max)
{
	size_t		 i;
	unsigned char	 c;

	for (i = 0; i < n && i < max; i++) {
		c = (unsigned char)s[i];
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < ' ' || c > '~')
			buf_printf(b, "\\x%02x", c);
		else
			buf_putc(b, (char)c);
	}
	if (n > max)
		buf_puts(b, "...");
}

void
log_kv(struct buf *b, const char *key, const char *value, size_t max)
{
	bool	 quotes = *value == '\0' || strpbrk(value, " \"=\\") != NULL;

	buf_printf(b, "%s%s=%s", buf_len(b) > 0 ? " " : "", key,
	    quotes ? "\"" : "");
	log_quote(b, value, strlen(value), max);
	if (quotes)
		buf_putc(b, '"');
}

void
log_line(struct buf *b)
{
	const char	*s = buf_cstr(b);

	emit(LOG_INFO, s != NULL ? s : "log line too long");
}
