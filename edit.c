/*
 * edit - edits as they come from a filter
 *
 * Takes the packets apart that a filter sends before its final answer, and
 * believes none: what is cut off, or has something behind it, is no edit at
 * all, since a header changed by half is worse than a filter that has failed.
 * What an edit may say, and what it does to the mail, is in message.c.
 */
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include "edit.h"

static const struct row {
	char		 cmd;
	bool		 index;
	int		 strings;	/* behind the first: 0, 1; -1: maybe */
	uint32_t	 action;
	enum edit_type	 type;
} rows[] = {
	{ SMFIR_ADDHEADER, false, 1, SMFIF_ADDHDRS, EDIT_ADDHEADER },
	{ SMFIR_INSHEADER, true, 1, SMFIF_ADDHDRS, EDIT_INSHEADER },
	{ SMFIR_CHGHEADER, true, 1, SMFIF_CHGHDRS, EDIT_CHGHEADER },
	{ SMFIR_ADDRCPT, false, 0, SMFIF_ADDRCPT, EDIT_ADDRCPT },
	{ SMFIR_ADDRCPT_PAR, false, -1, SMFIF_ADDRCPT_PAR, EDIT_ADDRCPT },
	{ SMFIR_DELRCPT, false, 0, SMFIF_DELRCPT, EDIT_DELRCPT },
	{ SMFIR_CHGFROM, false, -1, SMFIF_CHGFROM, EDIT_CHGFROM },
};

static const char *
take_body(struct edits *es, const struct buf *p, size_t max)
{
	if ((off_t)buf_len(p) + spool_size(&es->body) > (off_t)max)
		return "new body beyond MaxReplySize";
	if (edits_body(es, buf_ptr(p), buf_len(p)) == -1)
		return "the spool is full";
	return NULL;
}

static const char *
take_quarantine(struct edits *es, struct rd *rd)
{
	const char	*reason = rd_str(rd);

	if (reason == NULL || rd->left > 0)
		return "malformed quarantine";
	edits_quarantine(es, reason);
	return NULL;
}

static const char *
take_row(struct edits *es, const struct row *row, struct rd *rd)
{
	uint32_t	 index = row->index ? rd_u32(rd) : 0;
	const char	*name = rd_str(rd);
	const char	*value = NULL;

	if (row->strings == 1 || (row->strings == -1 && rd->left > 0))
		value = rd_str(rd);
	if (!rd_ok(rd) || rd->left > 0 ||
	    edits_add(es, row->type, index, name, value) == -1)
		return "malformed or oversize edit";
	return NULL;
}

uint32_t
edit_take(struct edits *es, char cmd, const struct buf *payload, size_t max,
    const char **bad)
{
	struct rd	 rd;
	size_t		 i;

	rd_init(&rd, buf_ptr(payload), buf_len(payload));
	if (cmd == SMFIR_REPLBODY) {
		*bad = take_body(es, payload, max);
		return SMFIF_CHGBODY;
	}
	if (cmd == SMFIR_QUARANTINE) {
		*bad = take_quarantine(es, &rd);
		return SMFIF_QUARANTINE;
	}
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].cmd != cmd)
			continue;
		*bad = take_row(es, &rows[i], &rd);
		return rows[i].action;
	}
	return 0;
}
