/*
 * lanczos — reducing and enlarging grey rows as Pillow does for 8 bits: a
 * window of three lobes, weights of 22 bits, one axis after the other, rounded
 * to a byte between.
 */
#ifndef HASH_LANCZOS_H
#define HASH_LANCZOS_H

#include <stddef.h>
#include <stdint.h>

#define LANCZOS_BITS 22
#define LANCZOS_OUT_MAX 64

/* One axis: output i is made of n[i] samples from first[i] on, with weights
 * from weight + i * stride on.  The same length needs no weights: it is a
 * copy. */
struct lanczos {
	uint32_t in, out;
	uint32_t first[LANCZOS_OUT_MAX], n[LANCZOS_OUT_MAX];
	size_t stride;
	int32_t *weight;
};

/* Weights that an axis takes. */
size_t lanczos_weights(uint32_t in, uint32_t out);
void lanczos_init(struct lanczos *, uint32_t in, uint32_t out, int32_t *weight);

/* A row of `in` samples to `out`. */
void lanczos_row(const struct lanczos *, const uint8_t *row, uint8_t *ret);
/* `in` rows of `columns` samples, stride apart, to `out` rows of columns. */
void lanczos_columns(const struct lanczos *, const uint8_t *rows, size_t stride,
    uint32_t columns, uint8_t *ret);

#endif
