/*
 * build — what a builder has gathered of one kind, and the parts of its table
 * as they are written.
 */
#ifndef MATCH_BUILD_H
#define MATCH_BUILD_H

#include "hash/tmk.h"
#include "match/file.h"
#include "match/lists.h"
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

#define BUILD_SLICE ((uint64_t)512 * 1024) /* rows of one step */

/*
 * The work, step after step of some ten milliseconds, or of a hundred for a
 * chunk of ten million rows.  A state begins as zeroes, is fit for CLEANUP, and
 * *ret_done says that nothing is left.
 */

/* Rows, owners and counts in the order of the rows' first 16 bits; of digests
 * wholly in order.  base: of the owners of each list.  Owners are uint32_t
 * from then on. */
struct build_order {
	struct pages rows, owners, counts;
	uint32_t *next; /* of each key */
	bool counted, moved;
	uint64_t at; /* rows, then keys of digests */
	uint32_t begin;
};

bool build_order_step(struct build_order *, struct build_kind *, bool digests,
    const uint32_t *base, uint64_t slice, bool *ret_done,
    struct err *) MUST_USE;
void build_order_done(struct build_order *);

/* first, next and ids of a table that has them; rows are in order. */
struct build_tables {
	struct pages first, parts, next, ids;
	bool counted, gathered;
	uint64_t at; /* rows counted */
	uint32_t chunk;
};

bool build_tables_step(struct build_tables *, const struct build_kind *,
    const struct match_layout *, struct writer *, uint64_t slice,
    bool *ret_done, struct err *) MUST_USE;
void build_tables_done(struct build_tables *);

struct build_write;
void build_write_done(struct build_write *); /* NULL is fine */

struct match_builder {
	struct lists lists;
	struct build_kind kind[HASH_KINDS];
	uint64_t bytes, bytes_max;
	uint64_t tables_from, slice;
	bool wide;
	struct tmk *tmk;           /* for checks */
	struct build_write *write; /* under way, or NULL */
};

/* From how many values on a kind has tables, and whether their ids have four
 * bytes though three would do, and the rows of a step; for tests of small
 * ones. */
void match_builder_tables(
    struct match_builder *, uint64_t from, bool wide, uint64_t slice);

static inline uint32_t
build_chunk(const uint8_t *row, uint32_t chunk)
{
	uint16_t v;

	memcpy(&v, row + 2 * (size_t)chunk, 2);
	return v;
}

#endif
