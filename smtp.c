/*
 * smtp - the grammar of commands, paths and extensions
 *
 * Pure: no descriptors, no clock, no state.  Commands are taken apart here and
 * put together again by whoever forwards them; raw octets of a client's line
 * never reach a backend.
 *
 * The extension table is the allow-list of the design: what it does not name
 * does not cross the gate, neither as an EHLO keyword nor as a parameter.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "smtp.h"

static const struct {
	const char	*name;
	enum verb	 verb;
} verbs[] = {
	{ "HELO", VERB_HELO }, { "EHLO", VERB_EHLO }, { "MAIL", VERB_MAIL },
	{ "RCPT", VERB_RCPT }, { "DATA", VERB_DATA }, { "RSET", VERB_RSET },
	{ "NOOP", VERB_NOOP }, { "VRFY", VERB_VRFY }, { "EXPN", VERB_EXPN },
	{ "HELP", VERB_HELP }, { "QUIT", VERB_QUIT },
	/* Known, and not served: an answer of 502 instead of 500. */
	{ "AUTH", VERB_KNOWN }, { "STARTTLS", VERB_KNOWN },
	{ "BDAT", VERB_KNOWN }, { "ETRN", VERB_KNOWN },
	{ "TURN", VERB_KNOWN }, { "ATRN", VERB_KNOWN },
	{ "SEND", VERB_KNOWN }, { "SOML", VERB_KNOWN },
	{ "SAML", VERB_KNOWN }, { "BURL", VERB_KNOWN },
	{ "XCLIENT", VERB_KNOWN }, { "XFORWARD", VERB_KNOWN },
	{ "LHLO", VERB_KNOWN },
	/* Somebody makes an HTTP client talk to us: hang up. */
	{ "GET", VERB_FOREIGN }, { "POST", VERB_FOREIGN },
	{ "PUT", VERB_FOREIGN }, { "HEAD", VERB_FOREIGN },
	{ "OPTIONS", VERB_FOREIGN }, { "CONNECT", VERB_FOREIGN },
};

static const struct {
	const char	*name;
	unsigned int	 bit;
	const char	*mail[3];	/* parameters of MAIL */
	const char	*rcpt[3];	/* parameters of RCPT */
} exts[] = {
	{ "8BITMIME", EXT_8BITMIME, { "BODY" }, { NULL } },
	{ "SMTPUTF8", EXT_SMTPUTF8, { "SMTPUTF8" }, { NULL } },
	{ "DSN", EXT_DSN, { "RET", "ENVID" }, { "NOTIFY", "ORCPT" } },
	{ "ENHANCEDSTATUSCODES", EXT_ENHANCED, { NULL }, { NULL } },
	{ "MT-PRIORITY", EXT_MTPRIORITY, { "MT-PRIORITY" }, { NULL } },
	{ "DELIVERBY", EXT_DELIVERBY, { "BY" }, { NULL } },
	{ "NO-SOLICITING", EXT_NOSOLICIT, { "SOLICIT" }, { NULL } },
	{ "RRVS", EXT_RRVS, { NULL }, { "RRVS" } },
	{ "MTRK", EXT_MTRK, { "MTRK" }, { NULL } },
	{ "PIPELINING", EXT_PIPELINING, { NULL }, { NULL } },
	{ "SIZE", EXT_SIZE, { "SIZE" }, { NULL } },
	{ "XCLIENT", EXT_XCLIENT, { NULL }, { NULL } },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum verb
find_verb(const char *line, size_t len)
{
	size_t	 i;

	for (i = 0; i < COUNT(verbs); i++)
		if (strlen(verbs[i].name) == len &&
		    strncasecmp(verbs[i].name, line, len) == 0)
			return verbs[i].verb;
	/* A TLS ClientHello. */
	if (len > 1 && line[0] == 0x16 && line[1] == 0x03)
		return VERB_FOREIGN;
	return VERB_UNKNOWN;
}

enum cmd_error
smtp_parse_command(struct buf *b, struct command *cmd)
{
	char	*line = buf_ptr(b);
	size_t	 len = buf_len(b);
	size_t	 i;
	bool	 bare = len < 2 || line[len - 2] != '\r';
	bool	 control = false;

	cmd->bare = bare;
	len -= bare ? 1 : 2;
	while (len > 0 && line[len - 1] == ' ')
		len--;
	for (i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			control = true;
	line[len] = '\0';
	cmd->line = line;
	i = strcspn(line, " \t");
	cmd->verb = find_verb(line, i);
	i += strspn(line + i, " \t");
	cmd->arg = line + i;
	if (control)
		return CMD_CONTROL;
	if (bare)
		return CMD_BARE_LF;
	return len == 0 ? CMD_EMPTY : CMD_OK;
}

/* Length of a local part: a quoted string, or anything harmless. */
static size_t
local_len(const char *s)
{
	size_t	 i;

	if (*s != '"')
		return strcspn(s, " \t<>()[]\\,;:\"@");
	for (i = 1; s[i] != '"'; i++) {
		if (s[i] == '\\')
			i++;
		if (s[i] == '\0')
			return 0;
	}
	return i + 1;
}

/* Length of a domain or address literal. */
static size_t
domain_len(const char *s)
{
	size_t	 i;

	if (*s == '[') {
		i = strcspn(s + 1, "[]\\ \t<>");
		return s[i + 1] == ']' ? i + 2 : 0;
	}
	for (i = 0; isalnum((unsigned char)s[i]) || s[i] == '-' ||
	    s[i] == '.' || s[i] == '_' || (unsigned char)s[i] > 127; i++)
		continue;
	return i;
}

/* Length of "@a,@b:", 0 if there is none, or -1. */
static int
route_len(const char *s)
{
	size_t	 i = 0;
	size_t	 n;

	if (*s != '@')
		return 0;
	for (;;) {
		if (s[i] != '@' || (n = domain_len(s + i + 1)) == 0)
			return -1;
		i += n + 1;
		if (s[i] == ':')
			return (int)i + 1;
		if (s[i] != ',')
			return -1;
		i++;
		i += strspn(s + i, " ");
	}
}

/* Length of a mailbox with its route, 0 when it is none. */
static size_t
mailbox_len(const char *s)
{
	int	 route = route_len(s);
	size_t	 i;
	size_t	 n;

	if (route == -1)
		return 0;
	i = (size_t)route;
	if ((n = local_len(s + i)) == 0)
		return 0;
	i += n;
	if (s[i] != '@')
		return i;
	if ((n = domain_len(s + i + 1)) == 0)
		return 0;
	return i + 1 + n;
}

/* Takes an address at *s, moves *s behind it. */
static enum path_error
take_addr(const char **s, struct path *p)
{
	const char	*a = *s;
	bool		 brackets = *a == '<';
	size_t		 n;
	size_t		 i;

	p->nparam = 0;
	p->utf8 = false;
	if (brackets)
		a += 1 + strspn(a + 1, " ");
	n = mailbox_len(a);
	p->null = n == 0 && brackets && *a == '>';
	if ((n == 0 && !p->null) || n >= sizeof(p->addr))
		return PATH_SYNTAX;
	memcpy(p->addr, a, n);
	p->addr[n] = '\0';
	for (i = 0; i < n; i++)
		if ((unsigned char)p->addr[i] > 127)
			p->utf8 = true;
	a += n;
	if (brackets) {
		a += strspn(a, " ");
		if (*a++ != '>')
			return PATH_SYNTAX;
	}
	*s = a;
	return PATH_OK;
}

enum path_error
smtp_parse_params(const char *s, struct path *p)
{
	size_t	 used = 0;
	size_t	 len;
	size_t	 key;
	char	*text;

	p->nparam = 0;
	for (s += strspn(s, " \t"); *s != '\0'; s += strspn(s, " \t")) {
		struct param	*q = &p->param[p->nparam];

		len = strcspn(s, " \t");
		/* A filter's arguments come here too, line ends and all. */
		for (key = 0; key < len; key++)
			if ((unsigned char)s[key] < ' ' || s[key] == 0x7f)
				return PATH_PARAM;
		for (key = 0; isalnum((unsigned char)s[key]) ||
		    (key > 0 && s[key] == '-'); key++)
			continue;
		if (key == 0 || (key < len && s[key] != '=') ||
		    (key < len && key + 1 == len) ||
		    p->nparam == SMTP_MAXPARAM ||
		    used + len + key + 2 > sizeof(p->mem))
			return PATH_PARAM;
		text = p->mem + used;
		memcpy(text, s, len);
		text[len] = '\0';
		q->text = text;
		q->value = key < len ? text + key + 1 : NULL;
		used += len + 1;
		memcpy(p->mem + used, s, key);
		p->mem[used + key] = '\0';
		q->key = p->mem + used;
		used += key + 1;
		if (smtp_param(p, q->key) != NULL)
			return PATH_TWICE;
		p->nparam++;
		s += len;
	}
	return PATH_OK;
}

enum path_error
smtp_parse_path(const char *s, const char *word, struct path *p)
{
	enum path_error	 e;
	size_t		 n = strlen(word);

	p->nparam = 0;
	p->addr[0] = '\0';
	if (strncasecmp(s, word, n) != 0)
		return PATH_SYNTAX;
	s += n;
	s += strspn(s, " ");
	if (*s++ != ':')
		return PATH_SYNTAX;
	s += strspn(s, " \t");
	if ((e = take_addr(&s, p)) != PATH_OK)
		return e;
	if (*s != '\0' && *s != ' ' && *s != '\t')
		return PATH_SYNTAX;
	return smtp_parse_params(s, p);
}

enum path_error
smtp_parse_addr(const char *s, struct path *p)
{
	enum path_error	 e;
	const char	*c;

	s += strspn(s, " \t");
	for (c = s; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return PATH_SYNTAX;
	p->nparam = 0;
	p->addr[0] = '\0';
	p->utf8 = false;
	p->null = *s == '\0';
	if (p->null)
		return PATH_OK;
	if ((e = take_addr(&s, p)) != PATH_OK)
		return e;
	s += strspn(s, " \t");
	return *s == '\0' ? PATH_OK : PATH_SYNTAX;
}

const struct param *
smtp_param(const struct path *p, const char *key)
{
	size_t	 i;

	for (i = 0; i < p->nparam; i++)
		if (strcasecmp(p->param[i].key, key) == 0)
			return &p->param[i];
	return NULL;
}

bool
smtp_valid_helo(const char *s)
{
	size_t	 n = domain_len(s);

	/* Underscores, bare addresses and the like are common: let pass. */
	return n > 0 && n <= 255 && s[n] == '\0';
}

bool
smtp_valid_hostname(const char *s)
{
	size_t	 len = strlen(s);
	size_t	 label = 0;
	bool	 alpha = false;

	if (len == 0 || len > 255)
		return false;
	for (; *s != '\0'; s++) {
		if (*s == '.') {
			if (label == 0)
				return false;
			label = 0;
			continue;
		}
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '_')
			return false;
		if (!isdigit((unsigned char)*s))
			alpha = true;
		if (++label > 63)
			return false;
	}
	return alpha;
}

unsigned int
smtp_ext(const char *line)
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
smtp_ext_name(unsigned int bit)
{
	size_t	 i;

	for (i = 0; i < COUNT(exts); i++)
		if (exts[i].bit == bit)
			return exts[i].name;
	return "?";
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

/* Values that the gate itself relies on. */
static bool
good_value(const struct param *q)
{
	if (strcasecmp(q->key, "SIZE") == 0)
		return q->value != NULL && strlen(q->value) <= 18 &&
		    q->value[strspn(q->value, "0123456789")] == '\0';
	if (strcasecmp(q->key, "BODY") == 0)
		return q->value != NULL &&
		    (strcasecmp(q->value, "7BIT") == 0 ||
		    strcasecmp(q->value, "8BITMIME") == 0);
	if (strcasecmp(q->key, "SMTPUTF8") == 0)
		return q->value == NULL;
	return true;
}

const struct param *
smtp_check_params(const struct path *p, enum verb verb, unsigned int ext,
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
		if (!good_value(&p->param[i])) {
			*bad_value = true;
			return &p->param[i];
		}
	}
	return NULL;
}
