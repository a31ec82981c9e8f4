/* sweep — what of moves is over, and files that no row names. */
#include <inttypes.h>

#include "move/take.h"
#include "sql_arriving.h"
#include "sql_leaving.h"

/* A file is made a moment before its row. */
#define FILE_AGE_S 60

static bool
end_leaving(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_leaving_over_rows rows;
	int64_t n;

	if (!sql_leaving_over(h->db, a, now, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (!sql_leaving_end(h->db, now, rows.v[i].id, &n, e))
			return false;
	return true;
}

static bool
end_arriving(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_arriving_over_rows rows;
	int64_t n;

	if (!sql_arriving_over(h->db, a, now - ARRIVE_COMING_S,
		now - ARRIVE_WAITS_S, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (!(str_eq(rows.v[i].state, S("coming"))
			    ? sql_arriving_forget(h->db, rows.v[i].id, &n, e)
			    : sql_arriving_end(
				  h->db, now, rows.v[i].id, &n, e)))
			return false;
	return true;
}

struct orphans {
	struct house *h;
	struct arena *arena;
	bool (*in_use)(void *ctx, const char *name);
	void *ctx;
};

static bool
see_file(
    void *ctx, const char *name, bool incoming, int64_t age_s, struct err *e)
{
	struct orphans *o = ctx;
	struct sql_leaving_file_row leaving;
	struct sql_arriving_file_row arriving;
	bool known;

	(void)incoming;
	if (age_s < FILE_AGE_S || o->in_use(o->ctx, name))
		return true;
	if (!sql_leaving_file(
		o->h->db, o->arena, str_c(name), &known, &leaving, e))
		return false;
	if (!known && !sql_arriving_file(o->h->db, o->arena, str_c(name),
			  &known, &arriving, e))
		return false;
	return known || blob_remove(o->h->parcels, name, e) ||
	       e->kind == ERR_NOT_FOUND;
}

bool
move_sweep(struct house *h, struct arena *a, int64_t now,
    bool (*in_use)(void *ctx, const char *name), void *ctx, struct err *e)
{
	struct orphans o = {h, a, in_use, ctx};

	return (end_leaving(h, a, now, e) && end_arriving(h, a, now, e) &&
		   blob_each(h->parcels, see_file, &o, e)) ||
	       err_wrap(e, "moves");
}
