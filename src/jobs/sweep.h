/*
 * sweep — what ends by itself: uploads that stopped half-way, files without a
 * row, sessions, spent forms, failures counted against nobody any more,
 * letters that nobody used, withdrawn pictures that are remembered long enough.
 */
#ifndef JOBS_SWEEP_H
#define JOBS_SWEEP_H

#include "house/house.h"

#define SWEEP_EVERY_S 600
#define SWEEP_FILES_EVERY_S 86400

bool sweep_rows(
    struct house *, struct arena *, int64_t now, struct err *) MUST_USE;

/* first: this process has just begun, so no rendition of its own is between
 * its file and its row: a file in place without a row is an orphan at once,
 * otherwise after an hour; in_use (or NULL): not this one, a film may take
 * longer.  *ret_done false: not now, since a backup is being made. */
bool sweep_files(struct house *, struct arena *, bool first,
    bool (*in_use)(void *ctx, const char *name), void *ctx, bool *ret_done,
    struct err *) MUST_USE;

#endif
