/*
 * samplefilter - a small mail filter on libmilter
 *
 *	samplefilter [-v] [-r address] ... -p socket
 *
 * Refuses the addresses given with -r, as sender and as recipient, and adds
 * a header field to every mail that it has seen:
 *
 *	X-Sample-Filter: checked by samplefilter (queue id 1A2B3C)
 *
 *	-p socket	where to listen, in libmilter's notation:
 *			unix:/run/sample.sock or inet:1111@127.0.0.1
 *	-r address	refuse this address with 550 5.7.1; may be repeated.
 *			Upper and lower case are the same.
 *	-v		one line on stderr for each verdict, and one as soon as
 *			connections are accepted
 *
 * Stays in the foreground until SIGTERM, SIGINT or SIGHUP. Exit status: 0
 * after a signal, 64 for a wrong option, 69 when it cannot listen on the
 * socket, 71 for trouble with the system.
 *
 * Who may connect to a Unix socket is decided by the umask at start. A socket
 * that a dead filter left behind is removed; one that still answers, or a
 * file that is no socket, is left alone and ends the start.
 *
 * Start your own filter from this one: write a callback for the stage you are
 * interested in, put it into the table at the end, and declare in xxfi_flags
 * what it will change. libmilter runs a thread for each connection, so what
 * belongs to one connection goes to smfi_setpriv(), never to a variable here.
 *
 * Build: cc -o samplefilter samplefilter.c -lmilter -lpthread
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

#define ADDR_SHOWN	256	/* of an address, in a line of -v */
#define QUEUEID_MAX	64	/* longer ones are not believed */

struct settings {
	const char	**refused;	/* addresses without <> */
	size_t		  nrefused;
	bool		  verbose;
};

/*
 * The one variable: a callback is given nothing but its connection. Written
 * before smfi_main() starts the first thread, read-only from then on.
 */
static struct settings	settings;

/* The client decides what is in an address: keep it from the terminal. */
static void
verdict_print(const char *stage, const char *about, const char *verdict)
{
	char	 shown[ADDR_SHOWN];
	size_t	 i;

	if (!settings.verbose)
		return;
	for (i = 0; i < sizeof(shown) - 1 && about[i] != '\0'; i++)
		shown[i] = isprint((unsigned char)about[i]) ? about[i] : '?';
	shown[i] = '\0';
	fprintf(stderr, "samplefilter: %s %s: %s\n", stage, shown, verdict);
}

/* The address is as in the SMTP command: <a@example.org>, or without <>. */
static bool
address_is_refused(const char *addr)
{
	size_t	 i;
	size_t	 len;

	len = strlen(addr);
	if (len >= 2 && addr[0] == '<' && addr[len - 1] == '>') {
		addr++;
		len -= 2;
	}
	for (i = 0; i < settings.nrefused; i++)
		if (strlen(settings.refused[i]) == len &&
		    strncasecmp(settings.refused[i], addr, len) == 0)
			return true;
	return false;
}

static sfsistat
address_judge(SMFICTX *ctx, const char *stage, const char *addr)
{
	if (!address_is_refused(addr)) {
		verdict_print(stage, addr, "accepted");
		return SMFIS_CONTINUE;
	}
	verdict_print(stage, addr, "refused");
	/*
	 * Fixed text: a '%' from an address would need doubling, and if this
	 * call fails the MTA still says 550 5.7.1 with a text of its own.
	 */
	(void)smfi_setreply(ctx, "550", "5.7.1",
	    "Address refused by samplefilter");
	return SMFIS_REJECT;
}

static sfsistat
filter_mail(SMFICTX *ctx, char **argv)
{
	return address_judge(ctx, "MAIL", argv[0]);
}

static sfsistat
filter_rcpt(SMFICTX *ctx, char **argv)
{
	return address_judge(ctx, "RCPT", argv[0]);
}

/* It goes into a header field: nothing may break out of the comment there. */
static bool
queueid_is_plain(const char *id)
{
	size_t	 i;

	for (i = 0; id[i] != '\0'; i++)
		if (i == QUEUEID_MAX || (!isalnum((unsigned char)id[i]) &&
		    strchr("-._", id[i]) == NULL))
			return false;
	return i > 0;
}

/* Changes to the mail are allowed only here, at the end of the message. */
static sfsistat
filter_eom(SMFICTX *ctx)
{
	char		 value[QUEUEID_MAX + 64];
	const char	*id;

	id = smfi_getsymval(ctx, "i");
	if (id != NULL && queueid_is_plain(id))
		snprintf(value, sizeof(value),
		    "checked by samplefilter (queue id %s)", id);
	else {
		id = "(no queue id)";
		snprintf(value, sizeof(value), "checked by samplefilter");
	}
	if (smfi_addheader(ctx, "X-Sample-Filter", value) != MI_SUCCESS) {
		verdict_print("EOM", id, "cannot add the header, try again");
		return SMFIS_TEMPFAIL;
	}
	verdict_print("EOM", id, "accepted, header added");
	return SMFIS_CONTINUE;
}

/* The path, or NULL when the socket is not a Unix one. */
static const char *
unix_path(const char *conn)
{
	if (strncmp(conn, "unix:", 5) == 0)
		return conn + 5;
	if (strncmp(conn, "local:", 6) == 0)
		return conn + 6;
	return strchr(conn, ':') == NULL ? conn : NULL;
}

/*
 * libmilter can remove an old socket, but asks nobody whether it is in use.
 * Returns when there is nothing at the path, or a socket that nobody serves.
 */
static void
unix_path_check(const char *path)
{
	struct sockaddr_un	 sun;
	struct stat		 st;
	int			 error;
	int			 fd;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(sun.sun_path))
		errx(EX_USAGE, "%s: longer than the %zu bytes of a socket path",
		    path, sizeof(sun.sun_path) - 1);
	memcpy(sun.sun_path, path, strlen(path));
	if (lstat(path, &st) == -1) {
		if (errno == ENOENT)
			return;
		err(EX_UNAVAILABLE, "%s", path);
	}
	if (!S_ISSOCK(st.st_mode))
		errx(EX_UNAVAILABLE, "%s: exists and is not a socket", path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd == -1)
		err(EX_OSERR, "socket");
	error = 0;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		error = errno;
	close(fd);
	if (error == 0)
		errx(EX_UNAVAILABLE, "%s: in use by another process", path);
	if (error != ECONNREFUSED && error != ENOENT) {
		errno = error;
		err(EX_UNAVAILABLE, "%s", path);
	}
}

/* On failure libmilter tells syslog why; the status is for the caller. */
static void
filter_listen(char *conn)
{
	const char	*path;

	path = unix_path(conn);
	if (path != NULL)
		unix_path_check(path);
	if (smfi_setconn(conn) != MI_SUCCESS)
		errx(EX_USAGE, "%s: not a socket in libmilter's notation",
		    conn);
	errno = 0;
	if (smfi_opensocket(path != NULL) != MI_SUCCESS) {
		if (errno != 0)
			err(EX_UNAVAILABLE, "cannot listen on %s", conn);
		errx(EX_UNAVAILABLE, "cannot listen on %s", conn);
	}
	if (settings.verbose)
		fprintf(stderr, "samplefilter: listening on %s\n", conn);
}

static void
usage(void)
{
	fprintf(stderr,
	    "usage: samplefilter [-v] [-r address] ... -p socket\n");
	exit(EX_USAGE);
}

/* Returns the socket; the addresses stay where they are, in argv. */
static char *
options_read(int argc, char **argv)
{
	char	*conn;
	int	 ch;

	settings.refused = calloc((size_t)argc, sizeof(*settings.refused));
	if (settings.refused == NULL)
		err(EX_OSERR, NULL);
	conn = NULL;
	while ((ch = getopt(argc, argv, "p:r:v")) != -1) {
		switch (ch) {
		case 'p':
			conn = optarg;
			break;
		case 'r':
			settings.refused[settings.nrefused++] = optarg;
			break;
		case 'v':
			settings.verbose = true;
			break;
		default:
			usage();
		}
	}
	if (conn == NULL || optind != argc)
		usage();
	return conn;
}

/* A stage without a callback is one the MTA need not send at all. */
static const struct smfiDesc filter = {
	.xxfi_name	= "samplefilter",
	.xxfi_version	= SMFI_VERSION,
	.xxfi_flags	= SMFIF_ADDHDRS,
	.xxfi_envfrom	= filter_mail,
	.xxfi_envrcpt	= filter_rcpt,
	.xxfi_eom	= filter_eom,
};

int
main(int argc, char **argv)
{
	char	*conn;

	conn = options_read(argc, argv);
	if (smfi_register(filter) != MI_SUCCESS)
		errx(EX_UNAVAILABLE, "libmilter of another version");
	filter_listen(conn);
	if (smfi_main() != MI_SUCCESS)
		errx(EX_OSERR, "libmilter gave up; its reason is in syslog");
	free(settings.refused);
	return 0;
}
