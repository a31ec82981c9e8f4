/*
 * crew — the media workers of jobs: which file each has, and what comes back.
 */
#ifndef JOBS_CREW_H
#define JOBS_CREW_H

#include "house/house.h"
#include "ipc/chan.h"
#include "jobs/door.h"
#include "jobs/fault.h"
#include "jobs/known.h"
#include "proc/start.h"

#define CREW_MAX 8

/* A media worker; medium and trace 0: it has nothing to do. */
struct hand {
	struct chan chan; /* fd -1: no such hand */
	uint32_t number;
	int64_t medium; /* the one that it works on */
	int64_t trace;  /* WORK_COPY, WORK_TRACE: for this one */
	int64_t side;   /* WORK_TRACE: of the medium */
	enum work work;
	unsigned answers;
	int64_t until_ms; /* busy: must have answered; idle: may go home */
	int32_t pid;      /* 0: not told */
	int64_t may_ms;   /* busy: processor time that it may take */
	int64_t given_ms, used_ms; /* the clock, and what it had taken */
};

struct crew {
	struct house *house;
	struct role_start *start;
	struct arena *arena; /* of one turn */
	struct known *known;
	struct door *door;
	struct hand hand[CREW_MAX];
	int64_t storing; /* came back, not committed yet */
	bool wished;     /* a media worker was asked for and has not come */
};

void crew_init(struct crew *, struct house *, struct role_start *,
    struct arena *, struct known *, struct door *);
/* A new worker; it is the crew's. */
void crew_join(struct crew *, const struct role_news *);
/* Every idle hand gets a file, when there is one. */
bool crew_give_out(struct crew *, struct err *) MUST_USE;
/* A hand has something to say. */
void crew_hear(struct crew *, struct hand *);
/* Who is too late is dropped, who was idle too long may go. */
void crew_tick(struct crew *, int64_t now_ms);

/* The door's: a photo that could not be taken in; ctx is the crew. */
void crew_could_not(void *ctx, int64_t medium, struct err *);

#endif
