/*
 * fuzz_config - the configuration file
 *
 * Checked: every error names the file and is counted; what is read without
 * error, printed and read again, prints the same.
 */
#include <sys/mman.h>

#include "config.h"
#include "fuzz.h"

static char	 path[64];

struct count {
	unsigned int	 errors;
};

static void
report(void *arg, bool error, const char *text)
{
	struct count	*c = arg;

	c->errors += error;
	fuzz_check(strncmp(text, path, strlen(path)) == 0 &&
	    text[strlen(path)] == ':', "a report names the file");
	fuzz_check(!error || strstr(text, "; ") != NULL,
	    "an error says more than what");
}

/* Loads n octets through a file in memory. */
static unsigned int
load(struct config *c, const void *p, size_t n)
{
	struct count	 count = { 0 };
	unsigned int	 errors;
	int		 fd = memfd_create("fuzz", 0);

	if (fd == -1 || write(fd, p, n) != (ssize_t)n)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memset(c, 0, sizeof(*c));
	errors = config_load(c, path, NULL, report, &count);
	fuzz_check(errors == count.errors, "errors are counted");
	close(fd);
	return errors;
}

static char *
print(const struct config *c, size_t *n)
{
	char	*text = NULL;
	FILE	*f = open_memstream(&text, n);

	if (f == NULL)
		abort();
	config_print(c, f);
	(void)fclose(f);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config	 c;
	struct config	 again;
	char		*first;
	char		*second;
	size_t		 n1;
	size_t		 n2;

	if (load(&c, data, size) == 0) {
		first = print(&c, &n1);
		fuzz_check(load(&again, first, n1) == 0,
		    "what was printed is read");
		second = print(&again, &n2);
		fuzz_check(n1 == n2 && memcmp(first, second, n1) == 0,
		    "... and prints the same");
		config_free(&again);
		free(first);
		free(second);
	}
	config_free(&c);
	return 0;
}
