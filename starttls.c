/*
 * starttls - TLS with the client
 *
 * Who makes it: spsmtpgate-tls (helper.c) with the certificates of [TLS], a
 * launcher that waits to be told (UCSPI-TLS: sslserver -e, s6-ucspitlsd), or
 * one that has done so before it started the gate.  In each case the gate goes
 * on with a channel of plain text in place of the connection.
 *
 * RFC 3207: what was learnt before the handshake counts no more, what came
 * behind STARTTLS in clear is never executed, and a handshake that fails ends
 * the connection.  After AUTH there is no STARTTLS: a backend cannot be told to
 * forget a login.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth.h"
#include "greet.h"
#include "identity.h"
#include "log.h"
#include "mail.h"
#include "secure.h"
#include "starttls.h"

/*
 * A descriptor that the launcher names, and that is there: it is to be closed
 * on exec.  -1 without.
 */
static int
named_fd(const char *name)
{
	const char	*value = getenv(name);
	const char	*errstr;
	int		 fd;

	if (value == NULL)
		return -1;
	fd = (int)strtonum(value, 3, 1023, &errstr);
	if (errstr != NULL || fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return -1;
	return fd;
}

/* The descriptors of UCSPI-TLS; without UCSPITLS the site wants none. */
static void
take_ucspi(struct session *s)
{
	const char	*wanted = getenv("UCSPITLS");
	struct ucspi	*u = &s->ucspi;

	u->control = named_fd("SSLCTLFD");
	u->rfd = named_fd("SSLREADFD");
	u->wfd = named_fd("SSLWRITEFD");
	if (u->control != -1 && (u->rfd == -1 || u->wfd == -1 ||
	    wanted == NULL || *wanted == '\0')) {
		/* Closed without a word, the helper ends. */
		close(u->control);
		u->control = -1;
		if (u->rfd != -1)
			close(u->rfd);
		if (u->wfd != -1 && u->wfd != u->rfd)
			close(u->wfd);
	}
}

static void
set(struct macros *ms, const char *name, const char *value)
{
	macro_set(ms, name, *value != '\0' ? value : NULL);
}

void
starttls_macros(struct session *s)
{
	const struct tls_facts	*f = &s->peer->tls;
	struct macros		*ms = &s->macros;
	bool			 trusted = strcmp(f->verify, "OK") == 0;

	if (!f->on)
		return;
	set(ms, "{tls_version}", f->version);
	set(ms, "{cipher}", f->cipher);
	set(ms, "{cipher_bits}", f->bits);
	set(ms, "{verify}", f->verify);
	/* Some filters take the name for a user's: somebody must vouch. */
	set(ms, "{cert_subject}", trusted ? f->subject : "");
	set(ms, "{cert_issuer}", trusted ? f->issuer : "");
	set(ms, "{tls_sni}", f->sni);
}

const char *
starttls_text(struct session *s)
{
	const struct tls_facts	*f = &s->peer->tls;
	static char		 text[sizeof(f->version) + sizeof(f->cipher)];

	if (!f->on)
		return "-";
	(void)snprintf(text, sizeof(text), "%s%s%s", f->version,
	    *f->cipher != '\0' ? " " : "", f->cipher);
	return text;
}

/* No TLS: the client may have said anything by now, and is not told. */
static void
failed(struct session *s)
{
	log_info("id=%s: TLS with %s: %s", s->id, *s->peer->remote.addr !=
	    '\0' ? s->peer->remote.addr : "-", s->peer->tls.error);
	session_end(s, "tls");
}

/* The channel is in place: how did the handshake go? */
static void
handshake(struct session *s)
{
	enum io	 r = helper_report(&s->client, &s->peer->tls,
		    now_ms() + s->config->tls_ms);

	if (r == IO_ERROR || (r != IO_OK && !session_over(s, r)))
		failed(s);
}

/*
 * The channel takes the place of the connection.  Descriptor 1 is the same
 * socket as 0: what a fatal error writes there must not go out in clear.
 */
static void
replace(struct session *s, struct conn *plain)
{
	conn_switch(&s->client, plain);
	if (s->peer->rfd == STDIN_FILENO && s->client.wfd != STDOUT_FILENO)
		(void)dup2(s->client.wfd, STDOUT_FILENO);
}

/* Asks the helper; the client's channel is left as it is. */
static enum io
ask(struct session *s, struct conn *plain)
{
	struct tls_want	 want = { .client = false };
	enum io		 r;

	conn_init(plain, 65536, 262144);
	r = helper_ask(&want, s->peer->rfd, plain, &s->peer->tls);
	if (r == IO_ERROR)
		log_warnx("TLS: %s", s->peer->tls.error);
	return r;
}

/* Is it the gate's to offer? */
static bool
configured(const struct session *s)
{
	return s->config->npair > 0 && s->peer->sock;
}

/* Is there anything that a helper would be asked for? */
static bool
wanted(const struct session *s)
{
	return secure_wanted(s->config) || (configured(s) &&
	    s->ucspi.control == -1 && !s->peer->tls.on);
}

void
starttls_open(struct session *s)
{
	struct tls_facts	*f = &s->peer->tls;

	take_ucspi(s);
	/* A wrapper that has done it says what in the same names. */
	if (f->on && f->version[0] == '\0')
		helper_environ(f);
	if (wanted(s))
		(void)helper_open(s->config);
}

bool
starttls_implicit(const struct session *s)
{
	return s->config->tls_implicit && !s->peer->tls.on;
}

void
starttls_first(struct session *s)
{
	struct tls_facts told = s->peer->tls;
	struct conn	 plain;
	enum io		 r;

	if (!s->peer->sock) {
		log_warnx("TLS: the client's connection is no socket");
		session_end(s, "tls");
		return;
	}
	(void)helper_open(s->config);
	if ((r = ask(s, &plain)) != IO_OK) {
		if (r == IO_ERROR || !session_over(s, r))
			session_end(s, "tls");
		return;
	}
	replace(s, &plain);
	handshake(s);
	/* A load balancer's TLS with the gate is not the client's with it. */
	if (s->end == NULL && told.on)
		s->peer->tls = told;
}

bool
starttls_offered(struct session *s)
{
	const char	*why;

	if (s->peer->tls.on || s->auth.mech != NULL)
		return false;
	if (s->ucspi.control != -1)
		return true;
	if (!configured(s))
		return false;
	if ((why = helper_trouble()) != NULL)
		log_warnx("id=%s: STARTTLS is not offered: %s", s->id, why);
	return why == NULL;
}

/* Everything from before is forgotten, but for the connection's own facts. */
static void
forget(struct session *s)
{
	txn_end(s);
	s->state = ST_START;
	s->helo[0] = '\0';
	s->esmtp = false;
	s->offered = 0;
	macro_set(&s->macros, "s", NULL);
	macro_set(&s->macros, "r", NULL);
}

/* The launcher's helper: told to begin, it reports on the control channel. */
static void
begin_ucspi(struct session *s)
{
	struct ucspi	*u = &s->ucspi;
	struct conn	 control;
	struct conn	 plain;
	int64_t		 until = now_ms() + s->config->tls_ms;
	enum io		 r;

	/* From here on the connection is the helper's to read. */
	conn_init(&plain, 65536, 262144);
	conn_attach(&plain, u->rfd, u->wfd, false);
	replace(s, &plain);
	conn_init(&control, 8192, 16);
	conn_attach(&control, u->control, u->control, true);
	u->control = -1;
	(void)conn_put(&control, "Y", 1);
	r = helper_report(&control, &s->peer->tls, until);
	conn_close(&control);
	if (r == IO_ERROR || (r != IO_OK && !session_over(s, r)))
		failed(s);
}

/*
 * The header that a server had says that the client has no TLS: the EHLO that
 * must come goes over a new connection, with a header that is true.
 */
static void
leave_servers(struct session *s)
{
	if (identity_of_tls(&s->backend))
		backend_close(&s->backend, true);
	if (s->auth_backend != NULL && identity_of_tls(s->auth_backend))
		auth_leave(s);
}

void
starttls_serve(struct session *s, const struct command *cmd)
{
	struct conn	 plain;
	bool		 ucspi = s->ucspi.control != -1;
	enum io		 r;

	if (*cmd->arg != '\0') {
		session_error(s, 501, "5.5.4", "Syntax: STARTTLS");
		return;
	}
	if (s->peer->tls.on || s->auth.mech != NULL) {
		session_error(s, 503, "5.5.1", s->peer->tls.on ?
		    "TLS is active" : "No STARTTLS after AUTH");
		return;
	}
	if (!ucspi && !configured(s)) {
		session_error(s, 502, "5.5.1", "Command not implemented");
		return;
	}
	if (conn_pending(&s->client) > 0) {
		/* RFC 3207; CVE-2011-0411: it was meant for the other side. */
		session_error(s, 554, "5.5.0", "Improper command pipelining: "
		    "nothing may follow STARTTLS");
		session_end(s, "errors");
		return;
	}
	if (!ucspi && (r = ask(s, &plain)) != IO_OK) {
		/* Whether it was offered or not: another time it will be. */
		if (r != IO_ERROR && session_over(s, r))
			return;
		session_say(s, 454, "4.7.0", "TLS not available now");
		return;
	}
	session_say(s, 220, "2.0.0", "Ready to start TLS");
	r = conn_flush(&s->client, now_ms() + s->config->idle_ms);
	if (r == IO_OK && conn_pending(&s->client) > 0)
		r = IO_ERROR;
	if (r != IO_OK) {
		if (!ucspi)
			conn_close(&plain);
		if (!session_over(s, r))
			session_end(s, "tls");
		return;
	}
	session_phase(s, "tls");
	forget(s);
	if (ucspi) {
		begin_ucspi(s);
	} else {
		replace(s, &plain);
		handshake(s);
	}
	if (s->end == NULL)
		leave_servers(s);
}

bool
starttls_enough(struct session *s)
{
	if (!s->config->tls_require || s->peer->tls.on)
		return true;
	session_error(s, 530, "5.7.0", "Must issue a STARTTLS command first");
	return false;
}
