/* request.h - what the gate asks for, and what it is told; see request.c. */
#ifndef TLS_REQUEST_H
#define TLS_REQUEST_H

#include <openssl/ssl.h>

#include "context.h"
#include "parse.h"

/*
 * Reads one request with its two descriptors.  1; 0 when the other side has
 * gone; -1 for one that makes no sense (its descriptors are closed).
 */
int	 request_get(int control, struct request *);
/* Tells the gate, on either socket, that it can be, or why not: 0 or -1. */
int	 request_ready(int fd, const char *why);
/* With a backend we begin, when the gate says so: an octet. */
bool	 request_go(const struct request *);
/* Tells it of the certificates, which is all to a check. */
int	 request_certificates(const struct request *, const struct contexts *);
/* Tells it how the handshake went; why is NULL for well. */
int	 request_report(const struct request *, SSL *, const char *why);

#endif
