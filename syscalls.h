/* syscalls.h - system calls that are given up for good; see syscalls.c. */
#ifndef SYSCALLS_H
#define SYSCALLS_H

/* What may still be done: signals to other processes, and new ones. */
#define SYSCALLS_SIGNAL	0x1u
#define SYSCALLS_FORK	0x2u

/*
 * From here on these calls fail with EPERM, but for what is allowed.  0, also
 * where the kernel has no such filter; -1 with errno.  Wants no_new_privs.
 */
int	 syscalls_deny(unsigned int allowed);

#endif
