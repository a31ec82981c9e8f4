/*
 * stopped — what those who look into what was stopped are shown, and how much.
 *
 * Never the medium, in any profile: that is law.  What is shown is why it was
 * stopped: lists, categories, hashes, what the machine wrote.  Nobody sees it
 * unasked; asked for, it stands for STOPPED_SHOWN_S at most and counts by the
 * minute with the pictures of reports; no minute is given beyond the same
 * hours, cap and break (care.h).
 * What to do, whom to call and the decision are there at any time.
 *
 * One person is shown it.  One other is where a second has to agree; anybody
 * else when she says that she cannot decide without it.
 *
 * Who may ask: stop/circle.h.  Not in the circle: ERR_NOT_FOUND.
 */
#ifndef REPORT_STOPPED_H
#define REPORT_STOPPED_H

#include "people/deed.h"
#include "report/care.h"

#define STOPPED_MINUTES 5
#define STOPPED_SHOWN_S ((int64_t)STOPPED_MINUTES * CARE_SHOWN_S)

enum stopped_why {
	STOPPED_MAY,
	STOPPED_SEEN, /* another person was shown it: say that you need it */
	STOPPED_CARE, /* see care */
};

struct stopped_look {
	enum stopped_why why;
	struct care care; /* of who does the deed */
	int64_t left_s;   /* it is open for so long; 0: it is not */
	size_t passed;    /* so many handed it on */
};

bool stopped_look(const struct deed *, int64_t stopping,
    struct stopped_look *ret, struct err *) MUST_USE;

/* In the caller's transaction.  *ret other than STOPPED_MAY: nothing was done.
 */
bool stopped_ask(const struct deed *, int64_t stopping, bool needed,
    enum stopped_why *ret, struct err *) MUST_USE;
/* Minutes that were not used come back. */
bool stopped_close(
    const struct deed *, int64_t stopping, struct err *) MUST_USE;

/* How many that this account had worked on were decided by others since; of
 * those that still lead to it. */
bool stopped_outcomes(
    const struct deed *, int64_t since, int64_t *ret, struct err *) MUST_USE;

/* Each minute since then in which somebody was shown one, with the circle of
 * that one as its path. */
bool stopped_shown(const struct deed *, int64_t since, struct care_shown **ret,
    size_t *ret_n, struct err *) MUST_USE;

#endif
