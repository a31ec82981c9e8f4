/*
 * world — sets of hashes that are like those of the world, or worse, and what
 * a search must find, told by looking at every one.
 */
#ifndef TEST_MATCH_WORLD_H
#define TEST_MATCH_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "match/builder.h"

enum shape {
	UNIFORM,
	SKEWED,   /* as of photos: few frequencies, half of the bits set */
	CLUSTERS, /* many near each other, and the very same */
	SHAPES
};

struct world {
	enum hash_kind kind;
	uint32_t bytes;
	size_t n;
	uint8_t *rows;
	uint32_t *list, *entry;
	size_t n_queries;
	uint8_t *queries;
	uint64_t seed;
};

uint64_t world_next(struct world *);
uint32_t world_below(struct world *, uint32_t n);
/* One value of the shape. */
void world_value(struct world *, enum shape, uint8_t *ret);

/* Values of lists 1 to 3, and queries: far ones, and ones that are exactly d
 * bits from a value for d of 0 to 63, most of `around` and one more, the bits
 * spread over all chunks or crowded into few. */
void world_init(struct world *, enum hash_kind, enum shape, size_t n,
    size_t queries, uint32_t around);
void world_done(struct world *); /* fit for CLEANUP */

/* An index of it, in memory.  tables: whether it has them. */
struct match_index *world_index(const struct world *, bool tables, bool wide,
    const struct match_index_list *lists, size_t n_lists);
int world_file(void);

/* Everything within the distance of each list (-1: none), sorted. */
void world_look(
    const struct world *, const int64_t reach[3], struct match_index_hits *ret);
void world_same(
    const struct match_index_hits *want, struct match_index_hits *got);

#define OK(call)                                              \
	do {                                                  \
		struct err e_ = {0};                          \
		struct err *e = &e_;                          \
		if (!(call))                                  \
			fail_msg("%s: %s", e_.where, e_.msg); \
	} while (0)

#endif
