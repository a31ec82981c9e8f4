#include "media/jpegrgb.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "media/jpegrgb_row.h"

#define PARTS 3
#define BLOCK 8
#define SMOOTH_MIN 3 /* columns; narrower chroma is repeated, not smoothed */
#define PAD 64

struct part {
	struct jpegrgb_part is;
	bool smooth_x, smooth_y;
	uint8_t *last; /* row of the strip before this one */
	uint8_t *wide; /* one row at full width */
};

struct jpegrgb {
	const struct jpegrgb_row_ops *ops;
	uint32_t width, height;
	uint32_t h, v;      /* of a pixel, in samples of the finest part */
	uint32_t strip_end; /* rows of the picture in the strips so far */
	uint32_t y;         /* the next row to make */
	unsigned n;
	bool smooth_y; /* of any part: rows may have to wait for a strip */
	struct part part[PARTS];
	uint32_t first[PARTS]; /* row of the part that begins this strip */
	const uint8_t *const *rows[PARTS];
	uint8_t *pixels;
};

void
jpegrgb_free(struct jpegrgb *r)
{
	if (r == NULL)
		return;
	for (unsigned i = 0; i < PARTS; i++) {
		free(r->part[i].last);
		free(r->part[i].wide);
	}
	free(r->pixels);
	free(r);
}

static bool
open_part(
    const struct jpegrgb *r, struct part *p, const struct jpegrgb_part *is)
{
	size_t twice = (size_t)2 * is->width;

	p->is = *is;
	/* As libjpeg decides: exactly two columns to one, and one or two rows;
	 * or two rows alone. */
	p->smooth_x = is->h * 2 == r->h && is->width >= SMOOTH_MIN &&
		      (is->v == r->v || is->v * 2 == r->v);
	p->smooth_y = is->v * 2 == r->v && (p->smooth_x || is->h == r->h);
	p->last = calloc(1, (size_t)is->width + PAD);
	p->wide = calloc(1, (twice > r->width ? twice : r->width) + PAD);
	return p->last != NULL && p->wide != NULL;
}

struct jpegrgb *
jpegrgb_new(uint32_t width, uint32_t height, unsigned n,
    const struct jpegrgb_part part[], struct err *e)
{
	OWNED(jpegrgb) r = calloc(1, sizeof(*r));
	bool ok = r != NULL;

	assert(n == 1 || n == PARTS);
	if (ok)
		*r = (struct jpegrgb){.ops = jpegrgb_row_best(),
		    .width = width,
		    .height = height,
		    .n = n};
	for (unsigned i = 0; ok && i < n; i++) {
		r->h = part[i].h > r->h ? part[i].h : r->h;
		r->v = part[i].v > r->v ? part[i].v : r->v;
	}
	for (unsigned i = 0; ok && i < n; i++) {
		ok = open_part(r, &r->part[i], &part[i]);
		r->smooth_y = r->smooth_y || r->part[i].smooth_y;
	}
	if (ok)
		r->pixels = malloc((size_t)width * height * n);
	if (!ok || r->pixels == NULL) {
		(void)err_set(e, ERR_LIMIT, "no memory for pixels");
		return NULL;
	}
	return TAKE(r);
}

/* Of this strip, or the last one of the strip before. */
static const uint8_t *
row_of(const struct jpegrgb *r, unsigned i, uint32_t y)
{
	return y < r->first[i] ? r->part[i].last : r->rows[i][y - r->first[i]];
}

static void
repeat(const struct jpegrgb *r, const struct part *p, const uint8_t *in)
{
	for (uint32_t x = 0; x < r->width; x++) {
		uint32_t at = x * p->is.h / r->h;

		p->wide[x] = in[at < p->is.width ? at : p->is.width - 1];
	}
}

/* Rows alone: the upper and the lower one are rounded differently. */
static void
mix_rows(const uint8_t *near, const uint8_t *far, bool upper, uint32_t n,
    uint8_t *out)
{
	int bias = upper ? 1 : 2;

	for (uint32_t x = 0; x < n; x++)
		out[x] = (uint8_t)((3 * near[x] + far[x] + bias) >> 2);
}

/* Row y of the picture, of one part, at full width. */
static const uint8_t *
full_row(const struct jpegrgb *r, unsigned i, uint32_t y)
{
	const struct part *p = &r->part[i];
	uint32_t at = y * p->is.v / r->v, n = p->is.width, other;
	bool upper = y % 2 == 0;
	const uint8_t *near, *far;

	if (at >= p->is.height)
		at = p->is.height - 1;
	other = at;
	if (p->smooth_y && upper)
		other = at > 0 ? at - 1 : 0;
	else if (p->smooth_y && at + 1 < p->is.height)
		other = at + 1;
	near = row_of(r, i, at);
	far = row_of(r, i, other);
	if (p->smooth_x && p->smooth_y)
		r->ops->h2v2(near, far, n, p->wide);
	else if (p->smooth_x)
		r->ops->h2v1(near, n, p->wide);
	else if (p->smooth_y)
		mix_rows(near, far, upper, n, p->wide);
	else if (p->is.h != r->h)
		repeat(r, p, near);
	else
		return near;
	return p->wide;
}

static void
make_row(struct jpegrgb *r, uint32_t y)
{
	uint8_t *out = r->pixels + (size_t)y * r->width * r->n;
	const uint8_t *part[PARTS];

	for (unsigned i = 0; i < r->n; i++)
		part[i] = full_row(r, i, y);
	if (r->n == 1)
		memcpy(out, part[0], r->width);
	else
		r->ops->rgb(part[0], part[1], part[2], r->width, out);
}

/* What the next strip may ask of this one. */
static void
keep_last_rows(struct jpegrgb *r)
{
	for (unsigned i = 0; i < r->n; i++) {
		struct part *p = &r->part[i];
		uint32_t rows = BLOCK * p->is.v;

		memcpy(p->last, r->rows[i][rows - 1], p->is.width);
		r->first[i] += rows;
	}
}

void
jpegrgb_strip(struct jpegrgb *r, const uint8_t *const *const rows[])
{
	uint32_t end;

	for (unsigned i = 0; i < r->n; i++)
		r->rows[i] = rows[i];
	r->strip_end += BLOCK * r->v;
	/* The last row of a strip mixes with the first of the next. */
	end = r->strip_end - (r->smooth_y ? 1 : 0);
	if (r->strip_end >= r->height)
		end = r->height;
	while (r->y < end)
		make_row(r, r->y++);
	keep_last_rows(r);
}

uint8_t *
jpegrgb_take(struct jpegrgb *r)
{
	return TAKE(r->pixels);
}
