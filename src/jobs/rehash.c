#include "jobs/rehash.h"

#include <inttypes.h>

#include "jobs/intake.h"
#include "jobs/rescan.h"
#include "jobs/shield_stored.h"
#include "sql_job.h"
#include "sql_medium_hash.h"

bool
rehash_plan(
    struct house *h, struct arena *a, int64_t now, bool *ret_all, struct err *e)
{
	struct sql_medium_hash_missing_rows bare;
	int64_t rows;

	if (!sql_medium_hash_missing(h->db, a, &bare, e))
		return err_wrap(e, "media without hashes");
	for (size_t i = 0; i < bare.n; i++)
		if (!sql_job_add(
			h->db, S(REHASH_JOB), bare.v[i].id, now, &rows, e))
			return err_wrap(e, "media without hashes");
	*ret_all = bare.n == 0;
	return true;
}

/* False with ERR_NOT_FOUND: it is ready no more. */
static bool
find(struct house *h, struct arena *a, int64_t medium,
    struct sql_medium_hash_original_row *ret, struct err *e)
{
	int64_t rows;
	bool found;

	if (!sql_medium_hash_original(h->db, a, medium, &found, ret, e))
		return false;
	if (found)
		return true;
	if (!sql_job_done(h->db, S(REHASH_JOB), medium, &rows, e))
		return false;
	return err_set(e, ERR_NOT_FOUND, "medium %" PRId64 " went", medium);
}

bool
rehash_open(struct house *h, struct arena *a, int64_t medium, int *ret_fd,
    struct err *e)
{
	struct sql_medium_hash_original_row row;

	return find(h, a, medium, &row, e) &&
	       (intake_original(h, a, row.organisation, row.name,
		    row.key_wrapped, ret_fd, e) ||
		   err_wrap(e, "medium %" PRId64, medium));
}

/* Compared next, by its own job: a list that was compared with all media
 * before did not see this one. */
static bool
store_rows(struct house *h, struct arena *a, int64_t medium,
    const struct hashes *hashes, int64_t now, struct err *e)
{
	struct sql_medium_hash_original_row row;
	int64_t rows;

	return find(h, a, medium, &row, e) &&
	       intake_hash_rows(h->db, medium, hashes, e) &&
	       sql_job_add(h->db, S(KNOWN_JOB), medium, now, &rows, e) &&
	       shield_stored_again(h->db, medium, e) &&
	       sql_job_done(h->db, S(REHASH_JOB), medium, &rows, e);
}

bool
rehash_store(struct house *h, struct arena *a, int64_t medium,
    const struct hashes *hashes, int64_t now, struct err *e)
{
	if (!db_begin(h->db, e))
		return false;
	if (store_rows(h, a, medium, hashes, now, e) && db_commit(h->db, e))
		return true;
	db_rollback(h->db);
	return err_wrap(e, "medium %" PRId64, medium);
}
