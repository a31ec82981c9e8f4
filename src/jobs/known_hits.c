/* What a hit of the match process means: which entry, how near, of which hash
 * of the medium. */
#include <stdlib.h>

#include "hash/kind.h"
#include "jobs/known.h"
#include "list/list.h"
#include "sql_list.h"
#include "sql_match_index.h"

struct naming {
	const struct known *k;
	const struct asking *a;
	struct arena *arena;
	struct stop_hits hits;
};

static bool
is_there(const struct stop_hits *t, const struct stop_hit *h)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].list == h->list &&
		    t->v[i].generation == h->generation &&
		    t->v[i].number == h->number)
			return true;
	return false;
}

/* The list counts, and the entry does. */
static bool
counts(struct naming *n, const struct stop_hit *hit, bool *ret, struct err *e)
{
	struct db *db = n->k->house->db;
	struct sql_list_by_id_row list;
	bool off;

	if (!sql_list_by_id(db, n->arena, hit->list, &list, e) ||
	    !list_entry_is_off(db, n->arena, hit->list,
		(enum hash_kind)hit->entry.kind, hit->entry.value, &off, e))
		return false;
	*ret = list.enabled != 0 && !off;
	return true;
}

/* The hash of the medium that was near: one turn of a PDQ row. */
static str
value_of(const struct hash_row *r, const struct match_hit *h)
{
	size_t bytes = PDQ_BITS / 8, from = h->transform * bytes;

	if (r->kind != HASH_PDQ || r->value.n < from + bytes)
		return r->value;
	return str_sub(r->value, from, bytes);
}

/* Whose numbers they are. */
static bool
find_file(struct naming *n, uint32_t list, str *ret, int64_t *ret_generation,
    struct err *e)
{
	struct sql_match_index_list_of_row l;
	bool found;

	if ((list & DELTA_LIST) != 0)
		return delta_file(n->k->tell.delta, list & ~DELTA_LIST, ret,
			   ret_generation) ||
		       err_set(e, ERR_NOT_FOUND, "list %u", list);
	if (!sql_match_index_list_of(
		n->k->house->db, n->arena, list, &found, &l, e))
		return false;
	if (!found || l.entries_file.n == 0)
		return err_set(e, ERR_NOT_FOUND, "list %u", list);
	*ret = l.entries_file;
	*ret_generation = l.list_generation;
	return true;
}

static bool
read_entry(struct naming *n, const struct match_hit *h, struct stop_hit *ret,
    struct err *e)
{
	const struct house *house = n->k->house;
	struct sql_list_threshold_row t;
	bool found;
	str file;

	ret->list = h->list & ~DELTA_LIST;
	ret->number = h->entry;
	if (!find_file(n, h->list, &file, &ret->generation, e) ||
	    !list_entry_at(
		n->arena, house->conf->data, file, h->entry, &ret->entry, e) ||
	    !sql_list_threshold(
		house->db, n->arena, ret->list, ret->entry.kind, &found, &t, e))
		return false;
	ret->threshold = found ? t.threshold : h->distance;
	return true;
}

static bool
name_hit(struct naming *n, const struct known_hit *x, struct err *e)
{
	const struct hash_row *r = &n->a->hashes.v[x->row];
	const struct match_hit *h = &x->hit;
	struct stop_hit hit = {.value = value_of(r, h),
	    .hypothesis = r->hypothesis,
	    .transform = h->transform,
	    .quality = r->quality,
	    .frame = r->frame,
	    .distance = h->distance};
	bool good;

	if (!read_entry(n, h, &hit, e))
		return false;
	if (is_there(&n->hits, &hit))
		return true;
	if (!counts(n, &hit, &good, e))
		return false;
	if (good && hit.distance <= hit.threshold)
		n->hits.v[n->hits.n++] = hit;
	return true;
}

static int
nearest_first(const void *a, const void *b)
{
	const struct known_hit *x = a, *y = b;

	return (x->hit.distance > y->hit.distance) -
	       (x->hit.distance < y->hit.distance);
}

/* Those of the rows [from, until), the nearest first. */
static bool
choose(const struct asking *a, size_t from, size_t until, struct arena *arena,
    struct known_hit **ret, size_t *ret_n, struct err *e)
{
	struct known_hit *v = NEW_N(arena, struct known_hit, a->n_hits + 1);
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many hits");
	for (size_t i = 0; i < a->n_hits; i++)
		if (a->hit[i].row >= from && a->hit[i].row < until)
			v[n++] = a->hit[i];
	qsort(v, n, sizeof(*v), nearest_first);
	*ret = v;
	*ret_n = n;
	return true;
}

bool
known_hits(const struct known *k, const struct asking *a, size_t from,
    size_t until, struct arena *arena, struct stop_hits *ret, struct err *e)
{
	struct naming n = {.k = k, .a = a, .arena = arena};
	struct known_hit *v;
	size_t n_v;

	n.hits.v = NEW_N(arena, struct stop_hit, STOP_HITS_MAX);
	if (n.hits.v == NULL)
		return err_set(e, ERR_LIMIT, "hits");
	if (!choose(a, from, until, arena, &v, &n_v, e))
		return false;
	for (size_t i = 0; i < n_v && n.hits.n < STOP_HITS_MAX; i++) {
		if (name_hit(&n, &v[i], e))
			continue;
		if (e->kind == ERR_NOT_FOUND)
			e->kind = ERR_BUSY;
		return err_wrap(e, "a hit of list %u", v[i].hit.list);
	}
	/* What is left out may hide what is not. */
	if (n_v > 0 && n.hits.n == 0 && a->cut)
		return err_set(e, ERR_BUSY, "entries that are off, too many");
	*ret = n.hits;
	return true;
}
