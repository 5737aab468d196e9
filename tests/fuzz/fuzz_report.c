/*
 * fuzz_report - what a TLS helper says of a handshake
 *
 * The report is the input as it is: names and values, each ended by NUL, and
 * one more NUL.  Names and subjects in it are the peer's own.  Checked: it is
 * TLS only without an error and with something said; what goes into headers,
 * macros and the log is clean; and a reader of our own agrees on whether the
 * list is one.
 */
#include "fuzz.h"
#include "helper.h"

/* Strings that are not empty, up to the first that is: at the very end. */
static bool
whole(const uint8_t *p, size_t n)
{
	size_t	 i = 0;

	while (i < n && p[i] != '\0') {
		while (i < n && p[i] != '\0')
			i++;
		i++;
	}
	return i + 1 == n;
}

/* A name that is cut short is another; what was cleaned is not looked for. */
static bool
not_cut(const uint8_t *data, size_t size, const char *text)
{
	return *text == '\0' || strchr(text, '?') != NULL ||
	    memmem(data, size, text, strlen(text) + 1) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tls_facts	 f;
	const char		*texts[] = { f.version, f.cipher, f.bits, f.sni,
				    f.verify, f.subject, f.issuer, f.cn,
				    f.error };
	char			*copy = malloc(size + 1);
	bool			 good;
	size_t			 i;

	if (copy == NULL)
		abort();
	/* Not a terminator more than there is. */
	memcpy(copy, data, size);
	copy = realloc(copy, size > 0 ? size : 1);
	good = helper_parse(&f, copy, size);
	free(copy);
	fuzz_check(good == whole(data, size), "a list up to its end");
	fuzz_check(!f.on || (good && size > 1 && f.error[0] == '\0' &&
	    f.version[0] != '\0'), "TLS only when it is said");
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fuzz_check(fuzz_clean(texts[i], strlen(texts[i])), "clean");
	fuzz_check(not_cut(data, size, f.subject) && not_cut(data, size,
	    f.cn) && not_cut(data, size, f.sni), "a name is whole");
	fuzz_check(strcmp(f.verify, "OK") != 0 || memmem(data, size,
	    "SSL_CLIENT_VERIFY=SUCCESS", 26) != NULL, "verified when so said");
	return 0;
}
