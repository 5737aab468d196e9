/*
 * macros: what filters are told besides the commands
 *
 * If it breaks, a filter takes a stranger for an authenticated user (the mere
 * presence of some macros grants trust), does not know the queue ID, or reads
 * a value that a sender wrote as two.
 */
#include <stdlib.h>

#include "buf.h"
#include "macros.h"
#include "tap.h"

static const char *
get(const struct macros *ms, const char *name)
{
	return macro_get(ms, name, strlen(name));
}

static void
test_names(void)
{
	struct macros	 ms;

	macros_init(&ms);
	is_str(get(&ms, "i"), NULL, "nothing set");
	macro_set(&ms, "i", "ID1");
	macro_set(&ms, "{daemon_name}", "MTA");
	is_str(get(&ms, "i"), "ID1", "one letter");
	is_str(get(&ms, "{i}"), "ID1", "one letter in braces");
	is_str(get(&ms, "{daemon_name}"), "MTA", "a name in braces");
	is_str(get(&ms, "daemon_name"), "MTA", "a name without braces");
	is_str(get(&ms, "daemon_nam"), NULL, "a part of a name");
	is_str(get(&ms, "{daemon_name"), NULL, "half the braces");
	is_str(get(&ms, "{daemon_name}x"), NULL, "more than a name");
	is_str(get(&ms, "I"), NULL, "another case");
	is_str(get(&ms, ""), NULL, "no name");
	is_str(get(&ms, "{}"), NULL, "braces alone");
	is_str(macro_get(&ms, "i,j", 1), "ID1", "a name within a list");
	macros_free(&ms);
	is_str(get(&ms, "i"), NULL, "free leaves nothing");
}

static void
test_values(void)
{
	struct macros	 ms;
	char		 text[3000];
	size_t		 i;

	macros_init(&ms);
	macro_set(&ms, "i", "ID1");
	macro_set(&ms, "j", "host");
	macro_set(&ms, "i", "ID2");
	is_str(get(&ms, "i"), "ID2", "set again");
	is_str(get(&ms, "j"), "host", "... others stay");
	is_int((int64_t)ms.n, 2, "... and none is there twice");
	macro_set(&ms, "{auth_type}", "PLAIN");
	macro_set(&ms, "{auth_type}", "");
	is_str(get(&ms, "{auth_type}"), NULL, "an empty value removes");
	macro_set(&ms, "{auth_type}", "PLAIN");
	macro_set(&ms, "{auth_type}", NULL);
	is_str(get(&ms, "{auth_type}"), NULL, "no value removes");
	macro_set(&ms, "{auth_authen}", "");
	is_str(get(&ms, "{auth_authen}"), NULL, "an empty value sets nothing");
	macro_set(&ms, "{auth_authen}", "\r\n\x01\x7f");
	is_str(get(&ms, "{auth_authen}"), NULL,
	    "a value of control octets is empty");
	macro_set(&ms, "s", "a\r\nb\tc\x7f" "d\xc3\xa9");
	is_str(get(&ms, "s"), "abcd\xc3\xa9", "control octets go");

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	macro_set(&ms, "s", text);
	is_int(get(&ms, "s") == NULL ? -1 : (int64_t)strlen(get(&ms, "s")),
	    1024, "a long value is cut");
	memset(text, '\r', 1500);
	macro_set(&ms, "s", text);
	is_int(get(&ms, "s") == NULL ? -1 : (int64_t)strlen(get(&ms, "s")),
	    1024, "... by what is left of it");
	macros_free(&ms);

	/* More than there is room for: refused, the rest stays whole. */
	macros_init(&ms);
	for (i = 0; i < MACROS_MAX + 5; i++) {
		(void)snprintf(text, sizeof(text), "{m%zu}", i);
		macro_set(&ms, text, text);
	}
	is_int((int64_t)ms.n, MACROS_MAX, "as many as there is room for");
	for (i = 0; i < MACROS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "{m%zu}", i);
		if (get(&ms, text) == NULL || strcmp(get(&ms, text), text) != 0)
			break;
	}
	is_int((int64_t)i, MACROS_MAX, "the first ones are whole");
	macro_set(&ms, "{m3}", "new");
	is_str(get(&ms, "{m3}"), "new", "one that is there can be changed");
	macro_set(&ms, "{m3}", NULL);
	macro_set(&ms, "{other}", "x");
	is_str(get(&ms, "{other}"), "x", "one removed is room for another");
	macro_set(&ms, "{a_name_that_is_much_too_long_for_it}", "x");
	is_str(get(&ms, "{a_name_that_is_much_too_long_for_it}"), NULL,
	    "a name too long is refused");
	macros_free(&ms);
}

/* What a packet of macros holds, NUL as "|". */
static void
test_put(void)
{
	static const struct {
		const char	*list;
		bool		 with_id;
		const char	*want;
	} cases[] = {
		{ "i j", false, "i|ID1|j|host|" },
		{ "j i", true, "j|host|i|ID1|" },
		{ "j", true, "j|host|i|ID1|" }, { "j", false, "j|host|" },
		{ "", true, "" }, { "", false, "" }, { " , ", true, "" },
		{ "{daemon_name},j", false, "{daemon_name}|MTA|j|host|" },
		{ "daemon_name", false, "{daemon_name}|MTA|" },
		{ "{j}", false, "j|host|" }, { ", j ,, i ", false,
		    "j|host|i|ID1|" },
		{ "nobody {knows} x", false, "" },
		{ "nobody", true, "i|ID1|" }, { "{i}", true, "i|ID1|" },
		{ "{auth_type} j", false, "j|host|" },
	};
	struct macros	 ms;
	struct buf	 b;
	size_t		 i;
	size_t		 k;

	macros_init(&ms);
	macro_set(&ms, "i", "ID1");
	macro_set(&ms, "j", "host");
	macro_set(&ms, "{daemon_name}", "MTA");
	macro_set(&ms, "{auth_type}", "");
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&b, 1000);
		macros_put(&ms, cases[i].list, cases[i].with_id, &b);
		for (k = 0; k < buf_len(&b); k++)
			if (buf_ptr(&b)[k] == '\0')
				buf_ptr(&b)[k] = '|';
		is_str(buf_cstr(&b), cases[i].want, "list \"%s\"%s",
		    cases[i].list, cases[i].with_id ? " and the ID" : "");
		buf_free(&b);
	}
	macros_free(&ms);
}

int
main(void)
{
	test_names();
	test_values();
	test_put();
	return tap_end();
}
