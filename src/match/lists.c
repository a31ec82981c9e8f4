#include "match/lists.h"

#include <stdlib.h>

#define GROW_FIRST 8

void
match_index_list_init(struct match_index_list *l, uint32_t number)
{
	*l = (struct match_index_list){
	    .number = number, .enabled = true, .level1 = 0.7f, .level2 = 0.7f};
	for (int k = 0; k < HASH_KINDS; k++) {
		const struct hash_kind_facts *f =
		    hash_kind_facts((enum hash_kind)k);

		l->distance[k] = f == NULL ? 0 : f->distance;
	}
}

bool
match_index_list_check(const struct match_index_list *l, struct err *e)
{
	for (int k = 0; k < HASH_KINDS; k++) {
		const struct hash_kind_facts *f =
		    hash_kind_facts((enum hash_kind)k);

		if (l->distance[k] > (f == NULL ? 0 : f->distance_max))
			return err_set(e, ERR_INPUT,
			    "list %u: a distance of %u is too far", l->number,
			    l->distance[k]);
	}
	if (!(l->level1 >= -1 && l->level1 <= 1) ||
	    !(l->level2 >= -1 && l->level2 <= 1))
		return err_set(
		    e, ERR_INPUT, "list %u: no such level", l->number);
	if (memchr(l->provenance, '\0', sizeof(l->provenance)) == NULL)
		return err_set(
		    e, ERR_INPUT, "list %u: no end of its text", l->number);
	return true;
}

void
lists_done(struct lists *l)
{
	free(l->v);
	*l = (struct lists){0};
}

struct listed *
lists_find(struct lists *l, uint32_t number)
{
	if (l->last < l->n && l->v[l->last].list.number == number)
		return &l->v[l->last];
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].list.number == number) {
			l->last = i;
			return &l->v[i];
		}
	return NULL;
}

static bool
grow(struct lists *l, struct err *e)
{
	size_t cap = l->cap == 0 ? GROW_FIRST : 2 * l->cap;
	struct listed *v;

	if (l->n == MATCH_INDEX_LISTS_MAX)
		return err_set(
		    e, ERR_LIMIT, "more than %d lists", MATCH_INDEX_LISTS_MAX);
	if (l->n < l->cap)
		return true;
	v = reallocarray(l->v, cap, sizeof(*v));
	if (v == NULL)
		return err_sys(e, "lists");
	l->v = v;
	l->cap = cap;
	return true;
}

bool
lists_put(struct lists *l, const struct match_index_list *list, struct err *e)
{
	struct listed *old = lists_find(l, list->number);

	if (!match_index_list_check(list, e))
		return false;
	if (old != NULL) {
		old->list = *list;
		return true;
	}
	if (!grow(l, e))
		return false;
	l->v[l->n++] = (struct listed){.list = *list};
	return true;
}

bool
lists_in_scope(
    const struct match_index_list *l, const struct match_index_scope *scope)
{
	if (!l->enabled)
		return false;
	if (scope == NULL || scope->n_lists == 0)
		return true;
	for (size_t i = 0; i < scope->n_lists; i++)
		if (scope->list[i] == l->number)
			return true;
	return false;
}

int64_t
lists_reach(const struct match_index_list *l, enum hash_kind kind,
    const struct match_index_scope *scope)
{
	if (!lists_in_scope(l, scope))
		return -1;
	if (scope != NULL && scope->one_distance)
		return scope->distance;
	return l->distance[kind];
}
