/*
 * sheaf_hand — the one document worker of jobs: which file it has, and what
 * comes back.  One at a time, beside photos and videos.
 *
 * The worker ends a page that takes too long itself; one that stands still for
 * SHEAF_STILL_MS of processor time all the same is dropped, and that counts as
 * a death of its file.
 */
#ifndef JOBS_SHEAF_HAND_H
#define JOBS_SHEAF_HAND_H

#include "jobs/crew.h"
#include "jobs/office_hand.h"
#include "jobs/sheaf.h"

#define SHEAF_STILL_MS 60000

struct sheaf_hand {
	struct house *house;
	struct role_start *start;
	struct arena *arena; /* of one turn */
	struct known *known;
	struct door *door;
	struct hand hand;          /* its channel and its time */
	struct sheaf *sheaf;       /* that it works on; NULL: nothing to do */
	struct office_hand office; /* what is to become a PDF first */
	bool wished;               /* it was asked for and has not come */
};

void sheaf_hand_init(struct sheaf_hand *, struct house *, struct role_start *,
    struct arena *, struct known *, struct door *);
/* A new worker, in place of an older one. */
void sheaf_hand_join(struct sheaf_hand *, const struct role_news *);
/* The next document, when there is one and nothing is under way. */
bool sheaf_hand_give_out(struct sheaf_hand *, struct err *) MUST_USE;
/* It has something to say. */
void sheaf_hand_hear(struct sheaf_hand *);
void sheaf_hand_tick(struct sheaf_hand *, int64_t now_ms);

#endif
