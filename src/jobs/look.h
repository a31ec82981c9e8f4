/*
 * look — faces are looked for on a photo that is ready, in its largest
 * rendition, when no upload waits.
 *
 * A help for whoever boxes faces and nothing else: a photo that could not be
 * looked at stays « not looked at », and is boxed by hand.
 */
#ifndef JOBS_LOOK_H
#define JOBS_LOOK_H

#include "house/house.h"
#include "ipc/media.h"

#define LOOK_JOB "faces" /* job.kind; subject: the medium */

/* The plain bytes of the rendition, sealed.  ERR_NOT_FOUND: there is nothing
 * to look at any more, and its job is gone. */
bool look_open(struct house *, struct arena *, int64_t medium, int *ret_fd,
    struct err *) MUST_USE;

/* The answer, as suspect as its sender. */
bool look_store(struct house *, struct arena *, int64_t medium,
    const struct media_looked *, int64_t now, struct err *) MUST_USE;

#endif
