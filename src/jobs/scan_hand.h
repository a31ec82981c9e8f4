/*
 * scan_hand — every file that somebody sent is asked about by clamd, where it
 * is configured, before anything else looks into it: sql/job.sql gives out no
 * file that was not.  What is made here out of such a file is not asked about.
 *
 * Clean: it goes on.  Infected: lists are asked about its bytes (door.h), which
 * are destroyed unless one knows them; the audit says what was found.  Nobody
 * answers, or it is too large for clamd: it is held and asked about again after
 * clamav_retry_s; scanner (the table) says since when, for the director.
 */
#ifndef JOBS_SCAN_HAND_H
#define JOBS_SCAN_HAND_H

#include "ipc/scan.h"
#include "jobs/crew.h"
#include "jobs/door.h"

struct scan_hand {
	struct house *house;
	struct role_start *start;
	struct arena *arena; /* of one turn */
	struct door *door;   /* where the infected are judged */
	struct hand hand;    /* its channel; medium: of what is asked */
	int64_t again_ms;    /* not before that */
	int64_t late;        /* of those that did not pass: how many to skip */
	bool wished;
};

void scan_hand_init(struct scan_hand *, struct house *, struct role_start *,
    struct arena *, struct door *);
void scan_hand_join(struct scan_hand *, const struct role_news *);
bool scan_hand_give_out(struct scan_hand *, struct err *) MUST_USE;
void scan_hand_hear(struct scan_hand *);
void scan_hand_tick(struct scan_hand *, int64_t now_ms);
/* clock_ms() of the next turn. */
int64_t scan_hand_due_ms(const struct scan_hand *);
/* For the queries of what is due: 1, only what was asked about. */
int64_t scan_wanted(const struct house *);

#endif
