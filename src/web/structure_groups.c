/* structure_groups — seasons, groups, and who works with which. */
#include "base/num.h"
#include "html_structure.h"
#include "sql_account.h"
#include "sql_staff_group.h"
#include "web/member.h"
#include "web/structure.h"

enum { F_NAME, F_FROM, F_UNTIL };
enum { F_GROUP, F_SEASON };

#define SEASON_DAYS_MAX 800

static const struct field season_fields[] = {
    [F_NAME] = {"name", N_("Name of the season"),
	N_("A school year or a summer, as families call it."), FIELD_LINE, true,
	2, 60, NULL, NULL},
    [F_FROM] = {"from", N_("First day"), NULL, FIELD_DAY, true, 0, 0, NULL,
	NULL},
    [F_UNTIL] = {"until", N_("Last day"), NULL, FIELD_DAY, true, 0, 0, NULL,
	NULL},
    {0},
};

static const struct field group_fields[] = {
    [F_GROUP] = {"group", N_("Name of the group"), NULL, FIELD_LINE, true, 1,
	80, NULL, NULL},
    [F_SEASON] = {"season", N_("Season"), NULL, FIELD_CHOICE, true, 0, 0, NULL,
	NULL},
    {0},
};

/* The group's form with the seasons that there are. */
static bool
fields_with_seasons(
    struct request *r, const struct field **ret, size_t *ret_n, struct err *e)
{
	struct sql_season_list_rows rows;
	struct field_option *o;
	struct field *fields;

	if (!sql_season_list(r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	o = NEW_N(r->arena, struct field_option, rows.n + 1);
	fields = arena_alloc(r->arena, 1, sizeof(group_fields));
	if (o == NULL || fields == NULL)
		return err_set(e, ERR_LIMIT, "no room for the seasons");
	for (size_t i = 0; i < rows.n; i++) {
		o[i].value = arena_i64(r->arena, rows.v[i].id).p;
		o[i].label = arena_cstr(r->arena, rows.v[i].name);
		if (o[i].value == NULL || o[i].label == NULL)
			return err_set(e, ERR_LIMIT, "no room for the seasons");
	}
	memcpy(fields, group_fields, sizeof(group_fields));
	fields[F_SEASON].options = o;
	*ret = fields;
	*ret_n = rows.n;
	return true;
}

static bool
works_with(
    const struct sql_staff_group_list_rows *all, int64_t account, int64_t group)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].account == account &&
		    all->v[i].activity_group == group)
			return true;
	return false;
}

static bool
fill_staff(struct request *r, const struct member_list *members,
    const struct sql_staff_group_list_rows *all, struct group_line *l,
    struct err *e)
{
	l->staff = NEW_N(r->arena, struct group_staff, members->n + 1);
	if (l->staff == NULL)
		return err_set(e, ERR_LIMIT, "no room for the staff");
	for (size_t i = 0; i < members->n; i++) {
		const struct member *m = &members->v[i];

		if (!m->staff || !m->active)
			continue;
		l->staff[l->n_staff++] = (struct group_staff){
		    m->id, m->name, works_with(all, m->id, l->g->id)};
	}
	return true;
}

static bool
group_lines(struct request *r, struct group_line_list *ret, struct err *e)
{
	struct sql_activity_group_list_rows *groups =
	    NEW(r->arena, struct sql_activity_group_list_rows);
	struct sql_staff_group_list_rows all;
	struct member_list members;
	struct group_line *v;

	if (groups == NULL)
		return err_set(e, ERR_LIMIT, "no room for the groups");
	if (!sql_activity_group_list(
		r->house->db, r->arena, r->today, r->org->id, groups, e) ||
	    !sql_staff_group_list(
		r->house->db, r->arena, r->org->id, &all, e) ||
	    !structure_members(r, &members, e))
		return false;
	v = NEW_N(r->arena, struct group_line, groups->n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the groups");
	for (size_t i = 0; i < groups->n; i++) {
		v[i].g = &groups->v[i];
		if (!fill_staff(r, &members, &all, &v[i], e))
			return false;
	}
	*ret = (struct group_line_list){v, groups->n};
	return true;
}

/* Either form may be shown again with its faults, the other one is fresh. */
static bool
groups_page(struct request *r, struct response *out, const struct form *season,
    const struct form *group, struct err *e)
{
	struct group_line_list lines;
	const struct field *fields;
	struct form s, g;
	size_t seasons;

	if (!fields_with_seasons(r, &fields, &seasons, e) ||
	    !group_lines(r, &lines, e))
		return false;
	form_start(season_fields, &s);
	form_start(fields, &g);
	html_structure_groups(&r->view, &lines, season == NULL ? &s : season,
	    group == NULL ? &g : group, seasons > 0);
	if (season == NULL && group == NULL)
		return respond_page(r, out, 200);
	return member_again(r, out);
}

bool
groups_show(struct request *r, struct response *out, struct err *e)
{
	return groups_page(r, out, NULL, NULL, e);
}

bool
season_add(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = "season"};
	struct sql_season_insert_row row;
	struct sql_season_by_name_row same;
	struct form f;
	bool there;

	if (form_read(r, season_fields, &f) &&
	    (f.number[F_UNTIL] <= f.number[F_FROM] ||
		f.number[F_UNTIL] > f.number[F_FROM] + SEASON_DAYS_MAX))
		form_fault(&f, F_UNTIL,
		    N_("The last day comes after the first, within two "
		       "years."));
	if (f.bad)
		return groups_page(r, out, &f, NULL, e);
	if (!sql_season_by_name(r->house->db, r->arena, r->org->id,
		f.value[F_NAME], &there, &same, e))
		return false;
	if (there) {
		form_fault(&f, F_NAME, N_("There is a season of this name."));
		return groups_page(r, out, &f, NULL, e);
	}
	if (!sql_season_insert(r->house->db, r->arena, r->org->id,
		f.value[F_NAME], f.number[F_FROM], f.number[F_UNTIL], &row, e))
		return false;
	about.id = row.id;
	if (!deed_note(&d, AUDIT_SEASON_CREATED, &about, e))
		return false;
	respond_notice(r, out, N_("The season is there. Now its groups."));
	return respond_see_other(r, out, S("/structure/groups"));
}

static bool
group_exists(
    struct request *r, int64_t season, str name, bool *ret, struct err *e)
{
	struct sql_activity_group_of_season_rows rows;

	*ret = false;
	if (!sql_activity_group_of_season(
		r->house->db, r->arena, season, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		*ret |= str_eq(rows.v[i].name, name);
	return true;
}

bool
group_add(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = "group"};
	struct sql_activity_group_insert_row row;
	const struct field *fields;
	size_t seasons;
	int64_t season;
	struct form f;
	bool there;

	if (!fields_with_seasons(r, &fields, &seasons, e))
		return false;
	if (!form_read(r, fields, &f))
		return groups_page(r, out, NULL, &f, e);
	if (!num_i64(f.value[F_SEASON], 1, INT64_MAX, &season))
		return err_set(e, ERR_INPUT, "no season");
	if (!group_exists(r, season, f.value[F_GROUP], &there, e))
		return false;
	if (there) {
		form_fault(
		    &f, F_GROUP, N_("This season has a group of this name."));
		return groups_page(r, out, NULL, &f, e);
	}
	if (!sql_activity_group_insert(r->house->db, r->arena, r->org->id,
		season, f.value[F_GROUP], r->now, &row, e))
		return false;
	about.id = about.group = row.id;
	if (!deed_note(&d, AUDIT_GROUP_CREATED, &about, e))
		return false;
	respond_notice(r, out, N_("The group is there."));
	return respond_see_other(r, out, S("/structure/groups"));
}

/* ---- who works with a group ---- */

static bool
note_staff(
    struct request *r, int64_t account, int64_t group, str what, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {
	    .kind = "account", .id = account, .group = group, .detail = what};

	return deed_note(&d, AUDIT_STAFF_ASSIGNED, &about, e);
}

static bool
one_of_the_staff(struct request *r, int64_t account, struct err *e)
{
	struct sql_account_by_id_row row;

	if (!sql_account_by_id(
		r->house->db, r->arena, account, r->org->id, &row, e))
		return false;
	return str_eq(row.kind, S("staff")) ||
	       err_set(e, ERR_INPUT, "not one of the staff");
}

bool
staff_group_add(struct request *r, struct response *out, struct err *e)
{
	static const struct field fields[] = {
	    {"account", N_("Member of the team"), NULL, FIELD_NUMBER, true, 1,
		INT64_MAX, NULL, NULL},
	    {0},
	};
	struct sql_activity_group_by_id_row group;
	int64_t rows;
	struct form f;

	if (!form_read(r, fields, &f))
		return err_set(e, ERR_INPUT, "no member of the team");
	if (!one_of_the_staff(r, f.number[0], e) ||
	    !sql_activity_group_by_id(
		r->house->db, r->arena, r->id[0], r->org->id, &group, e) ||
	    !sql_staff_group_insert(r->house->db, f.number[0], group.id,
		r->session.account, r->now, &rows, e) ||
	    !note_staff(r, f.number[0], group.id, S("added"), e))
		return false;
	return respond_see_other(r, out, S("/structure/groups"));
}

bool
staff_group_remove(struct request *r, struct response *out, struct err *e)
{
	struct sql_activity_group_by_id_row group;
	int64_t rows;

	if (!one_of_the_staff(r, r->id[1], e) ||
	    !sql_activity_group_by_id(
		r->house->db, r->arena, r->id[0], r->org->id, &group, e) ||
	    !sql_staff_group_delete(
		r->house->db, r->id[1], group.id, &rows, e) ||
	    !note_staff(r, r->id[1], group.id, S("removed"), e))
		return false;
	return respond_see_other(r, out, S("/structure/groups"));
}
