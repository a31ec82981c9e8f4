/*
 * folder — what of a child the one who asks may take along to another house,
 * now: the photos of its memory box, the videos in which it is, as this viewer
 * plays them, and the documents for it or its group, as this viewer keeps them.
 *
 * permit_medium says of each whether, and which bytes: masked, silent or whole.
 * What is withheld for a moment, or cannot be covered, is counted and not in
 * it.  A thing is of one season, the first of the organisation's list on whose
 * days it stands, or of none.
 */
#ifndef MOVE_FOLDER_H
#define MOVE_FOLDER_H

#include "parcel/manifest.h"
#include "people/deed.h"
#include "sharing/memories.h"

#define FOLDER_NO_SEASON 0
#define FOLDER_PIECE ((size_t)4 << 20) /* of a large file, in one turn */

struct folder_count {
	int64_t photos, videos, documents, bytes;
	bool many; /* more photos than can be listed: none are counted */
};

struct folder_season {
	int64_t id; /* FOLDER_NO_SEASON: days between them */
	str name;
	bool wanted;
	struct folder_count count; /* of folder_weigh */
};

struct folder_want {
	bool photos, videos, documents;
	const struct folder_season *season;
	size_t n_season;
};

struct folder_item {
	enum manifest_kind kind;
	int64_t medium;
	int side;              /* permit.h */
	int64_t day, taken_at; /* DB_NULL: no hour */
	str caption; /* of a video or document without one, the album's title */
	str mark;    /* grant_mark */
	uint64_t bytes;
};

struct folder {
	struct folder_item *v; /* by day, then hour, then number */
	size_t n, left_out;
};

/* The seasons of the organisation, the newest first, then FOLDER_NO_SEASON. */
bool folder_seasons(const struct deed *, struct folder_season **ret,
    size_t *ret_n, struct err *) MUST_USE;

/* ERR_NOT_FOUND: the viewer may not; ERR_LIMIT: of one season more than
 * MEMORIES_MAX pictures. */
bool folder_list(const struct deed *, const struct viewer *, int64_t child,
    const struct folder_want *, struct folder *ret, struct err *) MUST_USE;

void folder_count(const struct folder *, struct folder_count *ret);
/* What is in each of the seasons, of the kinds that are wanted. */
bool folder_weigh(const struct deed *, const struct viewer *, int64_t child,
    const struct folder_want *, struct folder_season *io, size_t n,
    struct err *) MUST_USE;

/* One item that is being read; {0} before its first byte. */
struct folder_reading {
	struct blob_reader *blob;
	int fd;
	int64_t at;
};
void folder_reading_done(struct folder_reading *);

/* Its next bytes, a photo's all; *ret_end: those were the last.  ERR_CONFLICT:
 * it is not any more what was listed. */
bool folder_read(const struct deed *, const struct viewer *, int64_t child,
    const struct folder_item *, struct folder_reading *, memories_put *,
    void *ctx, bool *ret_end, struct err *) MUST_USE;

#endif
