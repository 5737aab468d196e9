/*
 * fuzz_proxy - a PROXY header as it comes in
 *
 * The input is what a load balancer sends, octet for octet; "\n" and the like
 * stand for themselves here.  Checked: reading asks for octets until it has a
 * header or knows that there is none, and never for more than the limit; what
 * is understood can be written again, in both versions, and means the same, of
 * the client's TLS in version 2 as well.
 */
#include "fuzz.h"
#include "proxy.h"

static void
check_side(const struct side *s)
{
	fuzz_side(s);
	fuzz_check(strcmp(s->addr, "0.0.0.0") != 0 &&
	    strcmp(s->addr, "::") != 0, "somebody");
}

static bool
same(const struct side *a, const struct side *b)
{
	return a->family == b->family && a->port == b->port &&
	    strcmp(a->addr, b->addr) == 0;
}

static void
check_facts(const struct tls_facts *f)
{
	const char	*texts[] = { f->version, f->cipher, f->bits, f->sni,
			    f->subject, f->issuer, f->cn };
	size_t		 i;

	if (!f->on)
		return;
	fuzz_check(f->version[0] != '\0', "TLS has a version");
	fuzz_check(strcmp(f->verify, "OK") == 0 || strcmp(f->verify,
	    "FAIL") == 0 || strcmp(f->verify, "NO") == 0, "a verdict");
	fuzz_check((f->cn[0] != '\0') == (f->subject[0] != '\0'), "a name");
	fuzz_check(f->cn[0] == '\0' || strcmp(f->verify, "NO") != 0,
	    "a name of a certificate");
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fuzz_check(fuzz_clean(texts[i], strlen(texts[i])), "clean");
}

/* Names that are too long are left out, and others are not. */
static bool
same_name(const char *a, const char *b)
{
	return strcmp(a, b) == 0 || (*b == '\0' && strlen(a) > 20);
}

static bool
same_tls(const struct tls_facts *a, const struct tls_facts *b)
{
	return a->on == b->on && (!a->on || (a->resumed == b->resumed &&
	    strcmp(a->version, b->version) == 0 &&
	    strcmp(a->cipher, b->cipher) == 0 &&
	    same_name(a->sni, b->sni) && same_name(a->cn, b->cn) &&
	    strcmp(a->verify, b->verify) == 0));
}

static void
check_written(const struct side *from, const struct side *to,
    const struct tls_facts *tls, bool tells,
    void (*put)(struct buf *, const struct side *, const struct side *,
    const struct tls_facts *))
{
	struct tls_facts	 tls2;
	struct side		 from2;
	struct side		 to2;
	struct buf		 b;
	const unsigned char	*p;
	size_t			 n = 0;
	size_t			 want = 1;

	buf_init(&b, PROXY_PUT_MAX);
	put(&b, from, to, tls);
	fuzz_check(!b.bad, "is no longer than it may be");
	p = (unsigned char *)buf_ptr(&b);
	while (want > n) {
		n = want;
		fuzz_check(n <= buf_len(&b), "ends where it ends");
		want = proxy_length(p, n);
	}
	fuzz_check(want == buf_len(&b), "is whole");
	fuzz_check(proxy_parse(p, n, &from2, &to2, &tls2) == PROXY_CLIENT &&
	    same(from, &from2) && same(to, &to2), "means the same");
	fuzz_check(tells ? same_tls(tls, &tls2) : !tls2.on, "and of TLS");
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tls_facts tls;
	struct side	 from;
	struct side	 to;
	enum proxy_says	 says;
	size_t		 n = 0;
	size_t		 want = 1;

	while (want > n && want <= size) {
		n = want;
		want = proxy_length(data, n);
		fuzz_check(want == 0 || want >= n, "never gives back");
		fuzz_check(want <= PROXY_HEADER_MAX, "asks within the limit");
	}
	says = proxy_parse(data, n, &from, &to, &tls);
	fuzz_check((n > 0 && want == n) || says == PROXY_BAD, "half is none");
	check_side(&from);
	check_side(&to);
	check_facts(&tls);
	fuzz_check(!tls.on || says == PROXY_CLIENT || says == PROXY_UNKNOWN,
	    "TLS of a client");
	if (says == PROXY_CLIENT) {
		fuzz_check(from.addr[0] != '\0', "a client has an address");
		if (to.addr[0] != '\0') {
			check_written(&from, &to, &tls, false, proxy_put_v1);
			check_written(&from, &to, &tls, true, proxy_put_v2);
		}
	}
	return 0;
}
