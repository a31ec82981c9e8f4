/* Whole planes made narrower with AVX-512 (F, BW, VNNI); this file alone is
 * compiled so. */
#include <immintrin.h>

#include "video/reduce_rows.h"

#define ROWS 16          /* done together */
#define STEP 64          /* samples of a row in a vector */
#define QUADS (STEP / 4) /* of which four stand in one lane */

/* Lane k of vector r becomes lane r of vector k. */
static inline __attribute__((always_inline)) void
turn(__m512i v[16])
{
	__m512i w[16];

#pragma GCC unroll 8
	for (int i = 0; i < 16; i += 2) {
		w[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
		w[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
	}
#pragma GCC unroll 4
	for (int i = 0; i < 16; i += 4) {
		v[i] = _mm512_unpacklo_epi64(w[i], w[i + 2]);
		v[i + 1] = _mm512_unpackhi_epi64(w[i], w[i + 2]);
		v[i + 2] = _mm512_unpacklo_epi64(w[i + 1], w[i + 3]);
		v[i + 3] = _mm512_unpackhi_epi64(w[i + 1], w[i + 3]);
	}
	/* Now quarter q of v[4 * i + k] is column 4 * q + k of rows 4 * i. */
#pragma GCC unroll 4
	for (int k = 0; k < 4; k++) {
		__m512i a = _mm512_shuffle_i32x4(v[k], v[4 + k], 0x88);
		__m512i b = _mm512_shuffle_i32x4(v[k], v[4 + k], 0xdd);
		__m512i c = _mm512_shuffle_i32x4(v[8 + k], v[12 + k], 0x88);
		__m512i d = _mm512_shuffle_i32x4(v[8 + k], v[12 + k], 0xdd);

		w[k] = _mm512_shuffle_i32x4(a, c, 0x88);
		w[8 + k] = _mm512_shuffle_i32x4(a, c, 0xdd);
		w[4 + k] = _mm512_shuffle_i32x4(b, d, 0x88);
		w[12 + k] = _mm512_shuffle_i32x4(b, d, 0xdd);
	}
#pragma GCC unroll 16
	for (int i = 0; i < 16; i++)
		v[i] = w[i];
}

/* Sixteen rows, four columns of all of them behind one another. */
static void
turn_rows(const uint8_t *const row[ROWS], uint32_t n, uint8_t *ret)
{
	for (uint32_t x = 0; x < n; x += STEP, ret += STEP * ROWS) {
		__mmask64 there =
		    n - x < STEP ? ~(~(__mmask64)0 << (n - x)) : ~(__mmask64)0;
		__m512i v[ROWS];

#pragma GCC unroll 16
		for (int r = 0; r < ROWS; r++)
			v[r] = _mm512_maskz_loadu_epi8(there, row[r] + x);
		turn(v);
#pragma GCC unroll 16
		for (size_t k = 0; k < QUADS; k++)
			_mm512_storeu_si512(ret + k * STEP, v[k]);
	}
}

/* Output i of sixteen rows.  The upper parts of the weights count 128 times:
 * cut by 7 bits, their sum is itself. */
static inline __attribute__((always_inline)) __m512i
sums(const struct reduce_axis *a, uint32_t i, const uint8_t *quads)
{
	const int32_t *w = a->quad + (size_t)i * 2 * a->quads;
	const int32_t *end = w + (size_t)2 * a->quads;
	const uint8_t *v = quads + (size_t)(a->first[i] / 4) * 4 * ROWS;
	__m512i upper = _mm512_setzero_si512(), lower = upper;

	for (; w < end; w += 2, v += 4 * ROWS) {
		__m512i four = _mm512_loadu_si512(v);

		upper =
		    _mm512_dpbusd_epi32(upper, four, _mm512_set1_epi32(w[0]));
		lower =
		    _mm512_dpbusd_epi32(lower, four, _mm512_set1_epi32(w[1]));
	}
	upper = _mm512_add_epi32(upper, _mm512_srai_epi32(lower, 7));
	return _mm512_min_epi32(upper, _mm512_set1_epi32(INT16_MAX));
}

/* Outputs i to i + 32 of sixteen rows. */
static void
reduce_some(
    const struct reduce_axis *a, uint32_t i, const uint8_t *quads, int16_t *ret)
{
	__m512i v[16];

	for (uint32_t k = 0; k < 16; k++)
		v[k] = _mm512_mask_blend_epi16(0xaaaaaaaa,
		    sums(a, i + 2 * k, quads),
		    _mm512_slli_epi32(sums(a, i + 2 * k + 1, quads), 16));
	turn(v);
	for (int r = 0; r < ROWS; r++)
		_mm512_storeu_si512(ret + r * REDUCE_OUT_MAX, v[r]);
}

/* From the last row on: of a frame just decoded these are in the cache. */
void
reduce_plane_avx512(const struct reduce_axis *a, const uint8_t *plane,
    ptrdiff_t stride, uint32_t height, uint8_t *room, int16_t *ret)
{
	for (uint32_t y = (height - 1) / ROWS * ROWS;; y -= ROWS) {
		const uint8_t *row[ROWS];

		for (uint32_t r = 0; r < ROWS; r++)
			row[r] = plane +
				 (y + r < height ? y + r : height - 1) * stride;
		turn_rows(row, a->in, room);
		for (uint32_t i = 0; i < a->out; i += 32)
			reduce_some(
			    a, i, room, ret + (size_t)y * REDUCE_OUT_MAX + i);
		if (y == 0)
			return;
	}
}
