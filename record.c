/*
 * record - the lines of the log that are about mail
 *
 * One line for each session and each mail, and one for each refused sender,
 * recipient or client: key=value, with keys as spsmtpgate(8) lists them.  Text
 * of peers goes through log_kv and is cut.
 */
#include <string.h>

#include "log.h"
#include "record.h"
#include "starttls.h"

#define ADDR_MAX	320
#define TEXT_MAX	300

static const char *
client_addr(const struct session *s)
{
	const char	*addr = s->peer->remote.addr;

	return *addr != '\0' ? addr : "-";
}

static const char *
or_dash(const char *s)
{
	return *s != '\0' ? s : "-";
}

/* by=filter:NAME, by=backend, by=gate, by=client. */
static void
put_by(struct session *s, struct buf *b, const char *by)
{
	struct buf	 v;

	buf_init(&v, 128);
	buf_puts(&v, by);
	if (strcmp(by, "filter") == 0 && s->filters.by != NULL)
		buf_printf(&v, ":%s", s->filters.by);
	log_kv(b, "by", buf_cstr(&v), 128);
	buf_free(&v);
}

/* code= and the first line of a reply. */
static void
put_reply(struct reply *r, struct buf *b)
{
	const char	*text = reply_text(r);
	struct buf	 v;

	buf_init(&v, 1024);
	buf_put(&v, text, strcspn(text, "\n"));
	buf_printf(b, " code=%d", r->code);
	log_kv(b, "reply", or_dash(buf_cstr(&v)), TEXT_MAX);
	buf_free(&v);
}

static void
put_path(struct buf *b, const char *key, const char *addr)
{
	struct buf	 v;

	buf_init(&v, 2048);
	buf_printf(&v, "<%s>", addr);
	log_kv(b, key, buf_cstr(&v), ADDR_MAX);
	buf_free(&v);
}

static void
put_user(const struct session *s, struct buf *b)
{
	log_kv(b, "user", or_dash(s->auth.user), SASL_USER_MAX);
}

void
record_refused(struct session *s, const char *stage, const char *by,
    const char *addr)
{
	struct buf	 b;

	buf_init(&b, 4000);
	buf_printf(&b, "refused id=%s client=%s stage=%s",
	    s->txn.id[0] != '\0' ? s->txn.id : s->id, client_addr(s), stage);
	put_by(s, &b, by);
	if (strcmp(stage, "auth") == 0)
		put_user(s, &b);
	if (addr != NULL)
		put_path(&b, strcmp(stage, "rcpt") == 0 ? "to" : "from", addr);
	put_reply(&s->reply, &b);
	log_line(&b);
	buf_free(&b);
}

void
record_mail(struct session *s)
{
	struct txn	*t = &s->txn;
	struct buf	 b;
	struct buf	 v;
	size_t		 i;

	buf_init(&b, 4000);
	buf_init(&v, 2400);
	buf_printf(&b, "mail id=%s client=%s", t->id, client_addr(s));
	log_kv(&b, "helo", or_dash(s->helo), 255);
	put_user(s, &b);
	put_path(&b, "from", t->env.from);
	for (i = 0; i < t->env.n && buf_len(&v) < 1000; i++)
		if (t->env.rcpt[i].state != RCPT_EXTRA)
			buf_printf(&v, "%s<%s>", buf_len(&v) > 0 ? "," : "",
			    t->env.rcpt[i].addr);
	buf_printf(&b, " nrcpt=%zu", env_wanted(&t->env));
	log_kv(&b, "to", buf_len(&v) > 0 ? buf_cstr(&v) : "-", 1200);
	buf_free(&v);
	buf_printf(&b, " size=%llu result=%s", (unsigned long long)t->msg.size,
	    t->result);
	put_by(s, &b, t->by);
	buf_printf(&b, " stage=%s", t->stage);
	put_reply(&s->reply, &b);
	log_kv(&b, "backend", s->backend.label, 200);
	buf_init(&v, 4000);
	buf_printf(&b, " filter_ms=%lld backend_ms=%lld ms=%lld",
	    (long long)filters_spent(&s->filters, &v),
	    (long long)(s->backend.spent_ms - t->backend_ms),
	    (long long)(now_ms() - t->start));
	log_kv(&b, "filters", or_dash(buf_cstr(&v)), 2000);
	buf_free(&v);
	log_line(&b);
	buf_free(&b);
}

void
record_recipient(struct session *s, const char *addr, struct reply *r)
{
	struct buf	 b;

	buf_init(&b, 2000);
	buf_printf(&b, "recipient id=%s", s->txn.id);
	put_path(&b, "to", addr);
	put_reply(r, &b);
	log_line(&b);
	buf_free(&b);
}

void
record_quarantine(struct session *s)
{
	struct buf	 b;

	buf_init(&b, 2000);
	buf_printf(&b, "quarantine id=%s", s->txn.id);
	log_kv(&b, "filter", s->filters.quarantine, 64);
	log_kv(&b, "reason", s->filters.reason, 255);
	log_line(&b);
	buf_free(&b);
}

void
record_session(struct session *s)
{
	const struct peer	*p = s->peer;
	struct buf		 b;

	buf_init(&b, 4000);
	buf_printf(&b, "session id=%s client=%s port=%u local=%s%s%s:%u",
	    s->id, client_addr(s), p->remote.port,
	    p->local.family == AF_INET6 ? "[" : "", or_dash(p->local.addr),
	    p->local.family == AF_INET6 ? "]" : "", p->local.port);
	log_kv(&b, "via", or_dash(p->via.addr), 64);
	log_kv(&b, "ptr", or_dash(p->ptr), 255);
	log_kv(&b, "resolve", lookup_word(p->names), 6);
	log_kv(&b, "helo", or_dash(s->helo), 255);
	log_kv(&b, "auth", s->auth.mech != NULL ? s->auth.mech : "-", 32);
	put_user(s, &b);
	log_kv(&b, "tls", starttls_text(s), 96);
	buf_printf(&b, " proto=%s mails=%u rcpts=%u cmds=%u errors=%u end=%s "
	    "ms=%lld", s->esmtp ? "ESMTP" : "SMTP", s->mails, s->rcpts,
	    s->cmds, s->errors, s->end, (long long)(now_ms() - s->start));
	log_line(&b);
	buf_free(&b);
}
