#include "jobs/veil.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "jobs/intake.h"
#include "sql_job.h"
#include "sql_veil.h"
#include "sql_voice.h"

/* Added to a side. */
#define MASKED 1 /* 241, 481, 721 */
#define HUSHED 2 /* 242, 482, 722 */

/* ---- for a worker ---- */

struct numbers {
	int64_t still[VIDEO_STILLS_ALL];
	int64_t *child; /* each once; who is its place, from 1 */
	uint32_t n_child;
};

static bool
list_stills(struct house *h, struct arena *a, int64_t video,
    struct video_wish *q, struct numbers *ret, struct err *e)
{
	struct sql_veil_stills_rows rows;

	if (!sql_veil_stills(h->db, a, video, &rows, e))
		return false;
	if (rows.n == 0 || rows.n > VIDEO_STILLS_ALL)
		return err_set(e, ERR_CORRUPT, "a video without stills");
	for (size_t i = 0; i < rows.n; i++) {
		ret->still[i] = rows.v[i].id;
		q->still_ms[q->n_stills++] = (uint32_t)rows.v[i].at_ms;
		/* Up to the next, or to the end. */
		if (rows.v[i].grey != 0)
			q->grey[q->n_greys++] =
			    (struct video_grey){(uint32_t)rows.v[i].at_ms,
				i + 1 < rows.n ? (uint32_t)rows.v[i + 1].at_ms
					       : INT32_MAX};
	}
	return true;
}

static uint32_t
who(struct numbers *l, int64_t child)
{
	if (child == DB_NULL)
		return 0;
	for (uint32_t i = 0; i < l->n_child; i++)
		if (l->child[i] == child)
			return i + 1;
	l->child[l->n_child++] = child;
	return l->n_child;
}

static bool
add_box(struct video_wish *q, struct numbers *l, int64_t still,
    const struct video_box *b, int64_t child, struct err *e)
{
	uint32_t i = 0;

	while (i < q->n_stills && l->still[i] != still)
		i++;
	if (i == q->n_stills || q->n_boxes == VIDEO_BOXES_MAX)
		return err_set(e, ERR_CORRUPT, "too many boxes in a video");
	q->box[q->n_boxes] = *b;
	q->box[q->n_boxes].still = i;
	q->box[q->n_boxes++].who = who(l, child);
	return true;
}

static bool
list_boxes(struct house *h, struct arena *a, int64_t video,
    struct video_wish *q, struct err *e)
{
	struct numbers l = {.child = NEW_N(a, int64_t, VIDEO_BOXES_MAX)};
	struct sql_veil_boxes_rows hide;
	struct sql_veil_others_rows other;

	if (l.child == NULL)
		return err_set(e, ERR_LIMIT, "no room for boxes");
	if (!list_stills(h, a, video, q, &l, e) ||
	    !sql_veil_boxes(h->db, a, video, &hide, e) ||
	    !sql_veil_others(h->db, a, video, &other, e))
		return false;
	for (size_t i = 0; i < hide.n; i++) {
		const struct sql_veil_boxes_row *r = &hide.v[i];
		const struct video_box b = {.hide = true,
		    .x = (uint32_t)r->x,
		    .y = (uint32_t)r->y,
		    .w = (uint32_t)r->w,
		    .h = (uint32_t)r->h};

		if (!add_box(q, &l, r->still, &b, r->child, e))
			return false;
	}
	for (size_t i = 0; i < other.n; i++) {
		const struct sql_veil_others_row *r = &other.v[i];
		const struct video_box b = {.x = (uint32_t)r->x,
		    .y = (uint32_t)r->y,
		    .w = (uint32_t)r->w,
		    .h = (uint32_t)r->h};

		if (!add_box(q, &l, r->still, &b, r->child, e))
			return false;
	}
	return true;
}

/* *ret_hush: its lines without sound, silent all of them. */
static bool
look_for(struct house *h, struct arena *a, int64_t video, bool *ret_found,
    struct sql_veil_to_draw_row *ret, bool *ret_hush, struct err *e)
{
	struct sql_voice_to_hush_row hush;

	*ret_hush = false;
	if (!sql_veil_to_draw(h->db, a, video, ret_found, ret, e))
		return err_wrap(e, "video %" PRId64, video);
	if (*ret_found)
		return true;
	if (!sql_voice_to_hush(h->db, a, video, ret_found, &hush, e))
		return err_wrap(e, "video %" PRId64, video);
	*ret_hush = true;
	if (*ret_found)
		*ret = (struct sql_veil_to_draw_row){.silent = 1,
		    .organisation = hush.organisation,
		    .name = hush.name,
		    .key_wrapped = hush.key_wrapped};
	return true;
}

/* The row goes where there is nothing to do; asked in one transaction, because
 * somebody may want something of it at this moment. */
static bool
end_row(struct house *h, struct arena *a, int64_t video, bool *ret_found,
    struct sql_veil_to_draw_row *ret, bool *ret_hush, struct err *e)
{
	int64_t rows;

	if (!db_begin(h->db, e))
		return false;
	if (look_for(h, a, video, ret_found, ret, ret_hush, e) &&
	    (*ret_found || sql_job_done(h->db, S(VEIL_JOB), video, &rows, e)) &&
	    db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

static bool
find(struct house *h, struct arena *a, int64_t video,
    struct sql_veil_to_draw_row *ret, bool *ret_hush, struct err *e)
{
	bool found;

	if (!look_for(h, a, video, &found, ret, ret_hush, e) ||
	    (!found && !end_row(h, a, video, &found, ret, ret_hush, e)))
		return false;
	return found || err_set(e, ERR_NOT_FOUND,
			    "video %" PRId64 " is not to be masked", video);
}

/* Until nothing is left to be made of it. */
static bool
job_done(
    struct house *h, struct arena *a, int64_t video, int64_t now, struct err *e)
{
	struct sql_veil_to_draw_row m;
	bool more, hush;
	int64_t rows;

	return sql_job_done(h->db, S(VEIL_JOB), video, &rows, e) &&
	       look_for(h, a, video, &more, &m, &hush, e) &&
	       (!more || sql_job_add(h->db, S(VEIL_JOB), video, now, &rows, e));
}

/* Without its sound alone: its stills, and nothing in them. */
static bool
list_wish(struct house *h, struct arena *a, const struct veil_work *w,
    struct video_wish *q, struct err *e)
{
	struct numbers l = {0};

	if (!w->hush)
		return list_boxes(h, a, w->video, q, e);
	if (!list_stills(h, a, w->video, q, &l, e))
		return false;
	q->n_greys = 0;
	return true;
}

static bool
open_all(struct house *h, struct arena *a, struct veil_work *w,
    struct video_veil *job, int fd[VIDEO_TAKE_FDS], struct err *e)
{
	struct sql_veil_to_draw_row m;

	if (!find(h, a, w->video, &m, &w->hush, e) ||
	    !list_wish(h, a, w, &job->wish, e) ||
	    !intake_blob(h, a, m.organisation, m.name, m.key_wrapped, &fd[0],
		&job->original, e) ||
	    !sides_open(h, &w->side, job->side, fd + 1, e))
		return false;
	w->round = m.round;
	job->id = (uint32_t)w->video;
	job->silent = m.silent != 0;
	return veil_progress(h, w, 0, e);
}

bool
veil_open(struct house *h, struct arena *a, int64_t video,
    struct veil_work **ret, struct video_veil **ret_job,
    int ret_fd[VIDEO_TAKE_FDS], struct err *e)
{
	struct video_veil *job = NEW(a, struct video_veil);
	struct veil_work *w = calloc(1, sizeof(*w));

	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		ret_fd[i] = -1;
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
	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		if (ret_fd[i] >= 0)
			(void)close(ret_fd[i]);
	explicit_bzero(job, sizeof(*job));
	veil_work_free(h, w);
	return err_wrap(e, "video %" PRId64, video);
}

void
veil_work_free(struct house *h, struct veil_work *w)
{
	if (w == NULL)
		return;
	sides_done(h, &w->side);
	free(w);
}

bool
veil_in_use(const struct veil_work *w, const char *name)
{
	return w != NULL && sides_in_use(&w->side, name);
}

bool
veil_progress(
    struct house *h, const struct veil_work *w, int64_t percent, struct err *e)
{
	int64_t rows;

	return sql_veil_progress(h->db, percent, w->video, w->round, &rows, e);
}

/* ---- what came back ---- */

/* The rows of the round before go with their keys. */
static bool
write_rows(struct house *h, struct arena *a, const struct veil_work *w,
    const struct video_veiled *said, int64_t now, struct err *e)
{
	int64_t whole =
	    said->frames == 0
		? 100
		: (int64_t)(((uint64_t)said->whole * 100 + said->frames - 1) /
			    said->frames);
	const struct organisation *org;
	struct sql_veil_to_draw_row m;
	bool found, hush;
	int64_t rows;

	if (!look_for(h, a, w->video, &found, &m, &hush, e))
		return false;
	if (!found || hush != w->hush || m.round != w->round)
		return err_set(e, ERR_BUSY, "something else was asked for");
	if (!intake_org(h, m.organisation, &org, e) ||
	    (!hush && !sql_veil_forget_files(h->db, w->video, &rows, e)) ||
	    !sides_rows(h, a, org, w->video, &w->side, said->side,
		hush ? HUSHED : MASKED, now, e))
		return false;
	return (hush || sql_veil_drawn(
			    h->db, whole, w->video, w->round, &rows, e)) &&
	       job_done(h, a, w->video, now, e);
}

static bool
commit(struct house *h, struct arena *a, const struct veil_work *w,
    const struct video_veiled *said, int64_t now, struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (write_rows(h, a, w, said, now, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

bool
veil_store(struct house *h, struct arena *a, struct veil_work *w,
    const struct video_veiled *said, int64_t now, struct err *e)
{
	struct sql_veil_files_rows old = {0};
	str name[VIDEO_SIDES];
	size_t n = 0;

	w->side.stored =
	    (w->hush || sql_veil_files(h->db, a, w->video, &old, e)) &&
	    sides_check(h, &w->side, said->side, e) &&
	    sides_keep(h, &w->side, said->side, e) &&
	    commit(h, a, w, said, now, e);
	if (!w->side.stored)
		return err_wrap(e, "video %" PRId64, w->video);
	for (; n < old.n && n < VIDEO_SIDES; n++)
		name[n] = old.v[n].name;
	rendition_remove(h, a, name, n);
	return true;
}

bool
veil_give_up(
    struct house *h, struct arena *a, int64_t video, int64_t now, struct err *e)
{
	int64_t masked, rows;

	log_warn("video=%" PRId64 " cannot be masked", video);
	if (!sql_veil_lost(h->db, video, &masked, e))
		return false;
	/* What is wanted beside it is tried all the same. */
	return masked > 0 ? job_done(h, a, video, now, e)
			  : sql_job_done(h->db, S(VEIL_JOB), video, &rows, e);
}
