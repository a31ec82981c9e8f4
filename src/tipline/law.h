/*
 * law — why nothing of the files themselves goes into a report to NCMEC, and
 * how long what was reported is kept, by the jurisdiction profile.
 *
 * No profile of this house lets a file go, so no code here could send one: a
 * list of their digests goes instead.  Each row says which text it follows and
 * when that was last read.  Not legal advice: counsel of each country rereads
 * it before the option is set.
 */
#ifndef TIPLINE_LAW_H
#define TIPLINE_LAW_H

#include <stdbool.h>

#include "base/str.h"

struct tipline_law {
	str profile;         /* as in organisation.profile */
	int keep_days;       /* from the day on which it was taken */
	int told_hours;      /* it was tried so long: its path is told */
	const char *no_file; /* the text by which none goes */
	const char *keeping, *read_on;
};

/* The strictest one when the profile is unknown. */
const struct tipline_law *tipline_law_of(str profile);

#endif
