/*
 * conn - byte channels: blocking in form, multiplexed beneath
 *
 * The conversation is written straight down: get a line from the client, send
 * a packet to a filter, wait for its answer.  Each such wait ends in turn(),
 * the only place that polls, and turn serves every open channel: it writes what
 * is queued, reads what fits, and comes back.  So a client that sends while a
 * filter thinks is drained, a client that leaves is noticed, and two full pipes
 * cannot lock each other.
 *
 * turn moves bytes.  It never parses, calls out or frees.  Since any wait may
 * move any buffer, no pointer into one leaves this file.
 *
 * Descriptors that were handed to us may be shared with others, and O_NONBLOCK
 * would be shared too: it is never set on them.  Sockets are used with
 * MSG_DONTWAIT; pipes are read only after POLLIN, and written after POLLOUT
 * with at most PIPE_BUF bytes, which then fit.
 *
 * Limits: MAXCONN channels at once.  Not done here: names, TLS, parsing.
 */
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conn.h"
#include "log.h"

#define MAXCONN		36	/* client, backend, 25 filters, some room */
#define CHUNK_FIRST	2048	/* a read that fills its chunk doubles it */
#define CHUNK_LAST	65536
#define QUIET_MS	60000	/* of silence, until peers are probed */
#define BUSY_TURNS	16	/* without a wait, until SIGTERM is asked for */

static struct conn	*conns[MAXCONN];
static size_t		 nconns;
static struct conn	*guard;
static int64_t		 limit;
static struct {
	struct conn	*conn;		/* NULL: none */
	const char	*text;
	int64_t		 due;
	int64_t		 again;
	uint64_t	 nin;		/* of conn when the last was sent */
	unsigned int	 sent;
} beat;
static sigset_t		 wait_mask;
static volatile sig_atomic_t stopped;
static bool		 committed;

int64_t
now_ms(void)
{
	struct timespec	 ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) == -1)
		fatal("clock_gettime");
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
on_term(int sig)
{
	(void)sig;
	stopped = 1;
}

/*
 * Some launchers exec with signals blocked or ignored: start from a known
 * state.  SIGTERM is open only inside ppoll, so it cannot slip in between a
 * test of the flag and the wait.
 */
void
conn_signals(void)
{
	struct sigaction	 sa;
	sigset_t		 term;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sigaction(SIGXFSZ, &sa, NULL);	/* write(2) then says EFBIG */
	sigemptyset(&wait_mask);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_SETMASK, &term, NULL);
}

void
conn_limit(int64_t deadline)
{
	limit = deadline;
}

void
conn_guard(struct conn *c)
{
	guard = c;
}

void
conn_commit(bool on)
{
	committed = on;
}

void
conn_init(struct conn *c, size_t inmax, size_t outmax)
{
	memset(c, 0, sizeof(*c));
	c->rfd = c->wfd = c->wire = -1;
	c->chunk = CHUNK_FIRST;
	buf_init(&c->in, inmax);
	buf_init(&c->out, outmax);
}

void
conn_attach(struct conn *c, int rfd, int wfd, bool sock)
{
	int	 one = 1;

	assert(nconns < MAXCONN && c->rfd == -1);
	c->rfd = rfd;
	c->wfd = wfd;
	c->sock = sock;
	/* Not every launcher does it; replies would wait for an ACK. */
	if (c->sock)
		(void)setsockopt(wfd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
	c->status = IO_OK;
	conns[nconns++] = c;
}

int
conn_dial(struct conn *c, const struct sockaddr *sa, socklen_t len)
{
	int	 one = 1;
	int	 fd;

	fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	if (fd == -1)
		return -1;
	if (sa->sa_family != AF_UNIX)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
	if (connect(fd, sa, len) == 0) {
		c->dialling = false;
	} else if (errno == EINPROGRESS) {
		c->dialling = true;
	} else {
		int	 err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	assert(nconns < MAXCONN && c->rfd == -1);
	c->rfd = c->wfd = fd;
	c->sock = true;
	c->status = IO_OK;
	conns[nconns++] = c;
	return 0;
}

void
conn_close(struct conn *c)
{
	size_t	 i;

	if (c->rfd != -1) {
		for (i = 0; i < nconns; i++)
			if (conns[i] == c)
				conns[i] = conns[--nconns];
		if (c->wfd != c->rfd)
			close(c->wfd);
		close(c->rfd);
		if (c->wire != -1)
			close(c->wire);
	}
	if (beat.conn == c)
		beat.conn = NULL;
	c->rfd = c->wfd = c->wire = -1;
	c->dialling = c->full = c->hung = c->kept = c->exact = false;
	buf_free(&c->in);
	buf_free(&c->out);
}

void
conn_moved(struct conn *to, struct conn *from)
{
	size_t	 i;

	for (i = 0; i < nconns; i++)
		if (conns[i] == from)
			conns[i] = to;
	if (beat.conn == from)
		beat.conn = to;
	conn_init(from, from->in.max, from->out.max);
}

void
conn_switch(struct conn *c, struct conn *with)
{
	struct buf	 in = c->in;

	assert(buf_len(&c->out) == 0);
	/* Later there is nobody on the line to be probed. */
	conn_keepalive(c);
	/* Two for one: the second needs a number of its own. */
	if (c->wfd == c->rfd && with->wfd != with->rfd)
		c->wfd = fcntl(with->wfd, F_DUPFD_CLOEXEC, 0);
	else if (c->wfd != c->rfd && dup3(with->wfd, c->wfd, O_CLOEXEC) == -1)
		fatal("dup3");
	if (c->wfd == -1 || dup3(with->rfd, c->rfd, O_CLOEXEC) == -1)
		fatal("dup3");
	c->sock = with->sock;
	c->status = with->status;
	c->full = c->hung = c->exact = false;
	c->in = with->in;
	with->in = in;
	conn_close(with);
}

void
conn_through(struct conn *c, struct conn *with)
{
	c->wire = fcntl(c->rfd, F_DUPFD_CLOEXEC, 0);
	conn_switch(c, with);
}

bool
conn_open(const struct conn *c)
{
	return c->rfd != -1;
}

static void
conn_fail(struct conn *c, int err)
{
	c->status = IO_ERROR;
	c->error = err;
}

static bool
again(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK || err == EINTR;
}

/* One write of what is queued. */
static void
move_out(struct conn *c)
{
	size_t	 n = buf_len(&c->out);
	ssize_t	 w;

	if (c->sock)
		w = send(c->wfd, buf_ptr(&c->out), n,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	else
		w = write(c->wfd, buf_ptr(&c->out),
		    n > PIPE_BUF ? PIPE_BUF : n);
	if (w >= 0) {
		buf_eat(&c->out, (size_t)w);
		c->nout += (size_t)w;
		c->full = (size_t)w < n;
	} else if (again(errno)) {
		c->full = true;
	} else {
		conn_fail(c, errno);
	}
}

/* Room for input that may be asked for now: 0 when the buffer is full. */
static size_t
room_in(const struct conn *c)
{
	size_t	 len = buf_len(&c->in);
	size_t	 most = c->exact ? c->wanted : c->chunk;

	if (len >= c->in.max)	/* conn_unget may have gone beyond */
		return 0;
	return c->in.max - len < most ? c->in.max - len : most;
}

/* One read of what fits. */
static void
move_in(struct conn *c)
{
	size_t	 n = room_in(c);
	char	*room;
	ssize_t	 r;

	room = buf_reserve(&c->in, n);
	if (room == NULL)
		return;
	if (c->sock)
		r = recv(c->rfd, room, n, MSG_DONTWAIT);
	else
		r = read(c->rfd, room, n);
	if (r > 0) {
		buf_added(&c->in, (size_t)r);
		c->nin += (size_t)r;
		if ((size_t)r == c->chunk && c->chunk < CHUNK_LAST)
			c->chunk *= 2;
	} else if (r == 0) {
		c->status = IO_EOF;
	} else if (!again(errno)) {
		conn_fail(c, errno);
	}
}

static void
dial_failed(struct conn *c)
{
	socklen_t	 len = sizeof(c->error);

	if (getsockopt(c->wfd, SOL_SOCKET, SO_ERROR, &c->error, &len) == -1)
		c->error = errno;
	/* Without an error it stood, and the peer has closed it again. */
	if (c->error != 0)
		c->status = IO_ERROR;
}

/* What poll said of one channel; for a pair of pipes called for each end. */
static void
serve(struct conn *c, const struct pollfd *p)
{
	if (c->dialling) {
		if (p->revents & (POLLERR | POLLHUP))
			dial_failed(c);
		if (p->revents != 0)
			c->dialling = false;
		return;
	}
	if (p->revents & POLLOUT) {
		c->full = false;
		if (buf_len(&c->out) > 0)
			move_out(c);
	}
	if (c->status == IO_OK && p->fd == c->rfd &&
	    (p->revents & (POLLIN | POLLHUP)) && room_in(c) > 0)
		move_in(c);
	if (c->status == IO_ERROR)
		return;
	if (p->revents & (POLLERR | POLLNVAL))
		conn_fail(c, EPIPE);
	else if ((p->revents & POLLHUP) && c->status == IO_EOF &&
	    (c->sock || p->fd == c->wfd))
		c->hung = true;
}

/*
 * A ppoll that finds something ready lets no signal in.  When the peers keep us
 * busy, SIGTERM has to be asked for now and then.
 */
static bool
term_waits(void)
{
	static unsigned int	 turns;
	sigset_t		 set;

	return ++turns % BUSY_TURNS == 0 && sigpending(&set) == 0 &&
	    sigismember(&set, SIGTERM) == 1;
}

static size_t
interest(struct conn *c, struct pollfd *p)
{
	short	 in = 0;
	short	 out = 0;

	if (c->status == IO_ERROR || c->hung)
		return 0;
	/* Most output fits at once: try before asking poll for room. */
	if (c->sock && !c->dialling && !c->full && buf_len(&c->out) > 0)
		move_out(c);
	if (c->dialling || c->full || buf_len(&c->out) > 0)
		out = POLLOUT;
	if (!c->dialling && c->status == IO_OK && room_in(c) > 0)
		in = POLLIN;
	/* Even its end is for whoever reads there next. */
	if (c->exact && (in | out) == 0)
		return 0;
	p[0].fd = c->rfd;
	p[0].revents = 0;
	if (c->rfd == c->wfd) {
		p[0].events = in | out;
		return 1;
	}
	/* A pipe at its end would wake us for ever: leave it out. */
	if (c->status == IO_EOF)
		p[0].fd = -1;
	p[0].events = in;
	p[1].fd = c->wfd;
	p[1].events = out;
	p[1].revents = 0;
	return 2;
}

/*
 * Nothing came for a minute.  From now on the kernel probes the peers: it
 * notices one that is gone without a word, and keeps NATs on the way from
 * forgetting a client that waits for the answer to its final dot.  Sessions
 * without such a wait do not pay for it.
 */
static void
probe_all(void)
{
	size_t	 i;

	for (i = 0; i < nconns; i++)
		if (!conns[i]->kept && !conns[i]->dialling)
			conn_keepalive(conns[i]);
}

/* Sends the beat if it is due; when the next is. */
static int64_t
next_beat(int64_t now)
{
	struct conn	*c = beat.conn;

	if (c == NULL)
		return INT64_MAX;
	if (now < beat.due)
		return beat.due;
	beat.due = now + beat.again;
	if ((beat.sent == 0 || c->nin != beat.nin) && c->status == IO_OK &&
	    conn_put(c, beat.text, strlen(beat.text)) == 0) {
		beat.nin = c->nin;
		beat.sent++;
	}
	return beat.due;
}

/* One wait for anything, then one move of everything that can be moved. */
static enum io
turn(int64_t deadline)
{
	struct pollfd	 p[MAXCONN * 2];
	struct conn	*owner[MAXCONN * 2];
	struct timespec	 ts;
	int64_t		 now;
	int64_t		 left;
	bool		 late;
	size_t		 n = 0;
	size_t		 i;
	size_t		 k;

	if (!committed) {
		if (stopped)
			return IO_STOP;
		if (guard != NULL && conn_lost(guard))
			return IO_GONE;
		if (limit != 0 && limit < deadline)
			deadline = limit;
	}
	now = now_ms();
	late = now >= deadline;
	left = next_beat(now) - now;
	if (left > deadline - now)
		left = late ? 0 : deadline - now;
	if (left > QUIET_MS)
		left = QUIET_MS;
	for (i = 0; i < nconns; i++) {
		k = interest(conns[i], p + n);
		while (k-- > 0)
			owner[n++] = conns[i];
	}
	ts.tv_sec = left / 1000;
	ts.tv_nsec = left % 1000 * 1000000;
	switch (ppoll(p, n, &ts, &wait_mask)) {
	case -1:
		if (errno != EINTR)
			fatal("ppoll");
		return stopped && !committed ? IO_STOP : IO_OK;
	case 0:
		if (now_ms() >= deadline)
			return IO_TIMEOUT;
		probe_all();
		return IO_OK;
	default:
		if (term_waits())
			stopped = 1;
		break;
	}
	for (i = 0; i < n; i++)
		if (p[i].revents != 0 && owner[i]->status != IO_ERROR)
			serve(owner[i], &p[i]);
	/* A peer that sends without pause must not stretch its deadline. */
	return late ? IO_TIMEOUT : IO_OK;
}

enum io
conn_pause(int64_t until)
{
	enum io	 r;

	while ((r = turn(until)) == IO_OK)
		continue;
	return r;
}

enum io
conn_dialled(struct conn *c, int64_t deadline)
{
	enum io	 r;

	while (c->dialling)
		if ((r = turn(deadline)) != IO_OK)
			return r;
	return c->status == IO_ERROR ? IO_ERROR : IO_OK;
}

int
conn_put(struct conn *c, const void *p, size_t n)
{
	if (c->rfd == -1 || c->status == IO_ERROR)
		return -1;
	return buf_put(&c->out, p, n);
}

enum io
conn_drain(struct conn *c, size_t n, int64_t deadline)
{
	enum io	 r;

	while (buf_len(&c->out) > n) {
		if (c->rfd == -1 || conn_lost(c))
			return IO_ERROR;
		/* Usually there is room: spare the poll. */
		if (c->sock && !c->dialling && !c->full) {
			move_out(c);
			continue;
		}
		if ((r = turn(deadline)) != IO_OK)
			return r;
	}
	return c->status == IO_ERROR ? IO_ERROR : IO_OK;
}

enum io
conn_flush(struct conn *c, int64_t deadline)
{
	return conn_drain(c, 0, deadline);
}

enum io
conn_sendfile(struct conn *c, int fd, off_t off, size_t len, int64_t stall_ms)
{
	int64_t	 deadline = now_ms() + stall_ms;
	enum io	 r;
	ssize_t	 n;

	if ((r = conn_flush(c, deadline)) != IO_OK)
		return r;
	while (len > 0) {
		n = sendfile(c->wfd, fd, &off, len);
		if (n > 0) {
			len -= (size_t)n;
			c->nout += (size_t)n;
			deadline = now_ms() + stall_ms;
			continue;
		}
		if (n == 0 || !again(errno)) {
			conn_fail(c, n == 0 ? EIO : errno);
			return IO_ERROR;
		}
		c->full = true;
		while (c->full) {
			if (c->status == IO_ERROR)
				return IO_ERROR;
			if ((r = turn(deadline)) != IO_OK)
				return r;
		}
	}
	return IO_OK;
}

/* What a wait for n more bytes of c says when there is not enough. */
static enum io
wait_in(struct conn *c, size_t n, int64_t deadline)
{
	enum io	 r;

	if (c->rfd == -1)
		return IO_ERROR;
	if (c->status != IO_OK)
		return c->status;
	c->wanted = n;
	r = turn(deadline);
	c->wanted = 0;
	return r;
}

enum io
conn_wait(struct conn *c, int64_t deadline)
{
	enum io	 r;

	while (buf_len(&c->in) == 0)
		if ((r = wait_in(c, 1, deadline)) != IO_OK)
			return r;
	return IO_OK;
}

enum io
conn_getline(struct conn *c, struct buf *line, size_t max, int64_t deadline)
{
	size_t	 seen = 0;
	size_t	 len;
	char	*lf;
	enum io	 r;

	buf_reset(line);
	for (;;) {
		len = buf_len(&c->in);
		lf = len > seen ?
		    memchr(buf_ptr(&c->in) + seen, '\n', len - seen) : NULL;
		if (lf != NULL)
			break;
		if (len >= max)
			return IO_TOOLONG;
		seen = len;
		if ((r = wait_in(c, 1, deadline)) != IO_OK)
			return r;
	}
	len = (size_t)(lf - buf_ptr(&c->in)) + 1;
	if (len > max)
		return IO_TOOLONG;
	if (buf_put(line, buf_ptr(&c->in), len) == -1)
		return IO_TOOLONG;
	buf_eat(&c->in, len);
	return IO_OK;
}

enum io
conn_skipline(struct conn *c, int64_t deadline)
{
	char	*lf;
	size_t	 len;
	enum io	 r;

	for (;;) {
		len = buf_len(&c->in);
		lf = len > 0 ? memchr(buf_ptr(&c->in), '\n', len) : NULL;
		if (lf != NULL)
			break;
		buf_eat(&c->in, len);
		if ((r = wait_in(c, 1, deadline)) != IO_OK)
			return r;
	}
	buf_eat(&c->in, (size_t)(lf - buf_ptr(&c->in)) + 1);
	return IO_OK;
}

enum io
conn_getn(struct conn *c, struct buf *b, size_t n, int64_t deadline)
{
	size_t	 len;
	enum io	 r;

	while (n > 0) {
		len = buf_len(&c->in);
		if (len == 0) {
			if ((r = wait_in(c, n, deadline)) != IO_OK)
				return r;
			continue;
		}
		if (len > n)
			len = n;
		if (buf_put(b, buf_ptr(&c->in), len) == -1)
			return IO_TOOLONG;
		buf_eat(&c->in, len);
		n -= len;
	}
	return IO_OK;
}

enum io
conn_get(struct conn *c, struct buf *b, size_t n, int64_t deadline)
{
	size_t	 max = c->in.max;
	enum io	 r;

	if ((r = conn_wait(c, deadline)) != IO_OK)
		return r;
	assert(buf_len(b) == 0 && b->max >= max);
	if (n < buf_len(&c->in)) {
		buf_put(b, buf_ptr(&c->in), n);
		buf_eat(&c->in, n);
		return IO_OK;
	}
	/* The memory changes hands instead of its content. */
	buf_swap(&c->in, b);
	b->max = c->in.max;
	c->in.max = max;
	return IO_OK;
}

void
conn_exact(struct conn *c, bool on)
{
	c->exact = on;
}

void
conn_expect(struct conn *c, size_t n)
{
	if (c->chunk < n)
		c->chunk = n;
}

void
conn_unget(struct conn *c, const void *p, size_t n)
{
	struct buf	 b;

	if (n == 0)
		return;
	buf_init(&b, c->in.max + n);
	buf_put(&b, p, n);
	buf_put(&b, buf_ptr(&c->in), buf_len(&c->in));
	b.max = c->in.max;
	buf_swap(&c->in, &b);
	buf_free(&b);
}

void
conn_beat(struct conn *c, const char *text, int64_t first_ms, int64_t again_ms)
{
	beat.conn = c;
	beat.text = text;
	beat.due = now_ms() + first_ms;
	beat.again = again_ms;
	beat.sent = 0;
}

unsigned int
conn_beats(struct conn *c)
{
	if (beat.conn != c)
		return 0;
	beat.conn = NULL;
	return beat.sent;
}
