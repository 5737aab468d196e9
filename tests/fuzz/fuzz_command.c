/*
 * fuzz_command - lines of a client, and keywords of a backend
 *
 * Checked: what is taken for a command holds no control octet; a path that was
 * taken, written again from its parts as the backend will get it, is the same
 * path with the same parameters.
 */
#include "fuzz.h"
#include "ext.h"

/* The path as it goes to the backend, and parsed by the same grammar. */
static void
check_path(const struct path *p, const char *word)
{
	struct path	 again;
	struct buf	 b;
	size_t		 i;

	fuzz_check(memchr(p->addr, '\0', sizeof(p->addr)) != NULL,
	    "address ends");
	fuzz_check(p->null == (p->addr[0] == '\0'), "null means empty");
	fuzz_check(fuzz_clean(p->addr, strlen(p->addr)), "address is clean");
	fuzz_check(p->nparam <= SMTP_MAXPARAM, "number of parameters");
	buf_init(&b, 16384);
	buf_printf(&b, "%s:<%s>", word, p->addr);
	for (i = 0; i < p->nparam; i++) {
		fuzz_check(fuzz_clean(p->param[i].text,
		    strlen(p->param[i].text)), "parameter is clean");
		fuzz_check(smtp_param(p, p->param[i].key) == &p->param[i],
		    "each key is there once");
		buf_printf(&b, " %s", p->param[i].text);
	}
	fuzz_check(!b.bad, "path fits a line");
	fuzz_check(smtp_parse_path(buf_cstr(&b), word, &again) == PATH_OK,
	    "path is one when written again");
	fuzz_check(strcmp(p->addr, again.addr) == 0 && p->null == again.null &&
	    p->utf8 == again.utf8, "... the same");
	fuzz_check(p->nparam == again.nparam, "... as many parameters");
	for (i = 0; i < p->nparam; i++)
		fuzz_check(strcmp(p->param[i].text, again.param[i].text) == 0,
		    "... the same parameters");
	buf_free(&b);
}

/* A keyword of a backend, as it is offered: known, clean, the same again. */
static void
check_keyword(const char *line)
{
	unsigned int	 bit = ext_find(line);
	struct limits	 l;
	struct limits	 m;
	struct buf	 a;
	struct buf	 b;

	if (bit == 0)
		return;
	buf_init(&a, 2 * strlen(line) + 100);
	buf_init(&b, 2 * strlen(line) + 100);
	ext_put(bit, line, &a);
	fuzz_check(fuzz_clean(buf_ptr(&a), buf_len(&a)), "keyword is clean");
	fuzz_check(ext_find(buf_cstr(&a)) == bit, "keyword is the same");
	ext_put(bit, buf_cstr(&a), &b);
	fuzz_check(fuzz_same(&a, &b), "keyword is canonical");
	ext_limits_parse(line, &l);
	fuzz_check(l.mailmax <= 999999 && l.rcptmax <= 999999 &&
	    l.rcptdomainmax <= 999999, "limits have six digits");
	buf_reset(&b);
	ext_limits_put(&l, &b);
	ext_limits_parse(buf_cstr(&b), &m);
	fuzz_check(l.mailmax == m.mailmax && l.rcptmax == m.rcptmax &&
	    l.rcptdomainmax == m.rcptdomainmax, "limits are the same");
	buf_free(&a);
	buf_free(&b);
}

static void
check_command(const struct command *cmd)
{
	static const char *const words[] = { "FROM", "TO" };
	const struct param	*q;
	struct path		 p;
	bool			 value;
	size_t			 i;

	fuzz_check(fuzz_clean(cmd->line, strlen(cmd->line)),
	    "command is clean");
	fuzz_check(cmd->arg >= cmd->line &&
	    cmd->arg <= cmd->line + strlen(cmd->line), "argument is within");
	for (i = 0; i < 2; i++) {
		if (smtp_parse_path(cmd->arg, words[i], &p) != PATH_OK)
			continue;
		check_path(&p, words[i]);
		q = ext_check_params(&p, i == 0 ? VERB_MAIL : VERB_RCPT,
		    EXT_CROSS | EXT_SIZE, &value);
		fuzz_check(q == NULL || (q >= p.param &&
		    q < p.param + p.nparam), "bad parameter is one of these");
	}
	if (smtp_parse_addr(cmd->arg, &p) == PATH_OK)
		check_path(&p, "TO");
	if (smtp_valid_helo(cmd->arg))
		fuzz_check(strpbrk(cmd->arg, " \t<>") == NULL,
		    "HELO is one word");
	if (smtp_valid_hostname(cmd->arg))
		fuzz_check(strlen(cmd->arg) <= 255 && cmd->arg[strspn(cmd->arg,
		    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "0123456789-_.")] == '\0', "host name is LDH");
	check_keyword(cmd->line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t	*lf;
	struct command	 cmd;
	struct buf	 b;
	enum cmd_error	 e;
	size_t		 n;

	for (; size > 0; data += n, size -= n) {
		lf = memchr(data, '\n', size);
		n = lf != NULL ? (size_t)(lf - data) + 1 : size;
		buf_init(&b, n + 2);
		buf_put(&b, data, n);
		if (lf == NULL)
			buf_puts(&b, "\r\n");
		e = smtp_parse_command(&b, &cmd);
		fuzz_check(cmd.verb <= VERB_UNKNOWN, "verb is one");
		fuzz_check(strchr(cmd.line, '\n') == NULL, "no line end");
		if (e == CMD_OK)
			check_command(&cmd);
		buf_free(&b);
	}
	return 0;
}
