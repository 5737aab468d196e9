/*
 * probe: an SMTP client that times every command.
 *
 *	probe PORT SESSIONS MESSAGES SIZE
 *
 * Opens SESSIONS connections to 127.0.0.1:PORT, one after the other, sends
 * MESSAGES mails of SIZE bytes on each, and prints one line per answered
 * command: its name and the microseconds between the write of the command and
 * the read that completed its reply.  "greeting" counts from connect(2), so
 * it holds the start of a process; "dot" counts from the write of the whole
 * content.  One write per command, TCP_NODELAY, no pipelining: the client
 * itself adds no stall.  An answer that is not 2xx or 3xx ends it with
 * status 1.
 */
#include <time.h>

#include "client.h"

static double
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static ssize_t
from_fd(void *fd, char *in, size_t n)
{
	return read(*(int *)fd, in, n);
}

static void
ask(int fd, const char *what, const char *text, size_t len)
{
	double start = now_us();
	ssize_t w;

	while (len > 0) {
		if ((w = write(fd, text, len)) <= 0)
			err(1, "%s", what);
		text += w;
		len -= (size_t)w;
	}
	get_reply(from_fd, &fd, what);
	printf("%s %.1f\n", what, now_us() - start);
}

static void
ask_line(int fd, const char *what, const char *line)
{
	ask(fd, what, line, strlen(line));
}

static char *
make_mail(size_t size, size_t *len)
{
	static const char head[] = "From: <a@bench.example>\r\n"
	    "To: <b@bench.example>\r\n"
	    "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n"
	    "Message-Id: <1@bench.example>\r\n\r\n";
	char *mail;
	size_t n = sizeof(head) - 1;

	mail = malloc(n + size + 128);
	if (mail == NULL)
		err(1, NULL);
	memcpy(mail, head, n);
	while (n < size) {
		memset(mail + n, 'X', 78);
		memcpy(mail + n + 78, "\r\n", 2);
		n += 80;
	}
	memcpy(mail + n, ".\r\n", 3);
	*len = n + 3;
	return mail;
}

int
main(int argc, char *argv[])
{
	char *mail;
	size_t len;
	unsigned long m;
	unsigned long s;
	double start;
	int fd;

	if (argc != 5)
		errx(64, "usage: probe port sessions messages size");
	mail = make_mail(strtoul(argv[4], NULL, 10), &len);
	for (s = strtoul(argv[2], NULL, 10); s > 0; s--) {
		start = now_us();
		fd = dial(strtoul(argv[1], NULL, 10));
		get_reply(from_fd, &fd, "greeting");
		printf("greeting %.1f\n", now_us() - start);
		ask_line(fd, "ehlo", "EHLO bench.example\r\n");
		for (m = strtoul(argv[3], NULL, 10); m > 0; m--) {
			ask_line(fd, "mail", "MAIL FROM:<a@bench.example>\r\n");
			ask_line(fd, "rcpt", "RCPT TO:<b@bench.example>\r\n");
			ask_line(fd, "data", "DATA\r\n");
			ask(fd, "dot", mail, len);
		}
		ask_line(fd, "quit", "QUIT\r\n");
		close(fd);
	}
	free(mail);
	return 0;
}
