#include "jobs/fault.h"

#include "base/clock.h"
#include "base/log.h"
#include "jobs/between.h"
#include "jobs/cover.h"
#include "jobs/glance.h"
#include "jobs/intake.h"
#include "jobs/look.h"
#include "jobs/rehash.h"
#include "jobs/tracing.h"
#include "jobs/veil.h"
#include "sql_job.h"
#include "trace/trace.h"

#define DAY 86400
#define HOLD_OFF_MS 2000
#define DIED "worker died"

typedef bool give_up_fn(
    struct house *, struct arena *, int64_t subject, int64_t now, struct err *);

static bool
refuse(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	return intake_refuse(
	    h, a, medium, media_verdict_word(MEDIA_DAMAGED), now, e);
}

static bool
look_no_more(struct house *h, struct arena *a, int64_t medium, int64_t now,
    struct err *e)
{
	int64_t rows;

	(void)a;
	(void)now;
	return sql_job_done(h->db, S(LOOK_JOB), medium, &rows, e);
}

/* clang-format off */
static const struct work_kind {
	const char *name;
	const char *job;       /* NULL: cover.h keeps its own count */
	int deaths_max;        /* a machine in trouble kills too; 0: any number */
	int retry_s;           /* after a fault of ours */
	bool corrupt_ends;     /* a file that cannot be worked on is given up */
	give_up_fn *give_up;
} works[] = {
	[WORK_INTAKE] = { "intake", INTAKE_JOB, 5, 20, true, refuse },
	/* What is there already stays as it is. */
	[WORK_HASHES] = { "rehash", REHASH_JOB, 0, DAY, false, NULL },
	[WORK_COVER] = { "cover", NULL, 0, 0, false, NULL },
	[WORK_FACES] = { "faces", LOOK_JOB, 2, 60, false, look_no_more },
	[WORK_VEIL] = { "veil", VEIL_JOB, 3, 60, true, veil_give_up },
	[WORK_BETWEEN] = { "between", BETWEEN_JOB, 3, 60, true,
		between_give_up },
	[WORK_COPY] = { "trace", TRACE_JOB, 3, 30, false, tracing_pass_over },
	[WORK_TRACE] = { "trace", TRACE_JOB, 3, 30, false, tracing_pass_over },
	[WORK_GLANCE] = { "glance", GLANCE_JOB, 2, 20, true, glance_give_up },
};
/* clang-format on */

static bool
later(struct house *h, const struct work_kind *k, int64_t subject,
    const char *why, struct err *e)
{
	int64_t rows;

	return sql_job_later(h->db, str_c(why), house_now(h) + k->retry_s,
	    str_c(k->job), subject, &rows, e);
}

static bool
died(struct house *h, struct arena *a, const struct work_kind *k,
    int64_t subject, struct err *e)
{
	struct sql_job_attempts_row row;
	int64_t now = house_now(h), rows;
	str job = str_c(k->job);
	bool found;

	if (k->deaths_max == 0)
		return later(h, k, subject, DIED, e);
	if (!sql_job_failed(h->db, S(DIED), now, job, subject, &rows, e) ||
	    !sql_job_attempts(h->db, a, job, subject, &found, &row, e))
		return false;
	return !found || row.attempts < k->deaths_max ||
	       k->give_up(h, a, subject, now, e);
}

void
fault_died(struct house *h, struct arena *a, enum work work, int64_t subject)
{
	const struct work_kind *k = &works[work];
	struct err e;
	bool ok = k->job == NULL ? cover_failed(h, a, subject, true, DIED,
				       house_now(h), &e)
				 : died(h, a, k, subject, &e);

	if (!ok)
		log_err(LOG_LEVEL_ERROR, &e, k->name);
}

void
fault_of(struct house *h, struct arena *a, enum work work, int64_t subject,
    const struct err *why)
{
	const struct work_kind *k = &works[work];
	const char *word = err_meanings[why->kind].name;
	bool corrupt = why->kind == ERR_CORRUPT, ok;
	struct err e;

	if (why->kind == ERR_NOT_FOUND)
		return;
	log_err(corrupt ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN, why, k->name);
	if (k->job == NULL)
		ok = cover_failed(
		    h, a, subject, corrupt, word, house_now(h), &e);
	else if (corrupt && k->corrupt_ends)
		ok = k->give_up(h, a, subject, house_now(h), &e);
	else
		ok = later(h, k, subject, word, &e);
	if (!ok)
		log_err(LOG_LEVEL_ERROR, &e, k->name);
}

int64_t
fault_holds_off_ms(const struct house *h)
{
	int64_t refused = db_refused_ms(h->db);

	return refused == 0 || refused + HOLD_OFF_MS <= clock_ms()
		   ? 0
		   : refused + HOLD_OFF_MS;
}
