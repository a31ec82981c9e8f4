/*
 * sweep — what goes by itself: what its rule ends (ends/round.h), files without
 * a row, spent forms, failures counted against nobody any more; and jobs that
 * were lost come back.
 */
#ifndef JOBS_SWEEP_H
#define JOBS_SWEEP_H

#include "house/house.h"

#define SWEEP_EVERY_S 600
#define SWEEP_SOON_S 2 /* when there is more */
#define SWEEP_FILES_EVERY_S 86400

/* *ret_more: there is more to end at once. */
bool sweep_rows(struct house *, struct arena *, int64_t now, bool *ret_more,
    struct err *) MUST_USE;

/* first: this process has just begun, so no rendition of its own is between
 * its file and its row: a file in place without a row is an orphan at once,
 * otherwise after an hour; in_use (or NULL): not this one, a film may take
 * longer.  *ret_done false: not now, since a backup is being made. */
bool sweep_files(struct house *, struct arena *, bool first,
    bool (*in_use)(void *ctx, const char *name), void *ctx, bool *ret_done,
    struct err *) MUST_USE;

#endif
