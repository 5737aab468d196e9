/* request.h - what the gate asks for, and what it is told; see request.c. */
#ifndef TLS_REQUEST_H
#define TLS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#define REQUEST_MAX	1024

struct request {
	bool	 client;	/* we connect: a backend */
	bool	 verify;	/* its certificate must be for name */
	char	 name[256];	/* of the backend, "" for none */
	char	 pin[65];	/* SHA-256 of its key in hex, "" for none */
	int	 net;		/* the connection */
	int	 plain;		/* the gate's side */
};

/*
 * Reads one request with its two descriptors.  1; 0 when the other side has
 * gone; -1 for one that makes no sense (its descriptors are closed).
 */
int	 request_get(int control, struct request *);
/* True when the text, of n octets, is a whole and valid request. */
bool	 request_parse(struct request *, const char *, size_t n);
/* Tells the gate that the handshake can begin, or why it cannot: 0 or -1. */
int	 request_ready(const struct request *, const char *why);
/* With a backend we begin, when the gate says so: an octet. */
bool	 request_go(const struct request *);
/* Tells it how the handshake went; why is NULL for well. */
int	 request_report(const struct request *, SSL *, const char *why);

#endif
