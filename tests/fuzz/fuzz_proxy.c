/*
 * fuzz_proxy - a PROXY header as it comes in
 *
 * The input is what a load balancer sends, octet for octet; "\n" and the like
 * stand for themselves here.  Checked: reading asks for octets until it has a
 * header or knows that there is none, and never for more than the limit; what
 * is understood can be written again, in both versions, and means the same.
 */
#include <sys/socket.h>

#include <arpa/inet.h>

#include "fuzz.h"
#include "proxy.h"

static void
check_side(const struct side *s)
{
	unsigned char	 a[16];
	char		 text[INET6_ADDRSTRLEN];

	if (s->addr[0] == '\0')
		return;
	fuzz_check(s->family == AF_INET || s->family == AF_INET6, "family");
	fuzz_check(inet_pton(s->family, s->addr, a) == 1, "address is one");
	fuzz_check(inet_ntop(s->family, a, text, sizeof(text)) != NULL &&
	    strcmp(text, s->addr) == 0, "address is in its one form");
	fuzz_check(strncmp(s->addr, "::ffff:", 7) != 0 ||
	    strchr(s->addr, '.') == NULL, "IPv4 is IPv4");
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
check_written(const struct side *from, const struct side *to,
    void (*put)(struct buf *, const struct side *, const struct side *,
    const struct tls_facts *))
{
	static const struct tls_facts	 none;
	struct side		 from2;
	struct side		 to2;
	struct buf		 b;
	const unsigned char	*p;
	size_t			 n = 0;
	size_t			 want = 1;

	buf_init(&b, 300);
	put(&b, from, to, &none);
	p = (unsigned char *)buf_ptr(&b);
	while (want > n) {
		n = want;
		fuzz_check(n <= buf_len(&b), "ends where it ends");
		want = proxy_length(p, n);
	}
	fuzz_check(want == buf_len(&b), "is whole");
	fuzz_check(proxy_parse(p, n, &from2, &to2) == PROXY_CLIENT &&
	    same(from, &from2) && same(to, &to2), "means the same");
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
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
	says = proxy_parse(data, n, &from, &to);
	fuzz_check((n > 0 && want == n) || says == PROXY_BAD, "half is none");
	check_side(&from);
	check_side(&to);
	if (says == PROXY_CLIENT) {
		fuzz_check(from.addr[0] != '\0', "a client has an address");
		if (to.addr[0] != '\0') {
			check_written(&from, &to, proxy_put_v1);
			check_written(&from, &to, proxy_put_v2);
		}
	}
	return 0;
}
