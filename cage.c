/*
 * cage - confinement of the process
 *
 * Done by the gate itself, in microseconds, before anything that the client
 * says is looked at, because the same in a unit file is paid per connection in
 * milliseconds.  In order:
 *
 *   cage_early  no core file, not dumpable, uid 0 refused
 *   cage_shut   no new privileges; descriptors and file size limited; Landlock:
 *               no file but in the spool directory, no TCP but to the ports of
 *               the configured backends and filters, no exec; and system calls
 *               that are of no use from here on (syscalls.c)
 */
#include <sys/prctl.h>
#include <sys/resource.h>

#include <unistd.h>

#include "cage.h"
#include "landlock.h"
#include "log.h"
#include "syscalls.h"

const char *
cage_early(bool child)
{
	const struct rlimit	 none = { 0, 0 };

	/* A child may be set-uid and may dump as it likes. */
	if (!child)
		(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (geteuid() == 0)
		return "started as root, which a program facing the Internet "
		    "must not be: set the user in the launcher (tcpserver -u "
		    "and -g, xinetd user =, systemd User=)";
	return NULL;
}

static void
allow_port(struct landlock *l, const struct endpoint *ep)
{
	if (ep->family != AF_UNIX)
		landlock_port(l, ep->port);
}

/* What must stay in reach: a program to end, a socket to dial again. */
static unsigned int
outside(const struct config *c)
{
	unsigned int	 what = c->child != NULL ? LANDLOCK_SIGNALS : 0;
	size_t		 i;

	for (i = 0; i < c->nserver; i++)
		if (endpoint_abstract(&c->server[i].ep))
			what |= LANDLOCK_ABSTRACT;
	if (endpoint_abstract(&c->auth_server.ep))
		what |= LANDLOCK_ABSTRACT;
	for (i = 0; i < c->nfilter; i++)
		if (endpoint_abstract(&c->filter[i].ep))
			what |= LANDLOCK_ABSTRACT;
	return what;
}

static int
shut(const struct config *c)
{
	struct landlock	 l;
	bool		 maildir = c->quarantine == QUARANTINE_MAILDIR;
	size_t		 i;

	/* ABI 1 forbids every rename from one directory to another. */
	if (maildir && landlock_abi() == 1)
		return 0;
	if (landlock_begin(&l, outside(c)) == -1)
		return -1;
	landlock_path(&l, c->spool_dir, LANDLOCK_SPOOL);
	if (maildir)
		landlock_path(&l, c->maildir, LANDLOCK_MAILDIR);
	for (i = 0; i < c->nserver; i++)
		allow_port(&l, &c->server[i].ep);
	if (c->auth_server.label != NULL)
		allow_port(&l, &c->auth_server.ep);
	for (i = 0; i < c->nfilter; i++)
		allow_port(&l, &c->filter[i].ep);
	return landlock_end(&l);
}

/* The largest file that one mail can make, and some. */
static rlim_t
file_limit(const struct config *c)
{
	int64_t	 max = c->max_size > c->max_reply ? c->max_size :
		    c->max_reply;

	return (rlim_t)max * 2 + (1 << 20);
}

int
cage_shut(const struct config *c)
{
	struct rlimit	 rl;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) {
		log_warn("no_new_privs");
		return -1;
	}
	if (c->max_size != 0) {
		rl.rlim_cur = rl.rlim_max = file_limit(c);
		(void)setrlimit(RLIMIT_FSIZE, &rl);
	}
	/* 0 to 2, client, backend, filters, spools: less than this. */
	rl.rlim_cur = rl.rlim_max = 64;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
	if (shut(c) == -1) {
		log_warn("landlock");
		return -1;
	}
	/* A program that does not end by itself is ended. */
	if (syscalls_deny(c->child != NULL ? SYSCALLS_SIGNAL : 0) == -1) {
		log_warn("seccomp");
		return -1;
	}
	return 0;
}
