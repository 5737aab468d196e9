/*
 * fuzz_peer - the environment that a launcher leaves
 *
 * Each line is a variable, "NAME=value".  Descriptors 0 and 1 are /dev/null.
 * Checked: an address is one, and in the one form that all use; a name is a
 * host name.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <fcntl.h>

#include "fuzz.h"
#include "peer.h"
#include "smtp.h"

int	 LLVMFuzzerInitialize(int *, char ***);

static void
check_side(const struct side *s)
{
	unsigned char	 a[16];
	char		 text[INET6_ADDRSTRLEN];

	if (s->addr[0] == '\0')
		return;
	fuzz_check(s->family == AF_INET || s->family == AF_INET6, "family");
	fuzz_check(inet_pton(s->family, s->addr, a) == 1, "address is one");
	fuzz_check(inet_ntop(s->family, a, text, sizeof(text)) != NULL &&
	    strcmp(text, s->addr) == 0, "address is in its one form");
	fuzz_check(strncmp(s->addr, "::ffff:", 7) != 0 ||
	    strchr(s->addr, '.') == NULL, "IPv4 is IPv4");
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int	 fd = open("/dev/null", O_RDWR);

	(void)argc;
	(void)argv;
	/* 1 stays: results go there, and only 0 is asked who it is. */
	(void)dup2(fd, STDIN_FILENO);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct peer	 p;
	struct buf	 b;
	char		*s;
	char		*value;

	clearenv();
	while ((s = fuzz_line(&data, &size)) != NULL) {
		value = strchr(s, '=');
		if (value != NULL && value > s) {
			*value = '\0';
			(void)setenv(s, value + 1, 1);
		}
		free(s);
	}
	buf_init(&b, 200);
	if (peer_init(&p) == 0) {
		check_side(&p.remote);
		check_side(&p.local);
		fuzz_check(p.ptr[0] == '\0' || smtp_valid_hostname(p.ptr),
		    "name is a host name");
		peer_tagged(&p.remote, &b);
		peer_literal(&p.remote, &b);
		fuzz_check(!b.bad, "address fits");
	}
	buf_free(&b);
	return 0;
}
