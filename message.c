/*
 * message - the held mail and the edits that filters ask for
 *
 * The header is a list of fields over one text, the body a spool.  A field is
 * kept octet for octet as it came; an edit writes a new one behind the others
 * in the text and changes the list.  What a filter was shown is what leaves.
 *
 * The list has one entry that filters never see: the place of the gate's own
 * Received field, at the top.  Sendmail and Postfix hide theirs too, but count
 * it for INSHEADER, and filters rely on that: index 0 is above it, 1 below.
 *
 * Edits are collected, and applied in one go once the filter has accepted: a
 * filter that dies half-way has changed nothing.
 *
 * Deleted fields keep their number until the answer of the filter that deleted
 * them is complete (Sendmail), but a deletion that hits one goes on to the next
 * of that name (what Postfix's renumbering gives): filters exist for both.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "log.h"
#include "message.h"

#define HOPS_MAX	100		/* RFC 5321 6.3 */
#define EDITS_TEXT	(4u << 20)	/* room for headers that filters add */

/* Opens a place in the list before i. */
static struct field *
insert(struct message *m, size_t i)
{
	struct field	*f;

	if (m->nfield == m->capfield) {
		m->capfield = m->capfield == 0 ? 32 : m->capfield * 2;
		f = reallocarray(m->field, m->capfield, sizeof(*f));
		if (f == NULL)
			fatal("memory for %zu header fields", m->capfield);
		m->field = f;
	}
	f = &m->field[i];
	memmove(f + 1, f, (m->nfield - i) * sizeof(*f));
	m->nfield++;
	memset(f, 0, sizeof(*f));
	return f;
}

void
message_init(struct message *m, const char *dir, size_t memory,
    size_t maxheader)
{
	memset(m, 0, sizeof(*m));
	m->maxheader = maxheader;
	buf_init(&m->text, maxheader * 2 + EDITS_TEXT);
	spool_init(&m->body, dir, memory);
	insert(m, 0)->own = true;
}

void
message_free(struct message *m)
{
	buf_free(&m->text);
	free(m->field);
	m->field = NULL;
	m->nfield = m->capfield = 0;
	spool_free(&m->body);
}

/*
 * Length of the name if the line begins a header field, else 0; *value is the
 * offset behind the colon.
 */
static size_t
name_len(const char *s, size_t n, size_t *value)
{
	size_t	 i;
	size_t	 name;

	for (i = 0; i < n && s[i] > ' ' && s[i] < 0x7f && s[i] != ':'; i++)
		continue;
	name = i;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i == n || s[i] != ':')
		return 0;
	*value = i + 1;
	return name;
}

static void
add_body(struct message *m, const char *p, size_t n)
{
	if (n > 0 && m->trouble == MSG_OK && spool_put(&m->body, p, n) == -1)
		m->trouble = MSG_SPOOL;
}

/* One complete line in the header, at the end of the text. */
static void
header_line(struct message *m)
{
	const char	*s = buf_ptr(&m->text) + m->line;
	size_t		 len = buf_len(&m->text) - m->line;
	struct field	*last = &m->field[m->nfield - 1];
	struct field	*f;
	size_t		 value = 0;
	size_t		 name;

	if ((*s == ' ' || *s == '\t') && !last->own) {
		last->len += len;
	} else if ((name = name_len(s, len, &value)) > 0) {
		if (m->nfield == FIELDS_MAX) {
			m->trouble = MSG_HEADER;
			return;
		}
		f = insert(m, m->nfield);
		f->off = m->line;
		f->len = len;
		f->namelen = name;
		f->value = m->line + value;
		if (name == 8 && strncasecmp(s, "Received", 8) == 0 &&
		    ++m->hops > HOPS_MAX)
			m->trouble = MSG_HOPS;
	} else {
		/* The separator, or a line that is no header (RFC 5322). */
		m->inbody = true;
		if (len != 2)
			add_body(m, s, len);
		m->text.end -= len;
	}
	m->line = buf_len(&m->text);
	if (m->field[m->nfield - 1].len > FIELD_MAX)
		m->trouble = MSG_HEADER;
}

void
message_feed(struct message *m, const char *p, size_t n)
{
	const char	*lf;
	size_t		 len;

	m->size += n;
	while (n > 0 && !m->inbody && m->trouble == MSG_OK) {
		lf = memchr(p, '\n', n);
		len = lf != NULL ? (size_t)(lf - p) + 1 : n;
		if (buf_len(&m->text) + len > m->maxheader) {
			m->trouble = MSG_HEADER;
			return;
		}
		buf_put(&m->text, p, len);
		p += len;
		n -= len;
		if (lf != NULL)
			header_line(m);
	}
	add_body(m, p, n);
}

void
message_end(struct message *m, size_t dotlines)
{
	/* Canonical text ends with a line end. */
	assert(m->trouble != MSG_OK || m->inbody ||
	    m->line == buf_len(&m->text));
	m->dotlines = dotlines;
	m->inbody = true;
	m->complete = true;
}

size_t
message_nready(const struct message *m)
{
	/* The last field may yet be continued. */
	return m->inbody || m->nfield == 1 ? m->nfield : m->nfield - 1;
}

const char *
message_field(const struct message *m, size_t i)
{
	return buf_ptr(&m->text) + m->field[i].off;
}

static bool
named(const struct message *m, const struct field *f, const char *name)
{
	return !f->own && f->namelen == strlen(name) &&
	    strncasecmp(buf_ptr(&m->text) + f->off, name, f->namelen) == 0;
}

bool
message_value(const struct message *m, const char *name, struct buf *b)
{
	const struct field	*f;
	const char		*s;
	const char		*end;

	for (f = m->field; f < m->field + m->nfield; f++)
		if (named(m, f, name))
			break;
	if (f == m->field + m->nfield)
		return false;
	s = buf_ptr(&m->text) + f->value;
	end = buf_ptr(&m->text) + f->off + f->len;
	while (s < end && strchr(" \t\r\n", *s) != NULL)
		s++;
	for (; s < end; s++)
		if (*s != '\r' && *s != '\n')
			buf_putc(b, *s);
	return true;
}

uint64_t
message_outsize(const struct message *m)
{
	uint64_t	 n = 2;
	size_t		 i;

	for (i = 0; i < m->nfield; i++)
		n += m->field[i].len;
	return n + (uint64_t)spool_size(&m->body);
}

int
message_header(const struct message *m, struct buf *out)
{
	size_t	 i;

	for (i = 0; i < m->nfield; i++)
		buf_put(out, message_field(m, i), m->field[i].len);
	return buf_put(out, "\r\n", 2);
}

void
edits_init(struct edits *e, const char *dir, size_t memory, size_t max)
{
	memset(e, 0, sizeof(*e));
	e->max = max;
	spool_init(&e->body, dir, memory);
	textin_init(&e->textin);
}

void
edits_reset(struct edits *e)
{
	while (e->n > 0) {
		e->n--;
		free(e->e[e->n].name);
		free(e->e[e->n].value);
	}
	e->bytes = 0;
	e->newbody = false;
	spool_reset(&e->body);
	textin_init(&e->textin);
	free(e->quarantine);
	e->quarantine = NULL;
}

void
edits_free(struct edits *e)
{
	edits_reset(e);
	free(e->e);
	e->e = NULL;
	e->cap = 0;
	spool_free(&e->body);
}

static char *
copy(const char *s)
{
	char	*p;

	if (s == NULL)
		return NULL;
	if ((p = strdup(s)) == NULL)
		fatal("memory for an edit");
	return p;
}

int
edits_add(struct edits *es, enum edit_type type, uint32_t index,
    const char *name, const char *value)
{
	struct edit	*e;
	const char	*s;

	if (type <= EDIT_CHGHEADER) {
		for (s = name; *s > ' ' && *s < 0x7f && *s != ':'; s++)
			continue;
		if (*s != '\0' || s == name)
			return -1;
	}
	es->bytes += sizeof(*e) + strlen(name) +
	    (value != NULL ? strlen(value) : 0);
	if (es->bytes > es->max)
		return -1;
	if (es->n == es->cap) {
		es->cap = es->cap == 0 ? 8 : es->cap * 2;
		e = reallocarray(es->e, es->cap, sizeof(*e));
		if (e == NULL)
			fatal("memory for %zu edits", es->cap);
		es->e = e;
	}
	e = &es->e[es->n++];
	e->type = type;
	e->index = index;
	e->name = copy(name);
	e->value = copy(value);
	return 0;
}

int
edits_body(struct edits *es, const char *p, size_t n)
{
	struct buf	 b;
	size_t		 part;
	int		 r = 0;

	es->newbody = true;
	buf_init(&b, 2 * 16384 + 2);
	for (; n > 0 && r == 0; p += part, n -= part) {
		part = n < 16384 ? n : 16384;
		textin_feed(&es->textin, p, part, &b);
		r = spool_put(&es->body, buf_ptr(&b), buf_len(&b));
		buf_reset(&b);
	}
	buf_free(&b);
	return r;
}

void
edits_quarantine(struct edits *es, const char *reason)
{
	free(es->quarantine);
	es->quarantine = copy(reason);
}

bool
edits_text(const struct edits *es, size_t i, struct buf *b)
{
	static const char *const	 names[] = {
		[EDIT_ADDHEADER] = "add header",
		[EDIT_INSHEADER] = "insert header",
		[EDIT_CHGHEADER] = "change header",
		[EDIT_ADDRCPT] = "add recipient",
		[EDIT_DELRCPT] = "delete recipient",
		[EDIT_CHGFROM] = "change sender to",
	};
	const struct edit	*e;

	if (i < es->n) {
		e = &es->e[i];
		buf_puts(b, names[e->type]);
		if (e->type == EDIT_INSHEADER || e->type == EDIT_CHGHEADER)
			buf_printf(b, " %u", e->index);
		buf_printf(b, " %.200s%s", e->name,
		    e->type <= EDIT_CHGHEADER ? ":" : "");
		if (e->value != NULL)
			buf_printf(b, " %.400s", e->value);
		return true;
	}
	i -= es->n;
	if (es->newbody && i-- == 0) {
		buf_printf(b, "replace body (%lld octets)",
		    (long long)spool_size(&es->body));
		return true;
	}
	if (es->quarantine != NULL && i == 0) {
		buf_printf(b, "quarantine: %.200s", es->quarantine);
		return true;
	}
	return false;
}

/*
 * Writes a field into the text.  Line ends in the value become folds: LF and
 * CRLF alike, empty lines dropped, a line that lacks its blank given a TAB, so
 * that no value can end the header or begin another field.
 */
static int
write_field(struct message *m, struct field *f, const char *name,
    const char *value, bool leadspc)
{
	const char	*end;
	size_t		 len;
	bool		 first = true;

	memset(f, 0, sizeof(*f));
	f->off = buf_len(&m->text);
	f->namelen = strlen(name);
	f->value = f->off + f->namelen + 1;
	m->text.bad = false;
	buf_printf(&m->text, leadspc ? "%s:" : "%s: ", name);
	for (; *value != '\0'; value = *end == '\0' ? end : end + 1) {
		end = value + strcspn(value, "\n");
		len = (size_t)(end - value);
		if (len > 0 && value[len - 1] == '\r')
			len--;
		/* A line of blanks alone is an empty one in disguise. */
		if (!first && strspn(value, " \t\r") >= len)
			continue;
		if (!first)
			buf_puts(&m->text, *value == ' ' || *value == '\t' ?
			    "\r\n" : "\r\n\t");
		first = false;
		for (; len > 0; len--, value++)
			if (*value != '\r')
				buf_putc(&m->text, *value);
	}
	buf_puts(&m->text, "\r\n");
	f->len = buf_len(&m->text) - f->off;
	/* The next filter must be able to see it. */
	return m->text.bad || m->nfield >= FIELDS_MAX ||
	    f->len > FIELD_MAX ? -1 : 0;
}

static int
insert_field(struct message *m, size_t at, const struct edit *e, bool leadspc)
{
	struct field	 f;

	if (write_field(m, &f, e->name, e->value, leadspc) == -1)
		return -1;
	*insert(m, at) = f;
	return 0;
}

/* INSHEADER counts what would be delivered, own Received included. */
static size_t
insert_place(const struct message *m, uint32_t index)
{
	size_t	 i;

	for (i = 0; i < m->nfield && index > 0; i++)
		index -= !m->field[i].dead;
	return i;
}

static int
change_field(struct message *m, const struct edit *e, bool leadspc)
{
	uint32_t	 left = e->index == 0 ? 1 : e->index;
	bool		 del = e->value == NULL || *e->value == '\0';
	struct field	 f;
	size_t		 i;

	for (i = 0; i < m->nfield; i++) {
		if (!named(m, &m->field[i], e->name))
			continue;
		if (left > 1) {
			left--;
			continue;
		}
		if (del && m->field[i].dead)
			continue;
		break;
	}
	if (i == m->nfield)
		return del ? 0 : insert_field(m, i, e, leadspc);
	if (del) {
		m->field[i].dead = true;
		return 0;
	}
	if (write_field(m, &f, e->name, e->value, leadspc) == -1)
		return -1;
	m->field[i] = f;
	return 0;
}

static int
apply_one(struct message *m, struct envelope *env, const struct edit *e,
    bool leadspc, unsigned int ext)
{
	switch (e->type) {
	case EDIT_ADDHEADER:
		return insert_field(m, m->nfield, e, leadspc);
	case EDIT_INSHEADER:
		return insert_field(m, insert_place(m, e->index), e, leadspc);
	case EDIT_CHGHEADER:
		return change_field(m, e, leadspc);
	case EDIT_ADDRCPT:
		return env_edit_add(env, e->name, e->value, ext);
	case EDIT_DELRCPT:
		env_edit_del(env, e->name);
		return 0;
	case EDIT_CHGFROM:
		return env_edit_from(env, e->name, e->value, ext);
	}
	return -1;
}

static void
bury(struct message *m)
{
	size_t	 i;
	size_t	 n = 0;

	for (i = 0; i < m->nfield; i++)
		if (!m->field[i].dead)
			m->field[n++] = m->field[i];
	m->nfield = n;
}

static int
take_body(struct message *m, struct edits *es)
{
	struct buf	 b;
	struct spool	 old = m->body;
	int		 r;

	buf_init(&b, 8);
	textin_end(&es->textin, &b);
	r = spool_put(&es->body, buf_ptr(&b), buf_len(&b));
	buf_free(&b);
	m->body = es->body;
	m->dotlines = es->textin.dotlines;
	es->body = old;
	return r;
}

int
message_apply(struct message *m, struct envelope *env, struct edits *es,
    bool leadspc, unsigned int ext)
{
	size_t	 i;

	for (i = 0; i < es->n; i++)
		if (apply_one(m, env, &es->e[i], leadspc, ext) == -1)
			return -1;
	bury(m);
	return es->newbody ? take_body(m, es) : 0;
}
