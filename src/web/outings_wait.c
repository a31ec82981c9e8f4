/* outings_wait — which forms for an outing a guardian has not answered: one
 * quiet line each on the first page. */
#include "html_outings.h"
#include "sharing/viewer.h"
#include "store/kept.h"
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

static bool
work_out(struct request *r, int64_t child, struct outing_wait_list *ret,
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

/* ---- kept for one version of the database: this stands on the page that is
 * asked for most ---- */

static const char kept_as[] = "outings_wait";

struct about {
	int64_t account, child, today, lang;
};

static bool
recall(
    struct request *r, str key, struct outing_wait_list *ret, bool *ret_there)
{
	const struct kept_answer *k = kept_find(r->org->opened, kept_as, key);
	size_t n = 0;

	*ret_there = k != NULL;
	for (const struct kept_row *w = k == NULL ? NULL : k->first; w != NULL;
	     w = w->next)
		n++;
	ret->v = NEW_N(r->arena, struct outing_wait, n + 1);
	if (ret->v == NULL)
		return false;
	for (const struct kept_row *w = k == NULL ? NULL : k->first; w != NULL;
	     w = w->next) {
		struct outing_wait *o = &ret->v[ret->n++];

		o->child = w->v[0].n;
		o->by = w->v[1].n;
		if (!arena_str(
			r->arena, w->v[2].p, (size_t)w->v[2].n, &o->outing) ||
		    !arena_str(
			r->arena, w->v[3].p, (size_t)w->v[3].n, &o->first))
			return false;
	}
	return true;
}

static void
keep(struct kept *k, str key, const struct outing_wait_list *l)
{
	bool fits = kept_begin(k, kept_as, key);

	for (size_t i = 0; fits && i < l->n; i++) {
		const struct outing_wait *o = &l->v[i];
		const struct kept_value v[4] = {{kept_number, o->child},
		    {kept_number, o->by}, {o->outing.p, (int64_t)o->outing.n},
		    {o->first.p, (int64_t)o->first.n}};

		fits = kept_add_row(k, v, 4);
	}
	if (!fits || kept_end(k) == NULL)
		kept_give_up(k);
}

bool
outings_wait(struct request *r, int64_t child, struct outing_wait_list *ret,
    struct err *e)
{
	const struct about about = {
	    r->viewer->account, child, r->today, r->view.lang};
	str key = {(const char *)&about, sizeof(about)};
	bool there = false;

	*ret = (struct outing_wait_list){0};
	if (r->org->opened == NULL)
		return work_out(r, child, ret, e);
	if (!recall(r, key, ret, &there))
		return err_set(e, ERR_LIMIT, "too many forms");
	if (there)
		return true;
	*ret = (struct outing_wait_list){0};
	if (!work_out(r, child, ret, e))
		return false;
	keep(r->org->opened, key, ret);
	return true;
}
