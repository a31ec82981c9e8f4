#include "tell/waits.h"

#include <inttypes.h>

#include "claim/claim.h"
#include "faces/wait.h"
#include "life/asked.h"
#include "report/care.h"
#include "report/casefile.h"
#include "report/roll.h"
#include "report/stopped.h"
#include "sharing/viewer.h"
#include "sql_notice.h"
#include "tipline/late.h"

/* ---- albums ---- */

static bool
may(const struct deed *d, const struct viewer *v, int64_t post,
    enum permit_want want, const struct grant **ret_grant, bool *ret,
    struct err *e)
{
	*ret = permit_post(
	    d->house, d->arena, v, post, want, d->now, d->today, ret_grant, e);
	return *ret || e->kind == ERR_NOT_FOUND;
}

static bool
count_albums(const struct deed *d, const struct viewer *v, struct news *io,
    struct err *e)
{
	const struct grant *g;
	struct face_waits l;
	bool mine;

	if (!face_waiting(d, viewer_is_director(v), &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		if (!may(d, v, l.v[i].post, PERMIT_EDIT, &g, &mine, e))
			return false;
		if (mine && l.v[i].what == FACE_WAIT_ASKED)
			io->n[NEWS_MASKS] += l.v[i].n;
		else if (mine)
			io->n[NEWS_ALBUMS]++;
	}
	return true;
}

/* ---- notices ---- */

static bool
group_answered(const struct deed *d, const struct viewer *v,
    const struct grant *g, const struct notice *n, int64_t group, bool *io,
    struct err *e)
{
	struct asked_rows rows;

	if (!asked_rows(d, v, g, n, group, &rows, e))
		return false;
	*io &= rows.done == rows.n;
	return true;
}

static bool
all_answered(const struct deed *d, const struct viewer *v,
    const struct grant *g, bool *ret, struct err *e)
{
	const struct post_facts *f = grant_facts(g);
	struct notice n;
	bool named = false;

	*ret = true;
	if (!notice_load(d, g, &n, e))
		return false;
	for (size_t i = 0; i < f->n_audience; i++) {
		if (f->audience[i].group == 0)
			named = true;
		else if (!group_answered(
			     d, v, g, &n, f->audience[i].group, ret, e))
			return false;
	}
	return !named || group_answered(d, v, g, &n, 0, ret, e);
}

static bool
count_notices(const struct deed *d, const struct viewer *v, struct news *io,
    struct err *e)
{
	struct sql_notice_ending_rows rows;
	const struct grant *g;
	bool mine, answered;

	if (!sql_notice_ending(d->house->db, d->arena, d->today,
		d->today + WAITS_NOTICE_DAYS, d->org->id, v->account, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		if (!may(
			d, v, rows.v[i].post, PERMIT_NOTICE_EDIT, &g, &mine, e))
			return false;
		if (!mine)
			continue;
		if (!all_answered(d, v, g, &answered, e))
			return err_wrap(e, "notice %" PRId64, rows.v[i].post);
		io->n[NEWS_UNSIGNED] += !answered;
	}
	return true;
}

/* ---- claims and reports ---- */

static bool
count_claims(const struct deed *d, const struct viewer *v, struct news *io,
    struct err *e)
{
	struct claim_counts n;

	if (!viewer_is_director(v))
		return true;
	if (!claim_count(d, &n, e))
		return false;
	io->n[NEWS_CLAIMS] = n.near + n.late;
	return true;
}

/* A report to NCMEC that does not get through waits for somebody too. */
static bool
count_cases(const struct deed *d, const struct viewer *v, struct news *io,
    struct err *e)
{
	struct tipline_lates late;
	struct deed own = *d;
	bool handles;
	int64_t n;

	own.actor = v->account;
	if (!case_waiting(d->house, d->arena, d->org->id, v->account, d->today,
		&handles, &n, e) ||
	    !tipline_late(&own, &late, e))
		return false;
	io->n[NEWS_WAITS] = n > 0 || late.n > 0;
	return true;
}

/* Once each: on the day of warning, and on the last one. */
static bool
count_handlers(const struct deed *d, const struct viewer *v, int64_t since,
    struct news *io, struct err *e)
{
	const struct care_rule *rule = care_rule_of(d->org->profile);
	struct roll r;

	if (!roll_list(d, &r, e))
		return false;
	io->n[NEWS_HANDLERS] =
	    (int64_t)roll_ending(&r, v->account, viewer_is_director(v),
		rule->warn_days, day_of(d->org->zone, since), d->today);
	return true;
}

/* Of reports and of what was stopped. */
static bool
count_outcomes(const struct deed *d, const struct viewer *v, int64_t since,
    struct news *io, struct err *e)
{
	struct deed own = *d;
	int64_t stops = 0;

	own.actor = v->account;
	if (!case_outcomes(d->house, d->arena, d->org->id, v->account, d->today,
		since, &io->n[NEWS_OUTCOMES], e) ||
	    !stopped_outcomes(&own, since, &stops, e))
		return false;
	io->n[NEWS_OUTCOMES] += stops;
	return true;
}

bool
waits_for(const struct deed *d, const struct viewer *v, int64_t since,
    struct news *io, struct err *e)
{
	return count_albums(d, v, io, e) && count_notices(d, v, io, e) &&
	       count_claims(d, v, io, e) && count_cases(d, v, io, e) &&
	       count_outcomes(d, v, since, io, e) &&
	       count_handlers(d, v, since, io, e);
}
