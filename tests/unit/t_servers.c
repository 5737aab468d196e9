/*
 * servers: which mail server is tried next
 *
 * If it breaks, one server of many gets all the mail while the others idle, a
 * reserve is used in vain, each session waits anew for a machine that is off,
 * or, worst, a stale file takes a server out of service.
 *
 * Counts are compared with what the weights promise by chi-square; the bounds
 * are passed by chance once in a million runs.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "servers.h"
#include "tap.h"

#define DRAWS	60000

static char	 dir[] = "/tmp/t_servers.XXXXXX";

static void
set(struct server_conf *list, const unsigned int *weight, size_t n)
{
	static char	 labels[SERVERS_MAX][32];
	size_t		 i;

	memset(list, 0, n * sizeof(*list));
	for (i = 0; i < n; i++) {
		(void)snprintf(labels[i], sizeof(labels[i]), "unix:/run/s%zu",
		    i);
		list[i].label = labels[i];
		list[i].weight = weight[i];
	}
}

/* The order of a whole selection, as a text of digits. */
static const char *
order(struct servers *v, struct server_conf *list, size_t n,
    struct server_conf *first, const char *markers)
{
	static char		 text[SERVERS_MAX + 1];
	struct server_conf	*sc;
	size_t			 k = 0;

	servers_draw(v, list, n, first, markers);
	while (k < SERVERS_MAX && (sc = servers_next(v)) != NULL)
		text[k++] = (char)('0' + (sc - list));
	text[k] = '\0';
	return text;
}

static double
chi_square(const unsigned int *count, const double *chance, size_t n)
{
	double	 sum = 0;
	size_t	 i;

	for (i = 0; i < n; i++)
		sum += (count[i] - DRAWS * chance[i]) *
		    (count[i] - DRAWS * chance[i]) / (DRAWS * chance[i]);
	return sum;
}

/* Three with weights 6, 3, 1: each of the six orders as often as it should. */
static void
test_fair(void)
{
	static const unsigned int	 weight[] = { 6, 3, 1 };
	static const char *const	 orders[] = { "012", "021", "102",
					    "120", "201", "210" };
	static const double		 chance[] = { .6 * 3 / 4, .6 / 4,
					    .3 * 6 / 7, .3 / 7, .1 * 6 / 9,
					    .1 * 3 / 9 };
	struct server_conf		 list[3];
	struct servers			 v;
	unsigned int			 count[6] = { 0 };
	unsigned int			 known = 0;
	const char			*got;
	double				 chi;
	int				 i;
	size_t				 k;

	set(list, weight, 3);
	for (i = 0; i < DRAWS; i++) {
		got = order(&v, list, 3, NULL, "");
		for (k = 0; k < 6; k++)
			if (strcmp(got, orders[k]) == 0) {
				count[k]++;
				known++;
			}
	}
	is_int(known, DRAWS, "each order has each server once");
	chi = chi_square(count, chance, 6);
	ok(chi < 36, "orders come as often as weights 6, 3, 1 promise");
	printf("# chi-square %.1f, 5 degrees of freedom\n", chi);
}

static void
test_even(void)
{
	static const unsigned int	 weight[SERVERS_MAX] = {
		7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
		7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7 };
	struct server_conf		 list[SERVERS_MAX];
	struct servers			 v;
	unsigned int			 count[SERVERS_MAX] = { 0 };
	double				 chance[SERVERS_MAX];
	double				 chi;
	int				 i;

	set(list, weight, SERVERS_MAX);
	for (i = 0; i < SERVERS_MAX; i++)
		chance[i] = 1.0 / SERVERS_MAX;
	for (i = 0; i < DRAWS; i++)
		count[order(&v, list, SERVERS_MAX, NULL, "")[0] - '0']++;
	chi = chi_square(count, chance, SERVERS_MAX);
	ok(chi < 85, "32 servers of one weight are first equally often");
	printf("# chi-square %.1f, 31 degrees of freedom\n", chi);
}

/* Weight 0, and the greatest weights, whose sum must fit. */
static void
test_edges(void)
{
	static const unsigned int	 weight[] = { 0, 1000000, 0, 1000000 };
	struct server_conf		 list[4];
	struct servers			 v;
	unsigned int			 wrong = 0;
	unsigned int			 first[4] = { 0 };
	unsigned int			 reserve[4] = { 0 };
	const char			*got;
	int				 i;

	set(list, weight, 4);
	for (i = 0; i < 1000; i++) {
		got = order(&v, list, 4, NULL, "");
		wrong += strlen(got) != 4 || (got[0] - '0') % 2 == 0 ||
		    (got[1] - '0') % 2 == 0;
		first[got[0] - '0']++;
		reserve[got[2] - '0']++;
	}
	is_int(wrong, 0, "weight 0 is behind all others");
	ok(first[1] > 300 && first[3] > 300, "the others are drawn evenly");
	ok(reserve[0] > 300 && reserve[2] > 300, "and so are the reserves");
	for (wrong = 0, i = 0; i < 100; i++)
		wrong += order(&v, list, 4, &list[2], "")[0] != '2';
	is_int(wrong, 0, "the server used before is first");
	is_str(order(&v, list, 1, NULL, dir), "0", "one server");
	is_str(order(&v, list, 0, NULL, dir), "", "none");
}

static void
test_left(void)
{
	static const unsigned int	 weight[] = { 1, 1 };
	struct server_conf		 list[2];
	struct server_conf		*sc;
	struct servers			 v;
	struct buf			 b;

	set(list, weight, 2);
	buf_init(&b, 1000);
	servers_draw(&v, list, 2, &list[1], "");
	is_int((int64_t)servers_left(&v), 2, "two are left");
	ok(!servers_trouble(&v, &b), "no trouble yet");
	sc = servers_next(&v);
	is_int((int64_t)servers_left(&v), 1, "one is left");
	servers_failed(&v, sc, "is off");
	servers_failed(&v, sc, "refused");
	sc = servers_next(&v);
	is_int((int64_t)servers_left(&v), 0, "none is left");
	servers_failed(&v, sc, "greets with 421 busy");
	ok(servers_trouble(&v, &b), "trouble");
	is_str(buf_cstr(&b), "unix:/run/s0: greets with 421 busy; "
	    "unix:/run/s1: refused", "all servers and the last reasons");
	buf_free(&b);
}

static char *
path(const char *name)
{
	static char	 text[128];

	(void)snprintf(text, sizeof(text), "%s/%s", dir, name);
	return text;
}

static void
age(const char *name, time_t secs)
{
	struct timespec	 ts[2] = { { 0, UTIME_OMIT },
			    { time(NULL) - secs, 0 } };

	if (utimensat(AT_FDCWD, path(name), ts, 0) == -1)
		printf("Bail out! utimensat: %s\n", strerror(errno));
}

/* Server 0 is used until it is known to be down, server 1 is the reserve. */
static void
test_markers(void)
{
	static const unsigned int	 weight[] = { 1, 0, 0 };
	struct server_conf		 list[3];
	struct servers			 v;
	struct stat			 st;

	set(list, weight, 2);
	is_str(order(&v, list, 2, NULL, dir), "01", "no marker");
	servers_mark_down(&v, &list[0]);
	ok(stat(path("down-unix:_run_s0"), &st) == 0 && st.st_size == 0 &&
	    (st.st_mode & 07777) == 0600, "a failure leaves an empty file");
	is_str(order(&v, list, 2, NULL, dir), "10", "marked: behind the other");
	is_str(order(&v, list, 2, &list[0], dir), "10",
	    "... even the one used before");
	age("down-unix:_run_s0", 59);
	is_str(order(&v, list, 2, NULL, dir), "10", "... for a minute");
	age("down-unix:_run_s0", 61);
	is_str(order(&v, list, 2, NULL, dir), "01", "... and no longer");
	age("down-unix:_run_s0", -3600);
	is_str(order(&v, list, 2, NULL, dir), "01", "a time to come is none");
	servers_mark_down(&v, &list[0]);
	is_str(order(&v, list, 2, NULL, dir), "10", "a new failure is");
	servers_mark_down(&v, &list[1]);
	is_str(order(&v, list, 2, NULL, dir), "01",
	    "both down: each in its turn, none left out");
	servers_mark_up(&v, &list[0]);
	ok(stat(path("down-unix:_run_s0"), &st) == -1, "up: no marker");
	is_str(order(&v, list, 2, NULL, dir), "01", "... and first again");
	servers_mark_up(&v, &list[1]);
	ok(stat(path("down-unix:_run_s1"), &st) == 0,
	    "no look at the other's marker, no touch");
	(void)unlink(path("down-unix:_run_s1"));
}

/* Whatever is wrong with the directory costs the markers, nothing else. */
static void
test_no_directory(void)
{
	static const unsigned int	 weight[] = { 1, 0 };
	struct server_conf		 list[2];
	struct servers			 v;
	char				 name[2000];

	set(list, weight, 2);
	is_str(order(&v, list, 2, NULL, "/nonexistent"), "01", "none there");
	servers_mark_down(&v, &list[0]);
	servers_mark_up(&v, &list[0]);
	is_str(order(&v, list, 2, NULL, "/nonexistent"), "01", "... still");
	is_str(order(&v, list, 2, NULL, ""), "01", "none wanted");
	servers_mark_down(&v, &list[0]);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	list[0].label = name;
	is_str(order(&v, list, 2, NULL, dir), "01", "a label of any length");
	servers_mark_down(&v, &list[0]);
	/* Who can plant a link there shall not gain by it. */
	set(list, weight, 2);
	(void)order(&v, list, 2, NULL, dir);
	ok(symlink("victim", path("down-unix:_run_s0")) == 0, "a link");
	servers_mark_down(&v, &list[0]);
	ok(access(path("victim"), F_OK) == -1, "... is not followed");
	(void)unlink(path("down-unix:_run_s0"));
	/* One server has no order: nothing is written. */
	(void)order(&v, list, 1, NULL, dir);
	servers_mark_down(&v, &list[0]);
	ok(access(path("down-unix:_run_s0"), F_OK) == -1,
	    "no marker of the only server");
}

int
main(void)
{
	(void)alarm(120);
	if (mkdtemp(dir) == NULL) {
		printf("Bail out! mkdtemp: %s\n", strerror(errno));
		return 1;
	}
	test_fair();
	test_even();
	test_edges();
	test_left();
	test_markers();
	test_no_directory();
	ok(rmdir(dir) == 0, "nothing is left behind");
	return tap_end();
}
