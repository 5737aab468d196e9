/*
 * fuzz_milter - whatever a filter answers, at every stage
 *
 * The input is a list of answers, each of them a byte that says how many
 * octets it has (up to 0xfe; 0xff: the rest of the input), and those octets
 * with a correct length put before them; an answer whose first octet is 0 goes
 * out raw behind that, length and all, and is the last.  One is sent before each question, all
 * that are left at end of message, so that most inputs are a filter that keeps
 * in step and lies about the content.
 *
 * Checked besides what the sanitizers see: the header that is left after the
 * edits has only CRLF line ends, no empty line, no NUL, and every recipient is
 * an address without control octets.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "milter.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Never wait: there is nobody to read while we write. */
#define FLAGS	(MSG_NOSIGNAL | MSG_DONTWAIT)

struct input {
	const uint8_t	*p;
	size_t		 n;
	int		 fd;
};

static void
check(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fuzz_milter: %s\n", what);
	abort();
}

/* The next answer goes to the milter; false when there is none. */
static bool
answer(struct input *in)
{
	uint32_t	 len;
	size_t		 n;

	if (in->n == 0)
		return false;
	n = *in->p++;
	in->n--;
	if (n == 0xff || n > in->n)
		n = in->n;
	if (n > 0 && *in->p == 0) {
		/* What is cut off must not wait for its time to run out. */
		(void)send(in->fd, in->p + 1, n - 1, FLAGS);
		(void)shutdown(in->fd, SHUT_WR);
		in->n = 0;
		return true;
	}
	len = htonl((uint32_t)n);
	(void)send(in->fd, &len, sizeof(len), FLAGS);
	(void)send(in->fd, in->p, n, FLAGS);
	in->p += n;
	in->n -= n;
	return true;
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
	for (i = 0; i < env->n; i++)
		for (s = env->rcpt[i].addr; *s != '\0'; s++)
			check((unsigned char)*s >= ' ' && *s != 0x7f,
			    "control octet in a recipient");
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
converse(struct milter *m, struct input *in, struct message *msg,
    struct envelope *env, struct reply *r)
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
	answer(in);
	v = milter_negotiate(m);
	for (i = 0; v == V_CONTINUE && i < 6; i++) {
		if (!answer(in))
			(void)shutdown(in->fd, SHUT_WR);
		v = milter_event(m, order[i], &b, &ms, r);
	}
	while (answer(in))
		continue;
	(void)shutdown(in->fd, SHUT_WR);
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
	struct input			 in = { data, size, -1 };
	struct envelope			 env;
	struct message			 msg;
	struct reply			 r;
	struct path			 p;
	int				 sv[2];

	if (size > 4096 || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == -1)
		return 0;
	conf.name = conf.spec = name;
	/* As short as can be: an answer that is cut off must time out. */
	conf.send_ms = conf.read_ms = conf.eom_ms = 1;
	in.fd = sv[1];
	milter_init(&m, &conf, 65536);
	m.state = M_OPEN;
	conn_attach(&m.conn, sv[0], sv[0], true);
	env_init(&env);
	(void)smtp_parse_addr("<a@example.org>", &p);
	env_set_from(&env, &p);
	(void)smtp_parse_addr("<b@example.org>", &p);
	env_add(&env, &p, RCPT_HELD);
	reply_init(&r);
	make_mail(&msg);
	converse(&m, &in, &msg, &env, &r);
	check_result(&msg, &env);
	message_free(&msg);
	env_free(&env);
	reply_free(&r);
	close(sv[1]);
	return 0;
}
