#include "media/frame.h"

#include <stdlib.h>

#include "media/region.h"

#define STRIP 64

void
frame_done(struct frame *f)
{
	free(f->p);
}

uint32_t
frame_height(VipsImage *img)
{
	return (uint32_t)vips_image_get_page_height(img);
}

enum media_verdict
frames_verdict(VipsImage *img)
{
	uint32_t width = (uint32_t)img->Xsize, height = frame_height(img);

	if (decode_size_verdict(width, height) != MEDIA_OK)
		return MEDIA_TOO_LARGE;
	return (uint64_t)width * (uint64_t)img->Ysize > FRAMES_PIXELS_MAX
		   ? MEDIA_TOO_MANY
		   : MEDIA_OK;
}

static bool
frame_init(struct frame *f, VipsImage *img, struct err *e)
{
	*f = (struct frame){.like = img,
	    .width = (uint32_t)img->Xsize,
	    .height = frame_height(img),
	    .row_bytes = (size_t)img->Xsize * (size_t)img->Bands *
			 vips_format_sizeof(img->BandFmt)};
	f->p = malloc(f->row_bytes * f->height);
	return f->p != NULL || err_set(e, ERR_LIMIT, "no memory for a frame");
}

/* False: the loader gave up in the middle. */
static bool
fill(struct frame *f, VipsRegion *reg, uint32_t from)
{
	uint8_t *to = f->p;

	for (uint32_t y = 0; y < f->height; y += STRIP) {
		VipsRect r = {0, (int)(from + y), (int)f->width,
		    (int)VIPS_MIN(STRIP, f->height - y)};

		if (vips_region_prepare(reg, &r) ||
		    vips_image_iskilled(reg->im))
			return false;
		for (int i = 0; i < r.height; i++, to += f->row_bytes)
			memcpy(to, region_row(reg, r.top + i), f->row_bytes);
	}
	return true;
}

/* ---- what is hashed of it ---- */

/* Every n-th sample of a row, the high byte of each. */
static void
take_samples(
    const struct frame *f, const uint8_t *row, unsigned keep, uint8_t *to)
{
	unsigned bands = (unsigned)f->like->Bands;
	size_t size = f->row_bytes / f->width / bands;

	/* Little-endian: the last byte of a sample is its high one. */
	for (uint32_t x = 0; x < f->width; x++, row += size * bands)
		for (unsigned i = 0; i < keep; i++)
			*to++ = row[size * i + size - 1];
}

static uint8_t
ink(unsigned colour, unsigned black)
{
	return (uint8_t)((255 - colour) * (255 - black) / 255);
}

static void
from_cmyk(const struct frame *f, const uint8_t *row, uint8_t *to)
{
	unsigned bands = (unsigned)f->like->Bands;
	size_t size = f->row_bytes / f->width / bands, at = size - 1;

	for (uint32_t x = 0; x < f->width; x++, row += size * bands)
		for (unsigned i = 0; i < 3; i++)
			*to++ = ink(row[size * i + at], row[size * 3 + at]);
}

static bool
is_plain(const struct frame *f, uint32_t channels)
{
	return f->row_bytes == (size_t)f->width * channels;
}

static void
free_cleanup(uint8_t **p)
{
	free(*p);
}

bool
frame_hash(
    const struct frame *f, struct decoded *ret, bool *ret_full, struct err *e)
{
	CLEANUP(free_cleanup) uint8_t *copy = NULL;
	bool cmyk = f->like->Type == VIPS_INTERPRETATION_CMYK;
	uint32_t channels = f->like->Bands < 3 ? 1 : 3;
	struct pixels px = {.p = f->p,
	    .width = f->width,
	    .height = f->height,
	    .channels = channels,
	    .stride = (size_t)f->width * channels};

	if (ret->hashing == NULL) {
		*ret_full = false;
		return true;
	}
	if (cmyk || !is_plain(f, channels)) {
		px.p = copy = malloc(px.stride * f->height);
		if (copy == NULL)
			return err_set(e, ERR_LIMIT, "no memory for pixels");
	}
	for (size_t y = 0; copy != NULL && y < f->height; y++) {
		const uint8_t *row = (uint8_t *)f->p + y * f->row_bytes;

		if (cmyk)
			from_cmyk(f, row, copy + y * px.stride);
		else
			take_samples(f, row, channels, copy + y * px.stride);
	}
	return hashing_frame(ret->hashing, &px, ret_full, e);
}

bool
frame_is_known(VipsImage *img)
{
	return (img->BandFmt == VIPS_FORMAT_UCHAR ||
		   img->BandFmt == VIPS_FORMAT_USHORT) &&
	       img->Bands >= 1 &&
	       (img->Type != VIPS_INTERPRETATION_CMYK || img->Bands >= 4);
}

static bool
read_one(VipsRegion *reg, uint32_t from, struct frame *f, struct decoded *ret,
    struct err *e)
{
	bool full;

	ret->verdict = MEDIA_DAMAGED;
	if (!fill(f, reg, from))
		return true;
	if (!frame_hash(f, ret, &full, e))
		return false;
	ret->verdict = full ? MEDIA_TOO_MANY : MEDIA_OK;
	return true;
}

bool
frames_read(
    VipsImage *img, struct frame *ret_first, struct decoded *ret, struct err *e)
{
	CLEANUP(region_unref) VipsRegion *reg = vips_region_new(img);
	CLEANUP(frame_done) struct frame other = {0};
	uint32_t n = (uint32_t)img->Ysize / frame_height(img);

	ret->verdict = MEDIA_DAMAGED;
	if (!frame_is_known(img))
		return true;
	if (!frame_init(ret_first, img, e) ||
	    (n > 1 && !frame_init(&other, img, e)))
		return false;
	ret->verdict = MEDIA_OK;
	for (uint32_t i = 0; i < n && ret->verdict == MEDIA_OK; i++)
		if (!read_one(reg, i * ret_first->height,
			i == 0 ? ret_first : &other, ret, e))
			return false;
	return true;
}

/* ---- what is shown of it ---- */

VipsImage *
frame_image(const struct frame *f)
{
	VipsImage *like = f->like;
	VipsImage *img =
	    vips_image_new_from_memory(f->p, f->row_bytes * f->height,
		(int)f->width, (int)f->height, like->Bands, like->BandFmt);
	const void *profile;
	size_t n;

	if (img == NULL)
		return NULL;
	img->Type = like->Type;
	if (vips_image_get_typeof(like, VIPS_META_ICC_NAME) != 0 &&
	    vips_image_get_blob(like, VIPS_META_ICC_NAME, &profile, &n) == 0)
		vips_image_set_blob_copy(img, VIPS_META_ICC_NAME, profile, n);
	return img;
}
