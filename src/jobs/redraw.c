#include "jobs/redraw.h"

#include <inttypes.h>

#include "sql_cover.h"

static bool
page(struct house *h, struct arena *a,
    const struct sql_cover_redraw_next_row *r, struct err *e)
{
	struct sql_cover_redraw_last_row end;
	int64_t rows;

	if (!sql_cover_redraw_last(h->db, a, r->medium, REDRAW_PAGE, &end, e))
		return false;
	if (end.last == DB_NULL)
		return sql_cover_redraw_done(h->db, r->organisation, &rows, e);
	return sql_cover_redraw_page(h->db, house_now(h), r->medium, end.last,
		   r->organisation, &rows, e) &&
	       sql_cover_redraw_place(
		   h->db, end.last, r->organisation, &rows, e);
}

/* Who changes the shape meanwhile waits for this transaction, or this one reads
 * the place that was set. */
static bool
next_page(struct house *h, struct arena *a, bool *ret_more, struct err *e)
{
	struct sql_cover_redraw_next_row row;
	bool found;

	if (!sql_cover_redraw_next(h->db, a, REDRAW_MOST, &found, &row, e))
		return false;
	*ret_more = found && row.waiting < REDRAW_MOST;
	return !*ret_more || page(h, a, &row, e);
}

bool
redraw_turn(struct house *h, struct arena *a, bool *ret_more, struct err *e)
{
	struct sql_cover_redraw_next_row row;
	bool found;

	*ret_more = false;
	if (!sql_cover_redraw_next(h->db, a, REDRAW_MOST, &found, &row, e))
		return err_wrap(e, "shape of masks");
	if (!found || row.waiting >= REDRAW_MOST)
		return true;
	if (!db_begin(h->db, e))
		return false;
	if (next_page(h, a, ret_more, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "shape of masks");
}
