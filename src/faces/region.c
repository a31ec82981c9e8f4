#include "faces/region.h"

#include <inttypes.h>
#include <stdlib.h>

#include "faces/cover.h"
#include "faces/photo.h"
#include "people/child.h"
#include "sql_medium.h"
#include "sql_post.h"

#define BAND (65536 / 8)
#define SAME_PERCENT 30 /* of both boxes together: the same face */

static const char *const words[REGION_STATES] = {
    "open", "child", "adult", "mask", "none"};

const char *
region_state_word(enum region_state s)
{
	return words[s];
}

bool
region_state_of(str word, enum region_state *ret)
{
	for (int i = 0; i < REGION_STATES; i++)
		if (str_eq(word, str_c(words[i]))) {
			*ret = (enum region_state)i;
			return true;
		}
	return false;
}

/* ---- boxes ---- */

static bool
span_sound(int64_t at, int64_t n)
{
	return at >= 0 && n >= REGION_LEAST && n <= REGION_UNITS &&
	       at <= REGION_UNITS - n;
}

bool
box_sound(const struct box *b)
{
	return span_sound(b->x, b->w) && span_sound(b->y, b->h);
}

static int64_t
between(int64_t v, int64_t least, int64_t most)
{
	return v < least ? least : v > most ? most : v;
}

struct box
box_inside(struct box b)
{
	b.w = between(b.w, REGION_LEAST, REGION_UNITS);
	b.h = between(b.h, REGION_LEAST, REGION_UNITS);
	b.x = between(b.x, 0, REGION_UNITS - b.w);
	b.y = between(b.y, 0, REGION_UNITS - b.h);
	return b;
}

static int64_t
shared(int64_t a, int64_t an, int64_t b, int64_t bn)
{
	int64_t from = a > b ? a : b;
	int64_t to = a + an < b + bn ? a + an : b + bn;

	return to > from ? to - from : 0;
}

static bool
same_face(const struct box *a, const struct box *b)
{
	int64_t both =
	    shared(a->x, a->w, b->x, b->w) * shared(a->y, a->h, b->y, b->h);

	return both * 100 >= (a->w * a->h + b->w * b->h - both) * SAME_PERCENT;
}

/* ---- reading ---- */

/* A row is a region of ours; a word that we do not know is open. */
static struct region
region_from(struct arena *a, const struct organisation *org,
    const struct sql_region_of_medium_row *r)
{
	struct region ret = {.id = r->id,
	    .box = {r->x, r->y, r->w, r->h},
	    .found = str_eq(r->kind, S("found")),
	    .child = r->child == DB_NULL ? 0 : r->child,
	    .asked = r->asked != 0,
	    .resolved_by = r->resolved_by,
	    .resolved_at = r->resolved_at,
	    .name = S("")};
	struct child_sealed sealed = {.id = r->child,
	    .key_wrapped = r->key_wrapped,
	    .first_enc = r->first_enc};

	if (!region_state_of(r->state, &ret.state))
		ret.state = REGION_OPEN;
	if (org != NULL && ret.child != 0)
		ret.name = child_open(a, org, &sealed).first;
	return ret;
}

/* As one reads: by bands of an eighth of the picture, from the left. */
static int
in_reading_order(const void *pa, const void *pb)
{
	const struct region *a = pa, *b = pb;
	int64_t band = a->box.y / BAND - b->box.y / BAND;
	int64_t left = a->box.x - b->box.x;

	if (band == 0)
		band = left == 0 ? a->id - b->id : left;
	return (band > 0) - (band < 0);
}

bool
regions_of(struct house *h, struct arena *a, const struct organisation *org,
    int64_t medium, struct region_list *ret, struct err *e)
{
	struct sql_region_of_medium_rows rows;
	struct region_list l = {0};

	if (!sql_region_of_medium(h->db, a, medium, &rows, e))
		return err_wrap(e, "boxes of medium %" PRId64, medium);
	l.v = NEW_N(a, struct region, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many boxes");
	for (size_t i = 0; i < rows.n; i++)
		l.v[l.n++] = region_from(a, org, &rows.v[i]);
	if (l.n > 1)
		qsort(l.v, l.n, sizeof(l.v[0]), in_reading_order);
	*ret = l;
	return true;
}

const struct region *
region_in(const struct region_list *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return &l->v[i];
	return NULL;
}

bool
region_is_hidden(const struct region *r, const int64_t *hidden, size_t n)
{
	if (r->asked || r->state == REGION_OPEN || r->state == REGION_MASK)
		return true;
	for (size_t i = 0; i < n; i++)
		if (r->state == REGION_CHILD && r->child == hidden[i])
			return true;
	return false;
}

bool
region_masks(struct house *h, struct arena *a, int64_t medium,
    const int64_t *hidden, size_t n_hidden, struct region_list *ret,
    struct err *e)
{
	struct region_list l;
	size_t kept = 0;

	if (!regions_of(h, a, NULL, medium, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (region_is_hidden(&l.v[i], hidden, n_hidden))
			l.v[kept++] = l.v[i];
	l.n = kept;
	*ret = l;
	return true;
}

/* ---- the photo ---- */

bool
face_photo(const struct deed *d, int64_t post, int64_t medium,
    struct sql_region_medium_row *ret, struct err *e)
{
	bool found;

	if (!sql_region_medium(
		d->house->db, d->arena, medium, d->org->id, &found, ret, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (!found || ret->post != post)
		return err_set(e, ERR_NOT_FOUND,
		    "no photo %" PRId64 " in this album", medium);
	return true;
}

bool
face_clear(struct house *h, int64_t medium, bool cleared, struct err *e)
{
	int64_t rows;

	return sql_region_clear(h->db, cleared, medium, &rows, e) &&
	       sql_medium_video_cleared(h->db, medium, &rows, e);
}

bool
face_words_back(
    const struct deed *d, const struct sql_region_medium_row *m, struct err *e)
{
	int64_t rows;

	if (face_photo_published(m))
		return true;
	return (sql_region_forget_words(d->house->db, m->id, &rows, e) &&
		   face_clear(d->house, m->id, false, e)) ||
	       err_wrap(e, "medium %" PRId64, m->id);
}

/* Whoever adds a box had not seen all of them; the others have looked. */
static bool
own_word_back(
    const struct deed *d, const struct sql_region_medium_row *m, struct err *e)
{
	int64_t rows;

	if (face_photo_published(m))
		return true;
	return (sql_region_forget_own_word(
		    d->house->db, m->id, d->actor, &rows, e) &&
		   face_clear(d->house, m->id, false, e)) ||
	       err_wrap(e, "medium %" PRId64, m->id);
}

static bool
note(const struct deed *d, int64_t medium, int64_t child, str detail,
    struct err *e)
{
	return deed_note(d, AUDIT_FACE_BOXED,
	    &(struct deed_about){.kind = "medium",
		.id = medium,
		.child = child,
		.detail = detail},
	    e);
}

static bool
changed_one(int64_t rows, int64_t id, struct err *e)
{
	return rows == 1 ||
	       err_set(e, ERR_NOT_FOUND, "no box %" PRId64 " here", id);
}

static bool
sound_or(const struct box *b, struct err *e)
{
	return box_sound(b) ||
	       err_set(e, ERR_INPUT,
		   "a box of %" PRId64 " x %" PRId64 " at %" PRId64 ", %" PRId64
		   " is not in the picture",
		   b->w, b->h, b->x, b->y);
}

static bool
room_for_one(const struct deed *d, int64_t medium, struct err *e)
{
	struct sql_region_count_row c;

	if (!sql_region_count(d->house->db, d->arena, medium, &c, e))
		return err_wrap(e, "medium %" PRId64, medium);
	return c.n < REGIONS_MAX ||
	       err_set(e, ERR_LIMIT, "a photo takes %d boxes", REGIONS_MAX);
}

/* ---- changing ---- */

bool
region_draw(const struct deed *d, int64_t post, int64_t medium,
    const struct box *b, int64_t *ret_id, struct err *e)
{
	struct sql_region_medium_row m;
	struct sql_region_add_row row;

	if (!sound_or(b, e) || !face_photo(d, post, medium, &m, e) ||
	    !room_for_one(d, medium, e) ||
	    !sql_region_add(d->house->db, d->arena, medium, b->x, b->y, b->w,
		b->h, S("drawn"), deed_author(d), d->now, &row, e) ||
	    !own_word_back(d, &m, e) ||
	    !cover_regions(d->house, d->arena, medium, d->now, e) ||
	    !note(d, medium, 0, S("drawn"), e))
		return err_wrap(e, "box on medium %" PRId64, medium);
	*ret_id = row.id;
	return true;
}

bool
region_place(const struct deed *d, int64_t post, int64_t medium, int64_t id,
    const struct box *b, struct err *e)
{
	struct sql_region_medium_row m;
	int64_t rows;

	return sound_or(b, e) && face_photo(d, post, medium, &m, e) &&
	       sql_region_place(d->house->db, b->x, b->y, b->w, b->h, id,
		   medium, &rows, e) &&
	       changed_one(rows, id, e) && face_words_back(d, &m, e) &&
	       cover_regions(d->house, d->arena, medium, d->now, e) &&
	       note(d, medium, 0, S("moved"), e);
}

bool
region_remove(const struct deed *d, int64_t post, int64_t medium, int64_t id,
    struct err *e)
{
	struct sql_region_medium_row m;
	int64_t rows;

	return face_photo(d, post, medium, &m, e) &&
	       sql_region_remove(d->house->db, id, medium, &rows, e) &&
	       changed_one(rows, id, e) && face_words_back(d, &m, e) &&
	       cover_regions(d->house, d->arena, medium, d->now, e) &&
	       note(d, medium, 0, S("removed"), e);
}

static bool
child_of_day(const struct deed *d, int64_t child, int64_t day, struct err *e)
{
	struct sql_region_child_of_day_row row;
	bool found;

	if (!sql_region_child_of_day(d->house->db, d->arena, child, d->org->id,
		day, &found, &row, e))
		return err_wrap(e, "child %" PRId64, child);
	return found || err_set(e, ERR_NOT_FOUND,
			    "child %" PRId64 " was not there that day", child);
}

bool
region_resolve(const struct deed *d, int64_t post, int64_t medium, int64_t id,
    enum region_state state, int64_t child, struct err *e)
{
	struct sql_region_medium_row m;
	int64_t rows, who = state == REGION_CHILD ? child : DB_NULL;

	if (state == REGION_OPEN || state >= REGION_STATES)
		return err_set(e, ERR_INPUT, "a box is resolved to something");
	if (!face_photo(d, post, medium, &m, e) ||
	    (state == REGION_CHILD && !child_of_day(d, child, m.day_on, e)))
		return false;
	return sql_region_resolve(d->house->db, str_c(words[state]), who,
		   deed_author(d), d->now, id, medium, &rows, e) &&
	       changed_one(rows, id, e) &&
	       (state == REGION_MASK || face_words_back(d, &m, e)) &&
	       cover_regions(d->house, d->arena, medium, d->now, e) &&
	       note(d, medium, who == DB_NULL ? 0 : child, str_c(words[state]),
		   e);
}

bool
region_mask_rest(
    const struct deed *d, int64_t post, int64_t medium, struct err *e)
{
	struct db *db = d->house->db;
	struct sql_region_medium_row m;
	int64_t rows;

	if (medium != 0)
		return face_photo(d, post, medium, &m, e) &&
		       sql_region_resolve_open(db, S("mask"), deed_author(d),
			   d->now, medium, &rows, e) &&
		       note(d, medium, 0, S("mask rest"), e);
	return sql_region_mask_post(
		   db, deed_author(d), d->now, post, &rows, e) &&
	       deed_note(d, AUDIT_FACE_BOXED,
		   &(struct deed_about){
		       .kind = "post", .id = post, .detail = S("mask rest")},
		   e);
}

/* ---- what a program found ---- */

static bool
is_known(const struct region_list *l, const struct box *b)
{
	for (size_t i = 0; i < l->n; i++)
		if (same_face(&l->v[i].box, b))
			return true;
	return false;
}

/* A face that a person missed takes the word back, unless it is out already:
 * there it is hidden, and the team is asked. */
static bool
words_back(struct house *h, int64_t medium, struct err *e)
{
	int64_t rows;

	return sql_region_unclear_draft(h->db, medium, &rows, e) &&
	       sql_medium_video_cleared(h->db, medium, &rows, e) &&
	       sql_region_forget_words_of_draft(h->db, medium, &rows, e);
}

bool
region_found(struct house *h, struct arena *a, int64_t medium,
    const struct box *b, size_t n, int64_t now, struct err *e)
{
	struct sql_region_add_row row;
	struct region_list l;
	int64_t rows, added = 0;

	if (!regions_of(h, a, NULL, medium, &l, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!box_sound(&b[i]) || is_known(&l, &b[i]) ||
		    l.n + (size_t)added >= REGIONS_MAX)
			continue;
		if (!sql_region_add(h->db, a, medium, b[i].x, b[i].y, b[i].w,
			b[i].h, S("found"), DB_NULL, now, &row, e))
			return err_wrap(e, "box on medium %" PRId64, medium);
		added++;
	}
	return (added == 0 || words_back(h, medium, e)) &&
	       cover_regions(h, a, medium, now, e) &&
	       sql_region_looked(h->db, now, medium, &rows, e);
}
