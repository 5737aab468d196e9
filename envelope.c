/*
 * envelope - sender and recipients of one mail
 *
 * Keeps two things at once: whom the mail is for, and what the backend's open
 * transaction knows of it.  Filters change the first; mail.c brings the second
 * into line before DATA, with more RCPTs if that is enough, else with RSET and
 * everything again.
 *
 * Pure: speaks to nobody.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "envelope.h"
#include "ext.h"
#include "log.h"

void
env_init(struct envelope *e)
{
	memset(e, 0, sizeof(*e));
}

void
env_free(struct envelope *e)
{
	while (e->n > 0) {
		e->n--;
		free(e->rcpt[e->n].addr);
		free(e->rcpt[e->n].params);
	}
	free(e->rcpt);
	free(e->from);
	free(e->params);
	env_init(e);
}

static char *
copy(const char *s)
{
	char	*p = strdup(s);

	if (p == NULL)
		fatal("memory for an address");
	return p;
}

/*
 * The parameters of a path as text, each behind a blank; those of base that
 * the path does not name go first.  SIZE is left out: it is computed anew.
 */
static char *
params_text(const struct path *base, const struct path *p)
{
	struct buf	 b;
	char		*s;
	size_t		 i;

	buf_init(&b, 2 * sizeof(p->mem));
	for (i = 0; base != NULL && i < base->nparam; i++)
		if (smtp_param(p, base->param[i].key) == NULL)
			buf_printf(&b, " %s", base->param[i].text);
	for (i = 0; i < p->nparam; i++)
		if (strcasecmp(p->param[i].key, "SIZE") != 0)
			buf_printf(&b, " %s", p->param[i].text);
	s = copy(buf_cstr(&b));
	buf_free(&b);
	return s;
}

void
env_set_from(struct envelope *e, const struct path *p)
{
	e->from = copy(p->addr);
	e->params = params_text(NULL, p);
	e->utf8 = smtp_param(p, "SMTPUTF8") != NULL;
	e->any = true;
}

void
env_add(struct envelope *e, const struct path *p, enum rcpt_state state)
{
	struct rcpt	*r;

	if (e->n == e->cap) {
		e->cap = e->cap == 0 ? 8 : e->cap * 2;
		r = reallocarray(e->rcpt, e->cap, sizeof(*r));
		if (r == NULL)
			fatal("memory for %zu recipients", e->cap);
		e->rcpt = r;
	}
	r = &e->rcpt[e->n++];
	r->addr = copy(p->addr);
	r->params = params_text(NULL, p);
	r->state = state;
}

size_t
env_wanted(const struct envelope *e)
{
	size_t	 i;
	size_t	 n = 0;

	for (i = 0; i < e->n; i++)
		n += e->rcpt[i].state != RCPT_EXTRA;
	return n;
}

bool
env_needs_reset(const struct envelope *e)
{
	return e->changed || env_wanted(e) < e->n;
}

static void
drop(struct envelope *e, size_t i)
{
	free(e->rcpt[i].addr);
	free(e->rcpt[i].params);
	e->n--;
	memmove(&e->rcpt[i], &e->rcpt[i + 1], (e->n - i) * sizeof(*e->rcpt));
}

void
env_forget(struct envelope *e)
{
	size_t	 i;

	e->changed = false;
	for (i = e->n; i-- > 0;) {
		if (e->rcpt[i].state == RCPT_EXTRA)
			drop(e, i);
		else
			e->rcpt[i].state = RCPT_NEW;
	}
}

/* Local part without the quotes that it may or may not have. */
static size_t
local(const char *addr, const char *at, char *out, size_t size)
{
	size_t	 n = 0;
	bool	 quoted = *addr == '"';

	for (addr += quoted; addr < at && n + 1 < size; addr++) {
		if (quoted && *addr == '"' && addr + 1 == at)
			break;
		if (quoted && *addr == '\\' && addr + 1 < at)
			addr++;
		out[n++] = *addr;
	}
	out[n] = '\0';
	return n;
}

/* Exact local part, domain in any case. */
static bool
same(const char *a, const char *b)
{
	const char	*at_a = strrchr(a, '@');
	const char	*at_b = strrchr(b, '@');
	char		 la[1024];
	char		 lb[1024];

	if ((at_a == NULL) != (at_b == NULL))
		return false;
	if (at_a == NULL || at_b == NULL)
		return strcmp(a, b) == 0;
	if (strcasecmp(at_a, at_b) != 0)
		return false;
	(void)local(a, at_a, la, sizeof(la));
	(void)local(b, at_b, lb, sizeof(lb));
	return strcmp(la, lb) == 0;
}

/* Keeps of a filter's arguments what the backend offers. */
static void
take_args(struct path *p, const char *args, enum verb verb, unsigned int ext)
{
	const struct param	*q;
	bool			 bad;

	if (args == NULL || smtp_parse_params(args, p) != PATH_OK) {
		p->nparam = 0;
		return;
	}
	/* What the content is, BODY and SMTPUTF8, is not a filter's to say. */
	ext &= ~(EXT_SIZE | EXT_8BITMIME | EXT_SMTPUTF8);
	while ((q = ext_check_params(p, verb, ext, &bad)) != NULL)
		smtp_forget_param(p, q);
}

int
env_edit_from(struct envelope *e, const char *addr, const char *args,
    unsigned int ext)
{
	struct path	 p;
	struct path	 old;
	char		*params;

	if (smtp_parse_addr(addr, &p) != PATH_OK || (p.utf8 && !e->utf8))
		return -1;
	take_args(&p, args, VERB_MAIL, ext);
	if (smtp_parse_params(e->params, &old) != PATH_OK)
		old.nparam = 0;
	params = params_text(&old, &p);
	if (strcmp(p.addr, e->from) != 0 || strcmp(params, e->params) != 0)
		e->changed = true;
	free(e->from);
	free(e->params);
	e->from = copy(p.addr);
	e->params = params;
	return 0;
}

int
env_edit_add(struct envelope *e, const char *addr, const char *args,
    unsigned int ext)
{
	struct rcpt	*gone = NULL;
	struct path	 p;
	size_t		 i;

	if (smtp_parse_addr(addr, &p) != PATH_OK || (p.utf8 && !e->utf8))
		return -1;
	if (p.addr[0] == '\0')
		return 0;
	take_args(&p, args, VERB_RCPT, ext);
	for (i = 0; i < e->n; i++) {
		if (!same(e->rcpt[i].addr, p.addr))
			continue;
		if (e->rcpt[i].state != RCPT_EXTRA)
			return 0;
		gone = &e->rcpt[i];
	}
	/* Deleted and added again, unless its parameters changed. */
	if (gone != NULL && p.nparam == 0)
		gone->state = RCPT_HELD;
	else
		env_add(e, &p, RCPT_NEW);
	return 0;
}

void
env_edit_del(struct envelope *e, const char *addr)
{
	struct path	 p;
	size_t		 i;
	bool		 exact = false;
	int		 pass;

	if (smtp_parse_addr(addr, &p) != PATH_OK)
		return;
	/* Letter case of the local part counts unless nothing else fits. */
	for (pass = 0; pass < 2 && !exact; pass++) {
		for (i = e->n; i-- > 0;) {
			struct rcpt	*r = &e->rcpt[i];

			if (pass == 0 ? !same(r->addr, p.addr) :
			    strcasecmp(r->addr, p.addr) != 0)
				continue;
			exact = true;
			if (r->state == RCPT_NEW)
				drop(e, i);
			else
				r->state = RCPT_EXTRA;
		}
	}
}
