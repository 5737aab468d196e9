/*
 * log: the one log sink
 *
 * If it breaks, log text appears in the client's dialogue (where descriptor 2
 * is its socket), a sender writes lines of his own into the log, or an admin
 * looks for a reason in vain.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "buf.h"
#include "log.h"
#include "tap.h"

static void
test_quote(void)
{
	static const struct {
		const char	*s;
		size_t		 n;
		size_t		 max;
		const char	*want;
	} cases[] = {
		{ "plain text", 10, 100, "plain text" },
		{ "", 0, 100, "" },
		{ "a\r\nb", 4, 100, "a\\x0d\\x0ab" },
		{ "a\0b", 3, 100, "a\\x00b" },
		{ "\x1b[2J", 4, 100, "\\x1b[2J" },
		{ "\"q\" \\", 5, 100, "\\\"q\\\" \\\\" },
		{ "\xc3\xa9\x7f", 3, 100, "\\xc3\\xa9\\x7f" },
		{ "abcdef", 6, 6, "abcdef" },
		{ "abcdef", 6, 5, "abcde..." },
	};
	struct buf	 b;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&b, 1000);
		log_quote(&b, cases[i].s, cases[i].n, cases[i].max);
		is_str(buf_cstr(&b), cases[i].want, "quote %zu", i);
		buf_free(&b);
	}
}

static void
test_kv(void)
{
	struct buf	 b;

	buf_init(&b, 1000);
	log_kv(&b, "a", "1", 100);
	log_kv(&b, "b", "two words", 100);
	log_kv(&b, "c", "", 100);
	log_kv(&b, "d", "x\"y", 100);
	log_kv(&b, "e", "x=y", 100);
	log_kv(&b, "f", "<a@b>", 100);
	log_kv(&b, "g", "a\nb", 100);
	log_kv(&b, "h", "x\\y", 100);
	is_str(buf_cstr(&b), "a=1 b=\"two words\" c=\"\" d=\"x\\\"y\" "
	    "e=\"x=y\" f=<a@b> g=a\\x0ab h=\"x\\\\y\"", "keys and values");
	buf_reset(&b);
	log_kv(&b, "a", "abcdef\nxx", 3);
	is_str(buf_cstr(&b), "a=abc...", "a value that is cut");
	buf_free(&b);
}

/* What fn writes to descriptor 2 after log_open, and how it ends. */
static const char *
said(void (*fn)(void), bool client, int *status)
{
	static char	 got[20000];
	ssize_t		 n = 0;
	ssize_t		 r;
	pid_t		 pid;
	int		 fd[2];
	int		 st = -1;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		exit(1);
	if ((pid = fork()) == 0) {
		(void)dup2(fd[1], STDERR_FILENO);
		if (client)
			(void)dup2(fd[1], STDIN_FILENO);
		close(fd[0]);
		close(fd[1]);
		log_open("gate", true);
		if (client)
			(void)!write(STDERR_FILENO, "libc says\n", 10);
		fn();
		_exit(0);
	}
	close(fd[1]);
	while ((r = read(fd[0], got + n, sizeof(got) - 1 - (size_t)n)) > 0)
		n += r;
	got[n] = '\0';
	(void)waitpid(pid, &st, 0);
	close(fd[0]);
	*status = WIFEXITED(st) ? WEXITSTATUS(st) : -1;
	return got;
}

static void
capture(void (*fn)(void), bool client, const char *want, int status,
    const char *name)
{
	int	 st;

	is_str(said(fn, client, &st), want, "%s", name);
	is_int(st, status, "%s: how it ends", name);
}

static void
some_lines(void)
{
	struct buf	 b;

	buf_init(&b, 1000);
	errno = ENOENT;
	log_warn("%s: line %d", "file", 7);
	log_warnx("no reason");
	log_info("information");
	log_debug("not said");
	log_dialogue("client:", "EHLO\r\n", 6);
	log_kv(&b, "session", "x y", 100);
	log_line(&b);
	log_verbose(true);
	log_debug("said");
	log_dialogue("client:", "EHLO\r\n", 6);
	buf_free(&b);
}

static void
long_line(void)
{
	static char	 text[10000];

	memset(text, 'x', sizeof(text) - 1);
	log_warnx("%s", text);
	log_warnx("next");
}

static void
journal(void)
{
	struct stat	 st;
	char		 env[64];

	(void)fstat(STDERR_FILENO, &st);
	(void)snprintf(env, sizeof(env), "%llu:%llu",
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	(void)setenv("JOURNAL_STREAM", env, 1);
	log_open("gate", true);
	log_warnx("error");
	log_info("info");
	(void)setenv("JOURNAL_STREAM", "1:2", 1);
	log_open("gate", true);
	log_info("no journal");
}

static void
hook(void)
{
	(void)!write(STDERR_FILENO, "421\n", 4);
}

static void
die(void)
{
	log_at_fatal(hook);
	errno = ENOMEM;
	fatal("memory for %s", "tests");
}

static void
nobody_reads(void)
{
	int	 fd = open("/dev/full", O_WRONLY);

	if (fd == -1)
		return;
	(void)dup2(fd, STDERR_FILENO);
	log_warnx("cannot be written");
}

static void
test_lines(void)
{
	const char	*s;
	char		 got[300];
	size_t		 n;
	int		 st;

	capture(some_lines, false, "gate: file: line 7: No such file or "
	    "directory\ngate: no reason\ngate: information\n"
	    "gate: session=\"x y\"\ngate: said\n"
	    "gate: client: EHLO\\x0d\\x0a\n", 0, "lines");
	capture(some_lines, true, "", 0,
	    "nothing reaches the client's socket");
	capture(journal, false, "<3>error\n<6>info\ngate: no journal\n", 0,
	    "priorities for the journal");
	(void)snprintf(got, sizeof(got), "gate: memory for tests: %s\n421\n",
	    strerror(ENOMEM));
	capture(die, false, got, EX_OSERR, "fatal");
	capture(nobody_reads, false, "", 0, "a log that cannot be written");
	s = said(long_line, false, &st);
	n = strcspn(s, "\n");
	ok(strncmp(s, "gate: xxxx", 10) == 0 && n > 1000 && n < 4096,
	    "a line too long is cut");
	is_str(s + n, "\ngate: next\n", "... and the next is whole");
}

int
main(void)
{
	(void)alarm(60);
	test_quote();
	test_kv();
	test_lines();
	return tap_end();
}
