/* lists — the few lists of an index by their number, in the order given. */
#ifndef MATCH_LISTS_H
#define MATCH_LISTS_H

#include "match/index.h"

struct listed {
	struct match_index_list list;
	uint32_t owners; /* highest entry + 1 */
};

struct lists {
	struct listed *v;
	size_t n, cap;
	size_t last; /* found */
};

void lists_done(struct lists *); /* fit for CLEANUP */
struct listed *lists_find(struct lists *, uint32_t number); /* NULL: none */
/* Adds it, or changes the one of that number. */
bool lists_put(
    struct lists *, const struct match_index_list *, struct err *) MUST_USE;

/* What the scope makes of a list for this kind: the distance that is a match
 * at most, -1 when none is. */
int64_t lists_reach(const struct match_index_list *, enum hash_kind,
    const struct match_index_scope *);
/* Whether the scope asks for this list at all. */
bool lists_in_scope(
    const struct match_index_list *, const struct match_index_scope *);

#endif
