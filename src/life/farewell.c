#include "life/farewell.h"

#include "sql_memories.h"
#include "sql_season.h"

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
	if (s->untold > 0 && f.last_on != DB_NULL && t->today > f.last_on &&
	    t->today <= f.last_on + FAREWELL_WAITS_DAYS) {
		f.window = FAREWELL_LAST;
		f.last_on = f.last_on + FAREWELL_WAITS_DAYS <
				    t->today + FAREWELL_STAYS_DAYS
				? f.last_on + FAREWELL_WAITS_DAYS
				: t->today + FAREWELL_STAYS_DAYS;
	}
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

bool
farewell_any(struct house *h, struct arena *a, const struct organisation *org,
    int64_t today, farewell_last *last, void *ctx, bool *ret, struct err *e)
{
	struct sql_season_list_rows rows;

	*ret = false;
	if (!sql_season_list(h->db, a, org->id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n && !*ret; i++) {
		int64_t until_on = rows.v[i].until_on,
			last_on = last(ctx, until_on);

		*ret = until_on < today && last_on != DB_NULL &&
		       today >= last_on - FAREWELL_FIRST_DAYS &&
		       today <= last_on + FAREWELL_WAITS_DAYS;
	}
	return true;
}

/* ---- that it was told ---- */

struct parts {
	int64_t first_at; /* DB_NULL: not yet */
	bool last;
};

static struct parts
parts_of(const struct sql_farewell_of_rows *rows, int64_t season)
{
	struct parts p = {DB_NULL, false};

	for (size_t i = 0; i < rows->n; i++) {
		if (rows->v[i].season != season)
			continue;
		if (str_eq(rows->v[i].part, S("first")))
			p.first_at = rows->v[i].told_at;
		else
			p.last = true;
	}
	return p;
}

/* What this one adds: "first", "last" or nothing. */
static str
part_of(const struct deed *d, const struct farewell *f, struct parts p)
{
	if (f->window != FAREWELL_FIRST && f->window != FAREWELL_LAST)
		return (str){0};
	if (p.first_at == DB_NULL)
		return S("first");
	if (f->window == FAREWELL_LAST && !p.last &&
	    day_of(d->org->zone, p.first_at) < d->today)
		return S("last");
	return (str){0};
}

bool
farewell_due(const struct deed *d, int64_t account, const struct farewells *l,
    struct farewells *ret, struct err *e)
{
	struct farewells due = {
	    .v = NEW_N(d->arena, struct farewell, l->n + 1)};
	struct sql_farewell_of_rows rows;

	if (l->n == 0) {
		*ret = (struct farewells){0};
		return true;
	}
	if (due.v == NULL)
		return err_set(e, ERR_LIMIT, "too many seasons");
	if (!sql_farewell_of(d->house->db, d->arena, account, &rows, e))
		return err_wrap(e, "what was told");
	for (size_t i = 0; i < l->n; i++)
		if (part_of(d, &l->v[i], parts_of(&rows, l->v[i].season)).n > 0)
			due.v[due.n++] = l->v[i];
	*ret = due;
	return true;
}

bool
farewell_untold(const struct deed *d, int64_t account,
    const struct farewells *l, bool *ret_new, struct err *e)
{
	struct farewells due;

	if (!farewell_due(d, account, l, &due, e))
		return false;
	*ret_new = due.n > 0;
	return true;
}

bool
farewell_told(const struct deed *d, int64_t account, const struct farewells *l,
    struct err *e)
{
	struct sql_farewell_of_rows told;
	int64_t rows;

	if (!sql_farewell_of(d->house->db, d->arena, account, &told, e))
		return err_wrap(e, "what was told");
	for (size_t i = 0; i < l->n; i++) {
		str part =
		    part_of(d, &l->v[i], parts_of(&told, l->v[i].season));

		if (part.n > 0 && !sql_farewell_add(d->house->db, account,
				      l->v[i].season, part, d->now, &rows, e))
			return err_wrap(e, "what was told");
	}
	return true;
}

bool
farewell_undone(const struct deed *d, int64_t account,
    const struct farewells *l, int64_t told_at, struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;

	for (size_t i = 0; i < l->n; i++)
		if (!sql_farewell_drop(
			db, account, l->v[i].season, told_at, &rows, e) ||
		    !sql_farewell_shift(db, account, l->v[i].season, &rows, e))
			return err_wrap(e, "what was told");
	return true;
}
