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

static const struct word_photo *
place_of(const struct word_list *l, int64_t medium, int64_t *ret_at)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == medium) {
			*ret_at = (int64_t)i + 1;
			return &l->v[i];
		}
	return NULL;
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

static const struct album_photo *
photo_in(const struct album *al, int64_t id)
{
	for (size_t i = 0; i < al->n; i++)
		if (al->v[i].id == id && al->v[i].state == MEDIUM_READY)
			return &al->v[i];
	return NULL;
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
	int64_t last;

	if (roster == NULL || boxes == NULL || words == NULL || named == NULL)
		return err_set(e, ERR_LIMIT, "no room for a page");
	if (!publish_album(r, &g, al, e))
		return false;
	p->album = al;
	p->photo = photo_in(al, r->id[1]);
	if (p->photo == NULL)
		return err_set(e, ERR_NOT_FOUND, "not in this album");
	if (!regions_of(r->house, r->arena, r->org, r->id[1], boxes, e) ||
	    !face_roster(
		&d, al->id, viewer_is_director(r->viewer), roster, e) ||
	    !face_named(&d, al->id, named, e) ||
	    !word_of_post(&d, al->id, words, e) ||
	    !face_last(&d, al->id, &last, e))
		return false;
	p->boxes = boxes;
	p->roster = roster;
	p->named = named;
	p->words = words;
	p->last = last_child(roster, last);
	p->here = place_of(words, r->id[1], &p->at);
	return p->here != NULL || err_set(e, ERR_NOT_FOUND, "not ready");
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

static bool
photo_show(struct request *r, struct response *out, struct err *e)
{
	return write_photo(r, NULL, e) && respond_page(r, out, 200);
}

static bool
show_fault(
    struct request *r, struct response *out, const char *fault, struct err *e)
{
	if (!write_photo(r, fault, e))
		return false;
	out->rollback = true;
	return respond_page(r, out, 422);
}

static bool
see_photo(struct request *r, struct response *out, int64_t medium, int64_t box)
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
	struct face_children named;
	struct word_list words;
	struct word_gate gate;
	const struct grant *g;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !word_of_post(&d, al.id, &words, e) ||
	    !word_gate(&d, al.id, &gate, e) ||
	    !face_named(&d, al.id, &named, e) ||
	    (word_gate_waits(&gate) && !faces_lookers(r, al.id, &p.lookers, e)))
		return false;
	p.album = &al;
	p.words = &words;
	p.named = &named;
	p.gate = &gate;
	p.next = word_next(&words, 0);
	html_faces_album_page(&r->view, &p);
	return respond_page(r, out, 200);
}

/* Leave to change the post; the transaction is the router's. */
static bool
may_edit(struct request *r, struct err *e)
{
	const struct grant *g;

	return share_post(r, r->id[0], PERMIT_EDIT, &g, e);
}

static bool
see_album(struct request *r, struct response *out)
{
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/faces", r->id[0]));
}

static bool
rest_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);

	if (!may_edit(r, e) || !region_mask_rest(&d, r->id[0], 0, e))
		return false;
	respond_notice(r, out,
	    N_("Every box that nobody had resolved is masked. Each photo still "
	       "needs your word."));
	return see_album(r, out);
}

/* « Nothing was missed », of all that wait for this second look. */
static bool
second_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	int64_t n;

	if (!may_edit(r, e) || !word_say_second(&d, r->id[0], &n, e))
		return false;
	if (n > 0)
		respond_notice(
		    r, out, N_("Thank you: your look is noted on each photo."));
	return see_album(r, out);
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
	struct album al;
	struct box box;
	int64_t id;

	if (!publish_album(r, &g, &al, e))
		return false;
	p = photo_in(&al, r->id[1]);
	if (p == NULL)
		return err_set(e, ERR_NOT_FOUND, "not in this album");
	if (!read_box(r, p, &box))
		return show_fault(r, out, no_box, e);
	if (region_draw(&d, al.id, r->id[1], &box, &id, e))
		return see_photo(r, out, r->id[1], id);
	return e->kind == ERR_LIMIT ? show_fault(r, out,
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
	       see_photo(r, out, r->id[1], r->id[2]);
}

/* A choice leads on: the next open box of the photo, or the photo itself,
 * where the word is asked for. */
static bool
resolve(struct request *r, struct response *out, enum region_state state,
    int64_t child, struct err *e)
{
	struct deed d = share_deed(r);

	if (region_resolve(&d, r->id[0], r->id[1], r->id[2], state, child, e))
		return see_photo(r, out, r->id[1], 0);
	if (e->kind == ERR_NOT_FOUND && state == REGION_CHILD)
		return show_fault(r, out,
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

	if (!may_edit(r, e) || !find_box(r, &box, e))
		return false;
	at = box.box;
	if (num_i64(request_field(r, "who"), 1, INT64_MAX, &child))
		return resolve(r, out, REGION_CHILD, child, e);
	if (str_eq(what, S("remove")))
		return region_remove(&d, r->id[0], r->id[1], r->id[2], e) &&
		       see_photo(r, out, r->id[1], 0);
	if (str_eq(what, S("keep")) || str_eq(what, S("lift")))
		return mask_decide(&d, r->id[0], r->id[1], r->id[2],
			   str_eq(what, S("keep")), e) &&
		       see_photo(r, out, r->id[1], 0);
	if (shifted(what, &at))
		return move_box(r, out, at, e);
	if (str_eq(what, S("place")) && read_units(r, "x", &at.x) &&
	    read_units(r, "y", &at.y) && read_units(r, "w", &at.w) &&
	    read_units(r, "h", &at.h) && box_sound(&at))
		return move_box(r, out, at, e);
	if (region_state_of(what, &state) && state != REGION_OPEN &&
	    state != REGION_CHILD)
		return resolve(r, out, state, 0, e);
	return show_fault(r, out, no_box, e);
}

/* ---- the word ---- */

static bool
lead_on(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct word_list words;
	int64_t next;

	if (!word_of_post(&d, r->id[0], &words, e))
		return false;
	next = word_next(&words, r->id[1]);
	return next == 0 ? see_album(r, out) : see_photo(r, out, next, 0);
}

static bool
word_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	str what = request_field(r, "do");
	enum word_answer answer;
	bool done;

	if (!may_edit(r, e))
		return false;
	if (str_eq(what, S("rest")))
		return region_mask_rest(&d, r->id[0], r->id[1], e) &&
		       see_photo(r, out, r->id[1], 0);
	done = str_eq(what, S("nobody"))
		   ? word_nobody(&d, r->id[0], r->id[1], &answer, e)
		   : word_say(&d, r->id[0], r->id[1], &answer, e);
	if (!done)
		return false;
	if (answer == WORD_OPEN)
		return show_fault(r, out,
		    N_("A box of this photo is not resolved yet: say who it "
		       "is, or mask it."),
		    e);
	if (answer == WORD_SECOND)
		respond_notice(r, out,
		    N_("Noted. A child of that day may not be shown: somebody "
		       "else of the team has to look too."));
	return lead_on(r, out, e);
}

/* clang-format off */
const struct route faces_routes[] = {
	{ HTTP_GET, "/publish/:id/faces", album_faces_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/rest", rest_do, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/second", second_do, NEED_STAFF },
	{ HTTP_GET, "/publish/:id/faces/list", faces_list_album, NEED_STAFF },
	{ HTTP_GET, "/publish/:id/faces/:id", photo_show, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/:id/draw", draw_do, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/:id/box/:id", box_do, NEED_STAFF },
	{ HTTP_POST, "/publish/:id/faces/:id/word", word_do, NEED_STAFF },
	{ HTTP_GET, "/faces/list/:id", faces_list_group, NEED_STAFF },
	{ 0 },
};
/* clang-format on */
