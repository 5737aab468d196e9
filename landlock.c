/*
 * landlock - confinement by the kernel
 *
 * A process gives up everything but what a few rules allow, in microseconds,
 * and with it all its later children.  All platform "#if" are here.  A kernel
 * without Landlock, or with an old one, gives less and is no error.
 *
 * What Landlock does not know stays possible: UDP, and connections to unix
 * sockets by path.
 */
#include <sys/syscall.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "landlock.h"

#ifdef SYS_landlock_create_ruleset

/* Bits and structures, of later kernels than the system's headers may know. */
#define RULESET_VERSION		(1U << 0)
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

#define SPOOL	(FS_WRITE_FILE | FS_READ_FILE | FS_MAKE_REG | \
		    FS_REMOVE_FILE | FS_TRUNCATE)

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

static const uint64_t	 rights[] = {
	[LANDLOCK_READ] = FS_READ_FILE | FS_READ_DIR,
	[LANDLOCK_READ_FILE] = FS_READ_FILE,
	[LANDLOCK_SPOOL] = SPOOL,
	/* From tmp/ to new/, and to sync new/. */
	[LANDLOCK_MAILDIR] = SPOOL | FS_READ_DIR | FS_REFER,
};

/* All that a kernel of this ABI can refuse in files. */
static uint64_t
fs_known(int abi)
{
	return FS_ABI1 | (abi >= 2 ? FS_REFER : 0) |
	    (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEV : 0);
}

int
landlock_abi(void)
{
	long	 abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
		    RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

int
landlock_begin(struct landlock *l, unsigned int outside)
{
	struct ruleset_attr	 ra;
	size_t			 size;

	l->rules = -1;
	if ((l->abi = landlock_abi()) == 0)
		return 0;
	memset(&ra, 0, sizeof(ra));
	ra.fs = fs_known(l->abi);
	ra.net = l->abi >= 4 ? NET_BIND_TCP | NET_CONNECT_TCP : 0;
	if (l->abi >= 6 && !(outside & LANDLOCK_ABSTRACT))
		ra.scoped |= SCOPE_ABSTRACT;
	if (l->abi >= 6 && !(outside & LANDLOCK_SIGNALS))
		ra.scoped |= SCOPE_SIGNAL;
	size = l->abi >= 6 ? sizeof(ra) : l->abi >= 4 ? 16 : 8;
	l->rules = (int)syscall(SYS_landlock_create_ruleset, &ra, size, 0);
	return l->rules == -1 ? -1 : 0;
}

void
landlock_path(struct landlock *l, const char *path, enum landlock_right right)
{
	struct path_attr	 pa = { rights[right] & fs_known(l->abi), -1 };

	if (l->rules == -1 || (pa.fd = open(path, O_PATH | O_CLOEXEC)) == -1)
		return;
	(void)syscall(SYS_landlock_add_rule, l->rules, RULE_PATH, &pa, 0);
	close(pa.fd);
}

void
landlock_port(struct landlock *l, uint16_t port)
{
	struct port_attr	 pa = { NET_CONNECT_TCP, port };

	if (l->rules != -1 && l->abi >= 4)
		(void)syscall(SYS_landlock_add_rule, l->rules, RULE_NET_PORT,
		    &pa, 0);
}

int
landlock_end(struct landlock *l)
{
	int	 r;

	if (l->rules == -1)
		return 0;
	r = (int)syscall(SYS_landlock_restrict_self, l->rules, 0);
	close(l->rules);
	return r;
}

#else

int
landlock_abi(void)
{
	return 0;
}

int
landlock_begin(struct landlock *l, unsigned int outside)
{
	(void)outside;
	l->rules = -1;
	l->abi = 0;
	return 0;
}

void
landlock_path(struct landlock *l, const char *path, enum landlock_right right)
{
	(void)l;
	(void)path;
	(void)right;
}

void
landlock_port(struct landlock *l, uint16_t port)
{
	(void)l;
	(void)port;
}

int
landlock_end(struct landlock *l)
{
	(void)l;
	return 0;
}

#endif
