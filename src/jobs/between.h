/*
 * between — a video whose stills have been looked at is looked through between
 * them (video/between.h): what a video worker needs for it, and what comes
 * back.
 *
 * What it found is committed at once: further stills with their boxes, boxes of
 * stills that are there, and medium.gaps.  A further still goes the way of all
 * of them, so the usual rule holds: every box must be resolved.  A face that
 * could not be put into a still, and a video that could not be looked through,
 * leave gaps = 'left': no family sees it, and the team is told.
 */
#ifndef JOBS_BETWEEN_H
#define JOBS_BETWEEN_H

#include "house/house.h"
#include "ipc/video.h"

#define BETWEEN_JOB "between" /* job.kind; subject: the video */

struct between_work {
	int64_t video;
	size_t n; /* stills that are there */
	int64_t still[VIDEO_STILLS_ALL];
};

/* *ret 0: none is due. */
bool between_due(struct house *, struct arena *, int64_t now, int64_t *ret,
    struct err *) MUST_USE;
/* fd is the caller's; *ret_job, in the arena, is to be wiped.  ERR_NOT_FOUND:
 * it waits no more; ERR_CORRUPT: it cannot be looked through. */
bool between_open(struct house *, struct arena *, int64_t video,
    struct between_work **ret, struct video_between **ret_job, int *ret_fd,
    struct err *) MUST_USE;
void between_free(struct between_work *); /* NULL is fine */

/* What a worker says of it, MEDIA_OK: checked, and stored whole or not at all.
 * fd: the stills, sealed; -1: none. */
bool between_store(struct house *, struct arena *, const struct between_work *,
    const struct video_found *, int fd, int64_t now, struct err *) MUST_USE;
/* It cannot be looked through. */
bool between_give_up(struct house *, struct arena *, int64_t video, int64_t now,
    struct err *) MUST_USE;

#endif
