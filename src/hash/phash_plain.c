/* phash_lanes for any processor: two lanes, as the compiler finds them. */
#include <math.h>
#include <string.h>

#include "hash/phash_ops.h"

#define LANES 2

typedef double dvec __attribute__((vector_size(LANES * sizeof(double))));

static inline dvec
multiply_add(dvec a, dvec b, dvec c)
{
	return a * b + c;
}

/* One row's sum of products. */
static inline int32_t
dot(const int16_t *w, const int16_t *block, uint32_t n)
{
	int32_t sum = 0;

	for (uint32_t k = 0; k < n; k += PHASH_STEP, block += PHASH_BLOCK)
		for (uint32_t i = 0; i < PHASH_STEP; i++)
			sum += w[k + i] * block[i];
	return sum;
}

static inline int32_t
exactly(const struct phash_across *a, uint32_t i, const int16_t *block)
{
	const int16_t *upper = a->upper + i * a->stride;

	return dot(upper, block, a->n[i]) * a->scale[i] +
	       dot(a->lower + i * a->stride, block, a->n[i]);
}

static inline uint32_t
turn_quickly(const uint8_t *byte, uint32_t out, uint32_t rows, uint8_t *ret)
{
	(void)byte, (void)out, (void)rows, (void)ret;
	return 0;
}

static inline void
nearly(const struct phash_across *a, uint32_t i,
    const int16_t *const grey[PHASH_GROUPS], int32_t *ret, int32_t *ret_least,
    int32_t *ret_most)
{
	size_t first = phash_place(a->begin[i]);

	for (size_t r = 0; r < PHASH_TOGETHER; r++)
		ret[r] = a->scale[i] * dot(a->upper + i * a->stride,
					   grey[r / PHASH_ROWS] + first +
					       r % PHASH_ROWS * PHASH_STEP,
					   a->n[i]);
	*ret_least = a->least[i];
	*ret_most = a->most[i];
}

/* Bit r: row r has another byte with the least than with the most. */
static inline uint32_t
bytes_of(const int32_t *sum, int32_t least, int32_t most, uint8_t *ret)
{
	uint32_t unsure = 0;

	for (int r = 0; r < PHASH_TOGETHER; r++) {
		ret[r] = phash_byte(sum[r] + least);
		unsure |= (uint32_t)(ret[r] != phash_byte(sum[r] + most)) << r;
	}
	return unsure;
}

/* Columns behind the last mean nothing. */
static inline void
down_eight(const int32_t *w, uint32_t n, const uint8_t *row, uint32_t columns,
    int32_t ret[8])
{
	for (int x = 0; x < 8; x++)
		ret[x] = 1 << (LANCZOS_BITS - 1);
	for (uint32_t k = 0; k < n; k++, row += columns)
		for (int x = 0; x < 8; x++)
			ret[x] += w[k] * row[x];
}

static uint32_t
grey_quickly(const uint8_t *rgb, uint32_t n, uint32_t there, int16_t *ret)
{
	(void)rgb, (void)n, (void)there, (void)ret;
	return 0;
}

static bool
around_quickly(
    const uint8_t *const row[7], const struct pixels *px, int64_t x, float *ret)
{
	(void)row, (void)px, (void)x, (void)ret;
	return false;
}

#include "hash/phash_lanes.h"

const struct phash_ops phash_ops_plain = {"plain", grey, NULL, weigh, split,
    NULL, NULL, across, down, cosines, around};
