/* keys.h - the settings that have one value, as a table; see keys.c. */
#ifndef KEYS_H
#define KEYS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config.h"

#define KEYS_MAX	128

enum { SEC_SERVER, SEC_BACKEND, SEC_FILTER, SEC_TLS, NSECTIONS };
enum type { T_NUMBER, T_TIME, T_SIZE, T_TEXT, T_PATH, T_WORD, T_NETS,
	T_QUARANTINE, T_SERVER, T_UNUSED };

struct key {
	int		 section;
	const char	*name;
	enum type	 type;
	size_t		 at;		/* offset in struct config */
	int64_t		 min;
	int64_t		 max;
	const char	*preset;
	const char *const *words;	/* of T_WORD */
};

extern const struct key keys[];
extern const size_t	nkeys;
/* In the order of enum identity. */
extern const char *const identity_words[];
/* In the order of enum tls_server. */
extern const char *const tls_words[];

/* Returns NULL, or what was expected. */
const char *key_set(struct config *, const struct key *, const char *value);
/* Every key that has a default gets it. */
void	 keys_preset(struct config *);
/* One line, as the file would have it; nothing for what has no value. */
void	 key_print(const struct config *, const struct key *, FILE *);

#endif
