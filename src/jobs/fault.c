#include "jobs/fault.h"

#include "base/log.h"
#include "jobs/cover.h"
#include "jobs/intake.h"
#include "jobs/look.h"
#include "jobs/rehash.h"
#include "jobs/tracing.h"
#include "sql_job.h"

#define DEATHS_MAX 5 /* then the file is called damaged */
#define RETRY_S 20

/* ---- intake ---- */

static bool
refuse(struct house *h, struct arena *a, int64_t medium, struct err *e)
{
	return intake_refuse(
	    h, a, medium, media_verdict_word(MEDIA_DAMAGED), house_now(h), e);
}

/* A machine in trouble kills too: only who kills five is damaged. */
static bool
intake_died(struct house *h, struct arena *a, int64_t medium, struct err *e)
{
	struct sql_job_attempts_row row;
	int64_t rows;
	bool found;

	if (!sql_job_failed(h->db, S("worker died"), house_now(h),
		S(INTAKE_JOB), medium, &rows, e) ||
	    !sql_job_attempts(h->db, a, S(INTAKE_JOB), medium, &found, &row, e))
		return false;
	return !found || row.attempts < DEATHS_MAX || refuse(h, a, medium, e);
}

static bool
intake_fault(struct house *h, struct arena *a, int64_t medium,
    const struct err *why, struct err *e)
{
	int64_t rows;

	if (why->kind == ERR_CORRUPT)
		return refuse(h, a, medium, e);
	return sql_job_later(h->db, str_c(err_meanings[why->kind].name),
	    house_now(h) + RETRY_S, S(INTAKE_JOB), medium, &rows, e);
}

/* ---- what is there already: it stays as it is ---- */

static bool
hashes_died(struct house *h, struct arena *a, int64_t medium, struct err *e)
{
	(void)a;
	return rehash_put_off(h, medium, "worker died", house_now(h), e);
}

static bool
hashes_fault(struct house *h, struct arena *a, int64_t medium,
    const struct err *why, struct err *e)
{
	(void)a;
	return rehash_put_off(
	    h, medium, err_meanings[why->kind].name, house_now(h), e);
}

static bool
cover_died(struct house *h, struct arena *a, int64_t medium, struct err *e)
{
	return cover_failed(h, a, medium, true, "worker died", house_now(h), e);
}

static bool
cover_fault(struct house *h, struct arena *a, int64_t medium,
    const struct err *why, struct err *e)
{
	return cover_failed(h, a, medium, why->kind == ERR_CORRUPT,
	    err_meanings[why->kind].name, house_now(h), e);
}

static bool
look_died(struct house *h, struct arena *a, int64_t medium, struct err *e)
{
	return look_failed(h, a, medium, true, "worker died", house_now(h), e);
}

static bool
look_fault(struct house *h, struct arena *a, int64_t medium,
    const struct err *why, struct err *e)
{
	return look_failed(
	    h, a, medium, false, err_meanings[why->kind].name, house_now(h), e);
}

/* ---- suspect copies ---- */

static bool
trace_died(struct house *h, struct arena *a, int64_t trace, struct err *e)
{
	return tracing_failed(
	    h, a, trace, true, "worker died", house_now(h), e);
}

static bool
trace_fault(struct house *h, struct arena *a, int64_t trace,
    const struct err *why, struct err *e)
{
	return tracing_failed(
	    h, a, trace, false, err_meanings[why->kind].name, house_now(h), e);
}

static const struct {
	const char *name;
	bool (*died)(struct house *, struct arena *, int64_t, struct err *);
	bool (*fault)(struct house *, struct arena *, int64_t,
	    const struct err *, struct err *);
} works[] = {
    [WORK_INTAKE] = {"intake", intake_died, intake_fault},
    [WORK_HASHES] = {"rehash", hashes_died, hashes_fault},
    [WORK_COVER] = {"cover", cover_died, cover_fault},
    [WORK_FACES] = {"faces", look_died, look_fault},
    [WORK_COPY] = {"trace", trace_died, trace_fault},
    [WORK_TRACE] = {"trace", trace_died, trace_fault},
};

void
fault_died(struct house *h, struct arena *a, enum work work, int64_t subject)
{
	struct err e;

	if (!works[work].died(h, a, subject, &e))
		log_err(LOG_LEVEL_ERROR, &e, works[work].name);
}

void
fault_of(struct house *h, struct arena *a, enum work work, int64_t subject,
    const struct err *why)
{
	struct err e;

	if (why->kind == ERR_NOT_FOUND)
		return;
	log_err(why->kind == ERR_CORRUPT ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN,
	    why, works[work].name);
	if (!works[work].fault(h, a, subject, why, &e))
		log_err(LOG_LEVEL_ERROR, &e, works[work].name);
}
