/* mail.h - the mail transaction; see mail.c, data.c, bdat.c, deliver.c. */
#ifndef MAIL_H
#define MAIL_H

#include "identity.h"
#include "session.h"

/* Commands of the transaction; each leaves its answer with the client. */
void	 mail_from(struct session *, const struct command *);
void	 mail_rcpt(struct session *, const struct command *);
void	 mail_data(struct session *, const struct command *);
void	 mail_bdat(struct session *, const struct command *);
/*
 * Reads the octets behind a BDAT, whether there is a mail that they belong to
 * or not.  False when the session is over.
 */
bool	 bdat_read(struct session *, const struct command *);
/* A BDAT that cannot be read: nobody knows where the next command is. */
void	 bdat_lost(struct session *);
void	 mail_rset(struct session *, const struct command *);
/* Recipients that one mail may have, for LIMITS. */
int64_t	 mail_most(const struct session *);
/* The date and time of now (RFC 5322), for macro b. */
void	 mail_date(struct buf *);
/*
 * The transaction is over, for whatever reason: filters are told, the
 * backend's is reset, the held mail released, the log line written.
 */
void	 txn_end(struct session *);

/* Between mail.c, data.c, bdat.c and deliver.c: */
/* What became of the mail, by whom and when, for its log line. */
void	 txn_result(struct session *, const char *result, const char *by,
	    const char *stage);
/*
 * What a verdict of the filters on a command means.  True when the command
 * stands; otherwise the client was told.  addr is for the log, or NULL.
 */
bool	 txn_stands(struct session *, enum verdict, const char *stage,
	    const char *addr);
/*
 * Makes the backend's transaction fit the envelope: nothing, more RCPTs, or
 * RSET and all again; a lost backend is dialled again once.  IO_OK; IO_ERROR
 * with the client's answer in reply; IO_GONE, IO_STOP.
 */
enum io	 txn_sync(struct session *);
/* True when nobody waits for the answer to this mail any more. */
bool	 txn_left(const struct session *);
/*
 * The content is complete: checks, the filters' last word, the delivery; the
 * client is told.
 */
void	 txn_finish(struct session *);
/* The result of a mail that this reply refuses. */
const char *txn_refusal(const struct reply *);
/*
 * Hands the mail over, from txn_sync to the backend's last word, which is
 * left in reply.
 */
void	 txn_deliver(struct session *);
/* What the backend may be told of client and mail; the session's strings. */
void	 txn_told(struct session *, struct told *);
/* Resets the backend's transaction, if one is open. */
void	 txn_release(struct session *);

#endif
