/*
 * deliver - handing the accepted mail to the backend
 *
 * First the backend's transaction is made to fit the envelope that the filters
 * left (txn_sync): nothing to do, more RCPTs, or RSET and everything again.
 * These commands go out as one group where the backend allows it, but never
 * with DATA among them: a 354 behind a refused recipient could only be answered
 * with an empty mail to the others.
 *
 * Then DATA, the content, and the final dot.  The dot is the point of no
 * return: before it a lost backend costs nothing and is dialled again once;
 * after it only the backend's own answer counts, and silence is 451, never 250.
 *
 * Dots are doubled here, after all edits, and nowhere else.
 */
#include <string.h>

#include "hello.h"
#include "log.h"
#include "mail.h"
#include "record.h"

#define PIECE		65536
#define GROUP_MAX	16384	/* octets of commands on their way */

/* Counts of one txn_sync. */
struct sync {
	bool		 sender;	/* MAIL is part of it */
	bool		 reset;		/* RSET is */
	bool		 no_sender;	/* MAIL was refused */
	size_t		 asked;		/* RCPTs */
	size_t		 refused;
	size_t		 temporary;
	size_t		 heads;		/* replies owed to all before RCPT */
	size_t		 before;	/* those of them before MAIL's */
	size_t		 next;		/* first recipient not replied to */
	size_t		 octets;	/* sent without looking for replies */
	struct reply	 first;		/* refusal */
};

/* The reply to one command of the group, in its order. */
static enum io
take_reply(struct session *s, struct sync *y, struct rcpt *rcpt)
{
	struct reply	 r;
	enum io		 io;

	reply_init(&r);
	io = backend_get(&s->backend, &r, s->config->reply_ms);
	if (io == IO_OK && reply_class(&r) == 3) {
		backend_drop(&s->backend, "3xx is no answer to this command");
		io = IO_ERROR;
	}
	if (io == IO_OK) {
		if (reply_class(&r) == 2) {
			if (rcpt != NULL)
				rcpt->state = RCPT_HELD;
		} else {
			if (y->first.code == 0)
				reply_copy(&y->first, &r);
			y->refused++;
			y->temporary += reply_class(&r) == 4;
		}
	}
	reply_free(&r);
	return io;
}

/*
 * The replies to what was sent: first to RSET and MAIL, heads of them, then to
 * the new recipients before end that have none yet.
 */
static enum io
collect(struct session *s, struct sync *y, size_t end)
{
	struct txn	*t = &s->txn;
	enum io		 r = IO_OK;

	for (; r == IO_OK && y->heads > 0; y->heads--) {
		r = take_reply(s, y, NULL);
		y->no_sender = y->refused > 0;
		if (y->before == 0)
			continue;
		y->before--;
		/* The old transaction may stand, or the client be unknown. */
		if (r == IO_OK && y->no_sender) {
			backend_drop(&s->backend, "refused what precedes MAIL");
			r = IO_ERROR;
		}
	}
	for (; r == IO_OK && y->next < end; y->next++)
		if (t->env.rcpt[y->next].state == RCPT_NEW)
			r = take_reply(s, y, &t->env.rcpt[y->next]);
	y->octets = 0;
	return r;
}

/*
 * Puts one command, behind which end recipients are sent.  Replies are read
 * when enough is on its way, or at once if the backend cannot pipeline: neither
 * side may wait for the other to read.
 */
static enum io
step(struct session *s, struct sync *y, size_t end, const char *line)
{
	backend_put(&s->backend, "%s", line);
	y->octets += strlen(line);
	if ((s->backend.ext & EXT_PIPELINING) && y->octets < GROUP_MAX)
		return IO_OK;
	return collect(s, y, end);
}

/* The sender again, and what must come before it. */
static enum io
send_sender(struct session *s, struct sync *y)
{
	struct txn		*t = &s->txn;
	struct told		 told;
	struct buf		 lines;
	struct buf		 one;
	unsigned long long	 size;
	const char		*line;
	size_t			 n;
	enum io			 r = IO_OK;

	buf_init(&lines, 32768);
	buf_init(&one, 16384);
	txn_told(s, &told);
	identity_commands(&s->backend, &told, &lines);
	buf_printf(&lines, "MAIL FROM:<%s>%s", t->env.from, t->env.params);
	/* Before the mail is complete there is no size to tell. */
	if ((s->backend.ext & EXT_SIZE) && t->msg.complete) {
		identity_received(&s->backend, &told, &one);
		size = message_outsize(&t->msg) + buf_len(&one);
		buf_printf(&lines, " SIZE=%llu", size);
	}
	buf_putc(&lines, '\n');
	line = buf_cstr(&lines);
	for (; r == IO_OK && *line != '\0'; line += n + 1) {
		n = strcspn(line, "\n");
		buf_reset(&one);
		buf_put(&one, line, n);
		y->heads++;
		y->before += line[n + 1] != '\0';	/* the last is MAIL */
		r = step(s, y, 0, buf_cstr(&one));
	}
	buf_free(&one);
	buf_free(&lines);
	return r;
}

static enum io
send_group(struct session *s, struct sync *y)
{
	struct txn	*t = &s->txn;
	struct buf	 line;
	enum io		 r = IO_OK;
	size_t		 i;

	buf_init(&line, 16384);
	if (y->reset) {
		y->heads++;
		y->before++;
		r = step(s, y, 0, "RSET");
	}
	if (r == IO_OK && y->sender)
		r = send_sender(s, y);
	for (i = 0; r == IO_OK && i < t->env.n; i++) {
		if (t->env.rcpt[i].state != RCPT_NEW)
			continue;
		y->asked++;
		buf_reset(&line);
		buf_printf(&line, "RCPT TO:<%s>%s", t->env.rcpt[i].addr,
		    t->env.rcpt[i].params);
		r = step(s, y, i + 1, buf_cstr(&line));
	}
	buf_free(&line);
	return r == IO_OK ? collect(s, y, t->env.n) : r;
}

/*
 * The client has its 250 for each recipient and will get one final reply:
 * all or nothing.  Refused for good is only what was refused as a whole.
 */
static void
sync_refused(struct session *s, const struct sync *y)
{
	size_t	 all = y->sender ? 1 + y->asked : y->asked;
	bool	 whole = y->temporary == 0 &&
		    (y->refused >= y->asked) &&
		    env_wanted(&s->txn.env) == y->asked;

	log_warnx("id=%s: the mail server refused %zu of %zu commands of the "
	    "changed envelope", s->txn.id, y->refused, all);
	if (whole || (y->sender && y->refused == all))
		reply_copy(&s->reply, &y->first);
	else
		reply_set(&s->reply, 451, "4.3.0", "Mail server refused a "
		    "part of the envelope; nothing was delivered");
}

enum io
txn_sync(struct session *s)
{
	struct txn	*t = &s->txn;
	struct sync	 y;
	enum io		 r;

	for (;;) {
		r = hello_again(s);
		if (r != IO_OK) {
			if (r == IO_ERROR)
				reply_set(&s->reply, 451, "4.4.2",
				    "Lost the mail server");
			return r;
		}
		memset(&y, 0, sizeof(y));
		reply_init(&y.first);
		y.reset = t->holds && t->msg.complete &&
		    env_needs_reset(&t->env);
		y.sender = y.reset || !t->holds;
		if (y.sender)
			env_forget(&t->env);
		r = send_group(s, &y);
		if (r == IO_OK || r == IO_GONE || r == IO_STOP || t->replayed)
			break;
		/* Lost between commands: once more, from the start. */
		reply_free(&y.first);
		t->holds = false;
		t->replayed = true;
	}
	if (r == IO_OK) {
		/* Without a sender there is no transaction to go on with. */
		t->holds = !y.no_sender;
		if (y.refused > 0) {
			sync_refused(s, &y);
			r = IO_ERROR;
		}
	} else if (r != IO_GONE && r != IO_STOP) {
		t->holds = false;
		reply_set(&s->reply, 451, "4.4.2", "Lost the mail server");
	}
	reply_free(&y.first);
	return r;
}

bool
txn_left(const struct session *s)
{
	/* Half-closed behind a QUIT is a polite client that still listens. */
	return conn_lost(&s->client) || (s->client.status == IO_EOF &&
	    !conn_ends_with(&s->client, "QUIT\r\n"));
}

/* Sends what out has, once it is a piece, and adds text with dots doubled. */
static enum io
put_text(struct session *s, struct buf *out, bool *bol, const char *p,
    size_t n)
{
	enum io	 r = IO_OK;
	size_t	 part;

	for (; r == IO_OK && n > 0; p += part, n -= part) {
		part = n < PIECE ? n : PIECE;
		if (buf_len(out) >= PIECE) {
			r = backend_write(&s->backend, buf_ptr(out),
			    buf_len(out));
			buf_reset(out);
		}
		dataout_put(bol, p, part, out);
	}
	return r;
}

static enum io
send_body(struct session *s, struct buf *out, bool *bol)
{
	struct message	*m = &s->txn.msg;
	struct buf	 piece;
	off_t		 size = spool_size(&m->body);
	off_t		 off;
	enum io		 r = IO_OK;

	buf_init(&piece, PIECE);
	for (off = 0; r == IO_OK && off < size; off += PIECE) {
		buf_reset(&piece);
		if (spool_read(&m->body, off, PIECE, &piece) == -1) {
			backend_drop(&s->backend, "the spool cannot be read");
			r = IO_ERROR;
			break;
		}
		r = put_text(s, out, bol, buf_ptr(&piece), buf_len(&piece));
	}
	buf_free(&piece);
	return r;
}

/*
 * The content up to the final dot.  What is left in out goes with it, so that
 * a small mail is one write.
 */
static enum io
send_content(struct session *s, struct buf *out)
{
	struct message	*m = &s->txn.msg;
	struct told	 told;
	struct buf	 header;
	bool		 bol = true;
	enum io		 r = IO_ERROR;

	buf_init(out, 3 * PIECE + 3);
	buf_init(&header, m->text.max + 4096);
	/* Above what filters put on top, and never seen by them. */
	txn_told(s, &told);
	identity_received(&s->backend, &told, &header);
	if (message_header(m, &header) == 0)
		r = put_text(s, out, &bol, buf_ptr(&header),
		    buf_len(&header));
	buf_free(&header);
	if (r != IO_OK)
		return r;
	/* Without dots to double, the file is what goes over the wire. */
	if (m->dotlines > 0 || m->body.fd == -1 || spool_sync(&m->body) == -1)
		return send_body(s, out, &bol);
	r = backend_write(&s->backend, buf_ptr(out), buf_len(out));
	buf_reset(out);
	return r != IO_OK ? r : backend_sendfile(&s->backend, m->body.fd, 0,
	    (size_t)spool_size(&m->body));
}

/* Before the point of no return: who has left, or spoken, meanwhile? */
static enum io
last_look(struct session *s)
{
	struct conn	*c = &s->backend.conn;

	(void)conn_pause(0);
	if (conn_pending(c) > 0) {
		backend_drop(&s->backend, "answered before the final dot");
		return IO_ERROR;
	}
	if (c->status != IO_OK) {
		backend_drop(&s->backend, conn_strio(c, c->status));
		return IO_ERROR;
	}
	return txn_left(s) ? IO_GONE : IO_OK;
}

/* A transaction in the middle of its data ends by closing. */
static void
abandon(struct session *s)
{
	s->txn.holds = false;
	backend_drop(&s->backend, "left before the final dot");
}

/* The filters have accepted the mail; has one of them said still more? */
static bool
doubted(struct session *s)
{
	if (filters_quiet(&s->filters, &s->reply) == V_CONTINUE)
		return false;
	abandon(s);
	txn_result(s, txn_refusal(&s->reply), "filter", "eom");
	return true;
}

/* The backend's answers to the final dot: LMTP has one for each recipient. */
static size_t
answers(const struct session *s)
{
	return s->backend.lmtp ? s->txn.env.n : 1;
}

static enum io
take_answer(struct session *s, struct reply *r, int64_t until)
{
	enum io	 io = backend_get(&s->backend, r, until - now_ms());

	return io == IO_OK && reply_class(r) == 3 ? IO_ERROR : io;
}

/*
 * Leaves in reply what the client is to hear.  RFC 2033 4.2 has one answer for
 * each recipient, SMTP but one for all: the first, if all are of its class;
 * otherwise 4xx, which loses no mail and may double it for some.
 */
static enum io
take_answers(struct session *s)
{
	int64_t		 until = now_ms() + s->config->final_ms;
	size_t		 n = answers(s);
	struct reply	 r;
	enum io		 io = IO_OK;
	bool		 mixed = false;
	size_t		 i;

	reply_init(&r);
	for (i = 0; i < n && io == IO_OK; i++) {
		if ((io = take_answer(s, &r, until)) != IO_OK)
			break;
		if (i == 0)
			reply_copy(&s->reply, &r);
		mixed = mixed || reply_class(&r) != reply_class(&s->reply);
		if (n > 1)
			record_recipient(s, s->txn.env.rcpt[i].addr, &r);
	}
	reply_free(&r);
	if (mixed && io == IO_OK)
		reply_set(&s->reply, 451, "4.3.0", "Mail server took the mail "
		    "for some of the recipients only");
	return io;
}

/* Beyond the point of no return: the backend's last word. */
static void
commit(struct session *s, struct buf *out)
{
	struct reply	*r = &s->reply;
	enum io		 io;

	conn_commit(true);
	buf_puts(out, ".\r\n");
	s->backend.owed += (unsigned int)answers(s);
	io = conn_put(&s->backend.conn, buf_ptr(out), buf_len(out)) == 0 ?
	    take_answers(s) : IO_ERROR;
	conn_commit(false);
	s->txn.holds = false;
	if (io != IO_OK) {
		backend_drop(&s->backend, "has no answer to the final dot");
		log_warnx("id=%s: outcome unknown: no answer to the final dot; "
		    "the client is told to try again", s->txn.id);
		reply_set(r, 451, "4.4.2", "Lost the mail server; the outcome "
		    "is unknown");
		txn_result(s, "unknown", "backend", "dot");
		return;
	}
	if (reply_class(r) == 2) {
		s->mails++;
		s->refused_rcpts = 0;
		txn_result(s, "accepted", "backend", "dot");
	} else {
		txn_result(s, reply_class(r) == 5 ? "rejected" : "tempfailed",
		    "backend", "dot");
	}
	if (conn_pending(&s->backend.conn) > 0)
		backend_drop(&s->backend, "said more than was asked");
}

/*
 * One attempt.  IO_OK when reply is the client's answer; IO_ERROR when the
 * backend was lost before the dot.
 */
static enum io
attempt(struct session *s)
{
	struct reply	*r = &s->reply;
	struct buf	 out;
	enum io		 io;

	txn_result(s, "tempfailed", "backend", "replay");
	if ((io = txn_sync(s)) != IO_OK) {
		if (io == IO_ERROR) {
			if (reply_class(r) == 5)
				s->txn.result = "rejected";
			return IO_OK;
		}
		return io;
	}
	s->txn.stage = "data";
	if ((io = backend_cmd(&s->backend, r, "DATA")) != IO_OK)
		return io;
	if (r->code != 354) {
		if (reply_class(r) < 4) {
			backend_drop(&s->backend, "answered DATA with neither "
			    "354 nor a refusal");
			reply_set(r, 451, "4.3.0",
			    "Mail server does not make sense");
		} else if (reply_class(r) == 5) {
			s->txn.result = "rejected";
		}
		return IO_OK;
	}
	/* From here on, only the dot or closing ends the data. */
	io = send_content(s, &out);
	if (io == IO_OK)
		io = last_look(s);
	if (io == IO_OK && !doubted(s))
		commit(s, &out);
	buf_free(&out);
	return io;
}

void
txn_deliver(struct session *s)
{
	struct txn	*t = &s->txn;
	enum io		 io;

	session_phase(s, "delivery");
	io = attempt(s);
	if (io != IO_OK)
		abandon(s);
	if (io != IO_OK && io != IO_GONE && io != IO_STOP && !t->replayed &&
	    now_ms() < s->until) {
		/* No dot was sent: once more is safe. */
		t->replayed = true;
		if ((io = attempt(s)) != IO_OK)
			abandon(s);
	}
	if (io == IO_OK)
		return;
	if (io == IO_GONE || io == IO_STOP) {
		session_over(s, io);
		txn_result(s, "aborted", io == IO_GONE ? "client" : "gate",
		    "eom");
		reply_clear(&s->reply);
		return;
	}
	reply_set(&s->reply, 451, "4.4.2", "Lost the mail server");
	txn_result(s, "tempfailed", "backend", "data");
}
