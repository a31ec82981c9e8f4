/* outings_wait — which forms for an outing a guardian has not answered: one
 * quiet line each on the first page. */
#include "html_outings.h"
#include "sharing/viewer.h"
#include "web/member.h"

static bool
add(struct request *r, const struct viewer_child *c, int64_t guardian,
    struct outing_wait_list *io, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_sheet s;
	struct outing_wait *v;

	if (!consent_sheet_make(&d, c->id, guardian, r->view.lang, &s, e))
		return false;
	v = NEW_N(r->arena, struct outing_wait, io->n + s.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many forms");
	if (io->n > 0)
		memcpy(v, io->v, io->n * sizeof(*v));
	io->v = v;
	for (size_t i = 0; i < s.n; i++) {
		const struct consent_purpose *p = s.v[i].purpose;

		if (p->group != 0 && s.v[i].mine == CONSENT_SILENT &&
		    consent_is_required(
			&s.child, guardian, p->id, r->now, r->today))
			v[io->n++] = (struct outing_wait){c->id,
			    p->from_on >= r->today ? p->from_on : p->until_on,
			    viewer_child_first(r->arena, r->org, c),
			    p->name[r->view.lang]};
	}
	return true;
}

static bool
add_child(struct request *r, int64_t child, int64_t guardian,
    struct outing_wait_list *io, struct err *e)
{
	const struct viewer *v = r->viewer;

	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == child)
			return add(r, &v->child[i], guardian, io, e);
	return true;
}

bool
outings_wait(struct request *r, int64_t child, struct outing_wait_list *ret,
    struct err *e)
{
	struct sql_consent_outings_silent_rows rows;
	struct sql_consent_guardian_of_row g;
	bool found;

	if (!sql_consent_guardian_of(r->house->db, r->arena, r->viewer->account,
		r->org->id, &found, &g, e))
		return false;
	if (!found)
		return true;
	if (!sql_consent_outings_silent(
		r->house->db, r->arena, g.id, r->today, r->org->id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if ((child == 0 || child == rows.v[i].child) &&
		    !add_child(r, rows.v[i].child, g.id, ret, e))
			return false;
	return true;
}
