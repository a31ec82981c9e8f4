#include "video/reduce_rows.h"

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
