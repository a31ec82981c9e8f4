/*
 * make — the parcel of a child that moves, made piece by piece (turn.h).
 *
 * Each item is read twice, for its digest and to be written; should it differ,
 * all is begun anew.
 */
#ifndef MOVE_MAKE_H
#define MOVE_MAKE_H

#include "move/leave.h"
#include "move/turn.h"

/* Of a whole parcel: what a house takes in pieces (sharing/upload.h). */
#define MAKE_BYTES_MAX ((uint64_t)2000 << 20)
/* Of its items: what is sealed is longer, and there is a manifest. */
#define MAKE_ITEMS_MAX (MAKE_BYTES_MAX - ((uint64_t)16 << 20))

/* How many of a list, its newest, one parcel takes at most. */
size_t make_fits(const struct folder *);

extern const struct turn_kind make_kind;
/* The file that is being made, of a turn of it. */
bool make_uses(const struct turn *, const char *name);

#endif
