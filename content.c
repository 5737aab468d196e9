/*
 * content - reading the content of a mail
 *
 * The octets behind DATA, or those of one chunk of BDAT after the other: read
 * through the canonical line stream, held, and shown to the filters as far as
 * they may see them already.  What is wrong with them is remembered and said
 * by the caller when it is time to answer.
 *
 * A client has SocketTimeout for each pause, MinDataRate and DataTimeout for
 * the whole, and is cut off when it sends HARD_LIMIT times what it may.  Memory
 * does not depend on what it says it will send.
 *
 * While it takes its time, the backend waits with an open transaction: see
 * backend_rest.
 */
#include <string.h>

#include "content.h"
#include "log.h"
#include "session.h"

#define CHUNK		65536	/* one look at the client's data */
#define HARD_LIMIT	4	/* times MaxMessageSize: hang up */

void
content_begin(struct session *s, struct content *c)
{
	buf_init(&c->in, CHUNK);
	buf_init(&c->out, 4 * CHUNK);
	reply_init(&c->said);
	c->count = 0;
	c->toobig = c->unwanted = false;
	c->v = V_CONTINUE;
	c->start = now_ms();
	/* Until it is there, and on to the answer, other limits count. */
	session_until(s, c->start + s->config->data_ms + s->config->chain_ms);
}

void
content_free(struct content *c)
{
	buf_free(&c->in);
	buf_free(&c->out);
	reply_free(&c->said);
}

int64_t
content_due(const struct session *s, const struct content *c)
{
	int64_t	 all = c->start + s->config->data_ms;
	int64_t	 rate;

	if (s->config->min_rate == 0)
		return all;
	rate = c->start + s->config->grace_ms +
	    (int64_t)(c->count * 1000) / s->config->min_rate;
	return rate < all ? rate : all;
}

/* Waits for up to n octets. */
static enum io
get_data(struct session *s, struct content *c, uint64_t n)
{
	int64_t	 deadline = now_ms() + s->config->idle_ms;

	if (content_due(s, c) < deadline)
		deadline = content_due(s, c);
	return conn_get(&s->client, &c->in, n < SIZE_MAX ? (size_t)n :
	    SIZE_MAX, deadline);
}

/* False when the mail is refused, or swallowed: nothing is stored. */
static bool
stored(const struct session *s, const struct content *c)
{
	return !c->toobig && !c->unwanted && !s->txn.discard &&
	    !(c->d.found & DATAIN_LONG) &&
	    (c->d.found == 0 || s->config->bare_newline != BARE_REJECT);
}

/* More content. */
static void
store(struct session *s, struct content *c, const char *p, size_t n)
{
	c->count += n;
	if (s->max_size != 0 && c->count > s->max_size)
		c->toobig = true;
	if (stored(s, c))
		message_feed(&s->txn.msg, p, n);
}

/* Shows the filters what there is; their time is not the client's. */
static void
feed(struct session *s, struct content *c)
{
	int64_t	 t = now_ms();

	c->v = filters_feed(&s->filters, &s->txn.msg, &s->macros, &c->said);
	c->start += now_ms() - t;
}

/* Stores and shows to the filters what came; how many octets that were. */
static size_t
take_data(struct session *s, struct content *c)
{
	struct txn	*t = &s->txn;
	const char	*p = buf_ptr(&c->in);
	size_t		 n = buf_len(&c->in);
	size_t		 used;

	/* Most blocks are content as they stand, and need no copy. */
	used = datain_clean(&c->d, p, n);
	store(s, c, p, used);
	if (used < n) {
		buf_reset(&c->out);
		used += datain_feed(&c->d, p + used, n - used, &c->out);
		store(s, c, buf_ptr(&c->out), buf_len(&c->out));
	}
	conn_unget(&s->client, p + used, n - used);
	buf_reset(&c->in);
	if (!stored(s, c))
		return used;
	if (c->d.state == DI_END)
		message_end(&t->msg, c->d.dotlines);
	else if (c->v == V_CONTINUE && t->msg.trouble == MSG_OK)
		feed(s, c);
	return used;
}

void
content_end(struct session *s, struct content *c)
{
	buf_reset(&c->out);
	datain_end(&c->d, &c->out);
	store(s, c, buf_ptr(&c->out), buf_len(&c->out));
	if (stored(s, c))
		message_end(&s->txn.msg, c->d.dotlines);
}

bool
content_read(struct session *s, struct content *c, uint64_t n)
{
	enum io	 r;

	while (c->d.state != DI_END && n > 0) {
		r = c->v == V_GONE ? IO_GONE : get_data(s, c, n);
		if (r == IO_OK) {
			n -= take_data(s, c);
			if (s->max_size == 0 ||
			    c->count / HARD_LIMIT <= s->max_size)
				continue;
			session_say(s, 421, "4.3.0", "%s Far too much data",
			    s->config->hostname);
			return false;
		}
		session_unheard(s, r);
		return false;
	}
	return true;
}

bool
content_trouble(struct session *s, const struct content *c)
{
	struct reply	*r = &s->reply;
	unsigned int	 found = c->d.found;

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
	} else if (c->toobig) {
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
