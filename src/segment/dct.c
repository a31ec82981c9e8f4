#include "segment/dct.h"

#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef float vec __attribute__((vector_size(16)));
typedef int32_t ivec __attribute__((vector_size(16)));

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

/* One dimension, of four columns at once. */
static inline void
pass(vec m[8])
{
	vec s07 = m[0] + m[7], d07 = m[0] - m[7];
	vec s16 = m[1] + m[6], d16 = m[1] - m[6];
	vec s25 = m[2] + m[5], d25 = m[2] - m[5];
	vec s34 = m[3] + m[4], d34 = m[3] - m[4];
	vec a = s07 + s34, b = s16 + s25, c = s16 - s25, d = s07 - s34;
	vec e = (c + d) * 0.707106781f, f, g, h, i, j, k;

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

static inline void
turn4(vec *a, vec *b, vec *c, vec *d)
{
	vec ab = __builtin_shufflevector(*a, *b, 0, 4, 1, 5);
	vec ab2 = __builtin_shufflevector(*a, *b, 2, 6, 3, 7);
	vec cd = __builtin_shufflevector(*c, *d, 0, 4, 1, 5);
	vec cd2 = __builtin_shufflevector(*c, *d, 2, 6, 3, 7);

	*a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
	*b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
	*c = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
	*d = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

/* left and right: columns 0 to 3 and 4 to 7 of eight rows. */
static inline void
turn8(vec left[8], vec right[8])
{
	turn4(&left[0], &left[1], &left[2], &left[3]);
	turn4(&left[4], &left[5], &left[6], &left[7]);
	turn4(&right[0], &right[1], &right[2], &right[3]);
	turn4(&right[4], &right[5], &right[6], &right[7]);
	for (int i = 0; i < 4; i++) {
		vec t = left[4 + i];

		left[4 + i] = right[i];
		right[i] = t;
	}
}

static inline ivec
quantised(vec v, const float *per)
{
	vec f, w = {WHOLE, WHOLE, WHOLE, WHOLE};

	memcpy(&f, per, sizeof(f));
	return (ivec)(v * f + w) - (ivec)w;
}

/* In: rows of samples; out: row i holds column i. */
static inline void
both_ways(vec left[8], vec right[8])
{
	pass(left);
	pass(right);
	turn8(left, right);
	pass(left);
	pass(right);
}

static inline vec
samples(const uint8_t *p)
{
	return (vec){(float)p[0], (float)p[1], (float)p[2], (float)p[3]} -
	       128.0f;
}

void
dct_forward_plain(
    const uint8_t *const rows[8], const struct dct_quant *q, int16_t ret[64])
{
	vec left[8], right[8];

	for (int i = 0; i < 8; i++) {
		left[i] = samples(rows[i]);
		right[i] = samples(rows[i] + 4);
	}
	both_ways(left, right);
	for (int i = 0; i < 8; i++) {
		ivec v = quantised(left[i], q->per + (size_t)i * 8);
		ivec w = quantised(right[i], q->per + (size_t)i * 8 + 4);

		for (int k = 0; k < 4; k++) {
			ret[k * 8 + i] = (int16_t)v[k];
			ret[(k + 4) * 8 + i] = (int16_t)w[k];
		}
	}
}

#ifdef __SSE2__
static inline void
row_of_samples(const uint8_t *p, vec *ret_left, vec *ret_right)
{
	const __m128i zero = _mm_setzero_si128();
	__m128i v = _mm_unpacklo_epi8(_mm_loadu_si64(p), zero);

	*ret_left = (vec)_mm_cvtepi32_ps(_mm_unpacklo_epi16(v, zero)) - 128.0f;
	*ret_right = (vec)_mm_cvtepi32_ps(_mm_unpackhi_epi16(v, zero)) - 128.0f;
}

/* Eight columns of eight to rows. */
static inline void
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

void
dct_forward(
    const uint8_t *const rows[8], const struct dct_quant *q, int16_t ret[64])
{
	vec left[8], right[8];
	__m128i column[8];

	for (int i = 0; i < 8; i++)
		row_of_samples(rows[i], &left[i], &right[i]);
	both_ways(left, right);
	for (int i = 0; i < 8; i++) {
		const float *per = q->per + (size_t)i * 8;

		column[i] = _mm_packs_epi32((__m128i)quantised(left[i], per),
		    (__m128i)quantised(right[i], per + 4));
	}
	store_turned(column, ret);
}
#else
void
dct_forward(
    const uint8_t *const rows[8], const struct dct_quant *q, int16_t ret[64])
{
	dct_forward_plain(rows, q, ret);
}
#endif

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
