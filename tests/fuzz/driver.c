/*
 * driver - runs a fuzz entry on files, without libFuzzer
 *
 *	fuzz_x [-r N SEED] [file ...]
 *
 * Without files: those of tests/fuzz/corpus/fuzz_x, found from the working
 * directory.  With -r, also N mutations of them, made from SEED.  Prints TAP,
 * a line for each file; an entry that finds something aborts.
 */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define INPUT_MAX	65536

static unsigned long	 seed = 1;
static long		 mutations;
static int		 count;

static unsigned long
next_random(void)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return seed >> 33;
}

/* A few octets changed, the end cut off at times. */
static void
mutate(const uint8_t *data, size_t n)
{
	static uint8_t	 copy[INPUT_MAX];
	unsigned long	 k;
	long		 i;

	for (i = 0; n > 0 && i < mutations; i++) {
		memcpy(copy, data, n);
		for (k = next_random() % 4 + 1; k > 0; k--)
			copy[next_random() % n] = (uint8_t)next_random();
		(void)LLVMFuzzerTestOneInput(copy, next_random() % 8 == 0 ?
		    next_random() % n + 1 : n);
	}
}

static void
run_file(const char *path)
{
	static uint8_t	 data[INPUT_MAX];
	FILE		*f = fopen(path, "rb");
	size_t		 n;

	if (f == NULL) {
		printf("not ok %d - %s cannot be read\n", ++count, path);
		return;
	}
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	(void)LLVMFuzzerTestOneInput(data, n);
	mutate(data, n);
	printf("ok %d - %s\n", ++count, path);
}

static void
run_corpus(const char *program)
{
	const char	*name = strrchr(program, '/');
	struct dirent	**list;
	char		 dir[PATH_MAX / 2];
	char		 path[PATH_MAX];
	int		 n;
	int		 i;

	(void)snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%s",
	    name != NULL ? name + 1 : program);
	if ((n = scandir(dir, &list, NULL, alphasort)) == -1) {
		printf("not ok %d - %s cannot be read\n", ++count, dir);
		return;
	}
	for (i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir,
		    list[i]->d_name);
		if (list[i]->d_name[0] != '.')
			run_file(path);
		free(list[i]);
	}
	free(list);
}

int
main(int argc, char **argv)
{
	int	 i = 1;

	if (argc > 3 && strcmp(argv[1], "-r") == 0) {
		mutations = strtol(argv[2], NULL, 10);
		seed = strtoul(argv[3], NULL, 10);
		i = 4;
	}
	if (i == argc)
		run_corpus(argv[0]);
	for (; i < argc; i++)
		run_file(argv[i]);
	printf("1..%d\n", count);
	return 0;
}
