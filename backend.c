/*
 * backend - the next-hop mail server
 *
 * A server over TCP or a unix socket, in the order of servers.c, or a program
 * that speaks SMTP on its descriptors 0 and 1.  A server that does not answer,
 * or whose greeting is 4xx, is followed by the next; when all have failed,
 * ConnectRetry says how often the whole list is tried again, a second apart, so
 * that a restart of the backend is not noticed.  No attempt begins later than
 * CHOOSE_MS after the first.
 *
 * The client's identity goes first (identity.c); a server that cannot take it
 * is not used, unless the configuration says "Identity = none".
 *
 * LMTP differs in the name of EHLO, here, and in its answers to the final dot,
 * which are read in deliver.c.
 *
 * Replies are parsed and bounded (reply.c); one that is none, or that comes
 * without a question, means that both sides no longer talk of the same thing:
 * the connection is dropped.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend.h"
#include "identity.h"
#include "log.h"
#include "secure.h"

#define CHOOSE_MS	40000
#define GREETING_MS	15000	/* while another server is left */
#define LAST_GREETING_MS 60000
#define RETRY_PAUSE_MS	1000
#define NOOP_MS		30000	/* for the answer to one, sent long ago */
#define GOODBYE_MS	1000
#define OUT_MAX		(320 * 1024)	/* what is left, and 3 pieces of text */

void
backend_init(struct backend *b, struct config *c, struct peer *peer)
{
	memset(b, 0, sizeof(*b));
	b->config = c;
	b->peer = peer;
	b->list = c->server;
	b->nlist = c->nserver;
	b->argv = c->child;
	b->retries = c->connect_retry;
	b->label = "-";
	conn_init(&b->conn, 65536, OUT_MAX);
	buf_init(&b->keywords, 65536);
	reply_init(&b->ehlo);
}

void
backend_only(struct backend *b, struct server_conf *sc)
{
	b->list = sc;
	b->nlist = 1;
	b->argv = NULL;
	b->retries = 0;
}

void
backend_replace(struct backend *b, struct backend *from)
{
	int64_t	 spent_ms = b->spent_ms + from->spent_ms;

	backend_close(b, true);
	*b = *from;
	conn_moved(&b->conn, &from->conn);
	b->spent_ms = spent_ms;
	backend_init(from, b->config, b->peer);
}

bool
backend_up(const struct backend *b)
{
	return conn_open(&b->conn);
}

/* Ends a child: its input is closed; then time, SIGTERM, SIGKILL. */
static void
reap(struct backend *b)
{
	static const int	 signals[] = { 0, SIGTERM, SIGKILL };
	size_t			 i;
	int			 tries;

	for (i = 0; i < 3 && b->child != 0; i++) {
		if (signals[i] != 0)
			(void)kill(b->child, signals[i]);
		for (tries = 0; tries < 100 && b->child != 0; tries++) {
			if (waitpid(b->child, NULL, WNOHANG) != 0)
				b->child = 0;
			else
				usleep(10000);
		}
	}
	b->child = 0;
}

void
backend_unfit(const struct backend *b, struct reply *r)
{
	reply_set(r, 421, "4.3.5", "%s configuration error",
	    b->config->hostname);
}

void
backend_drop(struct backend *b, const char *why)
{
	if (!backend_up(b))
		return;
	(void)strlcpy(b->why, why, sizeof(b->why));
	if (!b->choosing)
		log_warnx("backend %s: %s", b->label, why);
	conn_close(&b->conn);
	reap(b);
}

void
backend_put(struct backend *b, const char *fmt, ...)
{
	struct buf	 line;
	va_list		 ap;

	buf_init(&line, 8192);
	va_start(ap, fmt);
	buf_vprintf(&line, fmt, ap);
	va_end(ap);
	log_dialogue("backend <", buf_ptr(&line), buf_len(&line));
	buf_puts(&line, "\r\n");
	b->owed++;
	conn_put(&b->conn, buf_ptr(&line), buf_len(&line));
	buf_free(&line);
}

/* A reply that says "not now": its first line is why. */
static void
drop_refused(struct backend *b, const char *what, struct reply *r)
{
	struct buf	 why;

	buf_init(&why, 1024);
	buf_printf(&why, "%s %d ", what, r->code);
	log_quote(&why, reply_text(r), strcspn(reply_text(r), "\n"), 160);
	backend_drop(b, buf_cstr(&why));
	buf_free(&why);
}

/* The result of a wait: what is no success closes, unless it is the client. */
static enum io
checked(struct backend *b, enum io r)
{
	if (r != IO_OK && r != IO_GONE && r != IO_STOP)
		backend_drop(b, conn_strio(&b->conn, r));
	return r;
}

/*
 * One reply, of lines of up to max octets; the last line as it came is left in
 * raw.
 */
static enum io
get_reply(struct backend *b, struct reply *r, struct buf *raw, size_t max,
    int64_t timeout_ms)
{
	int64_t		 start = now_ms();
	enum io		 io;
	int		 more = 0;

	reply_clear(r);
	do {
		io = conn_getline(&b->conn, raw, max, start + timeout_ms);
		if (io != IO_OK)
			break;
		more = reply_parse(r, buf_ptr(raw), buf_len(raw));
		if (r->code == 334)
			log_debug("backend > 334 ****");
		else
			log_dialogue("backend >", buf_ptr(raw), buf_len(raw));
	} while (more == 0);
	if (io != IO_OK) {
		io = checked(b, io);
	} else if (more == 1) {
		b->owed--;
	} else {
		reply_clear(r);
		backend_drop(b, "sent something that is no reply");
		io = IO_ERROR;
	}
	b->spent_ms += now_ms() - start;
	return io;
}

/*
 * SocketTimeout is for MAIL and RCPT, which a server may have to verify
 * elsewhere.  These it answers alone, and the client waits (RFC 5321 4.5.3.2).
 */
static int64_t
reply_limit(const struct backend *b, const char *line)
{
	static const struct {
		const char	*verb;
		int64_t		 ms;
	} limits[] = {
		{ "EHLO ", 60000 }, { "HELO ", 60000 }, { "LHLO ", 60000 },
		{ "DATA", 120000 },
	};
	int64_t	 ms = b->config->reply_ms;
	size_t	 i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (ms > limits[i].ms && strncmp(line, limits[i].verb,
		    strlen(limits[i].verb)) == 0)
			ms = limits[i].ms;
	return ms;
}

enum io
backend_get(struct backend *b, struct reply *r, int64_t timeout_ms)
{
	struct buf	 line;
	enum io		 io;

	buf_init(&line, REPLY_LINE_MAX);
	io = get_reply(b, r, &line, REPLY_LINE_MAX, timeout_ms);
	buf_free(&line);
	return io;
}

void
backend_rest(struct backend *b)
{
	int64_t	 ms = b->config->keepalive_ms;

	if (ms > 0 && backend_up(b))
		conn_beat(&b->conn, "NOOP\r\n", ms, 2 * ms);
}

/*
 * The answers to NOOPs of a wait.  421 is the end of the connection; whoever
 * says 502 is awake all the same.
 */
static enum io
take_noops(struct backend *b, struct reply *r, int64_t timeout_ms)
{
	unsigned int	 n = conn_beats(&b->conn);
	enum io		 io = IO_OK;

	b->owed += n;
	for (; io == IO_OK && n > 0; n--) {
		log_debug("backend < NOOP");
		io = backend_get(b, r, timeout_ms);
		if (io == IO_OK && (r->code == 421 || reply_class(r) == 3)) {
			drop_refused(b, "answered NOOP with", r);
			io = IO_ERROR;
		}
	}
	return io;
}

/* It was not asked, so it is the end: "421 idle for too long", or worse. */
static enum io
spoke_unasked(struct backend *b, struct reply *r)
{
	enum io	 io;

	b->owed++;
	if ((io = backend_get(b, r, 0)) == IO_OK)
		drop_refused(b, "spoke without a question:", r);
	return io == IO_OK ? IO_ERROR : io;
}

static enum io
ready(struct backend *b, int64_t timeout_ms)
{
	struct reply	 r;
	enum io		 io;

	if (!backend_up(b))
		return IO_ERROR;
	reply_init(&r);
	io = take_noops(b, &r, timeout_ms);
	if (io == IO_OK && conn_pending(&b->conn) > 0)
		io = spoke_unasked(b, &r);
	else if (io == IO_OK)
		io = checked(b, b->conn.status);
	reply_free(&r);
	return io;
}

enum io
backend_ready(struct backend *b)
{
	return ready(b, b->config->reply_ms < NOOP_MS ? b->config->reply_ms :
	    NOOP_MS);
}

void
backend_close(struct backend *b, bool polite)
{
	struct reply	 r;

	if (backend_up(b)) {
		reply_init(&r);
		/*
		 * As Postfix's client, do not wait for the 221.  QUIT is no
		 * answer to a reply that was not read.
		 */
		if (polite && b->owed == 0 &&
		    take_noops(b, &r, GOODBYE_MS) == IO_OK) {
			backend_put(b, "QUIT");
			conn_abrupt(&b->conn, false);
			(void)conn_flush(&b->conn, now_ms() + GOODBYE_MS);
		}
		conn_close(&b->conn);
		reap(b);
		reply_free(&r);
	}
	buf_free(&b->keywords);
	reply_free(&b->ehlo);
}

enum io
backend_cmd(struct backend *b, struct reply *r, const char *fmt, ...)
{
	struct buf	 line;
	int64_t		 ms;
	va_list		 ap;
	enum io		 io;

	if ((io = backend_ready(b)) != IO_OK)
		return io;
	buf_init(&line, 8192);
	va_start(ap, fmt);
	buf_vprintf(&line, fmt, ap);
	va_end(ap);
	backend_put(b, "%s", buf_cstr(&line));
	ms = reply_limit(b, buf_cstr(&line));
	buf_free(&line);
	return backend_get(b, r, ms);
}

enum io
backend_secret(struct backend *b, struct reply *r, struct buf *line,
    const char *shown, struct buf *challenge)
{
	enum io	 io;

	if ((io = backend_ready(b)) != IO_OK)
		return io;
	log_debug("backend < %s", shown);
	buf_puts(line, "\r\n");
	b->owed++;
	(void)conn_put(&b->conn, buf_ptr(line), buf_len(line));
	io = get_reply(b, r, challenge, challenge->max, b->config->reply_ms);
	conn_wipe(&b->conn);
	return io;
}

void
backend_forget(struct backend *b)
{
	b->ext = 0;
	b->size = 0;
	memset(&b->limits, 0, sizeof(b->limits));
	buf_reset(&b->keywords);
}

/* What an answer of 250 to EHLO offers. */
static void
take_keywords(struct backend *b)
{
	const char	*s = reply_text(&b->ehlo);
	const char	*arg;
	unsigned int	 bit;
	size_t		 n;

	backend_forget(b);
	s += strcspn(s, "\n");		/* the first line is a name */
	while (*s == '\n' && s[1] != '\0') {
		s++;
		n = strcspn(s, "\n");
		bit = ext_find(s);
		b->ext |= bit;
		if (bit == EXT_SIZE) {
			arg = s + 4 + strspn(s + 4, " =");
			b->size = strtoull(arg, NULL, 10);
		}
		if (bit == EXT_LIMITS)
			ext_limits_parse(s, &b->limits);
		if (bit & (EXT_CROSS | EXT_XCLIENT)) {
			buf_put(&b->keywords, s, n);
			buf_putc(&b->keywords, '\n');
		}
		s += n;
	}
	/* SMTPUTF8 needs 8BITMIME (RFC 6531 3.1). */
	if (!(b->ext & EXT_8BITMIME))
		b->ext &= ~EXT_SMTPUTF8;
	/* Who relays needs TLS with a server it knows (RFC 8689 4.2.1). */
	if (!b->proven)
		b->ext &= ~EXT_SECURE;
}

enum io
backend_hello(struct backend *b, struct reply *r, const char *verb,
    const char *name)
{
	enum io	 io;

	if (b->lmtp)
		verb = "LHLO";		/* RFC 2033 4.1 */
	if ((io = backend_cmd(b, r, "%s %s", verb, name)) != IO_OK)
		return io;
	if (r->code == 250) {
		reply_copy(&b->ehlo, r);
		if (strcmp(verb, "HELO") != 0)
			take_keywords(b);
		else
			backend_forget(b);
	}
	return IO_OK;
}

enum io
backend_write(struct backend *b, const void *p, size_t n)
{
	if (conn_put(&b->conn, p, n) == -1)
		return checked(b, IO_ERROR);
	return checked(b, conn_drain(&b->conn, OUT_MAX / 4,
	    now_ms() + b->config->write_ms));
}

enum io
backend_sendfile(struct backend *b, int fd, off_t off, size_t n)
{
	return checked(b, conn_sendfile(&b->conn, fd, off, n,
	    b->config->write_ms));
}

/* The connection stands: identity and greeting.  A program has no sc. */
static enum io
get_greeting(struct backend *b, const struct server_conf *sc, struct reply *r)
{
	int64_t	 ms = backend_left(b) == 0 ? LAST_GREETING_MS : GREETING_MS;
	enum io	 io;

	b->owed = 1;
	identity_preface(b);
	if (sc != NULL && (io = secure_first(b, sc)) != IO_OK)
		return io;
	if (ms > b->config->reply_ms)
		ms = b->config->reply_ms;
	if ((io = backend_get(b, r, ms)) != IO_OK)
		return io;
	if (r->code == 220) {
		io = sc != NULL ? secure_greeted(b, sc) : IO_OK;
		if (io == IO_OK)
			return identity_tell(b, r);
		/* It greeted, but will not be there. */
		reply_clear(r);
		return io;
	}
	if (reply_class(r) < 4) {
		backend_drop(b, "greeting is neither 220 nor a refusal");
		reply_clear(r);
		return IO_ERROR;
	}
	return IO_OK;
}

/* From its address to its greeting. */
static enum io
reach(struct backend *b, struct server_conf *sc, struct reply *r)
{
	enum io	 io;

	b->tls[0] = '\0';
	b->proven = false;
	endpoint_shuffle(&sc->ep);
	io = endpoint_dial(&sc->ep, 0, &b->conn, b->config->connect_ms,
	    b->choose_until);
	if (io == IO_OK) {
		/*
		 * Some servers take the end of their input for the end of the
		 * mail: however we end, but for QUIT, they are not to see one.
		 */
		conn_abrupt(&b->conn, true);
		return get_greeting(b, sc, r);
	}
	(void)snprintf(b->why, sizeof(b->why), "connect: %s",
	    conn_strio(&b->conn, io));
	if (io == IO_ERROR && b->conn.error == ELOOP)
		backend_unfit(b, r);
	return io;
}

static enum io
try_server(struct backend *b, struct server_conf *sc, struct reply *r)
{
	const char	*why = "not looked up before the confinement";
	enum io		 io;

	b->label = sc->label;
	b->lmtp = sc->lmtp;
	b->identity = (enum identity)sc->identity;
	if (!identity_can(b, r))
		return IO_ERROR;
	if (!endpoint_known(&sc->ep)) {
		io = b->caged ? IO_ERROR : endpoint_resolve(&sc->ep,
		    b->config->connect_ms, b->choose_until, &why);
		if (io == IO_ERROR || io == IO_TIMEOUT)
			(void)strlcpy(b->why, why, sizeof(b->why));
		if (io != IO_OK)
			return io;
	}
	b->clear = false;
	io = reach(b, sc, r);
	if (io == IO_ERROR && b->clear)
		io = reach(b, sc, r);
	return io;
}

/* In the child: the program's environment and signals, then the program. */
static void
child_exec(char **argv, int fd, int status)
{
	sigset_t	 none;
	int		 err;

	(void)dup2(fd, STDIN_FILENO);
	(void)dup2(fd, STDOUT_FILENO);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	err = errno;
	if (write(status, &err, sizeof(err)) == -1)
		_exit(111);
	_exit(111);
}

static enum io
spawn(struct backend *b, struct reply *r)
{
	char	**argv = b->argv;
	int	 sv[2];
	int	 status[2];
	int	 err = 0;
	ssize_t	 n;

	b->label = argv[0];
	b->identity = ID_NONE;	/* its environment tells */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1 ||
	    pipe2(status, O_CLOEXEC) == -1)
		fatal("socketpair for %s", argv[0]);
	identity_environ(b->peer);
	switch (b->child = fork()) {
	case -1:
		fatal("fork");
	case 0:
		child_exec(argv, sv[1], status[1]);
		break;
	default:
		break;
	}
	close(sv[1]);
	close(status[1]);
	/* Ends at once: with the exec, or with what went wrong. */
	do
		n = read(status[0], &err, sizeof(err));
	while (n == -1 && errno == EINTR);
	close(status[0]);
	(void)fcntl(sv[0], F_SETFL, O_NONBLOCK);
	conn_attach(&b->conn, sv[0], sv[0], true);
	if (n > 0) {
		backend_drop(b, strerror(err));
		backend_unfit(b, r);
		return IO_OK;
	}
	return get_greeting(b, NULL, r);
}

/*
 * The rest of the selection, until a server greets with 220, or with 5xx, which
 * is an answer.  IO_ERROR when none does, with the last 4xx in r.
 */
static enum io
choose(struct backend *b, struct reply *r)
{
	struct server_conf	*sc;
	struct reply		 kept;
	enum io			 io = IO_ERROR;

	reply_init(&kept);
	b->choosing = true;
	do {
		if ((sc = servers_next(&b->servers)) == NULL)
			break;
		reply_clear(r);
		io = try_server(b, sc, r);
		if (io == IO_GONE || io == IO_STOP)
			break;
		if (io == IO_OK && reply_class(r) != 4) {
			servers_mark_up(&b->servers, sc);
			b->server = sc;
			break;
		}
		if (io == IO_OK)
			drop_refused(b, "greets with", r);
		io = IO_ERROR;
		servers_failed(&b->servers, sc, b->why);
		/* What was said may be about this client alone. */
		if (r->code != 0)
			reply_copy(&kept, r);
		else if (!b->caged)
			servers_mark_down(&b->servers, sc);
	} while (now_ms() < b->choose_until);
	b->choosing = false;
	if (io == IO_ERROR)
		reply_copy(r, &kept);
	reply_free(&kept);
	return io;
}

/* What became of the selection: one line of the log, and a reply. */
static enum io
chosen(struct backend *b, struct reply *r, enum io io)
{
	struct buf	 why;

	if (io == IO_GONE || io == IO_STOP)
		return io;
	buf_init(&why, 4000);
	if (servers_trouble(&b->servers, &why) && io == IO_OK)
		log_warnx("backend %s: stands in for %s", b->label,
		    buf_cstr(&why));
	else if (buf_len(&why) > 0)
		log_warnx("no backend: %s", buf_cstr(&why));
	buf_free(&why);
	if (io != IO_OK && r->code == 0)
		reply_set(r, 421, "4.3.2", "%s Service not available",
		    b->config->hostname);
	return IO_OK;
}

enum io
backend_open(struct backend *b, struct reply *r)
{
	int64_t	 left = b->retries;
	enum io	 io;

	reply_clear(r);
	backend_forget(b);
	b->choose_until = now_ms() + CHOOSE_MS;
	if (b->argv != NULL)
		return chosen(b, r, b->caged ? IO_ERROR : spawn(b, r));
	for (;;) {
		servers_draw(&b->servers, b->list, b->nlist, b->server,
		    b->config->runtime_dir);
		io = choose(b, r);
		if (io != IO_ERROR || r->code != 0 || left-- == 0 ||
		    now_ms() + RETRY_PAUSE_MS >= b->choose_until)
			break;
		io = conn_pause(now_ms() + RETRY_PAUSE_MS);
		if (io != IO_TIMEOUT)
			break;
	}
	return chosen(b, r, io);
}

enum io
backend_next(struct backend *b, struct reply *r)
{
	b->choose_until = now_ms() + CHOOSE_MS;
	return chosen(b, r, choose(b, r));
}

size_t
backend_left(const struct backend *b)
{
	return servers_left(&b->servers);
}
