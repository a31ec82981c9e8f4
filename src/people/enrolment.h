/* enrolment — a child in a group from one day to another, both inclusive. */
#ifndef PEOPLE_ENROLMENT_H
#define PEOPLE_ENROLMENT_H

#include "people/deed.h"

struct enrolment {
	int64_t child, group, from_on, until_on;
};

/* Each writes the audit with child and group.  ERR_INPUT: ends before it
 * begins. */
bool enrolment_add(const struct deed *, const struct enrolment *,
    int64_t *ret_id, struct err *) MUST_USE;
bool enrolment_change(const struct deed *, int64_t id, const struct enrolment *,
    struct err *) MUST_USE;
/* The last day moves, the rest stays. */
bool enrolment_until(
    const struct deed *, int64_t id, int64_t until_on, struct err *) MUST_USE;

#endif
