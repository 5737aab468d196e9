/*
 * filters - the ordered list of filters as if it were one
 *
 * Asks the filters in the order of the configuration; the first answer that
 * is not "go on" is the chain's, and later filters never see that command.  An
 * accepting filter is silent for the rest of the message without silencing the
 * others.
 *
 * What a refusal or a failure says to the client when the filter brought no
 * text of its own is one table here, after Sendmail.
 *
 * Each filter must see the mail as the one before left it.  So a filter is fed
 * while the mail arrives only if no filter before it may edit; the others get
 * their turn after the final dot, with the edits of those before applied.
 *
 * All filters together have ChainTimeout for one question of the client: when
 * it is used up the answer is 451, whatever F= says, since the filters that
 * were not asked are not to blame.
 */
#include <string.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "filters.h"
#include "log.h"

void
filters_init(struct filters *fs, struct config *c, int64_t limit)
{
	size_t	 i;

	fs->config = c;
	fs->limit = limit;
	fs->n = c->nfilter;
	fs->by = fs->quarantine = NULL;
	fs->id = "-";
	fs->declared = 0;
	fs->trace = NULL;
	fs->reason[0] = '\0';
	for (i = 0; i < fs->n; i++)
		milter_init(&fs->m[i], &c->filter[i], (size_t)c->max_reply);
	edits_init(&fs->edits, c->spool_dir, (size_t)c->spool_memory,
	    (size_t)c->max_reply);
}

void
filters_skip(struct filters *fs, const char *client, bool relayclient)
{
	const struct skip_conf	*sk;
	size_t			 i;
	size_t			 k;
	bool			 skip;

	for (i = 0; i < fs->n; i++) {
		sk = &fs->m[i].conf->skip;
		skip = sk->relayclient && relayclient;
		for (k = 0; k < sk->nnet && !skip; k++)
			skip = net_has(&sk->net[k], client);
		if (!skip)
			continue;
		log_debug("filter %s: not for this client (Skip)",
		    fs->m[i].conf->name);
		fs->m[i].state = M_QUIT;
	}
}

bool
filters_left(const struct filters *fs)
{
	size_t	 i;

	for (i = 0; i < fs->n; i++)
		if (fs->m[i].state != M_QUIT && fs->m[i].state != M_FAILED)
			return true;
	return false;
}

void
filters_trace(struct filters *fs, filters_tracer tracer, void *arg)
{
	fs->trace = tracer;
	fs->trace_arg = arg;
}

static void
start_clock(struct filters *fs)
{
	fs->deadline = now_ms() + fs->config->chain_ms;
	if (fs->limit < fs->deadline)
		fs->deadline = fs->limit;
}

/* Its turn: a filter that only watches has a share of the time, no more. */
static struct milter *
turn_of(struct filters *fs, size_t i)
{
	struct milter	*m = &fs->m[i];
	int64_t		 share;

	m->deadline = fs->deadline;
	if (m->conf->monitor) {
		share = now_ms() + fs->config->chain_ms / (int64_t)fs->n;
		if (share < m->deadline)
			m->deadline = share;
	}
	return m;
}

/* The client's answer where the filter gave none, after Sendmail. */
static const struct {
	int		 code;		/* of a refusal */
	const char	*status;	/* ... and its enhanced code */
	const char	*closing;	/* that of a 421 */
} answers[] = {
	[STAGE_CONNECT] = { 554, "5.7.1", "4.7.0" },
	[STAGE_HELO] = { 550, "5.0.0", "4.7.0" },
	[STAGE_MAIL] = { 550, "5.7.1", "4.3.0" },
	[STAGE_RCPT] = { 550, "5.7.1", "4.3.0" },
	[STAGE_DATA] = { 550, "5.7.1", "4.7.0" },
	[STAGE_UNKNOWN] = { 550, "5.7.1", "4.3.0" },
	[STAGE_HEADER] = { 554, "5.7.1", "4.7.0" },
	[STAGE_EOH] = { 554, "5.7.1", "4.7.0" },
	[STAGE_BODY] = { 554, "5.7.1", "4.7.0" },
	[STAGE_EOM] = { 554, "5.7.1", "4.7.0" },
};

static void
default_reply(struct filters *fs, enum stage stage, enum verdict v,
    struct reply *r)
{
	const char	*host = fs->config->hostname;

	fs->worded = r->code != 0;
	if (fs->worded)
		return;
	switch (v) {
	case V_REJECT:
		reply_set(r, answers[stage].code, answers[stage].status,
		    stage == STAGE_CONNECT ? "%s not accepting connections "
		    "from you" : "Command rejected", host);
		break;
	case V_TEMPFAIL:
		reply_set(r, 451, "4.3.2", "Please try again later");
		break;
	case V_CLOSE:
		reply_set(r, 421, answers[stage].closing,
		    "%s closing connection", host);
		break;
	case V_CONTINUE:
	case V_ACCEPT:
	case V_DISCARD:
	case V_FAIL:
	case V_GONE:
		break;
	}
}

/* What the failure of a filter means: its F=. */
static enum verdict
failed(const struct filters *fs, const struct milter *m)
{
	if (now_ms() >= fs->deadline) {
		log_warnx("filters took longer than %s, at %s (%s)",
		    fs->deadline == fs->limit ? "the session has left" :
		    "ChainTimeout", m->conf->name, stage_name(m->stage));
		return V_TEMPFAIL;
	}
	switch (m->conf->fail) {
	case FAIL_NONE:
		return V_CONTINUE;
	case FAIL_REJECT:
		return V_REJECT;
	case FAIL_TEMP:
		return V_TEMPFAIL;
	case FAIL_CLOSE:
		return V_CLOSE;
	}
	return V_TEMPFAIL;
}

static void
tell(struct filters *fs, const struct milter *m, enum stage stage,
    enum verdict v, const struct reply *r)
{
	if (fs->trace != NULL)
		fs->trace(fs->trace_arg, m, stage, v, r, &fs->edits);
}

static const char *
would(enum verdict v)
{
	switch (v) {
	case V_REJECT:
		return "reject";
	case V_TEMPFAIL:
		return "tempfail";
	case V_CLOSE:
		return "close";
	case V_DISCARD:
		return "discard";
	case V_FAIL:
		return "fail";
	case V_CONTINUE:
	case V_ACCEPT:
	case V_GONE:
		break;
	}
	return NULL;
}

/* A filter on trial: what it would have done goes to the log. */
static void
watched(struct filters *fs, struct milter *m, enum stage stage,
    enum verdict v, struct reply *r)
{
	struct buf	 b;
	struct buf	 t;

	if (would(v) == NULL)
		return;
	buf_init(&b, 2000);
	buf_init(&t, 1024);
	buf_printf(&b, "monitor id=%s", fs->id);
	log_kv(&b, "filter", m->conf->name, 64);
	buf_printf(&b, " stage=%s would=%s code=%d", stage_name(stage),
	    would(v), r->code);
	buf_put(&t, reply_text(r), strcspn(reply_text(r), "\n"));
	log_kv(&b, "reply", buf_len(&t) > 0 ? buf_cstr(&t) : "-", 300);
	log_line(&b);
	buf_free(&t);
	buf_free(&b);
	/* A client refused here would not have come back to it. */
	if (stage <= STAGE_HELO && m->state != M_FAILED) {
		milter_close(m);
		m->state = M_QUIT;
	}
	reply_clear(r);
}

/* One filter's verdict as the chain's; true when the chain ends here. */
static bool
decisive(struct filters *fs, struct milter *m, enum stage stage,
    enum verdict *v, struct reply *r)
{
	if (m->conf->monitor && *v != V_GONE) {
		watched(fs, m, stage, *v, r);
		*v = V_CONTINUE;
		return false;
	}
	if (*v == V_FAIL) {
		reply_clear(r);
		*v = failed(fs, m);
	}
	if (*v == V_CONTINUE || *v == V_ACCEPT) {
		*v = V_CONTINUE;
		return false;
	}
	fs->by = m->conf->name;
	default_reply(fs, stage, *v, r);
	return true;
}

/* Filters that are asked at all: not those that are done, or left. */
static bool
listens(const struct milter *m, enum stage stage)
{
	if (m->apart && stage > STAGE_MAIL)
		return false;
	switch (m->state) {
	case M_OPEN:
		return true;
	case M_INMSG:
		return true;
	case M_DONE:
		return stage <= STAGE_MAIL;
	case M_FAILED:
		/* Its F= answers again; on trial there is nothing to say. */
		return !m->conf->monitor;
	case M_CLOSED:
	case M_QUIT:
		return false;
	}
	return false;
}

enum verdict
filters_open(struct filters *fs, struct reply *r)
{
	enum verdict	 v = V_CONTINUE;
	size_t		 i;

	reply_clear(r);
	start_clock(fs);
	for (i = 0; i < fs->n; i++)
		if (fs->m[i].state != M_QUIT)
			milter_open(turn_of(fs, i));
	for (i = 0; i < fs->n; i++) {
		if (fs->m[i].state == M_QUIT)
			continue;
		v = milter_negotiate(turn_of(fs, i));
		tell(fs, &fs->m[i], STAGE_CONNECT, v, r);
		if (decisive(fs, &fs->m[i], STAGE_CONNECT, &v, r))
			break;
	}
	return v;
}

/* Skip= conditions that are known at MAIL. */
static bool
not_for(const struct filters *fs, const struct milter *m,
    const struct macros *ms)
{
	const struct skip_conf	*sk = &m->conf->skip;

	return (sk->authenticated &&
	    macro_get(ms, "auth_type", strlen("auth_type")) != NULL) ||
	    (sk->larger > 0 && fs->declared > (uint64_t)sk->larger);
}

enum verdict
filters_event(struct filters *fs, enum stage stage, const struct buf *payload,
    const struct macros *ms, struct reply *r)
{
	enum verdict	 v = V_CONTINUE;
	struct milter	*m;
	size_t		 i;

	reply_clear(r);
	start_clock(fs);
	for (i = 0; i < fs->n; i++) {
		m = turn_of(fs, i);
		if (!listens(m, stage))
			continue;
		if (stage == STAGE_MAIL) {
			m->apart = not_for(fs, m, ms);
			if (m->apart)
				continue;
		}
		v = m->state == M_FAILED ? V_FAIL :
		    milter_event(m, stage, payload, ms, r);
		tell(fs, m, stage, v, r);
		if (decisive(fs, m, stage, &v, r))
			break;
	}
	return v;
}

enum verdict
filters_refused_rcpt(struct filters *fs, const struct buf *payload,
    const struct macros *ms)
{
	enum verdict	 v = V_CONTINUE;
	struct reply	 r;
	size_t		 i;

	reply_init(&r);
	start_clock(fs);
	for (i = 0; i < fs->n && v != V_GONE; i++) {
		if (fs->m[i].apart || fs->m[i].state != M_INMSG ||
		    !(fs->m[i].proto & SMFIP_RCPT_REJ))
			continue;
		/* The answer changes nothing for the client. */
		v = milter_event(turn_of(fs, i), STAGE_RCPT, payload, ms,
		    &r);
		reply_clear(&r);
	}
	reply_free(&r);
	return v == V_GONE ? V_GONE : V_CONTINUE;
}

enum verdict
filters_feed(struct filters *fs, const struct message *msg,
    const struct macros *ms, struct reply *r)
{
	enum verdict	 v = V_CONTINUE;
	struct milter	*m;
	size_t		 i;

	reply_clear(r);
	start_clock(fs);
	for (i = 0; i < fs->n; i++) {
		m = turn_of(fs, i);
		if (m->apart || (m->state != M_OPEN && m->state != M_INMSG))
			continue;
		/* Whether it is to see the mail is known only at the end. */
		if (m->conf->skip.larger > 0)
			break;
		v = milter_advance(m, msg, ms, r);
		if ((v != V_CONTINUE && decisive(fs, m, m->stage, &v, r)) ||
		    (milter_may_edit(m) && !m->conf->monitor))
			break;
	}
	return v;
}

/* The edits of a filter on trial, for the log. */
static void
watch_edits(struct filters *fs, const struct milter *m)
{
	struct edits	*es = &fs->edits;
	struct buf	 b;
	struct buf	 t;
	size_t		 i;

	buf_init(&b, 2000);
	buf_init(&t, 1024);
	for (i = 0; edits_text(es, i, &t); i++) {
		buf_printf(&b, "monitor id=%s", fs->id);
		log_kv(&b, "filter", m->conf->name, 64);
		buf_puts(&b, " stage=eom");
		log_kv(&b, "would", buf_cstr(&t), 400);
		log_line(&b);
		buf_reset(&b);
		buf_reset(&t);
	}
	buf_free(&t);
	buf_free(&b);
}

/* Applies what an accepting filter asked for; false when that is decisive. */
static bool
apply(struct filters *fs, struct milter *m, struct message *msg,
    struct envelope *env, unsigned int ext, struct reply *r)
{
	struct edits	*es = &fs->edits;

	if (m->conf->monitor) {
		watch_edits(fs, m);
		return true;
	}
	if (es->quarantine != NULL) {
		fs->quarantine = m->conf->name;
		(void)strlcpy(fs->reason, es->quarantine, sizeof(fs->reason));
	}
	if (message_apply(msg, env, es,
	    (m->proto & SMFIP_HDR_LEADSPC) != 0, ext) == 0)
		return true;
	log_warnx("filter %s: its edits cannot be applied: too much header, a "
	    "malformed address, or SMTPUTF8 needed", m->conf->name);
	fs->by = m->conf->name;
	reply_set(r, 451, "4.3.0", "Filter asked for an impossible change");
	return false;
}

/* One filter's whole turn after the final dot. */
static enum verdict
finish_one(struct filters *fs, struct milter *m, struct message *msg,
    const struct macros *ms, struct reply *r)
{
	enum verdict	 v;

	v = milter_advance(m, msg, ms, r);
	if (v == V_CONTINUE)
		v = milter_eom(m, ms, &fs->edits, r);
	/* Half a new body is never used, whatever F= says. */
	if (v == V_FAIL && fs->edits.newbody && m->conf->fail == FAIL_NONE &&
	    !m->conf->monitor) {
		reply_set(r, 451, "4.3.0", "Filter failed");
		v = V_TEMPFAIL;
	}
	return v;
}

enum verdict
filters_finish(struct filters *fs, struct message *msg,
    struct envelope *env, const struct macros *ms, unsigned int ext,
    struct reply *r)
{
	enum verdict	 v = V_CONTINUE;
	struct milter	*m;
	size_t		 i;
	bool		 stop = false;

	reply_clear(r);
	start_clock(fs);
	for (i = 0; i < fs->n && !stop; i++) {
		m = turn_of(fs, i);
		if (!listens(m, STAGE_EOM))
			continue;
		if (m->conf->skip.larger > 0 && message_outsize(msg) >
		    (uint64_t)m->conf->skip.larger) {
			milter_abort(m);
			continue;
		}
		v = m->state == M_FAILED ? V_FAIL :
		    finish_one(fs, m, msg, ms, r);
		tell(fs, m, m->stage < STAGE_HEADER ? STAGE_EOM : m->stage, v,
		    r);
		if (v == V_CONTINUE || v == V_ACCEPT) {
			if (!apply(fs, m, msg, env, ext, r))
				v = V_TEMPFAIL;
		}
		stop = decisive(fs, m, m->stage < STAGE_HEADER ? STAGE_EOM :
		    m->stage, &v, r);
		edits_reset(&fs->edits);
	}
	return v;
}

enum verdict
filters_quiet(struct filters *fs, struct reply *r)
{
	enum verdict	 v = V_CONTINUE;
	struct milter	*m;
	size_t		 i;

	reply_clear(r);
	start_clock(fs);
	for (i = 0; i < fs->n; i++) {
		m = turn_of(fs, i);
		if ((v = milter_quiet(m)) == V_CONTINUE)
			continue;
		tell(fs, m, STAGE_EOM, v, r);
		if (decisive(fs, m, STAGE_EOM, &v, r))
			break;
	}
	return v;
}

void
filters_abort(struct filters *fs)
{
	size_t	 i;

	for (i = 0; i < fs->n; i++) {
		milter_abort(&fs->m[i]);
		fs->m[i].apart = false;
	}
	fs->quarantine = NULL;
	fs->by = NULL;
}

void
filters_close(struct filters *fs)
{
	size_t	 i;

	for (i = 0; i < fs->n; i++)
		milter_close(&fs->m[i]);
	edits_free(&fs->edits);
}

void
filters_mark(struct filters *fs)
{
	size_t	 i;

	for (i = 0; i < fs->n; i++)
		fs->m[i].before_ms = fs->m[i].spent_ms;
}

int64_t
filters_spent(const struct filters *fs, struct buf *each)
{
	const struct milter	*m;
	const char		*p;
	int64_t			 ms;
	int64_t			 sum = 0;

	for (m = fs->m; m < fs->m + fs->n; m++) {
		ms = m->spent_ms - m->before_ms;
		sum += ms;
		if (m->apart || (ms == 0 && (m->state == M_QUIT ||
		    m->state == M_CLOSED || m->state == M_FAILED)))
			continue;
		if (buf_len(each) > 0)
			buf_putc(each, ',');
		for (p = m->conf->name; *p != '\0'; p++)
			buf_putc(each, *p == ',' || *p == ':' ? '_' : *p);
		buf_printf(each, ":%lld", (long long)ms);
	}
	return sum;
}
