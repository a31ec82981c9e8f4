/*
 * lanczos — reducing and enlarging grey rows as Pillow does for 8 bits: a
 * window of three lobes, weights of 22 bits, one axis after the other, rounded
 * to a byte between.
 */
#ifndef HASH_LANCZOS_H
#define HASH_LANCZOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LANCZOS_BITS 22
#define LANCZOS_LOBES 3.0
#define LANCZOS_OUT_MAX 64

/* One axis: output i is made of n[i] samples from first[i] on.  The same length
 * needs no weights: it is a copy. */
struct lanczos {
	uint32_t in, out;
	double fine;            /* lobes a sample */
	uint32_t period, shift; /* so many outputs on, samples repeat */
	uint32_t first[LANCZOS_OUT_MAX], n[LANCZOS_OUT_MAX];
	double centre[LANCZOS_OUT_MAX];
};

void lanczos_init(struct lanczos *, uint32_t in, uint32_t out);
/* No output is made of more samples. */
size_t lanczos_samples_max(uint32_t in, uint32_t out);
/* An output before i whose window lies alike among its samples and is cut off
 * nowhere else: where no rounding is near, its weights are the same. */
bool lanczos_before(const struct lanczos *, uint32_t i, uint32_t *ret);
/* The n[i] weights of output i. */
void lanczos_weigh(const struct lanczos *, uint32_t i, int32_t *ret);

#endif
