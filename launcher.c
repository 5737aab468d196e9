/*
 * launcher - configuration of whatever starts the gate
 *
 * The gate does not listen, does not know how many gates there are, and does
 * not change its user, so what [Server] says of that means nothing by itself:
 * spsmtpgate -L prints the lines that make systemd, xinetd or tcpserver keep to
 * it.
 */
#include <string.h>

#include "launcher.h"

#define PER_SOURCE	20	/* when the configuration says nothing */
#define UNITS		"/etc/systemd/system/spsmtpgate"

struct plan {
	const struct config *c;
	const char	*file;		/* NULL for the default */
	struct endpoint	 at;
	long long	 max;
	long long	 per_source;
};

static void
print_arguments(const struct plan *p, FILE *f)
{
	char	**arg;

	if (p->file != NULL)
		fprintf(f, " -c %s", p->file);
	if (p->c->child != NULL)
		fputs(" --", f);
	for (arg = p->c->child; arg != NULL && *arg != NULL; arg++)
		fprintf(f, " %s", *arg);
	fputc('\n', f);
}

static void
print_systemd(const struct plan *p, FILE *f)
{
	fprintf(f, "# " UNITS ".socket.d/limits.conf\n[Socket]\n"
	    "ListenStream=\nListenStream=%s\nMaxConnections=%lld\n"
	    "MaxConnectionsPerSource=%lld\n", p->c->listen, p->max,
	    p->per_source);
	fprintf(f, "# The user belongs into " UNITS "@.service.d/user.conf:\n"
	    "#\t[Service]\n#\tUser=%s\n", p->c->user);
}

/* A port that /etc/services does not have for the service wants UNLISTED. */
static void
print_xinetd(const struct plan *p, FILE *f)
{
	fprintf(f, "# in the service of /etc/xinetd.d/spsmtpgate\n"
	    "instances = %lld\nper_source = %lld\nuser = %s\n"
	    "type = UNLISTED\nport = %u\nbind = %s\n"
	    "flags = %sNODELAY KEEPALIVE\n", p->max, p->per_source,
	    p->c->user, (unsigned int)p->at.port, p->at.host,
	    strchr(p->at.host, ':') != NULL ? "IPv6 " : "");
	if (p->file == NULL && p->c->child == NULL)
		return;
	fputs("server_args =", f);
	print_arguments(p, f);
}

/* It knows IPv4 alone, unless patched, and no limit for one address. */
static void
print_tcpserver(const struct plan *p, FILE *f)
{
	const char	*host = strcmp(p->at.host, "::") == 0 ? "0" :
	    p->at.host;

	fprintf(f, "tcpserver -H -R -l 0 -D -c %lld -u $(id -u %s) "
	    "-g $(id -g %s) %s %u spsmtpgate", p->max, p->c->user,
	    p->c->user, host, (unsigned int)p->at.port);
	print_arguments(p, f);
}

static const struct {
	const char	*name;
	void		(*print)(const struct plan *, FILE *);
} launchers[] = {
	{ "systemd", print_systemd },
	{ "xinetd", print_xinetd },
	{ "tcpserver", print_tcpserver },
};

int
launcher_print(const struct config *c, const char *name, const char *file,
    FILE *f)
{
	struct plan	 p = { .c = c, .file = file, .max = c->max_connections,
	    .per_source = c->max_per_address };
	size_t		 i;

	if (p.per_source == 0)
		p.per_source = PER_SOURCE;
	if (p.per_source > p.max)
		p.per_source = p.max;
	for (i = 0; i < sizeof(launchers) / sizeof(launchers[0]); i++)
		if (strcmp(name, launchers[i].name) == 0 &&
		    endpoint_parse(&p.at, c->listen) == NULL) {
			launchers[i].print(&p, f);
			endpoint_free(&p.at);
			return 0;
		}
	return -1;
}
