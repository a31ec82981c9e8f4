#include "media/apng.h"

#include <stdlib.h>
#include <zlib.h>

#include "media/container.h"
#include "media/frame.h"
#include "media/region.h"

#define ONE_MAX ((size_t)64 * 1024 * 1024) /* bytes of a frame */
#define HEAD_BYTES 8
#define IHDR_BYTES 13
#define FCTL_BYTES 26
#define SAMPLES_MAX 4

enum dispose { DISPOSE_NONE, DISPOSE_BACKGROUND, DISPOSE_PREVIOUS };

/* Where a frame lies, and what becomes of its place after it. */
struct place {
	uint32_t width, height, x, y;
	uint8_t dispose;
	bool over; /* else it replaces what was there */
};

struct apng {
	struct decoded *ret;
	str file;
	uint8_t ihdr[IHDR_BYTES];
	uint32_t width, height;
	struct buf head; /* palette and the like, of all frames */
	struct buf one;  /* the frame under way, as a PNG of its own */
	struct place place;
	bool animated, open, data; /* data: IDAT has come */
	uint32_t frames;
	struct frame canvas;
	VipsImage *like; /* of the canvas */
	uint8_t *before; /* the canvas as it was, for DISPOSE_PREVIOUS */
};

static void
apng_done(struct apng *a)
{
	buf_done(&a->head);
	buf_done(&a->one);
	frame_done(&a->canvas);
	free(a->before);
	if (a->like != NULL)
		g_object_unref(a->like);
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void
put_be32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void
put_chunk(struct buf *b, const char *type, str body)
{
	uLong sum =
	    crc32_z(crc32_z(crc32_z(0, NULL, 0), (const uint8_t *)type, 4),
		(const uint8_t *)body.p, body.n);
	uint8_t word[4];

	put_be32(word, (uint32_t)body.n);
	buf_put(b, word, sizeof(word));
	buf_put(b, type, 4);
	buf_str(b, body);
	put_be32(word, (uint32_t)sum);
	buf_put(b, word, sizeof(word));
}

/* ---- the canvas ---- */

static bool
canvas_init(struct apng *a, VipsImage *img, struct err *e)
{
	size_t bytes;

	a->like = g_object_ref(img);
	a->canvas = (struct frame){.like = img,
	    .width = a->width,
	    .height = a->height,
	    .row_bytes = (size_t)a->width * (size_t)img->Bands *
			 vips_format_sizeof(img->BandFmt)};
	bytes = a->canvas.row_bytes * a->height;
	a->canvas.p = calloc(1, bytes);
	a->before = malloc(bytes);
	return (a->canvas.p != NULL && a->before != NULL) ||
	       err_set(e, ERR_LIMIT, "no memory for a frame");
}

static uint32_t
sample(const uint8_t *p, size_t size)
{
	uint16_t wide;

	if (size == 1)
		return *p;
	memcpy(&wide, p, sizeof(wide));
	return wide;
}

static void
put_sample(uint8_t *p, size_t size, uint32_t v)
{
	uint16_t wide = (uint16_t)v;

	if (size == 1)
		*p = (uint8_t)v;
	else
		memcpy(p, &wide, sizeof(wide));
}

/* One pixel over another; its last sample is how opaque it is. */
static void
lay_over(const uint8_t *from, size_t bands, size_t size, uint8_t *to)
{
	uint64_t full = size == 1 ? 255 : 65535;
	uint64_t a = sample(from + (bands - 1) * size, size);
	uint64_t b = sample(to + (bands - 1) * size, size) * (full - a) / full;

	if (a == 0)
		return;
	for (size_t i = 0; i + 1 < bands; i++)
		put_sample(to + i * size, size,
		    (uint32_t)((sample(from + i * size, size) * a +
				   sample(to + i * size, size) * b) /
			       (a + b)));
	put_sample(to + (bands - 1) * size, size, (uint32_t)(a + b));
}

static uint8_t *
canvas_row(const struct apng *a, uint32_t y)
{
	size_t pixel = a->canvas.row_bytes / a->width;

	return (uint8_t *)a->canvas.p + (a->place.y + y) * a->canvas.row_bytes +
	       a->place.x * pixel;
}

/* False: the loader gave up in the middle. */
static bool
draw(struct apng *a, VipsImage *img)
{
	CLEANUP(region_unref) VipsRegion *reg = vips_region_new(img);
	size_t bands = (size_t)img->Bands;
	size_t size = vips_format_sizeof(img->BandFmt);
	bool over = a->place.over && vips_image_hasalpha(img);

	for (uint32_t y = 0; y < a->place.height; y++) {
		VipsRect r = {0, (int)y, img->Xsize, 1};
		uint8_t *to = canvas_row(a, y);
		const uint8_t *row;

		if (vips_region_prepare(reg, &r) || vips_image_iskilled(img))
			return false;
		row = region_row(reg, (int)y);
		if (!over)
			memcpy(to, row, a->place.width * bands * size);
		for (size_t x = 0; over && x < a->place.width; x++)
			lay_over(row + x * bands * size, bands, size,
			    to + x * bands * size);
	}
	return true;
}

static void
dispose(struct apng *a)
{
	size_t pixel = a->canvas.row_bytes / a->width;

	if (a->place.dispose == DISPOSE_PREVIOUS)
		memcpy(a->canvas.p, a->before, a->canvas.row_bytes * a->height);
	for (uint32_t y = 0;
	     a->place.dispose == DISPOSE_BACKGROUND && y < a->place.height; y++)
		memset(canvas_row(a, y), 0, a->place.width * pixel);
}

/* ---- a frame ---- */

static bool
is_alike(const struct apng *a, VipsImage *img)
{
	return (uint32_t)img->Xsize == a->place.width &&
	       (uint32_t)img->Ysize == a->place.height &&
	       img->Bands == a->like->Bands && img->Bands <= SAMPLES_MAX &&
	       img->BandFmt == a->like->BandFmt && frame_is_known(img);
}

static bool
show(struct apng *a, VipsImage *img, struct err *e)
{
	bool full;

	if (a->like == NULL && !canvas_init(a, img, e))
		return false;
	a->ret->verdict = MEDIA_DAMAGED;
	if (!is_alike(a, img))
		return true;
	memcpy(a->before, a->canvas.p, a->canvas.row_bytes * a->height);
	if (!draw(a, img))
		return true;
	if (!frame_hash(&a->canvas, a->ret, &full, e))
		return false;
	a->ret->verdict = full ? MEDIA_TOO_MANY : MEDIA_OK;
	dispose(a);
	return true;
}

static bool
end_frame(struct apng *a, struct err *e)
{
	CLEANUP(region_unref) VipsImage *img = NULL;

	if (!a->open)
		return true;
	a->open = false;
	put_chunk(&a->one, "IEND", (str){0});
	if (a->one.full)
		return err_set(e, ERR_LIMIT, "no memory for a frame");
	(void)vips_pngload_buffer(a->one.p, a->one.n, &img, "access",
	    VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_ERROR, NULL);
	a->ret->verdict = MEDIA_DAMAGED;
	return img == NULL || show(a, img, e);
}

static bool
read_place(const struct apng *a, str body, struct place *ret)
{
	const uint8_t *p = (const uint8_t *)body.p;

	if (body.n != FCTL_BYTES)
		return false;
	*ret = (struct place){.width = be32(p + 4),
	    .height = be32(p + 8),
	    .x = be32(p + 12),
	    .y = be32(p + 16),
	    .dispose = p[24],
	    .over = p[25] == 1};
	return ret->width > 0 && ret->height > 0 && ret->width <= a->width &&
	       ret->height <= a->height && ret->x <= a->width - ret->width &&
	       ret->y <= a->height - ret->height &&
	       ret->dispose <= DISPOSE_PREVIOUS && p[25] <= 1;
}

static void
begin_frame(struct apng *a, str body)
{
	uint8_t ihdr[IHDR_BYTES];

	a->ret->verdict = MEDIA_DAMAGED;
	if (!read_place(a, body, &a->place))
		return;
	a->ret->verdict = MEDIA_TOO_MANY;
	if (++a->frames > APNG_FRAMES_MAX ||
	    (uint64_t)a->frames * a->width * a->height > FRAMES_PIXELS_MAX)
		return;
	memcpy(ihdr, a->ihdr, sizeof(ihdr));
	put_be32(ihdr, a->place.width);
	put_be32(ihdr + 4, a->place.height);
	buf_clear(&a->one);
	buf_put(&a->one, a->file.p, HEAD_BYTES);
	put_chunk(&a->one, "IHDR", (str){(const char *)ihdr, sizeof(ihdr)});
	buf_str(&a->one, buf_view(&a->head));
	a->open = true;
	a->ret->verdict = MEDIA_OK;
}

/* ---- the file ---- */

static void
take_head(struct apng *a, str type, str body)
{
	if (str_eq(type, S("IHDR")) && body.n == IHDR_BYTES) {
		memcpy(a->ihdr, body.p, IHDR_BYTES);
		a->width = be32(a->ihdr);
		a->height = be32(a->ihdr + 4);
	} else if (str_eq(type, S("PLTE")) || str_eq(type, S("tRNS"))) {
		put_chunk(&a->head, type.p, body);
	} else if (str_eq(type, S("acTL"))) {
		a->animated = true;
	}
}

static bool
take(struct apng *a, str type, str body, struct err *e)
{
	if (!a->data)
		take_head(a, type, body);
	if (str_eq(type, S("IDAT"))) {
		a->data = true;
		if (a->open)
			put_chunk(&a->one, "IDAT", body);
	} else if (str_eq(type, S("fdAT")) && a->open && body.n >= 4) {
		put_chunk(&a->one, "IDAT", str_sub(body, 4, body.n - 4));
	} else if (str_eq(type, S("fcTL"))) {
		if (!end_frame(a, e))
			return false;
		if (a->ret->verdict == MEDIA_OK)
			begin_frame(a, body);
	}
	return true;
}

bool
apng_read(str png, struct decoded *ret, struct err *e)
{
	CLEANUP(apng_done)
	struct apng a = {.ret = ret,
	    .file = png,
	    .head = BUF_MAX(ONE_MAX),
	    .one = BUF_MAX(ONE_MAX)};
	size_t at = HEAD_BYTES;
	str type, body;

	while (ret->verdict == MEDIA_OK && (!a.data || a.animated) &&
	       container_png_next(png, &at, &type, &body) &&
	       !str_eq(type, S("IEND")))
		if (!take(&a, type, body, e))
			return false;
	return ret->verdict != MEDIA_OK || end_frame(&a, e);
}
