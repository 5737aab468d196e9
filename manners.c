/*
 * manners - what one client may do, and how fast
 *
 * The counters of a session and what follows from them.  A client that makes
 * errors is first slowed down, then cut off; so is one that guesses
 * recipients.  Who is trusted, by its network or by RELAYCLIENT, is spared
 * what is meant for strangers: all waiting, and the number of mails and of
 * refused recipients.  An upstream that names its clients by XCLIENT is nobody
 * to be counted or kept waiting either.
 *
 * A delay is a wait like any other: the channels are served, and a client that
 * leaves, SIGTERM or the session's end cut it short.
 */
#include <sys/statvfs.h>

#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "manners.h"
#include "record.h"
#include "slots.h"
#include "upstream.h"

void
manners_start(struct session *s)
{
	s->trusted = getenv("RELAYCLIENT") != NULL || upstream_may(s) ||
	    nets_have(&s->config->trusted, s->peer->remote.addr);
	/* Only before the first greeting: XCLIENT makes another. */
	s->greet_at = s->config->greet_pause_ms == 0 || s->trusted ||
	    s->cmds > 0 ? 0 : now_ms() + s->config->greet_pause_ms;
}

bool
manners_slot(struct session *s)
{
	const struct config	*c = s->config;
	const char		*addr = s->peer->remote.addr;

	if (c->max_per_address == 0 || s->trusted || *addr == '\0' ||
	    slot_take(c->runtime_dir, addr, c->max_per_address) != SLOT_NONE)
		return true;
	reply_set(&s->reply, 421, "4.7.0", "%s Too many connections from your "
	    "address", c->hostname);
	record_refused(s, "connect", "gate", NULL);
	session_answer(s);
	return false;
}

bool
manners_quiet(struct session *s, int64_t until)
{
	enum io	 r;

	if (s->greet_at == 0)
		return true;
	r = conn_wait(&s->client, until);
	if (r == IO_TIMEOUT || r == IO_EOF)
		return true;
	if (r != IO_OK) {
		session_over(s, r);
		return false;
	}
	s->greet_at = 0;
	if (s->config->early_talk == EARLY_LOG) {
		log_info("id=%s: client %s spoke before the greeting", s->id,
		    s->peer->remote.addr);
		return true;
	}
	reply_set(&s->reply, 554, "5.5.0", "%s You spoke before the greeting",
	    s->config->hostname);
	record_refused(s, "connect", "gate", NULL);
	session_answer(s);
	session_end(s, "errors");
	return false;
}

void
manners_error(struct session *s)
{
	s->errors++;
	if (!s->trusted && s->errors >= (unsigned int)s->config->soft_errors)
		s->delay_ms = s->config->error_delay_ms;
}

void
manners_refused_rcpt(struct session *s)
{
	/* Greylisting refuses for now, and is nobody's fault. */
	if (s->trusted || reply_class(&s->reply) != 5)
		return;
	s->refused_rcpts++;
	s->delay_ms = s->config->tarpit_ms;
}

void
manners_delay(struct session *s)
{
	int64_t	 ms = s->delay_ms;
	enum io	 r;

	if (ms == 0)
		return;
	s->delay_ms = 0;
	if ((r = conn_pause(now_ms() + ms)) != IO_TIMEOUT)
		session_over(s, r);
}

/* Room for one and a half mails of that size: filters may make it grow. */
static bool
room(const struct session *s, uint64_t size)
{
	struct statvfs	 v;

	/* What stays in memory needs none, and saves the question. */
	if (size <= (uint64_t)s->config->spool_memory ||
	    statvfs(s->config->spool_dir, &v) == -1)
		return true;
	return size + size / 2 <= (uint64_t)v.f_bavail * v.f_frsize;
}

bool
manners_mail(struct session *s, uint64_t size)
{
	const struct config	*c = s->config;

	if (s->max_size != 0 && size > s->max_size) {
		session_error(s, 552, "5.3.4",
		    "Message size exceeds fixed limit");
		return false;
	}
	if (c->max_mails != 0 && !s->trusted &&
	    s->txns >= (unsigned int)c->max_mails) {
		session_say(s, 421, "4.7.0", "%s Too many messages in one "
		    "connection", c->hostname);
		return false;
	}
	if (!room(s, size)) {
		log_warnx("spool %s: no room for a mail of %llu octets",
		    c->spool_dir, (unsigned long long)size);
		session_say(s, 452, "4.3.1", "Insufficient system storage");
		return false;
	}
	return true;
}

static void
cut_off(struct session *s, const char *why)
{
	session_say(s, 421, "4.7.0", "%s %s", s->config->hostname, why);
	s->end = "errors";
}

void
manners_check(struct session *s)
{
	const struct config	*c = s->config;

	if (s->end != NULL)
		return;
	if (s->errors >= (unsigned int)c->max_errors)
		cut_off(s, "Too many errors");
	else if (s->refused_rcpts >= (unsigned int)c->max_refused)
		cut_off(s, "Too many refused recipients");
}
