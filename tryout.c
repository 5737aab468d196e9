/*
 * tryout - one mail from a file through the filters
 *
 * spsmtpgate -f: for an admin who wants to see why a filter did what it did.
 * The configured filters are asked as for a mail from the network, by the same
 * code; no backend is needed and nothing is delivered.  Printed are each
 * question and answer with its time, what each filter wants changed, the
 * verdict, and the difference between the mail before and after, made by
 * diff(1).
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "filters.h"
#include "greet.h"
#include "log.h"
#include "mail.h"
#include "tryout.h"

#define PIECE	16384

/* Exit statuses; others are of sysexits(3). */
enum { EXIT_ACCEPTED, EXIT_REJECTED, EXIT_TEMPFAILED, EXIT_DISCARDED,
	EXIT_QUARANTINED };

struct run {
	struct filters	 filters;
	struct macros	 macros;
	struct message	 msg;
	struct envelope	 env;
	struct reply	 reply;
	int64_t		 spent[FILTERS_MAX];	/* at the last answer */
	unsigned int	 asked[FILTERS_MAX];
	bool		 met[FILTERS_MAX];
};

static const char *
verdict_text(enum verdict v)
{
	switch (v) {
	case V_CONTINUE:
		return "continue";
	case V_ACCEPT:
		return "accept";
	case V_REJECT:
		return "reject";
	case V_TEMPFAIL:
		return "tempfail";
	case V_CLOSE:
		return "close";
	case V_DISCARD:
		return "discard";
	case V_FAIL:
		return "FAILED";
	case V_GONE:
		return "stopped";
	}
	return "?";
}

/* Text of a filter: nothing of it may act on the terminal or the layout. */
static void
print_harmless(const char *s)
{
	for (; *s != '\0'; s++)
		putchar((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s);
}

/* One answer of one filter. */
static void
print_answer(void *arg, const struct milter *m, enum stage stage,
    enum verdict v, const struct reply *r, const struct edits *es)
{
	struct run	*run = arg;
	size_t		 k = (size_t)(m - run->filters.m);
	unsigned int	 asked = m->asked - run->asked[k];
	int64_t		 ms = m->spent_ms - run->spent[k];
	struct buf	 b;
	size_t		 i;

	run->asked[k] = m->asked;
	run->spent[k] = m->spent_ms;
	if (!run->met[k] && v == V_CONTINUE) {
		run->met[k] = true;
		printf("%-8s %-16s version %u %5lld ms\n", "open",
		    m->conf->name, m->version, (long long)ms);
		return;
	}
	printf("%-8s %-16s ", stage_name(stage), m->conf->name);
	if (asked == 0 && v == V_CONTINUE) {
		puts("not asked");
		return;
	}
	printf("%-9s %5lld ms", verdict_text(v), (long long)ms);
	if (asked > 1)
		printf("  %u events", asked);
	buf_init(&b, 131072);
	if (r->code != 0) {
		reply_put(r, &b);
		printf("  %.*s", (int)strcspn(buf_cstr(&b), "\r"),
		    buf_ptr(&b));
	}
	puts(m->conf->monitor ? "  (monitor)" : "");
	for (i = 0; stage == STAGE_EOM; i++) {
		buf_reset(&b);
		if (!edits_text(es, i, &b))
			break;
		printf("%26s", "");
		print_harmless(buf_cstr(&b));
		putchar('\n');
	}
	buf_free(&b);
}

/* The file as canonical text into the message; -1 when it cannot be read. */
static int
read_mail(struct run *run, const char *file)
{
	struct textin	 t;
	struct buf	 in;
	struct buf	 out;
	ssize_t		 n = -1;
	int		 fd;

	fd = strcmp(file, "-") == 0 ? STDIN_FILENO :
	    open(file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	textin_init(&t);
	buf_init(&in, PIECE);
	buf_init(&out, 2 * PIECE + 2);
	while ((n = read(fd, buf_reserve(&in, PIECE), PIECE)) > 0) {
		textin_feed(&t, buf_ptr(&in), (size_t)n, &out);
		message_feed(&run->msg, buf_ptr(&out), buf_len(&out));
		buf_reset(&out);
	}
	textin_end(&t, &out);
	message_feed(&run->msg, buf_ptr(&out), buf_len(&out));
	message_end(&run->msg, t.dotlines);
	buf_free(&in);
	buf_free(&out);
	if (fd != STDIN_FILENO)
		close(fd);
	return n == -1 ? -1 : 0;
}

/* A nameless file with the mail as it is now; -1 on error. */
static int
snapshot(const struct run *run, const char *dir)
{
	struct spool	 s;
	struct buf	 b;
	off_t		 off;
	int		 fd = -1;

	spool_init(&s, dir, PIECE);
	buf_init(&b, run->msg.text.max + PIECE);
	message_header(&run->msg, &b);
	for (off = 0; ; off += PIECE) {
		if (spool_put(&s, buf_ptr(&b), buf_len(&b)) == -1)
			break;
		buf_reset(&b);
		if (off >= spool_size(&run->msg.body)) {
			if (spool_file(&s) == 0)
				fd = dup(s.fd);
			break;
		}
		if (spool_read(&run->msg.body, off, PIECE, &b) == -1)
			break;
	}
	buf_free(&b);
	spool_free(&s);
	if (fd == -1)
		log_warnx("the spool %s cannot be used", dir);
	return fd;
}

/* diff(1) of two descriptors. */
static void
print_diff(int before, int after)
{
	char	 a[32];
	char	 b[32];
	pid_t	 pid;
	int	 status = 0;

	puts("\nchanges:");
	(void)fflush(stdout);
	(void)snprintf(a, sizeof(a), "/dev/fd/%d", before);
	(void)snprintf(b, sizeof(b), "/dev/fd/%d", after);
	switch (pid = fork()) {
	case -1:
		log_warn("fork");
		return;
	case 0:
		execlp("diff", "diff", "-u", "--strip-trailing-cr", "--label",
		    "as it came", "--label", "as it would be delivered", a, b,
		    (char *)NULL);
		_exit(127);
	default:
		break;
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		puts("  none in the mail");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		puts("  cannot be shown: diff(1) is not installed");
}

/* One question with a payload of strings. */
static enum verdict
ask(struct run *run, enum stage stage, const char *text)
{
	struct buf	 b;
	enum verdict	 v;

	buf_init(&b, 4096);
	if (text != NULL)
		buf_put_str(&b, text);
	v = filters_event(&run->filters, stage, &b, &run->macros,
	    &run->reply);
	buf_free(&b);
	return v;
}

/* MAIL or RCPT. */
static enum verdict
ask_address(struct run *run, enum stage stage, const char *addr)
{
	struct path	 p;
	struct buf	 b;
	enum verdict	 v;

	if (smtp_parse_addr(addr, &p) != PATH_OK ||
	    (p.addr[0] == '\0' && stage == STAGE_RCPT)) {
		log_warnx("%s: expected an address", addr);
		return V_GONE;
	}
	macro_set(&run->macros, stage == STAGE_MAIL ? "{mail_addr}" :
	    "{rcpt_addr}", p.addr);
	buf_init(&b, 2048);
	buf_printf(&b, "<%s>", p.addr);
	v = ask(run, stage, buf_cstr(&b));
	buf_free(&b);
	if (stage == STAGE_MAIL)
		env_set_from(&run->env, &p);
	else if (v == V_CONTINUE)
		env_add(&run->env, &p, RCPT_HELD);
	return v;
}

/* Date and Message-ID. */
static void
set_mail_macros(struct run *run)
{
	struct buf	 b;

	buf_init(&b, MACRO_VALUE_MAX * 2);
	mail_date(&b);
	macro_set(&run->macros, "b", buf_cstr(&b));
	buf_reset(&b);
	if (message_value(&run->msg, "Message-ID", &b))
		macro_set(&run->macros, "{msg_id}", buf_cstr(&b));
	buf_free(&b);
}

/* Everything before the mail itself. */
static enum verdict
ask_envelope(struct run *run, const struct tryout *t, struct peer *peer)
{
	enum verdict	 v;
	enum verdict	 one;
	struct buf	 b;
	size_t		 i;

	v = filters_open(&run->filters, &run->reply);
	if (v == V_CONTINUE && peer_name(peer) != IO_OK)
		v = V_GONE;
	if (v == V_CONTINUE) {
		greet_names(&run->macros, peer);
		buf_init(&b, 1024);
		greet_payload(peer, &b);
		v = filters_event(&run->filters, STAGE_CONNECT, &b,
		    &run->macros, &run->reply);
		buf_free(&b);
	}
	if (v == V_CONTINUE) {
		macro_set(&run->macros, "s", t->helo);
		macro_set(&run->macros, "r", "ESMTP");
		v = ask(run, STAGE_HELO, t->helo);
	}
	if (v != V_CONTINUE)
		return v;
	macro_set(&run->macros, "i", "TRYOUT0001");
	macro_set(&run->macros, "{mail_mailer}", "smtp");
	macro_set(&run->macros, "{rcpt_mailer}", "smtp");
	set_mail_macros(run);
	macro_set(&run->macros, "{auth_type}", t->user != NULL ? "PLAIN" :
	    NULL);
	macro_set(&run->macros, "{auth_authen}", t->user);
	run->filters.id = "TRYOUT0001";
	v = ask_address(run, STAGE_MAIL, t->from);
	for (i = 0; i < t->nto && v == V_CONTINUE; i++) {
		one = ask_address(run, STAGE_RCPT, t->to[i]);
		/* A refused recipient is only that, if another is left. */
		if (one == V_DISCARD || one == V_CLOSE || one == V_GONE)
			v = one;
		else if (one != V_CONTINUE && i + 1 == t->nto &&
		    env_wanted(&run->env) == 0)
			v = one;
	}
	return v == V_CONTINUE ? ask(run, STAGE_DATA, NULL) : v;
}

static void
print_envelope(const struct run *run)
{
	size_t	 i;

	printf("sender:    <%s>\n", run->env.from);
	for (i = 0; i < run->env.n; i++)
		printf("recipient: <%s>%s\n", run->env.rcpt[i].addr,
		    run->env.rcpt[i].state == RCPT_NEW ? "  (added)" :
		    run->env.rcpt[i].state == RCPT_EXTRA ? "  (removed)" : "");
}

static int
print_verdict(struct run *run, enum verdict v)
{
	struct buf	 b;
	int		 status = EXIT_ACCEPTED;

	buf_init(&b, 131072);
	if (run->reply.code != 0)
		reply_put(&run->reply, &b);
	printf("\nverdict:   ");
	switch (v) {
	case V_REJECT:
		status = EXIT_REJECTED;
		break;
	case V_TEMPFAIL:
	case V_CLOSE:
	case V_FAIL:
		status = EXIT_TEMPFAILED;
		break;
	case V_DISCARD:
		status = EXIT_DISCARDED;
		break;
	case V_GONE:
		status = EX_DATAERR;
		break;
	case V_CONTINUE:
	case V_ACCEPT:
		break;
	}
	if (status == EXIT_ACCEPTED && run->filters.quarantine != NULL) {
		printf("quarantine by %s: ", run->filters.quarantine);
		print_harmless(run->filters.reason);
		putchar('\n');
		status = EXIT_QUARANTINED;
	} else if (status == EXIT_ACCEPTED) {
		puts("accept");
	} else {
		printf("%s by %s\n%s", verdict_text(v),
		    run->filters.by != NULL ? run->filters.by : "the gate",
		    buf_cstr(&b));
	}
	buf_free(&b);
	return status;
}

static void
init(struct run *run, struct config *c, const struct tryout *t,
    struct peer *peer)
{
	memset(run, 0, sizeof(*run));
	memset(peer, 0, sizeof(*peer));
	peer->remote.family = strchr(t->client, ':') != NULL ? AF_INET6 :
	    AF_INET;
	peer->remote.port = 4711;
	(void)strlcpy(peer->remote.addr, t->client,
	    sizeof(peer->remote.addr));
	filters_init(&run->filters, c, INT64_MAX);
	filters_skip(&run->filters, t->client, false);
	filters_trace(&run->filters, print_answer, run);
	greet_macros(&run->macros, c, peer);
	message_init(&run->msg, c->spool_dir, (size_t)c->spool_memory,
	    (size_t)c->max_header);
	env_init(&run->env);
	reply_init(&run->reply);
}

static int
run_mail(struct run *run, struct config *c, const struct tryout *t,
    struct peer *peer)
{
	enum verdict	 v;
	int		 before;
	int		 after = -1;
	int		 status;

	if ((before = snapshot(run, c->spool_dir)) == -1)
		return EX_CANTCREAT;
	if (filters_left(&run->filters))
		peer_lookup(peer, c->lookup_ms);
	v = ask_envelope(run, t, peer);
	peer_forget(peer);
	if (v == V_CONTINUE)
		v = filters_finish(&run->filters, &run->msg, &run->env,
		    &run->macros, EXT_CROSS, &run->reply);
	if (v == V_CONTINUE && run->filters.quarantine == NULL &&
	    env_wanted(&run->env) == 0) {
		reply_set(&run->reply, 250, "2.0.0", "OK, no recipient left");
		v = V_DISCARD;
	}
	status = v == V_GONE ? EX_DATAERR : print_verdict(run, v);
	if (v == V_CONTINUE) {
		print_envelope(run);
		if ((after = snapshot(run, c->spool_dir)) != -1) {
			print_diff(before, after);
			close(after);
		}
	}
	close(before);
	return status;
}

/* A mail that would not get as far as to the filters. */
static int
trouble(const struct message *m, const struct config *c, const char *file)
{
	switch (m->trouble) {
	case MSG_SPOOL:
		log_warnx("spool %s: %s", c->spool_dir,
		    strerror(m->body.error));
		return EX_CANTCREAT;
	case MSG_HEADER:
		log_warnx("%s: header too large", file);
		break;
	case MSG_HOPS:
		log_warnx("%s: too many Received fields", file);
		break;
	case MSG_OK:
		break;
	}
	return EX_NOINPUT;
}

int
tryout_run(struct config *c, const struct tryout *t)
{
	static struct run	 run;
	struct net		 net;
	struct peer		 peer;
	int			 status = EX_NOINPUT;

	if (!net_parse(&net, t->client) || strchr(t->client, '/') != NULL) {
		log_warnx("--client %s: expected an IP address", t->client);
		return EX_USAGE;
	}
	if (c->nfilter == 0) {
		log_warnx("no filter is configured");
		return EX_CONFIG;
	}
	init(&run, c, t, &peer);
	if (read_mail(&run, t->file) == -1)
		log_warn("%s", t->file);
	else if (run.msg.trouble != MSG_OK)
		status = trouble(&run.msg, c, t->file);
	else
		status = run_mail(&run, c, t, &peer);
	filters_close(&run.filters);
	message_free(&run.msg);
	env_free(&run.env);
	macros_free(&run.macros);
	reply_free(&run.reply);
	return status;
}
