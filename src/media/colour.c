#include "media/colour.h"

#include <stdlib.h>

#include "media/region.h"

static void
free_cleanup(void *p)
{
	free(*(void **)p);
}

static void
to_rgb(const struct planes *s, uint8_t *rgb)
{
	const struct plane *p = s->plane;

	for (size_t y = 0; y < s->height; y++)
		plane_row_to_rgb(p[0].p + y * p[0].stride,
		    p[1].p + y * p[1].stride, p[2].p + y * p[2].stride,
		    s->width, rgb + y * s->width * 3);
}

/* Row by row, because the rows of libvips are asked for, not given. */
static bool
from_image(VipsImage *img, struct planes *s)
{
	CLEANUP(region_unref) VipsRegion *reg = vips_region_new(img);
	struct plane *p = s->plane;

	for (uint32_t y = 0; y < s->height; y++) {
		VipsRect row = {0, (int)y, (int)s->width, 1};

		if (vips_region_prepare(reg, &row))
			return false;
		plane_row_from_rgb(region_row(reg, (int)y), s->width,
		    p[0].p + y * p[0].stride, p[1].p + y * p[1].stride,
		    p[2].p + y * p[2].stride);
	}
	return true;
}

bool
colour_to_srgb(struct planes *s, str profile, struct err *e)
{
	size_t n = (size_t)s->width * s->height * 3;
	CLEANUP(free_cleanup) void *rgb = malloc(n);
	CLEANUP(region_unref) VipsImage *in = NULL, *out = NULL;

	if (s->n != 3 || s->chroma != 1)
		return err_set(e, ERR_CORRUPT, "planes not fit for a profile");
	if (rgb == NULL)
		return err_set(e, ERR_LIMIT, "no memory for colours");
	to_rgb(s, rgb);
	in = vips_image_new_from_memory(
	    rgb, n, (int)s->width, (int)s->height, 3, VIPS_FORMAT_UCHAR);
	if (in == NULL)
		return err_set(e, ERR_LIMIT, "no memory for colours");
	in->Type = VIPS_INTERPRETATION_sRGB;
	vips_image_set_blob_copy(in, VIPS_META_ICC_NAME, profile.p, profile.n);
	if (vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "intent",
		VIPS_INTENT_RELATIVE, NULL) == 0 &&
	    out->Bands == 3 && out->BandFmt == VIPS_FORMAT_UCHAR)
		(void)from_image(out, s);
	vips_error_clear();
	return true;
}
