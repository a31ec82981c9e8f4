#include "jobs/cover.h"

#include <inttypes.h>

#include "base/log.h"
#include "jobs/intake.h"
#include "jobs/rendition.h"
#include "sharing/blob_key.h"
#include "sql_blob.h"
#include "sql_cover.h"
#include "sql_job.h"

#define RETRY_S 60

static bool
jobs_done(struct house *h, int64_t medium, struct err *e)
{
	int64_t rows;

	return sql_job_done(h->db, S(COVER_JOB), medium, &rows, e) &&
	       sql_job_done(h->db, S(REDRAW_JOB), medium, &rows, e);
}

/* All three, from large to small. */
static bool
find(struct house *h, struct arena *a, int64_t medium,
    struct sql_blob_renditions_rows *ret, struct err *e)
{
	if (!sql_blob_renditions(h->db, a, medium, ret, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (ret->n == MEDIA_SIDES)
		return true;
	if (!jobs_done(h, medium, e))
		return false;
	return err_set(e, ERR_NOT_FOUND, "medium %" PRId64 " went", medium);
}

static bool
list_boxes(struct house *h, struct arena *a, int64_t medium,
    struct media_cover *ret, struct err *e)
{
	struct sql_cover_to_draw_rows all;
	struct media_region *v;
	uint32_t n = 0;

	if (!sql_cover_to_draw(h->db, a, medium, &all, e))
		return false;
	v = NEW_N(a, struct media_region, all.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for boxes");
	for (size_t i = 0; i < all.n; i++) {
		const struct sql_cover_to_draw_row *r = &all.v[i];

		if (r->used != 0)
			v[n++] = (struct media_region){(uint32_t)r->slot,
			    (uint32_t)r->x, (uint32_t)r->y,
			    (uint32_t)(r->x + r->w), (uint32_t)(r->y + r->h)};
	}
	*ret =
	    (struct media_cover){.id = (uint32_t)medium, .n = n, .region = v};
	return true;
}

bool
cover_open(struct house *h, struct arena *a, int64_t medium,
    int ret_fd[MEDIA_SIDES], struct media_cover *ret, struct err *e)
{
	struct sql_blob_renditions_rows rows;
	int fd[MEDIA_SIDES] = {-1, -1, -1};
	enum region_figure shape;
	bool done;

	if (!find(h, a, medium, &rows, e) ||
	    !list_boxes(h, a, medium, ret, e) ||
	    !cover_shape(h, a, rows.v[0].organisation, &shape, e))
		return false;
	ret->shape = (uint8_t)shape;
	done = true;
	for (size_t i = 0; i < MEDIA_SIDES && done; i++)
		done = intake_original(h, a, rows.v[i].organisation,
		    rows.v[i].name, rows.v[i].key_wrapped, &fd[i], e);
	for (size_t i = 0; i < MEDIA_SIDES; i++)
		if (done)
			ret_fd[i] = fd[i];
		else if (fd[i] >= 0)
			(void)close(fd[i]);
	return done || err_wrap(e, "medium %" PRId64, medium);
}

/* ---- what came back ---- */

static bool
replace(struct house *h, struct arena *a, int64_t medium,
    const struct sql_blob_renditions_row *old, const struct kept *k,
    struct err *e)
{
	const struct organisation *org;
	int64_t rows;
	str wrapped;

	if (!house_org(h, old->organisation, &org, e) ||
	    !blob_key_wrap(a, org, str_c(k->name), &k->key, &wrapped, e) ||
	    !sql_blob_replace(h->db, str_c(k->name), wrapped, k->bytes, medium,
		old->side, old->name, &rows, e))
		return false;
	return rows == 1 ||
	       err_set(e, ERR_NOT_FOUND, "medium %" PRId64 " went", medium);
}

static bool
has_slot(const struct file *f, int64_t slot)
{
	for (uint32_t i = 0; i < f->regions; i++)
		if (f->slot[i] == slot)
			return true;
	return false;
}

/* What is still to be drawn after this. */
struct rest {
	bool wanted; /* who waits for it sees nothing of the photo */
	bool stale;
};

/* A box is drawn when every rendition has it.  One that was left out because
 * nothing used it goes, unless something does by now. */
static bool
note_row(struct house *h, int64_t medium, const struct sql_cover_to_draw_row *r,
    bool in_file, struct rest *rest, struct err *e)
{
	int64_t rows;

	rest->wanted |= !in_file && r->used != 0;
	rest->stale |= in_file && r->used == 0;
	if (in_file)
		return r->drawn != 0 ||
		       sql_cover_drawn(h->db, medium, r->slot, &rows, e);
	if (r->used == 0)
		return sql_cover_erase(h->db, medium, r->slot, &rows, e);
	return r->drawn == 0 ||
	       sql_cover_undrawn(h->db, medium, r->slot, &rows, e);
}

static bool
note_drawn(struct house *h, struct arena *a, int64_t medium,
    const struct file *f, struct rest *rest, struct err *e)
{
	struct sql_cover_to_draw_rows all;
	int64_t rows;

	if (!sql_cover_to_draw(h->db, a, medium, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (!note_row(h, medium, &all.v[i], has_slot(f, all.v[i].slot),
			rest, e))
			return false;
	return sql_cover_found(h->db, medium, &rows, e);
}

static bool
jobs_left(struct house *h, int64_t medium, const struct rest *rest, int64_t now,
    struct err *e)
{
	int64_t rows;

	return jobs_done(h, medium, e) &&
	       (!rest->wanted ||
		   sql_job_add(h->db, S(COVER_JOB), medium, now, &rows, e)) &&
	       (!rest->stale ||
		   sql_job_add(h->db, S(REDRAW_JOB), medium, now, &rows, e));
}

/* All that belongs into the commit. */
static bool
store_rows(struct house *h, struct arena *a, int64_t medium,
    const struct sql_blob_renditions_rows *old, const struct file *f,
    const struct kept *kept, uint8_t drawn_as, int64_t now, struct err *e)
{
	enum region_figure shape;
	struct rest rest;

	for (size_t i = 0; i < MEDIA_SIDES; i++)
		if (!replace(h, a, medium, &old->v[i], &kept[i], e))
			return false;
	if (!cover_shape(h, a, old->v[0].organisation, &shape, e))
		return false;
	rest = (struct rest){.stale = drawn_as != shape};
	return note_drawn(h, a, medium, f, &rest, e) &&
	       jobs_left(h, medium, &rest, now, e);
}

static bool
commit(struct house *h, struct arena *a, int64_t medium,
    const struct sql_blob_renditions_rows *old, const struct file *f,
    const struct kept *kept, uint8_t drawn_as, int64_t now, struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (store_rows(h, a, medium, old, f, kept, drawn_as, now, e) &&
	    db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

static bool
same_slots(const struct file *a, const struct file *b)
{
	return a->regions == b->regions &&
	       memcmp(a->slot, b->slot, a->regions * sizeof(*a->slot)) == 0;
}

static bool
read_heads(struct arena *a, const struct sql_blob_renditions_rows *old,
    const struct media_covered *d, const int fd[MEDIA_SIDES],
    struct file ret[MEDIA_SIDES], struct err *e)
{
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		const struct sql_blob_renditions_row *o = &old->v[i];

		if (!rendition_head(a, fd[i], d->bytes[i], (uint32_t)o->width,
			(uint32_t)o->height, &ret[i], e))
			return false;
		if (!same_slots(&ret[i], &ret[0]))
			return err_set(e, ERR_CORRUPT, "renditions differ");
	}
	return true;
}

bool
cover_store(struct house *h, struct arena *a, int64_t medium,
    const struct media_covered *d, const int fd[MEDIA_SIDES], int64_t now,
    struct err *e)
{
	struct sql_blob_renditions_rows old;
	struct kept kept[MEDIA_SIDES] = {0};
	struct file f[MEDIA_SIDES];
	bool done;

	if (!find(h, a, medium, &old, e))
		return false;
	done = read_heads(a, &old, d, fd, f, e);
	for (size_t i = 0; i < MEDIA_SIDES && done; i++)
		done = rendition_keep(h, fd[i], &f[i], &kept[i], e);
	done =
	    done && commit(h, a, medium, &old, &f[0], kept, d->shape, now, e);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		if (!done)
			rendition_undo(h, &kept[i]);
		key_done(&kept[i].key);
	}
	if (!done)
		return err_wrap(e, "medium %" PRId64, medium);
	rendition_remove(h, a,
	    (const str[]){old.v[0].name, old.v[1].name, old.v[2].name},
	    MEDIA_SIDES);
	return true;
}

/* ---- what did not work ---- */

static const char *const kinds[] = {COVER_JOB, REDRAW_JOB};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool
put_off(struct house *h, int64_t medium, const char *why, int64_t until,
    struct err *e)
{
	int64_t rows;

	for (size_t i = 0; i < KINDS; i++)
		if (!sql_job_later(h->db, str_c(why), until, str_c(kinds[i]),
			medium, &rows, e))
			return false;
	return true;
}

/* Each try waits twice as long as the one before.  *ret_most: how often the
 * job failed that failed most. */
static bool
count_try(struct house *h, struct arena *a, int64_t medium, const char *why,
    int64_t now, int64_t *ret_most, struct err *e)
{
	struct sql_job_attempts_row row;
	int64_t rows, most = 0;
	bool found;

	for (size_t i = 0; i < KINDS; i++) {
		str kind = str_c(kinds[i]);

		if (!sql_job_attempts(h->db, a, kind, medium, &found, &row, e))
			return false;
		if (!found)
			continue;
		if (!sql_job_failed(h->db, str_c(why),
			now + (INT64_C(2) << row.attempts), kind, medium, &rows,
			e))
			return false;
		most = row.attempts + 1 > most ? row.attempts + 1 : most;
	}
	*ret_most = most;
	return true;
}

static bool
give_up(struct house *h, int64_t medium, int64_t now, struct err *e)
{
	int64_t rows;

	log_warn(
	    "medium=%" PRId64 " cannot be covered and stays withheld", medium);
	return sql_cover_lost(h->db, now, medium, &rows, e) &&
	       jobs_done(h, medium, e);
}

bool
cover_failed(struct house *h, struct arena *a, int64_t medium, bool counts,
    const char *why, int64_t now, struct err *e)
{
	int64_t most;

	if (!counts)
		return put_off(h, medium, why, now + RETRY_S, e);
	if (!db_begin(h->db, e))
		return false;
	if (count_try(h, a, medium, why, now, &most, e) &&
	    (most < COVER_TRIES_MAX || give_up(h, medium, now, e)) &&
	    db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "medium %" PRId64, medium);
}
