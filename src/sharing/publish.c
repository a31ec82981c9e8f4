#include "sharing/publish.h"

#include <inttypes.h>

#include "faces/word.h"
#include "people/child.h"
#include "sharing/looked.h"
#include "sql_medium.h"
#include "sql_post.h"
#include "sql_post_audience.h"
#include "sql_stop.h"
#include "sql_voice.h"
#include "stop/register.h"

#define DAY ((int64_t)86400)

static bool
may_edit(const struct grant *g, struct err *e)
{
	if (grant_want(g) == PERMIT_EDIT)
		return true;
	return err_set(e, ERR_NOT_FOUND, "no leave to change");
}

static bool
seal_text(const struct deed *d, const struct post_text *t, str *ret_title,
    str *ret_body, struct err *e)
{
	str body = t->body.p == NULL ? S("") : t->body;

	return text_seal(d->arena, &d->org->key, "post.title_enc", t->title,
		   ret_title, e) &&
	       text_seal(
		   d->arena, &d->org->key, "post.body_enc", body, ret_body, e);
}

bool
post_create(const struct deed *d, const struct post_text *t, int64_t *ret_id,
    struct err *e)
{
	struct sql_post_create_row row;
	str title, body;

	if (!seal_text(d, t, &title, &body, e) ||
	    !sql_post_create(d->house->db, d->arena, d->org->id, d->actor,
		title, body, t->day, d->now, &row, e))
		return err_wrap(e, "new post");
	*ret_id = row.id;
	return true;
}

/* Families are told of changes to what they were shown, not of drafts. */
static bool
note_change(const struct deed *d, const struct grant *g, struct err *e)
{
	if (grant_facts(g)->state == POST_DRAFT)
		return true;
	return looked_note(
	    d, AUDIT_POST_CHANGED, "post", grant_post(g), g, S(""), e);
}

bool
post_edit(const struct deed *d, const struct grant *g,
    const struct post_text *t, struct err *e)
{
	int64_t rows, id = grant_post(g);
	str title, body;

	if (!may_edit(g, e) || !seal_text(d, t, &title, &body, e) ||
	    !sql_post_edit(
		d->house->db, title, body, t->day, d->now, id, &rows, e) ||
	    !sql_audience_move(d->house->db, t->day, id, &rows, e) ||
	    !note_change(d, g, e))
		return err_wrap(e, "post %" PRId64, id);
	return true;
}

/* ---- from when ---- */

static int64_t
evening_of(const struct organisation *org, int64_t day)
{
	struct civil c = day_to_civil(day);

	c.hour = (uint8_t)(org->evening_min / 60);
	c.minute = (uint8_t)(org->evening_min % 60);
	return zone_utc(org->zone, c);
}

int64_t
publish_evening(const struct organisation *org, int64_t now)
{
	int64_t day = day_of(org->zone, now);
	int64_t at = evening_of(org, day);

	return at > now ? at : evening_of(org, day + 1);
}

bool
post_publish(const struct deed *d, const struct grant *g, int64_t at,
    enum publish_answer *ret, struct err *e)
{
	int64_t rows, id = grant_post(g);
	struct sql_stop_hold_of_post_row hold;
	struct sql_medium_progress_row m;
	struct word_gate faces;
	bool held;

	if (!may_edit(g, e) || !word_gate(d, id, &faces, e) ||
	    !sql_medium_progress(d->house->db, d->arena, 0, id, &m, e) ||
	    !sql_stop_hold_of_post(d->house->db, d->arena, id, &held, &hold, e))
		return err_wrap(e, "post %" PRId64, id);
	if (held)
		*ret = PUBLISH_HELD;
	else if (m.ready == 0)
		*ret = PUBLISH_NO_PHOTO;
	else if (grant_facts(g)->n_audience == 0)
		*ret = PUBLISH_NO_AUDIENCE;
	else if (at < d->now || at > d->now + PUBLISH_FAR_DAYS * DAY)
		*ret = PUBLISH_PAST;
	else if (!word_gate_open(&faces))
		*ret = PUBLISH_FACES;
	else
		*ret = PUBLISH_DONE;
	if (*ret != PUBLISH_DONE)
		return true;
	if (!word_settle(d, id, e) ||
	    !sql_post_publish(d->house->db, at, d->now, id, &rows, e) ||
	    !sql_post_recount(d->house->db, id, &rows, e) ||
	    !sql_voice_want_of_post(d->house->db, d->now, id, &rows, e) ||
	    !looked_note(d, AUDIT_POST_PUBLISHED, "post", id, g,
		arena_fmt(d->arena, "photos=%" PRId64, m.ready), e))
		return err_wrap(e, "post %" PRId64, id);
	return true;
}

/* Every photo of it that families could see. */
static bool
not_back(const struct deed *d, int64_t post, struct err *e)
{
	struct sql_medium_ready_ids_rows media;
	int64_t n;

	if (!sql_medium_ready_ids(d->house->db, d->arena, post, 0, &media, e))
		return false;
	for (size_t i = 0; i < media.n; i++)
		if (!register_add(d, media.v[i].id, &n, e))
			return false;
	return true;
}

bool
post_withdraw(
    const struct deed *d, const struct grant *g, bool not_again, struct err *e)
{
	int64_t rows, recounted, id = grant_post(g);

	if (!may_edit(g, e) ||
	    !sql_post_withdraw(d->house->db, d->now, id, &rows, e) ||
	    (rows > 0 && !sql_post_recount(d->house->db, id, &recounted, e)))
		return err_wrap(e, "post %" PRId64, id);
	if (rows == 0)
		return err_set(
		    e, ERR_CONFLICT, "post %" PRId64 " is not published", id);
	if (not_again && !not_back(d, id, e))
		return err_wrap(e, "post %" PRId64, id);
	return looked_note(d, AUDIT_POST_WITHDRAWN, "post", id, g, S(""), e);
}

/* ---- the photos ---- */

bool
move_of(str word, enum move *ret)
{
	static const char *const words[MOVES] = {
	    "up", "down", "first", "last", "to"};

	for (int i = 0; i < MOVES; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum move)i;
			return true;
		}
	return false;
}

static size_t
move_target(enum move how, size_t at, size_t n, int64_t to)
{
	switch (how) {
	case MOVE_UP:
		return at == 0 ? 0 : at - 1;
	case MOVE_DOWN:
		return at + 1 < n ? at + 1 : at;
	case MOVE_FIRST:
		return 0;
	case MOVE_TO:
		if (to < 1)
			return 0;
		return (size_t)to > n ? n - 1 : (size_t)to - 1;
	case MOVE_LAST:
	case MOVES:
		break;
	}
	return n - 1;
}

static void
shift(struct sql_medium_of_post_row *v, size_t from, size_t to)
{
	struct sql_medium_of_post_row moved = v[from];

	for (size_t i = from; i < to; i++)
		v[i] = v[i + 1];
	for (size_t i = from; i > to; i--)
		v[i] = v[i - 1];
	v[to] = moved;
}

bool
medium_move(const struct deed *d, const struct grant *g, int64_t medium,
    enum move how, int64_t to, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_medium_of_post_rows all;
	size_t at = 0;
	int64_t rows;

	if (!may_edit(g, e) ||
	    !sql_medium_of_post(db, d->arena, grant_post(g), &all, e))
		return err_wrap(e, "post %" PRId64, grant_post(g));
	while (at < all.n && all.v[at].id != medium)
		at++;
	if (at == all.n)
		return err_set(e, ERR_NOT_FOUND, "not in this album");
	shift(all.v, at, move_target(how, at, all.n, to));
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].position != (int64_t)i + 1 &&
		    !sql_medium_place(
			db, (int64_t)i + 1, all.v[i].id, &rows, e))
			return err_wrap(e, "medium %" PRId64, all.v[i].id);
	return true;
}

bool
medium_caption(const struct deed *d, const struct grant *g, int64_t medium,
    str caption, struct err *e)
{
	str sealed = {0};
	int64_t rows;

	if (!may_edit(g, e))
		return false;
	if (caption.n > 0 && !text_seal(d->arena, &d->org->key,
				 "medium.caption_enc", caption, &sealed, e))
		return false;
	if (!sql_medium_caption(
		d->house->db, sealed, medium, grant_post(g), &rows, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (rows == 0)
		return err_set(e, ERR_NOT_FOUND, "not in this album");
	return note_change(d, g, e);
}
