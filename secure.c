/*
 * secure - TLS with the mail server
 *
 * From the first octet, or by STARTTLS (RFC 3207) before the server is told who
 * the client is.  What it said in clear counts no more: the dialogue begins
 * again with EHLO.  Octets behind its answer to STARTTLS were put there by
 * somebody else, and end the connection.
 *
 * "may" goes on in clear when the server does not offer it.  A handshake that
 * fails is the end with each setting: on this connection there is no way back.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "helper.h"
#include "secure.h"

bool
secure_wanted(const struct config *c)
{
	size_t	 i;

	for (i = 0; i < c->nserver && c->child == NULL; i++)
		if (c->server[i].tls != SERVER_PLAIN)
			return true;
	return c->auth_server.label != NULL &&
	    c->auth_server.tls != SERVER_PLAIN;
}

/* Its host, when it is a name. */
static const char *
name_of(const struct server_conf *sc)
{
	if (sc->tls_name != NULL)
		return sc->tls_name;
	return sc->ep.family == AF_UNSPEC ? sc->ep.host : NULL;
}

/* The helper is at hand; plain is the channel to come. */
static enum io
prepare(struct backend *b, const struct server_conf *sc, struct conn *plain,
    struct tls_facts *f)
{
	struct tls_want	 want = { .client = true, .verify =
			    sc->tls == SERVER_VERIFY, .name = name_of(sc),
			    .pin = sc->tls_pin };
	char		 why[300];
	enum io		 r;

	conn_init(plain, b->conn.in.max, b->conn.out.max);
	r = helper_ask(&want, b->conn.rfd, plain, f);
	if (r != IO_OK) {
		(void)snprintf(why, sizeof(why), "TLS: %s", f->error);
		backend_drop(b, why);
	}
	return r;
}

static enum io
handshake(struct backend *b, const struct server_conf *sc,
    struct conn *plain, struct tls_facts *f)
{
	char	 why[300];
	enum io	 r;

	conn_through(&b->conn, plain);
	(void)conn_put(&b->conn, "", 1);	/* begin */
	r = helper_report(&b->conn, f, now_ms() + b->config->tls_ms);
	b->tls = r == IO_OK;
	b->proven = b->tls && (sc->tls == SERVER_VERIFY ||
	    sc->tls_pin != NULL);
	if (r != IO_OK) {
		(void)snprintf(why, sizeof(why), "TLS: %s", f->error);
		backend_drop(b, why);
	}
	return r;
}

enum io
secure_first(struct backend *b, const struct server_conf *sc)
{
	struct tls_facts	 f;
	struct conn		 plain;
	enum io			 r;

	if (!sc->tls_first)
		return IO_OK;
	if ((r = prepare(b, sc, &plain, &f)) != IO_OK)
		return r;
	/* A PROXY header goes before it, in clear. */
	r = conn_flush(&b->conn, now_ms() + b->config->reply_ms);
	if (r != IO_OK) {
		conn_close(&plain);
		backend_drop(b, conn_strio(&b->conn, r));
		return r;
	}
	return handshake(b, sc, &plain, &f);
}

/* Does the answer to EHLO have the keyword? */
static bool
offers(struct reply *ehlo)
{
	const char	*s = reply_text(ehlo);

	for (s += strcspn(s, "\n"); *s == '\n'; s += strcspn(s, "\n")) {
		s++;
		if (strncasecmp(s, "STARTTLS", 8) == 0 &&
		    (s[8] == '\0' || s[8] == '\n' || s[8] == ' '))
			return true;
	}
	return false;
}

/* Says it, and has nothing but 220 as an answer. */
static enum io
say(struct backend *b)
{
	struct reply	 r;
	enum io		 io;

	reply_init(&r);
	io = backend_cmd(b, &r, "STARTTLS");
	if (io == IO_OK && r.code != 220) {
		backend_drop(b, "refuses STARTTLS");
		io = IO_ERROR;
	} else if (io == IO_OK && conn_pending(&b->conn) > 0) {
		backend_drop(b, "said more than 220 to STARTTLS");
		io = IO_ERROR;
	}
	reply_free(&r);
	return io;
}

enum io
secure_greeted(struct backend *b, const struct server_conf *sc)
{
	struct tls_facts	 f;
	struct reply		 hello;
	struct conn		 plain;
	bool			 offered;
	enum io			 io;

	if (sc->tls == SERVER_PLAIN || sc->tls_first)
		return IO_OK;
	reply_init(&hello);
	io = backend_hello(b, &hello, sc->lmtp ? "LHLO" : "EHLO",
	    b->config->hostname);
	offered = io == IO_OK && hello.code == 250 && offers(&hello);
	reply_free(&hello);
	if (io != IO_OK || (!offered && sc->tls == SERVER_MAY))
		return io;
	if (!offered) {
		backend_drop(b, "offers no STARTTLS");
		return IO_ERROR;
	}
	if ((io = prepare(b, sc, &plain, &f)) != IO_OK)
		return io;
	if ((io = say(b)) != IO_OK) {
		conn_close(&plain);
		return io;
	}
	return handshake(b, sc, &plain, &f);
}
