/*
 * matter — a case as route.h sees it: read from the database, asked anew each
 * time.
 */
#ifndef REPORT_MATTER_H
#define REPORT_MATTER_H

#include "people/deed.h"
#include "report/route.h"

/* Everybody's duties and ties on that day: once for many cases. */
struct matter_house {
	int64_t today;
	struct route_house is;
	const str *name_enc; /* of each person */
};

bool matter_house(struct house *, struct arena *, int64_t organisation,
    int64_t today, struct matter_house *ret, struct err *) MUST_USE;

/* The organisation's it must be: the caller has asked. */
bool matter_of(struct house *, struct arena *, int64_t case_file,
    struct route_matter *ret, struct err *) MUST_USE;

/* Whom it reaches; it does not depend on those whom it is about.  What they
 * wrote since it was opened of who may have part in reports does not count in
 * it: from whom they took the duty still has it, whom they gave a group is not
 * beside anybody by that, and whom they, or somebody who is barred, named then
 * is not in the path while anybody else is.  The account of who is in it takes
 * two to stop (people/halt.h). */
bool matter_path(struct house *, struct arena *, const struct matter_house *,
    int64_t case_file, struct route *ret, struct err *) MUST_USE;

/* Writes down as barred who is now below or beside, or reports: who stays away
 * whatever changes.  In the caller's transaction. */
bool matter_bar(const struct deed *, const struct matter_house *,
    int64_t case_file, int64_t reporter, struct err *) MUST_USE;

/* Each of the team (ROUTE_TEAM): it is about one of them, not said which. */
bool matter_bar_team(const struct deed *, const struct matter_house *,
    int64_t case_file, struct err *) MUST_USE;

#endif
