/*
 * mail - the mail transaction: MAIL, RCPT and RSET
 *
 * MAIL and RCPT go to the backend at once, so that the client hears the
 * backend's own opinion, and to the filters when the backend said yes.  The
 * data is read by data.c and handed over by deliver.c.  Whatever happens,
 * txn_end is the only way out of a transaction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "auth.h"
#include "hello.h"
#include "log.h"
#include "mail.h"
#include "manners.h"
#include "record.h"
#include "starttls.h"

/* "<address>" NUL, then each parameter NUL, as filters get them. */
static void
path_payload(const struct path *p, struct buf *b)
{
	size_t	 i;

	buf_init(b, 65535);
	buf_printf(b, "<%s>", p->addr);
	buf_putc(b, '\0');
	for (i = 0; i < p->nparam; i++)
		buf_put_str(b, p->param[i].text);
}

/* Syntax, parameters, SMTPUTF8: false when the client was told. */
static bool
good_path(struct session *s, const struct command *cmd, struct path *p)
{
	bool			 mail = cmd->verb == VERB_MAIL;
	const struct param	*q;
	bool			 bad;
	bool			 utf8;

	switch (smtp_parse_path(cmd->arg, mail ? "FROM" : "TO", p)) {
	case PATH_OK:
		break;
	case PATH_SYNTAX:
		session_error(s, 501, mail ? "5.1.7" : "5.1.3",
		    mail ? "Syntax: MAIL FROM:<address>" :
		    "Syntax: RCPT TO:<address>");
		return false;
	case PATH_PARAM:
		session_error(s, 501, "5.5.4", "Malformed parameter");
		return false;
	case PATH_TWICE:
		session_error(s, 501, "5.5.4", "Parameter given twice");
		return false;
	}
	if (!mail && p->null) {
		session_error(s, 501, "5.1.3", "Syntax: RCPT TO:<address>");
		return false;
	}
	if ((q = ext_check_params(p, cmd->verb, s->offered, &bad)) != NULL) {
		if (bad)
			session_error(s, 501, "5.5.4", "Bad value of %s",
			    q->key);
		else
			session_error(s, 555, "5.5.4", "Unsupported option "
			    "%s", q->key);
		return false;
	}
	utf8 = mail ? smtp_param(p, "SMTPUTF8") != NULL : s->txn.env.utf8;
	if (p->utf8 && !utf8) {
		session_error(s, 553, "5.6.7", "Address needs SMTPUTF8");
		return false;
	}
	return true;
}

void
mail_date(struct buf *b)
{
	char		 date[64];
	time_t		 now = time(NULL);
	struct tm	 tm;

	if (localtime_r(&now, &tm) != NULL &&
	    strftime(date, sizeof(date), "%a, %d %b %Y %T %z", &tm) > 0)
		buf_puts(b, date);
}

static void
txn_begin(struct session *s)
{
	struct txn	*t = &s->txn;
	struct config	*c = s->config;
	struct buf	 date;

	memset(t, 0, sizeof(*t));
	env_init(&t->env);
	message_init(&t->msg, c->spool_dir, (size_t)c->spool_memory,
	    (size_t)c->max_header);
	t->open = true;
	t->start = now_ms();
	filters_mark(&s->filters);
	t->backend_ms = s->backend.spent_ms;
	(void)snprintf(t->id, sizeof(t->id), "%s%02X", s->id, ++s->txns);
	macro_set(&s->macros, "i", t->id);
	/* Only filters ask for it, and the zone was read only for them. */
	if (c->nfilter > 0) {
		buf_init(&date, 64);
		mail_date(&date);
		macro_set(&s->macros, "b", buf_cstr(&date));
		buf_free(&date);
	}
}

void
txn_release(struct session *s)
{
	struct reply	 r;

	if (!s->txn.holds)
		return;
	s->txn.holds = false;
	if (!backend_up(&s->backend))
		return;
	reply_init(&r);
	if (backend_cmd(&s->backend, &r, "RSET") == IO_OK && r.code != 250)
		backend_drop(&s->backend, "refused RSET");
	reply_free(&r);
}

void
txn_result(struct session *s, const char *result, const char *by,
    const char *stage)
{
	s->txn.result = result;
	s->txn.by = by;
	s->txn.stage = stage;
}

void
txn_end(struct session *s)
{
	struct txn	*t = &s->txn;

	if (!t->open)
		return;
	if (t->data && t->result != NULL)
		record_mail(s);
	filters_abort(&s->filters);
	if (s->end == NULL)
		txn_release(s);
	else if (t->holds)
		t->holds = false;	/* QUIT or the end resets it */
	env_free(&t->env);
	message_free(&t->msg);
	content_free(&t->content);
	session_until(s, s->start + s->config->session_ms);
	macro_set(&s->macros, "i", NULL);
	macro_set(&s->macros, "{mail_addr}", NULL);
	macro_set(&s->macros, "{rcpt_addr}", NULL);
	macro_set(&s->macros, "{msg_id}", NULL);
	t->open = false;
	t->id[0] = '\0';
	s->state = s->helo[0] != '\0' ? ST_READY : ST_START;
}

void
txn_told(struct session *s, struct told *t)
{
	const struct envelope	*env = &s->txn.env;
	size_t			 i;

	memset(t, 0, sizeof(*t));
	t->helo = s->helo;
	t->esmtp = s->esmtp;
	t->utf8 = env->utf8;
	t->auth = s->auth.mech != NULL;
	t->tls = s->peer->tls.on ? starttls_text(s) : NULL;
	t->id = s->txn.id;
	for (i = 0; i < env->n && env_wanted(env) == 1; i++)
		if (env->rcpt[i].state != RCPT_EXTRA)
			t->rcpt = env->rcpt[i].addr;
}

/* What must come before MAIL; a server that refuses it is not used. */
static enum io
mail_preface(struct session *s)
{
	struct told	 told;
	struct buf	 lines;
	const char	*line;
	size_t		 n;
	enum io		 r = IO_OK;

	buf_init(&lines, 8192);
	txn_told(s, &told);
	identity_commands(&s->backend, &told, &lines);
	line = buf_cstr(&lines);
	for (; r == IO_OK && *line != '\0'; line += n + 1) {
		n = strcspn(line, "\n");
		r = backend_cmd(&s->backend, &s->reply, "%.*s", (int)n, line);
		if (r == IO_OK && reply_class(&s->reply) != 2) {
			backend_drop(&s->backend, "refused XFORWARD");
			r = IO_ERROR;
		}
	}
	buf_free(&lines);
	return r;
}

/*
 * One command of the transaction at the backend.  A backend that was lost
 * is dialled again once, and told what it knew before.
 */
static enum io
txn_ask(struct session *s, const char *line)
{
	struct txn	*t = &s->txn;
	enum io		 r;

	for (;;) {
		if (t->env.any)
			r = txn_sync(s);
		else
			r = hello_again(s);
		if (r != IO_OK)
			return r;
		r = t->env.any ? IO_OK : mail_preface(s);
		if (r == IO_OK)
			r = backend_cmd(&s->backend, &s->reply, "%s", line);
		if (r == IO_OK || r == IO_GONE || r == IO_STOP)
			break;
		t->holds = false;
		if (t->replayed) {
			reply_set(&s->reply, 451, "4.4.2",
			    "Lost the mail server");
			return IO_ERROR;
		}
		t->replayed = true;
	}
	if (r == IO_OK && (reply_class(&s->reply) == 3)) {
		backend_drop(&s->backend, "3xx is no answer to this command");
		t->holds = false;
		reply_set(&s->reply, 451, "4.3.0",
		    "Mail server does not make sense");
		return IO_ERROR;
	}
	return r;
}

bool
txn_stands(struct session *s, enum verdict v, const char *stage,
    const char *addr)
{
	switch (v) {
	case V_CONTINUE:
	case V_ACCEPT:
	case V_FAIL:
		return true;
	case V_DISCARD:
		s->txn.discard = true;
		txn_result(s, "discarded", "filter", stage);
		return true;
	case V_GONE:
		session_over(s, IO_GONE);
		return false;
	case V_REJECT:
	case V_TEMPFAIL:
	case V_CLOSE:
		break;
	}
	if (addr != NULL)
		record_refused(s, stage, "filter", addr);
	if (strcmp(stage, "rcpt") == 0)
		manners_refused_rcpt(s);
	session_answer(s);
	return false;
}

/* MAIL's own parameters as the backend is to see them. */
static void
mail_line(struct session *s, const struct path *p, struct buf *line)
{
	size_t	 i;

	buf_init(line, 8192);
	buf_printf(line, "MAIL FROM:<%s>", p->addr);
	for (i = 0; i < p->nparam; i++)
		if (strcasecmp(p->param[i].key, "SIZE") != 0 ||
		    (s->backend.ext & EXT_SIZE))
			buf_printf(line, " %s", p->param[i].text);
}

static void
set_mail_macros(struct session *s, const struct path *p)
{
	const struct param	*q;

	macro_set(&s->macros, "{mail_addr}", p->addr);
	macro_set(&s->macros, "{mail_host}", s->backend.label);
	macro_set(&s->macros, "{mail_mailer}", "smtp");
	/* What a stranger says of this is worth nothing (RFC 4954 5). */
	q = s->auth.mech != NULL ? smtp_param(p, "AUTH") : NULL;
	macro_set(&s->macros, "{auth_author}", q != NULL &&
	    strcmp(q->value, "<>") != 0 ? q->value : NULL);
}

/* The backend has said yes: now the filters. */
static void
mail_ask(struct session *s, const struct path *p)
{
	const struct param	*size;
	struct reply	 yes;
	struct buf	 b;
	enum verdict	 v;

	reply_init(&yes);
	reply_copy(&yes, &s->reply);
	set_mail_macros(s, p);
	size = smtp_param(p, "SIZE");
	s->filters.id = s->txn.id;
	s->filters.declared = size != NULL ?
	    strtoull(size->value, NULL, 10) : 0;
	path_payload(p, &b);
	v = filters_event(&s->filters, STAGE_MAIL, &b, &s->macros, &s->reply);
	buf_free(&b);
	if (txn_stands(s, v, "mail", p->addr)) {
		env_set_from(&s->txn.env, p);
		s->state = ST_MAIL;
		reply_copy(&s->reply, &yes);
		session_answer(s);
		if (s->txn.discard)
			txn_release(s);
	} else {
		txn_end(s);
	}
	reply_free(&yes);
}

void
mail_from(struct session *s, const struct command *cmd)
{
	const struct param	*size;
	struct path		 p;
	struct buf		 line;
	enum io			 r;

	if (!good_path(s, cmd, &p))
		return;
	/* A stranger's is nothing to a server that offers no AUTH. */
	if (!(s->backend.ext & EXT_AUTH))
		smtp_forget_param(&p, smtp_param(&p, "AUTH"));
	size = smtp_param(&p, "SIZE");
	if (!manners_mail(s, size != NULL ? strtoull(size->value, NULL, 10) :
	    0))
		return;
	if (auth_other(s) != NULL)
		auth_leave(s);
	/* The lost backend of an idle session comes back here. */
	r = hello_again(s);
	if (r == IO_OK) {
		txn_begin(s);
		mail_line(s, &p, &line);
		r = txn_ask(s, buf_cstr(&line));
		buf_free(&line);
	}
	if (r == IO_GONE || r == IO_STOP) {
		session_over(s, r);
	} else if (r == IO_OK && reply_class(&s->reply) == 2) {
		s->txn.holds = true;
		backend_rest(&s->backend);
		mail_ask(s, &p);
		return;
	} else {
		record_refused(s, "mail", r == IO_OK ? "backend" : "gate",
		    p.addr);
		session_answer(s);
	}
	txn_end(s);
}

/* The backend refused a recipient: filters that asked for it are told. */
static void
tell_refused(struct session *s, const struct path *p)
{
	struct macros	*ms = &s->macros;
	const char	*text = reply_text(&s->reply);
	size_t		 n = reply_status_len(text, strcspn(text, " \n"));
	char		 status[16] = "";
	struct buf	 b;

	if (n > 0 && n < sizeof(status)) {
		memcpy(status, text, n);
		status[n] = '\0';
		text += n + strspn(text + n, " ");
	}
	macro_set(ms, "{rcpt_mailer}", "error");
	macro_set(ms, "{rcpt_host}", status);
	buf_init(&b, 2048);
	buf_put(&b, text, strcspn(text, "\n"));
	macro_set(ms, "{rcpt_addr}", buf_cstr(&b));
	buf_free(&b);
	path_payload(p, &b);
	if (filters_refused_rcpt(&s->filters, &b, ms) == V_GONE)
		session_over(s, IO_GONE);
	buf_free(&b);
}

static void
rcpt_ask(struct session *s, const struct path *p)
{
	struct macros	*ms = &s->macros;
	struct reply	 yes;
	struct buf	 b;
	enum verdict	 v;

	reply_init(&yes);
	reply_copy(&yes, &s->reply);
	macro_set(ms, "{rcpt_addr}", p->addr);
	macro_set(ms, "{rcpt_host}", s->backend.label);
	macro_set(ms, "{rcpt_mailer}", "smtp");
	path_payload(p, &b);
	v = filters_event(&s->filters, STAGE_RCPT, &b, ms, &s->reply);
	buf_free(&b);
	if (txn_stands(s, v, "rcpt", p->addr)) {
		env_add(&s->txn.env, p, RCPT_HELD);
		s->state = ST_RCPT;
		s->rcpts++;
		reply_copy(&s->reply, &yes);
		session_answer(s);
		if (s->txn.discard)
			txn_release(s);
	} else {
		/* The backend has one more than the mail is for. */
		env_add(&s->txn.env, p, RCPT_EXTRA);
	}
	reply_free(&yes);
}

int64_t
mail_most(const struct session *s)
{
	const struct config	*c = s->config;

	return s->backend.lmtp && c->lmtp_rcpts < c->max_rcpts ?
	    c->lmtp_rcpts : c->max_rcpts;
}

/*
 * True when the mail has all the recipients that it may have.  LMTP has an
 * answer for each, of which the client can hear but one.
 */
static bool
is_full(const struct session *s)
{
	const struct envelope	*env = &s->txn.env;

	return env->n >= (size_t)s->config->max_rcpts || (s->backend.lmtp &&
	    env_wanted(env) >= (size_t)s->config->lmtp_rcpts);
}

void
mail_rcpt(struct session *s, const struct command *cmd)
{
	struct txn	*t = &s->txn;
	struct path	 p;
	struct buf	 line;
	size_t		 i;
	enum io		 r;

	if (!good_path(s, cmd, &p))
		return;
	t->asked++;
	if (is_full(s)) {
		/* Whoever asks twice as often again does not listen. */
		if (t->asked > 2 * (size_t)s->config->max_rcpts)
			manners_error(s);
		session_say(s, 452, "4.5.3", "Too many recipients");
		return;
	}
	if (t->discard) {
		env_add(&t->env, &p, RCPT_NEW);
		s->state = ST_RCPT;
		session_say(s, 250, "2.1.5", "OK");
		return;
	}
	buf_init(&line, 8192);
	buf_printf(&line, "RCPT TO:<%s>", p.addr);
	for (i = 0; i < p.nparam; i++)
		buf_printf(&line, " %s", p.param[i].text);
	r = txn_ask(s, buf_cstr(&line));
	buf_free(&line);
	if (t->holds)
		backend_rest(&s->backend);
	if (r == IO_GONE || r == IO_STOP) {
		session_over(s, r);
	} else if (r == IO_OK && reply_class(&s->reply) == 2) {
		rcpt_ask(s, &p);
	} else {
		record_refused(s, "rcpt", r == IO_OK ? "backend" : "gate",
		    p.addr);
		manners_refused_rcpt(s);
		session_answer(s);
		if (r == IO_OK)
			tell_refused(s, &p);
	}
}

void
mail_rset(struct session *s, const struct command *cmd)
{
	if (*cmd->arg != '\0') {
		session_error(s, 501, "5.5.4", "Syntax: RSET");
		return;
	}
	session_say(s, 250, "2.0.0", "OK");
	txn_end(s);
}
