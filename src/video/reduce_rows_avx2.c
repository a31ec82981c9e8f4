/* reduce_rows with AVX2; this file alone is compiled so. */
#include <immintrin.h>

#include "video/reduce_rows.h"

#define LOAD(p) _mm256_loadu_si256((const __m256i_u *)(const void *)(p))

static void
widen(const uint8_t *from, uint32_t n, int16_t *ret)
{
	for (uint32_t x = 0; x < n; x++)
		ret[x] = from[x];
}

static inline __m256i
plus(__m256i sum, __m256i weight, const int16_t *samples)
{
	return _mm256_add_epi32(sum, _mm256_madd_epi16(weight, LOAD(samples)));
}

/* Four rows' sums of one output; a weight is read once for all. */
static inline __m128i
one(const struct reduce_axis *a, uint32_t i, const int16_t *row, size_t from)
{
	const int16_t *w = a->weight + (size_t)i * a->taps, *end = w + a->taps;
	__m256i p = _mm256_setzero_si256(), q = p, r = p, s = p;

	row += a->first[i];
	for (; w < end; w += REDUCE_STEP, row += REDUCE_STEP) {
		__m256i v = LOAD(w);

		p = plus(p, v, row);
		q = plus(q, v, row + from);
		r = plus(r, v, row + 2 * from);
		s = plus(s, v, row + 3 * from);
	}
	p = _mm256_hadd_epi32(_mm256_hadd_epi32(p, q), _mm256_hadd_epi32(r, s));
	return _mm_srai_epi32(_mm_add_epi32(_mm256_castsi256_si128(p),
				  _mm256_extracti128_si256(p, 1)),
	    7);
}

static void
reduce_rows(
    const struct reduce_axis *a, const int16_t *row, size_t from, int16_t *ret)
{
	for (uint32_t i = 0; i < a->out; i++) {
		__m128i four = one(a, i, row, from);

		four = _mm_packs_epi32(four, four);
		ret[i] = (int16_t)_mm_extract_epi16(four, 0);
		ret[REDUCE_OUT_MAX + i] = (int16_t)_mm_extract_epi16(four, 1);
		ret[2 * REDUCE_OUT_MAX + i] =
		    (int16_t)_mm_extract_epi16(four, 2);
		ret[3 * REDUCE_OUT_MAX + i] =
		    (int16_t)_mm_extract_epi16(four, 3);
	}
}

/* Sixteen columns: two rows side by side, as unpacking leaves them. */
static inline void
sixteen(const int16_t *w, uint32_t taps, const int16_t *row, int16_t *ret)
{
	__m256i low = _mm256_set1_epi32(1 << 18), high = low;

	for (uint32_t k = 0; k < taps; k += 2, row += 2 * REDUCE_OUT_MAX) {
		__m256i pair = _mm256_set1_epi32(
		    (int)((uint32_t)(uint16_t)w[k + 1] << 16 | (uint16_t)w[k]));
		__m256i p = LOAD(row), q = LOAD(row + REDUCE_OUT_MAX);

		low = _mm256_add_epi32(
		    low, _mm256_madd_epi16(pair, _mm256_unpacklo_epi16(p, q)));
		high = _mm256_add_epi32(
		    high, _mm256_madd_epi16(pair, _mm256_unpackhi_epi16(p, q)));
	}
	_mm256_storeu_si256((__m256i_u *)(void *)ret,
	    _mm256_packs_epi32(
		_mm256_srai_epi32(low, 19), _mm256_srai_epi32(high, 19)));
}

static void
reduce_columns(const struct reduce_axis *a, const int16_t *rows,
    uint32_t columns, int16_t *ret)
{
	for (uint32_t i = 0; i < a->out; i++)
		for (uint32_t x = 0; x < columns; x += 16, ret += 16)
			sixteen(a->weight + (size_t)i * a->taps, a->taps,
			    rows + (size_t)a->first[i] * REDUCE_OUT_MAX + x,
			    ret);
}

const struct reduce_ops reduce_ops_avx2 = {
    "avx2", widen, reduce_rows, reduce_columns};
