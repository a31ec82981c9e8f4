/*
 * head — keeps the newest hash of the audit beside the database, so that an
 * end that was cut off is found (audit.h).  Follows the database by its
 * version, at most once a second.
 */
#ifndef JOBS_HEAD_H
#define JOBS_HEAD_H

#include "house/house.h"

struct head {
	int64_t version; /* of the database when it was written */
	int64_t next_ms; /* not before, on the monotonic clock */
	bool waiting;    /* something is newer than the file */
};

void head_follow(struct head *, struct house *);
/* When to come back; INT64_MAX: not before something happens. */
int64_t head_due_ms(const struct head *);

#endif
