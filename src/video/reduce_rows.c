#include "video/reduce_rows.h"

#include <stdlib.h>

static void
widen(const uint8_t *from, uint32_t n, int16_t *ret)
{
	for (uint32_t x = 0; x < n; x++)
		ret[x] = from[x];
}

static void
reduce_rows(
    const struct reduce_axis *a, const int16_t *row, size_t from, int16_t *ret)
{
	for (int r = 0; r < REDUCE_ROWS; r++, row += from)
		for (uint32_t i = 0; i < a->out; i++) {
			const int16_t *w = a->weight + (size_t)i * a->taps;
			int32_t sum = 0;

			for (uint32_t k = 0; k < a->taps; k++)
				sum += w[k] * row[a->first[i] + k];
			sum >>= 7;
			ret[r * REDUCE_OUT_MAX + (int)i] =
			    (int16_t)(sum > INT16_MAX ? INT16_MAX : sum);
		}
}

static void
reduce_columns(const struct reduce_axis *a, const int16_t *rows,
    uint32_t columns, int16_t *ret)
{
	for (uint32_t i = 0; i < a->out; i++, ret += columns) {
		const int16_t *w = a->weight + (size_t)i * a->taps;
		const int16_t *row =
		    rows + (size_t)a->first[i] * REDUCE_OUT_MAX;
		int32_t sum[REDUCE_OUT_MAX];

		for (uint32_t x = 0; x < columns; x++)
			sum[x] = 1 << 18;
		for (uint32_t k = 0; k < a->taps; k++, row += REDUCE_OUT_MAX)
			for (uint32_t x = 0; x < columns; x++)
				sum[x] += w[k] * row[x];
		for (uint32_t x = 0; x < columns; x++)
			ret[x] = (int16_t)(sum[x] >> 19);
	}
}

const struct reduce_ops reduce_ops_plain = {
    "plain", widen, reduce_rows, reduce_columns};

size_t
reduce_ops_all(const struct reduce_ops *ret[REDUCE_OPS_KINDS])
{
	size_t n = 0;

	ret[n++] = &reduce_ops_plain;
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		ret[n++] = &reduce_ops_avx2;
#endif
	return n;
}

/* ---- whole planes ---- */

#define PART 128 /* of the upper parts */
#define ROWS 16
#define STEP 64

size_t
reduce_plane_room(const struct reduce_axis *a)
{
	return ((size_t)a->in + STEP + (size_t)4 * a->quads) / STEP * STEP *
	       ROWS;
}

reduce_plane *
reduce_plane_best(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vnni"))
		return reduce_plane_avx512;
#endif
	return NULL;
}

static uint32_t
taps_used(const struct reduce_axis *a)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < a->out; i++)
		for (uint32_t k = most; k < a->taps; k++)
			if (a->weight[i * a->taps + k] != 0)
				most = k + 1;
	return most;
}

/* One weight's two bytes to place k of the window. */
static bool
put_parts(int weight, uint32_t k, int32_t *quads)
{
	int upper = (weight + PART / 2) >> 7, lower = weight - upper * PART;

	if (upper < INT8_MIN || upper > INT8_MAX)
		return false;
	((int8_t *)&quads[k / 4 * 2])[k % 4] = (int8_t)upper;
	((int8_t *)&quads[k / 4 * 2 + 1])[k % 4] = (int8_t)lower;
	return true;
}

bool
reduce_axis_quads(struct reduce_axis *a)
{
	uint32_t taps = taps_used(a);

	a->quads = (taps + 3 + 3) / 4;
	a->quad = calloc((size_t)a->out * a->quads * 2, sizeof(*a->quad));
	if (a->quad == NULL)
		return false;
	for (uint32_t i = 0; i < a->out; i++)
		for (uint32_t k = 0; k < taps; k++)
			if (!put_parts(a->weight[i * a->taps + k],
				a->first[i] % 4 + k,
				a->quad + (size_t)i * a->quads * 2))
				return false;
	return true;
}
