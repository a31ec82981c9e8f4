#include "segment/region.h"

#include <math.h>
#include <string.h>

#include "segment/dct.h"
#include "segment/figure.h"

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

static void
widen(struct region_part *p, float x, float y, float rx, float ry)
{
	p->x0 = fminf(p->x0, x - rx);
	p->y0 = fminf(p->y0, y - ry);
	p->x1 = fmaxf(p->x1, x + rx);
	p->y1 = fmaxf(p->y1, y + ry);
}

/* An ear or a mark as it lies in a plane. */
static struct figure_piece
laid(const struct region_part *p, const struct figure_piece *piece)
{
	struct figure_piece ret = *piece;

	ret.x = p->fx + piece->x * p->frx;
	ret.y = p->fy + piece->y * p->fry;
	ret.rx *= p->frx;
	ret.ry *= p->fry;
	return ret;
}

static struct figure_piece
body_of(const struct region_part *p, const struct figure *f)
{
	struct figure_piece ret = f->body;

	ret.x = p->x;
	ret.y = p->y;
	ret.rx *= p->rx;
	ret.ry *= p->ry;
	return ret;
}

static void
bound(const struct figure *f, struct region_part *p)
{
	struct figure_piece piece = body_of(p, f);

	p->x0 = p->x1 = p->x;
	p->y0 = p->y1 = p->y;
	for (size_t i = 0;; i++) {
		float reach = figure_reach(&piece);

		widen(p, piece.x, piece.y, piece.rx * reach, piece.ry * reach);
		if (i == f->ears)
			break;
		piece = laid(p, &f->ear[i]);
	}
}

void
region_shape(const struct segment_region *r, const struct segment_picture *p,
    struct region_shape *ret)
{
	const struct figure *f = figure_of(r->figure);

	*ret = (struct region_shape){.figure = r->figure};
	for (unsigned i = 0; i < p->parts; i++) {
		float part = i == 0 ? 1 : .5f, x0, x1, y0, y1;
		struct region_part *to = &ret->part[i];

		if (!span(r->x0, r->x1, samples_of(p->width, i), &x0, &x1) ||
		    !span(r->y0, r->y1, samples_of(p->height, i), &y0, &y1))
			continue;
		*to = (struct region_part){.any = true,
		    .x = (x0 + x1) / 2,
		    .y = (y0 + y1) / 2,
		    .rx = (x1 - x0) / 2,
		    .ry = (y1 - y0) / 2};
		to->fx = ret->part[0].x * part;
		to->fy = ret->part[0].y * part;
		to->frx = ret->part[0].rx * part;
		to->fry = ret->part[0].ry * part;
		bound(f, to);
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

/* How a piece that lies in a plane and the block at x, y meet. */
static enum region_reach
meet(const struct figure_piece *p, float x, float y)
{
	float near[2], far[2];

	distances(p->x, x, &near[0], &far[0]);
	distances(p->y, y, &near[1], &far[1]);
	if (figure_at(p->power, near[0] / p->rx, near[1] / p->ry) >= p->fade)
		return REGION_APART;
	return figure_at(p->power, far[0] / p->rx, far[1] / p->ry) <= 1
		   ? REGION_INSIDE
		   : REGION_EDGE;
}

/* A block of the grown box. */
static bool
in_box(const struct region_part *p, float x, float y)
{
	float near, far[2];

	distances(p->x, x, &near, &far[0]);
	distances(p->y, y, &near, &far[1]);
	return far[0] <= p->rx * 1.00001f && far[1] <= p->ry * 1.00001f;
}

enum region_reach
region_reach(const struct region_shape *s, const struct segment_picture *p,
    uint32_t mcu, unsigned block)
{
	const struct figure *f = figure_of(s->figure);
	const struct region_part *part =
	    &s->part[segment_part(p->parts, block)];
	struct figure_piece piece;
	enum region_reach ret;
	float x, y;

	place_of(p, mcu, block, &x, &y);
	if (!part->any || x >= part->x1 || x + 8 <= part->x0 || y >= part->y1 ||
	    y + 8 <= part->y0)
		return REGION_APART;
	if (in_box(part, x, y))
		return REGION_INSIDE;
	piece = body_of(part, f);
	ret = meet(&piece, x, y);
	for (size_t i = 0; i < f->ears && ret == REGION_APART; i++) {
		piece = laid(part, &f->ear[i]);
		if (meet(&piece, x, y) != REGION_APART)
			ret = REGION_EDGE;
	}
	return ret;
}

/* ---- painting one block; x and y are its first sample's ---- */

/* How much of a sample a piece covers: 1 inside, 0 where it has faded. */
static float
over(const struct figure_piece *p, float x, float y)
{
	float at = figure_at(p->power, (x - p->x) / p->rx, (y - p->y) / p->ry);
	float v = (p->fade - at) / (p->fade - 1);

	return v < 0 ? 0 : v > 1 ? 1 : v;
}

static void
paint(uint8_t *px, float by, uint8_t luma)
{
	*px = (uint8_t)lrintf((float)*px * (1 - by) + (float)luma * by);
}

/* Pieces of one colour cover together what the most covering one does. */
static void
paint_body(const struct region_shape *s, unsigned part, float x, float y,
    uint8_t px[SEGMENT_BLOCK])
{
	const struct figure *f = figure_of(s->figure);
	struct figure_piece piece = body_of(&s->part[part], f);
	float most[SEGMENT_BLOCK] = {0};

	for (size_t n = 0;; n++) {
		for (int i = 0; i < SEGMENT_BLOCK; i++)
			most[i] = fmaxf(
			    most[i], over(&piece, x + (float)(i % 8) + .5f,
					 y + (float)(i / 8) + .5f));
		if (n == f->ears)
			break;
		piece = laid(&s->part[part], &f->ear[n]);
	}
	for (int i = 0; i < SEGMENT_BLOCK; i++)
		paint(&px[i], most[i], f->colour[part]);
}

/* False: there is none here. */
static bool
paint_marks(const struct region_shape *s, unsigned part, float x, float y,
    uint8_t px[SEGMENT_BLOCK])
{
	const struct figure *f = figure_of(s->figure);
	bool any = false;

	for (size_t n = 0; part == 0 && n < f->marks; n++) {
		struct figure_piece p = laid(&s->part[part], &f->mark[n]);

		if (meet(&p, x, y) == REGION_APART)
			continue;
		any = true;
		for (int i = 0; i < SEGMENT_BLOCK; i++)
			paint(&px[i],
			    over(&p, x + (float)(i % 8) + .5f,
				y + (float)(i / 8) + .5f),
			    p.luma);
	}
	return any;
}

static void
transform(const uint8_t px[SEGMENT_BLOCK], const uint16_t quant[SEGMENT_BLOCK],
    int16_t *ret)
{
	const uint8_t *rows[8];
	struct dct_quant q;

	for (size_t i = 0; i < 8; i++)
		rows[i] = px + i * 8;
	dct_quant_init(quant, &q);
	dct_forward(rows, &q, ret);
}

/* Whatever was there: from the figure alone. */
static void
fill(const struct region_shape *s, const struct segment_picture *p,
    unsigned part, float x, float y, int16_t *ret)
{
	uint8_t colour = figure_of(s->figure)->colour[part];
	const uint16_t *quant = p->quant[part > 0];
	uint8_t px[SEGMENT_BLOCK];

	memset(px, colour, sizeof(px));
	if (paint_marks(s, part, x, y, px)) {
		transform(px, quant, ret);
		return;
	}
	memset(ret, 0, SEGMENT_BLOCK * sizeof(*ret));
	ret[0] = (int16_t)lrintf((float)((colour - 128) * 8) / quant[0]);
}

bool
region_cover(const struct region_shape *const *shape, size_t n,
    const struct segment_picture *p, uint32_t mcu, unsigned block,
    const int16_t *from, int16_t *ret)
{
	unsigned part = segment_part(p->parts, block);
	uint8_t px[SEGMENT_BLOCK];
	bool edge = false;
	float x, y;

	place_of(p, mcu, block, &x, &y);
	for (size_t i = 0; i < n; i++)
		switch (region_reach(shape[i], p, mcu, block)) {
		case REGION_INSIDE:
			fill(shape[i], p, part, x, y, ret);
			return true;
		case REGION_EDGE:
			edge = true;
			break;
		case REGION_APART:
			break;
		}
	if (!edge)
		return false;
	dct_inverse(from, p->quant[part > 0], px);
	for (size_t i = 0; i < n; i++)
		if (region_reach(shape[i], p, mcu, block) == REGION_EDGE) {
			paint_body(shape[i], part, x, y, px);
			(void)paint_marks(shape[i], part, x, y, px);
		}
	transform(px, p->quant[part > 0], ret);
	return true;
}
