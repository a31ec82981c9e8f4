/*
 * consent — a family says yes or no: per child, per purpose, one tap each way;
 * the child's own form; the form on paper; the proofs.
 */
#include "web/consent.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/num.h"
#include "html_consent.h"
#include "sharing/viewer.h"
#include "web/member.h"

#define SHOWN_MOST_S 86400 /* a page that was open longer is shown again */

/* clang-format off */
static const struct { const char *sentence; } whys[CONSENT_WHYS] = {
	[CONSENT_YES] = { N_("Everybody agrees.") },
	[CONSENT_ERASED] = { N_("The child was erased.") },
	[CONSENT_COURT_BLOCK] = { N_("A court forbids it.") },
	[CONSENT_CHILD_NO] = { N_("The child says no.") },
	[CONSENT_HOLDER_NO] = { N_("A holder of authority says no.") },
	[CONSENT_NO_HOLDER] = { N_("Nobody holds authority.") },
	[CONSENT_MISSING] = { N_("An answer is missing.") },
	[CONSENT_EXPIRED] = { N_("A yes is over.") },
	[CONSENT_RENEW] = { N_("A yes was to an older text.") },
	[CONSENT_UNKNOWN] = { N_("Another holder of authority may exist.") },
	[CONSENT_BIRTH_UNKNOWN] = { N_("The birth date is missing.") },
	[CONSENT_CHILD_MISSING] = { N_("The child’s own yes is missing.") },
	[CONSENT_LEFT] = { N_("The child is not enrolled any more.") },
};
static const struct { const char *label, *tag; } saids[] = {
	[CONSENT_SILENT] = { N_("no answer yet"), "wait" },
	[CONSENT_SAID_YES] = { N_("yes"), "ok" },
	[CONSENT_SAID_NO] = { N_("no"), "stop" },
	[CONSENT_SAID_OVER] = { N_("a yes that is over"), "wait" },
	[CONSENT_SAID_OLDER] = { N_("a yes to an older text"), "wait" },
};
static const struct { const char *word, *label; } actions[] = {
	{ "grant", N_("yes") }, { "refuse", N_("no") },
	{ "withdraw", N_("no, after a yes") }, { "expire", N_("end of a yes") },
	{ "block", N_("forbidden by a court") }, { "lift", N_("allowed again by a court") },
}, methods[] = {
	{ "second-step", N_("signed in, with the second step") },
	{ "signed-in", N_("signed in") },
	{ "beside", N_("the child, beside an adult of the family") },
	{ "paper", N_("on paper, entered by the team with a witness") },
	{ "rule", N_("by the server, from the dates") },
};
/* clang-format on */

const char *
consent_why_sentence(enum consent_why w)
{
	return whys[w].sentence;
}

const char *
consent_said_label(enum consent_said s)
{
	return saids[s].label;
}

const char *
consent_said_tag(enum consent_said s)
{
	return saids[s].tag;
}

/* A family is told that an answer is missing, never whose no it was. */
const char *
consent_now_sentence(const struct consent_line *l)
{
	if (l->now.yes)
		return N_("Today: it may be done.");
	if (l->others_missing)
		return N_("Today: it is not done. Somebody else who decides "
			  "has not answered yet.");
	if (l->mine == CONSENT_SAID_YES)
		return N_("Today: it is not done, since not everything that is "
			  "needed is there.");
	return N_("Today: it is not done.");
}

const char *
consent_action_label(const struct consent_proof *p)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (str_eq(p->row->action, str_c(actions[i].word)))
			return actions[i].label;
	return N_("no");
}

const char *
consent_method_label(str method)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (str_eq(method, str_c(methods[i].word)))
			return methods[i].label;
	return N_("signed in");
}

str
consent_hex(struct arena *a, const uint8_t *p, size_t n)
{
	CLEANUP(buf_done) struct buf b = BUF_MAX(256);
	str ret = S("");

	buf_hex(&b, p, n);
	return arena_str(a, b.p, b.n, &ret) ? ret : S("");
}

bool
consent_question_read(str s, int64_t *ret_purpose, unsigned *ret_media)
{
	int64_t media;
	str purpose;

	if (!str_cut(&s, '-', &purpose) ||
	    !num_i64(purpose, 1, INT64_MAX, ret_purpose) ||
	    !num_i64(s, 1, CONSENT_MEDIA, &media))
		return false;
	*ret_media = (unsigned)media;
	return true;
}

/* ---- whose page ---- */

struct who {
	int64_t guardian;
	const struct viewer_child *child;
};

/* A child of the viewer's, over whom the viewer decides. */
static bool
who_asks(struct request *r, struct who *ret, struct err *e)
{
	struct sql_consent_guardian_of_row g;
	const struct viewer *v = r->viewer;
	struct deed d = member_deed(r);
	struct consent_child c;
	bool found;

	for (size_t i = 0; i < v->n_child; i++)
		if (v->child[i].id == r->id[0])
			ret->child = &v->child[i];
	if (ret->child == NULL ||
	    !sql_consent_guardian_of(r->house->db, r->arena, v->account,
		r->org->id, &found, &g, e) ||
	    !found)
		return err_set(e, ERR_NOT_FOUND, "no child of this family");
	if (!consent_facts(d.house, d.arena, d.org, r->id[0], d.today, &c, e))
		return false;
	ret->guardian = g.id;
	return consent_may_speak(&c, g.id, 0, d.now, d.today) ||
	       err_set(e, ERR_NOT_FOUND, "decides nothing for this child");
}

static bool
read_page(struct request *r, bool child_sheet, enum lang lang,
    struct consent_page *ret, struct who *ret_who, struct err *e)
{
	struct deed d = member_deed(r);

	*ret_who = (struct who){0};
	*ret = (struct consent_page){
	    .child = r->id[0], .lang = lang, .child_sheet = child_sheet};
	if (!who_asks(r, ret_who, e) ||
	    !consent_sheet_make(&d, r->id[0],
		child_sheet ? 0 : ret_who->guardian, lang, &ret->sheet, e))
		return false;
	ret->first = viewer_child_first(r->arena, r->org, ret_who->child);
	ret->own_age = consent_own_age(&ret->sheet.child, r->today);
	return true;
}

static bool
read_called_off(struct request *r, struct consent_page *io, struct err *e)
{
	const struct consent_purposes *all = &io->sheet.purposes;
	struct consent_off_list *l = &io->called_off;

	l->v = NEW_N(r->arena, struct consent_off, all->n + 1);
	if (l->v == NULL)
		return err_set(e, ERR_LIMIT, "too many outings");
	for (size_t i = 0; i < all->n; i++)
		if (consent_is_called_off(
			&io->sheet.child, &all->v[i], r->today))
			l->v[l->n++] = (struct consent_off){
			    all->v[i].name[r->view.lang],
			    consent_stopped_why(r->arena, r->org, &all->v[i])};
	return true;
}

static bool
family_show(struct request *r, struct response *out, struct err *e)
{
	struct consent_page page;
	struct who who;

	if (!read_page(r, false, r->view.lang, &page, &who, e) ||
	    !read_called_off(r, &page, e))
		return false;
	html_consent_family(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
child_show(struct request *r, struct response *out, struct err *e)
{
	struct consent_page page;
	struct who who;

	if (!read_page(r, true, r->view.lang, &page, &who, e))
		return false;
	html_consent_child(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
print_show(struct request *r, struct response *out, struct err *e)
{
	struct consent_page page;
	struct consent_form_list list = {&page, 1};
	struct who who;

	if (!read_page(r, false, r->view.lang, &page, &who, e))
		return false;
	html_consent_paper(&r->view, &list,
	    arena_fmt(r->arena, "/consent/%" PRId64, page.child));
	return respond_page(r, out, 200);
}

/* ---- answering ---- */

struct answer {
	const struct consent_line *line;
	bool yes;
	int64_t shown_at;
};

/* The page must have shown this very text, lately. */
static bool
read_answer(
    struct request *r, const struct consent_page *page, struct answer *ret)
{
	str answer = request_field(r, "answer");
	int64_t purpose;
	unsigned media;

	if (!consent_question_read(
		request_field(r, "question"), &purpose, &media) ||
	    !num_i64(request_field(r, "shown"), 0, r->now, &ret->shown_at))
		return false;
	ret->line = consent_sheet_line(&page->sheet, purpose, media);
	ret->yes = str_eq(answer, S("yes"));
	if (ret->line == NULL || (!ret->yes && !str_eq(answer, S("no"))))
		return false;
	return ret->shown_at >= r->now - SHOWN_MOST_S &&
	       str_eq(request_field(r, "text"),
		   consent_hex(r->arena, ret->line->text.digest,
		       sizeof(ret->line->text.digest)));
}

static bool
write_answer(struct request *r, const struct answer *a, const struct who *who,
    bool child_sheet, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_word w = {.child = r->id[0],
	    .guardian = child_sheet ? 0 : who->guardian,
	    .purpose = a->line->purpose->id,
	    .group = a->line->purpose->group,
	    .media = a->line->media,
	    .speaker = child_sheet ? CONSENT_CHILD : CONSENT_HOLDER,
	    .action = a->yes ? CONSENT_GRANT : CONSENT_REFUSE,
	    .method = CONSENT_BESIDE,
	    .from_on = r->today,
	    .until_on = DB_NULL,
	    .shown_at = a->shown_at,
	    .acted_at = r->now};
	bool second;
	int64_t id;

	if (!member_second(r, &second, e))
		return false;
	if (!child_sheet)
		w.method = second ? CONSENT_SECOND_STEP : CONSENT_SIGNED_IN;
	return consent_text_keep(&d, &a->line->text, &w.text, e) &&
	       (!a->yes || consent_until(&d, w.child, a->line->purpose,
			       &w.until_on, e)) &&
	       consent_record(&d, &w, &id, e);
}

static enum lang
form_lang(const struct request *r)
{
	enum lang lang;

	return lang_of_code(request_field(r, "lang"), &lang) ? lang
							     : r->view.lang;
}

static bool
answer(struct request *r, struct response *out, bool child_sheet, struct err *e)
{
	struct consent_page page;
	struct answer a = {0};
	struct who who;

	if (!read_page(r, child_sheet, form_lang(r), &page, &who, e))
		return false;
	if (!read_answer(r, &page, &a)) {
		respond_notice(r, out,
		    N_("Nothing was noted: the page was not the latest. Please "
		       "read it again and answer."));
	} else {
		if (!write_answer(r, &a, &who, child_sheet, e))
			return false;
		respond_notice(r, out,
		    a.yes ? N_("Your yes is noted. You can change it at any "
			       "time.")
			  : N_("Your no is noted. It counts as of now."));
	}
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/consent/%" PRId64 "%s", r->id[0],
		child_sheet ? "/child" : ""));
}

static bool
family_answer(struct request *r, struct response *out, struct err *e)
{
	return answer(r, out, false, e);
}

static bool
child_answer(struct request *r, struct response *out, struct err *e)
{
	return answer(r, out, true, e);
}

/* ---- proofs ---- */

/* One's own words and the child's; others' are theirs. */
static void
keep_own(struct consent_proofs *io, int64_t guardian, struct consent_proof *v)
{
	size_t n = 0;

	for (size_t i = 0; i < io->n; i++) {
		int64_t g = io->v[i].row->guardian;

		if (g == guardian ||
		    (g == DB_NULL && str_eq(io->v[i].row->speaker, S("child"))))
			v[n++] = io->v[i];
	}
	io->v = v;
	io->n = n;
}

static bool
proofs_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct consent_proofs_page page = {.child = r->id[0]};
	struct consent_proof *own;
	struct who who = {0};

	if (!who_asks(r, &who, e) ||
	    !consent_proofs_load(&d, r->id[0], r->view.lang, &page.proofs, e))
		return false;
	own = NEW_N(r->arena, struct consent_proof, page.proofs.n + 1);
	if (own == NULL)
		return err_set(e, ERR_LIMIT, "too many proofs");
	keep_own(&page.proofs, who.guardian, own);
	page.name = viewer_child_first(r->arena, r->org, who.child);
	html_consent_proofs(&r->view, &page,
	    arena_fmt(r->arena, "/consent/%" PRId64, page.child));
	return respond_page(r, out, 200);
}

const struct route consent_routes[] = {
    {HTTP_GET, "/consent/:id", family_show, NEED_FAMILY},
    {HTTP_POST, "/consent/:id", family_answer, NEED_FAMILY},
    {HTTP_GET, "/consent/:id/child", child_show, NEED_FAMILY},
    {HTTP_POST, "/consent/:id/child", child_answer, NEED_FAMILY},
    {HTTP_GET, "/consent/:id/print", print_show, NEED_FAMILY},
    {HTTP_GET, "/consent/:id/proofs", proofs_show, NEED_FAMILY},
    {0},
};
