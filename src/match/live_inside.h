/* live_inside — what match_live is made of, for its own files. */
#ifndef MATCH_LIVE_INSIDE_H
#define MATCH_LIVE_INSIDE_H

#include "match/changes.h"
#include "match/live.h"
#include "match/table.h"

struct match_live {
	struct match_index *index; /* NULL: none */
	struct lists lists;        /* over those of the index */
	struct changes changes;
	struct tmk *tmk; /* for checks */
};

/* How a query differs from the lists' own distances. */
struct live_ask {
	enum hash_kind kind;
	const struct match_index_scope *scope;
	uint32_t less; /* than the distance: VPDQ_BRUTE */
	bool join;
};

bool live_search(struct match_live *, const struct live_ask *,
    const uint8_t *values, size_t n, struct match_index_hits *,
    struct err *) MUST_USE;

/* The list of the index at a place, as it is now. */
const struct match_index_list *live_list(struct match_live *, size_t place);

#define LIVE_INSERTED ((uint64_t)1 << 63) /* of a place */

#endif
