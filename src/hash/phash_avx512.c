/* phash_lanes for x86-64 with AVX-512 (F, BW, DQ, VL, VBMI and VNNI); this file
 * alone is compiled so. */
#include "hash/phash_x86.h"

#define LANES 8

typedef double dvec __attribute__((vector_size(LANES * sizeof(double))));

static inline dvec
multiply_add(dvec a, dvec b, dvec c)
{
	return _mm512_fmadd_pd(a, b, c);
}

/* One row's pair each: sums of 16 rows in one vector. */
static inline __attribute__((always_inline)) void
folded(const struct phash_across *a, uint32_t i, int32_t *ret)
{
	const struct phash_fold *f = &a->fold[i];
	const int32_t *c = a->pairs + i * a->fold_stride;
	const int32_t *end = c + (size_t)f->n * FOLD_MOMENTS;
	const int16_t *v = a->moments + (size_t)f->begin * FOLD_MOMENTS * 32;
	__m512i constant = _mm512_setzero_si512(), sum[FOLD_MOMENTS - 1];

	for (int m = 0; m < FOLD_MOMENTS - 1; m++)
		sum[m] = constant;
	for (; c < end; c += FOLD_MOMENTS, v += FOLD_MOMENTS * 32) {
		constant = _mm512_dpwssd_epi32(
		    constant, _mm512_loadu_si512(v), _mm512_set1_epi32(c[0]));
#pragma GCC unroll 4
		for (int m = 1; m < FOLD_MOMENTS; m++)
			sum[m - 1] = _mm512_dpwssd_epi32(sum[m - 1],
			    _mm512_loadu_si512(v + 32 * m),
			    _mm512_set1_epi32(c[m]));
	}
	sum[0] = _mm512_add_epi32(
	    _mm512_add_epi32(sum[0], sum[1]), _mm512_add_epi32(sum[2], sum[3]));
	sum[0] = _mm512_sra_epi32(sum[0], _mm_cvtsi32_si128(f->bits));
	constant = _mm512_mullo_epi32(constant, _mm512_set1_epi32(f->scale));
	_mm512_storeu_si512(ret, _mm512_add_epi32(constant, sum[0]));
}

/* Sums to values of 0 to 255 in 32 bits. */
static inline __m512i
to_bytes(__m512i sum)
{
	return _mm512_min_epi32(
	    _mm512_max_epi32(
		_mm512_srai_epi32(sum, LANCZOS_BITS), _mm512_setzero_si512()),
	    _mm512_set1_epi32(255));
}

/* Bit r: row r has another byte with the least than with the most. */
static inline __attribute__((always_inline)) uint32_t
bytes_of(const int32_t *sum, int32_t least, int32_t most, uint8_t *ret)
{
	__m512i all = _mm512_loadu_si512(sum);
	__m512i low = to_bytes(_mm512_add_epi32(all, _mm512_set1_epi32(least)));
	__m512i high = to_bytes(_mm512_add_epi32(all, _mm512_set1_epi32(most)));

	_mm_storeu_si128((__m128i *)(void *)ret, _mm512_cvtepi32_epi8(low));
	return _mm512_cmpneq_epi32_mask(low, high);
}

/* Bytes of 16 pixels of three as pairs of two colours, zeroes between: the
 * first one's place in each. */
static inline __m512i
places(int first)
{
	const __m512i step =
	    _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7,
				   6, 5, 4, 3, 2, 1, 0),
		_mm512_set1_epi32(0x30003));

	return _mm512_add_epi32(
	    step, _mm512_set1_epi32(0x10000 + 0x10001 * first));
}

static inline __m512i
sixteen_greys(const uint8_t *p)
{
	const __mmask64 colours = 0x5555555555555555;
	__m512i all = _mm512_loadu_si512(p);
	__m512i sum = _mm512_dpwssd_epi32(_mm512_set1_epi32(32768),
	    _mm512_maskz_permutexvar_epi8(colours, places(0), all),
	    _mm512_set1_epi32(19235 * 65536 + 19595));

	sum = _mm512_dpwssd_epi32(sum,
	    _mm512_maskz_permutexvar_epi8(colours, places(1), all),
	    _mm512_set1_epi32(7471 * 65536 + 19235));
	return _mm512_srli_epi32(sum, 16);
}

/* As many as can be read without going behind the row. */
static inline __attribute__((always_inline)) uint32_t
grey_quickly(const uint8_t *rgb, uint32_t n, int16_t *ret)
{
	uint32_t x = 0;

	for (; x + 16 + 6 <= n; x += 16)
		_mm256_storeu_si256((__m256i *)(void *)(ret + phash_place(x)),
		    _mm512_cvtepi32_epi16(sixteen_greys(rgb + (size_t)3 * x)));
	return x;
}

#include "hash/phash_lanes.h"

const struct phash_ops phash_ops_avx512 = {"avx512", grey, weigh, split,
    fold_plan_avx2, fold_rows_avx2, across, down, cosines, around};
