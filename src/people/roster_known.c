#include "people/roster_known.h"

#include <assert.h>

#include "people/fold.h"
#include "sql_activity_group.h"
#include "sql_authority.h"
#include "sql_child.h"
#include "sql_enrolment.h"
#include "sql_guardian.h"
#include "sql_season.h"

struct rows {
	struct sql_child_list_rows child;
	struct sql_guardian_list_rows guardian;
	struct sql_authority_list_rows authority;
	struct sql_enrolment_of_season_rows enrolment;
	struct sql_activity_group_of_season_rows group;
};

str
roster_pair(struct arena *a, size_t x, size_t y)
{
	size_t both[2] = {x, y};
	str ret = {0};

	return arena_str(a, both, sizeof(both), &ret) ? ret : (str){0};
}

str
roster_one(struct arena *a, size_t x)
{
	str ret = {0};

	return arena_str(a, &x, sizeof(x), &ret) ? ret : (str){0};
}

str
roster_person_household(struct arena *a, size_t person, str household)
{
	return arena_fmt(a, "%zu " STR_FMT, person, STR_ARG(household));
}

str
roster_child_ref(const struct deed *d, str ref)
{
	return key_digest(d->arena, &d->org->digest, "child.ref", ref);
}

str
roster_child_auto(const struct deed *d, str name_key)
{
	return key_digest(d->arena, &d->org->digest, "child.name", name_key);
}

str
roster_person_ref(const struct deed *d, str ref)
{
	return key_digest(d->arena, &d->org->digest, "guardian.ref", ref);
}

/* ---- appending ---- */

size_t
roster_add_child(struct planning *g, const struct roster_child *c)
{
	size_t at = g->p->n_child++;

	assert(at < g->max_child);
	g->p->child[at] = *c;
	if (c->ref_digest.n > 0)
		index_put(&g->child_ref, c->ref_digest, at);
	index_put(&g->child_name, c->name_key, at);
	return at;
}

size_t
roster_add_person(struct planning *g, const struct roster_person *x)
{
	size_t at = g->p->n_person++;

	assert(at < g->max_person);
	g->p->person[at] = *x;
	if (x->ref_digest.n > 0)
		index_put(&g->person_ref, x->ref_digest, at);
	index_put(&g->person_name, x->name_key, at);
	return at;
}

size_t
roster_add_group(struct planning *g, const struct roster_group *x)
{
	size_t at = g->p->n_group++;

	assert(at < g->max_group);
	g->p->group[at] = *x;
	index_put(&g->group_name, x->key, at);
	return at;
}

size_t
roster_add_enrolment(struct planning *g, const struct roster_enrolment *x)
{
	size_t at = g->p->n_enrolment++;

	assert(at < g->max_enrolment);
	g->p->enrolment[at] = *x;
	index_put(
	    &g->enrolment, roster_pair(g->d->arena, x->child, x->group), at);
	return at;
}

size_t
roster_add_link(struct planning *g, const struct roster_link *x)
{
	size_t at = g->p->n_link++;

	assert(at < g->max_link);
	g->p->link[at] = *x;
	index_put(&g->child_link, roster_one(g->d->arena, x->child), at);
	return at;
}

/* ---- what there is ---- */

static bool
read_rows(struct planning *g, struct rows *r, struct err *e)
{
	struct db *db = g->d->house->db;
	struct arena *a = g->d->arena;
	int64_t org = g->d->org->id;
	struct sql_season_by_id_row season;

	if (!sql_season_by_id(db, a, g->p->season, org, &season, e) ||
	    !sql_child_list(db, a, org, &r->child, e) ||
	    !sql_guardian_list(db, a, org, &r->guardian, e) ||
	    !sql_authority_list(db, a, org, &r->authority, e) ||
	    !sql_enrolment_of_season(db, a, season.id, &r->enrolment, e) ||
	    !sql_activity_group_of_season(db, a, season.id, &r->group, e))
		return err_wrap(e, "what the roster is compared with");
	g->p->season_from = season.from_on;
	g->p->season_until = season.until_on;
	return true;
}

static bool
make_room(struct planning *g, const struct rows *r, size_t lines, struct err *e)
{
	struct arena *a = g->d->arena;
	struct roster_plan *p = g->p;
	size_t adults = lines * ROSTER_ADULTS;

	g->max_child = r->child.n + lines;
	g->max_person = r->guardian.n + adults;
	g->max_group = r->group.n + lines;
	g->max_enrolment = r->enrolment.n + lines;
	g->max_link = r->authority.n + adults;
	p->child = NEW_N(a, struct roster_child, g->max_child + 1);
	p->person = NEW_N(a, struct roster_person, g->max_person + 1);
	p->group = NEW_N(a, struct roster_group, g->max_group + 1);
	p->enrolment = NEW_N(a, struct roster_enrolment, g->max_enrolment + 1);
	p->link = NEW_N(a, struct roster_link, g->max_link + 1);
	if (p->child == NULL || p->person == NULL || p->group == NULL ||
	    p->enrolment == NULL || p->link == NULL ||
	    !index_init(&g->child_ref, a, g->max_child + lines) ||
	    !index_init(&g->child_name, a, g->max_child + lines) ||
	    !index_init(&g->person_ref, a, g->max_person + adults) ||
	    !index_init(&g->person_name, a, g->max_person + adults) ||
	    !index_init(&g->group_name, a, g->max_group) ||
	    !index_init(&g->enrolment, a, g->max_enrolment) ||
	    !index_init(&g->child_link, a, g->max_link) ||
	    !index_init(&g->household, a, g->max_link + adults))
		return err_set(e, ERR_LIMIT, "no room for the roster");
	return true;
}

static void
know_children(struct planning *g, const struct rows *r, struct index *by_id)
{
	for (size_t i = 0; i < r->child.n; i++) {
		const struct sql_child_list_row *row = &r->child.v[i];
		struct child_sealed sealed = {row->id, row->key_wrapped,
		    row->first_enc, row->last_enc, row->born_enc};
		struct roster_child c = {.id = row->id,
		    .key_wrapped = row->key_wrapped,
		    .ref_digest = row->ref_digest};
		size_t at;

		c.name = child_open(g->d->arena, g->d->org, &sealed);
		c.full_name = child_full_name(g->d->arena, &c.name);
		c.name_key = roster_child_key(g->d->arena, &c.name);
		c.has_ref = !str_eq(
		    row->ref_digest, roster_child_auto(g->d, c.name_key));
		at = roster_add_child(g, &c);
		index_put(by_id, roster_one(g->d->arena, (size_t)row->id), at);
	}
}

static str
opened(const struct deed *d, const char *column, str sealed)
{
	return house_text(d->arena, d->org, column, sealed);
}

static str
small_letters(struct arena *a, str s)
{
	char *p = NEW_N(a, char, s.n + 1);

	for (size_t i = 0; p != NULL && i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z'
			   ? (char)(s.p[i] - 'A' + 'a')
			   : s.p[i];
	return (str){p, p == NULL ? 0 : s.n};
}

static void
know_people(struct planning *g, const struct rows *r, struct index *by_id)
{
	struct arena *a = g->d->arena;

	for (size_t i = 0; i < r->guardian.n; i++) {
		const struct sql_guardian_list_row *row = &r->guardian.v[i];
		struct roster_person x = {.id = row->id,
		    .ref_digest = row->ref_digest,
		    .lang = LANG_FR};
		size_t at;

		x.name = opened(g->d, "guardian.name_enc", row->name_enc);
		x.email = opened(g->d, "guardian.email_enc", row->email_enc);
		x.phone = opened(g->d, "guardian.phone_enc", row->phone_enc);
		if (!lang_of_code(row->lang, &x.lang))
			x.lang = g->d->org->lang;
		x.name_key = fold_name(a, x.name);
		x.email_key = small_letters(a, x.email);
		x.phone_key = fold_phone(a, x.phone);
		x.has_ref = row->ref_digest.n == KEY_DIGEST_BYTES;
		at = roster_add_person(g, &x);
		index_put(by_id, roster_one(a, (size_t)row->id), at);
	}
}

static size_t
place(const struct planning *g, const struct index *by_id, int64_t id)
{
	return index_get(by_id, roster_one(g->d->arena, (size_t)id));
}

static str
open_document(const struct planning *g, size_t child, str sealed)
{
	const struct roster_child *c = &g->p->child[child];
	CLEANUP(key_done) struct key k = {{0}};
	struct err ignored;

	if (sealed.p == NULL || c->key_wrapped.p == NULL ||
	    !child_key(
		g->d->arena, g->d->org, c->id, c->key_wrapped, &k, &ignored))
		return S("");
	return authority_document(g->d->arena, &k, sealed);
}

static bool
know_links(struct planning *g, const struct rows *r, const struct index *child,
    const struct index *person, struct err *e)
{
	for (size_t i = 0; i < r->authority.n; i++) {
		const struct sql_authority_list_row *row = &r->authority.v[i];
		struct roster_link t = {.id = row->id,
		    .rights = row->rights,
		    .from_on = row->from_on,
		    .until_on = row->until_on};

		t.child = place(g, child, row->child);
		t.person = place(g, person, row->guardian);
		if (t.child == INDEX_NONE || t.person == INDEX_NONE)
			continue; /* of an erased child */
		if (!authority_of_word(row->kind, &t.kind))
			return err_set(e, ERR_CORRUPT, "kind of authority");
		t.document = open_document(g, t.child, row->document_enc);
		roster_add_link(g, &t);
	}
	return true;
}

static void
know_groups(struct planning *g, const struct rows *r, struct index *by_id)
{
	for (size_t i = 0; i < r->group.n; i++) {
		struct roster_group x = {r->group.v[i].id, r->group.v[i].name,
		    fold_name(g->d->arena, r->group.v[i].name)};
		size_t at = roster_add_group(g, &x);

		index_put(by_id, roster_one(g->d->arena, (size_t)x.id), at);
	}
}

static void
know_enrolments(struct planning *g, const struct rows *r,
    const struct index *child, const struct index *group)
{
	for (size_t i = 0; i < r->enrolment.n; i++) {
		const struct sql_enrolment_of_season_row *row =
		    &r->enrolment.v[i];
		struct roster_enrolment m = {.id = row->id,
		    .from_on = row->from_on,
		    .until_on = row->until_on};

		m.child = place(g, child, row->child);
		m.group = place(g, group, row->activity_group);
		if (m.child != INDEX_NONE && m.group != INDEX_NONE)
			roster_add_enrolment(g, &m);
	}
}

/* Who lives with whom, by the adults of each child as they stand. */
static void
know_households(struct planning *g)
{
	struct arena *a = g->d->arena;

	for (size_t c = 0; c < g->p->n_child; c++) {
		struct roster_child *child = &g->p->child[c];
		str key[ROSTER_ADULTS * 2];
		size_t who[ROSTER_ADULTS * 2], n = 0, at;

		at = index_first(&g->child_link, roster_one(a, c));
		for (; at != INDEX_NONE && n < ROSTER_ADULTS * 2;
		     at = index_next(&g->child_link, at)) {
			const struct roster_link *t =
			    &g->p->link[index_value(&g->child_link, at)];

			if (t->kind == AUTHORITY_NO_CONTACT)
				continue;
			who[n] = t->person;
			key[n++] = g->p->person[t->person].name_key;
		}
		child->household =
		    roster_household_key(a, child->name.last, key, n);
		for (size_t i = 0; i < n; i++)
			index_put(&g->household,
			    roster_person_household(
				a, who[i], child->household),
			    who[i]);
	}
}

bool
roster_known(struct planning *g, size_t lines, struct err *e)
{
	struct index child, person, group;
	struct arena *a = g->d->arena;
	struct rows r;

	if (!read_rows(g, &r, e) || !make_room(g, &r, lines, e))
		return false;
	if (!index_init(&child, a, r.child.n) ||
	    !index_init(&person, a, r.guardian.n) ||
	    !index_init(&group, a, r.group.n))
		return err_set(e, ERR_LIMIT, "no room for the roster");
	know_children(g, &r, &child);
	know_people(g, &r, &person);
	if (!know_links(g, &r, &child, &person, e))
		return false;
	know_groups(g, &r, &group);
	know_enrolments(g, &r, &child, &group);
	know_households(g);
	return true;
}
