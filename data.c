/*
 * data - DATA, and what follows the last octet of a mail
 *
 * The mail is held until the filters have spoken: to DATA the gate itself
 * answers 354, and what is wrong with the content is said behind the true
 * final dot.  Then the filters have their last word, and the mail goes to
 * deliver.c, into quarantine, or nowhere.
 */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "mail.h"
#include "quarantine.h"
#include "record.h"

#define EXPECT		8192	/* octets of a small mail */

const char *
txn_refusal(const struct reply *r)
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
	s->txn.result = txn_refusal(&s->reply);
}

/* The filters' last word on a mail that arrived whole; leaves the reply. */
static void
conclude(struct session *s)
{
	struct txn	*t = &s->txn;
	struct content	*c = &t->content;
	struct buf	 id;

	session_phase(s, "filters");
	if (c->v == V_CONTINUE) {
		buf_init(&id, 2048);
		if (message_value(&t->msg, "Message-ID", &id))
			macro_set(&s->macros, "{msg_id}", buf_cstr(&id));
		buf_free(&id);
		c->v = filters_finish(&s->filters, &t->msg, &t->env,
		    &s->macros, s->backend.ext & s->offered, &c->said);
	}
	switch (c->v) {
	case V_GONE:
		session_over(s, IO_GONE);
		txn_result(s, "aborted", strcmp(s->end, "stop") == 0 ?
		    "gate" : "client", "eom");
		return;
	case V_REJECT:
	case V_TEMPFAIL:
	case V_CLOSE:
		reply_copy(&s->reply, &c->said);
		txn_result(s, txn_refusal(&s->reply), "filter", "eom");
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

void
txn_finish(struct session *s)
{
	struct txn	*t = &s->txn;
	struct content	*c = &t->content;

	session_until(s, now_ms() + s->config->deliver_ms);
	t->msg.size = c->count;
	if (content_trouble(s, c)) {
		txn_result(s, txn_refusal(&s->reply), "gate", "data");
	} else if (t->discard) {
		reply_set(&s->reply, 250, "2.0.0", "OK");
	} else {
		buf_free(&c->in);
		buf_free(&c->out);
		conclude(s);
	}
	s->junk = 0;
	/* Without a reply the client is gone, or SIGTERM came. */
	if (s->reply.code != 0)
		session_answer(s);
}

void
mail_data(struct session *s, const struct command *cmd)
{
	struct content	*c = &s->txn.content;
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
				txn_result(s, txn_refusal(&s->reply),
				    "filter", "data");
			txn_end(s);
			return;
		}
	}
	session_phase(s, "data");
	session_say(s, 354, "", "End data with <CR><LF>.<CR><LF>");
	datain_init(&c->d, (size_t)s->config->max_line, cmd->bare);
	content_begin(s, c);
	conn_expect(&s->client, EXPECT);
	reply_clear(&s->reply);
	if (content_read(s, c, UINT64_MAX))
		txn_finish(s);
	else
		txn_result(s, "aborted", "client", "data");
	txn_end(s);
	session_phase(s, "commands");
}
