/*
 * build — what a builder has gathered of one kind, and the parts of its table
 * as they are written.
 */
#ifndef MATCH_BUILD_H
#define MATCH_BUILD_H

#include "match/file.h"
#include "match/writer.h"

/* Memory of many megabytes, in large pages where the system gives them. */
struct pages {
	void *p;
	size_t bytes;
};

/* ERR_LIMIT: no memory.  Grows in place or moves; what is new is zero. */
bool pages_grow(struct pages *, size_t bytes, struct err *) MUST_USE;
void pages_done(struct pages *); /* fit for CLEANUP */

struct build_owner {
	uint32_t list; /* its place among the lists */
	uint32_t entry;
};

struct build_kind {
	uint64_t n;
	uint32_t row_bytes;
	struct pages rows;
	struct pages owners; /* struct build_owner each */
	struct pages counts; /* HASH_VPDQ: uint32_t each */
	struct pages videos; /* struct build_video each */
	uint64_t n_videos;
};

struct build_video {
	struct build_owner owner;
	uint32_t frames, distinct;
};

/* Rows, owners and counts in the order of the rows' first 16 bits; of digests
 * wholly in order.  base: of the owners of each list.  Owners are uint32_t
 * from then on. */
bool build_order(struct build_kind *, bool digests, const uint32_t *base,
    struct err *) MUST_USE;
/* first, next and ids of a table that has them; rows are in order. */
bool build_tables(const struct build_kind *, const struct match_layout *,
    struct writer *, struct err *) MUST_USE;

struct match_builder;
/* From how many values on a kind has tables, and whether their ids have four
 * bytes though three would do; for tests of small ones. */
void match_builder_tables(struct match_builder *, uint64_t from, bool wide);

static inline uint32_t
build_chunk(const uint8_t *row, uint32_t chunk)
{
	uint16_t v;

	memcpy(&v, row + 2 * (size_t)chunk, 2);
	return v;
}

#endif
