/* cage.h - confinement of the process; see cage.c. */
#ifndef CAGE_H
#define CAGE_H

#include <stdbool.h>

#include "config.h"

/*
 * Before anything else: no core, not dumpable, not root.  child says that a
 * program is to be started which may need its set-uid bit.  Returns NULL, or a
 * text for the log that says what to change.
 */
const char *cage_early(bool child);
/* All peers are connected: give up what is not needed any more; 0 or -1. */
int	 cage_shut(const struct config *);

#endif
