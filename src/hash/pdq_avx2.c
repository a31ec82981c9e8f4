/* pdq_lanes for x86-64 with AVX2 and FMA; this file alone is compiled so. */
#include <immintrin.h>
#include <string.h>

#include "hash/pdq_ops.h"
#include "hash/pdq_table.h"

#pragma GCC diagnostic ignored "-Wcast-qual"

#define LANES 8
#define RGB_BYTES 32 /* 24 are used */
#define GREY_BYTES 8

typedef __m256 vec;
typedef int32_t ivec __attribute__((vector_size(32)));

static inline vec
all(float f)
{
	return _mm256_set1_ps(f);
}

/* The quotient of a correctly rounded inverse, corrected by its exact rest,
 * is correctly rounded (Markstein, 1990); tried for every divisor that occurs
 * and every significand. */
static inline vec
divide(vec s, vec count, vec inverse)
{
	vec q = s * inverse;

	return _mm256_fmadd_ps(_mm256_fnmadd_ps(count, q, s), inverse, q);
}

static inline void
turn(vec v[LANES])
{
	vec a[LANES], b[LANES];

	for (int i = 0; i < LANES; i += 2) {
		a[i] = _mm256_unpacklo_ps(v[i], v[i + 1]);
		a[i + 1] = _mm256_unpackhi_ps(v[i], v[i + 1]);
	}
	for (int i = 0; i < LANES; i += 4) {
		b[i] = _mm256_shuffle_ps(a[i], a[i + 2], 0x44);
		b[i + 1] = _mm256_shuffle_ps(a[i], a[i + 2], 0xee);
		b[i + 2] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0x44);
		b[i + 3] = _mm256_shuffle_ps(a[i + 1], a[i + 3], 0xee);
	}
	for (int i = 0; i < LANES / 2; i++) {
		v[i] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
		v[i + 4] = _mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
	}
}

static inline vec
luma_grey(const uint8_t *p)
{
	return _mm256_cvtepi32_ps(
	    _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}

/* One colour of twelve bytes in each half, as integers. */
static inline vec
colour(__m256i twelves, int first)
{
	const __m256i at = _mm256_set1_epi32((int)0x80808000);
	const __m256i step = _mm256_setr_epi32(0, 3, 6, 9, 0, 3, 6, 9);

	return _mm256_cvtepi32_ps(_mm256_shuffle_epi8(
	    twelves, _mm256_add_epi32(at,
			 _mm256_add_epi32(step, _mm256_set1_epi32(first)))));
}

static inline vec
luma_rgb(const uint8_t *p)
{
	__m256i bytes = _mm256_loadu_si256((const __m256i *)p);
	__m256i twelves = _mm256_permutevar8x32_epi32(
	    bytes, _mm256_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5));

	return _mm256_set1_ps(0.299f) * colour(twelves, 0) +
	       _mm256_set1_ps(0.587f) * colour(twelves, 1) +
	       _mm256_set1_ps(0.114f) * colour(twelves, 2);
}

#include "hash/pdq_lanes.h"

const struct pdq_ops pdq_ops_avx2 = {
    "avx2", lumas, shrink, transform, gradient, median};
