/*
 * smtp: the grammar of commands, paths and parameters
 *
 * If it breaks, a sender is refused for an address that every other server
 * takes; or an address means one thing to the filters and another to the
 * backend; or a verb or a parameter crosses the gate that it does
 * not understand, with the trust that the backend has in the gate.
 */
#include "smtp.h"
#include "tap.h"

#define S(s)	(s), sizeof(s) - 1

static const struct {
	const char	*line;
	size_t		 n;
	enum cmd_error	 error;
	enum verb	 verb;
	const char	*arg;
} commands[] = {
	{ S("HELO a.example\r\n"), CMD_OK, VERB_HELO, "a.example" },
	{ S("EHLO a.example\r\n"), CMD_OK, VERB_EHLO, "a.example" },
	{ S("ehlo a.example\r\n"), CMD_OK, VERB_EHLO, "a.example" },
	{ S("eHlO [192.0.2.1]\r\n"), CMD_OK, VERB_EHLO, "[192.0.2.1]" },
	{ S("EHLO\r\n"), CMD_OK, VERB_EHLO, "" },
	{ S("EHLO  a  b \r\n"), CMD_OK, VERB_EHLO, "a  b" },
	{ S("MAIL FROM:<a@b> SIZE=1\r\n"), CMD_OK, VERB_MAIL,
	    "FROM:<a@b> SIZE=1" },
	{ S("RCPT TO:<\xc3\xa9@b>\r\n"), CMD_OK, VERB_RCPT, "TO:<\xc3\xa9@b>" },
	{ S("DATA\r\n"), CMD_OK, VERB_DATA, "" },
	{ S("DATA  \r\n"), CMD_OK, VERB_DATA, "" },
	{ S("DATA x\r\n"), CMD_OK, VERB_DATA, "x" },
	{ S("RSET\r\n"), CMD_OK, VERB_RSET, "" },
	{ S("NOOP x y\r\n"), CMD_OK, VERB_NOOP, "x y" },
	{ S("VRFY a\r\n"), CMD_OK, VERB_VRFY, "a" },
	{ S("EXPN a\r\n"), CMD_OK, VERB_EXPN, "a" },
	{ S("HELP\r\n"), CMD_OK, VERB_HELP, "" },
	{ S("quit\r\n"), CMD_OK, VERB_QUIT, "" },
	{ S("AUTH PLAIN AGEAYg==\r\n"), CMD_OK, VERB_AUTH, "PLAIN AGEAYg==" },
	/* Of SMTP, not served: 502. */
	{ S("STARTTLS\r\n"), CMD_OK, VERB_STARTTLS, "" },
	{ S("BDAT 1 LAST\r\n"), CMD_OK, VERB_BDAT, "1 LAST" },
	{ S("ETRN x\r\n"), CMD_OK, VERB_KNOWN, "x" },
	{ S("TURN\r\n"), CMD_OK, VERB_KNOWN, "" },
	{ S("ATRN\r\n"), CMD_OK, VERB_KNOWN, "" },
	{ S("SEND FROM:<a>\r\n"), CMD_OK, VERB_KNOWN, "FROM:<a>" },
	{ S("SOML FROM:<a>\r\n"), CMD_OK, VERB_KNOWN, "FROM:<a>" },
	{ S("SAML FROM:<a>\r\n"), CMD_OK, VERB_KNOWN, "FROM:<a>" },
	{ S("BURL x\r\n"), CMD_OK, VERB_KNOWN, "x" },
	{ S("xclient ADDR=1.2.3.4\r\n"), CMD_OK, VERB_XCLIENT, "ADDR=1.2.3.4" },
	{ S("XFORWARD ADDR=1.2.3.4\r\n"), CMD_OK, VERB_KNOWN, "ADDR=1.2.3.4" },
	{ S("LHLO a\r\n"), CMD_OK, VERB_KNOWN, "a" },
	/* Of other protocols: hang up. */
	{ S("GET / HTTP/1.1\r\n"), CMD_OK, VERB_FOREIGN, "/ HTTP/1.1" },
	{ S("POST / HTTP/1.1\r\n"), CMD_OK, VERB_FOREIGN, "/ HTTP/1.1" },
	{ S("CONNECT a:25 HTTP/1.1\r\n"), CMD_OK, VERB_FOREIGN,
	    "a:25 HTTP/1.1" },
	{ S("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"), CMD_CONTROL,
	    VERB_UNKNOWN, "" },
	{ S("DELETE / HTTP/1.1\r\n"), CMD_OK, VERB_FOREIGN, "/ HTTP/1.1" },
	{ S("PRI * HTTP/2.0\r\n"), CMD_OK, VERB_FOREIGN, "* HTTP/2.0" },
	/* None at all. */
	{ S("FOO bar\r\n"), CMD_OK, VERB_UNKNOWN, "bar" },
	{ S("MAILFROM:<a@b>\r\n"), CMD_OK, VERB_UNKNOWN, "" },
	{ S("DATAX\r\n"), CMD_OK, VERB_UNKNOWN, "" },
	{ S("DAT\r\n"), CMD_OK, VERB_UNKNOWN, "" },
	{ S(" RSET\r\n"), CMD_OK, VERB_UNKNOWN, "RSET" },
	{ S("220 hello\r\n"), CMD_OK, VERB_UNKNOWN, "hello" },
	{ S("\r\n"), CMD_EMPTY, VERB_UNKNOWN, "" },
	{ S("   \r\n"), CMD_EMPTY, VERB_UNKNOWN, "" },
	/* Not as a line must be. */
	{ S("QUIT\n"), CMD_BARE_LF, VERB_QUIT, "" },
	{ S("\n"), CMD_BARE_LF, VERB_UNKNOWN, "" },
	{ S("NOOP \0x\r\n"), CMD_CONTROL, VERB_NOOP, "" },
	{ S("NOOP \rx\r\n"), CMD_CONTROL, VERB_NOOP, NULL },
	{ S("NOOP \x7f\r\n"), CMD_CONTROL, VERB_NOOP, NULL },
	{ S("NOOP \x1b[2J\r\n"), CMD_CONTROL, VERB_NOOP, NULL },
	{ S("NOOP x\r\r\n"), CMD_CONTROL, VERB_NOOP, NULL },
	{ S("NOOP x\0\n"), CMD_CONTROL, VERB_NOOP, NULL },
	/* TAB is below 0x20 as well, and would cross in a quoted string. */
	{ S("MAIL FROM:<\"a\tb\"@x>\r\n"), CMD_CONTROL, VERB_MAIL, NULL },
	{ S("NOOP\tx\r\n"), CMD_CONTROL, VERB_NOOP, NULL },
};

static void
test_commands(void)
{
	struct command	 cmd;
	struct buf	 b;
	enum cmd_error	 e;
	size_t		 i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		buf_init(&b, 4096);
		buf_put(&b, commands[i].line, commands[i].n);
		e = smtp_parse_command(&b, &cmd);
		if (!is_int(e, commands[i].error, "command %zu: error", i))
			tap_show("command", commands[i].line, commands[i].n);
		if (!is_int(cmd.verb, commands[i].verb, "command %zu: verb", i))
			tap_show("command", commands[i].line, commands[i].n);
		if (commands[i].arg != NULL)
			is_str(cmd.arg, commands[i].arg,
			    "command %zu: argument", i);
		ok(strpbrk(cmd.line, "\n") == NULL,
		    "command %zu: no line end left", i);
		buf_free(&b);
	}
}

static const struct {
	const char	*arg;
	const char	*word;
	enum path_error	 error;
	const char	*addr;
	bool		 null;
	bool		 utf8;
	const char	*params;	/* texts with a blank behind each */
} paths[] = {
	{ "FROM:<a@b.example>", "FROM", PATH_OK, "a@b.example", 0, 0, "" },
	{ "from:<a@b>", "FROM", PATH_OK, "a@b", 0, 0, "" },
	{ "TO:<a@b>", "TO", PATH_OK, "a@b", 0, 0, "" },
	{ "FROM:<>", "FROM", PATH_OK, "", 1, 0, "" },
	{ "FROM:<> BODY=8BITMIME", "FROM", PATH_OK, "", 1, 0,
	    "BODY=8BITMIME " },
	{ "TO:<Postmaster>", "TO", PATH_OK, "Postmaster", 0, 0, "" },
	/* What real clients send. */
	{ "FROM: <a@b>", "FROM", PATH_OK, "a@b", 0, 0, "" },
	{ "FROM:a@b", "FROM", PATH_OK, "a@b", 0, 0, "" },
	{ "FROM: a@b SIZE=1", "FROM", PATH_OK, "a@b", 0, 0, "SIZE=1 " },
	{ "FROM:< a@b >", "FROM", PATH_OK, "a@b", 0, 0, "" },
	/* Local parts. */
	{ "FROM:<a.b+c=d%e!f#g/h@x>", "FROM", PATH_OK,
	    "a.b+c=d%e!f#g/h@x", 0, 0, "" },
	{ "FROM:<\"a b\"@x>", "FROM", PATH_OK, "\"a b\"@x", 0, 0, "" },
	{ "FROM:<\"a>b,c\"@x>", "FROM", PATH_OK, "\"a>b,c\"@x", 0, 0, "" },
	{ "FROM:<\"a\\\"b\"@x> SIZE=1", "FROM", PATH_OK, "\"a\\\"b\"@x", 0, 0,
	    "SIZE=1 " },
	{ "FROM:<\"a\\\\\"@x>", "FROM", PATH_OK, "\"a\\\\\"@x", 0, 0, "" },
	{ "FROM:<\"a@b\"@x>", "FROM", PATH_OK, "\"a@b\"@x", 0, 0, "" },
	{ "FROM:<\"a> SIZE=1 <b\"@x>", "FROM", PATH_OK,
	    "\"a> SIZE=1 <b\"@x", 0, 0, "" },
	{ "FROM:\"a b\"@x", "FROM", PATH_OK, "\"a b\"@x", 0, 0, "" },
	{ "FROM:<\xc3\xa9@b>", "FROM", PATH_OK, "\xc3\xa9@b", 0, 1, "" },
	{ "FROM:<a@\xc3\xa9.example> SMTPUTF8", "FROM", PATH_OK,
	    "a@\xc3\xa9.example", 0, 1, "SMTPUTF8 " },
	/* Domains and literals. */
	{ "FROM:<a@[192.0.2.1]>", "FROM", PATH_OK, "a@[192.0.2.1]", 0, 0, "" },
	{ "FROM:<a@[IPv6:2001:db8::1]>", "FROM", PATH_OK,
	    "a@[IPv6:2001:db8::1]", 0, 0, "" },
	{ "FROM:<a@b_c.example>", "FROM", PATH_OK, "a@b_c.example", 0, 0, "" },
	/* Source routes go through as they are. */
	{ "TO:<@a,@b:c@d>", "TO", PATH_OK, "@a,@b:c@d", 0, 0, "" },
	{ "TO:<@a.example:c@d>", "TO", PATH_OK, "@a.example:c@d", 0, 0, "" },
	{ "TO:<@[192.0.2.1]:c@d>", "TO", PATH_OK, "@[192.0.2.1]:c@d", 0, 0,
	    "" },
	/* Parameters. */
	{ "FROM:<a@b> SIZE=1000 BODY=8BITMIME RET=HDRS", "FROM", PATH_OK,
	    "a@b", 0, 0, "SIZE=1000 BODY=8BITMIME RET=HDRS " },
	{ "FROM:<a@b>  size=1  ", "FROM", PATH_OK, "a@b", 0, 0, "size=1 " },
	{ "FROM:<a@b> AUTH=<>", "FROM", PATH_OK, "a@b", 0, 0, "AUTH=<> " },
	{ "TO:<a@b> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By", "TO", PATH_OK,
	    "a@b", 0, 0, "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By " },
	{ "FROM:<a@b> MT-PRIORITY=-9", "FROM", PATH_OK, "a@b", 0, 0,
	    "MT-PRIORITY=-9 " },
	{ "FROM:<a@b> 8X=1", "FROM", PATH_OK, "a@b", 0, 0, "8X=1 " },
	{ "FROM:<a@b> SIZE=", "FROM", PATH_PARAM, NULL, 0, 0, NULL },
	{ "FROM:<a@b> =1", "FROM", PATH_PARAM, NULL, 0, 0, NULL },
	{ "FROM:<a@b> -A=1", "FROM", PATH_PARAM, NULL, 0, 0, NULL },
	{ "FROM:<a@b> A_B=1", "FROM", PATH_PARAM, NULL, 0, 0, NULL },
	{ "FROM:<a@b> A:B", "FROM", PATH_PARAM, NULL, 0, 0, NULL },
	{ "FROM:<a@b> \xc3\xa9=1", "FROM", PATH_PARAM, NULL, 0, 0, NULL },
	{ "FROM:<a@b> SIZE=1 SIZE=2", "FROM", PATH_TWICE, NULL, 0, 0, NULL },
	{ "FROM:<a@b> SIZE=1 size=1", "FROM", PATH_TWICE, NULL, 0, 0, NULL },
	{ "FROM:<a@b> SMTPUTF8 A=1 smtputf8", "FROM", PATH_TWICE, NULL, 0, 0,
	    NULL },
	/* Not a path. */
	{ "", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM: ", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "TO:<a@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROMX:<a@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM <a@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@b", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:a@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@b>x", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@b>SIZE=1", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<<a@b>>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a b@c>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@b c>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<\"a@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<\"a\\\"@b>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<\"a\\", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<\"a\"b@c>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@[192.0.2.1>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@[1]2>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a@b(c)>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "FROM:<a,b@c>", "FROM", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "TO:<@a,c@d>", "TO", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "TO:<@a:>", "TO", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "TO:<@:c@d>", "TO", PATH_SYNTAX, NULL, 0, 0, NULL },
	{ "TO:<a@b>,<c@d>", "TO", PATH_SYNTAX, NULL, 0, 0, NULL },
};

/* The path must be whole in itself: nothing may point into the argument. */
static void
test_paths(void)
{
	struct path	 p;
	struct buf	 b;
	char		 arg[256];
	enum path_error	 e;
	size_t		 i;
	size_t		 k;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		memset(&p, 'x', sizeof(p));
		strlcpy(arg, paths[i].arg, sizeof(arg));
		e = smtp_parse_path(arg, paths[i].word, &p);
		is_int(e, paths[i].error, "path \"%s\": error", paths[i].arg);
		if (e != PATH_OK || paths[i].error != PATH_OK)
			continue;
		memset(arg, 'x', sizeof(arg) - 1);
		is_str(p.addr, paths[i].addr, "path \"%s\": address",
		    paths[i].arg);
		is_int(p.null, paths[i].null, "path \"%s\": null",
		    paths[i].arg);
		is_int(p.utf8, paths[i].utf8, "path \"%s\": utf8",
		    paths[i].arg);
		buf_init(&b, 4096);
		for (k = 0; k < p.nparam; k++)
			buf_printf(&b, "%s ", p.param[k].text);
		is_str(buf_cstr(&b), paths[i].params, "path \"%s\": parameters",
		    paths[i].arg);
		buf_free(&b);
	}
}

static void
test_params(void)
{
	struct path		 p;
	const struct param	*q;
	struct buf		 b;
	int			 i;

	is_int(smtp_parse_path("FROM:<a@b> Size=12 SMTPUTF8 X-y=a=b", "FROM",
	    &p), PATH_OK, "parameters with and without value");
	q = smtp_param(&p, "SIZE");
	ok(q != NULL, "a parameter is found in any case");
	is_str(q != NULL ? q->key : NULL, "Size", "... its key as written");
	is_str(q != NULL ? q->value : NULL, "12", "... its value");
	is_str(q != NULL ? q->text : NULL, "Size=12", "... its text");
	q = smtp_param(&p, "smtputf8");
	ok(q != NULL && q->value == NULL, "a parameter without value");
	q = smtp_param(&p, "x-Y");
	is_str(q != NULL ? q->value : NULL, "a=b", "a value with =");
	ok(smtp_param(&p, "SIZ") == NULL && smtp_param(&p, "SIZES") == NULL &&
	    smtp_param(&p, "") == NULL, "what is not there");

	buf_init(&b, 1 << 16);
	for (i = 0; i < SMTP_MAXPARAM; i++)
		buf_printf(&b, " P%d=1", i);
	is_int(smtp_parse_params(buf_cstr(&b), &p), PATH_OK,
	    "%d parameters", SMTP_MAXPARAM);
	is_int((int64_t)p.nparam, SMTP_MAXPARAM, "%d parameters: all",
	    SMTP_MAXPARAM);
	buf_puts(&b, " Q=1");
	is_int(smtp_parse_params(buf_cstr(&b), &p), PATH_PARAM,
	    "%d parameters are too many", SMTP_MAXPARAM + 1);
	buf_reset(&b);
	buf_puts(&b, "P=");
	for (i = 0; i < 2000; i++)
		buf_putc(&b, 'x');
	is_int(smtp_parse_params(buf_cstr(&b), &p), PATH_OK,
	    "a parameter as long as a command line");
	for (i = 0; i < 4000; i++)
		buf_putc(&b, 'x');
	is_int(smtp_parse_params(buf_cstr(&b), &p), PATH_PARAM,
	    "a parameter longer than there is room");
	buf_reset(&b);
	for (i = 0; i < 6000; i++)
		buf_putc(&b, 'k');
	is_int(smtp_parse_params(buf_cstr(&b), &p), PATH_PARAM,
	    "a key longer than there is room");
	is_int(smtp_parse_params("", &p), PATH_OK, "no parameters");
	is_int((int64_t)p.nparam, 0, "no parameters: none");
	buf_free(&b);
}

static void
test_long_path(void)
{
	struct path	 p;
	struct buf	 b;
	size_t		 i;
	size_t		 n;

	for (n = sizeof(p.addr) - 2; n <= sizeof(p.addr) + 1; n++) {
		buf_init(&b, 1 << 16);
		buf_puts(&b, "TO:<");
		for (i = 0; i < n - 2; i++)
			buf_putc(&b, 'x');
		buf_puts(&b, "@y>");
		is_int(smtp_parse_path(buf_cstr(&b), "TO", &p),
		    n < sizeof(p.addr) ? PATH_OK : PATH_SYNTAX,
		    "path of %zu octets", n);
		buf_free(&b);
	}
}

/* Addresses that filters send. */
static void
test_addrs(void)
{
	static const struct {
		const char	*s;
		enum path_error	 error;
		const char	*addr;
		bool		 null;
	} cases[] = {
		{ "<a@b>", PATH_OK, "a@b", false },
		{ "a@b", PATH_OK, "a@b", false },
		{ " <a@b> ", PATH_OK, "a@b", false },
		{ " a@b ", PATH_OK, "a@b", false },
		{ "<\"a b\"@c>", PATH_OK, "\"a b\"@c", false },
		{ "\"a b\"@c", PATH_OK, "\"a b\"@c", false },
		{ "<>", PATH_OK, "", true },
		{ "", PATH_OK, "", true },
		{ " ", PATH_OK, "", true },
		{ "root", PATH_OK, "root", false },
		{ "a@b c@d", PATH_SYNTAX, NULL, false },
		{ "<a@b> SIZE=1", PATH_SYNTAX, NULL, false },
		{ "<a@b>\r\nRCPT TO:<c@d>", PATH_SYNTAX, NULL, false },
		{ "a@b\r\n", PATH_SYNTAX, NULL, false },
		{ "\"a\rb\"@c", PATH_SYNTAX, NULL, false },
		{ "\"a\x7f\"@c", PATH_SYNTAX, NULL, false },
		{ "\"a\tb\"@c", PATH_SYNTAX, NULL, false },
		{ "<a@b", PATH_SYNTAX, NULL, false },
		{ "a@b>", PATH_SYNTAX, NULL, false },
		{ "A B <a@b>", PATH_SYNTAX, NULL, false },
		{ "a@b, c@d", PATH_SYNTAX, NULL, false },
	};
	struct path	 p;
	enum path_error	 e;
	size_t		 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&p, 'x', sizeof(p));
		e = smtp_parse_addr(cases[i].s, &p);
		if (!is_int(e, cases[i].error, "address %zu: error", i))
			tap_show("address", cases[i].s, strlen(cases[i].s));
		if (e != PATH_OK || cases[i].error != PATH_OK)
			continue;
		is_str(p.addr, cases[i].addr, "address \"%s\"", cases[i].s);
		is_int(p.null, cases[i].null, "address \"%s\": null",
		    cases[i].s);
		is_int((int64_t)p.nparam, 0, "address \"%s\": no parameters",
		    cases[i].s);
	}
}

static void
test_names(void)
{
	static const struct {
		const char	*s;
		bool		 helo;
		bool		 host;
	} cases[] = {
		{ "a.example", true, true }, { "localhost", true, true },
		{ "A-b.Example", true, true }, { "a_b.example", true, true },
		{ "1a.example", true, true }, { "[192.0.2.1]", true, false },
		{ "[IPv6:2001:db8::1]", true, false },
		{ "192.0.2.1", true, false }, { "", false, false },
		{ "a b", false, false }, { "a@b", false, false },
		{ "<a>", false, false }, { "a..b", true, false },
		{ ".a", true, false }, { "a\r\nb", false, false },
		{ "a\x7f", false, false }, { "[1.2.3.4", false, false },
		{ "[1.2.3.4]x", false, false }, { "a;b", false, false },
		{ "a(b)", false, false }, { "a\"b", false, false },
		{ "a=b", false, false }, { "a\xff", true, false },
	};
	char	 s[300];
	size_t	 i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_int(smtp_valid_helo(cases[i].s), cases[i].helo,
		    "name %zu as HELO", i);
		is_int(smtp_valid_hostname(cases[i].s), cases[i].host,
		    "name %zu as host", i);
	}
	memset(s, 'a', sizeof(s));
	s[63] = '\0';
	ok(smtp_valid_hostname(s), "label of 63");
	s[63] = 'a';
	s[64] = '\0';
	ok(!smtp_valid_hostname(s), "label of 64");
	s[64] = 'a';
	for (i = 9; i < sizeof(s); i += 10)
		s[i] = '.';
	s[255] = '\0';
	ok(smtp_valid_hostname(s) && smtp_valid_helo(s), "name of 255");
	s[255] = 'a';
	s[256] = '\0';
	ok(!smtp_valid_hostname(s) && !smtp_valid_helo(s), "name of 256");
}

int
main(void)
{
	test_commands();
	test_paths();
	test_params();
	test_long_path();
	test_addrs();
	test_names();
	return tap_end();
}
