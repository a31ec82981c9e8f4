/* tmk_scan — TMK against all listed videos: by the means of all, then by the
 * kernels of those that are near. */
#include <math.h>
#include <stdlib.h>

#include "match/live_inside.h"
#include "match/video.h"

#define MEAN_AT 176 /* + 4 periods, coefficients: see tmk.c */

struct scan {
	struct match_live *live;
	struct tmk *query; /* PDQ_TURNS of it */
	const struct match_index_scope *scope;
	struct tmk *other;
	float *memory; /* of offsets */
	struct tmk_offsets offsets;
	struct match_tmk_hit *v;
	size_t n, cap;
};

static void
scan_done(struct scan *s)
{
	free(s->query);
	free(s->other);
	free(s->memory);
	free(s->v);
}

static bool
add(struct scan *s, const struct match_tmk_hit *hit, struct err *e)
{
	size_t cap = s->cap == 0 ? 16 : 2 * s->cap;
	struct match_tmk_hit *v;

	if (s->n == s->cap) {
		v = reallocarray(s->v, cap, sizeof(*v));
		if (v == NULL)
			return err_sys(e, "tmk");
		s->v = v;
		s->cap = cap;
	}
	s->v[s->n++] = *hit;
	return true;
}

/* The turns that have level 1, as bits; file is read when there are any. */
static bool
near_turns(struct scan *s, const uint8_t *file,
    const struct match_index_list *list, unsigned *ret, struct err *e)
{
	const void *p = file;
	unsigned near = 0;

	memcpy(s->other->mean, file + MEAN_AT, sizeof(s->other->mean));
	for (int t = 0; t < PDQ_TURNS; t++)
		if (tmk_level1(&s->query[t], s->other) >= list->level1)
			near |= 1u << t;
	*ret = near;
	return near == 0 || tmk_read((str){p, TMK_BYTES}, s->other, e);
}

static bool
compare(struct scan *s, const uint8_t *file,
    const struct match_index_list *list, uint32_t entry, struct err *e)
{
	struct match_tmk_hit hit = {
	    .list = list->number, .entry = entry, .level2 = -INFINITY};
	unsigned near = 0;

	if (!lists_in_scope(list, s->scope))
		return true;
	if (!near_turns(s, file, list, &near, e))
		return false;
	for (int t = 0; t < PDQ_TURNS; t++) {
		float level2;

		if ((near >> t & 1) == 0)
			continue;
		level2 = tmk_level2(&s->offsets, &s->query[t], s->other);
		if (!(level2 > hit.level2))
			continue;
		hit.turn = (enum pdq_turn)t;
		hit.level1 = tmk_level1(&s->query[t], s->other);
		hit.level2 = level2;
	}
	return !(hit.level2 >= list->level2) || add(s, &hit, e);
}

static bool
scan_index(struct scan *s, struct err *e)
{
	const struct match_index *ix = s->live->index;
	const struct table *t = &ix->table[HASH_TMK];
	uint32_t place, entry;

	for (uint64_t row = 0; row < t->head.n; row++) {
		if (!search_owner(ix, t->owners[row], &place, &entry))
			return err_set(e, ERR_CORRUPT,
			    "the index names an entry of no list");
		if (!changes_is_dead(
			&s->live->changes, ix->lists[place].number, entry) &&
		    !compare(s, t->rows + row * t->l.row_bytes,
			live_list(s->live, place), entry, e))
			return false;
	}
	return true;
}

static bool
scan_inserted(struct scan *s, struct err *e)
{
	const struct changed_kind *k = &s->live->changes.kind[HASH_TMK];

	for (size_t i = 0; i < k->n; i++) {
		const struct match_index_list *list =
		    match_live_list_of(s->live, k->owners[i].list);

		if (list != NULL && !compare(s, k->rows + i * k->row_bytes,
					list, k->owners[i].entry, e))
			return false;
	}
	return true;
}

bool
match_live_tmk(struct match_live *l, struct arena *a, const struct tmk *query,
    const struct match_index_scope *scope, struct match_tmk_hit **ret,
    size_t *ret_n, struct err *e)
{
	CLEANUP(scan_done)
	struct scan s = {.live = l, .scope = scope};
	struct match_tmk_hit *v;

	s.other = calloc(1, sizeof(*s.other));
	s.memory = calloc(2ul * TMK_OFFSETS, sizeof(*s.memory));
	s.query = calloc(PDQ_TURNS, sizeof(*s.query));
	if (s.other == NULL || s.memory == NULL || s.query == NULL)
		return err_sys(e, "tmk");
	for (int t = 0; t < PDQ_TURNS; t++)
		tmk_turn(query, (enum pdq_turn)t, &s.query[t]);
	tmk_offsets_init(&s.offsets, s.memory);
	if ((l->index != NULL && !scan_index(&s, e)) || !scan_inserted(&s, e))
		return false;
	v = NEW_N(a, struct match_tmk_hit, s.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many videos match");
	if (s.n > 0)
		memcpy(v, s.v, s.n * sizeof(*v));
	*ret = v;
	*ret_n = s.n;
	return true;
}
