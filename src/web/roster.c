/* roster — the children of the groups that one works with. */
#include "web/roster.h"

#include <stdlib.h>

#include "html_roster.h"
#include "people/fold.h"
#include "sharing/viewer.h"
#include "sql_activity_group.h"
#include "sql_authority.h"
#include "sql_child.h"
#include "sql_staff_group.h"
#include "web/member.h"

/* ---- which groups ---- */

static bool
all_groups(struct request *r, struct group_link_list *ret, struct err *e)
{
	struct sql_activity_group_list_rows rows;
	struct group_link *v;

	if (!sql_activity_group_list(
		r->house->db, r->arena, r->today, r->org->id, &rows, e))
		return false;
	v = NEW_N(r->arena, struct group_link, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the groups");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct group_link){rows.v[i].id, rows.v[i].name,
		    rows.v[i].season_name, rows.v[i].until_on < r->today};
	*ret = (struct group_link_list){v, rows.n};
	return true;
}

static bool
own_groups(struct request *r, struct group_link_list *ret, struct err *e)
{
	struct sql_staff_group_of_account_rows rows;
	struct group_link *v;

	if (!sql_staff_group_of_account(
		r->house->db, r->arena, r->session.account, &rows, e))
		return false;
	v = NEW_N(r->arena, struct group_link, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the groups");
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct group_link){
		    rows.v[i].id, rows.v[i].name, S(""), false};
	*ret = (struct group_link_list){v, rows.n};
	return true;
}

static bool
roster_show(struct request *r, struct response *out, struct err *e)
{
	bool director = viewer_is_director(r->viewer);
	struct group_link_list groups;

	if (!(director ? all_groups(r, &groups, e) : own_groups(r, &groups, e)))
		return false;
	html_roster_groups(&r->view, &groups, director);
	return respond_page(r, out, 200);
}

static bool
barred(const int64_t *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

static bool
may_open_group(struct request *r, int64_t group, struct err *e)
{
	struct sql_staff_group_has_row has;

	if (barred(r->viewer->barred_group, r->viewer->n_barred_group, group))
		return err_set(e, ERR_NOT_FOUND, "group");
	if (viewer_is_director(r->viewer))
		return true;
	if (!sql_staff_group_has(
		r->house->db, r->arena, r->session.account, group, &has, e))
		return false;
	return has.n > 0 || err_set(e, ERR_NOT_FOUND, "group");
}

/* ---- the children of one ---- */

static int
by_name(const void *pa, const void *pb)
{
	const struct child_line *a = pa, *b = pb;

	return fold_order(a->key, b->key);
}

static bool
children_of(struct request *r, int64_t group, struct child_line_list *ret,
    struct err *e)
{
	struct sql_child_of_group_rows rows;
	struct child_line *v;

	if (!sql_child_of_group(
		r->house->db, r->arena, group, r->org->id, r->today, &rows, e))
		return false;
	v = NEW_N(r->arena, struct child_line, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the children");
	for (size_t i = 0; i < rows.n; i++) {
		struct child_sealed sealed = {rows.v[i].id,
		    rows.v[i].key_wrapped, rows.v[i].first_enc,
		    rows.v[i].last_enc, rows.v[i].born_enc};
		struct child_name name = child_open(r->arena, r->org, &sealed);

		v[i] = (struct child_line){rows.v[i].id, name.born_on,
		    rows.v[i].from_on, rows.v[i].until_on,
		    child_full_name(r->arena, &name), {0}};
		v[i].key = fold_name(
		    r->arena, arena_fmt(r->arena, STR_FMT " " STR_FMT,
				  STR_ARG(name.last), STR_ARG(name.first)));
	}
	qsort(v, rows.n, sizeof(*v), by_name);
	*ret = (struct child_line_list){v, rows.n};
	return true;
}

/* Whoever looks is written down. */
static bool
note_looked(struct request *r, enum audit_action action,
    const struct deed_about *about, struct err *e)
{
	struct deed d = member_deed(r);

	return db_begin(r->house->db, e) &&
	       member_settle(r, deed_note(&d, action, about, e), e);
}

static bool
group_show(struct request *r, struct response *out, struct err *e)
{
	struct deed_about about = {
	    .kind = "group", .id = r->id[0], .group = r->id[0]};
	struct sql_activity_group_by_id_row group;
	struct child_line_list children;

	if (!may_open_group(r, r->id[0], e) ||
	    !sql_activity_group_by_id(
		r->house->db, r->arena, r->id[0], r->org->id, &group, e) ||
	    !children_of(r, group.id, &children, e) ||
	    !note_looked(r, AUDIT_ROSTER_VIEWED, &about, e))
		return false;
	html_roster_group(
	    &r->view, &group, &children, viewer_is_director(r->viewer));
	return respond_page(r, out, 200);
}

/* ---- one child ---- */

static bool
may_open_child(struct request *r, int64_t child, struct err *e)
{
	struct sql_staff_group_has_child_row has;

	if (barred(r->viewer->barred_child, r->viewer->n_barred_child, child))
		return err_set(e, ERR_NOT_FOUND, "child");
	if (viewer_is_director(r->viewer))
		return true;
	if (!sql_staff_group_has_child(r->house->db, r->arena,
		r->session.account, child, r->today, &has, e))
		return false;
	return has.n > 0 || err_set(e, ERR_NOT_FOUND, "child");
}

static bool
read_adults(struct request *r, struct child_page *page, const struct key *k,
    struct err *e)
{
	struct sql_authority_of_child_rows rows;
	struct adult_line *v;

	if (!sql_authority_of_child(r->house->db, r->arena, page->id, &rows, e))
		return false;
	v = NEW_N(r->arena, struct adult_line, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the adults");
	for (size_t i = 0; i < rows.n; i++) {
		const struct sql_authority_of_child_row *row = &rows.v[i];

		v[i] = (struct adult_line){.authority = row->id,
		    .guardian = row->guardian,
		    .rights = row->rights,
		    .from_on = row->from_on,
		    .until_on = row->until_on,
		    .ended = row->ended_at != DB_NULL,
		    .account = row->account != DB_NULL};
		v[i].name = house_text(
		    r->arena, r->org, "guardian.name_enc", row->name_enc);
		v[i].email = house_text(
		    r->arena, r->org, "guardian.email_enc", row->email_enc);
		v[i].phone = house_text(
		    r->arena, r->org, "guardian.phone_enc", row->phone_enc);
		v[i].document = page->director ? authority_document(r->arena, k,
						     row->document_enc)
					       : S("");
		if (!authority_of_word(row->kind, &v[i].kind))
			return err_set(e, ERR_CORRUPT, "kind of authority");
	}
	page->adults = (struct adult_line_list){v, rows.n};
	return true;
}

bool
roster_child_page(
    struct request *r, int64_t id, struct child_page *ret, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct sql_child_by_id_row row;
	struct child_sealed sealed;
	struct child_name name;

	if (!may_open_child(r, id, e) ||
	    !sql_child_by_id(r->house->db, r->arena, id, r->org->id, &row, e))
		return false;
	if (row.erased_at != DB_NULL)
		return err_set(e, ERR_NOT_FOUND, "child");
	sealed = (struct child_sealed){
	    row.id, row.key_wrapped, row.first_enc, row.last_enc, row.born_enc};
	name = child_open(r->arena, r->org, &sealed);
	*ret = (struct child_page){.id = row.id,
	    .born_on = name.born_on,
	    .name = child_full_name(r->arena, &name),
	    .first = name.first,
	    .director = viewer_is_director(r->viewer)};
	return child_key(r->arena, r->org, row.id, row.key_wrapped, &k, e) &&
	       read_adults(r, ret, &k, e) &&
	       consent_facts_told(r, row.id, &ret->facts, e) &&
	       sql_enrolment_of_child(
		   r->house->db, r->arena, row.id, &ret->enrolments, e);
}

bool
roster_child_answer(struct request *r, struct response *out, int64_t id,
    const struct form *adult, struct err *e)
{
	struct child_page page;
	struct form fresh;

	if (!roster_child_page(r, id, &page, e))
		return false;
	form_start(roster_adult_fields, &fresh);
	html_roster_child(&r->view, &page, adult == NULL ? &fresh : adult);
	return adult == NULL ? respond_page(r, out, 200) : member_again(r, out);
}

bool
roster_child_wrong_day(struct request *r, struct response *out, int64_t id,
    int64_t enrolment, struct err *e)
{
	struct child_page page;
	struct form fresh;

	if (!roster_child_page(r, id, &page, e))
		return false;
	page.wrong_day = enrolment;
	form_start(roster_adult_fields, &fresh);
	html_roster_child(&r->view, &page, &fresh);
	return member_again(r, out);
}

static bool
child_show(struct request *r, struct response *out, struct err *e)
{
	struct deed_about about = {
	    .kind = "child", .id = r->id[0], .child = r->id[0]};

	return roster_child_answer(r, out, r->id[0], NULL, e) &&
	       note_looked(r, AUDIT_CHILD_VIEWED, &about, e);
}

#define STAFF NEED_STAFF, 0, NULL
#define DIRECTOR NEED_DIRECTOR, 0, NULL

const struct route roster_routes[] = {
    {HTTP_GET, "/roster", roster_show, STAFF},
    {HTTP_GET, "/roster/group/:id", group_show, STAFF},
    {HTTP_GET, "/roster/child/:id", child_show, STAFF},
    {HTTP_POST, "/roster/child/:id/adult", adult_add, DIRECTOR},
    {HTTP_POST, "/roster/child/:id/adult/:id/end", adult_end, DIRECTOR},
    {HTTP_POST, "/roster/child/:id/adult/:id/no-contact", adult_no_contact,
	DIRECTOR},
    {HTTP_POST, "/roster/child/:id/enrolment/:id", enrolment_move, DIRECTOR},
    {HTTP_GET, "/roster/child/:id/erase", erase_show, DIRECTOR},
    {HTTP_POST, "/roster/child/:id/erase", erase_do, DIRECTOR},
    {HTTP_GET, "/roster/import", import_show, DIRECTOR},
    {HTTP_POST, "/roster/import", import_preview, DIRECTOR},
    {HTTP_POST, "/roster/import/confirm", import_confirm, DIRECTOR},
    {0},
};
