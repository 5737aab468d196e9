/*
 * fuzz_packet - the framing of the milter protocol
 *
 * The input is what a filter sends, then it closes.  Checked: packets are read
 * in order until one is wrong, never one longer than allowed, and their octets
 * are those of the input.  fuzz_milter looks at what is in them.
 */
#include <sys/socket.h>

#include "fuzz.h"
#include "packet.h"

#define PAYLOAD_MAX	5000

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conn	 c;
	struct buf	 payload;
	const char	*bad = NULL;
	enum io		 r;
	size_t		 at = 0;
	char		 cmd = 0;
	int		 sv[2];

	if (size > 20000 || socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == -1)
		return 0;
	if (send(sv[1], data, size, MSG_DONTWAIT) != (ssize_t)size)
		abort();
	(void)shutdown(sv[1], SHUT_WR);
	conn_init(&c, 4096, 100);
	conn_attach(&c, sv[0], sv[0], true);
	buf_init(&payload, PAYLOAD_MAX);
	while ((r = packet_get(&c, PAYLOAD_MAX, now_ms() + 60000, &cmd,
	    &payload, &bad)) == IO_OK && bad == NULL) {
		fuzz_check(at + 5 + buf_len(&payload) <= size,
		    "no more than came");
		fuzz_check(data[at + 4] == (uint8_t)cmd, "command");
		fuzz_check(buf_len(&payload) == 0 || memcmp(data + at + 5,
		    buf_ptr(&payload), buf_len(&payload)) == 0, "payload");
		at += 5 + buf_len(&payload);
	}
	fuzz_check(r == IO_OK || r == IO_EOF, "ends by a bad one, or the end");
	if (bad != NULL)
		fuzz_check(strlen(bad) > 0 && fuzz_clean(bad, strlen(bad)),
		    "the reason can be logged");
	buf_free(&payload);
	conn_close(&c);
	close(sv[1]);
	return 0;
}
