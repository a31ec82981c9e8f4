/* phash_lanes for x86-64 with AVX2 and FMA; this file alone is compiled so. */
#include "hash/phash_x86.h"

#define LANES 4

typedef double dvec __attribute__((vector_size(LANES * sizeof(double))));

static inline dvec
multiply_add(dvec a, dvec b, dvec c)
{
	return _mm256_fmadd_pd(a, b, c);
}

static inline __m256i
plus(__m256i sum, __m256i pair, const int16_t *moments)
{
	return _mm256_add_epi32(sum, products(pair, moments));
}

static inline void
put_folded(
    const struct phash_fold *f, __m256i constant, __m256i other, int32_t *ret)
{
	constant = _mm256_mullo_epi32(constant, _mm256_set1_epi32(f->scale));
	other = _mm256_sra_epi32(other, _mm_cvtsi32_si128(f->bits));
	_mm256_storeu_si256(
	    (__m256i *)(void *)ret, _mm256_add_epi32(constant, other));
}

/* The same of two groups by their moments. */
static inline __attribute__((always_inline)) void
folded(const struct phash_across *a, uint32_t i, int32_t *ret)
{
	const struct phash_fold *f = &a->fold[i];
	const int32_t *c = a->pairs + i * a->fold_stride;
	const int32_t *end = c + (size_t)f->n * FOLD_MOMENTS;
	const int16_t *v = a->moments + (size_t)f->begin * FOLD_MOMENTS * 32;
	__m256i constant = _mm256_setzero_si256(), other = constant;
	__m256i constant_two = constant, other_two = constant;

	for (; c < end; c += FOLD_MOMENTS, v += FOLD_MOMENTS * 32) {
		__m256i pair = _mm256_set1_epi32(c[0]);

		constant = plus(constant, pair, v);
		constant_two = plus(constant_two, pair, v + 16);
#pragma GCC unroll 4
		for (int m = 1; m < FOLD_MOMENTS; m++) {
			pair = _mm256_set1_epi32(c[m]);
			other = plus(other, pair, v + 32 * m);
			other_two = plus(other_two, pair, v + 32 * m + 16);
		}
	}
	put_folded(f, constant, other, ret);
	put_folded(f, constant_two, other_two, ret + PHASH_ROWS);
}

/* Sums to values of 0 to 255 in 32 bits. */
static inline __m256i
to_bytes(__m256i sum)
{
	return _mm256_min_epi32(
	    _mm256_max_epi32(
		_mm256_srai_epi32(sum, LANCZOS_BITS), _mm256_setzero_si256()),
	    _mm256_set1_epi32(255));
}

/* Bit r: row r has another byte with the least than with the most. */
static inline __attribute__((always_inline)) uint32_t
bytes_of_eight(const int32_t *sum, int32_t least, int32_t most, uint8_t *ret)
{
	__m256i all = _mm256_loadu_si256((const __m256i *)(const void *)sum);
	__m256i low = to_bytes(_mm256_add_epi32(all, _mm256_set1_epi32(least)));
	__m256i high = to_bytes(_mm256_add_epi32(all, _mm256_set1_epi32(most)));
	int same = _mm256_movemask_ps(
	    _mm256_castsi256_ps(_mm256_cmpeq_epi32(low, high)));
	__m128i half = _mm_packs_epi32(
	    _mm256_castsi256_si128(low), _mm256_extracti128_si256(low, 1));

	_mm_storel_epi64((__m128i *)(void *)ret, _mm_packus_epi16(half, half));
	return ~(uint32_t)same & 255;
}

static inline __attribute__((always_inline)) uint32_t
bytes_of(const int32_t *sum, int32_t least, int32_t most, uint8_t *ret)
{
	return bytes_of_eight(sum, least, most, ret) |
	       bytes_of_eight(sum + PHASH_ROWS, least, most, ret + PHASH_ROWS)
		   << PHASH_ROWS;
}

static inline __m256i
eight_greys(const uint8_t *p)
{
	__m256i eight = eight_pixels(p);
	__m256i sum = _mm256_add_epi32(
	    _mm256_madd_epi16(two_colours(eight, 0), pair(19595, 19235)),
	    _mm256_madd_epi16(two_colours(eight, 1), pair(19235, 7471)));

	return _mm256_srli_epi32(
	    _mm256_add_epi32(sum, _mm256_set1_epi32(32768)), 16);
}

/* As many as can be read without going behind what is there. */
static inline __attribute__((always_inline)) uint32_t
grey_quickly(const uint8_t *rgb, uint32_t n, uint32_t there, int16_t *ret)
{
	uint32_t x = 0;

	for (; x + 16 <= n && x + 16 + 3 <= there; x += 16) {
		__m256i left = eight_greys(rgb + (size_t)3 * x);
		__m256i right = eight_greys(rgb + (size_t)3 * x + 24);

		_mm256_storeu_si256((__m256i *)(void *)(ret + phash_place(x)),
		    _mm256_permute4x64_epi64(
			_mm256_packs_epi32(left, right), 0xd8));
	}
	return x;
}

#include "hash/phash_lanes.h"

const struct phash_ops phash_ops_avx2 = {"avx2", grey, NULL, weigh, split,
    fold_plan_avx2, fold_rows_avx2, across, down, cosines, around};
