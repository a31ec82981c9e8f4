/*
 * plan — which values of which chunks are looked up for a radius.
 *
 * With thresholds t that sum to radius - chunks + 1, a hash within the radius
 * has a chunk c from which on every run of l chunks (around the ring) differs
 * by at most the sum of its t, plus l - 1: else every chunk would begin a run
 * that breaks this, and those together would break the radius.
 */
#ifndef MATCH_PLAN_H
#define MATCH_PLAN_H

#include "match/table.h"

#define PLAN_T_MAX 3   /* beyond it a scan is as good */
#define PLAN_MASKS 697 /* of 16 bits, at most PLAN_T_MAX of them set */

struct plan {
	bool scan;    /* look at all rows instead */
	bool nothing; /* no value can be so near */
	unsigned radius;
	uint32_t chunks;
	int t[MATCH_CHUNKS_MAX + 1]; /* -1: never looked up; [chunks]: [0] */
	int pair[MATCH_CHUNKS_MAX];  /* t[c] + t[c + 1] + 1 */
};

/* By how many bits set; plan_masks_end[d] is the first with more than d. */
extern const uint32_t plan_masks_end[PLAN_T_MAX + 1];
const uint16_t *plan_masks(void);

/* Looking up costs about as much as that many rows of a scan; 0, for tests:
 * nothing. */
extern uint64_t plan_lookup_rows;

/* odd: the value's number of bits. */
void plan_make(struct plan *, const struct table *, unsigned radius, bool odd);

/* Whether this chunk is the first through which the row is found. */
bool plan_is_first(
    const struct plan *, const uint8_t *a, const uint8_t *b, uint32_t chunk);

#endif
