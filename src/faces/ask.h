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
/* The same on one page of a document, from 0; another: ERR_NOT_FOUND. */
bool mask_ask_page(const struct deed *, int64_t post, int64_t document,
    int64_t page, int64_t x, int64_t y, int64_t side, struct err *) MUST_USE;
/* Of a video, all that is seen between the two times: the whole of each still
 * by which that part was looked through. */
bool mask_ask_span(const struct deed *, int64_t post, int64_t video,
    int64_t from_ms, int64_t until_ms, struct err *) MUST_USE;
/* keep: the box stays a mask.  Else it is as it was before, and if nobody
 * had said who it is, it stays open, which is hidden, until somebody does.
 * ERR_NOT_FOUND: nothing was asked there. */
bool mask_decide(const struct deed *, int64_t post, int64_t medium,
    int64_t region, bool keep, struct err *) MUST_USE;

#endif
