/*
 * packet - packets of the milter protocol
 *
 * Four octets of length, big-endian, then that many octets, of which the first
 * is the command.  A length of 0 is never legal.  Lengths beyond any sense are
 * usually text: a log line in the wrong descriptor, or a peer that speaks HTTP
 * or clamd; they are reported as text, since that tells the admin at once.
 */
#include <stdio.h>

#include "packet.h"

void
packet_put(struct conn *c, char cmd, const void *p, size_t n)
{
	uint32_t	 len = (uint32_t)n + 1;
	unsigned char	 head[5] = { len >> 24, len >> 16 & 0xff,
			    len >> 8 & 0xff, len & 0xff, (unsigned char)cmd };

	conn_put(c, head, sizeof(head));
	conn_put(c, p, n);
}

static const char *
too_long(uint32_t len, const char *head)
{
	static char	 text[96];
	char		 s[5];
	int		 i;

	for (i = 0; i < 4; i++)
		s[i] = head[i] > ' ' && head[i] <= '~' ? head[i] : '.';
	s[4] = '\0';
	(void)snprintf(text, sizeof(text), "packet length %u beyond "
	    "MaxReplySize (as text \"%s\")", len, s);
	return text;
}

enum io
packet_get(struct conn *c, size_t max, int64_t deadline, char *cmd,
    struct buf *payload, const char **bad)
{
	struct buf	 head;
	struct rd	 rd;
	uint32_t	 len;
	enum io		 r;

	buf_init(&head, 5);
	buf_reset(payload);
	r = conn_getn(c, &head, 5, deadline);
	if (r == IO_OK) {
		rd_init(&rd, buf_ptr(&head), 5);
		len = rd_u32(&rd);
		*cmd = (char)rd.p[0];
		if (len == 0) {
			*bad = "packet of length 0";
		} else if (len - 1 > max) {
			*bad = too_long(len, buf_ptr(&head));
		} else {
			r = conn_getn(c, payload, len - 1, deadline);
		}
	}
	buf_free(&head);
	return r;
}
