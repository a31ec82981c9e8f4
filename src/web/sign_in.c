/* sign_in — the way in: passphrase, second step, and the lock of a screen that
 * was left alone. */
#include "base/clock.h"
#include "html_sign_in.h"
#include "people/second.h"
#include "people/signin.h"
#include "sharing/viewer.h"
#include "sql_account.h"
#include "web/member.h"
#include "web/qr.h"
#include "web/telling.h"

enum { F_LOGIN, F_PASS };
enum { F_CODE };

static const struct field sign_in_fields[] = {
    [F_LOGIN] = {"login", N_("Login"), NULL, FIELD_LOGIN, true, 0, 60,
	"username", NULL},
    [F_PASS] = {"pass", N_("Passphrase"), NULL, FIELD_PASS, true, 0, 0,
	"current-password", NULL},
    {0},
};

static const struct field second_fields[] = {
    [F_CODE] = {"code", N_("Code"),
	N_("The six digits that your telephone shows now, or one of your "
	   "recovery codes."),
	FIELD_CODE, true, 0, 20, "one-time-code", NULL},
    {0},
};

static const struct field set_up_fields[] = {
    [F_CODE] = {"code", N_("The six digits that it shows"), NULL, FIELD_CODE,
	true, 0, 20, "one-time-code", NULL},
    {0},
};

static const struct field lock_fields[] = {
    {"pass", N_("Passphrase"), NULL, FIELD_PASS, true, 0, 0, "current-password",
	NULL},
    {0},
};

static str
organisation_name(const struct request *r)
{
	return r->org == NULL ? S("Préau") : r->org->name;
}

/* ---- login and passphrase ---- */

static bool
sign_in_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	(void)e;
	if (r->session.factor == 2)
		return respond_see_other(r, out, member_home(r));
	form_start(sign_in_fields, &f);
	html_sign_in_page(&r->view, organisation_name(r), &f, 0);
	return respond_page(r, out, 200);
}

static bool
sign_in_again(struct request *r, struct response *out, struct form *f,
    const char *why, int64_t wait_s)
{
	f->summary = why;
	f->bad = true;
	f->value[F_PASS] = S("");
	html_sign_in_page(&r->view, organisation_name(r), f, wait_s);
	return member_again(r, out);
}

static bool
start_session(struct request *r, struct response *out,
    const struct signin_result *s, struct err *e)
{
	struct session_origin origin = member_origin(r);
	struct deed d = member_deed(r);
	struct session_new new;

	d.actor = s->account;
	if (!house_org(r->house, s->organisation, &d.org, e) ||
	    !db_begin(r->house->db, e) ||
	    !member_settle(r,
		signin_start(&d, s, &origin, &new, e) &&
		    (s->factor < 2 ||
			devices_signed_in(r, s->account, new.id, d.org, e)),
		e))
		return false;
	respond_session(r, out, new.token, new.max_age_s);
	respond_lang(r, out, s->lang);
	return respond_see_other(
	    r, out, s->factor == 1 ? S("/sign-in/second") : member_home(r));
}

static bool
sign_in_try(struct request *r, struct response *out, struct err *e)
{
	struct form f;
	struct signin_result s;

	if (!form_read(r, sign_in_fields, &f))
		return sign_in_again(r, out, &f, NULL, 0);
	if (!signin_pass(r->house, r->arena, f.value[F_LOGIN], f.value[F_PASS],
		r->http->address, r->now, &s, e))
		return false;
	switch (s.answer) {
	case SIGNIN_DONE:
		return start_session(r, out, &s, e);
	case SIGNIN_PENDING:
		return respond_see_other(r, out, S("/sign-in/waiting"));
	case SIGNIN_SUSPENDED:
		return sign_in_again(r, out, &f,
		    N_("This account is stopped for now. Speak with the "
		       "director: only they can open it again."),
		    0);
	case SIGNIN_WAIT:
	case SIGNIN_WRONG:
		break;
	}
	return sign_in_again(r, out, &f,
	    s.answer == SIGNIN_WAIT
		? NULL
		: N_("The login or the passphrase is not right. Capital "
		     "letters count in the passphrase, not in the login."),
	    s.wait_s);
}

static bool
waiting_show(struct request *r, struct response *out, struct err *e)
{
	(void)e;
	html_sign_in_waiting(&r->view, organisation_name(r));
	return respond_page(r, out, 200);
}

/* ---- the second step ---- */

static bool
account_row(struct request *r, struct sql_account_by_id_row *ret, struct err *e)
{
	return sql_account_by_id(
	    r->house->db, r->arena, r->session.account, r->org->id, ret, e);
}

static bool
second_page(struct request *r, struct response *out, struct form *f,
    int64_t wait_s, bool again)
{
	html_sign_in_second(&r->view, f, wait_s);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
second_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_account_by_id_row row;
	struct form f;

	if (r->session.factor == 2)
		return respond_see_other(r, out, member_home(r));
	if (!account_row(r, &row, e))
		return false;
	if (row.totp_enc.p == NULL)
		return respond_see_other(r, out, S("/sign-in/second/new"));
	form_start(second_fields, &f);
	return second_page(r, out, &f, 0, false);
}

/* The whole session, with a token that nobody knew before. */
static bool
let_in(struct request *r, struct session_new *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct sql_account_by_id_row row;

	return account_row(r, &row, e) &&
	       session_upgrade(
		   &d, r->session.id, str_eq(row.kind, S("staff")), ret, e) &&
	       devices_signed_in(
		   r, r->session.account, r->session.id, r->org, e) &&
	       deed_note_account(&d, AUDIT_SIGN_IN, r->session.account, e);
}

static bool
second_try(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct second_result s;
	struct session_new new;
	struct form f;

	d.now =
	    clock_now(); /* what the telephone shows follows the true time */
	if (r->session.factor == 2)
		return respond_see_other(r, out, member_home(r));
	if (!form_read(r, second_fields, &f))
		return second_page(r, out, &f, 0, true);
	if (!db_begin(r->house->db, e) ||
	    !member_settle(r,
		second_check(&d, r->session.account, f.value[F_CODE], &s, e) &&
		    (s.answer != SECOND_FINE || let_in(r, &new, e)),
		e))
		return false;
	if (s.answer != SECOND_FINE) {
		if (s.answer == SECOND_WRONG)
			form_fault(&f, F_CODE,
			    N_("This code is not right, or was used already. "
			       "Wait for the next one."));
		f.value[F_CODE] = S("");
		return second_page(r, out, &f, s.wait_s, true);
	}
	respond_session(r, out, new.token, new.max_age_s);
	return respond_see_other(r, out, member_home(r));
}

/* ---- setting the second step up ---- */

static bool
set_up_page(struct request *r, struct response *out,
    const struct second_offer *o, struct form *f, bool again, struct err *e)
{
	struct qr qr;

	if (!qr_make(r->arena, o->uri, &qr, e))
		return false;
	html_sign_in_set_up(&r->view, &qr, o, f);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

/* Only at the first time, with the passphrase just given: who has a second
 * step already must not get another one with the passphrase alone. */
static bool
may_set_up(struct request *r, str *ret_login, struct err *e)
{
	struct sql_account_by_id_row row;

	if (!account_row(r, &row, e))
		return false;
	if (r->session.factor != 1 || row.totp_enc.p != NULL)
		return err_set(e, ERR_NOT_FOUND, "nothing to set up");
	*ret_login =
	    house_text(r->arena, r->org, "account.login_enc", row.login_enc);
	return true;
}

static bool
set_up_show(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(second_offer_done) struct second_offer o = {{0}};
	struct deed d = member_deed(r);
	struct form f;
	str login;

	d.now = clock_now();
	if (r->session.factor == 2)
		return respond_see_other(r, out, member_home(r));
	if (!may_set_up(r, &login, e) ||
	    !second_offer_new(&d, r->session.account, login, &o, e))
		return false;
	form_start(set_up_fields, &f);
	return set_up_page(r, out, &o, &f, false, e);
}

static bool
set_up(struct request *r, struct response *out, struct err *e)
{
	CLEANUP(second_offer_done) struct second_offer o = {{0}};
	struct deed d = member_deed(r);
	struct second_codes codes;
	struct session_new new;
	struct form f;
	bool fine;
	str login;

	d.now = clock_now();
	if (!may_set_up(r, &login, e) ||
	    !second_offer_read(&d, r->session.account, login,
		request_field(r, "offer"), &o, e))
		return false;
	if (!form_read(r, set_up_fields, &f))
		return set_up_page(r, out, &o, &f, true, e);
	if (!second_set(
		&d, r->session.account, &o, f.value[F_CODE], &fine, &codes, e))
		return false;
	if (!fine) {
		form_fault(&f, F_CODE,
		    N_("This code is not the one expected. Check that the "
		       "clock of your telephone is right, and type the next "
		       "code."));
		f.value[F_CODE] = S("");
		return set_up_page(r, out, &o, &f, true, e);
	}
	if (!let_in(r, &new, e))
		return false;
	respond_session(r, out, new.token, new.max_age_s);
	html_sign_in_codes(&r->view, &codes, member_home(r));
	return respond_page(r, out, 200);
}

/* ---- out, and the lock ---- */

/* A page that was kept for where there is no network goes from this device. */
static void
forget_pages(struct request *r, struct response *out)
{
	respond_header(r, out, "Clear-Site-Data", S("\"cache\""));
}

static bool
sign_out(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!session_end(&d, r->session.account, r->session.id, e))
		return false;
	respond_session(r, out, S(""), 0);
	/* And what the scripts keep (docs/offline.md). */
	respond_header(r, out, "Clear-Site-Data", S("\"cache\", \"storage\""));
	return respond_see_other(r, out, S("/sign-in"));
}

static bool
lock_now(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!session_lock(&d, r->session.id, e))
		return false;
	forget_pages(r, out);
	return respond_see_other(r, out, S("/locked"));
}

static str
viewer_name(const struct request *r)
{
	return r->viewer == NULL ? S("")
				 : viewer_own_name(r->arena, r->org, r->viewer);
}

static bool
locked_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	(void)e;
	if (!r->session.locked)
		return respond_see_other(r, out, member_home(r));
	form_start(lock_fields, &f);
	html_sign_in_locked(&r->view, viewer_name(r), &f, 0);
	return respond_page(r, out, 200);
}

static bool
locked_again(
    struct request *r, struct response *out, struct form *f, int64_t wait_s)
{
	html_sign_in_locked(&r->view, viewer_name(r), f, wait_s);
	return member_again(r, out);
}

static bool
unlock(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct signin_result s;
	struct form f;

	if (!form_read(r, lock_fields, &f))
		return locked_again(r, out, &f, 0);
	if (!signin_again(&d, r->session.account, f.value[0], &s, e))
		return false;
	if (s.answer != SIGNIN_DONE) {
		if (s.answer == SIGNIN_WRONG)
			form_fault(&f, 0, N_("This is not your passphrase."));
		return locked_again(r, out, &f, s.wait_s);
	}
	if (!db_begin(r->house->db, e) ||
	    !member_settle(r, session_unlock(&d, r->session.id, e), e))
		return false;
	return respond_see_other(r, out, member_home(r));
}

#define OWN (ROUTE_NO_TRANSACTION | ROUTE_REPEATABLE)

const struct route sign_in_routes[] = {
    {HTTP_GET, "/sign-in", sign_in_show, NEED_NOBODY, 0, NULL},
    {HTTP_POST, "/sign-in", sign_in_try, NEED_NOBODY, OWN, NULL},
    {HTTP_GET, "/sign-in/waiting", waiting_show, NEED_NOBODY, 0, NULL},
    {HTTP_GET, "/sign-in/second", second_show, NEED_FIRST, 0, NULL},
    {HTTP_POST, "/sign-in/second", second_try, NEED_FIRST, OWN, NULL},
    {HTTP_GET, "/sign-in/second/new", set_up_show, NEED_FIRST, 0, NULL},
    {HTTP_POST, "/sign-in/second/new", set_up, NEED_FIRST, 0, NULL},
    {HTTP_POST, "/sign-out", sign_out, NEED_FIRST,
	ROUTE_LOCKED_TOO | ROUTE_REPEATABLE, NULL},
    {HTTP_POST, "/lock", lock_now, NEED_STAFF, ROUTE_REPEATABLE, NULL},
    {HTTP_GET, "/locked", locked_show, NEED_FIRST, ROUTE_LOCKED_TOO, NULL},
    {HTTP_POST, "/locked", unlock, NEED_FIRST, OWN | ROUTE_LOCKED_TOO, NULL},
    {0},
};
