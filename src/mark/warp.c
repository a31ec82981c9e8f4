#include "mark/warp.h"

#include <math.h>

struct mark_warp
mark_warp_after(const struct mark_warp *a, const struct mark_warp *b)
{
	struct mark_warp r = {{0}};

	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			for (int k = 0; k < 3; k++)
				r.m[3 * i + j] +=
				    a->m[3 * i + k] * b->m[3 * k + j];
	return r;
}

struct mark_warp
mark_warp_scale(double x, double y)
{
	return (struct mark_warp){{x, 0, 0, 0, y, 0, 0, 0, 1}};
}

void
mark_warp_point(
    const struct mark_warp *w, double x, double y, double *ret_x, double *ret_y)
{
	const double *m = w->m;
	double d = m[6] * x + m[7] * y + m[8];

	*ret_x = (m[0] * x + m[1] * y + m[2]) / d;
	*ret_y = (m[3] * x + m[4] * y + m[5]) / d;
}

double
mark_warp_zoom(const struct mark_warp *w, double x, double y)
{
	const double *m = w->m;
	double d = m[6] * x + m[7] * y + m[8];
	double det = m[0] * (m[4] * m[8] - m[5] * m[7]) -
		     m[1] * (m[3] * m[8] - m[5] * m[6]) +
		     m[2] * (m[3] * m[7] - m[4] * m[6]);
	double area = fabs(det / (d * d * d));

	return isfinite(area) ? sqrt(area) : 0;
}

static inline float
linear(const struct mark_grey *g, float x, float y)
{
	uint32_t i = (uint32_t)x, j = (uint32_t)y;
	float fx = x - (float)i, fy = y - (float)j;
	const float *p = g->p + (size_t)j * g->w + i, *q = p + g->w;
	float a = p[0] + fx * (p[1] - p[0]), b = q[0] + fx * (q[1] - q[0]);

	return a + fy * (b - a);
}

static inline void
cubic_weights(float t, float ret[4])
{
	ret[0] = t * (-0.5f + t * (1 - 0.5f * t));
	ret[1] = 1 + t * t * (-2.5f + 1.5f * t);
	ret[2] = t * (0.5f + t * (2 - 1.5f * t));
	ret[3] = t * t * (-0.5f + 0.5f * t);
}

static inline float
cubic(const struct mark_grey *g, float x, float y)
{
	uint32_t i = (uint32_t)x, j = (uint32_t)y;
	const float *p = g->p + (size_t)(j - 1) * g->w + (i - 1);
	float wx[4], wy[4], sum = 0;

	cubic_weights(x - (float)i, wx);
	cubic_weights(y - (float)j, wy);
	for (int r = 0; r < 4; r++, p += g->w)
		sum += wy[r] * (p[0] * wx[0] + p[1] * wx[1] + p[2] * wx[2] +
				   p[3] * wx[3]);
	return sum;
}

void
mark_warp_pixels(const struct mark_grey *from, const struct mark_warp *w,
    enum mark_sampling how, struct mark_grey *to)
{
	const double *m = w->m;
	float edge = how == MARK_CUBIC ? 1 : 0;
	float right = (float)from->w - 1 - edge;
	float low = (float)from->h - 1 - edge;

	for (uint32_t j = 0; j < to->h; j++) {
		double v = j + 0.5;
		double x0 = m[1] * v + m[2], y0 = m[4] * v + m[5];
		double d0 = m[7] * v + m[8];
		float *row = to->p + (size_t)j * to->w;

		for (uint32_t i = 0; i < to->w; i++) {
			double u = i + 0.5, d = 1 / (d0 + m[6] * u);
			float x = (float)((x0 + m[0] * u) * d - 0.5);
			float y = (float)((y0 + m[3] * u) * d - 0.5);

			if (!(x >= edge && y >= edge && x < right && y < low))
				row[i] = NAN;
			else if (how == MARK_CUBIC)
				row[i] = cubic(from, x, y);
			else
				row[i] = linear(from, x, y);
		}
	}
}
