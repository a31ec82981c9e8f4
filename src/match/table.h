/*
 * table — the values of one kind in an open index, and a search in them.
 */
#ifndef MATCH_TABLE_H
#define MATCH_TABLE_H

#include "match/file.h"
#include "match/scan_ops.h"

struct table {
	struct match_file_table head;
	struct match_layout l;
	const uint8_t *file; /* parts of the layout are relative to it */
	const uint8_t *rows;
	const uint32_t *owners, *counts;
	const struct match_file_video *videos;
	const uint32_t *first;
	/* Chunks, those with the longest runs first. */
	uint8_t heavy[MATCH_CHUNKS_MAX];
};

struct match_index {
	uint8_t *p;
	size_t bytes;
	struct match_file_head head;
	struct match_index_list *lists;
	uint32_t *base; /* of each list, and the end of all */
	struct table table[HASH_KINDS];
};

/* What is looked for, and where hits go. */
struct search {
	const struct match_index *index;
	const struct table *table;
	const struct scan_ops *ops;
	/* Of each list of the index: at most, -1 never. */
	const int64_t *reach;
	unsigned radius; /* the largest of them */
	/* NULL: all are kept. */
	bool (*keep)(void *, uint32_t list, uint32_t entry);
	void *keep_of;
	struct match_index_hits *hits;
};

/* Adds a hit unless its list does not reach so far.  ERR_CORRUPT: a row or
 * owner that does not exist. */
bool search_hit(const struct search *, uint32_t query, uint32_t row,
    uint32_t distance, struct err *) MUST_USE;
/* The same of a value that differs by bits, whose distance is yet to tell. */
bool search_near(const struct search *, uint32_t query, uint32_t row,
    const uint8_t *value, struct err *) MUST_USE;
/* False: no such owner. */
bool search_owner(const struct match_index *, uint32_t owner,
    uint32_t *ret_place, uint32_t *ret_entry) MUST_USE;
bool hits_add(struct match_index_hits *, const struct match_index_hit *,
    struct err *) MUST_USE;

/* Values that differ by bits: query after query, or all at once. */
bool radius_stream(const struct search *, const uint8_t *values, size_t n,
    struct err *) MUST_USE;
bool radius_join(const struct search *, const uint8_t *values, size_t n,
    struct err *) MUST_USE;
/* One value against all rows. */
bool radius_scan(const struct search *, const uint8_t *value, uint32_t query,
    struct err *) MUST_USE;
bool digest_stream(const struct search *, const uint8_t *values, size_t n,
    struct err *) MUST_USE;
bool squares_stream(const struct search *, const uint8_t *values, size_t n,
    struct err *) MUST_USE;

/* The index with every list's reach given; as match_index_query. */
bool match_index_search(const struct match_index *, enum hash_kind,
    const uint8_t *values, size_t n, bool join, const int64_t *reach,
    bool (*keep)(void *, uint32_t, uint32_t), void *keep_of,
    struct match_index_hits *, struct err *) MUST_USE;

static inline const uint8_t *
table_value(const struct table *t, uint64_t row)
{
	return t->rows + row * t->l.row_bytes;
}

static inline const uint16_t *
table_next(const struct table *t, uint32_t chunk)
{
	const void *p = t->file + match_layout_next(&t->l, chunk);

	return p;
}

/* The row of a posting; may be no row of a file made by an enemy. */
static inline uint32_t
table_row(
    const struct table *t, const uint8_t *ids, uint32_t chunk, uint32_t posting)
{
	uint32_t row;

	if (chunk == 0)
		return posting;
	memcpy(&row, ids + (size_t)posting * t->l.id_bytes, sizeof(row));
	return t->l.id_bytes == 3 ? row & 0xffffff : row;
}

#endif
