/*
 * cut — a picture's coefficients to a segmented rendition (file.h).
 *
 * Variants A and B of every segment come from the caller; where regions lie,
 * the segments that they reach are written once more per set of regions.  In
 * these, a block that no region of the set reaches is what it is in A and in
 * B; a block that one reaches is drawn from A, carries no mark, and holds
 * nothing of what was in the region's box.  So pictures that differ only in a
 * box have the same covered segments, byte for byte.
 */
#ifndef SEGMENT_CUT_H
#define SEGMENT_CUT_H

#include "segment/encode.h"
#include "segment/region.h"

/* As mark/embed.h: the luma blocks of a segment in, its two variants out; 0:
 * they are the same.  A block's variants must depend on its place and itself
 * alone. */
typedef size_t cut_variants(const void *ctx, uint32_t segment,
    const int16_t *blocks, size_t n, const uint16_t quant[SEGMENT_BLOCK],
    int16_t *ret_a, int16_t *ret_b);

struct cut_recipe {
	uint32_t interval;      /* MCUs per segment, 1 to ENCODE_MCUS_MAX */
	cut_variants *variants; /* NULL: B is A */
	const void *ctx;
	const struct segment_region *region; /* each slot once, in any order */
	size_t regions;                      /* at most SEGMENT_REGIONS_MAX */
};

/* ret: cleared; born with its maximum. */
bool segment_cut(const struct segment_picture *, const struct cut_recipe *,
    struct buf *ret, struct err *) MUST_USE;

/* The same rendition with other regions: old is the file, a and b its two
 * variants decoded with nothing covered.  Its plain segments stay as they are,
 * byte for byte, so that copies that went out can still be traced. */
bool segment_cover_anew(str old, const struct segment_picture *a,
    const struct segment_picture *b, const struct segment_region *,
    size_t regions, struct buf *ret, struct err *) MUST_USE;

#endif
