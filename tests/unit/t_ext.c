/*
 * ext: the extensions that cross the gate, and their parameters
 *
 * If it breaks, a keyword is offered that starts a data phase or a role which
 * the gate cannot follow, or a parameter reaches the backend with the gate's
 * rights that is none; or a request that the client was promised is dropped.
 */
#include "ext.h"
#include "tap.h"

/* smtp-gate-behaviour.md 2.2: what may cross, by name. */
static void
test_ext(void)
{
	static const struct {
		const char	*line;
		unsigned int	 bit;
	} cases[] = {
		{ "8BITMIME", EXT_8BITMIME }, { "8bitmime", EXT_8BITMIME },
		{ "SMTPUTF8", EXT_SMTPUTF8 }, { "DSN", EXT_DSN },
		{ "ENHANCEDSTATUSCODES", EXT_ENHANCED },
		{ "MT-PRIORITY MIXER", EXT_MTPRIORITY },
		{ "DELIVERBY 240", EXT_DELIVERBY },
		{ "NO-SOLICITING", EXT_NOSOLICIT }, { "RRVS", EXT_RRVS },
		{ "MTRK", EXT_MTRK }, { "PIPELINING", EXT_PIPELINING },
		{ "FUTURERELEASE 86400 2026-12-31T00:00:00Z", EXT_FUTURE },
		{ "LIMITS RCPTMAX=5", EXT_LIMITS },
		{ "AUTH PLAIN LOGIN", EXT_AUTH }, { "AUTH=PLAIN", EXT_AUTH },
		{ "SIZE", EXT_SIZE }, { "SIZE 1000", EXT_SIZE },
		{ "SIZE=1000", EXT_SIZE },
		{ "XCLIENT NAME ADDR", EXT_XCLIENT },
		{ "STARTTLS", EXT_STARTTLS }, { "STARTTLS2", 0 },
		{ "DSN\nSIZE 1\n", EXT_DSN }, { "DSN ", EXT_DSN },
		/* A data phase or a role of its own: never. */
		{ "CHUNKING", 0 }, { "BINARYMIME", 0 }, { "BURL", 0 },
		{ "ETRN", 0 }, { "ATRN", 0 }, { "TURN", 0 }, { "XEXCH50", 0 },
		{ "CHECKPOINT", 0 }, { "PRDR", 0 }, { "XFORWARD NAME", 0 },
		{ "X-ANONYMOUSTLS", 0 }, { "X-EXPS GSSAPI", 0 },
		{ "VRFY", 0 }, { "HELP", 0 }, { "XVERP", 0 },
		{ "REQUIRETLS", EXT_REQUIRETLS },
		{ "DSNX", 0 }, { "DS", 0 }, { "", 0 },
		{ " DSN", 0 }, { "X-FOO", 0 },
	};
	unsigned int	 bit;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int(ext_find(cases[i].line), cases[i].bit,
		    "extension %zu, %.8s", i, cases[i].line);
	for (bit = 1; bit != 0; bit <<= 1)
		if ((bit & EXT_CROSS) && strcmp(ext_name(bit), "?") != 0)
			is_int(ext_find(ext_name(bit)), bit,
			    "name of extension 0x%x", bit);
	ok(!(EXT_CROSS & (EXT_PIPELINING | EXT_SIZE | EXT_XCLIENT |
	    EXT_STARTTLS)), "what is the gate's own does not cross");
}

static void
test_check(void)
{
	static const struct {
		const char	*params;
		enum verb	 verb;
		unsigned int	 ext;
		const char	*want;		/* the first bad one */
		bool		 value;
	} cases[] = {
		{ "", VERB_MAIL, 0, NULL, false },
		{ "SIZE=1", VERB_MAIL, EXT_SIZE, NULL, false },
		{ "SIZE=1", VERB_MAIL, 0, "SIZE", false },
		{ "SIZE=1", VERB_RCPT, EXT_SIZE, "SIZE", false },
		{ "SIZE=x", VERB_MAIL, EXT_SIZE, "SIZE", true },
		{ "SIZE=-1", VERB_MAIL, EXT_SIZE, "SIZE", true },
		{ "SIZE", VERB_MAIL, EXT_SIZE, "SIZE", true },
		{ "SIZE=99999999999999999999", VERB_MAIL, EXT_SIZE, "SIZE",
		    true },
		{ "SIZE=999999999999999999", VERB_MAIL, EXT_SIZE, NULL,
		    false },
		{ "BODY=8BITMIME", VERB_MAIL, EXT_8BITMIME, NULL, false },
		{ "body=7bit", VERB_MAIL, EXT_8BITMIME, NULL, false },
		{ "BODY=BINARYMIME", VERB_MAIL, EXT_8BITMIME, "BODY", true },
		{ "BODY", VERB_MAIL, EXT_8BITMIME, "BODY", true },
		{ "BODY=8BITMIME", VERB_MAIL, EXT_DSN, "BODY", false },
		{ "SMTPUTF8", VERB_MAIL, EXT_SMTPUTF8, NULL, false },
		{ "SMTPUTF8=1", VERB_MAIL, EXT_SMTPUTF8, "SMTPUTF8", true },
		{ "SMTPUTF8", VERB_RCPT, EXT_SMTPUTF8, "SMTPUTF8", false },
		{ "RET=FULL ENVID=x", VERB_MAIL, EXT_DSN, NULL, false },
		{ "NOTIFY=NEVER ORCPT=rfc822;x", VERB_RCPT, EXT_DSN, NULL,
		    false },
		{ "NOTIFY=NEVER", VERB_MAIL, EXT_DSN, "NOTIFY", false },
		{ "RET=FULL", VERB_RCPT, EXT_DSN, "RET", false },
		{ "MT-PRIORITY=3", VERB_MAIL, EXT_MTPRIORITY, NULL, false },
		{ "AUTH=<>", VERB_MAIL, EXT_AUTH, NULL, false },
		{ "AUTH=e+3Dmc2@x", VERB_MAIL, EXT_AUTH, NULL, false },
		{ "AUTH=a+b", VERB_MAIL, EXT_AUTH, "AUTH", true },
		{ "AUTH", VERB_MAIL, EXT_AUTH, "AUTH", true },
		{ "AUTH=<>", VERB_RCPT, EXT_AUTH, "AUTH", false },
		{ "AUTH=<>", VERB_MAIL, EXT_CROSS & ~EXT_AUTH, "AUTH", false },
		{ "XVERP", VERB_MAIL, EXT_CROSS | EXT_SIZE, "XVERP", false },
		{ "REQUIRETLS", VERB_MAIL, EXT_REQUIRETLS, NULL, false },
		{ "REQUIRETLS=1", VERB_MAIL, EXT_REQUIRETLS, "REQUIRETLS",
		    true },
		{ "REQUIRETLS", VERB_RCPT, EXT_CROSS, "REQUIRETLS", false },
		{ "REQUIRETLS", VERB_MAIL, EXT_CROSS & ~EXT_SECURE,
		    "REQUIRETLS", false },
		{ "HOLDFOR=1", VERB_MAIL, EXT_CROSS & ~EXT_USERS, "HOLDFOR",
		    false },
		{ "BODY=7BIT FOO=1 BAR=1", VERB_MAIL, EXT_8BITMIME, "FOO",
		    false },
	};
	const struct param	*q;
	struct path		 p;
	bool			 value;
	size_t			 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)smtp_parse_params(cases[i].params, &p);
		q = ext_check_params(&p, cases[i].verb, cases[i].ext, &value);
		is_str(q != NULL ? q->key : NULL, cases[i].want,
		    "parameters \"%s\", case %zu", cases[i].params, i);
		is_int(value, cases[i].value,
		    "parameters \"%s\", case %zu: value", cases[i].params, i);
	}
}


/* Each value by the grammar of its RFC, with all extensions offered. */
static void
test_values(void)
{
	static const struct {
		const char	*param;
		enum verb	 verb;
		bool		 good;
	} cases[] = {
		{ "RET=FULL", VERB_MAIL, true },
		{ "RET=hdrs", VERB_MAIL, true },
		{ "RET=BODY", VERB_MAIL, false },
		{ "RET", VERB_MAIL, false },
		{ "ENVID=QQ314159", VERB_MAIL, true },
		{ "ENVID=a+2Bb", VERB_MAIL, true },
		{ "ENVID=a+2b", VERB_MAIL, true },
		{ "ENVID=a+b", VERB_MAIL, false },
		{ "ENVID=a+2", VERB_MAIL, false },
		{ "ENVID=a=b", VERB_MAIL, false },
		{ "ENVID", VERB_MAIL, false },
		{ "NOTIFY=NEVER", VERB_RCPT, true },
		{ "NOTIFY=success,Failure,DELAY", VERB_RCPT, true },
		{ "NOTIFY=DELAY", VERB_RCPT, true },
		{ "NOTIFY=NEVER,DELAY", VERB_RCPT, false },
		{ "NOTIFY=DELAY,", VERB_RCPT, false },
		{ "NOTIFY=,DELAY", VERB_RCPT, false },
		{ "NOTIFY=ALWAYS", VERB_RCPT, false },
		{ "NOTIFY", VERB_RCPT, false },
		{ "ORCPT=rfc822;b+2B@y", VERB_RCPT, true },
		{ "ORCPT=utf-8;\xc3\xbc@y", VERB_RCPT, true },
		{ "ORCPT=utf-8;\\x{FC}@y", VERB_RCPT, true },
		{ "ORCPT=rfc822;b+c@y", VERB_RCPT, false },
		{ "ORCPT=rfc822;", VERB_RCPT, false },
		{ "ORCPT=;b@y", VERB_RCPT, false },
		{ "ORCPT=b@y", VERB_RCPT, false },
		{ "MT-PRIORITY=9", VERB_MAIL, true },
		{ "MT-PRIORITY=-9", VERB_MAIL, true },
		{ "MT-PRIORITY=0", VERB_MAIL, true },
		{ "MT-PRIORITY=10", VERB_MAIL, false },
		{ "MT-PRIORITY=+3", VERB_MAIL, false },
		{ "MT-PRIORITY=-", VERB_MAIL, false },
		{ "BY=120;R", VERB_MAIL, true },
		{ "BY=-5;NT", VERB_MAIL, true },
		{ "BY=+999999999;rt", VERB_MAIL, true },
		{ "BY=1234567890;R", VERB_MAIL, false },
		{ "BY=120", VERB_MAIL, false },
		{ "BY=120;X", VERB_MAIL, false },
		{ "BY=120;NTT", VERB_MAIL, false },
		{ "BY=;N", VERB_MAIL, false },
		{ "HOLDFOR=86400", VERB_MAIL, true },
		{ "HOLDFOR=1234567890", VERB_MAIL, false },
		{ "HOLDFOR=-1", VERB_MAIL, false },
		{ "HOLDFOR=", VERB_MAIL, false },
		{ "HOLDUNTIL=2026-11-22T09:30:00Z", VERB_MAIL, true },
		{ "HOLDUNTIL=2026-11-22T09:30:00.5+01:00", VERB_MAIL, true },
		{ "HOLDUNTIL=2026-11-22", VERB_MAIL, false },
		{ "HOLDUNTIL=2026-11-22T09:30:00", VERB_MAIL, false },
		{ "HOLDUNTIL=2026-11-22T09:30:00Zx", VERB_MAIL, false },
		{ "HOLDUNTIL=2026-11-22T09:30:00+1:00", VERB_MAIL, false },
		{ "RRVS=2014-04-03T23:01:00Z", VERB_RCPT, true },
		{ "RRVS=2014-04-03T23:01:00Z;C", VERB_RCPT, true },
		{ "RRVS=2014-04-03T23:01:00Z;X", VERB_RCPT, false },
		{ "RRVS=yesterday", VERB_RCPT, false },
		{ "SOLICIT=org.example:ADV:ADLT", VERB_MAIL, true },
		{ "MTRK=+bGFtcA==:9", VERB_MAIL, true },
		{ "MTRK", VERB_MAIL, false },
		{ "AUTH=<>", VERB_MAIL, true },
		{ "AUTH=e+3Dmc2@example.com", VERB_MAIL, true },
		{ "AUTH=a+b@c", VERB_MAIL, false },
		{ "AUTH", VERB_MAIL, false },
	};
	struct path	 p;
	size_t		 i;
	bool		 value;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok((smtp_parse_params(cases[i].param, &p) == PATH_OK &&
		    ext_check_params(&p, cases[i].verb, EXT_CROSS, &value) ==
		    NULL) == cases[i].good, "%s is %s", cases[i].param,
		    cases[i].good ? "good" : "not");
}

/* What has a length in its RFC has it here. */
static void
test_lengths(void)
{
	static const struct {
		const char	*head;
		enum verb	 verb;
		size_t		 max;
	} cases[] = {
		{ "ENVID=", VERB_MAIL, 100 },
		{ "ORCPT=rfc822;", VERB_RCPT, 500 },
		{ "SOLICIT=", VERB_MAIL, 1000 },
	};
	struct path	 p;
	struct buf	 b;
	size_t		 i;
	size_t		 n;
	bool		 value;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&b, 2000);
		buf_puts(&b, cases[i].head);
		for (n = 0; n < cases[i].max; n++)
			buf_putc(&b, 'x');
		(void)smtp_parse_params(buf_cstr(&b), &p);
		ok(ext_check_params(&p, cases[i].verb, EXT_CROSS, &value) ==
		    NULL, "%s of %zu octets", cases[i].head, cases[i].max);
		buf_putc(&b, 'x');
		(void)smtp_parse_params(buf_cstr(&b), &p);
		ok(ext_check_params(&p, cases[i].verb, EXT_CROSS, &value) !=
		    NULL, "%s of one more", cases[i].head);
		buf_free(&b);
	}
}

/* A keyword as it is offered: canonical, with single blanks. */
static void
test_put(void)
{
	static const struct {
		const char	*line;
		const char	*want;
	} cases[] = {
		{ "8bitmime", "8BITMIME" },
		{ "8BITMIME with words", "8BITMIME" },
		{ "DELIVERBY 240", "DELIVERBY 240" },
		{ "deliverby \t 240  ", "DELIVERBY 240" },
		{ "MT-PRIORITY MIXER\nDSN\n", "MT-PRIORITY MIXER" },
		{ "FUTURERELEASE  1  2 ", "FUTURERELEASE 1 2" },
		{ "NO-SOLICITING", "NO-SOLICITING" },
	};
	struct buf	 b;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&b, 100);
		ext_put(ext_find(cases[i].line), cases[i].line, &b);
		is_str(buf_cstr(&b), cases[i].want, "keyword %zu", i);
		buf_free(&b);
	}
}

/* RFC 9422: the stricter of two; what is malformed is no limit. */
static void
test_limits(void)
{
	static const struct {
		const char	*ours;
		const char	*theirs;
		const char	*want;
	} cases[] = {
		{ "LIMITS RCPTMAX=1000", "LIMITS", "LIMITS RCPTMAX=1000" },
		{ "LIMITS RCPTMAX=1000", "LIMITS RCPTMAX=20 MAILMAX=5",
		    "LIMITS MAILMAX=5 RCPTMAX=20" },
		{ "LIMITS RCPTMAX=10", "LIMITS RCPTMAX=20",
		    "LIMITS RCPTMAX=10" },
		{ "LIMITS", "LIMITS", "" },
		{ "LIMITS", "limits rcptdomainmax=1",
		    "LIMITS RCPTDOMAINMAX=1" },
		{ "LIMITS", "LIMITS RCPTMAX=0", "" },
		{ "LIMITS", "LIMITS RCPTMAX=012", "" },
		{ "LIMITS", "LIMITS RCPTMAX=1234567", "" },
		{ "LIMITS", "LIMITS RCPTMAX=999999", "LIMITS RCPTMAX=999999" },
		{ "LIMITS", "LIMITS RCPTMAX=1x RCPTMAX= RCPTMAX", "" },
		{ "LIMITS", "LIMITS RCPTMAX=-1 FOO=3", "" },
		{ "LIMITS", "LIMITS RCPTMAX= 7777777 8", "" },
		{ "LIMITS", "LIMITS MAILMAX=3\nRCPTMAX=4", "LIMITS MAILMAX=3" },
	};
	struct limits	 a;
	struct limits	 l;
	struct buf	 b;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_init(&b, 200);
		ext_limits_parse(cases[i].ours, &a);
		ext_limits_parse(cases[i].theirs, &l);
		ext_limits_merge(&a, &l);
		ext_limits_put(&a, &b);
		is_str(buf_cstr(&b), cases[i].want, "limits %zu", i);
		buf_free(&b);
	}
}

int
main(void)
{
	test_ext();
	test_check();
	test_values();
	test_lengths();
	test_put();
	test_limits();
	return tap_end();
}
