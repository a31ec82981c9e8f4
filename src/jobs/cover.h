/*
 * cover — boxes that are wanted (faces/cover.h) are drawn into the stored
 * renditions of a photo.
 *
 * New files with new keys take the place of the old ones, with their rows, in
 * one commit; a crash in between leaves files without a row, which sweep.h
 * removes.  What is stored stays as it was until then, and nobody from whom
 * such a box is to be hidden is given it.
 */
#ifndef JOBS_COVER_H
#define JOBS_COVER_H

#include "house/house.h"
#include "ipc/media.h"
#include "faces/cover.h"

/* The renditions in sealed memory files, which the caller closes, and every box
 * that they are to have.  ERR_NOT_FOUND: there is nothing to do any more, and
 * the job is gone. */
bool cover_open(struct house *, struct arena *, int64_t medium,
    int ret_fd[MEDIA_SIDES], struct media_cover *ret, struct err *) MUST_USE;

bool cover_store(struct house *, struct arena *, int64_t medium,
    const struct media_covered *, const int fd[MEDIA_SIDES], int64_t now,
    struct err *) MUST_USE;

/* Not now: why is a word for job.last_error. */
bool cover_put_off(struct house *, int64_t medium, const char *why,
    int64_t now, struct err *) MUST_USE;

#endif
