#include "jobs/film_stills.h"

#include "jobs/intake.h"
#include "jobs/sides.h"
#include "sql_job.h"
#include "sql_medium.h"

bool
film_stills_keep(struct house *h, int fd, const struct video_still *still,
    size_t n, struct kept *ret, struct err *e)
{
	off_t at = 0;

	for (size_t i = 0; i < n; i++) {
		if (!rendition_keep_bytes(
			h, fd, at, still[i].bytes, &ret[i], e))
			return err_wrap(e, "still %zu", i);
		at += still[i].bytes;
	}
	return true;
}

/* Its size is found out at its own intake. */
bool
film_stills_row(struct house *h, struct arena *a,
    const struct organisation *org, int64_t video, uint32_t at_ms,
    const struct kept *k, int64_t now, int64_t *ret, struct err *e)
{
	const struct video_rendition unknown = {0};
	struct sql_medium_still_row still;
	int64_t rows;

	if (!sql_medium_still(h->db, a, at_ms, now, video, &still, e) ||
	    !sides_row(
		h, a, org, still.id, 0, &unknown, k, S("image/jpeg"), now, e) ||
	    !sql_job_add(h->db, S(INTAKE_JOB), still.id, now, &rows, e))
		return false;
	*ret = still.id;
	return true;
}

void
film_stills_done(struct house *h, struct kept *kept, size_t n, bool stored)
{
	for (size_t i = 0; i < n; i++) {
		if (!stored)
			rendition_undo(h, &kept[i]);
		key_done(&kept[i].key);
	}
}
