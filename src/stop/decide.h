/*
 * decide — what the people of the circle do about a medium that was stopped.
 *
 * Everything in the caller's transaction, by who is in the circle (circle.h),
 * or ERR_NOT_FOUND; each step with its reason is kept in the case and noted in
 * the audit.  What the case does not allow now is ERR_CONFLICT.
 *
 * What a list stopped needs two people to be let go: one says that the entry
 * (or the whole list) is wrong, another agrees, and with that one step the
 * entry is disabled and all that only it held in this organisation is free, but
 * for what was sealed meanwhile.
 * In other organisations of the house the entry stops nothing new; what it
 * stopped there is theirs to decide.
 */
#ifndef STOP_DECIDE_H
#define STOP_DECIDE_H

#include "stop/circle.h"

#define DECIDE_NOTE_MAX 1000 /* code points */

/* It is what the list says: it stays locked. */
bool decide_confirm(
    const struct deed *, int64_t stopping, str note, struct err *) MUST_USE;

/* The entries that it is near to are wrong; whole_list: their lists are. */
bool decide_wrong(const struct deed *, int64_t stopping, bool whole_list,
    str note, struct err *) MUST_USE;
/* The second person.  Not the one who said so: ERR_DENIED. */
bool decide_agree(const struct deed *, int64_t stopping, str note,
    int64_t *ret_released, struct err *) MUST_USE;
bool decide_disagree(
    const struct deed *, int64_t stopping, str note, struct err *) MUST_USE;

/* The other photos of the uploader go on; what was stopped stays. */
bool decide_free_rest(
    const struct deed *, int64_t stopping, str note, struct err *) MUST_USE;

/* Of a picture that had been withdrawn: it may come back, this once; or it is
 * deleted, and then *ret_medium names whose files go after the commit. */
bool decide_let_in(
    const struct deed *, int64_t stopping, str note, struct err *) MUST_USE;
bool decide_keep_out(const struct deed *, int64_t stopping, str note,
    int64_t *ret_medium, struct err *) MUST_USE;

#endif
