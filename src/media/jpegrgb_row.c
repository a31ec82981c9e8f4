#include "media/jpegrgb_row.h"

/* The ends have one neighbour only, and stand for the other themselves. */
static void
h2v2_one(
    const uint8_t *near, const uint8_t *far, size_t n, size_t i, uint8_t *out)
{
	size_t l = i > 0 ? i - 1 : 0, r = i + 1 < n ? i + 1 : i;
	int here = 3 * near[i] + far[i];

	out[2 * i] = (uint8_t)((3 * here + 3 * near[l] + far[l] + 8) >> 4);
	out[2 * i + 1] = (uint8_t)((3 * here + 3 * near[r] + far[r] + 7) >> 4);
}

static void
h2v2_plain(const uint8_t *near, const uint8_t *far, size_t n, uint8_t *out)
{
	for (size_t i = 0; i < n; i++)
		h2v2_one(near, far, n, i, out);
}

static void
h2v1_one(const uint8_t *in, size_t n, size_t i, uint8_t *out)
{
	size_t l = i > 0 ? i - 1 : 0, r = i + 1 < n ? i + 1 : i;

	out[2 * i] = (uint8_t)((3 * in[i] + in[l] + 1) >> 2);
	out[2 * i + 1] = (uint8_t)((3 * in[i] + in[r] + 2) >> 2);
}

static void
h2v1_plain(const uint8_t *in, size_t n, uint8_t *out)
{
	for (size_t i = 0; i < n; i++)
		h2v1_one(in, n, i, out);
}

/* The whole parts of the factors are taken out, what is left fits 16 bits:
 * 1.402 = 1 + 26345 / 65536, 1.772 = 2 - 14942 / 65536,
 * 0.71414 = 1 - 18734 / 65536, 0.34414 = 22554 / 65536. */
#define CR_R 26345
#define CB_B (-14942)
#define CB_G (-22554)
#define CR_G 18734
#define HALF 32768

static uint8_t
clamp(int v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

static void
rgb_plain(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t n,
    uint8_t *out)
{
	for (size_t i = 0; i < n; i++, out += 3) {
		int b = cb[i] - 128, r = cr[i] - 128;

		out[0] = clamp(y[i] + r + ((CR_R * r + HALF) >> 16));
		out[1] = clamp(y[i] - r + ((CB_G * b + CR_G * r + HALF) >> 16));
		out[2] = clamp(y[i] + 2 * b + ((CB_B * b + HALF) >> 16));
	}
}

static const struct jpegrgb_row_ops plain = {h2v2_plain, h2v1_plain, rgb_plain};

#ifdef __SSE2__
#include <immintrin.h>

#pragma GCC diagnostic ignored "-Wcast-qual"

#define AVX2 __attribute__((target("avx2")))

AVX2 static __m256i
wide(const uint8_t *p)
{
	return _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)p));
}

AVX2 static __m256i
three(__m256i v)
{
	return _mm256_add_epi16(v, _mm256_add_epi16(v, v));
}

AVX2 static __m256i
mix(const uint8_t *near, const uint8_t *far)
{
	return _mm256_add_epi16(three(wide(near)), wide(far));
}

/* Sixteen pairs of bytes, each of which stands in 16 bits. */
AVX2 static void
store_pairs(uint8_t *out, __m256i even, __m256i odd)
{
	_mm256_storeu_si256(
	    (__m256i *)out, _mm256_or_si256(even, _mm256_slli_epi16(odd, 8)));
}

AVX2 static void
h2v2_avx2(const uint8_t *near, const uint8_t *far, size_t n, uint8_t *out)
{
	const __m256i eight = _mm256_set1_epi16(8);
	const __m256i seven = _mm256_set1_epi16(7);
	size_t i = 1;

	h2v2_one(near, far, n, 0, out);
	for (; i + 17 <= n; i += 16) {
		__m256i left = mix(near + i - 1, far + i - 1);
		__m256i here = three(mix(near + i, far + i));
		__m256i right = mix(near + i + 1, far + i + 1);

		left = _mm256_add_epi16(_mm256_add_epi16(here, left), eight);
		right = _mm256_add_epi16(_mm256_add_epi16(here, right), seven);
		store_pairs(out + 2 * i, _mm256_srli_epi16(left, 4),
		    _mm256_srli_epi16(right, 4));
	}
	for (; i < n; i++)
		h2v2_one(near, far, n, i, out);
}

AVX2 static void
h2v1_avx2(const uint8_t *in, size_t n, uint8_t *out)
{
	const __m256i one = _mm256_set1_epi16(1);
	const __m256i two = _mm256_set1_epi16(2);
	size_t i = 1;

	h2v1_one(in, n, 0, out);
	for (; i + 17 <= n; i += 16) {
		__m256i here = three(wide(in + i));
		__m256i left = _mm256_add_epi16(here, wide(in + i - 1));
		__m256i right = _mm256_add_epi16(here, wide(in + i + 1));

		store_pairs(out + 2 * i,
		    _mm256_srli_epi16(_mm256_add_epi16(left, one), 2),
		    _mm256_srli_epi16(_mm256_add_epi16(right, two), 2));
	}
	for (; i < n; i++)
		h2v1_one(in, n, i, out);
}

/* (a * ka + b * kb + HALF) >> 16 of sixteen values. */
AVX2 static inline __attribute__((always_inline)) __m256i
share(__m256i a, __m256i b, int ka, int kb)
{
	const __m256i k = _mm256_set1_epi32(
	    (int)((uint32_t)(uint16_t)ka | (uint32_t)kb << 16));
	const __m256i half = _mm256_set1_epi32(HALF);
	__m256i lo = _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), k);
	__m256i hi = _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), k);

	return _mm256_packs_epi32(
	    _mm256_srai_epi32(_mm256_add_epi32(lo, half), 16),
	    _mm256_srai_epi32(_mm256_add_epi32(hi, half), 16));
}

AVX2 static __m128i
bytes_of(__m256i v)
{
	return _mm_packus_epi16(
	    _mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

/* Where byte i of 48 comes from, in turns from r, g and b; -1: not from it. */
#define N (-1)
AVX2 static void
store_rgb(uint8_t *out, __m128i r, __m128i g, __m128i b)
{
	const __m128i r0 =
	    _mm_setr_epi8(0, N, N, 1, N, N, 2, N, N, 3, N, N, 4, N, N, 5);
	const __m128i g0 =
	    _mm_setr_epi8(N, 0, N, N, 1, N, N, 2, N, N, 3, N, N, 4, N, N);
	const __m128i b0 =
	    _mm_setr_epi8(N, N, 0, N, N, 1, N, N, 2, N, N, 3, N, N, 4, N);
	const __m128i r1 =
	    _mm_setr_epi8(N, N, 6, N, N, 7, N, N, 8, N, N, 9, N, N, 10, N);
	const __m128i g1 =
	    _mm_setr_epi8(5, N, N, 6, N, N, 7, N, N, 8, N, N, 9, N, N, 10);
	const __m128i b1 =
	    _mm_setr_epi8(N, 5, N, N, 6, N, N, 7, N, N, 8, N, N, 9, N, N);
	const __m128i r2 =
	    _mm_setr_epi8(N, 11, N, N, 12, N, N, 13, N, N, 14, N, N, 15, N, N);
	const __m128i g2 =
	    _mm_setr_epi8(N, N, 11, N, N, 12, N, N, 13, N, N, 14, N, N, 15, N);
	const __m128i b2 =
	    _mm_setr_epi8(10, N, N, 11, N, N, 12, N, N, 13, N, N, 14, N, N, 15);
	__m128i *to = (__m128i *)out;

	_mm_storeu_si128(to, _mm_or_si128(_mm_shuffle_epi8(r, r0),
				 _mm_or_si128(_mm_shuffle_epi8(g, g0),
				     _mm_shuffle_epi8(b, b0))));
	_mm_storeu_si128(to + 1, _mm_or_si128(_mm_shuffle_epi8(r, r1),
				     _mm_or_si128(_mm_shuffle_epi8(g, g1),
					 _mm_shuffle_epi8(b, b1))));
	_mm_storeu_si128(to + 2, _mm_or_si128(_mm_shuffle_epi8(r, r2),
				     _mm_or_si128(_mm_shuffle_epi8(g, g2),
					 _mm_shuffle_epi8(b, b2))));
}
#undef N

AVX2 static void
rgb_avx2(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, size_t n,
    uint8_t *out)
{
	const __m256i middle = _mm256_set1_epi16(128);
	const __m256i zero = _mm256_setzero_si256();
	size_t i = 0;

	for (; i + 16 <= n; i += 16, out += 48) {
		__m256i l = wide(y + i);
		__m256i b = _mm256_sub_epi16(wide(cb + i), middle);
		__m256i r = _mm256_sub_epi16(wide(cr + i), middle);
		__m256i red = _mm256_add_epi16(
		    _mm256_add_epi16(l, r), share(r, zero, CR_R, 0));
		__m256i green = _mm256_add_epi16(
		    _mm256_sub_epi16(l, r), share(b, r, CB_G, CR_G));
		__m256i blue = _mm256_add_epi16(
		    _mm256_add_epi16(l, _mm256_add_epi16(b, b)),
		    share(b, zero, CB_B, 0));

		store_rgb(out, bytes_of(red), bytes_of(green), bytes_of(blue));
	}
	rgb_plain(y + i, cb + i, cr + i, n - i, out);
}

static const struct jpegrgb_row_ops avx2 = {h2v2_avx2, h2v1_avx2, rgb_avx2};
#endif

size_t
jpegrgb_row_all(const struct jpegrgb_row_ops *ret[JPEGRGB_ROW_KINDS])
{
	size_t n = 0;

	ret[n++] = &plain;
#ifdef __SSE2__
	if (__builtin_cpu_supports("avx2"))
		ret[n++] = &avx2;
#endif
	return n;
}

const struct jpegrgb_row_ops *
jpegrgb_row_best(void)
{
	const struct jpegrgb_row_ops *all[JPEGRGB_ROW_KINDS];

	return all[jpegrgb_row_all(all) - 1];
}
