/*
 * late — the reports to NCMEC that somebody has to be told of: what is stuck,
 * and what was tried for longer than the profile's hours (law.h).
 *
 * Only of the cases whose path leads to who asks (report/route.h): so it is
 * told to nobody whom a case is about, and counted for nobody else.
 */
#ifndef TIPLINE_LATE_H
#define TIPLINE_LATE_H

#include "ncmec/step.h"
#include "people/deed.h"

struct tipline_late {
	int64_t case_file, since;
	str number; /* of the case */
	bool stuck;
	enum ncmec_sort why;
};
struct tipline_lates {
	struct tipline_late *v; /* the oldest first */
	size_t n;
};

/* None where the configuration does not name NCMEC. */
bool tipline_late(
    const struct deed *, struct tipline_lates *ret, struct err *) MUST_USE;

#endif
