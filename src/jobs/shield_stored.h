/*
 * shield_stored — asks Arachnid Shield about photos that were stored before it
 * was turned on, slowly, while everything else goes on.
 *
 * A pass begins when jobs runs with Shield for the first time, and again after
 * it ran without: whatever came in between is part of it.  The table
 * shield_stored says how far it is, so that it goes on from there.  Photos that
 * come meanwhile are asked about at intake, through the same queue, and do not
 * wait for it.
 */
#ifndef JOBS_SHIELD_STORED_H
#define JOBS_SHIELD_STORED_H

#include "jobs/shield.h"

/* At most: so many photos about which nothing is known, in so long. */
#define SHIELD_STORED_BATCH 16
#define SHIELD_STORED_EVERY_MS 5000

struct shield_stored {
	struct house *house;
	struct shield *shield;
	bool begun;
	int64_t due_ms;
};

void shield_stored_init(
    struct shield_stored *, struct house *, struct shield *);
void shield_stored_turn(struct shield_stored *, struct arena *);
int64_t shield_stored_due_ms(const struct shield_stored *); /* clock_ms() */
/* In the caller's transaction: the medium has hashes that it had not. */
bool shield_stored_again(struct db *, int64_t medium, struct err *) MUST_USE;

#endif
