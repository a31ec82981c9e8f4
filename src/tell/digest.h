/*
 * digest — the quiet message: one a day per account, at its hour, only when
 * there is something new for it.
 *
 * What is new since the last one is counted (news.h) and queued in one commit
 * with the day on which that was done, so that a process that is killed has
 * done it or not.  A day that had its message has no second one: not when the
 * clock goes back, not after a restore (then the day of the restore counts as
 * told).  In quiet hours it waits for their end; in a pause for its end, and
 * then says all that is new since.
 */
#ifndef TELL_DIGEST_H
#define TELL_DIGEST_H

#include "house/house.h"

#define DIGEST_BACK_DAYS 31 /* what is older is not new to anybody */
/* A turn looks at the house as it was so many seconds ago: who published then
 * has committed by now, and nothing falls between two messages. */
#define DIGEST_SETTLE_S 10

/* Some of the accounts whose hour has come, in a transaction of its own.
 * *ret_more: there may be others. */
bool digest_turn(
    struct house *, int64_t now, bool *ret_more, struct err *) MUST_USE;

/* When the next one's turn comes; DB_NULL: never. */
bool digest_due(
    struct house *, struct arena *, int64_t *ret, struct err *) MUST_USE;

#endif
