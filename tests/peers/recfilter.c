/*
 * recfilter: a filter on the real libmilter that records what it is given.
 *
 *	recfilter -p socket [-o file] [-a stage[/text]=verdict] [-e edit]
 *	    [-m macros] [-P bits] [-s stage=macros]
 *
 * Every callback writes one line to the file (default: standard output) with
 * its arguments; the end of message writes the length and a digest (FNV-1a,
 * 64 bits) of the body.  With -m a second line follows with those of the named
 * macros that are visible in that callback.  Control octets are written as \n,
 * \r, \t or \xHH.  "ready" on standard output says that the socket listens.
 *
 * -a	answer of a stage: continue, accept, reject, tempfail, discard, skip, or
 *	an SMTP reply "550 5.7.1 text", its lines separated by |.  With /text
 *	only where an argument of the callback contains the text.  Stages:
 *	connect helo mail rcpt data header eoh body eom unknown.
 * -e	edit at the end of message, in the order given:
 *	addheader NAME|VALUE, insheader N NAME|VALUE, chgheader N NAME|VALUE (no
 *	VALUE: delete), addrcpt A, addrcptpar A|ARGS, delrcpt A,
 *	chgfrom A[|ARGS], replacebody TEXT (with \r \n), quarantine TEXT,
 *	progress.
 * -P	the protocol bits that are asked for (default none).
 * -s	smfi_setsymlist() for a stage of connect helo mail rcpt data eom eoh.
 *
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

#define MAXLIST	64

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
	const char	*text;		/* must occur in an argument, or NULL */
	char		*verdict;
};

struct symlist {
	enum stage	 stage;
	char		*names;
};

/* One per connection. */
struct priv {
	uint64_t	 digest;
	size_t		 length;
};

static struct answer	 answers[MAXLIST];
static size_t		 nanswers;
static struct symlist	 symlists[MAXLIST];
static size_t		 nsymlists;
static char		*edits[MAXLIST];
static size_t		 nedits;
static char		*macros[MAXLIST];
static size_t		 nmacros;
static unsigned long	 wanted;
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
		else if (c < 0x20 || c >= 0x7f)
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

/* Turn \r, \n and \\ of the command line into octets, in place. */
static size_t
unescape(char *s)
{
	char	*from = s;
	char	*to = s;

	while (*from != '\0') {
		if (*from == '\\' && from[1] != '\0') {
			from++;
			*to++ = *from == 'r' ? '\r' : *from == 'n' ? '\n' :
			    *from;
			from++;
		} else
			*to++ = *from++;
	}
	*to = '\0';
	return ((size_t)(to - s));
}

/* Set the SMTP reply "550 5.7.1 text|text" and return its verdict. */
static sfsistat
set_reply(SMFICTX *ctx, const char *verdict)
{
	char	 code[4];
	char	 text[1024];
	char	*line[4] = { NULL, NULL, NULL, NULL };
	char	*xcode;
	char	*p;
	size_t	 n;
	int	 r;

	snprintf(code, sizeof(code), "%s", verdict);
	snprintf(text, sizeof(text), "%s", verdict + 4);
	p = text;
	xcode = strsep(&p, " ");
	for (n = 0; n < 4 && p != NULL; n++)
		line[n] = strsep(&p, "|");
	if (line[1] == NULL)
		r = smfi_setreply(ctx, code, xcode, line[0]);
	else
		r = smfi_setmlreply(ctx, code, xcode, line[0], line[1],
		    line[2], line[3], NULL);
	if (r != MI_SUCCESS)
		warnx("cannot set the reply %s", verdict);
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
	if (strcmp(v, "accept") == 0)
		return (SMFIS_ACCEPT);
	if (strcmp(v, "reject") == 0)
		return (SMFIS_REJECT);
	if (strcmp(v, "tempfail") == 0)
		return (SMFIS_TEMPFAIL);
	if (strcmp(v, "discard") == 0)
		return (SMFIS_DISCARD);
	if (strcmp(v, "skip") == 0)
		return (SMFIS_SKIP);
	if (strcmp(v, "continue") == 0)
		return (SMFIS_CONTINUE);
	return (set_reply(ctx, v));
}

/* Record a callback and return what the command line says about its stage. */
static sfsistat
judge(SMFICTX *ctx, enum stage stage, char **argv)
{
	size_t	 i;

	put_line(ctx, stages[stage].name, argv);
	for (i = 0; i < nanswers; i++)
		if (answers[i].stage == stage &&
		    has_text(argv, answers[i].text))
			return (verdict_of(ctx, answers[i].verdict));
	if (wanted & stages[stage].noreply)
		return (SMFIS_NOREPLY);
	return (SMFIS_CONTINUE);
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long f0, unsigned long f1,
    unsigned long f2, unsigned long f3, unsigned long *pf0,
    unsigned long *pf1, unsigned long *pf2, unsigned long *pf3)
{
	char	 actions[32];
	char	 protocol[32];
	char	*argv[] = { actions, protocol, NULL };
	size_t	 i;

	(void)f2;
	(void)f3;
	snprintf(actions, sizeof(actions), "%lx", f0);
	snprintf(protocol, sizeof(protocol), "%lx", f1);
	put_line(NULL, "negotiate", argv);
	for (i = 0; i < nsymlists; i++)
		if (smfi_setsymlist(ctx, stages[symlists[i].stage].symlist,
		    symlists[i].names) != MI_SUCCESS)
			warnx("cannot set the macros %s", symlists[i].names);
	*pf0 = f0;
	*pf1 = wanted;
	*pf2 = *pf3 = 0;
	return (SMFIS_CONTINUE);
}

static sfsistat
on_connect(SMFICTX *ctx, char *host, struct sockaddr *sa)
{
	char		 address[128] = "unknown";
	char		 port[16] = "-";
	char		*argv[] = { host, address, port, NULL };
	struct priv	*priv;

	if ((priv = calloc(1, sizeof(*priv))) == NULL)
		err(1, "calloc");
	smfi_setpriv(ctx, priv);
	if (sa != NULL && sa->sa_family == AF_INET) {
		const struct sockaddr_in	*in = (const void *)sa;

		inet_ntop(AF_INET, &in->sin_addr, address, sizeof(address));
		snprintf(port, sizeof(port), "%d", ntohs(in->sin_port));
	} else if (sa != NULL && sa->sa_family == AF_INET6) {
		const struct sockaddr_in6	*in6 = (const void *)sa;

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
	struct priv	*priv = smfi_getpriv(ctx);

	priv->digest = 0xcbf29ce484222325U;
	priv->length = 0;
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
	struct priv	*priv = smfi_getpriv(ctx);
	char		 size[32];
	char		*argv[] = { size, NULL };
	size_t		 i;

	for (i = 0; i < length; i++) {
		priv->digest ^= data[i];
		priv->digest *= 0x100000001b3U;
	}
	priv->length += length;
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

/* Do one edit; a name the list does not know is an error of the test. */
static int
edit(SMFICTX *ctx, const char *text)
{
	char	 copy[65536];
	char	*a;
	char	*b;
	char	*word;
	size_t	 length;
	int	 n = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	length = unescape(copy);
	a = copy;
	word = strsep(&a, " ");
	if (a == NULL)
		a = copy + length;
	if (strcmp(word, "progress") == 0)
		return (smfi_progress(ctx));
	if (strcmp(word, "quarantine") == 0)
		return (smfi_quarantine(ctx, a));
	if (strcmp(word, "replacebody") == 0)
		return (smfi_replacebody(ctx, (unsigned char *)a,
		    (int)(length - (size_t)(a - copy))));
	if (strcmp(word, "insheader") == 0 || strcmp(word, "chgheader") == 0)
		n = atoi(strsep(&a, " "));
	b = a;
	a = strsep(&b, "|");
	if (strcmp(word, "addheader") == 0)
		return (smfi_addheader(ctx, a, b));
	if (strcmp(word, "insheader") == 0)
		return (smfi_insheader(ctx, n, a, b));
	if (strcmp(word, "chgheader") == 0)
		return (smfi_chgheader(ctx, a, n, b));
	if (strcmp(word, "addrcpt") == 0)
		return (smfi_addrcpt(ctx, a));
	if (strcmp(word, "addrcptpar") == 0)
		return (smfi_addrcpt_par(ctx, a, b));
	if (strcmp(word, "delrcpt") == 0)
		return (smfi_delrcpt(ctx, a));
	if (strcmp(word, "chgfrom") == 0)
		return (smfi_chgfrom(ctx, a, b));
	errx(64, "unknown edit %s", word);
}

static sfsistat
on_eom(SMFICTX *ctx)
{
	struct priv	*priv = smfi_getpriv(ctx);
	char		 body[64];
	char		*argv[] = { body, NULL };
	size_t		 i;

	snprintf(body, sizeof(body), "body %zu %016llx", priv->length,
	    (unsigned long long)priv->digest);
	for (i = 0; i < nedits; i++)
		if (edit(ctx, edits[i]) != MI_SUCCESS)
			put_line(NULL, "failed", &edits[i]);
	return (judge(ctx, S_EOM, argv));
}

static sfsistat
on_abort(SMFICTX *ctx)
{
	(void)ctx;
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

static void
add_answer(char *text)
{
	struct answer	*a = &answers[nanswers++];
	char		*where;

	if (nanswers == MAXLIST || strchr(text, '=') == NULL)
		errx(64, "-a %s", text);
	/* An equals sign may be part of /text: the last one counts. */
	a->verdict = strrchr(text, '=');
	*a->verdict++ = '\0';
	where = strsep(&text, "/");
	a->text = text;
	a->stage = stage_of(where);
}

static void
add_symlist(char *text)
{
	struct symlist	*s = &symlists[nsymlists++];
	char		*stage;

	stage = strsep(&text, "=");
	if (nsymlists == MAXLIST || text == NULL)
		errx(64, "-s %s", stage);
	s->stage = stage_of(stage);
	s->names = text;
	if (stages[s->stage].symlist == -1)
		errx(64, "no macro list for stage %s", stage);
}

static void
usage(void)
{
	fprintf(stderr, "usage: recfilter -p socket [-o file] "
	    "[-a stage[/text]=verdict]\n\t[-e edit] [-m macros] [-P bits] "
	    "[-s stage=macros]\n");
	exit(64);
}

static void
options(int argc, char **argv)
{
	const char	*socket_name = NULL;
	char		*p;
	int		 c;

	record = stdout;
	while ((c = getopt(argc, argv, "a:e:m:o:P:p:s:")) != -1) {
		switch (c) {
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
			wanted = strtoul(optarg, NULL, 0);
			break;
		case 'p':
			socket_name = optarg;
			break;
		case 's':
			add_symlist(optarg);
			break;
		default:
			usage();
		}
	}
	if (socket_name == NULL || optind != argc)
		usage();
	if (smfi_setconn((char *)(uintptr_t)socket_name) != MI_SUCCESS)
		errx(69, "%s: not a socket", socket_name);
}

int
main(int argc, char **argv)
{
	struct smfiDesc	 desc = {
		.xxfi_name = (char *)(uintptr_t)"recfilter",
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFI_CURR_ACTS,
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
	if (smfi_register(desc) != MI_SUCCESS ||
	    smfi_opensocket(true) != MI_SUCCESS)
		errx(69, "cannot listen");
	puts("ready");
	fflush(stdout);
	return (smfi_main() == MI_SUCCESS ? 0 : 70);
}
