/*
 * register — the pictures that an organisation withdrew and does not want
 * back, by their hashes alone.  Each organisation has its own, which no other
 * sees or is held by.  An entry ends after REGISTER_DAYS.
 *
 * Compared here, one by one, and nothing has to be built before one counts.
 * Half of the bits rule most out at once, so a pair costs some five
 * nanoseconds: a thousand entries a millisecond for a photo, and half a second
 * for ten minutes of video (ten thousand hashes in eight turns).
 */
#ifndef STOP_REGISTER_H
#define STOP_REGISTER_H

#include "people/deed.h"
#include "stop/stop.h"

#define REGISTER_DAYS (5 * 366)

/* The stored hashes of a medium, before it is deleted; in the caller's
 * transaction.  *ret_n: how many went in; 0 when it has none that can be
 * recognised. */
bool register_add(
    const struct deed *, int64_t medium, int64_t *ret_n, struct err *) MUST_USE;

/* What of the register these hashes are too near to; hits of STOP_REGISTER,
 * the nearest one of each entry. */
bool register_find(struct house *, struct arena *, int64_t organisation,
    const struct hashes *, int64_t now, struct stop_hits *ret,
    struct err *) MUST_USE;

/* At most that many entries that have ended; *ret_n: how many went. */
bool register_sweep(struct house *, int64_t organisation, int64_t now,
    int64_t most, int64_t *ret_n, struct err *) MUST_USE;

#endif
