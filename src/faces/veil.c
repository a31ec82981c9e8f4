#include "faces/veil.h"

#include <inttypes.h>

#include "sql_job.h"
#include "sql_veil.h"

#define JOB "veil" /* jobs/veil.h */

/* ---- what there is ---- */

static bool
find(const struct deed *d, int64_t post, int64_t video,
    struct sql_veil_video_row *ret, struct err *e)
{
	bool found;

	if (!sql_veil_video(d->house->db, d->arena, video, post, d->org->id,
		&found, ret, e))
		return err_wrap(e, "video %" PRId64, video);
	return found || err_set(e, ERR_NOT_FOUND,
			    "no video %" PRId64 " in this album", video);
}

static enum veil_state
state_of(str word)
{
	static const char *const words[VEIL_STATES] = {
	    "", "asked", "drawn", "shown", "lost"};

	for (int i = VEIL_ASKED; i < VEIL_STATES; i++)
		if (str_eq(word, str_c(words[i])))
			return (enum veil_state)i;
	return VEIL_NONE;
}

static bool
load_row(
    const struct deed *d, int64_t video, struct face_veil *v, struct err *e)
{
	struct sql_veil_masked_count_row n;
	struct sql_veil_of_row r;
	bool found;

	if (!sql_veil_of(d->house->db, d->arena, video, &found, &r, e) ||
	    !sql_veil_masked_count(d->house->db, d->arena, video, &n, e))
		return err_wrap(e, "video %" PRId64, video);
	*v = (struct face_veil){
	    .progress = DB_NULL, .whole = DB_NULL, .masked = n.n};
	if (!found)
		return true;
	v->state = state_of(r.state);
	v->round = r.round;
	v->silent = r.silent != 0;
	v->progress = r.progress;
	v->whole = r.whole;
	return true;
}

static bool
load_stills(const struct deed *d, const struct sql_veil_video_row *video,
    struct face_veil *v, struct err *e)
{
	struct sql_veil_stills_rows rows;

	if (!sql_veil_stills(d->house->db, d->arena, video->id, &rows, e))
		return err_wrap(e, "video %" PRId64, video->id);
	v->stills.v = NEW_N(d->arena, struct veil_still, rows.n + 1);
	if (v->stills.v == NULL)
		return err_set(e, ERR_LIMIT, "too many pictures");
	for (size_t i = 0; i < rows.n; i++)
		v->stills.v[v->stills.n++] = (struct veil_still){rows.v[i].id,
		    rows.v[i].at_ms, rows.v[i].grey != 0,
		    video->poster == DB_NULL ? i == 0
					     : video->poster == rows.v[i].id};
	return true;
}

static bool
is_masked(const struct sql_veil_children_rows *l, int64_t child)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].child == child)
			return true;
	return false;
}

static bool
is_named(const struct sql_veil_named_rows *l, int64_t child)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].child == child)
			return true;
	return false;
}

/* Of the children on the album's videos those on this one. */
static bool
load_children(const struct deed *d, int64_t post, int64_t video,
    struct face_veil *v, struct err *e)
{
	struct sql_veil_children_rows masked;
	struct sql_veil_named_rows here;
	struct face_children all;

	if (!sql_veil_children(d->house->db, d->arena, video, &masked, e) ||
	    !sql_veil_named(d->house->db, d->arena, video, &here, e) ||
	    !face_named(d, post, CONSENT_VIDEO, &all, e))
		return err_wrap(e, "video %" PRId64, video);
	v->children.v = NEW_N(d->arena, struct veil_child, all.n + 1);
	if (v->children.v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < all.n; i++)
		if (is_named(&here, all.v[i].id))
			v->children.v[v->children.n++] = (struct veil_child){
			    &all.v[i], is_masked(&masked, all.v[i].id)};
	return true;
}

bool
face_veil(const struct deed *d, int64_t post, int64_t video,
    struct face_veil *ret, struct err *e)
{
	struct sql_veil_video_row row;

	if (!find(d, post, video, &row, e) || !load_row(d, video, ret, e))
		return false;
	ret->looked = row.gaps.n > 0;
	ret->left = str_eq(row.gaps, S("left"));
	return load_stills(d, &row, ret, e) &&
	       load_children(d, post, video, ret, e);
}

/* ---- what is asked ---- */

static bool
note(const struct deed *d, enum audit_action action, int64_t video, str detail,
    struct err *e)
{
	return deed_note(d, action,
	    &(struct deed_about){
		.kind = "medium", .id = video, .detail = detail},
	    e);
}

static bool
write_choice(const struct deed *d, int64_t video, const struct veil_choice *c,
    struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;

	if (!sql_veil_ask(db, video, c->silent, d->actor, d->now, &rows, e) ||
	    !sql_veil_forget_boxes(db, video, &rows, e) ||
	    !sql_veil_forget_greys(db, video, &rows, e) ||
	    !sql_veil_add_masked(db, video, &rows, e))
		return false;
	for (size_t i = 0; i < c->n_child; i++)
		if (!sql_veil_add_child(db, video, c->child[i], &rows, e))
			return false;
	for (size_t i = 0; i < c->n_grey; i++)
		if (!sql_veil_add_grey(db, video, c->grey[i], &rows, e))
			return false;
	return sql_job_add(db, S(JOB), video, d->now, &rows, e);
}

bool
face_veil_ask(const struct deed *d, int64_t post, int64_t video,
    const struct veil_choice *c, struct err *e)
{
	struct sql_veil_video_row row;

	if (!find(d, post, video, &row, e))
		return false;
	if (!write_choice(d, video, c, e))
		return err_wrap(e, "video %" PRId64, video);
	return note(
	    d, AUDIT_VIDEO_MASKED, video, c->silent ? S("silent") : S(""), e);
}

bool
face_veil_show(const struct deed *d, int64_t post, int64_t video, int64_t round,
    struct err *e)
{
	struct sql_veil_video_row row;
	int64_t rows;

	if (!find(d, post, video, &row, e) ||
	    !sql_veil_shown(
		d->house->db, d->actor, d->now, video, round, &rows, e))
		return err_wrap(e, "video %" PRId64, video);
	if (rows != 1)
		return err_set(e, ERR_CONFLICT,
		    "video %" PRId64 " is not what was looked at", video);
	return note(d, AUDIT_VIDEO_SHOWN, video, S(""), e);
}

bool
face_veil_hide(const struct deed *d, int64_t post, int64_t video, struct err *e)
{
	struct sql_veil_video_row row;
	int64_t rows;

	if (!find(d, post, video, &row, e) ||
	    !sql_veil_hidden(d->house->db, video, &rows, e))
		return err_wrap(e, "video %" PRId64, video);
	return rows == 0 ||
	       note(d, AUDIT_VIDEO_SHOWN, video, S("hidden again"), e);
}

bool
face_poster(const struct deed *d, int64_t post, int64_t video, int64_t still,
    struct err *e)
{
	struct sql_veil_video_row row;
	int64_t rows;

	return (find(d, post, video, &row, e) &&
		   sql_veil_poster(d->house->db, still, video, &rows, e)) ||
	       err_wrap(e, "video %" PRId64, video);
}
