/*
 * milter: one filter on the wire
 *
 * If it breaks, a filter closes the connection for a packet that it cannot
 * read, or waits for ever, or is believed to have accepted a mail that it did
 * not see; with F= absent the mail then goes by unfiltered.
 *
 * The filter is a child that notes what it is sent and answers from a table.
 * Its side of the protocol is written from the description alone, as is what
 * it should see.  Conversations with real filters are tested elsewhere.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "milter.h"
#include "tap.h"

#define SEEN_MAX	(1u << 20)
#define S(s)		(s), sizeof(s) - 1

/* What the filter is. */
struct script {
	uint32_t	 version;
	uint32_t	 actions;
	uint32_t	 proto;
	const char	*lists;		/* behind the options */
	size_t		 nlists;
	char		 at;		/* to this command ... */
	const char	*answer;	/* ... these packets, each led by its */
	size_t		 nanswer;	/* length in one octet */
	bool		 slowly;	/* octet by octet */
};

static char		*seen;		/* shared with the child */
static char		 dir[] = "/tmp/t_milter.XXXXXXXX";
static char		 path[64];

static void
get(int fd, void *p, size_t n)
{
	char	*s = p;
	ssize_t	 k;

	for (; n > 0; s += k, n -= (size_t)k)
		if ((k = read(fd, s, n)) <= 0)
			_exit(0);
}

static void
put(int fd, const void *p, size_t n, bool slowly)
{
	const char	*s = p;
	size_t		 i;

	if (!slowly) {
		(void)!write(fd, s, n);
		return;
	}
	for (i = 0; i < n; i++)
		(void)!write(fd, s + i, 1);
}

/* All in one write: what belongs together must not come in parts. */
static void
put_packets(int fd, const char *p, size_t n, bool slowly)
{
	char	 out[1000];
	size_t	 k = 0;
	size_t	 len;

	for (; n > 0; p += len + 1, n -= len + 1) {
		len = (unsigned char)*p;
		memset(out + k, 0, 3);
		memcpy(out + k + 3, p, len + 1);
		k += len + 4;
	}
	put(fd, out, k, slowly);
}

static void
put_options(int fd, const struct script *s)
{
	struct buf	 b;

	buf_init(&b, 1000);
	buf_put_u32(&b, (uint32_t)(13 + s->nlists));
	buf_putc(&b, 'O');
	buf_put_u32(&b, s->version);
	buf_put_u32(&b, s->actions);
	buf_put_u32(&b, s->proto);
	buf_put(&b, s->lists, s->nlists);
	put(fd, buf_ptr(&b), buf_len(&b), s->slowly);
}

/* The bit that lets a command go without answer. */
static uint32_t
no_reply(char cmd)
{
	static const struct {
		char		 cmd;
		uint32_t	 bit;
	} bits[] = {
		{ 'C', SMFIP_NR_CONN }, { 'H', SMFIP_NR_HELO },
		{ 'M', SMFIP_NR_MAIL }, { 'R', SMFIP_NR_RCPT },
		{ 'T', SMFIP_NR_DATA }, { 'U', SMFIP_NR_UNKN },
		{ 'L', SMFIP_NR_HDR }, { 'N', SMFIP_NR_EOH },
		{ 'B', SMFIP_NR_BODY },
	};
	size_t	 i;

	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (bits[i].cmd == cmd)
			return bits[i].bit;
	return 0;
}

/* Notes a packet: its command, its length if long, NUL as "|". */
static void
note(const char *p, size_t n)
{
	size_t	 k = strlen(seen);
	size_t	 i;

	if (n > 1000) {
		(void)snprintf(seen + k, SEEN_MAX - k, "%c(%zu) ", *p, n - 1);
		return;
	}
	for (i = 0; i < n && k < SEEN_MAX - 2; i++)
		seen[k++] = p[i] == '\0' ? '|' : p[i];
	seen[k++] = ' ';
	seen[k] = '\0';
}

static void
be_filter(int l, const struct script *s)
{
	static char	 p[1 << 20];
	uint32_t	 len;
	int		 fd = accept(l, NULL, NULL);

	(void)alarm(60);
	for (;;) {
		get(fd, &len, 4);
		if ((len = ntohl(len)) == 0 || len > sizeof(p))
			_exit(1);
		get(fd, p, len);
		if (*p == 'O') {
			/* Integers are checked where they are noted. */
			note(len == 13 && memcmp(p + 1, "\0\0\0\6\0\0\1\xff"
			    "\0\x1f\xff\xff", 12) == 0 ? "O" : "O?",
			    len == 13 ? 1 : 2);
			put_options(fd, s);
			continue;
		}
		note(p, len);
		if (*p == 'D' || *p == 'A')
			continue;
		if (*p == 'Q')
			_exit(0);
		if (*p == s->at)
			put_packets(fd, s->answer, s->nanswer, s->slowly);
		else if (!(s->proto & no_reply(*p)))
			put_packets(fd, S("\1c"), s->slowly);
	}
}

struct talk {
	struct filter_conf conf;
	struct milter	 m;
	struct macros	 ms;
	struct message	 msg;
	struct edits	 es;
	struct reply	 r;
	pid_t		 pid;
};

/* Starts the filter, and is ready to talk to it. */
static void
begin(struct talk *t, const struct script *s, const char *mail, size_t n)
{
	static char		 name[] = "test";
	struct sockaddr_un	 un;
	char			 spec[80];
	int			 l;

	memset(t, 0, sizeof(*t));
	memset(&un, 0, sizeof(un));
	un.sun_family = AF_UNIX;
	(void)strlcpy(un.sun_path, path, sizeof(un.sun_path));
	(void)unlink(path);
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(l, (struct sockaddr *)&un, sizeof(un)) == -1 ||
	    listen(l, 5) == -1) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		exit(1);
	}
	seen[0] = '\0';
	if ((t->pid = fork()) == 0)
		be_filter(l, s);
	close(l);
	(void)snprintf(spec, sizeof(spec), "unix:%s", path);
	(void)endpoint_parse_milter(&t->conf.ep, spec);
	t->conf.name = t->conf.spec = name;
	t->conf.connect_ms = t->conf.send_ms = 20000;
	t->conf.read_ms = t->conf.eom_ms = 20000;
	milter_init(&t->m, &t->conf, 1 << 20);
	macros_init(&t->ms);
	macro_set(&t->ms, "i", "ID7");
	macro_set(&t->ms, "j", "gate.example");
	macro_set(&t->ms, "{client_addr}", "192.0.2.7");
	macro_set(&t->ms, "{mail_addr}", "s@x");
	macro_set(&t->ms, "{rcpt_addr}", "r@y");
	message_init(&t->msg, dir, 1 << 20, 1 << 20);
	message_feed(&t->msg, mail, n);
	message_end(&t->msg, 0);
	edits_init(&t->es, dir, 65536, 1 << 20);
	reply_init(&t->r);
}

static void
finish(struct talk *t)
{
	milter_close(&t->m);
	(void)waitpid(t->pid, NULL, 0);
	endpoint_free(&t->conf.ep);
	macros_free(&t->ms);
	message_free(&t->msg);
	edits_free(&t->es);
	reply_free(&t->r);
}

static enum verdict
event(struct talk *t, enum stage stage, const char *payload, size_t n)
{
	enum verdict	 v;
	struct buf	 b;

	buf_init(&b, 1000);
	buf_put(&b, payload, n);
	v = milter_event(&t->m, stage, &b, &t->ms, &t->r);
	buf_free(&b);
	return v;
}

/* A whole session with one mail; the first verdict that is not to go on. */
static enum verdict
session(struct talk *t, enum stage *last)
{
	static const struct {
		enum stage	 stage;
		const char	*payload;
		size_t		 n;
	} events[] = {
		{ STAGE_CONNECT, S("h\0" "4\0\x19" "1.2.3.4\0") },
		{ STAGE_HELO, S("c.example\0") },
		{ STAGE_UNKNOWN, S("FOO bar\0") },
		{ STAGE_MAIL, S("<s@x>\0SIZE=1\0") },
		{ STAGE_RCPT, S("<r@y>\0") },
		{ STAGE_DATA, S("") },
	};
	enum verdict	 v;
	size_t		 i;

	milter_open(&t->m);
	*last = STAGE_CONNECT;
	v = milter_negotiate(&t->m);
	for (i = 0; i < 6 && v == V_CONTINUE; i++)
		v = event(t, *last = events[i].stage, events[i].payload,
		    events[i].n);
	if (v == V_CONTINUE) {
		v = milter_advance(&t->m, &t->msg, &t->ms, &t->r);
		*last = t->m.stage;
	}
	if (v == V_CONTINUE) {
		*last = STAGE_EOM;
		v = milter_eom(&t->m, &t->ms, &t->es, &t->r);
	}
	return v;
}

#define MAIL	"A: 1\r\nB:\t2\r\n 3\r\nC:  4\r\nD:\r\n\r\nbody\r\n"

static const struct script	 plain = { 6, 0x1ff, 0, NULL, 0, 0, NULL, 0,
				    false };

/* Everything that a filter without wishes is sent. */
static const char	 all[] =
    "O DCj|gate.example|{client_addr}|192.0.2.7| Ch|4|\x19" "1.2.3.4| "
    "Hc.example| UFOO bar| "
    "DMi|ID7|j|gate.example|{mail_addr}|s@x| M<s@x>|SIZE=1| "
    "DRi|ID7|{rcpt_addr}|r@y| R<r@y>| DTi|ID7| T "
    "LA|1| LB|\t2\n 3| LC| 4| LD|| DNi|ID7| N Bbody\r\n DEi|ID7| E Q ";

static void
test_session(void)
{
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;

	begin(&t, &plain, S(MAIL));
	is_int(session(&t, &last), V_CONTINUE, "a session");
	finish(&t);
	is_str(seen, all, "a session: what the filter saw");

	s.slowly = true;
	begin(&t, &s, S(MAIL));
	is_int(session(&t, &last), V_CONTINUE, "answers octet by octet");
	finish(&t);
	is_str(seen, all, "answers octet by octet: what the filter saw");

	s.slowly = false;
	s.proto = SMFIP_HDR_LEADSPC;
	begin(&t, &s, S(MAIL));
	is_int(session(&t, &last), V_CONTINUE, "values with leading blanks");
	finish(&t);
	ok(strstr(seen, "LA| 1| LB|\t2\n 3| LC|  4| LD|| ") != NULL,
	    "values with leading blanks: all of them");
}

/* How often the filter was sent a command. */
static int
times(char cmd)
{
	const char	*s;
	int		 n = seen[0] == cmd;

	for (s = seen; (s = strchr(s, ' ')) != NULL; s++)
		n += s[1] == cmd;
	return n;
}

static void
test_versions(void)
{
	static const struct {
		uint32_t	 version;
		int		 u, t;		/* UNKNOWN, DATA are sent */
	} cases[] = {
		{ 2, 0, 0 }, { 3, 1, 0 }, { 4, 1, 1 }, { 5, 1, 1 }, { 6, 1, 1 },
		{ 0, -1, 0 }, { 1, -1, 0 }, { 7, -1, 0 }, { 0x01000001, -1, 0 },
	};
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.version = cases[i].version;
		begin(&t, &s, S(MAIL));
		is_int(session(&t, &last), cases[i].u == -1 ? V_FAIL :
		    V_CONTINUE, "version %u", s.version);
		finish(&t);
		if (cases[i].u == -1)
			continue;
		is_int(times('U'), cases[i].u, "version %u: UNKNOWN",
		    s.version);
		is_int(times('T'), cases[i].t, "version %u: DATA", s.version);
	}
	s = plain;
	s.actions = 0x3ff;
	begin(&t, &s, S(MAIL));
	is_int(session(&t, &last), V_FAIL, "an action that was not offered");
	finish(&t);
	s.actions = 0x1ff;
	s.proto = 0x70200000;
	begin(&t, &s, S(MAIL));
	is_int(session(&t, &last), V_CONTINUE, "bits that are not known");
	finish(&t);
	is_str(seen, all, "bits that are not known: ignored");
}

/* Each event that may be switched off, and each answer. */
static void
test_bits(void)
{
	static const struct {
		char		 cmd;
		uint32_t	 no;
	} bits[] = {
		{ 'C', SMFIP_NOCONNECT }, { 'H', SMFIP_NOHELO },
		{ 'M', SMFIP_NOMAIL }, { 'R', SMFIP_NORCPT },
		{ 'T', SMFIP_NODATA }, { 'U', SMFIP_NOUNKNOWN },
		{ 'L', SMFIP_NOHDRS }, { 'N', SMFIP_NOEOH },
		{ 'B', SMFIP_NOBODY },
	};
	const size_t	 n = sizeof(bits) / sizeof(bits[0]);
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;
	size_t		 i;
	size_t		 k;

	for (i = 0; i < n; i++) {
		s.proto = bits[i].no;
		begin(&t, &s, S(MAIL));
		is_int(session(&t, &last), V_CONTINUE, "without %c",
		    bits[i].cmd);
		finish(&t);
		is_int(times(bits[i].cmd), 0, "without %c: not sent",
		    bits[i].cmd);
		for (k = 0; k < n; k++)
			if (k != i && times(bits[k].cmd) == 0)
				break;
		ok(k == n && times('E') == 1,
		    "without %c: all others are", bits[i].cmd);

		s.proto = no_reply(bits[i].cmd);
		begin(&t, &s, S(MAIL));
		is_int(session(&t, &last), V_CONTINUE, "%c without answer",
		    bits[i].cmd);
		finish(&t);
		is_str(seen, all, "%c without answer: what the filter saw",
		    bits[i].cmd);
	}
	for (s.proto = 0, i = 0; i < n; i++)
		s.proto |= no_reply(bits[i].cmd);
	begin(&t, &s, S(MAIL));
	is_int(session(&t, &last), V_CONTINUE, "nothing with answer (rspamd)");
	finish(&t);
	is_str(seen, all, "nothing with answer: what the filter saw");
}

/* SETSYMLIST, milter-mta-side.md 3.5. */
static void
test_lists(void)
{
	static const struct {
		const char	*name;
		const char	*lists;
		size_t		 n;
		const char	*has;		/* what the filter sees */
	} cases[] = {
		{ "of MAIL", S("\0\0\0\2{mail_addr} j\0"),
		    "DM{mail_addr}|s@x|j|gate.example|i|ID7| M" },
		{ "of CONNECT", S("\0\0\0\0j\0"), "O DCj|gate.example| C" },
		{ "commas, no braces", S("\0\0\0\3i,rcpt_addr\0"),
		    "DRi|ID7|{rcpt_addr}|r@y| R" },
		{ "one letter in braces", S("\0\0\0\3{i}\0"), "DRi|ID7| R" },
		{ "empty: none", S("\0\0\0\2\0"), "UFOO bar| M" },
		{ "what is not defined is left out",
		    S("\0\0\0\2{auth_type} i\0"), "DMi|ID7| M" },
		{ "EOM, without EOH", S("\0\0\0\5j\0"),
		    "DEj|gate.example|i|ID7| E" },
		{ "EOH alone leaves EOM", S("\0\0\0\6j\0"), "DEi|ID7| E" },
		{ "unknown stage, then MAIL", S("\0\0\0\7x\0\0\0\0\2i\0"),
		    "DMi|ID7| M" },
		{ "not ended", S("\0\0\0\2i"),
		    "DMi|ID7|j|gate.example|{mail_addr}|s@x| M" },
		{ "half a stage", S("\0\0"),
		    "DMi|ID7|j|gate.example|{mail_addr}|s@x| M" },
	};
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.lists = cases[i].lists;
		s.nlists = cases[i].n;
		begin(&t, &s, S(MAIL));
		is_int(session(&t, &last), V_CONTINUE, "list, %s",
		    cases[i].name);
		finish(&t);
		if (!ok(strstr(seen, cases[i].has) != NULL,
		    "list, %s: what the filter saw", cases[i].name))
			tap_show("seen", seen, strlen(seen));
	}
}

/* Chunks are full but for the last, and there is none without body. */
static void
test_chunks(void)
{
	static const struct {
		size_t		 n;
		const char	*seen;
	} cases[] = {
		{ 0, "N DE" }, { 65535, "N B(65535) DE" },
		{ 65536, "N B(65535) B\n DE" },
		{ 131070, "N B(65535) B(65535) DE" },
		{ 131071, "N B(65535) B(65535) B\n DE" },
	};
	struct buf	 mail;
	struct talk	 t;
	enum stage	 last;
	size_t		 i;
	size_t		 k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&mail, 1 << 20);
		buf_puts(&mail, "A: 1\r\n\r\n");
		for (k = 2; k < cases[i].n; k++)
			buf_putc(&mail, 'x');
		buf_puts(&mail, cases[i].n > 0 ? "\r\n" : "");
		begin(&t, &plain, buf_ptr(&mail), buf_len(&mail));
		is_int(session(&t, &last), V_CONTINUE, "body of %zu",
		    cases[i].n);
		finish(&t);
		if (!ok(strstr(seen, cases[i].seen) != NULL,
		    "body of %zu: chunks", cases[i].n))
			tap_show("seen", seen, strlen(seen));
		buf_free(&mail);
	}
}

/* milter-mta-side.md 4.8: where libmilter would not answer. */
static void
test_silent_libmilter(void)
{
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;

	s.proto = SMFIP_NOEOH;
	begin(&t, &s, S("\r\nbody\r\n"));
	is_int(session(&t, &last), V_CONTINUE, "no header, no EOH wanted");
	finish(&t);
	is_int(times('N'), 1, "no header: EOH all the same");

	s.proto = SMFIP_NODATA;
	begin(&t, &s, S(MAIL));
	milter_open(&t.m);
	is_int(milter_negotiate(&t.m), V_CONTINUE, "no DATA wanted");
	(void)event(&t, STAGE_MAIL, S("<s@x>\0"));
	is_int(event(&t, STAGE_UNKNOWN, S("FOO\0")), V_CONTINUE,
	    "UNKNOWN in its transaction");
	finish(&t);
	is_int(times('U'), 0, "UNKNOWN in its transaction: not sent");
}

/* Whatever it answers, at each stage. */
static void
test_answers(void)
{
	static const struct {
		const char	*name;
		char		 at;
		const char	*answer;
		size_t		 n;
		enum verdict	 v;
		enum stage	 stage;
		int		 code;
	} cases[] = {
		{ "reject", 'R', S("\1r"), V_REJECT, STAGE_RCPT, 0 },
		{ "tempfail", 'M', S("\1t"), V_TEMPFAIL, STAGE_MAIL, 0 },
		{ "accept", 'H', S("\1a"), V_ACCEPT, STAGE_HELO, 0 },
		{ "accept at the end", 'E', S("\1a"), V_ACCEPT, STAGE_EOM, 0 },
		{ "discard", 'T', S("\1d"), V_DISCARD, STAGE_DATA, 0 },
		{ "discard at CONNECT means nothing", 'C', S("\1d"), V_CONTINUE,
		    STAGE_EOM, 0 },
		{ "shutdown", 'L', S("\1" "4"), V_CLOSE, STAGE_HEADER, 0 },
		{ "skip", 'B', S("\1s"), V_CONTINUE, STAGE_EOM, 0 },
		{ "text", 'N', S("\13y550 5.7.1\0"), V_REJECT, STAGE_EOH, 550 },
		{ "text, 421", 'B', S("\6y421 x"), V_CLOSE, STAGE_BODY, 421 },
		{ "text, 4xx", 'U', S("\7y450 x\0"), V_TEMPFAIL, STAGE_UNKNOWN,
		    450 },
		{ "text that is bad, of class 5", 'R', S("\6y5xx x"), V_REJECT,
		    STAGE_RCPT, 0 },
		{ "text that is bad, of class 4", 'R', S("\6y4xx x"),
		    V_TEMPFAIL, STAGE_RCPT, 0 },
		{ "text that is none", 'R', S("\3yno"), V_TEMPFAIL, STAGE_RCPT,
		    451 },
		{ "empty text", 'R', S("\1y"), V_TEMPFAIL, STAGE_RCPT, 451 },
		{ "progress first", 'H', S("\1p\1p\1r"), V_REJECT, STAGE_HELO,
		    0 },
		{ "more than asked for behind a verdict", 'R', S("\3rxx"),
		    V_REJECT, STAGE_RCPT, 0 },
		{ "an unknown letter", 'R', S("\1z"), V_FAIL, STAGE_RCPT, 0 },
		{ "connection failed", 'R', S("\1f"), V_FAIL, STAGE_RCPT, 0 },
		{ "a packet of length 0", 'R', S("\0"), V_FAIL, STAGE_RCPT, 0 },
		{ "an edit before its time", 'N', S("\5hX\0v\0"), V_FAIL,
		    STAGE_EOH, 0 },
		{ "a second answer, at once", 'M', S("\1c\1c"), V_FAIL,
		    STAGE_RCPT, 0 },
		{ "an edit without its NUL", 'E', S("\4hX\0v\1a"), V_FAIL,
		    STAGE_EOM, 0 },
		{ "an edit without value", 'E', S("\3hX\0\1a"), V_FAIL,
		    STAGE_EOM, 0 },
		{ "an edit of half an index", 'E', S("\3m\0\0\1a"), V_FAIL,
		    STAGE_EOM, 0 },
		{ "edits, then refusal", 'E', S("\5hX\0v\0\1t"), V_TEMPFAIL,
		    STAGE_EOM, 0 },
	};
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.at = cases[i].at;
		s.answer = cases[i].answer;
		s.nanswer = cases[i].n;
		begin(&t, &s, S(MAIL));
		is_int(session(&t, &last), cases[i].v, "answer, %s: verdict",
		    cases[i].name);
		is_int(last, cases[i].stage, "answer, %s: stage",
		    cases[i].name);
		is_int(t.r.code, cases[i].code, "answer, %s: reply",
		    cases[i].name);
		finish(&t);
	}
	is_int(times('E'), 1, "edits, then refusal: asked once");
}

/* What edits at end of message become. */
static void
test_edits(void)
{
	static const char	 answer[] = "\5hX\0v\0" "\11i\0\0\0\1Y\0w\0"
	    "\10m\0\0\0\2Z\0\0" "\5+<a>\0" "\x0e" "2<b>\0NOTIFY=x\0"
	    "\5-<c>\0" "\5e<d>\0" "\1p" "\4bone" "\4btwo" "\5qbad\0" "\1a";
	static const struct {
		enum edit_type	 type;
		uint32_t	 index;
		const char	*name;
		const char	*value;
	} want[] = {
		{ EDIT_ADDHEADER, 0, "X", "v" },
		{ EDIT_INSHEADER, 1, "Y", "w" },
		{ EDIT_CHGHEADER, 2, "Z", "" },
		{ EDIT_ADDRCPT, 0, "<a>", NULL },
		{ EDIT_ADDRCPT, 0, "<b>", "NOTIFY=x" },
		{ EDIT_DELRCPT, 0, "<c>", NULL },
		{ EDIT_CHGFROM, 0, "<d>", NULL },
	};
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;
	size_t		 i;

	s.at = 'E';
	s.answer = answer;
	s.nanswer = sizeof(answer) - 1;
	begin(&t, &s, S(MAIL));
	is_int(session(&t, &last), V_ACCEPT, "edits: accepted");
	is_int((int64_t)t.es.n, 7, "edits: how many");
	for (i = 0; i < 7 && i < t.es.n; i++) {
		ok(t.es.e[i].type == want[i].type &&
		    t.es.e[i].index == want[i].index,
		    "edit %zu: kind and index", i);
		is_str(t.es.e[i].name, want[i].name, "edit %zu: name", i);
		is_str(t.es.e[i].value, want[i].value, "edit %zu: value", i);
	}
	ok(t.es.newbody && spool_size(&t.es.body) == 6, "edits: new body");
	is_str(t.es.quarantine, "bad", "edits: quarantine");
	finish(&t);
}

/*
 * An answer nobody asked for may come late, and lie in the kernel when the
 * next question goes out: it must not be taken for the answer to that one,
 * least of all to the last (milter-mta-side.md 1.4).
 */
static void
test_stale(void)
{
	struct script	 s = plain;
	struct talk	 t;
	struct pollfd	 p;
	enum verdict	 v;

	s.at = 'B';
	s.answer = "\1c";
	s.nanswer = 2;
	begin(&t, &s, S(MAIL));
	milter_open(&t.m);
	v = milter_negotiate(&t.m);
	if (v == V_CONTINUE)
		v = event(&t, STAGE_MAIL, S("<s@x>\0"));
	/* The filter answers to this, too, though it is never answered. */
	if (v == V_CONTINUE)
		v = milter_advance(&t.m, &t.msg, &t.ms, &t.r);
	is_int(v, V_CONTINUE, "a late answer: all well before");
	/* As if BODY had been answered twice, the second time later. */
	conn_put(&t.m.conn, "\0\0\0\1H", 5);
	(void)conn_flush(&t.m.conn, now_ms() + 20000);
	p.fd = t.m.conn.rfd;
	p.events = POLLIN;
	is_int(poll(&p, 1, 20000), 1, "a late answer: it came");
	is_int(milter_eom(&t.m, &t.ms, &t.es, &t.r), V_FAIL,
	    "a late answer is no verdict on the mail");
	finish(&t);
}

/* T=R:0 and its like: no limit, not no time. */
static void
test_no_limit(void)
{
	struct talk	 t;
	enum stage	 last;

	begin(&t, &plain, S(MAIL));
	t.conf.connect_ms = t.conf.send_ms = 0;
	t.conf.read_ms = t.conf.eom_ms = 0;
	t.m.deadline = now_ms() + 30000;
	is_int(session(&t, &last), V_CONTINUE, "times of 0 are no limit");
	finish(&t);
}

static void
test_silence(void)
{
	struct script	 s = plain;
	struct talk	 t;
	enum stage	 last;

	s.at = 'R';
	s.answer = "";
	s.nanswer = 0;
	begin(&t, &s, S(MAIL));
	t.conf.read_ms = 50;
	is_int(session(&t, &last), V_FAIL, "a filter that is silent fails");
	is_int(last, STAGE_RCPT, "... where it is silent");
	ok(!conn_open(&t.m.conn) && t.m.state == M_FAILED,
	    "... and is closed for good");
	finish(&t);

	s.at = 'E';
	s.answer = "\1p";
	s.nanswer = 2;
	begin(&t, &s, S(MAIL));
	t.conf.read_ms = 50;
	is_int(session(&t, &last), V_FAIL, "progress alone is no verdict");
	finish(&t);
}

int
main(void)
{
	(void)alarm(200);
	conn_signals();
	seen = mmap(NULL, SEEN_MAX, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen == MAP_FAILED || mkdtemp(dir) == NULL) {
		printf("Bail out! %s\n", strerror(errno));
		return 1;
	}
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	test_session();
	test_versions();
	test_bits();
	test_lists();
	test_chunks();
	test_silent_libmilter();
	test_answers();
	test_edits();
	test_stale();
	test_no_limit();
	test_silence();
	(void)unlink(path);
	(void)rmdir(dir);
	return tap_end();
}
