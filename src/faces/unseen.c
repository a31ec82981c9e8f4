#include "faces/unseen.h"

#include <inttypes.h>

#include "sql_region.h"

/* Those whom the audience may not see. */
static void
keep_masked(struct face_children *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (face_is_masked(l->v[i].leave))
			l->v[n++] = l->v[i];
	l->n = n;
}

static const struct face_child *
masked_child(const struct face_children *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return &l->v[i];
	return NULL;
}

/* Rows come video by video: has an earlier one of this video named the child,
 * where it is not masked? */
static bool
named_before(const struct sql_region_of_shown_videos_row *v, size_t i)
{
	for (size_t k = i; k-- > 0 && v[k].video == v[i].video;)
		if (v[k].child == v[i].child && v[k].veiled == 0)
			return true;
	return false;
}

/* A box that nobody resolved keeps the album from being published at all. */
static bool
hides_from_all(const struct sql_region_of_shown_videos_row *r)
{
	return r->asked != 0 || str_eq(r->state, S("mask"));
}

static bool
consider(const struct deed *d,
    const struct sql_region_of_shown_videos_rows *rows, size_t i,
    struct face_unseen_list *l, struct face_unseen *u, struct err *e)
{
	const struct sql_region_of_shown_videos_row *r = &rows->v[i];
	const struct face_child *c;

	u->video = r->video;
	if (r->veiled != 0)
		return true;
	u->nobody |= hides_from_all(r);
	if (r->child == DB_NULL || named_before(rows->v, i) ||
	    (c = masked_child(&l->hidden, r->child)) == NULL)
		return true;
	u->names = u->n++ == 0 ? c->name
			       : arena_fmt(d->arena, STR_FMT ", " STR_FMT,
				     STR_ARG(u->names), STR_ARG(c->name));
	return u->names.p != NULL || err_set(e, ERR_LIMIT, "too many names");
}

bool
face_unseen(const struct deed *d, int64_t post, struct face_unseen_list *ret,
    struct err *e)
{
	struct sql_region_of_shown_videos_rows rows;
	struct face_unseen_list l = {0};

	if (!sql_region_of_shown_videos(
		d->house->db, d->arena, post, 0, &rows, e) ||
	    !face_named(d, post, CONSENT_VIDEO, &l.hidden, e))
		return err_wrap(e, "videos of post %" PRId64, post);
	keep_masked(&l.hidden);
	l.v = NEW_N(d->arena, struct face_unseen, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many videos");
	for (size_t i = 0; i < rows.n; i++) {
		struct face_unseen *u = &l.v[l.n];

		if (i == 0 || rows.v[i].video != rows.v[i - 1].video)
			*u = (struct face_unseen){.names = S("")};
		if (!consider(d, &rows, i, &l, u, e))
			return false;
		if ((u->nobody || u->n > 0) &&
		    (i + 1 == rows.n || rows.v[i + 1].video != u->video))
			l.n++;
	}
	*ret = l;
	return true;
}
