/*
 * sasl - mechanisms that may cross the gate, and who logs in with them
 *
 * Pure.  The table is an allow-list.  What is not in it cannot work through a
 * gate: *-PLUS binds to a TLS session that the backend does not have, EXTERNAL
 * means a certificate that ended here; or must not: GSSAPI, GS2-*, DIGEST-MD5
 * and KERBEROS_V4 may start a security layer behind the 235 (RFC 4954 4), and
 * from there on nobody in between could read the mail.
 *
 * The backend alone judges the credentials.  What is taken out of them here is
 * the name, for filters and log: what cannot be understood is no name, never
 * an error.  The decoded response, which may have the password in it, does not
 * outlive sasl_user.
 */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "sasl.h"

/* Room for a decoded response; SASL_LINE_MAX octets of base64 fit. */
#define DECODED_MAX	(SASL_LINE_MAX / 4 * 3)

/* Keeps n octets as the name; false when they can be none. */
static bool
keep(char *user, const char *s, size_t n)
{
	if (n > SASL_USER_MAX || memchr(s, '\0', n) != NULL)
		return false;
	memcpy(user, s, n);
	user[n] = '\0';
	return true;
}

/* Keeps what stands between a prefix and an end. */
static bool
keep_between(char *user, const char *s, size_t n, const char *prefix, char end)
{
	size_t		 skip = strlen(prefix);
	const char	*stop;

	if (n < skip || memcmp(s, prefix, skip) != 0)
		return false;
	s += skip;
	stop = memchr(s, end, n - skip);
	return stop != NULL && keep(user, s, (size_t)(stop - s));
}

/* RFC 5802 5.1: "," and "=" are written =2C and =3D; no other "=" may be. */
static bool
unescape(char *s)
{
	char	*to = s;

	for (; *s != '\0'; s++) {
		*to = *s;
		if (*s == '=') {
			if (strncmp(s, "=2C", 3) == 0)
				*to = ',';
			else if (strncmp(s, "=3D", 3) != 0)
				return false;
			s += 2;
		}
		to++;
	}
	*to = '\0';
	return true;
}

/* RFC 4616: authzid NUL authcid NUL password. */
static bool
name_plain(const char *s, size_t n, char *user)
{
	const char	*nul = memchr(s, '\0', n);

	if (nul == NULL)
		return false;
	nul++;
	return keep_between(user, nul, n - (size_t)(nul - s), "", '\0');
}

/* LOGIN: the whole of the first response. */
static bool
name_login(const char *s, size_t n, char *user)
{
	return keep(user, s, n);
}

/* RFC 2195: name, blank, digest. */
static bool
name_cram(const char *s, size_t n, char *user)
{
	const char	*blank = memrchr(s, ' ', n);

	return blank != NULL && keep(user, s, (size_t)(blank - s));
}

/* RFC 5802 7: n=name,r=nonce behind the GS2 header "n,a=authzid,". */
static bool
name_scram(const char *s, size_t n, char *user)
{
	const char	*end = s + n;
	int		 commas;

	for (commas = 0; commas < 2; commas++) {
		if ((s = memchr(s, ',', (size_t)(end - s))) == NULL)
			return false;
		s++;
	}
	return keep_between(user, s, (size_t)(end - s), "n=", ',') &&
	    unescape(user);
}

/* user=name ^A auth=Bearer token ^A ^A */
static bool
name_xoauth2(const char *s, size_t n, char *user)
{
	return keep_between(user, s, n, "user=", '\x01');
}

/* RFC 7628 3.1: the authzid of the GS2 header. */
static bool
name_oauthbearer(const char *s, size_t n, char *user)
{
	const char	*comma = memchr(s, ',', n);

	return comma != NULL && keep_between(user, comma,
	    n - (size_t)(comma - s), ",a=", ',') && unescape(user);
}

static size_t
le16(const char *s)
{
	return (size_t)(unsigned char)s[0] | (size_t)(unsigned char)s[1] << 8;
}

/*
 * The AUTHENTICATE message of NTLM has length and offset of the name, which
 * is UTF-16LE if bit 0 of the flags says so; only ASCII is understood.
 */
static bool
name_ntlm(const char *s, size_t n, char *user)
{
	size_t	 octets;
	size_t	 at;
	size_t	 width;
	size_t	 i;

	if (n < 64 || memcmp(s, "NTLMSSP\0\3\0\0\0", 12) != 0)
		return false;
	octets = le16(s + 36);
	at = le16(s + 40) | le16(s + 42) << 16;
	width = (s[60] & 1) ? 2 : 1;
	if (at > n || octets > n - at || octets % width != 0 ||
	    octets / width > SASL_USER_MAX)
		return false;
	for (i = 0; i < octets / width; i++) {
		user[i] = s[at + i * width];
		if ((user[i] & 0x80) || user[i] == '\0' ||
		    (width == 2 && s[at + i * 2 + 1] != '\0'))
			return false;
	}
	user[i] = '\0';
	return true;
}

static const struct sasl_mech mechs[] = {
	{ "PLAIN", true, 0, name_plain },
	{ "LOGIN", true, 0, name_login },
	{ "CRAM-MD5", false, 0, name_cram },
	{ "SCRAM-SHA-1", false, 0, name_scram },
	{ "SCRAM-SHA-256", false, 0, name_scram },
	{ "SCRAM-SHA-512", false, 0, name_scram },
	{ "XOAUTH2", true, 0, name_xoauth2 },
	{ "OAUTHBEARER", true, 0, name_oauthbearer },
	{ "NTLM", false, 1, name_ntlm },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct sasl_mech *
sasl_find(const char *name, size_t n)
{
	size_t	 i;

	for (i = 0; i < COUNT(mechs); i++)
		if (strlen(mechs[i].name) == n &&
		    strncasecmp(mechs[i].name, name, n) == 0)
			return &mechs[i];
	return NULL;
}

/* The next word of an EHLO line, behind s of length *n; NULL at its end. */
static const char *
next_word(const char *s, size_t *n)
{
	s += *n;
	s += strspn(s, " \t=");
	*n = strcspn(s, " \t\n");
	return *n > 0 ? s : NULL;
}

size_t
sasl_filter(const char *line, bool clear, struct buf *out)
{
	const struct sasl_mech	*m;
	const char		*word = line;
	size_t			 n = strlen("AUTH");
	size_t			 count = 0;

	while ((word = next_word(word, &n)) != NULL) {
		m = sasl_find(word, n);
		if (m == NULL || (m->plain && !clear))
			continue;
		buf_printf(out, "%s%s", count++ > 0 ? " " : "", m->name);
	}
	return count;
}

bool
sasl_listed(const char *line, const struct sasl_mech *m)
{
	const char	*word = line;
	size_t		 n = strlen("AUTH");

	while ((word = next_word(word, &n)) != NULL)
		if (sasl_find(word, n) == m)
			return true;
	return false;
}

static int
digit(char c)
{
	static const char	 alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char		*at = c != '\0' ? strchr(alphabet, c) : NULL;

	return at != NULL ? (int)(at - alphabet) : -1;
}

/* RFC 4648 4; the octets at out, or -1 when it is no base64. */
static int
base64(const char *s, size_t n, char *out)
{
	uint32_t	 bits = 0;
	size_t		 i;
	int		 len = 0;
	int		 d;

	if (n % 4 != 0)
		return -1;
	while (n > 0 && s[n - 1] == '=')
		n--;
	if (n % 4 == 1)
		return -1;
	for (i = 0; i < n; i++) {
		if ((d = digit(s[i])) == -1)
			return -1;
		bits = bits << 6 | (uint32_t)d;
		if (i % 4 != 0)
			out[len++] = (char)(bits >> (6 - i % 4 * 2) & 0xff);
	}
	return len;
}

/* Octets of a UTF-8 character at s, 0 when there is none or it is a control. */
static size_t
utf8_len(const char *s)
{
	const unsigned char	*u = (const unsigned char *)s;
	uint32_t		 c = u[0];
	size_t			 n;
	size_t			 i;

	if (c < 0x80)
		return c >= ' ' && c != 0x7f;
	n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	c &= 0x7fu >> n;
	for (i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3f);
	}
	/* Controls, overlong forms, surrogates, beyond Unicode. */
	if (c < 0xa0 || (n == 3 && c < 0x800) || (n == 4 && c < 0x10000) ||
	    (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return 0;
	return n;
}

/* It goes to headers, macros and the log. */
static bool
presentable(const char *s)
{
	size_t	 n;

	for (; *s != '\0'; s += n)
		if ((n = utf8_len(s)) == 0)
			return false;
	return true;
}

void
sasl_user(const struct sasl_mech *m, unsigned int step, const char *response,
    size_t n, char user[SASL_USER_MAX + 1])
{
	char	 decoded[DECODED_MAX];
	int	 size;

	user[0] = '\0';
	if (step != m->step || n > SASL_LINE_MAX)
		return;
	/* "=" is an empty response (RFC 4954 4), and no base64. */
	size = base64(response, n, decoded);
	if (size <= 0 || !m->name_of(decoded, (size_t)size, user) ||
	    !presentable(user))
		user[0] = '\0';
	explicit_bzero(decoded, sizeof(decoded));
}
