/* cases — what was reported, for those to whom its path leads. */
#include <inttypes.h>

#include "base/num.h"
#include "html_cases.h"
#include "safe/safe.h"
#include "sql_report.h"
#include "web/member.h"
#include "web/report.h"
#include "web/seals.h"
#include "web/tipline.h"

static const struct field fields[] = {
    {"words", N_("Your words"), NULL, FIELD_TEXT, true, 2, CASE_WORDS_MAX, NULL,
	NULL},
    {0},
};

/* ---- words ---- */

const char *
case_state_label(const struct case_head *c)
{
	if (c->again_at != 0 && c->again_done_at == 0)
		return N_("a second look is wanted");
	if (c->outcome != CASE_OPEN)
		return N_("decided");
	return c->taken_by != 0 ? N_("somebody is on it") : N_("new");
}

const char *
case_state_tag(const struct case_head *c)
{
	if (c->again_at != 0 && c->again_done_at == 0)
		return "wait";
	if (c->outcome != CASE_OPEN)
		return "ok";
	return c->taken_by != 0 ? "plain" : "stop";
}

const char *
report_who_label(str who)
{
	static const struct {
		str word;
		const char *label;
	} of[] = {
	    {S("guardian"), N_("A parent or another holder of authority")},
	    {S("relative"), N_("A relative")},
	    {S("child"), N_("A child")},
	    {S("staff"), N_("Somebody of the team")},
	    {S("public"), N_("Somebody without an account")},
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (str_eq(of[i].word, who))
			return of[i].label;
	return N_("Somebody who did not wish to be known");
}

bool
report_waits(struct request *r, struct err *e)
{
	bool handles;

	return seals_news(r, e) &&
	       case_waiting(r->house, r->arena, r->org->id, r->viewer->account,
		   r->today, &handles, &r->view.reports, e) &&
	       tipline_news(r, handles, e);
}

/* ---- the list ---- */

static bool
fill_lines(struct request *r, struct cases_page *io, struct err *e)
{
	io->lines.v = NEW_N(r->arena, struct case_line, io->heads.n + 1);
	if (io->lines.v == NULL)
		return err_set(e, ERR_LIMIT, "too many cases");
	for (size_t i = 0; i < io->heads.n; i++) {
		struct case_line *l = &io->lines.v[io->lines.n++];

		l->head = &io->heads.v[i];
		if (!filing_next(r->house, r->arena, l->head->id, &l->paper, e))
			return false;
	}
	return true;
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	int64_t before = INT64_MAX, waits;
	struct cases_page page = {0};
	bool handles;

	if (num_i64(request_query(r, "before"), 1, INT64_MAX, &before))
		page.later = true;
	if (!case_waiting(r->house, r->arena, r->org->id, r->viewer->account,
		r->today, &handles, &waits, e) ||
	    !case_heads(r->house, r->arena, r->org, r->viewer->account,
		r->today, before, &page.heads, e) ||
	    !fill_lines(r, &page, e))
		return false;
	/* One may lead to who handles no other (report/matter.h). */
	if (!handles && page.heads.n == 0)
		return err_set(e, ERR_NOT_FOUND, "handles no reports");
	html_cases_list(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- one ---- */

static bool
fill_people(struct request *r, struct case_view *io, struct err *e)
{
	struct sql_route_people_rows rows;
	struct report_person *v;

	if (!sql_route_people(
		r->house->db, r->arena, r->today, r->org->id, &rows, e))
		return false;
	v = NEW_N(r->arena, struct report_person, rows.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id != r->viewer->account)
			v[io->n_person++] = (struct report_person){rows.v[i].id,
			    house_text(r->arena, r->org, "account.name_enc",
				rows.v[i].name_enc),
			    false};
	io->person = v;
	return true;
}

static bool
show(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	struct deed d = member_deed(r);
	struct case_page page;
	struct case_view view = {
	    .page = &page, .form = f, .chosen = request_field(r, "outcome")};
	const struct case_head *c = &page.head;
	int64_t safe;
	size_t n;
	bool done;

	/* Who reads is written down. */
	done = db_begin(r->house->db, e) &&
	       member_settle(r, case_read(&d, r->id[0], &page, e), e);
	if (!done || !fill_people(r, &view, e) ||
	    !filing_next(r->house, r->arena, r->id[0], &view.paper, e) ||
	    !safe_of_case(&d, r->id[0], &safe, 1, &n, e) ||
	    !glance_items(&d, c, &view.items, e))
		return false;
	view.safe = n > 0;
	view.path = member_names(r, r->view.lang, page.path, page.n_path);
	view.ncmec = r->house->conf->ncmec != CONF_NCMEC_OFF;
	view.mine = c->taken_by == r->viewer->account;
	view.may_decide = c->outcome == CASE_OPEN;
	view.may_again = c->again_at != 0 && c->again_done_at == 0 &&
			 c->decided_by != r->viewer->account;
	html_case_page(&r->view, &view);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
case_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(fields, &f);
	return show(r, out, &f, e);
}

enum what { WHAT_NONE, WHAT_TAKE, WHAT_LEAVE, WHAT_NAME, WHAT_WORDS };

static enum what
what_of(str word)
{
	if (str_eq(word, S("take")))
		return WHAT_TAKE;
	if (str_eq(word, S("leave")))
		return WHAT_LEAVE;
	if (str_eq(word, S("name")))
		return WHAT_NAME;
	return str_eq(word, S("note")) || str_eq(word, S("ask")) ||
		       str_eq(word, S("decide")) || str_eq(word, S("again"))
		   ? WHAT_WORDS
		   : WHAT_NONE;
}

static bool
do_words(struct request *r, const struct deed *d, str what, str words,
    enum case_outcome o, struct err *e)
{
	int64_t id = r->id[0];

	if (str_eq(what, S("note")))
		return case_note(d, id, words, e);
	if (str_eq(what, S("ask")))
		return case_ask(d, id, STORY_TOLD_ALL, words, e);
	if (str_eq(what, S("decide")))
		return case_decide(d, id, o, words, e);
	return case_decide_again(d, id, o, words, e);
}

static bool
needs_outcome(str what)
{
	return str_eq(what, S("decide")) || str_eq(what, S("again"));
}

static bool
settle(struct request *r, bool begun, bool done, struct err *e)
{
	return begun && member_settle(r, done, e);
}

static bool
with_words(struct request *r, struct response *out, struct err *e)
{
	str what = request_field(r, "what");
	enum case_outcome o = CASE_OPEN;
	struct deed d = member_deed(r);
	struct form f;
	bool begun;

	(void)form_read(r, fields, &f);
	if (!f.bad && needs_outcome(what) &&
	    !case_outcome_of(request_field(r, "outcome"), &o)) {
		f.summary = N_("Choose what was decided.");
		f.bad = true;
	}
	if (f.bad)
		return show(r, out, &f, e);
	begun = request_begin(r, e);
	if (!settle(
		r, begun, begun && do_words(r, &d, what, f.value[0], o, e), e))
		return false;
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/cases/%" PRId64, r->id[0]));
}

static bool
without_words(
    struct request *r, struct response *out, enum what what, struct err *e)
{
	struct deed d = member_deed(r);
	int64_t account = 0;
	bool begun, done;

	if (what == WHAT_NAME &&
	    !num_i64(request_field(r, "account"), 1, INT64_MAX, &account))
		return err_set(e, ERR_INPUT, "nobody is named");
	begun = request_begin(r, e);
	done = begun &&
	       (what == WHAT_TAKE       ? case_take(&d, r->id[0], e)
		   : what == WHAT_LEAVE ? case_leave(&d, r->id[0], e)
					: case_name(&d, r->id[0], account, e));
	if (!settle(r, begun, done, e))
		return false;
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/cases/%" PRId64, r->id[0]));
}

static bool
case_do(struct request *r, struct response *out, struct err *e)
{
	enum what what = what_of(request_field(r, "what"));

	if (what == WHAT_NONE)
		return err_set(e, ERR_INPUT, "nothing to do");
	return what == WHAT_WORDS ? with_words(r, out, e)
				  : without_words(r, out, what, e);
}

const struct route cases_routes[] = {
    {HTTP_GET, "/cases", list_show, NEED_STAFF},
    {HTTP_GET, "/cases/:id", case_show, NEED_STAFF},
    {HTTP_POST, "/cases/:id", case_do, NEED_STAFF, ROUTE_SPENDS},
    {0},
};
