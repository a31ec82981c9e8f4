/* Taking photos away for good: rows and keys in one transaction, then files. */
#include <inttypes.h>

#include "erasure/erasure.h"
#include "sharing/looked.h"
#include "sharing/publish.h"
#include "sql_medium.h"
#include "sql_post.h"
#include "stop/register.h"

static bool
delete_rows(const struct deed *d, const struct grant *g, int64_t medium,
    bool not_again, struct err *e)
{
	int64_t rows, n;

	return (!not_again || register_add(d, medium, &n, e)) &&
	       erasure_medium(d->house, d->arena, medium, d->now, e) &&
	       sql_post_recount(d->house->db, grant_post(g), &rows, e) &&
	       looked_note(
		   d, AUDIT_MEDIUM_DELETED, "medium", medium, g, S(""), e);
}

static bool
in_post(
    const struct deed *d, const struct grant *g, int64_t medium, struct err *e)
{
	struct sql_medium_for_page_row m;

	if (!grant_may_change(g))
		return err_set(e, ERR_NOT_FOUND, "no leave to change");
	if (!sql_medium_for_page(d->house->db, d->arena, medium, &m, e))
		return false;
	return m.post == grant_post(g) ||
	       err_set(e, ERR_NOT_FOUND, "not in this album");
}

bool
medium_delete(const struct deed *d, const struct grant *g, int64_t medium,
    bool not_again, struct err *e)
{
	struct db *db = d->house->db;

	if (!db_begin(db, e))
		return false;
	if (!in_post(d, g, medium, e) ||
	    !delete_rows(d, g, medium, not_again, e) || !db_commit(db, e)) {
		db_rollback(db);
		return err_wrap(e, "medium %" PRId64, medium);
	}
	return erasure_files(d->house, d->arena, medium, e);
}

static bool
discard_rows(const struct deed *d, const struct grant *g,
    const struct sql_medium_of_post_rows *all, struct err *e)
{
	struct deed_about about = {
	    .kind = "post", .id = grant_post(g), .detail = S("draft")};
	int64_t rows;

	for (size_t i = 0; i < all->n; i++)
		if (!erasure_medium(
			d->house, d->arena, all->v[i].id, d->now, e))
			return false;
	/* Deleted media still name their post, so it stays, unseen. */
	return sql_post_discard(
		   d->house->db, d->now, grant_post(g), &rows, e) &&
	       deed_note(d, AUDIT_POST_WITHDRAWN, &about, e);
}

bool
post_discard(const struct deed *d, const struct grant *g, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_medium_of_post_rows all;

	if (grant_want(g) != PERMIT_EDIT || grant_facts(g)->state != POST_DRAFT)
		return err_set(e, ERR_CONFLICT, "not a draft");
	if (!sql_medium_of_post(db, d->arena, grant_post(g), &all, e) ||
	    !db_begin(db, e))
		return false;
	if (!discard_rows(d, g, &all, e) || !db_commit(db, e)) {
		db_rollback(db);
		return err_wrap(e, "post %" PRId64, grant_post(g));
	}
	for (size_t i = 0; i < all.n; i++)
		if (!erasure_files(d->house, d->arena, all.v[i].id, e))
			return false;
	return true;
}
