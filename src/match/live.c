#include "match/live.h"

#include <stdlib.h>

#include "match/frames.h"
#include "match/live_inside.h"

#define FOUND 1024

struct match_live *
match_live_new(struct err *e)
{
	struct match_live *l = calloc(1, sizeof(*l));

	if (l == NULL)
		(void)err_sys(e, "match");
	return l;
}

void
match_live_free(struct match_live *l)
{
	if (l == NULL)
		return;
	match_index_free(l->index);
	lists_done(&l->lists);
	changes_done(&l->changes);
	free(l->tmk);
	free(l);
}

void
match_live_swap(struct match_live *l, struct match_index *index, bool forget)
{
	match_index_free(l->index);
	l->index = index;
	if (forget)
		match_live_forget(l);
}

struct match_index *
match_live_take(struct match_live *l)
{
	return TAKE(l->index);
}

void
match_live_forget(struct match_live *l)
{
	lists_done(&l->lists);
	changes_done(&l->changes);
}

const struct match_index *
match_live_index(const struct match_live *l)
{
	return l->index;
}

const struct match_index_list *
match_live_list_of(const struct match_live *l, uint32_t number)
{
	for (size_t i = 0; i < l->lists.n; i++)
		if (l->lists.v[i].list.number == number)
			return &l->lists.v[i].list;
	for (size_t i = 0; l->index != NULL && i < l->index->head.n_lists; i++)
		if (l->index->lists[i].number == number)
			return &l->index->lists[i];
	return NULL;
}

const struct match_index_list *
live_list(struct match_live *l, size_t place)
{
	const struct match_index_list *own = &l->index->lists[place];
	const struct listed *changed = lists_find(&l->lists, own->number);

	return changed == NULL ? own : &changed->list;
}

bool
match_live_list(
    struct match_live *l, const struct match_index_list *list, struct err *e)
{
	return lists_put(&l->lists, list, e);
}

uint64_t
match_live_changes(const struct match_live *l)
{
	uint64_t n = l->changes.n_dead;

	for (size_t k = 0; k < HASH_KINDS; k++)
		n += l->changes.kind[k].n;
	return n;
}

static bool
check_owner(
    const struct match_live *l, uint32_t list, uint32_t entry, struct err *e)
{
	if (match_live_list_of(l, list) == NULL)
		return err_set(e, ERR_INPUT, "no list %u", list);
	if (entry >= MATCH_INDEX_VALUES_MAX)
		return err_set(
		    e, ERR_LIMIT, "entry %u of list %u", entry, list);
	return true;
}

static bool
insert_frames(struct match_live *l, const struct pdq_hash *v, size_t n,
    struct changed_owner owner, struct err *e)
{
	struct changed_video video = {.owner = owner, .frames = (uint32_t)n};
	uint8_t bytes[PDQ_BITS / 8];

	for (size_t i = 0, same; i < n; i += same) {
		for (same = 1;
		     i + same < n && frames_order(v + i, v + i + same) == 0;)
			same++;
		pdq_bytes(v + i, bytes);
		if (!changes_insert(&l->changes, HASH_VPDQ, bytes,
			sizeof(bytes), owner, (uint32_t)same, e))
			return false;
		video.distinct++;
	}
	return n == 0 || changes_insert_video(&l->changes, &video, e);
}

/* A frame by itself, as a list has it. */
static bool
insert_frame(
    struct match_live *l, str value, struct changed_owner owner, struct err *e)
{
	struct pdq_hash hash;

	if (value.n != PDQ_BITS / 8)
		return err_set(e, ERR_INPUT, "a frame of %zu bytes", value.n);
	hash = pdq_of_bytes((const uint8_t *)value.p);
	return check_owner(l, owner.list, owner.entry, e) &&
	       insert_frames(l, &hash, 1, owner, e);
}

bool
match_live_insert(struct match_live *l, enum hash_kind kind, str value,
    uint32_t list, uint32_t entry, struct err *e)
{
	const struct hash_kind_facts *facts = hash_kind_facts(kind);

	if (kind == HASH_VPDQ)
		return insert_frame(
		    l, value, (struct changed_owner){list, entry}, e);
	if (facts == NULL || facts->bytes == 0)
		return err_set(e, ERR_INPUT,
		    "hashes of kind %d are not indexed", (int)kind);
	if (value.n != facts->bytes)
		return err_set(
		    e, ERR_INPUT, "a %s of %zu bytes", facts->name, value.n);
	return check_owner(l, list, entry, e) &&
	       (kind != HASH_TMK || frames_check_tmk(value, &l->tmk, e)) &&
	       changes_insert(&l->changes, kind, value.p, value.n,
		   (struct changed_owner){list, entry}, 1, e);
}

bool
match_live_insert_video(struct match_live *l, const struct vpdq *video,
    int quality, uint32_t list, uint32_t entry, struct err *e)
{
	struct pdq_hash *v;
	size_t n;
	bool done;

	if (!check_owner(l, list, entry, e))
		return false;
	v = frames_take(video, quality, &n, e);
	done = v != NULL &&
	       insert_frames(l, v, n, (struct changed_owner){list, entry}, e);
	free(v);
	return done;
}

bool
match_live_delete(
    struct match_live *l, uint32_t list, uint32_t entry, struct err *e)
{
	return changes_delete(
	    &l->changes, (struct changed_owner){list, entry}, e);
}

static bool
is_alive(void *changes, uint32_t list, uint32_t entry)
{
	return !changes_is_dead(changes, list, entry);
}

static int64_t
reach_of(const struct match_index_list *list, const struct live_ask *ask)
{
	return lists_reach(list, ask->kind, ask->scope) - (int64_t)ask->less;
}

static bool
search_index(struct match_live *l, const struct live_ask *ask,
    const uint8_t *values, size_t n, struct match_index_hits *hits,
    struct err *e)
{
	size_t n_lists = l->index->head.n_lists;
	int64_t *reach = calloc(n_lists + 1, sizeof(*reach));
	bool done;

	if (reach == NULL)
		return err_sys(e, "query");
	for (size_t i = 0; i < n_lists; i++)
		reach[i] = reach_of(live_list(l, i), ask);
	done =
	    match_index_search(l->index, ask->kind, values, n, ask->join, reach,
		l->changes.n_dead == 0 ? NULL : is_alive, &l->changes, hits, e);
	free(reach);
	return done;
}

/* An inserted value that is so far away. */
static bool
inserted_hit(struct match_live *l, const struct live_ask *ask, uint32_t query,
    size_t row, uint32_t distance, struct match_index_hits *hits, struct err *e)
{
	struct changed_owner owner = l->changes.kind[ask->kind].owners[row];
	const struct match_index_list *list = match_live_list_of(l, owner.list);
	struct match_index_hit hit = {.query = query,
	    .list = owner.list,
	    .entry = owner.entry,
	    .distance = distance,
	    .place = LIVE_INSERTED | row};

	/* Its list may have gone with an index. */
	if (list == NULL || reach_of(list, ask) < (int64_t)distance)
		return true;
	return hits_add(hits, &hit, e);
}

static uint32_t
distance_of(enum hash_kind kind, const uint8_t *a, const uint8_t *b)
{
	if (kind == HASH_VPDQ)
		kind = HASH_PDQ;
	return hash_value_distance(kind, a, b);
}

/* The largest distance of any list that there is. */
static int64_t
farthest(struct match_live *l, const struct live_ask *ask)
{
	int64_t most = -1, one;

	for (size_t i = 0; i < l->lists.n; i++) {
		one = reach_of(&l->lists.v[i].list, ask);
		most = one > most ? one : most;
	}
	for (size_t i = 0; l->index != NULL && i < l->index->head.n_lists;
	     i++) {
		one = reach_of(live_list(l, i), ask);
		most = one > most ? one : most;
	}
	return most;
}

static bool
scan_bits(struct match_live *l, const struct live_ask *ask,
    const uint8_t *value, uint32_t query, unsigned radius,
    struct match_index_hits *hits, struct err *e)
{
	const struct changed_kind *k = &l->changes.kind[ask->kind];
	const struct scan_ops *ops = scan_ops_best();
	const void *rows = k->rows;
	uint32_t found[FOUND];
	uint64_t q[4];
	size_t from = 0;

	memcpy(q, value, k->row_bytes);
	while (from < k->n) {
		size_t n = ops->rows(rows, (unsigned)k->row_bytes / 8, &from,
		    k->n, q, radius, found, FOUND);

		for (size_t i = 0; i < n; i++) {
			uint32_t d = distance_of(ask->kind,
			    k->rows + found[i] * k->row_bytes, value);

			if (!inserted_hit(l, ask, query, found[i], d, hits, e))
				return false;
		}
	}
	return true;
}

static bool
scan_others(struct match_live *l, const struct live_ask *ask,
    const uint8_t *value, uint32_t query, unsigned radius,
    struct match_index_hits *hits, struct err *e)
{
	const struct changed_kind *k = &l->changes.kind[ask->kind];

	if (hash_kind_facts(ask->kind)->metric == HASH_EQUAL)
		radius = 0; /* whatever is asked */
	for (size_t row = 0; row < k->n; row++) {
		uint32_t d =
		    distance_of(ask->kind, k->rows + row * k->row_bytes, value);

		if (d <= radius &&
		    !inserted_hit(l, ask, query, row, d, hits, e))
			return false;
	}
	return true;
}

static bool
search_inserted(struct match_live *l, const struct live_ask *ask,
    const uint8_t *values, size_t n, struct match_index_hits *hits,
    struct err *e)
{
	enum hash_metric metric = hash_kind_facts(ask->kind)->metric;
	const struct changed_kind *k = &l->changes.kind[ask->kind];
	int64_t most = farthest(l, ask);
	bool by_bits = metric == HASH_BITS || metric == HASH_FRAMES;

	if (k->n == 0 || most < 0)
		return true;
	for (size_t i = 0; i < n; i++, values += k->row_bytes) {
		uint32_t query = (uint32_t)i;

		if (by_bits ? !scan_bits(l, ask, values, query, (unsigned)most,
				  hits, e)
			    : !scan_others(l, ask, values, query,
				  (unsigned)most, hits, e))
			return false;
	}
	return true;
}

bool
live_search(struct match_live *l, const struct live_ask *ask,
    const uint8_t *values, size_t n, struct match_index_hits *hits,
    struct err *e)
{
	const struct hash_kind_facts *facts = hash_kind_facts(ask->kind);

	if (facts == NULL || n > UINT32_MAX)
		return err_set(e, ERR_INPUT, "no such kind of hash");
	if (facts->metric == HASH_SCORES)
		return err_set(e, ERR_INPUT, "%s has no distance", facts->name);
	return (l->index == NULL || search_index(l, ask, values, n, hits, e)) &&
	       search_inserted(l, ask, values, n, hits, e);
}

bool
match_live_query(struct match_live *l, enum hash_kind kind,
    const uint8_t *values, size_t n, const struct match_index_scope *scope,
    struct match_index_hits *hits, struct err *e)
{
	struct live_ask ask = {.kind = kind, .scope = scope};

	return live_search(l, &ask, values, n, hits, e);
}

bool
match_live_join(struct match_live *l, enum hash_kind kind,
    const uint8_t *values, size_t n, const struct match_index_scope *scope,
    struct match_index_hits *hits, struct err *e)
{
	struct live_ask ask = {.kind = kind, .scope = scope, .join = true};

	return live_search(l, &ask, values, n, hits, e);
}
