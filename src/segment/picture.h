/*
 * picture — the quantised coefficients of one rendition, in the order in which
 * a baseline JPEG codes them.
 *
 * A picture is MCUs from left to right and top to bottom; each is six blocks
 * (four of luma in reading order, Cb, Cr: 4:2:0, 16 x 16 pixels), or one when
 * the picture is grey (8 x 8).  A block is 64 coefficients in natural
 * (row-major) order.  Behind the right and lower edge the last sample is
 * repeated to the end of the MCU.
 */
#ifndef SEGMENT_PICTURE_H
#define SEGMENT_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SEGMENT_BLOCK 64      /* coefficients */
#define SEGMENT_SIDE_MAX 2048 /* pixels */
#define SEGMENT_MCU_BLOCKS 6  /* at most */

struct segment_plane {
	const uint8_t *p;
	uint32_t width, height; /* samples */
	size_t stride;
};

/* One picture's samples: parts 1, grey, or 3: full-range YCbCr whose chroma
 * has half the width and height, rounded up. */
struct segment_samples {
	uint32_t width, height; /* pixels */
	unsigned parts;
	struct segment_plane plane[3];
};

struct segment_picture {
	uint32_t width, height;
	unsigned parts;
	unsigned per_mcu;                 /* blocks: 1 or 6 */
	uint32_t across, mcus;            /* MCUs of a row, of all */
	uint16_t quant[2][SEGMENT_BLOCK]; /* luma, chroma; natural order */
	size_t used;                      /* coefficients that are not zero */
	int16_t *coef;                    /* owned */
};

/* Size and memory; coefficients and tables are zero.  ERR_INPUT: a side of 0
 * or more than SEGMENT_SIDE_MAX. */
bool segment_picture_init(struct segment_picture *, uint32_t width,
    uint32_t height, unsigned parts, struct err *) MUST_USE;
void segment_picture_done(struct segment_picture *);

/* Transformed and quantised, used is counted; quality as libjpeg counts it, 1
 * to 100, for the tables of ITU-T T.81, annex K. */
bool segment_picture_of(const struct segment_samples *, int quality,
    struct segment_picture *ret, struct err *) MUST_USE;

static inline size_t
segment_blocks(const struct segment_picture *p)
{
	return (size_t)p->mcus * p->per_mcu;
}

/* Which part a block of an MCU belongs to: 0, 1 or 2. */
static inline unsigned
segment_part(unsigned parts, unsigned block)
{
	return parts == 1 || block < 4 ? 0 : block - 3;
}

#endif
