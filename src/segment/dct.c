#include "segment/dct.h"

#include <math.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

typedef float eight __attribute__((vector_size(32)));

/* Added and taken away again, a float has lost its fraction, rounded. */
#define WHOLE 12582912.0f /* 1.5 * 2^23 */

/* cos(k pi / 16) * sqrt 2, and 1 for k = 0. */
static const double scale[8] = {1, 1.387039845322148, 1.306562964876377,
    1.175875602419359, 1, 0.785694958387102, 0.541196100146197,
    0.275899379282943};

void
dct_quant_init(const uint16_t table[64], struct dct_quant *ret)
{
	for (int row = 0; row < 8; row++)
		for (int col = 0; col < 8; col++)
			ret->per[col * 8 + row] =
			    (float)(1.0 / (table[row * 8 + col] * 8.0 *
					      scale[row] * scale[col]));
	memcpy(ret->table, table, sizeof(ret->table));
}

/* One dimension, of eight columns at once. */
static inline __attribute__((always_inline)) void
pass(eight m[8])
{
	eight s07 = m[0] + m[7], d07 = m[0] - m[7];
	eight s16 = m[1] + m[6], d16 = m[1] - m[6];
	eight s25 = m[2] + m[5], d25 = m[2] - m[5];
	eight s34 = m[3] + m[4], d34 = m[3] - m[4];
	eight a = s07 + s34, b = s16 + s25, c = s16 - s25, d = s07 - s34;
	eight e = (c + d) * 0.707106781f, f, g, h, i, j, k;

	m[0] = a + b;
	m[4] = a - b;
	m[2] = d + e;
	m[6] = d - e;
	a = d34 + d25;
	b = d25 + d16;
	c = d16 + d07;
	f = (a - c) * 0.382683433f;
	g = a * 0.541196100f + f;
	h = c * 1.306562965f + f;
	i = b * 0.707106781f;
	j = d07 + i;
	k = d07 - i;
	m[5] = k + g;
	m[3] = k - g;
	m[1] = j + h;
	m[7] = j - h;
}

void
dct_forward_plain(
    const uint8_t *const rows[8], const struct dct_quant *q, int16_t ret[64])
{
	eight m[8], turned[8];

	for (int i = 0; i < 8; i++)
		for (int k = 0; k < 8; k++)
			m[i][k] = (float)rows[i][k] - 128;
	pass(m);
	for (int i = 0; i < 8; i++)
		for (int k = 0; k < 8; k++)
			turned[i][k] = m[k][i];
	pass(turned);
	for (int i = 0; i < 8; i++)
		for (int k = 0; k < 8; k++) {
			float v = turned[i][k] * q->per[i * 8 + k] + WHOLE;
			int32_t whole;

			memcpy(&whole, &v, sizeof(v));
			ret[k * 8 + i] = (int16_t)whole;
		}
}

#ifdef __x86_64__
#define AVX2 __attribute__((target("avx2")))

AVX2 static inline void
turn(eight m[8])
{
	__m256 a[8], b[8];

	for (int i = 0; i < 4; i++) {
		a[2 * i] =
		    _mm256_unpacklo_ps((__m256)m[2 * i], (__m256)m[2 * i + 1]);
		a[2 * i + 1] =
		    _mm256_unpackhi_ps((__m256)m[2 * i], (__m256)m[2 * i + 1]);
	}
	for (int i = 0; i < 8; i += 4)
		for (int k = 0; k < 2; k++) {
			b[i + 2 * k] =
			    _mm256_shuffle_ps(a[i + k], a[i + k + 2], 0x44);
			b[i + 2 * k + 1] =
			    _mm256_shuffle_ps(a[i + k], a[i + k + 2], 0xee);
		}
	for (int i = 0; i < 4; i++) {
		m[i] = (eight)_mm256_permute2f128_ps(b[i], b[i + 4], 0x20);
		m[i + 4] = (eight)_mm256_permute2f128_ps(b[i], b[i + 4], 0x31);
	}
}

/* Eight columns of eight to rows. */
AVX2 static inline void
store_turned(const __m128i c[8], int16_t ret[64])
{
	__m128i a[8], b[8], *to = (__m128i *)ret;

	for (int i = 0; i < 4; i++) {
		a[2 * i] = _mm_unpacklo_epi16(c[i], c[i + 4]);
		a[2 * i + 1] = _mm_unpackhi_epi16(c[i], c[i + 4]);
	}
	for (int i = 0; i < 4; i++) {
		b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
		b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
	}
	for (int i = 0; i < 4; i++) {
		_mm_store_si128(to + 2 * i, _mm_unpacklo_epi16(b[i], b[i + 4]));
		_mm_store_si128(
		    to + 2 * i + 1, _mm_unpackhi_epi16(b[i], b[i + 4]));
	}
}

/* The low halves of what WHOLE made of v. */
AVX2 static inline __m128i
quantised(eight v, const float *per)
{
	const __m256i whole = _mm256_castps_si256(_mm256_set1_ps(WHOLE));
	__m256 f = _mm256_add_ps(_mm256_mul_ps((__m256)v, _mm256_load_ps(per)),
	    _mm256_castsi256_ps(whole));
	__m256i i = _mm256_sub_epi32(_mm256_castps_si256(f), whole);

	return _mm_packs_epi32(
	    _mm256_castsi256_si128(i), _mm256_extracti128_si256(i, 1));
}

AVX2 static void
dct_forward_avx2(
    const uint8_t *const rows[8], const struct dct_quant *q, int16_t ret[64])
{
	eight m[8];
	__m128i column[8];

	for (int i = 0; i < 8; i++)
		m[i] = (eight)_mm256_cvtepi32_ps(
			   _mm256_cvtepu8_epi32(_mm_loadu_si64(rows[i]))) -
		       128.0f;
	pass(m);
	turn(m);
	/* Row i holds column i of the samples. */
	pass(m);
	for (int i = 0; i < 8; i++)
		column[i] = quantised(m[i], q->per + (size_t)i * 8);
	store_turned(column, ret);
}
#endif

void
dct_forward(
    const uint8_t *const rows[8], const struct dct_quant *q, int16_t ret[64])
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2")) {
		dct_forward_avx2(rows, q, ret);
		return;
	}
#endif
	dct_forward_plain(rows, q, ret);
}

static const float (*basis(void))[8]
{
	static float b[8][8]; /* frequency, place */

	if (b[0][0] == 0)
		for (int u = 0; u < 8; u++)
			for (int x = 0; x < 8; x++)
				b[u][x] =
				    (float)(cos((2 * x + 1) * u * M_PI / 16) /
					    2 * (u == 0 ? M_SQRT1_2 : 1));
	return (const float(*)[8])b;
}

static uint8_t
clipped(float f)
{
	f += 128.5f;
	if (f <= 0)
		return 0;
	return f >= 255 ? 255 : (uint8_t)f;
}

void
dct_inverse(const int16_t coef[64], const uint16_t table[64], uint8_t ret[64])
{
	const float(*b)[8] = basis();
	float half[8][8] = {0};

	for (int v = 0; v < 8; v++)
		for (int u = 0; u < 8; u++) {
			float c = (float)(coef[v * 8 + u] * table[v * 8 + u]);

			for (int x = 0; c != 0 && x < 8; x++)
				half[v][x] += c * b[u][x];
		}
	for (int y = 0; y < 8; y++)
		for (int x = 0; x < 8; x++) {
			float s = 0;

			for (int v = 0; v < 8; v++)
				s += half[v][x] * b[v][y];
			ret[y * 8 + x] = clipped(s);
		}
}
