/*
 * selftest - asks every backend and filter how they are (-T)
 *
 * Each server is dialled alone, told of a client, and asked for its extensions;
 * each filter negotiates.  No mail is sent.  What is found goes out at once, as
 * text or as one JSON object; the worst of it is the exit status, in the way of
 * monitoring plugins: 0 all is well, 1 a warning, 2 something does not work.
 *
 * The gate's own modules do the asking, so that what works here works for a
 * client.  What they log is caught and becomes a part of the report.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "hello.h"
#include "helper.h"
#include "identity.h"
#include "keys.h"
#include "landlock.h"
#include "log.h"
#include "milter.h"
#include "secure.h"
#include "selftest.h"
#include "session.h"
#include "version.h"

#define TEST_MS		60000	/* for one peer */
#define HELPER_MS	10000	/* for reading certificates and keys */

/* The report on its way out. */
static struct report {
	bool		 json;
	bool		 colour;
	bool		 first;		/* nothing before in this list */
	enum health	 worst;
	enum health	 here;		/* of the object that is open */
	struct buf	 problems;	/* its lines: a level, a text */
} out;

static const char *const levels[] = { "ok", "warning", "error" };

/* ------------------------------------------------------------- how it looks */

static void
put_json(const char *s, size_t n)
{
	size_t	 i;

	putchar('"');
	for (i = 0; i < n; i++) {
		unsigned char	 c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c > '~')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void
put_text(const char *s, size_t n)
{
	struct buf	 b;

	buf_init(&b, 16384);
	log_quote(&b, s, n, 2000);
	fputs(buf_cstr(&b), stdout);
	buf_free(&b);
}

/* A value of the open object; lines of it are a list. */
static void
item(const char *key, bool list, const char *text)
{
	size_t	 n;

	if (out.json) {
		printf(", \"%s\": %s", key, list ? "[" : "");
		for (; *text != '\0' || !list; text += n) {
			n = strcspn(text, "\n");
			put_json(text, n);
			if (!list)
				return;
			n += text[n] == '\n';
			if (text[n] != '\0')
				fputs(", ", stdout);
		}
		putchar(']');
		return;
	}
	for (; *text != '\0'; text += n, key = "") {
		n = strcspn(text, "\n");
		printf("    %-10s ", key);
		put_text(text, n);
		putchar('\n');
		n += text[n] == '\n';
	}
}

static void	 problem(enum health, const char *, ...)
		    __attribute__((format(printf, 2, 3)));

static void
number(const char *key, int64_t n)
{
	if (out.json)
		printf(", \"%s\": %lld", key, (long long)n);
	else
		printf("    %-10s %lld\n", key, (long long)n);
}

/* Something is not as it should be with the open object. */
static void
problem(enum health level, const char *fmt, ...)
{
	va_list	 ap;

	if (level > out.here)
		out.here = level;
	if (level > out.worst)
		out.worst = level;
	buf_putc(&out.problems, (char)('0' + level));
	va_start(ap, fmt);
	buf_vprintf(&out.problems, fmt, ap);
	va_end(ap);
	buf_putc(&out.problems, '\n');
}

/* What a module logs as an error is one here. */
static void
on_log(bool error, const char *text)
{
	if (error)
		problem(HEALTH_ERROR, "%s", text);
}

static void
begin_object(const char *kind, const char *name)
{
	out.here = HEALTH_OK;
	buf_reset(&out.problems);
	if (out.json) {
		printf("%s{\"name\": ", out.first ? "" : ", ");
		put_json(name, strlen(name));
	} else {
		printf("%s ", kind);
		put_text(name, strlen(name));
		putchar('\n');
	}
	out.first = false;
}

static void
put_problem(const char *line, size_t n, bool more)
{
	static const char *const colours[] = { "", "\033[33m", "\033[31m" };
	int			 level = *line - '0';

	if (out.json) {
		printf("{\"level\": \"%s\", \"text\": ", levels[level]);
		put_json(line + 1, n - 1);
		fputs(more ? "}, " : "}", stdout);
		return;
	}
	printf("    %s%-10s ", out.colour ? colours[level] : "",
	    level == HEALTH_ERROR ? "ERROR" : "WARNING");
	put_text(line + 1, n - 1);
	printf("%s\n", out.colour ? "\033[0m" : "");
}

static void
end_object(void)
{
	const char	*p = buf_cstr(&out.problems);
	size_t		 n;

	if (out.json)
		printf(", \"status\": \"%s\", \"problems\": [",
		    levels[out.here]);
	for (; *p != '\0'; p += n + 1) {
		n = strcspn(p, "\n");
		put_problem(p, n, p[n + 1] != '\0');
	}
	if (out.json)
		fputs("]}", stdout);
	else if (out.here == HEALTH_OK)
		printf("    %s%-10s%s\n", out.colour ? "\033[32m" : "", "ok",
		    out.colour ? "\033[0m" : "");
	(void)fflush(stdout);
}

static void
begin_list(const char *key)
{
	out.first = true;
	if (out.json)
		printf(", \"%s\": [", key);
}

static void
end_list(void)
{
	if (out.json)
		putchar(']');
}

/* ---------------------------------------------------------- what is asked */

static void
on_config(void *arg, bool error, const char *text)
{
	(void)arg;
	problem(error ? HEALTH_ERROR : HEALTH_WARNING, "%s", text);
}

/* Room for the largest mail, and the right to make it. */
static void
ask_spool(const struct config *c)
{
	struct statvfs	 vfs;
	uint64_t	 room;

	if (access(c->spool_dir, W_OK | X_OK) == -1) {
		problem(HEALTH_ERROR, "SpoolDir %s: %s", c->spool_dir,
		    strerror(errno));
		return;
	}
	if (statvfs(c->spool_dir, &vfs) == -1)
		return;
	room = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	if (room < (uint64_t)c->max_size * 2)
		problem(HEALTH_WARNING, "SpoolDir %s has %llu MB left, two "
		    "mails of MaxMessageSize need %llu", c->spool_dir,
		    (unsigned long long)(room >> 20),
		    (unsigned long long)c->max_size * 2 >> 20);
}

static void
ask_machine(const struct config *c)
{
	item("hostname", false, c->hostname);
	if (strchr(c->hostname, '.') == NULL)
		problem(HEALTH_WARNING, "Hostname %s has no domain; mail "
		    "servers expect one", c->hostname);
	number("landlock", landlock_abi());
	if (landlock_abi() == 0)
		problem(HEALTH_WARNING, "the kernel has no Landlock (or it is "
		    "not switched on): sessions are confined less");
	if (geteuid() == 0)
		problem(HEALTH_WARNING, "this is root: what the gate's user "
		    "may not do is not seen; try again as that user");
	ask_spool(c);
	if (*c->runtime_dir != '\0' && (c->nserver > 1 ||
	    c->max_per_address > 0) &&
	    access(c->runtime_dir, W_OK | X_OK) == -1)
		problem(HEALTH_WARNING, "RuntimeDir %s: %s; what processes "
		    "would tell each other is lost", c->runtime_dir,
		    strerror(errno));
}

/* The greeting names a host: not ours, one hopes. */
static void
judge_greeting(const struct config *c, struct reply *r)
{
	const char	*text = reply_text(r);
	size_t		 n = strcspn(text, " \n");

	if (r->code != 220)
		problem(HEALTH_ERROR, "greets with %d: so are all clients",
		    r->code);
	else if (n == strlen(c->hostname) &&
	    strncasecmp(text, c->hostname, n) == 0)
		problem(HEALTH_WARNING, "greets with the gate's own Hostname: "
		    "is it the gate itself?");
}

static void
put_reply(const char *key, struct reply *r)
{
	struct buf	 b;

	buf_init(&b, 65536);
	buf_printf(&b, "%d %s", r->code, reply_text(r));
	item(key, false, buf_cstr(&b));
	buf_free(&b);
}

/* Behind the name on the first line: the keywords. */
static const char *
keywords(struct reply *r)
{
	const char	*s = reply_text(r);

	s += strcspn(s, "\n");
	return *s == '\n' ? s + 1 : s;
}

/*
 * What the server says to a recipient of somebody else's, which it knows from
 * the gate's address alone: the code, or 0.  No mail comes of it.
 */
static int
relays(struct backend *b)
{
	struct reply	 r;
	int		 code = 0;

	reply_init(&r);
	if (backend_up(b) && backend_cmd(b, &r, "MAIL FROM:<>") == IO_OK &&
	    reply_class(&r) == 2 && backend_cmd(b, &r,
	    "RCPT TO:<relay-test@example.com>") == IO_OK) {
		code = r.code;
		(void)backend_cmd(b, &r, "RSET");
	}
	reply_free(&r);
	return code;
}

static void
judge_identity(const struct config *c, struct backend *b, bool logins)
{
	const char	*key = logins ? "AuthIdentity" : "Identity";
	const char	*word = identity_words[b->identity];
	int		 code;

	item("identity", false, c->child != NULL ? "environment" : word);
	/* A server that judges the client would judge the one of the test. */
	if (c->child != NULL || identity_judged(b) || !backend_up(b))
		return;
	code = relays(b);
	if (code / 100 == 2)
		problem(HEALTH_WARNING, "%s = %s: the server takes mail for "
		    "example.com from the gate's address, and so from every "
		    "client: it relays for all", key, word);
	else if (code / 100 != 5)
		problem(HEALTH_WARNING, "%s = %s: the server judges all "
		    "clients by the gate's address, and whether it relays for "
		    "that it does not say now", key, word);
}

static void
ask_dialogue(struct session *s)
{
	struct backend	*b = &s->backend;
	struct reply	*r = &s->reply;
	int64_t		 start = now_ms();

	if (backend_open(b, r) != IO_OK)
		return;
	if (!backend_up(b)) {
		if (out.here != HEALTH_ERROR)
			problem(HEALTH_ERROR, "cannot be used");
		return;
	}
	number("ms", now_ms() - start);
	if (*b->tls != '\0')
		item("tls", false, b->tls);
	put_reply("greeting", r);
	judge_greeting(s->config, r);
	if (r->code != 220)
		return;
	if (backend_hello(b, r, "EHLO", s->config->hostname) != IO_OK)
		return;
	if (r->code != 250) {
		put_reply("ehlo", r);
		problem(HEALTH_WARNING, "refuses EHLO");
		return;
	}
	item("keywords", true, keywords(r));
	hello_offer(s);
	item("offered", true, keywords(r));
}

/* Would logins be offered, and could others read them on the way? */
static void
judge_logins(struct session *s, bool server)
{
	struct backend	*b = &s->backend;

	if (server && backend_up(b) && !(s->offered & EXT_AUTH))
		problem(HEALTH_WARNING, "AuthServer, but no login would be "
		    "offered to clients without TLS: see keywords, and "
		    "PlainAuth");
	if ((b->ext & EXT_AUTH) && *b->tls == '\0' &&
	    !endpoint_local(&b->list[0].ep))
		problem(HEALTH_WARNING, "logins go there in clear through a "
		    "network: see %s in spsmtpgate.conf(5)", server ?
		    "AuthTLS" : "TLS<n>");
}

/* One server as if it were the only one; sc is NULL for a program. */
static void
ask_backend(struct config *c, struct peer *p, struct server_conf *sc)
{
	static struct session	 s;
	static struct config	 one;
	bool			 logins = sc == &c->auth_server;

	one = *c;
	one.connect_retry = 0;
	if (sc != NULL) {
		one.child = NULL;
		one.server[0] = *sc;
		one.nserver = 1;
	}
	if (logins)
		one.auth_server.label = NULL;
	one.runtime_dir = (char []){ "" };
	memset(&s, 0, sizeof(s));
	s.ucspi.control = -1;
	s.config = &one;
	s.peer = p;
	reply_init(&s.reply);
	backend_init(&s.backend, &one, p);
	begin_object("backend", sc != NULL ? sc->label : c->child[0]);
	if (logins)
		item("for", false, "logins");
	else if (sc != NULL)
		number("weight", sc->weight);
	conn_limit(now_ms() + TEST_MS);
	ask_dialogue(&s);
	/* Where there is an AuthServer, logins go to no other. */
	if (sc != NULL && (logins || c->auth_server.label == NULL))
		judge_logins(&s, logins);
	judge_identity(&one, &s.backend, logins);
	end_object();
	backend_close(&s.backend, true);
	reply_free(&s.reply);
	if (sc != NULL)
		sc->ep = one.server[0].ep;	/* with its addresses */
}

static void
put_bits(const char *key, uint32_t set, const char *const *names)
{
	struct buf	 b;
	unsigned int	 i;

	buf_init(&b, 1024);
	for (i = 0; names[i] != NULL; i++)
		if (set & 1u << i)
			buf_printf(&b, "%s\n", names[i]);
	item(key, true, buf_cstr(&b));
	buf_free(&b);
}

static void
put_stages(const char *key, const struct milter *m, bool reply)
{
	struct buf	 b;
	int		 i;

	buf_init(&b, 1024);
	for (i = STAGE_CONNECT; i <= STAGE_EOM; i++)
		if (m->proto & (reply ? stages[i].nr : stages[i].no))
			buf_printf(&b, "%s\n", stages[i].name);
	item(key, true, buf_cstr(&b));
	buf_free(&b);
}

static void
ask_filter(struct config *c, struct filter_conf *fc)
{
	/* SMFIF_, by bit. */
	static const char *const actions[] = { "add headers", "change body",
		"add recipients", "remove recipients", "change headers",
		"quarantine", "change sender", "add recipients with parameters",
		"choose macros", NULL };
	struct milter		 m;
	enum verdict		 v;

	begin_object("filter", fc->name);
	item("socket", false, fc->spec);
	milter_init(&m, fc, (size_t)c->max_reply);
	m.deadline = now_ms() + TEST_MS;
	conn_limit(m.deadline);
	milter_open(&m);
	v = milter_negotiate(&m);
	if (v == V_CONTINUE) {
		number("ms", m.spent_ms);
		number("protocol", m.version);
		put_bits("may", m.actions, actions);
		put_stages("skips", &m, false);
		put_stages("silent at", &m, true);
	} else if (out.here != HEALTH_ERROR) {
		problem(HEALTH_ERROR, "cannot be used");
	}
	if (fc->fail == FAIL_NONE && !fc->monitor)
		problem(HEALTH_WARNING, "has no F=: when it fails, mail passes "
		    "without it");
	end_object();
	milter_close(&m);
}

/* What the helper said of each. */
static void
put_certificates(const char *s)
{
	struct buf	 lines;

	buf_init(&lines, 16384);
	for (; *s != '\0'; s += strlen(s) + 1) {
		if (strncmp(s, "CERT=", 5) == 0)
			buf_printf(&lines, "%s\n", s + 5);
		else if (strncmp(s, "WARN=", 5) == 0)
			problem(HEALTH_WARNING, "%s", s + 5);
	}
	item("certificates", true, buf_cstr(&lines));
	buf_free(&lines);
}

/* Are certificates and keys at hand?  No handshake follows. */
static void
ask_certificates(void)
{
	struct tls_want	 want = { .check = true };
	struct tls_facts facts;
	struct conn	 plain;
	struct buf	 b;
	int64_t		 deadline = now_ms() + HELPER_MS;
	int		 pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return;
	conn_init(&plain, 8192, 1024);
	buf_init(&b, 8192);
	if (helper_ask(&want, pair[1], &plain, &facts) != IO_OK)
		problem(HEALTH_ERROR, "clients get no TLS: %s", facts.error);
	else if (helper_list(&plain, &b, deadline) != IO_OK)
		problem(HEALTH_ERROR, "the helper has gone");
	else
		put_certificates(buf_ptr(&b));
	buf_free(&b);
	conn_close(&plain);
	close(pair[0]);
	close(pair[1]);
}

/* The program that makes TLS; what it can do for clients. */
static void
ask_helper(const struct config *c)
{
	struct stat	 st;
	size_t		 i;

	begin_list("tls");
	if (c->npair > 0 || secure_wanted(c)) {
		begin_object("tls", c->tls_helper);
		item("socket", false, c->tls_socket);
		if (!helper_open(c))
			problem(HEALTH_ERROR, "nobody listens at the socket, "
			    "and the program cannot be started");
		else if (c->npair > 0)
			ask_certificates();
		for (i = 0; i < c->npair; i++)
			if (stat(c->pair[i].key, &st) == 0 &&
			    st.st_mode & S_IROTH)
				problem(HEALTH_WARNING, "%s: everybody may "
				    "read the key", c->pair[i].key);
		end_object();
	}
	end_list();
}

static void
ask_peers(struct config *c, const char *client)
{
	static struct peer	 p;
	size_t			 i;

	p.remote.family = strchr(client, ':') != NULL ? AF_INET6 : AF_INET;
	p.local.family = p.remote.family;
	(void)strlcpy(p.remote.addr, client, sizeof(p.remote.addr));
	(void)strlcpy(p.local.addr, p.remote.family == AF_INET6 ? "::1" :
	    "127.0.0.1", sizeof(p.local.addr));
	p.remote.port = 4711;
	p.local.port = 25;
	begin_list("backends");
	if (c->child != NULL)
		ask_backend(c, &p, NULL);
	for (i = 0; i < c->nserver && c->child == NULL; i++)
		ask_backend(c, &p, &c->server[i]);
	if (c->auth_server.label != NULL)
		ask_backend(c, &p, &c->auth_server);
	end_list();
	begin_list("filters");
	for (i = 0; i < c->nfilter; i++)
		ask_filter(c, &c->filter[i]);
	end_list();
}

enum health
selftest_run(const struct selftest *t)
{
	static struct config	 c;
	unsigned int		 errors;

	out.json = t->json;
	out.colour = !t->json && isatty(STDOUT_FILENO) &&
	    getenv("NO_COLOR") == NULL;
	out.first = true;
	buf_init(&out.problems, 65536);
	log_tap(on_log);
	if (out.json)
		printf("{\"version\": \"%s\", \"configuration\": ", VERSION);
	begin_object("configuration", t->file);
	errors = config_load(&c, t->file, t->child, on_config, NULL);
	if (errors == 0)
		ask_machine(&c);
	end_object();
	if (errors == 0) {
		ask_helper(&c);
		ask_peers(&c, t->client);
	}
	if (out.json)
		printf(", \"status\": \"%s\"}\n", levels[out.worst]);
	config_free(&c);
	buf_free(&out.problems);
	return out.worst;
}
