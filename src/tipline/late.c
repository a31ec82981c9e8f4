#include "tipline/late.h"

#include "sql_tipline_link.h"
#include "tipline/inside.h"
#include "tipline/law.h"

#define HOUR_S 3600

/* A clock that was ahead when it was sent does not make it wait. */
static bool
is_late(const struct deed *d, const struct sql_tipline_late_row *r)
{
	int64_t most =
	    (int64_t)tipline_law_of(d->org->profile)->told_hours * HOUR_S;

	return str_eq(r->state, S("stuck")) || d->now - r->begun_at > most ||
	       r->begun_at - d->now > most;
}

static bool
may_know(const struct deed *d, int64_t case_file, bool *ret, struct err *e)
{
	struct case_head c;

	*ret = case_enter(d, case_file, &c, e);
	return *ret || e->kind == ERR_NOT_FOUND;
}

static bool
add(const struct deed *d, const struct sql_tipline_late_row *r,
    struct tipline_lates *io, struct err *e)
{
	struct tipline_late *l = &io->v[io->n];
	bool may;

	if (!is_late(d, r))
		return true;
	if (!may_know(d, r->case_file, &may, e))
		return false;
	if (!may)
		return true;
	*l = (struct tipline_late){.case_file = r->case_file,
	    .since = r->begun_at,
	    .number = r->number,
	    .stuck = str_eq(r->state, S("stuck"))};
	io->n++;
	return ncmec_sort_of(r->why, &l->why) ||
	       err_set(e, ERR_CORRUPT, "report to NCMEC");
}

bool
tipline_late(const struct deed *d, struct tipline_lates *ret, struct err *e)
{
	struct sql_tipline_late_rows rows;
	struct tipline_lates l = {0};

	*ret = l;
	if (!tipline_on(d->house))
		return true;
	if (!sql_tipline_late(d->house->db, d->arena, d->org->id,
		d->house->conf->ncmec == CONF_NCMEC_TEST, &rows, e))
		return err_wrap(e, "reports to NCMEC");
	l.v = NEW_N(d->arena, struct tipline_late, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many reports");
	for (size_t i = 0; i < rows.n; i++)
		if (!add(d, &rows.v[i], &l, e))
			return false;
	*ret = l;
	return true;
}
