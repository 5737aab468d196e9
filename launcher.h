/* launcher.h - configuration of whatever starts the gate; launcher.c. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdio.h>

#include "config.h"

/*
 * Prints it for "systemd", "xinetd" or "tcpserver"; -1 for other names.  file
 * is the configuration file, NULL for the default.
 */
int	 launcher_print(const struct config *, const char *name,
	    const char *file, FILE *);

#endif
