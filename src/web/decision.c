/*
 * decision — what a case decides about somebody: written and answered by who
 * handles it, read and appealed against by whom it concerns, who has an account
 * or the code of a letter.
 */
#include "web/decision.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_decisions.h"
#include "lang/lang.h"
#include "web/member.h"

#define CODE_FIELD 0

static const struct field_option step_options[] = {
    {"warning", N_("a warning: nothing is taken")},
    {"content", N_("what was sent is taken away")},
    {"publish", N_("may send and publish nothing")},
    {"children", N_("no contact with children: no group, no photo, no family")},
    {"suspend", N_("the account is suspended")},
    {"close", N_("the account is closed")},
    {NULL, NULL},
};

static const struct field_option ground_options[] = {
    {"rules", N_("a rule of this place")},
    {"law", N_("the law")},
    {NULL, NULL},
};

static const struct field fields[] = {
    [DECISION_F_STEP] = {"step", N_("What is decided"),
	N_("It holds at the next click, and is undone with one."), FIELD_CHOICE,
	true, 0, 0, NULL, step_options},
    [DECISION_F_GROUND] = {"ground", N_("What it rests on"), NULL, FIELD_CHOICE,
	true, 0, 0, NULL, ground_options},
    [DECISION_F_RULE] = {"rule", N_("Which rule, or which article"), NULL,
	FIELD_LINE, true, 3, STATEMENT_RULE_MAX, NULL, NULL},
    [DECISION_F_WORDS] = {"words", N_("What happened, and why this follows"),
	N_("Whom it concerns reads this. Say nothing by which they would know "
	   "who reported."),
	FIELD_TEXT, true, 10, STATEMENT_WORDS_MAX, NULL, NULL},
    [DECISION_F_UNTIL] = {"until", N_("Last day, if it has one"), NULL,
	FIELD_DAY, false, 0, INT64_MAX, NULL, NULL},
    [DECISION_F_KEPT] = {"kept", N_("Not told yet, because"),
	N_("Leave it empty to tell it now. An inquiry that it would spoil, a "
	   "child whom it would put in danger: then write that."),
	FIELD_LINE, false, 0, STATEMENT_RULE_MAX, NULL, NULL},
    {0},
};

static const struct field answer_fields[] = {
    {"words", N_("Your answer, with its reasons"), NULL, FIELD_TEXT, true, 10,
	STATEMENT_WORDS_MAX, NULL, NULL},
    {0},
};

static const struct field appeal_fields[] = {
    {"words", N_("Why this is not right"), NULL, FIELD_TEXT, true, 3,
	STATEMENT_WORDS_MAX, NULL, NULL},
    {0},
};

static const struct field code_fields[] = {
    [CODE_FIELD] = {"code", N_("Code of the letter"),
	N_("Twenty letters and digits."), FIELD_CODE, true, 0, 60,
	"one-time-code", NULL},
    {0},
};

const char *
decision_state(const struct statement *s)
{
	if (s->answer == ANSWER_REVERSED)
		return N_("undone after an appeal");
	if (s->lifted_at != DB_NULL)
		return N_("given back");
	if (s->told_at == DB_NULL)
		return N_("not told yet");
	if (s->appeal_at != DB_NULL && s->answered_at == DB_NULL)
		return N_("an appeal waits");
	return s->answer == ANSWER_UPHELD ? N_("confirmed after an appeal")
					  : N_("in force");
}

const char *
decision_tag(const struct statement *s)
{
	if (s->lifted_at != DB_NULL)
		return "plain";
	return s->told_at == DB_NULL ||
		       (s->appeal_at != DB_NULL && s->answered_at == DB_NULL)
		   ? "wait"
		   : "stop";
}

/* ---- by who handles the case ---- */

static bool
show(struct request *r, struct response *out, const struct form *f,
    const struct form *answer, struct err *e)
{
	struct deed d = member_deed(r);
	struct statements all;
	struct case_page page;
	struct decisions_page view = {.page = &page,
	    .form = f,
	    .answer = answer,
	    .all = &all,
	    .me = r->viewer->account};

	if (!num_i64(request_field(r, "account"), 1, INT64_MAX, &view.account))
		view.account = 0;
	/* Who reads is written down. */
	if (!db_begin(r->house->db, e) ||
	    !member_settle(r,
		case_read(&d, r->id[0], &page, e) &&
		    statement_of_case(
			r->house, r->arena, r->org, r->id[0], &all, e),
		e))
		return false;
	html_case_decisions(&r->view, &view);
	return f->bad || answer->bad ? member_again(r, out)
				     : respond_page(r, out, 200);
}

static bool
case_decisions(struct request *r, struct response *out, struct err *e)
{
	struct form f, answer;

	form_start(fields, &f);
	form_start(answer_fields, &answer);
	return show(r, out, &f, &answer, e);
}

static bool
letter(struct request *r, struct response *out, str code, struct err *e)
{
	struct decision_letter l = {.code = code};
	struct statements all;

	l.place = arena_fmt(r->arena, "%s/decisions/code", r->house->conf->url);
	if (!statement_of_case(r->house, r->arena, r->org, r->id[0], &all, e) ||
	    !qr_make(r->arena, l.place, &l.qr, e))
		return false;
	l.is = &all.v[all.n - 1];
	html_decision_letter(&r->view, &l);
	return respond_page(r, out, 200);
}

static bool
fill_new(struct request *r, struct form *f, struct statement_new *ret)
{
	*ret = (struct statement_new){
	    .law = str_eq(f->value[DECISION_F_GROUND], S("law")),
	    .until_on = f->value[DECISION_F_UNTIL].n == 0
			    ? DB_NULL
			    : f->number[DECISION_F_UNTIL],
	    .rule = f->value[DECISION_F_RULE],
	    .words = f->value[DECISION_F_WORDS],
	    .kept = f->value[DECISION_F_KEPT]};
	if (!num_i64(
		request_field(r, "account"), 1, INT64_MAX, &ret->account)) {
		f->summary = N_("Choose whom it concerns.");
		f->bad = true;
	}
	return !f->bad &&
	       statement_step_of(f->value[DECISION_F_STEP], &ret->step);
}

/* What this account, or that day, cannot have is said in the form. */
static bool
refused(struct form *f, const struct err *e)
{
	if (e->kind == ERR_INPUT)
		f->summary = N_("That step is for the team, or that day is "
				"past or more than two years away.");
	else if (e->kind == ERR_CONFLICT)
		f->summary = N_("The only director cannot be stopped here: "
				"whoever governs the organisation names "
				"another one first.");
	else if (e->kind == ERR_DENIED)
		f->summary =
		    N_("This person reads reports about those who direct. "
		       "Alone, you can decide this once, for a week at the "
		       "most: give a last day. For longer, somebody else who "
		       "reads this case decides it too.");
	else
		return false;
	f->bad = true;
	return true;
}

static bool
case_decide_about(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct statement_new n;
	struct form f, answer;
	str code = {0};

	form_start(answer_fields, &answer);
	(void)form_read(r, fields, &f);
	if (!fill_new(r, &f, &n))
		return show(r, out, &f, &answer, e);
	if (!request_begin(r, e))
		return false;
	if (!member_settle(r, statement_make(&d, r->id[0], &n, &code, e), e))
		return refused(&f, e) && show(r, out, &f, &answer, e);
	return letter(r, out, code, e);
}

static bool
back(struct request *r, struct response *out)
{
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/cases/%" PRId64 "/people", r->id[0]));
}

static bool
answer_appeal(struct request *r, struct response *out, enum statement_answer a,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct form f, answer;

	form_start(fields, &f);
	if (!form_read(r, answer_fields, &answer))
		return show(r, out, &f, &answer, e);
	return request_begin(r, e) &&
	       member_settle(r,
		   statement_answer(
		       &d, r->id[0], r->id[1], a, answer.value[0], e),
		   e) &&
	       back(r, out);
}

static bool
decision_do(struct request *r, struct response *out, struct err *e)
{
	str what = request_field(r, "what");
	struct deed d = member_deed(r);
	bool tells = str_eq(what, S("tell"));

	if (str_eq(what, S("uphold")))
		return answer_appeal(r, out, ANSWER_UPHELD, e);
	if (str_eq(what, S("reverse")))
		return answer_appeal(r, out, ANSWER_REVERSED, e);
	if (!tells && !str_eq(what, S("lift")))
		return err_set(e, ERR_INPUT, "nothing to do");
	return request_begin(r, e) &&
	       member_settle(r,
		   tells ? statement_tell(&d, r->id[0], r->id[1], e)
			 : statement_lift(&d, r->id[0], r->id[1], e),
		   e) &&
	       back(r, out);
}

/* A place of the profile: where the decision holds. */
static str
territory(const struct organisation *o)
{
	return str_eq(o->profile, S("ca")) || str_eq(o->profile, S("ca-qc"))
		   ? S("CA")
		   : S("FR");
}

static bool
decision_export(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct statements all;
	struct case_head c;
	struct buf *b = r->view.out;

	if (!case_enter(&d, r->id[0], &c, e) ||
	    !statement_of_case(r->house, r->arena, r->org, r->id[0], &all, e))
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].id == r->id[1]) {
			buf_clear(b);
			decision_dsa(
			    &all.v[i], territory(r->org), r->org->lang, b);
			return respond_bytes(
			    r, out, S("application/json"), buf_view(b));
		}
	return err_set(e, ERR_NOT_FOUND, "no such statement");
}

/* ---- by whom it concerns ---- */

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct statements l;

	if (!statement_of_account(
		r->house, r->arena, r->org, r->viewer->account, &l, e))
		return false;
	html_decisions_mine(&r->view, &l);
	return respond_page(r, out, 200);
}

static bool
one_page(struct request *r, struct response *out, const struct statement *s,
    const struct form *f, str code)
{
	const struct decision_page page = {
	    s, f, code, statement_may_appeal(s, r->now)};

	html_decision_mine(&r->view, &page);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

/* That it was seen is written down. */
static bool
read_own(struct request *r, struct statement *ret, struct err *e)
{
	struct deed d = member_deed(r);

	return db_begin(r->house->db, e) &&
	       member_settle(r,
		   statement_read(&d, r->viewer->account, r->id[0], ret, e), e);
}

static bool
own_show(struct request *r, struct response *out, struct err *e)
{
	struct statement s;
	struct form f;

	form_start(appeal_fields, &f);
	return read_own(r, &s, e) && one_page(r, out, &s, &f, (str){0});
}

static bool
own_appeal(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct statement s;
	struct form f;

	if (!read_own(r, &s, e))
		return false;
	if (!form_read(r, appeal_fields, &f))
		return one_page(r, out, &s, &f, (str){0});
	if (!request_begin(r, e) ||
	    !member_settle(r, statement_appeal(&d, &s, f.value[0], e), e))
		return false;
	respond_notice(r, out, N_("Your appeal was received."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/decisions/%" PRId64, s.id));
}

/* ---- by the code of the letter ---- */

static bool
code_page(struct request *r, struct response *out, const struct form *f,
    int64_t wait_s, bool again)
{
	html_decision_code(&r->view, f, wait_s);
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
no_code(struct request *r, struct response *out, int64_t wait_s, struct err *e)
{
	struct form f;

	form_start(code_fields, &f);
	if (wait_s == 0) {
		if (!member_guessed(r, THROTTLE_RECEIPT, e))
			return false;
		form_fault(&f, CODE_FIELD,
		    N_("This code is not known. Check each sign."));
	}
	return code_page(r, out, &f, wait_s, true);
}

static bool
by_code(struct request *r, const struct deed *d, str code,
    struct statement *ret, struct err *e)
{
	return db_begin(r->house->db, e) &&
	       member_settle(r, statement_by_code(d, code, ret, e), e);
}

static bool
code_open(struct request *r, struct response *out, struct err *e)
{
	str code = request_field(r, "code");
	struct deed d = member_deed(r);
	struct statement s;
	int64_t wait_s;
	struct form f;

	if (!throttle_wait(r->house, r->arena, THROTTLE_RECEIPT,
		throttle_address(r->http->address), r->now, &wait_s, e))
		return false;
	if (wait_s > 0)
		return no_code(r, out, wait_s, e);
	if (!by_code(r, &d, code, &s, e))
		return e->kind == ERR_NOT_FOUND && no_code(r, out, 0, e);
	form_start(appeal_fields, &f);
	if (request_field(r, "what").n == 0 || !form_read(r, appeal_fields, &f))
		return one_page(r, out, &s, &f, code);
	if (!request_begin(r, e) ||
	    !member_settle(r, statement_appeal(&d, &s, f.value[0], e), e) ||
	    !by_code(r, &d, code, &s, e))
		return false;
	form_start(appeal_fields, &f);
	return one_page(r, out, &s, &f, code);
}

const struct route decision_routes[] = {
    {HTTP_GET, "/cases/:id/people", case_decisions, NEED_STAFF},
    {HTTP_POST, "/cases/:id/people", case_decide_about, NEED_STAFF,
	ROUTE_SPENDS},
    {HTTP_POST, "/cases/:id/people/:id", decision_do, NEED_STAFF, ROUTE_SPENDS},
    {HTTP_GET, "/cases/:id/people/:id/dsa", decision_export, NEED_STAFF},
    {HTTP_GET, "/decisions", list_show, NEED_MEMBER},
    {HTTP_GET, "/decisions/code", code_show, NEED_NOBODY},
    {HTTP_POST, "/decisions/code", code_open, NEED_NOBODY,
	ROUTE_NO_TRANSACTION | ROUTE_REPEATABLE},
    {HTTP_GET, "/decisions/:id", own_show, NEED_MEMBER},
    {HTTP_POST, "/decisions/:id", own_appeal, NEED_MEMBER, ROUTE_SPENDS},
    {0},
};
