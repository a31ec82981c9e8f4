#include "media/plane.h"

#include <assert.h>
#include <stdlib.h>

#define TILE 32u

static bool
plane_init(struct plane *p, uint32_t width, uint32_t height, struct err *e)
{
	size_t stride =
	    ((size_t)width + 2 * PLANE_PAD - 1) / PLANE_PAD * PLANE_PAD;
	uint8_t *bytes = reallocarray(NULL, height, stride);

	if (bytes == NULL)
		return err_set(e, ERR_LIMIT, "no memory for %u x %u pixels",
		    width, height);
	*p = (struct plane){bytes, width, height, stride};
	return true;
}

bool
planes_init(struct planes *s, uint32_t width, uint32_t height, unsigned n,
    unsigned chroma, struct err *e)
{
	assert(width > 0 && height > 0 && (n == 1 || n == 3));
	*s = (struct planes){
	    .n = n, .width = width, .height = height, .chroma = chroma};
	for (unsigned i = 0; i < n; i++) {
		uint32_t d = i == 0 ? 1 : chroma;

		if (!plane_init(&s->plane[i], (width + d - 1) / d,
			(height + d - 1) / d, e)) {
			planes_done(s);
			return false;
		}
	}
	return true;
}

void
planes_done(struct planes *s)
{
	for (unsigned i = 0; i < 3; i++)
		free(s->plane[i].p);
	*s = (struct planes){0};
}

/* By tiles, so that both sides stay in the nearest cache. */
static void
transpose(const struct plane *from, struct plane *to)
{
	for (uint32_t ty = 0; ty < from->height; ty += TILE)
		for (uint32_t tx = 0; tx < from->width; tx += TILE) {
			uint32_t w = from->width - tx, h = from->height - ty;

			w = w > TILE ? TILE : w;
			h = h > TILE ? TILE : h;
			for (uint32_t x = tx; x < tx + w; x++) {
				uint8_t *d = to->p + x * to->stride;

				for (uint32_t y = ty; y < ty + h; y++)
					d[y] = from->p[y * from->stride + x];
			}
		}
}

bool
planes_transpose(struct planes *s, struct err *e)
{
	struct planes t;

	if (!planes_init(&t, s->height, s->width, s->n, s->chroma, e))
		return false;
	for (unsigned i = 0; i < s->n; i++)
		transpose(&s->plane[i], &t.plane[i]);
	planes_done(s);
	*s = t;
	return true;
}

static void
halve(const struct plane *from, struct plane *to)
{
	for (uint32_t y = 0; y < to->height; y++) {
		uint32_t next = 2 * y + 1 < from->height ? 2 * y + 1 : 2 * y;
		const uint8_t *a = from->p + (size_t)2 * y * from->stride;
		const uint8_t *b = from->p + next * from->stride;
		uint8_t *d = to->p + y * to->stride;

		for (uint32_t x = 0; x < to->width; x++) {
			uint32_t l = 2 * x;
			uint32_t r = l + 1 < from->width ? l + 1 : l;

			d[x] = (uint8_t)((a[l] + a[r] + b[l] + b[r] + 2) >> 2);
		}
	}
}

bool
planes_halve_chroma(struct planes *s, struct err *e)
{
	struct planes t;

	if (s->n == 1 || s->chroma == 2)
		return true;
	if (!planes_init(&t, s->width, s->height, s->n, 2, e))
		return false;
	free(t.plane[0].p);
	t.plane[0] = s->plane[0];
	s->plane[0].p = NULL;
	halve(&s->plane[1], &t.plane[1]);
	halve(&s->plane[2], &t.plane[2]);
	planes_done(s);
	*s = t;
	return true;
}

/* JFIF 1.02, with 16 fractional bits. */
#define FIX(x) ((int32_t)((x)*65536 + 0.5))
#define HALF 32768
#define MID (128 * 65536)

static uint8_t
clamp(int32_t v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

void
plane_row_from_rgb(
    const uint8_t *rgb, uint32_t n, uint8_t *y, uint8_t *cb, uint8_t *cr)
{
	for (uint32_t i = 0; i < n; i++, rgb += 3) {
		int32_t r = rgb[0], g = rgb[1], b = rgb[2];

		y[i] = (uint8_t)((FIX(0.299) * r + FIX(0.587) * g +
				     FIX(0.114) * b + HALF) >>
				 16);
		cb[i] = clamp((MID + HALF - FIX(0.168735892) * r -
				  FIX(0.331264108) * g + FIX(0.5) * b) >>
			      16);
		cr[i] =
		    clamp((MID + HALF + FIX(0.5) * r - FIX(0.418687589) * g -
			      FIX(0.081312411) * b) >>
			  16);
	}
}

void
plane_row_to_rgb(const uint8_t *y, const uint8_t *cb, const uint8_t *cr,
    uint32_t n, uint8_t *rgb)
{
	for (uint32_t i = 0; i < n; i++, rgb += 3) {
		int32_t l = y[i] * 65536 + HALF;
		int32_t b = cb[i] - 128, r = cr[i] - 128;

		rgb[0] = clamp((l + FIX(1.402) * r) >> 16);
		rgb[1] = clamp(
		    (l - FIX(0.344136286) * b - FIX(0.714136286) * r) >> 16);
		rgb[2] = clamp((l + FIX(1.772) * b) >> 16);
	}
}
