/*
 * fuzz_envelope - edits of sender and recipients
 *
 * One a line: "h address params" a recipient that the backend accepted,
 * "+ address args" added by a filter, "- address" deleted, "= address args"
 * another sender, "!" the backend's transaction is gone.  Checked: whoever was
 * deleted is not wanted, whoever was added is, nobody twice by adding, and no
 * control octet anywhere.
 */
#include "envelope.h"
#include "ext.h"
#include "fuzz.h"

/* Recipients wanted with this address, octet for octet. */
static size_t
wanted(const struct envelope *e, const char *addr)
{
	size_t	 n = 0;
	size_t	 i;

	for (i = 0; i < e->n; i++)
		n += e->rcpt[i].state != RCPT_EXTRA &&
		    strcmp(e->rcpt[i].addr, addr) == 0;
	return n;
}

static void
check(const struct envelope *e)
{
	struct path	 p;
	size_t		 n = 0;
	size_t		 i;

	fuzz_check(fuzz_clean(e->from, strlen(e->from)) &&
	    fuzz_clean(e->params, strlen(e->params)), "sender is clean");
	for (i = 0; i < e->n; i++) {
		n += e->rcpt[i].state != RCPT_EXTRA;
		fuzz_check(fuzz_clean(e->rcpt[i].addr,
		    strlen(e->rcpt[i].addr)) && fuzz_clean(e->rcpt[i].params,
		    strlen(e->rcpt[i].params)), "recipient is clean");
		fuzz_check(smtp_parse_addr(e->rcpt[i].addr, &p) == PATH_OK,
		    "recipient is an address");
	}
	fuzz_check(env_wanted(e) == n, "how many are wanted");
	fuzz_check(env_needs_reset(e) || n == e->n, "who is not, needs RSET");
}

static void
hold(struct envelope *e, const char *s)
{
	struct path	 p;
	struct buf	 b;

	buf_init(&b, 1 << 20);
	buf_printf(&b, "TO:%s", s);
	if (fuzz_clean(buf_ptr(&b), buf_len(&b)) &&
	    smtp_parse_path(buf_cstr(&b), "TO", &p) == PATH_OK && !p.null &&
	    e->n < 200)
		env_add(e, &p, RCPT_HELD);
	buf_free(&b);
}

static void
edit(struct envelope *e, char op, char *s)
{
	char		*args = s + strcspn(s, " ");
	struct path	 p;
	size_t		 n;

	if (*args != '\0')
		*args++ = '\0';
	switch (op) {
	case '+':
		n = smtp_parse_addr(s, &p) == PATH_OK ? wanted(e, p.addr) : 0;
		if (env_edit_add(e, s, args, EXT_CROSS) == 0 &&
		    smtp_parse_addr(s, &p) == PATH_OK && !p.null)
			fuzz_check(wanted(e, p.addr) == n ||
			    (n == 0 && wanted(e, p.addr) >= 1),
			    "adding adds once");
		break;
	case '-':
		env_edit_del(e, s);
		if (smtp_parse_addr(s, &p) == PATH_OK)
			fuzz_check(wanted(e, p.addr) == 0, "deleted is gone");
		break;
	case '=':
		(void)env_edit_from(e, s, args, EXT_CROSS);
		break;
	case '!':
		env_forget(e);
		fuzz_check(!env_needs_reset(e), "forgotten is clean");
		break;
	default:
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct envelope	 e;
	struct path	 p;
	char		*s;

	env_init(&e);
	(void)smtp_parse_path("FROM:<s@x> RET=HDRS BODY=8BITMIME SIZE=1",
	    "FROM", &p);
	env_set_from(&e, &p);
	while ((s = fuzz_line(&data, &size)) != NULL) {
		if (*s == 'h' && s[1] == ' ')
			hold(&e, s + 2);
		else if (*s != '\0')
			edit(&e, *s, s[1] == ' ' ? s + 2 : s + 1);
		check(&e);
		free(s);
	}
	env_free(&e);
	return 0;
}
