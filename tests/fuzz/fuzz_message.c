/*
 * fuzz_message - a mail, and what filters ask to change
 *
 * The input is the mail, up to a line "==", then edits, one a line:
 *
 *	A name value		add header
 *	I index name value	insert header
 *	C index name value	change header; without value, delete
 *	B text			more of a new body
 *	R address args		add recipient
 *	D address		delete recipient
 *	F address args		change sender
 *	L			values bring their own leading blank
 *	N			the next filter
 *
 * "\n", "\r", "\t" and "\\" in an edit are as in C.  Checked: the header
 * that leaves has CRLF alone, no empty line before its end, no NUL, and reads
 * as the same fields; sizes are what is there; cuts change nothing; no
 * control octet is in an address or its parameters.
 */
#include "ext.h"
#include "fuzz.h"
#include "message.h"

#define MAXHEADER	20000
#define MEMORY		65536

/* Canonical text from anything, in pieces, as the gate feeds it. */
static void
feed(struct message *m, const uint8_t *p, size_t n, unsigned int max)
{
	struct textin	 t;
	struct buf	 b;
	uint64_t	 seed = n;
	size_t		 i;
	size_t		 k;

	buf_init(&b, 2 * n + 8);
	textin_init(&t);
	textin_feed(&t, (const char *)p, n, &b);
	textin_end(&t, &b);
	for (i = 0; i < buf_len(&b); i += k) {
		k = 1 + fuzz_random(&seed, max);
		k = k > buf_len(&b) - i ? buf_len(&b) - i : k;
		message_feed(m, buf_ptr(&b) + i, k);
	}
	message_end(m, t.dotlines);
	buf_free(&b);
}

/* The header of one reads as the header of the other. */
static void
check_header(const struct message *m)
{
	struct message	 again;
	struct buf	 b;
	const char	*s;
	size_t		 n;
	size_t		 i;

	buf_init(&b, 32u << 20);
	fuzz_check(message_header(m, &b) == 0, "header fits");
	s = buf_ptr(&b);
	n = buf_len(&b);
	fuzz_check(fuzz_canonical(s, n), "header is canonical");
	fuzz_check(n >= 2 && memcmp(s + n - 2, "\r\n", 2) == 0 &&
	    (n == 2 || s[n - 3] == '\n'), "header ends with an empty line");
	fuzz_check(n == 2 || (memmem(s, n, "\r\n\r\n", 4) == s + n - 4 &&
	    s[0] != '\r'), "... and has no other");
	fuzz_check(message_outsize(m) == n + (uint64_t)spool_size(&m->body),
	    "size of what leaves");
	message_init(&again, "/nonexistent", MEMORY, 32u << 20);
	message_feed(&again, s, n);
	message_end(&again, 0);
	/* Too much for a message is trouble, not another reading. */
	if (again.trouble == MSG_OK) {
		fuzz_check(again.nfield == m->nfield, "as many fields");
		fuzz_check(spool_size(&again.body) == 0, "no body in it");
		for (i = 0, n = 1; i < m->nfield; i++) {
			if (m->field[i].own)
				continue;
			fuzz_check(m->field[i].len == again.field[n].len &&
			    m->field[i].namelen == again.field[n].namelen &&
			    memcmp(message_field(m, i),
			    message_field(&again, n), m->field[i].len) == 0,
			    "the same fields");
			n++;
		}
	}
	message_free(&again);
	buf_free(&b);
}

static void
check_envelope(const struct envelope *e)
{
	struct path	 p;
	struct buf	 b;
	size_t		 i;

	fuzz_check(fuzz_clean(e->from, strlen(e->from)) &&
	    fuzz_clean(e->params, strlen(e->params)), "sender is clean");
	for (i = 0; i < e->n; i++) {
		buf_init(&b, 1 << 20);
		buf_printf(&b, "TO:<%s>%s", e->rcpt[i].addr,
		    e->rcpt[i].params);
		fuzz_check(fuzz_clean(buf_ptr(&b), buf_len(&b)),
		    "recipient is clean");
		fuzz_check(smtp_parse_path(buf_cstr(&b), "TO", &p) == PATH_OK &&
		    strcmp(p.addr, e->rcpt[i].addr) == 0 && !p.null,
		    "recipient is one");
		buf_free(&b);
	}
}

/* The next word of a line, ended by a blank that is overwritten. */
static char *
word(char **s)
{
	char	*w = *s;

	*s += strcspn(*s, " ");
	if (**s != '\0')
		*(*s)++ = '\0';
	return w;
}

static void
add_edit(struct edits *es, char *s)
{
	static const char	 letters[] = "AICRDF";
	static const enum edit_type types[] = { EDIT_ADDHEADER,
	    EDIT_INSHEADER, EDIT_CHGHEADER, EDIT_ADDRCPT, EDIT_DELRCPT,
	    EDIT_CHGFROM };
	const char		*cmd = word(&s);
	const char		*l = *cmd != '\0' ? strchr(letters, *cmd) :
				    NULL;
	uint32_t		 index = 0;
	char			*name;

	if (*cmd == 'B')
		(void)edits_body(es, s, strlen(s));
	if (l == NULL)
		return;
	if (*l == 'I' || *l == 'C')
		index = (uint32_t)strtoul(word(&s), NULL, 0);
	name = word(&s);
	(void)edits_add(es, types[l - letters], index, name, s);
}

static void
change(struct message *m, const uint8_t *p, size_t left)
{
	struct envelope	 env;
	struct edits	 es;
	struct path	 path;
	char		*s;
	bool		 leadspc = false;
	int		 r = 0;

	env_init(&env);
	(void)smtp_parse_path("FROM:<s@x> RET=HDRS", "FROM", &path);
	env_set_from(&env, &path);
	(void)smtp_parse_path("TO:<r@x> NOTIFY=NEVER", "TO", &path);
	env_add(&env, &path, RCPT_HELD);
	edits_init(&es, "/nonexistent", MEMORY, 100000);
	while (r == 0 && (s = fuzz_line(&p, &left)) != NULL) {
		if (*s == 'L') {
			leadspc = true;
		} else if (*s == 'N') {
			r = message_apply(m, &env, &es, leadspc, EXT_CROSS);
			edits_reset(&es);
		} else {
			add_edit(&es, s);
		}
		free(s);
	}
	if (r == 0)
		r = message_apply(m, &env, &es, leadspc, EXT_CROSS);
	if (r == 0) {
		check_header(m);
		check_envelope(&env);
	}
	edits_free(&es);
	env_free(&env);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct message	 m;
	struct message	 whole;
	const uint8_t	*mark;
	size_t		 n;

	mark = memmem(data, size, "\n==\n", 4);
	n = mark != NULL ? (size_t)(mark - data) + 1 : size;
	message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
	message_init(&whole, "/nonexistent", MEMORY, MAXHEADER);
	feed(&m, data, n, 40);
	feed(&whole, data, n, 1u << 30);
	fuzz_check(m.trouble == whole.trouble, "cuts: trouble");
	if (m.trouble == MSG_OK) {
		fuzz_check(m.nfield == whole.nfield && m.size == whole.size &&
		    fuzz_same(&m.text, &whole.text) &&
		    spool_size(&m.body) == spool_size(&whole.body),
		    "cuts: message");
		check_header(&m);
		if (mark != NULL)
			change(&m, mark + 4, size - n - 3);
	}
	message_free(&m);
	message_free(&whole);
	return 0;
}
