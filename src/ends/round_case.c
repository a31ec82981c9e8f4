/* round_case — of the round: what people report, and what was sealed. */
#include <inttypes.h>

#include "ends/round_inside.h"
#include "erasure/report.h"
#include "report/head.h"
#include "sql_ends.h"
#include "sql_glance.h"
#include "sql_seal.h"

bool
end_wanted_words(struct round *r, int64_t *ret_n, struct err *e)
{
	return erasure_reports_wanted(
	    r->d.house, r->d.arena, r->d.org->id, r->d.now, r->most, ret_n, e);
}

/* Only a number of its year and kind is left. */
static bool
end_case(struct round *r, const struct sql_ends_cases_row *c, struct err *e)
{
	struct db *db = r->d.house->db;
	int64_t rows,
	    year = day_to_civil(day_of(r->d.org->zone, c->opened_at)).year;

	return (case_head_end(r->d.house, r->d.org, c->id, e) &&
		   erasure_case(r->d.house, r->d.arena, c->id, r->d.now, e) &&
		   sql_ends_case_count(db, r->d.org->id, year, c->category,
		       c->outcome, &rows, e) &&
		   sql_ends_case_events(db, c->id, &rows, e) &&
		   sql_ends_case_shares(db, c->id, &rows, e) &&
		   sql_ends_case_items(db, c->id, &rows, e) &&
		   sql_glance_gone(db, c->id, &rows, e) &&
		   sql_aside_gone(db, c->id, &rows, e) &&
		   sql_ends_case_places(db, c->id, &rows, e) &&
		   sql_ends_case_people(db, c->id, &rows, e) &&
		   sql_ends_case_versions(db, c->id, &rows, e) &&
		   sql_ends_case_filings(db, c->id, &rows, e) &&
		   sql_ends_case_statements(db, c->id, &rows, e) &&
		   sql_ends_case_calls(db, c->id, &rows, e) &&
		   sql_ends_case_tiplines(db, c->id, &rows, e) &&
		   sql_ends_case_reports(db, c->id, &rows, e) &&
		   sql_ends_case_hands(db, c->id, &rows, e) &&
		   sql_ends_case_seals(db, c->id, &rows, e) &&
		   sql_ends_case_file(db, c->id, &rows, e)) ||
	       err_wrap(e, "case %" PRId64, c->id);
}

bool
end_cases(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_cases_rows v;

	if (!sql_ends_cases(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_at, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!end_case(r, &v.v[i], e))
			return false;
	*ret_n = (int64_t)v.n;
	return true;
}

/* ---- seals of no case, and who opened seals ---- */

bool
end_seals(struct round *r, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;
	struct sql_ends_seals_rows v;
	int64_t rows;

	if (!sql_ends_seals(
		db, r->d.arena, r->d.org->id, r->before_at, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!sql_ends_seal_hands(db, v.v[i].id, &rows, e) ||
		    !sql_ends_seal_words(db, v.v[i].id, &rows, e))
			return err_wrap(e, "seal %" PRId64, v.v[i].id);
	*ret_n = (int64_t)v.n;
	return true;
}

bool
end_custodians(struct round *r, int64_t *ret_n, struct err *e)
{
	return sql_ends_custodians(
	    r->d.house->db, r->d.org->id, r->most, ret_n, e);
}
