/* packet.h - packets of the milter protocol; see packet.c. */
#ifndef PACKET_H
#define PACKET_H

#include "conn.h"

/* Queues a packet: length, command byte, n octets of payload. */
void	 packet_put(struct conn *, char cmd, const void *, size_t n);
/*
 * Reads a packet into cmd and payload (reset before).  When its length cannot
 * be right, *bad says so, for the log, and the channel is of no more use.
 */
enum io	 packet_get(struct conn *, size_t max, int64_t deadline, char *cmd,
	    struct buf *payload, const char **bad);

#endif
