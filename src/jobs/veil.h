/*
 * veil — a video that is masked through the shot (faces/veil.h): what a video
 * worker needs for it, and what comes back.  When that is done, or is not asked
 * for, the same job makes the lines without sound (faces/voice.h), where they
 * are wanted and not there.
 *
 * While it is drawn, veil.progress is the per cent done.  What is drawn for an
 * older round than the one that is asked for now is thrown away; the job stays.
 * New files take the place of those of the round before, whose keys are gone
 * with the commit.
 */
#ifndef JOBS_VEIL_H
#define JOBS_VEIL_H

#include "jobs/sides.h"

#define VEIL_JOB "veil" /* job.kind; subject: the video */

struct veil_work {
	int64_t video, round;
	bool hush; /* nothing is masked: the lines without sound */
	struct sides side;
};

/* The original, what is to be masked, and empty blobs: what VIDEO_VEIL takes
 * along.  fds are the caller's; *ret_job, in the arena, is to be wiped.
 * ERR_NOT_FOUND: nothing waits any more, and the job is gone; ERR_CORRUPT: it
 * cannot be drawn. */
bool veil_open(struct house *, struct arena *, int64_t video,
    struct veil_work **ret, struct video_veil **ret_job,
    int ret_fd[VIDEO_TAKE_FDS], struct err *) MUST_USE;
void veil_work_free(struct house *, struct veil_work *); /* NULL is fine */
bool veil_in_use(const struct veil_work *, const char *name);
bool veil_progress(
    struct house *, const struct veil_work *, int64_t percent, struct err *);

/* What a worker says of it, MEDIA_OK: checked, and stored whole or not at all.
 */
bool veil_store(struct house *, struct arena *, struct veil_work *,
    const struct video_veiled *, int64_t now, struct err *) MUST_USE;
/* It cannot be drawn: the video stays withheld from whom it concerns, and the
 * team is told. */
bool veil_give_up(struct house *, struct arena *, int64_t video, int64_t now,
    struct err *) MUST_USE;

#endif
