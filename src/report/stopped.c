#include "report/stopped.h"

#include <inttypes.h>

#include "report/glance.h"
#include "sql_stop.h"
#include "sql_stop_look.h"
#include "stop/circle.h"

static bool
enter(const struct deed *d, int64_t stopping, struct err *e)
{
	struct circle c;

	return circle_of(
		   d->house, d->arena, d->org, stopping, d->today, &c, e) &&
	       (circle_has(&c, d->actor) ||
		   err_set(e, ERR_NOT_FOUND, "not in the circle"));
}

/* Somebody else was shown it; but for who says that it is wrong, where a second
 * person has to agree. */
static bool
is_seen(const struct deed *d, int64_t stopping, bool *ret, struct err *e)
{
	struct sql_look_others_row other;
	struct sql_stop_by_id_row s;

	return sql_stop_by_id(
		   d->house->db, d->arena, stopping, d->org->id, &s, e) &&
	       sql_look_others(d->house->db, d->arena, stopping, d->actor,
		   s.proposed.p == NULL ? d->actor : s.proposed_by, ret, &other,
		   e);
}

static bool
left_of(const struct deed *d, int64_t stopping, int64_t *ret, struct err *e)
{
	struct sql_look_last_row row;
	int64_t left;

	if (!sql_look_last(d->house->db, d->arena, stopping, d->actor, &row, e))
		return false;
	left = row.at + CARE_SHOWN_S - d->now;
	*ret = left > 0 && left <= STOPPED_SHOWN_S ? left : 0;
	return true;
}

bool
stopped_look(const struct deed *d, int64_t stopping, struct stopped_look *ret,
    struct err *e)
{
	struct sql_stop_aside_of_rows aside;
	struct stopped_look l = {.why = STOPPED_MAY};
	bool seen;

	if (!enter(d, stopping, e) || !glance_care(d, &l.care, e) ||
	    !is_seen(d, stopping, &seen, e) ||
	    !left_of(d, stopping, &l.left_s, e) ||
	    !sql_stop_aside_of(d->house->db, d->arena, stopping, &aside, e))
		return err_wrap(e, "stop %" PRId64, stopping);
	l.passed = aside.n;
	if (l.care.why != CARE_MAY)
		l.why = STOPPED_CARE;
	else if (seen)
		l.why = STOPPED_SEEN;
	*ret = l;
	return true;
}

/* As many as hours, cap and break leave. */
static bool
add_minutes(const struct deed *d, int64_t stopping, struct err *e)
{
	struct care care = {.why = CARE_MAY};
	struct deed then = *d;
	int64_t rows;

	for (int i = 0; i < STOPPED_MINUTES && care.why == CARE_MAY; i++) {
		if (!sql_look_add(
			d->house->db, stopping, d->actor, then.now, &rows, e))
			return false;
		then.now += CARE_SHOWN_S;
		if (!glance_care(&then, &care, e))
			return false;
	}
	return true;
}

bool
stopped_ask(const struct deed *d, int64_t stopping, bool needed,
    enum stopped_why *ret, struct err *e)
{
	struct stopped_look l;

	if (!stopped_look(d, stopping, &l, e))
		return false;
	if (l.why == STOPPED_SEEN && needed)
		l.why = STOPPED_MAY;
	*ret = l.why;
	return l.why != STOPPED_MAY || l.left_s > 0 ||
	       add_minutes(d, stopping, e);
}

bool
stopped_close(const struct deed *d, int64_t stopping, struct err *e)
{
	int64_t rows;

	return enter(d, stopping, e) &&
	       sql_look_give_back(
		   d->house->db, stopping, d->actor, d->now, &rows, e) &&
	       sql_look_close(d->house->db, stopping, d->actor, &rows, e);
}

bool
stopped_outcomes(
    const struct deed *d, int64_t since, int64_t *ret, struct err *e)
{
	struct sql_stop_worked_rows rows;
	struct circle c;
	int64_t n = 0;

	if (!sql_stop_worked(
		d->house->db, d->arena, d->org->id, since, d->actor, &rows, e))
		return err_wrap(e, "what became of what was stopped");
	for (size_t i = 0; i < rows.n; i++) {
		if (!circle_of(d->house, d->arena, d->org, rows.v[i].id,
			d->today, &c, e))
			return false;
		n += circle_has(&c, d->actor);
	}
	*ret = n;
	return true;
}

static bool
path_of(const struct deed *d, int64_t stopping, int64_t **ret, size_t *ret_n,
    struct err *e)
{
	struct circle c;
	int64_t *v;

	if (!circle_of(d->house, d->arena, d->org, stopping, d->today, &c, e))
		return false;
	v = NEW_N(d->arena, int64_t, c.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < c.n; i++)
		v[i] = c.v[i].account;
	*ret = v;
	*ret_n = c.n;
	return true;
}

bool
stopped_shown(const struct deed *d, int64_t since, struct care_shown **ret,
    size_t *ret_n, struct err *e)
{
	struct sql_look_shown_rows rows;
	struct care_shown *v;
	int64_t *path = NULL;
	size_t n_path = 0;

	if (!sql_look_shown(
		d->house->db, d->arena, d->org->id, since, &rows, e))
		return err_wrap(e, "what was shown of what is stopped");
	v = NEW_N(d->arena, struct care_shown, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many showings");
	for (size_t i = 0; i < rows.n; i++) {
		if ((i == 0 || rows.v[i].stopping != rows.v[i - 1].stopping) &&
		    !path_of(d, rows.v[i].stopping, &path, &n_path, e))
			return false;
		v[i] = (struct care_shown){
		    rows.v[i].account, rows.v[i].at, path, n_path};
	}
	*ret = v;
	*ret_n = rows.n;
	return true;
}
