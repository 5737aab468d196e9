/*
 * greet - from the connection to the greeting
 *
 * The filters are connected and judge the client first; one that is refused
 * there never touches the backend.  Then the backend is dialled, and what it
 * says as greeting is what the client hears.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "greet.h"
#include "identity.h"
#include "manners.h"
#include "record.h"
#include "version.h"

#define REFUSED_MS	30000	/* for a client behind a greeting of 554 */

void
greet_macros(struct macros *ms, const struct config *c,
    const struct peer *p)
{
	struct buf	 b;
	char		 port[8];

	macros_init(ms);
	macro_set(ms, "j", c->hostname);
	macro_set(ms, "v", "spsmtpgate " VERSION);
	macro_set(ms, "{daemon_name}", c->daemon_name);
	buf_init(&b, 1024);
	peer_tagged(&p->local, &b);
	macro_set(ms, "{daemon_addr}", buf_cstr(&b));
	if (p->local.addr[0] != '\0') {
		(void)snprintf(port, sizeof(port), "%u", p->local.port);
		macro_set(ms, "{daemon_port}", port);
		if (strcmp(p->local.addr, "::1") != 0 &&
		    strncmp(p->local.addr, "127.", 4) != 0)
			macro_set(ms, "{if_addr}", buf_cstr(&b));
	}
	buf_reset(&b);
	peer_tagged(&p->remote, &b);
	macro_set(ms, "{client_addr}", buf_cstr(&b));
	if (p->remote.addr[0] != '\0') {
		(void)snprintf(port, sizeof(port), "%u", p->remote.port);
		macro_set(ms, "{client_port}", port);
	}
	buf_free(&b);
}

void
greet_names(struct macros *ms, const struct peer *p)
{
	const char	*ptr = p->ptr;
	struct buf	 b;

	buf_init(&b, 1024);
	if (*peer_verified(p) != '\0')
		buf_puts(&b, peer_verified(p));
	else
		peer_literal(&p->remote, &b);
	macro_set(ms, "{client_name}", buf_cstr(&b));
	macro_set(ms, "{client_resolve}", p->names != NAMES_NONE ?
	    lookup_word(p->names) : NULL);
	buf_reset(&b);
	peer_literal(&p->remote, &b);
	macro_set(ms, "{client_ptr}", *ptr != '\0' ? ptr : buf_cstr(&b));
	buf_reset(&b);
	if (*ptr != '\0')
		buf_printf(&b, "%s ", ptr);
	peer_literal(&p->remote, &b);
	if (*ptr != '\0' && *peer_verified(p) == '\0')
		buf_puts(&b, " (may be forged)");
	macro_set(ms, "_", buf_cstr(&b));
	buf_free(&b);
}

void
greet_payload(const struct peer *p, struct buf *b)
{
	if (*peer_verified(p) != '\0')
		buf_puts(b, peer_verified(p));
	else if (p->remote.addr[0] == '\0')
		buf_puts(b, "localhost");
	else
		/* In macros IPv6 has a tag; here the address has none. */
		buf_printf(b, "[%s]", p->remote.addr);
	buf_putc(b, '\0');
	if (p->remote.family == AF_UNIX) {
		buf_putc(b, 'L');
		buf_put_u16(b, 0);
		buf_put_str(b, "");
	} else if (p->remote.addr[0] == '\0') {
		buf_putc(b, 'U');
	} else {
		buf_putc(b, p->remote.family == AF_INET6 ? '6' : '4');
		buf_put_u16(b, p->remote.port);
		buf_put_str(b, p->remote.addr);
	}
}

/* The filters' opinion of the connection; false when the session ends. */
static bool
judge(struct session *s)
{
	enum verdict	 v;
	enum io		 r;
	struct buf	 b;

	session_phase(s, "connect");
	if (!manners_slot(s))
		return false;
	v = filters_open(&s->filters, &s->reply);
	if (v == V_CONTINUE && filters_left(&s->filters)) {
		if ((r = peer_name(s->peer)) != IO_OK) {
			session_over(s, r);
			return false;
		}
		greet_names(&s->macros, s->peer);
		buf_init(&b, 1024);
		greet_payload(s->peer, &b);
		v = filters_event(&s->filters, STAGE_CONNECT, &b, &s->macros,
		    &s->reply);
		buf_free(&b);
	}
	if (v == V_REJECT || v == V_TEMPFAIL || v == V_CLOSE)
		record_refused(s, "connect", "filter", NULL);
	switch (v) {
	case V_REJECT:
		/* The greeting says 554, and the text stays for the rest. */
		session_refuse(s, REFUSE_ALL);
		if (!s->filters.worded)
			reply_set(&s->refused, 550, "5.0.0",
			    "Command rejected");
		s->reply.code = 554;
		session_answer(s);
		break;
	case V_TEMPFAIL:
		session_refuse(s, REFUSE_MAIL);
		session_say(s, 220, "", "%s ESMTP", s->config->hostname);
		break;
	case V_CLOSE:
		session_answer(s);
		break;
	case V_GONE:
		session_over(s, IO_GONE);
		break;
	case V_CONTINUE:
	case V_ACCEPT:
	case V_DISCARD:
	case V_FAIL:
		break;
	}
	return s->end == NULL;
}

/* The backend's greeting becomes ours. */
static void
greet(struct session *s)
{
	enum io	 r;

	/* Who has spoken by now never touches the backend. */
	if (!manners_quiet(s, 0))
		return;
	r = backend_open(&s->backend, &s->reply);
	if (r != IO_OK) {
		session_over(s, r);
		return;
	}
	if (reply_class(&s->reply) == 2 && !manners_quiet(s, s->greet_at))
		return;
	if (reply_class(&s->reply) == 4) {
		s->reply.code = 421;	/* whatever it was: we close */
		session_end(s, "backend");
	}
	session_answer(s);
	if (reply_class(&s->reply) == 5) {
		s->refusal = REFUSE_GREETED;
		if (s->until > now_ms() + REFUSED_MS)
			session_until(s, now_ms() + REFUSED_MS);
		reply_set(&s->refused, 503, "5.0.0", "Bad sequence of "
		    "commands; only QUIT is of use here");
		filters_close(&s->filters);
		backend_close(&s->backend, true);
	}
}

void
greet_open(struct session *s)
{
	struct config	*c = s->config;
	struct peer	*p = s->peer;

	filters_init(&s->filters, c, s->until);
	filters_skip(&s->filters, p->remote.addr,
	    getenv("RELAYCLIENT") != NULL);
	s->filters.id = s->id;
	macros_free(&s->macros);
	if (c->nfilter > 0)
		greet_macros(&s->macros, c, p);
	memset(&s->auth, 0, sizeof(s->auth));
	if (p->login[0] != '\0')
		auth_set(s, "XCLIENT", p->login);
	manners_start(s);
	if (filters_left(&s->filters) || identity_names(c))
		peer_lookup(p, c->lookup_ms);
	if (judge(s) && s->refusal == REFUSE_NOT)
		greet(s);
}
