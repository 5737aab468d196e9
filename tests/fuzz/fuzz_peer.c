/*
 * fuzz_peer - the environment that a launcher leaves
 *
 * Each line is a variable, "NAME=value".  Descriptors 0 and 1 are /dev/null.
 * Checked: an address is one, and in the one form that all use; a name is a
 * host name.
 */
#include <fcntl.h>

#include "fuzz.h"
#include "peer.h"
#include "smtp.h"

int	 LLVMFuzzerInitialize(int *, char ***);

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
		fuzz_side(&p.remote);
		fuzz_side(&p.local);
		fuzz_check(p.ptr[0] == '\0' || smtp_valid_hostname(p.ptr),
		    "name is a host name");
		peer_tagged(&p.remote, &b);
		peer_literal(&p.remote, &b);
		fuzz_check(!b.bad, "address fits");
	}
	buf_free(&b);
	return 0;
}
