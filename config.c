/*
 * config - the settings, read once
 *
 * The file is the INI file of SPSmtpGate 0.1: sections, "key = value", comments
 * behind ";" or "#" outside of quotes, letter case of no account, also with
 * CRLF line ends and a UTF-8 byte order mark.  Keys with one value are rows of
 * keys.c; lists (Server0, Filter0) are here.  Everything that is not known is
 * an error, and all errors are reported, not the first alone.
 *
 * The parser is our own (Debian's libinih stops at the first error, does not
 * know quotes that protect a ";", which filter lines need, and would be one
 * more library to load at each connection).
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config.h"
#include "configval.h"
#include "keys.h"
#include "log.h"
#include "smtp.h"

#define FILE_MAX	(1 << 20)
#define MB		(1 << 20)
#define NUMBERED_MAX	(SERVERS_MAX > FILTERS_MAX ? SERVERS_MAX : FILTERS_MAX)
#define NLISTKEYS	12	/* rows of list_keys */

static const char *const sections[NSECTIONS] = { "Server", "Backend",
	"MailFilter", "TLS" };

/* What the numbered keys of a section are about. */
static const char *const things[NSECTIONS] = { "", "server", "filter",
	"certificate" };

/* One run over one file. */
struct parse {
	struct config	*c;
	const char	*file;
	unsigned int	 line;
	unsigned int	 errors;
	int		 section;	/* -1 before the first, -2 unknown */
	unsigned int	 seen[KEYS_MAX];	/* line of each key, or 0 */
	struct server_conf server[SERVERS_MAX];
	struct filter_conf filter[FILTERS_MAX];
	struct pair_conf pair[PAIRS_MAX];
	unsigned int	 key_line[NLISTKEYS][NUMBERED_MAX];
	config_report	 report;
	void		*arg;
};

static void	 say(struct parse *, bool, unsigned int, const char *, va_list)
		    __attribute__((format(printf, 4, 0)));
static void	 complain(struct parse *, unsigned int, const char *, ...)
		    __attribute__((format(printf, 3, 4)));
static void	 remark(struct parse *, unsigned int, const char *, ...)
		    __attribute__((format(printf, 3, 4)));

static void
say(struct parse *p, bool error, unsigned int line, const char *fmt,
    va_list ap)
{
	char	 text[1024];
	int	 n;

	if (line > 0)
		n = snprintf(text, sizeof(text), "%s:%u: ", p->file, line);
	else
		n = snprintf(text, sizeof(text), "%s: ", p->file);
	if (n < 0 || (size_t)n >= sizeof(text))
		n = 0;
	(void)vsnprintf(text + n, sizeof(text) - (size_t)n, fmt, ap);
	p->errors += error;
	p->report(p->arg, error, text);
}

static void
complain(struct parse *p, unsigned int line, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	say(p, true, line, fmt, ap);
	va_end(ap);
}

static void
remark(struct parse *p, unsigned int line, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	say(p, false, line, fmt, ap);
	va_end(ap);
}

/* Index of "Server12" behind its prefix, or -1. */
static int
numbered(const char *key, const char *prefix, int max)
{
	size_t		 n = strlen(prefix);
	const char	*errstr;
	int		 i;

	if (strncasecmp(key, prefix, n) != 0 || key[n] < '0' || key[n] > '9')
		return -1;
	i = (int)strtonum(key + n, 0, max - 1, &errstr);
	return errstr == NULL ? i : -1;
}

static const char *
set_server(const char *value, void *server)
{
	return value_server(value, server);
}

static const char *
set_identity(const char *value, void *server)
{
	struct server_conf	*sc = server;

	return value_word(value, identity_words, &sc->identity);
}

static const char *
set_server_tls(const char *value, void *server)
{
	return value_word(value, tls_words,
	    &((struct server_conf *)server)->tls);
}

static const char *
set_implicit(const char *value, void *server)
{
	static const char *const words[] = { "no", "yes", NULL };

	return value_word(value, words,
	    &((struct server_conf *)server)->tls_first);
}

static const char *
set_tls_name(const char *value, void *server)
{
	if (!smtp_valid_hostname(value))
		return "a host name";
	return value_copy(value, &((struct server_conf *)server)->tls_name);
}

static const char *
set_pin(const char *value, void *server)
{
	if (!value_pin(value))
		return PIN_EXPECTED;
	return value_copy(value, &((struct server_conf *)server)->tls_pin);
}

static const char *
set_filter(const char *value, void *filter)
{
	return value_filter(value, filter);
}

static const char *
set_name(const char *value, void *filter)
{
	if (*value == '\0' || strlen(value) > 64 || strchr(value, '"') != NULL)
		return "a name of 1 to 64 characters without \"";
	return value_copy(value, &((struct filter_conf *)filter)->name);
}

static const char *
set_mode(const char *value, void *filter)
{
	return value_mode(value, filter);
}

static const char *
set_skip(const char *value, void *filter)
{
	return value_skip(value, filter);
}

static const char *
set_file(const char *value, char **to)
{
	if (*value != '/' || strlen(value) > 1024 || strchr(value, '"') != NULL)
		return "an absolute path without \"";
	return value_copy(value, to);
}

static const char *
set_cert(const char *value, void *pair)
{
	return set_file(value, &((struct pair_conf *)pair)->cert);
}

static const char *
set_pair_key(const char *value, void *pair)
{
	return set_file(value, &((struct pair_conf *)pair)->key);
}

/* Where the things with a number are while the file is read. */
static const struct list {
	size_t	 at;
	size_t	 size;
	int	 max;
} lists[] = {
	[SEC_SERVER] = { 0, 0, 0 },
	[SEC_BACKEND] = { offsetof(struct parse, server),
	    sizeof(struct server_conf), SERVERS_MAX },
	[SEC_FILTER] = { offsetof(struct parse, filter),
	    sizeof(struct filter_conf), FILTERS_MAX },
	[SEC_TLS] = { offsetof(struct parse, pair), sizeof(struct pair_conf),
	    PAIRS_MAX },
};

/* Keys with a number; the first of a section says that the thing exists. */
static const struct list_key {
	int		 section;
	const char	*prefix;
	const char	*(*set)(const char *, void *);
} list_keys[] = {
	{ SEC_BACKEND, "Server", set_server },
	{ SEC_BACKEND, "Identity", set_identity },
	{ SEC_BACKEND, "TLS", set_server_tls },
	{ SEC_BACKEND, "TLSImplicit", set_implicit },
	{ SEC_BACKEND, "TLSName", set_tls_name },
	{ SEC_BACKEND, "TLSPin", set_pin },
	{ SEC_FILTER, "Filter", set_filter },
	{ SEC_FILTER, "Name", set_name },
	{ SEC_FILTER, "Mode", set_mode },
	{ SEC_FILTER, "Skip", set_skip },
	{ SEC_TLS, "Certificate", set_cert },
	{ SEC_TLS, "Key", set_pair_key },
};
_Static_assert(sizeof(list_keys) / sizeof(list_keys[0]) == NLISTKEYS,
    "NLISTKEYS");

/* Server<n>, Filter<n>, Name<n> ...; false when the key is none of them. */
static bool
list_key(struct parse *p, const char *key, const char *value)
{
	const struct list	*l = &lists[p->section];
	unsigned int		*line;
	const char		*why;
	size_t			 k;
	int			 i = -1;

	for (k = 0; k < NLISTKEYS; k++)
		if (list_keys[k].section == p->section &&
		    (i = numbered(key, list_keys[k].prefix, l->max)) != -1)
			break;
	if (i == -1)
		return false;
	line = &p->key_line[k][i];
	if (*line != 0) {
		complain(p, p->line, "%s is given twice; first in line %u",
		    key, *line);
		return true;
	}
	*line = p->line;
	why = list_keys[k].set(value, (char *)p + l->at +
	    (size_t)i * l->size);
	if (why != NULL)
		complain(p, p->line, "%s = %s; expected %s", key, value, why);
	return true;
}

/*
 * The line of the key that makes the i-th thing of a section, 0 if there is
 * none; then keys that are about it are errors.
 */
static unsigned int
list_line(struct parse *p, int section, size_t i)
{
	unsigned int	 line = 0;
	const char	*first = NULL;
	size_t		 k;

	for (k = 0; k < NLISTKEYS; k++) {
		if (list_keys[k].section != section)
			continue;
		if (first == NULL) {
			first = list_keys[k].prefix;
			line = p->key_line[k][i];
		} else if (line == 0 && p->key_line[k][i] != 0) {
			complain(p, p->key_line[k][i], "%s%zu is of no %s; "
			    "expected %s%zu", list_keys[k].prefix, i,
			    things[section], first, i);
		}
	}
	return line;
}

static void
key_line(struct parse *p, const char *key, const char *value)
{
	const char	*why;
	size_t		 i;

	if (p->section == -2)
		return;		/* the section was complained about */
	if (p->section == -1) {
		complain(p, p->line, "%s stands before any section; expected "
		    "[Server], [Backend] or [MailFilter] first", key);
		return;
	}
	for (i = 0; i < nkeys; i++)
		if (keys[i].section == p->section &&
		    strcasecmp(keys[i].name, key) == 0)
			break;
	if (i == nkeys) {
		if (!list_key(p, key, value))
			complain(p, p->line, "unknown key %s; expected a key "
			    "of [%s] in spsmtpgate.conf(5)", key,
			    sections[p->section]);
		return;
	}
	if (p->seen[i] != 0) {
		complain(p, p->line, "%s is given twice; first in line %u",
		    key, p->seen[i]);
		return;
	}
	p->seen[i] = p->line;
	if (keys[i].type == T_UNUSED)
		remark(p, p->line, "%s has no meaning any more: each "
		    "connection is a process of its own", key);
	if ((why = key_set(p->c, &keys[i], value)) != NULL)
		complain(p, p->line, "%s = %s; expected %s", key, value, why);
}

/* Ends the line at a comment outside of quotes; false if a quote is open. */
static bool
cut_comment(char *s)
{
	bool	 quoted = false;

	for (; *s != '\0'; s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (!quoted && (*s == ';' || *s == '#'))
			break;
	}
	*s = '\0';
	return !quoted;
}

static char *
trim(char *s)
{
	size_t	 n;

	s += strspn(s, " \t\r");
	for (n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]) != NULL; n--)
		s[n - 1] = '\0';
	return s;
}

static void
section_line(struct parse *p, char *s)
{
	size_t	 i;
	size_t	 n = strlen(s);

	p->section = -2;
	if (s[n - 1] != ']') {
		complain(p, p->line, "%s; expected [section]", s);
		return;
	}
	s[n - 1] = '\0';
	s = trim(s + 1);
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (strcasecmp(sections[i], s) == 0)
			p->section = (int)i;
	if (p->section == -2)
		complain(p, p->line, "unknown section [%s]; expected [Server], "
		    "[Backend] or [MailFilter]", s);
}

static void
one_line(struct parse *p, char *s)
{
	char	*value;
	size_t	 n;

	if (!cut_comment(s)) {
		complain(p, p->line, "a quote is open; expected a second \"");
		return;
	}
	s = trim(s);
	if (*s == '\0')
		return;
	if (*s == '[') {
		section_line(p, s);
		return;
	}
	if ((value = strchr(s, '=')) == NULL || value == s) {
		complain(p, p->line, "%s; expected key = value", s);
		return;
	}
	*value++ = '\0';
	value = trim(value);
	n = strlen(value);
	if (n >= 2 && *value == '"' && value[n - 1] == '"' &&
	    strchr(value + 1, '"') == value + n - 1) {
		value[n - 1] = '\0';
		value++;
	}
	key_line(p, trim(s), value);
}

static void
free_server(struct server_conf *sc)
{
	endpoint_free(&sc->ep);
	free(sc->label);
	free(sc->tls_name);
	free(sc->tls_pin);
}

/* What makes no sense without TLS must not be there without. */
static bool
lacks_tls(const struct server_conf *sc)
{
	return (sc->tls_first || sc->tls_pin != NULL) && sc->tls < SERVER_TLS;
}

/* Where a key with one value stands, 0 if it does not. */
static unsigned int
key_seen(const struct parse *p, const char *name)
{
	size_t	 i;

	for (i = 0; i < nkeys && strcmp(keys[i].name, name) != 0; i++)
		continue;
	return i < nkeys ? p->seen[i] : 0;
}

/* The server for logins. */
static void
check_auth(struct parse *p)
{
	struct config	*c = p->c;

	if (c->auth_identity == -1)
		c->auth_identity = c->identity;
	c->auth_server.identity = c->auth_identity;
	if (lacks_tls(&c->auth_server))
		complain(p, key_seen(p, c->auth_server.tls_first ?
		    "AuthTLSImplicit" : "AuthTLSPin"), "AuthTLSImplicit and "
		    "AuthTLSPin want TLS; expected AuthTLS = require or "
		    "verify");
}

/* The servers must be Server0 to Server<ServerCount - 1>. */
static void
check_servers(struct parse *p)
{
	struct config	*c = p->c;
	unsigned int	 weights = 0;
	unsigned int	 first = 0;
	unsigned int	 line;
	size_t		 i;

	for (i = 0; i < SERVERS_MAX; i++) {
		if ((line = list_line(p, SEC_BACKEND, i)) == 0) {
			free_server(&p->server[i]);
			continue;
		}
		if (c->server_count >= 0 && (int64_t)i >= c->server_count)
			complain(p, line, "Server%zu, but ServerCount = %lld; "
			    "expected Server0 to Server%lld", i,
			    (long long)c->server_count,
			    (long long)c->server_count - 1);
		if (p->server[i].identity == -1)
			p->server[i].identity = c->identity;
		if (lacks_tls(&p->server[i]))
			complain(p, line, "TLSImplicit%zu and TLSPin%zu want "
			    "TLS; expected TLS%zu = require or verify", i, i,
			    i);
		if (first == 0)
			first = line;
		if (c->nserver > 0 && c->server[0].lmtp != p->server[i].lmtp)
			complain(p, line, "Server%zu speaks another protocol "
			    "than those before; expected all of them with "
			    "lmtp:, or none", i);
		weights += p->server[i].weight;
		c->server[c->nserver++] = p->server[i];
	}
	if (c->server_count >= 0 && (size_t)c->server_count > c->nserver)
		complain(p, 0, "ServerCount = %lld; expected as many servers, "
		    "found %zu", (long long)c->server_count, c->nserver);
	if (c->child != NULL)
		return;
	if (c->nserver == 0)
		complain(p, 0, "no backend; expected Server0 = host:port "
		    "weight in [Backend], or a program behind -- on the "
		    "command line");
	else if (weights == 0 && p->errors == 0)
		complain(p, first, "all weights are 0; expected one server "
		    "with a weight above 0");
}

static void
free_filter(struct filter_conf *fc)
{
	endpoint_free(&fc->ep);
	free(fc->name);
	free(fc->spec);
	free(fc->skip_text);
}

static void
check_filters(struct parse *p)
{
	struct config	*c = p->c;
	char		 name[32];
	size_t		 i;

	for (i = 0; i < FILTERS_MAX; i++) {
		if (list_line(p, SEC_FILTER, i) == 0) {
			free_filter(&p->filter[i]);
			continue;
		}
		if (p->filter[i].name == NULL) {
			(void)snprintf(name, sizeof(name), "filter%zu", i);
			p->filter[i].name = strdup(name);
		}
		c->filter[c->nfilter++] = p->filter[i];
	}
}

static void
free_pair(struct pair_conf *pc)
{
	free(pc->cert);
	free(pc->key);
}

/* Each certificate wants its key. */
static void
check_pairs(struct parse *p)
{
	struct config	*c = p->c;
	size_t		 i;

	for (i = 0; i < PAIRS_MAX; i++) {
		if (list_line(p, SEC_TLS, i) == 0) {
			free_pair(&p->pair[i]);
			continue;
		}
		if (p->pair[i].key == NULL && p->pair[i].cert != NULL)
			/* One file for both, as some tools make it. */
			p->pair[i].key = strdup(p->pair[i].cert);
		c->pair[c->npair++] = p->pair[i];
	}
	if (c->npair == 0 && c->tls_implicit)
		complain(p, 0, "[TLS] wants TLS and has no certificate; "
		    "expected Certificate0 = /path");
}

static void
default_hostname(struct config *c)
{
	char	 host[256] = "";

	if (c->hostname != NULL)
		return;
	if (gethostname(host, sizeof(host) - 1) == -1 ||
	    !smtp_valid_hostname(host))
		(void)strlcpy(host, "localhost", sizeof(host));
	c->hostname = strdup(host);
}

/* The whole file, NUL-terminated and allocated, or NULL with errno. */
static char *
read_file(const char *file, size_t *len)
{
	struct buf	 b;
	char		*room;
	ssize_t		 n;
	int		 fd;
	int		 err;

	if ((fd = open(file, O_RDONLY | O_CLOEXEC)) == -1)
		return NULL;
	buf_init(&b, FILE_MAX);
	do {
		if ((room = buf_reserve(&b, 4096)) == NULL) {
			n = -1;
			errno = EFBIG;
			break;
		}
		if ((n = read(fd, room, 4096)) > 0)
			buf_added(&b, (size_t)n);
	} while (n > 0);
	err = errno;
	close(fd);
	if (n == 0 && buf_cstr(&b) != NULL) {
		*len = buf_len(&b);
		return b.data;
	}
	buf_free(&b);
	errno = err;
	return NULL;
}

/* The file's lines; the text is cut up. */
static void
parse_text(struct parse *p, char *text, size_t len)
{
	char	*rest = text;
	char	*end = text + len;
	char	*line;

	if (strncmp(rest, "\xef\xbb\xbf", 3) == 0)
		rest += 3;
	for (line = rest; line < end; line = rest + 1) {
		p->line++;
		if ((rest = memchr(line, '\n', (size_t)(end - line))) == NULL)
			rest = end;
		*rest = '\0';
		if (strlen(line) < (size_t)(rest - line))
			complain(p, p->line, "a NUL octet; expected text");
		else
			one_line(p, line);
	}
}

unsigned int
config_load(struct config *c, const char *file, char **child,
    config_report report, void *arg)
{
	/* Not on the stack: when it is freed its pages serve others. */
	struct parse	*p = calloc(1, sizeof(*p));
	char		*text;
	size_t		 len;
	size_t		 i;
	unsigned int	 errors;

	if (p == NULL)
		fatal("configuration");
	p->c = c;
	p->file = file;
	p->section = -1;
	p->report = report;
	p->arg = arg;
	c->child = child;
	c->file = file;
	keys_preset(c);
	for (i = 0; i < SERVERS_MAX; i++)
		p->server[i].identity = -1;
	if ((text = read_file(file, &len)) != NULL) {
		parse_text(p, text, len);
		free(text);
		default_hostname(c);
		check_servers(p);
		check_auth(p);
		check_filters(p);
		check_pairs(p);
	} else {
		complain(p, 0, "cannot be read (%s); expected the "
		    "configuration file", strerror(errno));
	}
	if (c->max_reply == -1)
		c->max_reply = (c->max_size > 0 ? c->max_size : 64 * MB) + MB;
	errors = p->errors;
	free(p);
	return errors;
}

static void
print_filter(const struct filter_conf *fc, size_t i, FILE *f)
{
	static const char *const flags[] = { "", ", F=R", ", F=T", ", F=4" };
	char			 t[4][32];

	fprintf(f, "Name%zu = \"%s\"\n", i, fc->name);
	if (fc->monitor)
		fprintf(f, "Mode%zu = monitor\n", i);
	if (fc->skip_text != NULL)
		fprintf(f, "Skip%zu = \"%s\"\n", i, fc->skip_text);
	fprintf(f, "Filter%zu = \"S=", i);
	if (fc->ep.family == AF_UNIX)
		fprintf(f, "unix:%s", fc->ep.host);
	else if (fc->ep.family == AF_UNSPEC)
		fprintf(f, "inet:%s%s%s:%u",
		    strchr(fc->ep.host, ':') != NULL ? "[" : "", fc->ep.host,
		    strchr(fc->ep.host, ':') != NULL ? "]" : "", fc->ep.port);
	else
		fprintf(f, "%s:%u@%s", fc->ep.family == AF_INET ? "inet" :
		    "inet6", fc->ep.port, fc->ep.host);
	fprintf(f, "%s, T=C:%s;S:%s;R:%s;E:%s\"\n", flags[fc->fail],
	    time_text(fc->connect_ms, t[0], sizeof(t[0])),
	    time_text(fc->send_ms, t[1], sizeof(t[1])),
	    time_text(fc->read_ms, t[2], sizeof(t[2])),
	    time_text(fc->eom_ms, t[3], sizeof(t[3])));
}

static void
print_server(const struct config *c, size_t i, FILE *f)
{
	const struct server_conf	*sc = &c->server[i];

	fprintf(f, "Server%zu = \"%s %u\"\n", i, sc->label, sc->weight);
	if (sc->identity != c->identity)
		fprintf(f, "Identity%zu = %s\n", i,
		    identity_words[sc->identity]);
	if (sc->tls != SERVER_PLAIN)
		fprintf(f, "TLS%zu = %s\n", i, tls_words[sc->tls]);
	if (sc->tls_first)
		fprintf(f, "TLSImplicit%zu = yes\n", i);
	if (sc->tls_name != NULL)
		fprintf(f, "TLSName%zu = %s\n", i, sc->tls_name);
	if (sc->tls_pin != NULL)
		fprintf(f, "TLSPin%zu = %s\n", i, sc->tls_pin);
}

void
config_print(const struct config *c, FILE *f)
{
	size_t	 i;
	int	 sec;

	for (sec = 0; sec < NSECTIONS; sec++) {
		fprintf(f, "%s[%s]\n", sec > 0 ? "\n" : "", sections[sec]);
		for (i = 0; i < nkeys; i++)
			if (keys[i].section == sec)
				key_print(c, &keys[i], f);
		for (i = 0; sec == SEC_BACKEND && i < c->nserver; i++)
			print_server(c, i, f);
		for (i = 0; sec == SEC_FILTER && i < c->nfilter; i++)
			print_filter(&c->filter[i], i, f);
		for (i = 0; sec == SEC_TLS && i < c->npair; i++)
			fprintf(f, "Certificate%zu = \"%s\"\nKey%zu = \"%s\"\n",
			    i, c->pair[i].cert, i, c->pair[i].key);
	}
}

void
config_free(struct config *c)
{
	size_t	 i;

	for (i = 0; i < c->nserver; i++)
		free_server(&c->server[i]);
	free_server(&c->auth_server);
	for (i = 0; i < c->nfilter; i++)
		free_filter(&c->filter[i]);
	for (i = 0; i < c->npair; i++)
		free_pair(&c->pair[i]);
	free(c->tls_ca);
	free(c->tls_helper);
	free(c->tls_socket);
	free(c->hostname);
	free(c->listen);
	free(c->user);
	free(c->daemon_name);
	free(c->spool_dir);
	free(c->runtime_dir);
	free(c->maildir);
	free(c->trusted.text);
	free(c->proxy_from.text);
	free(c->xclient_from.text);
}
