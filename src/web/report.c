/*
 * report — somebody says that something is wrong: the form that anybody can
 * reach, the receipt, and what became of it.
 */
#include "web/report.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_report.h"
#include "people/code.h"
#include "report/hide.h"
#include "sql_report.h"
#include "tell/handlers.h"
#include "web/member.h"
#include "web/share.h"

#define CODE_FIELD 0
#define SUBJECT_SIDE 320

static const struct field fields[] = {
    [REPORT_F_WORDS] = {"words", N_("What happened"),
	N_("When, where, who was there. If somebody said something, write the "
	   "same words. Never attach or describe a picture of a child "
	   "undressed: "
	   "say only that there is one, and where."),
	FIELD_TEXT, true, 3, REPORT_WORDS_MAX, NULL, NULL},
    [REPORT_F_CONTACT] = {"contact", N_("How to reach you, if you like"),
	N_("A telephone number or an e-mail address. It can be left empty: "
	   "you come back with a code."),
	FIELD_LINE, false, 0, REPORT_CONTACT_MAX, NULL, NULL},
    {0},
};

static const struct field member_fields[] = {
    [REPORT_F_WORDS] = {"words", N_("What happened"),
	N_("When, where, who was there. If somebody said something, write the "
	   "same words. Never attach or describe a picture of a child "
	   "undressed: "
	   "say only that there is one, and where."),
	FIELD_TEXT, true, 3, REPORT_WORDS_MAX, NULL, NULL},
    {0},
};

/* About what is there to be seen, words may be left out. */
static const struct field subject_fields[] = {
    [REPORT_F_WORDS] = {"words", N_("What is wrong with it, if you like"), NULL,
	FIELD_TEXT, false, 0, REPORT_WORDS_MAX, NULL, NULL},
    {0},
};

static const struct field code_fields[] = {
    [CODE_FIELD] = {"code", N_("Code of the receipt"),
	N_("Twenty letters and digits."), FIELD_CODE, true, 0, 60,
	"one-time-code", NULL},
    {0},
};

static const struct field answer_fields[] = {
    [REPORT_F_WORDS] = {"words", N_("Your words"), NULL, FIELD_TEXT, true, 2,
	REPORT_WORDS_MAX, NULL, NULL},
    {0},
};

/* ---- the form ---- */

static bool
is_member(const struct request *r)
{
	return r->viewer != NULL && r->viewer->state == VIEWER_ACTIVE;
}

static bool
fill_children(struct request *r, struct report_form *io)
{
	const struct viewer *v = r->viewer;

	io->child = NEW_N(r->arena, struct report_child, v->n_child + 1);
	for (size_t i = 0; io->child != NULL && i < v->n_child; i++)
		io->child[io->n_child++] = (struct report_child){v->child[i].id,
		    viewer_child_first(r->arena, r->org, &v->child[i]),
		    request_field(r,
			arena_fmt(r->arena, "child-%" PRId64, v->child[i].id).p)
			    .n > 0};
	return io->child != NULL;
}

/* The team names its own people; families say who it is by their function and
 * in their words. */
static bool
fill_people(struct request *r, struct report_form *io, struct err *e)
{
	struct sql_route_people_rows rows;

	if (!sql_route_people(
		r->house->db, r->arena, r->today, r->org->id, &rows, e))
		return false;
	io->person = NEW_N(r->arena, struct report_person, rows.n + 1);
	if (io->person == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id != r->viewer->account)
			io->person[io->n_person++] =
			    (struct report_person){rows.v[i].id,
				house_text(r->arena, r->org, "account.name_enc",
				    rows.v[i].name_enc),
				request_field(
				    r, arena_fmt(r->arena, "person-%" PRId64,
					   rows.v[i].id)
					   .p)
					.n > 0};
	return true;
}

static bool
fill_form(struct request *r, const struct form *f, struct report_form *ret,
    struct err *e)
{
	*ret = (struct report_form){.form = f,
	    .lines = helplines(
		r->house->conf, r->org == NULL ? S("fr") : r->org->profile),
	    .organisation = r->org == NULL ? S("Préau") : r->org->name,
	    .action = S("/report"),
	    .category = request_field(r, "category"),
	    .functions =
		(request_field(r, "director").n > 0 ? REPORT_OF_DIRECTOR : 0u) |
		(request_field(r, "lead").n > 0 ? REPORT_OF_LEAD : 0u),
	    .unsaid = request_field(r, "unsaid").n > 0,
	    .member = is_member(r)};
	if (!ret->member)
		return true;
	if (viewer_is_family(r->viewer))
		return fill_children(r, ret) ||
		       err_set(e, ERR_LIMIT, "too many children");
	return !viewer_is_staff(r->viewer) || fill_people(r, ret, e);
}

static const struct field *
table_of(const struct request *r)
{
	return is_member(r) ? member_fields : fields;
}

static bool
report_show(struct request *r, struct response *out, struct err *e)
{
	struct report_form page;
	struct form f;

	form_start(table_of(r), &f);
	if (!fill_form(r, &f, &page, e))
		return false;
	html_report_form(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- a report ---- */

static str
who_of(const struct request *r, bool unsaid)
{
	static const str kinds[] = {
	    [VIEWER_STAFF] = S("staff"),
	    [VIEWER_GUARDIAN] = S("guardian"),
	    [VIEWER_RELATIVE] = S("relative"),
	    [VIEWER_CHILD] = S("child"),
	};

	if (!is_member(r))
		return S("public");
	return unsaid ? S("unsaid") : kinds[r->viewer->kind];
}

static bool
fill_new(struct request *r, const struct report_form *page,
    const struct form *f, struct report_new *ret, struct err *e)
{
	int64_t *child = NEW_N(r->arena, int64_t, page->n_child + 1);
	int64_t *named = NEW_N(r->arena, int64_t, page->n_person + 1);

	if (child == NULL || named == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	*ret = (struct report_new){.category = category_of(page->category),
	    .who = who_of(r, page->unsaid),
	    .lang = r->view.lang,
	    .words = f->value[REPORT_F_WORDS],
	    .contact = page->member ? (str){0} : f->value[REPORT_F_CONTACT],
	    .functions = page->functions,
	    .named = named,
	    .child = child};
	for (size_t i = 0; i < page->n_child; i++)
		if (page->child[i].chosen)
			child[ret->n_child++] = page->child[i].id;
	for (size_t i = 0; i < page->n_person; i++)
		if (page->person[i].chosen)
			named[ret->n_named++] = page->person[i].account;
	if (page->member && page->unsaid)
		ret->unsaid = r->viewer->account;
	else if (page->member)
		ret->reporter = r->viewer->account;
	return true;
}

static bool
made_page(struct request *r, struct response *out, const struct report_made *m)
{
	html_report_made(&r->view, m->number,
	    m->receipt.n == 0 ? m->receipt
			      : code_grouped(r->arena, m->receipt, 4),
	    m->nobody);
	return respond_page(r, out, 200);
}

static bool
again(struct request *r, struct response *out, const struct report_form *page)
{
	html_report_form(&r->view, page);
	return member_again(r, out);
}

bool
report_may_send(
    struct request *r, enum throttle t, int64_t *ret_wait_s, struct err *e)
{
	str from = throttle_address(r->http->address);

	*ret_wait_s = 0;
	if (is_member(r))
		return true;
	return throttle_wait(
		   r->house, r->arena, t, from, r->now, ret_wait_s, e) &&
	       (*ret_wait_s > 0 ||
		   throttle_fail(r->house, r->arena, t, from, r->now, e));
}

static bool
report_send(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct report_form page;
	struct report_made made;
	struct report_new n;
	struct form f;

	(void)form_read(r, table_of(r), &f);
	if (!fill_form(r, &f, &page, e))
		return false;
	if (category_of(page.category) == NULL) {
		f.summary = N_("Choose what it is about.");
		f.bad = true;
	}
	if (f.bad)
		return again(r, out, &page);
	if (!report_may_send(r, THROTTLE_REPORT, &page.wait_s, e))
		return false;
	if (page.wait_s > 0)
		return again(r, out, &page);
	return fill_new(r, &page, &f, &n, e) && report_make(&d, &n, &made, e) &&
	       handlers_tell(&d, made.case_file, n.category->grave, e) &&
	       made_page(r, out, &made);
}

/* ---- about a photo or a post ---- */

struct subject {
	enum report_subject kind;
	int64_t id;
	const struct grant *grant;
};

/* Only what this viewer sees can be reported as what it is. */
static bool
find_subject(struct request *r, struct subject *io, struct err *e)
{
	static const enum permit_want wants[] = {PERMIT_SEE, PERMIT_NOTICE};

	if (io->kind == REPORT_MEDIUM)
		return share_photo_page(r, io->id, SUBJECT_SIDE, &io->grant, e);
	for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++) {
		if (permit_post(r->house, r->arena, r->viewer, io->id, wants[i],
			r->now, r->today, &io->grant, e))
			return true;
		if (e->kind != ERR_NOT_FOUND)
			return false;
	}
	return false;
}

static bool
fill_subject(struct request *r, const struct form *f, const struct subject *s,
    struct report_form *ret, struct err *e)
{
	struct sql_report_post_row row;
	bool found;

	if (!fill_form(r, f, ret, e) ||
	    !sql_report_post(r->house->db, r->arena, grant_post(s->grant),
		r->org->id, &found, &row, e))
		return false;
	ret->subject = true;
	ret->what = found ? house_text(r->arena, r->org, "post.title_enc",
				row.title_enc)
			  : S("");
	ret->action = arena_fmt(r->arena, "/report/%s/%" PRId64,
	    s->kind == REPORT_MEDIUM ? "photo" : "post", s->id);
	ret->n_child = 0; /* who is on it is known */
	return true;
}

static bool
about_show(struct request *r, struct response *out, enum report_subject kind,
    struct err *e)
{
	struct subject s = {kind, r->id[0], NULL};
	struct report_form page;
	struct form f;

	form_start(subject_fields, &f);
	if (!find_subject(r, &s, e) || !fill_subject(r, &f, &s, &page, e))
		return false;
	html_report_form(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
about_send(struct request *r, struct response *out, enum report_subject kind,
    struct err *e)
{
	struct subject s = {kind, r->id[0], NULL};
	struct deed d = member_deed(r);
	struct report_form page;
	struct report_made made;
	struct report_new n;
	struct form f;

	(void)form_read(r, subject_fields, &f);
	if (!find_subject(r, &s, e) || !fill_subject(r, &f, &s, &page, e))
		return false;
	if (category_of(page.category) == NULL)
		f.bad = true;
	if (f.bad)
		return again(r, out, &page);
	if (!fill_new(r, &page, &f, &n, e))
		return false;
	n.subject_kind = s.kind;
	n.subject = s.id;
	return hide_matter(&d, &n, e) && report_make(&d, &n, &made, e) &&
	       handlers_tell(&d, made.case_file, n.category->grave, e) &&
	       made_page(r, out, &made);
}

static bool
photo_show(struct request *r, struct response *out, struct err *e)
{
	return about_show(r, out, REPORT_MEDIUM, e);
}

static bool
photo_send(struct request *r, struct response *out, struct err *e)
{
	return about_send(r, out, REPORT_MEDIUM, e);
}

static bool
post_show(struct request *r, struct response *out, struct err *e)
{
	return about_show(r, out, REPORT_POST, e);
}

static bool
post_send(struct request *r, struct response *out, struct err *e)
{
	return about_send(r, out, REPORT_POST, e);
}

/* ---- what became of it ---- */

const char *
report_outcome(str word)
{
	enum case_outcome o;

	return case_outcome_label(case_outcome_of(word, &o) ? o : CASE_OPEN);
}

static void
say_state(const struct sql_report_mine_row *row, struct report_line *io)
{
	if (row->outcome.p != NULL) {
		io->state = N_("decided");
		io->tag = "ok";
	} else if (row->taken_at != DB_NULL) {
		io->state = N_("somebody is on it");
		io->tag = "wait";
	} else {
		io->state = N_("received");
		io->tag = "plain";
	}
}

static bool
mine_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_report_mine_rows rows;
	struct report_lines l = {0};

	if (!sql_report_mine(
		r->house->db, r->arena, r->viewer->account, &rows, e))
		return false;
	l.v = NEW_N(r->arena, struct report_line, rows.n + 1);
	if (l.v == NULL)
		return err_set(e, ERR_LIMIT, "too many reports");
	for (size_t i = 0; i < rows.n; i++) {
		l.v[l.n] = (struct report_line){.id = rows.v[i].id,
		    .made_at = rows.v[i].made_at,
		    .category = category_of(rows.v[i].category),
		    .number = rows.v[i].number};
		say_state(&rows.v[i], &l.v[l.n++]);
	}
	html_report_list(&r->view, &l);
	return respond_page(r, out, 200);
}

static bool
seen_page(struct request *r, struct response *out,
    const struct report_seen *seen, const struct form *f, str receipt)
{
	const struct report_page page = {seen, f, receipt};

	html_report_seen(&r->view, &page);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
own_show(struct request *r, struct response *out, struct err *e)
{
	struct report_seen seen;
	struct form f;

	form_start(answer_fields, &f);
	return report_by_reporter(r->house, r->arena, r->org,
		   r->viewer->account, r->id[0], &seen, e) &&
	       seen_page(r, out, &seen, &f, (str){0});
}

/* Adds something, or asks for a second look. */
static bool
add(struct request *r, const struct report_seen *seen, const struct form *f,
    struct err *e)
{
	struct deed d = member_deed(r);

	if (str_eq(request_field(r, "what"), S("again")))
		return report_ask_again(&d, seen, f->value[REPORT_F_WORDS], e);
	return report_answer(&d, seen, f->value[REPORT_F_WORDS], e);
}

static bool
own_add(struct request *r, struct response *out, struct err *e)
{
	struct report_seen seen;
	struct form f;

	if (!report_by_reporter(r->house, r->arena, r->org, r->viewer->account,
		r->id[0], &seen, e))
		return false;
	if (!form_read(r, answer_fields, &f))
		return seen_page(r, out, &seen, &f, (str){0});
	if (!add(r, &seen, &f, e))
		return false;
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/report/%" PRId64, r->id[0]));
}

/* ---- by the code of a receipt ---- */

static bool
code_page(struct request *r, struct response *out, struct form *f,
    int64_t wait_s, bool again)
{
	html_report_code(&r->view, f, wait_s);
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
find_receipt(struct request *r, str code, struct report_seen *ret,
    bool *ret_found, int64_t *ret_wait_s, struct err *e)
{
	*ret_found = false;
	if (!throttle_wait(r->house, r->arena, THROTTLE_RECEIPT,
		throttle_address(r->http->address), r->now, ret_wait_s, e))
		return false;
	if (*ret_wait_s > 0)
		return true;
	*ret_found =
	    report_by_receipt(r->house, r->arena, r->org, code, ret, e);
	if (*ret_found)
		return true;
	return e->kind == ERR_NOT_FOUND &&
	       member_guessed(r, THROTTLE_RECEIPT, e);
}

static bool
no_code(struct request *r, struct response *out, int64_t wait_s)
{
	struct form f;

	form_start(code_fields, &f);
	if (wait_s == 0)
		form_fault(&f, CODE_FIELD,
		    N_("This code is not known. Check each sign."));
	return code_page(r, out, &f, wait_s, true);
}

static bool
add_by_code(struct request *r, const struct report_seen *seen,
    const struct form *f, struct err *e)
{
	return request_begin(r, e) && member_settle(r, add(r, seen, f, e), e);
}

static bool
code_open(struct request *r, struct response *out, struct err *e)
{
	bool adds = request_field(r, "what").n > 0, found;
	str code = request_field(r, "code");
	struct report_seen seen;
	int64_t wait_s;
	struct form f;

	if (!find_receipt(r, code, &seen, &found, &wait_s, e))
		return false;
	if (!found)
		return no_code(r, out, wait_s);
	form_start(answer_fields, &f);
	if (!adds)
		return seen_page(r, out, &seen, &f, code);
	if (!form_read(r, answer_fields, &f))
		return seen_page(r, out, &seen, &f, code);
	if (!add_by_code(r, &seen, &f, e) ||
	    !report_by_receipt(r->house, r->arena, r->org, code, &seen, e))
		return false;
	form_start(answer_fields, &f);
	return seen_page(r, out, &seen, &f, code);
}

const struct route report_routes[] = {
    {HTTP_GET, "/report", report_show, NEED_NOBODY},
    {HTTP_POST, "/report", report_send, NEED_NOBODY},
    {HTTP_GET, "/report/photo/:id", photo_show, NEED_MEMBER},
    {HTTP_POST, "/report/photo/:id", photo_send, NEED_MEMBER},
    {HTTP_GET, "/report/post/:id", post_show, NEED_MEMBER},
    {HTTP_POST, "/report/post/:id", post_send, NEED_MEMBER},
    {HTTP_GET, "/report/mine", mine_show, NEED_MEMBER},
    {HTTP_GET, "/report/receipt", code_show, NEED_NOBODY},
    {HTTP_POST, "/report/receipt", code_open, NEED_NOBODY,
	ROUTE_NO_TRANSACTION | ROUTE_REPEATABLE},
    {HTTP_GET, "/report/:id", own_show, NEED_MEMBER},
    {HTTP_POST, "/report/:id", own_add, NEED_MEMBER},
    {0},
};
