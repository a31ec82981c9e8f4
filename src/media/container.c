#include "media/container.h"

#include <zlib.h>

#define PNG_HEAD 8
#define PNG_FRAME 12 /* length, type, CRC */
#define RIFF_HEAD 12
#define BOX_DEPTH_MAX 8

struct cursor {
	const uint8_t *p;
	size_t n, i;
};

static size_t
left(const struct cursor *c)
{
	return c->n - c->i;
}

static uint32_t
be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

static uint32_t
le24(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static uint32_t
le32(const uint8_t *p)
{
	return le24(p) | (uint32_t)p[3] << 24;
}

static bool
jpeg_is_frame(uint8_t marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	       marker != 0xc8 && marker != 0xcc;
}

/* The next marker that has a body, with fill bytes and lone markers skipped;
 * 0 at the end. */
static uint8_t
jpeg_next_marker(struct cursor *c)
{
	while (left(c) >= 2) {
		uint8_t m = c->p[c->i + 1];

		if (c->p[c->i] != 0xff || m == 0xff) {
			c->i++;
			continue;
		}
		c->i += 2;
		if (m != 0x00 && m != 0x01 && (m < 0xd0 || m > 0xd8))
			return m;
	}
	return 0;
}

static void
jpeg_take(uint8_t marker, str body, struct container *ret)
{
	const uint8_t *p = (const uint8_t *)body.p;

	if (jpeg_is_frame(marker) && body.n >= 6 && ret->width == 0) {
		ret->height = be16(p + 1);
		ret->width = be16(p + 3);
	}
	if (marker == 0xe1 && ret->exif.n == 0 &&
	    str_starts(body, S("Exif\0\0")))
		ret->exif = body;
}

static void
jpeg_walk(struct cursor *c, struct container *ret)
{
	ret->state = CONTAINER_CUT;
	for (;;) {
		uint8_t m = jpeg_next_marker(c);
		uint32_t n;

		if (m == 0 || m == 0xd9 || left(c) < 2)
			return;
		n = be16(c->p + c->i);
		if (n < 2) {
			ret->state = CONTAINER_BROKEN;
			return;
		}
		if (n > left(c))
			return;
		jpeg_take(m, (str){(const char *)c->p + c->i + 2, n - 2}, ret);
		c->i += n;
		if (m == 0xda) {
			ret->state = ret->width > 0 && ret->height > 0
					 ? CONTAINER_WHOLE
					 : CONTAINER_BROKEN;
			return;
		}
	}
}

/* One whole chunk: type and body; false when it is not all there. */
static bool
png_next(struct cursor *c, str *ret_type, str *ret_body)
{
	uint32_t n;

	if (left(c) < PNG_FRAME)
		return false;
	n = be32(c->p + c->i);
	if (n > left(c) - PNG_FRAME)
		return false;
	*ret_type = (str){(const char *)c->p + c->i + 4, 4};
	*ret_body = (str){(const char *)c->p + c->i + 8, n};
	c->i += PNG_FRAME + n;
	return true;
}

static bool
png_sound(str type, str body)
{
	const uint8_t *p = (const uint8_t *)type.p;
	uLong crc = crc32_z(crc32_z(0, NULL, 0), p, 4 + body.n);

	return crc == be32(p + 4 + body.n);
}

static void
png_walk(struct cursor *c, struct container *ret)
{
	str type, body;

	ret->state = CONTAINER_CUT;
	if (c->n < PNG_HEAD)
		return;
	c->i = PNG_HEAD;
	while (png_next(c, &type, &body)) {
		if (!png_sound(type, body)) {
			ret->state = CONTAINER_BROKEN;
			return;
		}
		if (str_eq(type, S("IHDR")) && body.n == 13 &&
		    ret->width == 0) {
			ret->width = be32((const uint8_t *)body.p);
			ret->height = be32((const uint8_t *)body.p + 4);
		} else if (str_eq(type, S("eXIf"))) {
			ret->exif = body;
		} else if (str_eq(type, S("IEND"))) {
			ret->state = ret->width > 0 && ret->height > 0
					 ? CONTAINER_WHOLE
					 : CONTAINER_BROKEN;
			return;
		}
	}
}

static bool
png_needed(str type)
{
	static const char names[][5] = {"IHDR", "PLTE", "tRNS", "iCCP", "sRGB",
	    "gAMA", "cHRM", "IDAT", "IEND"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (memcmp(type.p, names[i], 4) == 0)
			return true;
	return false;
}

bool
container_png_next(str png, size_t *at, str *ret_type, str *ret_body)
{
	struct cursor c = {(const uint8_t *)png.p, png.n, *at};

	if (!png_next(&c, ret_type, ret_body))
		return false;
	*at = c.i;
	return true;
}

bool
container_png_essence(str png, struct buf *ret)
{
	struct cursor c = {(const uint8_t *)png.p, png.n, PNG_HEAD};
	str type, body;

	buf_put(ret, png.p, png.n < PNG_HEAD ? png.n : PNG_HEAD);
	if (png.n < PNG_HEAD)
		return !ret->full;
	while (png_next(&c, &type, &body)) {
		if (png_needed(type))
			buf_put(ret, type.p - 4, body.n + PNG_FRAME);
		if (str_eq(type, S("IEND")))
			break;
	}
	return !ret->full;
}

/* The size stands in VP8X, or else at the start of the only bit stream. */
static void
webp_take(str type, str body, struct container *ret)
{
	const uint8_t *p = (const uint8_t *)body.p;

	if (str_eq(type, S("EXIF")) && ret->exif.n == 0) {
		ret->exif = body;
	} else if (ret->width > 0) {
		return;
	} else if (str_eq(type, S("VP8X")) && body.n >= 10) {
		ret->width = le24(p + 4) + 1;
		ret->height = le24(p + 7) + 1;
	} else if (str_eq(type, S("VP8 ")) && body.n >= 10) {
		ret->width = (p[6] | (uint32_t)p[7] << 8) & 0x3fff;
		ret->height = (p[8] | (uint32_t)p[9] << 8) & 0x3fff;
	} else if (str_eq(type, S("VP8L")) && body.n >= 5) {
		uint32_t v = le32(p + 1);

		ret->width = (v & 0x3fff) + 1;
		ret->height = (v >> 14 & 0x3fff) + 1;
	}
}

static void
webp_walk(struct cursor *c, struct container *ret)
{
	size_t end;

	ret->state = CONTAINER_CUT;
	if (c->n < RIFF_HEAD)
		return;
	end = (size_t)le32(c->p + 4) + 8;
	if (end > c->n)
		end = c->n + 1; /* cut, but the size may still be told */
	c->i = RIFF_HEAD;
	while (left(c) >= 8 && c->i < end) {
		uint32_t n = le32(c->p + c->i + 4);
		str type = {(const char *)c->p + c->i, 4};

		c->i += 8;
		if (n > left(c))
			return;
		webp_take(type, (str){(const char *)c->p + c->i, n}, ret);
		c->i += n;
		if (n % 2 == 1 && left(c) > 0)
			c->i++;
	}
	if (end <= c->n)
		ret->state = ret->width > 0 && ret->height > 0
				 ? CONTAINER_WHOLE
				 : CONTAINER_BROKEN;
}

struct box {
	str type, body;
};

/* 1: a box; 0: the end; -1: it says to be longer than what is there. */
static int
box_next(struct cursor *c, struct box *ret)
{
	const uint8_t *p = c->p + c->i;
	uint64_t n, head = 8;

	if (left(c) == 0)
		return 0;
	if (left(c) < 8)
		return -1;
	n = be32(p);
	if (n == 1) {
		if (left(c) < 16)
			return -1;
		n = (uint64_t)be32(p + 8) << 32 | be32(p + 12);
		head = 16;
	} else if (n == 0) {
		n = left(c);
	}
	if (n < head || n > left(c))
		return -1;
	*ret = (struct box){{(const char *)p + 4, 4},
	    {(const char *)p + head, (size_t)(n - head)}};
	c->i += (size_t)n;
	return 1;
}

/* The largest image spatial extent: the picture's own, for its tiles and
 * thumbnails are smaller.  meta is a full box: four bytes before its boxes. */
static void
heif_extents(str body, unsigned depth, struct container *ret, bool *ret_data)
{
	struct cursor c = {(const uint8_t *)body.p, body.n, 0};
	struct box b;

	while (box_next(&c, &b) == 1) {
		const uint8_t *p = (const uint8_t *)b.body.p;
		bool nests =
		    str_eq(b.type, S("iprp")) || str_eq(b.type, S("ipco"));

		if (nests && depth < BOX_DEPTH_MAX)
			heif_extents(b.body, depth + 1, ret, ret_data);
		*ret_data = *ret_data || str_eq(b.type, S("idat"));
		if (!str_eq(b.type, S("ispe")) || b.body.n < 12)
			continue;
		if (be32(p + 4) > ret->width)
			ret->width = be32(p + 4);
		if (be32(p + 8) > ret->height)
			ret->height = be32(p + 8);
	}
}

/* Whether what the last box lacks is a part of the picture: something else may
 * hang behind a whole one, as behind a JPEG. */
static bool
heif_lacks_data(const struct cursor *c, bool have_data)
{
	return !have_data ||
	       (left(c) >= 8 && memcmp(c->p + c->i + 4, "mdat", 4) == 0);
}

static void
heif_walk(struct cursor *c, struct container *ret)
{
	/* Small parts (the grid of tiles) may lie in idat inside meta; a file
	 * that lost its whole mdat behind that is for the decoder to refuse. */
	bool inner = false, data = false, film = false;
	struct box b;
	int got;

	while ((got = box_next(c, &b)) == 1) {
		data = data || str_eq(b.type, S("mdat"));
		film = film || str_eq(b.type, S("moov"));
		if (str_eq(b.type, S("meta")))
			heif_extents(
			    str_sub(b.body, 4, b.body.n), 0, ret, &inner);
	}
	if (film)
		ret->state = CONTAINER_FILM;
	else if (got == -1 ? heif_lacks_data(c, data) : !data && !inner)
		ret->state = CONTAINER_CUT;
	else if (ret->width == 0 || ret->height == 0)
		ret->state = CONTAINER_BROKEN;
}

struct container
container_read(enum media_format format, str bytes)
{
	static void (*const walks[MEDIA_FORMATS])(
	    struct cursor *, struct container *) = {
	    [MEDIA_FORMAT_JPEG] = jpeg_walk,
	    [MEDIA_FORMAT_PNG] = png_walk,
	    [MEDIA_FORMAT_WEBP] = webp_walk,
	    [MEDIA_FORMAT_HEIC] = heif_walk,
	    [MEDIA_FORMAT_AVIF] = heif_walk,
	};
	struct cursor c = {(const uint8_t *)bytes.p, bytes.n, 0};
	struct container ret = {0};

	if ((unsigned)format >= MEDIA_FORMATS || walks[format] == NULL)
		return ret;
	walks[format](&c, &ret);
	return ret;
}
