#include "jobs/look.h"

#include <inttypes.h>

#include "faces/region.h"
#include "jobs/intake.h"
#include "sql_job.h"
#include "sql_region.h"

_Static_assert(MEDIA_FACE_UNITS == REGION_UNITS, "boxes are in one unit");

static bool
find(struct house *h, struct arena *a, int64_t medium,
    struct sql_region_to_look_row *ret, struct err *e)
{
	int64_t rows;
	bool found;

	if (!sql_region_to_look(h->db, a, medium, &found, ret, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (found)
		return true;
	if (!sql_job_done(h->db, S(LOOK_JOB), medium, &rows, e))
		return false;
	return err_set(e, ERR_NOT_FOUND, "medium %" PRId64 " went", medium);
}

bool
look_open(struct house *h, struct arena *a, int64_t medium, int *ret_fd,
    struct err *e)
{
	struct sql_region_to_look_row row;

	return find(h, a, medium, &row, e) &&
	       (intake_original(h, a, row.organisation, row.name,
		    row.key_wrapped, ret_fd, e) ||
		   err_wrap(e, "medium %" PRId64, medium));
}

static bool
store_rows(struct house *h, struct arena *a, int64_t medium,
    const struct box *box, size_t n, int64_t now, struct err *e)
{
	struct sql_region_to_look_row row;
	int64_t rows;

	return find(h, a, medium, &row, e) &&
	       region_found(h, a, medium, box, n, now, e) &&
	       sql_job_done(h->db, S(LOOK_JOB), medium, &rows, e);
}

bool
look_store(struct house *h, struct arena *a, int64_t medium,
    const struct media_looked *l, int64_t now, struct err *e)
{
	struct box box[MEDIA_FACES_MAX];
	int64_t rows;

	if (l->verdict != MEDIA_OK)
		return sql_job_done(h->db, S(LOOK_JOB), medium, &rows, e);
	for (size_t i = 0; i < l->n; i++)
		box[i] = (struct box){
		    l->face[i].x, l->face[i].y, l->face[i].w, l->face[i].h};
	if (!db_begin(h->db, e))
		return false;
	if (store_rows(h, a, medium, box, l->n, now, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "faces of medium %" PRId64, medium);
}
