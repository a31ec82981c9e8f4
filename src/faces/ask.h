/*
 * ask — « hide this face »: by anybody who sees a published photo, staff or
 * guardian, in effect at once; the team decides afterwards, on the record.
 *
 * Inside the caller's transaction; the caller holds a grant to see the photo
 * (ask) or to change it (decide).
 */
#ifndef FACES_ASK_H
#define FACES_ASK_H

#include "faces/region.h"

#define ASK_MAX 20 /* of one account for one photo, undecided */

/* The point that was tapped, in REGION_UNITS.  A box that is there is hidden;
 * else a new one around the point, of that side.  Outside the picture:
 * ERR_INPUT; too many: ERR_LIMIT. */
bool mask_ask(const struct deed *, int64_t post, int64_t medium, int64_t x,
    int64_t y, int64_t side, struct err *) MUST_USE;
/* keep: the box stays a mask.  Else it is as it was before, and if nobody
 * had said who it is, it stays open, which is hidden, until somebody does.
 * ERR_NOT_FOUND: nothing was asked there. */
bool mask_decide(const struct deed *, int64_t post, int64_t medium,
    int64_t region, bool keep, struct err *) MUST_USE;

#endif
