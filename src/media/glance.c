#include "media/glance.h"

#include "media/decode.h"
#include "media/jpegout.h"
#include "media/sniff.h"

#define QUALITY 70
#define SOFT_RADIUS 9 /* of 160 pixels; three times, nearly a Gauss curve */
#define SHARP_RADIUS 1
#define TIMES 3

/* ---- blur ---- */

/* Means of 2 * radius + 1 samples, those at the edge counted again; samples lie
 * `step` bytes apart. */
static void
mean_line(const uint8_t *from, uint8_t *to, int n, size_t step, int radius)
{
	int sum = 0, wide = 2 * radius + 1;

#define AT(i) from[(size_t)((i) < 0 ? 0 : (i) >= n ? n - 1 : (i)) * step]
	for (int i = -radius; i <= radius; i++)
		sum += AT(i);
	for (int i = 0; i < n; i++) {
		to[(size_t)i * step] = (uint8_t)((sum + wide / 2) / wide);
		sum += AT(i + radius + 1) - AT(i - radius);
	}
#undef AT
}

static void
blur(struct plane *io, struct plane *aside, int radius)
{
	int w = (int)io->width, h = (int)io->height;

	for (int t = 0; t < TIMES; t++) {
		for (int y = 0; y < h; y++)
			mean_line(io->p + (size_t)y * io->stride,
			    aside->p + (size_t)y * aside->stride, w, 1, radius);
		for (int x = 0; x < w; x++)
			mean_line(
			    aside->p + x, io->p + x, h, io->stride, radius);
	}
}

/* ---- one picture ---- */

static void
copy_luma(const struct plane *from, struct plane *to)
{
	for (uint32_t y = 0; y < to->height; y++)
		memcpy(to->p + (size_t)y * to->stride,
		    from->p + (size_t)y * from->stride, to->width);
}

static bool
write_one(const struct plane *luma, int radius, struct buf *ret, struct err *e)
{
	CLEANUP(planes_done) struct planes grey = {0}, aside = {0};

	buf_clear(ret);
	if (!planes_init(&grey, luma->width, luma->height, 1, 1, e) ||
	    !planes_init(&aside, luma->width, luma->height, 1, 1, e))
		return false;
	copy_luma(luma, &grey.plane[0]);
	blur(&grey.plane[0], &aside.plane[0], radius);
	return jpegout(&grey, QUALITY, ret, e);
}

bool
glance_make(str jpeg, enum media_verdict *ret_verdict, struct buf *soft,
    struct buf *sharp, struct err *e)
{
	CLEANUP(decoded_done) struct decoded d = {.exif.orientation = 1};
	struct container box = container_read(MEDIA_FORMAT_JPEG, jpeg);
	enum media_verdict v = decode_size_verdict(box.width, box.height);
	bool other = false;

	if (media_sniff(jpeg) != MEDIA_FORMAT_JPEG)
		v = MEDIA_UNKNOWN;
	if (v == MEDIA_OK) {
		if (!jpegin(jpeg, &box, MEDIA_GLANCE_SIDE, &d, &other, e))
			return false;
		v = other ? MEDIA_UNKNOWN : d.verdict;
	}
	*ret_verdict = v;
	if (v != MEDIA_OK)
		return true;
	return write_one(&d.planes.plane[0], SOFT_RADIUS, soft, e) &&
	       write_one(&d.planes.plane[0], SHARP_RADIUS, sharp, e);
}
