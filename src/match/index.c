#include "match/index.h"

#include <stdlib.h>

#include "match/lists.h"
#include "match/table.h"

#define HITS_FIRST 64

void
match_index_hits_done(struct match_index_hits *h)
{
	free(h->v);
	h->v = NULL;
	h->n = h->cap = 0;
}

bool
hits_add(struct match_index_hits *h, const struct match_index_hit *hit,
    struct err *e)
{
	size_t cap = h->cap == 0 ? HITS_FIRST : 2 * h->cap;
	struct match_index_hit *v;

	if (h->n >= h->max)
		return err_set(e, ERR_LIMIT, "more than %zu hits", h->max);
	if (h->n == h->cap) {
		v = reallocarray(h->v, cap, sizeof(*v));
		if (v == NULL)
			return err_sys(e, "hits");
		h->v = v;
		h->cap = cap;
	}
	h->v[h->n++] = *hit;
	return true;
}

#define ORDER(field)              \
	if (x->field != y->field) \
	return x->field < y->field ? -1 : 1

static int
by_query(const void *a, const void *b)
{
	const struct match_index_hit *x = a, *y = b;

	ORDER(query);
	ORDER(distance);
	ORDER(list);
	ORDER(entry);
	ORDER(place);
	return 0;
}

void
match_index_hits_sort(struct match_index_hits *h)
{
	if (h->n > 1)
		qsort(h->v, h->n, sizeof(*h->v), by_query);
}

uint64_t
match_index_generation(const struct match_index *ix)
{
	return ix->head.generation;
}

uint64_t
match_index_values(const struct match_index *ix, enum hash_kind kind)
{
	uint64_t n = 0;

	for (unsigned k = 0; k < HASH_KINDS; k++)
		if (kind == HASH_NONE || kind == (enum hash_kind)k)
			n += ix->table[k].head.n;
	return n;
}

uint64_t
match_index_bytes(const struct match_index *ix)
{
	return ix->bytes;
}

size_t
match_index_lists(
    const struct match_index *ix, const struct match_index_list **ret)
{
	*ret = ix->lists;
	return ix->head.n_lists;
}

bool
search_owner(const struct match_index *ix, uint32_t owner, uint32_t *ret_place,
    uint32_t *ret_entry)
{
	uint32_t low = 0, high = ix->head.n_lists;

	if (owner >= ix->base[high])
		return false;
	/* base[low] <= owner < base[high] */
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (ix->base[mid] <= owner)
			low = mid;
		else
			high = mid;
	}
	*ret_place = low;
	*ret_entry = owner - ix->base[low];
	return true;
}

bool
search_hit(const struct search *s, uint32_t query, uint32_t row,
    uint32_t distance, struct err *e)
{
	struct match_index_hit hit = {
	    .query = query, .distance = distance, .place = row};
	uint32_t place;

	if (!search_owner(s->index, s->table->owners[row], &place, &hit.entry))
		return err_set(
		    e, ERR_CORRUPT, "the index names an entry of no list");
	if (s->reach[place] < (int64_t)distance)
		return true;
	hit.list = s->index->lists[place].number;
	if (s->keep != NULL && !s->keep(s->keep_of, hit.list, hit.entry))
		return true;
	return hits_add(s->hits, &hit, e);
}

bool
search_near(const struct search *s, uint32_t query, uint32_t row,
    const uint8_t *value, struct err *e)
{
	const uint8_t *p = table_value(s->table, row);
	uint32_t d = 0, bytes = s->table->l.value_bytes;
	uint64_t x, y;

	for (uint32_t i = 0; i < bytes; i += sizeof(x)) {
		memcpy(&x, p + i, sizeof(x));
		memcpy(&y, value + i, sizeof(y));
		d += (uint32_t)__builtin_popcountll(x ^ y);
	}
	return search_hit(s, query, row, d, e);
}

static bool
search_table(const struct search *s, enum hash_metric metric,
    const uint8_t *values, size_t n, bool join, struct err *e)
{
	switch (metric) {
	case HASH_BITS:
	case HASH_FRAMES:
		return join ? radius_join(s, values, n, e)
			    : radius_stream(s, values, n, e);
	case HASH_EQUAL:
		return digest_stream(s, values, n, e);
	case HASH_SQUARES:
		return squares_stream(s, values, n, e);
	case HASH_SCORES:
		break;
	}
	return err_set(e, ERR_INPUT, "this kind is not compared by a distance");
}

bool
match_index_search(const struct match_index *ix, enum hash_kind kind,
    const uint8_t *values, size_t n, bool join, const int64_t *reach,
    bool (*keep)(void *, uint32_t, uint32_t), void *keep_of,
    struct match_index_hits *hits, struct err *e)
{
	const struct hash_kind_facts *facts = hash_kind_facts(kind);
	struct search s = {.index = ix,
	    .ops = scan_ops_best(),
	    .reach = reach,
	    .keep = keep,
	    .keep_of = keep_of,
	    .hits = hits};
	int64_t most = -1;

	if (facts == NULL || n > UINT32_MAX)
		return err_set(e, ERR_INPUT, "no such kind of hash");
	s.table = &ix->table[kind];
	for (uint32_t i = 0; i < ix->head.n_lists; i++)
		most = reach[i] > most ? reach[i] : most;
	if (most < 0 || s.table->head.n == 0 || n == 0)
		return true;
	s.radius = (unsigned)most;
	return search_table(&s, facts->metric, values, n, join, e);
}

static bool
search(const struct match_index *ix, enum hash_kind kind, const uint8_t *values,
    size_t n, bool join, const struct match_index_scope *scope,
    struct match_index_hits *hits, struct err *e)
{
	int64_t *reach = calloc(ix->head.n_lists + 1ul, sizeof(*reach));
	bool done;

	if (reach == NULL)
		return err_sys(e, "query");
	for (uint32_t i = 0; i < ix->head.n_lists; i++)
		reach[i] = lists_reach(&ix->lists[i], kind, scope);
	done = match_index_search(
	    ix, kind, values, n, join, reach, NULL, NULL, hits, e);
	free(reach);
	return done;
}

bool
match_index_query(const struct match_index *ix, enum hash_kind kind,
    const uint8_t *values, size_t n, const struct match_index_scope *scope,
    struct match_index_hits *hits, struct err *e)
{
	return search(ix, kind, values, n, false, scope, hits, e);
}

bool
match_index_join(const struct match_index *ix, enum hash_kind kind,
    const uint8_t *values, size_t n, const struct match_index_scope *scope,
    struct match_index_hits *hits, struct err *e)
{
	return search(ix, kind, values, n, true, scope, hits, e);
}
