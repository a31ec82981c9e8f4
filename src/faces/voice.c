#include "faces/voice.h"

#include <inttypes.h>

#include "sql_job.h"
#include "sql_veil.h"
#include "sql_voice.h"

#define JOB "veil" /* jobs/veil.h */

static const char *const words[VOICES_HEARD] = {
    [VOICE_UNKNOWN] = "unknown",
    [VOICE_NOBODY] = "nobody",
    [VOICE_SOME] = "some",
    [VOICE_GONE] = "gone",
};

bool
voice_heard_of(str word, enum voice_heard *ret)
{
	for (int i = 0; i < VOICES_HEARD; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum voice_heard)i;
			return true;
		}
	return false;
}

/* ---- what there is ---- */

static bool
is_heard(const struct sql_voice_children_rows *l, int64_t child)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].child == child)
			return true;
	return false;
}

static bool
is_seen(const struct sql_veil_named_rows *l, int64_t child)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].child == child)
			return true;
	return false;
}

static bool
add_name(const struct deed *d, struct face_voice *v, str name, struct err *e)
{
	v->names = v->names.n == 0 ? name
				   : arena_fmt(d->arena, STR_FMT ", " STR_FMT,
					 STR_ARG(v->names), STR_ARG(name));
	return v->names.p != NULL || err_set(e, ERR_LIMIT, "too many names");
}

/* Until somebody says who is heard, those in the pictures come ticked. */
static bool
list_children(const struct deed *d, const struct face_children *roster,
    const struct sql_voice_children_rows *heard,
    const struct sql_veil_named_rows *seen, struct face_voice *v, struct err *e)
{
	v->children.v = NEW_N(d->arena, struct voice_child, roster->n + 1);
	if (v->children.v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < roster->n; i++) {
		const struct face_child *c = &roster->v[i];
		bool here = is_heard(heard, c->id);

		v->children.v[v->children.n++] = (struct voice_child){
		    c, v->heard == VOICE_UNKNOWN ? is_seen(seen, c->id) : here};
		if (!here || !face_is_masked(c->leave))
			continue;
		v->silent = true;
		if (v->heard == VOICE_SOME && !add_name(d, v, c->name, e))
			return false;
	}
	return true;
}

static bool
load(const struct deed *d, const struct face_children *roster,
    struct face_voice *v, struct err *e)
{
	struct sql_voice_children_rows heard;
	struct sql_veil_named_rows seen;
	struct sql_voice_lost_row lost;
	struct sql_voice_of_row r;
	bool found;

	if (!sql_voice_of(d->house->db, d->arena, v->video, &found, &r, e) ||
	    !sql_voice_children(d->house->db, d->arena, v->video, &heard, e) ||
	    !sql_veil_named(d->house->db, d->arena, v->video, &seen, e))
		return err_wrap(e, "video %" PRId64, v->video);
	if (found && !voice_heard_of(r.heard, &v->heard))
		v->heard = VOICE_UNKNOWN;
	v->made = found && r.quiet != 0;
	v->silent = v->heard == VOICE_GONE ||
		    (v->heard != VOICE_NOBODY && heard.n == 0);
	if (!sql_voice_lost(d->house->db, d->arena, v->video, &lost, e))
		return false;
	v->lost = lost.lost != 0 && v->heard != VOICE_NOBODY;
	return list_children(d, roster, &heard, &seen, v, e);
}

bool
face_voices(const struct deed *d, int64_t post, bool director,
    struct face_voices *ret, struct err *e)
{
	struct face_children *roster = NEW(d->arena, struct face_children);
	struct sql_voice_of_post_rows rows;

	if (!sql_voice_of_post(d->house->db, d->arena, post, &rows, e))
		return err_wrap(e, "voices of post %" PRId64, post);
	*ret = (struct face_voices){
	    NEW_N(d->arena, struct face_voice, rows.n + 1), 0};
	if (roster == NULL || ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many videos");
	if (rows.n > 0 &&
	    !face_roster(d, post, director, CONSENT_VOICE, roster, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		ret->v[i] = (struct face_voice){
		    .video = rows.v[i].video, .names = S("")};
		if (!load(d, roster, &ret->v[i], e))
			return false;
		ret->n++;
	}
	return true;
}

const struct face_voice *
face_voice_of(const struct face_voices *l, int64_t video)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].video == video)
			return &l->v[i];
	return NULL;
}

/* ---- what is said ---- */

static bool
is_listed(const struct face_voice *v, int64_t child)
{
	for (size_t i = 0; i < v->children.n; i++)
		if (v->children.v[i].child->id == child)
			return true;
	return false;
}

static bool
name_all(const struct deed *d, const struct face_voice *v, const int64_t *child,
    size_t n, size_t *ret_n, struct err *e)
{
	int64_t rows;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_listed(v, child[i]))
			continue;
		if (!sql_voice_name(d->house->db, v->video, child[i], &rows, e))
			return false;
		++*ret_n;
	}
	return true;
}

static bool
write_said(const struct deed *d, const struct face_voice *v,
    enum voice_heard *io, const int64_t *child, size_t n, struct err *e)
{
	struct db *db = d->house->db;
	int64_t rows;
	size_t named;

	if (!sql_voice_forget_children(db, v->video, &rows, e))
		return false;
	if (*io == VOICE_SOME) {
		if (!name_all(d, v, child, n, &named, e))
			return false;
		if (named == 0)
			*io = VOICE_UNKNOWN;
	}
	if (*io == VOICE_UNKNOWN)
		return sql_voice_forget(db, v->video, &rows, e);
	return sql_voice_say(
	    db, v->video, str_c(words[*io]), d->actor, d->now, &rows, e);
}

bool
face_voice_say(const struct deed *d, int64_t post, const struct face_voice *v,
    enum voice_heard heard, const int64_t *child, size_t n, struct err *e)
{
	struct sql_veil_video_row video;
	int64_t rows;
	bool found;

	if (heard == VOICE_GONE)
		return err_set(e, ERR_INPUT, "nobody says that of a voice");
	if (!sql_veil_video(d->house->db, d->arena, v->video, post, d->org->id,
		&found, &video, e))
		return err_wrap(e, "video %" PRId64, v->video);
	if (!found)
		return err_set(
		    e, ERR_NOT_FOUND, "no video %" PRId64 " here", v->video);
	if (!write_said(d, v, &heard, child, n, e) ||
	    !sql_job_add(d->house->db, S(JOB), v->video, d->now, &rows, e))
		return err_wrap(e, "voices of video %" PRId64, v->video);
	return deed_note(d, AUDIT_VIDEO_HEARD,
	    &(struct deed_about){.kind = "medium",
		.id = v->video,
		.detail = str_c(words[heard])},
	    e);
}
