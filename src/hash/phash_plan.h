/*
 * phash_plan — the small hashes of one picture in the making: planned for its
 * size, given all its rows in groups, ended.  The rows are reduced as they come
 * and only their few outputs kept, until the columns are.
 */
#ifndef HASH_PHASH_PLAN_H
#define HASH_PHASH_PLAN_H

#include "hash/phash_ops.h"

#define PHASH_TILE 128 /* columns whose greys are made at once, at best */
#define PHASH_WIDTHS 6

struct phash_plan {
	const struct phash_ops *ops;
	struct pixels px;
	unsigned kinds;
	struct phash_across across[PHASH_WIDTHS];
	bool wanted[PHASH_WIDTHS];
	uint8_t *reduced[PHASH_WIDTHS]; /* height rows of this width */
	int16_t *grey[PHASH_GROUPS];    /* of PHASH_ROWS rows, in blocks */
	int16_t *moments;               /* of these, where any is wanted */
	bool folded;
	double *room; /* for weights in the making */
	int32_t *weight;
};

/* Of a reduced picture, and its bits each way. */
struct phash_shape {
	unsigned width, height, side;
};

extern const struct phash_shape phash_shapes[PHASH_KINDS];
/* The bits that a reduced picture gives. */
void phash_bits(const struct phash_ops *, enum phash_kind,
    const uint8_t *reduced, struct phash *ret);

void phash_plan_init(struct phash_plan *, const struct phash_ops *,
    const struct pixels *, unsigned kinds, void *work);
/* Rows y to y + rows, columns x to x + n: y is a multiple of PHASH_TOGETHER and
 * rows as many but at the end; x and n are multiples of 32 but at the end.
 * phash_plan_across comes after all tiles of its rows. */
void phash_plan_tile(
    struct phash_plan *, uint32_t y, uint32_t rows, uint32_t x, uint32_t n);
void phash_plan_across(struct phash_plan *, uint32_t y, uint32_t rows);
/* All tiles of all rows. */
void phash_plan_rows(struct phash_plan *);
void phash_plan_end(struct phash_plan *, struct phash ret[PHASH_KINDS]);

/* phash_all with the loops given. */
void phash_all_with(const struct phash_ops *, const struct pixels *,
    unsigned kinds, void *work, struct phash ret[PHASH_KINDS]);

#endif
