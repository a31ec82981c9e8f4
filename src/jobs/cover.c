#include "jobs/cover.h"

#include <inttypes.h>

#include "jobs/intake.h"
#include "jobs/rendition.h"
#include "sharing/blob_key.h"
#include "sql_blob.h"
#include "sql_cover.h"
#include "sql_job.h"

#define RETRY_S 60

/* All three, from large to small. */
static bool
find(struct house *h, struct arena *a, int64_t medium,
    struct sql_blob_renditions_rows *ret, struct err *e)
{
	int64_t rows;

	if (!sql_blob_renditions(h->db, a, medium, ret, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (ret->n == MEDIA_SIDES)
		return true;
	if (!sql_job_done(h->db, S(COVER_JOB), medium, &rows, e))
		return false;
	return err_set(e, ERR_NOT_FOUND, "medium %" PRId64 " went", medium);
}

static bool
list_boxes(struct house *h, struct arena *a, int64_t medium,
    struct media_cover *ret, struct err *e)
{
	struct sql_cover_of_medium_rows all;
	struct media_region *v;

	if (!sql_cover_of_medium(h->db, a, medium, &all, e))
		return false;
	v = NEW_N(a, struct media_region, all.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for boxes");
	for (size_t i = 0; i < all.n; i++) {
		const struct sql_cover_of_medium_row *r = &all.v[i];

		v[i] = (struct media_region){(uint32_t)r->slot, (uint32_t)r->x,
		    (uint32_t)r->y, (uint32_t)(r->x + r->w),
		    (uint32_t)(r->y + r->h)};
	}
	*ret = (struct media_cover){(uint32_t)medium, (uint32_t)all.n, v};
	return true;
}

bool
cover_open(struct house *h, struct arena *a, int64_t medium,
    int ret_fd[MEDIA_SIDES], struct media_cover *ret, struct err *e)
{
	struct sql_blob_renditions_rows rows;
	int fd[MEDIA_SIDES] = {-1, -1, -1};
	bool done;

	if (!find(h, a, medium, &rows, e) || !list_boxes(h, a, medium, ret, e))
		return false;
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

/* Slots are drawn when every rendition has them; the job is done when all that
 * are wanted by now are drawn. */
static bool
note_drawn(struct house *h, struct arena *a, int64_t medium,
    const struct file *f, int64_t now, struct err *e)
{
	struct sql_cover_of_medium_rows all;
	int64_t rows;
	bool more = false;

	for (uint32_t i = 0; i < f->regions; i++)
		if (!sql_cover_drawn(h->db, medium, f->slot[i], &rows, e))
			return false;
	if (!sql_cover_of_medium(h->db, a, medium, &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++)
		more |= all.v[i].drawn == 0;
	return more ? sql_job_add(h->db, S(COVER_JOB), medium, now, &rows, e)
		    : sql_job_done(h->db, S(COVER_JOB), medium, &rows, e);
}

static bool
commit(struct house *h, struct arena *a, int64_t medium,
    const struct sql_blob_renditions_rows *old, const struct file *f,
    const struct kept *kept, int64_t now, struct err *e)
{
	bool done = true;

	if (!db_begin(h->db, e))
		return false;
	for (size_t i = 0; i < MEDIA_SIDES && done; i++)
		done = replace(h, a, medium, &old->v[i], &kept[i], e);
	if (done && note_drawn(h, a, medium, f, now, e) && db_commit(h->db, e))
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

/* Their keys are gone; a file that stays is an orphan, and swept.  A backup
 * that is being made may still want them. */
static void
remove_old(struct house *h, struct arena *a,
    const struct sql_blob_renditions_rows *old)
{
	struct err ignored;

	if (!blob_tidy(h->blobs))
		return;
	for (size_t i = 0; i < old->n; i++) {
		char *name = arena_cstr(a, old->v[i].name);

		if (name != NULL)
			(void)!blob_remove(h->blobs, name, &ignored);
	}
	blob_release(h->blobs);
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
	done = done && commit(h, a, medium, &old, &f[0], kept, now, e);
	for (size_t i = 0; i < MEDIA_SIDES; i++) {
		if (!done)
			rendition_undo(h, &kept[i]);
		key_done(&kept[i].key);
	}
	if (!done)
		return err_wrap(e, "medium %" PRId64, medium);
	remove_old(h, a, &old);
	return true;
}

bool
cover_put_off(struct house *h, int64_t medium, const char *why, int64_t now,
    struct err *e)
{
	int64_t rows;

	return sql_job_later(
	    h->db, str_c(why), now + RETRY_S, S(COVER_JOB), medium, &rows, e);
}
