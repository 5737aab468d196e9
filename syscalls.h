/* syscalls.h - system calls that are given up for good; see syscalls.c. */
#ifndef SYSCALLS_H
#define SYSCALLS_H

#include <stdbool.h>

/*
 * From here on these calls fail with EPERM.  signals: other processes may
 * still be sent some.  0, also where the kernel has no such filter; -1 with
 * errno.  Wants no_new_privs.
 */
int	 syscalls_deny(bool signals);

#endif
