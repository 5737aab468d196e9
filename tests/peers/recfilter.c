/*
 * recfilter: a filter on the real libmilter that records what it is given.
 *
 *	recfilter -p socket [-o file] [-A actions] [-a stage[#n][/text]=answer]
 *	    [-e edit] [-m macros] [-P bits] [-s stage=macros]
 *
 * Every callback writes one line to the file (default: standard output) with
 * its arguments; the end of message writes the length and a digest (FNV-1a,
 * 64 bits) of the body that the callbacks were given.  With -m a second line
 * follows with those of the named macros that are visible in that callback.
 * Octets that are not printable are written as \n, \r, \t or \xHH.  "ready" on
 * standard output says that the socket listens.
 *
 * -a	answer of a stage: continue, accept, reject, tempfail, discard, skip, or
 *	an SMTP reply "550 5.7.1 text", its lines separated by |.  With #n only
 *	the nth time that this connection comes there, with /text only where an
 *	argument of the callback contains the text.  The first that fits counts.
 *	Stages: connect helo mail rcpt data header eoh body eom unknown.
 * -e	edit at each end of message, in the order given:
 *	addheader NAME|VALUE, insheader N NAME|VALUE, chgheader N NAME|VALUE (no
 *	VALUE: delete), addrcpt A, addrcptpar A|ARGS, delrcpt A,
 *	chgfrom A[|ARGS], replacebody TEXT, quarantine TEXT, progress.
 *	\r, \n, \t, \\ and \xHH stand for octets.  One that libmilter refuses is
 *	recorded as "failed".
 * -A	the actions, -P the protocol bits that are asked for (default all that
 *	are offered, and none).
 * -s	smfi_setsymlist() for a stage of connect helo mail rcpt data eom eoh.
 *
 * No callback needs another before it, since any may have been negotiated away.
 * Test code: it trusts its command line and keeps one record for all
 * connections.
 */

#include <sys/types.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <err.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

#define MAXLIST		256
#define MAXLINES	32
#define FNV_START	0xcbf29ce484222325U
#define FNV_PRIME	0x100000001b3U

enum stage {
	S_CONNECT, S_HELO, S_MAIL, S_RCPT, S_DATA, S_HEADER, S_EOH, S_BODY,
	S_EOM, S_UNKNOWN, S_MAX
};

static const struct {
	const char	*name;
	unsigned long	 noreply;	/* SMFIP_NR_* */
	int		 symlist;	/* SMFIM_* or -1 */
} stages[S_MAX] = {
	{ "connect",	SMFIP_NR_CONN,	SMFIM_CONNECT },
	{ "helo",	SMFIP_NR_HELO,	SMFIM_HELO },
	{ "mail",	SMFIP_NR_MAIL,	SMFIM_ENVFROM },
	{ "rcpt",	SMFIP_NR_RCPT,	SMFIM_ENVRCPT },
	{ "data",	SMFIP_NR_DATA,	SMFIM_DATA },
	{ "header",	SMFIP_NR_HDR,	-1 },
	{ "eoh",	SMFIP_NR_EOH,	SMFIM_EOH },
	{ "body",	SMFIP_NR_BODY,	-1 },
	{ "eom",	0,		SMFIM_EOM },
	{ "unknown",	SMFIP_NR_UNKN,	-1 },
};

struct answer {
	enum stage	 stage;
	unsigned int	 nth;		/* 0: each time */
	const char	*text;		/* NULL: whatever the arguments are */
	const char	*verdict;
};

struct conn {
	unsigned int	 seen[S_MAX];
	uint64_t	 digest;
	size_t		 length;
};

static struct answer	 answers[MAXLIST];
static size_t		 nanswers;
static struct {
	enum stage	 stage;
	char		*names;
}			 symlists[S_MAX];
static size_t		 nsymlists;
static char		*edits[MAXLIST];
static size_t		 nedits;
static char		*macros[MAXLIST];
static size_t		 nmacros;
static unsigned long	 actions = SMFI_CURR_ACTS;
static unsigned long	 protocol;
static FILE		*record;
static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;

static void
put_escaped(const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char	 c = (unsigned char)*s;

		if (c == '\n')
			fputs("\\n", record);
		else if (c == '\r')
			fputs("\\r", record);
		else if (c == '\t')
			fputs("\\t", record);
		else if (c == '\\')
			fputs("\\\\", record);
		else if (c < ' ' || c > '~')
			fprintf(record, "\\x%02x", c);
		else
			fputc(c, record);
	}
}

/* Write the line of a callback: its name, then the arguments up to NULL. */
static void
put_line(SMFICTX *ctx, const char *name, char **argv)
{
	const char	*value;
	const char	*between = "  macros ";
	size_t		 i;

	pthread_mutex_lock(&lock);
	fputs(name, record);
	for (; argv != NULL && *argv != NULL; argv++) {
		fputc(' ', record);
		put_escaped(*argv);
	}
	fputc('\n', record);
	for (i = 0; ctx != NULL && i < nmacros; i++) {
		if ((value = smfi_getsymval(ctx, macros[i])) == NULL)
			continue;
		fprintf(record, "%s%s=", between, macros[i]);
		put_escaped(value);
		between = " ";
	}
	if (*between == ' ' && between[1] == '\0')
		fputc('\n', record);
	fflush(record);
	pthread_mutex_unlock(&lock);
}

static struct conn *
conn_of(SMFICTX *ctx)
{
	struct conn	*c = smfi_getpriv(ctx);

	if (c == NULL) {
		if ((c = calloc(1, sizeof(*c))) == NULL)
			err(1, "calloc");
		c->digest = FNV_START;
		smfi_setpriv(ctx, c);
	}
	return (c);
}

static void
new_message(SMFICTX *ctx)
{
	struct conn	*c = conn_of(ctx);

	c->digest = FNV_START;
	c->length = 0;
}

/* Octets for \r \n \t \\ \xHH, in place; returns how many are left. */
static size_t
unescape(char *s)
{
	char	*from;
	char	*to = s;
	char	 hex[3] = "";

	for (from = s; *from != '\0'; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		switch (*++from) {
		case 'r':
			*to++ = '\r';
			break;
		case 'n':
			*to++ = '\n';
			break;
		case 't':
			*to++ = '\t';
			break;
		case 'x':
			memcpy(hex, from + 1, 2);
			*to++ = (char)strtol(hex, NULL, 16);
			from += 2;
			break;
		default:
			*to++ = *from;
		}
	}
	*to = '\0';
	return ((size_t)(to - s));
}

/* "550 5.7.1 text|text": sets the reply, returns the verdict for it. */
static sfsistat
set_reply(SMFICTX *ctx, const char *verdict)
{
	char	 text[2048];
	char	*l[MAXLINES] = { NULL };
	char	*code;
	char	*xcode;
	char	*p = text;
	size_t	 n;
	int	 r;

	snprintf(text, sizeof(text), "%s", verdict);
	code = strsep(&p, " ");
	xcode = strsep(&p, " ");
	for (n = 0; n < MAXLINES && p != NULL; n++)
		l[n] = strsep(&p, "|");
	if (n == 1)
		r = smfi_setreply(ctx, code, xcode, l[0]);
	else
		r = smfi_setmlreply(ctx, code, xcode, l[0], l[1], l[2], l[3],
		    l[4], l[5], l[6], l[7], l[8], l[9], l[10], l[11], l[12],
		    l[13], l[14], l[15], l[16], l[17], l[18], l[19], l[20],
		    l[21], l[22], l[23], l[24], l[25], l[26], l[27], l[28],
		    l[29], l[30], l[31], NULL);
	if (r != MI_SUCCESS)
		errx(64, "cannot set the reply %s", verdict);
	return (*code == '4' ? SMFIS_TEMPFAIL : SMFIS_REJECT);
}

static bool
has_text(char **argv, const char *text)
{
	if (text == NULL)
		return (true);
	for (; argv != NULL && *argv != NULL; argv++)
		if (strstr(*argv, text) != NULL)
			return (true);
	return (false);
}

static sfsistat
verdict_of(SMFICTX *ctx, const char *v)
{
	static const struct {
		const char	*name;
		sfsistat	 verdict;
	} verdicts[] = {
		{ "continue", SMFIS_CONTINUE }, { "accept", SMFIS_ACCEPT },
		{ "reject", SMFIS_REJECT }, { "tempfail", SMFIS_TEMPFAIL },
		{ "discard", SMFIS_DISCARD }, { "skip", SMFIS_SKIP },
	};
	size_t	 i;

	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++)
		if (strcmp(v, verdicts[i].name) == 0)
			return (verdicts[i].verdict);
	return (set_reply(ctx, v));
}

/* Record a callback; its answer is what the command line says. */
static sfsistat
judge(SMFICTX *ctx, enum stage stage, char **argv)
{
	unsigned int		 nth = ++conn_of(ctx)->seen[stage];
	const struct answer	*a;
	sfsistat		 r;

	put_line(ctx, stages[stage].name, argv);
	for (a = answers; a < answers + nanswers; a++)
		if (a->stage == stage && (a->nth == 0 || a->nth == nth) &&
		    has_text(argv, a->text)) {
			r = verdict_of(ctx, a->verdict);
			/* Whoever decides may not hear of this mail again. */
			if (r != SMFIS_CONTINUE && r != SMFIS_SKIP)
				new_message(ctx);
			return (r);
		}
	if (protocol & stages[stage].noreply)
		return (SMFIS_NOREPLY);
	return (SMFIS_CONTINUE);
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long f0, unsigned long f1,
    unsigned long f2, unsigned long f3, unsigned long *pf0,
    unsigned long *pf1, unsigned long *pf2, unsigned long *pf3)
{
	char	 offer[64];
	char	*argv[] = { offer, NULL };
	size_t	 i;

	(void)f2;
	(void)f3;
	snprintf(offer, sizeof(offer), "%lx %lx", f0, f1);
	put_line(NULL, "negotiate", argv);
	for (i = 0; i < nsymlists; i++)
		if (smfi_setsymlist(ctx, stages[symlists[i].stage].symlist,
		    symlists[i].names) != MI_SUCCESS)
			errx(64, "cannot set the macros %s",
			    symlists[i].names);
	*pf0 = f0 & actions;
	*pf1 = protocol;
	*pf2 = *pf3 = 0;
	return (SMFIS_CONTINUE);
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, struct sockaddr *sa)
{
	char		 address[INET6_ADDRSTRLEN] = "unknown";
	char		 port[16] = "-";
	char		*argv[] = { host, address, port, NULL };
	const void	*raw = sa;

	if (sa != NULL && sa->sa_family == AF_INET) {
		const struct sockaddr_in	*in = raw;

		inet_ntop(AF_INET, &in->sin_addr, address, sizeof(address));
		snprintf(port, sizeof(port), "%d", ntohs(in->sin_port));
	} else if (sa != NULL && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6	*in6 = raw;

		inet_ntop(AF_INET6, &in6->sin6_addr, address,
		    sizeof(address));
		snprintf(port, sizeof(port), "%d", ntohs(in6->sin6_port));
	} else if (sa != NULL)
		snprintf(address, sizeof(address), "family %d",
		    sa->sa_family);
	return (judge(ctx, S_CONNECT, argv));
}

static sfsistat
on_helo(SMFICTX *ctx, char *name)
{
	char	*argv[] = { name, NULL };

	return (judge(ctx, S_HELO, argv));
}

static sfsistat
on_mail(SMFICTX *ctx, char **argv)
{
	return (judge(ctx, S_MAIL, argv));
}

static sfsistat
on_rcpt(SMFICTX *ctx, char **argv)
{
	return (judge(ctx, S_RCPT, argv));
}

static sfsistat
on_data(SMFICTX *ctx)
{
	return (judge(ctx, S_DATA, NULL));
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	char		*argv[] = { NULL, NULL };
	sfsistat	 r;

	if (asprintf(&argv[0], "%s|%s", name, value) == -1)
		err(1, "asprintf");
	r = judge(ctx, S_HEADER, argv);
	free(argv[0]);
	return (r);
}

static sfsistat
on_eoh(SMFICTX *ctx)
{
	return (judge(ctx, S_EOH, NULL));
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *data, size_t length)
{
	struct conn	*c = conn_of(ctx);
	char		 size[32];
	char		*argv[] = { size, NULL };
	size_t		 i;

	for (i = 0; i < length; i++)
		c->digest = (c->digest ^ data[i]) * FNV_PRIME;
	c->length += length;
	snprintf(size, sizeof(size), "%zu", length);
	return (judge(ctx, S_BODY, argv));
}

static sfsistat
on_unknown(SMFICTX *ctx, const char *line)
{
	char		*argv[] = { NULL, NULL };
	sfsistat	 r;

	if ((argv[0] = strdup(line)) == NULL)
		err(1, "strdup");
	r = judge(ctx, S_UNKNOWN, argv);
	free(argv[0]);
	return (r);
}

static int
edit(SMFICTX *ctx, char *text)
{
	char	*word = strsep(&text, " ");
	char	*a;
	size_t	 length;
	int	 n = 0;

	if (strcmp(word, "progress") == 0)
		return (smfi_progress(ctx));
	if (strcmp(word, "insheader") == 0 || strcmp(word, "chgheader") == 0)
		n = atoi(strsep(&text, " "));
	a = strsep(&text, "|");
	length = unescape(a);
	if (text != NULL)
		unescape(text);
	if (strcmp(word, "addheader") == 0)
		return (smfi_addheader(ctx, a, text));
	if (strcmp(word, "insheader") == 0)
		return (smfi_insheader(ctx, n, a, text));
	if (strcmp(word, "chgheader") == 0)
		return (smfi_chgheader(ctx, a, n, text));
	if (strcmp(word, "addrcpt") == 0)
		return (smfi_addrcpt(ctx, a));
	if (strcmp(word, "addrcptpar") == 0)
		return (smfi_addrcpt_par(ctx, a, text));
	if (strcmp(word, "delrcpt") == 0)
		return (smfi_delrcpt(ctx, a));
	if (strcmp(word, "chgfrom") == 0)
		return (smfi_chgfrom(ctx, a, text));
	if (strcmp(word, "replacebody") == 0)
		return (smfi_replacebody(ctx, (unsigned char *)a, (int)length));
	if (strcmp(word, "quarantine") == 0)
		return (smfi_quarantine(ctx, a));
	errx(64, "unknown edit %s", word);
}

static sfsistat
on_eom(SMFICTX *ctx)
{
	struct conn	*c = conn_of(ctx);
	char		 body[64];
	char		*argv[] = { body, NULL };
	char		*copy;
	size_t		 i;

	snprintf(body, sizeof(body), "body %zu %016llx", c->length,
	    (unsigned long long)c->digest);
	for (i = 0; i < nedits; i++) {
		if ((copy = strdup(edits[i])) == NULL)
			err(1, "strdup");
		if (edit(ctx, copy) != MI_SUCCESS)
			put_line(NULL, "failed", (char *[]){ edits[i], NULL });
		free(copy);
	}
	new_message(ctx);
	return (judge(ctx, S_EOM, argv));
}

static sfsistat
on_abort(SMFICTX *ctx)
{
	new_message(ctx);
	put_line(NULL, "abort", NULL);
	return (SMFIS_CONTINUE);
}

static sfsistat
on_close(SMFICTX *ctx)
{
	put_line(NULL, "close", NULL);
	free(smfi_getpriv(ctx));
	smfi_setpriv(ctx, NULL);
	return (SMFIS_CONTINUE);
}

static enum stage
stage_of(const char *name)
{
	unsigned int	 i;

	for (i = 0; i < S_MAX; i++)
		if (strcmp(stages[i].name, name) == 0)
			return ((enum stage)i);
	errx(64, "unknown stage %s", name);
}

/* stage[#n][/text]=answer; the last = counts, since text may have some. */
static void
add_answer(char *s)
{
	struct answer	*a = &answers[nanswers++];
	char		*where;
	char		*p;

	if (nanswers == MAXLIST || (p = strrchr(s, '=')) == NULL)
		errx(64, "-a %s", s);
	*p++ = '\0';
	a->verdict = p;
	where = strsep(&s, "/");
	a->text = s;
	p = strsep(&where, "#");
	a->stage = stage_of(p);
	a->nth = where != NULL ? (unsigned int)atoi(where) : 0;
}

static void
add_symlist(char *s)
{
	char	*name = strsep(&s, "=");

	if (nsymlists == S_MAX || s == NULL ||
	    stages[stage_of(name)].symlist == -1)
		errx(64, "-s %s", name);
	symlists[nsymlists].stage = stage_of(name);
	symlists[nsymlists++].names = s;
}

static void
usage(void)
{
	fprintf(stderr, "usage: recfilter -p socket [-o file] [-A actions] "
	    "[-a stage[#n][/text]=answer]\n\t[-e edit] [-m macros] [-P bits] "
	    "[-s stage=macros]\n");
	exit(64);
}

static void
options(int argc, char **argv)
{
	bool	 listens = false;
	char	*p;
	int	 c;

	record = stdout;
	while ((c = getopt(argc, argv, "A:a:e:m:o:P:p:s:")) != -1) {
		switch (c) {
		case 'A':
			actions = strtoul(optarg, NULL, 0);
			break;
		case 'a':
			add_answer(optarg);
			break;
		case 'e':
			if (nedits == MAXLIST)
				errx(64, "too many edits");
			edits[nedits++] = optarg;
			break;
		case 'm':
			for (p = optarg; p != NULL && nmacros < MAXLIST;)
				macros[nmacros++] = strsep(&p, " ");
			break;
		case 'o':
			if ((record = fopen(optarg, "a")) == NULL)
				err(73, "%s", optarg);
			break;
		case 'P':
			protocol = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			listens = smfi_setconn(optarg) == MI_SUCCESS;
			break;
		case 's':
			add_symlist(optarg);
			break;
		default:
			usage();
		}
	}
	if (!listens || optind != argc)
		usage();
}

int
main(int argc, char **argv)
{
	struct smfiDesc	 desc = {
		.xxfi_name = (char *)(uintptr_t)"recfilter",
		.xxfi_version = SMFI_VERSION,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_rcpt,
		.xxfi_header = on_header,
		.xxfi_eoh = on_eoh,
		.xxfi_body = on_body,
		.xxfi_eom = on_eom,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_unknown = on_unknown,
		.xxfi_data = on_data,
		.xxfi_negotiate = on_negotiate,
	};

	options(argc, argv);
	desc.xxfi_flags = actions;
	if (smfi_register(desc) != MI_SUCCESS ||
	    smfi_opensocket(true) != MI_SUCCESS)
		errx(69, "cannot listen");
	puts("ready");
	fflush(stdout);
	return (smfi_main() == MI_SUCCESS ? 0 : 70);
}
