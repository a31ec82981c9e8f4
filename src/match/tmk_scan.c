/* tmk_scan — TMK against all listed videos: by the means of all, then by the
 * kernels of those that are near. */
#include <stdlib.h>

#include "match/live_inside.h"
#include "match/video.h"

#define MEAN_AT 176 /* + 4 periods, coefficients: see tmk.c */

struct scan {
	struct match_live *live;
	const struct tmk *query;
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

static bool
compare(struct scan *s, const uint8_t *file,
    const struct match_index_list *list, uint32_t entry, struct err *e)
{
	struct match_tmk_hit hit = {.list = list->number, .entry = entry};
	const void *p = file;

	if (!lists_in_scope(list, s->scope))
		return true;
	memcpy(s->other->mean, file + MEAN_AT, sizeof(s->other->mean));
	hit.level1 = tmk_level1(s->query, s->other);
	if (!(hit.level1 >= list->level1))
		return true;
	if (!tmk_read((str){p, TMK_BYTES}, s->other, e))
		return false;
	hit.level2 = tmk_level2(&s->offsets, s->query, s->other);
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
	struct scan s = {.live = l, .query = query, .scope = scope};
	struct match_tmk_hit *v;

	s.other = calloc(1, sizeof(*s.other));
	s.memory = calloc(2ul * TMK_OFFSETS, sizeof(*s.memory));
	if (s.other == NULL || s.memory == NULL)
		return err_sys(e, "tmk");
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
