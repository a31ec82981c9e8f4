#include "life/farewell.h"

#include "sql_memories.h"

enum farewell_window
farewell_window(int64_t until_on, int64_t last_on, int64_t today)
{
	if (last_on != DB_NULL && today <= last_on) {
		if (today >= last_on - FAREWELL_LAST_DAYS)
			return FAREWELL_LAST;
		if (today >= last_on - FAREWELL_FIRST_DAYS)
			return FAREWELL_FIRST;
	}
	return today > until_on && today <= until_on + FAREWELL_AFTER_DAYS &&
		       (last_on == DB_NULL || today <= last_on)
		   ? FAREWELL_OVER
		   : FAREWELL_NONE;
}

struct telling {
	struct arena *arena;
	const struct organisation *org;
	int64_t today;
	farewell_last *last;
	void *ctx;
	struct farewells to;
};

static void
add(struct telling *t, const struct viewer_child *c,
    const struct sql_memories_seasons_row *s)
{
	struct farewell f = {.child = c->id,
	    .season = s->id,
	    .name = s->name,
	    .last_on =
		t->last == NULL ? DB_NULL : t->last(t->ctx, s->until_on)};

	f.window = farewell_window(s->until_on, f.last_on, t->today);
	if (f.window == FAREWELL_NONE)
		return;
	f.first = viewer_child_first(t->arena, t->org, c);
	t->to.v[t->to.n++] = f;
}

static bool
add_child(struct house *h, struct telling *t, const struct viewer_child *c,
    struct err *e)
{
	struct sql_memories_seasons_rows rows;
	struct farewell *more;

	if (!sql_memories_seasons(
		h->db, t->arena, t->org->id, t->today, c->id, &rows, e))
		return false;
	more = NEW_N(t->arena, struct farewell, t->to.n + rows.n + 1);
	if (more == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	for (size_t i = 0; i < t->to.n; i++)
		more[i] = t->to.v[i];
	t->to.v = more;
	for (size_t i = 0; i < rows.n; i++)
		add(t, c, &rows.v[i]);
	return true;
}

bool
farewell_list(struct house *h, struct arena *a, const struct organisation *org,
    const struct viewer *v, int64_t today, farewell_last *last, void *ctx,
    struct farewells *ret, struct err *e)
{
	struct telling t = {a, org, today, last, ctx, {0}};

	for (size_t i = 0; i < v->n_child; i++)
		if (memories_may(v, v->child[i].id) &&
		    !add_child(h, &t, &v->child[i], e))
			return false;
	*ret = t.to;
	return true;
}
