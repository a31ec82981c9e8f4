#include "hash/cosine.h"

#include <math.h>

/* Octant by octant, so that cosines and sines mirror each other exactly. */
static void
on_circle(unsigned i, unsigned n, double *ret_re, double *ret_im)
{
	double angle = (double)(0.25L * M_PIl / n);
	unsigned x = 8 * i;

	if (x < n) {
		*ret_re = cos(x * angle);
		*ret_im = sin(x * angle);
	} else if (x < 2 * n) {
		*ret_re = sin((2 * n - x) * angle);
		*ret_im = cos((2 * n - x) * angle);
	} else if (x < 3 * n) {
		x -= 2 * n;
		*ret_re = -sin(x * angle);
		*ret_im = cos(x * angle);
	} else {
		*ret_re = -cos((4 * n - x) * angle);
		*ret_im = sin((4 * n - x) * angle);
	}
}

/* exp(2 pi i / n), i up to n / 2, as the product of a coarse and a fine step.
 */
static void
unit(unsigned i, unsigned n, double *ret_re, double *ret_im)
{
	unsigned shift = 1, half = (n + 2) / 2;
	double fine_re = 1, fine_im = 0, re = 1, im = 0;

	while ((1u << shift) * (1u << shift) < half)
		shift++;
	if ((i & ((1u << shift) - 1)) != 0)
		on_circle(i & ((1u << shift) - 1), n, &fine_re, &fine_im);
	if (i >> shift != 0)
		on_circle(i >> shift << shift, n, &re, &im);
	*ret_re = fine_re * re - fine_im * im;
	*ret_im = fine_re * im + fine_im * re;
}

void
cosine_init(struct cosine *c, unsigned n)
{
	double ignored;

	*c = (struct cosine){.n = n};
	for (unsigned i = 0; i < n; i++) {
		unit(i + 1, 4 * n, &c->turn[i], &ignored);
		unit(i <= n / 2 ? i : n - i, n, &c->re[i], &c->im[i]);
		if (i > n / 2)
			c->im[i] = -c->im[i];
	}
}
