/*
 * consents — the director: what waits, which families are asked what, and the
 * forms on paper for a group.  Contradictions are shown as facts.
 */
#include <inttypes.h>

#include "html_consent.h"
#include "html_consents.h"
#include "sql_activity_group.h"
#include "sql_child.h"
#include "sql_consent.h"
#include "sql_consent_task.h"
#include "web/consent.h"
#include "web/member.h"

#define FORMS_MAX 200

/* ---- what waits ---- */

static str
task_text(struct request *r, const struct sql_consent_task_list_row *t,
    enum consent_task kind, const struct consent_purposes *purposes)
{
	const struct child_sealed sealed = {
	    t->child, t->key_wrapped, t->first_enc, t->last_enc, {0}};
	struct child_name n = child_open(r->arena, r->org, &sealed);
	const struct consent_purpose *p =
	    consent_purpose_by_id(purposes, t->purpose);
	const str arg[2] = {child_full_name(r->arena, &n),
	    p == NULL ? S("") : p->name[r->view.lang]};

	return lang_fill(r->arena,
	    lang_text(r->view.lang, consent_task_sentence(kind)), arg, 2);
}

static bool
read_tasks(struct request *r, const struct consent_purposes *purposes,
    struct consent_task_list *ret, struct err *e)
{
	struct sql_consent_task_list_rows rows;

	if (!sql_consent_task_list(
		r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	*ret = (struct consent_task_list){
	    NEW_N(r->arena, struct consent_task_line, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many tasks");
	for (size_t i = 0; i < rows.n; i++) {
		enum consent_task kind;

		if (!consent_task_of_word(rows.v[i].kind, &kind))
			continue;
		ret->v[ret->n++] = (struct consent_task_line){rows.v[i].child,
		    task_text(r, &rows.v[i], kind, purposes),
		    kind == CONSENT_TASK_CONTRADICTION};
	}
	return true;
}

static bool
read_groups(struct request *r, struct consent_group_list *ret, struct err *e)
{
	struct sql_activity_group_list_rows rows;

	if (!sql_activity_group_list(
		r->house->db, r->arena, r->today, r->org->id, &rows, e))
		return false;
	*ret = (struct consent_group_list){
	    NEW_N(r->arena, struct consent_group, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many groups");
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].until_on >= r->today)
			ret->v[ret->n++] = (struct consent_group){rows.v[i].id,
			    rows.v[i].name, rows.v[i].season_name};
	return true;
}

static bool
note_read(struct request *r, enum audit_action action, const char *kind,
    int64_t id, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = kind, .id = id};

	if (action == AUDIT_CONSENT_PRINTED)
		about.group = id;
	return db_begin(r->house->db, e) &&
	       member_settle(r, deed_note(&d, action, &about, e), e);
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct consent_purposes purposes;
	struct consent_task_list tasks;
	struct consent_group_list groups;

	if (!consent_purposes_load(r->house, r->arena, r->org, &purposes, e) ||
	    !read_tasks(r, &purposes, &tasks, e) ||
	    !read_groups(r, &groups, e) ||
	    !note_read(r, AUDIT_CONSENT_VIEWED, "organisation", r->org->id, e))
		return false;
	html_consents_list(&r->view, &tasks, &groups);
	return respond_page(r, out, 200);
}

/* ---- forms for a group ---- */

/* In which languages: theirs who hold authority today, or the house's. */
static bool
read_langs(struct request *r, int64_t child, bool ret[LANGS], struct err *e)
{
	struct sql_consent_holders_rows rows;
	enum lang lang;
	bool any = false;

	if (!sql_consent_holders(r->house->db, r->arena, child, &rows, e))
		return false;
	memset(ret, 0, LANGS * sizeof(*ret));
	for (size_t i = 0; i < rows.n; i++) {
		struct consent_holder h = {.from_on = rows.v[i].from_on,
		    .until_on = rows.v[i].until_on,
		    .ended_at = rows.v[i].ended_at};

		if (consent_holds(&h, r->now, r->today) &&
		    lang_of_code(rows.v[i].lang, &lang))
			any = ret[lang] = true;
	}
	if (!any)
		ret[r->org->lang] = true;
	return true;
}

/* Outings have a sheet of their own: all that is asked else fits on one. */
static void
keep_purpose(struct consent_sheet *s, int64_t purpose)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct consent_purpose *p = s->v[i].purpose;

		if (purpose == 0 ? p->group == 0 : p->id == purpose)
			s->v[n++] = s->v[i];
	}
	s->n = n;
}

/* Nobody's sheet: the words for adults, whoever fills it in. */
bool
consent_paper_add(struct request *r, int64_t child, str name, int64_t purpose,
    struct consent_form_list *io_list, struct err *e)
{
	struct deed d = member_deed(r);
	bool wanted[LANGS];

	if (!read_langs(r, child, wanted, e))
		return false;
	for (int l = 0; l < LANGS; l++) {
		struct consent_page *p = &io_list->v[io_list->n];

		if (!wanted[l])
			continue;
		*p = (struct consent_page){
		    .child = child, .lang = (enum lang)l, .first = name};
		if (!consent_sheet_make(
			&d, child, -1, (enum lang)l, &p->sheet, e))
			return false;
		keep_purpose(&p->sheet, purpose);
		io_list->n += p->sheet.n > 0 || purpose == 0;
	}
	return true;
}

str
consent_child_name(struct request *r, const struct sql_child_of_group_row *c)
{
	const struct child_sealed sealed = {
	    c->id, c->key_wrapped, c->first_enc, c->last_enc, {0}};
	struct child_name n = child_open(r->arena, r->org, &sealed);

	return child_full_name(r->arena, &n);
}

static bool
print_group(struct request *r, struct response *out, struct err *e)
{
	struct sql_activity_group_by_id_row group;
	struct sql_child_of_group_rows rows;
	struct consent_form_list list = {0};

	if (!sql_activity_group_by_id(
		r->house->db, r->arena, r->id[0], r->org->id, &group, e) ||
	    !sql_child_of_group(r->house->db, r->arena, group.id, r->org->id,
		r->today, &rows, e))
		return false;
	list.v = NEW_N(r->arena, struct consent_page, (rows.n + 1) * LANGS);
	if (list.v == NULL)
		return err_set(e, ERR_LIMIT, "too many forms");
	for (size_t i = 0; i < rows.n && list.n < FORMS_MAX; i++)
		if (!consent_paper_add(r, rows.v[i].id,
			consent_child_name(r, &rows.v[i]), 0, &list, e))
			return false;
	if (!note_read(r, AUDIT_CONSENT_PRINTED, "group", group.id, e))
		return false;
	html_consent_paper(&r->view, &list, S("/consents"));
	return respond_page(r, out, 200);
}

/* ---- what is asked ---- */

enum { F_NAME_FR, F_ABOUT_FR, F_NAME_EN, F_ABOUT_EN, F_VIDEO };

static const struct field purpose_fields[] = {
    [F_NAME_FR] = {"name_fr", N_("Name in French"), NULL, FIELD_LINE, true, 2,
	80, NULL, NULL},
    [F_ABOUT_FR] = {"about_fr", N_("In plain words, in French"),
	N_("Where, who sees it, and how it is taken back."), FIELD_TEXT, true,
	10, 300, NULL, NULL},
    [F_NAME_EN] = {"name_en", N_("Name in English"), NULL, FIELD_LINE, true, 2,
	80, NULL, NULL},
    [F_ABOUT_EN] = {"about_en", N_("In plain words, in English"), NULL,
	FIELD_TEXT, true, 10, 300, NULL, NULL},
    [F_VIDEO] = {"video", N_("Videos too"), NULL, FIELD_CHECK, false, 0, 0,
	NULL, NULL},
    {0},
};

static bool
purposes_page(struct request *r, const struct form *f, struct err *e)
{
	struct consent_purposes p;
	struct consent_purpose_list list;
	size_t n = 0;

	if (!consent_purposes_load(r->house, r->arena, r->org, &p, e))
		return false;
	/* An outing that is over is asked about no more. */
	for (size_t i = 0; i < p.n; i++)
		if (p.v[i].group == 0 || p.v[i].until_on >= r->today)
			p.v[n++] = p.v[i];
	list = (struct consent_purpose_list){p.v, n};
	html_consents_purposes(&r->view, &list, f);
	return true;
}

static bool
purposes_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(purpose_fields, &f);
	return purposes_page(r, &f, e) && respond_page(r, out, 200);
}

static bool
purpose_add(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct form f;
	int64_t id;

	if (!form_read(r, purpose_fields, &f))
		return purposes_page(r, &f, e) && member_again(r, out);
	{
		const struct consent_purpose_new n = {.reach = CONSENT_OUTSIDE,
		    .media =
			CONSENT_PHOTO | (f.number[F_VIDEO] ? CONSENT_VIDEO : 0),
		    .name = {f.value[F_NAME_FR], f.value[F_NAME_EN]},
		    .about = {f.value[F_ABOUT_FR], f.value[F_ABOUT_EN]}};

		if (!consent_purpose_add(&d, &n, &id, e))
			return false;
	}
	respond_notice(r, out, N_("Families are asked about it from now on."));
	return respond_see_other(r, out, S("/consents/purposes"));
}

static bool
policy_set(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	const struct consent_purpose *p;
	struct consent_purposes all;
	bool asked = str_eq(request_field(r, "asked"), S("1"));
	bool one = str_eq(request_field(r, "one"), S("1"));
	bool renew = str_eq(request_field(r, "renew"), S("1"));

	if (!consent_purposes_load(r->house, r->arena, r->org, &all, e))
		return false;
	p = consent_purpose_by_id(&all, r->id[0]);
	if (p == NULL)
		return err_set(e, ERR_NOT_FOUND, "no such purpose");
	if (!consent_policy_set(&d, p, asked, !one, renew, e))
		return false;
	respond_notice(r, out, N_("Changed, and in force as of now."));
	return respond_see_other(r, out, S("/consents/purposes"));
}

const struct route consents_routes[] = {
    {HTTP_GET, "/consents", list_show, NEED_DIRECTOR},
    {HTTP_GET, "/consents/group/:id/print", print_group, NEED_DIRECTOR},
    {HTTP_GET, "/consents/purposes", purposes_show, NEED_DIRECTOR},
    {HTTP_POST, "/consents/purposes", purpose_add, NEED_DIRECTOR},
    {HTTP_POST, "/consents/purposes/:id", policy_set, NEED_DIRECTOR},
    {0},
};
