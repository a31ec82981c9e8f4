/* filing_fill — what a case knows of what a paper asks for. */
#include <inttypes.h>

#include "base/buf.h"
#include "people/child.h"
#include "sharing/viewer.h"
#include "sql_account.h"
#include "sql_filing.h"
#include "web/filing.h"
#include "web/report.h"

#define TEXT_MAX ((size_t)256 * 1024)

struct filling {
	struct request *r;
	const struct case_page *page;
	struct view view; /* in the language of papers */
	int64_t child;
	struct child_name name;
};

struct view
filing_view(struct request *r)
{
	struct view v = r->view;

	v.lang = r->org->lang;
	v.out = NULL;
	return v;
}

str
filing_when(struct view *v, int64_t at)
{
	const str arg[] = {
	    say_date(v, day_of(v->org->zone, at)), say_time(v, at)};

	return lang_fill(v->arena, lang_text(v->lang, N_("%1 at %2")), arg, 2);
}

static str
text_of(const struct filling *f, struct buf *b)
{
	str s = {0};

	if (b->full || !arena_str(f->r->arena, b->p, b->n, &s))
		return S("");
	return str_trim(s);
}

static str
say(struct filling *f, const char *key, str a, str b, str c)
{
	const str arg[] = {a, b, c};

	return lang_fill(f->r->arena, lang_text(f->view.lang, key), arg, 3);
}

/* ---- one by one ---- */

static str
first_reported(struct filling *f)
{
	const struct case_page *p = f->page;

	return filing_when(&f->view,
	    p->n_report == 0 ? p->head.opened_at : p->report[0].made_at);
}

/* As they are, in quotation marks; who reported is said, never named. */
static str
reported_words(struct filling *f)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_MAX);

	for (size_t i = 0; i < f->page->n_report; i++) {
		const struct case_report *w = &f->page->report[i];

		if (w->words.n == 0)
			continue;
		buf_str(
		    &b, say(f, N_("%1, %2: “%3”"),
			    filing_when(&f->view, w->made_at),
			    lang_text(f->view.lang, report_who_label(w->who)),
			    w->words));
		buf_byte(&b, '\n');
	}
	return text_of(f, &b);
}

static str
people_about(struct filling *f)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_MAX);

	for (size_t i = 0; i < f->page->n_about; i++) {
		buf_str(&b, f->page->about[i].name);
		buf_byte(&b, '\n');
	}
	return text_of(f, &b);
}

static str
place_of_subject(struct filling *f)
{
	static const char *const key[] = {
	    [REPORT_MEDIUM] = N_("photo, video or document no. %1, case %2"),
	    [REPORT_POST] = N_("publication no. %1, case %2"),
	    [REPORT_ACCOUNT] = N_("account no. %1, case %2"),
	};
	const struct case_head *c = &f->page->head;

	if (c->subject_kind == REPORT_NOTHING)
		return S("");
	return say(f, key[c->subject_kind], arena_i64(f->r->arena, c->subject),
	    c->number, S(""));
}

static bool
is_done(enum story_deed d)
{
	return d == STORY_HIDDEN || d == STORY_SHOWN || d == STORY_TAKEN ||
	       d == STORY_HELD || d == STORY_STATED || d == STORY_TOLD ||
	       d == STORY_LIFTED || d == STORY_DECIDED || d == STORY_PAPER_SENT;
}

/* What an authority is told of the story: steps, and to whom papers went. */
static str
story_so_far(struct filling *f)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_MAX);
	const struct story *s = &f->page->story;

	for (size_t i = 0; i < s->n; i++) {
		const struct story_event *t = &s->v[i];
		enum case_outcome o;

		if (!is_done(t->deed))
			continue;
		buf_str(&b,
		    say(f, N_("%1: %2"), filing_when(&f->view, t->at),
			say(f, story_sentence(t->deed), t->actor, S(""), S("")),
			S("")));
		if (t->deed == STORY_PAPER_SENT)
			buf_printf(&b, " (" STR_FMT ")", STR_ARG(t->words));
		if (t->deed == STORY_DECIDED && case_outcome_of(t->detail, &o))
			buf_printf(&b, " (" STR_FMT ")",
			    STR_ARG(lang_text(
				f->view.lang, case_outcome_label(o))));
		buf_byte(&b, '\n');
	}
	return text_of(f, &b);
}

static bool
groups(struct filling *f, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_MAX);
	struct sql_filing_groups_rows rows;

	if (!sql_filing_groups(
		f->r->house->db, f->r->arena, f->page->head.id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		buf_printf(&b, "%s" STR_FMT, i == 0 ? "" : ", ",
		    STR_ARG(rows.v[i].name));
	*ret = text_of(f, &b);
	return true;
}

static bool
parents(struct filling *f, str *ret, struct err *e)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(TEXT_MAX);
	struct request *r = f->r;
	struct sql_filing_parents_rows rows;

	if (!sql_filing_parents(r->house->db, r->arena, f->child, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++) {
		const str part[] = {
		    house_text(r->arena, r->org, "guardian.name_enc",
			rows.v[i].name_enc),
		    house_text(r->arena, r->org, "guardian.phone_enc",
			rows.v[i].phone_enc),
		    house_text(r->arena, r->org, "guardian.email_enc",
			rows.v[i].email_enc)};

		for (size_t k = 0; k < 3; k++)
			if (part[k].n > 0)
				buf_printf(&b, "%s" STR_FMT, k == 0 ? "" : ", ",
				    STR_ARG(part[k]));
		buf_byte(&b, '\n');
	}
	*ret = text_of(f, &b);
	return true;
}

bool
filing_author(struct request *r, str *ret, struct err *e)
{
	struct sql_account_by_id_row row;

	if (!sql_account_by_id(r->house->db, r->arena, r->viewer->account,
		r->org->id, &row, e))
		return false;
	*ret = house_text(r->arena, r->org, "account.name_enc", row.name_enc);
	return true;
}

/* ---- all of them ---- */

static bool
load_child(struct filling *f, struct err *e)
{
	struct request *r = f->r;
	struct sql_filing_children_rows rows;

	f->name.born_on = DB_NULL;
	if (f->child == DB_NULL)
		return true;
	if (!sql_filing_children(
		r->house->db, r->arena, f->page->head.id, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		if (rows.v[i].id == f->child) {
			const struct child_sealed c = {rows.v[i].id,
			    rows.v[i].key_wrapped, rows.v[i].first_enc,
			    rows.v[i].last_enc, rows.v[i].born_enc};

			f->name = child_open(r->arena, r->org, &c);
		}
	return true;
}

static bool
value_of(struct filling *f, enum filing_from from, str *ret, struct err *e)
{
	struct request *r = f->r;
	const struct case_head *c = &f->page->head;

	switch (from) {
	case FILING_HAND:
	case FILING_FROMS:
		return true;
	case FILING_TODAY:
		*ret = iso_day(&f->view, r->today);
		return true;
	case FILING_ORGANISATION:
		*ret = r->org->name;
		return true;
	case FILING_NUMBER:
		*ret = c->number;
		return true;
	case FILING_AUTHOR:
		return filing_author(r, ret, e);
	case FILING_REPORTED:
		*ret = first_reported(f);
		return true;
	case FILING_CATEGORY:
		*ret = lang_text(f->view.lang, c->category->label);
		return true;
	case FILING_WORDS:
		*ret = reported_words(f);
		return true;
	case FILING_GROUP:
		return groups(f, ret, e);
	case FILING_ABOUT:
		*ret = people_about(f);
		return true;
	case FILING_PLACE:
		*ret = place_of_subject(f);
		return true;
	case FILING_DONE:
		*ret = story_so_far(f);
		return true;
	case FILING_URL:
		*ret = str_c(r->house->conf->url);
		return true;
	case FILING_CHILD_LAST:
		*ret = f->name.last;
		return true;
	case FILING_CHILD_FIRST:
		*ret = f->name.first;
		return true;
	case FILING_CHILD_BORN:
		if (f->name.born_on != DB_NULL)
			*ret = iso_day(&f->view, f->name.born_on);
		return true;
	case FILING_CHILD_PARENTS:
		return f->child == DB_NULL || parents(f, ret, e);
	}
	return true;
}

bool
filing_fill(struct request *r, const struct case_page *page,
    const struct filing_paper *p, int64_t child, struct filing_form *ret,
    struct err *e)
{
	struct filling f = {
	    .r = r, .page = page, .view = filing_view(r), .child = child};

	*ret = (struct filing_form){.n = p->n_field};
	if (!load_child(&f, e))
		return false;
	for (size_t i = 0; i < p->n_field; i++) {
		struct filing_input *in = &ret->v[i];

		in->is = &p->field[i];
		if (!value_of(&f, in->is->from, &in->value, e))
			return false;
		in->came = in->value.n > 0 ? in->is->from : FILING_HAND;
		in->missing = in->is->required && in->value.n == 0;
		ret->n_missing += in->missing;
	}
	return true;
}
