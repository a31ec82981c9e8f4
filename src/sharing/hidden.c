#include "sharing/hidden.h"

#include <inttypes.h>

#include "consent/board.h"
#include "faces/region.h"
#include "sql_region.h"
#include "sql_voice.h"

/* What is asked about one photo. */
struct asking {
	struct house *house;
	struct arena *arena;
	const struct viewer *viewer;
	const struct post_facts *post;
	int64_t now, today;
	unsigned medium; /* CONSENT_PHOTO, CONSENT_VIDEO */
	int64_t *hidden; /* children */
	size_t n_hidden;
};

static bool
has(const int64_t *v, size_t n, int64_t x)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

static bool
own_children(const struct asking *q, struct consent_viewer *ret, struct err *e)
{
	const struct viewer *v = q->viewer;
	int64_t *own = NEW_N(q->arena, int64_t, v->n_child + 1);
	size_t n = 0;

	if (own == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < v->n_child; i++)
		if ((v->child[i].rights & RIGHT_SEE) != 0)
			own[n++] = v->child[i].id;
	*ret =
	    (struct consent_viewer){own, n, v->barred_child, v->n_barred_child};
	return true;
}

static bool
audience_of(const struct asking *q, struct consent_audience *ret, struct err *e)
{
	size_t n = q->post->n_audience;
	int64_t *group = NEW_N(q->arena, int64_t, n + 1);
	int64_t *family = NEW_N(q->arena, int64_t, n + 1);
	struct consent_audience a = {.reach = CONSENT_GROUP,
	    .group = group,
	    .family = family,
	    .medium = q->medium};

	if (group == NULL || family == NULL)
		return err_set(e, ERR_LIMIT, "too many audiences");
	for (size_t i = 0; i < n; i++)
		if (q->post->audience[i].group != 0)
			group[a.n_group++] = q->post->audience[i].group;
		else
			family[a.n_family++] = q->post->audience[i].child;
	*ret = a;
	return true;
}

/* Of these children, those who are hidden. */
static bool
ask_consent(struct asking *q, const struct consent_viewer *own,
    const int64_t *child, size_t n, struct err *e)
{
	const struct organisation *org;
	struct consent_audience to;
	struct consent_look look;
	bool *masked = NEW_N(q->arena, bool, n + 1);

	q->hidden = NEW_N(q->arena, int64_t, n + 1);
	q->n_hidden = 0; /* of what was asked before */
	if (masked == NULL || q->hidden == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	if (n == 0)
		return true;
	if (!house_org(q->house, q->viewer->organisation, &org, e) ||
	    !audience_of(q, &to, e) ||
	    !consent_look_begin(
		q->house, q->arena, org, own, q->now, q->today, &look, e) ||
	    !consent_for_audience(&look, &to, child, n, masked, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (masked[i])
			q->hidden[q->n_hidden++] = child[i];
	return true;
}

static bool
children_of(const struct asking *q, const struct region_list *l, int64_t **ret,
    size_t *ret_n, struct err *e)
{
	int64_t *v = NEW_N(q->arena, int64_t, l->n + 1);
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many boxes");
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].state == REGION_CHILD && !has(v, n, l->v[i].child))
			v[n++] = l->v[i].child;
	*ret = v;
	*ret_n = n;
	return true;
}

/* Somebody else asked to hide the viewer's own child. */
static bool
is_own_asked(const struct asking *q, const struct consent_viewer *own,
    const struct region *r)
{
	return r->state == REGION_CHILD &&
	       has(own->own, own->n_own, r->child) &&
	       !has(q->hidden, q->n_hidden, r->child);
}

static bool
is_hidden(const struct asking *q, const struct consent_viewer *own,
    const struct region *r)
{
	return region_is_hidden(r, q->hidden, q->n_hidden) &&
	       !is_own_asked(q, own, r);
}

static bool
list_areas(const struct asking *q, const struct consent_viewer *own,
    const struct region_list *l, const struct cover_area **ret, size_t *ret_n,
    struct err *e)
{
	struct cover_area *v = NEW_N(q->arena, struct cover_area, l->n + 1);
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many boxes");
	for (size_t i = 0; i < l->n; i++) {
		const struct region *r = &l->v[i];

		if (is_hidden(q, own, r))
			v[n++] = (struct cover_area){
			    r->box.x, r->box.y, r->box.w, r->box.h};
	}
	*ret = v;
	*ret_n = n;
	return true;
}

/* Whom of these boxes: then is_hidden knows of each. */
static bool
ask_boxes(struct asking *q, const struct region_list *l,
    struct consent_viewer *own, struct err *e)
{
	int64_t *child;
	size_t n;

	return own_children(q, own, e) && children_of(q, l, &child, &n, e) &&
	       ask_consent(q, own, child, n, e);
}

/* What moves needs a consent to videos. */
static unsigned
asks_for(const struct post_facts *p)
{
	return p->kind == MEDIUM_VIDEO || (p->kind == MEDIUM_STILL && !p->paged)
		   ? CONSENT_VIDEO
		   : CONSENT_PHOTO;
}

bool
hidden_areas(struct house *h, struct arena *a, const struct viewer *v,
    const struct post_facts *post, int64_t medium, int64_t now, int64_t today,
    const struct cover_area **ret, size_t *ret_n, struct err *e)
{
	struct asking q = {h, a, v, post, now, today, asks_for(post), NULL, 0};
	struct consent_viewer own;
	struct region_list l;

	*ret = NULL;
	*ret_n = 0;
	if (post->state == POST_DRAFT)
		return true;
	if (!regions_of(h, a, NULL, medium, &l, e))
		return false;
	return l.n == 0 || (ask_boxes(&q, &l, &own, e) &&
			       list_areas(&q, &own, &l, ret, ret_n, e));
}

/* As much of a box as says whether it is hidden. */
static bool
box_of(str state, int64_t child, bool asked, struct region *ret, struct err *e)
{
	if (!region_state_of(state, &ret->state))
		return err_set(e, ERR_CORRUPT, "a box in no state");
	ret->child = child == DB_NULL ? 0 : child;
	ret->asked = asked;
	return true;
}

static bool
list_new(struct arena *a, size_t n, struct region_list *ret, struct err *e)
{
	*ret = (struct region_list){NEW_N(a, struct region, n + 1), n};
	return ret->v != NULL || err_set(e, ERR_LIMIT, "too many boxes");
}

/* ---- voices ---- */

/* May all of these be heard? */
static bool
ask_heard(
    const struct asking *about, int64_t video, bool *ret_silent, struct err *e)
{
	struct sql_voice_children_rows rows;
	struct consent_viewer own;
	struct asking q = *about;
	int64_t *child;

	if (!sql_voice_children(q.house->db, q.arena, video, &rows, e))
		return err_wrap(e, "voices of video %" PRId64, video);
	*ret_silent = true;
	if (rows.n == 0)
		return true;
	child = NEW_N(q.arena, int64_t, rows.n);
	if (child == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < rows.n; i++)
		child[i] = rows.v[i].child;
	q.medium = CONSENT_VOICE;
	if (!own_children(&q, &own, e) ||
	    !ask_consent(&q, &own, child, rows.n, e))
		return false;
	*ret_silent = q.n_hidden > 0;
	return true;
}

/* Whoever was erased is still heard.  What a family brought has no sound but
 * what it was given where it comes from. */
static bool
ask_voice(const struct asking *q, int64_t video, struct hidden_video *io,
    struct err *e)
{
	struct sql_voice_of_row r;
	bool found;

	if (q->post->brought)
		return true;
	if (!sql_voice_of(q->house->db, q->arena, video, &found, &r, e))
		return err_wrap(e, "voices of video %" PRId64, video);
	if (!found || r.sound == 0 || str_eq(r.heard, S("nobody")))
		return true;
	io->mute = (io->boxes > 0 ? r.veil_quiet : r.quiet) != 0;
	io->silent = true;
	return str_eq(r.heard, S("gone")) ||
	       ask_heard(q, video, &io->silent, e);
}

/* ---- all stills of a video ---- */

bool
hidden_in_video(struct house *h, struct arena *a, const struct viewer *v,
    const struct post_facts *post, int64_t video, int64_t now, int64_t today,
    struct hidden_video *ret, struct err *e)
{
	struct asking q = {h, a, v, post, now, today, asks_for(post), NULL, 0};
	struct sql_region_of_video_rows rows;
	struct consent_viewer own;
	struct region_list l;

	*ret = (struct hidden_video){0};
	if (post->state == POST_DRAFT)
		return true;
	if (!sql_region_of_video(h->db, a, video, &rows, e) ||
	    !list_new(a, rows.n, &l, e))
		return err_wrap(e, "boxes of video %" PRId64, video);
	for (size_t i = 0; i < rows.n; i++)
		if (!box_of(rows.v[i].state, rows.v[i].child,
			rows.v[i].asked != 0, &l.v[i], e))
			return false;
	if (l.n > 0 && !ask_boxes(&q, &l, &own, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		bool hidden = is_hidden(&q, &own, &l.v[i]);

		ret->boxes += hidden;
		ret->bare += hidden && rows.v[i].veiled == 0;
	}
	return post->kind != MEDIUM_VIDEO || ask_voice(&q, video, ret, e);
}

/* ---- all photos of a post ---- */

static bool
boxes_of(struct arena *a, const struct sql_region_of_shown_rows *rows,
    struct region_list *ret, struct err *e)
{
	if (!list_new(a, rows->n, ret, e))
		return false;
	for (size_t i = 0; i < rows->n; i++)
		if (!box_of(rows->v[i].state, rows->v[i].child,
			rows->v[i].asked != 0, &ret->v[i], e))
			return false;
	return true;
}

/* One box more that is hidden; boxes come in the order of photos. */
static struct hidden_photo *
count_one(struct hidden_photos *l, int64_t medium)
{
	if (l->n == 0 || l->v[l->n - 1].medium != medium)
		l->v[l->n++] = (struct hidden_photo){.medium = medium};
	l->v[l->n - 1].masked++;
	return &l->v[l->n - 1];
}

static bool
count_photos(struct asking *q, const struct sql_region_of_shown_rows *rows,
    struct hidden_photos *ret, struct err *e)
{
	struct consent_viewer own;
	struct region_list l;

	if (rows->n == 0)
		return true;
	if (!boxes_of(q->arena, rows, &l, e) || !ask_boxes(q, &l, &own, e))
		return false;
	for (size_t i = 0; i < rows->n; i++)
		if (is_hidden(q, &own, &l.v[i]))
			count_one(ret, rows->v[i].medium)->waits |=
			    rows->v[i].drawn == 0;
	return true;
}

static bool
count_videos(struct asking *q,
    const struct sql_region_of_shown_videos_rows *rows,
    struct hidden_photos *ret, struct err *e)
{
	struct consent_viewer own;
	struct region_list l;

	if (rows->n == 0)
		return true;
	if (!list_new(q->arena, rows->n, &l, e))
		return false;
	for (size_t i = 0; i < rows->n; i++) {
		ret->videos +=
		    i == 0 || rows->v[i].video != rows->v[i - 1].video;
		/* A still without a box has nothing to hide. */
		if (rows->v[i].state.p == NULL)
			l.v[i].state = REGION_NONE;
		else if (!box_of(rows->v[i].state, rows->v[i].child,
			     rows->v[i].asked != 0, &l.v[i], e))
			return false;
	}
	q->medium = CONSENT_VIDEO;
	if (!ask_boxes(q, &l, &own, e))
		return false;
	for (size_t i = 0; i < rows->n; i++)
		if (is_hidden(q, &own, &l.v[i]))
			count_one(ret, rows->v[i].video)->withheld |=
			    rows->v[i].veiled == 0;
	return true;
}

static struct hidden_photo *
place_of(struct hidden_photos *l, int64_t medium)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].medium == medium)
			return &l->v[i];
	l->v[l->n] = (struct hidden_photo){.medium = medium};
	return &l->v[l->n++];
}

/* A video without sound is withheld until its lines without sound are made. */
static bool
count_voices(
    struct asking *q, int64_t post, struct hidden_photos *ret, struct err *e)
{
	struct sql_voice_of_post_rows rows;

	if (ret->videos == 0)
		return true;
	if (!sql_voice_of_post(q->house->db, q->arena, post, &rows, e))
		return err_wrap(e, "voices of post %" PRId64, post);
	for (size_t i = 0; i < rows.n; i++) {
		struct hidden_video n = {
		    .boxes = hidden_in(ret, rows.v[i].video).masked};

		if (!ask_voice(q, rows.v[i].video, &n, e))
			return false;
		if (hidden_video_withheld(&n))
			place_of(ret, rows.v[i].video)->withheld = true;
	}
	return true;
}

bool
hidden_of_post(struct house *h, struct arena *a, const struct viewer *v,
    const struct post_facts *post, int64_t id, int64_t now, int64_t today,
    struct hidden_photos *ret, struct err *e)
{
	struct asking q = {h, a, v, post, now, today, CONSENT_PHOTO, NULL, 0};
	struct sql_region_of_shown_videos_rows videos;
	struct sql_region_of_shown_rows rows;

	*ret = (struct hidden_photos){0};
	if (post->state == POST_DRAFT)
		return true;
	if (!sql_region_of_shown(h->db, a, id, &rows, e) ||
	    !sql_region_of_shown_videos(h->db, a, id, 1, &videos, e))
		return err_wrap(e, "boxes of post %" PRId64, id);
	/* A row for each still, or more: as many as there are videos. */
	ret->v = NEW_N(a, struct hidden_photo, rows.n + 2 * videos.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	return count_photos(&q, &rows, ret, e) &&
	       count_videos(&q, &videos, ret, e) &&
	       count_voices(&q, id, ret, e);
}

int64_t
hidden_videos(const struct hidden_photos *l)
{
	int64_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].withheld;
	return n;
}

struct hidden_photo
hidden_in(const struct hidden_photos *l, int64_t medium)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].medium == medium)
			return l->v[i];
	return (struct hidden_photo){.medium = medium};
}
