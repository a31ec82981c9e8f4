/* phash_fold with AVX2 and FMA; this file alone is compiled so. */
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "hash/phash_fold.h"

#pragma GCC diagnostic ignored "-Wcast-qual"

const int8_t fold_basis[FOLD_MOMENTS][FOLD_BLOCK] = {
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {-15, -13, -11, -9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15},
    {18, 11, 5, 0, -4, -7, -9, -10, -10, -9, -7, -4, 0, 5, 11, 18},
    {-35, 0, 22, 33, 35, 30, 20, 7, -7, -20, -30, -35, -33, -22, 0, 35},
    {24, -4, -15, -15, -9, -1, 6, 10, 10, 6, -1, -9, -15, -15, -4, 24}};
/* No moment is larger. */
static const float moment_max[FOLD_MOMENTS] = {
    16 * 255, 64 * 255, 68 * 255, 91 * 255 + 2, 88 * 255};

/* The orthogonal polynomials of the same degrees and their squares' sums. */
static const float legendre[FOLD_MOMENTS][FOLD_BLOCK] = {
    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    {-15, -13, -11, -9, -7, -5, -3, -1, 1, 3, 5, 7, 9, 11, 13, 15},
    {35, 21, 9, -1, -9, -15, -19, -21, -21, -19, -15, -9, -1, 9, 21, 35},
    {-455, -91, 143, 267, 301, 265, 179, 63, -63, -179, -265, -301, -267, -143,
	91, 455},
    {273, -91, -221, -201, -101, 23, 129, 189, 189, 129, 23, -101, -201, -221,
	-91, 273}};
static const float square[FOLD_MOMENTS] = {16, 1360, 5712, 1007760, 470288};

static inline __m256i
load(const void *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

/* Two pixels of the left block and two of the right one in every 32 bits. */
static inline __m256i
side_by_side(const int16_t *left)
{
	const __m256i order =
	    _mm256_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14,
		15, 0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15);

	return _mm256_shuffle_epi8(
	    _mm256_packus_epi16(load(left), load(left + PHASH_BLOCK)), order);
}

/* From rows of eight pairs to pairs of eight rows. */
static inline __attribute__((always_inline)) void
turn(__m256i v[8])
{
	__m256i a[8], b[8];

	for (int i = 0; i < 8; i += 2) {
		a[i] = _mm256_unpacklo_epi32(v[i], v[i + 1]);
		a[i + 1] = _mm256_unpackhi_epi32(v[i], v[i + 1]);
	}
	for (int i = 0; i < 8; i += 4) {
		b[i] = _mm256_unpacklo_epi64(a[i], a[i + 2]);
		b[i + 1] = _mm256_unpackhi_epi64(a[i], a[i + 2]);
		b[i + 2] = _mm256_unpacklo_epi64(a[i + 1], a[i + 3]);
		b[i + 3] = _mm256_unpackhi_epi64(a[i + 1], a[i + 3]);
	}
	for (int i = 0; i < 4; i++) {
		v[i] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x20);
		v[i + 4] = _mm256_permute2x128_si256(b[i], b[i + 4], 0x31);
	}
}

/* The pairs numbered first, first + step ... of one moment. */
static inline __attribute__((always_inline)) __m256i
moment(const __m256i v[8], const __m256i w[8], int first, int step)
{
	__m256i sum = _mm256_maddubs_epi16(v[first], w[first]);

	for (int j = first + step; j < 8; j += step)
		sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(v[j], w[j]));
	return sum;
}

void
fold_rows_avx2(const int16_t *grey, uint32_t width, int16_t *ret)
{
	__m256i w[FOLD_MOMENTS][8];

	for (int m = 0; m < FOLD_MOMENTS; m++)
		for (int j = 0; j < 8; j++) {
			uint8_t a = (uint8_t)fold_basis[m][2 * j];
			uint8_t b = (uint8_t)fold_basis[m][2 * j + 1];

			w[m][j] = _mm256_set1_epi16((int16_t)(b << 8 | a));
		}
	for (uint32_t x = 0; x < width;
	     x += FOLD_STEP, grey += 2 * PHASH_BLOCK) {
		__m256i v[8];

		for (int r = 0; r < 8; r++)
			v[r] = side_by_side(grey + r * PHASH_STEP);
		turn(v);
		for (int m = 0; m < FOLD_MOMENTS;
		     m++, ret += 16 * PHASH_GROUPS) {
			__m256i sum = m == FOLD_HALVED
					  ? _mm256_add_epi16(
						_mm256_srai_epi16(
						    moment(v, w[m], 0, 2), 1),
						_mm256_srai_epi16(
						    moment(v, w[m], 1, 2), 1))
					  : moment(v, w[m], 0, 1);

			_mm256_storeu_si256((__m256i *)(void *)ret, sum);
		}
	}
}

typedef float vec __attribute__((vector_size(32)));

static inline float
sum_of(vec v)
{
	__m128 sum =
	    _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));

	sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
	return sum[0] + sum[1];
}

/* The weights of a block, eight of them from `at` on. */
static inline vec
weights(const struct phash_across *a, uint32_t i, size_t at)
{
	__m256i upper = _mm256_cvtepi16_epi32(
	    _mm_loadu_si128((const __m128i *)(const void *)(a->upper + at)));
	__m256i lower = _mm256_cvtepi16_epi32(
	    _mm_loadu_si128((const __m128i *)(const void *)(a->lower + at)));

	return _mm256_cvtepi32_ps(upper) * (float)a->scale[i] +
	       _mm256_cvtepi32_ps(lower);
}

static inline float
larger(float a, float b)
{
	return a > b ? a : b;
}

/* The sums of four. */
static inline __m128
sums_of(const vec v[4])
{
	vec two = _mm256_hadd_ps(
	    _mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));

	return _mm_add_ps(
	    _mm256_castps256_ps128(two), _mm256_extractf128_ps(two, 1));
}

/* The nearest polynomial, of least squares. */
static inline __attribute__((always_inline)) void
fit(const vec w[2], float ret[FOLD_MOMENTS])
{
	vec sum[FOLD_MOMENTS - 1];
	float c[FOLD_MOMENTS];

	for (int m = 1; m < FOLD_MOMENTS; m++)
		sum[m - 1] = w[0] * _mm256_loadu_ps(legendre[m]) +
			     w[1] * _mm256_loadu_ps(legendre[m] + 8);
	c[0] = sum_of(w[0] + w[1]) / square[0];
	_mm_storeu_ps(
	    c + 1, _mm_div_ps(sums_of(sum), _mm_loadu_ps(square + 1)));
	ret[0] = c[0] - c[2] + 9 * c[4];
	ret[1] = c[1] + 7 * c[3];
	ret[2] = 2 * c[2] - 4 * c[4];
	ret[3] = 20 * c[3]; /* of the halved one */
	ret[4] = 14 * c[4];
}

/* A window in the making: its polynomials block after block, and how large
 * their coefficients and the sum of all but the constant ones may be. */
struct window {
	const struct phash_across *a;
	uint32_t i, blocks;
	size_t at; /* of its weights */
	float (*c)[FOLD_MOMENTS];
	float constant, other, sum;
};

static void
fit_all(struct window *o)
{
	for (uint32_t k = 0; k < o->blocks; k++) {
		size_t at = o->at + (size_t)k * FOLD_BLOCK;
		vec w[2] = {weights(o->a, o->i, at),
		    weights(o->a, o->i, at + FOLD_BLOCK / 2)};

		fit(w, o->c[k]);
		o->constant = larger(o->constant, fabsf(o->c[k][0]));
		for (int m = 1; m < FOLD_MOMENTS; m++) {
			float c = fabsf(o->c[k][m]);

			o->other = larger(o->other, c);
			o->sum += c * moment_max[m];
		}
	}
}

#define FOLD_BITS 4 /* behind the point, at most */

/* As many bits behind the point of what is not constant as fit; -1: none. */
static int
bits_of(const struct window *o)
{
	int bits = FOLD_BITS;

	for (; bits >= 0; bits--) {
		float one = (float)(1 << bits);

		if (o->other * one < INT16_MAX - 1 &&
		    o->sum * one + (float)o->blocks * 50000 < 2.1e9f)
			break;
	}
	return bits;
}

/* What the weights of a block are more than its rounded coefficients say, in
 * halves of the last bit. */
static inline __attribute__((always_inline)) void
what_is_left(const struct window *o, const struct phash_fold *f, uint32_t k,
    const float c[FOLD_MOMENTS], vec *neg, vec *pos)
{
	const float one = (float)(2 << f->bits);

	for (int half = 0; half < 2; half++) {
		vec e = one * weights(o->a, o->i,
				  o->at + (size_t)k * FOLD_BLOCK +
				      (size_t)half * FOLD_BLOCK / 2);

		e -= c[0] * one * (float)f->scale;
		for (int m = 1; m < FOLD_MOMENTS; m++)
			e -= (m == FOLD_HALVED ? c[m] : 2 * c[m]) *
			     _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(
				 _mm_loadl_epi64((const __m128i *)(const void
					 *)(fold_basis[m] +
					    half * FOLD_BLOCK / 2))));
		*neg += _mm256_min_ps(e, _mm256_setzero_ps());
		*pos += _mm256_max_ps(e, _mm256_setzero_ps());
	}
}

static inline float
nearest(float v)
{
	return (float)_mm_cvtss_si32(_mm_set_ss(v));
}

/* A coefficient's place in its pair. */
static inline int32_t
half(float c, uint32_t block)
{
	uint32_t bits = (uint16_t)(int16_t)c;

	return (int32_t)(block % 2 == 0 ? bits : bits << 16);
}

/* Rounds the coefficients and finds what they leave. */
static void
round_all(const struct window *o, struct phash_fold *f, int32_t *ret)
{
	uint32_t block = o->a->begin[o->i] / FOLD_BLOCK;
	float one = (float)(1 << f->bits), less = 0, more = 0;
	vec neg = {0}, pos = {0};

	for (uint32_t k = 0; k < o->blocks; k++, block++) {
		float *c = o->c[k];
		int32_t *to =
		    ret + (size_t)(block / 2 - f->begin) * FOLD_MOMENTS;

		c[0] = nearest(c[0] / (float)f->scale);
		for (int m = 1; m < FOLD_MOMENTS; m++)
			c[m] = nearest(c[m] * one);
		for (int m = 0; m < FOLD_MOMENTS; m++)
			to[m] |= half(c[m], block);
		what_is_left(o, f, k, c, &neg, &pos);
		/* Of the halves up to one is cut off. */
		less -= larger(-c[FOLD_HALVED], 0);
		more += larger(c[FOLD_HALVED], 0);
	}
	/* 2: for the bits cut off, and for the roundings here. */
	less = (less + sum_of(neg) * 127.5f) / one * 1.001f - 2;
	more = (more + sum_of(pos) * 127.5f) / one * 1.001f + 2;
	if (more - less > FOLD_UNSURE * (1 << LANCZOS_BITS)) {
		f->n = 0;
		return;
	}
	f->least = (int32_t)less + (1 << (LANCZOS_BITS - 1));
	f->most = (int32_t)more + (1 << (LANCZOS_BITS - 1));
}

/* Output i has the weights of an earlier one, at the same places of its steps:
 * it is folded alike. */
static bool
fold_again(struct phash_across *a, uint32_t i)
{
	const size_t bytes = a->n[i] * sizeof(*a->upper);
	uint32_t j;

	if (!lanczos_before(&a->l, i, &j) || a->n[j] != a->n[i] ||
	    (a->begin[i] - a->begin[j]) % FOLD_STEP != 0 ||
	    a->scale[j] != a->scale[i] ||
	    memcmp(a->upper + i * a->stride, a->upper + j * a->stride, bytes) !=
		0 ||
	    memcmp(a->lower + i * a->stride, a->lower + j * a->stride, bytes) !=
		0)
		return false;
	a->fold[i] = a->fold[j];
	a->fold[i].begin = a->begin[i] / FOLD_STEP;
	memcpy(a->pairs + i * a->fold_stride, a->pairs + j * a->fold_stride,
	    (size_t)a->fold[j].n * FOLD_MOMENTS * sizeof(*a->pairs));
	return true;
}

static void
fold_output(struct phash_across *a, uint32_t i, double *room)
{
	struct phash_fold *f = &a->fold[i];
	struct window o = {.a = a,
	    .i = i,
	    .blocks = a->n[i] / FOLD_BLOCK,
	    .at = i * a->stride,
	    .c = (void *)room};
	int32_t *to = a->pairs + i * a->fold_stride;

	fit_all(&o);
	f->begin = a->begin[i] / FOLD_STEP;
	f->n = (a->begin[i] + a->n[i] + FOLD_STEP - 1) / FOLD_STEP - f->begin;
	f->bits = bits_of(&o);
	if (f->bits < 0) {
		f->n = 0;
		return;
	}
	f->scale = 1;
	while (o.constant / (float)f->scale > INT16_MAX - 1)
		f->scale *= 2;
	memset(to, 0, (size_t)f->n * FOLD_MOMENTS * sizeof(*to));
	round_all(&o, f, to);
}

void
fold_plan_avx2(struct phash_across *a, double *room)
{
	for (uint32_t i = 0; i < a->l.out; i++)
		if (!fold_again(a, i))
			fold_output(a, i, room);
}
