#include "jobs/between.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "faces/region.h"
#include "jobs/film_stills.h"
#include "jobs/intake.h"
#include "sql_between.h"
#include "sql_job.h"
#include "sql_medium.h"
#include "sql_post.h"
#include "sql_region.h"

#define LOOKED S("looked")
#define LEFT S("left")

bool
between_due(
    struct house *h, struct arena *a, int64_t now, int64_t *ret, struct err *e)
{
	struct sql_between_due_rows due;

	if (!sql_between_due(h->db, a, now, &due, e))
		return err_wrap(e, "queue");
	*ret = due.n > 0 ? due.v[0].subject : 0;
	return true;
}

/* ---- for a worker ---- */

static bool
find(struct house *h, struct arena *a, int64_t video,
    struct sql_between_video_row *ret, struct err *e)
{
	int64_t rows;
	bool found;

	if (!sql_between_video(h->db, a, video, &found, ret, e))
		return err_wrap(e, "video %" PRId64, video);
	if (found)
		return true;
	if (!sql_between_forget(h->db, video, &rows, e))
		return false;
	return err_set(e, ERR_NOT_FOUND, "video %" PRId64 " went", video);
}

static bool
list_stills(struct house *h, struct arena *a, struct between_work *w,
    struct video_wish *q, struct err *e)
{
	struct sql_between_stills_rows rows;

	if (!sql_between_stills(h->db, a, w->video, &rows, e))
		return false;
	if (rows.n == 0 || rows.n > VIDEO_STILLS_MAX)
		return err_set(e, ERR_CORRUPT, "a video without stills");
	for (size_t i = 0; i < rows.n; i++) {
		w->still[w->n++] = rows.v[i].id;
		q->still_ms[q->n_stills++] = (uint32_t)rows.v[i].at_ms;
	}
	return true;
}

static bool
list_boxes(struct house *h, struct arena *a, const struct between_work *w,
    struct video_wish *q, struct err *e)
{
	struct sql_between_boxes_rows rows;

	if (!sql_between_boxes(h->db, a, w->video, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_between_boxes_row *r = &rows.v[i];
		uint32_t still = 0;

		while (still < w->n && w->still[still] != r->still)
			still++;
		if (still == w->n || q->n_boxes == VIDEO_BOXES_MAX)
			return err_set(
			    e, ERR_CORRUPT, "too many boxes in a video");
		q->box[q->n_boxes++] = (struct video_box){.still = still,
		    .x = (uint32_t)r->x,
		    .y = (uint32_t)r->y,
		    .w = (uint32_t)r->w,
		    .h = (uint32_t)r->h};
	}
	return true;
}

static bool
open_all(struct house *h, struct arena *a, struct between_work *w,
    struct video_between *job, int *fd, struct err *e)
{
	struct sql_between_video_row m;

	if (!find(h, a, w->video, &m, e))
		return false;
	if (m.name.p == NULL || m.key_wrapped.p == NULL)
		return err_set(e, ERR_CORRUPT, "a video without its original");
	job->id = (uint32_t)w->video;
	return list_stills(h, a, w, &job->there, e) &&
	       list_boxes(h, a, w, &job->there, e) &&
	       intake_blob(h, a, m.organisation, m.name, m.key_wrapped, fd,
		   &job->original, e);
}

bool
between_open(struct house *h, struct arena *a, int64_t video,
    struct between_work **ret, struct video_between **ret_job, int *ret_fd,
    struct err *e)
{
	struct video_between *job = NEW(a, struct video_between);
	struct between_work *w = calloc(1, sizeof(*w));

	if (w == NULL || job == NULL) {
		free(w);
		return err_set(e, ERR_LIMIT, "no memory for a video");
	}
	w->video = video;
	if (open_all(h, a, w, job, ret_fd, e)) {
		*ret = w;
		*ret_job = job;
		return true;
	}
	explicit_bzero(job, sizeof(*job));
	free(w);
	return err_wrap(e, "video %" PRId64, video);
}

void
between_free(struct between_work *w)
{
	free(w);
}

/* ---- what came back ---- */

static struct box
box_of(const struct video_found_box *b)
{
	return (struct box){b->x, b->y, b->w, b->h};
}

/* A still that is there, unless something else became of it. */
static bool
box_there(struct house *h, struct arena *a, const struct between_work *w,
    const struct video_found_box *b, int64_t now, struct err *e)
{
	const struct box box = box_of(b);
	struct sql_between_stills_rows rows;

	if (b->still >= w->n)
		return err_set(e, ERR_CORRUPT, "a box in no still");
	if (!sql_between_stills(h->db, a, w->video, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id == w->still[b->still] &&
		    (str_eq(rows.v[i].state, S("ready")) ||
			str_eq(rows.v[i].state, S("held"))))
			return region_found(
			    h, a, rows.v[i].id, &box, 1, now, e);
	return true;
}

/* The still is no photo yet; what is looked for in it later is added. */
static bool
box_further(struct house *h, struct arena *a, int64_t still,
    const struct video_found_box *b, int64_t now, struct err *e)
{
	const struct box box = box_inside(box_of(b));
	struct sql_region_add_row row;

	return sql_region_add(h->db, a, still, box.x, box.y, box.w, box.h,
	    S("found"), DB_NULL, now, &row, e);
}

static bool
write_stills(struct house *h, struct arena *a, const struct organisation *org,
    const struct between_work *w, const struct video_found *f,
    const struct kept *kept, int64_t now, struct err *e)
{
	int64_t still[VIDEO_FURTHER_MAX];

	for (size_t i = 0; i < f->n_stills; i++)
		if (!film_stills_row(h, a, org, w->video, f->still[i].at_ms,
			&kept[i], now, &still[i], e))
			return false;
	for (size_t i = 0; i < f->n_boxes; i++) {
		const struct video_found_box *b = &f->box[i];

		if (b->further ? !box_further(h, a, still[b->still], b, now, e)
			       : !box_there(h, a, w, b, now, e))
			return false;
	}
	return true;
}

/* An album that families see counts it, or counts it no more. */
static bool
end(struct house *h, struct arena *a, int64_t video, str gaps, int64_t post,
    struct err *e)
{
	struct sql_between_stills_rows rows;
	int64_t n;

	return sql_between_end(h->db, gaps, video, &n, e) &&
	       sql_between_stills(h->db, a, video, &rows, e) &&
	       (rows.n == 0 ||
		   sql_medium_video_cleared(h->db, rows.v[0].id, &n, e)) &&
	       sql_post_recount(h->db, post, &n, e) &&
	       sql_job_done(h->db, S(BETWEEN_JOB), video, &n, e);
}

static bool
write_rows(struct house *h, struct arena *a, const struct between_work *w,
    const struct video_found *f, const struct kept *kept, int64_t now,
    struct err *e)
{
	const struct organisation *org;
	struct sql_between_video_row m;

	return find(h, a, w->video, &m, e) &&
	       intake_org(h, m.organisation, &org, e) &&
	       write_stills(h, a, org, w, f, kept, now, e) &&
	       end(h, a, w->video, f->left ? LEFT : LOOKED, m.post, e);
}

static bool
commit(struct house *h, struct arena *a, const struct between_work *w,
    const struct video_found *f, const struct kept *kept, int64_t now,
    struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (write_rows(h, a, w, f, kept, now, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

/* At a time at which there is one already, it would be no further one. */
static bool
is_further(struct house *h, struct arena *a, const struct between_work *w,
    const struct video_found *f, struct err *e)
{
	struct sql_between_stills_rows rows;

	if (!sql_between_stills(h->db, a, w->video, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < f->n_stills; k++)
			if (rows.v[i].at_ms == f->still[k].at_ms)
				return err_set(e, ERR_CORRUPT,
				    "a still that is there already");
	return true;
}

static bool
sealed(const struct video_found *f, int fd, struct err *e)
{
	uint32_t bytes = 0;

	for (size_t i = 0; i < f->n_stills; i++)
		bytes += f->still[i].bytes;
	return f->n_stills == 0 || rendition_sealed(fd, bytes, e);
}

bool
between_store(struct house *h, struct arena *a, const struct between_work *w,
    const struct video_found *f, int fd, int64_t now, struct err *e)
{
	struct kept *kept = NEW_N(a, struct kept, VIDEO_FURTHER_MAX);
	bool stored;

	if (kept == NULL)
		return err_set(e, ERR_LIMIT, "no memory for stills");
	stored = is_further(h, a, w, f, e) && sealed(f, fd, e) &&
		 film_stills_keep(h, fd, f->still, f->n_stills, kept, e) &&
		 commit(h, a, w, f, kept, now, e);
	film_stills_done(h, kept, VIDEO_FURTHER_MAX, stored);
	return stored || err_wrap(e, "video %" PRId64, w->video);
}

static bool
write_given_up(struct house *h, struct arena *a, int64_t video, struct err *e)
{
	struct sql_between_video_row m;

	return find(h, a, video, &m, e) && end(h, a, video, LEFT, m.post, e);
}

bool
between_give_up(
    struct house *h, struct arena *a, int64_t video, int64_t now, struct err *e)
{
	(void)now;
	log_warn("video=%" PRId64 " cannot be looked through", video);
	if (!db_begin(h->db, e))
		return false;
	if (write_given_up(h, a, video, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return e->kind == ERR_NOT_FOUND;
}
