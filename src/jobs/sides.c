#include "jobs/sides.h"

#include <string.h>

#include "sharing/blob_key.h"
#include "sql_blob.h"

/* A file that nobody finds: what is between is gone with its last descriptor.
 */
static bool
open_between(struct house *h, int *ret, struct err *e)
{
	char name[BLOB_NAME_MAX];

	return blob_create(h->blobs, name, ret, e) &&
	       blob_remove(h->blobs, name, e);
}

bool
sides_open(struct house *h, struct sides *s, struct key ret_key[VIDEO_SIDES],
    int ret_fd[SIDES_FDS], struct err *e)
{
	for (size_t i = 0; i < SIDES_FDS; i++)
		ret_fd[i] = -1;
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		struct kept *k = &s->v[i];

		if (!blob_create(h->blobs, k->name, &ret_fd[i], e))
			return false;
		k->in_place = true;
		key_random(&k->key);
		ret_key[i] = k->key;
		if (!open_between(h, &ret_fd[VIDEO_SIDES + i], e))
			return false;
	}
	return true;
}

void
sides_done(struct house *h, struct sides *s)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		if (!s->stored)
			rendition_undo(h, &s->v[i]);
		key_done(&s->v[i].key);
	}
}

bool
sides_in_use(const struct sides *s, const char *name)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		if (strcmp(s->v[i].name, name) == 0)
			return true;
	return false;
}

static bool
check_one(struct house *h, const struct kept *k,
    const struct video_rendition *said, struct err *e)
{
	OWNED(blob_reader) r = NULL;
	OWNED_FD fd = -1;

	if (said->bytes == 0)
		return true;
	if (!blob_open_incoming(h->blobs, k->name, false, &fd, e))
		return false;
	r = blob_reader_new(fd, &k->key, e);
	if (r == NULL)
		return false;
	return blob_bytes(r) == (int64_t)said->bytes ||
	       err_set(e, ERR_CORRUPT, "a rendition is not what it says");
}

bool
sides_check(struct house *h, const struct sides *s,
    const struct video_rendition said[VIDEO_SIDES], struct err *e)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		if (!check_one(h, &s->v[i], &said[i], e))
			return false;
	return true;
}

bool
sides_keep(struct house *h, struct sides *s,
    const struct video_rendition said[VIDEO_SIDES], struct err *e)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++) {
		struct kept *k = &s->v[i];

		if (said[i].bytes == 0) {
			rendition_undo(h, k);
			continue;
		}
		k->bytes = (int64_t)said[i].bytes;
		if (!blob_keep(h->blobs, k->name, e))
			return false;
	}
	return true;
}

bool
sides_row(struct house *h, struct arena *a, const struct organisation *org,
    int64_t medium, int64_t side, const struct video_rendition *said,
    const struct kept *k, str type, int64_t now, struct err *e)
{
	struct sql_blob_add_row row;
	str wrapped;

	return blob_key_wrap(a, org, str_c(k->name), &k->key, &wrapped, e) &&
	       sql_blob_add(h->db, a, medium, side, str_c(k->name), wrapped,
		   k->bytes, said->width, said->height, type, 0, now, &row, e);
}

bool
sides_rows(struct house *h, struct arena *a, const struct organisation *org,
    int64_t medium, const struct sides *s,
    const struct video_rendition said[VIDEO_SIDES], int64_t more, int64_t now,
    struct err *e)
{
	for (size_t i = 0; i < VIDEO_SIDES; i++)
		if (said[i].bytes > 0 &&
		    !sides_row(h, a, org, medium, video_sides[i] + more,
			&said[i], &s->v[i], S("video/mp4"), now, e))
			return false;
	return true;
}
