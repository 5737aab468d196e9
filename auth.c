/*
 * auth - AUTH through the gate
 *
 * The backend judges the credentials; the gate carries them.  Of the backend's
 * mechanisms the client is offered those that work through a gate (sasl.c),
 * and those that show the secret to whoever listens only on a connection with
 * TLS, unless PlainAuth says otherwise.
 *
 * After AUTH each line of the client is an answer to a challenge of the
 * backend and goes there as it is, until the backend says something else than
 * 334.  235 alone is success.  Then filters and log hear of mechanism and user,
 * and the session is bound to this connection to the backend: nothing is kept
 * that could authenticate another.
 *
 * With AuthServer logins go to a server of their own.  It is dialled at EHLO,
 * since the client is to be offered its mechanisms, and of all else what both
 * servers have: the session may go on with either.  On success it takes the
 * place of the backend.
 *
 * Credentials go to nobody else.  They are in the buffers of the two
 * connections and in the line at hand, and are wiped from there when the
 * answer has come; no log, no filter and no title of the process has them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "hello.h"
#include "log.h"
#include "manners.h"
#include "record.h"

#define CHALLENGE_MAX	(SASL_LINE_MAX + 6)	/* "334 " and CRLF */
#define ROUNDS_MAX	20	/* no mechanism needs more than three */

/* One AUTH, from the command to the last answer. */
struct exchange {
	struct backend	*b;		/* whom it is with */
	const struct sasl_mech *mech;
	struct buf	 line;		/* to the backend */
	struct buf	 challenge;	/* to the client */
	char		 user[SASL_USER_MAX + 1];
	unsigned int	 step;		/* responses so far */
	unsigned int	 rounds;	/* challenges so far */
	const char	*by;		/* whose answer it is, for the log */
};

static bool
clear_allowed(const struct session *s)
{
	return s->peer->tls.on || s->config->plain_auth == PLAIN_ALWAYS;
}

struct backend *
auth_other(struct session *s)
{
	return s->auth.elsewhere ? s->auth_backend : NULL;
}

void
auth_prepare(struct session *s)
{
	struct server_conf	*sc = &s->config->auth_server;
	const char		*why = "no time";

	if (sc->label == NULL)
		return;
	/* Two connections' worth of memory for those alone who use it. */
	if ((s->auth_backend = malloc(sizeof(*s->auth_backend))) == NULL)
		fatal("memory for AuthServer");
	backend_init(s->auth_backend, s->config, s->peer);
	backend_only(s->auth_backend, sc);
	s->auth_backend->caged = true;
	if (!endpoint_known(&sc->ep) && endpoint_resolve(&sc->ep,
	    s->config->connect_ms, s->until, &why) != IO_OK)
		log_warnx("AuthServer %s: %s", sc->label, why);
}

/*
 * A connection to that server that knows of the client's EHLO; again says it
 * anew to one that does.  IO_ERROR when it cannot be had.
 */
static enum io
other_hello(struct session *s, bool again)
{
	struct backend	*b = s->auth_backend;
	struct reply	 r;
	enum io		 io = backend_ready(b);

	if (io == IO_OK && !again)
		return IO_OK;
	reply_init(&r);
	if (io == IO_OK)
		io = backend_hello(b, &r, "EHLO", s->helo);
	if (io != IO_OK && io != IO_GONE && io != IO_STOP) {
		io = backend_open(b, &r);
		if (io == IO_OK && r.code == 220)
			io = backend_hello(b, &r, "EHLO", s->helo);
	}
	if (io == IO_OK && r.code != 250) {
		backend_drop(b, "refused the client");
		io = IO_ERROR;
	}
	reply_free(&r);
	return io;
}

enum io
auth_hello(struct session *s)
{
	enum io	 r;

	s->auth.elsewhere = false;
	if (s->auth_backend == NULL || s->auth.mech != NULL)
		return IO_OK;
	r = other_hello(s, true);
	s->auth.elsewhere = r == IO_OK;
	return r == IO_GONE || r == IO_STOP ? r : IO_OK;
}

void
auth_leave(struct session *s)
{
	if (s->auth_backend != NULL)
		backend_close(s->auth_backend, true);
}

/* The keywords of the server that a login goes to. */
static const char *
keywords(struct session *s)
{
	if (s->auth.elsewhere)
		return buf_cstr(&s->auth_backend->keywords);
	/* Whom it should go to is not there: to nobody else then. */
	if (s->config->auth_server.label != NULL && s->auth.mech == NULL)
		return "";
	return buf_cstr(&s->backend.keywords);
}

bool
auth_offer(struct session *s)
{
	const char	*line = keywords(s);
	struct buf	 b;
	bool		 any = false;

	buf_init(&b, 1024);
	for (; *line != '\0'; line += strcspn(line, "\n") + 1) {
		if (ext_find(line) != EXT_AUTH)
			continue;
		/* "AUTH=" is how some clients of old want it. */
		buf_puts(&b, line[4] == '=' ? "AUTH=" : "AUTH ");
		if (sasl_filter(line, clear_allowed(s), &b) > 0) {
			reply_add(&s->reply, buf_ptr(&b), buf_len(&b));
			any = true;
		}
		buf_reset(&b);
	}
	buf_free(&b);
	return any;
}

bool
auth_secret(struct session *s, struct buf *line)
{
	const char	*p = buf_cstr(line);
	enum verb	 verb;

	p += strspn(p, " \t");
	verb = smtp_verb(p, strcspn(p, " \t\r\n"));
	/* Not every client looks at what AUTH is answered. */
	if (verb == VERB_AUTH)
		s->auth.blind = true;
	else if (verb != VERB_UNKNOWN)
		s->auth.blind = false;
	return s->auth.blind;
}

void
auth_set(struct session *s, const char *mech, const char *user)
{
	s->auth.mech = mech;
	(void)strlcpy(s->auth.user, user, sizeof(s->auth.user));
	macro_set(&s->macros, "{auth_type}", mech);
	macro_set(&s->macros, "{auth_authen}", user);
	/* No mechanism that may cross has a layer of its own. */
	macro_set(&s->macros, "{auth_ssf}", "0");
}

/* True when the answer to EHLO has this mechanism. */
static bool
backend_has(struct session *s, const struct sasl_mech *m)
{
	const char	*line = keywords(s);

	for (; *line != '\0'; line += strcspn(line, "\n") + 1)
		if (ext_find(line) == EXT_AUTH && sasl_listed(line, m))
			return true;
	return false;
}

/* The mechanism and what stands behind it; false when the client was told. */
static bool
good_command(struct session *s, const struct command *cmd,
    const struct sasl_mech **m, const char **initial)
{
	size_t	 n = strcspn(cmd->arg, " \t");

	if (conn_pending(&s->client) > 0) {
		session_error(s, 554, "5.5.0",
		    "Improper command pipelining: wait for the answer");
		session_end(s, "errors");
		return false;
	}
	if (s->state == ST_START) {
		session_error(s, 503, "5.5.1", "Send EHLO first");
		return false;
	}
	if (!(s->offered & EXT_AUTH)) {
		session_error(s, 502, "5.5.1", "Command not implemented");
		return false;
	}
	if (s->auth.mech != NULL) {
		session_error(s, 503, "5.5.1", "Already authenticated");
		return false;
	}
	*initial = cmd->arg + n + strspn(cmd->arg + n, " \t");
	if (n == 0 || strpbrk(*initial, " \t") != NULL) {
		session_error(s, 501, "5.5.4",
		    "Syntax: AUTH mechanism [response]");
		return false;
	}
	*m = sasl_find(cmd->arg, n);
	if (*m != NULL && (*m)->plain && !clear_allowed(s)) {
		session_error(s, 538, "5.7.11", "Encryption required for this "
		    "mechanism");
		return false;
	}
	if (*m == NULL)
		session_error(s, 504, "5.5.4", "Mechanism not offered");
	return *m != NULL;
}

/*
 * The other server is still there, or there again, and offers what the client
 * was told of; IO_ERROR with the client's answer in reply.
 */
static enum io
other_again(struct session *s)
{
	struct backend	*b = s->auth_backend;
	enum io		 r = other_hello(s, false);

	if (r == IO_OK && (s->offered & EXT_CROSS & ~b->ext) != 0) {
		backend_drop(b, "offers less than the client was told of");
		r = IO_ERROR;
	}
	if (r != IO_OK && r != IO_GONE && r != IO_STOP)
		r = IO_ERROR;
	if (r == IO_ERROR)
		reply_set(&s->reply, 454, "4.7.0",
		    "Logins are not possible now");
	return r;
}

/* Takes the line end off; false when the rest is not all printable ASCII. */
static bool
trim(struct buf *line)
{
	size_t	 n = buf_len(line);
	size_t	 i;

	if (n > 0 && buf_ptr(line)[n - 1] == '\n')
		n--;
	if (n > 0 && buf_ptr(line)[n - 1] == '\r')
		n--;
	buf_cut(line, n);
	for (i = 0; i < n; i++)
		if (buf_ptr(line)[i] < ' ' || buf_ptr(line)[i] > '~')
			return false;
	return true;
}

/* A response on its way to the backend: who is it? */
static void
look(struct exchange *x, const char *response, size_t n)
{
	char	 user[SASL_USER_MAX + 1];

	sasl_user(x->mech, x->step++, response, n, user);
	if (user[0] != '\0')
		(void)strlcpy(x->user, user, sizeof(x->user));
}

/*
 * One line to the backend and its answer, checked: a challenge, 235, or a
 * refusal, which may be the gate's own.  IO_OK, or how the wait ended.
 */
static enum io
ask(struct session *s, struct exchange *x, const char *shown)
{
	struct reply	*r = &s->reply;
	const char	*end;
	enum io		 io;

	io = backend_secret(x->b, r, &x->line, shown, &x->challenge);
	if (io == IO_GONE || io == IO_STOP)
		return io;
	x->by = "backend";
	if (io == IO_OK && r->code == 334) {
		/* One line, of what is printable; cut, it would be another. */
		end = strchr(reply_text(r), '\n');
		if (end[1] == '\0' && ++x->rounds < ROUNDS_MAX &&
		    trim(&x->challenge)) {
			if (buf_len(&x->challenge) == 3)
				buf_putc(&x->challenge, ' ');
			return IO_OK;
		}
	} else if (io == IO_OK && (r->code == 235 || reply_class(r) >= 4)) {
		return IO_OK;
	}
	if (io == IO_OK)
		backend_drop(x->b, "what it says to AUTH makes no sense");
	x->by = "gate";
	reply_set(r, 454, "4.7.0", "Lost the mail server; try again later");
	return IO_OK;
}

/*
 * The client has said what cannot go on.  The backend must not take what comes
 * next for a response.
 */
static enum io
cancel(struct session *s, struct exchange *x, const char *status)
{
	enum io	 r;

	buf_reset(&x->line);
	buf_puts(&x->line, "*");
	r = ask(s, x, "*");
	if (r == IO_OK && reply_class(&s->reply) < 4)
		backend_drop(x->b, "does not let AUTH be cancelled");
	x->by = "gate";
	reply_set(&s->reply, 500, status, strcmp(status, "5.5.6") == 0 ?
	    "Line too long" : "Not a line of printable characters and CRLF");
	return r;
}

/*
 * The client's next line, in x->line without its end.  *status is set when it
 * must not go on.
 */
static enum io
get_response(struct session *s, struct exchange *x, const char **status)
{
	int64_t	 idle = s->config->idle_ms;
	int64_t	 deadline;
	bool	 bare;
	enum io	 r;

	*status = NULL;
	if ((r = conn_wait(&s->client, now_ms() + idle)) != IO_OK)
		return r;
	deadline = now_ms() + (s->config->command_ms < idle ?
	    s->config->command_ms : idle);
	r = conn_getline(&s->client, &x->line, SASL_LINE_MAX + 2, deadline);
	if (r == IO_TOOLONG) {
		*status = "5.5.6";
		return conn_skipline(&s->client, deadline);
	}
	if (r != IO_OK)
		return r;
	bare = buf_len(&x->line) < 2 ||
	    buf_ptr(&x->line)[buf_len(&x->line) - 2] != '\r';
	if (!trim(&x->line) ||
	    (bare && s->config->bare_newline != BARE_NORMALIZE))
		*status = "5.5.2";
	return IO_OK;
}

/* From the command to the last answer, which is left in reply. */
static enum io
relay(struct session *s, struct exchange *x, const char *shown)
{
	const char	*status;
	enum io		 r;

	r = ask(s, x, shown);
	while (r == IO_OK && s->reply.code == 334) {
		log_debug("client < 334 ****");
		buf_puts(&x->challenge, "\r\n");
		(void)conn_put(&s->client, buf_ptr(&x->challenge),
		    buf_len(&x->challenge));
		r = get_response(s, x, &status);
		if (r != IO_OK) {
			/* The backend would take QUIT for a response. */
			x->b->owed++;
			return r;
		}
		log_debug("client > ****");
		if (status != NULL)
			return cancel(s, x, status);
		look(x, buf_ptr(&x->line), buf_len(&x->line));
		r = ask(s, x, "****");
	}
	return r;
}

/* The last answer, for filters, log and client. */
static void
conclude(struct session *s, struct exchange *x)
{
	if (s->reply.code == 235) {
		auth_set(s, x->mech->name, x->user);
		s->auth.bound = true;
		s->auth.blind = false;
		if (s->auth.elsewhere)
			backend_replace(&s->backend, x->b);
		s->auth.elsewhere = false;
	} else {
		if (reply_class(&s->reply) == 5)
			manners_error(s);
		(void)strlcpy(s->auth.user, x->user, sizeof(s->auth.user));
		record_refused(s, "auth", x->by, NULL);
		s->auth.user[0] = '\0';
	}
	session_answer(s);
}

/*
 * Whom it is with, there or there again, and with that mechanism.  IO_ERROR
 * when the client was told no.
 */
static enum io
ready(struct session *s, struct exchange *x)
{
	enum io	 r;

	x->b = s->auth.elsewhere ? s->auth_backend : &s->backend;
	r = s->auth.elsewhere ? other_again(s) : hello_again(s);
	if (r == IO_ERROR)
		session_answer(s);
	if (r == IO_OK && !backend_has(s, x->mech)) {
		session_error(s, 504, "5.5.4", "Mechanism not offered");
		r = IO_ERROR;
	}
	return r;
}

/* The command goes on, with the response that it may have. */
static enum io
begin(struct session *s, struct exchange *x, const char *initial)
{
	char	 shown[64];
	enum io	 r;

	session_phase(s, "auth");
	(void)snprintf(shown, sizeof(shown), "AUTH %s%s", x->mech->name,
	    *initial != '\0' ? " ****" : "");
	buf_puts(&x->line, "AUTH ");
	buf_puts(&x->line, x->mech->name);
	if (*initial != '\0') {
		buf_putc(&x->line, ' ');
		buf_puts(&x->line, initial);
		look(x, initial, strlen(initial));
	}
	r = relay(s, x, shown);
	session_phase(s, "commands");
	return r;
}

void
auth_serve(struct session *s, const struct command *cmd)
{
	struct exchange	 x;
	const char	*initial;
	enum io		 r = IO_ERROR;

	memset(&x, 0, sizeof(x));
	buf_init(&x.line, SASL_LINE_MAX + 64);
	buf_init(&x.challenge, CHALLENGE_MAX);
	if (good_command(s, cmd, &x.mech, &initial))
		r = ready(s, &x);
	if (r == IO_ERROR)
		return;
	if (r == IO_OK)
		r = begin(s, &x, initial);
	if (r == IO_OK)
		conclude(s, &x);
	else
		session_unheard(s, r);
	buf_free(&x.line);
	buf_free(&x.challenge);
}
