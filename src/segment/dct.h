/*
 * dct — 8 x 8 samples to quantised coefficients and back, in floating point.
 *
 * Forward: Y. Arai, T. Agui and M. Nakajima, « A fast DCT-SQ scheme for
 * images », Trans. IEICE E71 (1988): five multiplications a row, the rest of
 * the scaling is part of the quantisation.
 */
#ifndef SEGMENT_DCT_H
#define SEGMENT_DCT_H

#include <stdint.h>

struct dct_quant {
	_Alignas(32) float per[64]; /* factor per coefficient, by columns */
	uint16_t table[64];         /* natural order */
};

void dct_quant_init(const uint16_t table[64], struct dct_quant *ret);

/* rows: eight rows of eight samples.  ret: natural order; 16-byte aligned. */
void dct_forward(
    const uint8_t *const rows[8], const struct dct_quant *, int16_t ret[64]);
/* The same in plain C, without the vectors of x86-64. */
void dct_forward_plain(
    const uint8_t *const rows[8], const struct dct_quant *, int16_t ret[64]);

/* Rounded and clipped to 0 … 255, row by row. */
void dct_inverse(
    const int16_t coef[64], const uint16_t table[64], uint8_t ret[64]);

#endif
