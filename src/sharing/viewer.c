#include "sharing/viewer.h"

#include <inttypes.h>

#include "sql_viewer.h"

/* Rows come sorted by child, one per right and enrolment. */
struct gather {
	struct arena *arena;
	const struct organisation *org;
	struct viewer *v;
	int64_t today;
};

static int
word_index(str word, const char *const *words, int n)
{
	for (int i = 0; i < n; i++)
		if (str_eq(word, str_c(words[i])))
			return i;
	return -1;
}

static bool
read_account(
    struct viewer *v, const struct sql_viewer_account_row *row, struct err *e)
{
	static const char *const kinds[] = {
	    "staff", "guardian", "relative", "child"};
	static const char *const roles[] = {
	    "", "director", "animateur", "safeguarding"};
	static const char *const states[] = {
	    "pending", "active", "suspended", "closed"};
	int kind = word_index(row->kind, kinds, 4);
	int role = row->role.p == NULL ? 0 : word_index(row->role, roles, 4);
	int state = word_index(row->state, states, 4);

	if (kind < 0 || role < 0 || state < 0 ||
	    !lang_of_code(row->lang, &v->lang))
		return err_set(e, ERR_CORRUPT, "account %" PRId64, v->account);
	v->kind = (enum viewer_kind)kind;
	v->role = (enum staff_role)role;
	v->state = (enum viewer_state)state;
	return true;
}

static bool
has(const int64_t *v, size_t n, int64_t x)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

static void
add_once(int64_t *v, size_t *n, int64_t x)
{
	if (!has(v, *n, x))
		v[(*n)++] = x;
}

static struct viewer_child *
child_of_row(const struct gather *g, const struct sql_viewer_family_row *row,
    size_t room)
{
	struct viewer *v = g->v;
	struct viewer_child *c;

	if (v->n_child > 0 && v->child[v->n_child - 1].id == row->child)
		return &v->child[v->n_child - 1];
	c = &v->child[v->n_child];
	c->group = NEW_N(g->arena, int64_t, room);
	if (c->group == NULL)
		return NULL;
	c->id = row->child;
	c->sealed = (struct child_sealed){.id = row->child,
	    .key_wrapped = row->key_wrapped,
	    .first_enc = row->first_enc};
	v->n_child++;
	return c;
}

static void
bar_row(struct viewer *v, const struct sql_viewer_family_row *row)
{
	add_once(v->barred_child, &v->n_barred_child, row->child);
	if (row->activity_group != DB_NULL)
		add_once(
		    v->barred_group, &v->n_barred_group, row->activity_group);
}

static bool
take_row(const struct gather *g, const struct sql_viewer_family_row *row,
    size_t room, struct err *e)
{
	struct viewer_child *c;

	if (str_eq(row->kind, S("no_contact"))) {
		bar_row(g->v, row);
		return true;
	}
	if (row->erased_at != DB_NULL)
		return true;
	c = child_of_row(g, row, room);
	if (c == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	c->rights |= row->rights;
	c->holder |= !str_eq(row->kind, S("relative"));
	if (row->activity_group != DB_NULL && row->until_on >= g->today)
		add_once(c->group, &c->n_group, row->activity_group);
	return true;
}

/* A child whom the viewer may not contact is not one of theirs, whatever
 * other right is on paper. */
static void
drop_barred(struct viewer *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->n_child; i++)
		if (!has(v->barred_child, v->n_barred_child, v->child[i].id))
			v->child[kept++] = v->child[i];
	v->n_child = kept;
}

static void
gather_groups(struct viewer *v)
{
	for (size_t i = 0; i < v->n_child; i++) {
		const struct viewer_child *c = &v->child[i];

		for (size_t k = 0; k < c->n_group; k++) {
			size_t at = 0;

			while (
			    at < v->n_group && v->group[at].id != c->group[k])
				at++;
			if (at == v->n_group)
				v->group[v->n_group++].id = c->group[k];
			v->group[at].rights |= c->rights;
		}
	}
}

static bool
load_family(struct house *h, struct gather *g, int64_t guardian, struct err *e)
{
	struct sql_viewer_family_rows rows;
	struct viewer *v = g->v;

	if (!sql_viewer_family(h->db, g->arena, g->today, guardian, &rows, e))
		return err_wrap(e, "family of guardian %" PRId64, guardian);
	v->child = NEW_N(g->arena, struct viewer_child, rows.n);
	v->group = NEW_N(g->arena, struct viewer_group, rows.n);
	v->barred_child = NEW_N(g->arena, int64_t, rows.n);
	v->barred_group = NEW_N(g->arena, int64_t, rows.n);
	if (v->child == NULL || v->group == NULL || v->barred_child == NULL ||
	    v->barred_group == NULL)
		return err_set(e, ERR_LIMIT, "too many rights");
	for (size_t i = 0; i < rows.n; i++)
		if (!take_row(g, &rows.v[i], rows.n, e))
			return false;
	drop_barred(v);
	if (viewer_is_family(v))
		gather_groups(v);
	return true;
}

static bool
load_staff(struct house *h, struct gather *g, struct err *e)
{
	struct sql_viewer_staff_rows rows;
	struct viewer *v = g->v;

	if (!sql_viewer_staff(h->db, g->arena, v->account, &rows, e))
		return err_wrap(e, "groups of account %" PRId64, v->account);
	v->group = NEW_N(g->arena, struct viewer_group, rows.n);
	if (v->group == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	for (size_t i = 0; i < rows.n; i++)
		v->group[i].id = rows.v[i].activity_group;
	v->n_group = rows.n;
	return true;
}

bool
viewer_load(struct house *h, struct arena *a, const struct organisation *org,
    int64_t account, int64_t today, struct viewer **ret, struct err *e)
{
	struct sql_viewer_account_row row;
	struct gather g = {.arena = a, .org = org, .today = today};
	bool found;

	g.v = NEW(a, struct viewer);
	if (g.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a viewer");
	if (!sql_viewer_account(h->db, a, account, org->id, &found, &row, e))
		return err_wrap(e, "account %" PRId64, account);
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "account %" PRId64, account);
	g.v->account = account;
	g.v->organisation = org->id;
	if (!read_account(g.v, &row, e))
		return false;
	g.v->name_enc = row.name_enc;
	g.v->lined = row.lined != 0;
	g.v->silenced = row.silenced != 0;
	g.v->apart = row.apart != 0;
	g.v->decided = row.decided != 0;
	/* Staff may be somebody's guardian too: only the orders count then. */
	if (row.guardian != DB_NULL && !load_family(h, &g, row.guardian, e))
		return false;
	if (g.v->kind == VIEWER_STAFF) {
		g.v->n_child = 0;
		if (g.v->apart)
			g.v->role = STAFF_NONE;
		else if (!load_staff(h, &g, e))
			return false;
	}
	*ret = g.v;
	return true;
}

str
viewer_own_name(
    struct arena *a, const struct organisation *org, const struct viewer *v)
{
	return house_text(a, org, "account.name_enc", v->name_enc);
}

str
viewer_child_first(struct arena *a, const struct organisation *org,
    const struct viewer_child *c)
{
	return child_open(a, org, &c->sealed).first;
}

bool
viewer_is_family(const struct viewer *v)
{
	return v->kind == VIEWER_GUARDIAN || v->kind == VIEWER_RELATIVE;
}

bool
viewer_is_staff(const struct viewer *v)
{
	return v->kind == VIEWER_STAFF;
}

bool
viewer_may_trace(const struct viewer *v)
{
	return v->kind == VIEWER_STAFF &&
	       (v->role == STAFF_DIRECTOR || v->role == STAFF_SAFEGUARDING);
}

bool
viewer_is_director(const struct viewer *v)
{
	return v->kind == VIEWER_STAFF && v->role == STAFF_DIRECTOR;
}

int64_t
viewer_rights(const struct viewer *v, int64_t child)
{
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == child)
			return v->child[i].rights;
	return 0;
}

int64_t
viewer_group_rights(const struct viewer *v, int64_t group)
{
	for (size_t i = 0; i < v->n_group; i++)
		if (v->group[i].id == group)
			return v->group[i].rights;
	return -1;
}
