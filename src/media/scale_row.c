#include "media/scale_row.h"

#define BLEND_SHIFT (SCALE_WEIGHT_BITS - SCALE_EXTRA_BITS)
#define BLEND_HALF (1 << (BLEND_SHIFT - 1))
#define REDUCE_SHIFT (SCALE_WEIGHT_BITS + SCALE_EXTRA_BITS)
#define REDUCE_HALF (1 << (REDUCE_SHIFT - 1))

static void
blend_plain(const uint8_t *const *row, const int16_t *weight, unsigned taps,
    int16_t *out, size_t n)
{
	for (size_t x = 0; x < n; x++) {
		int32_t sum = BLEND_HALF;

		for (unsigned k = 0; k < taps; k++)
			sum += weight[k] * row[k][x];
		out[x] = (int16_t)(sum >> BLEND_SHIFT);
	}
}

static void
reduce_plain(const int16_t *in, const uint32_t *start, const int16_t *weight,
    unsigned taps, uint8_t *out, size_t n)
{
	for (size_t j = 0; j < n; j++, weight += taps) {
		const int16_t *p = in + start[j];
		int32_t sum = REDUCE_HALF;

		for (unsigned k = 0; k < taps; k++)
			sum += weight[k] * p[k];
		sum >>= REDUCE_SHIFT;
		out[j] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
	}
}

static const struct scale_row_ops plain = {blend_plain, reduce_plain};

#ifdef __SSE2__
#include <immintrin.h>

#pragma GCC diagnostic ignored "-Wcast-qual"

static __m128i
load(const void *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

static __m128i
narrow(__m128i a, __m128i b)
{
	return _mm_packs_epi32(
	    _mm_srai_epi32(a, BLEND_SHIFT), _mm_srai_epi32(b, BLEND_SHIFT));
}

/* Two rows at a time: their bytes are paired, so that one multiply-add makes
 * w0 * a + w1 * b for four pixels. */
static void
blend_sse2(const uint8_t *const *row, const int16_t *weight, unsigned taps,
    int16_t *out, size_t n)
{
	const __m128i zero = _mm_setzero_si128();
	const __m128i half = _mm_set1_epi32(BLEND_HALF);

	for (size_t x = 0; x < n; x += 16) {
		__m128i s0 = half, s1 = half, s2 = half, s3 = half;

		for (unsigned k = 0; k < taps; k += 2) {
			__m128i a = load(row[k] + x), b = load(row[k + 1] + x);
			__m128i lo = _mm_unpacklo_epi8(a, b);
			__m128i hi = _mm_unpackhi_epi8(a, b);
			__m128i w = _mm_set1_epi32(
			    (uint16_t)weight[k] |
			    (int32_t)((uint32_t)(uint16_t)weight[k + 1] << 16));

			s0 = _mm_add_epi32(
			    s0, _mm_madd_epi16(_mm_unpacklo_epi8(lo, zero), w));
			s1 = _mm_add_epi32(
			    s1, _mm_madd_epi16(_mm_unpackhi_epi8(lo, zero), w));
			s2 = _mm_add_epi32(
			    s2, _mm_madd_epi16(_mm_unpacklo_epi8(hi, zero), w));
			s3 = _mm_add_epi32(
			    s3, _mm_madd_epi16(_mm_unpackhi_epi8(hi, zero), w));
		}
		_mm_storeu_si128((__m128i *)(out + x), narrow(s0, s1));
		_mm_storeu_si128((__m128i *)(out + x + 8), narrow(s2, s3));
	}
}

static __m128i
dot(const int16_t *p, const int16_t *w, unsigned taps)
{
	__m128i s = _mm_madd_epi16(load(p), load(w));

	for (unsigned k = 8; k < taps; k += 8)
		s = _mm_add_epi32(s, _mm_madd_epi16(load(p + k), load(w + k)));
	return s;
}

/* Four outputs at a time; their four partial sums are turned like a 4 x 4
 * matrix and added. */
static void
reduce_sse2(const int16_t *in, const uint32_t *start, const int16_t *weight,
    unsigned taps, uint8_t *out, size_t n)
{
	const __m128i half = _mm_set1_epi32(REDUCE_HALF);
	size_t j = 0;

	for (; j + 4 <= n; j += 4, weight += (size_t)4 * taps) {
		__m128i a = dot(in + start[j], weight, taps);
		__m128i b = dot(in + start[j + 1], weight + taps, taps);
		__m128i c = dot(in + start[j + 2], weight + 2 * taps, taps);
		__m128i d = dot(in + start[j + 3], weight + 3 * taps, taps);
		__m128i ab = _mm_add_epi32(
		    _mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
		__m128i cd = _mm_add_epi32(
		    _mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
		__m128i s = _mm_add_epi32(
		    _mm_unpacklo_epi64(ab, cd), _mm_unpackhi_epi64(ab, cd));
		int32_t four;

		s = _mm_srai_epi32(_mm_add_epi32(s, half), REDUCE_SHIFT);
		s = _mm_packs_epi32(s, s);
		four = _mm_cvtsi128_si32(_mm_packus_epi16(s, s));
		__builtin_memcpy(out + j, &four, 4);
	}
	reduce_plain(in, start + j, weight, taps, out + j, n - j);
}

static const struct scale_row_ops sse2 = {blend_sse2, reduce_sse2};

#define AVX2 __attribute__((target("avx2")))

AVX2 static __m256i
load2(const void *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

/* Unpacking and packing stay within each half of a vector, and undo each
 * other, so the order of the pixels holds. */
AVX2 static void
blend_avx2(const uint8_t *const *row, const int16_t *weight, unsigned taps,
    int16_t *out, size_t n)
{
	const __m256i zero = _mm256_setzero_si256();
	const __m256i half = _mm256_set1_epi32(BLEND_HALF);

	for (size_t x = 0; x < n; x += 32) {
		__m256i s0 = half, s1 = half, s2 = half, s3 = half, lo, hi;

		for (unsigned k = 0; k < taps; k += 2) {
			__m256i a = load2(row[k] + x);
			__m256i b = load2(row[k + 1] + x);
			__m256i w = _mm256_set1_epi32(
			    (uint16_t)weight[k] |
			    (int32_t)((uint32_t)(uint16_t)weight[k + 1] << 16));

			lo = _mm256_unpacklo_epi8(a, b);
			hi = _mm256_unpackhi_epi8(a, b);
			s0 = _mm256_add_epi32(
			    s0, _mm256_madd_epi16(
				    _mm256_unpacklo_epi8(lo, zero), w));
			s1 = _mm256_add_epi32(
			    s1, _mm256_madd_epi16(
				    _mm256_unpackhi_epi8(lo, zero), w));
			s2 = _mm256_add_epi32(
			    s2, _mm256_madd_epi16(
				    _mm256_unpacklo_epi8(hi, zero), w));
			s3 = _mm256_add_epi32(
			    s3, _mm256_madd_epi16(
				    _mm256_unpackhi_epi8(hi, zero), w));
		}
		/* lo holds pixels 0-7 and 16-23, hi 8-15 and 24-31. */
		lo = _mm256_packs_epi32(_mm256_srai_epi32(s0, BLEND_SHIFT),
		    _mm256_srai_epi32(s1, BLEND_SHIFT));
		hi = _mm256_packs_epi32(_mm256_srai_epi32(s2, BLEND_SHIFT),
		    _mm256_srai_epi32(s3, BLEND_SHIFT));
		_mm256_storeu_si256((__m256i *)(out + x),
		    _mm256_permute2x128_si256(lo, hi, 0x20));
		_mm256_storeu_si256((__m256i *)(out + x + 16),
		    _mm256_permute2x128_si256(lo, hi, 0x31));
	}
}

/* Sixteen products, folded to four sums. */
AVX2 static inline __attribute__((always_inline)) __m128i
dot_avx2(const int16_t *p, const int16_t *w, unsigned taps)
{
	__m256i s = _mm256_madd_epi16(load2(p), load2(w));
	unsigned k = 16;

	for (; k + 16 <= taps; k += 16)
		s = _mm256_add_epi32(
		    s, _mm256_madd_epi16(load2(p + k), load2(w + k)));
	if (k < taps)
		s = _mm256_add_epi32(s, _mm256_zextsi128_si256(_mm_madd_epi16(
					    load(p + k), load(w + k))));
	return _mm_add_epi32(
	    _mm256_castsi256_si128(s), _mm256_extracti128_si256(s, 1));
}

/* taps is a constant where it matters: 16 is a photograph of twelve megapixels
 * on its way to 2048, and most others. */
AVX2 static inline __attribute__((always_inline)) size_t
reduce_fours(const int16_t *in, const uint32_t *start, const int16_t *weight,
    unsigned taps, uint8_t *out, size_t n)
{
	const __m128i half = _mm_set1_epi32(REDUCE_HALF);
	size_t j = 0;

	for (; j + 4 <= n; j += 4, weight += (size_t)4 * taps) {
		__m128i a = dot_avx2(in + start[j], weight, taps);
		__m128i b = dot_avx2(in + start[j + 1], weight + taps, taps);
		__m128i c =
		    dot_avx2(in + start[j + 2], weight + 2 * taps, taps);
		__m128i d =
		    dot_avx2(in + start[j + 3], weight + 3 * taps, taps);
		__m128i s =
		    _mm_hadd_epi32(_mm_hadd_epi32(a, b), _mm_hadd_epi32(c, d));
		int32_t four;

		s = _mm_srai_epi32(_mm_add_epi32(s, half), REDUCE_SHIFT);
		s = _mm_packs_epi32(s, s);
		four = _mm_cvtsi128_si32(_mm_packus_epi16(s, s));
		__builtin_memcpy(out + j, &four, 4);
	}
	return j;
}

AVX2 static void
reduce_avx2(const int16_t *in, const uint32_t *start, const int16_t *weight,
    unsigned taps, uint8_t *out, size_t n)
{
	size_t j = 0;

	if (taps == 16)
		j = reduce_fours(in, start, weight, 16, out, n);
	else if (taps > 16)
		j = reduce_fours(in, start, weight, taps, out, n);
	reduce_sse2(in, start + j, weight + j * taps, taps, out + j, n - j);
}

static const struct scale_row_ops avx2 = {blend_avx2, reduce_avx2};
#endif

size_t
scale_row_all(const struct scale_row_ops *ret[SCALE_ROW_KINDS])
{
	size_t n = 0;

	ret[n++] = &plain;
#ifdef __SSE2__
	ret[n++] = &sse2;
	if (__builtin_cpu_supports("avx2"))
		ret[n++] = &avx2;
#endif
	return n;
}

const struct scale_row_ops *
scale_row_best(void)
{
	const struct scale_row_ops *all[SCALE_ROW_KINDS];

	return all[scale_row_all(all) - 1];
}
