/*
 * fuzz_request - what a gate asks spsmtpgate-tls for
 *
 * The input is the message as it is.  Checked: the role is one that was named,
 * nothing is verified without a name, a pin has its full length or there is
 * none, and a request that is taken is taken again when it is put together
 * from what was understood.
 */
#include "fuzz.h"
#include "tls/parse.c"

static size_t
rebuild(const struct request *r, char *text, size_t size)
{
	int	 n;

	n = snprintf(text, size, "ROLE=%s%cNAME=%s%c", r->client ? "client" :
	    r->check ? "check" : "server", 0, r->name, 0);
	if (r->verify)
		n += snprintf(text + n, size - (size_t)n, "VERIFY=1%c", 0);
	if (*r->pin != '\0')
		n += snprintf(text + n, size - (size_t)n, "PIN=%s%c", r->pin,
		    0);
	text[n] = '\0';
	return (size_t)n + 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request	 r;
	struct request	 again;
	char		 text[REQUEST_MAX];
	char		*copy = malloc(size > 0 ? size : 1);

	if (copy == NULL)
		abort();
	memcpy(copy, data, size);
	if (request_parse(&r, copy, size)) {
		fuzz_check(memmem(data, size, r.client ? "ROLE=client" :
		    r.check ? "ROLE=check" : "ROLE=server", r.check ? 11 :
		    12) != NULL, "the role was named");
		fuzz_check(!r.verify || *r.name != '\0', "a name to verify");
		fuzz_check(*r.pin == '\0' || strlen(r.pin) == 64,
		    "a whole pin");
		fuzz_check(r.net == -1 && r.plain == -1, "no descriptor yet");
		fuzz_check(request_parse(&again, text, rebuild(&r, text,
		    sizeof(text))) && again.client == r.client &&
		    again.check == r.check &&
		    again.verify == r.verify && strcmp(again.name,
		    r.name) == 0 && strcmp(again.pin, r.pin) == 0,
		    "the same again");
	}
	free(copy);
	return 0;
}
