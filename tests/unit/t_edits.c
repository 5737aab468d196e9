/*
 * message: the edits that filters ask for
 *
 * If it breaks, a spam mark is on the wrong field, a forged
 * Authentication-Results field survives, or a value that a filter made of the
 * sender's text begins a new field or ends the header.
 */
#include <stdlib.h>

#include "ext.h"
#include "message.h"
#include "tap.h"

#define MAXHEADER	(1u << 20)
#define MEMORY		65536
#define S(s)		(s), sizeof(s) - 1

/* As it leaves. */
static void
whole(const struct message *m, struct buf *b)
{
	(void)message_header(m, b);
	(void)spool_read(&m->body, 0, (size_t)spool_size(&m->body), b);
}

struct ed {
	enum edit_type	 type;
	uint32_t	 index;
	const char	*name;
	const char	*value;
};

#define ADD(name, value)	{ EDIT_ADDHEADER, 0, name, value }
#define INS(i, name, value)	{ EDIT_INSHEADER, i, name, value }
#define CHG(i, name, value)	{ EDIT_CHGHEADER, i, name, value }
#define DEL(i, name)		{ EDIT_CHGHEADER, i, name, "" }
#define NEXT_FILTER		{ EDIT_ADDRCPT, 0, NULL, NULL }

/* Three of one name among others. */
#define THREE	"A: 1\r\nX: one\r\nX: two\r\nB: 2\r\nX: three\r\n"

static const struct {
	const char	*name;
	const char	*header;
	struct ed	 ed[8];
	const char	*want;
} edits[] = {
	/* milter-mta-side.md 6.2 */
	{ "ADDHEADER goes to the end", THREE, { ADD("N", "v") },
	    THREE "N: v\r\n" },
	{ "ADDHEADER of a name that is there goes to the end, too", THREE,
	    { ADD("X", "v") }, THREE "X: v\r\n" },
	{ "ADDHEADER twice the same", "A: 1\r\n",
	    { ADD("N", "v"), ADD("N", "v") }, "A: 1\r\nN: v\r\nN: v\r\n" },
	{ "ADDHEADER to no header", "", { ADD("N", "v") }, "N: v\r\n" },

	/* 6.3 */
	{ "INSHEADER 0", THREE, { INS(0, "N", "v") }, "N: v\r\n" THREE },
	{ "INSHEADER 1", THREE, { INS(1, "N", "v") }, "N: v\r\n" THREE },
	{ "INSHEADER 0 above 1", THREE,
	    { INS(1, "N", "1"), INS(0, "N", "0") },
	    "N: 0\r\nN: 1\r\n" THREE },
	{ "INSHEADER 1 below 0", THREE,
	    { INS(0, "N", "0"), INS(1, "N", "1") },
	    "N: 0\r\nN: 1\r\n" THREE },
	{ "INSHEADER 2", THREE, { INS(2, "N", "v") },
	    "A: 1\r\nN: v\r\nX: one\r\nX: two\r\nB: 2\r\nX: three\r\n" },
	{ "INSHEADER 5", THREE, { INS(5, "N", "v") },
	    "A: 1\r\nX: one\r\nX: two\r\nB: 2\r\nN: v\r\nX: three\r\n" },
	{ "INSHEADER 6, behind the last", THREE, { INS(6, "N", "v") },
	    THREE "N: v\r\n" },
	{ "INSHEADER 7, too large", THREE, { INS(7, "N", "v") },
	    THREE "N: v\r\n" },
	{ "INSHEADER 0x7fffffff", THREE, { INS(0x7fffffff, "N", "v") },
	    THREE "N: v\r\n" },
	{ "INSHEADER 0x80000000", THREE, { INS(0x80000000, "N", "v") },
	    THREE "N: v\r\n" },
	{ "INSHEADER 0xffffffff", THREE, { INS(0xffffffff, "N", "v") },
	    THREE "N: v\r\n" },
	{ "INSHEADER 1 again: the later is nearer the top", THREE,
	    { INS(1, "N", "v"), INS(1, "O", "w") },
	    "O: w\r\nN: v\r\n" THREE },
	{ "INSHEADER 0 again: the later is nearer the top", THREE,
	    { INS(0, "N", "v"), INS(0, "O", "w") },
	    "O: w\r\nN: v\r\n" THREE },
	{ "INSHEADER counts inserted fields", THREE,
	    { INS(1, "N", "v"), INS(3, "O", "w") },
	    "N: v\r\nA: 1\r\nO: w\r\nX: one\r\nX: two\r\nB: 2\r\n"
	    "X: three\r\n" },
	{ "INSHEADER counts added fields", "A: 1\r\n",
	    { ADD("N", "v"), INS(3, "O", "w"), INS(2, "P", "y") },
	    "A: 1\r\nP: y\r\nN: v\r\nO: w\r\n" },
	{ "INSHEADER does not count deleted fields", THREE,
	    { DEL(1, "X"), INS(3, "N", "v") },
	    "A: 1\r\nX: two\r\nN: v\r\nB: 2\r\nX: three\r\n" },
	{ "INSHEADER 1 to no header", "", { INS(1, "N", "v") }, "N: v\r\n" },
	{ "INSHEADER 2 to no header", "", { INS(2, "N", "v") }, "N: v\r\n" },
	{ "INSHEADER 1 of a second filter is above the first's", THREE,
	    { INS(1, "N", "v"), NEXT_FILTER, INS(1, "O", "w") },
	    "O: w\r\nN: v\r\n" THREE },

	/* 6.4, changes */
	{ "CHGHEADER 1 of three", THREE, { CHG(1, "X", "v") },
	    "A: 1\r\nX: v\r\nX: two\r\nB: 2\r\nX: three\r\n" },
	{ "CHGHEADER 0 is 1", THREE, { CHG(0, "X", "v") },
	    "A: 1\r\nX: v\r\nX: two\r\nB: 2\r\nX: three\r\n" },
	{ "CHGHEADER 3 of three", THREE, { CHG(3, "X", "v") },
	    "A: 1\r\nX: one\r\nX: two\r\nB: 2\r\nX: v\r\n" },
	{ "CHGHEADER writes the name as the filter does", THREE,
	    { CHG(2, "x", "v") },
	    "A: 1\r\nX: one\r\nx: v\r\nB: 2\r\nX: three\r\n" },
	{ "CHGHEADER beyond the last adds", THREE, { CHG(4, "X", "v") },
	    THREE "X: v\r\n" },
	{ "CHGHEADER 0x7fffffff adds", THREE, { CHG(0x7fffffff, "X", "v") },
	    THREE "X: v\r\n" },
	{ "CHGHEADER 0x80000000 adds", THREE, { CHG(0x80000000, "X", "v") },
	    THREE "X: v\r\n" },
	{ "CHGHEADER 0xffffffff adds", THREE, { CHG(0xffffffff, "X", "v") },
	    THREE "X: v\r\n" },
	{ "CHGHEADER of a name that is not there adds", THREE,
	    { CHG(1, "N", "v") }, THREE "N: v\r\n" },
	{ "CHGHEADER of a part of a name adds", "Xa: 1\r\n",
	    { CHG(1, "X", "v") }, "Xa: 1\r\nX: v\r\n" },
	{ "CHGHEADER of a field with a fold takes all of it",
	    "A: 1\r\nX: a\r\n b\r\nB: 2\r\n", { CHG(1, "X", "v") },
	    "A: 1\r\nX: v\r\nB: 2\r\n" },
	{ "CHGHEADER of a field with a blank before its colon",
	    "X : a\r\n", { CHG(1, "X", "v") }, "X: v\r\n" },
	{ "CHGHEADER of Received does not count the gate's own",
	    "Received: a\r\nReceived: b\r\n", { CHG(1, "Received", "v") },
	    "Received: v\r\nReceived: b\r\n" },
	{ "CHGHEADER of a field that was added", "A: 1\r\n",
	    { ADD("N", "v"), CHG(1, "N", "w") }, "A: 1\r\nN: w\r\n" },
	{ "CHGHEADER counts a field that was inserted", THREE,
	    { INS(1, "X", "v"), CHG(1, "X", "w"), CHG(2, "X", "y") },
	    "X: w\r\nA: 1\r\nX: y\r\nX: two\r\nB: 2\r\nX: three\r\n" },
	{ "CHGHEADER of the first field", "A: 1\r\nB: 2\r\n",
	    { CHG(1, "A", "v") }, "A: v\r\nB: 2\r\n" },
	{ "CHGHEADER twice", "A: 1\r\n", { CHG(1, "A", "v"), CHG(1, "A", "w") },
	    "A: w\r\n" },

	/* 6.4, deletions and their numbers */
	{ "delete, ascending", THREE, { DEL(1, "X"), DEL(2, "X"), DEL(3, "X") },
	    "A: 1\r\nB: 2\r\n" },
	{ "delete, descending", THREE,
	    { DEL(3, "X"), DEL(2, "X"), DEL(1, "X") }, "A: 1\r\nB: 2\r\n" },
	{ "delete, always 1", THREE, { DEL(1, "X"), DEL(1, "X"), DEL(1, "X") },
	    "A: 1\r\nB: 2\r\n" },
	{ "delete, always 0", THREE, { DEL(0, "X"), DEL(0, "X"), DEL(0, "X") },
	    "A: 1\r\nB: 2\r\n" },
	{ "delete 1 and 2", THREE, { DEL(1, "X"), DEL(2, "X") },
	    "A: 1\r\nB: 2\r\nX: three\r\n" },
	{ "delete 1 and 3", THREE, { DEL(1, "X"), DEL(3, "X") },
	    "A: 1\r\nX: two\r\nB: 2\r\n" },
	{ "delete 3 and 2", THREE, { DEL(3, "X"), DEL(2, "X") },
	    "A: 1\r\nX: one\r\nB: 2\r\n" },
	{ "delete 3 and 1", THREE, { DEL(3, "X"), DEL(1, "X") },
	    "A: 1\r\nX: two\r\nB: 2\r\n" },
	{ "delete 1 twice", THREE, { DEL(1, "X"), DEL(1, "X") },
	    "A: 1\r\nB: 2\r\nX: three\r\n" },
	{ "delete 2 twice", THREE, { DEL(2, "X"), DEL(2, "X") },
	    "A: 1\r\nX: one\r\nB: 2\r\n" },
	{ "delete 2, 1, 1", THREE, { DEL(2, "X"), DEL(1, "X"), DEL(1, "X") },
	    "A: 1\r\nB: 2\r\n" },
	{ "delete beyond the last", THREE, { DEL(4, "X") }, THREE },
	{ "delete 0x80000000", THREE, { DEL(0x80000000, "X") }, THREE },
	{ "delete 0xffffffff", THREE, { DEL(0xffffffff, "X") }, THREE },
	{ "delete a name that is not there", THREE, { DEL(1, "N") }, THREE },
	{ "delete more than there are", "X: 1\r\n",
	    { DEL(1, "X"), DEL(1, "X"), DEL(2, "X") }, "" },
	{ "delete in another case", THREE, { DEL(2, "x") },
	    "A: 1\r\nX: one\r\nB: 2\r\nX: three\r\n" },
	{ "change what was deleted", THREE, { DEL(1, "X"), CHG(1, "X", "v") },
	    "A: 1\r\nX: v\r\nX: two\r\nB: 2\r\nX: three\r\n" },
	{ "change behind what was deleted keeps its number", THREE,
	    { DEL(1, "X"), CHG(2, "X", "v") },
	    "A: 1\r\nX: v\r\nB: 2\r\nX: three\r\n" },
	{ "delete, change it, delete it again", THREE,
	    { DEL(1, "X"), CHG(1, "X", "v"), DEL(1, "X") },
	    "A: 1\r\nX: two\r\nB: 2\r\nX: three\r\n" },
	{ "delete all, then add", THREE,
	    { DEL(1, "X"), DEL(1, "X"), DEL(1, "X"), ADD("X", "v") },
	    "A: 1\r\nB: 2\r\nX: v\r\n" },
	{ "delete a field that was added", "A: 1\r\n",
	    { ADD("N", "v"), DEL(1, "N") }, "A: 1\r\n" },
	{ "delete the original behind one that was added", "X: 1\r\n",
	    { ADD("X", "v"), DEL(1, "X") }, "X: v\r\n" },
	{ "the next filter counts without the deleted", THREE,
	    { DEL(1, "X"), NEXT_FILTER, CHG(1, "X", "v") },
	    "A: 1\r\nX: v\r\nB: 2\r\nX: three\r\n" },
	{ "the next filter deletes 1 again", THREE,
	    { DEL(1, "X"), NEXT_FILTER, DEL(1, "X") },
	    "A: 1\r\nB: 2\r\nX: three\r\n" },
	{ "the next filter sees what was added", "A: 1\r\n",
	    { ADD("N", "v"), NEXT_FILTER, CHG(1, "N", "w") },
	    "A: 1\r\nN: w\r\n" },
};

/* Applies the edits of one or more filters to a header and a body. */
static int
apply(struct message *m, const char *header, const struct ed *ed, size_t max,
    bool leadspc)
{
	struct envelope	 env;
	struct edits	 es;
	size_t		 i;
	int		 r = 0;

	message_init(m, "/nonexistent", MEMORY, MAXHEADER);
	message_feed(m, header, strlen(header));
	message_feed(m, S("\r\nbody\r\n"));
	message_end(m, 0);
	env_init(&env);
	edits_init(&es, "/nonexistent", MEMORY, 1u << 20);
	for (i = 0; r == 0 && i < max &&
	    (ed[i].name != NULL || ed[i].type == EDIT_ADDRCPT); i++) {
		if (ed[i].name != NULL) {
			r = edits_add(&es, ed[i].type, ed[i].index,
			    ed[i].name, ed[i].value);
			continue;
		}
		r = message_apply(m, &env, &es, leadspc, 0);
		edits_reset(&es);
	}
	if (r == 0)
		r = message_apply(m, &env, &es, leadspc, 0);
	edits_free(&es);
	env_free(&env);
	return r;
}

static void
test_edits(void)
{
	struct message	 m;
	struct buf	 got;
	struct buf	 want;
	size_t		 i;

	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		buf_init(&got, MEMORY);
		buf_init(&want, MEMORY);
		is_int(apply(&m, edits[i].header, edits[i].ed, 8, false), 0,
		    "%s: done", edits[i].name);
		whole(&m, &got);
		buf_printf(&want, "%s\r\nbody\r\n", edits[i].want);
		is_mem(buf_ptr(&got), buf_len(&got), buf_ptr(&want),
		    buf_len(&want), "%s: what leaves", edits[i].name);
		is_int((int64_t)message_outsize(&m), (int64_t)buf_len(&want),
		    "%s: size", edits[i].name);
		buf_free(&got);
		buf_free(&want);
		message_free(&m);
	}
}

/* 6.1: values, without and with HDR_LEADSPC. */
static const struct {
	const char	*name;
	const char	*value;
	const char	*plain;		/* field as it leaves */
	const char	*leadspc;
} values[] = {
	{ "one word", "v", "N: v\r\n", "N:v\r\n" },
	{ "a blank first", " v", "N:  v\r\n", "N: v\r\n" },
	{ "two blanks first", "  v", "N:   v\r\n", "N:  v\r\n" },
	{ "a TAB first", "\tv", "N: \tv\r\n", "N:\tv\r\n" },
	{ "blanks at the end", "v \t", "N: v \t\r\n", "N:v \t\r\n" },
	{ "LF is a fold", "v\n w", "N: v\r\n w\r\n", "N:v\r\n w\r\n" },
	{ "LF and TAB", "v\n\tw\n x", "N: v\r\n\tw\r\n x\r\n",
	    "N:v\r\n\tw\r\n x\r\n" },
	{ "CRLF is one fold", "v\r\n w", "N: v\r\n w\r\n", "N:v\r\n w\r\n" },
	{ "CRLF and LF", "v\r\n w\n x", "N: v\r\n w\r\n x\r\n",
	    "N:v\r\n w\r\n x\r\n" },
	{ "a fold first", "\n v", "N: \r\n v\r\n", "N:\r\n v\r\n" },
	{ "no blank behind LF", "v\nw", "N: v\r\n\tw\r\n", "N:v\r\n\tw\r\n" },
	{ "no blank behind CRLF", "v\r\nBcc: w", "N: v\r\n\tBcc: w\r\n",
	    "N:v\r\n\tBcc: w\r\n" },
	{ "no blank behind a first LF", "\nw", "N: \r\n\tw\r\n",
	    "N:\r\n\tw\r\n" },
	{ "an empty line", "v\n\n w", "N: v\r\n w\r\n", "N:v\r\n w\r\n" },
	{ "empty lines of CRLF", "v\r\n\r\n\r\nw", "N: v\r\n\tw\r\n",
	    "N:v\r\n\tw\r\n" },
	{ "a line end that is both", "v\n\r\n w", "N: v\r\n w\r\n",
	    "N:v\r\n w\r\n" },
	{ "LF at the end", "v\n", "N: v\r\n", "N:v\r\n" },
	{ "CRLFs at the end", "v\r\n\r\n", "N: v\r\n", "N:v\r\n" },
	{ "bare CR", "v\rw", "N: vw\r\n", "N:vw\r\n" },
	{ "CR at the end", "v\r", "N: v\r\n", "N:v\r\n" },
	{ "CR CR LF", "v\r\r\n w", "N: v\r\n w\r\n", "N:v\r\n w\r\n" },
	{ "CR before the blank of a fold", "v\n\r w", "N: v\r\n\t w\r\n",
	    "N:v\r\n\t w\r\n" },
	{ "a dot on its line", "v\n.\nw", "N: v\r\n\t.\r\n\tw\r\n",
	    "N:v\r\n\t.\r\n\tw\r\n" },
	{ "octets above 127", "\xc3\xa9\xff", "N: \xc3\xa9\xff\r\n",
	    "N:\xc3\xa9\xff\r\n" },
	{ "a percent sign", "%s%n", "N: %s%n\r\n", "N:%s%n\r\n" },
	{ "a colon", "a: b", "N: a: b\r\n", "N:a: b\r\n" },
};

static void
test_values(void)
{
	struct message	 m;
	struct message	 again;
	struct buf	 got;
	struct ed	 ed = ADD("N", NULL);
	size_t		 i;
	size_t		 k;
	int		 lead;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		ed.value = values[i].value;
		for (lead = 0; lead < 2; lead++)
		for (k = 0; k < 3; k++) {
			/* Each of the three ways writes the same field. */
			ed.type = k == 0 ? EDIT_ADDHEADER : k == 1 ?
			    EDIT_INSHEADER : EDIT_CHGHEADER;
			ed.index = k == 1 ? 9 : 1;
			is_int(apply(&m, "A: 1\r\n", &ed, 1, lead == 1), 0,
			    "value with %s, edit %zu: done", values[i].name,
			    k);
			buf_init(&got, MEMORY);
			(void)message_header(&m, &got);
			is_mem(m.nfield == 3 ? message_field(&m, 2) : "",
			    m.nfield == 3 ? m.field[2].len : 0,
			    lead == 1 ? values[i].leadspc : values[i].plain,
			    strlen(lead == 1 ? values[i].leadspc :
			    values[i].plain), "value with %s, edit %zu, "
			    "leadspc %d: field", values[i].name, k, lead);
			/* Whoever reads it sees the same fields. */
			message_init(&again, "/nonexistent", MEMORY, MAXHEADER);
			message_feed(&again, buf_ptr(&got), buf_len(&got));
			message_end(&again, 0);
			ok(again.nfield == 3 && spool_size(&again.body) == 0,
			    "value with %s, edit %zu, leadspc %d: one field",
			    values[i].name, k, lead);
			message_free(&again);
			message_free(&m);
			buf_free(&got);
		}
	}
}

/* An empty value adds an empty field; only CHGHEADER deletes by it. */
static void
test_empty_value(void)
{
	static const struct ed	 add[] = { ADD("N", "") };
	static const struct ed	 ins[] = { INS(1, "N", "") };
	static const struct ed	 lf[] = { ADD("N", "\n") };
	struct message		 m;

	is_int(apply(&m, "", add, 1, false), 0, "ADDHEADER without value");
	is_mem(message_field(&m, 1), m.field[1].len, S("N: \r\n"),
	    "ADDHEADER without value: field");
	message_free(&m);
	is_int(apply(&m, "", ins, 1, true), 0, "INSHEADER without value");
	is_mem(message_field(&m, 1), m.field[1].len, S("N:\r\n"),
	    "INSHEADER without value, leadspc: field");
	message_free(&m);
	is_int(apply(&m, "", lf, 1, false), 0, "ADDHEADER with LF alone");
	is_mem(message_field(&m, 1), m.field[1].len, S("N: \r\n"),
	    "ADDHEADER with LF alone: field");
	message_free(&m);
}

/* Signatures and reports are long, and nobody refolds them. */
static void
test_long_values(void)
{
	struct message	 m;
	struct buf	 value;
	struct buf	 want;
	struct ed	 ed = ADD("N", NULL);
	int		 i;

	buf_init(&value, MEMORY);
	buf_init(&want, MEMORY);
	for (i = 0; i < 20480; i++)
		buf_putc(&value, (char)('a' + i % 26));
	ed.value = buf_cstr(&value);
	buf_printf(&want, "N: %s\r\n", ed.value);
	is_int(apply(&m, "", &ed, 1, false), 0, "value of 20 kB");
	is_mem(message_field(&m, 1), m.field[1].len, buf_ptr(&want),
	    buf_len(&want), "value of 20 kB: unchanged");
	message_free(&m);

	buf_reset(&value);
	buf_reset(&want);
	buf_puts(&want, "N: ");
	for (i = 0; i < 1000; i++) {
		buf_printf(&value, "%sword%04d", i > 0 ? "\n " : "", i);
		buf_printf(&want, "%sword%04d", i > 0 ? "\r\n " : "", i);
	}
	buf_puts(&want, "\r\n");
	ed.value = buf_cstr(&value);
	is_int(apply(&m, "", &ed, 1, false), 0, "value of 1000 lines");
	is_mem(message_field(&m, 1), m.field[1].len, buf_ptr(&want),
	    buf_len(&want), "value of 1000 lines: folds alone change");
	message_free(&m);
	buf_free(&value);
	buf_free(&want);
}

static void
test_bad_names(void)
{
	static const char	*const bad[] = { "", "A B", "A:", ":", "A\n",
		"A\r\nB", "A\t", " A", "A\x7f", "\xc3\xa9", "A\x01" };
	static const enum edit_type types[] = { EDIT_ADDHEADER,
		EDIT_INSHEADER, EDIT_CHGHEADER };
	struct edits	 es;
	size_t		 i;
	size_t		 k;

	edits_init(&es, "/nonexistent", MEMORY, 1u << 20);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (k = 0; k < 3; k++)
			is_int(edits_add(&es, types[k], 1, bad[i], "v"), -1,
			    "name %zu of a field is none, edit %zu", i, k);
	is_int(edits_add(&es, EDIT_ADDHEADER, 0, "!~", "v"), 0,
	    "name of punctuation");
	edits_free(&es);
}

static void
test_too_much(void)
{
	struct envelope	 env;
	struct message	 m;
	struct edits	 es;
	struct buf	 v;
	size_t		 i;
	int		 r = 0;

	edits_init(&es, "/nonexistent", MEMORY, 10000);
	for (i = 0; i < 10000 && r == 0; i++)
		r = edits_add(&es, EDIT_ADDHEADER, 0, "N", "0123456789");
	ok(r == -1 && i > 10, "edits beyond the limit are refused");
	edits_free(&es);

	buf_init(&v, MEMORY);
	for (i = 0; i < 60000; i++)
		buf_putc(&v, 'v');
	env_init(&env);
	message_init(&m, "/nonexistent", MEMORY, 4096);
	message_end(&m, 0);
	edits_init(&es, "/nonexistent", MEMORY, 64u << 20);
	for (i = 0; i < 100; i++)
		(void)edits_add(&es, EDIT_ADDHEADER, 0, "N", buf_cstr(&v));
	is_int(message_apply(&m, &env, &es, false, 0), -1,
	    "6 MB of new header are refused");
	edits_reset(&es);
	message_free(&m);

	message_init(&m, "/nonexistent", MEMORY, 4096);
	message_end(&m, 0);
	for (i = 0; i < 11000; i++)
		(void)edits_add(&es, EDIT_ADDHEADER, 0, "N", "v");
	is_int(message_apply(&m, &env, &es, false, 0), -1,
	    "11000 new fields are refused");
	edits_free(&es);
	message_free(&m);
	env_free(&env);
	buf_free(&v);
}

/* What no packet to the next filter can carry must not be made. */
static void
test_long_field(void)
{
	struct message	 m;
	struct buf	 v;
	struct ed	 ed = ADD("N", NULL);
	size_t		 i;

	buf_init(&v, 1u << 17);
	for (i = 0; i < 65000; i++)
		buf_putc(&v, 'v');
	ed.value = buf_cstr(&v);
	is_int(apply(&m, "A: 1\r\n", &ed, 1, false), 0,
	    "a new field that fits a packet");
	message_free(&m);
	for (; i < 70000; i++)
		buf_putc(&v, 'v');
	ed.value = buf_cstr(&v);
	is_int(apply(&m, "A: 1\r\n", &ed, 1, false), -1,
	    "a new field too long for a packet is refused");
	message_free(&m);
	buf_free(&v);
}

struct chunk {
	const char	*p;
	size_t		 n;
};

static const struct {
	const char	*name;
	struct chunk	 chunk[5];
	const char	*body;
	size_t		 nbody;
	size_t		 dotlines;
} bodies[] = {
	{ "one chunk", { { S("a\r\nb\r\n") } }, S("a\r\nb\r\n"), 0 },
	{ "empty", { { S("") } }, S(""), 0 },
	{ "LF alone", { { S("a\nb\n") } }, S("a\r\nb\r\n"), 0 },
	{ "no line end at the end", { { S("a\nb") } }, S("a\r\nb\r\n"), 0 },
	{ "CR | LF", { { S("a\r") }, { S("\nb\r\n") } }, S("a\r\nb\r\n"), 0 },
	{ "CR | x", { { S("a\r") }, { S("b\r\n") } }, S("a b\r\n"), 0 },
	{ "a line over chunks", { { S("a") }, { S("b") }, { S("c\n") } },
	    S("abc\r\n"), 0 },
	{ "dots", { { S(".\n..\n.a\n") } }, S(".\r\n..\r\n.a\r\n"), 3 },
	{ "a dot behind a border", { { S("a\n") }, { S(".\nb") },
	    { S(".\n") } }, S("a\r\n.\r\nb.\r\n"), 1 },
	{ "an empty chunk between", { { S("a") }, { S("") }, { S("b\n") } },
	    S("ab\r\n"), 0 },
	{ "NUL and bare CR", { { S("a\0b\rc\n") } }, S("a b c\r\n"), 0 },
};

static void
test_bodies(void)
{
	struct envelope	 env;
	struct message	 m;
	struct edits	 es;
	struct buf	 got;
	size_t		 i;
	size_t		 k;

	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		env_init(&env);
		message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
		message_feed(&m, S("A: 1\r\n\r\n.old\r\nbody\r\n"));
		message_end(&m, 1);
		edits_init(&es, "/nonexistent", MEMORY, 1u << 20);
		for (k = 0; k < 5 && bodies[i].chunk[k].p != NULL; k++) {
			(void)edits_body(&es, bodies[i].chunk[k].p,
			    bodies[i].chunk[k].n);
			/* Other edits between chunks are legal. */
			(void)edits_add(&es, EDIT_ADDHEADER, 0, "N", "v");
		}
		is_int(message_apply(&m, &env, &es, false, 0), 0,
		    "new body, %s: done", bodies[i].name);
		buf_init(&got, MEMORY);
		(void)spool_read(&m.body, 0, MEMORY, &got);
		is_mem(buf_ptr(&got), buf_len(&got), bodies[i].body,
		    bodies[i].nbody, "new body, %s", bodies[i].name);
		is_int((int64_t)m.dotlines, (int64_t)bodies[i].dotlines,
		    "new body, %s: dot lines", bodies[i].name);
		buf_free(&got);
		edits_free(&es);
		env_free(&env);
		message_free(&m);
	}
}

/* Several filters: each discards the body before; one that fails, nothing. */
static void
test_body_life(void)
{
	struct envelope	 env;
	struct message	 m;
	struct edits	 es;
	struct buf	 got;

	env_init(&env);
	buf_init(&got, MEMORY);
	message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
	message_feed(&m, S("\r\nold\r\n"));
	message_end(&m, 0);
	edits_init(&es, "/nonexistent", MEMORY, 1u << 20);

	(void)edits_body(&es, S("half"));
	(void)edits_add(&es, EDIT_ADDHEADER, 0, "N", "v");
	edits_quarantine(&es, "virus");
	edits_reset(&es);
	is_int(message_apply(&m, &env, &es, false, 0), 0, "no edits: done");
	whole(&m, &got);
	is_mem(buf_ptr(&got), buf_len(&got), S("\r\nold\r\n"),
	    "a filter that failed has changed nothing");
	ok(es.quarantine == NULL, "nor is its quarantine kept");

	(void)edits_body(&es, S("first\n"));
	is_int(message_apply(&m, &env, &es, false, 0), 0, "first body");
	edits_reset(&es);
	(void)edits_body(&es, S("second\n"));
	is_int(message_apply(&m, &env, &es, false, 0), 0, "second body");
	edits_reset(&es);
	buf_reset(&got);
	whole(&m, &got);
	is_mem(buf_ptr(&got), buf_len(&got), S("\r\nsecond\r\n"),
	    "the body of the second filter leaves");

	edits_quarantine(&es, "one");
	edits_quarantine(&es, "two");
	is_str(es.quarantine, "two", "the last reason of a quarantine counts");
	edits_free(&es);
	message_free(&m);
	env_free(&env);
	buf_free(&got);
}

/* Bodies that do not fit in memory, old and new, through real files. */
static void
test_big_body(void)
{
	const char	*dir = getenv("TMPDIR") != NULL ? getenv("TMPDIR") :
			    "/tmp";
	struct envelope	 env;
	struct message	 m;
	struct edits	 es;
	struct buf	 in;
	struct buf	 got;
	int		 i;

	buf_init(&in, 4u << 20);
	buf_init(&got, 4u << 20);
	for (i = 0; i < 30000; i++)
		buf_printf(&in, "line %d of the body\r\n", i);
	env_init(&env);
	message_init(&m, dir, 4096, MAXHEADER);
	message_feed(&m, S("A: 1\r\n\r\n"));
	message_feed(&m, buf_ptr(&in), buf_len(&in));
	message_end(&m, 0);
	(void)spool_read(&m.body, 0, 4u << 20, &got);
	is_mem(buf_ptr(&got), buf_len(&got), buf_ptr(&in), buf_len(&in),
	    "a body in a file comes back");

	edits_init(&es, dir, 4096, 8u << 20);
	(void)edits_body(&es, buf_ptr(&in) + 10, buf_len(&in) - 10);
	is_int(message_apply(&m, &env, &es, false, 0), 0, "long new body");
	edits_free(&es);
	buf_reset(&got);
	(void)spool_read(&m.body, 0, 4u << 20, &got);
	is_mem(buf_ptr(&got), buf_len(&got), buf_ptr(&in) + 10,
	    buf_len(&in) - 10, "a long new body comes back");

	edits_init(&es, "/nonexistent", 4096, 8u << 20);
	is_int(edits_body(&es, buf_ptr(&in), buf_len(&in)), -1,
	    "a new body without room is an error");
	edits_free(&es);
	message_free(&m);
	env_free(&env);
	buf_free(&in);
	buf_free(&got);
}

/* Edits of the envelope take part in the order, and fail as a whole. */
static void
test_envelope_edits(void)
{
	struct envelope	 env;
	struct message	 m;
	struct edits	 es;
	struct path	 p;

	env_init(&env);
	(void)smtp_parse_addr("<s@x>", &p);
	env_set_from(&env, &p);
	message_init(&m, "/nonexistent", MEMORY, MAXHEADER);
	message_end(&m, 0);
	edits_init(&es, "/nonexistent", MEMORY, 1u << 20);
	(void)edits_add(&es, EDIT_ADDRCPT, 0, "<r@x>", NULL);
	(void)edits_add(&es, EDIT_ADDRCPT, 0, "q@x", NULL);
	(void)edits_add(&es, EDIT_DELRCPT, 0, "r@x", NULL);
	(void)edits_add(&es, EDIT_CHGFROM, 0, "<t@x>", "RET=HDRS");
	is_int(message_apply(&m, &env, &es, false, EXT_DSN), 0,
	    "edits of the envelope");
	is_str(env.from, "t@x", "CHGFROM");
	is_str(env.params, " RET=HDRS", "arguments of CHGFROM");
	ok(env.n == 1 && strcmp(env.rcpt[0].addr, "q@x") == 0,
	    "ADDRCPT, DELRCPT");
	edits_reset(&es);
	(void)edits_add(&es, EDIT_ADDRCPT, 0, "no address <", NULL);
	is_int(message_apply(&m, &env, &es, false, 0), -1,
	    "an address that is none");
	edits_free(&es);
	env_free(&env);
	message_free(&m);
}

/* What is asked for, in words, for logs and for trying out. */
static void
test_text(void)
{
	static const char *const want[] = { "add header X-A: v",
	    "insert header 1 X-B: w", "change header 2 X-C:",
	    "add recipient <r@x>", "delete recipient <d@x>",
	    "change sender to <s@x>", "replace body (5 octets)",
	    "quarantine: virus" };
	struct edits	 es;
	struct buf	 b;
	size_t		 i;

	edits_init(&es, "/nonexistent", MEMORY, 1u << 20);
	buf_init(&b, MEMORY);
	ok(!edits_text(&es, 0, &b), "no edits, no words");
	(void)edits_add(&es, EDIT_ADDHEADER, 0, "X-A", "v");
	(void)edits_add(&es, EDIT_INSHEADER, 1, "X-B", "w");
	(void)edits_add(&es, EDIT_CHGHEADER, 2, "X-C", "");
	(void)edits_add(&es, EDIT_ADDRCPT, 0, "<r@x>", NULL);
	(void)edits_add(&es, EDIT_DELRCPT, 0, "<d@x>", NULL);
	(void)edits_add(&es, EDIT_CHGFROM, 0, "<s@x>", NULL);
	(void)edits_body(&es, S("abc\n"));
	edits_quarantine(&es, "virus");
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		buf_reset(&b);
		ok(edits_text(&es, i, &b), "edit %zu has words", i);
		ok(strncmp(buf_cstr(&b), want[i], strlen(want[i])) == 0 &&
		    strlen(buf_cstr(&b)) <= strlen(want[i]) + 1,
		    "edit %zu: \"%s\"", i, want[i]);
	}
	ok(!edits_text(&es, i, &b), "behind the last there is none");
	edits_reset(&es);
	edits_quarantine(&es, "spam");
	buf_reset(&b);
	ok(edits_text(&es, 0, &b), "quarantine alone has words");
	is_str(buf_cstr(&b), "quarantine: spam", "... which are these");
	ok(!edits_text(&es, 1, &b), "... and no more");
	edits_free(&es);
	buf_free(&b);
}

int
main(void)
{
	test_edits();
	test_values();
	test_empty_value();
	test_long_values();
	test_bad_names();
	test_too_much();
	test_long_field();
	test_bodies();
	test_body_life();
	test_big_body();
	test_envelope_edits();
	test_text();
	return tap_end();
}
