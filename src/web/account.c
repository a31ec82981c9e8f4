/* account — what everybody may see and change about the own account. */
#include "web/account.h"

#include "crypto/pass.h"
#include "html_account.h"
#include "people/account.h"
#include "people/signin.h"
#include "sharing/viewer.h"
#include "sql_account.h"
#include "web/member.h"

enum { F_OLD, F_NEW };
enum { F_LANG };
enum { F_EMAIL, F_PHONE };
enum { F_AGAIN };

static const struct field pass_fields[] = {
    [F_OLD] = {"old", N_("Passphrase of today"), NULL, FIELD_PASS, true, 0, 0,
	"current-password", NULL},
    [F_NEW] = {"new", N_("New passphrase"),
	N_("At least 12 characters: four or five words that only you would put "
	   "together."),
	FIELD_PASS, true, 0, 0, "new-password", NULL},
    {0},
};

static const struct field_option langs[] = {
    {"fr", N_("French")},
    {"en", N_("English")},
    {0},
};

static const struct field lang_fields[] = {
    [F_LANG] = {"lang", N_("Language"), NULL, FIELD_CHOICE, true, 0, 0, NULL,
	langs},
    {0},
};

static const struct field contact_fields[] = {
    [F_EMAIL] = {"email", N_("E-mail address"), NULL, FIELD_EMAIL, false, 0,
	120, "email", NULL},
    [F_PHONE] = {"phone", N_("Telephone"), NULL, FIELD_PHONE, false, 0, 40,
	"tel", NULL},
    {0},
};

static const struct field codes_fields[] = {
    [F_AGAIN] = {"again", N_("Your passphrase"), NULL, FIELD_PASS, true, 0, 0,
	"current-password", NULL},
    {0},
};

/* The forms of the page; one of them may be shown again. */
struct forms {
	struct form pass, lang, contact, codes;
};

static void
forms_start(struct forms *f)
{
	form_start(pass_fields, &f->pass);
	form_start(lang_fields, &f->lang);
	form_start(contact_fields, &f->contact);
	form_start(codes_fields, &f->codes);
}

static bool
fill_page(
    struct request *r, struct forms *f, struct account_page *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct sql_account_by_id_row row;

	*ret = (struct account_page){
	    .name = viewer_own_name(r->arena, r->org, r->viewer),
	    .session = r->session.id,
	    .staff = viewer_is_staff(r->viewer),
	    .pass = &f->pass,
	    .lang = &f->lang,
	    .contact = &f->contact,
	    .codes = &f->codes};
	if (!sql_account_by_id(r->house->db, r->arena, r->session.account,
		r->org->id, &row, e) ||
	    !session_list(&d, r->session.account, &ret->sessions, e) ||
	    !session_past(&d, r->session.account, &ret->past, e) ||
	    !second_codes_left(&d, r->session.account, &ret->codes_left, e))
		return false;
	ret->login =
	    house_text(r->arena, r->org, "account.login_enc", row.login_enc);
	ret->has_contact = row.email_enc.p != NULL || row.phone_enc.p != NULL;
	f->lang.value[F_LANG] = row.lang;
	if (f->contact.bad)
		return true;
	f->contact.value[F_EMAIL] =
	    house_text(r->arena, r->org, "account.email_enc", row.email_enc);
	f->contact.value[F_PHONE] =
	    house_text(r->arena, r->org, "account.phone_enc", row.phone_enc);
	return true;
}

static bool
page_of(struct request *r, struct response *out, struct forms *f, bool again,
    struct err *e)
{
	struct account_page page;

	if (!fill_page(r, f, &page, e))
		return false;
	html_account_page(&r->view, &page);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
account_show(struct request *r, struct response *out, struct err *e)
{
	struct forms f;

	forms_start(&f);
	return page_of(r, out, &f, false, e);
}

static bool
done(struct request *r, struct response *out, const char *notice)
{
	respond_notice(r, out, notice);
	return respond_see_other(r, out, S("/account"));
}

/* ---- passphrase ---- */

static void
fault_of(struct form *f, int field, const struct signin_result *s)
{
	if (s->answer == SIGNIN_WAIT)
		form_fault(f, field,
		    N_("Too many tries. Wait a few minutes, then try again."));
	else
		form_fault(f, field, N_("This is not your passphrase."));
}

static bool
read_pass(struct request *r, struct form *f, struct err *e)
{
	struct sql_account_by_id_row row;
	const char *fault;
	str login;

	if (!form_read(r, pass_fields, f))
		return true;
	if (!sql_account_by_id(r->house->db, r->arena, r->session.account,
		r->org->id, &row, e))
		return false;
	login =
	    house_text(r->arena, r->org, "account.login_enc", row.login_enc);
	fault = member_pass_fault(f->value[F_NEW], login);
	if (fault != NULL)
		form_fault(f, F_NEW, fault);
	return true;
}

static bool
change_pass(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct signin_result s;
	struct forms f;
	str hash;

	forms_start(&f);
	if (!read_pass(r, &f.pass, e))
		return false;
	if (f.pass.bad)
		return page_of(r, out, &f, true, e);
	if (!signin_again(&d, r->session.account, f.pass.value[F_OLD], &s, e))
		return false;
	if (s.answer != SIGNIN_DONE) {
		fault_of(&f.pass, F_OLD, &s);
		return page_of(r, out, &f, true, e);
	}
	if (!pass_hash(r->arena, f.pass.value[F_NEW], &hash, e) ||
	    !request_begin(r, e) ||
	    !member_settle(r,
		account_set_pass(
		    &d, r->session.account, hash, r->session.id, e),
		e))
		return false;
	return done(r, out,
	    N_("Your passphrase is changed; every other device is signed "
	       "out."));
}

/* ---- the rest ---- */

static bool
change_lang(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct forms f;
	enum lang lang;

	forms_start(&f);
	if (!form_read(r, lang_fields, &f.lang) ||
	    !lang_of_code(f.lang.value[F_LANG], &lang))
		return page_of(r, out, &f, true, e);
	if (!account_set_lang(&d, r->session.account, lang, e))
		return false;
	respond_lang(r, out, lang);
	return respond_see_other(r, out, S("/account"));
}

static bool
change_contact(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct forms f;

	forms_start(&f);
	if (!form_read(r, contact_fields, &f.contact))
		return page_of(r, out, &f, true, e);
	return account_set_contact(&d, r->session.account,
		   f.contact.value[F_EMAIL], f.contact.value[F_PHONE], e) &&
	       done(r, out, N_("What reaches you is changed."));
}

static bool
erase_contact(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	return account_set_contact(&d, r->session.account, S(""), S(""), e) &&
	       done(
		   r, out, N_("Your e-mail address and telephone are erased."));
}

static bool
end_session(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!session_revoke(&d, r->session.account, r->id[0], e))
		return false;
	if (r->id[0] != r->session.id)
		return done(r, out, N_("That device is signed out."));
	respond_session(r, out, S(""), 0);
	return respond_see_other(r, out, S("/sign-in"));
}

static bool
end_sessions(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	return session_revoke_all(&d, r->session.account, r->session.id, e) &&
	       done(r, out, N_("Every other device is signed out."));
}

/* With the passphrase: who finds a screen open must not leave with codes. */
static bool
new_codes(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct second_codes codes;
	struct signin_result s;
	struct forms f;

	forms_start(&f);
	if (!form_read(r, codes_fields, &f.codes))
		return page_of(r, out, &f, true, e);
	if (!signin_again(
		&d, r->session.account, f.codes.value[F_AGAIN], &s, e))
		return false;
	if (s.answer != SIGNIN_DONE) {
		fault_of(&f.codes, F_AGAIN, &s);
		return page_of(r, out, &f, true, e);
	}
	if (!request_begin(r, e) ||
	    !member_settle(r,
		second_codes_new(&d, r->session.account, &codes, e) &&
		    deed_note_account(
			&d, AUDIT_SECOND_FACTOR_SET, r->session.account, e),
		e))
		return false;
	html_account_codes(&r->view, &codes);
	return respond_page(r, out, 200);
}

#define MEMBER NEED_MEMBER, 0, NULL

const struct route account_routes[] = {
    {HTTP_GET, "/account", account_show, MEMBER},
    {HTTP_POST, "/account/passphrase", change_pass, NEED_MEMBER, ROUTE_SPENDS,
	NULL},
    {HTTP_POST, "/account/language", change_lang, MEMBER},
    {HTTP_POST, "/account/contact", change_contact, MEMBER},
    {HTTP_POST, "/account/contact/erase", erase_contact, MEMBER},
    {HTTP_POST, "/account/session/:id/end", end_session, MEMBER},
    {HTTP_POST, "/account/sessions/end", end_sessions, MEMBER},
    {HTTP_POST, "/account/codes", new_codes, NEED_STAFF, ROUTE_SPENDS, NULL},
    {0},
};
