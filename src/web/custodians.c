/* custodians — who opens what is sealed: named by a director, announced to all
 * leads and directors, with a passphrase of her own. */
#include <inttypes.h>

#include "base/num.h"
#include "base/utf8.h"
#include "html_seals.h"
#include "sharing/viewer.h"
#include "sql_handler.h"
#include "sql_seal.h"
#include "web/member.h"
#include "web/seals.h"

#define NEWS_S (14 * 86400)

enum { F_ACCOUNT, F_CALLED };

static bool
is_lead(const struct request *r)
{
	return viewer_is_director(r->viewer) ||
	       r->viewer->role == STAFF_SAFEGUARDING;
}

bool
seals_news(struct request *r, struct err *e)
{
	struct sql_custodian_news_row row;

	if (!sql_custodian_news(r->house->db, r->arena, r->now - NEWS_S,
		r->viewer->account, r->org->id, &row, e))
		return false;
	r->view.custodians = is_lead(r) ? row.fresh : 0;
	r->view.custodians_few =
	    is_lead(r) && row.ever > 0 && row.able < CUSTODIAN_TWO;
	r->view.custodian_unset = row.unset > 0;
	return true;
}

static bool
load(struct request *r, struct custodians_page *ret,
    struct field_option **ret_staff, struct err *e)
{
	struct sql_handler_staff_rows rows;
	struct field_option *o;
	size_t n = 0;

	ret->director = viewer_is_director(r->viewer);
	if (!custodian_list(r->house, r->arena, r->org, &ret->all, e) ||
	    !sql_handler_staff(
		r->house->db, r->arena, r->today, r->org->id, &rows, e))
		return false;
	o = NEW_N(r->arena, struct field_option, rows.n + 2);
	if (o == NULL)
		return err_set(e, ERR_LIMIT, "too many staff");
	o[n++] = (struct field_option){"", N_("Choose…")};
	for (size_t i = 0; i < rows.n; i++)
		o[n++] =
		    (struct field_option){arena_i64(r->arena, rows.v[i].id).p,
			arena_cstr(r->arena,
			    house_text(r->arena, r->org, "account.name_enc",
				rows.v[i].name_enc))};
	ret->staff = (struct field_option_list){o, n};
	*ret_staff = o;
	return true;
}

static void
name_fields(const struct field_option *staff, struct field ret[F_CALLED + 2])
{
	ret[F_ACCOUNT] = (struct field){
	    "account", N_("Who"), NULL, FIELD_CHOICE, true, 0, 0, NULL, staff};
	ret[F_CALLED] = (struct field){"called",
	    N_("This person agrees, and will come when something is handed "
	       "over"),
	    NULL, FIELD_CHECK, true, 0, 0, NULL, NULL};
	ret[F_CALLED + 1] = (struct field){0};
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct custodians_page page = {0};
	struct field fields[F_CALLED + 2];
	struct field_option *staff;
	struct form f;

	if (!is_lead(r))
		return err_set(e, ERR_NOT_FOUND, "neither lead nor director");
	if (!load(r, &page, &staff, e))
		return false;
	name_fields(staff, fields);
	form_start(fields, &f);
	page.form = &f;
	html_seals_custodians(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
again(struct request *r, struct response *out, struct custodians_page *page,
    struct form *f)
{
	page->form = f;
	html_seals_custodians(&r->view, page);
	return member_again(r, out);
}

static bool
list_do(struct request *r, struct response *out, struct err *e)
{
	struct custodians_page page = {0};
	struct field fields[F_CALLED + 2];
	struct deed d = member_deed(r);
	struct field_option *staff;
	struct form f;
	int64_t account;

	if (!load(r, &page, &staff, e))
		return false;
	name_fields(staff, fields);
	if (!form_read(r, fields, &f) ||
	    !num_i64(f.value[F_ACCOUNT], 1, INT64_MAX, &account))
		return again(r, out, &page, &f);
	if (!custodian_name(&d, account, e)) {
		if (e->kind != ERR_CONFLICT)
			return false;
		form_fault(&f, F_ACCOUNT,
		    N_("Not this person: she is one already, or you have named "
		       "somebody whom you invited yourself. Another director "
		       "can name her."));
		f.bad = true;
		return again(r, out, &page, &f);
	}
	respond_notice(r, out,
	    N_("Written down. This person sets a passphrase now, and every "
	       "director and safeguarding lead is told."));
	return respond_see_other(r, out, S("/custodians"));
}

static bool
end_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!custodian_end(&d, r->id[0], e))
		return false;
	respond_notice(r, out, N_("Taken away."));
	return respond_see_other(r, out, S("/custodians"));
}

/* ---- one's own passphrase ---- */

enum { F_PASS, F_AGAIN, F_KNOWN };

static const struct field pass_fields[] = {
    [F_PASS] = {"pass", N_("Your passphrase for seals"),
	N_("At least 16 characters, several words, and not the one with which "
	   "you sign in."),
	FIELD_PASS, true, CUSTODIAN_PASS_MIN, 200, "new-password", NULL},
    [F_AGAIN] = {"again", N_("The same once more"), NULL, FIELD_PASS, true, 0,
	200, "new-password", NULL},
    [F_KNOWN] = {"known",
	N_("I know that nobody can give it back to me, and I keep it where "
	   "only I find it"),
	NULL, FIELD_CHECK, true, 0, 0, NULL, NULL},
    {0},
};

static bool
key_page(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	struct deed d = member_deed(r);
	bool set;

	if (!custodian_own(&d, &set, e))
		return false;
	html_seals_key(&r->view, f, set);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
key_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(pass_fields, &f);
	return key_page(r, out, &f, e);
}

static bool
key_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	const char *fault;
	struct form f;

	if (form_read(r, pass_fields, &f)) {
		fault = member_pass_fault(f.value[F_PASS], S(""));
		if (fault != NULL)
			form_fault(&f, F_PASS, fault);
		else if (!str_eq(f.value[F_PASS], f.value[F_AGAIN]))
			form_fault(
			    &f, F_AGAIN, N_("The two are not the same."));
	}
	if (f.bad)
		return key_page(r, out, &f, e);
	if (!custodian_set(&d, f.value[F_PASS], e))
		return false;
	respond_notice(r, out,
	    N_("Your passphrase is set. What is sealed from now on can be "
	       "opened by you and another custodian together."));
	return respond_see_other(r, out, S("/custodians/key"));
}

const struct route custodians_routes[] = {
    {HTTP_GET, "/custodians", list_show, NEED_STAFF},
    {HTTP_POST, "/custodians", list_do, NEED_DIRECTOR},
    {HTTP_POST, "/custodians/:id/end", end_do, NEED_DIRECTOR},
    {HTTP_GET, "/custodians/key", key_show, NEED_STAFF},
    {HTTP_POST, "/custodians/key", key_do, NEED_STAFF},
    {0},
};
