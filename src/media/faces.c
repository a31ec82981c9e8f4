#include "media/faces.h"

#include "media/decode.h"
#include "media/facebox.h"
#include "media/sniff.h"

/* What a look costs goes by the size; a face that is smaller than 1/50 of the
 * picture is a person's to find. */
#define LOOK_SIDE 2048
static bool
find(const struct planes *s, struct media_looked *ret, struct err *e)
{
	struct facefind_box box[MEDIA_FACES_MAX];
	const struct plane *luma = &s->plane[0];
	int n = facefind(luma->p, luma->width, luma->height, luma->stride, 1,
	    FACE_THRESHOLD, box, MEDIA_FACES_MAX);

	if (n < 0)
		return err_set(e, ERR_LIMIT, "the search for faces failed");
	for (int i = 0; i < n; i++)
		if (facebox_units(
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
