/*
 * session - one client's conversation
 *
 * Straight down: the filters judge the connection, the backend's greeting
 * becomes ours, the process confines itself, and then one command after the
 * other is read, checked against the table below and served.  What belongs to
 * a mail is in mail.c; here are the greeting, the verbs around it, and the
 * one ending.
 *
 * What may be waited for ends early when the client is lost, when SIGTERM
 * comes, or when the session's time is up; session_over turns that into the
 * reason for the end, and everything unwinds by return.
 *
 * A refused session (filters said no at CONNECT or HELO) goes on answering, as
 * Sendmail's does, but no filter and no backend hears of it.
 */
#include <sys/socket.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "auth.h"
#include "cage.h"
#include "greet.h"
#include "hello.h"
#include "identity.h"
#include "log.h"
#include "mail.h"
#include "manners.h"
#include "record.h"
#include "session.h"
#include "starttls.h"
#include "upstream.h"

#define LINE_LIMIT	2048	/* octets of a command, as Postfix */
#define REPLIES_MAX	65536	/* octets of replies not yet read */
#define GOODBYE_MS	2000
#define TLS_HANDSHAKE	0x16	/* first octet of a ClientHello */
#define REFUSED_CMDS	10	/* commands behind a greeting of 554 */

static void	 verb_noop(struct session *, const struct command *);
static void	 verb_vrfy(struct session *, const struct command *);
static void	 verb_expn(struct session *, const struct command *);
static void	 verb_help(struct session *, const struct command *);
static void	 verb_quit(struct session *, const struct command *);
static void	 verb_known(struct session *, const struct command *);
static void	 verb_foreign(struct session *, const struct command *);
static void	 verb_unknown(struct session *, const struct command *);

static const struct verb_row {
	unsigned int	 states;	/* where it is legal */
	bool		 junk;		/* counts against MaxJunk */
	bool		 exempt;	/* served in a refused session */
	void		(*serve)(struct session *, const struct command *);
	/* Comes first, whatever the answer will be; false: there is none. */
	bool		(*read)(struct session *, const struct command *);
} rows[] = {
	[VERB_HELO] = { ST_ANY, false, true, hello_serve, NULL },
	[VERB_EHLO] = { ST_ANY, false, true, hello_serve, NULL },
	[VERB_MAIL] = { ST_START | ST_READY, false, false, mail_from, NULL },
	[VERB_RCPT] = { ST_MAIL | ST_RCPT, false, false, mail_rcpt, NULL },
	[VERB_DATA] = { ST_MAIL | ST_RCPT, false, false, mail_data, NULL },
	[VERB_BDAT] = { ST_MAIL | ST_RCPT | ST_CHUNK, false, false, mail_bdat,
	    bdat_read },
	[VERB_RSET] = { ST_ANY, true, true, mail_rset, NULL },
	[VERB_NOOP] = { ST_ANY, true, true, verb_noop, NULL },
	[VERB_VRFY] = { ST_ANY, true, false, verb_vrfy, NULL },
	[VERB_EXPN] = { ST_ANY, true, false, verb_expn, NULL },
	[VERB_HELP] = { ST_ANY, true, false, verb_help, NULL },
	[VERB_QUIT] = { ST_ANY, false, true, verb_quit, NULL },
	[VERB_AUTH] = { ST_START | ST_READY, false, false, auth_serve, NULL },
	[VERB_STARTTLS] = { ST_START | ST_READY, false, true, starttls_serve,
	    NULL },
	[VERB_XCLIENT] = { ST_ANY, false, true, upstream_xclient, NULL },
	[VERB_KNOWN] = { ST_ANY, false, false, verb_known, NULL },
	[VERB_FOREIGN] = { ST_ANY, false, true, verb_foreign, NULL },
	[VERB_UNKNOWN] = { ST_ANY, false, true, verb_unknown, NULL },
};

void
session_phase(const struct session *s, const char *phase)
{
	const char	*addr = s->peer->remote.addr;

	setproctitle("%s %s", *addr != '\0' ? addr : "local", phase);
}

void
session_end(struct session *s, const char *why)
{
	if (s->end == NULL)
		s->end = why;
}

void
session_until(struct session *s, int64_t when)
{
	s->until = s->filters.limit = when;
	conn_limit(when);
}

bool
session_over(struct session *s, enum io r)
{
	/* Filters say "gone" for both: the client's channel knows. */
	if (conn_lost(&s->client) ||
	    (r == IO_GONE && s->client.status == IO_EOF))
		session_end(s, "lost");
	else if (r == IO_STOP || r == IO_GONE)
		session_end(s, "stop");
	else if (now_ms() >= s->until)
		session_end(s, "timeout");
	return s->end != NULL;
}

void
session_unheard(struct session *s, enum io r)
{
	if (r == IO_EOF)
		session_end(s, "lost");
	else if (r == IO_TIMEOUT)
		session_end(s, "timeout");
	else
		session_over(s, r);
}

void
session_answer(struct session *s)
{
	struct buf	 out;

	manners_delay(s);
	buf_init(&out, 65536 * 2);
	reply_put(&s->reply, &out);
	if (conn_put(&s->client, buf_ptr(&out), buf_len(&out)) == -1)
		session_end(s, "lost");
	log_dialogue("client <", buf_ptr(&out), buf_len(&out));
	buf_free(&out);
	/* A 421 is the last word, whoever it comes from. */
	if (s->reply.code == 421)
		session_end(s, "closed");
}

void
session_say(struct session *s, int code, const char *status, const char *fmt,
    ...)
{
	char	 text[512];
	va_list	 ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	reply_set(&s->reply, code, status, "%s", text);
	session_answer(s);
}

void
session_error(struct session *s, int code, const char *status,
    const char *fmt, ...)
{
	char	 text[512];
	va_list	 ap;

	manners_error(s);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	session_say(s, code, status, "%s", text);
}

void
session_refuse(struct session *s, enum refusal kind)
{
	s->refusal = kind;
	reply_copy(&s->refused, &s->reply);
	filters_close(&s->filters);
}

static void
verb_noop(struct session *s, const struct command *cmd)
{
	(void)cmd;
	session_say(s, 250, "2.0.0", "OK");
}

static void
verb_vrfy(struct session *s, const struct command *cmd)
{
	if (*cmd->arg == '\0')
		session_error(s, 501, "5.5.4", "Syntax: VRFY address");
	else
		session_say(s, 252, "2.0.0",
		    "Cannot verify, but will take the message and try");
}

static void
verb_expn(struct session *s, const struct command *cmd)
{
	(void)cmd;
	session_error(s, 502, "5.5.1", "Lists are not expanded here");
}

static void
verb_help(struct session *s, const struct command *cmd)
{
	(void)cmd;
	session_say(s, 214, "2.0.0",
	    "HELO EHLO AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY QUIT");
}

static void
verb_quit(struct session *s, const struct command *cmd)
{
	if (*cmd->arg != '\0') {
		session_error(s, 501, "5.5.4", "Syntax: QUIT");
		return;
	}
	session_say(s, 221, "2.0.0", "%s closing connection",
	    s->config->hostname);
	session_end(s, "quit");
}

static void
verb_known(struct session *s, const struct command *cmd)
{
	(void)cmd;
	session_error(s, 502, "5.5.1", "Command not implemented");
}

static void
verb_foreign(struct session *s, const struct command *cmd)
{
	(void)cmd;
	session_error(s, 554, "5.5.0", "This is an SMTP server");
	session_end(s, "errors");
}

/* Filters may have an opinion on what we do not know. */
static void
verb_unknown(struct session *s, const struct command *cmd)
{
	enum verdict	 v = V_CONTINUE;
	struct buf	 b;

	if (s->refusal == REFUSE_NOT && !s->secret) {
		buf_init(&b, 65536);
		buf_put_str(&b, cmd->line);
		v = filters_event(&s->filters, STAGE_UNKNOWN, &b, &s->macros,
		    &s->reply);
		buf_free(&b);
	}
	if (v == V_GONE) {
		session_over(s, IO_GONE);
	} else if (v == V_REJECT || v == V_TEMPFAIL || v == V_CLOSE) {
		manners_error(s);
		session_answer(s);
	} else {
		if (v == V_DISCARD)
			s->txn.discard = s->txn.open;
		session_error(s, 500, "5.5.2", "Command not recognized");
	}
}

/* The refused session's answer; false when the verb is served all the same. */
static bool
refused(struct session *s, const struct command *cmd)
{
	const struct verb_row	*row = &rows[cmd->verb];

	switch (s->refusal) {
	case REFUSE_NOT:
		return false;
	case REFUSE_GREETED:
		if (cmd->verb == VERB_QUIT ||
		    (cmd->verb == VERB_XCLIENT && upstream_may(s)))
			return false;
		if (s->cmds > REFUSED_CMDS)
			session_end(s, "refused");
		break;
	case REFUSE_ALL:
		if (row->exempt)
			return false;
		break;
	case REFUSE_MAIL:
		if (cmd->verb == VERB_VRFY || cmd->verb == VERB_EXPN) {
			session_error(s, 550, "5.7.1", "Command rejected");
			return true;
		}
		if (cmd->verb != VERB_MAIL)
			return false;
		break;
	}
	manners_error(s);
	reply_copy(&s->reply, &s->refused);
	session_answer(s);
	return true;
}

static void
out_of_order(struct session *s, enum verb verb)
{
	if (verb == VERB_MAIL)
		session_error(s, 503, "5.5.1", "Nested MAIL command");
	else if (verb == VERB_STARTTLS)
		session_error(s, 503, "5.5.1", "No STARTTLS within a mail");
	else if (verb == VERB_AUTH)
		session_error(s, 503, "5.5.1", "No AUTH within a mail");
	else if (s->state == ST_CHUNK)
		session_error(s, 503, "5.5.1", "Mail comes in chunks: BDAT "
		    "or RSET");
	else
		session_error(s, 503, "5.5.1", "Need MAIL command first");
}

/* From here on neither files nor programs nor other servers are needed. */
static void
confine(struct session *s)
{
	/* Behind the cage the zone cannot be read any more. */
	if (s->config->nfilter > 0)
		tzset();
	/* Nor can the process that looks for the name be ended. */
	if (identity_late(s->config))
		(void)peer_name(s->peer);
	peer_forget(s->peer);
	s->backend.caged = true;
	if (cage_shut(s->config) == -1) {
		session_say(s, 421, "4.3.0", "%s internal error",
		    s->config->hostname);
		s->status = EX_OSERR;
	}
}

static void
dispatch(struct session *s, const struct command *cmd)
{
	const struct verb_row	*row = &rows[cmd->verb];

	if (!s->backend.caged && row->serve != hello_serve &&
	    row->serve != upstream_xclient)
		confine(s);
	if (s->end != NULL || (row->read != NULL && !row->read(s, cmd)) ||
	    refused(s, cmd) || (!row->exempt && !starttls_enough(s)))
		return;
	if (!(row->states & s->state)) {
		out_of_order(s, cmd->verb);
		return;
	}
	if (row->junk && ++s->junk > (unsigned int)s->config->max_junk)
		manners_error(s);
	row->serve(s, cmd);
}

/* One line was read; what it says. */
static void
command(struct session *s, struct buf *line)
{
	struct command	 cmd;

	s->cmds++;
	/* Credentials do not go to the log, not even those not wanted. */
	s->secret = auth_secret(s, line);
	if (s->secret)
		log_debug("client > AUTH ****");
	else
		log_dialogue("client >", buf_ptr(line), buf_len(line));
	switch (smtp_parse_command(line, &cmd)) {
	case CMD_OK:
		dispatch(s, &cmd);
		break;
	case CMD_BARE_LF:
		if (s->config->bare_newline == BARE_NORMALIZE &&
		    *cmd.line != '\0')
			dispatch(s, &cmd);
		else if (cmd.verb == VERB_BDAT)
			bdat_lost(s);
		else
			session_error(s, 500, "5.5.2",
			    "Lines must end with CRLF");
		break;
	case CMD_EMPTY:
		session_error(s, 500, "5.5.2", "Empty command");
		break;
	case CMD_CONTROL:
		if (cmd.verb == VERB_FOREIGN)
			verb_foreign(s, &cmd);
		else if (cmd.verb == VERB_BDAT)
			bdat_lost(s);
		else
			session_error(s, 500, "5.5.2",
			    "Control characters are not allowed");
		break;
	}
	if (s->secret) {
		buf_reset(line);
		buf_wipe(line);
		conn_wipe(&s->client);
	}
}

/* Reads a line and serves it; the idle time ends with its first octet. */
static enum io
next_command(struct session *s, struct buf *line)
{
	int64_t		 deadline = now_ms() + s->config->idle_ms;
	bool		 auth;
	enum io		 r;

	if (now_ms() >= s->until)
		return IO_TIMEOUT;
	/* A client that does not read its replies must wait. */
	if ((r = conn_drain(&s->client, REPLIES_MAX, deadline)) != IO_OK ||
	    (r = conn_wait(&s->client, deadline)) != IO_OK)
		return r;
	/* TLS from the start: the client waits, and no line end may come. */
	if (conn_first(&s->client) == TLS_HANDSHAKE) {
		s->cmds++;
		verb_foreign(s, NULL);
		return IO_OK;
	}
	deadline = now_ms() + (s->config->command_ms < s->config->idle_ms ?
	    s->config->command_ms : s->config->idle_ms);
	r = conn_getline(&s->client, line, LINE_LIMIT, deadline);
	/* Tokens make an AUTH longer than other commands. */
	auth = r == IO_TOOLONG && conn_begins_with(&s->client, "AUTH ");
	if (auth)
		r = conn_getline(&s->client, line, SASL_LINE_MAX, deadline);
	if (r == IO_OK) {
		command(s, line);
	} else if (r == IO_TOOLONG) {
		s->cmds++;
		if (conn_begins_with(&s->client, "BDAT ")) {
			bdat_lost(s);
			return IO_OK;
		}
		if ((r = conn_skipline(&s->client, deadline)) != IO_OK)
			return r;
		conn_wipe(&s->client);
		session_error(s, 500, auth ? "5.5.6" : "5.5.2",
		    "Line too long");
	}
	return r;
}

static void
converse(struct session *s)
{
	struct buf	 line;
	enum io		 r;

	buf_init(&line, SASL_LINE_MAX);
	session_phase(s, "commands");
	while (s->end == NULL) {
		if ((r = next_command(s, &line)) != IO_OK)
			session_unheard(s, r);
		manners_check(s);
	}
	buf_free(&line);
}

/* What the client still has to hear, and time to hear it. */
static void
goodbye(struct session *s)
{
	int64_t		 until = now_ms() + GOODBYE_MS;
	struct buf	 junk;
	size_t		 n = 0;
	char		 c;

	/* Who waits for a handshake is told nothing in clear. */
	if (starttls_implicit(s))
		return;
	conn_commit(true);	/* neither SIGTERM nor limits cut this short */
	if (strcmp(s->end, "stop") == 0)
		session_say(s, 421, "4.3.2", "%s Shutting down",
		    s->config->hostname);
	else if (strcmp(s->end, "timeout") == 0)
		session_say(s, 421, "4.4.2", "%s Timeout exceeded",
		    s->config->hostname);
	if (conn_flush(&s->client, until) != IO_OK || !s->client.sock ||
	    s->client.status != IO_OK)
		return;
	/*
	 * Closing with input unread would send a reset, which can overtake
	 * the reply: end our side, and read until the client ends its own.
	 * Behind a QUIT there is nothing to read, as a rule.
	 */
	if (strcmp(s->end, "quit") == 0 &&
	    recv(s->client.rfd, &c, 1, MSG_PEEK | MSG_DONTWAIT) <= 0)
		return;
	if (shutdown(s->client.wfd, SHUT_WR) == -1)
		return;
	buf_init(&junk, s->client.in.max);
	while (n < 65536 && conn_get(&s->client, &junk, SIZE_MAX,
	    until) == IO_OK) {
		n += buf_len(&junk);
		buf_reset(&junk);
	}
	buf_free(&junk);
}

/* All of it is 0 before; to write that again would cost its pages. */
static void
init(struct session *s, struct config *c, struct peer *p)
{
	struct timespec	 ts;

	s->config = c;
	s->peer = p;
	s->state = ST_START;
	s->start = now_ms();
	s->until = s->start + c->session_ms;
	s->max_size = (uint64_t)c->max_size;
	/* Unique on this machine, and nothing but letters and digits. */
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)snprintf(s->id, sizeof(s->id), "%08llX%05lX%06X",
	    (unsigned long long)ts.tv_sec, (unsigned long)ts.tv_nsec / 1000,
	    (unsigned int)getpid());
	conn_init(&s->client, 65536, 262144);
	reply_init(&s->reply);
	reply_init(&s->refused);
	backend_init(&s->backend, c, p);
	macros_init(&s->macros);
}

int
session_run(struct config *c, struct peer *p)
{
	static struct session	 s;
	bool			 implicit;

	init(&s, c, p);
	implicit = starttls_implicit(&s);
	conn_attach(&s.client, p->rfd, p->wfd, p->sock);
	conn_exact(&s.client, implicit);
	conn_guard(&s.client);
	conn_limit(s.until);
	if (upstream_read(&s) && implicit)
		starttls_first(&s);
	if (s.end == NULL) {
		starttls_open(&s);
		greet_open(&s);
	}
	if (s.end == NULL)
		auth_prepare(&s);
	/* An upstream may yet name a client, who is greeted anew. */
	if (s.end == NULL && !upstream_may(&s))
		confine(&s);
	if (s.end == NULL)
		converse(&s);
	txn_end(&s);
	goodbye(&s);
	backend_close(&s.backend, strcmp(s.end, "backend") != 0);
	auth_leave(&s);
	filters_close(&s.filters);
	peer_forget(p);
	record_session(&s);
	free(s.auth_backend);
	conn_close(&s.client);
	macros_free(&s.macros);
	reply_free(&s.reply);
	reply_free(&s.refused);
	return s.status;
}
