/*
 * spsmtpgate - an SMTP gate that puts milters in front of any mail server
 *
 * Started once for each connection; see spsmtpgate(8) and the file heads.
 * Here: options, the order of the start, the exit status.
 *
 * Until the sink of the log is known nothing may be printed: descriptor 2 may
 * be the client.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cage.h"
#include "config.h"
#include "conn.h"
#include "launcher.h"
#include "log.h"
#include "peer.h"
#include "selftest.h"
#include "session.h"
#include "tryout.h"
#include "version.h"

#define CONFIG_FILE	"/etc/spsmtpgate.conf"

static const char	 usage_text[] =
    "usage: spsmtpgate [-dnV] [-c file] [-L systemd|xinetd|tcpserver] "
    "[-- program ...]\n"
    "       spsmtpgate [-d] [-c file] -f message [--from address] "
    "[--to address]\n"
    "           [--client address] [--helo name] [--user name]\n"
    "       spsmtpgate -T [-c file] [--client address] [--json] "
    "[-- program ...]\n";

struct options {
	const char	*file;
	const char	*launcher;
	char		**child;
	struct tryout	 tryout;	/* -f */
	int		 check;		/* -n, -nn */
	bool		 debug;
	bool		 selftest;	/* -T */
	bool		 json;
	bool		 version;
};

/*
 * A descriptor 0 to 2 that is closed would be given to the next socket.  False
 * when that was 2, so that nobody reads what is written there.
 */
static bool
fill_descriptors(void)
{
	struct pollfd	 p[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };
	bool		 err = true;
	int		 fd;

	/* One call tells of all three, and as a rule they are there. */
	if (poll(p, 3, 0) != -1) {
		err = !(p[STDERR_FILENO].revents & POLLNVAL);
		if (!((p[0].revents | p[1].revents | p[2].revents) & POLLNVAL))
			return err;
	}
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return err;
}

/*
 * Closes what the launcher left open, but for what it names: systemd's
 * descriptor 3, and those of a TLS helper that waits (UCSPI-TLS).
 */
static void
close_inherited(void)
{
	static const char *const names[] = { "SSLCTLFD", "SSLREADFD",
		"SSLWRITEFD" };
	const char	*value;
	unsigned int	 from = getenv("LISTEN_FDS") != NULL ? 4 : 3;
	unsigned int	 next;
	unsigned int	 fd;
	size_t		 i;

	for (;; from = next + 1) {
		next = UINT_MAX;
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			if ((value = getenv(names[i])) == NULL)
				continue;
			fd = (unsigned int)strtoul(value, NULL, 10);
			if (fd >= from && fd < next)
				next = fd;
		}
		if (next == UINT_MAX)
			break;
		if (next > from)
			(void)close_range(from, next - 1, 0);
	}
	closefrom((int)from);
}

/* Of -f and -T alone. */
enum { OPT_FROM = 256, OPT_TO, OPT_CLIENT, OPT_HELO, OPT_USER, OPT_JSON };

static const struct option	 long_options[] = {
	{ "from", required_argument, NULL, OPT_FROM },
	{ "to", required_argument, NULL, OPT_TO },
	{ "client", required_argument, NULL, OPT_CLIENT },
	{ "helo", required_argument, NULL, OPT_HELO },
	{ "user", required_argument, NULL, OPT_USER },
	{ "json", no_argument, NULL, OPT_JSON },
	{ NULL, 0, NULL, 0 },
};

static int
parse_options(int argc, char **argv, struct options *o)
{
	int	 ch;

	memset(o, 0, sizeof(*o));
	o->file = CONFIG_FILE;
	o->tryout.from = "sender@example.org";
	o->tryout.client = "192.0.2.1";
	o->tryout.helo = "client.example.org";
	opterr = 0;
	/* "+": what follows the program is its own. */
	while ((ch = getopt_long(argc, argv, "+c:df:L:nTV", long_options,
	    NULL)) != -1) {
		switch (ch) {
		case 'c':
			o->file = optarg;
			break;
		case 'd':
			o->debug = true;
			break;
		case 'f':
			o->tryout.file = optarg;
			break;
		case 'L':
			o->launcher = optarg;
			break;
		case 'n':
			o->check++;
			break;
		case 'T':
			o->selftest = true;
			break;
		case 'V':
			o->version = true;
			break;
		case OPT_FROM:
			o->tryout.from = optarg;
			break;
		case OPT_TO:
			if (o->tryout.nto == TRYOUT_RCPTS)
				return -1;
			o->tryout.to[o->tryout.nto++] = optarg;
			break;
		case OPT_CLIENT:
			o->tryout.client = optarg;
			break;
		case OPT_HELO:
			o->tryout.helo = optarg;
			break;
		case OPT_JSON:
			o->json = true;
			break;
		case OPT_USER:
			o->tryout.user = optarg;
			break;
		default:
			return -1;
		}
	}
	if (o->tryout.nto == 0)
		o->tryout.to[o->tryout.nto++] = "recipient@example.org";
	if (optind < argc) {
		/* The program must stand behind "--": no typing error. */
		if (strcmp(argv[optind - 1], "--") != 0)
			return -1;
		o->child = argv + optind;
	}
	return 0;
}

static void
print_report(void *arg, bool error, const char *text)
{
	(void)arg;
	fprintf(stderr, "%s%s\n", text, error ? "" : " (ignored)");
}

/* Keeps the first error, for the log. */
static void
keep_report(void *arg, bool error, const char *text)
{
	char	*first = arg;

	if (error && *first == '\0')
		(void)strlcpy(first, text, 1024);
}

/* Files of [TLS] that are not there: true when all can be read. */
static bool
remark_files(const struct config *c)
{
	const struct pair_conf	*p;
	bool			 all = true;

	/* The key need not be the gate's to read: but it must be there. */
	for (p = c->pair; p < c->pair + c->npair; p++) {
		if (access(p->cert, R_OK) == -1) {
			all = false;
			fprintf(stderr, "%s: %s; clients will get no TLS\n",
			    p->cert, strerror(errno));
		}
		if (access(p->key, R_OK) == -1) {
			all = false;
			if (errno == ENOENT)
				fprintf(stderr, "%s: %s; clients will get no "
				    "TLS\n", p->key, strerror(errno));
		}
	}
	return all;
}

/* Whether they are any good spsmtpgate-tls knows. */
static void
remark_certificates(const struct config *c)
{
	int	 status;
	int	 null;
	pid_t	 pid;

	if (c->npair == 0 && c->tls_require)
		fprintf(stderr, "Require without Certificate0: mail is taken "
		    "over TLS of a launcher or a load balancer alone\n");
	if (c->npair == 0 || !remark_files(c) ||
	    access(c->tls_helper, X_OK) == -1 || (pid = fork()) == -1)
		return;
	if (pid == 0) {
		/* What is good belongs to -T. */
		if ((null = open("/dev/null", O_WRONLY)) == -1 ||
		    dup2(null, STDOUT_FILENO) == -1)
			_exit(EX_OSERR);
		execl(c->tls_helper, "spsmtpgate-tls", "-n", "-c", c->file,
		    (char *)NULL);
		_exit(EX_OSERR);
	}
	if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == EX_CONFIG)
		fprintf(stderr, "clients will get no TLS\n");
}

/* What the settings count on, and the machine does not have. */
static void
remark_missing(const struct config *c)
{
	const char	*why;

	if (*c->runtime_dir == '\0' ||
	    access(c->runtime_dir, W_OK | X_OK) == 0)
		return;
	why = strerror(errno);
	if (c->nserver > 1)
		fprintf(stderr, "RuntimeDir = %s: %s; servers that are down "
		    "will not be remembered\n", c->runtime_dir, why);
	if (c->max_per_address > 0)
		fprintf(stderr, "RuntimeDir = %s: %s; connections of one "
		    "address will not be counted\n", c->runtime_dir, why);
}

/* Logins that others could read on the way. */
static void
remark_logins(struct config *c)
{
	struct server_conf	*sc = &c->auth_server;

	if (sc->label != NULL && sc->tls < SERVER_TLS &&
	    !endpoint_local(&sc->ep))
		fprintf(stderr, "AuthServer = %s: passwords %s go there in "
		    "clear; see AuthTLS\n", sc->label,
		    sc->tls == SERVER_MAY ? "may" : "will");
}

static int
check_config(const struct options *o)
{
	static struct config	 c;
	unsigned int		 errors;

	errors = config_load(&c, o->file, o->child, print_report, NULL);
	if (errors == 0 && o->launcher != NULL) {
		if (launcher_print(&c, o->launcher,
		    strcmp(o->file, CONFIG_FILE) != 0 ? o->file : NULL,
		    stdout) == -1) {
			fputs(usage_text, stderr);
			config_free(&c);
			return EX_USAGE;
		}
	} else if (errors == 0) {
		remark_missing(&c);
		remark_certificates(&c);
		remark_logins(&c);
		if (o->check > 1)
			config_print(&c, stdout);
	}
	config_free(&c);
	return errors == 0 ? EX_OK : EX_CONFIG;
}

static int
try_mail(const struct options *o)
{
	static char		*none[] = { NULL };
	static struct config	 c;
	unsigned int		 errors;
	int			 status = EX_CONFIG;

	log_open("spsmtpgate", true);
	log_verbose(o->debug);
	conn_signals();
	/* No backend is needed for this: any program will do. */
	errors = config_load(&c, o->file, none, print_report, NULL);
	if (errors == 0)
		status = tryout_run(&c, &o->tryout);
	config_free(&c);
	return status;
}

static int
self_test(const struct options *o)
{
	struct selftest	 t = { o->file, o->child, o->tryout.client, o->json };
	struct net	 net;

	if (!net_parse(&net, t.client) || strchr(t.client, '/') != NULL) {
		fprintf(stderr, "--client %s: expected an IP address\n",
		    t.client);
		return HEALTH_ERROR;
	}
	log_open("spsmtpgate", true);
	conn_signals();
	return (int)selftest_run(&t);
}

static int	 client_fd = STDOUT_FILENO;

/* Without a session to do it: one line to the client, however it goes. */
static void
last_words(const char *text)
{
	ssize_t	 w;

	for (; *text != '\0'; text += w)
		if ((w = write(client_fd, text, strlen(text))) <= 0)
			return;
}

static void
on_fatal(void)
{
	last_words("421 4.3.0 Internal error\r\n");
}

static int
serve(const struct options *o)
{
	static struct config	 c;
	static struct peer	 peer;
	const char		*why;
	char			 first[1024] = "";
	int			 r;

	if ((r = peer_init(&peer)) == -1)
		return EX_OK;
	if (r == 1) {
		log_warnx("%s", peer.trouble);
		return EX_USAGE;
	}
	client_fd = peer.wfd;
	log_at_fatal(on_fatal);
	conn_signals();
	if ((why = cage_early(o->child != NULL)) != NULL) {
		log_warnx("%s", why);
		last_words("421 4.3.5 Server configuration error\r\n");
		return EX_CONFIG;
	}
	if (config_load(&c, o->file, o->child, keep_report, first) > 0) {
		log_warnx("%s", first);
		last_words("421 4.3.5 Server configuration error\r\n");
		config_free(&c);
		return EX_CONFIG;
	}
	r = session_run(&c, &peer);
	config_free(&c);
	return r;
}

int
main(int argc, char **argv, char **envp)
{
	struct options	 o;
	const char	*line;
	bool		 bad;
	bool		 err;

	setproctitle_init(argc, argv, envp);
	err = fill_descriptors();
	bad = parse_options(argc, argv, &o) == -1;
	if (!bad && o.version) {
		puts("spsmtpgate " VERSION);
		return EX_OK;
	}
	if (!bad && (o.check > 0 || o.launcher != NULL))
		return check_config(&o);
	/*
	 * systemd's descriptor 3 stays; whatever else was left open goes,
	 * before syslog gets a descriptor of its own.
	 */
	close_inherited();
	if (!bad && o.tryout.file != NULL)
		return try_mail(&o);
	if (!bad && o.selftest)
		return self_test(&o);
	log_open("spsmtpgate", err);
	log_verbose(o.debug);
	umask(077);
	if (bad) {
		for (line = usage_text; *line != '\0';
		    line += strcspn(line, "\n") + 1)
			log_warnx("%.*s", (int)strcspn(line, "\n"), line);
		return EX_USAGE;
	}
	return serve(&o);
}
