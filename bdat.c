/*
 * bdat - BDAT, a mail in chunks of a length that is told (RFC 3030)
 *
 * The gate serves it whatever the backend can do: chunks become the same held
 * mail as the lines behind DATA, through the same canonical stream, and leave
 * as DATA.  The filters see one mail.
 *
 * The octets of a chunk follow their command whatever becomes of it.  So
 * bdat_read is called before a command is even judged, and takes them off the
 * stream; mail_bdat answers.  A command that does not say clearly how many they
 * are ends the session: behind it nothing can be told apart.
 *
 * A refused chunk spoils the mail until RSET or EHLO: what a client has sent
 * behind it without waiting must not become a mail with a hole.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mail.h"
#include "manners.h"
#include "record.h"

enum chunk { CHUNK_BAD, CHUNK_MORE, CHUNK_LAST };

/* "n" or "n LAST"; what does not fit 64 bits is too much in any case. */
static enum chunk
parse(const char *arg, uint64_t *n)
{
	size_t	 digits = strspn(arg, "0123456789");

	*n = 0;
	if (digits == 0 || digits > 20)
		return CHUNK_BAD;
	*n = strtoull(arg, NULL, 10);
	arg += digits;
	if (*arg == '\0')
		return CHUNK_MORE;
	if (*arg != ' ')
		return CHUNK_BAD;
	return strcasecmp(arg + strspn(arg, " "), "LAST") == 0 ?
	    CHUNK_LAST : CHUNK_BAD;
}

void
bdat_lost(struct session *s)
{
	session_error(s, 501, "5.5.4", "Syntax: BDAT octets [LAST]");
	session_end(s, "errors");
}

/* The first chunk: what DATA would be told, for mail_bdat to say. */
static void
begin(struct session *s)
{
	struct txn	*t = &s->txn;
	struct content	*c = &t->content;
	struct buf	 none;

	s->state = ST_CHUNK;
	session_phase(s, "data");
	content_begin(s, c);
	datain_init_chunks(&c->d, (size_t)s->config->max_line);
	if (!s->esmtp)
		reply_set(&c->said, 503, "5.5.1", "Need EHLO command first");
	else if (t->asked == 0)
		reply_set(&c->said, 503, "5.5.1", "Need RCPT command first");
	else if (!t->discard && env_wanted(&t->env) == 0)
		reply_set(&c->said, 554, "5.5.1", "No valid recipients");
	c->unwanted = c->said.code != 0;
	if (c->unwanted)
		return;
	t->data = true;
	if (t->discard)
		return;
	buf_init(&none, 1);
	c->v = filters_event(&s->filters, STAGE_DATA, &none, &s->macros,
	    &c->said);
	c->start = now_ms();
}

/* The octets of a chunk that has no place. */
static bool
skip(struct session *s, uint64_t n)
{
	struct content	 c;
	bool		 ok;

	content_begin(s, &c);
	datain_init_chunks(&c.d, (size_t)s->config->max_line);
	c.unwanted = true;
	ok = content_read(s, &c, n);
	content_free(&c);
	session_until(s, s->start + s->config->session_ms);
	return ok;
}

bool
bdat_read(struct session *s, const struct command *cmd)
{
	struct content	*c = &s->txn.content;
	uint64_t	 n;

	if (parse(cmd->arg, &n) == CHUNK_BAD) {
		bdat_lost(s);
		return false;
	}
	if (s->refusal != REFUSE_NOT ||
	    !(s->state & (ST_MAIL | ST_RCPT | ST_CHUNK)))
		return skip(s, n);
	if (s->state != ST_CHUNK)
		begin(s);
	else if (now_ms() >= content_due(s, c))
		session_end(s, "timeout");
	if (s->end == NULL && content_read(s, c, n) && c->v == V_GONE)
		session_over(s, IO_GONE);
	if (s->end == NULL)
		return true;
	txn_result(s, "aborted", "client", "data");
	return false;
}

/* The session's reply refuses this chunk, and with it the mail. */
static void
refuse(struct session *s, const char *by)
{
	struct content	*c = &s->txn.content;

	c->unwanted = true;
	reply_clear(&c->said);
	s->txn.msg.size = c->count;
	txn_result(s, txn_refusal(&s->reply), by, "data");
	record_mail(s);
	s->txn.data = false;	/* its log line is written */
	session_answer(s);
}

void
mail_bdat(struct session *s, const struct command *cmd)
{
	struct content	*c = &s->txn.content;
	uint64_t	 n;
	bool		 last = parse(cmd->arg, &n) == CHUNK_LAST;

	if (c->unwanted) {
		if (c->said.code == 0)
			reply_set(&c->said, 503, "5.5.1",
			    "A chunk was refused before: send RSET");
		manners_error(s);
		reply_copy(&s->reply, &c->said);
		reply_clear(&c->said);
		session_answer(s);
	} else if (last) {
		content_end(s, c);
		reply_clear(&s->reply);
		txn_finish(s);
		txn_end(s);
		session_phase(s, "commands");
	} else if (n == 0) {
		/* No client needs it, and a million of them costs us. */
		reply_set(&s->reply, 551, "5.7.1", "Empty chunk");
		refuse(s, "gate");
	} else if (content_trouble(s, c)) {
		refuse(s, "gate");
	} else if (c->v == V_REJECT || c->v == V_TEMPFAIL ||
	    c->v == V_CLOSE) {
		reply_copy(&s->reply, &c->said);
		refuse(s, "filter");
	} else {
		session_say(s, 250, "2.0.0", "%llu octets received",
		    (unsigned long long)n);
	}
}
