/*
 * rehash — photos from before hashes were kept, or before query hypotheses
 * were (those have their job from the migration), are decoded once more, for
 * their hashes alone; then they are compared like everything else (KNOWN_JOB).
 *
 * Each step is one job row and one transaction: whatever is killed goes on
 * where it was.  A photo that no decoder opens any more stays as it is and is
 * tried again the next day; `preau check` names it.
 */
#ifndef JOBS_REHASH_H
#define JOBS_REHASH_H

#include "house/house.h"
#include "ipc/hashes.h"

#define REHASH_JOB "rehash" /* job.kind; subject: the medium */

/* A job for some of the ready media that have no hashes and no job yet.  It
 * looks at all media: done when a process begins, and again until *ret_all,
 * none is left; later ones have their hashes from intake. */
bool rehash_plan(struct house *, struct arena *, int64_t now, bool *ret_all,
    struct err *) MUST_USE;

/* The plain bytes of the original, sealed.  ERR_NOT_FOUND: the medium is ready
 * no more, and its job is gone. */
bool rehash_open(struct house *, struct arena *, int64_t medium, int *ret_fd,
    struct err *) MUST_USE;

bool rehash_store(struct house *, struct arena *, int64_t medium,
    const struct hashes *, int64_t now, struct err *) MUST_USE;

#endif
