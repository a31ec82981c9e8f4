/*
 * phash_x86 — what phash_lanes.h asks for, with vectors of 256 bits.  Included
 * once by each kind for x86-64, which defines behind it with vectors of its own
 * width LANES, dvec and multiply_add, bytes_of, grey_quickly, and
 *
 *	folded          sums of PHASH_TOGETHER rows by their moments
 *
 * All these are of whole numbers: the kinds give the same bits.
 */
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "hash/phash_fold.h"

#pragma GCC diagnostic ignored "-Wcast-qual"

static inline __m256i
load16(const int16_t *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline __m256i
products(__m256i weight, const int16_t *p)
{
	return _mm256_madd_epi16(weight, load16(p));
}

/* Eight rows share the reading of a weight; named one by one, since compilers
 * move an array of sums to and fro. */
static inline __attribute__((always_inline)) void
dots(const int16_t *w, const int16_t *block, uint32_t n, int32_t scale,
    int32_t ret[PHASH_ROWS])
{
	__m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
	__m256i e = a, f = a, g = a, h = a;

	for (const int16_t *end = w + n; w < end;
	     w += PHASH_STEP, block += PHASH_BLOCK) {
		__m256i v = load16(w);

		a = _mm256_add_epi32(a, products(v, block));
		b = _mm256_add_epi32(b, products(v, block + PHASH_STEP));
		c = _mm256_add_epi32(c, products(v, block + 2 * PHASH_STEP));
		d = _mm256_add_epi32(d, products(v, block + 3 * PHASH_STEP));
		e = _mm256_add_epi32(e, products(v, block + 4 * PHASH_STEP));
		f = _mm256_add_epi32(f, products(v, block + 5 * PHASH_STEP));
		g = _mm256_add_epi32(g, products(v, block + 6 * PHASH_STEP));
		h = _mm256_add_epi32(h, products(v, block + 7 * PHASH_STEP));
	}
	a = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
	e = _mm256_hadd_epi32(_mm256_hadd_epi32(e, f), _mm256_hadd_epi32(g, h));
	_mm256_storeu_si256((__m256i *)(void *)ret,
	    _mm256_mullo_epi32(
		_mm256_add_epi32(_mm256_permute2x128_si256(a, e, 0x20),
		    _mm256_permute2x128_si256(a, e, 0x31)),
		_mm256_set1_epi32(scale)));
}

/* Sums of output i over PHASH_TOGETHER rows. */
static void folded(const struct phash_across *, uint32_t i, int32_t *ret);
static uint32_t grey_quickly(
    const uint8_t *rgb, uint32_t n, uint32_t there, int16_t *ret);

static inline __attribute__((always_inline)) void
nearly(const struct phash_across *a, uint32_t i,
    const int16_t *const grey[PHASH_GROUPS], int32_t *ret, int32_t *ret_least,
    int32_t *ret_most)
{
	if (a->fold[i].n != 0) {
		folded(a, i, ret);
		*ret_least = a->fold[i].least;
		*ret_most = a->fold[i].most;
		return;
	}
	for (size_t g = 0; g < PHASH_GROUPS; g++)
		dots(a->upper + i * a->stride,
		    grey[g] + phash_place(a->begin[i]), a->n[i], a->scale[i],
		    ret + g * PHASH_ROWS);
	*ret_least = a->least[i];
	*ret_most = a->most[i];
}

/* One row's sum of products with all bits of the weights. */
static inline int32_t
exactly(const struct phash_across *a, uint32_t i, const int16_t *block)
{
	const int16_t *w = a->upper + i * a->stride, *end = w + a->n[i];
	const int16_t *rest = a->lower + i * a->stride;
	__m256i sum = _mm256_setzero_si256(), less = sum;
	__m128i half;

	for (; w < end; w += PHASH_STEP, rest += PHASH_STEP) {
		sum = _mm256_add_epi32(sum, products(load16(w), block));
		less = _mm256_add_epi32(less, products(load16(rest), block));
		block += PHASH_BLOCK;
	}
	sum = _mm256_add_epi32(
	    less, _mm256_mullo_epi32(sum, _mm256_set1_epi32(a->scale[i])));
	half = _mm_add_epi32(
	    _mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
	half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
	half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
	return _mm_cvtsi128_si32(half);
}

/* Eight outputs of sixteen rows each to rows of eight. */
static inline void
turn_eight(const uint8_t *byte, size_t stride, uint8_t *ret)
{
	__m128i a[8], b[8];

	for (int i = 0; i < 4; i++) {
		__m128i one = _mm_loadu_si128(
		    (const __m128i *)(const void *)(byte + i * 16));
		__m128i other = _mm_loadu_si128(
		    (const __m128i *)(const void *)(byte + (i + 4) * 16));

		a[i] = _mm_unpacklo_epi8(one, other);
		a[i + 4] = _mm_unpackhi_epi8(one, other);
	}
	for (int i = 0; i < 8; i += 4)
		for (int k = 0; k < 2; k++) {
			b[i + k] = _mm_unpacklo_epi8(a[i + k], a[i + k + 2]);
			b[i + k + 2] =
			    _mm_unpackhi_epi8(a[i + k], a[i + k + 2]);
		}
	for (int i = 0; i < 8; i += 2) {
		__m128i two = _mm_unpacklo_epi8(b[i], b[i + 1]);
		__m128i next = _mm_unpackhi_epi8(b[i], b[i + 1]);

		_mm_storel_epi64((__m128i *)(void *)ret, two);
		_mm_storel_epi64((__m128i *)(void *)(ret + stride),
		    _mm_unpackhi_epi64(two, two));
		_mm_storel_epi64((__m128i *)(void *)(ret + 2 * stride), next);
		_mm_storel_epi64((__m128i *)(void *)(ret + 3 * stride),
		    _mm_unpackhi_epi64(next, next));
		ret += 4 * stride;
	}
}

static inline uint32_t
turn_quickly(const uint8_t *byte, uint32_t out, uint32_t rows, uint8_t *ret)
{
	uint32_t i = 0;

	for (; rows == PHASH_TOGETHER && i + 8 <= out; i += 8)
		turn_eight(byte + i * PHASH_TOGETHER, out, ret + i);
	return i;
}

/* Columns behind the last mean nothing.  Two sums: one alone would wait. */
static inline __attribute__((always_inline)) void
down_eight(const int32_t *w, uint32_t n, const uint8_t *row, uint32_t columns,
    int32_t ret[8])
{
	__m256i sum = _mm256_set1_epi32(1 << (LANCZOS_BITS - 1));
	__m256i other = _mm256_setzero_si256();
	uint32_t k = 0;

	for (; k + 1 < n; k += 2, row += 2 * (size_t)columns) {
		__m256i here = _mm256_cvtepu8_epi32(
		    _mm_loadl_epi64((const __m128i *)(const void *)row));
		__m256i next = _mm256_cvtepu8_epi32(_mm_loadl_epi64(
		    (const __m128i *)(const void *)(row + columns)));

		sum = _mm256_add_epi32(
		    sum, _mm256_mullo_epi32(here, _mm256_set1_epi32(w[k])));
		other = _mm256_add_epi32(other,
		    _mm256_mullo_epi32(next, _mm256_set1_epi32(w[k + 1])));
	}
	if (k < n)
		sum = _mm256_add_epi32(sum,
		    _mm256_mullo_epi32(_mm256_cvtepu8_epi32(_mm_loadl_epi64(
					   (const __m128i *)(const void *)row)),
			_mm256_set1_epi32(w[k])));
	_mm256_storeu_si256(
	    (__m256i *)(void *)ret, _mm256_add_epi32(sum, other));
}

/* Eight pixels, 24 bytes of the 32 that are read, as four in each half. */
static inline __m256i
eight_pixels(const uint8_t *p)
{
	return _mm256_permutevar8x32_epi32(
	    _mm256_loadu_si256((const __m256i *)(const void *)p),
	    _mm256_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5));
}

/* Two neighbouring colours of each pixel as 16 bits each. */
static inline __m256i
two_colours(__m256i eight, int first)
{
	const __m256i at =
	    _mm256_set1_epi32((int)(0x80008000u | 0x10000u * 1u));
	const __m256i step = _mm256_setr_epi32(
	    0, 0x30003, 0x60006, 0x90009, 0, 0x30003, 0x60006, 0x90009);

	return _mm256_shuffle_epi8(
	    eight, _mm256_add_epi8(_mm256_add_epi8(at, step),
		       _mm256_set1_epi32(first * 0x10001)));
}

static inline __m256i
pair(int first, int second)
{
	return _mm256_set1_epi32(second * 65536 + first);
}

/* Seven lumas from x on of seven rows, where eleven pixels can be read. */
static inline __attribute__((always_inline)) bool
around_quickly(
    const uint8_t *const row[7], const struct pixels *px, int64_t x, float *ret)
{
	__m256i sum = _mm256_setzero_si256();
	__m128i half;

	if (px->channels != 3 || x < 0 || x + 11 > px->width)
		return false;
	for (int i = 0; i < 7; i++) {
		__m256i eight = eight_pixels(row[i] + 3 * x);
		__m256i luma = _mm256_add_epi32(
		    _mm256_madd_epi16(two_colours(eight, 0), pair(66, 129)),
		    _mm256_madd_epi16(two_colours(eight, 1), pair(0, 25)));

		sum = _mm256_add_epi32(sum,
		    _mm256_srli_epi32(
			_mm256_add_epi32(luma, _mm256_set1_epi32(128)), 8));
	}
	sum = _mm256_insert_epi32(sum, 0, 7);
	half = _mm_add_epi32(
	    _mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
	half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
	half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
	*ret = (float)(_mm_cvtsi128_si32(half) + 49 * 16);
	return true;
}
