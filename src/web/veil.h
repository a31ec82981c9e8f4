/* veil — masking somebody all through a video, and choosing its picture: for
 * who may change the album. */
#ifndef WEB_VEIL_H
#define WEB_VEIL_H

#include "faces/veil.h"
#include "sharing/album.h"
#include "web/voice.h"
#include "web/web.h"

struct veil_page {
	const struct album *album;
	int64_t video;
	int64_t at; /* its place in the album, from 1 */
	int64_t width, height;
	const struct face_veil *veil;
	const struct face_voice *voice; /* NULL: it has no sound */
	int64_t lines;   /* that are played; 0: there are none yet */
	int64_t from_ms; /* where it begins to play */
};

/* « 12.5 », for a fragment of a video's address. */
str veil_seconds(struct view *, int64_t ms);

/* Every field of that name that is a number. */
bool veil_ids(struct request *, str name, const int64_t **ret, size_t *ret_n,
    struct err *) MUST_USE;

#endif
