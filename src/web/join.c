/* join — an account from a letter: the code, a login, a passphrase. */
#include "crypto/pass.h"
#include "html_join.h"
#include "people/code.h"
#include "people/invitation.h"
#include "people/throttle.h"
#include "web/member.h"

enum { F_CODE };
enum { F_LOGIN, F_PASS, F_LANG, F_EMAIL, F_PHONE };

static const struct field code_fields[] = {
    [F_CODE] = {"code", N_("Code of the letter"),
	N_("Twenty letters and digits in groups of four. Small or capital "
	   "letters, it does not matter."),
	FIELD_CODE, true, 0, 60, "one-time-code", NULL},
    {0},
};

static const struct field_option langs[] = {
    {"fr", N_("French")},
    {"en", N_("English")},
    {0},
};

static const struct field join_fields[] = {
    [F_LOGIN] = {"login", N_("Choose a login"),
	N_("What you will sign in with. It is shown to nobody but the "
	   "director."),
	FIELD_LOGIN, true, ACCOUNT_LOGIN_MIN, ACCOUNT_LOGIN_MAX, "username",
	NULL},
    [F_PASS] = {"pass", N_("Choose a passphrase"),
	N_("At least 12 characters: four or five words that only you would put "
	   "together."),
	FIELD_PASS, true, 0, 0, "new-password", NULL},
    [F_LANG] = {"lang", N_("Language"), NULL, FIELD_CHOICE, true, 0, 0, NULL,
	langs},
    [F_EMAIL] = {"email", N_("E-mail address, if you like"),
	N_("Everything works without it. It only serves to reach you."),
	FIELD_EMAIL, false, 0, 120, "email", NULL},
    [F_PHONE] = {"phone", N_("Telephone, if you like"), NULL, FIELD_PHONE,
	false, 0, 40, "tel", NULL},
    {0},
};

static bool
code_page(struct request *r, struct response *out, struct form *f,
    int64_t wait_s, bool again)
{
	html_join_code(&r->view, f, wait_s);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
code_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	(void)e;
	form_start(code_fields, &f);
	return code_page(r, out, &f, 0, false);
}

static bool
code_typed(struct request *r, struct response *out, struct err *e)
{
	struct form f;
	str code;

	(void)e;
	if (!form_read(r, code_fields, &f))
		return code_page(r, out, &f, 0, true);
	if (!code_read(r->arena, f.value[F_CODE], CODE_LETTER_SIGNS, &code)) {
		form_fault(&f, F_CODE,
		    N_("A code has 20 letters and digits. Look at the letter "
		       "again: something is missing or too much."));
		return code_page(r, out, &f, 0, true);
	}
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/join/" STR_FMT,
		STR_ARG(code_grouped(r->arena, code, INVITATION_GROUP))));
}

/* ---- with a code ---- */

/* *ret_wait_s > 0: nothing was looked up. */
static bool
look_up(struct request *r, struct invitation *ret, int64_t *ret_wait_s,
    struct err *e)
{
	*ret = (struct invitation){.state = INVITATION_UNKNOWN};
	if (!throttle_wait(r->house, r->arena, THROTTLE_LETTER,
		throttle_address(r->http->address), r->now, ret_wait_s, e))
		return false;
	if (*ret_wait_s > 0)
		return true;
	if (!invitation_find(r->house, r->arena, r->word[0], r->now, ret, e))
		return false;
	if (ret->state == INVITATION_UNKNOWN)
		return member_guessed(r, THROTTLE_LETTER, e);
	/* The letter says which organisation, and in which language. */
	if (!house_org(r->house, ret->organisation, &r->org, e))
		return false;
	r->view.org = r->org;
	r->today = day_of(r->org->zone, r->now);
	if (request_cookie(r, "preau-lang").n == 0)
		r->view.lang = ret->lang;
	return true;
}

static bool
not_open(struct request *r, struct response *out, const struct invitation *i,
    int64_t wait_s)
{
	struct form f;

	if (i->state != INVITATION_UNKNOWN) {
		html_join_over(
		    &r->view, r->org->name, i->state == INVITATION_USED);
		out->rollback = true;
		return respond_page(r, out, 200);
	}
	form_start(code_fields, &f);
	if (wait_s == 0)
		form_fault(&f, F_CODE,
		    N_("This code is not known. Check each sign against the "
		       "letter; if it still does not work, ask the team for a "
		       "new letter."));
	return code_page(r, out, &f, wait_s, true);
}

static bool
person_page(struct request *r, struct response *out, const struct invitation *i,
    struct form *f, bool again)
{
	html_join_person(&r->view, invitation_first_name(i->name), r->org->name,
	    r->word[0], i->guardian == 0, f);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
person_show(struct request *r, struct response *out, struct err *e)
{
	struct invitation i;
	int64_t wait_s;
	struct form f;

	if (!look_up(r, &i, &wait_s, e))
		return false;
	if (i.state != INVITATION_OPEN)
		return not_open(r, out, &i, wait_s);
	form_start(join_fields, &f);
	f.value[F_LANG] = str_c(lang_codes[r->view.lang]);
	return person_page(r, out, &i, &f, false);
}

static bool
read_joiner(struct request *r, struct form *f)
{
	const char *fault;

	if (!form_read(r, join_fields, f))
		return false;
	fault = member_pass_fault(f->value[F_PASS], f->value[F_LOGIN]);
	if (fault != NULL)
		form_fault(f, F_PASS, fault);
	return !f->bad;
}

/* Staff go on to their second step, with a session that is good for no more;
 * the account of a family waits. */
static bool
make_account(struct request *r, const struct invitation *i,
    const struct joiner *j, bool *ret_taken, struct session_new *ret,
    struct err *e)
{
	struct session_origin origin = member_origin(r);
	struct deed d = member_deed(r);
	int64_t account;

	d.actor = -1;
	if (!invitation_join(&d, i, j, &account, ret_taken, e))
		return false;
	if (*ret_taken || i->guardian != 0)
		return true;
	d.actor = account;
	return session_create(&d, account, true, 1, &origin, ret, e);
}

/* A login that is taken had no effect: its form is not spent. */
static bool
settle_account(struct request *r, const struct invitation *i,
    const struct joiner *j, bool *ret_taken, struct session_new *ret,
    struct err *e)
{
	bool done;

	if (!request_begin(r, e))
		return false;
	done = make_account(r, i, j, ret_taken, ret, e);
	if (!done || !*ret_taken)
		return member_settle(r, done, e);
	db_rollback(r->house->db);
	return true;
}

static bool
welcome(struct request *r, struct response *out, const struct invitation *i,
    const struct joiner *j, const struct session_new *s)
{
	respond_lang(r, out, j->lang);
	if (i->guardian != 0)
		return respond_see_other(r, out, S("/sign-in/waiting"));
	respond_session(r, out, s->token, s->max_age_s);
	return respond_see_other(r, out, S("/sign-in/second/new"));
}

static bool
join(struct request *r, struct response *out, struct err *e)
{
	struct session_new session;
	struct invitation i;
	struct joiner j = {0};
	int64_t wait_s;
	struct form f;
	bool taken;

	if (!look_up(r, &i, &wait_s, e))
		return false;
	if (i.state != INVITATION_OPEN)
		return not_open(r, out, &i, wait_s);
	if (!read_joiner(r, &f))
		return person_page(r, out, &i, &f, true);
	j.login = f.value[F_LOGIN];
	j.email = f.value[F_EMAIL];
	j.phone = f.value[F_PHONE];
	if (!lang_of_code(f.value[F_LANG], &j.lang))
		j.lang = r->view.lang;
	if (!pass_hash(r->arena, f.value[F_PASS], &j.pass_hash, e) ||
	    !settle_account(r, &i, &j, &taken, &session, e))
		return false;
	if (!taken)
		return welcome(r, out, &i, &j, &session);
	form_fault(&f, F_LOGIN,
	    N_("Somebody has this login already. Choose another one."));
	return person_page(r, out, &i, &f, true);
}

const struct route join_routes[] = {
    {HTTP_GET, "/join", code_show, NEED_NOBODY, 0, NULL},
    {HTTP_POST, "/join", code_typed, NEED_NOBODY, ROUTE_REPEATABLE, NULL},
    {HTTP_GET, "/join/:word", person_show, NEED_NOBODY, 0, NULL},
    {HTTP_POST, "/join/:word", join, NEED_NOBODY, ROUTE_SPENDS, NULL},
    {0},
};
