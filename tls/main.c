/*
 * spsmtpgate-tls - TLS for spsmtpgate, in a process of its own
 *
 *	spsmtpgate-tls [-dnV] [-c file] [-s socket]	resident
 *	spsmtpgate-tls [-d] [-c file] -r		one request
 *
 * The process that parses the Internet's SMTP links no crypto library and never
 * sees a key.  It hands the connection to this program, which makes the
 * handshake and then relays plain text; see request.c for what they say to each
 * other.
 *
 * Resident, it listens on a unix socket, its own or systemd's, has read
 * certificates and keys once, and forks for each request; files that have
 * changed are read again.  With -r descriptor 0 is the socket, and one request
 * is served: for a site without the resident, which pays for reading each time.
 *
 * A process that serves a connection has given up everything but that
 * connection before it reads an octet of it: no file, no network, no program,
 * no other process.
 */
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "conn.h"
#include "context.h"
#include "landlock.h"
#include "log.h"
#include "relay.h"
#include "request.h"
#include "syscalls.h"
#include "version.h"

#define CONFIG_FILE	"/etc/spsmtpgate.conf"
#define CONTROLS_MAX	4096	/* gates that may want TLS */
#define OTHER_FILES	16	/* not for them */
#define RETRY_MS	5000

static struct config	 config;

/* Keys are for nobody else's eyes, nor for a core file. */
static void
keep_secrets(void)
{
	const struct rlimit	 none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static bool	 denied;	/* system calls, before the fork */

/* Nothing of the system is needed any more. */
static int
confine(void)
{
	const struct rlimit	 none = { 0, 0 };
	const struct rlimit	 two = { 2, 2 };	/* poll needs as many */
	struct landlock		 l;

	(void)setrlimit(RLIMIT_FSIZE, &none);
	(void)setrlimit(RLIMIT_NPROC, &none);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    landlock_begin(&l, 0) == -1 || landlock_end(&l) == -1)
		return -1;
	/* 0 and 1 are taken: no descriptor is ever opened again. */
	(void)setrlimit(RLIMIT_NOFILE, &two);
	return denied ? 0 : syscalls_deny(0);
}

/* From the request to the end of the connection. */
static void
serve(struct request *r, struct contexts *cs, const char *trouble)
{
	struct expect	 e = { *r->name != '\0' ? r->name : NULL, r->verify,
			    *r->pin != '\0' ? r->pin : NULL };
	char		 why[512] = "";
	SSL		*ssl = NULL;

	if (r->check && cs != NULL) {
		(void)request_certificates(r, cs);
		return;
	}
	if (r->client)
		ssl = contexts_client(&config, &e, why, sizeof(why));
	else if (cs != NULL)
		ssl = contexts_server(cs, why, sizeof(why));
	else
		(void)snprintf(why, sizeof(why), "%s", trouble);
	if (ssl != NULL && confine() == -1) {
		(void)snprintf(why, sizeof(why), "confinement: %s",
		    strerror(errno));
		SSL_free(ssl);
		ssl = NULL;
	}
	if (ssl == NULL) {
		(void)request_ready(r->plain, why);
		return;
	}
	(void)fcntl(r->net, F_SETFL, O_NONBLOCK);
	if (request_ready(r->plain, NULL) == -1 || !request_go(r))
		return;
	if (relay_handshake(ssl, r->net, config.tls_ms, why,
	    sizeof(why)) == -1) {
		(void)request_report(r, NULL, why);
		relay_failed(r->net);
	} else if (e.pin != NULL && !context_pinned(ssl, e.pin)) {
		(void)request_report(r, NULL, "the key is not the pinned one");
	} else if (request_report(r, ssl, NULL) == 0) {
		relay_run(ssl, r->net, r->plain);
	}
}

/* ----------------------------------------------------------------- resident */

static int		 events;	/* epoll: many gates may be idle */
static rlim_t		 gates;		/* that may want TLS */
static rlim_t		 room = CONTROLS_MAX;
static struct contexts	*contexts;
static char		 trouble[512];
static long		 children;
static sigset_t		 wait_mask;	/* signals come in waits alone */
static volatile sig_atomic_t stop;

static void
on_signal(int sig)
{
	if (sig != SIGCHLD)
		stop = 1;
}

/* What was read is used until there is something better. */
static void
reload(void)
{
	static int64_t	 retry_at;	/* files that are broken */
	struct contexts	*cs;

	if (contexts != NULL)
		contexts_rotate(contexts);
	if (now_ms() < retry_at ||
	    (contexts != NULL && !contexts_stale(contexts)))
		return;
	cs = contexts_load(&config, true, trouble, sizeof(trouble));
	if (cs == NULL) {
		retry_at = now_ms() + RETRY_MS;
		/* It may be here for backends alone. */
		if (config.npair > 0)
			log_warnx("%s%s", trouble, contexts != NULL ?
			    "; going on with what was read before" : "");
		return;
	}
	contexts_inherit(cs, contexts);
	contexts_warm(cs);
	if (contexts != NULL)
		log_info("certificates were read again");
	contexts_free(contexts);
	contexts = cs;
}

static void
watch(int fd)
{
	struct epoll_event	 ev = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(events, EPOLL_CTL_ADD, fd, &ev) == -1)
		fatal("epoll_ctl");
}

static void
forget(int fd)
{
	(void)epoll_ctl(events, EPOLL_CTL_DEL, fd, NULL);
	close(fd);
	gates--;
}

/*
 * A child has its two descriptors, which came last and so are above the
 * listener's, the connection's the lower, and nothing else of the resident.
 */
static void
keep_two(struct request *r)
{
	r->net = dup2(r->net, STDERR_FILENO + 1);
	r->plain = dup2(r->plain, STDERR_FILENO + 2);
	closefrom(STDERR_FILENO + 3);
}

/* A process for one connection. */
static void
hand_over(struct request *r)
{
	pid_t	 pid;

	if (children >= config.max_connections * 2) {
		(void)request_ready(r->plain, "too many connections");
	} else if ((pid = fork()) == -1) {
		log_warn("fork");
		(void)request_ready(r->plain, "no process");
	} else if (pid == 0) {
		keep_two(r);
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		(void)sigprocmask(SIG_SETMASK, &wait_mask, NULL);
		serve(r, contexts, trouble);
		_exit(0);
	} else {
		children++;
	}
	close(r->net);
	close(r->plain);
}

/* A gate, which hears at once whether it may offer TLS. */
static void
take_control(int listener)
{
	int	 fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd == -1)
		return;
	reload();
	if (gates >= room ||
	    request_ready(fd, contexts != NULL ? NULL : trouble) == -1) {
		close(fd);
		return;
	}
	watch(fd);
	gates++;
}

static void
take_request(int fd)
{
	struct request	 r;

	if (request_get(fd, &r) == 1)
		hand_over(&r);
	else
		forget(fd);
}

static void
resident(int listener)
{
	struct epoll_event	 ev[64];
	int			 n;
	int			 i;

	if ((events = epoll_create1(EPOLL_CLOEXEC)) == -1)
		fatal("epoll_create1");
	watch(listener);
	reload();
	/*
	 * Children inherit it, which is cheaper than one for each; a resource
	 * limit keeps them from forking.  Not before the library has loaded
	 * what its configuration names.
	 */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    syscalls_deny(SYSCALLS_FORK) == -1)
		fatal("confinement");
	denied = true;
	while (!stop) {
		n = epoll_pwait(events, ev, 64, -1, &wait_mask);
		if (n == -1 && errno != EINTR)
			fatal("epoll_pwait");
		while (waitpid(-1, NULL, WNOHANG) > 0)
			children--;
		for (i = 0; i < n && !stop; i++) {
			if (ev[i].data.fd == listener)
				take_control(listener);
			else
				take_request(ev[i].data.fd);
		}
	}
}

/* systemd's socket, or one of our own that the gate's group may use. */
static int
listener(const char *path, bool *ours)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	const char		*n = getenv("LISTEN_FDS");
	const char		*pid = getenv("LISTEN_PID");
	struct stat		 st;
	int			 fd;

	*ours = false;
	if (n != NULL && pid != NULL && strcmp(n, "1") == 0 &&
	    strtol(pid, NULL, 10) == (long)getpid())
		return 3;
	if (*path == '\0' || strlcpy(sun.sun_path, path,
	    sizeof(sun.sun_path)) >= sizeof(sun.sun_path)) {
		errno = EINVAL;
		return -1;
	}
	if ((fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	/* One that answers belongs to another process. */
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0) {
		errno = EADDRINUSE;
		return -1;
	}
	close(fd);
	/* Its name may stand for something else altogether. */
	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	(void)unlink(path);
	if ((fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	umask(0117);
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    listen(fd, 128) == -1)
		return -1;
	*ours = true;
	return fd;
}

/* A gate too many is turned away; accept must not fail instead. */
static void
count_files(void)
{
	struct rlimit	 rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
	if (rl.rlim_cur < CONTROLS_MAX + OTHER_FILES)
		room = rl.rlim_cur > OTHER_FILES ? rl.rlim_cur - OTHER_FILES :
		    1;
}

static int
run_resident(const char *path)
{
	struct sigaction	 sa = { .sa_handler = on_signal };
	sigset_t		 set;
	bool			 ours;
	int			 fd;

	if (geteuid() == 0) {
		log_warnx("started as root, which a process that talks with "
		    "the Internet must not be: give it a user of its own, who "
		    "may read the keys");
		return EX_CONFIG;
	}
	if ((fd = listener(path, &ours)) == -1) {
		log_warn("%s", *path != '\0' ? path : "no socket");
		return EX_UNAVAILABLE;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	sigemptyset(&wait_mask);
	count_files();
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGCHLD, &sa, NULL);
	resident(fd);
	if (ours)
		(void)unlink(path);
	return EX_OK;
}

/* ------------------------------------------------------------- one request */

static void
quiet(bool error, const char *text)
{
	(void)error;
	(void)text;
}

static int
run_once(void)
{
	struct request	 r;
	struct contexts	*cs = NULL;

	/* openssl.cnf and tidying up at exit would cost 0.7 ms together. */
	(void)OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT, NULL);
	if (request_get(STDIN_FILENO, &r) != 1)
		return EX_PROTOCOL;
	/* Who asks is told, and need not see it twice. */
	if (r.check)
		log_tap(quiet);
	/* The request's channel ends; its number stays taken. */
	(void)dup2(r.plain, STDIN_FILENO);
	if (!r.client)
		cs = contexts_load(&config, false, trouble, sizeof(trouble));
	serve(&r, cs, trouble);
	contexts_free(cs);
	return EX_OK;
}

/* What ends soon is in the log. */
static void
print(void *arg, const char *name, const char *text)
{
	(void)arg;
	if (strcmp(name, "CERT") == 0)
		puts(text);
}

/* What there is, and whether it can be used. */
static int
check(void)
{
	struct contexts	*cs;

	cs = contexts_load(&config, false, trouble, sizeof(trouble));
	if (cs == NULL) {
		log_warnx("%s", trouble);
		return EX_CONFIG;
	}
	contexts_show(cs, print, NULL);
	contexts_free(cs);
	return EX_OK;
}

static void
report(void *arg, bool error, const char *text)
{
	(void)arg;
	if (error)
		log_warnx("%s", text);
}

int
main(int argc, char **argv)
{
	static char	*none[] = { NULL };
	const char	*file = CONFIG_FILE;
	const char	*path = NULL;
	bool		 once = false;
	bool		 only_check = false;
	int		 ch;

	log_open("spsmtpgate-tls", true);
	while ((ch = getopt(argc, argv, "c:dnrs:V")) != -1) {
		switch (ch) {
		case 'c':
			file = optarg;
			break;
		case 'd':
			log_verbose(true);
			break;
		case 'n':
			only_check = true;
			break;
		case 'r':
			once = true;
			break;
		case 's':
			path = optarg;
			break;
		case 'V':
			puts("spsmtpgate-tls " VERSION);
			return EX_OK;
		default:
			log_warnx("usage: spsmtpgate-tls [-dnV] [-c file] "
			    "[-r | -s socket]");
			return EX_USAGE;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	keep_secrets();
	/* A backend is of no interest here: any program will do. */
	if (config_load(&config, file, none, report, NULL) > 0)
		return EX_CONFIG;
	if (only_check)
		return check();
	return once ? run_once() : run_resident(path != NULL ? path :
	    config.tls_socket);
}
