/*
 * embed — makes of the luma coefficients of one segment the variants A and B.
 *
 * Some coefficients of low frequency (what survives a reduction to a third and
 * a coarse JPEG) move by one or two steps of the quantisation table: one way in
 * A, as far the other way in B, which way by the key.  Only coefficients that
 * are not zero move, and none changes its sign, so that the file hardly grows
 * (what one variant gains the other loses).  How many and how far is decided
 * block by block from the texture of its calmest quarter: nothing where it is
 * flat, little where it is smooth, and nothing that could leave 0 to 255.
 *
 * A block's variants depend on the key, its place and its own coefficients,
 * on nothing around it: a block that was flattened by a mask has the same
 * variants whatever was under it (and, being flat, both are itself).
 */
#ifndef MARK_EMBED_H
#define MARK_EMBED_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/key.h"

#define MARK_BLOCK 64        /* coefficients */
#define MARK_STEPS_MAX 2     /* of quantisation, each way */
#define MARK_BLOCKS_MAX 4096 /* of one segment */

/* Where and which way, for one rendition; wiped with mark_place_done. */
struct mark_place {
	struct key secret;
};

/* As mark_code_init. */
void mark_place_init(
    struct mark_place *, const struct key *key, int64_t medium, uint32_t side);
void mark_place_done(struct mark_place *);

/*
 * The two variants of segment number segment.  blocks: n <= MARK_BLOCKS_MAX
 * luma blocks in the order of the scan, quantised, each 64 coefficients in
 * natural (row-major, not zigzag) order; quant: the luma table in the same
 * order.  ret_a and ret_b hold as much; either may be blocks itself.  DC
 * coefficients stay.  Returns the number of coefficients that differ; 0: A and
 * B are the same, and one is enough.
 */
size_t mark_embed(const struct mark_place *, uint32_t segment,
    const int16_t *blocks, size_t n, const uint16_t quant[MARK_BLOCK],
    int16_t *ret_a, int16_t *ret_b);

#endif
