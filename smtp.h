/* smtp.h - SMTP grammar of commands, paths and parameters; see smtp.c. */
#ifndef SMTP_H
#define SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum verb {
	VERB_HELO, VERB_EHLO, VERB_MAIL, VERB_RCPT, VERB_DATA, VERB_BDAT,
	VERB_RSET, VERB_NOOP, VERB_VRFY, VERB_EXPN, VERB_HELP, VERB_QUIT,
	VERB_AUTH, VERB_STARTTLS, VERB_XCLIENT, VERB_KNOWN, VERB_FOREIGN,
	VERB_UNKNOWN
};

struct command {
	enum verb	 verb;
	const char	*line;		/* whole, NUL-terminated, no line end */
	const char	*arg;		/* behind the verb and blanks, or "" */
	bool		 bare;		/* the line ended with LF alone */
};

/* The verb of n octets. */
enum verb smtp_verb(const char *, size_t n);

enum cmd_error { CMD_OK, CMD_EMPTY, CMD_CONTROL, CMD_BARE_LF };

/*
 * Splits a line, line end included, in place; the command points into it.
 * VERB_KNOWN is a verb of SMTP that the gate does not serve, VERB_FOREIGN one
 * of another protocol (HTTP, TLS).
 */
enum cmd_error smtp_parse_command(struct buf *line, struct command *);

#define SMTP_MAXPARAM	24

struct param {
	const char	*key;		/* NUL-terminated */
	const char	*value;		/* NULL without "=" */
	const char	*text;		/* "KEY=value" as the client wrote it */
};

struct path {
	char		 addr[1024];	/* without brackets, route included */
	bool		 null;		/* <> */
	bool		 utf8;		/* octets above 127, also in param */
	struct param	 param[SMTP_MAXPARAM];
	size_t		 nparam;
	char		 mem[4096];	/* what the parameters point into */
};

enum path_error { PATH_OK, PATH_SYNTAX, PATH_PARAM, PATH_TWICE };

/*
 * Parses "FROM:<path> parameters" (word is "FROM" or "TO"), as lenient as
 * RFC 5321 4.1.2 and real clients need: blanks behind the colon, a path
 * without brackets, quoted local parts, literals, source routes.
 */
enum path_error smtp_parse_path(const char *arg, const char *word,
	    struct path *);
/* The same for an address that a filter sent, with or without brackets. */
enum path_error smtp_parse_addr(const char *, struct path *);
/* Splits ESMTP parameters at blanks into path's list. */
enum path_error smtp_parse_params(const char *, struct path *);
/* The parameter of this name or NULL. */
const struct param *smtp_param(const struct path *, const char *key);
/* Takes that parameter out; none if it is NULL. */
void	 smtp_forget_param(struct path *, const struct param *);
/* True for a domain, an address literal, or what clients say instead. */
bool	 smtp_valid_helo(const char *);
/* True for LDH labels (and '_'), as long as RFC 1035 allows. */
bool	 smtp_valid_hostname(const char *);

#endif
