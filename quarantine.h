/* quarantine.h - mail that a filter wants kept aside; see quarantine.c. */
#ifndef QUARANTINE_H
#define QUARANTINE_H

#include "session.h"

/*
 * Stores the mail of the transaction in the configured Maildir, with its
 * envelope, the filter and the reason in the header, synced to disk.  0, or -1
 * with the cause logged and nothing left behind.
 */
int	 quarantine_store(struct session *);

#endif
