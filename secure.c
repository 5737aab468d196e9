/*
 * secure - TLS with the mail server
 *
 * From the first octet, or by STARTTLS (RFC 3207) before the server is told who
 * the client is.  What it said in clear counts no more: the dialogue begins
 * again with EHLO.  Octets behind its answer to STARTTLS were put there by
 * somebody else, and end the connection.
 *
 * "may" is TLS against those who listen, and no more: it goes on in clear when
 * the server does not offer it or refuses, when there is no helper, and, since
 * there is no way back on that connection, on a new one when the handshake has
 * failed.  For the other settings each of these is the end.
 */
#include <stdio.h>

#include "helper.h"
#include "log.h"
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

/* Its host, be it a name or an address; a unix socket has none. */
static const char *
name_of(const struct server_conf *sc)
{
	if (sc->tls_name != NULL)
		return sc->tls_name;
	return sc->ep.family == AF_UNSPEC ? sc->ep.host : NULL;
}

/* The helper is asked; plain is the channel to come. */
static enum io
prepare(struct backend *b, const struct server_conf *sc, struct conn *plain,
    struct tls_facts *f)
{
	struct tls_want	 want = { .client = true, .verify =
			    sc->tls == SERVER_VERIFY, .name = name_of(sc),
			    .pin = sc->tls_pin };

	conn_init(plain, b->conn.in.max, b->conn.out.max);
	return helper_ask(&want, b->conn.rfd, plain, f);
}

static enum io
failed(struct backend *b, const struct tls_facts *f, enum io r)
{
	char	 why[300];

	(void)snprintf(why, sizeof(why), "TLS: %s", f->error);
	backend_drop(b, why);
	return r;
}

static enum io
handshake(struct backend *b, const struct server_conf *sc,
    struct conn *plain, struct tls_facts *f)
{
	enum io	 r;

	conn_through(&b->conn, plain);
	(void)conn_put(&b->conn, "", 1);	/* begin */
	r = helper_report(&b->conn, f, now_ms() + b->config->tls_ms);
	if (r != IO_OK)
		return failed(b, f, r);
	/* What it said in clear might have been said by anybody. */
	backend_forget(b);
	b->proven = sc->tls == SERVER_VERIFY || sc->tls_pin != NULL;
	(void)snprintf(b->tls, sizeof(b->tls), "%s %s%s", f->version,
	    f->cipher, b->proven ? ", verified" : "");
	return IO_OK;
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
		return failed(b, &f, r);
	/* A PROXY header goes before it, in clear. */
	r = conn_flush(&b->conn, now_ms() + b->config->reply_ms);
	if (r != IO_OK) {
		conn_close(&plain);
		backend_drop(b, conn_strio(&b->conn, r));
		return r;
	}
	return handshake(b, sc, &plain, &f);
}

/* Going on without, in a way that somebody will notice. */
static void
in_clear(const struct backend *b, const char *why)
{
	log_warnx("backend %s: TLS: %s; going on in clear", b->label, why);
}

/*
 * Says it, and has nothing but 220 as an answer, unless it may be without: then
 * a refusal leaves *yes as it is.
 */
static enum io
say(struct backend *b, bool may, bool *yes)
{
	struct reply	 r;
	enum io		 io;

	reply_init(&r);
	io = backend_cmd(b, &r, "STARTTLS");
	if (io == IO_OK && r.code == 220) {
		*yes = true;
		if (conn_pending(&b->conn) > 0) {
			backend_drop(b, "said more than 220 to STARTTLS");
			io = IO_ERROR;
		}
	} else if (io == IO_OK && may && reply_class(&r) >= 4 &&
	    r.code != 421) {
		in_clear(b, "refuses STARTTLS");
	} else if (io == IO_OK) {
		backend_drop(b, "refuses STARTTLS");
		io = IO_ERROR;
	}
	reply_free(&r);
	return io;
}

/* The server offers it. */
static enum io
start(struct backend *b, const struct server_conf *sc)
{
	struct tls_facts	 f;
	struct conn		 plain;
	bool			 may = sc->tls == SERVER_MAY;
	bool			 yes = false;
	enum io			 r;

	r = prepare(b, sc, &plain, &f);
	if (r == IO_ERROR && may) {
		in_clear(b, f.error);
		return IO_OK;
	}
	if (r != IO_OK)
		return failed(b, &f, r);
	if ((r = say(b, may, &yes)) != IO_OK || !yes) {
		conn_close(&plain);
		return r;
	}
	r = handshake(b, sc, &plain, &f);
	if (r == IO_ERROR && may) {
		in_clear(b, f.error);
		b->clear = true;
	}
	return r;
}

enum io
secure_greeted(struct backend *b, const struct server_conf *sc)
{
	struct reply	 hello;
	bool		 offered;
	enum io		 io;

	if (sc->tls == SERVER_PLAIN || sc->tls_first || b->clear)
		return IO_OK;
	reply_init(&hello);
	io = backend_hello(b, &hello, sc->lmtp ? "LHLO" : "EHLO",
	    b->config->hostname);
	offered = io == IO_OK && hello.code == 250 &&
	    (b->ext & EXT_STARTTLS) != 0;
	reply_free(&hello);
	if (io != IO_OK)
		return io;
	if (offered)
		return start(b, sc);
	if (sc->tls == SERVER_MAY)
		return IO_OK;
	backend_drop(b, "offers no STARTTLS");
	return IO_ERROR;
}
