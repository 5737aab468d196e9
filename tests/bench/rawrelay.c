/*
 * rawrelay: the floor of a process-per-connection gate.
 *
 *	tcpserver 127.0.0.1 PORT rawrelay ADDRESS PORT
 *
 * Copies bytes between descriptors 0/1 and a TCP backend, both ways, without
 * looking at them, until both ends are closed.  It does nothing else: no
 * names are resolved, nothing is logged.  What the gate costs more than this
 * is what the gate costs.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <err.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char	block[65536];

static int
dial(const char *address, const char *port)
{
	struct sockaddr_in sin;
	int fd;
	int one = 1;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons((in_port_t)strtoul(port, NULL, 10));
	if (inet_pton(AF_INET, address, &sin.sin_addr) != 1)
		errx(64, "not an IPv4 address: %s", address);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == -1)
		err(75, "%s:%s", address, port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(1, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* One block from one side to the other; false when that way has ended. */
static int
copy(int from, int to)
{
	ssize_t done;
	ssize_t n;
	ssize_t w;

	n = read(from, block, sizeof(block));
	if (n <= 0) {
		shutdown(to, SHUT_WR);
		return 0;
	}
	for (done = 0; done < n; done += w)
		if ((w = write(to, block + done, (size_t)(n - done))) == -1)
			exit(0);
	return 1;
}

int
main(int argc, char *argv[])
{
	struct pollfd p[2] = { { 0, POLLIN, 0 }, { -1, POLLIN, 0 } };
	int fd;

	if (argc != 3)
		errx(64, "usage: rawrelay address port");
	p[1].fd = fd = dial(argv[1], argv[2]);
	while (p[0].fd != -1 || p[1].fd != -1) {
		if (poll(p, 2, -1) == -1)
			err(71, "poll");
		if (p[0].revents != 0 && !copy(0, fd))
			p[0].fd = -1;
		if (p[1].revents != 0 && !copy(fd, 1))
			p[1].fd = -1;
	}
	return 0;
}
