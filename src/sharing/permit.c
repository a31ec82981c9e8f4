#include "sharing/permit_inside.h"

#include <inttypes.h>

#include "report/casefile.h"
#include "sharing/hidden.h"
#include "sql_permit.h"

#define SMALL \
	320 /* has no line: letters that can be read would be a tenth of it */

bool
permit_refuse(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "no such thing for this viewer");
}

static enum post_state
post_state_of(str word)
{
	if (str_eq(word, S("published")))
		return POST_PUBLISHED;
	if (str_eq(word, S("draft")))
		return POST_DRAFT;
	return str_eq(word, S("withdrawn")) ? POST_WITHDRAWN : POST_NONE;
}

/* A word that we do not know is a medium that nobody gets. */
static enum medium_state
medium_state_of(str word)
{
	static const struct {
		const char *word;
		enum medium_state state;
	} table[] = {
	    {"ready", MEDIUM_READY},
	    {"queued", MEDIUM_QUEUED},
	    {"receiving", MEDIUM_RECEIVING},
	    {"refused", MEDIUM_REFUSED},
	    {"locked", MEDIUM_LOCKED},
	    {"held", MEDIUM_HELD},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_eq(word, str_c(table[i].word)))
			return table[i].state;
	return MEDIUM_DELETED;
}

enum medium_kind
medium_kind_of(str word)
{
	if (str_eq(word, S("video")))
		return MEDIUM_VIDEO;
	if (str_eq(word, S("document")))
		return MEDIUM_DOCUMENT;
	return str_eq(word, S("still")) ? MEDIUM_STILL : MEDIUM_PHOTO;
}

bool
medium_is_lines(int64_t side)
{
	return side == 240 || side == 480 || side == 720;
}

/* The masked lines of a video. */
static bool
is_veiled(int64_t side)
{
	return medium_is_lines(side - MEDIUM_VEILED(0));
}

/* Its lines without sound: nobody asks for them by that number. */
static bool
is_quiet(int64_t side)
{
	return medium_is_lines(side - MEDIUM_QUIET(0));
}

/* A file as it lies there, and no picture in segments. */
static bool
is_file(int64_t side)
{
	return side == 0 || side == MEDIUM_PDF || side == MEDIUM_TEXT ||
	       medium_is_lines(side) || is_veiled(side) || is_quiet(side);
}

static int64_t
or_zero(int64_t id)
{
	return id == DB_NULL ? 0 : id;
}

bool
permit_near(struct house *h, struct arena *a, const struct viewer *v,
    int64_t post, int64_t today, struct audience *to, size_t n, struct err *e)
{
	struct sql_permit_near_rows rows;

	if (!viewer_is_staff(v))
		return true;
	if (!sql_permit_near(h->db, a, post, v->account, today, &rows, e))
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows.n && to[i].child != 0; k++)
			to[i].near |= to[i].child == rows.v[k].child;
	return true;
}

static bool
post_facts(struct arena *a, const struct sql_permit_post_rows *rows,
    struct post_facts *f, struct audience **ret, struct err *e)
{
	struct audience *v = NEW_N(a, struct audience, rows->n);
	const struct sql_permit_post_row *r = rows->v;
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many audiences");
	*ret = v;
	if (rows->n == 0)
		return true;
	for (size_t i = 0; i < rows->n; i++)
		if (r[i].activity_group != DB_NULL || r[i].child != DB_NULL)
			v[n++] = (struct audience){or_zero(r[i].activity_group),
			    or_zero(r[i].child), false};
	*f = (struct post_facts){r->organisation, r->author,
	    post_state_of(r->state), r->publish_at, f->medium, f->kind, v, n,
	    r->second_at != DB_NULL, r->paper != DB_NULL,
	    or_zero(r->paper_signer), or_zero(r->paper_witness), r->notice != 0,
	    f->paged, r->reported != 0, r->brought != DB_NULL,
	    r->safe != DB_NULL, r->safe != DB_NULL ? r->owner : 0, false};
	return true;
}

/* The path of a case is asked anew each time (report/route.h). */
static bool
leads_here(struct house *h, struct arena *a, const struct viewer *v,
    int64_t safe, int64_t today, bool *ret, struct err *e)
{
	struct deed d = {
	    .house = h, .arena = a, .actor = v->account, .today = today};
	struct sql_permit_safe_cases_rows rows;
	struct case_head c;

	if (!sql_permit_safe_cases(h->db, a, safe, &rows, e) ||
	    !house_org(h, v->organisation, &d.org, e))
		return false;
	for (size_t i = 0; i < rows.n && !*ret; i++) {
		*ret = case_enter(&d, rows.v[i].case_file, &c, e);
		if (!*ret && e->kind != ERR_NOT_FOUND)
			return false;
	}
	return true;
}

/* What the family took back is open to nobody but itself. */
static bool
is_shown(struct house *h, struct arena *a, const struct viewer *v, int64_t safe,
    int64_t medium, int64_t today, bool *ret, struct err *e)
{
	struct sql_permit_safe_withdrawn_row row;
	bool withdrawn;

	if (!sql_permit_safe_withdrawn(h->db, a, medium, &withdrawn, &row, e))
		return err_wrap(e, "medium %" PRId64, medium);
	return withdrawn || leads_here(h, a, v, safe, today, ret, e);
}

static bool
fetch_safe(struct house *h, struct arena *a, const struct viewer *v,
    const struct sql_permit_post_rows *rows, int64_t today, struct grant *g,
    struct err *e)
{
	if (!g->facts.safe || g->facts.owner == v->account ||
	    !viewer_is_staff(v) || v->organisation != g->facts.organisation)
		return true;
	return is_shown(
	    h, a, v, rows->v[0].safe, g->medium, today, &g->facts.shown, e);
}

/* g->post 0, of a medium that does not exist, is asked like any other. */
static bool
fetch_post(struct house *h, struct arena *a, const struct viewer *v,
    int64_t today, struct grant *g, struct err *e)
{
	struct sql_permit_post_rows rows;
	struct audience *to;

	if (!sql_permit_post(h->db, a, g->post, &rows, e) ||
	    !post_facts(a, &rows, &g->facts, &to, e) ||
	    !fetch_safe(h, a, v, &rows, today, g, e) ||
	    !permit_near(h, a, v, g->post, today, to, g->facts.n_audience, e))
		return err_wrap(e, "post %" PRId64, g->post);
	return true;
}

/* ---- videos ---- */

/* One picture that is stopped stops the video that it is of, and its others. */
static bool
fetch_stills(struct house *h, struct arena *a, int64_t video, struct grant *g,
    struct sql_permit_stills_row *ret, struct err *e)
{
	if (!sql_permit_stills(h->db, a, video, ret, e))
		return err_wrap(e, "stills of medium %" PRId64, video);
	if (ret->stopped > 0 && g->facts.medium == MEDIUM_READY)
		g->facts.medium = MEDIUM_LOCKED;
	return true;
}

/* A still is what its video is. */
static bool
fetch_parent(struct house *h, struct arena *a, int64_t video, struct grant *g,
    struct err *e)
{
	struct sql_permit_medium_row row;
	struct sql_permit_stills_row n;
	bool found;

	if (!sql_permit_medium(h->db, a, 0, video, &found, &row, e))
		return err_wrap(e, "medium %" PRId64, video);
	if (!found)
		g->facts.medium = MEDIUM_DELETED;
	else if (g->facts.medium == MEDIUM_READY)
		g->facts.medium = medium_state_of(row.medium_state);
	g->facts.paged = found && medium_kind_of(row.kind) == MEDIUM_DOCUMENT;
	return fetch_stills(h, a, video, g, &n, e);
}

static bool
fetch_page(
    struct house *h, struct arena *a, int side, struct grant *g, struct err *e)
{
	struct sql_permit_page_row r;
	bool found;

	if (!sql_permit_page(h->db, a, side, g->video, g->page, &found, &r, e))
		return err_wrap(e, "page of medium %" PRId64, g->video);
	if (!found || r.name.p == NULL) {
		g->name = g->key_wrapped = (str){0};
		return true;
	}
	g->medium = r.id;
	g->name = r.name;
	g->key_wrapped = r.key_wrapped;
	g->blob =
	    (struct grant_blob){r.type, r.bytes, r.width, r.height, r.segments};
	return true;
}

/* The picture of a video is its first still. */
static bool
fetch_poster(
    struct house *h, struct arena *a, int side, struct grant *g, struct err *e)
{
	struct sql_permit_poster_row r;
	bool found;

	if (g->page >= 0)
		return fetch_page(h, a, side, g, e);
	if (!sql_permit_poster(h->db, a, side, g->video, &found, &r, e))
		return err_wrap(e, "picture of medium %" PRId64, g->video);
	if (!found || r.name.p == NULL)
		return true;
	g->medium = r.id;
	g->name = r.name;
	g->key_wrapped = r.key_wrapped;
	g->blob =
	    (struct grant_blob){r.type, r.bytes, r.width, r.height, r.segments};
	return true;
}

/* It is looked through when each of its stills is, whatever its row says. */
static bool
fetch_video(struct house *h, struct arena *a, int64_t medium, int side,
    struct grant *g, struct err *e)
{
	struct sql_permit_stills_row n;

	g->video = medium;
	if (!fetch_stills(h, a, medium, g, &n, e))
		return false;
	g->cleared = g->cleared && n.stills > 0 && n.fine == n.stills;
	return is_file(side) || fetch_poster(h, a, side, g, e);
}

static bool
fetch_kind(struct house *h, struct arena *a,
    const struct sql_permit_medium_row *r, int64_t medium, int side,
    struct grant *g, struct err *e)
{
	switch (g->facts.kind) {
	case MEDIUM_VIDEO:
	case MEDIUM_DOCUMENT:
		return fetch_video(h, a, medium, side, g, e);
	case MEDIUM_STILL:
		return fetch_parent(h, a, r->video, g, e);
	case MEDIUM_PHOTO:
		break;
	}
	return true;
}

static void
blob_facts(const struct sql_permit_medium_row *r, struct grant *g)
{
	g->name = r->name;
	g->key_wrapped = r->key_wrapped;
	if (r->name.p != NULL)
		g->blob = (struct grant_blob){
		    r->type, r->bytes, r->width, r->height, r->segments};
}

static void
medium_facts(const struct sql_permit_medium_row *r, struct grant *g)
{
	g->post = r->post;
	g->facts.kind = medium_kind_of(r->kind);
	g->facts.medium = medium_state_of(r->medium_state);
	g->cleared = r->cleared != 0;
	blob_facts(r, g);
}

static bool
fetch_medium(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int64_t page, int side, int64_t today, struct grant **ret,
    struct err *e)
{
	struct grant *g = NEW(a, struct grant);
	struct sql_permit_medium_row row;
	bool found;

	if (g == NULL)
		return err_set(e, ERR_LIMIT, "no room for a decision");
	if (!sql_permit_medium(h->db, a, side, medium, &found, &row, e))
		return err_wrap(e, "medium %" PRId64, medium);
	g->medium = medium;
	g->page = page;
	if (found)
		medium_facts(&row, g);
	if (found && !fetch_kind(h, a, &row, medium, side, g, e))
		return false;
	if (!fetch_post(h, a, v, today, g, e))
		return err_wrap(e, "medium %" PRId64, medium);
	/* The hour of a photo that is not cleared never comes; staff may work
	 * on it. */
	if (found && !g->cleared && g->facts.publish_at != DB_NULL)
		g->facts.publish_at = INT64_MAX;
	*ret = g;
	return true;
}

/* For a family a video is not there in which something is hidden that was not
 * masked through the shot; staff are told, and get its picture as that of any
 * photo.  Of a document it is the PDF alone that nobody gets. */
static bool
withhold(struct house *h, struct arena *a, const struct viewer *v, int64_t now,
    int64_t today, struct grant *g, struct err *e)
{
	struct hidden_video n;

	if (!hidden_in_video(h, a, v, &g->facts, g->video, now, today, &n, e))
		return false;
	g->masked = n.boxes;
	g->withheld = hidden_video_withheld(&n);
	g->veiled = n.boxes > 0 && !g->withheld;
	g->silent = n.silent;
	return !g->withheld || viewer_is_staff(v) ||
	       g->facts.kind == MEDIUM_DOCUMENT || permit_refuse(e);
}

/* The masked lines of a video instead of the plain ones, or those without
 * sound; never both, never neither.  A PDF is whole or not at all. */
static bool
show_file(struct house *h, struct arena *a, struct grant *g, struct err *e)
{
	struct sql_permit_medium_row row;
	bool found;

	if (g->withheld || (g->veiled && !medium_is_lines(g->side)))
		return permit_refuse(e);
	if (!g->veiled && !g->silent)
		return true;
	if (!sql_permit_medium(h->db, a,
		g->veiled ? MEDIUM_VEILED(g->side) : MEDIUM_QUIET(g->side),
		g->video, &found, &row, e))
		return err_wrap(e, "medium %" PRId64, g->video);
	if (!found || row.name.p == NULL || row.key_wrapped.p == NULL)
		return permit_refuse(e);
	blob_facts(&row, g);
	return true;
}

/* A photo that is not cleared is seen by those alone who box its faces. */
static bool
hide(struct house *h, struct arena *a, const struct viewer *v, int64_t now,
    int64_t today, struct grant *g, struct err *e)
{
	const struct cover_area *area;
	size_t n;

	if (!g->cleared)
		return true;
	if (g->video != 0 && !withhold(h, a, v, now, today, g, e))
		return false;
	if (g->side == MEDIUM_TEXT)
		return true;
	if (is_file(g->side))
		return show_file(h, a, g, e);
	if (!hidden_areas(
		h, a, v, &g->facts, g->medium, now, today, &area, &n, e))
		return false;
	if (g->video == 0)
		g->masked = (int64_t)n;
	return cover_slots(h, a, g->medium, area, n, g->hidden, &g->waits, e);
}

/* Leave for a medium that has this side; nothing is said yet about what is
 * hidden in it. */
static bool
decide_medium(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int64_t page, int side, enum permit_want want, int64_t now,
    int64_t today, struct grant **ret, struct err *e)
{
	struct grant *g;

	if (!fetch_medium(h, a, v, medium, page, side, today, &g, e))
		return false;
	if (!permit_decide(v, &g->facts, now, want) || g->name.p == NULL ||
	    g->key_wrapped.p == NULL ||
	    (side == 0) != (want == PERMIT_ORIGINAL) ||
	    (side != 0 && is_veiled(side)) != (want == PERMIT_VEILED) ||
	    (side != 0 && is_quiet(side)) ||
	    is_file(side) != (g->blob.segments == 0))
		return permit_refuse(e);
	g->want = want;
	g->account = v->account;
	g->at = now;
	g->side = side;
	g->lined = v->lined && side > SMALL && !is_file(side);
	g->viewer_enc = v->name_enc;
	*ret = g;
	return true;
}

static bool
permit_bytes(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int64_t page, int side, enum permit_want want, int64_t now,
    int64_t today, const struct grant **ret, struct err *e)
{
	struct grant *g;

	if (!decide_medium(
		h, a, v, medium, page, side, want, now, today, &g, e) ||
	    (side != 0 && want != PERMIT_VEILED &&
		!hide(h, a, v, now, today, g, e)))
		return false;
	if (g->waits)
		return err_set(e, ERR_BUSY,
		    "medium %" PRId64 " is being prepared", medium);
	*ret = g;
	return true;
}

bool
permit_medium(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int side, enum permit_want want, int64_t now, int64_t today,
    const struct grant **ret, struct err *e)
{
	return permit_bytes(
	    h, a, v, medium, -1, side, want, now, today, ret, e);
}

bool
permit_page(struct house *h, struct arena *a, const struct viewer *v,
    int64_t document, int64_t page, int side, int64_t now, int64_t today,
    const struct grant **ret, struct err *e)
{
	const struct grant *g;

	if (page < 0 || is_file(side))
		return permit_refuse(e);
	if (!permit_bytes(
		h, a, v, document, page, side, PERMIT_SEE, now, today, &g, e))
		return false;
	if (g->facts.kind != MEDIUM_DOCUMENT)
		return permit_refuse(e);
	*ret = g;
	return true;
}

bool
permit_medium_page(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int side, int64_t now, int64_t today,
    const struct grant **ret, struct err *e)
{
	struct grant *g;

	if (!decide_medium(
		h, a, v, medium, -1, side, PERMIT_SEE, now, today, &g, e) ||
	    !hide(h, a, v, now, today, g, e))
		return false;
	/* Leave for the page is no leave to read. */
	g->name = g->key_wrapped = (str){0};
	*ret = g;
	return true;
}

bool
permit_medium_edit(struct house *h, struct arena *a, const struct viewer *v,
    int64_t medium, int64_t now, int64_t today, const struct grant **ret,
    struct err *e)
{
	struct grant *g;

	if (!fetch_medium(h, a, v, medium, -1, 0, today, &g, e))
		return false;
	if (!permit_decide(v, &g->facts, now, PERMIT_EDIT))
		return permit_refuse(e);
	/* Leave to change is no leave to read. */
	g->name = g->key_wrapped = (str){0};
	g->want = PERMIT_EDIT;
	*ret = g;
	return true;
}

bool
permit_post(struct house *h, struct arena *a, const struct viewer *v,
    int64_t post, enum permit_want want, int64_t now, int64_t today,
    const struct grant **ret, struct err *e)
{
	struct grant *g = NEW(a, struct grant);

	if (g == NULL)
		return err_set(e, ERR_LIMIT, "no room for a decision");
	g->post = post;
	if (!fetch_post(h, a, v, today, g, e))
		return false;
	if (!permit_decide(v, &g->facts, now, want))
		return permit_refuse(e);
	g->want = want;
	*ret = g;
	return true;
}
