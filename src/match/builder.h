/*
 * builder — gathers the values of lists and writes the file of match/index.h.
 *
 * The same values in any order give the same answers; equal values and equal
 * entries are all kept.  Entry numbers of a list need not be dense, but the
 * sum of (highest entry + 1) of all lists must stay below 2^32.
 */
#ifndef MATCH_BUILDER_H
#define MATCH_BUILDER_H

#include "hash/tmk.h"
#include "hash/vpdq.h"
#include "match/index.h"

struct match_builder;

/* bytes_max: of memory for values; past it adding is ERR_LIMIT. */
struct match_builder *match_builder_new(
    uint64_t bytes_max, struct err *) MUST_USE;
void match_builder_free(struct match_builder *); /* NULL is fine */

DEFINE_OWNED(match_builder)

/* Before values of that list.  ERR_CONFLICT: the number is there already. */
bool match_builder_list(struct match_builder *, const struct match_index_list *,
    struct err *) MUST_USE;
/* A value of a fixed kind, hash_kind_facts()->bytes long; a .tmk file for
 * HASH_TMK.  ERR_INPUT: of another length, kind or list. */
bool match_builder_add(struct match_builder *, enum hash_kind, str value,
    uint32_t list, uint32_t entry, struct err *) MUST_USE;
/* The frames of one video whose quality is at least `quality`. */
bool match_builder_video(struct match_builder *, const struct vpdq *,
    int quality, uint32_t list, uint32_t entry, struct err *) MUST_USE;

/* Writes all at the beginning of an empty file, open to read and write; the
 * caller makes it last (fsync, rename).  Nothing can be added any more.
 * ERR_FULL: no space left. */
bool match_builder_write(
    struct match_builder *, int fd, uint64_t generation, struct err *) MUST_USE;

/* The same with time for other things between: begin, then steps until
 * *ret_done, each of some milliseconds and, with ten million values, up to a
 * tenth of a second. */
bool match_builder_begin(
    struct match_builder *, int fd, uint64_t generation, struct err *) MUST_USE;
bool match_builder_step(
    struct match_builder *, bool *ret_done, struct err *) MUST_USE;

#endif
