/*
 * connask - what is known of a channel, without waiting for anything
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "conn.h"

size_t
conn_pending(const struct conn *c)
{
	return buf_len(&c->in);
}

int
conn_first(const struct conn *c)
{
	return buf_len(&c->in) > 0 ? (unsigned char)*buf_ptr(&c->in) : -1;
}

bool
conn_lost(const struct conn *c)
{
	return c->status == IO_ERROR || c->hung;
}

bool
conn_ends_with(const struct conn *c, const char *text)
{
	size_t	 n = strlen(text);

	return buf_len(&c->in) >= n &&
	    strncasecmp(buf_ptr(&c->in) + buf_len(&c->in) - n, text, n) == 0;
}

bool
conn_begins_with(const struct conn *c, const char *text)
{
	size_t	 n = strlen(text);

	return buf_len(&c->in) >= n &&
	    strncasecmp(buf_ptr(&c->in), text, n) == 0;
}

void
conn_wipe(struct conn *c)
{
	buf_wipe(&c->in);
	buf_wipe(&c->out);
}

const char *
conn_strio(const struct conn *c, enum io r)
{
	switch (r) {
	case IO_OK:
		return "ok";
	case IO_EOF:
		return "connection closed";
	case IO_TIMEOUT:
		return "timed out";
	case IO_TOOLONG:
		return "line too long";
	case IO_GONE:
		return "client lost";
	case IO_STOP:
		return "stopped by SIGTERM";
	case IO_ERROR:
		if (c->error == ELOOP)
			return "leads back to the gate itself";
		return c->error != 0 ? strerror(c->error) : "not connected";
	}
	return "?";
}
