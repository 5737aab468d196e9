/*
 * launcher - configuration of whatever starts the gate
 *
 * How many gates run at once is the launcher's business, so MaxConnections of
 * [Server] means nothing by itself: spsmtpgate -L prints the lines that make
 * systemd, xinetd or tcpserver keep to it.
 */
#include <string.h>

#include "launcher.h"

static void
print_tcpserver(const struct config *c, const char *file, FILE *f)
{
	char	**arg;

	fprintf(f, "tcpserver -H -R -l 0 -D -c %lld -u $(id -u spsmtpgate) "
	    "-g $(id -g spsmtpgate) 0 25 spsmtpgate",
	    (long long)c->max_connections);
	if (file != NULL)
		fprintf(f, " -c %s", file);
	if (c->child != NULL)
		fprintf(f, " --");
	for (arg = c->child; arg != NULL && *arg != NULL; arg++)
		fprintf(f, " %s", *arg);
	fputc('\n', f);
}

int
launcher_print(const struct config *c, const char *name, const char *file,
    FILE *f)
{
	long long	 max = c->max_connections;

	if (strcmp(name, "systemd") == 0)
		fprintf(f, "# /etc/systemd/system/spsmtpgate.socket.d/"
		    "limits.conf\n[Socket]\nMaxConnections=%lld\n"
		    "MaxConnectionsPerSource=20\n", max);
	else if (strcmp(name, "xinetd") == 0)
		fprintf(f, "# in the service of /etc/xinetd.d/spsmtpgate\n"
		    "instances = %lld\nper_source = 20\n", max);
	else if (strcmp(name, "tcpserver") == 0)
		print_tcpserver(c, file, f);
	else
		return -1;
	return 0;
}
