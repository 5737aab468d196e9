/*
 * lookup - asking the system's resolver, with a deadline
 *
 * The resolver of libc blocks for as long as it likes, reads a handful of
 * files, may load libraries, and parses what comes from the net.  So it runs in
 * a process of its own: a fork that gives up everything but the files of the
 * resolver and the way to the name servers, asks, and writes lines of text into
 * a pipe, which is one more channel of conn.c.  /etc/hosts and nsswitch.conf
 * count as for every program.  When the time is up the process is killed; the
 * session never waits for it longer.
 *
 * A name is what the PTR record says; it is the client's only if it leads back
 * to the address.  The process says what it knows so far, and what comes later
 * replaces that, so a name that could not be verified in time is still known.
 *
 * Not done: caching; the name server does that.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <resolv.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "landlock.h"
#include "log.h"
#include "lookup.h"
#include "smtp.h"

#define NAMES_MAX	10	/* PTR records that are looked at */
#define LINE_SIZE	512
#define ANSWER		3	/* descriptor of the child */
#define DNS_PORT	53

static const char *const words[] = {
	[NAMES_NONE] = "-", [NAMES_OK] = "OK", [NAMES_FORGED] = "FORGED",
	[NAMES_TEMP] = "TEMP", [NAMES_FAIL] = "FAIL",
};

const char *
lookup_word(enum names v)
{
	return words[v];
}

enum names
lookup_judge(char names[][NAME_SIZE], size_t n,
    enum forward (*ask)(const char *, const void *), const void *arg,
    size_t *best)
{
	enum names	 v = n > 0 ? NAMES_FORGED : NAMES_FAIL;
	size_t		 i;

	*best = 0;
	for (i = 0; i < n; i++)
		switch (ask(names[i], arg)) {
		case FORWARD_YES:
			*best = i;
			return NAMES_OK;
		case FORWARD_TROUBLE:
			v = NAMES_TEMP;
			break;
		case FORWARD_NO:
			break;
		}
	return v;
}

bool
lookup_same(const char *addr, const struct sockaddr *sa)
{
	const struct in6_addr	*in6 = &((const struct sockaddr_in6 *)
				    (const void *)sa)->sin6_addr;
	const void		*in = &((const struct sockaddr_in *)
				    (const void *)sa)->sin_addr;
	char			 text[INET6_ADDRSTRLEN];
	int			 family = sa->sa_family;

	if (family == AF_INET6) {
		in = in6;
		if (IN6_IS_ADDR_V4MAPPED(in6)) {
			family = AF_INET;
			in = &in6->s6_addr[12];
		}
	}
	return inet_ntop(family, in, text, sizeof(text)) != NULL &&
	    strcmp(text, addr) == 0;
}

/* ------------------------------------------------------------ in the child */

/*
 * Nothing of the gate's stays, and least of all the client and the right to
 * speak to the mail server, which trusts this machine.
 */
static void
confine(int fd, int64_t ms)
{
	static const char *const dirs[] = { "/etc", "/usr", "/lib", "/lib64",
	    "/nix/store", "/gnu/store" };
	/* May be links to somewhere else. */
	static const char *const files[] = { "/etc/resolv.conf",
	    "/etc/hosts" };
	const struct rlimit	 none = { 0, 0 };
	struct landlock		 l;
	sigset_t		 empty;
	size_t			 i;
	int			 null = open("/dev/null", O_RDWR);

	if (null == -1)
		_exit(1);
	(void)dup2(null, STDIN_FILENO);
	(void)dup2(null, STDOUT_FILENO);
	(void)dup2(null, STDERR_FILENO);
	(void)dup2(fd, ANSWER);
	closefrom(ANSWER + 1);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&empty);
	(void)sigprocmask(SIG_SETMASK, &empty, NULL);
	/* Should the gate be killed, it cannot end us. */
	(void)alarm((unsigned int)(ms / 1000 + 2));
	(void)setrlimit(RLIMIT_FSIZE, &none);
	(void)setrlimit(RLIMIT_NPROC, &none);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    landlock_begin(&l, false) == -1)
		_exit(1);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		landlock_path(&l, dirs[i], LANDLOCK_READ);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		landlock_path(&l, files[i], LANDLOCK_READ_FILE);
	landlock_port(&l, DNS_PORT);
	if (landlock_end(&l) == -1)
		_exit(1);
}

static int
family_of(const char *addr)
{
	return strchr(addr, ':') != NULL ? AF_INET6 : AF_INET;
}

static void	 say(const char *, ...) __attribute__((format(printf, 1, 2)));

static void
say(const char *fmt, ...)
{
	char	 line[LINE_SIZE];
	va_list	 ap;
	int	 n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line) || write(ANSWER, line,
	    (size_t)n) != n)
		_exit(1);
}

static int
add_name(char names[][NAME_SIZE], int n, const char *name)
{
	if (n < NAMES_MAX && smtp_valid_hostname(name))
		(void)strlcpy(names[n++], name, NAME_SIZE);
	return n;
}

/* The valid names of an address; -1 when that could not be found out. */
static int
names_of(const char *addr, char names[][NAME_SIZE])
{
	unsigned char		 bin[sizeof(struct in6_addr)];
	int			 family = family_of(addr);
	const struct hostent	*h;
	char			**alias;
	int			 n;

	if (inet_pton(family, addr, bin) != 1)
		return -1;
	h = gethostbyaddr(bin, family == AF_INET ? 4 : 16, family);
	/* What is no host name is NO_RECOVERY: it will not get better. */
	if (h == NULL)
		return h_errno == TRY_AGAIN || h_errno == NETDB_INTERNAL ? -1 :
		    0;
	n = add_name(names, 0, h->h_name);
	/* Further PTR records, or aliases of a hosts file. */
	for (alias = h->h_aliases; *alias != NULL; alias++)
		n = add_name(names, n, *alias);
	return n;
}

static enum forward
has_address(const char *name, const void *addr)
{
	struct addrinfo	 hints;
	struct addrinfo	*res;
	struct addrinfo	*ai;
	enum forward	 f = FORWARD_NO;

	memset(&hints, 0, sizeof(hints));
	hints.ai_family = family_of(addr);
	hints.ai_socktype = SOCK_STREAM;
	switch (getaddrinfo(name, NULL, &hints, &res)) {
	case 0:
		break;
	case EAI_AGAIN:
	case EAI_MEMORY:
	case EAI_SYSTEM:
		return FORWARD_TROUBLE;
	default:
		return FORWARD_NO;
	}
	for (ai = res; ai != NULL; ai = ai->ai_next)
		if (lookup_same(addr, ai->ai_addr))
			f = FORWARD_YES;
	freeaddrinfo(res);
	return f;
}

static void
child_name(const char *addr, const char *ptr)
{
	char		 names[NAMES_MAX][NAME_SIZE];
	enum names	 v;
	size_t		 best;
	int		 n;

	/*
	 * A name of the net is complete: it must not be tried in the domains
	 * of this site.  And one lost packet must not use up the time.
	 */
	if (res_init() == 0) {
		_res.options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
		if (_res.retrans > 2)
			_res.retrans = 2;
	}
	n = *ptr != '\0' ? add_name(names, 0, ptr) : names_of(addr, names);
	if (n == -1)
		return;
	if (n > 0)
		say("%s %s\n", words[NAMES_TEMP], names[0]);
	v = lookup_judge(names, (size_t)n, has_address, addr, &best);
	say("%s %s\n", words[v], n > 0 ? names[best] : "");
}

static void
child_host(const char *host, int family)
{
	struct addrinfo	 hints;
	struct addrinfo	*res;
	struct addrinfo	*ai;
	char		 text[LITERAL_SIZE];
	int		 err;

	memset(&hints, 0, sizeof(hints));
	hints.ai_family = family;
	hints.ai_socktype = SOCK_STREAM;
	if ((err = getaddrinfo(host, NULL, &hints, &res)) != 0) {
		say("error %d\n", err);
		return;
	}
	for (ai = res; ai != NULL; ai = ai->ai_next)
		if (getnameinfo(ai->ai_addr, ai->ai_addrlen, text,
		    sizeof(text), NULL, 0, NI_NUMERICHOST) == 0)
			say("%s\n", text);
	say("end\n");
}

/* ----------------------------------------------------------- in the parent */

/*
 * True in the child, which never returns from there.  Without a process there
 * is no answer, which is what no answer in time is.
 */
static bool
start(struct lookup *l, int64_t deadline)
{
	int	 fd[2];

	conn_init(&l->conn, 4096, 0);
	l->deadline = deadline;
	l->pid = 0;
	/* If it were ignored, the process could be gone before it is ended. */
	signal(SIGCHLD, SIG_DFL);
	if (pipe2(fd, O_CLOEXEC) == -1) {
		log_warn("pipe");
		return false;
	}
	if ((l->pid = fork()) == 0) {
		confine(fd[1], deadline - now_ms());
		return true;
	}
	close(fd[1]);
	if (l->pid == -1) {
		log_warn("fork");
		l->pid = 0;
		close(fd[0]);
		return false;
	}
	conn_attach(&l->conn, fd[0], fd[0], false);
	return false;
}

void
lookup_name(struct lookup *l, const char *addr, const char *ptr,
    int64_t deadline)
{
	if (start(l, deadline)) {
		setproctitle("looking up %s", addr);
		child_name(addr, ptr);
		_exit(0);
	}
}

void
lookup_host(struct lookup *l, const char *host, int family, int64_t deadline)
{
	if (start(l, deadline)) {
		setproctitle("looking up %s", host);
		child_host(host, family);
		_exit(0);
	}
}

void
lookup_end(struct lookup *l)
{
	if (l->pid != 0) {
		(void)kill(l->pid, SIGKILL);
		while (waitpid(l->pid, NULL, 0) == -1 && errno == EINTR)
			continue;
	}
	l->pid = 0;
	conn_close(&l->conn);
}

/* A line without its end; what a child that was taken over sends is text. */
static enum io
get_line(struct lookup *l, char *line)
{
	struct buf	 b;
	enum io		 r;

	buf_init(&b, LINE_SIZE);
	r = conn_getline(&l->conn, &b, LINE_SIZE - 1, l->deadline);
	if (r == IO_OK) {
		(void)strlcpy(line, buf_cstr(&b), LINE_SIZE);
		line[strcspn(line, "\n")] = '\0';
	}
	buf_free(&b);
	return r;
}

bool
lookup_take(const char *line, enum names *v, char *ptr)
{
	size_t	 n = strcspn(line, " ");
	size_t	 i;

	for (i = NAMES_OK; i <= NAMES_FAIL; i++)
		if (strlen(words[i]) == n && memcmp(words[i], line, n) == 0)
			break;
	if (i > NAMES_FAIL || line[n] != ' ')
		return false;
	line += n + 1;
	if ((*line == '\0') != (i == NAMES_FAIL) ||
	    (*line != '\0' && !smtp_valid_hostname(line)))
		return false;
	*v = (enum names)i;
	(void)strlcpy(ptr, line, NAME_SIZE);
	return true;
}

enum io
lookup_verdict(struct lookup *l, enum names *v, char *ptr)
{
	char	 line[LINE_SIZE];
	enum io	 r;

	*v = NAMES_TEMP;
	do
		r = get_line(l, line);
	while (r == IO_OK && lookup_take(line, v, ptr) && *v == NAMES_TEMP);
	lookup_end(l);
	return r == IO_GONE || r == IO_STOP ? r : IO_OK;
}

enum io
lookup_address(struct lookup *l, char *text, const char **why)
{
	char		 line[LINE_SIZE];
	const char	*errstr;
	enum io		 r = get_line(l, line);

	*why = r == IO_TIMEOUT ? "host name not found in time" :
	    "host name cannot be looked up";
	if (r == IO_EOF || r == IO_TOOLONG)
		return IO_ERROR;
	if (r != IO_OK)
		return r;
	if (strcmp(line, "end") == 0)
		return IO_EOF;
	if (strncmp(line, "error ", 6) == 0) {
		*why = gai_strerror((int)strtonum(line + 6, -9999, 9999,
		    &errstr));
		return IO_ERROR;
	}
	return strlcpy(text, line, LITERAL_SIZE) < LITERAL_SIZE ? IO_OK :
	    IO_ERROR;
}
