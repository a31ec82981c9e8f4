/*
 * round — ends what has its time, by the table of rules (rule.h, term.h).
 *
 * Each kind is a step; a step takes a bounded piece in a transaction of its
 * own, in which it also counts what ended and, where families would miss it,
 * notes it in the audit: keys first, files after the commit.  Killed anywhere,
 * the next round goes on where this one was; what was done is not done again.
 * What is held (hold.h) is passed over.
 */
#ifndef ENDS_ROUND_H
#define ENDS_ROUND_H

#include "ends/term.h"

/* One piece of every kind, of every organisation.  *ret_more: something was
 * full to the brim, so that the next round should not wait. */
bool ends_round(struct house *, struct arena *, int64_t now, bool *ret_more,
    struct err *) MUST_USE;

/* What ended since a day, by rule; 0 and DB_NULL for nothing. */
struct ends_done {
	int64_t n[ENDS_RULES], last_on[ENDS_RULES];
};

bool ends_done_since(const struct deed *, int64_t day_on, struct ends_done *ret,
    struct err *) MUST_USE;

#endif
