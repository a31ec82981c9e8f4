#include <inttypes.h>

#include "base/buf.h"
#include "people/roster_known.h"

/* ---- which child ---- */

/* By name and birth date; *ret_many: more than one, all with a ref. */
static size_t
child_by_name(
    const struct planning *g, const struct sheet_line *l, bool *ret_many)
{
	size_t found = INDEX_NONE, n = 0;
	size_t at = index_first(&g->child_name, l->name_key);

	for (; at != INDEX_NONE; at = index_next(&g->child_name, at)) {
		size_t c = index_value(&g->child_name, at);

		/* A different number says that it is a different child. */
		if (l->ref.n > 0 && g->p->child[c].has_ref)
			continue;
		found = c;
		n++;
	}
	*ret_many = n > 1;
	return n == 1 ? found : INDEX_NONE;
}

static void
rename_child(
    struct planning *g, struct roster_child *c, const struct sheet_line *l)
{
	struct roster_note *n;

	if (str_eq(c->name.first, l->name.first) &&
	    str_eq(c->name.last, l->name.last) &&
	    c->name.born_on == l->name.born_on)
		return;
	n = roster_note(g->p, false, l->line, S(""),
	    c->line != 0
		? N_("“%1” is called “%2” on another line of this sheet.")
		: N_("“%1” will be called “%2”, or has another birth date."));
	n->arg[0] = c->full_name;
	c->name = l->name;
	c->full_name = child_full_name(g->d->arena, &l->name);
	n->arg[1] = c->full_name;
	if (c->deed == ROSTER_SAME)
		c->deed = ROSTER_CHANGED;
}

static void
give_child_ref(struct planning *g, size_t at, str digest)
{
	struct roster_child *c = &g->p->child[at];

	if (c->has_ref || digest.n == 0)
		return;
	c->ref_digest = digest;
	c->has_ref = true;
	index_put(&g->child_ref, digest, at);
	if (c->deed == ROSTER_SAME)
		c->deed = ROSTER_CHANGED;
}

static size_t
new_child(struct planning *g, const struct sheet_line *l, str ref_digest)
{
	struct roster_child c = {.deed = ROSTER_NEW,
	    .name = l->name,
	    .line = l->line,
	    .name_key = l->name_key,
	    .household = l->household,
	    .has_ref = ref_digest.n > 0};

	c.full_name = child_full_name(g->d->arena, &l->name);
	c.ref_digest =
	    c.has_ref ? ref_digest : roster_child_auto(g->d, l->name_key);
	return roster_add_child(g, &c);
}

/* INDEX_NONE: it cannot be told, and a fault was noted. */
static size_t
find_child(struct planning *g, const struct sheet_line *l)
{
	str digest = {0};
	size_t at = INDEX_NONE;
	bool many = false;

	if (l->ref.n > 0) {
		digest = roster_child_ref(g->d, l->ref);
		at = index_get(&g->child_ref, digest);
	}
	if (at == INDEX_NONE)
		at = child_by_name(g, l, &many);
	if (many) {
		roster_note(g->p, true, l->line, S(""),
		    N_("Two children have this name and birth date. Say which "
		       "one by its ref."));
		return INDEX_NONE;
	}
	if (at == INDEX_NONE)
		return new_child(g, l, digest);
	rename_child(g, &g->p->child[at], l);
	give_child_ref(g, at, digest);
	if (g->p->child[at].line == 0)
		g->p->child[at].line = l->line;
	return at;
}

/* ---- which group, from when to when ---- */

static size_t
find_group(struct planning *g, const struct sheet_line *l)
{
	size_t at = index_get(&g->group_name, l->group_key);
	struct roster_group x = {0, l->group, l->group_key};

	return at != INDEX_NONE ? at : roster_add_group(g, &x);
}

static bool
in_season(struct planning *g, const struct sheet_line *l,
    const struct roster_enrolment *m)
{
	if (m->from_on >= g->p->season_from &&
	    m->until_on <= g->p->season_until && m->from_on <= m->until_on)
		return true;
	roster_note(g->p, true, l->line, S(""),
	    N_("The enrolment must begin and end within the season."));
	return false;
}

static void
change_enrolment(struct planning *g, const struct sheet_line *l, size_t at)
{
	struct roster_enrolment *m = &g->p->enrolment[at], was = *m;
	struct roster_note *n;

	if (l->from_on != DB_NULL)
		m->from_on = l->from_on;
	if (l->until_on != DB_NULL)
		m->until_on = l->until_on;
	if (m->line != 0) {
		n = roster_note(g->p, false, l->line, S(""),
		    N_("%1 is on line %2 already, in the same group."));
		n->arg[0] = g->p->child[m->child].full_name;
		n->arg[1] = arena_i64(g->d->arena, m->line);
	}
	m->line = l->line;
	if (m->from_on == was.from_on && m->until_on == was.until_on)
		return;
	if (in_season(g, l, m) && m->deed == ROSTER_SAME)
		m->deed = ROSTER_CHANGED;
}

static void
plan_enrolment(
    struct planning *g, const struct sheet_line *l, size_t child, size_t group)
{
	str key = roster_pair(g->d->arena, child, group);
	size_t at = index_get(&g->enrolment, key);
	struct roster_enrolment m = {.deed = ROSTER_NEW,
	    .child = child,
	    .group = group,
	    .line = l->line,
	    .from_on = l->from_on != DB_NULL ? l->from_on : g->p->season_from,
	    .until_on =
		l->until_on != DB_NULL ? l->until_on : g->p->season_until};

	if (at != INDEX_NONE)
		change_enrolment(g, l, at);
	else if (in_season(g, l, &m))
		roster_add_enrolment(g, &m);
}

/* ---- who stands how to whom ---- */

static void
end_link(struct planning *g, struct roster_link *t, const struct sheet_line *l)
{
	struct roster_note *n;

	t->end = true;
	n = roster_note(g->p, false, l->line, S(""),
	    N_("%1 no longer stands to %2 as before."));
	n->arg[0] = g->p->person[t->person].name;
	n->arg[1] = g->p->child[t->child].full_name;
}

static void
new_link(struct planning *g, const struct sheet_line *l,
    const struct sheet_adult *a, size_t child, size_t person)
{
	bool holder =
	    a->kind == AUTHORITY_PARENTAL || a->kind == AUTHORITY_TUTOR;
	struct roster_link t = {.deed = ROSTER_NEW,
	    .child = child,
	    .person = person,
	    .kind = a->kind,
	    .line = l->line,
	    .rights =
		a->rights >= 0 ? a->rights : authority_usual_rights(a->kind),
	    .from_on = a->from_on != DB_NULL ? a->from_on
		       : holder              ? l->name.born_on
					     : g->d->today,
	    .until_on = a->until_on,
	    .document = a->document};

	roster_add_link(g, &t);
	index_put(&g->household,
	    roster_person_household(g->d->arena, person, l->household), person);
}

static void
change_link(struct roster_link *t, const struct sheet_line *l,
    const struct sheet_adult *a)
{
	bool differs = roster_take_text(&t->document, a->document);

	if (a->rights >= 0 && a->rights != t->rights) {
		t->rights = a->rights;
		differs = true;
	}
	if (a->from_on != DB_NULL && a->from_on != t->from_on) {
		t->from_on = a->from_on;
		differs = true;
	}
	if (a->until_on != DB_NULL && a->until_on != t->until_on) {
		t->until_on = a->until_on;
		differs = true;
	}
	t->line = l->line;
	if (differs && t->deed == ROSTER_SAME)
		t->deed = ROSTER_CHANGED;
}

static void
plan_link(struct planning *g, const struct sheet_line *l,
    const struct sheet_adult *a, size_t child, size_t person)
{
	struct roster_link *t = roster_link_of(g, child, person);
	struct roster_note *n;

	if (t != NULL && t->kind == a->kind) {
		change_link(t, l, a);
		return;
	}
	if (t != NULL && (t->kind == AUTHORITY_NO_CONTACT || t->line != 0)) {
		n = roster_note(g->p, true, l->line, S(""),
		    t->line != 0
			? N_("%1 stands in two ways to %2 in this sheet.")
			: N_("An order of no contact between %1 and %2 is in "
			     "force. A sheet never lifts it: end it on the "
			     "child’s page first."));
		n->arg[0] = a->name;
		n->arg[1] = g->p->child[child].full_name;
		return;
	}
	if (t != NULL)
		end_link(g, t, l);
	new_link(g, l, a, child, person);
}

static void
plan_adults(struct planning *g, const struct sheet_line *l, size_t child)
{
	size_t who[ROSTER_ADULTS], n = 0;

	for (int k = 0; k < ROSTER_ADULTS; k++) {
		const struct sheet_adult *a = &l->adult[k];
		size_t person;

		if (a->name.n == 0)
			continue;
		person = roster_find_person(g, l, child, a, who, n);
		if (roster_taken(who, n, person)) {
			roster_note(g->p, true, l->line, S(""),
			    N_("%1 is on this line twice."))
			    ->arg[0] = a->name;
			continue;
		}
		who[n++] = person;
		plan_link(g, l, a, child, person);
	}
}

static void
plan_line(struct planning *g, const struct sheet_line *l)
{
	size_t child, group;

	if (l->bad)
		return;
	child = find_child(g, l);
	if (child == INDEX_NONE)
		return;
	group = find_group(g, l);
	plan_enrolment(g, l, child, group);
	plan_adults(g, l, child);
}

/* ---- the whole ---- */

/* Rights that stand although the sheet, which speaks of the child, does not
 * name the adult: nothing changes, the director is told. */
static void
note_unnamed(struct planning *g)
{
	for (size_t i = 0; i < g->p->n_link; i++) {
		const struct roster_link *t = &g->p->link[i];
		const struct roster_child *c = &g->p->child[t->child];
		struct roster_note *n;

		if (t->line != 0 || t->end || c->line == 0 ||
		    t->kind == AUTHORITY_NO_CONTACT)
			continue;
		n = roster_note(g->p, false, c->line, S(""),
		    N_("%1 is not in this sheet any more and keeps the rights "
		       "over %2. End them on the child’s page if they are "
		       "over."));
		n->arg[0] = g->p->person[t->person].name;
		n->arg[1] = c->full_name;
	}
}

static void
count_deed(enum roster_deed deed, size_t *news, size_t *changed)
{
	*news += deed == ROSTER_NEW;
	*changed += deed == ROSTER_CHANGED;
}

static void
count_all(struct roster_plan *p)
{
	struct roster_counts *c = &p->counts;

	for (size_t i = 0; i < p->n_child; i++)
		count_deed(
		    p->child[i].deed, &c->children_new, &c->children_changed);
	for (size_t i = 0; i < p->n_person; i++)
		count_deed(
		    p->person[i].deed, &c->people_new, &c->people_changed);
	for (size_t i = 0; i < p->n_enrolment; i++)
		count_deed(p->enrolment[i].deed, &c->enrolments_new,
		    &c->enrolments_changed);
	for (size_t i = 0; i < p->n_link; i++) {
		c->links_ended += p->link[i].end;
		if (!p->link[i].end)
			count_deed(
			    p->link[i].deed, &c->links_new, &c->links_changed);
		if (p->link[i].line != 0 && !p->link[i].end)
			p->person[p->link[i].person].children++;
	}
	for (size_t i = 0; i < p->n_group; i++)
		c->groups_new += p->group[i].id == 0;
}

bool
roster_plan(const struct deed *d, int64_t season, str bytes,
    struct roster_plan *ret, struct err *e)
{
	struct planning g = {.d = d, .p = ret};
	struct sheet sheet;

	*ret = (struct roster_plan){.season = season};
	ret->note = NEW_N(d->arena, struct roster_note, ROSTER_NOTES_MAX);
	if (ret->note == NULL)
		return err_set(e, ERR_LIMIT, "no room for the roster");
	if (!sheet_read(d, ret, bytes, &sheet, e))
		return false;
	ret->lines = sheet.n;
	if (!roster_known(&g, sheet.n, e))
		return false;
	if (sheet.bad)
		return true;
	for (size_t i = 0; i < sheet.n; i++)
		plan_line(&g, &sheet.v[i]);
	note_unnamed(&g);
	count_all(ret);
	return true;
}

bool
roster_is_empty(const struct roster_plan *p)
{
	const struct roster_counts *c = &p->counts;

	return c->children_new + c->children_changed + c->people_new +
		   c->people_changed + c->enrolments_new +
		   c->enrolments_changed + c->links_new + c->links_changed +
		   c->links_ended + c->groups_new ==
	       0;
}

static void
mark_deed(struct buf *b, char what, size_t at, int64_t id, int deed)
{
	buf_printf(b, "%c%zu.%" PRId64 ".%d ", what, at, id, deed);
}

str
roster_mark(const struct deed *d, const struct roster_plan *p)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(ROSTER_ARENA_BYTES);

	for (size_t i = 0; i < p->n_child; i++)
		if (p->child[i].deed != ROSTER_SAME)
			mark_deed(
			    &b, 'c', i, p->child[i].id, (int)p->child[i].deed);
	for (size_t i = 0; i < p->n_person; i++)
		if (p->person[i].deed != ROSTER_SAME)
			mark_deed(&b, 'p', i, p->person[i].id,
			    (int)p->person[i].deed);
	for (size_t i = 0; i < p->n_enrolment; i++)
		if (p->enrolment[i].deed != ROSTER_SAME)
			mark_deed(&b, 'e', i, p->enrolment[i].id,
			    (int)p->enrolment[i].deed);
	for (size_t i = 0; i < p->n_link; i++)
		if (p->link[i].deed != ROSTER_SAME || p->link[i].end)
			mark_deed(&b, 'l', i, p->link[i].id,
			    (int)p->link[i].deed + (p->link[i].end ? 10 : 0));
	return key_digest(
	    d->arena, &d->org->digest, "roster.mark", buf_view(&b));
}
