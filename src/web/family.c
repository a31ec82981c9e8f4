/* family — looking: the journal by day, the album, one photo at a time; and
 * the day of those who publish. */
#include <inttypes.h>

#include "web/family.h"

#include "base/num.h"
#include "html_family.h"
#include "sharing/looked.h"
#include "sharing/memories.h"
#include "sharing/viewer.h"
#include "web/absence.h"
#include "web/document.h"
#include "web/faces.h"
#include "web/report.h"
#include "web/share.h"
#include "web/telling.h"
#include "web/video.h"

#define SHOWN 1024 /* side of the picture on a photo's page */

/* "20412-17": the day and the post after which a page goes on. */
static bool
read_before(str s, struct feed_query *q)
{
	str day;

	if (s.n == 0)
		return true;
	return str_cut(&s, '-', &day) &&
	       num_i64(day, 0, INT32_MAX, &q->before_day) &&
	       num_i64(s, 1, INT64_MAX, &q->before_post);
}

static bool
read_query(struct request *r, struct feed_query *ret, struct err *e)
{
	str child = request_query(r, "child");
	struct feed_query q = {.before_day = FEED_NEWEST,
	    .before_post = FEED_NEWEST,
	    .now = r->now,
	    .today = r->today};

	if (!read_before(request_query(r, "before"), &q) ||
	    (child.n > 0 && !num_i64(child, 1, INT64_MAX, &q.child)))
		return err_set(e, ERR_NOT_FOUND, "no such page of the journal");
	*ret = q;
	return true;
}

/* ---- a family's journal ---- */

static bool
fill_chips(struct request *r, int64_t child, struct chips *ret)
{
	const struct viewer *v = r->viewer;
	struct chips c = {0};

	if (v->n_child > 1) {
		c.v = NEW_N(r->arena, struct chip, v->n_child + 1);
		if (c.v == NULL)
			return false;
		c.v[c.n++] = (struct chip){0, {0}, child == 0};
		for (size_t i = 0; i < v->n_child; i++)
			c.v[c.n++] = (struct chip){v->child[i].id,
			    viewer_child_first(r->arena, r->org, &v->child[i]),
			    child == v->child[i].id};
	}
	*ret = c;
	return true;
}

static bool
fill_boxes(struct request *r, int64_t child, struct chips *ret)
{
	const struct viewer *v = r->viewer;
	struct chips c = {NEW_N(r->arena, struct chip, v->n_child + 1), 0};

	if (c.v == NULL)
		return false;
	for (size_t i = 0; i < v->n_child; i++)
		if ((child == 0 || child == v->child[i].id) &&
		    memories_may(v, v->child[i].id))
			c.v[c.n++] = (struct chip){v->child[i].id,
			    viewer_child_first(r->arena, r->org, &v->child[i]),
			    false};
	*ret = c;
	return true;
}

static bool
knows_child(const struct viewer *v, int64_t child)
{
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == child)
			return true;
	return child == 0;
}

static bool
journal_show(struct request *r, struct response *out, struct err *e)
{
	struct journal j = {.enrolled = r->viewer->n_group > 0,
	    .evening = publish_evening(r->org, r->now)};
	struct feed_query q;
	struct feed feed;

	if (!read_query(r, &q, e))
		return false;
	if (!knows_child(r->viewer, q.child))
		return err_set(e, ERR_NOT_FOUND, "no child of this family");
	if (!feed_load(r->house, r->arena, r->org, r->viewer, &q, &feed, e))
		return false;
	if (!fill_chips(r, q.child, &j.chips) ||
	    !fill_boxes(r, q.child, &j.boxes))
		return err_set(e, ERR_LIMIT, "too many children");
	if (q.before_day == FEED_NEWEST && !waits_html(r, q.child, &j.waits, e))
		return false;
	j.feed = &feed;
	j.child = q.child;
	j.newest = q.before_day == FEED_NEWEST;
	j.waiting = j.newest && (feed.n == 0 || feed.v[0].day != r->today);
	html_journal_page(&r->view, &j);
	return respond_page(r, out, 200);
}

static bool
first_show(struct request *r, struct response *out, struct err *e)
{
	if (viewer_is_director(r->viewer))
		return respond_see_other(r, out, S("/structure"));
	/* A lead without a group has no day of photos. */
	if (r->viewer->role == STAFF_SAFEGUARDING && r->viewer->n_group == 0)
		return respond_see_other(r, out, S("/safety"));
	if (viewer_is_staff(r->viewer))
		return respond_see_other(r, out, S("/today"));
	return journal_show(r, out, e);
}

/* ---- the day of the staff ---- */

static bool
today_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct day_of_staff page = {0};
	struct today_absences absences;
	struct cover_lost_list lost;
	struct draft_list drafts;
	struct face_waits faces;
	struct choices choices;
	struct feed_query q;
	struct feed feed;

	if (!read_query(r, &q, e))
		return false;
	q.child = 0;
	if (!feed_load(r->house, r->arena, r->org, r->viewer, &q, &feed, e) ||
	    !feed_drafts(r->house, r->arena, r->org, r->viewer, &drafts, e) ||
	    !publish_groups(&d, r->viewer, 0, &choices, e))
		return false;
	page.feed = &feed;
	if (!absences_today(r, &choices, &absences, e))
		return false;
	page.absences = &absences;
	if (!faces_waits(r, &faces, e) ||
	    !cover_lost_photos(&d, viewer_is_director(r->viewer), &lost, e))
		return false;
	page.lost = &lost;
	page.drafts = &drafts;
	page.faces = &faces;
	page.choices = &choices;
	page.newest = q.before_day == FEED_NEWEST;
	if (page.newest &&
	    (!report_waits(r, e) || !urgent_waits(r, &page.urgent, e)))
		return false;
	if ((r->view.handles || viewer_is_director(r->viewer)) &&
	    !checking_of(
		r->house, r->arena, r->org->id, r->now, &page.checking, e))
		return false;
	html_today_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- an album, a photo ---- */

static bool
may(struct request *r, const struct grant *g, enum permit_want want)
{
	return permit_decide(r->viewer, grant_facts(g), r->now, want);
}

/* What this viewer may not see of each photo. */
static bool
fill_hidden(
    struct request *r, const struct grant *g, struct album *al, struct err *e)
{
	struct hidden_photos hidden;

	if (!hidden_of_post(r->house, r->arena, r->viewer, grant_facts(g),
		al->id, r->now, r->today, &hidden, e))
		return false;
	album_hide(al, &hidden, album_part_of(r->viewer));
	return true;
}

static bool
album_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct album al;

	if (!share_post(r, r->id[0], PERMIT_SEE, &g, e) ||
	    !album_load(r->house, r->arena, r->org, g, album_part_of(r->viewer),
		&al, e) ||
	    !fill_hidden(r, g, &al, e))
		return false;
	if (viewer_is_staff(r->viewer) &&
	    !looked_note(&d, AUDIT_POST_VIEWED, "post", al.id, g, S(""), e))
		return false;
	r->view.about = arena_fmt(r->arena, "/report/post/%" PRId64, al.id);
	html_album_page(&r->view, &al, may(r, g, PERMIT_EDIT));
	return respond_page(r, out, 200);
}

/* The size of a picture of side SHOWN, so that the page does not jump. */
static void
fit(const struct album_photo *p, int64_t *ret_w, int64_t *ret_h)
{
	int64_t w = p->width, h = p->height, most = w > h ? w : h;

	if (most > SHOWN) {
		w = w * SHOWN / most;
		h = h * SHOWN / most;
	}
	*ret_w = w > 0 ? w : 1;
	*ret_h = h > 0 ? h : 1;
}

static str
photo_title(struct request *r, const struct album *al,
    const struct album_place *at, const struct album_photo *p)
{
	const str arg[] = {arena_i64(r->arena, at->at),
	    arena_i64(r->arena, at->of), al->title};

	const char *words = p->video      ? N_("Video %1 of %2, %3")
			    : p->document ? N_("Document %1 of %2, %3")
					  : N_("Photo %1 of %2, %3");

	return lang_fill(r->arena, lang_text(r->view.lang, words), arg, 3);
}

static bool
photo_show(struct request *r, struct response *out, struct err *e)
{
	struct photo_page page = {0};
	struct album_photo photo;
	const struct grant *g;
	struct album al;

	if (!share_photo_page(r, r->id[1], SHOWN, &g, e))
		return false;
	if (grant_post(g) != r->id[0])
		return err_set(e, ERR_NOT_FOUND, "not in this album");
	if (!album_photo_load(
		r->house, r->arena, r->org, g, r->id[1], &al, &photo, e) ||
	    !album_place(r->house, r->arena, g, r->viewer, r->id[1], r->now,
		r->today, &page.at, e))
		return false;
	photo.hidden.masked = grant_hidden(g, &photo.hidden.waits);
	photo.hidden.withheld = grant_withheld(g);
	photo.hidden.silent = grant_silent(g);
	r->view.about = arena_fmt(r->arena, "/report/photo/%" PRId64, r->id[1]);
	page.album = &al;
	page.photo = &photo;
	page.title = photo_title(r, &al, &page.at, &photo);
	page.may_download = may(r, g, PERMIT_DOWNLOAD);
	page.may_mask =
	    viewer_is_staff(r->viewer) || r->viewer->kind == VIEWER_GUARDIAN;
	page.may_edit = may(r, g, PERMIT_EDIT);
	fit(&photo, &page.width, &page.height);
	if (photo.video)
		return video_page(r, out, &page, e);
	if (photo.document)
		return document_show(r, out, &page, e);
	html_photo_page(&r->view, &page);
	return respond_page(r, out, 200);
}

const struct route family_routes[] = {
    {HTTP_GET, "/", first_show, NEED_MEMBER},
    {HTTP_GET, "/today", today_show, NEED_STAFF},
    {HTTP_GET, "/album/:id", album_show, NEED_MEMBER},
    {HTTP_GET, "/album/:id/photo/:id", photo_show, NEED_MEMBER},
    {0},
};
