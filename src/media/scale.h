/*
 * scale — makes one plane smaller, row by row as the rows arrive.
 *
 * Lanczos (three lobes) both ways, in fixed point; the rows of the original are
 * held only as long as an output row needs them, so a picture of 50 megapixels
 * passes through a few hundred kilobytes.  A negative step mirrors for free.
 */
#ifndef MEDIA_SCALE_H
#define MEDIA_SCALE_H

#include "media/plane.h"

/* Where the middle of output sample j lies among the n input samples, whose
 * middles are 0, 1, 2 …: first + j * step. */
struct scale_axis {
	uint32_t n;
	double first, step;
};

struct scale;

/* to: the plane to fill; it outlives the scale. */
struct scale *scale_new(
    struct scale_axis x, struct scale_axis y, struct plane *to, struct err *);
void scale_free(struct scale *);

/* The next row, y.n times in all; x.n samples.  More rows are ignored. */
void scale_push(struct scale *, const uint8_t *row);

DEFINE_OWNED(scale)

#endif
