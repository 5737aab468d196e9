/* parse.h - the text of a request; see parse.c. */
#ifndef TLS_PARSE_H
#define TLS_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#define REQUEST_MAX	1024

struct request {
	bool	 check;		/* no connection: are there certificates? */
	bool	 client;	/* we connect: a backend */
	bool	 verify;	/* its certificate must be for name */
	char	 name[256];	/* of the backend, "" for none */
	char	 pin[65];	/* SHA-256 of its key in hex, "" for none */
	int	 net;		/* the connection */
	int	 plain;		/* the gate's side */
};

/* True when the text, of n octets, is a whole and valid request. */
bool	 request_parse(struct request *, const char *, size_t n);

#endif
