/*
 * conn: the client that is guarded, stops, dialling, and staying awake
 *
 * If it breaks, a client that left is served to the end and gets its mail
 * twice, a stop of the service is not obeyed or cuts a mail in delivery, or a
 * backend hangs up while it waits.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "channel.h"
#include "conn.h"
#include "tap.h"

/* The guarded client and a filter that thinks. */
static void
test_guard(void)
{
	struct conn	 client;
	struct conn	 filter;
	int		 cfd;
	int		 ffd;

	/* Reset: the client is lost, whatever we wait for. */
	cfd = tcp(&client, 1000, 1000);
	ffd = pair(&filter, 1000, 1000);
	conn_guard(&client);
	reset(cfd);
	is_str(line(&filter, 100, LATE), "GONE", "reset: waits end");
	is_int(conn_pause(LATE), IO_GONE, "reset: all of them");
	conn_commit(true);
	is_str(line(&filter, 100, SOON), "TIMEOUT",
	    "reset behind the final dot: deadlines alone count");
	say(ffd, "done\n");
	is_str(line(&filter, 100, LATE), "done\n", "... and answers");
	conn_commit(false);
	is_int(conn_pause(LATE), IO_GONE, "... until that is over");
	conn_guard(NULL);
	is_int(conn_pause(SOON), IO_TIMEOUT, "no guard, no loss");
	conn_close(&client);

	/* End of input is not loss: commands that came are served. */
	cfd = tcp(&client, 1000, 1000);
	conn_guard(&client);
	say(cfd, "DATA\r\nQUIT\r\n");
	(void)shutdown(cfd, SHUT_WR);
	is_str(line(&filter, 100, SOON), "TIMEOUT", "half-closed: no loss");
	is_str(line(&client, 100, LATE), "DATA\r\n", "half-closed: first line");
	(void)conn_put(&client, "354\r\n", 5);
	is_int(conn_flush(&client, LATE), IO_OK, "half-closed: answers leave");
	is_str(line(&client, 100, LATE), "QUIT\r\n", "half-closed: last line");
	is_str(line(&client, 100, LATE), "EOF", "half-closed: the end");
	ok(!conn_lost(&client), "half-closed: not lost");
	is_int(idle(), true, "half-closed: waits do not spin");
	conn_guard(NULL);
	conn_close(&client);
	close(cfd);

	/* A write that fails is loss, too. */
	cfd = tcp(&client, 1000, 1000);
	conn_guard(&client);
	close(cfd);
	(void)conn_put(&client, "x", 1);
	(void)conn_flush(&client, SOON);
	(void)conn_put(&client, "y", 1);
	is_str(line(&filter, 100, LATE), "GONE", "write to a client that left");
	conn_guard(NULL);
	conn_close(&client);
	conn_close(&filter);
	close(ffd);
}

/* In a child each: the flag of SIGTERM stays for ever. */
static int
stop_pending(void)
{
	struct conn	 c;
	int		 fd = pair(&c, 100, 100);

	(void)raise(SIGTERM);
	if (strcmp(line(&c, 100, LATE), "STOP") != 0)
		return 1;
	say(fd, "x\n");
	/* What was not read yet is not served any more. */
	return strcmp(line(&c, 100, LATE), "STOP") == 0 &&
	    conn_pause(LATE) == IO_STOP ? 0 : 2;
}

/* A client that keeps us busy does not keep us from ending. */
static int
stop_busy(void)
{
	struct conn	 c;
	int		 fd = pair(&c, 2, 100);
	int		 i;

	(void)raise(SIGTERM);
	for (i = 0; i < 1000; i++) {
		say(fd, "x\n");
		if (strcmp(line(&c, 100, LATE), "STOP") == 0)
			return i < 100 ? 0 : 1;
	}
	return 2;
}

static int
stop_in_wait(void)
{
	struct conn	 c;
	pid_t		 parent = getpid();
	pid_t		 pid;
	int		 fd = pair(&c, 100, 100);

	pid = fork();
	if (pid == 0) {
		/* Again and again: one may come before the wait. */
		while (getppid() == parent && kill(parent, SIGTERM) == 0)
			(void)usleep(5000);
		_exit(0);
	}
	if (strcmp(line(&c, 100, LATE), "STOP") != 0)
		return 1;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	close(fd);
	return 0;
}

static int
stop_committed(void)
{
	struct conn	 c;
	int		 fd = pair(&c, 100, 100);

	conn_commit(true);
	(void)raise(SIGTERM);
	if (strcmp(line(&c, 100, SOON), "TIMEOUT") != 0)
		return 1;
	say(fd, "250\n");
	if (strcmp(line(&c, 100, LATE), "250\n") != 0)
		return 2;
	conn_commit(false);
	return conn_pause(LATE) == IO_STOP ? 0 : 3;
}

/* A launcher that starts us with the signal blocked and ignored. */
static int
stop_blocked(void)
{
	struct conn	 c;
	sigset_t	 all;

	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)signal(SIGTERM, SIG_IGN);
	conn_signals();
	(void)pair(&c, 100, 100);
	(void)raise(SIGTERM);
	return strcmp(line(&c, 100, LATE), "STOP") == 0 ? 0 : 1;
}

static void
in_child(int (*fn)(void), const char *name)
{
	int	 status = -1;
	pid_t	 pid = fork();

	if (pid == 0) {
		(void)alarm(60);
		_exit(fn());
	}
	(void)waitpid(pid, &status, 0);
	is_int(status, 0, "%s", name);
}

static void
test_connect(void)
{
	struct sockaddr_in	 in;
	socklen_t		 len = sizeof(in);
	struct conn		 c;
	char			 got[10];
	int			 l = socket(AF_INET, SOCK_STREAM, 0);
	int			 fd;

	memset(&in, 0, sizeof(in));
	in.sin_family = AF_INET;
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(l, (struct sockaddr *)&in, len) == -1 ||
	    getsockname(l, (struct sockaddr *)&in, &len) == -1)
		bail("bind");
	conn_init(&c, 100, 100);
	if (conn_dial(&c, (struct sockaddr *)&in, len) == 0)
		is_int(conn_dialled(&c, LATE), IO_ERROR, "nobody listens");
	else
		is_int(errno, ECONNREFUSED, "nobody listens, told at once");
	conn_close(&c);
	if (listen(l, 5) == -1)
		bail("listen");
	conn_init(&c, 100, 100);
	is_int(conn_dial(&c, (struct sockaddr *)&in, len), 0, "dial");
	(void)conn_put(&c, "early\n", 6);
	is_int(conn_dialled(&c, LATE), IO_OK, "somebody listens");
	fd = accept(l, NULL, NULL);
	say(fd, "220\n");
	is_str(line(&c, 100, LATE), "220\n", "a line comes");
	is_mem(got, (size_t)read(fd, got, sizeof(got)), "early\n", 6,
	    "what was put before goes out");
	conn_close(&c);

	/* A peer that takes the connection and drops it at once. */
	conn_init(&c, 100, 100);
	is_int(conn_dial(&c, (struct sockaddr *)&in, len), 0, "dial again");
	reset(accept(l, NULL, NULL));
	if (conn_dialled(&c, LATE) == IO_OK)
		is_str(line(&c, 100, LATE), "ERROR", "it drops us");
	else
		ok(true, "it drops us, noticed early");
	conn_close(&c);
	close(fd);
	close(l);
}

/* A client behind a NAT waits minutes for its answer: it is not cut off. */
static void
test_keepalive(void)
{
	static const struct {
		int		 level;
		int		 option;
		int		 value;
		const char	*name;
	} want[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE" },
		{ IPPROTO_TCP, TCP_KEEPIDLE, 60, "TCP_KEEPIDLE" },
		{ IPPROTO_TCP, TCP_KEEPINTVL, 30, "TCP_KEEPINTVL" },
		{ IPPROTO_TCP, TCP_KEEPCNT, 4, "TCP_KEEPCNT" },
	};
	struct conn	 c;
	int		 fd = tcp(&c, 1000, 1000);
	int		 value = -1;
	socklen_t	 len = sizeof(value);
	size_t		 i;

	is_int(conn_pause(SOON), IO_TIMEOUT, "a short wait");
	ok(getsockopt(c.rfd, SOL_SOCKET, SO_KEEPALIVE, &value, &len) == 0 &&
	    value == 0, "... costs no options");
	conn_keepalive(&c);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		value = -1;
		ok(getsockopt(c.rfd, want[i].level, want[i].option, &value,
		    &len) == 0 && value == want[i].value, "%s",
		    want[i].name);
	}
	ok(c.kept, "once is enough");
	conn_close(&c);
	close(fd);
	fd = pair(&c, 1000, 1000);
	conn_keepalive(&c);
	is_int(c.status, IO_OK, "other sockets do not mind");
	conn_close(&c);
	close(fd);
}

/* What the peer got by now. */
static const char *
heard(int fd)
{
	static char	 text[200];
	ssize_t		 n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* A backend that waits for client and filters must not hang up meanwhile. */
static void
test_beat(void)
{
	struct conn	 client;
	struct conn	 backend;
	int		 cfd = pair(&client, 1000, 1000);
	int		 fd = pair(&backend, 1000, 1000);

	conn_beat(&backend, "NOOP\r\n", 0, 1);
	is_str(line(&client, 100, now_ms() + 50), "TIMEOUT",
	    "a beat does not end the wait for another");
	is_str(heard(fd), "NOOP\r\n",
	    "it goes out once, while it is not answered");
	say(fd, "250 ok\r\n");
	is_int(conn_pause(now_ms() + 50), IO_TIMEOUT, "a pause");
	is_str(heard(fd), "NOOP\r\n", "answered: once more");
	is_int((int64_t)conn_pending(&backend), 8, "the answer is kept");
	is_int(conn_beats(&client), 0, "none on another channel");
	is_int(conn_beats(&backend), 2, "two went out");
	is_int(conn_beats(&backend), 0, "... and that was all");
	say(fd, "250 ok\r\n");
	is_int(conn_pause(now_ms() + 20), IO_TIMEOUT, "a pause");
	is_str(heard(fd), "", "no beat any more");
	conn_beat(&backend, "NOOP\r\n", 30000, 30000);
	is_int(conn_pause(now_ms() + 20), IO_TIMEOUT, "a pause");
	is_str(heard(fd), "", "no beat before it is due");
	conn_beat(&backend, "NOOP\r\n", 0, 1);
	conn_close(&backend);
	close(fd);
	fd = pair(&backend, 1000, 1000);
	is_int(conn_pause(now_ms() + 20), IO_TIMEOUT, "connected again");
	is_str(heard(fd), "", "... a beat is not for the next connection");
	conn_close(&backend);
	close(fd);
	fd = pair(&backend, 1000, 1000);
	conn_beat(&backend, "NOOP\r\n", 0, 1);
	close(fd);
	ok(idle(), "a peer that hung up: no beat, no spin");
	conn_close(&backend);
	conn_close(&client);
	close(cfd);
}

int
main(void)
{
	sigset_t	 blocked;

	(void)alarm(300);
	conn_signals();
	ok(sigprocmask(SIG_BLOCK, NULL, &blocked) == 0 &&
	    sigismember(&blocked, SIGTERM) == 1,
	    "SIGTERM cannot come between the test of its flag and a wait");
	test_guard();
	test_connect();
	test_keepalive();
	test_beat();
	in_child(stop_pending, "SIGTERM before the wait");
	in_child(stop_busy, "SIGTERM while there is always something to read");
	in_child(stop_in_wait, "SIGTERM in the wait");
	in_child(stop_committed, "SIGTERM behind the final dot");
	in_child(stop_blocked, "SIGTERM was blocked and ignored");
	return tap_end();
}
