#include "matcher/compare.h"

#include <assert.h>
#include <stdlib.h>

/* From so many values on, one walk through the index is cheaper than many. */
#define JOIN_FROM 2048
#define RAW_MAX ((size_t)1 << 16)
#define TURN_BYTES 32
#define TURNS 8

void
comparer_done(struct comparer *c)
{
	match_index_hits_done(&c->raw);
	free(c->hit);
	free(c->video);
	c->hit = NULL;
	c->video = NULL;
	c->n_hits = c->cap_hits = 0;
}

/* How many values the item is; 0: it cannot be compared. */
static size_t
values_of(const struct match_item *i)
{
	const struct hash_kind_facts *f =
	    hash_kind_facts((enum hash_kind)i->kind);

	if (f == NULL || !hash_kind_is_fixed((enum hash_kind)i->kind))
		return 0;
	if (i->kind == HASH_PDQ && i->value.n == TURNS * TURN_BYTES)
		return TURNS;
	return i->value.n == f->bytes ? 1 : 0;
}

static bool
check_items(const struct comparer *c, uint32_t n, struct err *e)
{
	for (uint32_t i = 0; i < n; i++)
		if (values_of(&c->item[i]) == 0)
			return err_set(e, ERR_INPUT,
			    "item %u of kind %u has %zu bytes", i,
			    c->item[i].kind, c->item[i].value.n);
	return true;
}

/* The values of one kind among the first n items. */
static size_t
gather(struct comparer *c, uint8_t kind, uint32_t n)
{
	size_t n_values = 0, at = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct match_item *it = &c->item[i];

		if (it->kind != kind)
			continue;
		assert(it->value.n <= sizeof(c->value) - at);
		memcpy(c->value + at, it->value.p, it->value.n);
		at += it->value.n;
		for (size_t t = 0; t < values_of(it); t++) {
			assert(n_values < COMPARE_VALUES_MAX);
			c->item_of[n_values] = i;
			c->turn_of[n_values++] = (uint8_t)t;
		}
	}
	return n_values;
}

static bool
keep_hits(struct comparer *c, enum hash_kind kind, struct err *e)
{
	size_t want = c->n_hits + c->raw.n;

	if (want > c->cap_hits) {
		struct match_hit *p =
		    reallocarray(c->hit, want, sizeof(*c->hit));

		if (p == NULL)
			return err_sys(e, "hits");
		c->hit = p;
		c->cap_hits = want;
	}
	for (size_t i = 0; i < c->raw.n; i++) {
		const struct match_index_hit *r = &c->raw.v[i];
		uint32_t item = c->item_of[r->query];

		c->hit[c->n_hits++] = (struct match_hit){.item = item,
		    .list = r->list,
		    .entry = r->entry,
		    .distance = r->distance,
		    .kind = (uint8_t)kind,
		    .hypothesis = c->item[item].hypothesis,
		    .transform = c->turn_of[r->query]};
	}
	return true;
}

/* One item alone may have more hits than can be kept: those that were found
 * are enough to stop it. */
static bool
ask(struct comparer *c, struct match_live *live, enum hash_kind kind,
    size_t n_values, const struct match_query *q, bool alone, struct err *e)
{
	const struct match_index_scope scope = {
	    .list = q->list, .n_lists = q->n_lists};
	bool done;

	c->raw.n = 0;
	c->raw.max = RAW_MAX;
	done = n_values >= JOIN_FROM ? match_live_join(live, kind, c->value,
					   n_values, &scope, &c->raw, e)
				     : match_live_query(live, kind, c->value,
					   n_values, &scope, &c->raw, e);
	if (!done && !(alone && e->kind == ERR_LIMIT && c->raw.n > 0))
		return false;
	return keep_hits(c, kind, e);
}

static bool
compare_first(struct comparer *c, struct match_live *live,
    const struct match_query *q, uint32_t n, struct err *e)
{
	c->n_hits = 0;
	for (uint8_t kind = 1; kind < HASH_KINDS; kind++) {
		size_t n_values = gather(c, kind, n);

		if (n_values == 0)
			continue;
		if (!ask(c, live, (enum hash_kind)kind, n_values, q, n == 1, e))
			return false;
		/* A picture may be a frame of a listed video. */
		if (kind == HASH_PDQ &&
		    !ask(c, live, HASH_VPDQ, n_values, q, n == 1, e))
			return false;
	}
	return true;
}

static int
by_item_and_entry(const void *a, const void *b)
{
	const struct match_hit *x = a, *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->list != y->list)
		return x->list < y->list ? -1 : 1;
	if (x->entry != y->entry)
		return x->entry < y->entry ? -1 : 1;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->transform - y->transform;
}

static int
by_item_and_distance(const void *a, const void *b)
{
	const struct match_hit *x = a, *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return by_item_and_entry(a, b);
}

/* The nearest of each entry. */
static void
one_per_entry(struct comparer *c)
{
	size_t n = 0;

	qsort(c->hit, c->n_hits, sizeof(*c->hit), by_item_and_entry);
	for (size_t i = 0; i < c->n_hits; i++) {
		const struct match_hit *h = &c->hit[i], *last = &c->hit[n - 1];

		if (n == 0 || h->item != last->item || h->list != last->list ||
		    h->entry != last->entry)
			c->hit[n++] = *h;
	}
	c->n_hits = n;
}

/* The nearest of each item, as many items as an answer has room for. */
static uint32_t
cut(struct comparer *c, uint32_t done)
{
	size_t n = 0, of_item = 0;
	uint32_t item = UINT32_MAX;

	qsort(c->hit, c->n_hits, sizeof(*c->hit), by_item_and_distance);
	for (size_t i = 0; i < c->n_hits; i++) {
		of_item = c->hit[i].item == item ? of_item + 1 : 1;
		item = c->hit[i].item;
		if (of_item > MATCH_ITEM_HITS_MAX)
			continue;
		if (n == MATCH_HITS_MAX) {
			while (n > 0 && c->hit[n - 1].item == item)
				n--;
			c->n_hits = n;
			return item;
		}
		c->hit[n++] = c->hit[i];
	}
	c->n_hits = n;
	return done;
}

bool
compare(struct comparer *c, struct match_live *live,
    const struct match_query *q, uint32_t *ret_done, struct err *e)
{
	uint32_t n = q->n_items;

	if (!check_items(c, n, e))
		return false;
	while (!compare_first(c, live, q, n, e)) {
		if (e->kind != ERR_LIMIT || n == 1)
			return false;
		n /= 2;
	}
	if (c->n_hits > 0) {
		one_per_entry(c);
		n = cut(c, n);
	}
	*ret_done = n;
	return true;
}
