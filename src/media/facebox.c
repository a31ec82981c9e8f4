#include "media/facebox.h"

/* A box of the detector ends at the chin and the brows; a mask has to hide
 * hair and ears too: this much more on every side, in parts of the box. */
#define MARGIN 0.15

static uint32_t
clamp_units(double v)
{
	if (!(v > 0))
		return 0;
	return v >= MEDIA_FACE_UNITS ? MEDIA_FACE_UNITS : (uint32_t)v;
}

bool
facebox_units(const struct facefind_box *b, uint32_t width, uint32_t height,
    struct media_face *ret)
{
	double dx = (double)b->w * MARGIN, dy = (double)b->h * MARGIN;
	double ux = (double)MEDIA_FACE_UNITS / width;
	double uy = (double)MEDIA_FACE_UNITS / height;
	uint32_t x0 = clamp_units(((double)b->x - dx) * ux);
	uint32_t y0 = clamp_units(((double)b->y - dy) * uy);
	uint32_t x1 = clamp_units(((double)b->x + (double)b->w + dx) * ux);
	uint32_t y1 = clamp_units(((double)b->y + (double)b->h + dy) * uy);

	*ret = (struct media_face){x0, y0, x1 - x0, y1 - y0};
	return x1 > x0 && y1 > y0;
}
