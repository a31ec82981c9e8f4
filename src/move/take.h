/*
 * take — what a family brought, checked to its last byte and, once all have
 * agreed, taken in part by part (turn.h).
 *
 * Each part becomes a medium that waits for the ordinary intake of what its
 * bytes are, whatever the other house called it, of an album for the holders
 * of authority over the child alone; it and the count of what was taken in are
 * committed at once, so a process that dies goes on where it was.  The albums
 * are drafts, which nobody sees, until the last is in.  Large parts go through
 * in pieces: memory is flat.
 */
#ifndef MOVE_TAKE_H
#define MOVE_TAKE_H

#include "move/arrive.h"
#include "move/turn.h"

extern const struct turn_kind take_kind;

/* What is over ends, and files that no row names go, but one that is being made
 * now; in jobs, often. */
bool move_sweep(struct house *, struct arena *, int64_t now,
    bool (*in_use)(void *ctx, const char *name), void *ctx,
    struct err *) MUST_USE;

#endif
