/* relay.h - the handshake, and then bytes both ways; see relay.c. */
#ifndef TLS_RELAY_H
#define TLS_RELAY_H

#include <stdint.h>

#include <openssl/ssl.h>

/*
 * Makes the handshake on the descriptor, within timeout_ms.  0, or -1 with a
 * text in why.
 */
int	 relay_handshake(SSL *, int net, int64_t timeout_ms, char *why,
	    size_t size);
/* The handshake failed: lets the other side hear why, for a second at most. */
void	 relay_failed(int net);
/* Moves bytes until both sides have ended, or one is lost. */
void	 relay_run(SSL *, int net, int plain);

#endif
