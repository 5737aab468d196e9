/*
 * hello - HELO and EHLO
 *
 * The backend is asked first, then the filters; what the client is offered is
 * what of the backend's list may cross, and what the gate does itself.  A
 * backend that was lost is dialled here again, and told what the client said.
 */
#include <stdio.h>
#include <string.h>

#include "auth.h"
#include "hello.h"
#include "mail.h"
#include "manners.h"
#include "record.h"
#include "starttls.h"
#include "upstream.h"

/* Moves a line that was put together to the answer. */
static void
offer(struct reply *r, struct buf *line)
{
	reply_add(r, buf_ptr(line), buf_len(line));
	buf_reset(line);
}

/* The smaller of two sizes, where 0 is no limit. */
static uint64_t
smaller(uint64_t a, uint64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* What the gate itself has, or has a say in. */
static void
offer_own(struct session *s, struct buf *line)
{
	struct backend	*b = &s->backend;
	struct backend	*other = auth_other(s);
	struct limits	 l = {
		.mailmax = s->trusted ? 0 : (uint32_t)s->config->max_mails,
		.rcptmax = (uint32_t)mail_most(s),
	};

	reply_add(&s->reply, "PIPELINING", 10);
	if (starttls_offered(s))
		reply_add(&s->reply, "STARTTLS", 8);
	reply_add(&s->reply, "CHUNKING", 8);
	s->max_size = smaller((uint64_t)s->config->max_size,
	    b->ext & EXT_SIZE ? b->size : 0);
	if (other != NULL) {
		s->max_size = smaller(s->max_size,
		    other->ext & EXT_SIZE ? other->size : 0);
		ext_limits_merge(&l, &other->limits);
	}
	buf_puts(line, "SIZE");
	if (s->max_size != 0)
		buf_printf(line, " %llu", (unsigned long long)s->max_size);
	offer(&s->reply, line);
	upstream_offer(s);
	ext_limits_merge(&l, &b->limits);
	ext_limits_put(&l, line);
	offer(&s->reply, line);
}

/* The first line of the answer, what is ours, what of the rest may cross. */
void
hello_offer(struct session *s)
{
	struct backend	*b = &s->backend;
	const char	*k = reply_text(&b->ehlo);
	unsigned int	 left;
	unsigned int	 bit;
	struct buf	 line;

	reply_clear(&s->reply);
	s->reply.code = 250;
	reply_add(&s->reply, k, strcspn(k, "\n"));
	buf_init(&line, 1024);
	offer_own(s, &line);
	left = b->ext & EXT_CROSS & ~EXT_AUTH;
	if (auth_other(s) != NULL)
		left &= auth_other(s)->ext;
	if (s->auth.mech == NULL)
		left &= ~EXT_USERS;
	if (!s->peer->tls.on)
		left &= ~EXT_SECURE;
	s->offered = left | EXT_PIPELINING | EXT_SIZE;
	if (auth_offer(s))
		s->offered |= EXT_AUTH;
	for (k = buf_cstr(&b->keywords); k != NULL && *k != '\0';
	    k += strcspn(k, "\n") + 1) {
		bit = ext_find(k) & left;
		left &= ~bit;		/* named twice, offered once */
		if (bit == 0)
			continue;
		ext_put(bit, k, &line);
		offer(&s->reply, &line);
	}
	buf_free(&line);
}

/*
 * The client's answer when no backend is left, and when the one that was lost
 * knew who the client is: the gate keeps no credentials to tell another, and
 * an unauthenticated session in its place would be a lie.
 */
static void
lost_for_good(struct session *s)
{
	reply_set(&s->reply, 421, "4.4.2", "%s Lost the mail server",
	    s->config->hostname);
}

/* HELO has one line to answer; to LHLO the backend said more. */
static void
build_helo(struct session *s)
{
	const char	*line = reply_text(&s->backend.ehlo);

	if (!s->backend.lmtp) {
		reply_copy(&s->reply, &s->backend.ehlo);
		return;
	}
	reply_clear(&s->reply);
	s->reply.code = 250;
	reply_add(&s->reply, line, strcspn(line, "\n"));
}

static bool
lost(enum io r)
{
	return r != IO_OK && r != IO_GONE && r != IO_STOP;
}

/* A server that open gets, and HELO or EHLO there. */
static enum io
fresh(struct session *s, enum io (*open)(struct backend *, struct reply *),
    const char *verb, const char *name)
{
	enum io	 r;

	s->txn.holds = false;
	if (s->auth.bound)
		return IO_ERROR;
	r = open(&s->backend, &s->reply);
	if (r == IO_OK && s->reply.code == 220 && *name != '\0')
		r = backend_hello(&s->backend, &s->reply, verb, name);
	return r;
}

/* True when one of the servers that are left may do better. */
static bool
another(const struct session *s)
{
	return !s->auth.bound && !s->txn.holds && backend_left(&s->backend) > 0;
}

/*
 * HELO or EHLO at the backend, dialled again if it was lost meanwhile.  Nothing
 * specific was promised yet, so one that is lost again, or says "not now", is
 * followed by those that are left.
 */
static enum io
hello_backend(struct session *s, const char *verb, const char *name)
{
	struct backend	*b = &s->backend;
	enum io		 r = IO_ERROR;

	if (backend_up(b))
		r = backend_hello(b, &s->reply, verb, name);
	if (lost(r))
		r = fresh(s, backend_open, verb, name);
	while (another(s) && (lost(r) || (r == IO_OK && backend_up(b) &&
	    reply_class(&s->reply) == 4))) {
		backend_drop(b, "refused EHLO for now");
		r = fresh(s, backend_next, verb, name);
	}
	if (!lost(r))
		return r;
	lost_for_good(s);
	return IO_OK;
}

/* What a refused session answers to EHLO: nothing to offer. */
static void
hello_refused(struct session *s, bool esmtp, const char *name)
{
	(void)strlcpy(s->helo, name, sizeof(s->helo));
	s->esmtp = esmtp;
	reply_clear(&s->reply);
	s->reply.code = 250;
	reply_add(&s->reply, s->config->hostname, strlen(s->config->hostname));
	if (esmtp)
		reply_add(&s->reply, "ENHANCEDSTATUSCODES", 19);
	if (esmtp)
		upstream_offer(s);
	s->offered = EXT_PIPELINING | EXT_SIZE;
	s->state = ST_READY;
	session_answer(s);
}

/*
 * Octets behind a command that must be the last of its group (RFC 2920).  Old
 * scripts that say HELO send all they have to say at once.
 */
static bool
early_talker(struct session *s, bool esmtp)
{
	if (conn_pending(&s->client) == 0 || s->trusted)
		return false;
	if (!esmtp) {
		manners_error(s);
		return false;
	}
	session_error(s, 554, "5.5.0",
	    "Improper command pipelining: wait for the answer");
	session_end(s, "errors");
	return true;
}

/* The filters' opinion of the name; false when the client was told. */
static bool
hello_filters(struct session *s, const char *name, bool esmtp)
{
	enum verdict	 v;
	struct buf	 b;

	macro_set(&s->macros, "s", name);
	starttls_macros(s);
	buf_init(&b, 65536);
	buf_put_str(&b, name);
	v = filters_event(&s->filters, STAGE_HELO, &b, &s->macros, &s->reply);
	buf_free(&b);
	switch (v) {
	case V_GONE:
		session_over(s, IO_GONE);
		return false;
	case V_CLOSE:
		record_refused(s, "helo", "filter", NULL);
		session_answer(s);
		return false;
	case V_REJECT:
	case V_TEMPFAIL:
		record_refused(s, "helo", "filter", NULL);
		session_refuse(s, v == V_REJECT ? REFUSE_ALL : REFUSE_MAIL);
		backend_close(&s->backend, true);
		auth_leave(s);
		hello_refused(s, esmtp, name);
		return false;
	case V_CONTINUE:
	case V_ACCEPT:
	case V_DISCARD:
	case V_FAIL:
		break;
	}
	return true;
}

void
hello_serve(struct session *s, const struct command *cmd)
{
	bool	 esmtp = cmd->verb == VERB_EHLO;
	enum io	 r;

	if (!smtp_valid_helo(cmd->arg)) {
		session_error(s, 501, "5.5.4",
		    "Syntax: %s hostname", esmtp ? "EHLO" : "HELO");
		return;
	}
	if (early_talker(s, esmtp))
		return;
	if (s->refusal != REFUSE_NOT) {
		hello_refused(s, esmtp, cmd->arg);
		return;
	}
	/* The backend first: a refused EHLO must change nothing anywhere. */
	r = hello_backend(s, esmtp ? "EHLO" : "HELO", cmd->arg);
	if (r != IO_OK) {
		session_over(s, r);
		return;
	}
	if (s->reply.code == 250) {
		/* The backend has reset its transaction itself. */
		s->txn.holds = false;
		txn_end(s);
		if (!hello_filters(s, cmd->arg, esmtp))
			return;
		(void)strlcpy(s->helo, cmd->arg, sizeof(s->helo));
		s->esmtp = esmtp;
		s->state = ST_READY;
		s->offered = 0;
		macro_set(&s->macros, "r", esmtp ? "ESMTP" : "SMTP");
		s->max_size = (uint64_t)s->config->max_size;
		if (esmtp && (r = auth_hello(s)) != IO_OK) {
			session_over(s, r);
			return;
		}
		if (esmtp)
			hello_offer(s);
		else
			build_helo(s);
	}
	session_answer(s);
}

enum io
hello_again(struct session *s)
{
	struct backend	*b = &s->backend;
	const char	*verb = s->esmtp ? "EHLO" : "HELO";
	unsigned int	 wanted = s->offered & EXT_CROSS;
	enum io		 r;

	if (!lost(r = backend_ready(b)))
		return r;
	if (auth_other(s) != NULL)
		wanted &= ~EXT_AUTH;
	r = fresh(s, backend_open, verb, s->helo);
	for (;;) {
		if (r == IO_GONE || r == IO_STOP)
			return r;
		if (r == IO_OK && !backend_up(b))
			break;		/* nobody is there */
		if (r == IO_OK && reply_class(&s->reply) == 2 &&
		    (wanted & ~b->ext) == 0)
			return IO_OK;
		backend_drop(b, reply_class(&s->reply) == 2 ? "offers less "
		    "than the client was told of" : "refused the client");
		if (!another(s))
			break;
		r = fresh(s, backend_next, verb, s->helo);
	}
	lost_for_good(s);
	return IO_ERROR;
}
