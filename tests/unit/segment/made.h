/* Pictures that are made up, and libjpeg's opinion of what became of them. */
#ifndef SEGMENT_MADE_H
#define SEGMENT_MADE_H

#include "segment/cut.h"
#include "segment/plan.h"

struct made {
	struct segment_samples s;
	uint8_t *p[3];
};

/* Waves, ramps and noise; seed 0 is smooth. */
void made_init(struct made *, uint32_t width, uint32_t height, unsigned parts,
    unsigned seed);
void made_done(struct made *);
/* Other samples inside the box (fractions as of a region). */
void made_scribble(struct made *, const struct segment_region *, unsigned seed);

/* Variants that are easy to tell: every luma AC of low frequency that is not
 * zero, up or down. */
size_t made_variants(const void *ctx, uint32_t segment, const int16_t *blocks,
    size_t n, const uint16_t quant[SEGMENT_BLOCK], int16_t *ret_a,
    int16_t *ret_b);

/* The head of a file, in the arena; fails the test when it is refused. */
struct file made_file(struct arena *, str file);
/* One viewer's JPEG. */
void made_jpeg(str file, const struct plan_choice *, struct buf *ret);

/* Coefficients as libjpeg finds them, in the order of a segment_picture; the
 * test fails when there is a single warning. */
void made_coefficients(str jpeg, struct segment_picture *ret);

#endif
