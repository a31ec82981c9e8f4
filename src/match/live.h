/*
 * live — what matches now: an index, and what changed since it was made.
 *
 * Every change is seen by the very next query.  Inserted values are looked at
 * one after another, a microsecond for each thousand: merge when they are many
 * (match_live_changes).  A query never fails for want
 * of an index: without one only what was inserted matches; whether that is
 * enough is the caller's to say (match_live_index).
 */
#ifndef MATCH_LIVE_H
#define MATCH_LIVE_H

#include "match/builder.h"
#include "match/index.h"

struct match_live;

struct match_live *match_live_new(struct err *) MUST_USE;
void match_live_free(struct match_live *); /* NULL is fine */

DEFINE_OWNED(match_live)

/* A new generation in place of the old one, which is freed; the live takes the
 * index (NULL: none).  Changes stay unless `forget`: those that the new index
 * already holds are to be forgotten, others not. */
void match_live_swap(struct match_live *, struct match_index *, bool forget);
/* Without an index from then on; it is the caller's. */
struct match_index *match_live_take(struct match_live *);
const struct match_index *match_live_index(const struct match_live *);
/* What the index says counts again, and nothing else. */
void match_live_forget(struct match_live *);

/* Changes.  An inserted entry that the index has too is hit once for each.  Of
 * HASH_VPDQ the value is the PDQ hash of one frame. */
bool match_live_insert(struct match_live *, enum hash_kind, str value,
    uint32_t list, uint32_t entry, struct err *) MUST_USE;
/* As match_builder_video. */
bool match_live_insert_video(struct match_live *, const struct vpdq *,
    int quality, uint32_t list, uint32_t entry, struct err *) MUST_USE;
/* All values of the entry, in the index and inserted; it may be inserted
 * again.  An entry that is nowhere is fine. */
bool match_live_delete(
    struct match_live *, uint32_t list, uint32_t entry, struct err *) MUST_USE;
/* A list's distances and whether it is enabled, over what the index says; new
 * lists too. */
bool match_live_list(struct match_live *, const struct match_index_list *,
    struct err *) MUST_USE;
/* NULL when there is no such list. */
const struct match_index_list *match_live_list_of(
    const struct match_live *, uint32_t number);
uint64_t match_live_changes(const struct match_live *); /* inserts, deletes */

/* As match_index_query and match_index_join; places of inserted values have
 * their highest bit set. */
bool match_live_query(struct match_live *, enum hash_kind,
    const uint8_t *values, size_t n, const struct match_index_scope *,
    struct match_index_hits *, struct err *) MUST_USE;
bool match_live_join(struct match_live *, enum hash_kind, const uint8_t *values,
    size_t n, const struct match_index_scope *, struct match_index_hits *,
    struct err *) MUST_USE;

/* The index with all changes applied, as a new file (match_builder_write). */
bool match_live_merge(struct match_live *, int fd, uint64_t generation,
    uint64_t bytes_max, struct err *) MUST_USE;

#endif
