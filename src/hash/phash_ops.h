/*
 * phash_ops — the loops of the small hashes over many pixels, once in plain C
 * and with the vectors of AVX2 and AVX-512; all come from phash_lanes.h and
 * give the same bits.
 *
 * Rows are reduced in groups of eight as 16-bit samples.  A weight has 22 bits:
 * its upper ones are multiplied, or moments stand for many samples
 * (phash_fold.h), and all bits of all samples are asked only where they can
 * change the byte, about one of forty.
 */
#ifndef HASH_PHASH_OPS_H
#define HASH_PHASH_OPS_H

#include "hash/lanczos.h"
#include "hash/phash.h"

#define PHASH_ROWS 8   /* side by side, one group */
#define PHASH_GROUPS 2 /* reduced together */
#define PHASH_TOGETHER (PHASH_GROUPS * PHASH_ROWS)
#define PHASH_STEP 16 /* samples; windows begin and end at a multiple */
#define PHASH_ROOM 32
#define PHASH_BLOCK (PHASH_ROWS * PHASH_STEP)
#define PHASH_ORG_SIDE 32

/* Greys stand in blocks of PHASH_STEP columns: row after row of each.  Where
 * column x of the first row is; row r is r * PHASH_STEP further. */
static inline size_t
phash_place(uint32_t x)
{
	return (size_t)x / PHASH_STEP * PHASH_BLOCK + x % PHASH_STEP;
}

/* A sum with half a byte added. */
static inline uint8_t
phash_byte(int32_t sum)
{
	sum >>= LANCZOS_BITS;
	return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* An output as a sum of moments, see phash_fold.h. */
struct phash_fold {
	uint32_t begin, n; /* in steps; n is 0 for one that is not folded */
	int bits;          /* behind the point, but for the constant ones */
	int32_t scale;     /* of these */
	int32_t least, most;
};

/* The rows' way to fewer columns. */
struct phash_across {
	struct lanczos l;
	size_t stride; /* weights from one output to the next */
	int16_t *upper, *lower;
	uint32_t begin[LANCZOS_OUT_MAX], n[LANCZOS_OUT_MAX];
	int32_t scale[LANCZOS_OUT_MAX]; /* of the upper weights */
	/* With half a byte: the least and the most that lower ones add. */
	int32_t least[LANCZOS_OUT_MAX], most[LANCZOS_OUT_MAX];
	struct phash_fold fold[LANCZOS_OUT_MAX];
	size_t fold_stride; /* pairs from one output to the next */
	int32_t *pairs; /* of coefficients in 16 bits: of a step's two blocks */
	const int16_t *moments;
};

struct phash_ops {
	const char *name;
	/* Greys of n pixels, as ImageHash makes them, to one row's places, n a
	 * multiple of PHASH_STEP but at the row's end; of `there` pixels, which
	 * are as many or more, bytes may be read. */
	void (*grey)(
	    const uint8_t *rgb, uint32_t n, uint32_t there, int16_t *ret);
	/* Greys of PHASH_TOGETHER rows, stride apart, and what `fold` makes of
	 * them, of as many columns as it likes, whole steps; returns how many.
	 * NULL where that gains nothing. */
	uint32_t (*tile)(const uint8_t *rgb, size_t stride, uint32_t n,
	    uint32_t there, int16_t *const grey[PHASH_GROUPS],
	    int16_t *moments);
	/* The weights of output i, by a quick series; v is room for as many
	 * and PHASH_ROOM more.  False when a rounding is too close to call. */
	bool (*weigh)(
	    const struct lanczos *, uint32_t i, double *v, int32_t *ret);
	/* Weights as shifted upper ones and what is left, of which the negative
	 * and the positive are summed. */
	void (*split)(const int32_t *weight, uint32_t n, unsigned shift,
	    int16_t *upper, int16_t *lower, int32_t *ret_less,
	    int32_t *ret_more);
	/* phash_fold.h; NULL where that gains nothing. */
	void (*fold_plan)(struct phash_across *, double *room);
	void (*fold)(const int16_t *grey, uint32_t width, int16_t *ret);
	/* Blocks to `out` bytes a row, the first `rows` of them one after
	 * another. */
	void (*across)(const struct phash_across *,
	    const int16_t *const grey[PHASH_GROUPS], uint32_t rows,
	    uint8_t *ret);
	/* `in` rows of `columns` bytes to `out`; weights are stride apart. */
	void (*down)(const struct lanczos *, const int32_t *weight,
	    size_t stride, const uint8_t *rows, uint32_t columns, uint8_t *ret);
	/* The low `keep` frequencies both ways (or, rows_only, 1 to keep
	 * along the first rows) of side x side greys. */
	void (*cosines)(const uint8_t *grey, unsigned side, unsigned keep,
	    bool rows_only, double *ret);
	/* Sums of 7 x 7 lumas around 32 x 32 places, as pHash.org has them. */
	void (*around)(
	    const struct pixels *, float ret[PHASH_ORG_SIDE][PHASH_ORG_SIDE]);
};

#define PHASH_OPS_KINDS 3
/* All that this machine can run, the plain one first, the fastest last. */
size_t phash_ops_all(const struct phash_ops *ret[PHASH_OPS_KINDS]);
const struct phash_ops *phash_ops_best(void);

extern const struct phash_ops phash_ops_plain;
#ifdef __x86_64__
extern const struct phash_ops phash_ops_avx2;
extern const struct phash_ops phash_ops_avx512;
#endif

#endif
