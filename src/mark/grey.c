#include "mark/grey.h"

#include <assert.h>
#include <math.h>
#include <string.h>

bool
mark_grey_new(struct arena *a, uint32_t w, uint32_t h, struct mark_grey *ret,
    struct err *e)
{
	struct mark_grey g = {NEW_N(a, float, (size_t)w *h), w, h};

	if (g.p == NULL)
		return err_set(
		    e, ERR_LIMIT, "no room for %u x %u pixels", w, h);
	*ret = g;
	return true;
}

void
mark_grey_fit(
    uint32_t w, uint32_t h, uint32_t side, uint32_t *ret_w, uint32_t *ret_h)
{
	double longest = w > h ? w : h, k = side < longest ? side / longest : 1;

	*ret_w = (uint32_t)fmax(1, round(w * k));
	*ret_h = (uint32_t)fmax(1, round(h * k));
}

/* Where rows come from: pixels or a grey picture. */
struct source {
	const struct pixels *pixels;
	const struct mark_grey *grey;
	uint32_t w, h;
	float *row; /* w, of pixels */
};

static const float *
row_of(const struct source *s, uint32_t y)
{
	const uint8_t *p;

	if (s->grey != NULL)
		return s->grey->p + (size_t)y * s->w;
	p = s->pixels->p + y * s->pixels->stride;
	if (s->pixels->channels == 1)
		for (uint32_t x = 0; x < s->w; x++)
			s->row[x] = p[x];
	else
		for (uint32_t x = 0; x < s->w; x++)
			s->row[x] = 0.299f * p[3 * x] + 0.587f * p[3 * x + 1] +
				    0.114f * p[3 * x + 2];
	return s->row;
}

/* One row of n samples to m <= n averages, added weight times to ret. */
static void
add_row(const float *row, uint32_t n, float weight, float *ret, uint32_t m)
{
	double step = (double)n / m;
	float each = weight / (float)step;

	for (uint32_t i = 0; i < m; i++) {
		double from = i * step, to = from + step;
		uint32_t x = (uint32_t)from, end = (uint32_t)to;
		float sum;

		end = end < n ? end : n - 1;
		sum = row[x] * (float)(x + 1 - from);
		for (uint32_t k = x + 1; k <= end; k++)
			sum += row[k];
		ret[i] += (sum - row[end] * (float)(end + 1 - to)) * each;
	}
}

static void
shrink(const struct source *s, struct mark_grey *ret)
{
	double step = (double)s->h / ret->h;

	for (uint32_t y = 0; y < s->h; y++) {
		const float *row = row_of(s, y);
		uint32_t j = (uint32_t)(y / step);

		for (; j < ret->h && j * step < y + 1; j++) {
			double from = fmax(y, j * step);
			double to = fmin(y + 1, (j + 1) * step);

			if (to > from)
				add_row(row, s->w, (float)((to - from) / step),
				    ret->p + (size_t)j * ret->w, ret->w);
		}
	}
}

static bool
shrink_new(struct arena *a, struct source *s, uint32_t w, uint32_t h,
    struct mark_grey *ret, struct err *e)
{
	assert(w >= 1 && h >= 1 && w <= s->w && h <= s->h);
	if (s->pixels != NULL && (s->row = NEW_N(a, float, s->w)) == NULL)
		return err_set(e, ERR_LIMIT, "no room for a row");
	if (!mark_grey_new(a, w, h, ret, e))
		return false;
	shrink(s, ret);
	return true;
}

bool
mark_grey_of_pixels(struct arena *a, const struct pixels *p, uint32_t w,
    uint32_t h, struct mark_grey *ret, struct err *e)
{
	struct source s = {.pixels = p, .w = p->width, .h = p->height};

	return shrink_new(a, &s, w, h, ret, e);
}

bool
mark_grey_shrink(struct arena *a, const struct mark_grey *g, uint32_t w,
    uint32_t h, struct mark_grey *ret, struct err *e)
{
	struct source s = {.grey = g, .w = g->w, .h = g->h};

	return shrink_new(a, &s, w, h, ret, e);
}

/* Sums of a window that slides along one row of w. */
static void
means_along(const float *row, uint32_t w, uint32_t radius, float *ret)
{
	double sum = 0;
	uint32_t from = 0, to = 0;

	for (uint32_t x = 0; x < w; x++) {
		uint32_t end = w - x > radius + 1 ? x + radius + 1 : w;

		for (; to < end; to++)
			sum += row[to];
		for (; from + radius < x; from++)
			sum -= row[from];
		ret[x] = (float)(sum / (to - from));
	}
}

/* The rows of the window are added and taken away whole. */
static void
means_down(struct mark_grey *g, uint32_t radius, float *ring, float *sum)
{
	uint32_t w = g->w, h = g->h, span = 2 * radius + 1;
	uint32_t from = 0, to = 0;

	for (uint32_t y = 0; y < h; y++) {
		uint32_t end = h - y > radius + 1 ? y + radius + 1 : h;

		for (; to < end; to++) {
			float *kept = ring + (size_t)(to % span) * w;

			memcpy(kept, g->p + (size_t)to * w, w * sizeof(*kept));
			for (uint32_t x = 0; x < w; x++)
				sum[x] += kept[x];
		}
		for (uint32_t x = 0; x < w; x++)
			g->p[(size_t)y * w + x] = sum[x] / (float)(to - from);
		for (; from + radius <= y; from++)
			for (uint32_t x = 0; x < w; x++)
				sum[x] -= ring[(size_t)(from % span) * w + x];
	}
}

bool
mark_grey_detail(struct arena *a, const struct mark_grey *g, uint32_t radius,
    struct mark_grey *ret, struct err *e)
{
	float *ring = NEW_N(a, float, (size_t)(2 * radius + 1) * g->w);
	float *sum = NEW_N(a, float, g->w);
	size_t n = (size_t)g->w * g->h;

	if (ring == NULL || sum == NULL)
		return err_set(e, ERR_LIMIT, "no room for means");
	if (!mark_grey_new(a, g->w, g->h, ret, e))
		return false;
	for (uint32_t y = 0; y < g->h; y++)
		means_along(g->p + (size_t)y * g->w, g->w, radius,
		    ret->p + (size_t)y * g->w);
	means_down(ret, radius, ring, sum);
	for (size_t i = 0; i < n; i++)
		ret->p[i] = g->p[i] - ret->p[i];
	return true;
}
