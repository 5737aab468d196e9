/*
 * peer - who is on the other end of descriptors 0 and 1
 *
 * inetd, xinetd, tcpserver and systemd (StandardInput=socket) give the client
 * as descriptors 0 and 1; systemd without it, and systemd-socket-activate, as
 * descriptor 3 with LISTEN_PID and LISTEN_FDS.  The client's address is that
 * which the ucspi environment names (PROTO, then ${PROTO}REMOTEIP: a program
 * between launcher and gate may have put the true one there), else the
 * kernel's, else REMOTE_ADDR (systemd) or REMOTE_HOST (xinetd).
 *
 * IPv4 that came over an IPv6 socket is IPv4 from here on, for everybody; a
 * scope identifier is cut off.
 */
#include <sys/socket.h>
#include <sys/stat.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dial.h"
#include "peer.h"
#include "smtp.h"

bool
side_set(struct side *s, const char *text)
{
	static const struct in_addr	 nobody;
	struct in_addr	 in;
	struct in6_addr	 in6;
	char		 copy[INET6_ADDRSTRLEN + 32];
	char		*scope;
	int		 family = AF_INET;

	if (strlcpy(copy, text, sizeof(copy)) >= sizeof(copy))
		return false;
	if ((scope = strchr(copy, '%')) != NULL)
		*scope = '\0';
	if (inet_pton(AF_INET, copy, &in) != 1) {
		if (inet_pton(AF_INET6, copy, &in6) != 1 ||
		    IN6_IS_ADDR_UNSPECIFIED(&in6))
			return false;
		family = IN6_IS_ADDR_V4MAPPED(&in6) ? AF_INET : AF_INET6;
		memcpy(&in, &in6.s6_addr[12], sizeof(in));
	}
	if (family == AF_INET && memcmp(&in, &nobody, sizeof(in)) == 0)
		return false;
	s->family = family;
	return inet_ntop(family, family == AF_INET ? (void *)&in :
	    (void *)&in6, s->addr, sizeof(s->addr)) != NULL;
}

static void
set_sockaddr(struct side *s, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in	*in = (const void *)ss;
	const struct sockaddr_in6	*in6 = (const void *)ss;
	char				 text[INET6_ADDRSTRLEN];

	s->family = ss->ss_family;
	if (ss->ss_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
		s->port = ntohs(in->sin_port);
		side_set(s, text);
	} else if (ss->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
		s->port = ntohs(in6->sin6_port);
		side_set(s, text);
	}
}

/* Nobody is to dial there: it is the gate. */
static void
avoid_side(const struct side *s)
{
	struct sockaddr_storage	 ss;
	struct sockaddr_in	*in = (void *)&ss;
	struct sockaddr_in6	*in6 = (void *)&ss;

	if (s->addr[0] == '\0')
		return;
	memset(&ss, 0, sizeof(ss));
	ss.ss_family = (sa_family_t)s->family;
	(void)inet_pton(s->family, s->addr, s->family == AF_INET ?
	    (void *)&in->sin_addr : (void *)&in6->sin6_addr);
	if (s->family == AF_INET)
		in->sin_port = htons(s->port);
	else
		in6->sin6_port = htons(s->port);
	dial_avoid(&ss);
}

static uint16_t
port_of(const char *text)
{
	const char	*errstr;

	if (text == NULL)
		return 0;
	return (uint16_t)strtonum(text, 0, 65535, &errstr);
}

/* ${PROTO}REMOTEIP and the like; an empty one counts as not set. */
static const char *
ucspi(const char *what)
{
	const char	*proto = getenv("PROTO");
	const char	*value;
	char		 name[64];

	if (proto == NULL || (size_t)snprintf(name, sizeof(name), "%s%s",
	    proto, what) >= sizeof(name))
		return NULL;
	value = getenv(name);
	return value != NULL && *value != '\0' ? value : NULL;
}

static void
from_ucspi(struct peer *p)
{
	const char	*ip = ucspi("REMOTEIP");
	const char	*host = ucspi("REMOTEHOST");
	const char	*lip = ucspi("LOCALIP");

	if (ip == NULL || !side_set(&p->remote, ip))
		return;
	p->remote.port = port_of(ucspi("REMOTEPORT"));
	if (lip != NULL && side_set(&p->local, lip))
		p->local.port = port_of(ucspi("LOCALPORT"));
	/* A name, if tcpserver was told to look; it is not verified. */
	if (host != NULL && smtp_valid_hostname(host))
		(void)strlcpy(p->ptr, host, sizeof(p->ptr));
}

static void
from_launcher(struct peer *p)
{
	const char	*addr = getenv("REMOTE_ADDR");
	const char	*host = getenv("REMOTE_HOST");

	if (addr != NULL && side_set(&p->remote, addr))
		p->remote.port = port_of(getenv("REMOTE_PORT"));
	else if (host != NULL)
		(void)side_set(&p->remote, host);
}

static bool
have(const char *name)
{
	const char	*value = getenv(name);

	return value != NULL && *value != '\0';
}

/*
 * A wrapper ended the client's TLS before it started us: sslserver says
 * PROTO=SSL, s6-tlsd SSL_PROTOCOL, others by custom SMTPS.  One that waits for
 * STARTTLS (UCSPI-TLS) has not begun.
 */
static bool
wrapped(void)
{
	const char	*proto = getenv("PROTO");

	return !have("SSLCTLFD") && (have("SSL_PROTOCOL") || have("SMTPS") ||
	    (proto != NULL && strcmp(proto, "SSL") == 0));
}

/* Descriptor 3, when systemd hands over exactly that to this process. */
static int
listen_fd(void)
{
	const char	*pid = getenv("LISTEN_PID");
	const char	*fds = getenv("LISTEN_FDS");
	bool		 ours;

	ours = pid != NULL && fds != NULL &&
	    strtol(pid, NULL, 10) == (long)getpid() &&
	    strtol(fds, NULL, 10) >= 1;
	if (pid != NULL || fds != NULL) {
		unsetenv("LISTEN_PID");
		unsetenv("LISTEN_FDS");
		unsetenv("LISTEN_FDNAMES");
	}
	return ours ? 3 : -1;
}

int
peer_init(struct peer *p)
{
	struct sockaddr_storage	 ss;
	socklen_t		 len = sizeof(ss);
	int			 listening = 0;
	socklen_t		 optlen = sizeof(listening);
	int			 fd = listen_fd();

	memset(p, 0, sizeof(*p));
	p->remote.family = p->local.family = AF_UNSPEC;
	p->tls.on = wrapped();
	p->rfd = fd == -1 ? STDIN_FILENO : fd;
	p->wfd = fd == -1 ? STDOUT_FILENO : fd;
	if (fd != -1)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (getsockopt(p->rfd, SOL_SOCKET, SO_ACCEPTCONN, &listening,
	    &optlen) == 0) {
		if (listening) {
			p->trouble = "descriptor is a listening socket; the "
			    "launcher must accept (Accept=yes, nowait)";
			return 1;
		}
		memset(&ss, 0, sizeof(ss));
		if (getpeername(p->rfd, (struct sockaddr *)&ss, &len) == 0)
			set_sockaddr(&p->remote, &ss);
		else if (errno == ENOTCONN)
			return -1;
		memset(&ss, 0, sizeof(ss));
		len = sizeof(ss);
		if (getsockname(p->rfd, (struct sockaddr *)&ss, &len) == 0) {
			set_sockaddr(&p->local, &ss);
			dial_avoid(&ss);
		}
		/* One socket on both descriptors is served as one. */
		p->wfd = p->rfd;
		p->sock = true;
	}
	if (p->remote.addr[0] == '\0')
		from_launcher(p);
	from_ucspi(p);
	if (!p->sock)
		avoid_side(&p->local);
	return 0;
}

void
peer_lookup(struct peer *p, int64_t ms)
{
	if (ms == 0 || p->remote.addr[0] == '\0' || p->names != NAMES_NONE)
		return;
	lookup_name(&p->lookup, p->remote.addr, p->ptr, now_ms() + ms);
	p->asking = true;
}

enum io
peer_name(struct peer *p)
{
	if (!p->asking)
		return IO_OK;
	p->asking = false;
	return lookup_verdict(&p->lookup, &p->names, p->ptr);
}

void
peer_forget(struct peer *p)
{
	if (p->asking)
		lookup_end(&p->lookup);
	p->asking = false;
}

const char *
peer_verified(const struct peer *p)
{
	return p->names == NAMES_OK ? p->ptr : "";
}

void
peer_convey(struct peer *p, const struct side *remote,
    const struct side *local)
{
	static const char *const	 gone[] = { "RELAYCLIENT",
	    "TCPREMOTEHOST", "TCPREMOTEINFO", "TCPLOCALHOST", "SSLREMOTEIP",
	    "SSLREMOTEPORT", "SSLREMOTEHOST", "SSLREMOTEINFO", "REMOTE_ADDR",
	    "REMOTE_PORT", "REMOTE_HOST" };
	struct side	 now = *remote;
	size_t		 i;

	peer_forget(p);
	if (p->via.addr[0] == '\0')
		p->via = p->remote;
	p->local = *local;
	p->remote = now;
	p->names = NAMES_NONE;
	p->ptr[0] = p->login[0] = '\0';
	for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		(void)unsetenv(gone[i]);
	avoid_side(&p->local);
}

void
peer_tagged(const struct side *s, struct buf *b)
{
	if (s->addr[0] != '\0')
		buf_printf(b, "%s%s", s->family == AF_INET6 ? "IPv6:" : "",
		    s->addr);
}

void
peer_literal(const struct side *s, struct buf *b)
{
	if (s->addr[0] == '\0') {
		buf_puts(b, "localhost");
		return;
	}
	buf_putc(b, '[');
	peer_tagged(s, b);
	buf_putc(b, ']');
}
