/*
 * channel.h - one end of a connection for the tests of conn
 *
 * No test looks at how long something took: deadlines are in the past, or
 * nothing but the deadline can end the wait.  That a wait does not spin is seen
 * by the processor time it used.
 */
#ifndef CHANNEL_H
#define CHANNEL_H

#include <sys/socket.h>

#include <netinet/in.h>

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "conn.h"
#include "tap.h"

#define SOON		(now_ms() + 20)
#define LATE		(now_ms() + 30000)	/* never reached */

static inline void
bail(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A channel over one end of a socket pair; the other end is returned. */
static inline int
pair(struct conn *c, size_t inmax, size_t outmax)
{
	int	 fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1)
		bail("socketpair");
	conn_init(c, inmax, outmax);
	conn_attach(c, fd[0], fd[0], true);
	return fd[1];
}

/* Likewise over TCP, where a reset is possible. */
static inline int
tcp(struct conn *c, size_t inmax, size_t outmax)
{
	struct sockaddr_in	 in;
	socklen_t		 len = sizeof(in);
	int			 l = socket(AF_INET, SOCK_STREAM, 0);
	int			 peer = socket(AF_INET, SOCK_STREAM, 0);
	int			 fd = -1;

	memset(&in, 0, sizeof(in));
	in.sin_family = AF_INET;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(l, (struct sockaddr *)&in, len) == 0 && listen(l, 1) == 0 &&
	    getsockname(l, (struct sockaddr *)&in, &len) == 0 &&
	    connect(peer, (struct sockaddr *)&in, len) == 0)
		fd = accept(l, NULL, NULL);
	if (fd == -1)
		bail("loopback");
	close(l);
	conn_init(c, inmax, outmax);
	conn_attach(c, fd, fd, true);
	return peer;
}

static inline void
reset(int fd)
{
	struct linger	 l = { 1, 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	close(fd);
}

static inline void
say(int fd, const char *s)
{
	if (write(fd, s, strlen(s)) != (ssize_t)strlen(s))
		bail("write");
}

/* The next line, or what came instead, as text. */
static inline const char *
line(struct conn *c, size_t max, int64_t deadline)
{
	static struct buf	 b;
	static bool		 begun;
	enum io			 r;

	if (!begun)
		buf_init(&b, 65536);
	begun = true;
	r = conn_getline(c, &b, max, deadline);
	if (r == IO_OK)
		return buf_cstr(&b);
	return r == IO_EOF ? "EOF" : r == IO_TIMEOUT ? "TIMEOUT" :
	    r == IO_TOOLONG ? "TOOLONG" : r == IO_GONE ? "GONE" :
	    r == IO_STOP ? "STOP" : "ERROR";
}

/* True when a wait of 200 ms ends by its deadline and costs next to nothing. */
static inline bool
idle(void)
{
	clock_t	 start = clock();

	return conn_pause(now_ms() + 200) == IO_TIMEOUT &&
	    clock() - start < CLOCKS_PER_SEC / 20;
}

#endif
