#include "stop/hold.h"

#include <inttypes.h>

#include "erasure/erasure.h"
#include "sql_post.h"
#include "sql_stop.h"

static bool
hold_post(const struct deed *d, int64_t stopping, int64_t uploader,
    const struct sql_stop_hold_posts_row *p, struct err *e)
{
	bool to_come =
	    str_eq(p->state, S("published")) && p->publish_at > d->now;
	struct db *db = d->house->db;
	int64_t rows;

	return sql_stop_hold_add(db, stopping, p->id, uploader,
		   to_come ? p->publish_at : DB_NULL, d->now, &rows, e) &&
	       sql_stop_hold_media(db, p->id, uploader, d->now, &rows, e) &&
	       sql_stop_hold_unschedule(db, d->now, p->id, &rows, e) &&
	       sql_post_recount(db, p->id, &rows, e);
}

bool
hold_batch(const struct deed *d, int64_t stopping, int64_t medium,
    int64_t uploader, struct err *e)
{
	struct sql_stop_hold_posts_rows posts;

	if (!sql_stop_hold_posts(d->house->db, d->arena, uploader, d->org->id,
		medium, d->now, &posts, e))
		return err_wrap(e, "hold of stop %" PRId64, stopping);
	for (size_t i = 0; i < posts.n; i++)
		if (!hold_post(d, stopping, uploader, &posts.v[i], e))
			return err_wrap(
			    e, "hold of post %" PRId64, posts.v[i].id);
	return true;
}

/* The hour goes to whoever holds the album now, or to the album itself. */
static bool
give_back_hour(
    const struct deed *d, const struct sql_stop_holds_row *h, struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;

	if (h->publish_at == DB_NULL)
		return true;
	return sql_stop_hold_keep_time(db, h->publish_at, h->post, &rows, e) &&
	       sql_stop_hold_reschedule(
		   db, h->publish_at, d->now, h->post, &rows, e);
}

static bool
erase_wanted(
    const struct deed *d, const struct sql_stop_holds_row *h, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_stop_wanted_media_rows media;
	int64_t rows, held = 0;

	if (!sql_stop_wanted_media(
		db, d->arena, h->post, h->uploader, &media, e))
		return false;
	for (size_t i = 0; i < media.n; i++)
		if (!sql_legal_hold_end(
			db, d->now, media.v[i].medium, &rows, e) ||
		    !erasure_medium_when_free(d->house, d->arena,
			media.v[i].medium, d->now, &held, e))
			return false;
	return true;
}

bool
hold_lift(const struct deed *d, int64_t stopping, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_stop_holds_rows holds;
	int64_t rows;

	if (!sql_stop_holds(db, d->arena, stopping, &holds, e))
		return err_wrap(e, "hold of stop %" PRId64, stopping);
	for (size_t i = 0; i < holds.n; i++) {
		const struct sql_stop_holds_row *h = &holds.v[i];

		if (!sql_stop_hold_lift(db, d->now, h->id, &rows, e) ||
		    !sql_stop_hold_free_media(
			db, h->post, h->uploader, &rows, e) ||
		    !give_back_hour(d, h, e) || !erase_wanted(d, h, e) ||
		    !sql_post_recount(db, h->post, &rows, e))
			return err_wrap(e, "hold of post %" PRId64, h->post);
	}
	return true;
}
