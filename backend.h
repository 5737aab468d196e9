/* backend.h - the next-hop mail server; see backend.c. */
#ifndef BACKEND_H
#define BACKEND_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "conn.h"
#include "ext.h"
#include "peer.h"
#include "reply.h"
#include "servers.h"

struct backend {
	struct config	*config;
	struct peer	*peer;
	struct conn	 conn;
	struct server_conf *list;	/* that it may be */
	size_t		 nlist;
	char		**argv;		/* program instead, or NULL */
	int64_t		 retries;	/* of the whole list */
	struct servers	 servers;	/* the selection */
	struct server_conf *server;	/* in use, or the last that was */
	const char	*label;		/* host:port or program, for logs */
	bool		 lmtp;		/* LHLO, a reply for each recipient */
	enum identity	 identity;	/* how this server is told */
	unsigned int	 attributes;	/* of XCLIENT or XFORWARD, it takes */
	bool		 bare_ipv6;	/* without "IPV6:" in XCLIENT */
	char		 why[256];	/* the connection was given up */
	bool		 choosing;	/* ... and another may do: log later */
	int64_t		 choose_until;
	char		 tls[96];	/* of the connection, "" without */
	bool		 proven;	/* ... with who it should be */
	bool		 clear;		/* TLS failed: to be tried without */
	pid_t		 child;		/* 0 without */
	unsigned int	 ext;		/* EXT_ set of the last EHLO */
	uint64_t	 size;		/* its SIZE, 0: no fixed limit */
	struct limits	 limits;	/* its LIMITS */
	struct buf	 keywords;	/* its EHLO lines that may cross */
	struct reply	 ehlo;		/* its whole answer to HELO or EHLO */
	unsigned int	 owed;		/* replies not read yet */
	bool		 caged;		/* only known addresses, no exec */
	int64_t		 spent_ms;
};

void	 backend_init(struct backend *, struct config *, struct peer *);
/* It is to be this server alone, tried once. */
void	 backend_only(struct backend *, struct server_conf *);
/* from takes the place of the other, which is closed. */
void	 backend_replace(struct backend *, struct backend *from);
/*
 * Chooses a server, the one used before first, connects, and passes the
 * client's identity on.  IO_OK with the greeting that the client is to see in
 * r: the backend's, or 421 when none could be had (then backend_up is false).
 */
enum io	 backend_open(struct backend *, struct reply *r);
/*
 * The same, when the server in use will not do and was dropped, with those
 * that were not tried by then; backend_left tells how many these are.
 */
enum io	 backend_next(struct backend *, struct reply *r);
size_t	 backend_left(const struct backend *);
bool	 backend_up(const struct backend *);
/* What it has offered counts no more (RFC 3207 4.2). */
void	 backend_forget(struct backend *);
/*
 * Sends a command line and gets the reply.  Anything but IO_OK means that the
 * backend is lost and closed, with the reason logged; IO_GONE and IO_STOP leave
 * it to the caller to close.
 */
enum io	 backend_cmd(struct backend *, struct reply *, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/*
 * The backend has to wait for others: NOOPs keep it awake meanwhile.  The next
 * command ends that, as backend_ready does.
 */
void	 backend_rest(struct backend *);
/*
 * IO_OK when a command may be sent: its answers to NOOPs were good, it has said
 * nothing else, and not hung up.  Otherwise as backend_cmd.
 */
enum io	 backend_ready(struct backend *);
/* The halves of backend_cmd, for groups of commands. */
void	 backend_put(struct backend *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
enum io	 backend_get(struct backend *, struct reply *, int64_t timeout_ms);
/*
 * As backend_cmd for a step of AUTH: the line, without its end, goes as it is,
 * the log gets what is shown instead.  A challenge (334) is left in challenge,
 * as it came.  Nothing of it stays in the connection's memory.
 */
enum io	 backend_secret(struct backend *, struct reply *, struct buf *line,
	    const char *shown, struct buf *challenge);
/*
 * HELO or EHLO, which LMTP calls LHLO; what the backend offers is kept when it
 * says 250.
 */
enum io	 backend_hello(struct backend *, struct reply *, const char *verb,
	    const char *name);
/* Body octets, as they go over the wire; within the write limit. */
enum io	 backend_write(struct backend *, const void *, size_t);
enum io	 backend_sendfile(struct backend *, int fd, off_t, size_t);
/* What a client is told of a server that the configuration does not fit. */
void	 backend_unfit(const struct backend *, struct reply *);
/* Logs why and closes, without a word to the backend. */
void	 backend_drop(struct backend *, const char *why);
/* QUIT, if the dialogue is in a state for it, and close. */
void	 backend_close(struct backend *, bool polite);

#endif
