/*
 * fuzz_milter - whatever a filter answers, at every stage
 *
 * The input is a list of answers, each of them a byte that says how many
 * octets it has (up to 0xfe; 0xff: the rest of the input), and those octets
 * with a correct length put before them; an answer whose first octet is 0 is
 * taken raw behind that, length and all.  Each read gets one answer, so that
 * most inputs are a filter that keeps in step and lies about the content.  What
 * is not there is end of input.
 *
 * No socket is used: send, recv and ppoll are those below, which is what makes
 * millions of runs feasible.
 *
 * Checked besides what the sanitizers see: the header that is left after the
 * edits has only CRLF line ends, no empty line, no NUL, and every recipient is
 * an address without control octets.
 */
#include <sys/socket.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "ext.h"
#include "milter.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FAKE_FD	1000	/* no descriptor of ours is that high */

static const uint8_t	*input;
static size_t		 left;
static struct buf	 offered;	/* what is left of an answer */

/* The next answer is offered, if there is one. */
static void
answer(void)
{
	size_t	 n;

	if (left == 0)
		return;
	n = *input++;
	left--;
	if (n == 0xff || n > left)
		n = left;
	if (n > 0 && *input == 0) {
		buf_put(&offered, input + 1, n - 1);
	} else {
		buf_put_u32(&offered, (uint32_t)n);
		buf_put(&offered, input, n);
	}
	input += n;
	left -= n;
}

/* The kernel of this program, as far as conn.c needs one. */
ssize_t
recv(int fd, void *to, size_t n, int flags)
{
	(void)fd;
	(void)flags;
	if (buf_len(&offered) == 0)
		answer();
	if (n > buf_len(&offered))
		n = buf_len(&offered);
	memcpy(to, buf_ptr(&offered), n);
	buf_eat(&offered, n);
	return (ssize_t)n;
}

ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	(void)fd;
	(void)p;
	(void)flags;
	return (ssize_t)n;
}

int
ppoll(struct pollfd *p, nfds_t n, const struct timespec *ts,
    const sigset_t *mask)
{
	nfds_t	 i;

	(void)ts;
	(void)mask;
	for (i = 0; i < n; i++)
		p[i].revents = POLLIN | POLLOUT;
	return (int)n;
}

/* The same, under the names that _FORTIFY_SOURCE gives them. */
ssize_t	 __recv_chk(int, void *, size_t, size_t, int);
int	 __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *,
	    const sigset_t *, size_t);

ssize_t
__recv_chk(int fd, void *to, size_t n, size_t size, int flags)
{
	(void)size;
	return recv(fd, to, n, flags);
}

int
__ppoll_chk(struct pollfd *p, nfds_t n, const struct timespec *ts,
    const sigset_t *mask, size_t size)
{
	(void)size;
	return ppoll(p, n, ts, mask);
}

static void
check(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz_milter: %s\n", what);
	abort();
}

/* What becomes a part of a command to the backend. */
static void
check_line(const char *s)
{
	for (; *s != '\0'; s++)
		check((unsigned char)*s >= ' ' && *s != 0x7f,
		    "control octet in the envelope");
}

static void
check_result(const struct message *m, const struct envelope *env)
{
	struct buf	 b;
	const char	*s;
	size_t		 i;

	buf_init(&b, 1 << 24);
	if (message_header(m, &b) == 0) {
		s = buf_ptr(&b);
		for (i = 0; i < buf_len(&b); i++) {
			check(s[i] != '\0', "NUL in the header");
			check((s[i] == '\n') == (i > 0 && s[i - 1] == '\r'),
			    "bare CR or LF in the header");
			if (i + 4 <= buf_len(&b) && i + 4 != buf_len(&b))
				check(memcmp(s + i, "\r\n\r\n", 4) != 0,
				    "empty line in the header");
		}
	}
	buf_free(&b);
	check_line(env->from);
	check_line(env->params);
	for (i = 0; i < env->n; i++) {
		check_line(env->rcpt[i].addr);
		check_line(env->rcpt[i].params);
	}
}

static void
make_mail(struct message *m)
{
	static const char	 text[] =
	    "From: <a@example.org>\r\nX-One: 1\r\nX-One: 2\r\n"
	    "x-one: 3\r\n\tfolded\r\nSubject:\ttab\r\n\r\n.dot\r\nbody\r\n";

	message_init(m, "/tmp", 4096, 65536);
	message_feed(m, text, sizeof(text) - 1);
	message_end(m, 1);
}

/* One conversation; edits are applied if the filter accepts. */
static void
converse(struct milter *m, struct message *msg, struct envelope *env,
    struct reply *r)
{
	static const enum stage	 order[] = { STAGE_CONNECT, STAGE_HELO,
	    STAGE_MAIL, STAGE_RCPT, STAGE_UNKNOWN, STAGE_DATA };
	struct macros		 ms;
	struct edits		 es;
	struct buf		 b;
	enum verdict		 v;
	size_t			 i;

	macros_init(&ms);
	macro_set(&ms, "i", "ABC123");
	macro_set(&ms, "{auth_type}", "PLAIN");
	buf_init(&b, 64);
	buf_put_str(&b, "<x@example.org>");
	edits_init(&es, "/tmp", 4096, 100000);
	v = milter_negotiate(m);
	for (i = 0; v == V_CONTINUE && i < 6; i++)
		v = milter_event(m, order[i], &b, &ms, r);
	if (v == V_CONTINUE && m->state != M_QUIT)
		v = milter_advance(m, msg, &ms, r);
	if (v == V_CONTINUE && m->state == M_INMSG)
		v = milter_eom(m, &ms, &es, r);
	if (v == V_CONTINUE || v == V_ACCEPT)
		(void)message_apply(msg, env, &es,
		    (m->proto & SMFIP_HDR_LEADSPC) != 0, EXT_DSN);
	milter_abort(m);
	milter_close(m);
	edits_free(&es);
	buf_free(&b);
	macros_free(&ms);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filter_conf	 conf = { .name = NULL };
	static char			 name[] = "fuzz";
	struct milter			 m;
	struct envelope			 env;
	struct message			 msg;
	struct reply			 r;
	struct path			 p;

	if (size > 4096)
		return 0;
	input = data;
	left = size;
	buf_init(&offered, 65536);
	conf.name = conf.spec = name;
	conf.send_ms = conf.read_ms = conf.eom_ms = 60000;
	milter_init(&m, &conf, 65536);
	m.state = M_OPEN;
	conn_attach(&m.conn, FAKE_FD, FAKE_FD, true);
	env_init(&env);
	(void)smtp_parse_addr("<a@example.org>", &p);
	env_set_from(&env, &p);
	(void)smtp_parse_addr("<b@example.org>", &p);
	env_add(&env, &p, RCPT_HELD);
	reply_init(&r);
	make_mail(&msg);
	converse(&m, &msg, &env, &r);
	check_result(&msg, &env);
	message_free(&msg);
	env_free(&env);
	reply_free(&r);
	buf_free(&offered);
	return 0;
}
