/* conn.h - non-blocking byte channels under one poll; see conn.c. */
#ifndef CONN_H
#define CONN_H

#include <sys/socket.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

enum io {
	IO_OK,
	IO_EOF,			/* the peer ended its side, input is used up */
	IO_TIMEOUT,		/* the deadline passed */
	IO_TOOLONG,		/* no line end within the limit */
	IO_GONE,		/* the guarded client was lost */
	IO_STOP,		/* SIGTERM came */
	IO_ERROR		/* reset or failed; the channel is dead */
};

struct conn {
	int	 rfd;		/* -1: closed */
	int	 wfd;		/* same as rfd for a socket */
	int	 wire;		/* beneath them, see conn_through; or -1 */
	bool	 sock;		/* send and recv may be used */
	bool	 dialling;	/* connect(2) not finished */
	bool	 full;		/* a write did not fit: wait for POLLOUT */
	bool	 kept;		/* conn_keepalive was called */
	bool	 hung;		/* at its end, and nobody reads any more */
	bool	 exact;		/* nothing is read ahead */
	enum io	 status;	/* IO_OK, IO_EOF or IO_ERROR */
	int	 error;		/* errno of IO_ERROR */
	struct buf in;
	struct buf out;
	size_t	 chunk;		/* how much the next read asks for */
	size_t	 wanted;	/* by who waits for input, 0: nobody does */
	uint64_t nin;		/* bytes ever read */
	uint64_t nout;		/* bytes ever written */
};

/* Milliseconds of CLOCK_MONOTONIC: all deadlines are such times. */
int64_t	 now_ms(void);

/* Prepares SIGTERM: pending outside of waits, IO_STOP from them. */
void	 conn_signals(void);
/* Every wait ends at this time at the latest; 0 for no such limit. */
void	 conn_limit(int64_t deadline);
/* Losing this channel ends all waits with IO_GONE; NULL for none. */
void	 conn_guard(struct conn *);
/* While on, only deadlines end waits: a mail is past its final dot. */
void	 conn_commit(bool on);

/* A closed channel whose buffers hold at most inmax and outmax bytes. */
void	 conn_init(struct conn *, size_t inmax, size_t outmax);
/*
 * Takes over two open descriptors (or twice the same) and joins the pump; sock
 * says that both are sockets.
 */
void	 conn_attach(struct conn *, int rfd, int wfd, bool sock);
/* Starts to connect; 0 or -1 with errno.  conn_dialled tells the end. */
int	 conn_dial(struct conn *, const struct sockaddr *, socklen_t);
/* Waits for the end of a dial: IO_OK, IO_ERROR (errno in error), ... */
enum io	 conn_dialled(struct conn *, int64_t deadline);
/*
 * While on, the peer sees a reset and no end of input when this channel ends,
 * by whatever means, our death included.  TCP only.
 */
void	 conn_abrupt(struct conn *, bool on);
/* Closes and frees; may be called on a closed channel. */
void	 conn_close(struct conn *);
/* from was copied to to, which takes its place; from is closed. */
void	 conn_moved(struct conn *to, struct conn *from);
/*
 * The channel goes on with the descriptors and the input of another, which is
 * closed; the numbers of its own stay in use.  Nothing may be queued.
 */
void	 conn_switch(struct conn *, struct conn *with);
/*
 * The same, when a helper is between the other's descriptors and this peer.
 * The connection itself stays open beneath, for conn_abrupt.
 */
void	 conn_through(struct conn *, struct conn *with);
/* True between attach or dial and close. */
bool	 conn_open(const struct conn *);

/* Queues bytes; -1 if they do not fit or the channel is dead. */
int	 conn_put(struct conn *, const void *, size_t);
/* Waits until all queued output has left. */
enum io	 conn_flush(struct conn *, int64_t deadline);
/* Waits until at most n bytes are queued. */
enum io	 conn_drain(struct conn *, size_t n, int64_t deadline);
/*
 * Sends len bytes of a file from off; the queue leaves first.  Gives up when
 * nothing moves for stall_ms.  The descriptor must have O_NONBLOCK, as those
 * of conn_dial have.
 */
enum io	 conn_sendfile(struct conn *, int fd, off_t off, size_t len,
	    int64_t stall_ms);
/* A line up to its LF, LF included, is moved to line (reset before). */
enum io	 conn_getline(struct conn *, struct buf *line, size_t max,
	    int64_t deadline);
/* Waits until there is a byte of input; it stays where it is. */
enum io	 conn_wait(struct conn *, int64_t deadline);
/* n bytes are moved to the end of b. */
enum io	 conn_getn(struct conn *, struct buf *b, size_t n, int64_t deadline);
/*
 * While on, there is no reading ahead: conn_getn takes its n bytes from the
 * descriptor, and what follows is left to whoever reads there next.
 */
void	 conn_exact(struct conn *, bool on);
/* What is there, 1 to max bytes of it, is moved to b, which is empty. */
enum io	 conn_get(struct conn *, struct buf *b, size_t max,
	    int64_t deadline);
/* The next reads ask for at least n bytes. */
void	 conn_expect(struct conn *, size_t n);
/* Puts unused bytes back in front of the input. */
void	 conn_unget(struct conn *, const void *, size_t);
/* Bytes that came and were not asked for yet. */
size_t	 conn_pending(const struct conn *);
/* The first of them, or -1. */
int	 conn_first(const struct conn *);
/* True when nothing that is said to the peer can arrive. */
bool	 conn_lost(const struct conn *);
/* True when the buffered input begins or ends with this, in any case. */
bool	 conn_begins_with(const struct conn *, const char *);
bool	 conn_ends_with(const struct conn *, const char *);
/* Waits, with all channels served, until then: IO_TIMEOUT, or an end. */
enum io	 conn_pause(int64_t until);
/* Zeroes what is left in memory of bytes that came and went. */
void	 conn_wipe(struct conn *);
/* Eats the rest of a line that was too long. */
enum io	 conn_skipline(struct conn *, int64_t deadline);
/* Has the kernel probe a silent peer; waits do so after a minute. */
void	 conn_keepalive(struct conn *);
/*
 * While others are waited for, text goes out on this channel, in first_ms and
 * then every again_ms, unless nothing came since the last.
 */
void	 conn_beat(struct conn *, const char *text, int64_t first_ms,
	    int64_t again_ms);
/* Ends that; how many times text was sent. */
unsigned int conn_beats(struct conn *);
/* Asks the kernel to acknowledge at once (see performance notes). */
void	 conn_quickack(struct conn *);
/* Text for a result, for log lines. */
const char *conn_strio(const struct conn *, enum io);

#endif
