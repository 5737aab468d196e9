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
 *               the configured backends and filters, no exec
 *
 * All platform "#if" are here.  A kernel without Landlock, or with an old one,
 * gives less and is no error.  Not done: a filter of system calls; a list that
 * survives libc and kernel updates is long, and what Landlock leaves open is
 * little.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cage.h"
#include "log.h"

#if defined(__linux__) && __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#define HAVE_LANDLOCK	1
#endif

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

#ifdef HAVE_LANDLOCK

/* Bits and structures of later kernels than the headers may know. */
#define FS_EXECUTE		(1ULL << 0)
#define FS_WRITE_FILE		(1ULL << 1)
#define FS_READ_FILE		(1ULL << 2)
#define FS_READ_DIR		(1ULL << 3)
#define FS_REMOVE_FILE		(1ULL << 5)
#define FS_MAKE_REG		(1ULL << 8)
#define FS_ABI1			((1ULL << 13) - 1)
#define FS_REFER		(1ULL << 13)	/* ABI 2 */
#define FS_TRUNCATE		(1ULL << 14)	/* ABI 3 */
#define NET_BIND_TCP		(1ULL << 0)	/* ABI 4 */
#define NET_CONNECT_TCP		(1ULL << 1)
#define FS_IOCTL_DEV		(1ULL << 15)	/* ABI 5 */
#define SCOPE_ABSTRACT		(1ULL << 0)	/* ABI 6 */
#define SCOPE_SIGNAL		(1ULL << 1)
#define RULE_PATH		1
#define RULE_NET_PORT		2

struct ruleset_attr {
	uint64_t	 fs;
	uint64_t	 net;
	uint64_t	 scoped;
};

struct path_attr {
	uint64_t	 allowed;
	int32_t		 fd;
} __attribute__((packed));

struct port_attr {
	uint64_t	 allowed;
	uint64_t	 port;
};

static void
allow_path(int ruleset, const char *path, uint64_t allowed)
{
	struct path_attr	 pa = { allowed, open(path, O_PATH |
				    O_CLOEXEC) };

	if (pa.fd == -1)
		return;		/* found out, and logged, when it is used */
	(void)syscall(SYS_landlock_add_rule, ruleset, RULE_PATH, &pa, 0);
	close(pa.fd);
}

static void
allow_port(int ruleset, const struct endpoint *ep)
{
	struct port_attr	 pa = { NET_CONNECT_TCP, ep->port };

	if (ep->family != AF_UNIX)
		(void)syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT,
		    &pa, 0);
}

static int
landlock(const struct config *c)
{
	struct ruleset_attr	 ra;
	uint64_t		 allowed;
	size_t			 i;
	long			 abi;
	int			 ruleset;
	int			 r;

	abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1)
		return 0;	/* not in this kernel, or switched off */
	/* ABI 1 forbids every rename from one directory to another. */
	if (abi == 1 && c->quarantine == QUARANTINE_MAILDIR)
		return 0;
	memset(&ra, 0, sizeof(ra));
	ra.fs = FS_ABI1 | (abi >= 2 ? FS_REFER : 0) |
	    (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEV : 0);
	ra.net = abi >= 4 ? NET_BIND_TCP | NET_CONNECT_TCP : 0;
	ra.scoped = abi >= 6 ? SCOPE_ABSTRACT : 0;
	/* A backend program is outside, and must be ended. */
	if (abi >= 6 && c->child == NULL)
		ra.scoped |= SCOPE_SIGNAL;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &ra,
	    abi >= 6 ? sizeof(ra) : abi >= 4 ? 16 : 8, 0);
	if (ruleset == -1)
		return -1;
	allowed = FS_WRITE_FILE | FS_READ_FILE | FS_MAKE_REG | FS_REMOVE_FILE |
	    (abi >= 3 ? FS_TRUNCATE : 0);
	allow_path(ruleset, c->spool_dir, allowed);
	/* From tmp/ to new/, and to sync new/. */
	if (c->quarantine == QUARANTINE_MAILDIR)
		allow_path(ruleset, c->maildir, allowed | FS_READ_DIR |
		    FS_REFER);
	for (i = 0; abi >= 4 && i < c->nserver; i++)
		allow_port(ruleset, &c->server[i].ep);
	for (i = 0; abi >= 4 && i < c->nfilter; i++)
		allow_port(ruleset, &c->filter[i].ep);
	r = (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
	return r;
}

#else

static int
landlock(const struct config *c)
{
	(void)c;
	return 0;
}

#endif

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
	if (landlock(c) == -1) {
		log_warn("landlock");
		return -1;
	}
	return 0;
}
