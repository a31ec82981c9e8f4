#include "hash/lanczos.h"

#include <math.h>
#include <string.h>

#define LOBES 3.0
#define HALF (1 << (LANCZOS_BITS - 1))

static double
sinc(double x)
{
	if (x == 0)
		return 1;
	x *= M_PI;
	return sin(x) / x;
}

static double
window(double x)
{
	return x >= -LOBES && x < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}

static double
widen(uint32_t in, uint32_t out)
{
	double scale = (double)in / out;

	return scale < 1 ? 1 : scale;
}

size_t
lanczos_weights(uint32_t in, uint32_t out)
{
	size_t n = (size_t)(LOBES * widen(in, out)) * 2 + 4;

	return (n + 15) / 16 * 16 * out;
}

/* Twice: the weights are not kept in binary64 between sum and division. */
static void
weigh(double centre, double fine, uint32_t first, uint32_t n, int32_t *ret)
{
	double sum = 0;

	for (uint32_t k = 0; k < n; k++)
		sum += window((k + first - centre + 0.5) * fine);
	for (uint32_t k = 0; k < n; k++) {
		double w = window((k + first - centre + 0.5) * fine);

		if (sum != 0)
			w /= sum;
		w *= 1 << LANCZOS_BITS;
		ret[k] = (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
	}
}

void
lanczos_init(struct lanczos *l, uint32_t in, uint32_t out, int32_t *weight)
{
	double scale = (double)in / out, wide = widen(in, out);

	*l = (struct lanczos){.in = in,
	    .out = out,
	    .weight = weight,
	    .stride = lanczos_weights(in, out) / out};
	memset(weight, 0, lanczos_weights(in, out) * sizeof(*weight));
	if (in == out)
		return;
	for (uint32_t i = 0; i < out; i++) {
		double centre = (i + 0.5) * scale;
		double first = centre - LOBES * wide + 0.5;
		double end = centre + LOBES * wide + 0.5;

		l->first[i] = first < 0 ? 0 : (uint32_t)first;
		l->n[i] = (end > in ? in : (uint32_t)end) - l->first[i];
		weigh(centre, 1 / wide, l->first[i], l->n[i],
		    weight + i * l->stride);
	}
}

static uint8_t
to_byte(int32_t sum)
{
	sum >>= LANCZOS_BITS;
	return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

void
lanczos_row(const struct lanczos *l, const uint8_t *row, uint8_t *ret)
{
	if (l->in == l->out) {
		memcpy(ret, row, l->in);
		return;
	}
	for (uint32_t i = 0; i < l->out; i++) {
		const int32_t *w = l->weight + i * l->stride;
		const uint8_t *p = row + l->first[i];
		int32_t sum = HALF;

		for (uint32_t k = 0; k < l->n[i]; k++)
			sum += w[k] * p[k];
		ret[i] = to_byte(sum);
	}
}

void
lanczos_columns(const struct lanczos *l, const uint8_t *rows, size_t stride,
    uint32_t columns, uint8_t *ret)
{
	for (uint32_t i = 0; i < l->out; i++, ret += columns) {
		const int32_t *w = l->weight + i * l->stride;
		int32_t sum[LANCZOS_OUT_MAX];

		if (l->in == l->out) {
			memcpy(ret, rows + i * stride, columns);
			continue;
		}
		for (uint32_t x = 0; x < columns; x++)
			sum[x] = HALF;
		for (uint32_t k = 0; k < l->n[i]; k++) {
			const uint8_t *row = rows + (l->first[i] + k) * stride;

			for (uint32_t x = 0; x < columns; x++)
				sum[x] += w[k] * row[x];
		}
		for (uint32_t x = 0; x < columns; x++)
			ret[x] = to_byte(sum[x]);
	}
}
