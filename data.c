/*
 * data - from DATA to the answer to the final dot
 *
 * The mail is held until the filters have spoken.  It is read through the
 * canonical line stream, stored, and shown to the filters as far as they may
 * see it already; what is wrong with it is remembered and said at the end,
 * behind the true final dot.
 *
 * While a client takes its time over the data, the backend waits with an open
 * transaction: a NOOP now and then keeps it awake.
 */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "mail.h"
#include "quarantine.h"
#include "record.h"

#define NOOP_FIRST_MS	30000
#define NOOP_MS		60000
#define DELIVER_MS	330000	/* from the client's final dot to ours ... */
#define BEHIND_CHAIN_MS	60000	/* ... and so long behind the filters */
#define CHUNK		65536	/* one look at the client's data */
#define EXPECT		8192	/* octets of a small mail */
#define HARD_LIMIT	4	/* times MaxMessageSize: hang up */

/* What is to be said of the data itself; false when all is well. */
static bool
data_trouble(struct session *s, const struct datain *d, bool toobig)
{
	struct reply	*r = &s->reply;
	unsigned int	 found = d->found;

	if (s->config->bare_newline == BARE_NORMALIZE)
		found &= DATAIN_LONG;
	if (found & (DATAIN_BARE_CR | DATAIN_BARE_LF)) {
		reply_set(r, 550, "5.5.2", "Bare <CR> or <LF> in the message; "
		    "lines must end with <CR><LF>");
		/* What follows may be meant to look like commands. */
		session_end(s, "errors");
	} else if (found & DATAIN_NUL) {
		reply_set(r, 550, "5.6.0", "NUL octet in the message");
	} else if (found & DATAIN_LONG) {
		reply_set(r, 550, "5.6.0", "Line longer than %lld octets",
		    (long long)s->config->max_line);
	} else if (toobig) {
		reply_set(r, 552, "5.3.4", "Message size exceeds fixed limit");
	} else if (s->txn.msg.trouble == MSG_HEADER) {
		reply_set(r, 552, "5.3.4", "Message header too large");
	} else if (s->txn.msg.trouble == MSG_HOPS) {
		reply_set(r, 554, "5.4.6", "Too many hops, this is a loop");
	} else if (s->txn.msg.trouble == MSG_SPOOL) {
		log_warnx("spool %s: %s", s->config->spool_dir,
		    strerror(s->txn.msg.body.error));
		reply_set(r, 452, "4.3.1", "Insufficient system storage");
	} else {
		return false;
	}
	return true;
}

/* The state of reading one mail. */
struct reading {
	struct datain	 d;
	struct buf	 in;
	struct buf	 out;
	uint64_t	 count;		/* octets of content */
	bool		 toobig;
	enum verdict	 v;		/* of the filters so far */
	struct reply	 said;		/* with it */
	int64_t		 start;
	int64_t		 noop;		/* when the next is due */
};

/* When the wait for more data must end. */
static int64_t
data_deadline(const struct session *s, const struct reading *rd)
{
	int64_t	 t = now_ms() + s->config->idle_ms;
	int64_t	 all = rd->start + s->config->data_ms;
	int64_t	 rate;

	if (s->config->min_rate > 0) {
		rate = rd->start + s->config->grace_ms +
		    (int64_t)(rd->count * 1000) / s->config->min_rate;
		if (rate < t)
			t = rate;
	}
	return all < t ? all : t;
}

/* Waits for data; keeps the backend awake meanwhile. */
static enum io
get_data(struct session *s, struct reading *rd)
{
	int64_t		 deadline = data_deadline(s, rd);
	struct reply	 r;
	enum io		 io;

	for (;;) {
		io = conn_get(&s->client, &rd->in, deadline < rd->noop ?
		    deadline : rd->noop);
		if (io != IO_TIMEOUT || now_ms() >= deadline ||
		    now_ms() < rd->noop)
			return io;
		rd->noop = now_ms() + NOOP_MS;
		if (!s->txn.holds || !backend_up(&s->backend))
			continue;
		reply_init(&r);
		io = backend_cmd(&s->backend, &r, "NOOP");
		if (io == IO_OK && reply_class(&r) != 2)
			backend_drop(&s->backend, "refused NOOP");
		reply_free(&r);
		if (io == IO_GONE || io == IO_STOP)
			return io;
	}
}

/* False when the mail is refused, or swallowed: nothing is stored. */
static bool
stored(const struct session *s, const struct reading *rd)
{
	return !rd->toobig && !s->txn.discard &&
	    !(rd->d.found & DATAIN_LONG) &&
	    (rd->d.found == 0 || s->config->bare_newline != BARE_REJECT);
}

/* More content. */
static void
store(struct session *s, struct reading *rd, const char *p, size_t n)
{
	rd->count += n;
	if (s->max_size != 0 && rd->count > s->max_size)
		rd->toobig = true;
	if (stored(s, rd))
		message_feed(&s->txn.msg, p, n);
}

/* Stores and shows to the filters what came. */
static void
take_data(struct session *s, struct reading *rd)
{
	struct txn	*t = &s->txn;
	const char	*p = buf_ptr(&rd->in);
	size_t		 n = buf_len(&rd->in);
	size_t		 used;

	/* Most blocks are content as they stand, and need no copy. */
	used = datain_clean(&rd->d, p, n);
	store(s, rd, p, used);
	if (used < n) {
		buf_reset(&rd->out);
		used += datain_feed(&rd->d, p + used, n - used, &rd->out);
		store(s, rd, buf_ptr(&rd->out), buf_len(&rd->out));
	}
	conn_unget(&s->client, p + used, n - used);
	buf_reset(&rd->in);
	if (!stored(s, rd))
		return;
	if (rd->d.state == DI_END) {
		message_end(&t->msg, rd->d.dotlines);
		return;
	}
	if (rd->v == V_CONTINUE && t->msg.trouble == MSG_OK)
		rd->v = filters_feed(&s->filters, &t->msg, &s->macros,
		    &rd->said);
}

/* Reads to the final dot; false when the session is over before. */
static bool
read_mail(struct session *s, struct reading *rd)
{
	enum io	 r;

	while (rd->d.state != DI_END) {
		r = rd->v == V_GONE ? IO_GONE : get_data(s, rd);
		if (r == IO_OK) {
			take_data(s, rd);
			if (s->max_size == 0 ||
			    rd->count / HARD_LIMIT <= s->max_size)
				continue;
			session_say(s, 421, "4.3.0", "%s Far too much data",
			    s->config->hostname);
			return false;
		}
		if (r == IO_EOF)
			session_end(s, "lost");
		else if (r == IO_TIMEOUT)
			session_end(s, "timeout");
		else
			session_over(s, r);
		return false;
	}
	return true;
}

static const char *
refusal_result(const struct reply *r)
{
	return reply_class(r) == 5 ? "rejected" : "tempfailed";
}

/* A filter asked for quarantine and accepted: there is no queue to hold it. */
static void
quarantine(struct session *s)
{
	record_quarantine(s);
	s->filters.by = s->filters.quarantine;
	txn_result(s, NULL, "filter", "eom");
	switch ((enum quarantine)s->config->quarantine) {
	case QUARANTINE_REJECT:
		reply_set(&s->reply, 550, "5.7.1", "Message refused");
		break;
	case QUARANTINE_TEMPFAIL:
		reply_set(&s->reply, 451, "4.7.1",
		    "Message not accepted now");
		break;
	case QUARANTINE_MAILDIR:
		if (quarantine_store(s) == 0) {
			reply_set(&s->reply, 250, "2.0.0",
			    "OK, kept aside as %s", s->txn.id);
			s->txn.result = "quarantined";
			return;
		}
		reply_set(&s->reply, 451, "4.3.0",
		    "Message cannot be kept aside");
		break;
	}
	s->txn.result = refusal_result(&s->reply);
}

/* The filters' last word on a mail that arrived whole; leaves the reply. */
static void
conclude(struct session *s, struct reading *rd)
{
	struct txn	*t = &s->txn;
	struct buf	 id;

	session_phase(s, "filters");
	if (rd->v == V_CONTINUE) {
		buf_init(&id, 2048);
		if (message_value(&t->msg, "Message-ID", &id))
			macro_set(&s->macros, "{msg_id}", buf_cstr(&id));
		buf_free(&id);
		rd->v = filters_finish(&s->filters, &t->msg, &t->env,
		    &s->macros, s->backend.ext & s->offered, &rd->said);
	}
	switch (rd->v) {
	case V_GONE:
		session_over(s, IO_GONE);
		txn_result(s, "aborted", strcmp(s->end, "stop") == 0 ?
		    "gate" : "client", "eom");
		return;
	case V_REJECT:
	case V_TEMPFAIL:
	case V_CLOSE:
		reply_copy(&s->reply, &rd->said);
		txn_result(s, refusal_result(&s->reply), "filter", "eom");
		return;
	case V_DISCARD:
		reply_set(&s->reply, 250, "2.0.0", "OK");
		txn_result(s, "discarded", "filter", "eom");
		return;
	case V_CONTINUE:
	case V_ACCEPT:
	case V_FAIL:
		break;
	}
	/* It will come again: kept or delivered now, it would come twice. */
	if (txn_left(s)) {
		session_over(s, IO_GONE);
		txn_result(s, "aborted", "client", "eom");
	} else if (s->filters.quarantine != NULL) {
		quarantine(s);
	} else if (env_wanted(&t->env) == 0) {
		reply_set(&s->reply, 250, "2.0.0", "OK, no recipient left");
		txn_result(s, "discarded", "filter", "eom");
	} else {
		txn_deliver(s);
	}
}

/*
 * The client waits 10 minutes for the answer to its final dot (RFC 5321
 * 4.5.3.2.6), and the backend needs some of them for its own.
 */
static int64_t
deliver_deadline(const struct session *s)
{
	int64_t	 ms = s->config->chain_ms + BEHIND_CHAIN_MS;

	return now_ms() + (ms > DELIVER_MS ? ms : DELIVER_MS);
}

/* From 354 to the answer to the final dot. */
static void
transfer(struct session *s, bool bare)
{
	struct txn	*t = &s->txn;
	struct reading	 rd;

	memset(&rd, 0, sizeof(rd));
	datain_init(&rd.d, (size_t)s->config->max_line, bare);
	buf_init(&rd.in, CHUNK);
	buf_init(&rd.out, 4 * CHUNK);
	reply_init(&rd.said);
	rd.v = V_CONTINUE;
	conn_expect(&s->client, EXPECT);
	rd.start = now_ms();
	rd.noop = rd.start + NOOP_FIRST_MS;
	/* From here to the dot, and on to the answer, other limits count. */
	session_until(s, rd.start + s->config->data_ms + s->config->chain_ms);
	reply_clear(&s->reply);
	if (!read_mail(s, &rd)) {
		txn_result(s, "aborted", "client", "data");
	} else {
		session_until(s, deliver_deadline(s));
		t->msg.size = rd.count;
		if (data_trouble(s, &rd.d, rd.toobig)) {
			txn_result(s, refusal_result(&s->reply), "gate",
			    "data");
		} else if (t->discard) {
			reply_set(&s->reply, 250, "2.0.0", "OK");
		} else {
			buf_free(&rd.in);
			buf_free(&rd.out);
			conclude(s, &rd);
		}
		/* Without a reply the client is gone, or SIGTERM came. */
		if (s->reply.code != 0)
			session_answer(s);
	}
	s->junk = 0;
	reply_free(&rd.said);
	buf_free(&rd.in);
	buf_free(&rd.out);
}

void
mail_data(struct session *s, const struct command *cmd)
{
	enum verdict	 v = V_CONTINUE;
	struct buf	 none;

	if (*cmd->arg != '\0') {
		session_error(s, 501, "5.5.4", "Syntax: DATA");
		return;
	}
	if (s->txn.asked == 0) {
		session_error(s, 503, "5.5.1", "Need RCPT command first");
		return;
	}
	if (!s->txn.discard && env_wanted(&s->txn.env) == 0) {
		session_error(s, 554, "5.5.1", "No valid recipients");
		return;
	}
	if (conn_pending(&s->client) > 0 && !s->trusted) {
		session_error(s, 554, "5.5.0",
		    "Improper command pipelining: wait for 354");
		session_end(s, "errors");
		return;
	}
	s->txn.data = true;
	if (!s->txn.discard) {
		buf_init(&none, 1);
		v = filters_event(&s->filters, STAGE_DATA, &none, &s->macros,
		    &s->reply);
		if (!txn_stands(s, v, "data", s->txn.env.from)) {
			if (s->end == NULL)
				txn_result(s, refusal_result(&s->reply),
				    "filter", "data");
			txn_end(s);
			return;
		}
	}
	session_phase(s, "data");
	session_say(s, 354, "", "End data with <CR><LF>.<CR><LF>");
	transfer(s, cmd->bare);
	txn_end(s);
	session_until(s, s->start + s->config->session_ms);
	session_phase(s, "commands");
}
