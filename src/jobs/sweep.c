#include "jobs/sweep.h"

#include <inttypes.h>

#include "base/log.h"
#include "consent/task.h"
#include "ends/round.h"
#include "jobs/intake.h"
#include "people/halt.h"
#include "report/filing.h"
#include "report/statement.h"
#include "sql_account_halt.h"
#include "sql_blob.h"
#include "sql_form_used.h"
#include "sql_job.h"
#include "sql_throttle.h"
#include "sql_trace.h"

#define HOUR 3600
#define DAY (24 * HOUR)

static bool
sweep_lost(struct house *h, struct arena *a, int64_t now, struct err *e)
{
	struct sql_job_lost_rows lost;
	int64_t rows;

	if (!sql_job_lost(h->db, a, &lost, e))
		return false;
	for (size_t i = 0; i < lost.n; i++)
		if (!sql_job_add(
			h->db, S(INTAKE_JOB), lost.v[i].id, now, &rows, e))
			return false;
	return true;
}

struct orphans {
	struct house *h;
	struct arena *arena;
	bool first;
	bool (*in_use)(void *ctx, const char *name);
	void *ctx;
	int64_t removed;
};

static bool
see_file(
    void *ctx, const char *name, bool incoming, int64_t age_s, struct err *e)
{
	struct orphans *o = ctx;
	struct sql_blob_known_row row;
	struct sql_trace_has_key_row copy;
	bool known;

	if (((incoming || !o->first) && age_s < HOUR) ||
	    (o->in_use != NULL && o->in_use(o->ctx, name)))
		return true;
	if (!sql_blob_known(o->h->db, o->arena, str_c(name), &known, &row, e) ||
	    (!known && !sql_trace_has_key(
			   o->h->db, o->arena, str_c(name), &known, &copy, e)))
		return false;
	if (known)
		return true;
	o->removed++;
	return blob_remove(o->h->blobs, name, e) || e->kind == ERR_NOT_FOUND;
}

bool
sweep_files(struct house *h, struct arena *a, bool first,
    bool (*in_use)(void *ctx, const char *name), void *ctx, bool *ret_done,
    struct err *e)
{
	struct orphans o = {h, a, first, in_use, ctx, 0};
	bool done;

	*ret_done = blob_tidy(h->blobs);
	if (!*ret_done)
		return true;
	done = blob_each(h->blobs, see_file, &o, e);
	blob_release(h->blobs);
	if (!done)
		return err_wrap(e, "files without a row");
	if (o.removed > 0)
		log_info("swept files=%" PRId64, o.removed);
	return true;
}

static bool
sweep_spent(struct house *h, int64_t now, struct err *e)
{
	int64_t rows;

	return sql_form_used_purge(h->db, now - 8 * DAY, &rows, e) &&
	       sql_throttle_purge(h->db, now - DAY, &rows, e) &&
	       sql_halt_purge(h->db, now - (int64_t)HALT_DAYS * DAY, &rows, e);
}

bool
sweep_rows(struct house *h, struct arena *a, int64_t now, bool *ret_more,
    struct err *e)
{
	return ends_round(h, a, now, ret_more, e) && sweep_lost(h, a, now, e) &&
	       sweep_spent(h, now, e) && consent_sweep(h, a, now, e) &&
	       statement_sweep(h, a, now, e) && filing_sweep(h, a, now, e);
}
