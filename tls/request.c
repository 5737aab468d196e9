/*
 * request - what the gate asks for, and what it is told
 *
 * The resident speaks first: "+" when it has certificates, or "-" and a text
 * why not, ended by NUL.  Without, it is of use for connections to backends
 * alone.
 *
 * A request is one message on a unix socket: NAME=value strings, each ended by
 * NUL, one more NUL, and two descriptors, the connection and one end of a pair
 * of sockets whose other end is the gate's.  ROLE is server, client or check;
 * for a client NAME, VERIFY and PIN say what the backend must show.
 *
 * The answers go over that pair.  First the same about this request: "+" when
 * the handshake can begin.  As
 * a client we begin when the gate, which has said STARTTLS meanwhile, sends an
 * octet.
 * When the handshake is done, NAME=value strings as in UCSPI-TLS, up to an
 * empty one; SSL_ERROR alone when it failed.  Behind that comes plain text.
 * To a check the strings come at once, CERT and WARN with a text each, and that
 * is all.
 */
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "request.h"

int
request_get(int control, struct request *r)
{
	char			 text[REQUEST_MAX];
	union {
		struct cmsghdr	 align;
		char		 room[CMSG_SPACE(2 * sizeof(int))];
	} u;
	struct iovec		 iov = { text, sizeof(text) };
	struct msghdr		 msg = { .msg_iov = &iov, .msg_iovlen = 1,
				    .msg_control = u.room,
				    .msg_controllen = sizeof(u.room) };
	struct cmsghdr		*c;
	int			 fd[2] = { -1, -1 };
	ssize_t			 n;

	do
		n = recvmsg(control, &msg, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return 0;
	for (c = CMSG_FIRSTHDR(&msg); c != NULL; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		    c->cmsg_len <= CMSG_LEN(sizeof(fd)))
			memcpy(fd, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	if (request_parse(r, text, (size_t)n) && fd[0] != -1 && fd[1] != -1 &&
	    !(msg.msg_flags & (MSG_CTRUNC | MSG_TRUNC))) {
		r->net = fd[0];
		r->plain = fd[1];
		return 1;
	}
	if (fd[0] != -1)
		close(fd[0]);
	if (fd[1] != -1)
		close(fd[1]);
	return n == 0 ? 0 : -1;
}

static int
say(int fd, const struct buf *b)
{
	return send(fd, buf_ptr(b), buf_len(b), MSG_NOSIGNAL |
	    MSG_DONTWAIT) == (ssize_t)buf_len(b) ? 0 : -1;
}

int
request_ready(int fd, const char *why)
{
	struct buf	 b;
	int		 result;

	buf_init(&b, 1024);
	buf_putc(&b, why == NULL ? '+' : '-');
	buf_put_str(&b, why == NULL ? "" : why);
	result = say(fd, &b);
	buf_free(&b);
	return result;
}

bool
request_go(const struct request *r)
{
	char	 c;
	ssize_t	 n = 1;

	if (r->client)
		do
			n = recv(r->plain, &c, 1, 0);
		while (n == -1 && errno == EINTR);
	return n == 1;
}

/* NAME=value; octets that would harm a line are not the gate's to find. */
static void
put_value(struct buf *b, const char *name, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	buf_printf(b, "%s=", name);
	for (; *value != '\0'; value++)
		buf_putc(b, (unsigned char)*value < ' ' || *value == 127 ? '?' :
		    *value);
	buf_putc(b, '\0');
}

static void
put_name(struct buf *b, const char *name, const X509_NAME *x)
{
	char	 text[1024] = "";
	BIO	*bio = BIO_new(BIO_s_mem());
	int	 n;

	if (bio == NULL)
		return;
	if (X509_NAME_print_ex(bio, x, 0, XN_FLAG_RFC2253 &
	    ~ASN1_STRFLGS_ESC_MSB) >= 0 &&
	    (n = BIO_read(bio, text, sizeof(text) - 1)) > 0)
		text[n] = '\0';
	BIO_free(bio);
	put_value(b, name, text);
}

/* The common name alone, as it is; the first, if there are several. */
static void
put_cn(struct buf *b, const X509_NAME *x)
{
	const X509_NAME_ENTRY	*e;
	unsigned char		*text;
	int			 i = X509_NAME_get_index_by_NID(x,
				    NID_commonName, -1);
	int			 n;

	if (i < 0 || (e = X509_NAME_get_entry(x, i)) == NULL)
		return;
	if ((n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(e))) < 0)
		return;
	/* One with a NUL in it is meant to be mistaken for another. */
	if (strlen((char *)text) == (size_t)n)
		put_value(b, "SSL_CLIENT_S_DN_CN", (char *)text);
	OPENSSL_free(text);
}

/* What is known of the peer's certificate. */
static void
put_peer(struct buf *b, SSL *ssl)
{
	X509	*cert = SSL_get0_peer_certificate(ssl);
	long	 result = SSL_get_verify_result(ssl);
	char	 text[256];

	if (cert == NULL) {
		put_value(b, "SSL_CLIENT_VERIFY", "NONE");
		return;
	}
	if (result == X509_V_OK) {
		put_value(b, "SSL_CLIENT_VERIFY", "SUCCESS");
	} else {
		(void)snprintf(text, sizeof(text), "FAILED:%s",
		    X509_verify_cert_error_string(result));
		put_value(b, "SSL_CLIENT_VERIFY", text);
	}
	put_name(b, "SSL_CLIENT_S_DN", X509_get_subject_name(cert));
	put_name(b, "SSL_CLIENT_I_DN", X509_get_issuer_name(cert));
	put_cn(b, X509_get_subject_name(cert));
}

int
request_report(const struct request *r, SSL *ssl, const char *why)
{
	struct buf	 b;
	char		 bits[16];
	int		 result;

	buf_init(&b, 8192);
	if (why != NULL) {
		put_value(&b, "SSL_ERROR", why);
	} else {
		(void)snprintf(bits, sizeof(bits), "%d",
		    SSL_get_cipher_bits(ssl, NULL));
		put_value(&b, "SSL_PROTOCOL", SSL_get_version(ssl));
		put_value(&b, "SSL_CIPHER", SSL_get_cipher_name(ssl));
		put_value(&b, "SSL_CIPHER_USEKEYSIZE", bits);
		put_value(&b, "SSL_TLS_SNI_SERVERNAME", SSL_get_servername(ssl,
		    TLSEXT_NAMETYPE_host_name));
		put_value(&b, "SSL_SESSION_RESUMED",
		    SSL_session_reused(ssl) ? "1" : "0");
		put_peer(&b, ssl);
	}
	buf_putc(&b, '\0');
	result = b.bad ? -1 : say(r->plain, &b);
	buf_free(&b);
	return result;
}

static void
put_line(void *b, const char *name, const char *text)
{
	put_value(b, name, text);
}

int
request_certificates(const struct request *r, const struct contexts *cs)
{
	struct buf	 b;
	int		 result;

	buf_init(&b, 8192);
	buf_put_str(&b, "+");
	contexts_show(cs, put_line, &b);
	buf_putc(&b, '\0');
	result = b.bad ? -1 : say(r->plain, &b);
	buf_free(&b);
	return result;
}
