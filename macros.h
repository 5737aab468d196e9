/* macros.h - the macros that filters are sent; see macros.c. */
#ifndef MACROS_H
#define MACROS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#define MACROS_MAX	48
#define MACRO_VALUE_MAX	1024

struct macros {
	struct {
		char	 name[24];	/* "i" or "{daemon_name}" */
		char	*value;
	} m[MACROS_MAX];
	size_t	 n;
};

void	 macros_init(struct macros *);
void	 macros_free(struct macros *);
/*
 * Sets a macro, in canonical form of its name.  NULL or "" removes it: an
 * empty macro is never sent, since its mere presence grants trust with some
 * filters.  Control bytes are dropped, long values cut.
 */
void	 macro_set(struct macros *, const char *name, const char *value);
/* The value or NULL; both forms of a name are understood. */
const char *macro_get(const struct macros *, const char *name, size_t len);

/*
 * Appends name NUL value NUL for each macro of a list, names by blanks or
 * commas, that has a value.  with_id adds the queue ID, unless the list is
 * empty: some filters forget it when a stage does not bring it.
 */
void	 macros_put(const struct macros *, const char *list, bool with_id,
	    struct buf *);

#endif
