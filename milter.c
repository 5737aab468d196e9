/*
 * milter - one filter on the wire
 *
 * The MTA's side of the milter protocol, version 6, as Sendmail and Postfix
 * speak it: length-prefixed packets, strictly a command and its answer, with
 * what the filter negotiated away left out.  libmilter's headers give the
 * constants; the library itself is the filters' side.
 *
 * A table (stages.c) says of each stage its command byte, its macros and the
 * bits that suppress it or its reply; milter_event does the rest for all.
 *
 * A message is sent by cursor: milter_advance sends whatever the held mail
 * has beyond what the filter has seen, so the same code feeds a filter while
 * the mail arrives and one that must wait for the edits of those before.
 *
 * A filter that fails (refused, silent, malformed, talking out of turn) is
 * closed and stays so until the client leaves; the reason is logged here, once,
 * and what it means for the mail is decided in filters.c.
 *
 * Offered options are always all of version 6: libmilter hangs up when a bit
 * that the filter needs was not offered.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "edit.h"
#include "log.h"
#include "milter.h"
#include "packet.h"
#include "stages.h"

#define PACKET_MAX	MILTER_CHUNK_SIZE	/* payload that we send */
#define QUEUE_MAX	(4 * (PACKET_MAX + 5))	/* to no-reply filters */
#define GOODBYE_MS	1000
#define PROTO_ALL	0x001fffffu		/* without SMFI_INTERNAL */
#define ACTIONS_ALL	0x000001ffu

void
milter_init(struct milter *m, struct filter_conf *conf, size_t max_reply)
{
	memset(m, 0, sizeof(*m));
	m->conf = conf;
	m->max_reply = max_reply;
	m->deadline = INT64_MAX;
	conn_init(&m->conn, 65536, QUEUE_MAX);
	buf_init(&m->pkt, max_reply);
}

static void
hang_up(struct milter *m, enum milter_state state)
{
	int	 i;

	conn_close(&m->conn);
	buf_free(&m->pkt);
	for (i = 0; i < MILTER_NLISTS; i++) {
		free(m->list[i]);
		m->list[i] = NULL;
	}
	m->state = state;
}

/* The filter is of no use any more, and the log says why. */
static enum verdict
fail(struct milter *m, const char *at, const char *why)
{
	log_warnx("filter %s (%s): at %s after %lld ms: %s", m->conf->name,
	    m->conf->spec, at, (long long)(now_ms() - m->since), why);
	hang_up(m, M_FAILED);
	return V_FAIL;
}

/* The same because of a packet, of which the log has the beginning. */
static enum verdict
fail_packet(struct milter *m, const char *at, const char *why, char cmd)
{
	enum verdict	 v;
	struct buf	 b;

	buf_init(&b, 1024);
	buf_printf(&b, "%s: ", why);
	log_quote(&b, &cmd, 1, 1);
	log_quote(&b, buf_ptr(&m->pkt), buf_len(&m->pkt), 64);
	v = fail(m, at, buf_cstr(&b));
	buf_free(&b);
	return v;
}

static enum verdict
io_fail(struct milter *m, const char *at, enum io r)
{
	if (r == IO_GONE || r == IO_STOP)
		return V_GONE;
	if (r == IO_TOOLONG)
		return fail(m, at, "answer beyond MaxReplySize");
	/* libmilter without NETINET6 does so (postsrsd #153). */
	if (m->ipv6 && r != IO_TIMEOUT)
		return fail(m, at, "connection closed, with no word since the "
		    "address of an IPv6 client: built without IPv6?");
	return fail(m, at, conn_strio(&m->conn, r));
}

/* A time of 0 is no limit of its own, as in sendmail.cf. */
static int64_t
until(const struct milter *m, int64_t ms)
{
	int64_t	 t = now_ms() + ms;

	return ms > 0 && t < m->deadline ? t : m->deadline;
}

static void
put_packet(struct milter *m, char cmd, const void *p, size_t n)
{
	packet_put(&m->conn, cmd, p, n);
}

/* The next packet; *bad says what is wrong with it. */
static enum io
get_packet(struct milter *m, int64_t deadline, char *cmd, const char **bad)
{
	return packet_get(&m->conn, m->max_reply, deadline, cmd, &m->pkt, bad);
}

static void
offer(struct milter *m)
{
	struct buf	 b;

	buf_init(&b, 12);
	buf_put_u32(&b, SMFI_PROT_VERSION);
	buf_put_u32(&b, ACTIONS_ALL);
	buf_put_u32(&b, PROTO_ALL);
	put_packet(m, SMFIC_OPTNEG, buf_ptr(&b), buf_len(&b));
	buf_free(&b);
}

void
milter_open(struct milter *m)
{
	struct endpoint	*ep = &m->conf->ep;
	const char	*why;
	enum io		 r;

	m->since = now_ms();
	r = endpoint_resolve(ep, m->conf->connect_ms, m->deadline, &why);
	if (r == IO_ERROR || r == IO_TIMEOUT)
		fail(m, "connect", why);
	if (r != IO_OK)
		return;
	m->state = M_OPEN;
	/* What fails here goes on to the other addresses in negotiate. */
	if (endpoint_start(ep, 0, &m->conn) == -1)
		m->conn.error = errno;
	else
		offer(m);
}

/* A macro list of the filter's own: names by blanks or commas. */
static void
take_lists(struct milter *m, struct rd *rd)
{
	const char	*names;
	uint32_t	 stage;

	while (rd->left >= 5) {
		stage = rd_u32(rd);
		names = rd_str(rd);
		if (!rd_ok(rd))
			return;
		if (stage >= MILTER_NLISTS || strlen(names) > 4096)
			continue;
		free(m->list[stage]);
		if ((m->list[stage] = strdup(names)) == NULL)
			fatal("memory for a macro list");
	}
}

static enum verdict
take_options(struct milter *m, char cmd)
{
	struct rd	 rd;

	if (cmd != SMFIC_OPTNEG || buf_len(&m->pkt) < 12)
		return fail_packet(m, "negotiation",
		    "answer is no option packet", cmd);
	rd_init(&rd, buf_ptr(&m->pkt), buf_len(&m->pkt));
	m->version = rd_u32(&rd);
	m->actions = rd_u32(&rd);
	m->proto = rd_u32(&rd);
	if (m->version < 2 || m->version > SMFI_PROT_VERSION)
		return fail_packet(m, "negotiation",
		    "protocol version not 2 to 6", cmd);
	if (m->actions & ~ACTIONS_ALL)
		return fail_packet(m, "negotiation",
		    "wants actions never offered", cmd);
	if (m->proto & ~PROTO_ALL) {
		log_warnx("filter %s: unknown protocol bits 0x%x ignored",
		    m->conf->name, m->proto & ~PROTO_ALL);
		m->proto &= PROTO_ALL;
	}
	take_lists(m, &rd);
	log_debug("filter %s: version %u actions 0x%x protocol 0x%x",
	    m->conf->name, m->version, m->actions, m->proto);
	return V_CONTINUE;
}

/* The first address did not answer: the others, and again the options. */
static enum io
dial_rest(struct milter *m)
{
	int	 err = m->conn.error;
	enum io	 r;

	conn_close(&m->conn);
	m->conn.error = err;
	r = endpoint_dial(&m->conf->ep, 1, &m->conn, m->conf->connect_ms,
	    m->deadline);
	if (r == IO_OK)
		offer(m);
	return r;
}

enum verdict
milter_negotiate(struct milter *m)
{
	int64_t		 start = now_ms();
	const char	*bad = NULL;
	char		 cmd = 0;
	enum io		 r = IO_ERROR;

	if (m->state == M_FAILED)
		return V_FAIL;
	if (m->state == M_CLOSED)
		return V_GONE;	/* while its name was looked up */
	if (conn_open(&m->conn))
		r = conn_dialled(&m->conn, until(m, m->conf->connect_ms));
	if (r == IO_ERROR || r == IO_TIMEOUT)
		r = dial_rest(m);
	if (r != IO_OK)
		return io_fail(m, "connect", r);
	r = conn_flush(&m->conn, until(m, m->conf->send_ms));
	if (r == IO_OK)
		r = get_packet(m, until(m, m->conf->read_ms), &cmd, &bad);
	m->spent_ms += now_ms() - start;
	if (r != IO_OK)
		return io_fail(m, "negotiation", r);
	if (bad != NULL)
		return fail(m, "negotiation", bad);
	return take_options(m, cmd);
}

/* The macros of a stage, queued before its event. */
static void
put_macros(struct milter *m, const struct stage_row *row,
    const struct macros *ms)
{
	const char	*own = row->list >= 0 ? m->list[row->list] : NULL;
	struct buf	 b;

	if (row->list < 0 || ms == NULL)
		return;
	buf_init(&b, PACKET_MAX);
	buf_putc(&b, row->cmd);
	macros_put(ms, own != NULL ? own : row->macros,
	    row->list >= SMFIM_ENVFROM, &b);
	if (buf_len(&b) > 1 && !b.bad)
		put_packet(m, SMFIC_MACRO, buf_ptr(&b), buf_len(&b));
	buf_free(&b);
}

/* REPLYCODE: the text, or the stage's own where the text is not usable. */
static enum verdict
reply_code(struct milter *m, struct reply *r)
{
	const char	*s = buf_ptr(&m->pkt);
	size_t		 n = buf_len(&m->pkt);
	struct buf	 b;

	if (n > 0 && s[n - 1] == '\0')
		n--;
	if (n > 0 && reply_parse_text(r, s, n) == 0) {
		if (r->code == 421)
			return V_CLOSE;
		return r->code >= 500 ? V_REJECT : V_TEMPFAIL;
	}
	buf_init(&b, 1024);
	log_quote(&b, s, n, 64);
	log_warnx("filter %s: at %s: malformed reply text ignored: \"%s\"",
	    m->conf->name, stage_name(m->stage), buf_cstr(&b));
	buf_free(&b);
	if (n > 0 && *s == '5')
		return V_REJECT;
	if (n > 0 && *s == '4')
		return V_TEMPFAIL;
	reply_set(r, 451, "4.3.5",
	    "Server configuration problem - try again later");
	return V_TEMPFAIL;
}

/* A final answer; state and message scope follow. */
static enum verdict
settle(struct milter *m, enum verdict v)
{
	bool	 message = m->stage >= STAGE_MAIL;

	switch (v) {
	case V_ACCEPT:
		if (message) {
			m->state = M_DONE;
		} else {
			milter_close(m);
			m->state = M_QUIT;
		}
		break;
	case V_REJECT:
	case V_TEMPFAIL:
	case V_CLOSE:
		if (message && m->stage != STAGE_RCPT &&
		    m->stage != STAGE_UNKNOWN)
			m->state = M_DONE;
		break;
	case V_DISCARD:
		if (message) {
			/* libmilter stays in the message behind these. */
			if (m->stage != STAGE_RCPT &&
			    m->stage != STAGE_UNKNOWN)
				m->state = M_DONE;
			else if (m->state == M_INMSG)
				m->apart = true;
			break;
		}
		log_warnx("filter %s: discard at %s means nothing, ignored",
		    m->conf->name, stage_name(m->stage));
		return V_CONTINUE;
	case V_CONTINUE:
	case V_FAIL:
	case V_GONE:
		break;
	}
	return v;
}

/* What one packet that is no edit says. */
static enum verdict
judge(struct milter *m, char cmd, struct reply *r)
{
	m->ipv6 = false;
	if (cmd != SMFIR_REPLYCODE && buf_len(&m->pkt) > 0)
		log_warnx("filter %s: at %s: data behind answer '%c' ignored",
		    m->conf->name, stage_name(m->stage), cmd);
	switch (cmd) {
	case SMFIR_CONTINUE:
		return settle(m, V_CONTINUE);
	case SMFIR_ACCEPT:
		return settle(m, V_ACCEPT);
	case SMFIR_REJECT:
		return settle(m, V_REJECT);
	case SMFIR_TEMPFAIL:
		return settle(m, V_TEMPFAIL);
	case SMFIR_DISCARD:
		return settle(m, V_DISCARD);
	case SMFIR_SHUTDOWN:
		return settle(m, V_CLOSE);
	case SMFIR_REPLYCODE:
		return settle(m, reply_code(m, r));
	case SMFIR_SKIP:
		m->skip |= 1u << m->stage;
		return V_CONTINUE;
	default:
		return fail_packet(m, stage_name(m->stage), "unknown answer",
		    cmd);
	}
}

static enum verdict
get_verdict(struct milter *m, struct reply *r)
{
	const char	*bad = NULL;
	int64_t		 deadline;
	char		 cmd = 0;
	enum io		 io;

	io = conn_flush(&m->conn, until(m, m->conf->send_ms));
	if (io != IO_OK)
		return io_fail(m, stage_name(m->stage), io);
	do {
		deadline = until(m, m->conf->read_ms);
		io = get_packet(m, deadline, &cmd, &bad);
		if (io != IO_OK)
			return io_fail(m, stage_name(m->stage), io);
		if (bad != NULL)
			return fail(m, stage_name(m->stage), bad);
	} while (cmd == SMFIR_PROGRESS);
	return judge(m, cmd, r);
}

/* True when the filter is to be sent this event. */
static bool
wanted(const struct milter *m, enum stage stage)
{
	const struct stage_row	*row = &stages[stage];

	if ((m->proto & row->no) || m->version < row->version ||
	    (m->skip & (1u << stage)))
		return false;
	/*
	 * libmilter drops what follows UNKNOWN inside a transaction, without
	 * an answer, unless the next thing it sees is DATA.
	 */
	if (stage == STAGE_UNKNOWN && m->state == M_INMSG)
		return !(m->proto & SMFIP_NODATA) && m->version >= 4;
	return true;
}

/* Before anything is sent nothing may be unread: it would answer this. */
static bool
spoke_early(const struct milter *m)
{
	return conn_pending(&m->conn) > 0;
}

/* It has: a failure, and what is there of a whole packet is logged. */
static enum verdict
fail_early(struct milter *m)
{
	const char	*why = "answered without a question";
	const char	*bad = NULL;
	char		 cmd;

	if (get_packet(m, 0, &cmd, &bad) == IO_OK && bad == NULL)
		return fail_packet(m, stage_name(m->stage), why, cmd);
	return fail(m, stage_name(m->stage), why);
}

enum verdict
milter_quiet(struct milter *m)
{
	return spoke_early(m) ? fail_early(m) : V_CONTINUE;
}

static enum verdict
send_event(struct milter *m, enum stage stage, const void *p, size_t n,
    struct reply *r)
{
	int64_t		 start = now_ms();
	enum verdict	 v = V_CONTINUE;
	enum io		 io;

	m->stage = stage;
	m->asked++;
	m->since = start;
	if (spoke_early(m))
		return fail_early(m);
	if (n > PACKET_MAX)
		return fail(m, stage_name(stage),
		    "field too long for a packet");
	put_packet(m, stages[stage].cmd, p, n);
	if (m->proto & stages[stage].nr) {
		io = conn_drain(&m->conn, PACKET_MAX,
		    until(m, m->conf->send_ms));
		if (io != IO_OK)
			v = io_fail(m, stage_name(stage), io);
	} else {
		v = get_verdict(m, r);
	}
	m->spent_ms += now_ms() - start;
	return v;
}

static bool
names_ipv6(const struct buf *payload)
{
	const char	*host = buf_ptr(payload);
	size_t		 n = strnlen(host, buf_len(payload));

	return n + 1 < buf_len(payload) && host[n + 1] == SMFIA_INET6;
}

enum verdict
milter_event(struct milter *m, enum stage stage, const struct buf *payload,
    const struct macros *ms, struct reply *r)
{
	if (stage == STAGE_MAIL) {
		m->state = M_INMSG;
		m->skip = 0;
		m->nexthdr = 0;
		m->shown = m->eoh = false;
		m->bodyoff = 0;
	}
	put_macros(m, &stages[stage], ms);
	if (!wanted(m, stage))
		return V_CONTINUE;
	if (stage == STAGE_CONNECT)
		m->ipv6 = names_ipv6(payload);
	return send_event(m, stage, buf_ptr(payload), buf_len(payload), r);
}

bool
milter_may_edit(const struct milter *m)
{
	return (m->actions & (SMFIF_ADDHDRS | SMFIF_CHGHDRS |
	    SMFIF_CHGBODY)) != 0;
}

/*
 * A field as filters see it: folds are LF, and one blank behind the colon
 * is left out unless the filter negotiated otherwise.
 */
static void
put_field(const struct milter *m, const struct message *msg, size_t i,
    struct buf *b)
{
	const struct field	*f = &msg->field[i];
	const char		*s = message_field(msg, i);
	const char		*end = s + f->len;

	buf_put(b, s, f->namelen);
	buf_putc(b, '\0');
	s += f->value - f->off;
	if (!(m->proto & SMFIP_HDR_LEADSPC) && s < end && *s == ' ')
		s++;
	for (; s < end - 2; s++)
		if (*s != '\r')
			buf_putc(b, *s);
	buf_putc(b, '\0');
}

static enum verdict
send_fields(struct milter *m, const struct message *msg, struct reply *r)
{
	size_t		 ready = message_nready(msg);
	enum verdict	 v = V_CONTINUE;
	struct buf	 b;

	buf_init(&b, msg->text.max);
	for (; v == V_CONTINUE && m->nexthdr < ready; m->nexthdr++) {
		if (msg->field[m->nexthdr].own || !wanted(m, STAGE_HEADER))
			continue;
		buf_reset(&b);
		put_field(m, msg, m->nexthdr, &b);
		m->shown = true;
		v = send_event(m, STAGE_HEADER, buf_ptr(&b), buf_len(&b), r);
	}
	buf_free(&b);
	return v;
}

/*
 * libmilter ignores the body of a mail without header when the filter wants
 * DATA and HEADER but not EOH: such a filter is sent EOH all the same.
 */
static bool
wants_eoh(const struct milter *m)
{
	if (wanted(m, STAGE_EOH))
		return true;
	return !m->shown && wanted(m, STAGE_DATA) && wanted(m, STAGE_HEADER);
}

static enum verdict
send_body(struct milter *m, const struct message *msg, struct reply *r)
{
	off_t		 size = spool_size(&msg->body);
	enum verdict	 v = V_CONTINUE;
	struct buf	 b;
	size_t		 n;

	if (!wanted(m, STAGE_BODY)) {
		m->bodyoff = size;
		return V_CONTINUE;
	}
	buf_init(&b, PACKET_MAX);
	while (v == V_CONTINUE && m->bodyoff < size && wanted(m, STAGE_BODY)) {
		n = size - m->bodyoff < PACKET_MAX ?
		    (size_t)(size - m->bodyoff) : PACKET_MAX;
		if (n < PACKET_MAX && !msg->complete)
			break;
		buf_reset(&b);
		if (spool_read(&msg->body, m->bodyoff, n, &b) == -1) {
			v = fail(m, "body", "the spool cannot be read");
			break;
		}
		m->bodyoff += (off_t)n;
		v = send_event(m, STAGE_BODY, buf_ptr(&b), n, r);
	}
	buf_free(&b);
	return v;
}

enum verdict
milter_advance(struct milter *m, const struct message *msg,
    const struct macros *ms, struct reply *r)
{
	enum verdict	 v;

	m->state = M_INMSG;
	v = send_fields(m, msg, r);
	if (v != V_CONTINUE || !msg->inbody)
		return v;
	if (!m->eoh) {
		m->eoh = true;
		put_macros(m, &stages[STAGE_EOH], ms);
		if (wants_eoh(m))
			v = send_event(m, STAGE_EOH, NULL, 0, r);
	}
	return v == V_CONTINUE ? send_body(m, msg, r) : v;
}

/* True when cmd is an edit; *bad says what is wrong with it. */
static bool
take_edit(struct milter *m, char cmd, struct edits *es, const char **bad)
{
	uint32_t	 action;

	action = edit_take(es, cmd, &m->pkt, m->max_reply, bad);
	if (action == 0)
		return false;
	if (!(m->actions & action) && !m->lied) {
		m->lied = true;
		log_warnx("filter %s: edit '%c' was not negotiated; done",
		    m->conf->name, cmd);
	}
	return true;
}

static enum verdict
eom_answers(struct milter *m, struct edits *es, struct reply *r)
{
	int64_t		 end = until(m, m->conf->eom_ms);
	int64_t		 deadline;
	const char	*bad = NULL;
	char		 cmd = 0;
	enum io		 io;

	for (;;) {
		deadline = until(m, m->conf->read_ms);
		if (deadline > end)
			deadline = end;
		conn_quickack(&m->conn);
		io = get_packet(m, deadline, &cmd, &bad);
		if (io != IO_OK)
			return io_fail(m, "eom", io);
		if (bad != NULL)
			return fail(m, "eom", bad);
		if (cmd == SMFIR_PROGRESS)
			continue;
		if (!take_edit(m, cmd, es, &bad))
			return judge(m, cmd, r);
		/* A body has no place in the log. */
		if (bad != NULL)
			return cmd == SMFIR_REPLBODY ? fail(m, "eom", bad) :
			    fail_packet(m, "eom", bad, cmd);
	}
}

enum verdict
milter_eom(struct milter *m, const struct macros *ms, struct edits *es,
    struct reply *r)
{
	int64_t		 start = now_ms();
	enum verdict	 v;
	enum io		 io;

	m->stage = STAGE_EOM;
	m->asked++;
	m->since = start;
	/* A late answer in the kernel would be the verdict on the mail. */
	(void)conn_pause(0);
	if (spoke_early(m))
		return fail_early(m);
	put_macros(m, &stages[STAGE_EOM], ms);
	put_packet(m, SMFIC_BODYEOB, NULL, 0);
	io = conn_flush(&m->conn, until(m, m->conf->send_ms));
	v = io == IO_OK ? eom_answers(m, es, r) : io_fail(m, "eom", io);
	m->spent_ms += now_ms() - start;
	if (v == V_CONTINUE)
		m->state = M_DONE;
	return v;
}

void
milter_abort(struct milter *m)
{
	if (m->state == M_INMSG)
		put_packet(m, SMFIC_ABORT, NULL, 0);
	if (m->state == M_INMSG || m->state == M_DONE)
		m->state = M_OPEN;
}

void
milter_close(struct milter *m)
{
	if (m->state == M_FAILED || m->state == M_CLOSED ||
	    m->state == M_QUIT)
		return;
	milter_abort(m);
	if (conn_open(&m->conn) && !m->conn.dialling) {
		put_packet(m, SMFIC_QUIT, NULL, 0);
		(void)conn_flush(&m->conn, now_ms() + GOODBYE_MS);
	}
	hang_up(m, M_CLOSED);
}
