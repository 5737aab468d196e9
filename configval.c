/*
 * configval - values of the configuration file
 *
 * Each function turns the text of one value into what the gate uses, or says
 * what it expected instead; config.c adds file and line.  Filters are written
 * as Sendmail's X lines are: only the first letter of a field counts, quotes
 * and a backslash protect commas, times have units s m h d w and are seconds
 * without.  Other than Sendmail, blanks before a comma do not count.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "configval.h"

#define MAX_SECS	1000000000	/* longer than any limit of ours */

static char	 expected[128];		/* for texts with numbers in them */

const char *
value_number(const char *s, int64_t min, int64_t max, int64_t *n)
{
	const char	*errstr;
	int64_t		 v = strtonum(s, min, max, &errstr);

	if (errstr == NULL) {
		*n = v;
		return NULL;
	}
	(void)snprintf(expected, sizeof(expected),
	    "a number from %lld to %lld", (long long)min, (long long)max);
	return expected;
}

/* Milliseconds of "1m30s", or -1. */
static int64_t
parse_time(const char *s)
{
	static const struct {
		char	 unit;
		int64_t	 secs;
	} units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
		{ 'w', 604800 },
	};
	int64_t	 total = 0;
	int64_t	 n;
	size_t	 i;

	if (*s == '\0')
		return -1;
	while (*s != '\0') {
		if (*s < '0' || *s > '9')
			return -1;
		for (n = 0; *s >= '0' && *s <= '9'; s++)
			if ((n = n * 10 + (*s - '0')) > MAX_SECS)
				return -1;
		if (*s == '\0')
			return (total + n) * 1000;
		for (i = 0; i < 5 && units[i].unit != *s; i++)
			continue;
		if (i == 5)
			return -1;
		total += n * units[i].secs;
		if (total > MAX_SECS)
			return -1;
		s++;
		s += strspn(s, " ");
	}
	return total * 1000;
}

const char *
value_time(const char *s, int64_t min, int64_t max, int64_t *ms)
{
	*ms = parse_time(s);
	if (*ms >= min * 1000 && *ms <= max * 1000)
		return NULL;
	(void)snprintf(expected, sizeof(expected),
	    "a time from %llds to %llds (units s m h d w)", (long long)min,
	    (long long)max);
	return expected;
}

const char *
value_size(const char *s, int64_t min, int64_t max, int64_t *n)
{
	static const char	 units[] = "kmg";
	const char		*u;
	char			*end;
	long long		 v;
	int			 shift = 0;

	errno = 0;
	v = strtoll(s, &end, 10);
	if (end != s && *end != '\0' && end[1] == '\0' &&
	    (u = strchr(units, *end | 0x20)) != NULL && *u != '\0') {
		shift = 10 * (int)(u - units + 1);
		end++;
	}
	if (end != s && *end == '\0' && errno == 0 && v >= 0 &&
	    v <= (max >> shift)) {
		if ((v << shift) >= min) {
			*n = (int64_t)v << shift;
			return NULL;
		}
	}
	(void)snprintf(expected, sizeof(expected),
	    "a size from %lld to %lld octets (units K M G)", (long long)min,
	    (long long)max);
	return expected;
}

const char *
value_word(const char *s, const char *const *words, int64_t *n)
{
	size_t	 i;

	for (i = 0; words[i] != NULL; i++)
		if (strcasecmp(s, words[i]) == 0) {
			*n = (int64_t)i;
			return NULL;
		}
	(void)strlcpy(expected, "one of:", sizeof(expected));
	for (i = 0; words[i] != NULL; i++) {
		(void)strlcat(expected, " ", sizeof(expected));
		(void)strlcat(expected, words[i], sizeof(expected));
	}
	return expected;
}

bool
value_pin(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdefABCDEF") == 64;
}

const char *
value_copy(const char *s, char **to)
{
	free(*to);
	*to = strdup(s);
	return *to == NULL ? "more memory" : NULL;
}

const char *
value_server(const char *s, struct server_conf *sc)
{
	size_t		 n = strcspn(s, " \t");
	const char	*why;
	int64_t		 weight = 1;
	char		*where;

	if ((where = strndup(s, n)) == NULL)
		return "more memory";
	s += n;
	s += strspn(s, " \t");
	sc->label = where;
	sc->lmtp = strncasecmp(where, "lmtp:", 5) == 0;
	if ((why = endpoint_parse(&sc->ep, where + (sc->lmtp ? 5 : 0))) != NULL)
		return why;
	if (sc->lmtp && sc->ep.port == 25)
		return "another port for LMTP, since 25 is SMTP's "
		    "(RFC 2033 5)";
	if (*s != '\0' && value_number(s, 0, 1000000, &weight) != NULL)
		return "a weight from 0 to 1000000 behind the server";
	sc->weight = (unsigned int)weight;
	return NULL;
}

/*
 * Takes one "F=value" off *s into field and value (quotes and blanks removed).
 * Returns the first letter of the field, 0 at the end, -1 when it is none.
 */
static int
take_field(const char **s, char *value, size_t size)
{
	const char	*p = *s + strspn(*s, ", \t");
	char		 quote = '\0';
	size_t		 n = 0;
	int		 letter = *p;

	if (letter == '\0')
		return 0;
	p += strcspn(p, "=,");
	if (*p != '=')
		return -1;
	p++;
	p += strspn(p, " \t");
	for (; *p != '\0' && (quote != '\0' || *p != ','); p++) {
		if (*p == '"') {
			quote = quote == '\0' ? *p : '\0';
			continue;
		}
		if (*p == '\\' && p[1] != '\0')
			p++;
		if (n + 1 >= size)
			return -1;
		value[n++] = *p;
	}
	while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t'))
		n--;
	value[n] = '\0';
	*s = p;
	return quote == '\0' ? letter : -1;
}

static const char *
filter_flags(const char *s, struct filter_conf *fc)
{
	/* Sendmail's precedence when several are given: T, 4, R. */
	if (s[strspn(s, "RT4 ")] != '\0')
		return "F= with T (temporary failure), R (refuse), "
		    "4 (close with 421) or nothing";
	if (strchr(s, 'T') != NULL)
		fc->fail = FAIL_TEMP;
	else if (strchr(s, '4') != NULL)
		fc->fail = FAIL_CLOSE;
	else if (strchr(s, 'R') != NULL)
		fc->fail = FAIL_REJECT;
	return NULL;
}

static const char *
filter_times(char *s, struct filter_conf *fc)
{
	static const char	 what[] =
	    "T= with C:, S:, R: or E: and times like 5s or 1m, separated by ;";
	char			*part;
	int64_t			 ms;

	while ((part = strsep(&s, ";")) != NULL) {
		part += strspn(part, " \t");
		if (*part == '\0')
			continue;
		if (part[1] != ':')
			return what;
		ms = parse_time(part + 2 + strspn(part + 2, " \t"));
		if (ms < 0 || ms > 3600000)
			return what;
		switch (*part) {
		case 'C':
			fc->connect_ms = ms;
			break;
		case 'S':
			fc->send_ms = ms;
			break;
		case 'R':
			fc->read_ms = ms;
			break;
		case 'E':
			fc->eom_ms = ms;
			break;
		default:
			return what;
		}
	}
	return NULL;
}

const char *
value_filter(const char *s, struct filter_conf *fc)
{
	const char	*why = NULL;
	char		 value[512];
	int		 letter;

	fc->connect_ms = 0;
	fc->send_ms = 10000;
	fc->read_ms = 10000;
	fc->eom_ms = 300000;
	if ((fc->spec = strdup(s)) == NULL)
		return "more memory";
	while (why == NULL &&
	    (letter = take_field(&s, value, sizeof(value))) != 0) {
		switch (letter) {
		case 'S':
			endpoint_free(&fc->ep);
			why = endpoint_parse_milter(&fc->ep, value);
			break;
		case 'F':
			why = filter_flags(value, fc);
			break;
		case 'T':
			why = filter_times(value, fc);
			break;
		default:
			why = "S=socket, F=flag, T=times, separated by commas";
			break;
		}
	}
	if (why == NULL && fc->ep.host == NULL)
		why = "S=, the socket of the filter";
	if (why == NULL && strpbrk(fc->ep.host, ",\\\"") != NULL)
		why = "a socket path without comma, backslash and quote";
	return why;
}

const char *
value_mode(const char *s, struct filter_conf *fc)
{
	static const char *const words[] = { "enforce", "monitor", NULL };
	const char	*why;
	int64_t		 n;

	if ((why = value_word(s, words, &n)) == NULL)
		fc->monitor = n == 1;
	return why;
}

static const char *
skip_word(const char *s, struct skip_conf *sk)
{
	if (strcasecmp(s, "authenticated") == 0)
		sk->authenticated = true;
	else if (strcasecmp(s, "relayclient") == 0)
		sk->relayclient = true;
	else if (strncasecmp(s, "larger=", 7) == 0)
		return value_size(s + 7, 1, (int64_t)1 << 40, &sk->larger);
	else if (sk->nnet < SKIP_NETS && net_parse(&sk->net[sk->nnet], s))
		sk->nnet++;
	else
		return "authenticated, relayclient, larger=SIZE, and up to 16 "
		    "networks like 192.0.2.0/24, separated by commas";
	return NULL;
}

/* The next word of a list with commas, without the blanks around it. */
static char *
next_word(char **rest)
{
	char	*word = strsep(rest, ",");
	char	*end;

	if (word == NULL)
		return NULL;
	word += strspn(word, " \t");
	for (end = word + strlen(word); end > word &&
	    (end[-1] == ' ' || end[-1] == '\t'); end--)
		end[-1] = '\0';
	return word;
}

const char *
value_skip(const char *s, struct filter_conf *fc)
{
	const char	*why = NULL;
	char		*copy;
	char		*rest;
	char		*word;

	if ((fc->skip_text = strdup(s)) == NULL ||
	    (copy = rest = strdup(s)) == NULL)
		return "more memory";
	while (why == NULL && (word = next_word(&rest)) != NULL)
		why = skip_word(word, &fc->skip);
	free(copy);
	return why;
}

const char *
value_nets(const char *s, struct nets *ns)
{
	bool	 ok = true;
	char	*copy;
	char	*rest;
	char	*word;

	free(ns->text);
	ns->n = 0;
	if ((ns->text = strdup(s)) == NULL ||
	    (copy = rest = strdup(s)) == NULL)
		return "more memory";
	if (strcasecmp(s, "none") == 0)
		rest = NULL;
	while (ok && (word = next_word(&rest)) != NULL)
		ok = ns->n < NETS_MAX && net_parse(&ns->net[ns->n++], word);
	free(copy);
	return ok ? NULL : "none, or up to 16 networks like 192.0.2.0/24, "
	    "separated by commas";
}

const char *
time_text(int64_t ms, char *text, size_t size)
{
	int64_t	 s = ms / 1000;

	if (s > 0 && s % 3600 == 0)
		(void)snprintf(text, size, "%lldh", (long long)s / 3600);
	else if (s > 0 && s % 60 == 0)
		(void)snprintf(text, size, "%lldm", (long long)s / 60);
	else
		(void)snprintf(text, size, "%llds", (long long)s);
	return text;
}
