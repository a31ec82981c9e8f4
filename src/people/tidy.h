/* tidy — what is over and of no use any more: jobs call it once an hour. */
#ifndef PEOPLE_TIDY_H
#define PEOPLE_TIDY_H

#include "house/house.h"

/* Old sessions, spent forms, forgotten failures.  The caller's transaction. */
bool people_tidy(struct house *, int64_t now, struct err *) MUST_USE;

#endif
