/*
 * term — what the rules come to in one organisation, today.
 *
 * A director may choose a duration within the limits of its rule, with a
 * reason; both are in the audit.  A longer one counts at once, a shorter one
 * ENDS_NOTICE_DAYS later, so that nobody loses overnight what was promised
 * longer.  What families would miss ends at the earliest ENDS_FIRST_DAYS after
 * the organisation came under the rules.
 */
#ifndef ENDS_TERM_H
#define ENDS_TERM_H

#include "ends/rule.h"
#include "people/deed.h"

#define ENDS_FIRST_DAYS 60
#define ENDS_NOTICE_DAYS 30
#define ENDS_REASON_MIN 3 /* code points */
#define ENDS_REASON_MAX 500

struct ends_term {
	int64_t days;        /* that count today */
	int64_t chosen;      /* the newest choice, or the usual ones */
	int64_t chosen_at;   /* DB_NULL: nobody chose */
	int64_t counts_from; /* when `chosen` counts; DB_NULL: it does */
	int64_t not_before;  /* nothing ends before this time */
	str reason;          /* of the newest choice */
};

/* All of them, by rule.  Outside a transaction or in one; the first call of an
 * organisation that nobody swept yet answers as if it began now. */
bool ends_terms(const struct deed *, struct ends_term ret[ENDS_RULES],
    struct err *) MUST_USE;

/* In the caller's transaction.  Out of the rule's limits, or without a reason:
 * ERR_INPUT. */
bool ends_choose(const struct deed *, enum ends_rule, int64_t days, str reason,
    struct err *) MUST_USE;

/* The organisation comes under the rules, when it is not yet. */
bool ends_begin(const struct deed *, struct err *) MUST_USE;

/* The last day on which what has its event on that day is there. */
int64_t ends_term_last(
    const struct ends_term *, const struct organisation *, int64_t event_on);

/*
 * When the photos of a season end: for whoever tells families beforehand.  The
 * last day on which they are there; families are to be told twice before, see
 * ENDS_TELL_FIRST and ENDS_TELL_LAST.
 */
#define ENDS_TELL_FIRST 42 /* days before the last one */
#define ENDS_TELL_LAST 14

bool ends_season_last(const struct deed *, int64_t season_until_on,
    int64_t *ret_on, struct err *) MUST_USE;

#endif
