/*
 * door — media that came back from decoding, and are not let in yet.
 *
 * The one place that decides whether a medium becomes ready: its hashes are
 * compared with the lists (known.h), it is stopped (stop/stop.h), or else it
 * is stored (intake.h, film.h, sheaf.h).  A video is asked about by its file,
 * by its frames and as a whole, a document by its file; Shield is asked about
 * stills and pages, which come by here as the photos that they are.  While
 * nobody can say, it waits here and its row stays queued; what waits too long
 * is decoded again, later.
 */
#ifndef JOBS_DOOR_H
#define JOBS_DOOR_H

#include "ipc/media.h"
#include "ipc/scan.h"
#include "jobs/film.h"
#include "jobs/known.h"
#include "jobs/sheaf.h"
#include "jobs/shield.h"

#define DOOR_PLACES 12

struct waiting {
	int64_t medium; /* 0: nobody */
	struct media_done done;
	int fd[MEDIA_SIDES]; /* renditions */
	struct arena *arena; /* of the hashes */
	struct hashes hashes;
	struct asking *asking;
	struct film *film;    /* of a video, with its hashes; else NULL */
	struct sheaf *sheaf;  /* of a document, the same */
	struct asking *whole; /* of a video, beside its frames */
	/* What the antivirus calls it: it was not decoded, and has digests
	 * alone; "": it is not infected. */
	char infected[SCAN_NAME_MAX + 1];
	int64_t until_ms;
	int64_t again_ms; /* when to ask again; 0: an answer is awaited */
	int64_t judge_ms; /* not before that: Shield has not answered */
	int64_t came_ms;
};

struct door {
	struct house *house;
	struct known *known;
	struct shield *shield;
	/* A medium leaves unjudged: later, or never when it is ERR_CORRUPT. */
	void (*could_not)(void *ctx, int64_t medium, struct err *);
	void *ctx;
	struct waiting place[DOOR_PLACES];
};

void door_init(struct door *, struct house *, struct known *, struct shield *,
    void (*could_not)(void *ctx, int64_t medium, struct err *), void *ctx);
bool door_has(const struct door *, int64_t medium);
size_t door_room(const struct door *); /* free places */

/* A decoded picture and all that came along; the descriptors are copied.  With
 * no room left it is put off. */
void door_take(struct door *, int64_t medium, const struct media_done *,
    const int fd[MEDIA_FDS_MAX]);
/* The same of a video, which is the door's from here on. */
void door_take_film(struct door *, struct film *);
void door_take_sheaf(struct door *, struct sheaf *);
/* One in which the antivirus found something: destroyed unless a list knows its
 * bytes (infected.h). */
void door_take_infected(
    struct door *, struct arena *, int64_t medium, const char *name);
/* A file of a video or document that is not committed. */
bool door_uses(const struct door *, const char *name);
/* The channel of Shield is readable. */
void door_hear_shield(struct door *, struct arena *);
/* Lets in, stops or puts off whatever can be. */
void door_turn(struct door *, struct arena *);
int64_t door_due_ms(const struct door *); /* clock_ms() of the next turn */

#endif
