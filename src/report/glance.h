/*
 * glance — what a handler sees of a picture that was reported: nothing, unless
 * she asks; then, for CARE_SHOWN_S, a small grey blurred one, and on request
 * the same hardly blurred (media/glance.h).  The full bytes reach nobody.
 *
 * Who may ask: who the case leads to (route.h, casefile.h) and has taken it on,
 * while it is not decided, within the hours and minutes of the profile
 * (care.h).  A second look is made on the decision and not on the picture.  A
 * picture that somebody else was shown is shown to another person only when she
 * says that she needs it.  What was matched, or waits with what was, is shown
 * to nobody in any profile.
 *
 * Both pictures are kept under the key of the case until it is decided, handed
 * back or handed on; each showing is an event of its story, by which the
 * minutes are counted too.
 */
#ifndef REPORT_GLANCE_H
#define REPORT_GLANCE_H

#include "report/care.h"
#include "report/casefile.h"
#include "report/roll.h"

#define GLANCE_JOB "glance" /* job.kind; subject: the medium */
#define GLANCE_DAYS 30      /* of which minutes are told */

enum glance_why {
	GLANCE_MAY,
	GLANCE_DECIDED,
	GLANCE_NOT_TAKEN, /* somebody has to take the case on first */
	GLANCE_NEVER,     /* it was matched */
	GLANCE_GONE,      /* there are no bytes any more, or they are sealed */
	GLANCE_SEEN,      /* another person was shown it: say that you need it
			   */
	GLANCE_CARE,      /* see care */
	GLANCE_WHYS
};

struct glance_item {
	int64_t medium;
	str kind; /* "photo", "video", "document" */
	enum glance_why why;
};

struct glance_items {
	struct glance_item *v; /* in their order */
	size_t n;
	struct care care; /* of who does the deed */
};

/* Minutes of who does the deed, today: of pictures, and of why something was
 * stopped (stopped.h). */
bool glance_care(const struct deed *, struct care *ret, struct err *) MUST_USE;

/* The path was asked by the caller. */
bool glance_items(const struct deed *, const struct case_head *,
    struct glance_items *ret, struct err *) MUST_USE;

/* In the caller's transaction.  needed: says so of one that another person was
 * shown.  *ret other than GLANCE_MAY: nothing was done.  ERR_NOT_FOUND: no such
 * case for this person, or it is not about that medium. */
bool glance_ask(const struct deed *, int64_t case_file, int64_t medium,
    bool needed, enum glance_why *ret, struct err *) MUST_USE;

enum glance_state { GLANCE_CLOSED, GLANCE_SOON, GLANCE_LOST, GLANCE_OPEN };

/* What who does the deed asked for: ERR_NOT_FOUND as above.  *ret_left_s: until
 * it closes. */
bool glance_state(const struct deed *, int64_t case_file, int64_t medium,
    enum glance_state *ret, int64_t *ret_left_s, struct err *) MUST_USE;

/* The JPEG, while it is open: ERR_NOT_FOUND else.  In the caller's transaction:
 * it is written down. */
bool glance_show(const struct deed *, int64_t case_file, int64_t medium,
    bool sharp, str *ret, struct err *) MUST_USE;
bool glance_close(const struct deed *, int64_t case_file, int64_t medium,
    struct err *) MUST_USE;

/* By jobs: what was made, for whoever waits for it. */
bool glance_keep(struct house *, struct arena *, int64_t medium, str soft,
    str sharp, struct err *) MUST_USE;

/* Minutes of the last GLANCE_DAYS of each line of the roll, of the cases that
 * lead to who does the deed; of oneself, all. */
bool glance_minutes(const struct deed *, const struct roll *, int64_t **ret,
    struct err *) MUST_USE;

#endif
