#include "people/enrolment.h"

#include <inttypes.h>

#include "sql_enrolment.h"

static bool
note(const struct deed *d, int64_t id, const struct enrolment *m, struct err *e)
{
	struct deed_about about = {.kind = "enrolment",
	    .id = id,
	    .child = m->child,
	    .group = m->group};

	about.detail = arena_fmt(
	    d->arena, "%" PRId64 " %" PRId64, m->from_on, m->until_on);
	return deed_note(d, AUDIT_ENROLMENT_CHANGED, &about, e);
}

bool
enrolment_add(const struct deed *d, const struct enrolment *m, int64_t *ret_id,
    struct err *e)
{
	struct sql_enrolment_insert_row row;

	if (m->until_on < m->from_on)
		return err_set(
		    e, ERR_INPUT, "an enrolment ends after it begins");
	if (!sql_enrolment_insert(d->house->db, d->arena, m->child, m->group,
		m->from_on, m->until_on, &row, e))
		return err_wrap(e, "enrolment of child %" PRId64, m->child);
	*ret_id = row.id;
	return note(d, row.id, m, e);
}

bool
enrolment_change(
    const struct deed *d, int64_t id, const struct enrolment *m, struct err *e)
{
	int64_t rows;

	if (m->until_on < m->from_on)
		return err_set(
		    e, ERR_INPUT, "an enrolment ends after it begins");
	if (!sql_enrolment_set(
		d->house->db, m->from_on, m->until_on, id, &rows, e))
		return err_wrap(e, "enrolment %" PRId64, id);
	if (rows == 0)
		return err_set(e, ERR_NOT_FOUND, "enrolment %" PRId64, id);
	return note(d, id, m, e);
}

bool
enrolment_until(
    const struct deed *d, int64_t id, int64_t until_on, struct err *e)
{
	struct sql_enrolment_by_id_row row;
	struct enrolment m;

	if (!sql_enrolment_by_id(
		d->house->db, d->arena, id, d->org->id, &row, e))
		return err_wrap(e, "enrolment %" PRId64, id);
	m = (struct enrolment){
	    row.child, row.activity_group, row.from_on, until_on};
	return enrolment_change(d, id, &m, e);
}
