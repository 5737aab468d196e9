/* ext.h - SMTP extensions, and what of them crosses the gate; see ext.c. */
#ifndef EXT_H
#define EXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "smtp.h"

/* As a set. */
#define EXT_8BITMIME	0x0001u
#define EXT_SMTPUTF8	0x0002u
#define EXT_DSN		0x0004u
#define EXT_ENHANCED	0x0008u
#define EXT_MTPRIORITY	0x0010u
#define EXT_DELIVERBY	0x0020u
#define EXT_NOSOLICIT	0x0040u
#define EXT_RRVS	0x0080u
#define EXT_MTRK	0x0100u
#define EXT_AUTH	0x0200u	/* less some mechanisms, see auth.c */
#define EXT_FUTURE	0x0400u
#define EXT_REQUIRETLS	0x0800u
#define EXT_CROSS	0x0fffu	/* offered when the backend offers them */
#define EXT_PIPELINING	0x1000u	/* own on each side */
#define EXT_SIZE	0x2000u	/* merged */
#define EXT_LIMITS	0x4000u	/* merged */
#define EXT_XCLIENT	0x8000u	/* used by the gate alone */
#define EXT_STARTTLS	0x10000u	/* likewise */
#define EXT_USERS	EXT_FUTURE	/* only for who has authenticated */
#define EXT_SECURE	EXT_REQUIRETLS	/* only with TLS, on both sides */

/* The extension of an EHLO keyword line, 0 when the gate has no use for it. */
unsigned int ext_find(const char *line);
/* EHLO keyword of one extension bit. */
const char *ext_name(unsigned int bit);
/*
 * Appends the keyword of one extension with what the line has behind it,
 * parted by single blanks, if that extension has anything there.
 */
void	 ext_put(unsigned int bit, const char *line, struct buf *out);
/*
 * The first parameter that none of these extensions gives the verb (MAIL or
 * RCPT), or whose value is wrong (then *bad_value); NULL when all are fine.
 */
const struct param *ext_check_params(const struct path *, enum verb,
	    unsigned int ext, bool *bad_value);

/* RFC 9422; 0 is no limit. */
struct limits {
	uint32_t	 mailmax;	/* mails of a session */
	uint32_t	 rcptmax;	/* recipients of a mail */
	uint32_t	 rcptdomainmax;	/* domains among them */
};

/* Takes what a LIMITS line says; what is malformed or not known is left out. */
void	 ext_limits_parse(const char *line, struct limits *);
/* The stricter of the two, for each. */
void	 ext_limits_merge(struct limits *, const struct limits *);
/* Appends the LIMITS line; nothing if there are none. */
void	 ext_limits_put(const struct limits *, struct buf *out);

#endif
