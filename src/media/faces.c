#include "media/faces.h"

#include "media/decode.h"
#include "media/facefind.h"
#include "media/sniff.h"

/* What a look costs goes by the size; a face that is smaller than 1/50 of the
 * picture is a person's to find. */
#define LOOK_SIDE 2048
/* Below 0 finds more and invents more, see bench/faces. */
#define THRESHOLD (-0.2)
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

/* False: nothing of it is inside. */
static bool
to_units(const struct facefind_box *b, uint32_t width, uint32_t height,
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

static bool
find(const struct planes *s, struct media_looked *ret, struct err *e)
{
	struct facefind_box box[MEDIA_FACES_MAX];
	const struct plane *luma = &s->plane[0];
	int n = facefind(luma->p, luma->width, luma->height, luma->stride, 1,
	    THRESHOLD, box, MEDIA_FACES_MAX);

	if (n < 0)
		return err_set(e, ERR_LIMIT, "the search for faces failed");
	for (int i = 0; i < n; i++)
		if (to_units(
			&box[i], luma->width, luma->height, &ret->face[ret->n]))
			ret->n++;
	return true;
}

bool
faces_look(str jpeg, struct media_looked *ret, struct err *e)
{
	CLEANUP(decoded_done) struct decoded d = {.exif.orientation = 1};
	struct container box = container_read(MEDIA_FORMAT_JPEG, jpeg);
	bool other = false;

	*ret = (struct media_looked){.verdict = MEDIA_UNKNOWN};
	if (media_sniff(jpeg) != MEDIA_FORMAT_JPEG)
		return true;
	ret->verdict = (uint8_t)decode_size_verdict(box.width, box.height);
	if (ret->verdict != MEDIA_OK)
		return true;
	if (!jpegin(jpeg, &box, LOOK_SIDE, &d, &other, e))
		return false;
	ret->verdict = (uint8_t)(other ? MEDIA_UNKNOWN : d.verdict);
	return ret->verdict != MEDIA_OK || find(&d.planes, ret, e);
}
