#include "attack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/scale.h"

double
dice_between(struct dice *d, double low, double high)
{
	d->s = d->s * 6364136223846793005u + 1442695040888963407u;
	return low + (high - low) * (double)(d->s >> 33) / 2147483648.0;
}

unsigned
dice_below(struct dice *d, unsigned n)
{
	return (unsigned)dice_between(d, 0, n);
}

static uint8_t
clamped(double v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : lround(v));
}

static struct luma
coded(struct luma from, int quality)
{
	struct buf b = luma_to_jpeg(&from, quality);
	struct luma l = luma_of_jpeg(buf_view(&b));

	buf_done(&b);
	luma_done(&from);
	return l;
}

/* By the Lanczos of the house, which the tracer does not use. */
static struct luma
scaled(const struct luma *l, double k)
{
	struct luma r = luma_new((uint32_t)fmax(1, round(l->w * k)),
	    (uint32_t)fmax(1, round(l->h * k)));
	double sx = (double)l->w / r.w, sy = (double)l->h / r.h;
	struct plane to = {.width = r.w, .height = r.h, .stride = r.w + 64};
	struct scale_axis x = {l->w, sx / 2 - 0.5, sx};
	struct scale_axis y = {l->h, sy / 2 - 0.5, sy};
	struct scale *s;
	struct err e;

	to.p = calloc(to.stride, r.h + 1);
	s = scale_new(x, y, &to, &e);
	for (uint32_t i = 0; s != NULL && i < l->h; i++)
		scale_push(s, l->p + (size_t)i * l->w);
	for (uint32_t i = 0; i < r.h; i++)
		memcpy(r.p + (size_t)i * r.w, to.p + i * to.stride, r.w);
	scale_free(s);
	free(to.p);
	return r;
}

static struct luma
part(const struct luma *l, double x, double y, double w, double h)
{
	uint32_t x0 = (uint32_t)(x * l->w), y0 = (uint32_t)(y * l->h);
	struct luma r = luma_new((uint32_t)(w * l->w), (uint32_t)(h * l->h));

	for (uint32_t i = 0; i < r.h; i++)
		memcpy(r.p + (size_t)i * r.w,
		    l->p + (size_t)(y0 + i) * l->w + x0, r.w);
	return r;
}

/* A few rows and columns are lost, nobody knows which. */
static struct luma
trimmed(struct dice *d, const struct luma *l)
{
	double w = dice_between(d, 0.9, 1), h = dice_between(d, 0.9, 1);

	return part(
	    l, dice_between(d, 0, 1 - w), dice_between(d, 0, 1 - h), w, h);
}

static struct luma
jpeg40(struct dice *d, const struct luma *l)
{
	return coded(trimmed(d, l), 40);
}

static struct luma
resize35(struct dice *d, const struct luma *l)
{
	struct luma t = trimmed(d, l);
	struct luma r = scaled(&t, dice_between(d, 0.34, 0.36));

	luma_done(&t);
	return coded(r, 80);
}

/* A third of the area, of any shape between 1 to 2 and 2 to 1. */
static struct luma
crop3(struct dice *d, const struct luma *l)
{
	double w = exp(dice_between(d, log(0.42), log(0.8)));
	double h = 1 / (3 * w);

	return coded(
	    part(l, dice_between(d, 0, 1 - w), dice_between(d, 0, 1 - h), w, h),
	    80);
}

static uint8_t
at(const struct luma *l, double x, double y)
{
	int i = (int)floor(x), j = (int)floor(y);
	double fx = x - i, fy = y - j;
	const uint8_t *p = l->p + (size_t)j * l->w + i;

	if (i < 0 || j < 0 || i + 1 >= (int)l->w || j + 1 >= (int)l->h)
		return 0;
	return clamped((1 - fy) * ((1 - fx) * p[0] + fx * p[1]) +
		       fy * ((1 - fx) * p[l->w] + fx * p[l->w + 1]));
}

/* Turned in its frame and a little smaller: corners are black or cut. */
static struct luma
rotate(struct dice *d, const struct luma *l)
{
	double turn = dice_between(d, 1, 8) * (dice_below(d, 2) ? 1 : -1);
	double k = dice_between(d, 0.6, 1), c, s;
	struct luma small = scaled(l, k), r = luma_new(small.w, small.h);

	c = cos(turn * M_PI / 180);
	s = sin(turn * M_PI / 180);
	for (uint32_t y = 0; y < r.h; y++)
		for (uint32_t x = 0; x < r.w; x++) {
			double u = x - r.w / 2.0, v = y - r.h / 2.0;

			r.p[(size_t)y * r.w + x] =
			    at(&small, c * u - s * v + r.w / 2.0,
				s * u + c * v + r.h / 2.0);
		}
	luma_done(&small);
	return coded(r, 80);
}

static void
box(struct luma *l, double x, double y, double w, double h, uint8_t grey)
{
	for (uint32_t j = (uint32_t)(y * l->h); j < (y + h) * l->h; j++)
		for (uint32_t i = (uint32_t)(x * l->w);
		     i < (x + w) * l->w && j < l->h && i < l->w; i++)
			l->p[(size_t)j * l->w + i] = grey;
}

/* A telephone's or a desk's screen: bars, lines of text, buttons. */
static struct luma
screenshot(struct dice *d, const struct luma *l)
{
	struct luma s = scaled(l, dice_between(d, 0.4, 0.7));
	double left = dice_between(d, 0.02, 0.3),
	       up = dice_between(d, 0.1, 0.5);
	struct luma r =
	    luma_new((uint32_t)(s.w * (1 + left + dice_between(d, 0.02, 0.3))),
		(uint32_t)(s.h * (1 + up + dice_between(d, 0.1, 0.5))));

	memset(r.p, dice_below(d, 2) ? 245 : 30, (size_t)r.w * r.h);
	for (int i = 0; i < 60; i++)
		box(&r, dice_between(d, 0, 0.95), dice_between(d, 0, 0.97),
		    dice_between(d, 0.005, 0.05), 0.012,
		    (uint8_t)dice_below(d, 256));
	for (uint32_t y = 0; y < s.h; y++)
		memcpy(r.p + ((size_t)y + (size_t)(up * s.h)) * r.w +
			   (size_t)(left * s.w),
		    s.p + (size_t)y * s.w, s.w);
	luma_done(&s);
	return coded(r, 85);
}

static struct luma
light(struct dice *d, const struct luma *l)
{
	struct luma r = trimmed(d, l);
	double gain = dice_between(d, 0.75, 1.25);
	double more = dice_between(d, -20, 20);
	double gamma = exp(dice_between(d, log(0.65), log(1.55)));

	for (size_t i = 0; i < (size_t)r.w * r.h; i++)
		r.p[i] =
		    clamped(255 * pow(r.p[i] / 255.0, gamma) * gain + more);
	return coded(r, 75);
}

static struct luma
blurred(struct dice *d, const struct luma *l)
{
	struct luma t = trimmed(d, l), r;
	double sigma = dice_between(d, 1, 2), w[7], sum = 0;

	for (int i = -3; i <= 3; i++)
		sum += w[i + 3] = exp(-i * i / (2 * sigma * sigma));
	for (int way = 0; way < 2; way++) {
		r = luma_new(t.w, t.h);
		for (int y = 0; y < (int)t.h; y++)
			for (int x = 0; x < (int)t.w; x++) {
				double v = 0;

				for (int i = -3; i <= 3; i++) {
					int u = way ? x : x + i;
					int o = way ? y + i : y;

					u = u < 0 ? 0 : u;
					o = o < 0 ? 0 : o;
					u = u < (int)t.w ? u : (int)t.w - 1;
					o = o < (int)t.h ? o : (int)t.h - 1;
					v += w[i + 3] *
					     t.p[(size_t)o * t.w + (size_t)u];
				}
				r.p[(size_t)y * t.w + (size_t)x] =
				    clamped(v / sum);
			}
		luma_done(&t);
		t = r;
	}
	return coded(t, 80);
}

/* Sent on twice by a service that makes pictures smaller each time. */
static struct luma
messenger(struct dice *d, const struct luma *l)
{
	struct luma t = trimmed(d, l), once, twice;

	once = coded(scaled(&t, fmin(1, 1600.0 / fmax(t.w, t.h))), 70);
	twice =
	    coded(scaled(&once, fmin(1, 1280.0 / fmax(once.w, once.h))), 60);
	luma_done(&t);
	luma_done(&once);
	return twice;
}

/* What colluders do after they joined their copies. */
static struct luma
sent(struct dice *d, const struct luma *l)
{
	return coded(scaled(l, dice_between(d, 0.6, 1)), 70);
}

void
copy_of(const struct picture *p, const uint8_t *bits, struct luma *ret)
{
	for (uint32_t y = 0; y < p->a.h; y++)
		for (uint32_t x = 0; x < p->a.w; x++) {
			size_t i = (size_t)y * p->a.w + x;

			ret->p[i] = bits[picture_segment(p, x, y)] ? p->b.p[i]
								   : p->a.p[i];
		}
}

static void
average(struct dice *d, const struct picture *p, uint8_t *const bits[],
    unsigned n, struct luma *ret)
{
	(void)d;
	for (uint32_t y = 0; y < p->a.h; y++)
		for (uint32_t x = 0; x < p->a.w; x++) {
			size_t s = picture_segment(p, x, y);
			size_t i = (size_t)y * p->a.w + x;
			double ones = 0;

			for (unsigned k = 0; k < n; k++)
				ones += bits[k][s];
			ret->p[i] = clamped(
			    p->a.p[i] + (p->b.p[i] - p->a.p[i]) * ones / n);
		}
}

static void
join_bits(struct dice *d, const struct picture *p, uint8_t *const bits[],
    unsigned n, bool vote, struct luma *ret)
{
	uint8_t *own = calloc(p->segments, 1);

	for (size_t s = 0; s < p->segments; s++) {
		unsigned ones = 0;

		for (unsigned k = 0; k < n; k++)
			ones += bits[k][s];
		own[s] = vote ? 2 * ones > n : bits[dice_below(d, n)][s];
	}
	copy_of(p, own, ret);
	free(own);
}

static void
mix(struct dice *d, const struct picture *p, uint8_t *const bits[], unsigned n,
    struct luma *ret)
{
	join_bits(d, p, bits, n, false, ret);
}

static void
majority(struct dice *d, const struct picture *p, uint8_t *const bits[],
    unsigned n, struct luma *ret)
{
	join_bits(d, p, bits, n, true, ret);
}

const struct attack attacks[] = {{"jpeg40", 1, NULL, jpeg40},
    {"resize35", 1, NULL, resize35}, {"crop3", 1, NULL, crop3},
    {"rotate", 1, NULL, rotate}, {"screenshot", 1, NULL, screenshot},
    {"light", 1, NULL, light}, {"blur", 1, NULL, blurred},
    {"messenger", 1, NULL, messenger}, {"average2", 2, average, sent},
    {"mix2", 2, mix, sent}, {"average3", 3, average, sent},
    {"mix3", 3, mix, sent}, {"majority3", 3, majority, sent}};
const unsigned n_attacks = sizeof(attacks) / sizeof(attacks[0]);
