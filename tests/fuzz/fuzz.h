/*
 * fuzz.h - what the fuzz entries share
 *
 * An entry is built with clang's libFuzzer, or with driver.c, which runs the
 * corpus and seeded mutations of it where libFuzzer is not at hand.  Inputs are
 * text-like on purpose: a corpus file can be read, and written by hand.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <sys/socket.h>

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "peer.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What must always hold; descriptor 2 may be away, so it goes to 1. */
static inline void
fuzz_check(bool holds, const char *what)
{
	if (holds)
		return;
	(void)dprintf(STDOUT_FILENO, "# does not hold: %s\n", what);
	abort();
}

/* Commands, replies and addresses: no octet that ends a line or a string. */
static inline bool
fuzz_clean(const char *s, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	return true;
}

/* Text: CR and LF in pairs alone, no NUL, and a line end at the end. */
static inline bool
fuzz_canonical(const char *s, size_t n)
{
	size_t	 i;

	for (i = 0; i < n; i++)
		if (s[i] == '\0' ||
		    (s[i] == '\r' && (i + 1 == n || s[i + 1] != '\n')) ||
		    (s[i] == '\n' && (i == 0 || s[i - 1] != '\r')))
			return false;
	return n == 0 || s[n - 1] == '\n';
}

static inline bool
fuzz_same(const struct buf *a, const struct buf *b)
{
	return buf_len(a) == buf_len(b) && (buf_len(a) == 0 ||
	    memcmp(buf_ptr(a), buf_ptr(b), buf_len(a)) == 0);
}

/* An address and its family, if there is one, as the gate keeps them. */
static inline void
fuzz_side(const struct side *s)
{
	unsigned char	 a[16];
	char		 text[INET6_ADDRSTRLEN];

	if (s->addr[0] == '\0')
		return;
	fuzz_check(s->family == AF_INET || s->family == AF_INET6, "family");
	fuzz_check(inet_pton(s->family, s->addr, a) == 1, "address is one");
	fuzz_check(inet_ntop(s->family, a, text, sizeof(text)) != NULL &&
	    strcmp(text, s->addr) == 0, "address is in its one form");
	fuzz_check(strncmp(s->addr, "::ffff:", 7) != 0 ||
	    strchr(s->addr, '.') == NULL, "IPv4 is IPv4");
}

/*
 * The next line of the input, without its LF, as a string that the caller
 * frees; "\n", "\r", "\t" and "\\" in it are taken as in C.  NULL at the end.
 */
static inline char *
fuzz_line(const uint8_t **p, size_t *left)
{
	const uint8_t	*lf;
	char		*s;
	size_t		 n;
	size_t		 i;
	size_t		 k = 0;

	if (*left == 0)
		return NULL;
	lf = memchr(*p, '\n', *left);
	n = lf != NULL ? (size_t)(lf - *p) : *left;
	if ((s = malloc(n + 1)) == NULL)
		abort();
	for (i = 0; i < n; i++) {
		s[k] = (char)(*p)[i];
		if (s[k] == '\\' && i + 1 < n &&
		    strchr("nrt\\", (*p)[i + 1]) != NULL &&
		    (*p)[i + 1] != '\0') {
			i++;
			s[k] = (*p)[i] == 'n' ? '\n' : (*p)[i] == 'r' ? '\r' :
			    (*p)[i] == 't' ? '\t' : '\\';
		}
		if (s[k] == '\0')
			s[k] = ' ';
		k++;
	}
	s[k] = '\0';
	n += lf != NULL;
	*p += n;
	*left -= n;
	return s;
}

/* A small generator, seeded by the input: a crash can be repeated. */
static inline unsigned int
fuzz_random(uint64_t *seed, unsigned int n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(*seed >> 33) % n;
}

#endif
