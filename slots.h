/* slots.h - connections of one address at once; see slots.c. */
#ifndef SLOTS_H
#define SLOTS_H

#include <stdint.h>

enum slot { SLOT_TAKEN, SLOT_NONE, SLOT_ERROR };

/*
 * Takes one of max slots for the address, until the process ends or takes
 * another: SLOT_NONE when all are taken, SLOT_ERROR, which is logged, when
 * nothing can be said.
 */
enum slot slot_take(const char *dir, const char *addr, int64_t max);

#endif
