/* buf.h - bounded byte buffer and bounded reader; see buf.c. */
#ifndef BUF_H
#define BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char	*data;
	size_t	 start;		/* first byte not yet eaten */
	size_t	 end;		/* behind the last byte */
	size_t	 cap;		/* allocated */
	size_t	 max;		/* never grows beyond this */
	bool	 bad;		/* a put did not fit; stays set until reset */
};

/* Empty, nothing allocated; at most max bytes will ever be held. */
void	 buf_init(struct buf *, size_t max);
/* Wipes and releases the memory; the buffer may be used again. */
void	 buf_free(struct buf *);
/* Forgets the content and the bad flag, keeps the memory. */
void	 buf_reset(struct buf *);
/* Zeroes all memory that is not content: what was eaten or dropped. */
void	 buf_wipe(struct buf *);
/* Bytes held. */
size_t	 buf_len(const struct buf *);
/* The first byte held; valid until the next call on this buffer. */
char	*buf_ptr(const struct buf *);
/* Room behind the content for n bytes, NULL (and bad) beyond max. */
char	*buf_reserve(struct buf *, size_t n);
/* Takes over n bytes that were written to the reserved room. */
void	 buf_added(struct buf *, size_t n);
/* Append; 0, or -1 (and bad) beyond max, then nothing is appended. */
int	 buf_put(struct buf *, const void *, size_t n);
int	 buf_puts(struct buf *, const char *);
int	 buf_putc(struct buf *, char);
int	 buf_put_u32(struct buf *, uint32_t);	/* big-endian */
int	 buf_put_u16(struct buf *, uint16_t);	/* big-endian */
int	 buf_printf(struct buf *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
int	 buf_vprintf(struct buf *, const char *, va_list)
	    __attribute__((format(printf, 2, 0)));
/* Appends a string with its NUL, as the milter protocol wants it. */
int	 buf_put_str(struct buf *, const char *);
/* Drops n bytes from the front; n is at most buf_len. */
void	 buf_eat(struct buf *, size_t n);
/* Keeps the first n bytes, of at least as many. */
void	 buf_cut(struct buf *, size_t n);
/* The content with a NUL behind it that is not counted. */
const char *buf_cstr(struct buf *);
/* Exchanges the two contents and their limits. */
void	 buf_swap(struct buf *, struct buf *);

struct rd {
	const unsigned char *p;
	size_t	 left;
	bool	 bad;		/* something was missing; stays set */
};

/* Reads from n bytes at p, which must outlive the reader. */
void	 rd_init(struct rd *, const void *p, size_t n);
/* 0 (and bad) when too little is left. */
uint32_t rd_u32(struct rd *);
/* A NUL-terminated string inside the data, NULL (and bad) without NUL. */
const char *rd_str(struct rd *);
/* True when nothing was missing so far. */
bool	 rd_ok(const struct rd *);

#endif
