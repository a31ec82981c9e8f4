#include <inttypes.h>

#include "ends/round_inside.h"
#include "erasure/erasure.h"
#include "life/farewell.h"
#include "sharing/pieces.h"
#include "sharing/upload.h"
#include "sql_blob.h"
#include "sql_ends.h"
#include "sql_erasure.h"
#include "sql_medium.h"
#include "sql_stop_look.h"
#include "trace/trace.h"

#define DAY ((int64_t)86400)
#define CHILDREN 5 /* at a time: each takes its pictures along */

static bool
erase(struct round *r, int64_t medium, struct err *e)
{
	r->medium[r->n_medium++] = medium;
	return erasure_medium(r->d.house, r->d.arena, medium, r->d.now, e);
}

bool
end_wanted(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_wanted_rows v;
	int64_t rows;

	if (!sql_ends_wanted(
		r->d.house->db, r->d.arena, r->d.org->id, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!erase(r, v.v[i].medium, e) ||
		    !sql_ends_wanted_done(
			r->d.house->db, v.v[i].medium, &rows, e))
			return false;
	*ret_n = (int64_t)v.n;
	return v.n == 0 || sql_erasure_recount(r->d.house->db, &rows, e);
}

/* Photos wait until their families were told twice, at most for
 * FAREWELL_WAITS_DAYS. */
bool
end_untold(struct round *r, int64_t *ret_n, struct err *e)
{
	struct db *db = r->d.house->db;
	struct sql_ends_seasons_rows v;
	struct sql_ends_untold_row row;
	int64_t rows;

	*ret_n = 0;
	if (!sql_ends_seasons(db, r->d.arena, r->d.org->id,
		r->before_on - FAREWELL_WAITS_DAYS, r->before_on, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!sql_ends_untold(db, r->d.arena, v.v[i].id,
			r->d.now - FAREWELL_STAYS_DAYS * DAY, &row, e) ||
		    !sql_ends_season_untold(db, row.n, v.v[i].id, &rows, e))
			return false;
	return true;
}

bool
end_notice_media(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_notice_media_rows v;

	if (!sql_ends_notice_media(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_on, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!erase(r, v.v[i].id, e))
			return false;
	*ret_n = (int64_t)v.n;
	return true;
}

bool
end_photos(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_photos_rows v;
	int64_t rows;

	if (!sql_ends_photos(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_on, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!erase(r, v.v[i].id, e))
			return false;
	*ret_n = (int64_t)v.n;
	return v.n == 0 || sql_erasure_recount(r->d.house->db, &rows, e);
}

bool
end_stop_looks(struct round *r, int64_t *ret_n, struct err *e)
{
	return sql_look_ends(
	    r->d.house->db, r->d.org->id, r->before_at, r->most, ret_n, e);
}

bool
end_files(struct round *r, struct err *e)
{
	for (size_t i = 0; i < r->n_medium; i++)
		if (!erasure_files(r->d.house, r->d.arena, r->medium[i], e))
			return false;
	return true;
}

bool
end_children(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_ends_children_rows v;
	int64_t held = 0;

	r->most = CHILDREN;
	if (!sql_ends_children(r->d.house->db, r->d.arena, r->d.org->id,
		r->before_on, r->most, &v, e))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		struct deed_about about = {.kind = "child",
		    .id = v.v[i].id,
		    .child = v.v[i].id,
		    .detail = S("rule")};

		r->medium[r->n_medium++] = v.v[i].id;
		if (!deed_note(&r->d, AUDIT_CHILD_ERASED, &about, e) ||
		    !erasure_child(
			r->d.house, r->d.arena, v.v[i].id, r->d.now, &held, e))
			return false;
	}
	*ret_n = (int64_t)v.n;
	return true;
}

bool
end_child_files(struct round *r, struct err *e)
{
	for (size_t i = 0; i < r->n_medium; i++)
		if (!erasure_child_files(
			r->d.house, r->d.arena, r->medium[i], e))
			return false;
	return true;
}

static bool
drop_upload(
    struct round *r, const struct sql_medium_stale_row *m, struct err *e)
{
	char *name = r->name[r->n_medium++];
	int64_t rows;

	name[0] = '\0';
	if (m->name.n >= sizeof(r->name[0]))
		return err_set(e, ERR_CORRUPT, "a blob's name is too long");
	if (m->name.n > 0)
		memcpy(name, m->name.p, m->name.n);
	name[m->name.n] = '\0';
	return (sql_blob_forget(r->d.house->db, m->id, &rows, e) &&
		   sql_medium_forget(r->d.house->db, m->id, &rows, e)) ||
	       err_wrap(e, "stale medium %" PRId64, m->id);
}

/* An upload that never ended: its rows, then its file. */
bool
end_uploads(struct round *r, int64_t *ret_n, struct err *e)
{
	struct sql_medium_stale_rows v;

	if (!sql_medium_stale(r->d.house->db, r->d.arena, r->d.org->id,
		r->d.now - UPLOAD_SILENT_S, r->d.now - PIECES_SILENT_S, r->most,
		&v, e))
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!drop_upload(r, &v.v[i], e))
			return false;
	*ret_n = (int64_t)v.n;
	return true;
}

bool
end_upload_files(struct round *r, struct err *e)
{
	for (size_t i = 0; i < r->n_medium; i++)
		if (r->name[i][0] != '\0' &&
		    !blob_remove(r->d.house->blobs, r->name[i], e) &&
		    e->kind != ERR_NOT_FOUND)
			return err_wrap(e, "stale file");
	return true;
}

/* trace.h ends them by the date that each was given. */
bool
end_copies(struct round *r, int64_t *ret_n, struct err *e)
{
	return trace_sweep(
	    r->d.house, r->d.arena, r->d.org->id, r->d.now, ret_n, e);
}
