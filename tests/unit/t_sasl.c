/*
 * sasl: mechanisms that may cross, and who logs in with them
 *
 * If it breaks, clients choose a mechanism that cannot work through the gate;
 * or a filter hears of another user than the backend let in, which for some is
 * enough to sign mail in that name.
 */
#include "sasl.h"
#include "tap.h"

#define S(s)	(s), sizeof(s) - 1

static void
test_filter(void)
{
	static const struct {
		const char	*line;
		bool		 clear;
		const char	*want;
	} cases[] = {
		{ "AUTH PLAIN LOGIN", true, "PLAIN LOGIN" },
		{ "AUTH PLAIN LOGIN CRAM-MD5", false, "CRAM-MD5" },
		{ "AUTH=LOGIN PLAIN", true, "LOGIN PLAIN" },
		{ "AUTH= LOGIN", true, "LOGIN" },
		{ "auth plain\nDSN\n", true, "PLAIN" },
		{ "AUTH  PLAIN   LOGIN ", true, "PLAIN LOGIN" },
		{ "AUTH", true, "" }, { "AUTH ", true, "" },
		{ "AUTH\nSCRAM-SHA-1\n", true, "" },
		{ "AUTH SCRAM-SHA-1 SCRAM-SHA-1-PLUS", false, "SCRAM-SHA-1" },
		{ "AUTH SCRAM-SHA-256 SCRAM-SHA-512", false,
		    "SCRAM-SHA-256 SCRAM-SHA-512" },
		{ "AUTH GSSAPI GS2-KRB5 GSS-SPNEGO DIGEST-MD5 KERBEROS_V4",
		    true, "" },
		{ "AUTH EXTERNAL ANONYMOUS PLAINX PLAI X-PLAIN", true, "" },
		{ "AUTH XOAUTH2 OAUTHBEARER NTLM", true,
		    "XOAUTH2 OAUTHBEARER NTLM" },
		{ "AUTH XOAUTH2 OAUTHBEARER NTLM", false, "NTLM" },
	};
	struct buf	 b;
	size_t		 i;

	buf_init(&b, 1000);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_reset(&b);
		(void)sasl_filter(cases[i].line, cases[i].clear, &b);
		is_str(buf_cstr(&b), cases[i].want, "filter %zu", i);
	}
	buf_free(&b);
	ok(sasl_listed("AUTH LOGIN PLAIN", sasl_find("plain", 5)), "listed");
	ok(!sasl_listed("AUTH LOGIN\nX PLAIN", sasl_find("PLAIN", 5)),
	    "listed in another line");
	ok(sasl_find("PLAINX", 5) != NULL && sasl_find("PLAINX", 6) == NULL,
	    "as many octets as are said");
	ok(sasl_find("", 0) == NULL, "the empty name is none");
}

static const struct {
	const char	*mech;
	const char	*response;
	size_t		 n;
	const char	*want;
} users[] = {
	/* \0joe\0secret, boss\0joe\0secret, \0joe, \0\0secret, joe */
	{ "PLAIN", S("AGpvZQBzZWNyZXQ="), "joe" },
	{ "PLAIN", S("Ym9zcwBqb2UAc2VjcmV0"), "joe" },
	{ "PLAIN", S("AGpvZQ=="), "" },
	{ "PLAIN", S("AABzZWNyZXQ="), "" },
	{ "PLAIN", S("am9l"), "" },
	{ "PLAIN", S(""), "" }, { "PLAIN", S("="), "" },
	{ "PLAIN", S("===="), "" }, { "PLAIN", S("AGpv*QBzZWNyZXQ="), "" },
	{ "PLAIN", S("AGpvZQBzZWNyZXQ"), "" },
	{ "PLAIN", S("AGpvZQBzZWNyZXQ =="), "" },
	{ "LOGIN", S("am9l"), "joe" },
	{ "LOGIN", S("asO8cmdlbg=="), "j\xc3\xbcrgen" },
	/* Latin 1; overlong "/"; a surrogate; CR LF; DEL; NUL; U+0085 */
	{ "LOGIN", S("avxyZ2Vu"), "" }, { "LOGIN", S("wK8="), "" },
	{ "LOGIN", S("7aCA"), "" }, { "LOGIN", S("am9lDQpSQ1BU"), "" },
	{ "LOGIN", S("am9lfw=="), "" }, { "LOGIN", S("am9lAHg="), "" },
	{ "LOGIN", S("woU="), "" },
	/* joe bloggs 0123, joe, " 0123" */
	{ "CRAM-MD5", S("am9lIGJsb2dncyAwMTIz"), "joe bloggs" },
	{ "CRAM-MD5", S("am9l"), "" }, { "CRAM-MD5", S("IDAxMjM="), "" },
	/* n,,n=joe,r=x; y,a=boss,n=j=3Doe=2Cx,r=x; n,,n=j=oe,r=x; n,,m=1,... */
	{ "SCRAM-SHA-1", S("biwsbj1qb2Uscj14"), "joe" },
	{ "SCRAM-SHA-256", S("eSxhPWJvc3Msbj1qPTNEb2U9MkN4LHI9eA=="),
	    "j=oe,x" },
	{ "SCRAM-SHA-512", S("biwsbj1qPW9lLHI9eA=="), "" },
	{ "SCRAM-SHA-1", S("biwsbT0xLG49am9lLHI9eA=="), "" },
	{ "SCRAM-SHA-1", S("biwsbj1qb2U="), "" },
	{ "XOAUTH2", S("dXNlcj1qb2UBYXV0aD1CZWFyZXIgdAEB"), "joe" },
	{ "XOAUTH2", S("dXNlcj1qb2U="), "" },
	{ "OAUTHBEARER", S("bixhPWpvZSwBYXV0aD1CZWFyZXIgdAEB"), "joe" },
	{ "OAUTHBEARER", S("biwsAWF1dGg9QmVhcmVyIHQBAQ=="), "" },
};

static void
test_user(void)
{
	const struct sasl_mech	*m;
	char			 user[SASL_USER_MAX + 1];
	char			 text[SASL_LINE_MAX + 8];
	size_t			 i;

	for (i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		m = sasl_find(users[i].mech, strlen(users[i].mech));
		sasl_user(m, 0, users[i].response, users[i].n, user);
		is_str(user, users[i].want, "%s %s", users[i].mech,
		    users[i].response);
		sasl_user(m, 1, users[i].response, users[i].n, user);
		is_str(user, "", "... but not in another response");
	}
	/* 255 octets are a name, 256 are none. */
	for (i = 0; i < sizeof(text); i++)
		text[i] = "QUFB"[i % 4];
	m = sasl_find("LOGIN", 5);
	sasl_user(m, 0, text, 340, user);
	is_int((int64_t)strlen(user), SASL_USER_MAX, "the longest name");
	sasl_user(m, 0, text, 344, user);
	is_str(user, "", "a longer one");
	sasl_user(m, 0, text, SASL_LINE_MAX, user);
	is_str(user, "", "the longest response");
	sasl_user(m, 0, text, SASL_LINE_MAX + 4, user);
	is_str(user, "", "one that is too long");
}

/* The third message: length and offset of the name at 36 and 40. */
static void
test_ntlm(void)
{
	static const char	 wide[] = "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAA"
	    "AAAAAABAAAAABgAGAEAAAAAAAAAAQAAAAAAAAABAAAAAAQAAAGoAbwBlAA==";
	static const char	 narrow[] = "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQA"
	    "AAAAAAAABAAAAAAwADAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAGpvZQ==";
	static const char	 beyond[] = "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQA"
	    "AAAAAAAABAAAAAAwADAEEAAAAAAAAAQAAAAAAAAABAAAAAAAAAAGpvZQ==";
	const struct sasl_mech	*m = sasl_find("NTLM", 4);
	char			 user[SASL_USER_MAX + 1];

	sasl_user(m, 1, S(wide), user);
	is_str(user, "joe", "NTLM, UTF-16");
	sasl_user(m, 1, S(narrow), user);
	is_str(user, "joe", "NTLM, 8 bits");
	sasl_user(m, 1, S(beyond), user);
	is_str(user, "", "NTLM, a name beyond the end");
	sasl_user(m, 0, S(narrow), user);
	is_str(user, "", "NTLM, the first response");
}

int
main(void)
{
	test_filter();
	test_user();
	test_ntlm();
	return tap_end();
}
