/*
 * tlsload: an SMTP client with STARTTLS that is nothing but load.
 *
 *	tlsload PORT SESSIONS WORKERS SIZE clear|full|resumed [1.2]
 *
 * WORKERS processes share SESSIONS connections to 127.0.0.1:PORT, each with one
 * mail of SIZE bytes: without TLS, with a full handshake each, or with one that
 * resumes the session of a connection that was made before the others.  The
 * last line says how many were resumed, which is for the server to decide, and
 * with which cipher.  An answer that is not 2xx or 3xx ends it with status 1.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include <openssl/ssl.h>

#include "client.h"

struct link {
	int	 fd;
	SSL	*ssl;		/* NULL: in clear */
};

static SSL_CTX		*ctx;
static SSL_SESSION	*ticket;	/* to resume, or NULL */
static unsigned long	 port;
static char		*mail;
static size_t		 mail_len;
static unsigned long	*resumed;	/* of all workers */
static char		*cipher;

static ssize_t
from_link(void *link, char *in, size_t n)
{
	struct link *l = link;

	return l->ssl != NULL ? SSL_read(l->ssl, in, (int)n) :
	    read(l->fd, in, n);
}

static void
ask_text(struct link *l, const char *text, size_t len)
{
	ssize_t w;

	if (l->ssl != NULL)
		w = SSL_write(l->ssl, text, (int)len);
	else
		w = write(l->fd, text, len);
	if (w != (ssize_t)len)
		errx(1, "%.20s: cannot be sent", text);
	get_reply(from_link, l, text);
}

static void
ask(struct link *l, const char *line)
{
	ask_text(l, line, strlen(line));
}

static void
starttls(struct link *l)
{
	ask(l, "EHLO bench.example\r\n");
	ask(l, "STARTTLS\r\n");
	if ((l->ssl = SSL_new(ctx)) == NULL || SSL_set_fd(l->ssl, l->fd) != 1 ||
	    (ticket != NULL && SSL_set_session(l->ssl, ticket) != 1) ||
	    SSL_connect(l->ssl) != 1)
		errx(1, "no TLS");
	if (SSL_session_reused(l->ssl))
		__atomic_add_fetch(resumed, 1, __ATOMIC_RELAXED);
}

/* One connection, one mail; the session for later ones, when it is wanted. */
static SSL_SESSION *
session(int tls, int keep)
{
	struct link l = { dial(port), NULL };
	SSL_SESSION *kept = NULL;

	get_reply(from_link, &l, "connection");
	if (tls)
		starttls(&l);
	ask(&l, "EHLO bench.example\r\n");
	ask(&l, "MAIL FROM:<a@bench.example>\r\n");
	ask(&l, "RCPT TO:<b@bench.example>\r\n");
	ask(&l, "DATA\r\n");
	ask_text(&l, mail, mail_len);
	ask(&l, "QUIT\r\n");
	if (tls) {
		snprintf(cipher, 128, "%s %s", SSL_get_version(l.ssl),
		    SSL_get_cipher_name(l.ssl));
		SSL_shutdown(l.ssl);
		kept = keep ? SSL_get1_session(l.ssl) : NULL;
		SSL_free(l.ssl);
	}
	close(l.fd);
	return kept;
}

static void
make_mail(size_t size)
{
	static const char head[] = "From: <a@bench.example>\r\n"
	    "To: <b@bench.example>\r\n"
	    "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n"
	    "Message-Id: <1@bench.example>\r\n\r\n";
	size_t n = sizeof(head) - 1;

	if ((mail = malloc(n + size + 128)) == NULL)
		err(1, NULL);
	memcpy(mail, head, n);
	while (n < size) {
		memset(mail + n, 'X', 78);
		memcpy(mail + n + 78, "\r\n", 2);
		n += 80;
	}
	memcpy(mail + n, ".\r\n", 3);
	mail_len = n + 3;
}

static void
prepare(int version)
{
	resumed = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ctx = SSL_CTX_new(TLS_client_method());
	if (resumed == MAP_FAILED || ctx == NULL ||
	    SSL_CTX_set_max_proto_version(ctx, version) != 1)
		errx(1, "cannot begin");
	cipher = (char *)(resumed + 1);
}

int
main(int argc, char *argv[])
{
	unsigned long sessions;
	unsigned long workers;
	unsigned long w;
	int status;
	int bad = 0;
	int tls;

	if (argc < 6)
		errx(64, "usage: tlsload port sessions workers size "
		    "clear|full|resumed [1.2]");
	port = strtoul(argv[1], NULL, 10);
	sessions = strtoul(argv[2], NULL, 10);
	workers = strtoul(argv[3], NULL, 10);
	make_mail(strtoul(argv[4], NULL, 10));
	tls = strcmp(argv[5], "clear") != 0;
	prepare(argc > 6 ? TLS1_2_VERSION : TLS1_3_VERSION);
	if (strcmp(argv[5], "resumed") == 0)
		ticket = session(1, 1);
	for (w = 0; w < workers; w++) {
		if (fork() != 0)
			continue;
		for (; w < sessions; w += workers)
			session(tls, 0);
		_exit(0);
	}
	while (wait(&status) > 0)
		bad |= status;
	printf("%lu resumed %s\n", *resumed, cipher);
	return bad != 0;
}
