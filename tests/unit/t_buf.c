/*
 * buf: bounded byte buffer and bounded reader
 *
 * If it breaks, everything does: a packet of a filter is read beyond its end,
 * a limit does not hold and one sender takes all memory, or octets of one mail
 * appear in another.
 */
#include <stdlib.h>

#include "buf.h"
#include "tap.h"

static void
test_put(void)
{
	struct buf	 b;

	buf_init(&b, 10);
	is_int((int64_t)buf_len(&b), 0, "new: empty");
	is_int(buf_put(&b, "12345", 5), 0, "put");
	is_int(buf_puts(&b, "6789"), 0, "puts");
	is_int(buf_putc(&b, '0'), 0, "putc up to the maximum");
	is_mem(buf_ptr(&b), buf_len(&b), "1234567890", 10, "content");
	ok(!b.bad, "full is not bad");
	is_int(buf_put(&b, "", 0), 0, "nothing fits a full buffer");
	is_int(buf_putc(&b, 'x'), -1, "one octet more does not");
	ok(b.bad, "... and the buffer is bad");
	is_mem(buf_ptr(&b), buf_len(&b), "1234567890", 10, "... and unchanged");
	buf_eat(&b, 4);
	is_int(buf_put(&b, "abcd", 4), 0, "what was eaten is room again");
	is_mem(buf_ptr(&b), buf_len(&b), "567890abcd", 10, "... for others");
	ok(b.bad, "bad stays");
	buf_reset(&b);
	ok(!b.bad && buf_len(&b) == 0, "until reset");
	is_int(buf_puts(&b, "12345678901"), -1, "too much at once");
	is_int((int64_t)buf_len(&b), 0, "... puts nothing");
	buf_free(&b);
	is_int(buf_puts(&b, "12345678901"), -1, "free keeps the maximum");
	is_int(buf_puts(&b, "again"), 0, "free leaves a buffer to be used");
	is_mem(buf_ptr(&b), buf_len(&b), "again", 5, "... with new content");
	buf_free(&b);
}

static void
test_reserve(void)
{
	struct buf	 b;
	char		*p;

	buf_init(&b, 1000);
	buf_puts(&b, "head");
	p = buf_reserve(&b, 996);
	ok(p != NULL, "reserve up to the maximum");
	if (p != NULL)
		memset(p, 'x', 996);
	is_int((int64_t)buf_len(&b), 4, "what is reserved does not count");
	buf_added(&b, 3);
	is_mem(buf_ptr(&b), buf_len(&b), "headxxx", 7, "what is added does");
	ok(buf_reserve(&b, 994) == NULL && b.bad, "reserve beyond the maximum");
	ok(buf_reserve(&b, (size_t)-1) == NULL, "reserve all there is");
	ok(buf_reserve(&b, (size_t)-7) == NULL, "reserve what overflows");
	buf_free(&b);
}

/* Credentials: what is not content must not stay in memory. */
static void
test_wipe(void)
{
	static const char	 zero[512];
	struct buf		 b;

	buf_init(&b, 1000);
	buf_wipe(&b);
	ok(b.data == NULL, "wiping nothing");
	buf_puts(&b, "eaten kept dropped");
	buf_eat(&b, 6);
	buf_cut(&b, 4);
	is_mem(buf_ptr(&b), buf_len(&b), "kept", 4, "cut");
	ok(memmem(b.data, b.cap, "dropped", 7) != NULL &&
	    memmem(b.data, b.cap, "eaten", 5) != NULL, "it is still there");
	buf_wipe(&b);
	is_mem(buf_ptr(&b), buf_len(&b), "kept", 4,
	    "wiped but for the content");
	is_mem(b.data, b.start, zero, b.start, "before it");
	is_mem(b.data + b.end, b.cap - b.end, zero, b.cap - b.end, "behind it");
	buf_eat(&b, 4);
	buf_wipe(&b);
	is_mem(b.data, b.cap, zero, b.cap, "all of it");
	buf_free(&b);
}

static void
test_integers(void)
{
	struct buf	 b;

	buf_init(&b, 10);
	is_int(buf_put_u32(&b, 0x01020384u), 0, "u32");
	is_int(buf_put_u16(&b, 0xfe05), 0, "u16");
	is_mem(buf_ptr(&b), buf_len(&b), "\x01\x02\x03\x84\xfe\x05", 6,
	    "big-endian both");
	is_int(buf_put_str(&b, "abc"), 0, "a string with its NUL fits");
	is_mem(buf_ptr(&b) + 6, buf_len(&b) - 6, "abc", 4, "... and is there");
	is_int(buf_put_str(&b, ""), -1, "NUL alone does not fit any more");
	buf_free(&b);
}

static void
test_printf(void)
{
	struct buf	 b;
	char		 text[5001];

	memset(text, 'y', 5000);
	text[5000] = '\0';
	buf_init(&b, 6000);
	is_int(buf_printf(&b, "%s-%d", "a", 42), 0, "printf");
	is_int(buf_printf(&b, "%s", text), 0, "printf, long");
	is_int((int64_t)buf_len(&b), 5004, "printf: NUL does not count");
	is_mem(buf_ptr(&b), 5, "a-42y", 5, "printf: content");
	is_int(buf_printf(&b, "%s", text), -1, "printf, too long");
	ok(b.bad && buf_len(&b) == 5004, "... puts nothing");
	is_int(buf_printf(&b, "%s", ""), 0, "printf of nothing");
	buf_free(&b);

	buf_init(&b, 5);
	is_int(buf_printf(&b, "%d", 12345), 0, "printf up to the maximum");
	is_int(buf_printf(&b, "%d", 6), -1, "printf beyond it");
	buf_free(&b);
}

static void
test_cstr(void)
{
	struct buf	 b;

	buf_init(&b, 4);
	is_str(buf_cstr(&b), "", "string of an empty buffer");
	buf_puts(&b, "abc");
	is_str(buf_cstr(&b), "abc", "string");
	is_int((int64_t)buf_len(&b), 3, "its NUL does not count");
	buf_putc(&b, 'd');
	is_str(buf_cstr(&b), "abcd", "a NUL has room beyond the maximum");
	is_int(buf_putc(&b, 'e'), -1, "... and nothing else");
	buf_free(&b);
}

static void
test_swap(void)
{
	struct buf	 a;
	struct buf	 b;

	buf_init(&a, 3);
	buf_init(&b, 5);
	buf_puts(&a, "aaa");
	buf_puts(&b, "bbbbb");
	buf_swap(&a, &b);
	is_mem(buf_ptr(&a), buf_len(&a), "bbbbb", 5, "swap: content");
	is_mem(buf_ptr(&b), buf_len(&b), "aaa", 3, "swap: of both");
	is_int(buf_putc(&b, 'x'), -1, "swap: limits, too");
	buf_free(&a);
	buf_free(&b);
}

/* Puts and eats of random sizes, beside an array that is never moved. */
static void
test_random(void)
{
	static char	 model[1 << 20];
	struct buf	 b;
	size_t		 start = 0;
	size_t		 end = 0;
	size_t		 n;
	size_t		 i;
	unsigned int	 seed = 1;
	unsigned int	 refused = 0;

	buf_init(&b, 3000);
	for (i = 0; i < 20000 && end < sizeof(model) - 1000; i++) {
		seed = seed * 1103515245u + 12345;
		n = seed >> 16 & 0x1ff;
		if (seed >> 30 == 0 && n <= end - start) {
			buf_eat(&b, n);
			start += n;
			continue;
		}
		memset(model + end, (int)(i & 0xff), n);
		if (buf_put(&b, model + end, n) == 0)
			end += n;
		else if (++refused > 0 && end - start + n <= 3000)
			break;
		if (buf_len(&b) != end - start || (end > start &&
		    memcmp(buf_ptr(&b), model + start, end - start) != 0))
			break;
	}
	ok(i == 20000 || end >= sizeof(model) - 1000,
	    "random puts and eats: step %zu", i);
	ok(refused > 100, "random puts and eats: some were refused");
	ok(b.cap <= 3001, "random puts and eats: no more memory than allowed");
	buf_free(&b);
	ok(b.cap == 0, "free releases the memory");
}

static void
test_reader(void)
{
	static const char	 data[] = "\x00\x00\x01\x02" "ab\0" "\0" "cd";
	struct rd		 rd;

	rd_init(&rd, data, sizeof(data) - 1);
	is_int(rd_u32(&rd), 258, "reader: u32");
	is_str(rd_str(&rd), "ab", "reader: string");
	is_str(rd_str(&rd), "", "reader: empty string");
	ok(rd_ok(&rd) && rd.left == 2, "reader: all was there");
	is_str(rd_str(&rd), NULL, "reader: string without NUL");
	ok(!rd_ok(&rd), "reader: bad");
	is_int(rd_u32(&rd), 0, "reader: bad stays");
	is_str(rd_str(&rd), NULL, "reader: bad stays for strings");

	rd_init(&rd, data, 3);
	is_int(rd_u32(&rd), 0, "reader: three octets are no u32");
	ok(!rd_ok(&rd), "reader: three octets are bad");
	rd_init(&rd, "\xff\xff\xff\xff", 4);
	is_int(rd_u32(&rd), 0xffffffff, "reader: greatest u32");
	ok(rd_ok(&rd) && rd.left == 0, "reader: at the end is not bad");
	is_str(rd_str(&rd), NULL, "reader: nothing left");
	rd_init(&rd, data + 4, 2);
	is_str(rd_str(&rd), NULL, "reader: NUL behind the data does not count");
}

int
main(void)
{
	test_put();
	test_reserve();
	test_wipe();
	test_integers();
	test_printf();
	test_cstr();
	test_swap();
	test_random();
	test_reader();
	return tap_end();
}
