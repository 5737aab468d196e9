/*
 * helper - the program that makes TLS of a connection
 *
 * The gate links no crypto library and sees no key: it hands a connection to
 * spsmtpgate-tls and gets a channel with plain text for it.  tls/request.c has
 * what the two say to each other.
 *
 * The resident helper is asked when it is there.  Otherwise a small process is
 * forked off before the gate confines itself, which does nothing but start
 * spsmtpgate-tls for a request: afterwards the gate could not.
 */
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "helper.h"
#include "log.h"

#define REQUEST_MAX	1024
#define REPORT_MAX	8192
#define HELPERS_MAX	16	/* of one gate at once */
#define READY_MS	10000	/* to read certificates, or to get its turn */

/* Who takes requests; in this process there is one. */
static struct {
	struct conn	 conn;
	const char	*path;		/* of the resident, NULL: a starter */
	bool		 heard;		/* what it says of certificates */
	char		 why[256];	/* ... there is no TLS with clients */
} helper = { .conn = { .rfd = -1, .wfd = -1 } };

static void
take_over(int fd, const char *path)
{
	conn_init(&helper.conn, REPORT_MAX, 1);
	conn_attach(&helper.conn, fd, fd, true);
	helper.path = path;
	helper.heard = false;
}

static bool
resident(const char *path)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	int			 fd;

	if (*path == '\0' || strlcpy(sun.sun_path, path,
	    sizeof(sun.sun_path)) >= sizeof(sun.sun_path))
		return false;
	/* One whose queue is full does not take part: no wait. */
	if ((fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0)) == -1)
		return false;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0) {
		take_over(fd, path);
		return true;
	}
	close(fd);
	return false;
}

/* One message with descriptors; 0 or -1. */
static int
pass(int to, const char *text, size_t n, const int fds[2])
{
	union {
		struct cmsghdr	 align;
		char		 room[CMSG_SPACE(2 * sizeof(int))];
	} u;
	char			 copy[REQUEST_MAX];
	struct iovec		 iov = { copy, n };
	struct msghdr		 msg = { .msg_iov = &iov, .msg_iovlen = 1,
				    .msg_control = u.room,
				    .msg_controllen = sizeof(u.room) };
	struct cmsghdr		*c = CMSG_FIRSTHDR(&msg);

	if (n > sizeof(copy))
		return -1;
	memcpy(copy, text, n);
	memset(&u, 0, sizeof(u));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(c), fds, 2 * sizeof(int));
	return sendmsg(to, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n ?
	    0 : -1;
}

/* The request goes on as it is to a helper that is started for it. */
static bool
start(const struct config *c, const char *text, size_t n, const int fds[2])
{
	int	 pair[2];
	pid_t	 pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return false;
	switch ((pid = fork())) {
	case 0:
		/* On both numbers: what this process reads is not for it. */
		if (dup2(pair[1], STDIN_FILENO) == -1 ||
		    dup2(pair[1], STDOUT_FILENO) == -1)
			_exit(71);
		execl(c->tls_helper, "spsmtpgate-tls", "-c", c->file, "-r",
		    (char *)NULL);
		log_warn("%s", c->tls_helper);
		_exit(127);
	case -1:
		break;
	default:
		(void)pass(pair[0], text, n, fds);
		break;
	}
	close(pair[0]);
	close(pair[1]);
	return pid != -1;
}

/*
 * The process that starts helpers; it ends when the gate does.  It is not
 * confined: for a gate that somebody else has taken over it starts no more than
 * a session can need.
 */
static void
starter(const struct config *c, int fd)
{
	char			 text[REQUEST_MAX];
	union {
		struct cmsghdr	 align;
		char		 room[CMSG_SPACE(2 * sizeof(int))];
	} u;
	struct iovec		 iov = { text, sizeof(text) };
	struct msghdr		 msg;
	struct cmsghdr		*h;
	int			 fds[2];
	int			 alive = 0;
	ssize_t			 n;

	signal(SIGCHLD, SIG_DFL);
	for (;;) {
		memset(&msg, 0, sizeof(msg));
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		msg.msg_control = u.room;
		msg.msg_controllen = sizeof(u.room);
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		h = CMSG_FIRSTHDR(&msg);
		if (h == NULL || h->cmsg_type != SCM_RIGHTS ||
		    h->cmsg_len != CMSG_LEN(sizeof(fds)))
			continue;
		memcpy(fds, CMSG_DATA(h), sizeof(fds));
		while (waitpid(-1, NULL, WNOHANG) > 0)
			alive--;
		if (alive < HELPERS_MAX && start(c, text, (size_t)n, fds))
			alive++;
		close(fds[0]);
		close(fds[1]);
	}
}

/* What will be started has our rights: can it read what it needs? */
static void
look(const struct config *c)
{
	const char	*file;
	size_t		 i;

	helper.heard = true;
	helper.why[0] = '\0';
	for (i = 0; i < 2 * c->npair; i++) {
		file = i % 2 == 0 ? c->pair[i / 2].cert : c->pair[i / 2].key;
		if (access(file, R_OK) == -1) {
			(void)snprintf(helper.why, sizeof(helper.why),
			    "%s: %s", file, strerror(errno));
			return;
		}
	}
}

bool
helper_open(const struct config *c)
{
	int	 pair[2];

	if (conn_open(&helper.conn) || resident(c->tls_socket))
		return true;
	(void)snprintf(helper.why, sizeof(helper.why), "neither %s nor %s can "
	    "be used", c->tls_socket, c->tls_helper);
	if (access(c->tls_helper, X_OK) == -1 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return false;
	switch (fork()) {
	case 0:
		/* Nothing of the client or of others stays open here. */
		if (dup2(pair[1], STDIN_FILENO) == -1 ||
		    dup2(STDIN_FILENO, STDOUT_FILENO) == -1)
			_exit(71);
		closelog();	/* or its number is a connection's next */
		closefrom(3);
		starter(c, STDIN_FILENO);
		_exit(0);
	case -1:
		close(pair[0]);
		break;
	default:
		take_over(pair[0], NULL);
		look(c);
		break;
	}
	close(pair[1]);
	return conn_open(&helper.conn);
}

/* A resident that has ended may have been started again. */
static bool
again(void)
{
	if (conn_open(&helper.conn) && helper.conn.status == IO_OK)
		return true;
	conn_close(&helper.conn);
	if (helper.path != NULL && resident(helper.path))
		return true;
	if (*helper.why == '\0')
		(void)strlcpy(helper.why, "spsmtpgate-tls has gone",
		    sizeof(helper.why));
	return false;
}

static size_t
put_request(char *text, size_t size, const struct tls_want *w)
{
	struct buf	 b;
	size_t		 n = 0;

	buf_init(&b, size);
	buf_put_str(&b, w->client ? "ROLE=client" :
	    w->check ? "ROLE=check" : "ROLE=server");
	if (w->name != NULL)
		buf_printf(&b, "NAME=%s%c", w->name, 0);
	if (w->verify)
		buf_put_str(&b, "VERIFY=1");
	if (w->pin != NULL)
		buf_printf(&b, "PIN=%s%c", w->pin, 0);
	buf_putc(&b, '\0');
	if (!b.bad) {
		n = buf_len(&b);
		memcpy(text, buf_ptr(&b), n);
	}
	buf_free(&b);
	return n;
}

/* Octets up to a NUL, or up to two, are moved to b. */
static enum io
get_strings(struct conn *c, struct buf *b, bool list, int64_t deadline)
{
	enum io	 r;
	size_t	 n;

	do {
		r = conn_getn(c, b, 1, deadline);
		n = buf_len(b);
	} while (r == IO_OK && !b->bad && (buf_ptr(b)[n - 1] != '\0' ||
	    (list && n > 1 && buf_ptr(b)[n - 2] != '\0')));
	return b->bad ? IO_ERROR : r;
}

/* "+", or "-" and a text why not, which is left in why: IO_OK only for "+". */
static enum io
get_verdict(struct conn *c, char *why, size_t size)
{
	struct buf	 b;
	enum io		 r;

	(void)strlcpy(why, "spsmtpgate-tls has gone", size);
	buf_init(&b, 1024);
	r = get_strings(c, &b, false, now_ms() + READY_MS);
	if (r == IO_OK && *buf_ptr(&b) == '+')
		*why = '\0';
	else if (r == IO_TIMEOUT)
		(void)strlcpy(why, "spsmtpgate-tls does not answer", size);
	else if (r == IO_OK)
		(void)strlcpy(why, buf_ptr(&b) + 1, size);
	buf_free(&b);
	return r == IO_OK && *why != '\0' ? IO_ERROR : r;
}

const char *
helper_trouble(void)
{
	if (again() && !helper.heard) {
		(void)get_verdict(&helper.conn, helper.why,
		    sizeof(helper.why));
		helper.heard = true;
	}
	return *helper.why != '\0' ? helper.why : NULL;
}

/* True when the helper has it, if need be the one that came after it. */
static bool
request(const char *text, size_t n, const int fds[2])
{
	if (!again())
		return false;
	if (pass(helper.conn.wfd, text, n, fds) == 0)
		return true;
	helper.conn.status = IO_ERROR;
	return again() && pass(helper.conn.wfd, text, n, fds) == 0;
}

enum io
helper_ask(const struct tls_want *w, int net, struct conn *plain,
    struct tls_facts *facts)
{
	char		 text[REQUEST_MAX];
	size_t		 n = put_request(text, sizeof(text), w);
	int		 pair[2];
	int		 fds[2];
	bool		 asked;
	enum io		 r = IO_ERROR;

	(void)strlcpy(facts->error, "no request", sizeof(facts->error));
	if (n == 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    pair) == -1)
		return IO_ERROR;
	fds[0] = net;
	fds[1] = pair[1];
	/* As conn_sendfile wants it; for this end alone. */
	(void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
	conn_attach(plain, pair[0], pair[0], true);
	asked = request(text, n, fds);
	close(pair[1]);
	if (asked)
		r = get_verdict(plain, facts->error, sizeof(facts->error));
	else
		(void)strlcpy(facts->error, helper.why, sizeof(facts->error));
	/* The resident can be asked again, and has fewer to listen to. */
	if (helper.path != NULL)
		conn_close(&helper.conn);
	if (r != IO_OK)
		conn_close(plain);
	return r == IO_EOF || r == IO_TIMEOUT ? IO_ERROR : r;
}

enum io
helper_report(struct conn *c, struct tls_facts *facts, int64_t deadline)
{
	struct buf	 b;
	enum io		 r;

	facts->error[0] = '\0';
	buf_init(&b, REPORT_MAX);
	r = get_strings(c, &b, true, deadline);
	if (r == IO_OK && (!helper_parse(facts, buf_ptr(&b), buf_len(&b)) ||
	    !facts->on))
		r = IO_ERROR;
	buf_free(&b);
	if (r != IO_OK && facts->error[0] == '\0')
		(void)strlcpy(facts->error, r == IO_TIMEOUT ?
		    "handshake: took too long" : "no report from the helper",
		    sizeof(facts->error));
	return r == IO_EOF || r == IO_TIMEOUT ? IO_ERROR : r;
}

enum io
helper_list(struct conn *c, struct buf *b, int64_t deadline)
{
	return get_strings(c, b, true, deadline);
}

/* It goes into headers, macros and the log. */
static void
clean(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			*s = '?';
}

#define PLACE(field)	offsetof(struct tls_facts, field), \
			    sizeof(((struct tls_facts *)0)->field)

/* Names of UCSPI-TLS, and where text of theirs goes; the others are words. */
static const struct name {
	const char	*name;
	size_t		 at;
	size_t		 size;		/* 0: a word, see one_fact */
} names[] = {
	{ "SSL_PROTOCOL", PLACE(version) },
	{ "SSL_CIPHER", PLACE(cipher) },
	{ "SSL_CIPHER_USEKEYSIZE", PLACE(bits) },
	{ "SSL_TLS_SNI_SERVERNAME", PLACE(sni) },
	{ "SSL_CLIENT_S_DN", PLACE(subject) },
	{ "SSL_CLIENT_I_DN", PLACE(issuer) },
	{ "SSL_CLIENT_S_DN_CN", PLACE(cn) },
	{ "SSL_SESSION_RESUMED", 0, 0 },
	{ "SSL_CLIENT_VERIFY", 0, 0 },
};
#define NNAMES	(sizeof(names) / sizeof(names[0]))

/* Where a value goes; NULL for one that is no text of interest. */
static char *
place(struct tls_facts *f, const char *name, size_t *size)
{
	const struct name	*n;

	for (n = names; n < names + NNAMES; n++) {
		if (n->size > 0 && strcmp(name, n->name) == 0) {
			*size = n->size;
			return (char *)f + n->at;
		}
	}
	return NULL;
}

static void
one_fact(struct tls_facts *f, const char *name, const char *value)
{
	size_t	 size;
	char	*to = place(f, name, &size);

	if (to != NULL) {
		/* Half a name is the name of somebody else. */
		if (strlcpy(to, value, size) >= size)
			*to = '\0';
		clean(to);
	} else if (strcmp(name, "SSL_ERROR") == 0) {
		(void)strlcpy(f->error, value, sizeof(f->error));
		clean(f->error);
	} else if (strcmp(name, "SSL_SESSION_RESUMED") == 0) {
		/* OpenSSL's word and Apache's. */
		f->resumed = strcmp(value, "1") == 0 ||
		    strcmp(value, "Resumed") == 0;
	} else if (strcmp(name, "SSL_CLIENT_VERIFY") != 0) {
		return;
	} else if (strcmp(value, "SUCCESS") == 0) {
		(void)strlcpy(f->verify, "OK", sizeof(f->verify));
	} else if (strncmp(value, "FAILED", 6) == 0) {
		(void)strlcpy(f->verify, "FAIL", sizeof(f->verify));
	}
}

void
helper_environ(struct tls_facts *f)
{
	const char	*value;
	size_t		 i;

	memset(f, 0, sizeof(*f));
	(void)strlcpy(f->version, "TLS", sizeof(f->version));
	(void)strlcpy(f->verify, "NO", sizeof(f->verify));
	for (i = 0; i < NNAMES; i++)
		if ((value = getenv(names[i].name)) != NULL && *value != '\0')
			one_fact(f, names[i].name, value);
	f->on = true;
}

/* The value that one_fact would take. */
static const char *
value_of(struct tls_facts *f, const char *name)
{
	size_t		 size;
	const char	*value = place(f, name, &size);

	if (value != NULL)
		return value;
	if (strcmp(name, "SSL_SESSION_RESUMED") == 0)
		return f->resumed ? "1" : "0";
	return strcmp(f->verify, "OK") == 0 ? "SUCCESS" :
	    strcmp(f->verify, "FAIL") == 0 ? "FAILED" : "NONE";
}

void
helper_setenv(const struct tls_facts *facts)
{
	struct tls_facts	 f = *facts;
	const char		*value;
	size_t			 i;

	for (i = 0; i < NNAMES; i++) {
		value = f.on ? value_of(&f, names[i].name) : "";
		if (*value != '\0')
			(void)setenv(names[i].name, value, 1);
		else
			(void)unsetenv(names[i].name);
	}
}

bool
helper_parse(struct tls_facts *f, const char *text, size_t n)
{
	const char	*s;
	const char	*eq;
	char		 name[64];

	memset(f, 0, sizeof(*f));
	(void)strlcpy(f->verify, "NO", sizeof(f->verify));
	if (n == 0 || text[n - 1] != '\0' || (n > 1 && text[n - 2] != '\0'))
		return false;
	for (s = text; *s != '\0'; s += strlen(s) + 1) {
		if ((eq = strchr(s, '=')) == NULL ||
		    (size_t)(eq - s) >= sizeof(name))
			continue;
		(void)strlcpy(name, s, (size_t)(eq - s) + 1);
		one_fact(f, name, eq + 1);
	}
	/* A list of nothing is no news of TLS. */
	f->on = f->error[0] == '\0' && n > 1 && s == text + n - 1;
	if (f->on && f->version[0] == '\0')
		(void)strlcpy(f->version, "TLS", sizeof(f->version));
	return s == text + n - 1;
}
