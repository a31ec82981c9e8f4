/*
 * outings — a form for one outing: who works with the group prepares it, its
 * families answer it like the other forms, and it ends by itself.
 */
#include <inttypes.h>

#include "base/num.h"
#include "consent/board.h"
#include "html_consent.h"
#include "html_outings.h"
#include "sql_activity_group.h"
#include "sql_child.h"
#include "sql_staff_group.h"
#include "web/consent.h"
#include "web/member.h"

#define FORMS_MAX 200

/* ---- whose groups ---- */

static bool
works_with(struct request *r, int64_t group, bool *ret, struct err *e)
{
	const struct viewer *v = r->viewer;
	struct sql_staff_group_has_row has;

	*ret = false;
	for (size_t i = 0; i < v->n_barred_group; i++)
		if (v->barred_group[i] == group)
			return true;
	*ret = viewer_is_director(v);
	if (*ret)
		return true;
	if (!sql_staff_group_has(
		r->house->db, r->arena, v->account, group, &has, e))
		return false;
	*ret = has.n > 0;
	return true;
}

static bool
read_groups(struct request *r, struct consent_group_list *ret, struct err *e)
{
	struct sql_activity_group_list_rows rows;
	bool mine;

	if (!sql_activity_group_list(
		r->house->db, r->arena, r->today, r->org->id, &rows, e))
		return false;
	*ret = (struct consent_group_list){
	    NEW_N(r->arena, struct consent_group, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	for (size_t i = 0; i < rows.n; i++) {
		if (!works_with(r, rows.v[i].id, &mine, e))
			return false;
		if (mine && rows.v[i].until_on >= r->today)
			ret->v[ret->n++] = (struct consent_group){rows.v[i].id,
			    rows.v[i].name, rows.v[i].season_name};
	}
	return true;
}

static str
group_name(const struct consent_group_list *l, int64_t group)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == group)
			return l->v[i].name;
	return S("");
}

/* ---- all of them ---- */

enum { F_NAME_FR, F_ABOUT_FR, F_NAME_EN, F_ABOUT_EN, F_FROM, F_UNTIL, F_VIDEO };

static const struct field fields[] = {
    [F_NAME_FR] = {"name_fr", N_("The outing, in French"), NULL, FIELD_LINE,
	true, 2, 80, NULL, NULL},
    [F_ABOUT_FR] = {"about_fr", N_("In plain words, in French"),
	N_("Where the pictures go, who sees them, and how they are taken "
	   "back."),
	FIELD_TEXT, true, 10, 300, NULL, NULL},
    [F_NAME_EN] = {"name_en", N_("The outing, in English"), NULL, FIELD_LINE,
	true, 2, 80, NULL, NULL},
    [F_ABOUT_EN] = {"about_en", N_("In plain words, in English"), NULL,
	FIELD_TEXT, true, 10, 300, NULL, NULL},
    [F_FROM] = {"from", N_("Day of the outing"), NULL, FIELD_DAY, true, 0, 0,
	NULL, NULL},
    [F_UNTIL] = {"until", N_("The pictures stay until"),
	N_("A yes ends on that day by itself, within a year."), FIELD_DAY, true,
	0, 0, NULL, NULL},
    [F_VIDEO] = {"video", N_("Videos too"), NULL, FIELD_CHECK, false, 0, 0,
	NULL, NULL},
    {0},
};

static const struct field stop_fields[] = {
    {"why", N_("Why"),
	N_("The families of the group read these words. No names, please."),
	FIELD_TEXT, true, 3, 300, NULL, NULL},
    {0},
};

static bool
list_page(
    struct request *r, const struct form *f, int64_t chosen, struct err *e)
{
	struct consent_purposes all;
	struct outing_page page = {.chosen = chosen, .form = f};

	if (!consent_purposes_load(r->house, r->arena, r->org, &all, e) ||
	    !read_groups(r, &page.groups, e))
		return false;
	page.v = NEW_N(r->arena, struct outing_line, all.n + 1);
	if (page.v == NULL)
		return err_set(e, ERR_LIMIT, "too many outings");
	for (size_t i = 0; i < all.n; i++) {
		const struct consent_purpose *p = &all.v[i];
		str group = group_name(&page.groups, p->group);

		if (p->group != 0 && group.n > 0 && p->until_on >= r->today)
			page.v[page.n++] = (struct outing_line){p, group};
	}
	html_outings_list(&r->view, &page);
	return true;
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(fields, &f);
	return list_page(r, &f, 0, e) && respond_page(r, out, 200);
}

static void
check_days(const struct request *r, struct form *f)
{
	int64_t from = f->number[F_FROM], until = f->number[F_UNTIL];

	if (f->fault[F_UNTIL] != NULL || f->fault[F_FROM] != NULL)
		return;
	if (until < r->today || until < from)
		form_fault(f, F_UNTIL, N_("This day is past."));
	else if (until > from + CONSENT_OUTING_DAYS)
		form_fault(f, F_UNTIL, N_("This is more than a year."));
}

static bool
outing_add(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_purpose_new n = {.reach = CONSENT_OUTSIDE};
	bool mine = false;
	struct form f;
	int64_t id;

	if (num_i64(request_field(r, "group"), 1, INT64_MAX, &n.group) &&
	    !works_with(r, n.group, &mine, e))
		return false;
	(void)form_read(r, fields, &f);
	check_days(r, &f);
	if (!mine) {
		f.summary = N_("Choose a group that you work with.");
		f.bad = true;
	}
	if (f.bad)
		return list_page(r, &f, n.group, e) && member_again(r, out);
	n.from_on = f.number[F_FROM];
	n.until_on = f.number[F_UNTIL];
	n.media = CONSENT_PHOTO | (f.number[F_VIDEO] ? CONSENT_VIDEO : 0);
	n.name[LANG_FR] = f.value[F_NAME_FR];
	n.name[LANG_EN] = f.value[F_NAME_EN];
	n.about[LANG_FR] = f.value[F_ABOUT_FR];
	n.about[LANG_EN] = f.value[F_ABOUT_EN];
	if (!consent_purpose_add(&d, &n, &id, e))
		return false;
	respond_notice(r, out,
	    N_("The families of the group are asked about it from now on."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/outings/%" PRId64, id));
}

/* ---- one ---- */

/* Of a group that the viewer works with; else there is none. */
static bool
find(struct request *r, struct outing_one *ret, struct err *e)
{
	struct sql_activity_group_by_id_row group;
	struct consent_purposes all;
	bool mine = false;

	if (!consent_purposes_load(r->house, r->arena, r->org, &all, e))
		return false;
	ret->purpose = consent_purpose_by_id(&all, r->id[0]);
	if (ret->purpose == NULL || ret->purpose->group == 0)
		return err_set(e, ERR_NOT_FOUND, "no such outing");
	if (!works_with(r, ret->purpose->group, &mine, e))
		return false;
	if (!mine)
		return err_set(e, ERR_NOT_FOUND, "outing of another group");
	if (!sql_activity_group_by_id(r->house->db, r->arena,
		ret->purpose->group, r->org->id, &group, e))
		return false;
	ret->group = group.name;
	ret->why = consent_stopped_why(r->arena, r->org, ret->purpose);
	return true;
}

static bool
children_of(struct request *r, int64_t group,
    struct sql_child_of_group_rows *ret, struct err *e)
{
	return sql_child_of_group(
	    r->house->db, r->arena, group, r->org->id, r->today, ret, e);
}

/* May each of them be shown?  Whose no it was is not said here. */
static bool
answers(struct request *r, const struct sql_child_of_group_rows *rows,
    struct outing_one *page, struct err *e)
{
	struct consent_audience to = {
	    .reach = CONSENT_OUTSIDE, .purpose = page->purpose->id};
	enum consent_why *why = NEW_N(r->arena, enum consent_why, rows->n + 1);
	int64_t *id = NEW_N(r->arena, int64_t, rows->n + 1);
	struct consent_look look;

	page->v = NEW_N(r->arena, struct outing_child, rows->n + 1);
	if (page->v == NULL || why == NULL || id == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < rows->n; i++)
		id[i] = rows->v[i].id;
	if (!consent_look_begin(
		r->house, r->arena, r->org, NULL, r->now, r->today, &look, e) ||
	    !consent_why_for_audience(&look, &to, id, rows->n, why, e))
		return false;
	for (size_t i = 0; i < rows->n; i++) {
		page->v[page->n++] = (struct outing_child){
		    consent_child_name(r, &rows->v[i]), why[i] == CONSENT_YES};
		page->yes += why[i] == CONSENT_YES;
	}
	return true;
}

static bool
note_read(struct request *r, enum audit_action action,
    const struct outing_one *page, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = "group",
	    .id = page->purpose->group,
	    .group = page->purpose->group};

	return db_begin(r->house->db, e) &&
	       member_settle(r, deed_note(&d, action, &about, e), e);
}

static bool
one_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_child_of_group_rows rows;
	struct outing_one page = {0};

	if (!find(r, &page, e) ||
	    !children_of(r, page.purpose->group, &rows, e) ||
	    !answers(r, &rows, &page, e) ||
	    !note_read(r, AUDIT_ROSTER_VIEWED, &page, e))
		return false;
	html_outings_one(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- on paper ---- */

static bool
print_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_child_of_group_rows rows;
	struct consent_form_list list = {0};
	struct outing_one page = {0};

	if (!find(r, &page, e) ||
	    !children_of(r, page.purpose->group, &rows, e))
		return false;
	list.v = NEW_N(r->arena, struct consent_page, (rows.n + 1) * LANGS);
	if (list.v == NULL)
		return err_set(e, ERR_LIMIT, "too many forms");
	for (size_t i = 0; i < rows.n && list.n < FORMS_MAX; i++)
		if (!consent_paper_add(r, rows.v[i].id,
			consent_child_name(r, &rows.v[i]), page.purpose->id,
			&list, e))
			return false;
	if (!note_read(r, AUDIT_CONSENT_PRINTED, &page, e))
		return false;
	html_consent_paper(&r->view, &list,
	    arena_fmt(r->arena, "/outings/%" PRId64, page.purpose->id));
	return respond_page(r, out, 200);
}

/* ---- called off ---- */

static bool
stop_page(struct request *r, struct outing_one *page, const struct form *f)
{
	page->form = f;
	html_outings_stop(&r->view, page);
	return true;
}

static bool
stop_show(struct request *r, struct response *out, struct err *e)
{
	struct outing_one page = {0};
	struct form f;

	if (!find(r, &page, e))
		return false;
	form_start(stop_fields, &f);
	return stop_page(r, &page, &f) && respond_page(r, out, 200);
}

static bool
stop_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct outing_one page = {0};
	struct form f;

	if (!find(r, &page, e))
		return false;
	if (!form_read(r, stop_fields, &f))
		return stop_page(r, &page, &f) && member_again(r, out);
	if (!consent_outing_stop(&d, page.purpose, f.value[0], e))
		return false;
	respond_notice(r, out,
	    N_("The outing is called off. The families read it, with your "
	       "reason, and nothing is asked any more."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/outings/%" PRId64, page.purpose->id));
}

const struct route outings_routes[] = {
    {HTTP_GET, "/outings", list_show, NEED_STAFF},
    {HTTP_POST, "/outings", outing_add, NEED_STAFF},
    {HTTP_GET, "/outings/:id", one_show, NEED_STAFF},
    {HTTP_GET, "/outings/:id/print", print_show, NEED_STAFF},
    {HTTP_GET, "/outings/:id/stop", stop_show, NEED_STAFF},
    {HTTP_POST, "/outings/:id/stop", stop_do, NEED_STAFF},
    {0},
};
