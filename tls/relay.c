/*
 * relay - the handshake, and then bytes both ways
 *
 * Between the TLS connection and the gate there is one buffer each way, and no
 * look at what is in them.  There are no time limits once the handshake is
 * done: the gate has those, and ends the connection by closing its side.  What
 * it has said by then goes out, if the other side takes some of it within
 * LAST_MS: one that takes nothing must not keep a process.
 *
 * Each side may end by itself: a client that says close_notify, or just shuts
 * its half of the connection, is half-closed to the gate as well, which may
 * still answer.  A connection that breaks is a hang-up to the other side.
 *
 * Some backends take the end of their input for the end of the mail, and a gate
 * that is killed must not look like one.  So the gate has the connection to a
 * backend end by a reset (SO_LINGER), whoever ends it, and takes that back when
 * it says QUIT: only then are there a close_notify and an end of our side.
 */
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include <openssl/err.h>

#include "conn.h"
#include "context.h"
#include "relay.h"

#define BUFFER	16384
#define LAST_MS	5000
#define ALERT_MS	1000
#define IDLE_TALK_MAX	32	/* handshake messages on end, as BoringSSL */

/* Why the handshake has failed; of a certificate, what is wrong with it. */
static void
reason(SSL *ssl, char *why, size_t size)
{
	unsigned long	 e = ERR_peek_last_error();

	context_reason(why, size, "handshake");
	if (ERR_GET_LIB(e) == ERR_LIB_SSL &&
	    ERR_GET_REASON(e) == SSL_R_CERTIFICATE_VERIFY_FAILED)
		(void)snprintf(why, size, "handshake: the certificate: %s",
		    X509_verify_cert_error_string(SSL_get_verify_result(ssl)));
}

int
relay_handshake(SSL *ssl, int net, int64_t timeout_ms, char *why, size_t size)
{
	int64_t		 end = now_ms() + timeout_ms;
	struct pollfd	 p = { .fd = net };
	int64_t		 left;
	int		 r;

	if (SSL_set_fd(ssl, net) != 1) {
		context_reason(why, size, "connection");
		return -1;
	}
	/* SSL_get_error is to find no errors but those of the call. */
	ERR_clear_error();
	while ((r = SSL_do_handshake(ssl)) != 1) {
		r = SSL_get_error(ssl, r);
		if (r != SSL_ERROR_WANT_READ && r != SSL_ERROR_WANT_WRITE) {
			if (r == SSL_ERROR_ZERO_RETURN ||
			    ERR_peek_last_error() == 0)
				(void)snprintf(why, size, "handshake: the "
				    "connection was closed");
			else
				reason(ssl, why, size);
			return -1;
		}
		p.events = r == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
		left = end - now_ms();
		if (left <= 0 || poll(&p, 1, (int)left) == 0) {
			(void)snprintf(why, size, "handshake: took too long");
			return -1;
		}
	}
	return 0;
}

/*
 * Closing with input unread would send a reset, which can overtake the alert
 * that says why.
 */
void
relay_failed(int net)
{
	struct pollfd	 p = { .fd = net, .events = POLLIN };
	int64_t		 end = now_ms() + ALERT_MS;
	int64_t		 left;
	char		 junk[4096];

	if (shutdown(net, SHUT_WR) == -1)
		return;
	while ((left = end - now_ms()) > 0 && poll(&p, 1, (int)left) == 1 &&
	    recv(net, junk, sizeof(junk), MSG_DONTWAIT) > 0)
		continue;
}

/* Bytes on their way from one side to the other. */
struct flow {
	char	 data[BUFFER];
	size_t	 at;
	size_t	 n;
	bool	 eof;		/* no more will come */
	bool	 ended;		/* and the other side knows */
};

/* What a call to OpenSSL wants before it can go on. */
struct wants {
	bool	 in;
	bool	 out;
	bool	 stuck;		/* no reading before something was written */
	bool	 lost;
};

/* Which side may have something, as far as poll knows. */
struct news {
	bool	 net;
	bool	 plain;
};

static void
note(SSL *ssl, int r, struct wants *w, bool *eof)
{
	switch (SSL_get_error(ssl, r)) {
	case SSL_ERROR_WANT_READ:
		w->in = true;
		break;
	case SSL_ERROR_WANT_WRITE:
		w->out = true;
		break;
	case SSL_ERROR_ZERO_RETURN:
		*eof = true;
		break;
	default:
		w->lost = true;
		break;
	}
	ERR_clear_error();
}

static unsigned int	 idle_talk;	/* since there was plain text */

/*
 * New keys without end, or new handshakes, which are refused, are all taken by
 * one SSL_read, which would know of nothing else any more.
 */
static void
on_message(int sent, int version, int type, const void *text, size_t n,
    SSL *ssl, void *arg)
{
	(void)version;
	(void)text;
	(void)n;
	(void)arg;
	if (!sent && type == SSL3_RT_HANDSHAKE && ++idle_talk > IDLE_TALK_MAX)
		(void)shutdown(SSL_get_fd(ssl), SHUT_RDWR);
}

static void
from_net(SSL *ssl, struct flow *f, struct wants *w)
{
	int	 r;

	if (f->n > 0 || f->eof)
		return;
	r = SSL_read(ssl, f->data, sizeof(f->data));
	if (r > 0) {
		f->at = 0;
		f->n = (size_t)r;
		idle_talk = 0;
	} else {
		note(ssl, r, w, &f->eof);
		/* The answer to a request for new keys, to who reads none. */
		w->stuck = w->out;
	}
}

/* Does the gate want this connection to have an end, or a reset? */
static bool
polite(int net)
{
	struct linger	 l = { 0, 0 };
	socklen_t	 n = sizeof(l);

	return getsockopt(net, SOL_SOCKET, SO_LINGER, &l, &n) == 0 &&
	    !l.l_onoff;
}

static void
to_net(SSL *ssl, int net, struct flow *f, struct wants *w)
{
	bool	 eof = false;
	int	 r;

	while (f->n > 0) {
		r = SSL_write(ssl, f->data + f->at, (int)f->n);
		if (r <= 0) {
			note(ssl, r, w, &eof);
			w->lost |= eof;
			return;
		}
		f->at += (size_t)r;
		f->n -= (size_t)r;
	}
	if (f->eof && !f->ended) {
		if (!polite(net)) {
			w->lost = true;
			return;
		}
		/*
		 * The end of our side only: closing with input unread would
		 * send a reset, which can overtake the last reply.
		 */
		(void)SSL_shutdown(ssl);
		(void)shutdown(net, SHUT_WR);
		ERR_clear_error();
		f->ended = true;
	}
}

static bool
again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void
from_plain(int fd, struct flow *f, struct wants *w)
{
	ssize_t	 r;

	if (f->n > 0 || f->eof)
		return;
	r = recv(fd, f->data, sizeof(f->data), MSG_DONTWAIT);
	if (r > 0) {
		f->at = 0;
		f->n = (size_t)r;
	} else if (r == 0) {
		f->eof = true;
	} else if (!again()) {
		w->lost = true;
	}
}

static void
to_plain(int fd, struct flow *f)
{
	ssize_t	 r;

	while (f->n > 0) {
		r = send(fd, f->data + f->at, f->n,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (r == -1 && again())
			return;
		if (r == -1) {
			/* It has gone; its last words may be on their way. */
			f->n = 0;
			break;
		}
		f->at += (size_t)r;
		f->n -= (size_t)r;
	}
	if (f->eof && !f->ended) {
		(void)shutdown(fd, SHUT_WR);
		f->ended = true;
	}
}

/*
 * Waits until one of the sides can go on; false when the gate has gone, and
 * this was long enough.
 */
static bool
wait_for(int net, int plain, const struct flow *in, const struct flow *out,
    const struct wants *w, struct news *news, int64_t *last)
{
	struct pollfd	 p[2] = { { .fd = net }, { .fd = plain } };
	int64_t		 left = -1;

	if (w->in || (in->n == 0 && !in->eof && !w->stuck))
		p[0].events |= POLLIN;
	if (w->out)
		p[0].events |= POLLOUT;
	if (in->n > 0)
		p[1].events |= POLLOUT;
	if (out->n == 0 && !out->eof)
		p[1].events |= POLLIN;
	/* A side that wants nothing would wake us with its end for ever. */
	if (p[0].events == 0)
		p[0].fd = -1;
	if (*last != 0) {
		p[1].fd = -1;
		if ((left = *last - now_ms()) <= 0)
			return false;
	}
	if (poll(p, 2, (int)left) == -1)
		return errno == EINTR;
	news->net = p[0].revents != 0;
	news->plain = p[1].revents != 0;
	if (p[1].revents & (POLLHUP | POLLERR))
		*last = now_ms() + LAST_MS;
	return true;
}

void
relay_run(SSL *ssl, int net, int plain)
{
	static struct flow	 in;	/* from the net */
	static struct flow	 out;
	struct wants		 w;
	struct news		 news = { true, true };
	int64_t			 last = 0;	/* when to give up */

	SSL_set_msg_callback(ssl, on_message);
	for (;;) {
		w = (struct wants){ .in = false };
		/* There may be more in OpenSSL's own buffer. */
		if (news.net || SSL_has_pending(ssl))
			from_net(ssl, &in, &w);
		if (news.plain || last != 0)
			from_plain(plain, &out, &w);
		to_plain(plain, &in);
		to_net(ssl, net, &out, &w);
		if (w.lost || (in.ended && out.ended))
			return;
		/* There may be more in OpenSSL's own buffer. */
		if (in.n == 0 && !in.eof && SSL_has_pending(ssl) && !w.in &&
		    !w.stuck)
			continue;
		/* What a gate that has gone has said is all there. */
		if (last != 0 && out.n == 0 && !out.eof) {
			last = now_ms() + LAST_MS;
			continue;
		}
		/*
		 * The gate has waited for a client to end.  It does not for
		 * the answer to QUIT, which is to meet no reset all the same.
		 */
		if (last != 0 && out.ended && SSL_is_server(ssl))
			return;
		if (!wait_for(net, plain, &in, &out, &w, &news, &last))
			return;
	}
}
