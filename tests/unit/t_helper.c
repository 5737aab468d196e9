/*
 * helper: how many helpers one gate can have at once
 *
 * If it breaks, a client that has taken over the gate, which may start nothing
 * itself, fills the machine with processes.
 *
 * The helper is a shell that stays.
 */
#include "helper.c"

#include <poll.h>

#include "tap.h"

#define REQUESTS	(HELPERS_MAX + 5)

static struct config	 config;

/* The end of the helper's pair of sockets that is the gate's. */
static int
ask(void)
{
	static const char	 text[] = "ROLE=server\0";
	int			 pair[2];
	int			 fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		exit(1);
	fds[0] = STDIN_FILENO;
	fds[1] = pair[1];
	while (pass(helper.conn.wfd, text, sizeof(text), fds) == -1)
		if (errno != EAGAIN)
			exit(1);
	close(pair[1]);
	return pair[0];
}

/* True when nobody has the other end any more, false when a pid comes. */
static bool
refused(int fd, FILE *pids)
{
	struct pollfd	 p[2] = { { .fd = fd, .events = POLLIN },
			    { .fd = fileno(pids), .events = POLLIN } };

	return poll(p, 2, 20000) < 1 || !(p[1].revents & POLLIN);
}

static void
end(FILE *pids, int n)
{
	long	 pid;

	while (n-- > 0)
		if (fscanf(pids, "%ld", &pid) == 1)
			(void)kill((pid_t)pid, SIGKILL);
}

int
main(void)
{
	struct pollfd	 p = { .events = POLLIN };
	char		 program[] = "/bin/sh";
	char		 file[] = "echo $$ >&2; exec sleep 60";
	char		 c;
	FILE		*pids;
	int		 pair[2];
	int		 fd[REQUESTS];
	int		 tries = 0;
	int		 i;
	int		 n = 0;

	if (pipe(pair) == -1 || (pids = fdopen(pair[0], "r")) == NULL ||
	    dup2(pair[1], STDERR_FILENO) == -1)
		return 1;
	setbuf(pids, NULL);
	config.tls_socket = strdup("");
	config.tls_helper = program;
	config.file = file;
	if (!ok(helper_open(&config), "the starter"))
		return tap_end();
	for (i = 0; i < REQUESTS; i++)
		fd[i] = ask();
	p.fd = fd[REQUESTS - 1];
	is_int(poll(&p, 1, 20000), 1, "the last is refused");
	for (i = 0; i < REQUESTS; i++)
		n += recv(fd[i], &c, 1, MSG_DONTWAIT) == 0;
	is_int(n, REQUESTS - HELPERS_MAX, "and no more than are too many");
	end(pids, REQUESTS - n);
	while (refused(ask(), pids) && tries < 100)
		tries++;
	ok(tries < 100, "when they have ended there is room");
	end(pids, 1);
	return tap_end();
}
