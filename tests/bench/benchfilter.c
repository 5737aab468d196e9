/*
 * benchfilter: the milter that make bench puts behind the gate and Postfix.
 *
 *	benchfilter [-h] SOCKET		inet:PORT@HOST or unix:PATH
 *
 * Every callback is registered and has no opinion ("noop"); nothing is
 * declined and no reply is left out, so each message costs its sender the
 * full number of round trips.  With -h one header is added at the end of the
 * message ("hdr"): libmilter then writes the edit and the verdict apart and
 * without TCP_NODELAY, which stalls a sender that does not acknowledge at
 * once for 40 ms.
 */
#include <sys/types.h>

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

static bool	add_header;

static sfsistat
on_connect(SMFICTX *ctx, char *name, _SOCK_ADDR *addr)
{
	(void)ctx;
	(void)name;
	(void)addr;
	return SMFIS_CONTINUE;
}

static sfsistat
on_word(SMFICTX *ctx, char *word)
{
	(void)ctx;
	(void)word;
	return SMFIS_CONTINUE;
}

static sfsistat
on_words(SMFICTX *ctx, char **words)
{
	(void)ctx;
	(void)words;
	return SMFIS_CONTINUE;
}

static sfsistat
on_unknown(SMFICTX *ctx, const char *line)
{
	(void)ctx;
	(void)line;
	return SMFIS_CONTINUE;
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
	(void)ctx;
	(void)name;
	(void)value;
	return SMFIS_CONTINUE;
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *block, size_t size)
{
	(void)ctx;
	(void)block;
	(void)size;
	return SMFIS_CONTINUE;
}

static sfsistat
on_stage(SMFICTX *ctx)
{
	(void)ctx;
	return SMFIS_CONTINUE;
}

static sfsistat
on_eom(SMFICTX *ctx)
{
	static char name[] = "X-Bench";
	static char value[] = "seen";

	if (add_header && smfi_addheader(ctx, name, value) != MI_SUCCESS)
		return SMFIS_TEMPFAIL;
	return SMFIS_CONTINUE;
}

int
main(int argc, char *argv[])
{
	static char name[] = "benchfilter";
	struct smfiDesc desc = {
		.xxfi_name = name,
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_ADDHDRS,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_word,
		.xxfi_envfrom = on_words,
		.xxfi_envrcpt = on_words,
		.xxfi_header = on_header,
		.xxfi_eoh = on_stage,
		.xxfi_body = on_body,
		.xxfi_eom = on_eom,
		.xxfi_abort = on_stage,
		.xxfi_close = on_stage,
		.xxfi_unknown = on_unknown,
		.xxfi_data = on_stage,
	};
	int ch;

	while ((ch = getopt(argc, argv, "h")) != -1)
		if (ch == 'h')
			add_header = true;
		else
			errx(64, "usage: benchfilter [-h] socket");
	if (argc != optind + 1)
		errx(64, "usage: benchfilter [-h] socket");
	if (smfi_setconn(argv[optind]) != MI_SUCCESS ||
	    smfi_register(desc) != MI_SUCCESS)
		errx(71, "cannot register on %s", argv[optind]);
	return smfi_main() == MI_SUCCESS ? 0 : 71;
}
