/* configval.h - values of the configuration file; see configval.c. */
#ifndef CONFIGVAL_H
#define CONFIGVAL_H

#include "config.h"

/* Each returns NULL, or a text that says what was expected. */
const char *value_number(const char *, int64_t min, int64_t max, int64_t *);
/* "600", "10m", "1m30s": milliseconds, between min and max seconds. */
const char *value_time(const char *, int64_t min, int64_t max, int64_t *);
/* "1000000", "64K", "50M", "1G": octets. */
const char *value_size(const char *, int64_t min, int64_t max, int64_t *);
/* One of the words of a NULL-terminated list. */
const char *value_word(const char *, const char *const *words, int64_t *);
/* The text as it is; what was there goes. */
const char *value_copy(const char *, char **);
/* "host:port weight", "lmtp:unix:/path". */
const char *value_server(const char *, struct server_conf *);
/* "S=spec, F=flag, T=C:5s;S:10s;R:10s;E:1m" as in sendmail.cf. */
const char *value_filter(const char *, struct filter_conf *);
/* "enforce" or "monitor". */
const char *value_mode(const char *, struct filter_conf *);
/* "authenticated, relayclient, larger=10M, 192.0.2.0/24". */
const char *value_skip(const char *, struct filter_conf *);
/* "none", or "192.0.2.0/24, 2001:db8::/32"; what was there goes. */
const char *value_nets(const char *, struct nets *);
/* The digest of a public key, as the digits of SHA-256. */
#define PIN_EXPECTED "64 hexadecimal digits, the SHA-256 of the public key"
bool	 value_pin(const char *);
/* Times as value_time reads them, into a buffer. */
const char *time_text(int64_t ms, char *, size_t);

#endif
