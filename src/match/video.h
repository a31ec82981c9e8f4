/*
 * video — videos against lists: vPDQ by both rules of comparison, TMK by its
 * two levels.
 */
#ifndef MATCH_VIDEO_H
#define MATCH_VIDEO_H

#include "match/live.h"

/* A listed video, by its frames. */
struct match_video_hit {
	uint32_t list, entry;
	struct vpdq_match match;
};

struct match_video_rule {
	enum vpdq_rule rule;
	int quality;           /* frames of less do not count */
	double query_percent;  /* at least, of the frames asked with */
	double target_percent; /* at least, of the listed video's */
};

/* 80 percent of the query's frames, any part of the target: a known clip
 * fills most of what was sent. */
#define MATCH_VIDEO_RULE \
	((struct match_video_rule){VPDQ_PYTHON, VPDQ_QUALITY, 80, 0})

/* Listed videos (HASH_VPDQ) that a video matches, each list by its own
 * distance; VPDQ_BRUTE takes one less, as its rule says.  The hits are of the
 * arena.  Frames are asked against pictures (HASH_PDQ) by match_live_query. */
bool match_live_video(struct match_live *, struct arena *,
    const struct vpdq *query, const struct match_video_rule *,
    const struct match_index_scope *, struct match_video_hit **ret,
    size_t *ret_n, struct err *) MUST_USE;

struct match_tmk_hit {
	uint32_t list, entry;
	enum pdq_turn turn; /* of the query that was nearest */
	float level1, level2;
};

/* Listed videos (HASH_TMK) that the query, turned in any of the eight ways,
 * matches by at least both levels of their list; level 2 is computed only of
 * turns that have level 1. */
bool match_live_tmk(struct match_live *, struct arena *,
    const struct tmk *query, const struct match_index_scope *,
    struct match_tmk_hit **ret, size_t *ret_n, struct err *) MUST_USE;

#endif
