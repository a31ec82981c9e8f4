/*
 * door — media that came back from decoding, and are not let in yet.
 *
 * One place decides whether a medium becomes ready: its hashes are compared
 * with the lists (known.h), then it is stopped (stop/stop.h) or goes on to
 * Shield (shield.h), and only then it is stored (intake.h).  While nobody can
 * say, it waits here and its row stays queued.
 */
#ifndef JOBS_DOOR_H
#define JOBS_DOOR_H

#include "ipc/media.h"
#include "jobs/known.h"

#define DOOR_PLACES 16

struct waiting {
	int64_t medium; /* 0: nobody */
	struct media_done done;
	int fd[MEDIA_FDS_MAX]; /* renditions, then hashes; -1 */
	struct buf packed;     /* the hashes */
	struct asking *asking;
	int64_t until_ms; /* then it is decoded again, later */
	int64_t again_ms; /* when to ask again; 0: an answer is awaited */
};

struct door {
	struct house *house;
	struct known *known;
	struct waiting place[DOOR_PLACES];
};

void door_init(struct door *, struct house *, struct known *);
bool door_has(const struct door *, int64_t medium);
size_t door_room(const struct door *);

/* With verdict MEDIA_OK and all that came along; takes the descriptors. */
bool door_take(struct door *, int64_t medium, const struct media_done *,
    const int *fd, size_t n_fds, struct err *) MUST_USE;
/* Lets in, stops, or puts off whatever can be.  *ret_later: a medium that was
 * put off, and why in err; 0: none (more). */
void door_turn(struct door *, struct arena *);
int64_t door_due_ms(const struct door *);

#endif
