#include "jobs/glance.h"

#include <inttypes.h>

#include "ipc/sealed.h"
#include "jobs/intake.h"
#include "media/sniff.h"
#include "sql_glance.h"
#include "sql_job.h"

bool
glance_give_up(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	int64_t rows;

	(void)a;
	(void)now;
	return sql_glance_lost(h->db, medium, &rows, e) &&
	       sql_job_done(h->db, S(GLANCE_JOB), medium, &rows, e);
}

bool
glance_open(struct house *h, struct arena *a, int64_t medium, int *ret_fd,
    struct err *e)
{
	struct sql_glance_source_row row;
	bool found;

	if (!sql_glance_source(h->db, a, medium, &found, &row, e))
		return err_wrap(e, "medium %" PRId64, medium);
	if (!found)
		return glance_give_up(h, a, medium, 0, e) &&
		       err_set(
			   e, ERR_NOT_FOUND, "medium %" PRId64 " went", medium);
	return intake_original(h, a, row.organisation, row.name,
		   row.key_wrapped, ret_fd, e) ||
	       err_wrap(e, "medium %" PRId64, medium);
}

/* One picture of so many bytes, as a text of the arena. */
static bool
take_one(struct arena *a, int fd, uint32_t bytes, str *ret, struct err *e)
{
	CLEANUP(sealed_done) struct sealed_view v = {0};

	if (!sealed_open(fd, MEDIA_GLANCE_BYTES_MAX, &v, e))
		return false;
	if (v.n != bytes || media_sniff(sealed_bytes(&v)) != MEDIA_FORMAT_JPEG)
		return err_set(e, ERR_CORRUPT, "no picture to show");
	return arena_str(a, v.p, v.n, ret) ||
	       err_set(e, ERR_LIMIT, "no room for a picture");
}

static bool
store_all(struct house *h, struct arena *a, int64_t medium,
    const str made[MEDIA_GLANCES], struct err *e)
{
	int64_t n;

	return glance_keep(h, a, medium, made[0], made[1], e) &&
	       sql_job_done(h->db, S(GLANCE_JOB), medium, &n, e);
}

bool
glance_store(struct house *h, struct arena *a, int64_t medium,
    const struct media_glanced *g, const int fd[MEDIA_GLANCES], int64_t now,
    struct err *e)
{
	str made[MEDIA_GLANCES];
	bool done;

	for (size_t i = 0; g->verdict == MEDIA_OK && i < MEDIA_GLANCES; i++)
		if (!take_one(a, fd[i], g->bytes[i], &made[i], e))
			return err_wrap(e, "medium %" PRId64, medium);
	if (!db_begin(h->db, e))
		return false;
	done = g->verdict == MEDIA_OK ? store_all(h, a, medium, made, e)
				      : glance_give_up(h, a, medium, now, e);
	if (done && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "glance of medium %" PRId64, medium);
}
