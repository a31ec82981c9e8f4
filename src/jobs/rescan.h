/*
 * rescan — compares the stored hashes of all media with lists that changed,
 * without decoding anything again, and stops what is found.
 *
 * The table rescan says which lists, and how far it has come: whatever is
 * killed in between goes on from there.  A batch at a time, so that new media
 * are not kept waiting.
 */
#ifndef JOBS_RESCAN_H
#define JOBS_RESCAN_H

#include "jobs/known.h"

#define RESCAN_BATCH 1500 /* rows of medium_hash; of .tmk files one */

/* One medium whose hashes were made after it had become ready: job.kind;
 * subject: the medium. */
#define KNOWN_JOB "known"

struct rescan_place {
	int64_t kind, medium, pipeline, hypothesis, frame;
};

struct rescan {
	struct house *house;
	struct known *known;
	/* The batch that was asked about. */
	struct asking *asking;
	int64_t *medium; /* of each of its rows; of asking->arena */
	struct rescan_place next;
	uint32_t list[MATCH_LISTS_MAX]; /* none: one medium, by its job */
	size_t n_lists;
	int64_t hashes, stopped; /* of the lists so far */
	int64_t look_ms;         /* when to look whether there is something */
	int64_t version;         /* of the database when nothing was there */
};

void rescan_init(struct rescan *, struct house *, struct known *);
void rescan_turn(struct rescan *, struct arena *);
int64_t rescan_due_ms(const struct rescan *); /* clock_ms() of the next turn */

#endif
