/*
 * profile — at which age whose word counts, by the law of the organisation.
 * One table, read by the rule (effective.h) and shown to people; each row says
 * which text it follows and when that was last read.
 */
#ifndef CONSENT_PROFILE_H
#define CONSENT_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* What the own word of a child of own_from years does. */
enum profile_own {
	PROFILE_OWN_TOO,   /* a publication needs it beside the holders' */
	PROFILE_OWN_ALONE, /* it suffices, and so do the holders' */
};

struct profile {
	str word;               /* as in organisation.profile */
	int own_from, majority; /* years */
	enum profile_own own;
	const char *source;  /* the texts, to cite as they are */
	const char *read_on; /* "2026-11-28" */
};

/* The strictest one when the word is unknown. */
const struct profile *profile_of(str word);

/* Whole years on that day; somebody born on 29 February has the birthday on
 * 1 March of other years. */
int profile_age(int64_t born_on, int64_t on);
/* The day of that birthday. */
int64_t profile_birthday(int64_t born_on, int years);

#endif
