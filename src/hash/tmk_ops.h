/* tmk_ops — the inner loops of tmk.c, in plain C and with AVX2; accumulators
 * have the same bits, scores differ in the last place at most. */
#ifndef HASH_TMK_OPS_H
#define HASH_TMK_OPS_H

#include "hash/tmk.h"

struct tmk_ops {
	/* sum[k] += y[k] * factor in binary64, rounded once. */
	void (*add)(float *sum, const float *y, double factor);
	float (*dot)(const float *, const float *);
	/* Over n offsets, the largest of even[0] + sum of cos(j angle) even[j]
	 * + sin(j angle) odd[j]. */
	float (*best)(const float *step, const float *sine, size_t n,
	    const float *even, const float *odd);
};

extern const struct tmk_ops tmk_ops_plain;
#ifdef __x86_64__
extern const struct tmk_ops tmk_ops_avx2;
#endif

#endif
