/*
 * film_hand — the one video worker of jobs: which film it has, and what comes
 * back.  One at a time, beside photos, which never wait for it.  Films that
 * came in go before those that are to be looked through (between.h), and these
 * before those that are to be masked (veil.h).
 *
 * A worker that stands still for FILM_STILL_MS of processor time, or takes
 * FILM_MOST_MS in all, is dropped: that counts as a death of its film.
 */
#ifndef JOBS_FILM_HAND_H
#define JOBS_FILM_HAND_H

#include "jobs/between.h"
#include "jobs/crew.h"
#include "jobs/film.h"
#include "jobs/veil.h"

#define FILM_STILL_MS 120000
#define FILM_MOST_MS 14400000

struct film_hand {
	struct house *house;
	struct role_start *start;
	struct arena *arena; /* of one turn */
	struct known *known;
	struct door *door;
	struct hand hand; /* its channel and its time */
	/* What it works on; all NULL: it has nothing to do. */
	struct film *film;
	struct between_work *between;
	struct veil_work *veil;
	int64_t began_ms;          /* processor time that it had taken before */
	uint32_t decoded;          /* frames, as it said last */
	int64_t percent, wrote_ms; /* as it is written */
	bool wished;               /* it was asked for and has not come */
};

void film_hand_init(struct film_hand *, struct house *, struct role_start *,
    struct arena *, struct known *, struct door *);
/* A new worker, in place of an older one. */
void film_hand_join(struct film_hand *, const struct role_news *);
/* The next film, when there is one and nothing is under way. */
bool film_hand_give_out(struct film_hand *, struct err *) MUST_USE;
/* It has something to say. */
void film_hand_hear(struct film_hand *);
void film_hand_tick(struct film_hand *, int64_t now_ms);
/* A file under incoming/ that it still fills. */
bool film_hand_uses(const struct film_hand *, const char *name);

#endif
