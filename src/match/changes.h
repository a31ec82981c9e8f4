/*
 * changes — values inserted beside an index, by kind, and entries of the
 * index that match no more.
 */
#ifndef MATCH_CHANGES_H
#define MATCH_CHANGES_H

#include "match/file.h"
#include "match/lists.h"

struct changed_owner {
	uint32_t list, entry;
};

struct changed_kind {
	uint8_t *rows; /* row_bytes apart */
	struct changed_owner *owners;
	uint32_t *counts; /* of HASH_VPDQ how often in its video, else 1 */
	size_t n, cap, row_bytes;
};

struct changed_video {
	struct changed_owner owner;
	uint32_t frames, distinct;
};

struct changes {
	struct changed_kind kind[HASH_KINDS];
	struct changed_video *videos;
	size_t n_videos, cap_videos;
	uint64_t *dead; /* a table by hashing; 0 is free */
	size_t n_dead, cap_dead;
};

void changes_done(struct changes *); /* fit for CLEANUP */
bool changes_insert(struct changes *, enum hash_kind, const void *value,
    size_t bytes, struct changed_owner, uint32_t count, struct err *) MUST_USE;
bool changes_insert_video(
    struct changes *, const struct changed_video *, struct err *) MUST_USE;
/* Out of what was inserted, and dead in the index. */
bool changes_delete(
    struct changes *, struct changed_owner, struct err *) MUST_USE;
bool changes_is_dead(const struct changes *, uint32_t list, uint32_t entry);

#endif
