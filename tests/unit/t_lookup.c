/*
 * lookup: asking the system's resolver, with a deadline
 *
 * If it breaks, a client whose PTR record says "mail.bank.example" is that to
 * filters and mail server, or an honest one is forged; or a session waits for a
 * name server for ever.
 */
#include <arpa/inet.h>

#include <string.h>

#include "lookup.h"
#include "tap.h"

/* Answers to the forward question: Y yes, N no, T trouble; one for a name. */
static const struct {
	const char	*answers;
	enum names	 want;
	size_t		 best;
	size_t		 asked;
} verdicts[] = {
	{ "", NAMES_FAIL, 0, 0 },
	{ "Y", NAMES_OK, 0, 1 },
	{ "N", NAMES_FORGED, 0, 1 },
	{ "T", NAMES_TEMP, 0, 1 },
	/* Any of several will do, and no more are asked then. */
	{ "NY", NAMES_OK, 1, 2 },
	{ "YN", NAMES_OK, 0, 1 },
	{ "NNYN", NAMES_OK, 2, 3 },
	{ "TY", NAMES_OK, 1, 2 },
	{ "NN", NAMES_FORGED, 0, 2 },
	/* Nobody is a forger while one question is open. */
	{ "NT", NAMES_TEMP, 0, 2 },
	{ "TN", NAMES_TEMP, 0, 2 },
	{ "TT", NAMES_TEMP, 0, 2 },
};

static size_t	 asked;

static enum forward
answer(const char *name, const void *arg)
{
	asked++;
	ok(strcmp(arg, "192.0.2.7") == 0, "the address is passed on");
	return *name == 'Y' ? FORWARD_YES : *name == 'N' ? FORWARD_NO :
	    FORWARD_TROUBLE;
}

static void
test_judge(void)
{
	char	 names[8][NAME_SIZE];
	size_t	 best;
	size_t	 i;
	size_t	 k;

	for (i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		const char	*a = verdicts[i].answers;

		for (k = 0; a[k] != '\0'; k++) {
			names[k][0] = a[k];
			names[k][1] = '\0';
		}
		asked = 0;
		is_int(lookup_judge(names, k, answer, "192.0.2.7", &best),
		    verdicts[i].want, "\"%s\": the verdict", a);
		is_int((int64_t)best, (int64_t)verdicts[i].best,
		    "\"%s\": the name", a);
		is_int((int64_t)asked, (int64_t)verdicts[i].asked,
		    "\"%s\": questions", a);
	}
}

static const struct {
	const char	*client;
	int		 family;
	const char	*found;
	bool		 same;
} addresses[] = {
	{ "192.0.2.7", AF_INET, "192.0.2.7", true },
	{ "192.0.2.7", AF_INET, "192.0.2.70", false },
	{ "192.0.2.7", AF_INET6, "::ffff:192.0.2.7", true },
	{ "192.0.2.7", AF_INET6, "::ffff:192.0.2.8", false },
	{ "192.0.2.7", AF_INET6, "::192.0.2.7", false },
	{ "192.0.2.7", AF_INET6, "64:ff9b::192.0.2.7", false },
	{ "2001:db8::7", AF_INET6, "2001:db8:0:0::7", true },
	{ "2001:db8::7", AF_INET6, "2001:db8::8", false },
	{ "2001:db8::7", AF_INET, "192.0.2.7", false },
};

static void
test_same(void)
{
	struct sockaddr_in	 in;
	struct sockaddr_in6	 in6;
	size_t			 i;

	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		memset(&in, 0, sizeof(in));
		memset(&in6, 0, sizeof(in6));
		in.sin_family = AF_INET;
		in6.sin6_family = AF_INET6;
		if (addresses[i].family == AF_INET)
			inet_pton(AF_INET, addresses[i].found, &in.sin_addr);
		else
			inet_pton(AF_INET6, addresses[i].found,
			    &in6.sin6_addr);
		ok(lookup_same(addresses[i].client,
		    addresses[i].family == AF_INET ? (struct sockaddr *)&in :
		    (struct sockaddr *)&in6) == addresses[i].same,
		    "%s and %s", addresses[i].client, addresses[i].found);
	}
}

/* What the other process says is text of the net, even if that was ours. */
static const struct {
	const char	*line;
	enum names	 v;		/* NAMES_NONE: not taken */
	const char	*ptr;
} lines[] = {
	{ "OK a.example", NAMES_OK, "a.example" },
	{ "FORGED a.example", NAMES_FORGED, "a.example" },
	{ "TEMP a.example", NAMES_TEMP, "a.example" },
	{ "FAIL ", NAMES_FAIL, "" },
	{ "OK _x-1.example", NAMES_OK, "_x-1.example" },
	{ "FAIL a.example", NAMES_NONE, "" },
	{ "OK ", NAMES_NONE, "" }, { "OK", NAMES_NONE, "" },
	{ "- a.example", NAMES_NONE, "" },
	{ " a.example", NAMES_NONE, "" }, { "", NAMES_NONE, "" },
	{ "OKAY a.example", NAMES_NONE, "" },
	{ "ok a.example", NAMES_NONE, "" },
	{ "OK  a.example", NAMES_NONE, "" },
	{ "OK a.example b", NAMES_NONE, "" },
	{ "OK a\rb.example", NAMES_NONE, "" },
	{ "OK a\xfc.example", NAMES_NONE, "" },
	{ "OK a..example", NAMES_NONE, "" },
	{ "OK 192.0.2.7", NAMES_NONE, "" },
	{ "OK <script>", NAMES_NONE, "" },
};

static void
test_take(void)
{
	char		 ptr[NAME_SIZE];
	enum names	 v;
	size_t		 i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		v = NAMES_NONE;
		ptr[0] = '\0';
		ok(lookup_take(lines[i].line, &v, ptr) ==
		    (lines[i].v != NAMES_NONE), "\"%s\" is taken or not",
		    lines[i].line);
		is_int(v, lines[i].v, "... %s", lookup_word(lines[i].v));
		is_str(ptr, lines[i].ptr, "... name");
	}
}

static void
test_process(void)
{
	struct lookup	 l;
	char		 text[LITERAL_SIZE];
	const char	*why;

	lookup_host(&l, "127.0.0.1", AF_UNSPEC, now_ms() + 20000);
	is_int(lookup_address(&l, text, &why), IO_OK, "an address");
	is_str(text, "127.0.0.1", "... this");
	is_int(lookup_address(&l, text, &why), IO_EOF, "and no other");
	lookup_end(&l);
	ok(l.pid == 0 && !conn_open(&l.conn), "all is put away");
	lookup_host(&l, "127.0.0.1", AF_INET6, now_ms() + 20000);
	is_int(lookup_address(&l, text, &why), IO_ERROR, "no such address");
	ok(why != NULL && *why != '\0', "... and why: %s", why);
	lookup_end(&l);
	lookup_host(&l, "127.0.0.1", AF_UNSPEC, now_ms() + 20000);
	lookup_end(&l);
	ok(l.pid == 0 && !conn_open(&l.conn), "given up at once");
	lookup_host(&l, "127.0.0.1", AF_UNSPEC, now_ms() - 1);
	is_int(lookup_address(&l, text, &why), IO_TIMEOUT, "no time");
	lookup_end(&l);
}

int
main(void)
{
	conn_signals();
	test_judge();
	test_same();
	test_take();
	test_process();
	return tap_end();
}
