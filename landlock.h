/* landlock.h - confinement by the kernel; see landlock.c. */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <stdint.h>

struct landlock {
	int	 rules;		/* descriptor, -1: the kernel has none */
	int	 abi;
};

/* What may be done below a path. */
enum landlock_right {
	LANDLOCK_READ,		/* read files and directories */
	LANDLOCK_READ_FILE,	/* the path is a file */
	LANDLOCK_SPOOL,		/* make, read, write and remove files */
	LANDLOCK_MAILDIR	/* the same, and rename between directories */
};

/* What of the world outside stays in reach, or'ed. */
#define LANDLOCK_SIGNALS	0x1u	/* signals to processes */
#define LANDLOCK_ABSTRACT	0x2u	/* unix sockets without a file */

/* What the kernel knows of Landlock; 0 for nothing. */
int	 landlock_abi(void);
/*
 * Begins a set of rules.  What none of them allows is refused in the end:
 * files, TCP, and the two above unless outside has them.  0, also where the
 * kernel has nothing to confine with; -1 with errno.
 */
int	 landlock_begin(struct landlock *, unsigned int outside);
/* A path that is not there is left out: found out when it is used. */
void	 landlock_path(struct landlock *, const char *, enum landlock_right);
/* TCP connections to this port. */
void	 landlock_port(struct landlock *, uint16_t);
/* Puts the rules in force, for good; 0, or -1 with errno. */
int	 landlock_end(struct landlock *);

#endif
