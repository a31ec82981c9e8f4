#include "pictures.h"

#include <stdlib.h>
#include <vips/vips.h>
#include <zlib.h>

#include "media/region.h"

#define OUT_MAX ((size_t)64 * 1024 * 1024)

const char *__lsan_default_suppressions(void);

/* The encoder that makes test pictures is not ours to mend. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libx265\n";
}

static void
free_cleanup(void *p)
{
	free(*(void **)p);
}

static void
pixel(const struct picture *w, uint32_t x, uint32_t y, uint32_t *seed,
    uint8_t rgb[4])
{
	uint32_t u = w->width > 1 ? x * 255 / (w->width - 1) : 0;
	uint32_t v = w->height > 1 ? y * 255 / (w->height - 1) : 0;

	rgb[0] = (uint8_t)(255 - u - v + 2 * u * v / 255);
	rgb[1] = (uint8_t)u;
	rgb[2] = (uint8_t)v;
	rgb[3] = 255;
	for (int k = 0; w->noise > 0 && k < 3; k++) {
		*seed = *seed * 1664525 + 1013904223;
		rgb[k] =
		    (uint8_t)((rgb[k] + (*seed >> 24) * w->noise / 255) & 255);
	}
}

static VipsImage *
raw(const struct picture *w)
{
	int bands = w->bands == 0 ? 3 : w->bands;
	size_t n = (size_t)w->width * w->height * (size_t)bands;
	CLEANUP(free_cleanup) void *p = malloc(n);
	uint8_t *at = p, rgb[4];
	uint32_t seed = 1;
	VipsImage *img;

	for (uint32_t y = 0; p != NULL && y < w->height; y++)
		for (uint32_t x = 0; x < w->width; x++, at += bands) {
			pixel(w, x, y, &seed, rgb);
			memcpy(at, rgb, (size_t)bands);
			if (bands == 2)
				at[1] = 255;
			/* Half of it lets the paper through. */
			if (bands % 2 == 0 && x < w->width / 2)
				at[bands - 1] = 0;
		}
	img = vips_image_new_from_memory_copy(
	    p, n, (int)w->width, (int)w->height, bands, VIPS_FORMAT_UCHAR);
	if (img != NULL)
		img->Type = bands < 3 ? VIPS_INTERPRETATION_B_W
				      : VIPS_INTERPRETATION_sRGB;
	return img;
}

static bool
step(VipsImage **img, VipsImage *next, int rc)
{
	g_object_unref(*img);
	*img = rc == 0 ? next : NULL;
	return rc == 0;
}

bool
picture_make(const struct picture *w, struct buf *ret)
{
	CLEANUP(region_unref) VipsImage *img = raw(w);
	VipsImage *next = NULL;
	void *p = NULL;
	size_t n = 0;
	bool ok = img != NULL;

	if (ok && w->sixteen) {
		int rc = vips_colourspace(img, &next,
		    w->bands == 1 ? VIPS_INTERPRETATION_GREY16
				  : VIPS_INTERPRETATION_RGB16,
		    NULL);

		ok = step(&img, next, rc);
	}
	if (ok && w->profile != NULL) {
		int rc =
		    vips_icc_transform(img, &next, w->profile, "input_profile",
			"srgb", "intent", VIPS_INTENT_RELATIVE, NULL);

		ok = step(&img, next, rc);
	}
	ok = ok && vips_image_write_to_buffer(img, w->save, &p, &n, NULL) == 0;
	if (ok) {
		*ret = BUF_MAX(OUT_MAX);
		buf_put(ret, p, n);
	}
	g_free(p);
	vips_error_clear();
	return ok;
}

static void
put16(struct buf *b, bool big, uint32_t v)
{
	buf_byte(b, (char)(big ? v >> 8 : v));
	buf_byte(b, (char)(big ? v : v >> 8));
}

static void
put32(struct buf *b, bool big, uint32_t v)
{
	put16(b, big, big ? v >> 16 : v & 0xffff);
	put16(b, big, big ? v & 0xffff : v >> 16);
}

static void
put_entry(struct buf *b, bool big, uint32_t tag, uint32_t type, uint32_t n,
    uint32_t v)
{
	put16(b, big, tag);
	put16(b, big, type);
	put32(b, big, n);
	if (type == 3) {
		put16(b, big, v);
		put16(b, big, 0);
	} else {
		put32(b, big, v);
	}
}

void
picture_exif(struct buf *b, unsigned orientation, const char *date, bool big)
{
	*b = BUF_MAX(4096);
	buf_put(b, big ? "Exif\0\0MM\0*" : "Exif\0\0II*\0", 10);
	put32(b, big, 8);
	put16(b, big, 2);
	put_entry(b, big, 0x0112, 3, 1, orientation);
	put_entry(b, big, 0x8769, 4, 1, 38);
	put32(b, big, 0);
	put16(b, big, 1);
	put_entry(b, big, 0x9003, 2, 20, 56);
	put32(b, big, 0);
	buf_put(b, date, 20);
}

static void
png_with(str file, str exif, struct buf *ret)
{
	str body = str_sub(exif, 6, exif.n);
	uLong crc = crc32(0, (const Bytef *)"eXIf", 4);

	crc = crc32(crc, (const Bytef *)body.p, (uInt)body.n);
	buf_str(ret, str_sub(file, 0, 33)); /* signature and IHDR */
	put32(ret, true, (uint32_t)body.n);
	buf_put(ret, "eXIf", 4);
	buf_str(ret, body);
	put32(ret, true, (uint32_t)crc);
	buf_str(ret, str_sub(file, 33, file.n));
}

/* The block that libvips itself writes becomes an unknown chunk. */
static void
webp_with(str file, str exif, struct buf *ret)
{
	char *own;

	buf_str(ret, str_sub(file, 0, 4));
	put32(ret, false, (uint32_t)(file.n + exif.n + exif.n % 2));
	buf_str(ret, str_sub(file, 8, file.n));
	own = memmem(ret->p, ret->n, "EXIF", 4);
	if (own != NULL)
		memcpy(own, "XXXX", 4);
	buf_put(ret, "EXIF", 4);
	put32(ret, false, (uint32_t)exif.n);
	buf_str(ret, exif);
	if (exif.n % 2 == 1)
		buf_byte(ret, '\0');
}

bool
picture_with_exif(enum media_format format, str file, str exif, struct buf *ret)
{
	*ret = BUF_MAX(OUT_MAX);
	switch (format) {
	case MEDIA_FORMAT_JPEG:
		buf_put(ret, "\xff\xd8\xff\xe1", 4);
		put16(ret, true, (uint32_t)exif.n + 2);
		buf_str(ret, exif);
		buf_str(ret, str_sub(file, 2, file.n));
		return true;
	case MEDIA_FORMAT_PNG:
		png_with(file, exif, ret);
		return true;
	case MEDIA_FORMAT_WEBP:
		webp_with(file, exif, ret);
		return true;
	default:
		return false;
	}
}

bool
pixels_of(str jpeg, struct photo *ret)
{
	CLEANUP(region_unref) VipsImage *img = NULL, *rgb = NULL;
	union {
		const char *in;
		void *out;
	} p = {jpeg.p};
	size_t n;

	if (vips_jpegload_buffer(p.out, jpeg.n, &img, NULL) != 0 ||
	    vips_colourspace(img, &rgb, VIPS_INTERPRETATION_sRGB, NULL) != 0)
		return false;
	*ret = (struct photo){(uint32_t)rgb->Xsize, (uint32_t)rgb->Ysize,
	    vips_image_write_to_memory(rgb, &n)};
	return ret->rgb != NULL;
}

void
pixels_done(struct photo *p)
{
	g_free(p->rgb);
}

double
pixels_apart(const struct photo *a, const struct photo *b)
{
	size_t n = (size_t)a->width * a->height * 3;
	double sum = 0;

	if (a->width != b->width || a->height != b->height)
		return 255;
	for (size_t i = 0; i < n; i++)
		sum += abs(a->rgb[i] - b->rgb[i]);
	return sum / (double)n;
}

/* Behind the only scan: nothing but stuffed bytes and restarts until EOI. */
static bool
scan_ends_the_file(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (p[i] != 0xff)
			continue;
		if (p[i + 1] == 0xd9)
			return i + 2 == n;
		if (p[i + 1] != 0 && (p[i + 1] < 0xd0 || p[i + 1] > 0xd7))
			return false;
		i++;
	}
	return false;
}

bool
jpeg_is_bare(str s)
{
	static const uint8_t allowed[] = {0xe0, 0xdb, 0xc0, 0xc4, 0xdd, 0xda};
	const uint8_t *p = (const uint8_t *)s.p;
	size_t i = 2;

	if (s.n < 4 || memcmp(p, "\xff\xd8", 2) != 0)
		return false;
	while (i + 4 <= s.n) {
		uint8_t m = p[i + 1];
		size_t n = (size_t)p[i + 2] << 8 | p[i + 3];

		if (p[i] != 0xff || memchr(allowed, m, sizeof(allowed)) == NULL)
			return false;
		if (m == 0xe0 && (n != 16 || memcmp(p + i + 4, "JFIF", 5)))
			return false;
		i += 2 + n;
		if (m == 0xda)
			return i < s.n && scan_ends_the_file(p + i, s.n - i);
	}
	return false;
}
