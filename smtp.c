/*
 * smtp - the grammar of commands, paths and parameters
 *
 * Pure: no descriptors, no clock, no state.  Commands are taken apart here and
 * put together again by whoever forwards them; raw octets of a client's line
 * never reach a backend.  Which parameters may cross is ext.c's.
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
	{ "RCPT", VERB_RCPT }, { "DATA", VERB_DATA }, { "BDAT", VERB_BDAT },
	{ "RSET", VERB_RSET }, { "NOOP", VERB_NOOP }, { "VRFY", VERB_VRFY },
	{ "EXPN", VERB_EXPN }, { "HELP", VERB_HELP }, { "QUIT", VERB_QUIT },
	{ "AUTH", VERB_AUTH },
	/* Known, and not served: an answer of 502 instead of 500. */
	{ "STARTTLS", VERB_STARTTLS },
	{ "ETRN", VERB_KNOWN },
	{ "TURN", VERB_KNOWN }, { "ATRN", VERB_KNOWN },
	{ "SEND", VERB_KNOWN }, { "SOML", VERB_KNOWN },
	{ "SAML", VERB_KNOWN }, { "BURL", VERB_KNOWN },
	{ "XCLIENT", VERB_XCLIENT }, { "XFORWARD", VERB_KNOWN },
	{ "LHLO", VERB_KNOWN },
	/* Somebody makes an HTTP client talk to us: hang up. */
	{ "GET", VERB_FOREIGN }, { "POST", VERB_FOREIGN },
	{ "PUT", VERB_FOREIGN }, { "HEAD", VERB_FOREIGN },
	{ "OPTIONS", VERB_FOREIGN }, { "CONNECT", VERB_FOREIGN },
	{ "DELETE", VERB_FOREIGN }, { "TRACE", VERB_FOREIGN },
	{ "PATCH", VERB_FOREIGN }, { "PRI", VERB_FOREIGN },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum verb
smtp_verb(const char *line, size_t len)
{
	size_t	 i;

	for (i = 0; i < COUNT(verbs); i++)
		if (strlen(verbs[i].name) == len &&
		    strncasecmp(verbs[i].name, line, len) == 0)
			return verbs[i].verb;
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
	cmd->verb = smtp_verb(line, i);
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
			else if ((unsigned char)s[key] > 127)
				p->utf8 = true;
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

void
smtp_forget_param(struct path *p, const struct param *q)
{
	size_t	 i;

	if (q == NULL)
		return;
	i = (size_t)(q - p->param);
	p->nparam--;
	memmove(&p->param[i], &p->param[i + 1],
	    (p->nparam - i) * sizeof(*p->param));
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
