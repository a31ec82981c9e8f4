/*
 * work — sealing what is to be sealed, by the jobs, a piece at a turn.
 *
 * The order, at whose every step the process may die:
 *
 *	1  a new file is begun, under a key that only this process knows
 *	2  the original is read, digested and written into it, piece by piece
 *	3  the new file is in its place, durable
 *	4  one transaction: the medium's file is the new one, its old key is
 *	   overwritten, what was made of it is erased, the boxes are written
 *	5  the old files go
 *
 * Dead before 4, the medium is hidden and its original as it was; the new file
 * opens with a key that is nowhere, and is swept.  Dead after 4, it is sealed;
 * the old files open with no key, and are swept.  A full disk and too few
 * custodians are waited for.  What is in memory is a piece and the state of two
 * ciphers, whatever the size.
 */
#ifndef CUSTODY_WORK_H
#define CUSTODY_WORK_H

#include "house/house.h"

#define WORK_PIECES 64      /* of 64 KiB, in one turn */
#define WORK_AGAIN_MS 60000 /* after a fault */

struct sealing;

struct custody_work {
	struct sealing *now; /* NULL: nothing is being sealed */
	int64_t after;       /* those up to this one were tried */
	int64_t not_before_ms;
	/* For tests: called before each step; false: stop as if dead. */
	bool (*step)(void *ctx, const char *name);
	void *ctx;
};

void custody_work_done(struct custody_work *);
/* more: the next turn has something to do at once. */
bool custody_work_turn(struct house *, struct custody_work *, struct arena *,
    int64_t now_ms, bool *ret_more, struct err *) MUST_USE;

/* The file that is being written, which no row names yet. */
bool custody_work_uses(const struct custody_work *, const char *name);

#endif
