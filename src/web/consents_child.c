/*
 * consents_child — one child, for the director: who said what, a paper entered
 * with a witness, the proofs; what a judge decided is consents_court.
 */
#include <inttypes.h>

#include "base/num.h"
#include "base/utf8.h"
#include "html_consent.h"
#include "html_consents.h"
#include "web/consents_child.h"
#include "web/member.h"
#include "web/roster.h"

static str
path_of(struct request *r)
{
	return arena_fmt(
	    r->arena, "/roster/child/%" PRId64 "/consents", r->id[0]);
}

bool
consents_child_back(struct request *r, struct response *out, const char *notice)
{
	respond_notice(r, out, notice);
	return respond_see_other(r, out, path_of(r));
}

/* ---- reading ---- */

static bool
hear_person(struct request *r, const struct consent_child_page *page,
    struct consent_person *p, struct err *e)
{
	const struct consent_sheet *s = &page->sheet;

	p->said = NEW_N(r->arena, struct consent_said_cell, s->n + 1);
	if (p->said == NULL)
		return err_set(e, ERR_LIMIT, "too many questions");
	for (size_t i = 0; i < s->n; i++) {
		const struct consent_event *last;
		struct consent_question q = {.purpose = s->v[i].purpose,
		    .medium = s->v[i].media & (0u - s->v[i].media),
		    .now = r->now,
		    .today = r->today};

		p->said[i].said =
		    consent_last_word(&s->child, &q, p->guardian, &last);
		p->said[i].at = last == NULL ? 0 : last->acted_at;
	}
	return true;
}

static bool
add_person(struct request *r, struct consent_child_page *page, int64_t guardian,
    str name, struct err *e)
{
	struct consent_person_list *l = &page->people;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].guardian == guardian)
			return true;
	l->v[l->n] = (struct consent_person){guardian, name,
	    guardian != 0 && consent_is_required(&page->sheet.child, guardian,
				 0, r->now, r->today),
	    NULL};
	return hear_person(r, page, &l->v[l->n++], e);
}

/* Holders of today, whom standings name, and the child. */
static bool
read_people(struct request *r, struct consent_child_page *page,
    const struct sql_consent_standings_rows *stands, struct err *e)
{
	struct sql_consent_holders_rows rows;
	const struct consent_child *c = &page->sheet.child;

	if (!sql_consent_holders(r->house->db, r->arena, page->child, &rows, e))
		return false;
	page->people.v =
	    NEW_N(r->arena, struct consent_person, rows.n + stands->n + 2);
	if (page->people.v == NULL)
		return err_set(e, ERR_LIMIT, "too many people");
	for (size_t i = 0; i < rows.n; i++)
		if (consent_holds(&c->holder[i], r->now, r->today) &&
		    !add_person(r, page, rows.v[i].guardian,
			house_text(r->arena, r->org, "guardian.name_enc",
			    rows.v[i].name_enc),
			e))
			return false;
	for (size_t i = 0; i < stands->n; i++)
		if (consent_stands_now(&c->stands[i], r->now, r->today) &&
		    !add_person(r, page, stands->v[i].guardian,
			house_text(r->arena, r->org, "guardian.name_enc",
			    stands->v[i].name_enc),
			e))
			return false;
	return add_person(
	    r, page, 0, lang_text(r->view.lang, N_("The child")), e);
}

static str
matter_name(
    struct request *r, const struct consent_child_page *page, int64_t id)
{
	const struct consent_purpose *p =
	    consent_purpose_by_id(&page->sheet.purposes, id);

	return p == NULL ? S("") : p->name[r->view.lang];
}

static bool
read_stands(struct request *r, struct consent_child_page *page,
    struct sql_consent_standings_rows *rows, const struct key *k, struct err *e)
{
	struct err ignored;

	if (!sql_consent_standings(
		r->house->db, r->arena, page->child, rows, e))
		return false;
	page->stands.v = NEW_N(r->arena, struct consent_stand, rows->n + 1);
	if (page->stands.v == NULL)
		return err_set(e, ERR_LIMIT, "too many standings");
	for (size_t i = 0; i < rows->n; i++) {
		struct consent_stand *s = &page->stands.v[page->stands.n];

		if (rows->v[i].ended_at != DB_NULL)
			continue;
		*s = (struct consent_stand){.id = rows->v[i].id,
		    .from_on = rows->v[i].from_on,
		    .until_on = rows->v[i].until_on,
		    .matter = matter_name(r, page, rows->v[i].purpose),
		    .witness = house_text(r->arena, r->org, "account.name_enc",
			rows->v[i].witness_name),
		    .name = house_text(r->arena, r->org, "guardian.name_enc",
			rows->v[i].name_enc),
		    .sole = str_eq(rows->v[i].kind, S("sole")),
		    .waits = str_eq(rows->v[i].kind, S("delegated")) &&
			     rows->v[i].confirmed_at == DB_NULL};
		if (!text_open(r->arena, k, "consent_standing.document_enc",
			rows->v[i].document_enc, &s->document, &ignored))
			s->document = S("");
		page->stands.n++;
	}
	return true;
}

static bool
is_lifted(const struct consent_proofs *p, int64_t id)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].row->lifts == id)
			return true;
	return false;
}

static bool
read_blocks(struct request *r, struct consent_child_page *page, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_proofs p;

	if (!consent_proofs_load(&d, page->child, r->view.lang, &p, e))
		return false;
	page->blocks.v = NEW_N(r->arena, struct consent_block, p.n + 1);
	if (page->blocks.v == NULL)
		return err_set(e, ERR_LIMIT, "too many orders");
	for (size_t i = 0; i < p.n; i++) {
		const struct sql_consent_proofs_row *w = p.v[i].row;

		if (str_eq(w->action, S("block")) && !is_lifted(&p, w->id))
			page->blocks.v[page->blocks.n++] =
			    (struct consent_block){w->id, w->from_on,
				w->until_on, p.v[i].note,
				w->purpose == DB_NULL};
	}
	return true;
}

static bool
read_witnesses(
    struct request *r, struct consent_child_page *page, struct err *e)
{
	struct sql_consent_witnesses_rows rows;

	if (!sql_consent_witnesses(r->house->db, r->arena, r->org->id,
		r->viewer->account, &rows, e))
		return false;
	page->witnesses.v = NEW_N(r->arena, struct consent_witness, rows.n + 1);
	if (page->witnesses.v == NULL)
		return err_set(e, ERR_LIMIT, "too many of the staff");
	for (size_t i = 0; i < rows.n; i++)
		page->witnesses.v[page->witnesses.n++] =
		    (struct consent_witness){rows.v[i].id,
			house_text(r->arena, r->org, "account.name_enc",
			    rows.v[i].name_enc)};
	return true;
}

static bool
read_adults(struct request *r, struct consent_child_page *page, struct err *e)
{
	struct sql_consent_adults_rows rows;

	if (!sql_consent_adults(r->house->db, r->arena, page->child, &rows, e))
		return false;
	page->adults.v = NEW_N(r->arena, struct consent_adult, rows.n + 1);
	if (page->adults.v == NULL)
		return err_set(e, ERR_LIMIT, "too many adults");
	for (size_t i = 0; i < rows.n; i++)
		page->adults.v[page->adults.n++] = (struct consent_adult){
		    rows.v[i].id, house_text(r->arena, r->org,
				      "guardian.name_enc", rows.v[i].name_enc)};
	return true;
}

bool
consents_child_read(
    struct request *r, struct consent_child_page *ret, struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	struct sql_consent_standings_rows stands;
	struct sql_consent_child_row row;
	struct deed d = member_deed(r);
	struct child_sealed sealed;
	struct child_name n;
	bool found;

	if (!sql_consent_child(
		r->house->db, r->arena, r->id[0], r->org->id, &found, &row, e))
		return false;
	if (!found || row.key_wrapped.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "child");
	sealed = (struct child_sealed){
	    row.id, row.key_wrapped, row.first_enc, row.last_enc, row.born_enc};
	n = child_open(r->arena, r->org, &sealed);
	*ret = (struct consent_child_page){
	    .child = row.id, .name = child_full_name(r->arena, &n)};
	if (!child_key(r->arena, r->org, row.id, row.key_wrapped, &k, e) ||
	    !consent_sheet_make(&d, row.id, -1, r->view.lang, &ret->sheet, e) ||
	    !read_stands(r, ret, &stands, &k, e) ||
	    !read_people(r, ret, &stands, e) || !read_blocks(r, ret, e) ||
	    !read_witnesses(r, ret, e) || !read_adults(r, ret, e) ||
	    !paper_of_child(&d, row.id, &ret->papers, e))
		return false;
	ret->circle_known =
	    consent_circle_known(&ret->sheet.child, 0, r->now, r->today);
	return true;
}

static bool
note_read(struct request *r, enum audit_action action, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {
	    .kind = "child", .id = r->id[0], .child = r->id[0]};

	return db_begin(r->house->db, e) &&
	       member_settle(r, deed_note(&d, action, &about, e), e);
}

static bool
child_show(struct request *r, struct response *out, struct err *e)
{
	struct consent_child_page page;

	if (!consents_child_read(r, &page, e) ||
	    !note_read(r, AUDIT_CONSENT_VIEWED, e))
		return false;
	html_consents_child(&r->view, &page);
	return respond_page(r, out, 200);
}

bool
consents_child_again(struct request *r, struct response *out,
    struct consent_child_page *page, const char *fault)
{
	page->fault = fault;
	html_consents_child(&r->view, page);
	return member_again(r, out);
}

/* ---- a paper ---- */

bool
consents_child_number(const struct request *r, const char *name, int64_t *ret)
{
	return num_i64(request_field(r, name), 0, INT64_MAX, ret);
}

bool
consents_child_knows(const struct consent_child_page *p, int64_t guardian)
{
	for (size_t i = 0; i < p->people.n; i++)
		if (p->people.v[i].guardian == guardian)
			return true;
	return false;
}

bool
consents_child_witness(const struct consent_child_page *p, int64_t account)
{
	for (size_t i = 0; i < p->witnesses.n; i++)
		if (p->witnesses.v[i].id == account)
			return true;
	return false;
}

struct paper_entry {
	struct consent_word word;
	const struct consent_line *line;
	enum lang lang; /* in which it was signed */
};

static bool
read_when(const struct request *r, struct consent_word *w)
{
	int64_t day;

	if (!day_parse(request_field(r, "signed"), &day) || day > r->today)
		return false;
	/* What was signed on a day was said at its end, or now. */
	w->acted_at = zone_utc(r->org->zone, day_to_civil(day + 1)) - 1;
	if (w->acted_at > r->now)
		w->acted_at = r->now;
	w->shown_at = w->acted_at;
	w->from_on = day;
	return true;
}

/* The catalogue's words for what is wrong; NULL: nothing is. */
static const char *
read_paper(const struct request *r, const struct consent_child_page *page,
    struct paper_entry *ret)
{
	struct consent_word *w = &ret->word;
	int64_t purpose;
	unsigned media;

	*ret = (struct paper_entry){.lang = r->org->lang};
	if (request_field(r, "lang").n > 0 &&
	    !lang_of_code(request_field(r, "lang"), &ret->lang))
		return N_("Say in which language the paper is.");
	if (!consents_child_number(r, "who", &w->guardian) ||
	    !consents_child_knows(page, w->guardian))
		return N_("Say who signed.");
	if (!consents_child_number(r, "witness", &w->witness) ||
	    !consents_child_witness(page, w->witness))
		return N_("Say who of the team saw it too: a paper needs a "
			  "second pair of eyes.");
	if (!consent_question_read(
		request_field(r, "question"), &purpose, &media) ||
	    (ret->line = consent_sheet_line(&page->sheet, purpose, media)) ==
		NULL)
		return N_("Say which question was answered.");
	if (!read_when(r, w))
		return N_("Say on which day it was signed, today at the "
			  "latest.");
	if (str_eq(request_field(r, "answer"), S("yes")))
		w->action = CONSENT_GRANT;
	else if (str_eq(request_field(r, "answer"), S("no")))
		w->action = CONSENT_REFUSE;
	else
		return N_("Say whether it is a yes or a no.");
	w->note = str_trim(request_field(r, "note"));
	if (w->note.n > CONSENT_NOTE_MAX)
		return N_("These words are too long.");
	return NULL;
}

/* The very text of the paper. */
static bool
keep_text(
    struct request *r, const struct paper_entry *p, int64_t *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_text text;

	return consent_text_make(r->arena, r->org, p->line->purpose,
		   p->line->media, p->lang, &text, e) &&
	       consent_text_keep(&d, &text, ret, e);
}

static bool
paper_enter(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_child_page page;
	struct paper_entry p;
	const char *fault;
	int64_t id, post;

	if (!consents_child_read(r, &page, e))
		return false;
	fault = read_paper(r, &page, &p);
	if (fault != NULL)
		return consents_child_again(r, out, &page, fault);
	p.word.child = r->id[0];
	p.word.purpose = p.line->purpose->id;
	p.word.group = p.line->purpose->group;
	p.word.media = p.line->media;
	p.word.speaker = p.word.guardian == 0 ? CONSENT_CHILD : CONSENT_HOLDER;
	p.word.method = CONSENT_PAPER;
	p.word.until_on = DB_NULL;
	if (!keep_text(r, &p, &p.word.text, e) ||
	    (p.word.action == CONSENT_GRANT &&
		!consent_until(
		    &d, p.word.child, p.line->purpose, &p.word.until_on, e)) ||
	    !consent_record(&d, &p.word, &id, e) ||
	    !paper_of_word(&d, &p.word, &post, e))
		return false;
	return consents_child_back(r, out,
	    N_("The paper is entered, and counts as of now. Its picture can be "
	       "added below."));
}

static bool
proofs_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_child_page child;
	struct consent_proofs_page page = {.child = r->id[0]};

	if (!consents_child_read(r, &child, e) ||
	    !consent_proofs_load(&d, r->id[0], r->view.lang, &page.proofs, e) ||
	    !note_read(r, AUDIT_CONSENT_EXPORTED, e))
		return false;
	page.name = child.name;
	html_consent_proofs(&r->view, &page, path_of(r));
	return respond_page(r, out, 200);
}

#define AT "/roster/child/:id/consents"

const struct route consents_child_routes[] = {
    {HTTP_GET, AT, child_show, NEED_DIRECTOR},
    {HTTP_POST, AT "/paper", paper_enter, NEED_DIRECTOR},
    {HTTP_POST, AT "/block", block_enter, NEED_DIRECTOR},
    {HTTP_POST, AT "/block/:id/lift", block_lift, NEED_DIRECTOR},
    {HTTP_POST, AT "/standing", standing_enter, NEED_DIRECTOR},
    {HTTP_POST, AT "/standing/:id/end", standing_over, NEED_DIRECTOR},
    {HTTP_GET, AT "/proofs", proofs_show, NEED_DIRECTOR},
    {0},
};
