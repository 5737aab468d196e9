/*
 * conn: byte channels, blocking in form, multiplexed beneath; who is waited for
 * and what ends a wait is t_guard.c
 *
 * If it breaks, a session hangs for ever (two sides that write and do not
 * read), or octets are lost between two reads.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "channel.h"
#include "conn.h"
#include "tap.h"

#define BIG		(4u << 20)

static void
copy_octets(int fd, char *p, size_t n, bool out)
{
	ssize_t	 k;

	while (n > 0) {
		k = out ? write(fd, p, n) : read(fd, p, n);
		if (k <= 0)
			_exit(1);
		p += k;
		n -= (size_t)k;
	}
}

static void
test_lines(void)
{
	struct conn	 c;
	int		 fd = tcp(&c, 1000, 1000);

	say(fd, "one\r\ntwo\n\nfo");
	is_str(line(&c, 100, LATE), "one\r\n", "a line with CRLF");
	is_int((int64_t)conn_pending(&c), 7, "the rest waits");
	is_str(line(&c, 100, LATE), "two\n", "a line with LF");
	is_str(line(&c, 100, LATE), "\n", "an empty line");
	is_str(line(&c, 100, SOON), "TIMEOUT", "half a line is none");
	is_int((int64_t)conn_pending(&c), 2, "... and is not lost");
	say(fd, "ur\r");
	is_str(line(&c, 100, SOON), "TIMEOUT", "a CR is no line end");
	say(fd, "\n");
	is_str(line(&c, 100, LATE), "four\r\n", "a line that came in parts");
	ok(!conn_ends_with(&c, "\n"), "nothing ends with anything");

	say(fd, "12345678\n1234567\n123456789012345\nx\n");
	is_str(line(&c, 8, LATE), "TOOLONG", "a line beyond the limit");
	is_int(conn_skipline(&c, LATE), IO_OK, "skip it");
	is_str(line(&c, 8, LATE), "1234567\n", "a line as long as the limit");
	is_str(line(&c, 8, LATE), "TOOLONG", "a line far beyond");
	is_int(conn_skipline(&c, LATE), IO_OK, "skip it, too");
	is_str(line(&c, 8, LATE), "x\n", "the next one is whole");

	say(fd, "12345678");
	is_str(line(&c, 8, LATE), "TOOLONG", "a line that cannot end in time");
	say(fd, "\n");
	is_int(conn_skipline(&c, LATE), IO_OK, "skip it as well");
	say(fd, "last\nno end");
	close(fd);
	is_str(line(&c, 100, LATE), "last\n", "what came before the end");
	is_str(line(&c, 100, LATE), "EOF", "a line without end is no line");
	is_str(line(&c, 100, LATE), "EOF", "the end stays");
	conn_close(&c);
	ok(!conn_open(&c), "closed");
	is_str(line(&c, 100, LATE), "ERROR", "a closed channel has no lines");
	conn_close(&c);
}

/* Over a local socket a peer that closes ends both directions at once. */
static void
test_close(void)
{
	struct conn	 c;
	int		 fd = pair(&c, 1000, 1000);

	say(fd, "421 bye\r\n");
	close(fd);
	is_int(idle(), true, "a peer that closed: waits do not spin");
	is_str(line(&c, 100, LATE), "421 bye\r\n",
	    "a peer that closed: its last words");
	is_str(line(&c, 100, LATE), "EOF", "a peer that closed: no more");
	ok(conn_lost(&c), "a peer that closed: nothing can be said to it");
	conn_close(&c);
}

static void
test_octets(void)
{
	struct conn	 c;
	struct buf	 b;
	int		 fd = tcp(&c, 1000, 1000);

	buf_init(&b, 1000);
	say(fd, "0123456789");
	is_int(conn_getn(&c, &b, 4, LATE), IO_OK, "four octets");
	is_mem(buf_ptr(&b), buf_len(&b), "0123", 4, "... are these");
	is_int(conn_getn(&c, &b, 0, LATE), IO_OK, "no octets");
	is_int(conn_getn(&c, &b, 7, SOON), IO_TIMEOUT, "more than came");
	is_mem(buf_ptr(&b), buf_len(&b), "0123456789", 10,
	    "... what came is behind the others");
	say(fd, "QUIT\r\n");
	is_int(conn_getn(&c, &b, 1, LATE), IO_OK, "and one more");
	ok(conn_ends_with(&c, "quit\r\n") == false &&
	    conn_ends_with(&c, "uit\r\n"), "what is buffered ends with");

	buf_reset(&b);
	conn_unget(&c, "un", 2);
	is_int((int64_t)conn_pending(&c), 7, "octets put back count");
	is_int(conn_get(&c, &b, 100, LATE), IO_OK, "whatever is there");
	is_mem(buf_ptr(&b), buf_len(&b), "unUIT\r\n", 7,
	    "... the ones put back first");
	buf_reset(&b);
	is_int(conn_wait(&c, SOON), IO_TIMEOUT, "nothing to wait for");
	say(fd, "x");
	is_int(conn_wait(&c, LATE), IO_OK, "an octet is there");
	is_int((int64_t)conn_pending(&c), 1, "... and stays there");
	is_int(conn_get(&c, &b, 100, LATE), IO_OK, "whatever comes");
	is_mem(buf_ptr(&b), buf_len(&b), "x", 1, "... is one octet");
	buf_reset(&b);
	is_int(conn_get(&c, &b, 100, SOON), IO_TIMEOUT, "nothing comes");
	say(fd, "yz");
	is_int(conn_get(&c, &b, 1, LATE), IO_OK, "one of what comes");
	is_mem(buf_ptr(&b), buf_len(&b), "y", 1, "... the first");
	is_int((int64_t)conn_pending(&c), 1, "... the other stays");
	buf_reset(&b);
	is_int(conn_get(&c, &b, 1, LATE), IO_OK, "no more than there is");
	is_mem(buf_ptr(&b), buf_len(&b), "z", 1, "... the second");
	buf_reset(&b);
	is_int((int64_t)c.nin, 19, "octets are counted");
	close(fd);
	is_int(conn_get(&c, &b, 100, LATE), IO_EOF, "the end");
	conn_close(&c);
	buf_free(&b);
}

/* What is not asked for stays in the socket, for somebody else to read. */
static void
test_exact(void)
{
	struct conn	 c;
	struct buf	 b;
	char		 rest[100];
	int		 fd = pair(&c, 1000, 1000);

	buf_init(&b, 1000);
	conn_exact(&c, true);
	say(fd, "0123456789");
	is_int(conn_pause(SOON), IO_TIMEOUT, "exact: others are waited for");
	is_int((int64_t)c.nin, 0, "... nothing was read");
	is_int(conn_getn(&c, &b, 4, LATE), IO_OK, "exact: four octets");
	is_int(conn_getn(&c, &b, 1, LATE), IO_OK, "exact: and one");
	is_mem(buf_ptr(&b), buf_len(&b), "01234", 5, "... are these");
	is_int((int64_t)conn_pending(&c), 0, "... and no more was read");
	is_int(read(c.rfd, rest, sizeof(rest)), 5, "... it is there still");
	say(fd, "ab");
	is_int(conn_getn(&c, &b, 5, SOON), IO_TIMEOUT, "exact: too few");
	say(fd, "cdefg");
	is_int(conn_getn(&c, &b, 3, LATE), IO_OK, "exact: the others");
	is_mem(buf_ptr(&b), buf_len(&b), "01234abcde", 10, "... in order");
	close(fd);
	is_int(idle(), true, "exact: waits do not spin when the peer closed");
	conn_exact(&c, false);
	is_int(conn_wait(&c, LATE), IO_OK, "reading ahead again");
	is_int((int64_t)conn_pending(&c), 2, "... takes what is there");
	conn_close(&c);
	buf_free(&b);
}

static void
test_deadlines(void)
{
	struct conn	 c;
	int		 fd = pair(&c, 1000, 1000);

	is_str(line(&c, 100, now_ms() - 1), "TIMEOUT",
	    "a deadline that passed");
	say(fd, "a\nb\n");
	is_str(line(&c, 100, LATE), "a\n", "a line");
	is_str(line(&c, 100, now_ms() - 1), "b\n",
	    "what is buffered needs no time");
	is_int(conn_pause(SOON), IO_TIMEOUT, "a pause ends");
	conn_limit(SOON);
	is_str(line(&c, 100, LATE), "TIMEOUT", "the session's end caps waits");
	conn_limit(0);
	say(fd, "c\n");
	is_str(line(&c, 100, LATE), "c\n", "no limit again");
	conn_close(&c);
	close(fd);
}

/* A peer that sends without pause must not stretch its deadline. */
static void
test_flood(void)
{
	struct conn	 c;
	char		 text[4096];
	pid_t		 pid;
	int		 fd = pair(&c, 65536, 1000);

	memset(text, 'x', sizeof(text));
	pid = fork();
	if (pid == 0) {
		(void)alarm(20);
		for (;;)
			copy_octets(fd, text, sizeof(text), true);
	}
	close(fd);
	is_int(conn_skipline(&c, SOON), IO_TIMEOUT, "a line without end");
	conn_close(&c);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
}

/* Nothing is read that nobody has room for: TCP slows the sender down. */
static void
test_full_input(void)
{
	struct conn	 c;
	char		 text[1001];
	int		 fd = pair(&c, 100, 100);

	memset(text, 'x', 1000);
	text[1000] = '\0';
	say(fd, text);
	is_int(idle(), true, "a full buffer does not spin");
	is_int((int64_t)conn_pending(&c), 100, "no more than there is room");
	is_str(line(&c, 1000, SOON), "TIMEOUT",
	    "a line longer than the buffer does not come");
	conn_close(&c);
	close(fd);
}

static void
test_output(void)
{
	struct conn	 c;
	char		 got[200];
	int		 fd = pair(&c, 100, 100);

	is_int(conn_put(&c, "hello", 5), 0, "put");
	is_int(conn_flush(&c, LATE), IO_OK, "flush");
	is_mem(got, (size_t)read(fd, got, sizeof(got)), "hello", 5,
	    "... and it is there");
	is_int(conn_put(&c, "wait", 4), 0, "put without flush");
	is_str(line(&c, 100, SOON), "TIMEOUT", "any wait");
	is_mem(got, (size_t)read(fd, got, sizeof(got)), "wait", 4,
	    "... sends what is queued");
	memset(got, 'x', sizeof(got));
	is_int(conn_put(&c, got, 101), -1, "more than the queue holds");
	is_int(conn_put(&c, got, 100), 0, "as much as it holds");
	is_int(conn_drain(&c, 10, LATE), IO_OK, "drain");
	ok(buf_len(&c.out) <= 10, "... to that level");
	close(fd);
	(void)conn_put(&c, "x", 1);
	is_int(conn_flush(&c, LATE), IO_ERROR, "nobody reads any more");
	is_int(conn_put(&c, "x", 1), -1, "nothing can be put to it");
	ok(strlen(conn_strio(&c, IO_ERROR)) > 0, "the reason has a text");
	conn_close(&c);
	is_int(conn_put(&c, "x", 1), -1, "nor when it is closed");
	conn_close(&c);
}

/* A pipe for each direction, as a backend program has it. */
static void
pipes(struct conn *c, size_t inmax, size_t outmax, int fd[2])
{
	int	 in[2];
	int	 out[2];

	if (pipe(in) == -1 || pipe(out) == -1)
		bail("pipe");
	conn_init(c, inmax, outmax);
	conn_attach(c, in[0], out[1], false);
	fd[0] = out[0];
	fd[1] = in[1];
}

static void
test_pipes(void)
{
	struct conn	 c;
	char		 got[100];
	int		 fd[2];
	int		 flags;

	pipes(&c, 1000, 1000, fd);
	flags = fcntl(c.rfd, F_GETFL) | fcntl(c.wfd, F_GETFL);
	say(fd[1], "220 hello\r\n");
	is_str(line(&c, 100, LATE), "220 hello\r\n", "pipes: a line");
	(void)conn_put(&c, "QUIT\r\n", 6);
	is_int(conn_flush(&c, LATE), IO_OK, "pipes: flush");
	is_mem(got, (size_t)read(fd[0], got, sizeof(got)), "QUIT\r\n", 6,
	    "pipes: ... and it is there");
	is_str(line(&c, 100, SOON), "TIMEOUT", "pipes: nothing comes");
	ok(!(flags & O_NONBLOCK) && !(fcntl(c.rfd, F_GETFL) & O_NONBLOCK) &&
	    !(fcntl(c.wfd, F_GETFL) & O_NONBLOCK),
	    "pipes: what others share is left as it was");
	say(fd[1], "221 bye\r\n");
	close(fd[1]);
	is_str(line(&c, 100, LATE), "221 bye\r\n", "pipes: the last line");
	is_str(line(&c, 100, LATE), "EOF", "pipes: the end");
	is_int(idle(), true, "pipes: the end does not spin");
	(void)conn_put(&c, "x", 1);
	is_int(conn_flush(&c, LATE), IO_OK, "pipes: one side is still there");
	close(fd[0]);
	(void)conn_put(&c, "x", 1);
	is_int(conn_flush(&c, LATE), IO_ERROR, "pipes: both gone");
	conn_close(&c);
}

/* A peer that does one thing after the other, with blocking calls. */
static pid_t
stubborn(int rfd, int wfd, bool write_first)
{
	pid_t	 pid = fork();
	char	*p;
	size_t	 i;

	if (pid != 0)
		return pid;
	(void)alarm(60);
	if ((p = malloc(BIG)) == NULL)
		_exit(1);
	memset(p, 'w', BIG);
	if (write_first)
		copy_octets(wfd, p, BIG, true);
	copy_octets(rfd, p, BIG, false);
	for (i = 0; i < BIG; i++)
		if (p[i] != (char)('a' + i % 26))
			_exit(1);
	memset(p, 'w', BIG);
	if (!write_first)
		copy_octets(wfd, p, BIG, true);
	_exit(0);
}

/* Both sides have more to say than the kernel holds. */
static void
deadlock(bool sockets, bool write_first, const char *how)
{
	struct conn	 c;
	struct buf	 in;
	pid_t		 pid;
	size_t		 i;
	int		 fd[2];
	int		 status = -1;

	if (sockets)
		fd[0] = fd[1] = pair(&c, 65536, BIG);
	else
		pipes(&c, 65536, BIG, fd);
	pid = stubborn(fd[0], fd[1], write_first);
	close(fd[0]);
	if (!sockets)
		close(fd[1]);
	buf_init(&in, BIG);
	for (i = 0; i < BIG; i++)
		(void)conn_put(&c, &"abcdefghijklmnopqrstuvwxyz"[i % 26], 1);
	is_int(conn_getn(&c, &in, BIG, LATE), IO_OK, "%s: all came", how);
	/* A peer that has read all may be gone by now. */
	if (write_first)
		is_int(conn_flush(&c, LATE), IO_OK, "%s: flush", how);
	is_int((int64_t)c.nout, BIG, "%s: all left", how);
	for (i = 0; i < buf_len(&in) && buf_ptr(&in)[i] == 'w'; i++)
		continue;
	is_int((int64_t)i, BIG, "%s: as it was sent", how);
	(void)waitpid(pid, &status, 0);
	is_int(status, 0, "%s: as we sent it", how);
	buf_free(&in);
	conn_close(&c);
}

/* Sending files wants a descriptor that does not block. */
static int
free_pair(struct conn *c)
{
	int	 fd = pair(c, 1000, 1000);

	(void)fcntl(c->wfd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void
test_sendfile(void)
{
	struct conn	 c;
	struct buf	 b;
	char		 name[] = "/tmp/t_conn.XXXXXXXX";
	char		*p = malloc(BIG + 2);
	pid_t		 pid;
	size_t		 i;
	int		 file = mkstemp(name);
	int		 fd = free_pair(&c);
	int		 status = -1;

	if (p == NULL || file == -1)
		bail(name);
	(void)unlink(name);
	/* What stubborn expects, with two octets before it. */
	for (i = 0; i < BIG + 2; i++)
		p[i] = (char)('a' + (i + 24) % 26);
	copy_octets(file, p, BIG + 2, true);
	(void)conn_put(&c, "abc", 3);
	pid = stubborn(fd, fd, false);
	is_int(conn_sendfile(&c, file, 5, BIG - 3, 60000), IO_OK,
	    "file, behind the queue");
	ok(buf_len(&c.out) == 0 && c.nout == BIG, "file: all was sent");
	close(fd);
	buf_init(&b, BIG);
	is_int(conn_getn(&c, &b, BIG, LATE), IO_OK, "file: the answer comes");
	buf_free(&b);
	(void)waitpid(pid, &status, 0);
	is_int(status, 0, "file: octets and their order");
	conn_close(&c);

	fd = free_pair(&c);
	is_int(conn_sendfile(&c, file, BIG, 100, 60000), IO_ERROR,
	    "a file shorter than promised");
	conn_close(&c);
	close(fd);

	/* Nobody reads: that is no reason to wait for ever. */
	fd = free_pair(&c);
	is_int(conn_sendfile(&c, file, 0, BIG, 50), IO_TIMEOUT,
	    "file to a peer that does not read");
	conn_close(&c);
	close(fd);
	fd = free_pair(&c);
	close(fd);
	is_int(conn_sendfile(&c, file, 0, BIG, 60000), IO_ERROR,
	    "file to a peer that left");
	conn_close(&c);
	close(file);
	free(p);
}

int
main(void)
{
	(void)alarm(300);
	conn_signals();
	test_lines();
	test_close();
	test_octets();
	test_exact();
	test_deadlines();
	test_flood();
	test_full_input();
	test_output();
	test_pipes();
	deadlock(true, true, "socket, the peer writes first");
	deadlock(true, false, "socket, the peer reads first");
	deadlock(false, true, "pipes, the peer writes first");
	deadlock(false, false, "pipes, the peer reads first");
	test_sendfile();
	return tap_end();
}
