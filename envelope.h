/* envelope.h - sender and recipients of one mail; see envelope.c. */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "smtp.h"

enum rcpt_state {
	RCPT_HELD,	/* the backend has accepted it */
	RCPT_EXTRA,	/* the backend has it, but it is not wanted any more */
	RCPT_NEW	/* wanted, the backend does not know */
};

struct rcpt {
	char		*addr;		/* without brackets */
	char		*params;	/* " KEY=value ...", or "" */
	enum rcpt_state	 state;
};

struct envelope {
	char		*from;		/* without brackets; "" is null */
	char		*params;	/* of MAIL, without SIZE */
	bool		 utf8;		/* the client gave SMTPUTF8 */
	bool		 changed;	/* the backend has another sender */
	bool		 any;		/* a sender was set */
	struct rcpt	*rcpt;
	size_t		 n;
	size_t		 cap;
};

void	 env_init(struct envelope *);
void	 env_free(struct envelope *);
/* The sender as the client gave it; SIZE is left out of the parameters. */
void	 env_set_from(struct envelope *, const struct path *);
void	 env_add(struct envelope *, const struct path *, enum rcpt_state);
/* Recipients that the mail is for. */
size_t	 env_wanted(const struct envelope *);
/* True when the backend's transaction cannot be made to fit without RSET. */
bool	 env_needs_reset(const struct envelope *);
/* The backend's transaction is gone: all that is wanted is new. */
void	 env_forget(struct envelope *);
/*
 * Edits of a filter, by the rules of Sendmail.  Addresses come with or
 * without brackets; arguments are kept as far as ext offers them.  Return -1
 * when the address is none or needs SMTPUTF8 that the client did not give.
 */
int	 env_edit_from(struct envelope *, const char *addr, const char *args,
	    unsigned int ext);
int	 env_edit_add(struct envelope *, const char *addr, const char *args,
	    unsigned int ext);
void	 env_edit_del(struct envelope *, const char *addr);

#endif
