/* Taking photos away for good: rows and keys in the caller's transaction, then
 * files. */
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
	/* Its stills are of a video, and go with it. */
	return (m.post == grant_post(g) &&
		   medium_kind_of(m.kind) != MEDIUM_STILL) ||
	       err_set(e, ERR_NOT_FOUND, "not in this album");
}

static bool
gone_list(const struct deed *d, size_t n, int64_t **ret_v,
    struct photos_gone *ret, struct err *e)
{
	*ret_v = NEW_N(d->arena, int64_t, n + 1);
	if (*ret_v == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	*ret = (struct photos_gone){*ret_v, n};
	return true;
}

bool
photos_gone(const struct deed *d, const struct photos_gone *gone, struct err *e)
{
	for (size_t i = 0; i < gone->n; i++)
		if (!erasure_files(d->house, d->arena, gone->medium[i], e))
			return false;
	return true;
}

bool
medium_delete(const struct deed *d, const struct grant *g, int64_t medium,
    bool not_again, struct photos_gone *ret, struct err *e)
{
	int64_t *v;

	if (!gone_list(d, 1, &v, ret, e))
		return false;
	v[0] = medium;
	return (in_post(d, g, medium, e) &&
		   delete_rows(d, g, medium, not_again, e)) ||
	       err_wrap(e, "medium %" PRId64, medium);
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
post_discard(const struct deed *d, const struct grant *g,
    struct photos_gone *ret, struct err *e)
{
	struct sql_medium_of_post_rows all;
	int64_t *v;

	if (grant_want(g) != PERMIT_EDIT || grant_facts(g)->state != POST_DRAFT)
		return err_set(e, ERR_CONFLICT, "not a draft");
	if (!sql_medium_of_post(
		d->house->db, d->arena, grant_post(g), &all, e) ||
	    !gone_list(d, all.n, &v, ret, e) || !discard_rows(d, g, &all, e))
		return err_wrap(e, "post %" PRId64, grant_post(g));
	for (size_t i = 0; i < all.n; i++)
		v[i] = all.v[i].id;
	return true;
}
