/* faces — boxing faces on the photos of an album, and saying who is in them. */
#include "web/faces.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_faces.h"
#include "sharing/viewer.h"
#include "web/publish.h"
#include "web/share.h"

#define STEP (REGION_UNITS / 50) /* of a button that moves a box */

str
faces_who(struct view *v, const struct region *r)
{
	static const char *const text[REGION_STATES] = {
	    [REGION_OPEN] = N_("to see"),
	    [REGION_CHILD] = N_("a child"),
	    [REGION_ADULT] = N_("an adult"),
	    [REGION_MASK] = N_("masked"),
	    [REGION_NONE] = N_("no face"),
	};

	if (r->asked)
		return lang_text(v->lang, N_("hidden on request"));
	if (r->state == REGION_CHILD && r->name.n > 0)
		return r->name;
	return lang_text(v->lang, text[r->state]);
}

static enum face_leave
leave_in(const struct face_children *l, int64_t child)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == child)
			return l->v[i].leave;
	return FACE_UNKNOWN;
}

enum face_leave
faces_box_leave(const struct faces_photo *p, const struct region *r)
{
	return r->state == REGION_CHILD ? leave_in(p->named, r->child)
					: FACE_UNKNOWN;
}

const char *
faces_look_of(const struct faces_photo *p, const struct region *r)
{
	if (r->asked || r->state == REGION_MASK ||
	    face_is_masked(faces_box_leave(p, r)))
		return "masked";
	return r->state == REGION_OPEN ? "open" : "known";
}

/* « Inès · refused: will be masked » */
str
faces_says(struct view *v, const struct faces_photo *p, const struct region *r)
{
	enum face_leave l = faces_box_leave(p, r);
	str who = faces_who(v, r);
	str leave = lang_text(v->lang, faces_leave_text(l));

	return face_is_masked(l) ? arena_fmt(v->arena, "%.*s · %.*s",
				       STR_ARG(who), STR_ARG(leave))
				 : who;
}

int64_t
faces_masked(const struct faces_photo *p)
{
	int64_t n = 0;

	for (size_t i = 0; i < p->boxes->n; i++)
		n += p->boxes->v[i].state != REGION_NONE &&
		     str_eq(
			 str_c(faces_look_of(p, &p->boxes->v[i])), S("masked"));
	return n;
}

const char *
faces_leave_text(enum face_leave l)
{
	static const char *const text[FACE_LEAVES] = {
	    [FACE_UNKNOWN] = N_("say first for whom the album is"),
	    [FACE_GIVEN] = N_("may be shown"),
	    [FACE_WAITING] = N_("an answer is missing: will be masked"),
	    [FACE_REFUSED] = N_("refused: will be masked"),
	    [FACE_LEFT] = N_("not enrolled any more: will be masked"),
	};

	return text[l];
}

const char *
faces_leave_tag(enum face_leave l)
{
	static const char *const tag[FACE_LEAVES] = {
	    "plain", "ok", "wait", "stop", "stop"};

	return tag[l];
}

/* ---- finding things ---- */

void
faces_fit(const struct album_photo *p, int64_t wide, int64_t tall,
    int64_t *ret_w, int64_t *ret_h)
{
	int64_t w = p->width > 0 ? p->width : 1;
	int64_t h = p->height > 0 ? p->height : 1;

	if (w > wide) {
		h = h * wide / w;
		w = wide;
	}
	if (h > tall) {
		w = w * tall / h;
		h = tall;
	}
	*ret_w = w > 0 ? w : 1;
	*ret_h = h > 0 ? h : 1;
}

/* The box that the page is about: the one asked for, else the first that
 * nobody has resolved. */
static const struct region *
choose(struct request *r, const struct region_list *l)
{
	int64_t id;

	if (num_i64(request_query(r, "box"), 1, INT64_MAX, &id))
		return region_in(l, id);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].state == REGION_OPEN || l->v[i].asked)
			return &l->v[i];
	return NULL;
}

static const struct face_child *
last_child(const struct face_children *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return &l->v[i];
	return NULL;
}

/* A photo of the album, a still of one of its videos, or a page: a video is its
 * stills, a document its pages. */
static bool
photo_in(struct request *r, const struct grant *g, int64_t id,
    const struct album_photo **ret, struct err *e)
{
	struct album_photo *p = NEW(r->arena, struct album_photo);
	struct album ignored;

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no room for a photo");
	*ret = p;
	return album_photo_load(
		   r->house, r->arena, r->org, g, id, &ignored, p, e) &&
	       ((!p->video && !p->document) ||
		   err_set(e, ERR_NOT_FOUND, "not one picture"));
}

/* The stills beside this one. */
static void
find_beside(struct faces_photo *p)
{
	const struct word_photo *v = p->words->v;
	size_t i = (size_t)p->at - 1;

	if (p->here->video == 0)
		return;
	if (i > 0 && v[i - 1].video == p->here->video)
		p->before = v[i - 1].id;
	if (i + 1 < p->words->n && v[i + 1].video == p->here->video)
		p->after = v[i + 1].id;
	for (size_t k = 0; k < p->album->n; k++)
		if (p->album->v[k].id == p->here->video)
			p->length = p->album->v[k].duration_ms;
}

/* ---- one photo ---- */

static bool
load_photo(
    struct request *r, struct album *al, struct faces_photo *p, struct err *e)
{
	struct deed d = share_deed(r);
	struct face_children *roster = NEW(r->arena, struct face_children);
	struct region_list *boxes = NEW(r->arena, struct region_list);
	struct face_children *named = NEW(r->arena, struct face_children);
	struct word_list *words = NEW(r->arena, struct word_list);
	const struct grant *g;
	unsigned medium;
	int64_t last;

	if (roster == NULL || boxes == NULL || words == NULL || named == NULL)
		return err_set(e, ERR_LIMIT, "no room for a page");
	if (!publish_album(r, &g, al, e))
		return false;
	p->album = al;
	if (!photo_in(r, g, r->id[1], &p->photo, e) ||
	    !word_of_post(&d, al->id, words, e))
		return false;
	p->here = faces_place_of(words, r->id[1], &p->at);
	if (p->here == NULL)
		return err_set(e, ERR_NOT_FOUND, "not ready");
	medium = p->here->video != 0 && !p->here->document ? CONSENT_VIDEO
							   : CONSENT_PHOTO;
	if (!regions_of(r->house, r->arena, r->org, r->id[1], boxes, e) ||
	    !face_roster(
		&d, al->id, viewer_is_director(r->viewer), medium, roster, e) ||
	    !face_named(&d, al->id, medium, named, e) ||
	    !face_last(&d, al->id, &last, e))
		return false;
	p->boxes = boxes;
	p->roster = roster;
	p->named = named;
	p->words = words;
	p->last = last_child(roster, last);
	find_beside(p);
	return true;
}

static bool
write_photo(struct request *r, const char *fault, struct err *e)
{
	struct faces_photo p = {.fault = fault};
	struct album al;

	if (!load_photo(r, &al, &p, e))
		return false;
	p.chosen = choose(r, p.boxes);
	p.next = word_next(p.words, r->id[1]);
	faces_fit(p.photo, FACES_SHOWN, FACES_SHOWN, &p.width, &p.height);
	faces_fit(p.photo, FACES_TAP_WIDE, FACES_TAP_TALL, &p.tap_width,
	    &p.tap_height);
	html_faces_photo_page(&r->view, &p);
	return true;
}

/* Of a video the still to begin with, where the word is missing; 0: it is no
 * video of this album. */
static bool
first_still(struct request *r, int64_t *ret, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	struct word_list l;

	*ret = 0;
	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !word_of_post(&d, r->id[0], &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].video == r->id[1] &&
		    (*ret == 0 || !l.v[i].cleared)) {
			*ret = l.v[i].id;
			if (!l.v[i].cleared)
				break;
		}
	return true;
}

static bool
photo_show(struct request *r, struct response *out, struct err *e)
{
	int64_t still;

	if (!first_still(r, &still, e))
		return false;
	if (still != 0)
		return faces_see_photo(r, out, still, 0);
	return write_photo(r, NULL, e) && respond_page(r, out, 200);
}

bool
faces_show_fault(
    struct request *r, struct response *out, const char *fault, struct err *e)
{
	if (!write_photo(r, fault, e))
		return false;
	out->rollback = true;
	return respond_page(r, out, 422);
}

bool
faces_see_photo(
    struct request *r, struct response *out, int64_t medium, int64_t box)
{
	if (box != 0)
		return respond_see_other(r, out,
		    arena_fmt(r->arena,
			"/publish/%" PRId64 "/faces/%" PRId64 "?box=%" PRId64,
			r->id[0], medium, box));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/faces/%" PRId64, r->id[0],
		medium));
}

/* ---- the album ---- */

static bool
album_faces_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct faces_album p = {0};
	struct face_unseen_list unseen;
	struct face_children named;
	struct word_list words;
	struct word_gate gate;
	const struct grant *g;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !word_of_post(&d, al.id, &words, e) ||
	    !word_gate(&d, al.id, &gate, e) ||
	    !face_named(&d, al.id, CONSENT_PHOTO, &named, e) ||
	    !face_unseen(&d, al.id, &unseen, e) ||
	    (word_gate_waits(&gate) && !faces_lookers(r, al.id, &p.lookers, e)))
		return false;
	p.album = &al;
	p.words = &words;
	p.named = &named;
	p.unseen = &unseen;
	p.gate = &gate;
	p.next = word_next(&words, 0);
	html_faces_album_page(&r->view, &p);
	return respond_page(r, out, 200);
}

/* Leave to change the post; the transaction is the router's. */
bool
faces_may_edit(struct request *r, struct err *e)
{
	const struct grant *g;

	return share_post(r, r->id[0], PERMIT_EDIT, &g, e);
}

bool
faces_see_album(struct request *r, struct response *out)
{
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/faces", r->id[0]));
}

/* ---- drawing ---- */

/* The corner itself is what a browser sends for the Enter key: no place. */
bool
faces_tap(
    struct request *r, int64_t w, int64_t h, int64_t *ret_x, int64_t *ret_y)
{
	int64_t x, y;

	if (!num_i64(request_field(r, "tap.x"), 0, w, &x) ||
	    !num_i64(request_field(r, "tap.y"), 0, h, &y) || (x == 0 && y == 0))
		return false;
	*ret_x = x * (REGION_UNITS - 1) / w;
	*ret_y = y * (REGION_UNITS - 1) / h;
	return true;
}

static bool
read_units(struct request *r, const char *name, int64_t *ret)
{
	return num_i64(request_field(r, name), 0, INT32_MAX, ret);
}

int64_t
faces_part(struct request *r)
{
	str size = request_field(r, "size");

	if (str_eq(size, S("small")))
		return REGION_UNITS / 16;
	return str_eq(size, S("large")) ? REGION_UNITS / 4 : REGION_UNITS / 8;
}

/* Round on the picture, whatever its proportions. */
static struct box
around(const struct album_photo *p, int64_t x, int64_t y, int64_t part)
{
	int64_t w = part, h = part;

	if (p->width > p->height && p->width > 0)
		w = part * p->height / p->width;
	else if (p->height > 0)
		h = part * p->width / p->height;
	return box_inside((struct box){x - w / 2, y - h / 2, w, h});
}

/* By a tap, by the numbers of a script, or by percents typed. */
static bool
read_box(struct request *r, const struct album_photo *p, struct box *ret)
{
	int64_t w, h, x, y;

	faces_fit(p, FACES_TAP_WIDE, FACES_TAP_TALL, &w, &h);
	if (request_field(r, "across").n == 0 && faces_tap(r, w, h, &x, &y)) {
		*ret = around(p, x, y, faces_part(r));
		return true;
	}
	if (num_i64(request_field(r, "across"), 0, 100, &x) &&
	    num_i64(request_field(r, "down"), 0, 100, &y)) {
		*ret = around(p, x * (REGION_UNITS - 1) / 100,
		    y * (REGION_UNITS - 1) / 100, faces_part(r));
		return true;
	}
	return read_units(r, "x", &ret->x) && read_units(r, "y", &ret->y) &&
	       read_units(r, "w", &ret->w) && read_units(r, "h", &ret->h) &&
	       box_sound(ret);
}

static const char no_box[] =
    N_("This box is not in the picture. Tap the middle of the face, or give "
       "its place in hundredths.");

static bool
draw_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct album_photo *p;
	const struct grant *g;
	struct box box;
	int64_t id;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !photo_in(r, g, r->id[1], &p, e))
		return false;
	if (!read_box(r, p, &box))
		return faces_show_fault(r, out, no_box, e);
	if (region_draw(&d, r->id[0], r->id[1], &box, &id, e))
		return faces_see_photo(r, out, r->id[1], id);
	return e->kind == ERR_LIMIT ? faces_show_fault(r, out,
					  N_("This photo has 200 boxes: that "
					     "is the most. Remove "
					     "those that are none."),
					  e)
				    : false;
}

/* ---- one box ---- */

static const struct shift {
	const char *word;
	int x, y, w, h; /* steps */
} shifts[] = {
    {"left", -1, 0, 0, 0},
    {"right", 1, 0, 0, 0},
    {"up", 0, -1, 0, 0},
    {"down", 0, 1, 0, 0},
    {"larger", -1, -1, 2, 2},
    {"smaller", 1, 1, -2, -2},
    {"wider", -1, 0, 2, 0},
    {"narrower", 1, 0, -2, 0},
    {"taller", 0, -1, 0, 2},
    {"shorter", 0, 1, 0, -2},
};

static bool
shifted(str word, struct box *b)
{
	for (size_t i = 0; i < sizeof(shifts) / sizeof(*shifts); i++) {
		const struct shift *s = &shifts[i];

		if (!str_eq(word, str_c(s->word)))
			continue;
		*b = box_inside(
		    (struct box){b->x + s->x * STEP, b->y + s->y * STEP,
			b->w + s->w * STEP, b->h + s->h * STEP});
		return true;
	}
	return false;
}

static bool
find_box(struct request *r, struct region *ret, struct err *e)
{
	const struct region *found;
	struct region_list l;

	if (!regions_of(r->house, r->arena, r->org, r->id[1], &l, e))
		return false;
	found = region_in(&l, r->id[2]);
	if (found == NULL)
		return err_set(e, ERR_NOT_FOUND, "no such box");
	*ret = *found;
	return true;
}

static bool
move_box(struct request *r, struct response *out, struct box b, struct err *e)
{
	struct deed d = share_deed(r);

	return region_place(&d, r->id[0], r->id[1], r->id[2], &b, e) &&
	       faces_see_photo(r, out, r->id[1], r->id[2]);
}

/* A choice leads on: the next open box of the photo, or the photo itself,
 * where the word is asked for. */
static bool
resolve(struct request *r, struct response *out, enum region_state state,
    int64_t child, struct err *e)
{
	struct deed d = share_deed(r);

	if (region_resolve(&d, r->id[0], r->id[1], r->id[2], state, child, e))
		return faces_see_photo(r, out, r->id[1], 0);
	if (e->kind == ERR_NOT_FOUND && state == REGION_CHILD)
		return faces_show_fault(r, out,
		    N_("This child is not on the list of that day any more. "
		       "Choose again, or mask the face."),
		    e);
	return false;
}

static bool
box_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	str what = request_field(r, "do");
	enum region_state state;
	struct region box;
	struct box at;
	int64_t child;

	if (!faces_may_edit(r, e) || !find_box(r, &box, e))
		return false;
	at = box.box;
	if (num_i64(request_field(r, "who"), 1, INT64_MAX, &child))
		return resolve(r, out, REGION_CHILD, child, e);
	if (str_eq(what, S("remove")))
		return region_remove(&d, r->id[0], r->id[1], r->id[2], e) &&
		       faces_see_photo(r, out, r->id[1], 0);
	if (str_eq(what, S("keep")) || str_eq(what, S("lift")))
		return mask_decide(&d, r->id[0], r->id[1], r->id[2],
			   str_eq(what, S("keep")), e) &&
		       faces_see_photo(r, out, r->id[1], 0);
	if (shifted(what, &at))
		return move_box(r, out, at, e);
	if (str_eq(what, S("place")) && read_units(r, "x", &at.x) &&
	    read_units(r, "y", &at.y) && read_units(r, "w", &at.w) &&
	    read_units(r, "h", &at.h) && box_sound(&at))
		return move_box(r, out, at, e);
	if (region_state_of(what, &state) && state != REGION_OPEN &&
	    state != REGION_CHILD)
		return resolve(r, out, state, 0, e);
	return faces_show_fault(r, out, no_box, e);
}

/* clang-format off */
const struct route faces_routes[] = {
	{ HTTP_GET, "/publish/:id/faces", album_faces_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/rest", faces_rest_do, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/second", faces_second_do, NEED_STAFF },
	{ HTTP_GET, "/publish/:id/faces/list", faces_list_album, NEED_STAFF },
	{ HTTP_GET, "/publish/:id/faces/:id", photo_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/:id/draw", draw_do, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/:id/box/:id", box_do, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/:id/word", faces_word_do, NEED_STAFF },
	{ HTTP_GET, "/faces/list/:id", faces_list_group, NEED_STAFF },
	{ 0 },
};
/* clang-format on */
