#include "faces/cover.h"

#include <inttypes.h>

#include "sql_cover.h"
#include "sql_job.h"
#include "sql_region.h"

static const struct sql_cover_of_medium_row *
find(const struct sql_cover_of_medium_rows *rows, const struct cover_area *b)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct sql_cover_of_medium_row *r = &rows->v[i];

		if (r->x == b->x && r->y == b->y && r->w == b->w &&
		    r->h == b->h)
			return r;
	}
	return NULL;
}

bool
cover_want(struct house *h, struct arena *a, int64_t medium,
    const struct cover_area *b, int64_t now, struct err *e)
{
	struct sql_cover_of_medium_rows all;
	const struct sql_cover_of_medium_row *r;
	int64_t rows;

	if (!sql_cover_add(h->db, b->x, b->y, b->w, b->h, medium, &rows, e) ||
	    !sql_cover_of_medium(h->db, a, medium, &all, e))
		return err_wrap(e, "medium %" PRId64, medium);
	r = find(&all, b);
	if (r == NULL)
		return err_set(e, ERR_LIMIT,
		    "medium %" PRId64 " has too many boxes", medium);
	return r->drawn != 0 ||
	       sql_job_add(h->db, S(COVER_JOB), medium, now, &rows, e);
}

/* ---- the shape ---- */

static const char *const shape_words[REGION_FIGURES] = {
    [REGION_ROUND] = "round",
    [REGION_OVAL] = "oval",
    [REGION_CAT] = "cat",
    [REGION_BEAR] = "bear",
};

const char *
cover_shape_word(enum region_figure f)
{
	return shape_words[f];
}

bool
cover_shape_of(str word, enum region_figure *ret)
{
	for (unsigned i = 0; i < REGION_FIGURES; i++)
		if (str_eq(word, str_c(shape_words[i]))) {
			*ret = (enum region_figure)i;
			return true;
		}
	return false;
}

bool
cover_shape(struct house *h, struct arena *a, int64_t organisation,
    enum region_figure *ret, struct err *e)
{
	struct sql_cover_shape_row row;

	if (!sql_cover_shape(h->db, a, organisation, &row, e))
		return err_wrap(e, "organisation %" PRId64, organisation);
	return cover_shape_of(row.mask_shape, ret) ||
	       err_set(e, ERR_CORRUPT, "no such shape of masks");
}

bool
cover_shape_set(
    struct house *h, int64_t organisation, enum region_figure f, struct err *e)
{
	int64_t rows;

	return (sql_cover_shape_set(
		    h->db, str_c(shape_words[f]), organisation, &rows, e) &&
		   sql_cover_redraw_begin(h->db, organisation, &rows, e)) ||
	       err_wrap(e, "organisation %" PRId64, organisation);
}

/* ---- the boxes of a photo ---- */

static bool
want_tidy(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	struct sql_cover_to_draw_rows all;
	int64_t rows;

	if (!sql_cover_to_draw(h->db, a, medium, &all, e))
		return err_wrap(e, "medium %" PRId64, medium);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].used == 0)
			return sql_job_add(
			    h->db, S(REDRAW_JOB), medium, now, &rows, e);
	return true;
}

bool
cover_regions(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	struct sql_region_uncovered_rows rows;

	if (!sql_region_uncovered(h->db, a, medium, &rows, e))
		return err_wrap(e, "medium %" PRId64, medium);
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_region_uncovered_row *r = &rows.v[i];
		const struct cover_area box = {r->x, r->y, r->w, r->h};

		if (!cover_want(h, a, medium, &box, now, e))
			return false;
	}
	return want_tidy(h, a, medium, now, e);
}

bool
cover_slots(struct house *h, struct arena *a, int64_t medium,
    const struct cover_area *b, size_t n, uint8_t hidden[PLAN_HIDDEN_BYTES],
    bool *ret_waits, struct err *e)
{
	struct sql_cover_of_medium_rows all;

	*ret_waits = false;
	if (n == 0)
		return true;
	if (!sql_cover_of_medium(h->db, a, medium, &all, e))
		return err_wrap(e, "medium %" PRId64, medium);
	for (size_t i = 0; i < n; i++) {
		const struct sql_cover_of_medium_row *r = find(&all, &b[i]);

		if (r == NULL || r->drawn == 0)
			*ret_waits = true;
		else
			hidden[r->slot / 8] |= (uint8_t)(1 << r->slot % 8);
	}
	return true;
}

/* ---- what could not be drawn ---- */

bool
cover_lost_photos(const struct deed *d, bool director,
    struct cover_lost_list *ret, struct err *e)
{
	struct sql_cover_lost_list_rows rows;
	struct cover_lost *v;

	if (!sql_cover_lost_list(d->house->db, d->arena, d->org->id, director,
		d->actor, &rows, e))
		return err_wrap(e, "photos that are withheld");
	v = NEW_N(d->arena, struct cover_lost, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many photos");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct cover_lost){rows.v[i].id, rows.v[i].post,
		    rows.v[i].day_on,
		    house_text(d->arena, d->org, "post.title_enc",
			rows.v[i].title_enc)};
	*ret = (struct cover_lost_list){v, rows.n};
	return true;
}

bool
cover_again(const struct deed *d, int64_t post, int64_t medium, struct err *e)
{
	struct sql_cover_lost_of_medium_row row;
	int64_t rows;

	if (!sql_cover_lost_of_medium(
		d->house->db, d->arena, medium, post, &row, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (row.n == 0)
		return err_set(e, ERR_NOT_FOUND, "this photo is not lost");
	return sql_cover_found(d->house->db, medium, &rows, e) &&
	       sql_job_add(
		   d->house->db, S(COVER_JOB), medium, d->now, &rows, e);
}
