/*
 * tap.h - tests that print the Test Anything Protocol
 *
 * A test program calls ok, is_int, is_str or is_mem for each thing it checks,
 * with a name in printf's form, and ends with "return tap_end();", which prints
 * the plan: a program that dies on its way is a failure to whoever reads it.
 * What was got and what was wanted goes out as "# " lines, octets that cannot
 * be read as \xHH.  Each check returns whether it passed.
 */
#ifndef TAP_H
#define TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned int	 tap_tests;
static unsigned int	 tap_failed;

static inline bool	 tap_vok(bool, const char *, va_list)
			    __attribute__((format(printf, 2, 0)));
static inline bool	 ok(bool, const char *, ...)
			    __attribute__((format(printf, 2, 3)));
static inline bool	 is_int(int64_t, int64_t, const char *, ...)
			    __attribute__((format(printf, 3, 4)));
static inline bool	 is_mem(const void *, size_t, const void *, size_t,
			    const char *, ...)
			    __attribute__((format(printf, 5, 6)));
static inline bool	 is_str(const char *, const char *, const char *, ...)
			    __attribute__((format(printf, 3, 4)));

static inline bool
tap_vok(bool pass, const char *fmt, va_list ap)
{
	printf("%sok %u - ", pass ? "" : "not ", ++tap_tests);
	vprintf(fmt, ap);
	putchar('\n');
	(void)fflush(stdout);		/* also before a fork or a crash */
	tap_failed += !pass;
	return pass;
}

/* One "# what: ..." line. */
static inline void
tap_show(const char *what, const void *p, size_t n)
{
	const unsigned char	*s = p;
	size_t			 i;

	printf("# %s %zu \"", what, n);
	for (i = 0; i < n && i < 2000; i++) {
		if (s[i] == '\n' || s[i] == '\r' || s[i] == '\t')
			printf("\\%c", s[i] == '\n' ? 'n' :
			    s[i] == '\r' ? 'r' : 't');
		else if (s[i] < ' ' || s[i] > '~' || s[i] == '\\')
			printf("\\x%02x", s[i]);
		else
			putchar(s[i]);
	}
	puts(i < n ? "\"..." : "\"");
}

static inline bool
ok(bool pass, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	(void)tap_vok(pass, fmt, ap);
	va_end(ap);
	return pass;
}

static inline bool
is_int(int64_t got, int64_t want, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	(void)tap_vok(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		printf("# got %" PRId64 ", want %" PRId64 "\n", got, want);
	return got == want;
}

static inline bool
is_mem(const void *got, size_t n, const void *want, size_t m,
    const char *fmt, ...)
{
	bool	 pass = n == m && (n == 0 || memcmp(got, want, n) == 0);
	va_list	 ap;

	va_start(ap, fmt);
	(void)tap_vok(pass, fmt, ap);
	va_end(ap);
	if (!pass) {
		tap_show("got", got, n);
		tap_show("want", want, m);
	}
	return pass;
}

/* NULL is a value of its own. */
static inline bool
is_str(const char *got, const char *want, const char *fmt, ...)
{
	bool	 pass = got == NULL || want == NULL ? got == want :
		    strcmp(got, want) == 0;
	va_list	 ap;

	va_start(ap, fmt);
	(void)tap_vok(pass, fmt, ap);
	va_end(ap);
	if (!pass) {
		tap_show("got", got != NULL ? got : "NULL",
		    strlen(got != NULL ? got : "NULL"));
		tap_show("want", want != NULL ? want : "NULL",
		    strlen(want != NULL ? want : "NULL"));
	}
	return pass;
}

/* Prints the plan; the exit status of main. */
static inline int
tap_end(void)
{
	printf("1..%u\n", tap_tests);
	return tap_failed != 0 || fflush(stdout) != 0;
}

#endif
