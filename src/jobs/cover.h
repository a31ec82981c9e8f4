/*
 * cover — boxes that are wanted (faces/cover.h) are drawn into the stored
 * renditions of a photo.
 *
 * New files with new keys take the place of the old ones, with their rows, in
 * one commit; a crash in between leaves files without a row, which sweep.h
 * removes.  What is stored stays as it was until then, and nobody from whom
 * such a box is to be hidden is given it.  Boxes that nothing uses any more are
 * left out, and their rows go in the same commit.
 */
#ifndef JOBS_COVER_H
#define JOBS_COVER_H

#include "faces/cover.h"
#include "house/house.h"
#include "ipc/media.h"

/* The renditions in sealed memory files, which the caller closes, and every box
 * that they are to have.  ERR_NOT_FOUND: there is nothing to do any more, and
 * the job is gone. */
bool cover_open(struct house *, struct arena *, int64_t medium,
    int ret_fd[MEDIA_SIDES], struct media_cover *ret, struct err *) MUST_USE;

bool cover_store(struct house *, struct arena *, int64_t medium,
    const struct media_covered *, const int fd[MEDIA_SIDES], int64_t now,
    struct err *) MUST_USE;

/* counts: the file cannot be worked on, or the worker died with it.  After
 * COVER_TRIES_MAX of these the job is given up, medium.cover_lost_at says since
 * when, and the photo stays withheld.  why: a word for job.last_error. */
#define COVER_TRIES_MAX 4
bool cover_failed(struct house *, struct arena *, int64_t medium, bool counts,
    const char *why, int64_t now, struct err *) MUST_USE;

#endif
