/*
 * envelope: sender and recipients of one mail
 *
 * If it breaks, a mail goes to somebody whom a filter took off the list, or
 * not to somebody whom it put on; or the backend's transaction is thought to be
 * right when it is not, and a recipient that was refused gets the mail.
 */
#include "envelope.h"
#include "ext.h"
#include "tap.h"

#define SENDER	"s@x.example"

/* "h:addr params " (held) or "n:..." (new), those to leave in parentheses. */
static void
dump(const struct envelope *e, struct buf *b)
{
	size_t	 i;

	for (i = 0; i < e->n; i++) {
		if (e->rcpt[i].state == RCPT_EXTRA)
			buf_printf(b, "(%s%s) ", e->rcpt[i].addr,
			    e->rcpt[i].params);
		else
			buf_printf(b, "%c:%s%s ",
			    e->rcpt[i].state == RCPT_NEW ? 'n' : 'h',
			    e->rcpt[i].addr, e->rcpt[i].params);
	}
}

struct op {
	char		 op;		/* + add, - delete, ! forget */
	const char	*addr;
	const char	*args;
};

static const struct {
	const char	*name;
	const char	*have[4];	/* what the backend accepted */
	struct op	 op[5];
	const char	*want;		/* NULL: the last edit fails */
	bool		 reset;		/* the transaction must begin anew */
} cases[] = {
	{ "nothing", { "a@x" }, { { 0, NULL, NULL } }, "h:a@x ", false },
	{ "add", { "a@x" }, { { '+', "b@x", NULL } }, "h:a@x n:b@x ", false },
	{ "add in brackets", { "a@x" }, { { '+', "<b@x>", NULL } },
	    "h:a@x n:b@x ", false },
	{ "add twice", { "a@x" },
	    { { '+', "b@x", NULL }, { '+', "b@x", NULL } },
	    "h:a@x n:b@x ", false },
	{ "add what is there", { "a@x" }, { { '+', "a@x", NULL } },
	    "h:a@x ", false },
	{ "add what is there, domain in another case", { "a@x.example" },
	    { { '+', "<a@X.Example>", NULL } }, "h:a@x.example ", false },
	{ "add another case of a local part", { "a@x" },
	    { { '+', "A@x", NULL } }, "h:a@x n:A@x ", false },
	{ "add nobody", { "a@x" }, { { '+', "<>", NULL } }, "h:a@x ", false },
	{ "add nothing", { "a@x" }, { { '+', "", NULL } }, "h:a@x ", false },
	{ "add what is none", { "a@x" }, { { '+', "a b", NULL } }, NULL,
	    false },
	{ "add with line end", { "a@x" }, { { '+', "b@x\r\nDATA", NULL } },
	    NULL, false },
	{ "add with arguments", { "a@x" },
	    { { '+', "b@x", "NOTIFY=NEVER ORCPT=rfc822;b@x" } },
	    "h:a@x n:b@x NOTIFY=NEVER ORCPT=rfc822;b@x ", false },
	{ "arguments the backend does not offer go", { "a@x" },
	    { { '+', "b@x", "NOTIFY=NEVER RRVS=2014-04-03T23:01:00Z X=1" } },
	    "h:a@x n:b@x NOTIFY=NEVER ", false },
	{ "malformed arguments go", { "a@x" }, { { '+', "b@x", "=x" } },
	    "h:a@x n:b@x ", false },
	{ "arguments with a line end go", { "a@x" },
	    { { '+', "b@x", "NOTIFY=NEVER\r\nDATA" } }, "h:a@x n:b@x ",
	    false },
	{ "arguments with a control octet go", { "a@x" },
	    { { '+', "b@x", "ORCPT=rfc822;a\x01" } }, "h:a@x n:b@x ", false },
	{ "add SMTPUTF8 without its parameter", { "a@x" },
	    { { '+', "\xc3\xa9@x", NULL } }, NULL, false },

	{ "delete", { "a@x", "b@x" }, { { '-', "a@x", NULL } },
	    "(a@x) h:b@x ", true },
	{ "delete in brackets", { "a@x", "b@x" }, { { '-', "<b@x>", NULL } },
	    "h:a@x (b@x) ", true },
	{ "delete with blanks", { "a@x" }, { { '-', " <a@x> ", NULL } },
	    "(a@x) ", true },
	{ "delete, domain in another case", { "a@x.example" },
	    { { '-', "a@X.EXAMPLE", NULL } }, "(a@x.example) ", true },
	{ "delete, local part as it is", { "a@x", "A@x" },
	    { { '-', "A@x", NULL } }, "h:a@x (A@x) ", true },
	{ "delete, local part in another case if nothing else fits",
	    { "a@x" }, { { '-', "A@X", NULL } }, "(a@x) ", true },
	{ "delete all that are equal", { "a@x", "b@x", "a@X" },
	    { { '-', "a@x", NULL } }, "(a@x) h:b@x (a@X) ", true },
	{ "delete, quoted or not", { "\"a\"@x" }, { { '-', "a@x", NULL } },
	    "(\"a\"@x) ", true },
	{ "delete, not quoted or quoted", { "a@x" },
	    { { '-', "\"a\"@x", NULL } }, "(a@x) ", true },
	{ "delete, quoted with escapes", { "\"a b\"@x" },
	    { { '-', "\"a\\ b\"@x", NULL } }, "(\"a b\"@x) ", true },
	{ "delete, quoted with @", { "\"a@b\"@x", "a@x" },
	    { { '-', "\"a@b\"@x", NULL } }, "(\"a@b\"@x) h:a@x ", true },
	{ "delete without domain", { "root", "root@x" },
	    { { '-', "root", NULL } }, "(root) h:root@x ", true },
	{ "delete who is not there", { "a@x" }, { { '-', "b@x", NULL } },
	    "h:a@x ", false },
	{ "delete a part of an address", { "a@x" }, { { '-', "a", NULL } },
	    "h:a@x ", false },
	{ "delete what is none", { "a@x" }, { { '-', "a b", NULL } },
	    "h:a@x ", false },
	{ "delete all", { "a@x", "b@x" },
	    { { '-', "a@x", NULL }, { '-', "b@x", NULL } },
	    "(a@x) (b@x) ", true },
	{ "delete who was added", { "a@x" },
	    { { '+', "b@x", NULL }, { '-', "b@x", NULL } }, "h:a@x ", false },
	{ "delete, add again", { "a@x" },
	    { { '-', "a@x", NULL }, { '+', "a@x", NULL } }, "h:a@x ", false },
	{ "delete, add, delete", { "a@x" }, { { '-', "a@x", NULL },
	    { '+', "a@x", NULL }, { '-', "a@x", NULL } }, "(a@x) ", true },
	{ "delete one, add another", { "a@x" },
	    { { '-', "a@x", NULL }, { '+', "b@x", NULL } },
	    "(a@x) n:b@x ", true },
	{ "forget the transaction", { "a@x", "b@x" }, { { '-', "a@x", NULL },
	    { '+', "c@x", NULL }, { '!', NULL, NULL } }, "n:b@x n:c@x ",
	    false },
};

static void
begin(struct envelope *e, const char *params)
{
	struct path	 p;
	char		 arg[200];

	env_init(e);
	(void)snprintf(arg, sizeof(arg), "FROM:<" SENDER "> %s", params);
	if (smtp_parse_path(arg, "FROM", &p) == PATH_OK)
		env_set_from(e, &p);
}

static void
add(struct envelope *e, const char *addr, const char *params)
{
	struct path	 p;
	char		 arg[200];

	(void)snprintf(arg, sizeof(arg), "TO:<%s> %s", addr, params);
	if (smtp_parse_path(arg, "TO", &p) == PATH_OK)
		env_add(e, &p, RCPT_HELD);
}

static int
edit(struct envelope *e, const struct op *op)
{
	switch (op->op) {
	case '+':
		return env_edit_add(e, op->addr, op->args, EXT_DSN);
	case '-':
		env_edit_del(e, op->addr);
		return 0;
	default:
		env_forget(e);
		return 0;
	}
}

static void
test_recipients(void)
{
	struct envelope	 e;
	struct buf	 b;
	size_t		 i;
	size_t		 k;
	int		 r;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&e, "");
		for (k = 0; k < 4 && cases[i].have[k] != NULL; k++)
			add(&e, cases[i].have[k], "");
		for (r = 0, k = 0; k < 5 && cases[i].op[k].op != 0; k++)
			r = edit(&e, &cases[i].op[k]);
		is_int(r, cases[i].want == NULL ? -1 : 0, "%s: result",
		    cases[i].name);
		buf_init(&b, 4096);
		dump(&e, &b);
		if (cases[i].want != NULL)
			is_str(buf_cstr(&b), cases[i].want, "%s",
			    cases[i].name);
		is_int(env_needs_reset(&e), cases[i].reset,
		    "%s: whether to begin anew", cases[i].name);
		for (r = 0, k = 0; k < e.n; k++)
			r += e.rcpt[k].state != RCPT_EXTRA;
		is_int((int64_t)env_wanted(&e), r, "%s: how many are wanted",
		    cases[i].name);
		buf_free(&b);
		env_free(&e);
	}
}

/* Taking off and putting on again is how a filter changes the parameters. */
static void
test_again_with_args(void)
{
	struct envelope	 e;
	struct buf	 b;

	begin(&e, "");
	add(&e, "a@x", "NOTIFY=SUCCESS");
	env_edit_del(&e, "a@x");
	is_int(env_edit_add(&e, "a@x", "NOTIFY=NEVER", EXT_DSN), 0,
	    "delete, add again with other arguments");
	env_forget(&e);
	buf_init(&b, 4096);
	dump(&e, &b);
	is_str(buf_cstr(&b), "n:a@x NOTIFY=NEVER ",
	    "... and the new arguments count");
	buf_free(&b);
	env_free(&e);
}

static void
test_parameters(void)
{
	struct envelope	 e;
	struct buf	 b;

	begin(&e, "SIZE=1000 BODY=8BITMIME RET=HDRS");
	is_str(e.from, SENDER, "sender");
	is_str(e.params, " BODY=8BITMIME RET=HDRS",
	    "parameters of the sender, SIZE left out");
	ok(e.any && !e.changed && !e.utf8, "sender: state");
	add(&e, "a@x", "NOTIFY=NEVER ORCPT=rfc822;a@x");
	add(&e, "\"a b\"@x", "");
	buf_init(&b, 4096);
	dump(&e, &b);
	is_str(buf_cstr(&b), "h:a@x NOTIFY=NEVER ORCPT=rfc822;a@x "
	    "h:\"a b\"@x ", "parameters of recipients");
	/* Verbatim in a replay. */
	env_forget(&e);
	buf_reset(&b);
	dump(&e, &b);
	is_str(buf_cstr(&b), "n:a@x NOTIFY=NEVER ORCPT=rfc822;a@x "
	    "n:\"a b\"@x ", "parameters of recipients in a replay");
	buf_free(&b);
	env_free(&e);

	begin(&e, "SMTPUTF8 BODY=8BITMIME");
	ok(e.utf8, "SMTPUTF8 is noticed");
	is_int(env_edit_add(&e, "\xc3\xa9@x", NULL, EXT_SMTPUTF8), 0,
	    "then a recipient in UTF-8 may be added");
	is_int(env_edit_from(&e, "\xc3\xa9@x", NULL, EXT_SMTPUTF8), 0,
	    "and a sender");
	env_free(&e);
}

static void
test_chgfrom(void)
{
	static const struct {
		const char	*name;
		const char	*addr;
		const char	*args;
		const char	*from;		/* NULL: it fails */
		const char	*params;
		bool		 changed;
	} froms[] = {
		{ "another", "<t@y>", NULL, "t@y", " BODY=8BITMIME RET=HDRS",
		    true },
		{ "without brackets", "t@y", NULL, "t@y",
		    " BODY=8BITMIME RET=HDRS", true },
		{ "null", "<>", NULL, "", " BODY=8BITMIME RET=HDRS", true },
		{ "empty is null", "", NULL, "", " BODY=8BITMIME RET=HDRS",
		    true },
		{ "the same", "<" SENDER ">", NULL, SENDER,
		    " BODY=8BITMIME RET=HDRS", false },
		{ "the same, no arguments", "<" SENDER ">", "", SENDER,
		    " BODY=8BITMIME RET=HDRS", false },
		{ "an argument that overrides", "<t@y>", "RET=FULL", "t@y",
		    " BODY=8BITMIME RET=FULL", true },
		{ "in another case", "<t@y>", "ret=FULL", "t@y",
		    " BODY=8BITMIME ret=FULL", true },
		{ "an argument more", "<" SENDER ">", "ENVID=x", SENDER,
		    " BODY=8BITMIME RET=HDRS ENVID=x", true },
		{ "SIZE is the gate's", "<" SENDER ">", "SIZE=1", SENDER,
		    " BODY=8BITMIME RET=HDRS", false },
		{ "what the backend does not offer", "<t@y>",
		    "MT-PRIORITY=3 X=y", "t@y", " BODY=8BITMIME RET=HDRS",
		    true },
		{ "malformed arguments", "<t@y>", "RET", "t@y", NULL, true },
		{ "arguments with a line end", "<t@y>",
		    "ENVID=x\r\nRSET", "t@y",
		    " BODY=8BITMIME RET=HDRS", true },
		{ "no address", "t y", NULL, NULL, NULL, false },
		{ "a line end", "t@y>\r\nRCPT TO:<z@z", NULL, NULL, NULL,
		    false },
		{ "UTF-8 without SMTPUTF8", "\xc3\xa9@y", NULL, NULL, NULL,
		    false },
	};
	struct envelope	 e;
	size_t		 i;

	for (i = 0; i < sizeof(froms) / sizeof(froms[0]); i++) {
		begin(&e, "SIZE=1000 BODY=8BITMIME RET=HDRS");
		is_int(env_edit_from(&e, froms[i].addr, froms[i].args,
		    EXT_DSN | EXT_8BITMIME | EXT_SIZE),
		    froms[i].from == NULL ? -1 : 0, "CHGFROM, %s: result",
		    froms[i].name);
		is_str(e.from, froms[i].from == NULL ? SENDER : froms[i].from,
		    "CHGFROM, %s: sender", froms[i].name);
		if (froms[i].params != NULL)
			is_str(e.params, froms[i].params,
			    "CHGFROM, %s: parameters", froms[i].name);
		is_int(e.changed, froms[i].changed,
		    "CHGFROM, %s: changed", froms[i].name);
		is_int(env_needs_reset(&e), froms[i].changed,
		    "CHGFROM, %s: whether to begin anew", froms[i].name);
		env_forget(&e);
		ok(!env_needs_reset(&e), "CHGFROM, %s: not for ever",
		    froms[i].name);
		env_free(&e);
	}
}

static void
test_chgfrom_params(void)
{
	struct envelope	 e;

	/* The content is what it is: BODY= of the client stays. */
	begin(&e, "BODY=8BITMIME");
	(void)env_edit_from(&e, "<t@y>", "BODY=7BIT", EXT_8BITMIME);
	is_str(e.params, " BODY=8BITMIME", "CHGFROM cannot change BODY=");
	env_free(&e);
	begin(&e, "");
	(void)env_edit_from(&e, "<t@y>", "BODY=8BITMIME", EXT_8BITMIME);
	ok(strcmp(e.params, "") == 0 || strcmp(e.params, " BODY=8BITMIME") == 0,
	    "CHGFROM may say BODY= where the client did not");
	env_free(&e);

	/* Twice: the second edit builds upon the first. */
	begin(&e, "RET=HDRS");
	(void)env_edit_from(&e, "<t@y>", "ENVID=1", EXT_DSN);
	(void)env_edit_from(&e, "<u@z>", "ENVID=2", EXT_DSN);
	is_str(e.from, "u@z", "CHGFROM twice: sender");
	is_str(e.params, " RET=HDRS ENVID=2", "CHGFROM twice: parameters");
	env_free(&e);
}

/* Many, for the list to grow, and off again from both ends. */
static void
test_many(void)
{
	struct envelope	 e;
	char		 addr[32];
	int		 i;

	begin(&e, "");
	for (i = 0; i < 1000; i++) {
		(void)snprintf(addr, sizeof(addr), "r%d@x", i);
		add(&e, addr, "");
	}
	is_int((int64_t)env_wanted(&e), 1000, "1000 recipients");
	for (i = 0; i < 1000; i += 2) {
		(void)snprintf(addr, sizeof(addr), "r%d@x", i);
		env_edit_del(&e, addr);
	}
	is_int((int64_t)env_wanted(&e), 500, "every other one deleted");
	env_forget(&e);
	is_int((int64_t)e.n, 500, "and forgotten");
	for (i = 0; i < 500 && i < (int)e.n; i++) {
		(void)snprintf(addr, sizeof(addr), "r%d@x", 2 * i + 1);
		if (strcmp(e.rcpt[i].addr, addr) != 0)
			break;
	}
	is_int(i, 500, "the others stay, in their order");
	env_free(&e);
	is_int((int64_t)env_wanted(&e), 0, "free leaves nobody");
}

int
main(void)
{
	test_recipients();
	test_again_with_args();
	test_parameters();
	test_chgfrom();
	test_chgfrom_params();
	test_many();
	return tap_end();
}
