#include "jobs/film.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>

#include "hash/kind.h"
#include "jobs/between.h"
#include "jobs/film_stills.h"
#include "jobs/intake.h"
#include "sql_between.h"
#include "sql_blob.h"
#include "sql_job.h"
#include "sql_medium.h"
#include "sql_medium_hash.h"
#include "sql_post.h"
#include "sql_voice.h"

#define ARENA_BYTES \
	((size_t)HASHES_FILM_BYTES_MAX + VIDEO_BYTES_MAX + ((size_t)8 << 20))

/* ---- for a worker ---- */

static bool
open_all(struct house *h, struct arena *a, struct film *f,
    struct video_take *job, int fd[VIDEO_TAKE_FDS], struct err *e)
{
	struct sql_medium_to_take_row m;
	int64_t rows;

	return intake_row(h, a, f->medium, &m, e) &&
	       intake_blob(h, a, m.organisation, m.name, m.key_wrapped, &fd[0],
		   &job->original, e) &&
	       sides_open(h, &f->side, job->side, fd + 1, e) &&
	       sql_medium_video_progress(h->db, 0, f->medium, &rows, e);
}

bool
film_open(struct house *h, struct arena *a, int64_t medium, struct film **ret,
    struct video_take *ret_job, int ret_fd[VIDEO_TAKE_FDS], struct err *e)
{
	struct film *f = calloc(1, sizeof(*f));

	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		ret_fd[i] = -1;
	if (f == NULL)
		return err_set(e, ERR_LIMIT, "no memory for a film");
	f->medium = medium;
	f->stills = -1;
	*ret_job = (struct video_take){
	    .id = (uint32_t)medium, .hypotheses = QUERY_DEFAULT};
	if (open_all(h, a, f, ret_job, ret_fd, e)) {
		*ret = f;
		return true;
	}
	for (size_t i = 0; i < VIDEO_TAKE_FDS; i++)
		if (ret_fd[i] >= 0)
			(void)close(ret_fd[i]);
	explicit_bzero(ret_job, sizeof(*ret_job));
	film_free(h, f);
	return err_wrap(e, "medium %" PRId64, medium);
}

void
film_free(struct house *h, struct film *f)
{
	if (f == NULL)
		return;
	sides_done(h, &f->side);
	if (f->stills >= 0)
		(void)close(f->stills);
	arena_free(f->arena);
	free(f);
}

bool
film_in_use(const struct film *f, const char *name)
{
	return f != NULL && sides_in_use(&f->side, name);
}

/* ---- what came back ---- */

static bool
is_digest(const struct hash_row *r)
{
	return r->kind == HASH_MD5 || r->kind == HASH_SHA1 ||
	       r->kind == HASH_SHA256;
}

static bool
is_frame(const struct hash_row *r)
{
	return r->kind == HASH_PDQ && r->pipeline == PDQ_CORE;
}

bool
film_hashes(struct arena *a, str table, struct hashes *ret, struct err *e)
{
	size_t digests = 0, frames = 0;
	struct hashes t;

	if (!hashes_read(a, table, HASHES_FILM_ROWS_MAX, &t, e))
		return err_wrap(e, "frames of a video");
	for (size_t i = 0; i < t.n; i++) {
		const struct hash_row *r = &t.v[i];

		if ((!is_frame(r) && !is_digest(r)) || !intake_is_whole(r))
			return err_set(e, ERR_CORRUPT,
			    "frame %zu of a video is not what it says", i);
		digests += r->kind == HASH_SHA256;
		frames += is_frame(r);
	}
	if (frames == 0 || digests != 1)
		return err_set(e, ERR_CORRUPT, "a video without frames");
	*ret = t;
	return true;
}

static bool
read_sealed(struct arena *a, int fd, uint32_t bytes, str *ret, struct err *e)
{
	char *p = NEW_N(a, char, (size_t)bytes + 1);

	if (p == NULL)
		return err_set(e, ERR_LIMIT, "no memory for hashes");
	if (!rendition_sealed(fd, bytes, e))
		return false;
	if (pread(fd, p, bytes, 0) != (ssize_t)bytes)
		return err_sys(e, "hashes");
	*ret = (str){p, bytes};
	return true;
}

static uint32_t
stills_bytes(const struct video_taken *t)
{
	uint32_t n = 0;

	for (size_t i = 0; i < t->n_stills; i++)
		n += t->still[i].bytes;
	return n;
}

bool
film_taken(struct house *h, struct film *f, const struct video_taken *t,
    const int fd[VIDEO_TAKEN_FDS], struct err *e)
{
	str table;

	f->taken = *t;
	f->arena = arena_new(ARENA_BYTES);
	if (!sides_check(h, &f->side, t->side, e) ||
	    !read_sealed(f->arena, fd[0], t->hashes_bytes, &table, e) ||
	    !film_hashes(f->arena, table, &f->hashes, e) ||
	    !read_sealed(f->arena, fd[1], t->tmk_bytes, &f->tmk, e) ||
	    !rendition_sealed(fd[2], stills_bytes(t), e))
		return false;
	f->stills = fcntl(fd[2], F_DUPFD_CLOEXEC, 0);
	return f->stills != -1 || err_sys(e, "stills");
}

/* ---- what is kept ---- */

static str
original_type(const struct video_taken *t)
{
	static const char *const types[VIDEO_FORMATS] = {
	    [VIDEO_FORMAT_MP4] = "video/mp4",
	    [VIDEO_FORMAT_MOV] = "video/quicktime",
	    [VIDEO_FORMAT_3GP] = "video/3gpp",
	    [VIDEO_FORMAT_WEBM] = "video/webm",
	};

	return str_c(types[t->format]);
}

static bool
write_medium(struct house *h, const struct film *f, struct err *e)
{
	const struct video_taken *t = &f->taken;
	int64_t taken_at = t->taken_at == 0 ? DB_NULL : t->taken_at;
	int64_t rows;

	if (!sql_medium_ready(
		h->db, t->width, t->height, taken_at, f->medium, &rows, e))
		return false;
	if (rows != 1)
		return err_set(e, ERR_NOT_FOUND,
		    "medium %" PRId64 " went meanwhile", f->medium);
	return sql_medium_video_ready(
		   h->db, t->duration_ms, t->sound, f->medium, &rows, e) &&
	       sql_blob_original(h->db, original_type(t), t->width, t->height,
		   f->medium, &rows, e);
}

/* In what a family brought nobody is looked for: who had to be covered is. */
static bool
look_between(struct house *h, const struct sql_medium_to_take_row *m,
    int64_t now, struct err *e)
{
	int64_t rows;

	if (m->brought != DB_NULL)
		return sql_between_end(h->db, S("looked"), m->id, &rows, e);
	return sql_job_add(h->db, S(BETWEEN_JOB), m->id, now, &rows, e);
}

static bool
write_rows(struct house *h, struct arena *a, const struct organisation *org,
    const struct sql_medium_to_take_row *m, const struct film *f,
    const struct kept *stills, int64_t now, struct err *e)
{
	int64_t still, rows;

	if (!write_medium(h, f, e) || !sides_rows(h, a, org, f->medium,
					  &f->side, f->taken.side, 0, now, e))
		return false;
	for (size_t i = 0; i < f->taken.n_stills; i++)
		if (!film_stills_row(h, a, org, f->medium,
			f->taken.still[i].at_ms, &stills[i], now, &still, e))
			return false;
	return intake_hash_rows(h->db, f->medium, &f->hashes, e) &&
	       sql_medium_hash_add(h->db, HASH_TMK, f->medium, 0, 0, 0, DB_NULL,
		   0, f->tmk, &rows, e) &&
	       sql_post_recount(h->db, m->post, &rows, e) &&
	       sql_voice_want_of_post(h->db, now, m->post, &rows, e) &&
	       look_between(h, m, now, e) &&
	       sql_job_done(h->db, S(INTAKE_JOB), f->medium, &rows, e);
}

static bool
commit(struct house *h, struct arena *a, const struct film *f,
    const struct kept *stills, int64_t now, struct err *e)
{
	const struct organisation *org;
	struct sql_medium_to_take_row m;

	if (!intake_row(h, a, f->medium, &m, e) ||
	    !intake_org(h, m.organisation, &org, e) || !db_begin(h->db, e))
		return false;
	if (write_rows(h, a, org, &m, f, stills, now, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return false;
}

bool
film_store(struct house *h, struct arena *a, struct film *f, int64_t now,
    struct err *e)
{
	struct kept *stills = NEW_N(a, struct kept, VIDEO_STILLS_MAX);

	if (stills == NULL)
		return err_set(e, ERR_LIMIT, "no memory for stills");
	f->side.stored = sides_keep(h, &f->side, f->taken.side, e) &&
			 film_stills_keep(h, f->stills, f->taken.still,
			     f->taken.n_stills, stills, e) &&
			 commit(h, a, f, stills, now, e);
	film_stills_done(h, stills, VIDEO_STILLS_MAX, f->side.stored);
	return f->side.stored || err_wrap(e, "medium %" PRId64, f->medium);
}
