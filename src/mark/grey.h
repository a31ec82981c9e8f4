/*
 * grey — pictures as the tracer computes with them: one plane of floats, luma
 * of 0 to 255, rows from the top without gaps.  They live in an arena.
 *
 * Places are continuous: pixel i covers i to i + 1, so that scaling is one
 * multiplication.
 */
#ifndef MARK_GREY_H
#define MARK_GREY_H

#include "base/arena.h"
#include "hash/pixels.h"

struct mark_grey {
	float *p;
	uint32_t w, h;
};

bool mark_grey_new(struct arena *, uint32_t w, uint32_t h,
    struct mark_grey *ret, struct err *) MUST_USE;

/* Luma (BT.601) of grey or RGB pixels, made smaller on the way by averages of
 * areas: w and h are at most the picture's. */
bool mark_grey_of_pixels(struct arena *, const struct pixels *, uint32_t w,
    uint32_t h, struct mark_grey *ret, struct err *) MUST_USE;
bool mark_grey_shrink(struct arena *, const struct mark_grey *, uint32_t w,
    uint32_t h, struct mark_grey *ret, struct err *) MUST_USE;

/* Largest size of these proportions with no side over side, none under 1. */
void mark_grey_fit(
    uint32_t w, uint32_t h, uint32_t side, uint32_t *ret_w, uint32_t *ret_h);

/* What stands out from the mean of a square of 2 * radius + 1 around it, which
 * is smaller at the borders. */
bool mark_grey_detail(struct arena *, const struct mark_grey *, uint32_t radius,
    struct mark_grey *ret, struct err *) MUST_USE;

#endif
