/*
 * lock — the keys of what is said in a case: one of the case, for what its
 * handlers write, and one of each report, for what its reporter does.
 *
 * A key is wrapped by the organisation's and bound to the number that people
 * quote; erasure/report.h destroys it.  No wrapped key: what is from before
 * there were any is under the organisation's.
 */
#ifndef REPORT_LOCK_H
#define REPORT_LOCK_H

#include "people/deed.h"

enum lock_of { LOCK_CASE, LOCK_REPORT };

struct lock {
	enum lock_of of;
	str number;  /* of the case */
	str wrapped; /* p NULL: none */
};

/* A new key. */
bool lock_new(const struct deed *, enum lock_of, str number, struct lock *ret,
    struct err *) MUST_USE;

/* NULL stays NULL, and so does an empty text (deed.h). */
bool lock_seal(const struct deed *, const struct lock *, const char *column,
    str text, str *ret, struct err *) MUST_USE;

/* What cannot be opened any more is "". */
str lock_text(struct arena *, const struct organisation *, const struct lock *,
    const char *column, str sealed);

#endif
