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
new_box(const struct deed *d, int64_t medium, int64_t x, int64_t y,
    int64_t side, int64_t *ret, struct err *e)
{
	struct box b =
	    box_inside((struct box){x - side / 2, y - side / 2, side, side});
	struct sql_region_add_row row;
	struct sql_region_count_row c;

	if (!sql_region_count(d->house->db, d->arena, medium, &c, e))
		return false;
	if (c.n >= REGIONS_MAX)
		return err_set(
		    e, ERR_LIMIT, "a photo takes %d boxes", REGIONS_MAX);
	if (!sql_region_add(d->house->db, d->arena, medium, b.x, b.y, b.w, b.h,
		S("drawn"), deed_author(d), d->now, &row, e))
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

static bool
ask(const struct deed *d, int64_t medium, int64_t x, int64_t y, int64_t side,
    struct err *e)
{
	const struct region *there;
	struct region_list l;
	struct sql_mask_ask_row row;
	int64_t id;

	if (!regions_of(d->house, d->arena, NULL, medium, &l, e))
		return false;
	there = at_point(&l, x, y);
	if (there != NULL && there->asked)
		return true; /* twice is once */
	if (there != NULL)
		id = there->id;
	else if (!new_box(d, medium, x, y, side, &id, e))
		return false;
	return sql_mask_ask(d->house->db, d->arena, id, medium, d->actor,
		   d->now, &row, e) &&
	       cover_regions(d->house, d->arena, medium, d->now, e) &&
	       note_asked(d, medium, e);
}

/* A video is asked about in its picture; *io stays for a photo. */
static bool
picture_of(const struct deed *d, int64_t *io, struct err *e)
{
	struct sql_medium_stills_rows stills;

	if (!sql_medium_stills(d->house->db, d->arena, *io, &stills, e))
		return err_wrap(e, "medium %" PRId64, *io);
	for (size_t i = 0; i < stills.n; i++)
		if (str_eq(stills.v[i].state, S("ready"))) {
			*io = stills.v[i].id;
			break;
		}
	return true;
}

bool
mask_ask(const struct deed *d, int64_t post, int64_t medium, int64_t x,
    int64_t y, int64_t side, struct err *e)
{
	struct sql_region_medium_row m;
	struct sql_mask_asked_open_row c;

	if (x < 0 || y < 0 || x >= REGION_UNITS || y >= REGION_UNITS)
		return err_set(e, ERR_INPUT, "outside the picture");
	if (!picture_of(d, &medium, e) || !face_photo(d, post, medium, &m, e) ||
	    !sql_mask_asked_open(
		d->house->db, d->arena, medium, d->actor, &c, e))
		return false;
	if (c.n >= ASK_MAX)
		return err_set(e, ERR_LIMIT, "%d masks asked for", ASK_MAX);
	return ask(d, medium, x, y, side, e) ||
	       err_wrap(e, "mask on medium %" PRId64, medium);
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
