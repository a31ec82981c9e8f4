/*
 * vipsin — PNG, WebP, HEIC, AVIF and the JPEGs of printers, by libvips.
 *
 * Rows are asked for from top to bottom in this very thread, so the loaders
 * stream, and only the frame that is hashed is whole in memory.  The first is
 * the one that is shown.
 */
#include <assert.h>
#include <stdlib.h>

#include "media/apng.h"
#include "media/decode.h"
#include "media/fit.h"
#include "media/frame.h"
#include "media/icc.h"
#include "media/region.h"

#define ICC_MAX ((size_t)1024 * 1024)
#define PAGES_MAX 1000 /* of one file */
#define ESSENCE_MAX ((size_t)64 * 1024 * 1024)

/* page: of a HEIF file, by its number; -1: the one to show.  An animation
 * comes as one tall picture. */
static VipsImage *
load(enum media_format format, str b, int page)
{
	VipsImage *img = NULL;
	/* libvips takes a void * and only reads. */
	union {
		const char *in;
		void *out;
	} p = {b.p};

	switch (format) {
	case MEDIA_FORMAT_JPEG:
		(void)vips_jpegload_buffer(p.out, b.n, &img, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_WARNING,
		    NULL);
		break;
	case MEDIA_FORMAT_PNG:
		(void)vips_pngload_buffer(p.out, b.n, &img, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR,
		    NULL);
		break;
	case MEDIA_FORMAT_WEBP:
		(void)vips_webpload_buffer(p.out, b.n, &img, "access",
		    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, "n",
		    -1, NULL);
		break;
	case MEDIA_FORMAT_HEIC:
	case MEDIA_FORMAT_AVIF:
		if (page < 0)
			(void)vips_heifload_buffer(p.out, b.n, &img, "access",
			    VIPS_ACCESS_SEQUENTIAL, "fail_on",
			    VIPS_FAIL_ON_ERROR, NULL);
		else
			(void)vips_heifload_buffer(p.out, b.n, &img, "access",
			    VIPS_ACCESS_SEQUENTIAL, "fail_on",
			    VIPS_FAIL_ON_ERROR, "page", page, NULL);
		break;
	default:
		break;
	}
	return img;
}

/* One step of a pipeline: what failed gives NULL, and so does all after it. */
static void
step(VipsImage **img, VipsImage *next, int rc)
{
	g_object_unref(*img);
	*img = rc == 0 ? next : NULL;
}

static str
blob_of(VipsImage *img, const char *name)
{
	const void *p = NULL;
	size_t n = 0;

	if (vips_image_get_typeof(img, name) == 0 ||
	    vips_image_get_blob(img, name, &p, &n) != 0)
		return (str){0};
	return (str){p, n};
}

static void
from_cmyk(VipsImage **img)
{
	VipsImage *next = NULL;
	int rc = vips_icc_transform(*img, &next, "srgb", "embedded", TRUE,
	    "input_profile", "cmyk", "intent", VIPS_INTENT_RELATIVE, NULL);

	step(img, next, rc);
}

/* Eight bits, three bands, no alpha.  RGB stays in the space of its profile;
 * everything else becomes sRGB here. */
static VipsImage *
to_rgb(VipsImage *img)
{
	VipsImage *next = NULL;
	int rc;

	if (img->Type == VIPS_INTERPRETATION_CMYK) {
		from_cmyk(&img);
	} else {
		rc = vips_colourspace(
		    img, &next, VIPS_INTERPRETATION_sRGB, NULL);
		step(&img, next, rc);
	}
	if (img != NULL && vips_image_hasalpha(img)) {
		static const double white[] = {255, 255, 255};
		VipsArrayDouble *paper = vips_array_double_new(white, 3);

		rc = vips_flatten(img, &next, "background", paper, NULL);
		vips_area_unref((VipsArea *)paper);
		step(&img, next, rc);
	}
	if (img != NULL && img->BandFmt != VIPS_FORMAT_UCHAR) {
		rc = vips_cast_uchar(img, &next, NULL);
		step(&img, next, rc);
	}
	return img;
}

static void
take_profile(VipsImage *img, struct decoded *ret)
{
	str profile = blob_of(img, VIPS_META_ICC_NAME);

	if (img->Type == VIPS_INTERPRETATION_CMYK || img->Bands < 3 ||
	    profile.n > ICC_MAX || icc_space(profile) != ICC_RGB ||
	    icc_is_srgb(profile))
		return;
	ret->icc = BUF_MAX(ICC_MAX);
	buf_str(&ret->icc, profile);
}

static struct fit *
fit_for(
    const VipsImage *img, uint32_t side, const struct decoded *d, struct err *e)
{
	struct fit_source src = {
	    .width = img->Xsize, .height = img->Ysize, .n = 3};
	uint32_t w, h;

	for (unsigned i = 0; i < 3; i++) {
		src.part[i].width = (uint32_t)img->Xsize;
		src.part[i].height = (uint32_t)img->Ysize;
		src.part[i].per_x = src.part[i].per_y = 1;
	}
	fit_size(d->width, d->height, side, &w, &h);
	return fit_new(
	    &src, d->exif.orientation, w, h, d->icc.n > 0 ? 1 : 2, e);
}

static void
free_cleanup(uint8_t **p)
{
	free(*p);
}

/* False: the loader gave up in the middle. */
static bool
push_all(VipsImage *img, struct fit *f)
{
	CLEANUP(region_unref) VipsRegion *reg = vips_region_new(img);
	size_t width = (size_t)img->Xsize;
	CLEANUP(free_cleanup) uint8_t *row = malloc(width * 3);

	if (row == NULL)
		return false;
	for (int y = 0; y < img->Ysize; y++) {
		VipsRect r = {0, y, img->Xsize, 1};

		if (vips_region_prepare(reg, &r))
			return false;
		plane_row_from_rgb(region_row(reg, y), (uint32_t)width, row,
		    row + width, row + 2 * width);
		for (unsigned i = 0; i < 3; i++)
			fit_push(f, i, row + i * width);
	}
	return true;
}

/* HEIF keeps which way is up in boxes of its own, which the loader obeys; its
 * EXIF orientation must not be applied again. */
static void
take_facts(VipsImage *img, enum media_format format,
    const struct container *box, struct decoded *ret)
{
	bool heif = format == MEDIA_FORMAT_HEIC || format == MEDIA_FORMAT_AVIF;
	uint32_t height = frame_height(img);
	bool turned;

	ret->exif =
	    exif_read(heif ? blob_of(img, VIPS_META_EXIF_NAME) : box->exif);
	if (heif)
		ret->exif.orientation = 1;
	turned = ret->exif.orientation >= 5;
	ret->width = turned ? height : (uint32_t)img->Xsize;
	ret->height = turned ? (uint32_t)img->Xsize : height;
}

static bool
make_planes(const struct frame *first, uint32_t side, struct decoded *ret,
    struct err *e)
{
	CLEANUP(region_unref) VipsImage *img = frame_image(first);
	OWNED(fit) f = NULL;

	ret->verdict = MEDIA_DAMAGED;
	if (img != NULL)
		img = to_rgb(img);
	if (img == NULL || img->Bands != 3)
		return true;
	f = fit_for(img, side, ret, e);
	if (f == NULL)
		return false;
	if (!push_all(img, f))
		return true;
	ret->verdict = MEDIA_OK;
	return fit_finish(f, &ret->planes, e);
}

static bool
decode(VipsImage *img, enum media_format format, const struct container *box,
    uint32_t side, struct decoded *ret, struct err *e)
{
	CLEANUP(frame_done) struct frame first = {0};

	ret->verdict = frames_verdict(img);
	if (ret->verdict != MEDIA_OK)
		return true;
	take_facts(img, format, box, ret);
	take_profile(img, ret);
	if (!frames_read(img, &first, ret, e))
		return false;
	if (ret->verdict != MEDIA_OK || side == 0)
		return true;
	return make_planes(&first, side, ret, e);
}

/* The other pictures of a HEIF file are not shown, but what is known must not
 * hide among them either. */
static bool
hash_pages(enum media_format format, str bytes, int pages, int shown,
    struct decoded *ret, struct err *e)
{
	for (int i = 0; i < pages && ret->verdict == MEDIA_OK; i++) {
		CLEANUP(region_unref) VipsImage *img = NULL;
		CLEANUP(frame_done) struct frame page = {0};

		if (i == shown)
			continue;
		img = load(format, bytes, i);
		if (img == NULL) {
			ret->verdict = MEDIA_DAMAGED;
			return true;
		}
		ret->verdict = frames_verdict(img);
		if (ret->verdict == MEDIA_OK &&
		    !frames_read(img, &page, ret, e))
			return false;
	}
	return true;
}

static int
int_of(VipsImage *img, const char *name, int otherwise)
{
	int v;

	if (vips_image_get_typeof(img, name) == 0 ||
	    vips_image_get_int(img, name, &v) != 0)
		return otherwise;
	return v;
}

static bool
decode_all(enum media_format format, str bytes, const struct container *box,
    uint32_t side, struct decoded *ret, struct err *e)
{
	CLEANUP(region_unref) VipsImage *img = load(format, bytes, -1);
	bool heif = format == MEDIA_FORMAT_HEIC || format == MEDIA_FORMAT_AVIF;
	int pages, shown;

	ret->verdict = MEDIA_DAMAGED;
	if (img == NULL)
		return true;
	pages = int_of(img, VIPS_META_N_PAGES, 1);
	shown = int_of(img, "heif-primary", 0);
	if (pages > PAGES_MAX) {
		ret->verdict = MEDIA_TOO_MANY;
		return true;
	}
	if (!decode(img, format, box, side, ret, e))
		return false;
	return ret->verdict != MEDIA_OK || !heif || pages == 1 ||
	       hash_pages(format, bytes, pages, shown, ret, e);
}

bool
vipsin(enum media_format format, str bytes, const struct container *box,
    uint32_t side, struct decoded *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf essence = BUF_MAX(ESSENCE_MAX);
	str whole = bytes;
	bool ok;

	if (format == MEDIA_FORMAT_PNG) {
		if (!container_png_essence(bytes, &essence))
			return err_set(e, ERR_LIMIT, "no memory for a PNG");
		bytes = buf_view(&essence);
	}
	ok = decode_all(format, bytes, box, side, ret, e);
	if (ok && format == MEDIA_FORMAT_PNG && ret->verdict == MEDIA_OK &&
	    ret->hashing != NULL)
		ok = apng_read(whole, ret, e);
	vips_error_clear();
	return ok;
}
