/*
 * slots - connections of one address at once
 *
 * For launchers that do not count by address.  The processes share one empty
 * file, sessions in RuntimeDir, and each locks one byte of it: the address says
 * where its bytes are, and the first that is free is this connection's.  A lock
 * goes with its process, whatever ends it; so nothing is written, nothing can
 * be out of date, and nothing has to be tidied up.
 *
 * An IPv6 client has a network of 64 bits to choose its address from: that is
 * what counts.  Two networks may share their bytes, about as often as one
 * address in 2^46 is guessed.
 */
#include <arpa/inet.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "slots.h"

#define SLOT_BITS	16	/* room for the slots of one address */

/* Where the bytes of this address are, or -1. */
static off_t
place(const char *addr)
{
	unsigned char	 a[16];
	uint64_t	 n = 0;
	size_t		 i;

	if (inet_pton(AF_INET, addr, a) == 1) {
		for (i = 0; i < 4; i++)
			n = n << 8 | a[i];
		return (off_t)(n << SLOT_BITS);
	}
	if (inet_pton(AF_INET6, addr, a) != 1)
		return -1;
	for (i = 0; i < 8; i++)
		n = n << 8 | a[i];
	/* Fibonacci hashing: 46 bits, above all of IPv4. */
	n = n * 0x9e3779b97f4a7c15u >> 18;
	return (off_t)((uint64_t)1 << 62 | n << SLOT_BITS);
}

static int
open_file(const char *dir)
{
	char	 path[PATH_MAX];
	int	 fd;

	if (*dir == '\0') {
		log_warnx("MaxPerAddress: no RuntimeDir to count in");
		return -1;
	}
	if ((size_t)snprintf(path, sizeof(path), "%s/sessions", dir) >=
	    sizeof(path))
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		log_warn("MaxPerAddress: %s", path);
	return fd;
}

enum slot
slot_take(const char *dir, const char *addr, int64_t max)
{
	static int	 held = -1;
	struct flock	 lock;
	off_t		 at = place(addr);
	int64_t		 i;

	if (held != -1)
		close(held);
	held = -1;
	if (at == -1 || (held = open_file(dir)) == -1)
		return SLOT_ERROR;
	for (i = 0; i < max; i++) {
		memset(&lock, 0, sizeof(lock));
		lock.l_type = F_WRLCK;
		lock.l_whence = SEEK_SET;
		lock.l_start = at + i;
		lock.l_len = 1;
		/* Of the open file, not of the process (F_SETLK). */
		if (fcntl(held, F_OFD_SETLK, &lock) == 0)
			return SLOT_TAKEN;
		if (errno != EAGAIN && errno != EACCES) {
			log_warn("MaxPerAddress: a lock in %s", dir);
			return SLOT_ERROR;
		}
	}
	return SLOT_NONE;
}
