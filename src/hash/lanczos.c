#include "hash/lanczos.h"

#include <math.h>

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
	return x >= -LANCZOS_LOBES && x < LANCZOS_LOBES
		   ? sinc(x) * sinc(x / LANCZOS_LOBES)
		   : 0;
}

static double
widen(uint32_t in, uint32_t out)
{
	double scale = (double)in / out;

	return scale < 1 ? 1 : scale;
}

size_t
lanczos_samples_max(uint32_t in, uint32_t out)
{
	return (size_t)(LANCZOS_LOBES * widen(in, out)) * 2 + 4;
}

static uint32_t
common_divisor(uint32_t a, uint32_t b)
{
	while (b != 0) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

bool
lanczos_before(const struct lanczos *l, uint32_t i, uint32_t *ret)
{
	uint32_t before = i - l->period;

	if (i < l->period || l->n[before] != l->n[i] ||
	    l->first[i] - l->first[before] != l->shift)
		return false;
	*ret = before;
	return true;
}

void
lanczos_init(struct lanczos *l, uint32_t in, uint32_t out)
{
	double scale = (double)in / out, wide = widen(in, out);

	l->in = in;
	l->out = out;
	l->fine = 1 / wide;
	l->period = out / common_divisor(in, out);
	l->shift = in / common_divisor(in, out);
	for (uint32_t i = 0; i < out; i++) {
		double centre = (i + 0.5) * scale;
		double first = centre - LANCZOS_LOBES * wide + 0.5;
		double end = centre + LANCZOS_LOBES * wide + 0.5;

		l->centre[i] = centre;
		l->first[i] = first < 0 ? 0 : (uint32_t)first;
		l->n[i] = (end > in ? in : (uint32_t)end) - l->first[i];
	}
}

/* Twice: the weights are not kept in binary64 between sum and division. */
void
lanczos_weigh(const struct lanczos *l, uint32_t i, int32_t *ret)
{
	uint32_t first = l->first[i], n = l->n[i];
	double centre = l->centre[i], sum = 0;

	for (uint32_t k = 0; k < n; k++)
		sum += window((k + first - centre + 0.5) * l->fine);
	for (uint32_t k = 0; k < n; k++) {
		double w = window((k + first - centre + 0.5) * l->fine);

		if (sum != 0)
			w /= sum;
		w *= 1 << LANCZOS_BITS;
		ret[k] = (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
	}
}
