/*
 * fuzz_sasl - who logs in, from a client's response
 *
 * The first line is a backend's EHLO line, the second a mechanism; what follows
 * is taken as a response, and as the octets that a response encodes.  Checked:
 * a line that is filtered twice stays as it is; a user name is UTF-8, can be
 * shown, is not longer than it may be and a part of what was decoded; PLAIN is
 * taken apart as by a reader of our own.
 */
#include "fuzz.h"
#include "sasl.h"

static const char	 alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static size_t
encode(const uint8_t *p, size_t n, char *out)
{
	size_t		 len = 0;
	size_t		 i;
	uint32_t	 bits;

	for (i = 0; i < n; i += 3) {
		bits = (uint32_t)p[i] << 16 |
		    (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) |
		    (i + 2 < n ? (uint32_t)p[i + 2] : 0);
		out[len++] = alphabet[bits >> 18 & 63];
		out[len++] = alphabet[bits >> 12 & 63];
		out[len++] = i + 1 < n ? alphabet[bits >> 6 & 63] : '=';
		out[len++] = i + 2 < n ? alphabet[bits & 63] : '=';
	}
	return len;
}

/* A decoder that goes by the bits of each octet. */
static bool
utf8(const char *s)
{
	const unsigned char	*u = (const unsigned char *)s;
	static const uint32_t	 least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t		 c;
	int			 n;
	int			 i;

	while (*u != '\0') {
		for (n = 0; n < 5 && (*u & (0x80 >> n)); n++)
			continue;
		if (n == 1 || n > 4)
			return false;
		c = n == 0 ? *u : *u & (0x7fu >> n);
		u++;
		for (i = 1; i < n; i++, u++) {
			if (*u >> 6 != 2)
				return false;
			c = c * 64 + *u % 64;
		}
		if ((n > 1 && c < least[n]) || c > 0x10ffff ||
		    (c >= 0xd800 && c < 0xe000))
			return false;
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			return false;
	}
	return true;
}

static void
check_user(const char *user)
{
	fuzz_check(strlen(user) <= SASL_USER_MAX, "length of a name");
	fuzz_check(utf8(user), "a name can be shown");
}

/* authzid NUL authcid NUL password, read from the left, octet by octet. */
static void
check_plain(const uint8_t *p, size_t n, const char *user)
{
	char	 want[SASL_USER_MAX + 2];
	size_t	 len = 0;
	size_t	 i;
	int	 nuls = 0;

	for (i = 0; i < n && nuls < 2; i++) {
		if (p[i] == '\0')
			nuls++;
		else if (nuls == 1 && len < SASL_USER_MAX + 1)
			want[len++] = (char)p[i];
	}
	want[len] = '\0';
	if (nuls < 2 || len > SASL_USER_MAX || !utf8(want))
		want[0] = '\0';
	fuzz_check(strcmp(user, want) == 0, "name in PLAIN");
}

static void
check_decoded(const struct sasl_mech *m, const uint8_t *p, size_t n)
{
	char	 text[SASL_LINE_MAX];
	char	 user[SASL_USER_MAX + 1];

	if (n > SASL_LINE_MAX / 4 * 3)
		return;
	sasl_user(m, m->step, text, encode(p, n, text), user);
	check_user(user);
	if (strcmp(m->name, "PLAIN") == 0)
		check_plain(p, n, user);
	/* What has no escapes is there as it stands. */
	if (strstr(m->name, "SCRAM") == NULL && strcmp(m->name, "NTLM") != 0 &&
	    strcmp(m->name, "OAUTHBEARER") != 0)
		fuzz_check(user[0] == '\0' ||
		    memmem(p, n, user, strlen(user)) != NULL,
		    "a name is part of the response");
	sasl_user(m, m->step + 1, text, encode(p, n, text), user);
	fuzz_check(user[0] == '\0', "no name in another response");
}

static void
check_filter(const char *line, bool clear)
{
	struct buf	 once;
	struct buf	 twice;
	size_t		 n;

	buf_init(&once, 1 << 20);
	buf_init(&twice, 1 << 20);
	buf_puts(&once, "AUTH ");
	buf_puts(&twice, "AUTH ");
	n = sasl_filter(line, clear, &once);
	fuzz_check(fuzz_clean(buf_ptr(&once), buf_len(&once)),
	    "what is offered is clean");
	fuzz_check(sasl_filter(buf_cstr(&once), clear, &twice) == n &&
	    fuzz_same(&once, &twice), "what was filtered stays");
	buf_free(&once);
	buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sasl_mech	*m;
	char			 user[SASL_USER_MAX + 1];
	char			*line = fuzz_line(&data, &size);
	char			*name = fuzz_line(&data, &size);

	if (line != NULL && strlen(line) > 4) {
		check_filter(line, true);
		check_filter(line, false);
	}
	m = name != NULL ? sasl_find(name, strlen(name)) : NULL;
	if (m != NULL) {
		sasl_user(m, m->step, (const char *)data, size, user);
		check_user(user);
		check_decoded(m, data, size);
	}
	free(line);
	free(name);
	return 0;
}
