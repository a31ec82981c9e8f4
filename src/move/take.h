/*
 * take — what a family brought, checked to its last byte and, once all have
 * agreed, taken in picture by picture.
 *
 * take_turn does one part and returns (make.h).  Each picture becomes a medium
 * that waits for the ordinary intake, of an album for the holders of authority
 * over the child alone; it and the count of what was taken in are committed at
 * once, so a process that dies goes on where it was.  The albums are drafts,
 * which nobody sees, until the last is in.
 */
#ifndef MOVE_TAKE_H
#define MOVE_TAKE_H

#include "move/arrive.h"

#define TAKE_AGAIN_MS 30000 /* after a fault */

struct taking;

struct take {
	struct taking *now;
	int64_t not_before_ms;
};

void take_done(struct take *);
bool take_turn(struct house *, struct take *, struct arena *, int64_t now_ms,
    bool *ret_more, struct err *) MUST_USE;

/* What is over ends, and files that no row names go; in jobs, now and then. */
bool move_sweep(
    struct house *, struct arena *, int64_t now, struct err *) MUST_USE;

#endif
