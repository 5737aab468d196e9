/*
 * peer: who is on the other end of descriptors 0 and 1
 *
 * If it breaks, filters and backend judge another address than the client's:
 * blocklists hit the wrong one, or a stranger passes for a local user and may
 * relay.
 *
 * Each case runs in a child, with descriptors and environment as a launcher
 * leaves them.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "peer.h"
#include "tap.h"

#define LISTEN_OURS	"LISTEN_PID=self", "LISTEN_FDS=1"

enum link { V4, V6, MAPPED, LOCAL, PIPES, RESET, LISTENING, NULLDEV };

static const struct {
	const char	*name;
	enum link	 link;
	int		 fd;		/* 0 for 0 and 1, or 3 */
	const char	*env[10];
	const char	*want;
} cases[] = {
	/* The kernel knows best what the kernel knows. */
	{ "IPv4", V4, 0, { NULL }, "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "IPv6", V6, 0, { NULL }, "0 0,1 6 ::1 P 6 ::1 L ptr=" },
	{ "IPv4 over an IPv6 listener is IPv4", MAPPED, 0, { NULL },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "a local socket", LOCAL, 0, { NULL }, "0 0,1 1  0 1  0 ptr=" },
	{ "REMOTE_ADDR does not count beside the kernel", V4, 0,
	    { "REMOTE_ADDR=192.0.2.9", "REMOTE_PORT=9" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "nor does REMOTE_HOST", V4, 0, { "REMOTE_HOST=192.0.2.9" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	/* tcpserver and its kin. */
	{ "tcpserver", V4, 0, { "PROTO=TCP", "TCPREMOTEIP=192.0.2.7",
	    "TCPREMOTEPORT=4711", "TCPLOCALIP=192.0.2.1", "TCPLOCALPORT=25",
	    "TCPREMOTEHOST=a.example" },
	    "0 0,1 4 192.0.2.7 4711 4 192.0.2.1 25 ptr=a.example" },
	{ "a loader before us knows the true client", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=2001:db8::7", "TCPREMOTEPORT=1" },
	    "0 0,1 6 2001:db8::7 1 4 127.0.0.1 L ptr=" },
	{ "sslserver, over pipes", PIPES, 0, { "PROTO=SSL",
	    "SSLREMOTEIP=192.0.2.7", "SSLREMOTEPORT=4711",
	    "SSLLOCALIP=192.0.2.1", "SSLLOCALPORT=465" },
	    "0 0,1 4 192.0.2.7 4711 4 192.0.2.1 465 ptr=" },
	{ "names go by PROTO", V4, 0, { "PROTO=SSL",
	    "TCPREMOTEIP=192.0.2.7", "TCPREMOTEPORT=4711" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "without PROTO they do not count", V4, 0,
	    { "TCPREMOTEIP=192.0.2.7", "TCPREMOTEPORT=4711" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "an empty address is none", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=", "TCPREMOTEHOST=a.example" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "a name instead of an address is none", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=a.example", "TCPREMOTEPORT=4711" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "an address mapped into IPv6", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=::ffff:192.0.2.7",
	    "TCPREMOTEPORT=4711" },
	    "0 0,1 4 192.0.2.7 4711 4 127.0.0.1 L ptr=" },
	{ "nobody's address is none", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=0.0.0.0", "TCPREMOTEPORT=4711" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "nor is that of IPv6", PIPES, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=::", "REMOTE_ADDR=0.0.0.0" },
	    "0 0,1 0  0 0  0 ptr=" },
	{ "an address with a scope", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=fe80::1%eth0", "TCPREMOTEPORT=4711" },
	    "0 0,1 6 fe80::1 4711 4 127.0.0.1 L ptr=" },
	{ "an address in another form", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=2001:DB8:0:0:0:0:0:7",
	    "TCPREMOTEPORT=4711" },
	    "0 0,1 6 2001:db8::7 4711 4 127.0.0.1 L ptr=" },
	{ "NAT64 stays IPv6", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=64:ff9b::192.0.2.7",
	    "TCPREMOTEPORT=4711" },
	    "0 0,1 6 64:ff9b::c000:207 4711 4 127.0.0.1 L ptr=" },
	{ "a port that is none", V4, 0,
	    { "PROTO=TCP", "TCPREMOTEIP=192.0.2.7", "TCPREMOTEPORT=99999" },
	    "0 0,1 4 192.0.2.7 0 4 127.0.0.1 L ptr=" },
	{ "a name that is none", V4, 0, { "PROTO=TCP",
	    "TCPREMOTEIP=192.0.2.7", "TCPREMOTEPORT=1",
	    "TCPREMOTEHOST=a b\r\nc" },
	    "0 0,1 4 192.0.2.7 1 4 127.0.0.1 L ptr=" },
	{ "an address as a name is none", V4, 0, { "PROTO=TCP",
	    "TCPREMOTEIP=192.0.2.7", "TCPREMOTEPORT=1",
	    "TCPREMOTEHOST=192.0.2.7" },
	    "0 0,1 4 192.0.2.7 1 4 127.0.0.1 L ptr=" },
	/* systemd and xinetd, where the kernel cannot help. */
	{ "REMOTE_ADDR, over pipes", PIPES, 0,
	    { "REMOTE_ADDR=192.0.2.9", "REMOTE_PORT=9" },
	    "0 0,1 4 192.0.2.9 9 0  0 ptr=" },
	{ "REMOTE_HOST, over pipes", PIPES, 0, { "REMOTE_HOST=192.0.2.9" },
	    "0 0,1 4 192.0.2.9 0 0  0 ptr=" },
	{ "REMOTE_HOST that is a name", PIPES, 0, { "REMOTE_HOST=a.example" },
	    "0 0,1 0  0 0  0 ptr=" },
	{ "REMOTE_ADDR before REMOTE_HOST", PIPES, 0,
	    { "REMOTE_HOST=192.0.2.9", "REMOTE_ADDR=192.0.2.8" },
	    "0 0,1 4 192.0.2.8 0 0  0 ptr=" },
	{ "ucspi before both", PIPES, 0, { "REMOTE_HOST=192.0.2.9",
	    "REMOTE_ADDR=192.0.2.8", "PROTO=TCP", "TCPREMOTEIP=192.0.2.7",
	    "TCPREMOTEPORT=7" }, "0 0,1 4 192.0.2.7 7 0  0 ptr=" },
	{ "nobody knows", PIPES, 0, { NULL }, "0 0,1 0  0 0  0 ptr=" },
	{ "nor at a terminal or file", NULLDEV, 0, { NULL },
	    "0 0,1 0  0 0  0 ptr=" },
	/* A descriptor that systemd passes. */
	{ "LISTEN_FDS", V4, 3, { LISTEN_OURS },
	    "0 3,3 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "LISTEN_FDS, with names", V6, 3,
	    { LISTEN_OURS, "LISTEN_FDNAMES=connection" },
	    "0 3,3 6 ::1 P 6 ::1 L ptr=" },
	{ "LISTEN_FDS and REMOTE_ADDR", V4, 3,
	    { LISTEN_OURS, "REMOTE_ADDR=192.0.2.9", "REMOTE_PORT=9" },
	    "0 3,3 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "LISTEN_FDS of another process", V4, 0,
	    { "LISTEN_PID=1", "LISTEN_FDS=1" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "LISTEN_FDS of none", V4, 0, { "LISTEN_PID=self", "LISTEN_FDS=0" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	{ "LISTEN_FDS without LISTEN_PID", V4, 0, { "LISTEN_FDS=1" },
	    "0 0,1 4 127.0.0.1 P 4 127.0.0.1 L ptr=" },
	/* Nobody to serve. */
	{ "the client left before we ran", RESET, 0, { NULL }, "-1" },
	{ "a listener on 0", LISTENING, 0, { NULL }, "1 trouble" },
	{ "a listener on 3", LISTENING, 3, { LISTEN_OURS }, "1 trouble" },
};

static void
bail(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Listens on the loopback of a family; fills in where. */
static int
listener(enum link link, struct sockaddr_in6 *sa, socklen_t *len)
{
	struct sockaddr_in	*in = (void *)sa;
	int			 off = 0;
	int			 fd;

	memset(sa, 0, sizeof(*sa));
	if (link == V6 || link == MAPPED) {
		sa->sin6_family = AF_INET6;
		if (link == V6)
			sa->sin6_addr = in6addr_loopback;
		*len = sizeof(*sa);
	} else {
		in->sin_family = AF_INET;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		*len = sizeof(*in);
	}
	fd = socket(sa->sin6_family, SOCK_STREAM, 0);
	if (link == MAPPED)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off,
		    sizeof(off));
	if (fd == -1 || bind(fd, (struct sockaddr *)sa, *len) == -1 ||
	    listen(fd, 1) == -1 ||
	    getsockname(fd, (struct sockaddr *)sa, len) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The two ends of a link: ours in fd[0] and fd[1]; -1 if there is none. */
static int
make_link(enum link link, int fd[2], int *client, int *cport, int *lport)
{
	struct sockaddr_in6	 sa;
	struct sockaddr_in	 in;
	struct linger		 hard = { 1, 0 };
	socklen_t		 len;
	int			 p[2];
	int			 l;

	*client = -1;
	if (link == NULLDEV) {
		fd[0] = fd[1] = open("/dev/null", O_RDWR);
		return 0;
	}
	if (link == LOCAL || link == PIPES) {
		if (link == LOCAL ? socketpair(AF_UNIX, SOCK_STREAM, 0, p) :
		    pipe(p))
			bail("link");
		fd[0] = p[0];
		fd[1] = link == LOCAL ? p[0] : p[1];
		*client = p[1];
		return 0;
	}
	if ((l = listener(link, &sa, &len)) == -1)
		return -1;
	*lport = ntohs(sa.sin6_port);
	if (link == LISTENING) {
		fd[0] = fd[1] = l;
		return 0;
	}
	if (link == MAPPED) {
		memset(&in, 0, sizeof(in));
		in.sin_family = AF_INET;
		in.sin_port = sa.sin6_port;
		in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		memset(&sa, 0, sizeof(sa));
		memcpy(&sa, &in, sizeof(in));
		len = sizeof(in);
	}
	*client = socket(sa.sin6_family, SOCK_STREAM, 0);
	if (connect(*client, (struct sockaddr *)&sa, len) == -1 ||
	    (fd[0] = fd[1] = accept(l, NULL, NULL)) == -1)
		bail("connect");
	len = sizeof(sa);
	(void)getsockname(*client, (struct sockaddr *)&sa, &len);
	*cport = ntohs(sa.sin6_port);
	close(l);
	if (link == RESET) {
		(void)setsockopt(*client, SOL_SOCKET, SO_LINGER, &hard,
		    sizeof(hard));
		close(*client);
	}
	return 0;
}

static void
put_side(struct buf *b, const struct side *s, int port, char mark)
{
	buf_printf(b, " %d %s ", s->family == AF_INET ? 4 :
	    s->family == AF_INET6 ? 6 : s->family == AF_UNIX ? 1 : 0, s->addr);
	if (port != 0 && s->port == port)
		buf_putc(b, mark);
	else
		buf_printf(b, "%d", s->port);
}

/* In the child: what peer_init says, as text to out. */
static void
child(size_t i, const int fd[2], int cport, int lport, int out)
{
	struct peer	 p;
	struct buf	 b;
	char		 env[100];
	size_t		 k;
	int		 r;

	clearenv();
	for (k = 0; k < 10 && cases[i].env[k] != NULL; k++) {
		(void)snprintf(env, sizeof(env), "%s", cases[i].env[k]);
		if (strcmp(env, "LISTEN_PID=self") == 0)
			(void)snprintf(env, sizeof(env), "LISTEN_PID=%d",
			    (int)getpid());
		*strchr(env, '=') = '\0';
		(void)setenv(env, env + strlen(env) + 1, 1);
	}
	/* Out of the way of 0 to 3 first. */
	out = fcntl(out, F_DUPFD, 20);
	if (cases[i].fd == 3) {
		(void)dup2(fcntl(fd[0], F_DUPFD, 30), 3);
	} else {
		r = fcntl(fd[1], F_DUPFD, 30);
		(void)dup2(fcntl(fd[0], F_DUPFD, 30), 0);
		(void)dup2(r, 1);
	}
	buf_init(&b, 4096);
	r = peer_init(&p);
	buf_printf(&b, "%d", r);
	if (r == 1)
		buf_puts(&b, p.trouble != NULL && *p.trouble != '\0' ?
		    " trouble" : " no reason");
	if (r == 0) {
		/* One socket may be served by one descriptor or two. */
		buf_printf(&b, " %d,%d", p.rfd, p.sock && p.wfd == 0 ? 1 :
		    p.wfd);
		put_side(&b, &p.remote, cport, 'P');
		put_side(&b, &p.local, lport, 'L');
		buf_printf(&b, " ptr=%s", p.ptr);
		if (p.sock != (cases[i].link != PIPES &&
		    cases[i].link != NULLDEV))
			buf_puts(&b, " sock?");
	}
	if (getenv("LISTEN_PID") != NULL || getenv("LISTEN_FDS") != NULL ||
	    getenv("LISTEN_FDNAMES") != NULL)
		buf_puts(&b, " LISTEN_ is still set");
	if (cases[i].fd == 3 && !(fcntl(3, F_GETFD) & FD_CLOEXEC))
		buf_puts(&b, " 3 is inherited");
	(void)!write(out, buf_ptr(&b), buf_len(&b));
	_exit(0);
}

static void
run_case(size_t i)
{
	char	 got[4096];
	ssize_t	 n;
	pid_t	 pid;
	int	 fd[2];
	int	 out[2];
	int	 client;
	int	 cport = 0;
	int	 lport = 0;

	if (make_link(cases[i].link, fd, &client, &cport, &lport) == -1) {
		ok(true, "%s # SKIP no IPv6 here", cases[i].name);
		return;
	}
	if (pipe(out) == -1)
		bail("pipe");
	pid = fork();
	if (pid == 0)
		child(i, fd, cport, lport, out[1]);
	close(out[1]);
	n = read(out[0], got, sizeof(got) - 1);
	got[n > 0 ? n : 0] = '\0';
	(void)waitpid(pid, NULL, 0);
	is_str(got, cases[i].want, "%s", cases[i].name);
	close(out[0]);
	close(fd[0]);
	if (fd[1] != fd[0])
		close(fd[1]);
	if (client != -1 && client != fd[1] && cases[i].link != RESET)
		close(client);
}

/* Closed descriptors: no crash, and no other file taken for the client. */
static void
test_closed(void)
{
	struct peer	 p;
	int		 status = -1;
	pid_t		 pid = fork();

	if (pid == 0) {
		close(0);
		close(1);
		_exit(peer_init(&p) == 0 && p.remote.addr[0] != '\0');
	}
	(void)waitpid(pid, &status, 0);
	is_int(status, 0, "no descriptors: nobody");
}

/* How addresses are written to filters; milter-mta-side.md 8.2. */
static void
test_text(void)
{
	static const struct {
		struct side	 side;
		const char	*tagged;
		const char	*literal;
	} sides[] = {
		{ { AF_INET, "192.0.2.1", 25 }, "192.0.2.1", "[192.0.2.1]" },
		{ { AF_INET6, "2001:db8::1", 25 }, "IPv6:2001:db8::1",
		    "[IPv6:2001:db8::1]" },
		{ { AF_UNSPEC, "", 0 }, "", "localhost" },
		{ { AF_UNIX, "", 0 }, "", "localhost" },
	};
	struct buf	 b;
	size_t		 i;

	for (i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		buf_init(&b, 100);
		peer_tagged(&sides[i].side, &b);
		is_str(buf_cstr(&b), sides[i].tagged, "address %zu, tagged", i);
		buf_reset(&b);
		peer_literal(&sides[i].side, &b);
		is_str(buf_cstr(&b), sides[i].literal,
		    "address %zu, as a host without name", i);
		buf_free(&b);
	}
}

int
main(void)
{
	size_t	 i;

	(void)alarm(60);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		run_case(i);
	test_closed();
	test_text();
	return tap_end();
}
