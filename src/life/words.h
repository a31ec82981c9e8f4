/*
 * words — what notices and items have in common: a post of words, with an
 * audience and an hour, that is no album (post.notice).
 *
 * Every function stands in the caller's transaction.
 */
#ifndef LIFE_WORDS_H
#define LIFE_WORDS_H

#include "people/deed.h"
#include "sharing/permit.h"

/* Of two moments the sooner; 0 is none. */
static inline int64_t
words_sooner(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

enum post_state words_state(str word); /* of the row */

/* ERR_NOT_FOUND unless it is PERMIT_NOTICE_EDIT for such a post. */
bool words_may_change(const struct grant *, struct err *) MUST_USE;

/* A draft without audience. */
bool words_post(const struct deed *, int64_t *ret_id, struct err *) MUST_USE;

enum words_hour {
	WORDS_DONE,
	WORDS_NO_AUDIENCE,
	WORDS_PAST, /* the hour has passed, or is too far away */
	WORDS_LATE, /* it would come after last_on */
};

/* last_on: INT64_MAX, no such day.  Any answer but DONE changed nothing. */
bool words_publish(const struct deed *, const struct grant *, int64_t at,
    int64_t last_on, enum words_hour *ret, struct err *) MUST_USE;
/* Not published: ERR_CONFLICT. */
bool words_withdraw(
    const struct deed *, const struct grant *, struct err *) MUST_USE;
/* ERR_CONFLICT unless it is a draft, and there is leave. */
bool words_is_draft(const struct grant *, struct err *) MUST_USE;
/* The last step of throwing a draft away: its audience and its post. */
bool words_drop(
    const struct deed *, const struct grant *, struct err *) MUST_USE;

#endif
