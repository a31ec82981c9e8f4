/* photo — the photo that faces/ works on: of this post, and ready.  A still of
 * a video is one, a video is none. */
#ifndef FACES_PHOTO_H
#define FACES_PHOTO_H

#include "people/deed.h"
#include "sql_region.h"

bool face_photo(const struct deed *, int64_t post, int64_t medium,
    struct sql_region_medium_row *ret, struct err *) MUST_USE;

static inline bool
face_photo_published(const struct sql_region_medium_row *m)
{
	return str_eq(m->post_state, S("published"));
}

/* Every face of it is boxed, or not any more; a video is cleared when each of
 * its stills is. */
bool face_clear(
    struct house *, int64_t medium, bool cleared, struct err *) MUST_USE;

/* What was said of the photo before it changed does not count any more. */
bool face_words_back(const struct deed *, const struct sql_region_medium_row *,
    struct err *) MUST_USE;

#endif
