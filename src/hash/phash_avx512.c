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

static inline __m512i
plus(__m512i sum, const int32_t *pair, const int16_t *moments)
{
	return _mm512_dpwssd_epi32(
	    sum, _mm512_loadu_si512(moments), _mm512_set1_epi32(*pair));
}

/* One row's pair each: sums of 16 rows in one vector.  Named one by one, since
 * compilers move an array of sums to and fro. */
static inline __attribute__((always_inline)) void
folded(const struct phash_across *a, uint32_t i, int32_t *ret)
{
	const struct phash_fold *f = &a->fold[i];
	const int32_t *c = a->pairs + i * a->fold_stride;
	const int32_t *end = c + (size_t)f->n * FOLD_MOMENTS;
	const int16_t *v = a->moments + (size_t)f->begin * FOLD_MOMENTS * 32;
	__m512i constant = _mm512_setzero_si512(), one = constant;
	__m512i two = constant, three = constant, four = constant;

	for (; c < end; c += FOLD_MOMENTS, v += FOLD_MOMENTS * 32) {
		constant = plus(constant, c, v);
		one = plus(one, c + 1, v + 32);
		two = plus(two, c + 2, v + 64);
		three = plus(three, c + 3, v + 96);
		four = plus(four, c + 4, v + 128);
	}
	one = _mm512_add_epi32(
	    _mm512_add_epi32(one, two), _mm512_add_epi32(three, four));
	one = _mm512_sra_epi32(one, _mm_cvtsi32_si128(f->bits));
	constant = _mm512_mullo_epi32(constant, _mm512_set1_epi32(f->scale));
	_mm512_storeu_si512(ret, _mm512_add_epi32(constant, one));
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

/* Red, green, blue and green of each of 16 pixels. */
static inline __m512i
sixteen_pixels(const uint8_t *p)
{
	const __m512i step =
	    _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7,
				   6, 5, 4, 3, 2, 1, 0),
		_mm512_set1_epi32(0x03030303));

	return _mm512_permutexvar_epi8(
	    _mm512_add_epi32(step, _mm512_set1_epi32(0x01020100)),
	    _mm512_loadu_si512(p));
}

static inline __m512i
four_weights(int red, int green, int blue)
{
	uint32_t r = (uint8_t)red, g = (uint8_t)green, b = (uint8_t)blue;

	return _mm512_set1_epi32((int)(g << 24 | b << 16 | g << 8 | r));
}

/* The grey is the third byte of each 32 bits.  19595 = 77 * 256 - 117 for red,
 * 7471 = 29 * 256 + 47 for blue, and 38470 = 2 * (75 * 256 + 35) for green,
 * which stands there twice. */
static inline __m512i
sixteen_greys(const uint8_t *p)
{
	__m512i px = sixteen_pixels(p);
	__m512i sum = _mm512_dpbusd_epi32(
	    _mm512_set1_epi32(32768 >> 8), px, four_weights(77, 75, 29));

	return _mm512_dpbusd_epi32(
	    _mm512_slli_epi32(sum, 8), px, four_weights(-117, 35, 47));
}

/* Two blocks of greys; 112 bytes are read. */
static inline void
two_blocks(const uint8_t *p, int16_t *ret)
{
	const __m512i order = _mm512_mask_blend_epi32(0xff00,
	    _mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 0x1e001c, 0x1a0018,
		0x160014, 0x120010, 0xe000c, 0xa0008, 0x60004, 0x20000),
	    _mm512_set_epi32(0x1f001d, 0x1b0019, 0x170015, 0x130011, 0xf000d,
		0xb0009, 0x70005, 0x30001, 0, 0, 0, 0, 0, 0, 0, 0));
	__m512i left = sixteen_greys(p), right = sixteen_greys(p + 48);
	__m512i both = _mm512_permutexvar_epi16(
	    order, _mm512_mask_blend_epi16(
		       0xaaaaaaaa, _mm512_srli_epi32(left, 16), right));

	both = _mm512_and_si512(both, _mm512_set1_epi16(255));
	_mm256_storeu_si256(
	    (__m256i *)(void *)ret, _mm512_castsi512_si256(both));
	_mm256_storeu_si256((__m256i *)(void *)(ret + PHASH_BLOCK),
	    _mm512_extracti64x4_epi64(both, 1));
}

/* Sixteen pixels behind one another, of which six more are read. */
#define READ_MORE 6

/* As many as can be read without going behind what is there. */
static inline __attribute__((always_inline)) uint32_t
grey_quickly(const uint8_t *rgb, uint32_t n, uint32_t there, int16_t *ret)
{
	uint32_t x = 0;

	for (; x + 32 <= n && x + 32 + READ_MORE <= there; x += 32)
		two_blocks(rgb + (size_t)3 * x, ret + phash_place(x));
	return x;
}

/* ---- sixteen rows at once: greys, and their moments while they are bytes ----
 */

/* Two rows' greys in the even bytes: of one in every second 16 bits. */
static inline __attribute__((always_inline)) __m512i
two_rows(const uint8_t *p, const uint8_t *q)
{
	return _mm512_mask_blend_epi16(0xaaaaaaaa,
	    _mm512_srli_epi32(sixteen_greys(p), 16), sixteen_greys(q));
}

/* Greys of sixteen columns of every fourth row, row after row. */
static inline __attribute__((always_inline)) __m512i
four_rows(const uint8_t *p, size_t stride)
{
	const __m512i step = _mm512_broadcast_i32x4(_mm_setr_epi8(
	    0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60));
	const __m512i first = _mm512_mullo_epi32(_mm512_set1_epi32(0x01010101),
	    _mm512_set_epi32(3, 3, 3, 3, 1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0));
	__m512i even = two_rows(p, p + 4 * stride);
	__m512i odd = two_rows(p + 8 * stride, p + 12 * stride);

	return _mm512_permutexvar_epi8(_mm512_add_epi8(step, first),
	    _mm512_or_si512(even, _mm512_slli_epi32(odd, 8)));
}

static inline void
put_row(int16_t *to, __m256i v)
{
	_mm256_storeu_si256((__m256i *)(void *)to, v);
}

/* Rows i, 4 + i, 8 + i and 12 + i to their places. */
static inline __attribute__((always_inline)) void
put_rows(__m512i bytes, size_t i, int16_t *const grey[PHASH_GROUPS], size_t at)
{
	__m512i upper = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(bytes));
	__m512i lower =
	    _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(bytes, 1));
	size_t here = at + i * PHASH_STEP, below = here + 4 * PHASH_STEP;

	put_row(grey[0] + here, _mm512_castsi512_si256(upper));
	put_row(grey[0] + below, _mm512_extracti64x4_epi64(upper, 1));
	put_row(grey[1] + here, _mm512_castsi512_si256(lower));
	put_row(grey[1] + below, _mm512_extracti64x4_epi64(lower, 1));
}

/* Four columns in every 32 bits, row after row in order. */
static inline __attribute__((always_inline)) void
turn_columns(__m512i v[4])
{
	__m512i a = _mm512_unpacklo_epi32(v[0], v[1]);
	__m512i b = _mm512_unpackhi_epi32(v[0], v[1]);
	__m512i c = _mm512_unpacklo_epi32(v[2], v[3]);
	__m512i d = _mm512_unpackhi_epi32(v[2], v[3]);

	v[0] = _mm512_unpacklo_epi64(a, c);
	v[1] = _mm512_unpackhi_epi64(a, c);
	v[2] = _mm512_unpacklo_epi64(b, d);
	v[3] = _mm512_unpackhi_epi64(b, d);
}

/* A block's greys; returns them as turn_columns leaves them. */
static inline __attribute__((always_inline)) void
block(const uint8_t *p, size_t stride, int16_t *const grey[PHASH_GROUPS],
    size_t at, __m512i ret[4])
{
#pragma GCC unroll 4
	for (size_t i = 0; i < 4; i++) {
		ret[i] = four_rows(p + i * stride, stride);
		put_rows(ret[i], i, grey, at);
	}
	turn_columns(ret);
}

static inline __attribute__((always_inline)) __m512i
moment(const __m512i v[4], int m)
{
	__m512i sum = _mm512_setzero_si512();
	int32_t four;

#pragma GCC unroll 4
	for (int k = 0; k < 4; k++) {
		memcpy(&four, fold_basis[m] + 4 * k, sizeof(four));
		sum = _mm512_dpbusd_epi32(sum, v[k], _mm512_set1_epi32(four));
	}
	return m == FOLD_HALVED ? _mm512_srai_epi32(sum, 1) : sum;
}

static uint32_t
tile(const uint8_t *rgb, size_t stride, uint32_t n, uint32_t there,
    int16_t *const grey[PHASH_GROUPS], int16_t *moments)
{
	uint32_t x = 0;

	for (; x + FOLD_STEP <= n && x + FOLD_STEP + READ_MORE <= there;
	     x += FOLD_STEP, rgb += 3 * FOLD_STEP) {
		__m512i left[4], right[4];

		block(rgb, stride, grey, phash_place(x), left);
		block(rgb + 3 * FOLD_BLOCK, stride, grey,
		    phash_place(x + FOLD_BLOCK), right);
#pragma GCC unroll 5
		for (int m = 0; m < FOLD_MOMENTS; m++, moments += FOLD_PAIRS)
			_mm512_storeu_si512(moments,
			    _mm512_mask_blend_epi16(0xaaaaaaaa, moment(left, m),
				_mm512_slli_epi32(moment(right, m), 16)));
	}
	return x;
}

#include "hash/phash_lanes.h"

const struct phash_ops phash_ops_avx512 = {"avx512", grey, tile, weigh, split,
    fold_plan_avx2, fold_rows_avx2, across, down, cosines, around};
