/*
 * phash_fold — rows reduced by far as moments: of every FOLD_BLOCK greys five
 * sums, weighed by polynomials of degree 0 to 4, stand for the sixteen, and a
 * window is a sum of moments.  What a window differs from its polynomials is
 * known in advance; where it can change a byte, the greys are asked.
 */
#ifndef HASH_PHASH_FOLD_H
#define HASH_PHASH_FOLD_H

#include "hash/phash_ops.h"

#define FOLD_BLOCK PHASH_STEP
#define FOLD_STEP (2 * FOLD_BLOCK) /* two blocks stand side by side */
#define FOLD_MOMENTS 5
#define FOLD_PAIRS (2 * PHASH_TOGETHER) /* values of one moment of a step */
#define FOLD_UNSURE 0.15                /* of all bytes, at most */
#define FOLD_SCALE_MIN 24 /* greys an output; under it nothing is gained */

/* Polynomials of the odd numbers x = -15 to 15, as whole numbers small enough
 * for sums of sixteen products in 16 bits: 1, x, t - 10, c - 7 x, q - 4 t + 10
 * with t = (x^2 - 1) / 8, c = (x^3 - x) / 24, q = (x^2 - 1)(x^2 - 9) / 384.
 * The fourth is halved, in one sum or in two of which each is cut. */
extern const int8_t fold_basis[FOLD_MOMENTS][FOLD_BLOCK];
#define FOLD_HALVED 3

/* Values of 16 bits that the moments of PHASH_ROWS rows take. */
static inline size_t
fold_room(uint32_t width)
{
	return ((size_t)width + FOLD_STEP - 1) / FOLD_STEP * FOLD_MOMENTS *
	       PHASH_ROWS * 2 * PHASH_GROUPS;
}

/* Pairs of coefficients of one output, at most. */
static inline size_t
fold_stride(uint32_t in, uint32_t out)
{
	return (lanczos_samples_max(in, out) / FOLD_STEP + 3) * FOLD_MOMENTS;
}

/* Coefficients of the outputs that are better folded; room is that of weigh. */
void fold_plan_avx2(struct phash_across *, double *room);
/* The moments of the rows, `width` wide and zero up to a whole step. */
void fold_rows_avx2(const int16_t *grey, uint32_t width, int16_t *ret);

#endif
