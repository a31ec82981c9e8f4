/*
 * compare — the items of one query against all that is live, as the hits of
 * one answer.
 */
#ifndef MATCHER_COMPARE_H
#define MATCHER_COMPARE_H

#include "hash/tmk.h"
#include "ipc/match.h"
#include "match/live.h"

/* Every item is at least two bytes, and eight values come in 256. */
#define COMPARE_VALUES_MAX MATCH_ITEMS_MAX

/* Of one .tmk at a time; about 600 kB. */
struct compare_video {
	uint8_t file[TMK_BYTES];
	struct tmk tmk;
};

struct comparer {
	struct match_item item[MATCH_ITEMS_MAX];
	/* Values of one kind, one after another, and whose they are. */
	uint8_t value[MATCH_BODY_MAX];
	uint32_t item_of[COMPARE_VALUES_MAX];
	uint8_t turn_of[COMPARE_VALUES_MAX];
	struct match_index_hits raw;
	struct match_hit *hit; /* of all kinds */
	size_t n_hits, cap_hits;
	struct compare_video *video; /* NULL before the first */
};

void comparer_done(struct comparer *);

/* Compares items from the first on; *ret_done: how many of them, at least one,
 * all of whose hits are in c->hit, sorted, at most MATCH_HITS_MAX.  ERR_INPUT:
 * a value that cannot be compared. */
bool compare(struct comparer *, struct match_live *, const struct match_query *,
    uint32_t *ret_done, struct err *) MUST_USE;

/* The same of one video by the .tmk file at fd: at most MATCH_ITEM_HITS_MAX,
 * the best.  ERR_INPUT: it is none. */
bool compare_video(struct comparer *, struct match_live *,
    const struct match_query *, int fd, struct err *) MUST_USE;

#endif
