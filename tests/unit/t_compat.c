/*
 * compat: what the gate takes from libbsd, or on musl from compat.c
 *
 * If the two differ, one of the gates takes a limit of its configuration for
 * another number, or draws one server more often than it should.  In make check
 * this asks libbsd, in make check-musl our own.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static void
numbers(void)
{
	static const struct {
		const char	*text;
		long long	 min;
		long long	 max;
		long long	 n;
		const char	*why;
	} t[] = {
		{ "0", 0, 0, 0, NULL },
		{ "25", 1, 65535, 25, NULL },
		{ "65536", 1, 65535, 0, "too large" },
		{ "0", 1, 65535, 0, "too small" },
		{ "-9", -9, 9, -9, NULL },
		{ "-10", -9, 9, 0, "too small" },
		{ "9223372036854775807", 0, LLONG_MAX, LLONG_MAX, NULL },
		{ "9223372036854775808", 0, LLONG_MAX, 0, "too large" },
		{ "-9223372036854775808", LLONG_MIN, 0, LLONG_MIN, NULL },
		{ "-9223372036854775809", LLONG_MIN, 0, 0, "too small" },
		{ "99999999999999999999", 0, 9, 0, "too large" },
		{ "", 0, 9, 0, "invalid" },
		{ "x", 0, 9, 0, "invalid" },
		{ "1x", 0, 9, 0, "invalid" },
		{ "1 ", 0, 9, 0, "invalid" },
	};
	const char	*why;
	long long	 n;
	size_t		 i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		why = "not set";
		n = strtonum(t[i].text, t[i].min, t[i].max, &why);
		is_int(n, t[i].n, "\"%s\"", t[i].text);
		is_str(why, t[i].why, "  why");
	}
}

/* All of a range, and nothing else. */
static void
draws(void)
{
	unsigned int	 seen[3] = { 0, 0, 0 };
	uint32_t	 most = 0;
	uint32_t	 n;
	bool		 outside = false;
	int		 i;

	is_int(arc4random_uniform(0), 0, "of none");
	is_int(arc4random_uniform(1), 0, "of one");
	for (i = 0; i < 3000; i++) {
		if ((n = arc4random_uniform(3)) < 3)
			seen[n]++;
		else
			outside = true;
		if ((n = arc4random_uniform(UINT32_MAX)) > most)
			most = n;
	}
	ok(!outside, "none outside");
	/* Six hundred of 3000 is fifteen standard deviations off. */
	ok(seen[0] > 600 && seen[1] > 600 && seen[2] > 600,
	    "each of three: %u %u %u", seen[0], seen[1], seen[2]);
	ok(most > UINT32_MAX / 2, "a large one: %lu", (unsigned long)most);
}

static void
memory(void)
{
	char	*p = recallocarray(NULL, 0, 2, 2);

	is_mem(p, 4, "\0\0\0\0", 4, "new memory is zero");
	memcpy(p, "abcd", 4);
	p = recallocarray(p, 2, 4, 2);
	is_mem(p, 8, "abcd\0\0\0\0", 8, "what was there, and zeros");
	p = recallocarray(p, 4, 1, 2);
	is_mem(p, 2, "ab", 2, "less of it");
	ok(recallocarray(p, 1, SIZE_MAX / 2 + 1, 2) == NULL, "too much");
	is_mem(p, 2, "ab", 2, "leaves what there is");
	freezero(p, 2);
	freezero(NULL, 9);
}

/* What is given back may come again, and must not tell. */
static void
again(void)
{
	static const char	 zeros[512];
	char			*p[40];
	bool			 clean = true;
	int			 round;
	int			 i;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 40; i++) {
			p[i] = recallocarray(NULL, 0, 512, 1);
			clean &= memcmp(p[i], zeros, 512) == 0;
			memset(p[i], 'x', 512);
		}
		for (i = 0; i < 40; i++) {
			p[i] = recallocarray(p[i], 512, 16384, 1);
			clean &= p[i][511] == 'x' && memcmp(p[i] + 512, zeros,
			    512) == 0;
			memset(p[i], 'y', 16384);
		}
		for (i = 0; i < 40; i++)
			freezero(p[i], 16384);
	}
	ok(clean, "memory that comes again is zero");
}

static void
descriptors(void)
{
	int	 low = open("/dev/null", O_RDONLY);
	int	 at = fcntl(low, F_DUPFD, 100);
	int	 high = fcntl(low, F_DUPFD, 900);

	closefrom(at);
	ok(fcntl(low, F_GETFD) != -1, "below stays");
	ok(fcntl(at, F_GETFD) == -1 && fcntl(high, F_GETFD) == -1,
	    "the rest is closed");
	close(low);
}

int
main(void)
{
	numbers();
	draws();
	memory();
	again();
	descriptors();
	return tap_end();
}
