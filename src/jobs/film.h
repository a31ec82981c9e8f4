/*
 * film — one uploaded file on its way to being a video: intake.h for what a
 * video worker makes instead of a media worker.
 *
 * It is asked about as photos are, in three questions:
 *
 *	known_ask(known, &film->hashes, …)	digests, and frames against the
 *				lists' pictures and the frames of their videos
 *	known_ask_video(known, film->tmk, …)	the whole against .tmk files
 *	stop_or_pass(…, &film->hashes, …)	against the register, too
 *
 * Each of them in all eight turns: a clip that is mirrored, or held the other
 * way, is the same.  A hit's frame is the time in the video at which it was,
 * see ipc/hashes.h.
 *
 * The worker writes the renditions into blobs that are under incoming/ until
 * they are committed; a film that is not stored takes them along when it goes.
 * Its stills are committed with it, as media of their own that wait for their
 * intake: nothing of a video is shown before they are looked at.
 *
 * While a worker is at it, medium.progress is the per cent done of what the
 * file says to last; NULL before and after.
 */
#ifndef JOBS_FILM_H
#define JOBS_FILM_H

#include "house/house.h"
#include "ipc/hashes.h"
#include "ipc/video.h"
#include "jobs/sides.h"

struct film {
	int64_t medium;
	struct sides side; /* the blobs; under incoming/ */
	/* What the worker said. */
	struct video_taken taken;
	int stills;          /* fd; -1: none yet */
	struct arena *arena; /* of the two below */
	struct hashes hashes;
	str tmk;
};

/* The original and empty blobs, for a worker: what VIDEO_TAKE takes along.  fds
 * are the caller's; *ret_job is to be wiped.  ERR_NOT_FOUND: it waits no more.
 */
bool film_open(struct house *, struct arena *, int64_t medium,
    struct film **ret, struct video_take *ret_job, int ret_fd[VIDEO_TAKE_FDS],
    struct err *) MUST_USE;
void film_free(struct house *, struct film *); /* NULL is fine */
bool film_in_use(const struct film *, const char *name);

/* What a worker says of it, MEDIA_OK, from a process that a stranger may have
 * taken over: checked.  The descriptors are copied. */
bool film_taken(struct house *, struct film *, const struct video_taken *,
    const int fd[VIDEO_TAKEN_FDS], struct err *) MUST_USE;

/* Whole, or nothing of it. */
bool film_store(struct house *, struct arena *, struct film *, int64_t now,
    struct err *) MUST_USE;

/* The table of a video worker, checked, as views of it: digests of the file,
 * PDQ core of frames as they are and by hypotheses.  ERR_CORRUPT: it is none,
 * or lacks either. */
bool film_hashes(
    struct arena *, str table, struct hashes *ret, struct err *) MUST_USE;

#endif
