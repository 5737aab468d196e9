/*
 * driver - runs a fuzz entry without libFuzzer
 *
 *	fuzz_x				its corpus, and ROUNDS mutations of it
 *	fuzz_x [-v] file ...		these inputs
 *	fuzz_x [-v] -r N SEED [file ...]	N mutations of these or of it
 *
 * Prints TAP.  An input that ends the process leaves "not ok" without a plan,
 * and is kept in a file beside the program, NAME.crash, which reproduces it.
 * The corpus is tests/fuzz/corpus/NAME below the current directory; with
 * FUZZ_CORPUS, NAME below that.  A missing one is a failure.
 *
 * Log lines of the modules would be without number: descriptor 2 is
 * /dev/null unless -v is given.  Sanitizers keep the true one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>

#include "fuzz.h"

#define ROUNDS		3000
#define FILES_MAX	1000
#define INPUT_MAX	65536

int	 LLVMFuzzerInitialize(int *, char ***) __attribute__((weak));
void	 __sanitizer_set_report_fd(void *) __attribute__((weak));
void	 __sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

struct input {
	char	*name;
	uint8_t	*p;
	size_t	 n;
};

static struct input	 inputs[FILES_MAX];
static size_t		 ninputs;
static uint8_t		 now[INPUT_MAX];	/* what is being run */
static size_t		 nnow;
static char		 crash[PATH_MAX];
static char		 what[300];

/* Signal-safe: the input that did it goes to the crash file. */
static void
keep(void)
{
	int	 fd = open(crash, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd != -1) {
		(void)!write(fd, now, nnow);
		close(fd);
	}
	(void)!write(STDOUT_FILENO, "not ok - ", 9);
	(void)!write(STDOUT_FILENO, what, strlen(what));
	(void)!write(STDOUT_FILENO, "\n# kept in ", 11);
	(void)!write(STDOUT_FILENO, crash, strlen(crash));
	(void)!write(STDOUT_FILENO, "\n", 1);
}

static void
on_signal(int sig)
{
	keep();
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static void
quiet(void)
{
	int	 fd = dup(STDERR_FILENO);
	int	 null = open("/dev/null", O_RDWR);

	if (fd == -1 || null == -1)
		return;
	if (__sanitizer_set_report_fd != NULL)
		__sanitizer_set_report_fd((void *)(intptr_t)fd);
	(void)dup2(null, STDERR_FILENO);
	close(null);
}

static void
add_file(const char *path)
{
	struct input	*in = &inputs[ninputs];
	FILE		*f = fopen(path, "r");

	if (ninputs == FILES_MAX || f == NULL) {
		printf("Bail out! %s: %s\n", path, f == NULL ?
		    strerror(errno) : "too many files");
		exit(1);
	}
	in->p = malloc(INPUT_MAX);
	in->name = strdup(path);
	if (in->p == NULL || in->name == NULL)
		exit(1);
	in->n = fread(in->p, 1, INPUT_MAX, f);
	(void)fclose(f);
	ninputs++;
}

static int
by_name(const void *a, const void *b)
{
	const struct input	*x = a;
	const struct input	*y = b;

	return strcmp(x->name, y->name);
}

/* All files of the corpus, in an order that does not change. */
static void
add_corpus(const char *prog)
{
	const char	*root = getenv("FUZZ_CORPUS");
	char		 dir[PATH_MAX];
	char		 path[PATH_MAX];
	struct dirent	*e;
	DIR		*d;

	if ((size_t)snprintf(dir, sizeof(dir), "%s/%s", root != NULL ? root :
	    "tests/fuzz/corpus", prog) >= sizeof(dir) ||
	    (d = opendir(dir)) == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && (size_t)snprintf(path, sizeof(path),
		    "%s/%s", dir, e->d_name) < sizeof(path))
			add_file(path);
	closedir(d);
	qsort(inputs, ninputs, sizeof(inputs[0]), by_name);
}

static void
run(void)
{
	/* In memory of its own size, for reads beyond it to be seen. */
	uint8_t	*p = malloc(nnow > 0 ? nnow : 1);

	if (p == NULL)
		exit(1);
	memcpy(p, now, nnow);
	(void)LLVMFuzzerTestOneInput(p, nnow);
	free(p);
}

/* Room for len octets at i; false when the input would be too long. */
static bool
open_gap(size_t i, size_t len)
{
	if (nnow + len > INPUT_MAX)
		return false;
	memmove(now + i + len, now + i, nnow - i);
	nnow += len;
	return true;
}

static void
mutate(uint64_t *seed)
{
	static const char *const bits[] = { "\r\n", "\n", "\r", ".", "\r\n.",
	    "\r\n.\r\n", ":", " ", "<", ">", "\"", "\\", "@", "=", ",", ";",
	    "-", "%", "\t", "250-", "550 ", "[", "]", "0", "99999999999" };
	const struct input	*other;
	const char		*bit;
	size_t			 i = fuzz_random(seed, (unsigned int)nnow + 1);
	size_t			 n;

	switch (fuzz_random(seed, 7)) {
	case 0:		/* another octet */
		if (i < nnow)
			now[i] = (uint8_t)fuzz_random(seed, 256);
		break;
	case 1:		/* another bit */
		if (i < nnow)
			now[i] ^= (uint8_t)(1 << fuzz_random(seed, 8));
		break;
	case 2:		/* less */
		n = fuzz_random(seed, 16);
		n = n > nnow - i ? nnow - i : n;
		memmove(now + i, now + i + n, nnow - i - n);
		nnow -= n;
		break;
	case 3:		/* something that means something */
	case 4:
		bit = bits[fuzz_random(seed, sizeof(bits) / sizeof(bits[0]))];
		if (open_gap(i, strlen(bit)))
			memcpy(now + i, bit, strlen(bit));
		break;
	case 5:		/* the same again */
		n = fuzz_random(seed, 64);
		n = n > nnow - i ? nnow - i : n;
		if (open_gap(i, n))
			memmove(now + i, now + i + n, n);
		break;
	default:	/* the end of another */
		other = &inputs[fuzz_random(seed, (unsigned int)ninputs)];
		n = fuzz_random(seed, (unsigned int)other->n + 1);
		if (i + other->n - n <= INPUT_MAX) {
			memcpy(now + i, other->p + n, other->n - n);
			nnow = i + other->n - n;
		}
		break;
	}
}

static void
run_mutations(unsigned long rounds, uint64_t seed)
{
	const struct input	*in;
	unsigned long		 i;
	unsigned int		 k;

	for (i = 0; i < rounds && ninputs > 0; i++) {
		in = &inputs[fuzz_random(&seed, (unsigned int)ninputs)];
		memcpy(now, in->p, in->n);
		nnow = in->n;
		for (k = 1 + fuzz_random(&seed, 6); k > 0; k--)
			mutate(&seed);
		(void)snprintf(what, sizeof(what), "mutation %lu of %s", i,
		    in->name);
		run();
	}
}

int
main(int argc, char **argv)
{
	static const int sigs[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL,
	    SIGALRM };
	const char	*prog = strrchr(argv[0], '/');
	unsigned long	 rounds = argc > 1 ? 0 : ROUNDS;
	uint64_t	 seed = 1;
	bool		 verbose = false;
	size_t		 i;
	int		 arg = 1;

	prog = prog != NULL ? prog + 1 : argv[0];
	if (arg < argc && strcmp(argv[arg], "-v") == 0) {
		verbose = true;
		arg++;
	}
	if (arg + 2 < argc && strcmp(argv[arg], "-r") == 0) {
		rounds = strtoul(argv[arg + 1], NULL, 10);
		seed = strtoul(argv[arg + 2], NULL, 10);
		arg += 3;
	}
	(void)snprintf(crash, sizeof(crash), "%s.crash", argv[0]);
	if (!verbose)
		quiet();
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		(void)signal(sigs[i], on_signal);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(keep);
	if (LLVMFuzzerInitialize != NULL)
		(void)LLVMFuzzerInitialize(&argc, &argv);
	if (arg == argc)
		add_corpus(prog);
	for (; arg < argc; arg++)
		add_file(argv[arg]);
	if (ninputs == 0) {
		printf("not ok 1 - a corpus of %s\n1..1\n", prog);
		return 1;
	}
	for (i = 0; i < ninputs; i++) {
		memcpy(now, inputs[i].p, inputs[i].n);
		nnow = inputs[i].n;
		(void)snprintf(what, sizeof(what), "%s", inputs[i].name);
		(void)alarm(60);
		run();
		printf("ok %zu - %s\n", i + 1, inputs[i].name);
		(void)fflush(stdout);
	}
	if (rounds > 0) {
		(void)alarm(rounds < 100000 ? 300 : 0);
		run_mutations(rounds, seed);
		printf("ok %zu - %lu mutations, seed %lu\n", ++i, rounds,
		    (unsigned long)seed);
	}
	printf("1..%zu\n", i);
	for (i = 0; i < ninputs; i++) {
		free(inputs[i].p);
		free(inputs[i].name);
	}
	return 0;
}
