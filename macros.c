/*
 * macros - the macros that filters are sent
 *
 * A small set of names and values.  Single letters are named bare ("i"),
 * longer names in braces ("{auth_type}"): that is how Sendmail sends them, and
 * some filters know no other form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "macros.h"

void
macros_init(struct macros *ms)
{
	ms->n = 0;
}

void
macros_free(struct macros *ms)
{
	while (ms->n > 0)
		free(ms->m[--ms->n].value);
}

/* The slot of a name given with or without braces; ms->n if there is none. */
static size_t
find(const struct macros *ms, const char *name, size_t len)
{
	const char	*have;
	size_t		 hlen;
	size_t		 i;

	if (len > 2 && name[0] == '{' && name[len - 1] == '}') {
		name++;
		len -= 2;
	}
	for (i = 0; i < ms->n; i++) {
		have = ms->m[i].name;
		hlen = strlen(have);
		if (have[0] == '{') {
			have++;
			hlen -= 2;
		}
		if (hlen == len && memcmp(have, name, len) == 0)
			break;
	}
	return i;
}

void
macro_set(struct macros *ms, const char *name, const char *value)
{
	size_t	 i = find(ms, name, strlen(name));
	size_t	 n = 0;
	char	*copy;

	if (i < ms->n) {
		free(ms->m[i].value);
		ms->m[i] = ms->m[--ms->n];
	}
	if (value == NULL || *value == '\0' || ms->n == MACROS_MAX)
		return;
	if ((copy = malloc(MACRO_VALUE_MAX < strlen(value) ?
	    MACRO_VALUE_MAX + 1 : strlen(value) + 1)) == NULL)
		fatal("memory for a macro");
	for (; *value != '\0' && n < MACRO_VALUE_MAX; value++)
		if ((unsigned char)*value >= ' ' && *value != 0x7f)
			copy[n++] = *value;
	copy[n] = '\0';
	if (n == 0 || (size_t)snprintf(ms->m[ms->n].name,
	    sizeof(ms->m[0].name), "%s", name) >= sizeof(ms->m[0].name)) {
		free(copy);
		return;
	}
	ms->m[ms->n++].value = copy;
}

const char *
macro_get(const struct macros *ms, const char *name, size_t len)
{
	size_t	 i = find(ms, name, len);

	return i < ms->n ? ms->m[i].value : NULL;
}

/* A name in the form filters know: letters bare, others in braces. */
static void
put_name(struct buf *b, const char *s, size_t n)
{
	bool	 braces = n > 2 && *s == '{' && s[n - 1] == '}';

	if (braces) {
		s++;
		n -= 2;
	}
	if (n > 1)
		buf_putc(b, '{');
	buf_put(b, s, n);
	if (n > 1)
		buf_putc(b, '}');
	buf_putc(b, '\0');
}

void
macros_put(const struct macros *ms, const char *list, bool with_id,
    struct buf *b)
{
	static const char	 between[] = " ,\t";
	const char		*id = macro_get(ms, "i", 1);
	const char		*value;
	size_t			 n;

	list += strspn(list, between);
	with_id = with_id && *list != '\0' && id != NULL;
	for (; *list != '\0'; list += strspn(list, between)) {
		n = strcspn(list, between);
		if ((value = macro_get(ms, list, n)) != NULL) {
			put_name(b, list, n);
			buf_put_str(b, value);
			with_id = with_id && value != id;
		}
		list += n;
	}
	if (with_id) {
		put_name(b, "i", 1);
		buf_put_str(b, id);
	}
}
