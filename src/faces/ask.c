#include "faces/ask.h"

#include <inttypes.h>

#include "faces/cover.h"
#include "faces/photo.h"
#include "sql_medium.h"

/* The smallest box around the point: the nearest face of those that overlap. */
static const struct region *
at_point(const struct region_list *l, int64_t x, int64_t y)
{
	const struct region *best = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct box *b = &l->v[i].box;

		if (x < b->x || y < b->y || x >= b->x + b->w ||
		    y >= b->y + b->h)
			continue;
		if (best == NULL || b->w * b->h < best->box.w * best->box.h)
			best = &l->v[i];
	}
	return best;
}

static bool
new_box(const struct deed *d, int64_t medium, const struct box *b, int64_t *ret,
    struct err *e)
{
	struct sql_region_add_row row;
	struct sql_region_count_row c;

	if (!sql_region_count(d->house->db, d->arena, medium, &c, e))
		return false;
	if (c.n >= REGIONS_MAX)
		return err_set(
		    e, ERR_LIMIT, "a photo takes %d boxes", REGIONS_MAX);
	if (!sql_region_add(d->house->db, d->arena, medium, b->x, b->y, b->w,
		b->h, S("drawn"), deed_author(d), d->now, &row, e))
		return false;
	*ret = row.id;
	return true;
}

static bool
note_asked(const struct deed *d, int64_t medium, struct err *e)
{
	return deed_note(d, AUDIT_MASK_ASKED,
	    &(struct deed_about){.kind = "medium", .id = medium}, e);
}

/* there NULL: nobody has boxed it yet. */
static bool
ask_box(const struct deed *d, int64_t medium, const struct region *there,
    const struct box *at, struct err *e)
{
	struct sql_mask_ask_row row;
	int64_t id;

	if (there != NULL && there->asked)
		return true; /* twice is once */
	if (there != NULL)
		id = there->id;
	else if (!new_box(d, medium, at, &id, e))
		return false;
	return sql_mask_ask(d->house->db, d->arena, id, medium, d->actor,
		   d->now, &row, e) &&
	       cover_regions(d->house, d->arena, medium, d->now, e) &&
	       note_asked(d, medium, e);
}

static bool
may_ask(const struct deed *d, int64_t post, int64_t medium, struct err *e)
{
	struct sql_region_medium_row m;
	struct sql_mask_asked_open_row c;

	if (!face_photo(d, post, medium, &m, e) ||
	    !sql_mask_asked_open(
		d->house->db, d->arena, medium, d->actor, &c, e))
		return false;
	return c.n < ASK_MAX ||
	       err_set(e, ERR_LIMIT, "%d masks asked for", ASK_MAX);
}

static bool
ask_point(const struct deed *d, int64_t post, int64_t medium, int64_t x,
    int64_t y, int64_t side, struct err *e)
{
	const struct box at =
	    box_inside((struct box){x - side / 2, y - side / 2, side, side});
	struct region_list l;

	if (x < 0 || y < 0 || x >= REGION_UNITS || y >= REGION_UNITS)
		return err_set(e, ERR_INPUT, "outside the picture");
	return (may_ask(d, post, medium, e) &&
		   regions_of(d->house, d->arena, NULL, medium, &l, e) &&
		   ask_box(d, medium, at_point(&l, x, y), &at, e)) ||
	       err_wrap(e, "mask on medium %" PRId64, medium);
}

static bool
stills_of(const struct deed *d, int64_t medium,
    struct sql_medium_stills_rows *ret, struct err *e)
{
	return sql_medium_stills(d->house->db, d->arena, medium, ret, e) ||
	       err_wrap(e, "medium %" PRId64, medium);
}

/* A video is asked about in the picture that stands for it; *io stays for a
 * photo. */
static bool
picture_of(const struct deed *d, int64_t *io, struct err *e)
{
	struct sql_medium_poster_row chosen;
	struct sql_medium_stills_rows stills;
	int64_t first = 0;
	bool found;

	if (!stills_of(d, *io, &stills, e) ||
	    !sql_medium_poster(d->house->db, d->arena, *io, &found, &chosen, e))
		return false;
	for (size_t i = stills.n; i-- > 0;)
		if (str_eq(stills.v[i].state, S("ready")) &&
		    (first == 0 || first != chosen.poster))
			first = stills.v[i].id;
	if (first != 0)
		*io = first;
	return true;
}

bool
mask_ask(const struct deed *d, int64_t post, int64_t medium, int64_t x,
    int64_t y, int64_t side, struct err *e)
{
	return picture_of(d, &medium, e) &&
	       ask_point(d, post, medium, x, y, side, e);
}

bool
mask_ask_page(const struct deed *d, int64_t post, int64_t document,
    int64_t page, int64_t x, int64_t y, int64_t side, struct err *e)
{
	struct sql_medium_stills_rows pages;

	if (!stills_of(d, document, &pages, e))
		return false;
	for (size_t i = 0; i < pages.n; i++)
		if (pages.v[i].at_ms == page)
			return ask_point(d, post, pages.v[i].id, x, y, side, e);
	return err_set(e, ERR_NOT_FOUND, "no page %" PRId64, page);
}

static const struct region *
whole_in(const struct region_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].box.w == REGION_UNITS &&
		    l->v[i].box.h == REGION_UNITS)
			return &l->v[i];
	return NULL;
}

static bool
ask_whole(const struct deed *d, int64_t post, int64_t still, struct err *e)
{
	static const struct box all = {0, 0, REGION_UNITS, REGION_UNITS};
	struct region_list l;

	return (may_ask(d, post, still, e) &&
		   regions_of(d->house, d->arena, NULL, still, &l, e) &&
		   ask_box(d, still, whole_in(&l), &all, e)) ||
	       err_wrap(e, "mask on medium %" PRId64, still);
}

/* A still speaks for what comes until the next. */
bool
mask_ask_span(const struct deed *d, int64_t post, int64_t video,
    int64_t from_ms, int64_t until_ms, struct err *e)
{
	struct sql_medium_stills_rows l;
	bool any = false;

	if (from_ms < 0 || until_ms < from_ms)
		return err_set(e, ERR_INPUT, "a time before its beginning");
	if (!stills_of(d, video, &l, e))
		return false;
	for (size_t i = 0; i < l.n && l.v[i].at_ms <= until_ms; i++) {
		bool over = i + 1 < l.n && l.v[i + 1].at_ms <= from_ms;

		if (over || !str_eq(l.v[i].state, S("ready")))
			continue;
		if (!ask_whole(d, post, l.v[i].id, e))
			return false;
		any = true;
	}
	return any || err_set(e, ERR_NOT_FOUND, "no picture of that time");
}

bool
mask_decide(const struct deed *d, int64_t post, int64_t medium, int64_t region,
    bool keep, struct err *e)
{
	struct deed_about about = {.kind = "medium",
	    .id = medium,
	    .detail = keep ? S("kept") : S("lifted")};
	struct sql_region_medium_row m;
	int64_t rows;

	if (!face_photo(d, post, medium, &m, e) ||
	    !sql_mask_decide(d->house->db, deed_author(d), d->now,
		keep ? S("kept") : S("lifted"), region, medium, &rows, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (rows == 0)
		return err_set(e, ERR_NOT_FOUND, "no mask was asked for there");
	return (!keep || region_resolve(
			     d, post, medium, region, REGION_MASK, 0, e)) &&
	       deed_note(d, AUDIT_MASK_DECIDED, &about, e);
}
