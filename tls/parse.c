/*
 * parse - the text of a request
 *
 * It comes from the gate, which talks with the Internet: whatever it is, it is
 * taken whole or not at all.  A file of its own, without the library, for
 * tests/fuzz.
 */
#include <string.h>

#include "parse.h"

static bool
one_value(struct request *r, const char *s, bool *role)
{
	if (strcmp(s, "ROLE=server") == 0 || strcmp(s, "ROLE=client") == 0 ||
	    strcmp(s, "ROLE=check") == 0) {
		r->client = strcmp(s + 5, "client") == 0;
		r->check = strcmp(s + 5, "check") == 0;
		*role = true;
	} else if (strcmp(s, "VERIFY=1") == 0) {
		r->verify = true;
	} else if (strncmp(s, "NAME=", 5) == 0) {
		return strlcpy(r->name, s + 5, sizeof(r->name)) <
		    sizeof(r->name);
	} else if (strncmp(s, "PIN=", 4) == 0) {
		return strlcpy(r->pin, s + 4, sizeof(r->pin)) ==
		    sizeof(r->pin) - 1;
	} else {
		return false;
	}
	return true;
}

bool
request_parse(struct request *r, const char *text, size_t n)
{
	const char	*s;
	bool		 role = false;

	memset(r, 0, sizeof(*r));
	r->net = r->plain = -1;
	if (n < 2 || text[n - 1] != '\0' || text[n - 2] != '\0')
		return false;
	for (s = text; *s != '\0'; s += strlen(s) + 1)
		if (!one_value(r, s, &role))
			return false;
	return role && s == text + n - 1 && (!r->verify || *r->name != '\0');
}
