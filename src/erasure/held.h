/*
 * held — holds (ends/hold.h) in the erasure journal, where no backup overwrites
 * them: one that was placed after a backup was made stands again when that
 * backup is restored, unless it was released since.
 *
 * What is held is named by its number and the second in which it was made;
 * numbers alone may be given again after a restore.  The reason is no word of
 * ours and stays out: a hold that comes back says where it comes from instead.
 */
#ifndef ERASURE_HELD_H
#define ERASURE_HELD_H

#include "erasure/journal.h"
#include "house/house.h"

struct held {
	int64_t id;
	const char *kind; /* as in hold_order.subject_kind */
	int64_t subject, placed_by, placed_at, until_at;
};

/* ERASURE_HOLD or ERASURE_RELEASE, before the transaction commits. */
bool held_note(struct house *, struct arena *, enum erasure_kind,
    const struct held *, int64_t now, struct err *) MUST_USE;

/* In the caller's transaction: what the journal holds and the database does
 * not; what is over meanwhile ends with the next round.  *ret_n of them. */
bool held_again(struct house *, struct arena *, const uint8_t *since,
    int64_t *ret_n, struct err *) MUST_USE;

#endif
