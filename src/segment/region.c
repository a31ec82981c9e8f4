#include "segment/region.h"

#include <math.h>
#include <string.h>

#include "segment/dct.h"

#define ROUND 1.1892071f  /* 2^(1/4): x^4 + y^4 = 2 passes through a corner */
#define SOFT 1.3f         /* where the edge has faded, as r^4 */
#define SOFT_AXIS 1.0678f /* its fourth root */

/* Of the cover: luma, Cb, Cr. */
static const uint8_t colour[3] = {170, 126, 131};

static float
fourth(float f)
{
	return f * f * f * f;
}

static uint32_t
samples_of(uint32_t pixels, unsigned part)
{
	return part == 0 ? pixels : (pixels + 1) / 2;
}

/* The span [from, to) of whole blocks around a side of the box, in samples;
 * false: it lies outside. */
static bool
span(int32_t a, int32_t b, uint32_t n, float *ret_from, float *ret_to)
{
	double per = (double)n / REGION_UNIT, from, to;

	if (b < a)
		b = a;
	if (b < 0 || a > REGION_UNIT)
		return false;
	a = a < 0 ? 0 : a;
	b = b > REGION_UNIT ? REGION_UNIT : b;
	from = floor((a * per - REGION_SPREAD) / 8) * 8;
	to = ceil((b * per + REGION_SPREAD) / 8) * 8;
	*ret_from = (float)from;
	*ret_to = (float)to;
	return true;
}

void
region_shape(const struct segment_region *r, const struct segment_picture *p,
    struct region_shape *ret)
{
	*ret = (struct region_shape){0};
	for (unsigned i = 0; i < p->parts; i++) {
		float x0, x1, y0, y1;

		if (!span(r->x0, r->x1, samples_of(p->width, i), &x0, &x1) ||
		    !span(r->y0, r->y1, samples_of(p->height, i), &y0, &y1))
			continue;
		ret->part[i].any = true;
		ret->part[i].x = (x0 + x1) / 2;
		ret->part[i].y = (y0 + y1) / 2;
		ret->part[i].rx = (x1 - x0) / 2 * ROUND;
		ret->part[i].ry = (y1 - y0) / 2 * ROUND;
	}
}

/* The block's first sample in its plane. */
static void
place_of(const struct segment_picture *p, uint32_t mcu, unsigned block,
    float *ret_x, float *ret_y)
{
	uint32_t x = mcu % p->across, y = mcu / p->across;

	if (p->parts > 1 && block < 4) {
		x = 2 * x + block % 2;
		y = 2 * y + block / 2;
	}
	*ret_x = (float)x * 8;
	*ret_y = (float)y * 8;
}

/* Least and greatest distance from c to [from, from + 8]. */
static void
distances(float c, float from, float *ret_near, float *ret_far)
{
	float a = from - c, b = c - from - 8;

	*ret_near = a > 0 ? a : b > 0 ? b : 0;
	*ret_far = fmaxf(fabsf(a), fabsf(b));
}

enum region_reach
region_reach(const struct region_shape *s, const struct segment_picture *p,
    uint32_t mcu, unsigned block)
{
	unsigned i = segment_part(p->parts, block);
	float x, y, near[2], far[2];

	if (!s->part[i].any)
		return REGION_APART;
	place_of(p, mcu, block, &x, &y);
	distances(s->part[i].x, x, &near[0], &far[0]);
	distances(s->part[i].y, y, &near[1], &far[1]);
	if (near[0] > s->part[i].rx * SOFT_AXIS ||
	    near[1] > s->part[i].ry * SOFT_AXIS ||
	    fourth(near[0] / s->part[i].rx) + fourth(near[1] / s->part[i].ry) >=
		SOFT)
		return REGION_APART;
	/* The blocks of the box itself, exactly, and others by their corners.
	 */
	return (far[0] * ROUND <= s->part[i].rx * 1.00001f &&
		   far[1] * ROUND <= s->part[i].ry * 1.00001f) ||
		       fourth(far[0] / s->part[i].rx) +
			       fourth(far[1] / s->part[i].ry) <=
			   1
		   ? REGION_INSIDE
		   : REGION_EDGE;
}

static void
flat(const struct segment_picture *p, unsigned part, int16_t *ret)
{
	float dc = (float)((colour[part] - 128) * 8) / p->quant[part > 0][0];

	memset(ret, 0, SEGMENT_BLOCK * sizeof(*ret));
	ret[0] = (int16_t)lrintf(dc);
}

static void
blend(const struct region_shape *s, unsigned part, float x, float y,
    uint8_t px[SEGMENT_BLOCK])
{
	for (int i = 0; i < SEGMENT_BLOCK; i++) {
		float dx = (x + (float)(i % 8) + .5f - s->part[part].x) /
			   s->part[part].rx;
		float dy = (y + (float)(i / 8) + .5f - s->part[part].y) /
			   s->part[part].ry;
		float over = (SOFT - fourth(dx) - fourth(dy)) / (SOFT - 1);

		over = over < 0 ? 0 : over > 1 ? 1 : over;
		px[i] = (uint8_t)lrintf(
		    (float)px[i] * (1 - over) + (float)colour[part] * over);
	}
}

bool
region_cover(const struct region_shape *const *shape, size_t n,
    const struct segment_picture *p, uint32_t mcu, unsigned block,
    const int16_t *from, int16_t *ret)
{
	unsigned part = segment_part(p->parts, block);
	const uint8_t *rows[8];
	uint8_t px[SEGMENT_BLOCK];
	struct dct_quant q;
	bool edge = false;
	float x, y;

	for (size_t i = 0; i < n; i++)
		switch (region_reach(shape[i], p, mcu, block)) {
		case REGION_INSIDE:
			flat(p, part, ret);
			return true;
		case REGION_EDGE:
			edge = true;
			break;
		case REGION_APART:
			break;
		}
	if (!edge)
		return false;
	place_of(p, mcu, block, &x, &y);
	dct_inverse(from, p->quant[part > 0], px);
	for (size_t i = 0; i < n; i++)
		if (region_reach(shape[i], p, mcu, block) == REGION_EDGE)
			blend(shape[i], part, x, y, px);
	for (size_t i = 0; i < 8; i++)
		rows[i] = px + i * 8;
	dct_quant_init(p->quant[part > 0], &q);
	dct_forward(rows, &q, ret);
	return true;
}
