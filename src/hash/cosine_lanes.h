/* cosine_lanes — the body of the cosine transform, of LANES signals at a time;
 * included once by each kind of phash_ops, which defines dvec, a vector of
 * doubles.  Every lane is rounded as if it were alone. */
#include "hash/cosine.h"

/* One pass: from blocks of `legs` runs to `legs` runs of blocks.  A run of
 * `length` holds a real number, pairs (re, im), and at an even length another
 * real one. */
struct pass {
	const struct cosine *plan;
	unsigned length, blocks;
	const dvec *in;
	dvec *out;
};

static inline const dvec *
in_run(const struct pass *p, unsigned legs, unsigned leg, unsigned block)
{
	return p->in + p->length * (leg + legs * block);
}

static inline dvec *
out_run(const struct pass *p, unsigned leg, unsigned block)
{
	return p->out + p->length * (block + p->blocks * leg);
}

/* A pair, turned back by leg steps of the circle, to place i of a run. */
static inline void
put_turned(const struct pass *p, unsigned leg, unsigned block, unsigned i,
    dvec re, dvec im)
{
	dvec *to = out_run(p, leg, block);
	unsigned at = leg * p->blocks * (i / 2) % p->plan->n;
	double c = p->plan->re[at], s = p->plan->im[at];

	to[i] = c * im + s * re;
	to[i - 1] = c * re - s * im;
}

static void
pass_two(const struct pass *p)
{
	unsigned last = p->length - 1;

	for (unsigned b = 0; b < p->blocks; b++) {
		const dvec *x = in_run(p, 2, 0, b), *y = in_run(p, 2, 1, b);
		dvec *to = out_run(p, 0, b), *other = out_run(p, 1, b);

		to[0] = x[0] + y[last];
		other[0] = x[0] - y[last];
		if (p->length % 2 == 0) {
			to[last] = 2 * x[last];
			other[last] = -2 * y[0];
		}
		for (unsigned i = 2; i < p->length; i += 2) {
			unsigned back = p->length - i;

			to[i - 1] = x[i - 1] + y[back - 1];
			to[i] = x[i] - y[back];
			put_turned(
			    p, 1, b, i, x[i - 1] - y[back - 1], x[i] + y[back]);
		}
	}
}

static void
four_ends(const struct pass *p, unsigned b)
{
	const dvec *x = in_run(p, 4, 0, b), *y = in_run(p, 4, 1, b);
	const dvec *z = in_run(p, 4, 2, b), *w = in_run(p, 4, 3, b);
	unsigned last = p->length - 1;
	dvec sum = x[0] + w[last], rest = x[0] - w[last];
	dvec re = 2 * y[last], im = 2 * z[0];

	out_run(p, 0, b)[0] = sum + re;
	out_run(p, 2, b)[0] = sum - re;
	out_run(p, 3, b)[0] = rest + im;
	out_run(p, 1, b)[0] = rest - im;
	if (p->length % 2 != 0)
		return;
	sum = x[last] + z[last];
	rest = x[last] - z[last];
	re = w[0] + y[0];
	im = w[0] - y[0];
	out_run(p, 0, b)[last] = sum + sum;
	out_run(p, 1, b)[last] = M_SQRT2 * (rest - re);
	out_run(p, 2, b)[last] = im + im;
	out_run(p, 3, b)[last] = -M_SQRT2 * (rest + re);
}

static void
four_pairs(const struct pass *p, unsigned b)
{
	const dvec *x = in_run(p, 4, 0, b), *y = in_run(p, 4, 1, b);
	const dvec *z = in_run(p, 4, 2, b), *w = in_run(p, 4, 3, b);
	dvec *to = out_run(p, 0, b);

	for (unsigned i = 2; i < p->length; i += 2) {
		unsigned back = p->length - i;
		dvec re0 = x[i - 1] + w[back - 1];
		dvec re1 = x[i - 1] - w[back - 1];
		dvec im1 = x[i] + w[back], im0 = x[i] - w[back];
		dvec re3 = z[i] + y[back], im2 = z[i] - y[back];
		dvec re2 = z[i - 1] + y[back - 1];
		dvec im3 = z[i - 1] - y[back - 1];

		to[i - 1] = re0 + re2;
		to[i] = im0 + im2;
		put_turned(p, 1, b, i, re1 - re3, im1 + im3);
		put_turned(p, 2, b, i, re0 - re2, im0 - im2);
		put_turned(p, 3, b, i, re1 + re3, im1 - im3);
	}
}

static void
pass_four(const struct pass *p)
{
	for (unsigned b = 0; b < p->blocks; b++) {
		four_ends(p, b);
		four_pairs(p, b);
	}
}

/* From the frequencies of a real signal, packed, to the signal.  32 is
 * 2 x 4 x 4, 64 is 4 x 4 x 4: three passes, so the result is in `other`. */
static void
signal_of(const struct cosine *c, dvec *v, dvec *other)
{
	struct pass p = {.plan = c, .blocks = 1, .in = v, .out = other};
	unsigned first = c->n == 32 ? 2 : 4;

	p.length = c->n / first;
	if (first == 2)
		pass_two(&p);
	else
		pass_four(&p);
	p = (struct pass){c, p.length / 4, first, other, v};
	pass_four(&p);
	p = (struct pass){c, 1, first * 4, v, other};
	pass_four(&p);
}

/* Of LANES signals side by side, in place. */
static void
cosine_transform(const struct cosine *c, dvec v[COSINE_MAX])
{
	unsigned n = c->n;
	dvec got[COSINE_MAX];

	v[0] *= 2;
	v[n - 1] *= 2;
	for (unsigned k = 1; k < n - 1; k += 2) {
		dvec a = v[k], b = v[k + 1];

		v[k] = a + b;
		v[k + 1] = b - a;
	}
	signal_of(c, v, got);
	v[0] = got[0];
	for (unsigned k = 1, back = n - 1; k < n / 2; k++, back--) {
		dvec a =
		    c->turn[k - 1] * got[back] + c->turn[back - 1] * got[k];
		dvec b =
		    c->turn[k - 1] * got[k] - c->turn[back - 1] * got[back];

		v[k] = 0.5 * (a + b);
		v[back] = 0.5 * (a - b);
	}
	v[n / 2] = got[n / 2] * c->turn[n / 2 - 1];
}
