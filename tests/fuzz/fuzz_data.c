/*
 * fuzz_data - a client's data, as DATA and as BDAT, and a filter's new body
 *
 * The first octet says how: bit 0, the line DATA ended with a bare LF; bit 1,
 * lines may have 80 octets instead of 64K; the rest seeds where the data are
 * cut.  Checked: E1 to E3 of the design (CR and LF in pairs, no NUL; each line
 * that begins with a dot begins with two; the text ends a line), that taking
 * the dots away gives the content back, and that cutting the data anywhere, or
 * everywhere, changes nothing.
 */
#include "fuzz.h"
#include "stream.h"

/* Feeds pieces of up to max octets. */
static size_t
feed(struct datain *d, const char *p, size_t n, unsigned int max,
    uint64_t *seed, struct buf *out)
{
	struct buf	 part;
	size_t		 used = 0;
	size_t		 k;

	buf_init(&part, 0);
	while (used < n && d->state != DI_END) {
		k = 1 + (max > 1 ? fuzz_random(seed, max) : 0);
		k = k > n - used ? n - used : k;
		/* The room that was promised and no more. */
		buf_reset(&part);
		part.max = 2 * k + 4;
		k = datain_feed(d, p + used, k, &part);
		fuzz_check(!part.bad, "room for 2n + 4");
		used += k;
		buf_put(out, buf_ptr(&part), buf_len(&part));
	}
	buf_free(&part);
	return used;
}

static void
stuff(const struct buf *canon, unsigned int max, uint64_t *seed,
    struct buf *wire)
{
	bool	 bol = true;
	size_t	 i;
	size_t	 k;

	for (i = 0; i < buf_len(canon); i += k) {
		k = 1 + fuzz_random(seed, max);
		k = k > buf_len(canon) - i ? buf_len(canon) - i : k;
		dataout_put(&bol, buf_ptr(canon) + i, k, wire);
	}
}

static void
check_wire(const struct buf *canon, const struct buf *wire)
{
	const char	*s = buf_ptr(wire);
	struct buf	 back;
	size_t		 i;

	fuzz_check(fuzz_canonical(s, buf_len(wire)), "E1, E3 on the wire");
	buf_init(&back, buf_len(wire) + 1);
	for (i = 0; i < buf_len(wire); i++) {
		if (s[i] == '.' && (i == 0 || s[i - 1] == '\n')) {
			fuzz_check(s[i + 1] == '.', "E2 on the wire");
			continue;
		}
		buf_putc(&back, s[i]);
	}
	/* Each pair of dots has lost its first. */
	fuzz_check(fuzz_same(&back, canon), "content comes back");
	buf_free(&back);
}

static void
check_out(const struct buf *canon, uint64_t *seed)
{
	struct buf	 wire;

	buf_init(&wire, 2 * buf_len(canon) + 1);
	stuff(canon, 300, seed, &wire);
	check_wire(canon, &wire);
	buf_free(&wire);
}

static void
client(const char *p, size_t n, int how)
{
	const size_t	 maxline = how & 2 ? 80 : 65536;
	struct datain	 a;
	struct datain	 b;
	struct buf	 fast;
	struct buf	 slow;
	uint64_t	 seed = (uint64_t)how + n;
	size_t		 ua;
	size_t		 ub;

	buf_init(&fast, 2 * n + 8);
	buf_init(&slow, 2 * n + 8);
	datain_init(&a, maxline, how & 1);
	datain_init(&b, maxline, how & 1);
	ua = feed(&a, p, n, how & 4 ? 400 : 70000, &seed, &fast);
	ub = feed(&b, p, n, 1, &seed, &slow);
	fuzz_check(ua == ub && fuzz_same(&fast, &slow), "cuts: octets");
	fuzz_check(a.state == b.state && a.found == b.found &&
	    a.col == b.col && a.dotlines == b.dotlines, "cuts: state");
	fuzz_check(a.state == DI_END || ua == n, "all is used");
	if (a.state == DI_END) {
		fuzz_check(ua >= 3 && memcmp(p + ua - 3, ".\r\n", 3) == 0 &&
		    (ua == 3 || memcmp(p + ua - 5, "\r\n", 2) == 0),
		    "the end is CRLF.CRLF");
		fuzz_check(fuzz_canonical(buf_ptr(&fast), buf_len(&fast)),
		    "E1, E3 of the content");
		check_out(&fast, &seed);
	}
	buf_free(&fast);
	buf_free(&slow);
}

/* The same octets as chunks: all are content, and none is an end. */
static void
chunks(const char *p, size_t n, int how)
{
	const size_t	 maxline = how & 2 ? 80 : 65536;
	struct datain	 a;
	struct datain	 b;
	struct buf	 fast;
	struct buf	 slow;
	uint64_t	 seed = (uint64_t)how + n;

	buf_init(&fast, 2 * n + 8);
	buf_init(&slow, 2 * n + 8);
	datain_init_chunks(&a, maxline);
	datain_init_chunks(&b, maxline);
	fuzz_check(feed(&a, p, n, how & 4 ? 400 : 70000, &seed, &fast) == n,
	    "chunks: all is used");
	fuzz_check(feed(&b, p, n, 1, &seed, &slow) == n,
	    "chunks: each octet is used");
	datain_end(&a, &fast);
	datain_end(&b, &slow);
	fuzz_check(fuzz_same(&fast, &slow) && a.found == b.found &&
	    a.dotlines == b.dotlines, "chunks: cuts");
	fuzz_check(fuzz_canonical(buf_ptr(&fast), buf_len(&fast)),
	    "E1, E3 of chunks");
	if (a.found == 0)
		fuzz_check(buf_len(&fast) - n <= 2 &&
		    memcmp(buf_ptr(&fast), p, n) == 0,
		    "chunks: what is canonical stays");
	check_out(&fast, &seed);
	buf_free(&fast);
	buf_free(&slow);
}

static void
filter(const char *p, size_t n, int how)
{
	struct textin	 t;
	struct textin	 o;
	struct buf	 a;
	struct buf	 b;
	uint64_t	 seed = (uint64_t)how + n;
	size_t		 i;
	size_t		 k;

	buf_init(&a, 2 * n + 8);
	buf_init(&b, 2 * n + 8);
	textin_init(&t);
	textin_init(&o);
	for (i = 0; i < n; i += k) {
		k = 1 + fuzz_random(&seed, 300);
		k = k > n - i ? n - i : k;
		textin_feed(&t, p + i, k, &a);
	}
	for (i = 0; i < n; i++)
		textin_feed(&o, p + i, 1, &b);
	textin_end(&t, &a);
	textin_end(&o, &b);
	fuzz_check(!a.bad && fuzz_same(&a, &b) && t.dotlines == o.dotlines,
	    "cuts of a new body");
	fuzz_check(fuzz_canonical(buf_ptr(&a), buf_len(&a)),
	    "E1, E3 of a new body");
	check_out(&a, &seed);
	buf_free(&a);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	client((const char *)data + 1, size - 1, *data);
	chunks((const char *)data + 1, size - 1, *data);
	filter((const char *)data + 1, size - 1, *data);
	return 0;
}
