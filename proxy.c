/*
 * proxy - the PROXY protocol's header, both ways
 *
 * HAProxy's proxy-protocol.txt, versions 1 (a line) and 2 (binary).  Reading is
 * strict: one blank between fields, no leading zeros, no line beyond 107
 * octets, and of version 2 only TCP, Unix sockets and "unspecified", with TLVs
 * whose lengths add up.  A header that is nearly right comes from a program
 * that means something else.  Of the TLVs those of the client's TLS are taken,
 * and the checksum, which must be right if it is there; others are skipped.
 *
 * Pure: octets in, facts out; upstream.c reads them, identity.c writes.
 */
#include <arpa/inet.h>

#include <string.h>

#include "proxy.h"

#define V1_MIN		15	/* octets, CRLF included: UNKNOWN */
#define V1_MAX		107
#define V2_HEAD		16

enum tlv {
	TLV_AUTHORITY = 0x02,
	TLV_CRC32C = 0x03,
	TLV_SSL = 0x20,
	TLV_SSL_VERSION = 0x21,		/* these within TLV_SSL */
	TLV_SSL_CN = 0x22,
	TLV_SSL_CIPHER = 0x23
};
#define TLV_HEAD		3

/* The first octet of TLV_SSL. */
#define CLIENT_SSL		0x01
#define CLIENT_CERT_CONN	0x02	/* shown in this handshake */
#define CLIENT_CERT_SESS	0x04	/* in that of its session */
#define SSL_HEAD		5	/* ... and 4 of the verification */

/* That there is TLS, and which, always fits. */
#define SIZE(fact)	(TLV_HEAD - 1 + sizeof(((struct tls_facts *)0)->fact))
_Static_assert(V2_HEAD + 36 + TLV_HEAD + SSL_HEAD + SIZE(version) +
    SIZE(cipher) <= PROXY_PUT_MAX, "PROXY_PUT_MAX");

static const unsigned char	 signature[12] = { 0x0d, 0x0a, 0x0d, 0x0a,
	    0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a };

size_t
proxy_length(const unsigned char *p, size_t n)
{
	static const char	 word[6] = "PROXY ";
	const unsigned char	*lf;
	size_t			 len;

	if (n == 0)
		return 1;
	if (memcmp(p, word, n < sizeof(word) ? n : sizeof(word)) == 0) {
		if (n < V1_MIN)
			return V1_MIN;
		lf = memchr(p, '\n', n < V1_MAX ? n : V1_MAX);
		if (lf == NULL)
			return n < V1_MAX ? n + 1 : 0;
		len = (size_t)(lf - p) + 1;
		return len >= V1_MIN ? len : 0;
	}
	len = n < sizeof(signature) ? n : sizeof(signature);
	if (memcmp(p, signature, len) != 0)
		return 0;
	if (n < V2_HEAD)
		return V2_HEAD;
	len = V2_HEAD + ((size_t)p[14] << 8 | p[15]);
	return len <= PROXY_HEADER_MAX ? len : 0;
}

/* 0 to 65535 in decimal, without leading zeros. */
static bool
take_port(const char *s, uint16_t *port)
{
	unsigned int	 n = 0;
	size_t		 len = strspn(s, "0123456789");
	size_t		 i;

	if (len == 0 || len > 5 || s[len] != '\0' || (*s == '0' && len > 1))
		return false;
	for (i = 0; i < len; i++)
		n = n * 10 + (unsigned int)(s[i] - '0');
	*port = (uint16_t)n;
	return n <= 65535;
}

/* An address of that family as text, in the one form that all use. */
static bool
take_text(int family, const char *s, struct side *side)
{
	unsigned char	 addr[16];

	if (inet_pton(family, s, addr) != 1)
		return false;
	(void)side_set(side, s);
	return true;
}

static enum proxy_says
parse_v1(const unsigned char *p, size_t n, struct side *from, struct side *to)
{
	char	 line[V1_MAX + 1];
	char	*rest = line;
	char	*field[6];
	size_t	 nfield;
	int	 family;

	if (n < 2 || n > V1_MAX || memcmp(p + n - 2, "\r\n", 2) != 0 ||
	    memchr(p, '\0', n) != NULL || memchr(p, '\r', n - 2) != NULL)
		return PROXY_BAD;
	memcpy(line, p, n - 2);
	line[n - 2] = '\0';
	/* What follows is to be ignored. */
	if (strcmp(line, "PROXY UNKNOWN") == 0 ||
	    strncmp(line, "PROXY UNKNOWN ", 14) == 0)
		return PROXY_UNKNOWN;
	for (nfield = 0; nfield < 6 && rest != NULL; nfield++)
		field[nfield] = strsep(&rest, " ");
	if (nfield < 6 || rest != NULL)
		return PROXY_BAD;
	if (strcmp(field[1], "TCP4") == 0)
		family = AF_INET;
	else if (strcmp(field[1], "TCP6") == 0)
		family = AF_INET6;
	else
		return PROXY_BAD;
	if (!take_text(family, field[2], from) ||
	    !take_text(family, field[3], to) ||
	    !take_port(field[4], &from->port) ||
	    !take_port(field[5], &to->port))
		return PROXY_BAD;
	return PROXY_CLIENT;
}

static void
take_binary(int family, const unsigned char *addr, const unsigned char *port,
    struct side *side)
{
	char	 text[INET6_ADDRSTRLEN];

	(void)inet_ntop(family, addr, text, sizeof(text));
	(void)side_set(side, text);
	side->port = (uint16_t)(port[0] << 8 | port[1]);
}

/* The whole header, and what is known of TLS by now. */
struct header {
	const unsigned char	*p;
	size_t			 n;
	struct tls_facts	*tls;
};

/* Octets of a text; one that is too long is none, not another. */
static void
take_string(char *to, size_t size, const unsigned char *v, size_t n)
{
	size_t	 i;

	if (n >= size)
		return;
	/* They go into headers and macros. */
	for (i = 0; i < n; i++)
		to[i] = (char)(v[i] < ' ' || v[i] == 127 ? '?' : v[i]);
	to[n] = '\0';
}

/* With the four octets of the checksum itself as 0 (RFC 4960 B). */
static uint32_t
crc32c(const struct header *h, const unsigned char *sum)
{
	uint32_t	 crc = 0xffffffff;
	size_t		 i;
	int		 bit;

	for (i = 0; i < h->n; i++) {
		if (h->p + i < sum || h->p + i >= sum + 4)
			crc ^= h->p[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static uint32_t
number(const unsigned char *v)
{
	return (uint32_t)v[0] << 24 | (uint32_t)v[1] << 16 |
	    (uint32_t)v[2] << 8 | v[3];
}

/* Gives each TLV to take; false when they are wrong, or take says so. */
static bool
take_tlvs(struct header *h, const unsigned char *p, size_t n,
    bool (*take)(struct header *, int, const unsigned char *, size_t))
{
	size_t	 len;

	for (; n > 0; p += len, n -= len) {
		if (n < TLV_HEAD)
			return false;
		len = (size_t)p[1] << 8 | p[2];
		if (len > n - TLV_HEAD ||
		    !take(h, p[0], p + TLV_HEAD, len))
			return false;
		len += TLV_HEAD;
	}
	return true;
}

static bool
take_inner(struct header *h, int type, const unsigned char *v, size_t n)
{
	struct tls_facts	*f = h->tls;

	if (type == TLV_SSL_VERSION)
		take_string(f->version, sizeof(f->version), v, n);
	else if (type == TLV_SSL_CIPHER)
		take_string(f->cipher, sizeof(f->cipher), v, n);
	else if (type == TLV_SSL_CN)
		take_string(f->cn, sizeof(f->cn), v, n);
	return true;
}

static bool
take_outer(struct header *h, int type, const unsigned char *v, size_t n)
{
	struct tls_facts	*f = h->tls;

	switch (type) {
	case TLV_AUTHORITY:
		take_string(f->sni, sizeof(f->sni), v, n);
		return true;
	case TLV_CRC32C:
		return n == 4 && number(v) == crc32c(h, v);
	case TLV_SSL:
		if (n < SSL_HEAD || f->verify[0] != '\0')
			return false;
		f->on = v[0] & CLIENT_SSL;
		f->resumed = !(v[0] & CLIENT_CERT_CONN) &&
		    (v[0] & CLIENT_CERT_SESS);
		/* Without a certificate HAProxy says 0 as well. */
		(void)strlcpy(f->verify, !(v[0] & (CLIENT_CERT_CONN |
		    CLIENT_CERT_SESS)) ? "NO" : number(v + 1) == 0 ? "OK" :
		    "FAIL", sizeof(f->verify));
		return take_tlvs(h, v + SSL_HEAD, n - SSL_HEAD, take_inner);
	default:
		return true;
	}
}

/* The common name as a whole name (RFC 4514 2.4). */
static void
set_subject(struct tls_facts *f)
{
	size_t		 i = strlcpy(f->subject, "CN=", sizeof(f->subject));
	const char	*s;

	_Static_assert(3 + 2 * sizeof(f->cn) <= sizeof(f->subject), "room");
	for (s = f->cn; *s != '\0'; s++) {
		if (strchr(",+\"\\<>;", *s) != NULL || (*s == '#' &&
		    s == f->cn) || (*s == ' ' && (s == f->cn || s[1] == '\0')))
			f->subject[i++] = '\\';
		f->subject[i++] = *s;
	}
	f->subject[i] = '\0';
}

/* What the TLVs say of TLS; false when they are none. */
static bool
parse_tlvs(const unsigned char *p, size_t n, size_t skip, struct tls_facts *f)
{
	struct header	 h = { p, n, f };

	if (!take_tlvs(&h, p + skip, n - skip, take_outer))
		return false;
	if (!f->on)
		memset(f, 0, sizeof(*f));
	else if (f->version[0] == '\0')
		(void)strlcpy(f->version, "TLS", sizeof(f->version));
	/* A name of a certificate wants one. */
	if (strcmp(f->verify, "NO") == 0)
		f->cn[0] = '\0';
	if (f->cn[0] != '\0')
		set_subject(f);
	return true;
}

static enum proxy_says
parse_v2(const unsigned char *p, size_t n, struct side *from, struct side *to,
    struct tls_facts *tls)
{
	/* Octets of both addresses and ports. */
	static const struct {
		unsigned char	 kind;
		int		 family;
		size_t		 addr;
		size_t		 len;
	} kinds[] = {
		{ 0x00, AF_UNSPEC, 0, 0 },
		{ 0x11, AF_INET, 4, 12 },
		{ 0x21, AF_INET6, 16, 36 },
		{ 0x31, AF_UNIX, 0, 216 },
	};
	size_t	 i;

	if (p[12] == 0x20)
		return PROXY_LOCAL;
	if (p[12] != 0x21)
		return PROXY_BAD;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == p[13])
			break;
	if (i == sizeof(kinds) / sizeof(kinds[0]) ||
	    n - V2_HEAD < kinds[i].len)
		return PROXY_BAD;
	/* Where the TLVs of something unspecified begin nobody says. */
	if (kinds[i].len > 0 &&
	    !parse_tlvs(p, n, V2_HEAD + kinds[i].len, tls))
		return PROXY_BAD;
	n = kinds[i].addr;
	if (n == 0)
		return PROXY_UNKNOWN;
	p += V2_HEAD;
	take_binary(kinds[i].family, p, p + 2 * n, from);
	take_binary(kinds[i].family, p + n, p + 2 * n + 2, to);
	return PROXY_CLIENT;
}

enum proxy_says
proxy_parse(const unsigned char *p, size_t n, struct side *from,
    struct side *to, struct tls_facts *tls)
{
	enum proxy_says	 says;

	memset(from, 0, sizeof(*from));
	memset(to, 0, sizeof(*to));
	memset(tls, 0, sizeof(*tls));
	if (n == 0 || proxy_length(p, n) != n)
		return PROXY_BAD;
	says = p[0] == 'P' ? parse_v1(p, n, from, to) :
	    parse_v2(p, n, from, to, tls);
	if (says == PROXY_BAD)
		tls->on = false;
	/* 0.0.0.0 is nobody's address. */
	return says == PROXY_CLIENT && from->addr[0] == '\0' ?
	    PROXY_UNKNOWN : says;
}

/* Both ends must be of one family: IPv4 beside IPv6 is written mapped. */
static bool
both_ipv4(const struct side *from, const struct side *to)
{
	return from->family == AF_INET && to->family == AF_INET;
}

static void
put_text(struct buf *b, const struct side *s, bool v4)
{
	buf_printf(b, " %s%s", !v4 && s->family == AF_INET ? "::ffff:" : "",
	    s->addr);
}

void
proxy_put_v1(struct buf *b, const struct side *from, const struct side *to,
    const struct tls_facts *tls)
{
	bool	 v4 = both_ipv4(from, to);

	(void)tls;
	buf_printf(b, "PROXY %s", v4 ? "TCP4" : "TCP6");
	put_text(b, from, v4);
	put_text(b, to, v4);
	buf_printf(b, " %u %u\r\n", from->port, to->port);
}

static void
put_binary(struct buf *b, const struct side *s, bool v4)
{
	static const unsigned char	 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0,
					    0, 0, 0xff, 0xff };
	unsigned char			 addr[16];

	if (!v4 && s->family == AF_INET)
		buf_put(b, mapped, sizeof(mapped));
	(void)inet_pton(s->family, s->addr, addr);
	buf_put(b, addr, s->family == AF_INET ? 4 : 16);
}

/* Unless it is empty, or does not fit. */
static void
put_tlv(struct buf *b, enum tlv type, const char *value, size_t n)
{
	if (n == 0 || buf_len(b) + TLV_HEAD + n > b->max)
		return;
	buf_putc(b, (char)type);
	buf_put_u16(b, (uint16_t)n);
	buf_put(b, value, n);
}

/* The client's TLS: flags, what became of its certificate, and more TLVs. */
static void
put_ssl(struct buf *b, const struct tls_facts *f)
{
	struct buf	 v;
	bool		 cert = strcmp(f->verify, "NO") != 0;

	buf_init(&v, b->max - TLV_HEAD);
	buf_putc(&v, (char)(CLIENT_SSL | (cert ? CLIENT_CERT_SESS : 0) |
	    (cert && !f->resumed ? CLIENT_CERT_CONN : 0)));
	buf_put_u32(&v, strcmp(f->verify, "OK") != 0);
	put_tlv(&v, TLV_SSL_VERSION, f->version, strlen(f->version));
	put_tlv(&v, TLV_SSL_CIPHER, f->cipher, strlen(f->cipher));
	put_tlv(&v, TLV_SSL_CN, f->cn, strlen(f->cn));
	put_tlv(b, TLV_SSL, buf_ptr(&v), buf_len(&v));
	buf_free(&v);
}

void
proxy_put_v2(struct buf *b, const struct side *from, const struct side *to,
    const struct tls_facts *tls)
{
	struct buf	 tlvs;
	bool		 v4 = both_ipv4(from, to);
	size_t		 addrs = v4 ? 12 : 36;

	buf_init(&tlvs, PROXY_PUT_MAX - V2_HEAD - addrs);
	if (tls->on) {
		put_ssl(&tlvs, tls);
		put_tlv(&tlvs, TLV_AUTHORITY, tls->sni, strlen(tls->sni));
	}
	buf_put(b, signature, sizeof(signature));
	buf_putc(b, 0x21);
	buf_putc(b, v4 ? 0x11 : 0x21);
	buf_put_u16(b, (uint16_t)(addrs + buf_len(&tlvs)));
	put_binary(b, from, v4);
	put_binary(b, to, v4);
	buf_put_u16(b, from->port);
	buf_put_u16(b, to->port);
	buf_put(b, buf_ptr(&tlvs), buf_len(&tlvs));
	buf_free(&tlvs);
}
