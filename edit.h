/* edit.h - edits as they come from a filter; see edit.c. */
#ifndef EDIT_H
#define EDIT_H

#include <stddef.h>
#include <stdint.h>

#include "message.h"

/*
 * Adds what a packet asks for to the edits, whose new body may have max octets.
 * Returns the SMFIF_ bit that the filter must have negotiated for it, 0 when
 * the packet is no edit; *bad says what is wrong with it.
 */
uint32_t edit_take(struct edits *, char cmd, const struct buf *payload,
	    size_t max, const char **bad);

#endif
