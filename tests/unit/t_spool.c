/*
 * spool: bytes in memory, then in an unlinked file
 *
 * If it breaks, a held mail leaves with octets lost or doubled where memory
 * ends and the file begins; a full disk is taken for success; or a mail stays
 * behind in the spool directory for others to read.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "spool.h"
#include "tap.h"

#define MEMORY	4096
#define TOTAL	100000

static char	 dir[] = "/tmp/t_spool.XXXXXXXX";
static char	 data[TOTAL + 1000];

static void
fill(void)
{
	unsigned int	 seed = 7;
	size_t		 i;

	for (i = 0; i < sizeof(data); i++) {
		seed = seed * 1103515245u + 12345;
		data[i] = (char)(seed >> 16);
	}
}

static int
files(void)
{
	struct dirent	*e;
	DIR		*d = opendir(dir);
	int		 n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	if (d != NULL)
		closedir(d);
	return n;
}

/* True when n octets from off are read as they were put. */
static bool
reads(const struct spool *s, size_t off, size_t n)
{
	size_t		 size = (size_t)spool_size(s);
	size_t		 want = off >= size ? 0 : n < size - off ? n :
			    size - off;
	struct buf	 b;
	bool		 good;

	buf_init(&b, TOTAL + 10);
	buf_puts(&b, "before");
	good = spool_read(s, (off_t)off, n, &b) == 0 &&
	    buf_len(&b) == 6 + want &&
	    memcmp(buf_ptr(&b), "before", 6) == 0 &&
	    memcmp(buf_ptr(&b) + 6, data + off, want) == 0;
	buf_free(&b);
	return good;
}

static void
test_memory(void)
{
	struct spool	 s;

	spool_init(&s, "/nonexistent", MEMORY);
	is_int(spool_size(&s), 0, "new: empty");
	ok(reads(&s, 0, 10), "new: nothing to read");
	is_int(spool_put(&s, data, MEMORY), 0, "as much as memory holds");
	is_int(s.fd, -1, "... needs no file");
	ok(reads(&s, 0, MEMORY) && reads(&s, 1, 10) &&
	    reads(&s, MEMORY - 1, 10) && reads(&s, MEMORY, 10) &&
	    reads(&s, MEMORY + 1, 10), "... and is read at any place");
	is_int(spool_sync(&s), 0, "sync without a file does nothing");
	is_int(s.fd, -1, "... and makes none");
	is_int(spool_put(&s, "", 0), 0, "nothing more fits");
	is_int(spool_put(&s, "x", 1), -1, "no directory, no file");
	is_int(s.error, ENOENT, "... and why");
	errno = 0;
	is_int(spool_put(&s, "", 0), -1, "the error stays");
	is_int(errno, ENOENT, "... in errno as well");
	is_int(spool_sync(&s), -1, "... for sync, too");
	spool_reset(&s);
	is_int(spool_put(&s, data, 1), 0, "reset begins anew");
	ok(reads(&s, 0, 5), "... with new content");
	spool_free(&s);
}

/* Puts of one size each, then reads at every border. */
static void
test_file(void)
{
	static const size_t	 steps[] = { 1, 7, 100, 2047, 2048, 2049, 4095,
		4096, 4097, 8192, 60000, TOTAL };
	struct spool	 s;
	size_t		 i;
	size_t		 k;
	size_t		 n;
	bool		 good;
	bool		 none = true;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		spool_init(&s, dir, MEMORY);
		good = true;
		for (k = 0; k < TOTAL; k += n) {
			n = TOTAL - k < steps[i] ? TOTAL - k : steps[i];
			good &= spool_put(&s, data + k, n) == 0;
			/* What was put is there at once. */
			if (k % 1000 < steps[i])
				good &= reads(&s, k > 50 ? k - 50 : 0, n + 50);
		}
		ok(good, "puts of %zu", steps[i]);
		is_int(spool_size(&s), TOTAL, "puts of %zu: size", steps[i]);
		ok(s.fd != -1, "puts of %zu: a file", steps[i]);
		none &= files() == 0;
		good = reads(&s, 0, TOTAL);
		for (k = 0; k < 40; k++) {
			n = (size_t)s.flen - 20 + k;
			good &= reads(&s, n, 1) && reads(&s, n, 100) &&
			    reads(&s, n - 3000, 3000) && reads(&s, 0, n);
		}
		ok(good, "puts of %zu: read across the border", steps[i]);
		is_int(spool_sync(&s), 0, "puts of %zu: sync", steps[i]);
		is_int(s.flen, TOTAL, "puts of %zu: all in the file", steps[i]);
		ok(reads(&s, 0, TOTAL), "puts of %zu: read after sync",
		    steps[i]);
		ok(spool_put(&s, data, 10) == 0 &&
		    spool_size(&s) == TOTAL + 10,
		    "puts of %zu: more after sync", steps[i]);
		spool_reset(&s);
		ok(spool_size(&s) == 0 && s.fd == -1 && reads(&s, 0, 10),
		    "puts of %zu: reset gives the file back", steps[i]);
		spool_free(&s);
	}
	ok(none && files() == 0, "no file has a name at any time");
}

static void
test_mode(void)
{
	struct spool	 s;
	struct stat	 st;
	mode_t		 old = umask(0);

	spool_init(&s, dir, 16);
	(void)spool_put(&s, data, 100);
	ok(s.fd != -1 && fstat(s.fd, &st) == 0 && (st.st_mode & 0077) == 0 &&
	    st.st_nlink == 0, "the file is the owner's alone, without name");
	ok(s.fd != -1 && (fcntl(s.fd, F_GETFD) & FD_CLOEXEC),
	    "no child inherits it");
	(void)umask(old);
	spool_free(&s);
}

/* RLIMIT_FSIZE stands for a full disk: a short write, then an error. */
static void
test_full(void)
{
	struct rlimit	 lim;
	struct rlimit	 old;
	struct spool	 s;
	size_t		 k;
	int		 r = 0;
	int		 err;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &old) == -1)
		return;
	lim = old;
	lim.rlim_cur = 10000;
	spool_init(&s, dir, MEMORY);
	/* Nothing may be printed while the limit holds. */
	(void)setrlimit(RLIMIT_FSIZE, &lim);
	for (k = 0; k < 20000 && r == 0; k += 1000)
		r = spool_put(&s, data + k, 1000);
	err = s.error;
	r += spool_put(&s, data, 1) + spool_sync(&s);
	(void)setrlimit(RLIMIT_FSIZE, &old);
	is_int(r, -3, "full disk: put, the next put and sync fail");
	ok(k > 10000 - MEMORY && k < 20000, "full disk: at %zu", k);
	is_int(err, EFBIG, "full disk: why");
	spool_reset(&s);
	is_int(spool_put(&s, data, TOTAL), 0, "room again: put");
	ok(reads(&s, 0, TOTAL), "room again: read");
	spool_free(&s);

	/* At once, larger than memory. */
	spool_init(&s, dir, MEMORY);
	(void)setrlimit(RLIMIT_FSIZE, &lim);
	r = spool_put(&s, data, TOTAL);
	(void)setrlimit(RLIMIT_FSIZE, &old);
	is_int(r, -1, "full disk: one large put");
	spool_free(&s);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL) {
		printf("Bail out! %s: %s\n", dir, strerror(errno));
		return 1;
	}
	fill();
	test_memory();
	test_file();
	test_mode();
	test_full();
	(void)rmdir(dir);
	return tap_end();
}
