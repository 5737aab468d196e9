/* record.h - the lines of the log that are about mail; see record.c. */
#ifndef RECORD_H
#define RECORD_H

#include "session.h"

/* The session has ended. */
void	 record_session(struct session *);
/* The transaction has ended, with a result. */
void	 record_mail(struct session *);
/* A client (addr NULL), sender or recipient was refused: reply says how. */
void	 record_refused(struct session *, const char *stage, const char *by,
	    const char *addr);
/* LMTP: what the backend said of one of several recipients. */
void	 record_recipient(struct session *, const char *addr, struct reply *);
/* A filter asked for quarantine. */
void	 record_quarantine(struct session *);

#endif
