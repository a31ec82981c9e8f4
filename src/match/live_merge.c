#include <stdlib.h>

#include "match/live.h"
#include "match/live_inside.h"

/* From a live to a builder. */
struct merge {
	struct match_live *live;
	struct match_builder *to;
};

static bool
merge_lists(const struct merge *m, struct err *e)
{
	const struct match_live *l = m->live;
	size_t n = l->index == NULL ? 0 : l->index->head.n_lists;

	for (size_t i = 0; i < n; i++)
		if (!match_builder_list(m->to, live_list(m->live, i), e))
			return false;
	for (size_t i = 0; i < l->lists.n; i++) {
		const struct match_index_list *list = &l->lists.v[i].list;
		bool there = false;

		for (size_t j = 0; j < n && !there; j++)
			there = l->index->lists[j].number == list->number;
		if (!there && !match_builder_list(m->to, list, e))
			return false;
	}
	return true;
}

/* A row of the index to its list and entry; *ret_alive false: deleted. */
static bool
find_row(const struct merge *m, const struct table *t, uint64_t row,
    struct changed_owner *ret, bool *ret_alive, struct err *e)
{
	const struct match_index *ix = m->live->index;
	uint32_t place, entry;

	if (!search_owner(ix, t->owners[row], &place, &entry))
		return err_set(
		    e, ERR_CORRUPT, "the index names an entry of no list");
	*ret = (struct changed_owner){ix->lists[place].number, entry};
	*ret_alive = !changes_is_dead(&m->live->changes, ret->list, ret->entry);
	return true;
}

static bool
merge_table(const struct merge *m, enum hash_kind kind, struct err *e)
{
	const struct table *t = &m->live->index->table[kind];
	struct changed_owner owner;
	bool alive;

	for (uint64_t row = 0; row < t->head.n; row++) {
		const void *p = t->rows + row * t->l.row_bytes;
		str value = {p, t->l.value_bytes};

		if (!find_row(m, t, row, &owner, &alive, e))
			return false;
		if (alive && !match_builder_add(m->to, kind, value, owner.list,
				 owner.entry, e))
			return false;
	}
	return true;
}

static bool
merge_inserted(const struct merge *m, enum hash_kind kind, struct err *e)
{
	const struct changed_kind *k = &m->live->changes.kind[kind];

	for (size_t i = 0; i < k->n; i++) {
		const void *p = k->rows + i * k->row_bytes;

		if (!match_builder_add(m->to, kind, (str){p, k->row_bytes},
			k->owners[i].list, k->owners[i].entry, e))
			return false;
	}
	return true;
}

/* A frame on its way to the video that it is of. */
struct frame {
	struct changed_owner owner;
	const uint8_t *value;
	uint32_t count;
};

static int
by_owner(const void *a, const void *b)
{
	const struct frame *x = a, *y = b;

	if (x->owner.list != y->owner.list)
		return x->owner.list < y->owner.list ? -1 : 1;
	return (x->owner.entry > y->owner.entry) -
	       (x->owner.entry < y->owner.entry);
}

static bool
take_frames(
    const struct merge *m, struct frame *v, size_t *ret_n, struct err *e)
{
	const struct changed_kind *k = &m->live->changes.kind[HASH_VPDQ];
	const struct match_index *ix = m->live->index;
	const struct table *t = ix == NULL ? NULL : &ix->table[HASH_VPDQ];
	size_t n = 0;
	bool alive;

	for (uint64_t row = 0; t != NULL && row < t->head.n; row++) {
		v[n].value = t->rows + row * t->l.row_bytes;
		v[n].count = t->counts[row];
		if (!find_row(m, t, row, &v[n].owner, &alive, e))
			return false;
		n += alive;
	}
	for (size_t i = 0; i < k->n; i++)
		v[n++] = (struct frame){
		    k->owners[i], k->rows + i * k->row_bytes, k->counts[i]};
	qsort(v, n, sizeof(*v), by_owner);
	*ret_n = n;
	return true;
}

/* The frames of one owner as a video again. */
static bool
merge_video(
    const struct merge *m, const struct frame *v, size_t n, struct err *e)
{
	struct vpdq video = {0};
	size_t all = 0;
	bool done;

	for (size_t i = 0; i < n; i++)
		all += v[i].count;
	if (all > VPDQ_FRAMES_MAX)
		return err_set(e, ERR_CORRUPT, "a video of %zu frames", all);
	video.v = calloc(all + 1, sizeof(*video.v));
	if (video.v == NULL)
		return err_sys(e, "index");
	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < v[i].count; j++)
			video.v[video.n++].hash = pdq_of_bytes(v[i].value);
	done = match_builder_video(
	    m->to, &video, 0, v[0].owner.list, v[0].owner.entry, e);
	free(video.v);
	return done;
}

static bool
merge_videos(const struct merge *m, struct err *e)
{
	const struct match_index *ix = m->live->index;
	size_t n = m->live->changes.kind[HASH_VPDQ].n;
	struct frame *v;
	bool done;

	if (ix != NULL)
		n += ix->table[HASH_VPDQ].head.n;
	v = calloc(n + 1, sizeof(*v));
	if (v == NULL)
		return err_sys(e, "index");
	done = take_frames(m, v, &n, e);
	for (size_t i = 0, same; done && i < n; i += same) {
		for (same = 1;
		     i + same < n && by_owner(v + i, v + i + same) == 0;)
			same++;
		done = merge_video(m, v + i, same, e);
	}
	free(v);
	return done;
}

bool
match_live_merge(struct match_live *l, int fd, uint64_t generation,
    uint64_t bytes_max, struct err *e)
{
	OWNED(match_builder) b = match_builder_new(bytes_max, e);
	struct merge m = {l, b};

	if (b == NULL || !merge_lists(&m, e))
		return false;
	for (int k = 0; k < HASH_KINDS; k++) {
		enum hash_kind kind = (enum hash_kind)k;

		if (kind == HASH_VPDQ)
			continue;
		if (l->index != NULL && !merge_table(&m, kind, e))
			return false;
		if (!merge_inserted(&m, kind, e))
			return false;
	}
	return merge_videos(&m, e) && match_builder_write(b, fd, generation, e);
}
