#include "mark/align.h"

#include <math.h>
#include <string.h>

#include "mark/solve.h"

#define SMALLEST 32    /* of a pyramid, pixels of the longer side */
#define RADIUS 10      /* of the local mean, pixels at the compared size */
#define RADIUS_SMALL 4 /* where the rendition is reduced to SMALL_SIDE */
#define SMALL_SIDE 128
#define STILL_PX 0.01  /* a step this small is the last */
#define STEP_PX 4.0    /* no step is longer: it would leave what is linear */
#define CAUCHY 2.0f    /* widths of the residuals */
#define GAIN_MIN 0.05  /* under it the two have nothing in common */
#define PIXELS_MIN 200 /* of the overlap */
#define MEMORY ((size_t)160 << 20)

enum { GAIN, OFFSET, GEOMETRY }; /* order of the unknowns */

bool
mark_pyramid_new(struct arena *a, const struct mark_grey *g,
    struct mark_pyramid *ret, struct err *e)
{
	struct mark_pyramid p = {.level[0] = *g, .n = 1};

	while (p.n < MARK_LEVELS) {
		const struct mark_grey *last = &p.level[p.n - 1];
		uint32_t w = last->w / 2, h = last->h / 2;

		if (w == 0 || h == 0 || (w > h ? w : h) < SMALLEST)
			break;
		if (!mark_grey_shrink(a, last, w, h, &p.level[p.n], e))
			return false;
		p.n++;
	}
	*ret = p;
	return true;
}

struct pair {
	struct mark_grey of, copy; /* details of the two, each as it is */
	struct mark_grey seen;     /* the copy, warped onto of */
	struct mark_warp to_copy;  /* pixels of its base to its pixels */
	double side;               /* longest of of */
	uint32_t radius;
	enum mark_motion motion;
	int unknowns;
};

/* How the last step left the residuals. */
struct state {
	float gain, offset, width;
	double n, tt, ss, ts, sum_abs;
};

/* Near its border a picture's local mean is of the inside alone, where the
 * other's may know what comes next: no pixel there is compared. */
static void
blank_margin(struct mark_grey *g, uint32_t margin)
{
	for (uint32_t y = 0; y < g->h; y++) {
		bool all = y < margin || y + margin >= g->h;

		for (uint32_t x = 0; x < g->w; x++)
			if (all || x < margin || x + margin >= g->w)
				g->p[(size_t)y * g->w + x] = NAN;
	}
}

/* The level of the copy that is a little finer than what it is compared to. */
static bool
pair_init(struct arena *a, struct pair *p, const struct mark_grey *of,
    const struct mark_pyramid *copy, const struct mark_warp *w, struct err *e)
{
	double side = of->w > of->h ? of->w : of->h;
	double zoom =
	    mark_warp_zoom(w, of->w / 2 / side, of->h / 2 / side) / side;
	const struct mark_grey *base = &copy->level[0], *at;
	unsigned k = 0;

	for (; k + 1 < copy->n && zoom >= 2; k++)
		zoom /= 2;
	at = &copy->level[k];
	p->side = side;
	p->to_copy =
	    mark_warp_scale(at->w / (double)base->w, at->h / (double)base->h);
	p->radius = side > SMALL_SIDE ? RADIUS : RADIUS_SMALL;
	zoom = p->radius * fmin(fmax(zoom, 0.3), 4);
	if (!mark_grey_detail(a, of, p->radius, &p->of, e) ||
	    !mark_grey_detail(a, at, (uint32_t)lround(zoom), &p->copy, e) ||
	    !mark_grey_new(a, of->w, of->h, &p->seen, e))
		return false;
	blank_margin(&p->copy, (uint32_t)lround(zoom));
	return true;
}

static void
see(struct pair *p, const struct mark_warp *w)
{
	struct mark_warp in = mark_warp_scale(1 / p->side, 1 / p->side);
	struct mark_warp m = mark_warp_after(w, &in);

	m = mark_warp_after(&p->to_copy, &m);
	mark_warp_pixels(&p->copy, &m, MARK_LINEAR, &p->seen);
}

/* The equation of a pixel; false: it has none. */
static inline bool
equation(const struct pair *p, uint32_t i, uint32_t j, float row[MARK_EQUATION])
{
	const float *s = p->seen.p + (size_t)j * p->seen.w + i;
	float gx = (s[1] - s[-1]) / 2;
	float gy = (s[p->seen.w] - s[-(ptrdiff_t)p->seen.w]) / 2;
	float u = (float)((i + 0.5) / p->side) - 0.5f;
	float v = (float)((j + 0.5) / p->side) - 0.5f;

	if (isnan(gx + gy + s[0]))
		return false;
	row[GAIN] = s[0];
	row[OFFSET] = 1;
	row[GEOMETRY] = gx;
	row[GEOMETRY + 1] = gy;
	if (p->motion == MARK_SIMILAR) {
		row[GEOMETRY + 2] = gx * u + gy * v;
		row[GEOMETRY + 3] = gy * u - gx * v;
	} else
		memcpy(row + GEOMETRY + 2,
		    (float[]){gx * u, gx * v, gy * u, gy * v},
		    4 * sizeof(*row));
	if (p->motion == MARK_PROJECTIVE) {
		float g = -(gx * u + gy * v);

		row[GEOMETRY + 6] = g * u;
		row[GEOMETRY + 7] = g * v;
	}
	row[p->unknowns] = p->of.p[(size_t)j * p->of.w + i];
	return true;
}

/* Where the picture is steep, a residual may be of the map that is sought. */
static inline float
tolerance(const struct state *s, const float *row)
{
	return s->width + fabsf(row[GEOMETRY]) + fabsf(row[GEOMETRY + 1]);
}

static inline void
count(struct state *s, float of, float seen, float residual)
{
	s->n++;
	s->tt += (double)(of * of);
	s->ss += (double)(seen * seen);
	s->ts += (double)(of * seen);
	s->sum_abs += (double)fabsf(residual);
}

/* All equations, weighted by the residuals that the last gain leaves. */
static void
gather(const struct pair *p, struct state *s, struct mark_normal *eq)
{
	struct state next = {.gain = s->gain, .offset = s->offset};

	*eq = (struct mark_normal){.n = p->unknowns};
	for (uint32_t j = p->radius; j + p->radius < p->of.h; j++) {
		struct mark_gather line = {0};

		for (uint32_t i = p->radius; i + p->radius < p->of.w; i++) {
			float row[MARK_EQUATION] = {0}, r, k, t;

			if (!equation(p, i, j, row))
				continue;
			t = row[p->unknowns];
			r = t - s->gain * row[GAIN] - s->offset;
			k = s->width > 0 ? r / tolerance(s, row) : 0;
			count(&next, t, row[GAIN], r);
			mark_gather_add(
			    &line, p->unknowns, row, 1 / (1 + k * k));
		}
		mark_normal_add(eq, &line);
	}
	next.width = CAUCHY * (float)(next.sum_abs / fmax(next.n, 1)) + 0.01f;
	*s = next;
}

/* The step in units of the rendition; returns its length in pixels. */
static double
step_of(const struct pair *p, const double *x, struct mark_warp *ret)
{
	const struct mark_warp to = {{1, 0, -0.5, 0, 1, -0.5, 0, 0, 1}};
	const struct mark_warp back = {{1, 0, 0.5, 0, 1, 0.5, 0, 0, 1}};
	double d[8] = {0}, most, scale;
	struct mark_warp step;

	for (int i = 0; i < (int)p->motion; i++)
		d[i] = x[GEOMETRY + i] / x[GAIN] / p->side;
	if (p->motion == MARK_SIMILAR) {
		d[4] = d[3];
		d[3] = -d[4];
		d[5] = d[2];
	}
	most = p->side * fmax(fabs(d[0]) + (fabs(d[2]) + fabs(d[3])) / 2,
			     fabs(d[1]) + (fabs(d[4]) + fabs(d[5])) / 2);
	scale = most > STEP_PX ? STEP_PX / most : 1;
	for (int i = 0; i < 8; i++)
		d[i] *= scale;
	step = (struct mark_warp){
	    {1 + d[2], d[3], d[0], d[4], 1 + d[5], d[1], d[6], d[7], 1}};
	step = mark_warp_after(&step, &to);
	*ret = mark_warp_after(&back, &step);
	return most;
}

static void
judge(const struct pair *p, const struct state *s, struct mark_fit *fit)
{
	double all = (double)p->of.w * p->of.h;
	double r = s->ts / sqrt(s->tt * s->ss + 1e-9);

	fit->likeness = isfinite(r) ? r : 0;
	fit->share = s->n / all;
	fit->weight = 0;
	if (s->n >= PIXELS_MIN && r > 0)
		fit->weight = -s->n * log(1 - fmin(r * r, 0.999999));
}

/* One step; *ret_on is whether another one is worth while. */
static void
improve(struct pair *p, struct state *s, struct mark_fit *fit, bool *ret_on)
{
	struct mark_normal eq;
	struct mark_warp step;
	double x[MARK_UNKNOWNS_MAX];

	see(p, &fit->warp);
	gather(p, s, &eq);
	judge(p, s, fit);
	*ret_on = false;
	if (fit->weight <= 0 || !mark_normal_solve(&eq, 1e-6, x) ||
	    x[GAIN] < GAIN_MIN)
		return;
	s->gain = (float)x[GAIN];
	s->offset = (float)x[OFFSET];
	*ret_on = step_of(p, x, &step) > STILL_PX;
	fit->warp = mark_warp_after(&fit->warp, &step);
}

bool
mark_align(const struct mark_grey *of, const struct mark_pyramid *copy,
    unsigned rounds, enum mark_motion motion, struct mark_fit *fit,
    struct err *e)
{
	OWNED(arena) a = arena_new(MEMORY);
	struct pair p = {.motion = motion, .unknowns = GEOMETRY + (int)motion};
	struct state s = {.gain = 1};
	struct mark_normal unused;
	bool on = true;

	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room to align");
	if (!pair_init(a, &p, of, copy, &fit->warp, e))
		return false;
	for (unsigned i = 0; i < rounds && on; i++)
		improve(&p, &s, fit, &on);
	see(&p, &fit->warp);
	gather(&p, &s, &unused);
	judge(&p, &s, fit);
	return true;
}
