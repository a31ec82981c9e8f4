#include "mark/read.h"

#include <math.h>

#include "mark/code.h"
#include "mark/solve.h"

#define TILE 32       /* pixels in which one fit holds */
#define TERMS 8       /* of the fit */
#define TILE_MIN 128  /* pixels of a tile that must be seen */
#define CAUCHY 2.5f   /* deviations */
#define SMALL_SIDE 32 /* a copy reduced further says nothing */
#define NOISE_RADIUS 4
#define NOISE_MIN 0.15f /* variance that is left at least: rounding */
#define MEMORY ((size_t)96 << 20)

bool
mark_rendition_check(const struct mark_rendition *r, struct err *e)
{
	if (!pixels_check(&r->a, e) || !pixels_check(&r->b, e))
		return false;
	if (r->a.width != r->b.width || r->a.height != r->b.height)
		return err_set(e, ERR_INPUT, "variants of two sizes");
	if (r->mcus == 0 || (r->mcu_px != 8 && r->mcu_px != 16))
		return err_set(e, ERR_INPUT, "segments of no size");
	if (mark_rendition_segments(r) > MARK_LENGTH_MAX)
		return err_set(e, ERR_LIMIT, "too many segments");
	return true;
}

size_t
mark_rendition_segments(const struct mark_rendition *r)
{
	size_t w = (r->a.width + r->mcu_px - 1) / r->mcu_px;
	size_t h = (r->a.height + r->mcu_px - 1) / r->mcu_px;

	return (w * h + r->mcus - 1) / r->mcus;
}

/* All of one size, pixel over pixel. */
struct layers {
	struct mark_grey middle; /* (A + B) / 2 */
	struct mark_grey half;   /* (B - A) / 2 */
	struct mark_grey copy;   /* then what is left of it; NAN: not seen */
	struct mark_grey noise;  /* variance of that */
};

static bool
lay_rendition(struct arena *a, const struct mark_rendition *r, uint32_t side,
    struct layers *l, struct err *e)
{
	uint32_t w, h;
	size_t n;

	mark_grey_fit(r->a.width, r->a.height, side, &w, &h);
	if (!mark_grey_of_pixels(a, &r->a, w, h, &l->middle, e) ||
	    !mark_grey_of_pixels(a, &r->b, w, h, &l->half, e))
		return false;
	n = (size_t)w * h;
	for (size_t i = 0; i < n; i++) {
		float va = l->middle.p[i], vb = l->half.p[i];

		l->middle.p[i] = (va + vb) / 2;
		l->half.p[i] = (vb - va) / 2;
	}
	return true;
}

/* The copy is first made as coarse as the layers are, then laid onto them. */
static bool
lay_copy(struct arena *a, const struct mark_grey *copy,
    const struct mark_warp *w, double coarser, struct layers *l, struct err *e)
{
	double side = fmax(l->middle.w, l->middle.h);
	struct mark_warp m = mark_warp_scale(1 / side, 1 / side), to;
	struct mark_grey from = *copy;

	if (coarser > 1.05 &&
	    !mark_grey_shrink(a, copy,
		(uint32_t)fmax(1, round(copy->w / coarser)),
		(uint32_t)fmax(1, round(copy->h / coarser)), &from, e))
		return false;
	m = mark_warp_after(w, &m);
	to =
	    mark_warp_scale(from.w / (double)copy->w, from.h / (double)copy->h);
	m = mark_warp_after(&to, &m);
	if (!mark_grey_new(a, l->middle.w, l->middle.h, &l->copy, e))
		return false;
	mark_warp_pixels(&from, &m, MARK_CUBIC, &l->copy);
	return true;
}

struct tile {
	uint32_t x, y, right, low;
	float middle; /* grey level around which it is fitted */
	double fit[TERMS];
	float width; /* of what is left */
};

/* What the rendition can explain: light (with gamma: a parabola), a shift, a
 * blur, a slope of light. */
static inline void
terms(const struct layers *l, const struct tile *t, uint32_t x, uint32_t y,
    float row[MARK_EQUATION])
{
	const float *p = l->middle.p + (size_t)y * l->middle.w + x;
	ptrdiff_t down = l->middle.w;
	float v = (p[0] - t->middle) / 32;

	row[0] = 1;
	row[1] = v;
	row[2] = v * v;
	row[3] = (p[1] - p[-1]) / 8;
	row[4] = (p[down] - p[-down]) / 8;
	row[5] = (p[1] + p[-1] + p[down] + p[-down] - 4 * p[0]) / 8;
	row[6] = (float)(x - t->x) / TILE - 0.5f;
	row[7] = (float)(y - t->y) / TILE - 0.5f;
}

static inline float
left_over(const struct tile *t, const float row[MARK_EQUATION], float value)
{
	for (int i = 0; i < TERMS; i++)
		value -= (float)t->fit[i] * row[i];
	return value;
}

/* Fits; the second time with less weight for what the first did not explain. */
static bool
fit_tile(const struct layers *l, struct tile *t)
{
	struct mark_normal eq = {.n = TERMS};
	double n = 0;

	for (uint32_t y = t->y; y < t->low; y++) {
		struct mark_gather line = {0};

		for (uint32_t x = t->x; x < t->right; x++) {
			float row[MARK_EQUATION] = {0}, k = 0;
			float v = l->copy.p[(size_t)y * l->copy.w + x];

			if (isnan(v))
				continue;
			terms(l, t, x, y, row);
			row[TERMS] = v;
			if (t->width > 0)
				k = left_over(t, row, v) / t->width;
			mark_gather_add(&line, TERMS, row, 1 / (1 + k * k));
			n++;
		}
		mark_normal_add(&eq, &line);
	}
	return n >= TILE_MIN && mark_normal_solve(&eq, 1e-5, t->fit);
}

static void
measure_tile(const struct layers *l, struct tile *t)
{
	double sum = 0, n = 0;

	for (uint32_t y = t->y; y < t->low; y++)
		for (uint32_t x = t->x; x < t->right; x++) {
			float row[MARK_EQUATION];
			float v = l->copy.p[(size_t)y * l->copy.w + x];

			if (isnan(v))
				continue;
			terms(l, t, x, y, row);
			sum += (double)fabsf(left_over(t, row, v));
			n++;
		}
	t->width = (float)(CAUCHY * 1.25 * sum / fmax(n, 1)) + 0.1f;
}

static void
finish_tile(struct layers *l, const struct tile *t, bool fits)
{
	for (uint32_t y = t->y; y < t->low; y++)
		for (uint32_t x = t->x; x < t->right; x++) {
			float row[MARK_EQUATION];
			float *v = l->copy.p + (size_t)y * l->copy.w + x;

			if (!fits)
				*v = NAN;
			if (isnan(*v))
				continue;
			terms(l, t, x, y, row);
			*v = left_over(t, row, *v);
		}
}

static void
explain_tile(struct layers *l, struct tile *t)
{
	double sum = 0;
	bool fits;

	for (uint32_t y = t->y; y < t->low; y++)
		for (uint32_t x = t->x; x < t->right; x++)
			sum += (double)l->middle.p[(size_t)y * l->middle.w + x];
	t->middle = (float)(sum / ((t->right - t->x) * (t->low - t->y)));
	fits = fit_tile(l, t);
	if (fits) {
		measure_tile(l, t);
		fits = fit_tile(l, t);
	}
	finish_tile(l, t, fits);
}

static void
blank_border(struct mark_grey *g)
{
	for (uint32_t x = 0; x < g->w; x++)
		g->p[x] = g->p[(size_t)(g->h - 1) * g->w + x] = NAN;
	for (uint32_t y = 0; y < g->h; y++)
		g->p[(size_t)y * g->w] = g->p[(size_t)(y + 1) * g->w - 1] = NAN;
}

/* Leaves in l->copy what the rendition does not explain. */
static void
explain(struct layers *l)
{
	uint32_t w = l->copy.w, h = l->copy.h;

	blank_border(&l->copy);
	for (uint32_t y = 1; y + 1 < h; y += TILE)
		for (uint32_t x = 1; x + 1 < w; x += TILE) {
			struct tile t = {.x = x,
			    .y = y,
			    .right = x + TILE < w ? x + TILE : w - 1,
			    .low = y + TILE < h ? y + TILE : h - 1};

			explain_tile(l, &t);
		}
}

/* Mean square around each pixel, from a picture without its means. */
static bool
measure_noise(struct arena *a, struct layers *l, struct err *e)
{
	struct mark_grey squares, detail;
	size_t n = (size_t)l->copy.w * l->copy.h;

	if (!mark_grey_new(a, l->copy.w, l->copy.h, &squares, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		float v = l->copy.p[i];

		squares.p[i] = isnan(v) ? 0 : v * v;
	}
	if (!mark_grey_detail(a, &squares, NOISE_RADIUS, &detail, e))
		return false;
	for (size_t i = 0; i < n; i++)
		squares.p[i] -= detail.p[i];
	l->noise = squares;
	return true;
}

/* Sums of a segment: with the differences, with those of a block beside. */
struct sums {
	float *value, *full, *beside;
};

static void
correlate_row(const struct layers *l, uint32_t y, const uint32_t *at,
    uint32_t shift, struct sums *s)
{
	const float *copy = l->copy.p + (size_t)y * l->copy.w;
	const float *noise = l->noise.p + (size_t)y * l->copy.w;
	const float *half = l->half.p + (size_t)y * l->copy.w;
	uint32_t w = l->copy.w;

	for (uint32_t x = 0; x < w; x++) {
		float weight = 1 / (noise[x] + NOISE_MIN);
		float other = half[x + shift < w ? x + shift : x - shift];

		if (isnan(copy[x]))
			continue;
		s->value[at[x]] += copy[x] * half[x] * weight;
		s->full[at[x]] += half[x] * half[x] * weight;
		s->beside[at[x]] += copy[x] * other * weight;
	}
}

static bool
correlate(struct arena *a, const struct mark_rendition *r,
    const struct layers *l, struct mark_reading *ret, struct sums *s,
    struct err *e)
{
	uint32_t w = l->copy.w, h = l->copy.h;
	uint32_t across = (r->a.width + r->mcu_px - 1) / r->mcu_px;
	double sx = (double)r->a.width / w / r->mcu_px;
	double sy = (double)r->a.height / h / r->mcu_px;
	uint32_t shift = (uint32_t)ceil(16.0 * w / r->a.width);
	uint32_t *at = NEW_N(a, uint32_t, w);

	*s = (struct sums){ret->value, ret->full, NEW_N(a, float, ret->n)};
	if (at == NULL || s->beside == NULL)
		return err_set(e, ERR_LIMIT, "no room to read");
	shift = shift < w / 2 ? shift : w / 2;
	for (uint32_t y = 0; y < h; y++) {
		uint32_t row = (uint32_t)((y + 0.5) * sy) * across;

		for (uint32_t x = 0; x < w; x++)
			at[x] = (row + (uint32_t)((x + 0.5) * sx)) / r->mcus;
		correlate_row(l, y, at, shift, s);
	}
	for (size_t i = 0; i < ret->n; i++) {
		ret->full[i] = sqrtf(ret->full[i]);
		ret->value[i] /= fmaxf(ret->full[i], 1e-6f);
		s->beside[i] /= fmaxf(ret->full[i], 1e-6f);
	}
	return true;
}

static double
presence_of(const struct sums *s, size_t n)
{
	double sum = 0, squares = 1e-9;

	for (size_t i = 0; i < n; i++) {
		double more = (double)(s->value[i] * s->value[i] -
				       s->beside[i] * s->beside[i]);
		double d = more * (double)fminf(s->full[i], 5);

		sum += d;
		squares += d * d;
	}
	return sum / sqrt(squares);
}

bool
mark_read(struct arena *a, const struct mark_rendition *r,
    const struct mark_grey *copy, const struct mark_warp *warp,
    struct mark_reading *ret, struct err *e)
{
	OWNED(arena) work = arena_new(MEMORY);
	double longest = fmax(r->a.width, r->a.height);
	double zoom = mark_warp_zoom(
	    warp, r->a.width / 2 / longest, r->a.height / 2 / longest);
	double side = fmin(fmin(zoom, longest), MARK_READ_SIDE);
	struct mark_reading out = {.n = mark_rendition_segments(r)};
	struct layers l;
	struct sums s;

	out.value = NEW_N(a, float, out.n);
	out.full = NEW_N(a, float, out.n);
	if (work == NULL || out.value == NULL || out.full == NULL)
		return err_set(e, ERR_LIMIT, "no room to read");
	*ret = out;
	if (!(side >= SMALL_SIDE))
		return true;
	if (!lay_rendition(work, r, (uint32_t)side, &l, e) ||
	    !lay_copy(work, copy, warp, zoom / side, &l, e))
		return false;
	if (l.copy.w < 3 || l.copy.h < 3)
		return true;
	explain(&l);
	if (!measure_noise(work, &l, e))
		return false;
	if (!correlate(work, r, &l, &out, &s, e))
		return false;
	out.presence = presence_of(&s, out.n);
	*ret = out;
	return true;
}
