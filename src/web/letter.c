/*
 * letter — the letters on paper by which families arrive: one for each adult
 * without an account, in the language of that adult.
 *
 * A code is made when its letter is, and is nowhere but on that page: printing
 * again makes new codes, and the letters from before are worth nothing.
 */
#include "web/letter.h"

#include <inttypes.h>

#include "html_letter.h"
#include "people/child.h"
#include "sql_child.h"
#include "sql_guardian.h"
#include "web/member.h"

#define LETTERS_MAX 200 /* on one page */

static int64_t
to_invite(
    const struct sql_guardian_to_invite_by_group_rows *rows, int64_t group)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].activity_group == group)
			return rows->v[i].n;
	return 0;
}

static bool
group_list(struct request *r, struct letter_group_list *ret, struct err *e)
{
	struct sql_guardian_to_invite_by_group_rows who;
	struct sql_activity_group_list_rows rows;
	struct letter_group *v;
	size_t n = 0;

	if (!sql_activity_group_list(
		r->house->db, r->arena, r->today, r->org->id, &rows, e) ||
	    !sql_guardian_to_invite_by_group(
		r->house->db, r->arena, r->org->id, r->today, &who, e))
		return false;
	v = NEW_N(r->arena, struct letter_group, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the groups");
	for (size_t i = 0; i < rows.n; i++) {
		if (rows.v[i].until_on < r->today)
			continue;
		v[n++] = (struct letter_group){rows.v[i].id,
		    to_invite(&who, rows.v[i].id), rows.v[i].name,
		    rows.v[i].season_name};
	}
	*ret = (struct letter_group_list){v, n};
	return true;
}

static bool
letters_show(struct request *r, struct response *out, struct err *e)
{
	struct letter_group_list groups;

	if (!group_list(r, &groups, e))
		return false;
	html_letter_choose(&r->view, &groups, LETTERS_MAX);
	return respond_page(r, out, 200);
}

/* First names only: a letter may lie about. */
static bool
children_of(struct request *r, int64_t guardian, enum lang lang, str *ret,
    struct err *e)
{
	struct sql_child_of_guardian_rows rows;
	str *name;

	if (!sql_child_of_guardian(r->house->db, r->arena, guardian, &rows, e))
		return false;
	name = NEW_N(r->arena, str, rows.n + 1);
	if (name == NULL)
		return err_set(e, ERR_LIMIT, "no room for names");
	for (size_t i = 0; i < rows.n; i++) {
		struct child_sealed sealed = {rows.v[i].id,
		    rows.v[i].key_wrapped, rows.v[i].first_enc, {0}, {0}};

		name[i] = child_open(r->arena, r->org, &sealed).first;
	}
	*ret = member_names(r, lang, name, rows.n);
	return true;
}

static bool
write_letter(struct request *r, int64_t guardian, str name_enc, str lang,
    struct letter *ret, struct err *e)
{
	struct deed d = member_deed(r);

	ret->name = house_text(r->arena, r->org, "guardian.name_enc", name_enc);
	ret->place = arena_fmt(r->arena, "%s/join", r->house->conf->url);
	if (!lang_of_code(lang, &ret->lang))
		ret->lang = r->org->lang;
	return invitation_for_guardian(&d, guardian, &ret->code, e) &&
	       qr_make(r->arena, ret->code.address, &ret->qr, e) &&
	       children_of(r, guardian, ret->lang, &ret->children, e);
}

static bool
send_letters(struct request *r, struct response *out,
    const struct letter_list *list, int64_t group, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = group == 0 ? "guardian" : "group",
	    .id = group,
	    .group = group};

	about.detail = arena_fmt(r->arena, "%zu", list->n);
	if (!deed_note(&d, AUDIT_LETTERS_PRINTED, &about, e))
		return false;
	html_letter_page(&r->view, list, r->org->name);
	return respond_page(r, out, 200);
}

static bool
print_group(struct request *r, struct response *out, struct err *e)
{
	struct sql_activity_group_by_id_row group;
	struct sql_guardian_to_invite_rows who;
	struct letter_list list = {0};

	if (!sql_activity_group_by_id(
		r->house->db, r->arena, r->id[0], r->org->id, &group, e) ||
	    !sql_guardian_to_invite(r->house->db, r->arena, r->org->id,
		group.id, r->today, &who, e))
		return false;
	list.v = NEW_N(r->arena, struct letter, who.n + 1);
	if (list.v == NULL)
		return err_set(e, ERR_LIMIT, "no room for the letters");
	for (; list.n < who.n && list.n < LETTERS_MAX; list.n++)
		if (!write_letter(r, who.v[list.n].id, who.v[list.n].name_enc,
			who.v[list.n].lang, &list.v[list.n], e))
			return false;
	return send_letters(r, out, &list, group.id, e);
}

static bool
print_person(struct request *r, struct response *out, struct err *e)
{
	struct sql_guardian_by_id_row g;
	struct letter letter = {0};
	struct letter_list list = {&letter, 1};

	return sql_guardian_by_id(
		   r->house->db, r->arena, r->id[0], r->org->id, &g, e) &&
	       write_letter(r, g.id, g.name_enc, g.lang, &letter, e) &&
	       send_letters(r, out, &list, 0, e);
}

const struct route letter_routes[] = {
    {HTTP_GET, "/letters", letters_show, NEED_DIRECTOR, 0, NULL},
    {HTTP_POST, "/letters/group/:id", print_group, NEED_DIRECTOR, 0, NULL},
    {HTTP_POST, "/letters/person/:id", print_person, NEED_DIRECTOR, 0, NULL},
    {0},
};
