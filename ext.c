/*
 * ext - SMTP extensions, and what of them crosses the gate
 *
 * The table is the allow-list of the design: what it does not name does not
 * cross, neither as an EHLO keyword nor as a parameter of MAIL or RCPT.  An
 * extension that brings a data phase (BDAT, BURL, XEXCH50, PRDR) or another
 * role (TURN) is no row: a gate that does not take part in it would lose track
 * of the dialogue.  XCLIENT and STARTTLS are what the gate asks of a server for
 * itself; they are not in EXT_CROSS.
 *
 * Parameters that cross are checked by the grammar of their RFC, since a
 * backend hears them from an address that it trusts.
 *
 * Pure: no descriptors, no clock, no state.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ext.h"

static const struct {
	const char	*name;
	unsigned int	 bit;
	bool		 args;		/* the keyword has arguments */
	const char	*mail[3];	/* parameters of MAIL */
	const char	*rcpt[3];	/* parameters of RCPT */
} exts[] = {
	{ "8BITMIME", EXT_8BITMIME, false, { "BODY" }, { NULL } },
	{ "SMTPUTF8", EXT_SMTPUTF8, false, { "SMTPUTF8" }, { NULL } },
	{ "DSN", EXT_DSN, false, { "RET", "ENVID" }, { "NOTIFY", "ORCPT" } },
	{ "ENHANCEDSTATUSCODES", EXT_ENHANCED, false, { NULL }, { NULL } },
	{ "MT-PRIORITY", EXT_MTPRIORITY, true, { "MT-PRIORITY" }, { NULL } },
	{ "DELIVERBY", EXT_DELIVERBY, true, { "BY" }, { NULL } },
	{ "NO-SOLICITING", EXT_NOSOLICIT, true, { "SOLICIT" }, { NULL } },
	{ "RRVS", EXT_RRVS, false, { NULL }, { "RRVS" } },
	{ "MTRK", EXT_MTRK, false, { "MTRK" }, { NULL } },
	{ "FUTURERELEASE", EXT_FUTURE, true, { "HOLDFOR", "HOLDUNTIL" },
	    { NULL } },
	{ "REQUIRETLS", EXT_REQUIRETLS, false, { "REQUIRETLS" }, { NULL } },
	{ "AUTH", EXT_AUTH, true, { "AUTH" }, { NULL } },
	{ "PIPELINING", EXT_PIPELINING, false, { NULL }, { NULL } },
	{ "SIZE", EXT_SIZE, true, { "SIZE" }, { NULL } },
	{ "LIMITS", EXT_LIMITS, true, { NULL }, { NULL } },
	{ "XCLIENT", EXT_XCLIENT, true, { NULL }, { NULL } },
	{ "STARTTLS", EXT_STARTTLS, false, { NULL }, { NULL } },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

unsigned int
ext_find(const char *line)
{
	size_t	 n = strcspn(line, " \t=\n");
	size_t	 i;

	for (i = 0; i < COUNT(exts); i++)
		if (strlen(exts[i].name) == n &&
		    strncasecmp(exts[i].name, line, n) == 0)
			return exts[i].bit;
	return 0;
}

const char *
ext_name(unsigned int bit)
{
	size_t	 i;

	for (i = 0; i < COUNT(exts); i++)
		if (exts[i].bit == bit)
			return exts[i].name;
	return "?";
}

void
ext_put(unsigned int bit, const char *line, struct buf *out)
{
	size_t	 n;
	size_t	 i;

	buf_puts(out, ext_name(bit));
	for (i = 0; i < COUNT(exts); i++)
		if (exts[i].bit == bit && !exts[i].args)
			return;
	for (line += strcspn(line, " \t\n"); *line == ' ' || *line == '\t';
	    line += n) {
		line += strspn(line, " \t");
		if ((n = strcspn(line, " \t\n")) == 0)
			break;
		buf_putc(out, ' ');
		buf_put(out, line, n);
	}
}

/* Behind what the pattern says, d for a digit; NULL when s is not so. */
static const char *
behind(const char *s, const char *pattern)
{
	for (; s != NULL && *pattern != '\0'; s++, pattern++)
		if (*pattern == 'd' ? !isdigit((unsigned char)*s) :
		    toupper((unsigned char)*s) != *pattern)
			return NULL;
	return s;
}

/* 1 to max digits, and nothing else up to the end. */
static bool
digits(const char *s, size_t max)
{
	size_t	 n = strspn(s, "0123456789");

	return n > 0 && n <= max && s[n] == '\0';
}

/* Behind the date-time of RFC 3339, or NULL. */
static const char *
date_time(const char *s)
{
	s = behind(s, "dddd-dd-ddTdd:dd:dd");
	if (s != NULL && *s == '.' && isdigit((unsigned char)s[1]))
		s += 1 + strspn(s + 1, "0123456789");
	if (s == NULL)
		return NULL;
	if (*s == 'Z' || *s == 'z')
		return s + 1;
	return *s == '+' || *s == '-' ? behind(s + 1, "dd:dd") : NULL;
}

/* RFC 3461 section 4; octets above 127 are RFC 6533's. */
static bool
xtext(const char *s, size_t max)
{
	size_t	 i;

	for (i = 0; s[i] != '\0'; i++) {
		if (s[i] == '=')
			return false;
		if (s[i] == '+' && (!isxdigit((unsigned char)s[i + 1]) ||
		    !isxdigit((unsigned char)s[i + 2])))
			return false;
	}
	return i > 0 && i <= max;
}

static bool
good_size(const char *s)
{
	return digits(s, 18);
}

/* BINARYMIME is not offered: what is no text cannot be held as lines. */
static bool
good_body(const char *s)
{
	return strcasecmp(s, "7BIT") == 0 || strcasecmp(s, "8BITMIME") == 0;
}

static bool
good_ret(const char *s)
{
	return strcasecmp(s, "FULL") == 0 || strcasecmp(s, "HDRS") == 0;
}

static bool
good_envid(const char *s)
{
	return xtext(s, 100);
}

static bool
good_notify(const char *s)
{
	static const char *const	 words[] = { "SUCCESS", "FAILURE",
		"DELAY" };
	size_t	 n;
	size_t	 i;

	if (strcasecmp(s, "NEVER") == 0)
		return true;
	for (;; s += n + 1) {
		n = strcspn(s, ",");
		for (i = 0; i < COUNT(words); i++)
			if (strlen(words[i]) == n &&
			    strncasecmp(s, words[i], n) == 0)
				break;
		if (i == COUNT(words))
			return false;
		if (s[n] == '\0')
			return true;
	}
}

static bool
good_orcpt(const char *s)
{
	size_t	 n = strcspn(s, "+;");

	return n > 0 && s[n] == ';' && xtext(s + n + 1, 500);
}

static bool
good_priority(const char *s)
{
	return digits(*s == '-' ? s + 1 : s, 1);
}

/* Seconds, ";", N or R, and T for a trace (RFC 2852 section 4). */
static bool
good_by(const char *s)
{
	size_t	 n;

	s += *s == '-' || *s == '+';
	n = strspn(s, "0123456789");
	if (n == 0 || n > 9 || s[n] != ';')
		return false;
	s += n + 1;
	return strcasecmp(s, "N") == 0 || strcasecmp(s, "R") == 0 ||
	    strcasecmp(s, "NT") == 0 || strcasecmp(s, "RT") == 0;
}

static bool
good_rrvs(const char *s)
{
	s = date_time(s);
	return s != NULL && (*s == '\0' || strcasecmp(s, ";C") == 0 ||
	    strcasecmp(s, ";R") == 0);
}

static bool
good_holdfor(const char *s)
{
	return digits(s, 9);
}

static bool
good_holduntil(const char *s)
{
	s = date_time(s);
	return s != NULL && *s == '\0';
}

static bool
good_auth(const char *s)
{
	return strcmp(s, "<>") == 0 || xtext(s, 500);
}

/* esmtp-value of RFC 5321 4.1.2, whatever it means. */
static bool
good_value(const char *s)
{
	return strlen(s) <= 1000;
}

static const struct {
	const char	*key;
	bool		(*good)(const char *);	/* NULL: has no value */
} values[] = {
	{ "AUTH", good_auth },
	{ "BODY", good_body },
	{ "BY", good_by },
	{ "ENVID", good_envid },
	{ "HOLDFOR", good_holdfor },
	{ "HOLDUNTIL", good_holduntil },
	{ "MT-PRIORITY", good_priority },
	{ "MTRK", good_value },
	{ "NOTIFY", good_notify },
	{ "ORCPT", good_orcpt },
	{ "REQUIRETLS", NULL },
	{ "RET", good_ret },
	{ "RRVS", good_rrvs },
	{ "SIZE", good_size },
	{ "SMTPUTF8", NULL },
	{ "SOLICIT", good_value },
};

static bool
good_param(const struct param *q)
{
	size_t	 i;

	for (i = 0; i < COUNT(values); i++)
		if (strcasecmp(q->key, values[i].key) == 0)
			break;
	if (i == COUNT(values))
		return false;
	if (values[i].good == NULL)
		return q->value == NULL;
	return q->value != NULL && values[i].good(q->value);
}

static bool
has_key(const char *const list[3], const char *key)
{
	size_t	 i;

	for (i = 0; i < 3 && list[i] != NULL; i++)
		if (strcasecmp(list[i], key) == 0)
			return true;
	return false;
}

const struct param *
ext_check_params(const struct path *p, enum verb verb, unsigned int ext,
    bool *bad_value)
{
	size_t	 i;
	size_t	 k;

	*bad_value = false;
	for (i = 0; i < p->nparam; i++) {
		for (k = 0; k < COUNT(exts); k++)
			if ((exts[k].bit & ext) && has_key(verb == VERB_MAIL ?
			    exts[k].mail : exts[k].rcpt, p->param[i].key))
				break;
		if (k == COUNT(exts))
			return &p->param[i];
		if (!good_param(&p->param[i])) {
			*bad_value = true;
			return &p->param[i];
		}
	}
	return NULL;
}

static const struct {
	const char	*name;
	size_t		 at;
} limits[] = {
	{ "MAILMAX=", offsetof(struct limits, mailmax) },
	{ "RCPTMAX=", offsetof(struct limits, rcptmax) },
	{ "RCPTDOMAINMAX=", offsetof(struct limits, rcptdomainmax) },
};

static uint32_t *
limit(struct limits *l, size_t i)
{
	return (uint32_t *)(void *)((char *)l + limits[i].at);
}

void
ext_limits_parse(const char *line, struct limits *l)
{
	size_t	 i;
	size_t	 n;
	size_t	 len;

	memset(l, 0, sizeof(*l));
	for (line += strcspn(line, " \t\n"); *line == ' ' || *line == '\t';
	    line += len) {
		line += strspn(line, " \t");
		len = strcspn(line, " \t\n");
		for (i = 0; i < COUNT(limits); i++) {
			n = strlen(limits[i].name);
			/* 1 to 6 digits, the first not 0 (RFC 9422 4.2). */
			if (strncasecmp(line, limits[i].name, n) == 0 &&
			    line[n] != '0' && len > n && len - n <= 6 &&
			    strspn(line + n, "0123456789") == len - n)
				*limit(l, i) = (uint32_t)strtoul(line + n,
				    NULL, 10);
		}
	}
}

void
ext_limits_merge(struct limits *l, const struct limits *other)
{
	struct limits	 o = *other;
	size_t		 i;

	for (i = 0; i < COUNT(limits); i++)
		if (*limit(l, i) == 0 || (*limit(&o, i) != 0 &&
		    *limit(&o, i) < *limit(l, i)))
			*limit(l, i) = *limit(&o, i);
}

void
ext_limits_put(const struct limits *from, struct buf *out)
{
	struct limits	 l = *from;
	size_t		 i;
	bool		 any = false;

	for (i = 0; i < COUNT(limits); i++) {
		if (*limit(&l, i) == 0)
			continue;
		buf_printf(out, "%s%s%u", any ? " " : "LIMITS ",
		    limits[i].name, *limit(&l, i));
		any = true;
	}
}
