/*
 * slots: connections of one address at once
 *
 * If it breaks, one client occupies all connections of a launcher that does not
 * count by address, or clients are refused because of others, or because of
 * processes that are gone.
 *
 * Each slot is held by a child, as each connection is a process.
 */
#include <sys/stat.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "slots.h"
#include "tap.h"

static char	 dir[] = "/tmp/t_slots.XXXXXX";

/* A process that takes a slot and lives on; its result. */
static enum slot
take(const char *addr, int64_t max, pid_t *pid)
{
	enum slot	 got = SLOT_ERROR;
	int		 fd[2];

	if (pipe(fd) == -1 || (*pid = fork()) == -1)
		exit(1);
	if (*pid == 0) {
		got = slot_take(dir, addr, max);
		if (write(fd[1], &got, sizeof(got)) == -1)
			_exit(1);
		for (;;)
			pause();
	}
	close(fd[1]);
	if (read(fd[0], &got, sizeof(got)) != sizeof(got))
		got = SLOT_ERROR;
	close(fd[0]);
	return got;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
test_counts(void)
{
	pid_t	 p[8];
	size_t	 i;

	is_int(take("192.0.2.1", 2, &p[0]), SLOT_TAKEN, "the first");
	is_int(take("192.0.2.1", 2, &p[1]), SLOT_TAKEN, "the second");
	is_int(take("192.0.2.1", 2, &p[2]), SLOT_NONE, "two are enough");
	is_int(take("192.0.2.2", 2, &p[3]), SLOT_TAKEN, "another address");
	is_int(take("192.0.2.1", 3, &p[4]), SLOT_TAKEN, "a higher limit");
	is_int(take("192.0.2.0", 1000, &p[5]), SLOT_TAKEN,
	    "slots do not reach into the next address");
	end(p[0]);
	is_int(take("192.0.2.1", 2, &p[6]), SLOT_TAKEN,
	    "a process that was killed has left its slot");
	is_int(take("192.0.2.1", 2, &p[7]), SLOT_NONE, "... to one");
	for (i = 1; i < 8; i++)
		end(p[i]);
}

static void
test_ipv6(void)
{
	static const char *const others[] = { "2001:db8:0:2::1", "::1",
		"2001:db9:0:1::1", "32.1.13.184", "fe80::1" };
	pid_t	 p[8];
	size_t	 i;

	is_int(take("2001:db8:0:1::1", 1, &p[0]), SLOT_TAKEN, "IPv6");
	is_int(take("2001:db8:0:1:ffff::2", 1, &p[1]), SLOT_NONE,
	    "another address of the same /64");
	for (i = 0; i < 5; i++)
		is_int(take(others[i], 1, &p[2 + i]), SLOT_TAKEN, "%s",
		    others[i]);
	for (i = 0; i < 7; i++)
		end(p[i]);
}

int
main(void)
{
	char		 path[64];
	struct stat	 st;
	pid_t		 p;

	(void)alarm(60);
	/* What is logged is not part of this. */
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	test_counts();
	test_ipv6();
	is_int(slot_take(dir, "192.0.2.7", 1), SLOT_TAKEN, "one's own slot");
	is_int(slot_take(dir, "192.0.2.8", 1), SLOT_TAKEN, "another instead");
	is_int(take("192.0.2.7", 1, &p), SLOT_TAKEN, "... which frees it");
	end(p);
	is_int(slot_take(dir, "mx.example", 1), SLOT_ERROR, "no address");
	is_int(slot_take("/nonexistent", "192.0.2.7", 1), SLOT_ERROR,
	    "no directory");
	(void)snprintf(path, sizeof(path), "%s/sessions", dir);
	ok(stat(path, &st) == 0 && st.st_size == 0 &&
	    (st.st_mode & 0777) == 0600, "the file is empty, and private");
	unlink(path);
	rmdir(dir);
	return tap_end();
}
