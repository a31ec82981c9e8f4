#include "faces/cover.h"

#include <inttypes.h>

#include "sql_cover.h"
#include "sql_job.h"
#include "sql_region.h"

static const struct sql_cover_of_medium_row *
find(const struct sql_cover_of_medium_rows *rows, const struct cover_area *b)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct sql_cover_of_medium_row *r = &rows->v[i];

		if (r->x == b->x && r->y == b->y && r->w == b->w &&
		    r->h == b->h)
			return r;
	}
	return NULL;
}

bool
cover_want(struct house *h, struct arena *a, int64_t medium,
    const struct cover_area *b, int64_t now, struct err *e)
{
	struct sql_cover_of_medium_rows all;
	const struct sql_cover_of_medium_row *r;
	int64_t rows;

	if (!sql_cover_add(h->db, b->x, b->y, b->w, b->h, medium, &rows, e) ||
	    !sql_cover_of_medium(h->db, a, medium, &all, e))
		return err_wrap(e, "medium %" PRId64, medium);
	r = find(&all, b);
	if (r == NULL)
		return err_set(e, ERR_LIMIT,
		    "medium %" PRId64 " has too many boxes", medium);
	return r->drawn != 0 ||
	       sql_job_add(h->db, S(COVER_JOB), medium, now, &rows, e);
}

bool
cover_regions(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	struct sql_region_uncovered_rows rows;

	if (!sql_region_uncovered(h->db, a, medium, &rows, e))
		return err_wrap(e, "medium %" PRId64, medium);
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_region_uncovered_row *r = &rows.v[i];
		const struct cover_area box = {r->x, r->y, r->w, r->h};

		if (!cover_want(h, a, medium, &box, now, e))
			return false;
	}
	return true;
}

bool
cover_slots(struct house *h, struct arena *a, int64_t medium,
    const struct cover_area *b, size_t n, uint8_t hidden[PLAN_HIDDEN_BYTES],
    struct err *e)
{
	struct sql_cover_of_medium_rows all;

	if (n == 0)
		return true;
	if (!sql_cover_of_medium(h->db, a, medium, &all, e))
		return err_wrap(e, "medium %" PRId64, medium);
	for (size_t i = 0; i < n; i++) {
		const struct sql_cover_of_medium_row *r = find(&all, &b[i]);

		if (r == NULL || r->drawn == 0)
			return err_set(e, ERR_BUSY,
			    "medium %" PRId64 " is being prepared", medium);
		hidden[r->slot / 8] |= (uint8_t)(1 << r->slot % 8);
	}
	return true;
}
