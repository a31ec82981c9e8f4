/*
 * glance — what a handler of a report asked to see is made, from the smallest
 * rendition: two small grey pictures (media/glance.h), kept under the key of
 * the case (report/glance.h).
 */
#ifndef JOBS_GLANCE_H
#define JOBS_GLANCE_H

#include "house/house.h"
#include "ipc/media.h"
#include "report/glance.h" /* GLANCE_JOB */

/* The plain bytes of the rendition, sealed.  ERR_NOT_FOUND: there is nothing
 * to show any more, and its job is gone. */
bool glance_open(struct house *, struct arena *, int64_t medium, int *ret_fd,
    struct err *) MUST_USE;

/* The answer, as suspect as its sender. */
bool glance_store(struct house *, struct arena *, int64_t medium,
    const struct media_glanced *, const int fd[MEDIA_GLANCES], int64_t now,
    struct err *) MUST_USE;

/* Whoever asked is told that it cannot be shown. */
bool glance_give_up(struct house *, struct arena *, int64_t medium, int64_t now,
    struct err *) MUST_USE;

#endif
