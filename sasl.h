/* sasl.h - SASL mechanisms that may cross, and who logs in; see sasl.c. */
#ifndef SASL_H
#define SASL_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#define SASL_LINE_MAX	12288	/* octets of a line, RFC 4954 4 */
#define SASL_USER_MAX	255

struct sasl_mech {
	const char	*name;		/* as it is spelled in macros and log */
	bool		 plain;		/* a secret crosses as it is */
	unsigned int	 step;		/* the response that has the name */
	/* Takes it out of n octets of that response; false without. */
	bool		(*name_of)(const char *, size_t n, char *user);
};

/* The mechanism of this name (n octets, any case), NULL: must not cross. */
const struct sasl_mech *sasl_find(const char *name, size_t n);
/*
 * The words behind AUTH or AUTH= of an EHLO line, less those that must not
 * cross, and with clear false less those that show a secret, are appended to
 * out, blanks between.  The number of them.
 */
size_t	 sasl_filter(const char *line, bool clear, struct buf *out);
/* True when the words of an EHLO line have this mechanism. */
bool	 sasl_listed(const char *line, const struct sasl_mech *);
/*
 * The user that a client's response number step, n octets of base64 or "=",
 * names.  user gets it, or "" when this is not the response that does, or
 * when it cannot be understood.
 */
void	 sasl_user(const struct sasl_mech *, unsigned int step,
	    const char *response, size_t n, char user[SASL_USER_MAX + 1]);

#endif
