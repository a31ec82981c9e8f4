/*
 * scale_row — the two inner loops of scale.c, in plain C and with the vectors
 * of x86-64 (SSE2 always, AVX2 where the processor has it); all give the same
 * bytes.
 */
#ifndef MEDIA_SCALE_ROW_H
#define MEDIA_SCALE_ROW_H

#include <stddef.h>
#include <stdint.h>

#define SCALE_WEIGHT_BITS 14 /* weights of one output sum to 1 << 14 */
#define SCALE_EXTRA_BITS 4   /* fraction kept between the two passes */
#define SCALE_ROW_STEP 32    /* rows are readable up to a multiple of this */
#define SCALE_TAP_STEP 8     /* horizontal weights come in eights */

struct scale_row_ops {
	/* out[x] = sum of weight[k] * row[k][x], in 1/16; taps is even. */
	void (*blend)(const uint8_t *const *row, const int16_t *weight,
	    unsigned taps, int16_t *out, size_t n);
	/* out[j] = sum of weight[j * taps + k] * in[start[j] + k]; n is the
	 * count of outputs, taps a multiple of SCALE_TAP_STEP. */
	void (*reduce)(const int16_t *in, const uint32_t *start,
	    const int16_t *weight, unsigned taps, uint8_t *out, size_t n);
};

/* All that this machine can run, the plain one first, the fastest last;
 * returns how many. */
#define SCALE_ROW_KINDS 3
size_t scale_row_all(const struct scale_row_ops *ret[SCALE_ROW_KINDS]);
const struct scale_row_ops *scale_row_best(void);

#endif
