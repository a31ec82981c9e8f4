/*
 * claims — a family asks by right and reads the answer; a director sees what is
 * due, answers in words, and enters what came by letter.
 */
#include "web/claims.h"

#include <inttypes.h>

#include "base/num.h"
#include "ends/certificate.h"
#include "erasure/erasure.h"
#include "erasure/safe.h"
#include "html_claims.h"
#include "people/child.h"
#include "sql_account.h"
#include "sql_child.h"
#include "web/member.h"

/* ---- lines ---- */

static str
first_of(struct request *r, int64_t child)
{
	struct sql_child_by_id_row row;
	struct child_sealed sealed;
	struct err ignored;

	if (child == DB_NULL || !sql_child_by_id(r->house->db, r->arena, child,
				    r->org->id, &row, &ignored))
		return S("");
	sealed = (struct child_sealed){.id = child,
	    .key_wrapped = row.key_wrapped,
	    .first_enc = row.first_enc};
	return child_open(r->arena, r->org, &sealed).first;
}

static str
name_of(struct request *r, const struct claim *c)
{
	struct sql_account_by_id_row row;
	struct err ignored;

	if (c->asker == DB_NULL || !sql_account_by_id(r->house->db, r->arena,
				       c->asker, r->org->id, &row, &ignored))
		return c->name;
	return house_text(r->arena, r->org, "account.name_enc", row.name_enc);
}

static struct claim_line
line_of(struct request *r, const struct claim *c)
{
	bool open = c->state == CLAIM_OPEN;

	return (struct claim_line){.claim = c,
	    .about = first_of(r, c->child),
	    .who = name_of(r, c),
	    .late = open && c->due_on < r->today,
	    .near = open && c->due_on >= r->today &&
		    c->due_on <= r->today + CLAIM_NEAR_DAYS};
}

static bool
lines_of(struct request *r, const struct claims *l, struct claim_line_list *ret,
    struct err *e)
{
	ret->v = NEW_N(r->arena, struct claim_line, l->n + 1);
	ret->n = 0;
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many requests");
	for (size_t i = 0; i < l->n; i++)
		ret->v[ret->n++] = line_of(r, &l->v[i]);
	return true;
}

bool
claims_of_viewer(struct request *r, struct claim_line_list *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct claims l;

	return claim_mine(&d, r->viewer->account, &l, e) &&
	       lines_of(r, &l, ret, e);
}

const char *
claims_hint(enum claim_kind k)
{
	static const char *const hints[CLAIM_KINDS] = {
	    [CLAIM_SEE] = N_("What you would like to see, in your own words."),
	    [CLAIM_EXPORT] = N_("What you would like to take along, and how."),
	    [CLAIM_CORRECT] =
		N_("What is wrong, and what it should be: a name, a birth "
		   "date, an address."),
	    [CLAIM_OPPOSE] =
		N_("What you do not want any more, and why in your situation. "
		   "To withdraw a consent you need not ask: that counts at "
		   "once, under “Pictures of my child”."),
	    [CLAIM_ERASE] =
		N_("What is to be erased. The team may have to keep some of "
		   "it where the law says so; then it tells you why."),
	};

	return hints[k];
}

/* ---- asking ---- */

enum { F_WORDS, F_RULE, F_NAME, F_CAME };

/* clang-format off */
static const struct field_option rules[] = {
	{ "photos", N_("Photos, videos and documents of the albums, and their originals") },
	{ "notices", N_("Notices of the team") },
	{ "absences", N_("Absences and their reasons") },
	{ "children", N_("The record of a child: name, birth date, groups") },
	{ "families", N_("Accounts and contact details of families who left") },
	{ "register", N_("The register of what was done, and of who looked") },
	{ 0 },
};
/* clang-format on */

#define WORDS                                                             \
	{                                                                 \
		"words", N_("In your own words"), NULL, FIELD_TEXT, true, \
		    CLAIM_WORDS_MIN, CLAIM_WORDS_MAX, NULL, NULL          \
	}
#define RULE                                                                  \
	{                                                                     \
		"rule", N_("What it is about"), NULL, FIELD_CHOICE, false, 0, \
		    0, NULL, rules                                            \
	}

static const struct field ask_fields[] = {
    [F_WORDS] = WORDS,
    {0},
};
static const struct field oppose_fields[] = {
    [F_WORDS] = WORDS,
    [F_RULE] = RULE,
    {0},
};
static const struct field paper_fields[] = {
    [F_WORDS] = WORDS,
    [F_RULE] = RULE,
    [F_NAME] = {"name", N_("Who asks, and where the answer goes"),
	N_("Name and address, as they stand in the letter."), FIELD_TEXT, true,
	2, CLAIM_NAME_MAX, NULL, NULL},
    [F_CAME] = {"came", N_("The day on which it came"), NULL, FIELD_DAY, true,
	0, 0, NULL, NULL},
    {0},
};

static const struct field *
fields_of(enum claim_kind k)
{
	return k == CLAIM_OPPOSE ? oppose_fields : ask_fields;
}

/* The children that this person may ask about: those she decides for. */
static bool
own_children(struct request *r, struct claim_child_list *ret, struct err *e)
{
	const struct viewer *v = r->viewer;
	int64_t chosen = 0;
	str word = request_field(r, "child");

	if (word.n == 0 || !num_i64(word, 0, INT64_MAX, &chosen))
		chosen = 0;
	ret->v = NEW_N(r->arena, struct claim_child, v->n_child + 1);
	ret->n = 0;
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].holder)
			ret->v[ret->n++] = (struct claim_child){v->child[i].id,
			    viewer_child_first(r->arena, r->org, &v->child[i]),
			    v->child[i].id == chosen};
	return true;
}

static int64_t
chosen_child(const struct claim_child_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].chosen)
			return l->v[i].id;
	return DB_NULL;
}

static bool
ask_page(struct request *r, struct claim_ask *a, struct form *f, struct err *e)
{
	if (!claim_of_word(r->word[0], &a->kind))
		return err_set(e, ERR_NOT_FOUND, "no such right");
	a->form = f;
	return own_children(r, &a->children, e) &&
	       (a->kind != CLAIM_ERASE || safe_parting(r, &a->safe, e));
}

static bool
ask_show(struct request *r, struct response *out, struct err *e)
{
	struct claim_ask a = {0};
	struct form f;

	if (!ask_page(r, &a, &f, e))
		return false;
	form_start(fields_of(a.kind), &f);
	html_claim_ask(&r->view, &a);
	return respond_page(r, out, 200);
}

static int
rule_of(str word)
{
	enum ends_rule rule;

	return ends_rule_of(word, &rule) ? (int)rule : -1;
}

static bool
ask_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct claim_ask a = {0};
	struct claim_new n;
	struct form f;
	int64_t id;

	if (!ask_page(r, &a, &f, e))
		return false;
	if (!form_read(r, fields_of(a.kind), &f)) {
		html_claim_ask(&r->view, &a);
		return member_again(r, out);
	}
	n = (struct claim_new){.kind = a.kind,
	    .asker = r->viewer->account,
	    .child = chosen_child(&a.children),
	    .rule = a.kind == CLAIM_OPPOSE ? rule_of(f.value[F_RULE]) : -1,
	    .words = f.value[F_WORDS],
	    .received_on = r->today};
	if (!claim_enter(&d, &n, &id, e))
		return false;
	respond_notice(r, out,
	    N_("It is sent. This page is your receipt: you read the answer "
	       "here."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/rights/request/%" PRId64, id));
}

static bool
load(struct request *r, int64_t id, struct claim_page *p, struct claim *c,
    struct err *e)
{
	struct deed d = member_deed(r);

	if (!claim_load(&d, id, c, e))
		return false;
	p->law = ends_law_of(r->org->profile);
	p->line = line_of(r, c);
	p->may_extend = claim_may_extend(&d, c);
	if (!certificate_of_claim(&d, c->id, &p->certified, &p->certificate, e))
		return false;
	return true;
}

/* Whoever asked reads it, nobody else of a family. */
static bool
load_own(
    struct request *r, struct claim_page *p, struct claim *c, struct err *e)
{
	if (!load(r, r->id[0], p, c, e))
		return false;
	p->mine = c->asker == r->viewer->account;
	return p->mine || err_set(e, ERR_NOT_FOUND, "another's request");
}

static bool
receipt_show(struct request *r, struct response *out, struct err *e)
{
	struct claim_page p = {0};
	struct claim c;

	if (!load_own(r, &p, &c, e))
		return false;
	html_claim_receipt(&r->view, &p);
	return respond_page(r, out, 200);
}

static bool
withdraw_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	if (!claim_withdraw(&d, r->id[0], e))
		return false;
	respond_notice(r, out, N_("Your request is withdrawn."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/rights/request/%" PRId64, r->id[0]));
}

/* ---- the director ---- */

static bool
claims_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct claims_page p = {0};
	struct claims open, done;

	if (!claim_open(&d, &open, e) || !claim_done(&d, &done, e) ||
	    !lines_of(r, &open, &p.open, e) || !lines_of(r, &done, &p.done, e))
		return false;
	html_claims_page(&r->view, &p);
	return respond_page(r, out, 200);
}

enum { F_ANSWER };

static const struct field answer_fields[] = {
    [F_ANSWER] = {"answer", N_("The answer, as the person reads it"),
	N_("What was done, or why not: with the law where you refuse, and "
	   "that a complaint can be made to the authority."),
	FIELD_TEXT, true, CLAIM_WORDS_MIN, CLAIM_WORDS_MAX, NULL, NULL},
    {0},
};
static const struct field more_fields[] = {
    {"why", N_("Why it takes longer"), NULL, FIELD_TEXT, true, CLAIM_WORDS_MIN,
	CLAIM_WORDS_MAX, NULL, NULL},
    {0},
};

static bool
note_viewed(struct request *r, const struct claim *c, struct err *e)
{
	struct deed d = member_deed(r);
	struct deed_about about = {.kind = "claim",
	    .id = c->id,
	    .child = c->child == DB_NULL ? 0 : c->child};
	bool own = !db_in_transaction(r->house->db);

	if (own && !db_begin(r->house->db, e))
		return false;
	if (deed_note(&d, AUDIT_CLAIM_VIEWED, &about, e) &&
	    (!own || db_commit(r->house->db, e)))
		return true;
	if (own)
		db_rollback(r->house->db);
	return false;
}

static bool
claim_page_of(struct request *r, struct response *out, const struct form *f,
    const struct form *more, bool again, struct err *e)
{
	struct claim_page p = {.form = f, .more = more};
	struct claim c;

	if (!load(r, r->id[0], &p, &c, e))
		return false;
	p.roster_child = p.line.about.n > 0 ? c.child : 0;
	p.may_erase_account = c.kind == CLAIM_ERASE && c.state == CLAIM_OPEN &&
			      c.asker != DB_NULL && c.child == DB_NULL;
	if (!again && !note_viewed(r, &c, e))
		return false;
	html_claim_answer(&r->view, &p);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
claim_show(struct request *r, struct response *out, struct err *e)
{
	struct form f, more;

	form_start(answer_fields, &f);
	form_start(more_fields, &more);
	return claim_page_of(r, out, &f, &more, false, e);
}

static bool
see_claim(struct request *r, struct response *out, const char *notice)
{
	respond_notice(r, out, notice);
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/claims/%" PRId64, r->id[0]));
}

static bool
answer_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	bool granted = str_eq(request_field(r, "what"), S("granted"));
	struct form f, more;

	form_start(more_fields, &more);
	if (!form_read(r, answer_fields, &f))
		return claim_page_of(r, out, &f, &more, true, e);
	return claim_answer(&d, r->id[0], granted, f.value[F_ANSWER], e) &&
	       see_claim(r, out, N_("The answer is written, and kept."));
}

static bool
extend_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct form f, more;

	form_start(answer_fields, &f);
	if (!form_read(r, more_fields, &more))
		return claim_page_of(r, out, &f, &more, true, e);
	return claim_extend(&d, r->id[0], more.value[0], e) &&
	       see_claim(
		   r, out, N_("There is more time; the person reads why."));
}

static bool
files_go(struct request *r, const void *what, struct err *e)
{
	return erasure_safes_files(
	    r->house, r->arena, *(const int64_t *)what, e);
}

/* The account of who asks to be erased; the claim is answered with it. */
static bool
erase_do(struct request *r, struct response *out, struct err *e)
{
	int64_t *asker = NEW(r->arena, int64_t);
	struct deed d = member_deed(r);
	struct claim c;
	int64_t id;

	if (asker == NULL)
		return err_set(e, ERR_LIMIT, "no room for a number");
	if (!claim_load(&d, r->id[0], &c, e))
		return false;
	if (c.kind != CLAIM_ERASE || c.state != CLAIM_OPEN ||
	    c.asker == DB_NULL || c.child != DB_NULL)
		return err_set(e, ERR_CONFLICT, "no account to erase");
	*asker = c.asker;
	out->after = files_go;
	out->what = asker;
	return deed_note_account(&d, AUDIT_ACCOUNT_ERASED, c.asker, e) &&
	       erasure_account(r->house, r->arena, c.asker, r->now, e) &&
	       certificate_make(
		   &d, CERTIFICATE_ACCOUNT, c.asker, c.id, &id, e) &&
	       claim_answer(&d, c.id, true,
		   lang_text(r->view.lang,
		       N_("The account and what reaches the person are "
			  "erased.")),
		   e) &&
	       see_claim(r, out, N_("The account is erased for good."));
}

/* ---- on paper ---- */

static bool
paper_children(struct request *r, struct claim_child_list *ret, struct err *e)
{
	struct sql_child_list_rows rows;
	int64_t chosen = 0;
	str word = request_field(r, "child");

	if (word.n == 0 || !num_i64(word, 0, INT64_MAX, &chosen))
		chosen = 0;
	if (!sql_child_list(r->house->db, r->arena, r->org->id, &rows, e))
		return false;
	ret->v = NEW_N(r->arena, struct claim_child, rows.n + 1);
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many children");
	for (size_t i = 0; i < rows.n; i++) {
		struct child_sealed sealed = {.id = rows.v[i].id,
		    .key_wrapped = rows.v[i].key_wrapped,
		    .first_enc = rows.v[i].first_enc,
		    .last_enc = rows.v[i].last_enc};
		struct child_name n = child_open(r->arena, r->org, &sealed);

		ret->v[i] = (struct claim_child){rows.v[i].id,
		    child_full_name(r->arena, &n), rows.v[i].id == chosen};
	}
	ret->n = rows.n;
	return true;
}

static bool
paper_page(struct request *r, struct response *out, struct form *f, bool again,
    struct err *e)
{
	struct claim_ask a = {.form = f, .on_paper = true};

	if (!paper_children(r, &a.children, e))
		return false;
	if (!claim_of_word(request_field(r, "kind"), &a.kind))
		a.kind = CLAIM_ERASE;
	html_claim_paper(&r->view, &a);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
paper_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(paper_fields, &f);
	f.value[F_CAME] = iso_day(&r->view, r->today);
	return paper_page(r, out, &f, false, e);
}

static bool
paper_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct claim_child_list children = {0};
	struct claim_new n = {.asker = DB_NULL};
	struct form f;
	int64_t id;

	if (form_read(r, paper_fields, &f) &&
	    (f.number[F_CAME] > r->today ||
		f.number[F_CAME] < r->today - CLAIM_BACK_DAYS))
		form_fault(&f, F_CAME,
		    N_("Not to come, and no longer ago than three months."));
	if (f.bad || !claim_of_word(request_field(r, "kind"), &n.kind))
		return paper_page(r, out, &f, true, e);
	if (!paper_children(r, &children, e))
		return false;
	n.child = chosen_child(&children);
	n.rule = n.kind == CLAIM_OPPOSE ? rule_of(f.value[F_RULE]) : -1;
	n.name = f.value[F_NAME];
	n.words = f.value[F_WORDS];
	n.received_on = f.number[F_CAME];
	if (!claim_enter(&d, &n, &id, e))
		return false;
	respond_notice(r, out, N_("The request is entered."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/claims/%" PRId64, id));
}

const struct route claims_routes[] = {
    {HTTP_GET, "/rights/ask/:word", ask_show, NEED_FAMILY},
    {HTTP_POST, "/rights/ask/:word", ask_do, NEED_FAMILY},
    {HTTP_GET, "/rights/request/:id", receipt_show, NEED_FAMILY},
    {HTTP_POST, "/rights/request/:id/withdraw", withdraw_do, NEED_FAMILY},
    {HTTP_GET, "/claims", claims_show, NEED_DIRECTOR},
    {HTTP_GET, "/claims/new", paper_show, NEED_DIRECTOR},
    {HTTP_POST, "/claims/new", paper_do, NEED_DIRECTOR},
    {HTTP_GET, "/claims/:id", claim_show, NEED_DIRECTOR},
    {HTTP_POST, "/claims/:id/answer", answer_do, NEED_DIRECTOR},
    {HTTP_POST, "/claims/:id/extend", extend_do, NEED_DIRECTOR},
    {HTTP_POST, "/claims/:id/erase", erase_do, NEED_DIRECTOR},
    {0},
};
