/* client.h - what the SMTP clients of the benchmark have in common. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A connection to the port on 127.0.0.1, that does not wait to send. */
static int
dial(unsigned long port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons((in_port_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int one = 1;

	if (fd == -1 || connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
		err(1, "port %lu", port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* True when the buffer ends with the last line of a reply. */
static int
reply_complete(const char *in, size_t n)
{
	size_t i;

	if (n < 5 || in[n - 1] != '\n')
		return 0;
	for (i = n - 1; i > 0 && in[i - 1] != '\n'; i--)
		continue;
	return n - i >= 5 && in[i + 3] != '-';
}

/* Takes some octets from a connection, as read(2) does. */
typedef ssize_t	 take(void *from, char *in, size_t n);

/* A good reply to what, or the end of the program. */
static void
get_reply(take *some, void *from, const char *what)
{
	char in[4096];
	size_t n = 0;
	ssize_t got;

	while (!reply_complete(in, n)) {
		got = some(from, in + n, sizeof(in) - n);
		if (got <= 0)
			errx(1, "%.20s: no reply", what);
		n += (size_t)got;
	}
	if (in[0] != '2' && in[0] != '3')
		errx(1, "%.20s: %.*s", what, (int)n, in);
}

#endif
