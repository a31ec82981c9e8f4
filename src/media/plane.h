/*
 * plane — pixels as JPEG keeps them: one plane of luma, two of chroma.
 *
 * A picture stays in this form from the decoder to the encoder; colour is only
 * converted when a profile asks for it.  Values are full-range YCbCr of ITU-R
 * BT.601, as in JFIF.
 */
#ifndef MEDIA_PLANE_H
#define MEDIA_PLANE_H

#include <stdint.h>

#include "base/err.h"

#define PLANE_PAD 16 /* bytes that may be read and written behind a row */

struct plane {
	uint8_t *p;
	uint32_t width, height;
	size_t stride;
};

struct planes {
	struct plane plane[3];
	unsigned n; /* 1: grey; 3: Y, Cb, Cr */
	uint32_t width, height;
	unsigned chroma; /* luma pixels per chroma sample, both ways: 1 or 2 */
};

/* Zeroed on failure; planes_done is always fine. */
bool planes_init(struct planes *, uint32_t width, uint32_t height, unsigned n,
    unsigned chroma, struct err *) MUST_USE;
void planes_done(struct planes *);

/* Rows become columns, in place of the old ones. */
bool planes_transpose(struct planes *, struct err *) MUST_USE;

/* Full chroma to one sample for four pixels, in place of the old ones. */
bool planes_halve_chroma(struct planes *, struct err *) MUST_USE;

/* Interleaved R, G, B; planes with chroma 1 only; width bytes * 3 a row. */
void plane_row_from_rgb(
    const uint8_t *rgb, uint32_t n, uint8_t *y, uint8_t *cb, uint8_t *cr);
void plane_row_to_rgb(const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
    uint32_t n, uint8_t *ret_rgb);

#endif
