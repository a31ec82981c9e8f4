/*
 * index — a table from a text to the numbers put under it, in the order they
 * were put; for comparing two lists in memory.  Keys are borrowed.
 */
#ifndef PEOPLE_INDEX_H
#define PEOPLE_INDEX_H

#include <stdint.h>

#include "base/arena.h"

#define INDEX_NONE SIZE_MAX

struct index_entry;

struct index {
	struct index_entry *entry;
	size_t n, max;
	uint32_t *bucket;
	size_t n_bucket;
};

/* Room for max entries; false past the arena's limit. */
bool index_init(struct index *, struct arena *, size_t max) MUST_USE;
void index_put(struct index *, str key, size_t value); /* full: aborts */

/* Walks the values of one key:
 *   for (size_t at = index_first(x, key); at != INDEX_NONE;
 *       at = index_next(x, at)) use(index_value(x, at)); */
size_t index_first(const struct index *, str key);
size_t index_next(const struct index *, size_t at);
size_t index_value(const struct index *, size_t at);
/* The first value, INDEX_NONE when there is none. */
size_t index_get(const struct index *, str key);

#endif
