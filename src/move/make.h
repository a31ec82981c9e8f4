/*
 * make — the parcel of a child that moves, made piece by piece.
 *
 * make_turn does one piece (one picture) and returns, so that nobody waits for
 * long.  What is between two turns lies in memory and in a file that no row
 * names: a process that dies begins anew, and the file is swept.  Each picture
 * is composed twice, for its digest and to be written; should it differ, all is
 * begun anew.
 */
#ifndef MOVE_MAKE_H
#define MOVE_MAKE_H

#include "move/leave.h"
#include "sharing/memories.h"

#define MAKE_AGAIN_MS 30000 /* after a fault */
/* Of a whole parcel: what a house takes in pieces (sharing/upload.h). */
#define MAKE_BYTES_MAX ((uint64_t)2000 << 20)
/* Of its pictures: what is sealed is longer, and there is a manifest. */
#define MAKE_PICTURES_MAX (MAKE_BYTES_MAX - ((uint64_t)16 << 20))

struct making;

/* How many pictures of a list, its newest, one parcel takes at most. */
size_t make_fits(const struct memories *);

struct make {
	struct making *now; /* NULL: nothing is being made */
	int64_t not_before_ms;
};

void make_done(struct make *);
/* more: the next turn has something to do at once. */
bool make_turn(struct house *, struct make *, struct arena *, int64_t now_ms,
    bool *ret_more, struct err *) MUST_USE;

#endif
