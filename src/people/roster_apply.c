#include <inttypes.h>

#include "people/enrolment.h"
#include "people/roster.h"
#include "sql_activity_group.h"
#include "sql_guardian.h"

static bool
apply_groups(const struct deed *d, const struct roster_plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_group; i++) {
		struct sql_activity_group_insert_row row;
		struct roster_group *g = &p->group[i];
		struct deed_about about = {.kind = "group"};

		if (g->id != 0)
			continue;
		if (!sql_activity_group_insert(d->house->db, d->arena,
			d->org->id, p->season, g->name, d->now, &row, e))
			return err_wrap(e, "group of the roster");
		g->id = about.id = about.group = row.id;
		if (!deed_note(d, AUDIT_GROUP_CREATED, &about, e))
			return false;
	}
	return true;
}

static bool
apply_children(const struct deed *d, const struct roster_plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_child; i++) {
		struct roster_child *c = &p->child[i];
		bool done = true;

		if (c->deed == ROSTER_NEW)
			done =
			    child_create(d, c->ref_digest, &c->name, &c->id, e);
		else if (c->deed == ROSTER_CHANGED)
			done = child_rename(d, c->id, c->key_wrapped,
			    c->ref_digest, &c->name, e);
		if (!done)
			return err_wrap(e, "line %" PRId64, c->line);
	}
	return true;
}

static bool
change_person(
    const struct deed *d, const struct roster_person *x, struct err *e)
{
	str name, email, phone;
	int64_t rows;

	return deed_seal(d, "guardian.name_enc", x->name, &name, e) &&
	       deed_seal(d, "guardian.email_enc", x->email, &email, e) &&
	       deed_seal(d, "guardian.phone_enc", x->phone, &phone, e) &&
	       sql_guardian_set(d->house->db, x->ref_digest, name, email, phone,
		   str_c(lang_codes[x->lang]), x->id, d->org->id, &rows, e);
}

static bool
apply_people(const struct deed *d, const struct roster_plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_person; i++) {
		struct roster_person *x = &p->person[i];
		struct person_new n = {
		    x->name, x->email, x->phone, x->lang, x->ref_digest};
		bool done = true;

		if (x->deed == ROSTER_NEW)
			done = authority_person(d, &n, &x->id, e);
		else if (x->deed == ROSTER_CHANGED)
			done = change_person(d, x, e);
		if (!done)
			return err_wrap(e, "line %" PRId64, x->line);
	}
	return true;
}

static bool
apply_enrolments(
    const struct deed *d, const struct roster_plan *p, struct err *e)
{
	for (size_t i = 0; i < p->n_enrolment; i++) {
		struct roster_enrolment *x = &p->enrolment[i];
		struct enrolment m = {p->child[x->child].id,
		    p->group[x->group].id, x->from_on, x->until_on};
		bool done = true;

		if (x->deed == ROSTER_NEW)
			done = enrolment_add(d, &m, &x->id, e);
		else if (x->deed == ROSTER_CHANGED)
			done = enrolment_change(d, x->id, &m, e);
		if (!done)
			return err_wrap(e, "line %" PRId64, x->line);
	}
	return true;
}

static bool
apply_link(const struct deed *d, const struct roster_plan *p,
    struct roster_link *t, struct err *e)
{
	struct authority a = {p->person[t->person].id, p->child[t->child].id,
	    t->kind, t->rights, t->from_on, t->until_on, t->document};

	if (t->end)
		return authority_end(d, t->id, e);
	if (t->deed == ROSTER_NEW)
		return authority_add(d, &a, &t->id, e);
	return t->deed == ROSTER_SAME || authority_change(d, t->id, &a, e);
}

/* What ends goes first: a new row may take its place. */
static bool
apply_links(const struct deed *d, const struct roster_plan *p, struct err *e)
{
	for (int ending = 1; ending >= 0; ending--)
		for (size_t i = 0; i < p->n_link; i++) {
			struct roster_link *t = &p->link[i];

			if (t->end == (ending == 1) && !apply_link(d, p, t, e))
				return err_wrap(e, "line %" PRId64, t->line);
		}
	return true;
}

bool
roster_apply(const struct deed *d, const struct roster_plan *p, struct err *e)
{
	const struct roster_counts *c = &p->counts;
	struct deed_about about = {.kind = "season", .id = p->season};

	if (p->errors > 0)
		return err_set(e, ERR_INPUT, "a roster with errors");
	if (!apply_groups(d, p, e) || !apply_children(d, p, e) ||
	    !apply_people(d, p, e) || !apply_enrolments(d, p, e) ||
	    !apply_links(d, p, e))
		return err_wrap(e, "roster");
	about.detail = arena_fmt(d->arena,
	    "lines %zu children %zu+%zu people %zu+%zu links %zu+%zu-%zu",
	    p->lines, c->children_new, c->children_changed, c->people_new,
	    c->people_changed, c->links_new, c->links_changed, c->links_ended);
	return deed_note(d, AUDIT_ROSTER_IMPORTED, &about, e);
}
