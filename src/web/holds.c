/* holds — what may not end: placed by one of the circle, released by two.  The
 * circle: active directors and safeguarding leads. */
#include <inttypes.h>

#include "html_ends.h"
#include "sql_account.h"
#include "web/ends.h"
#include "web/member.h"

enum { F_KIND, F_SUBJECT, F_UNTIL, F_REASON };

static const struct field_option kinds[] = {
    {"child", N_("a child")},
    {"account", N_("an account")},
    {"post", N_("an album or a notice")},
    {"medium", N_("a photo or a video")},
    {0},
};

static const struct field hold_fields[] = {
    [F_KIND] = {"kind", N_("What is held"), NULL, FIELD_CHOICE, true, 0, 0,
	NULL, kinds},
    [F_SUBJECT] = {"subject", N_("Its number"),
	N_("The number at the end of the address of its page."), FIELD_NUMBER,
	true, 1, INT64_MAX, NULL, NULL},
    [F_UNTIL] = {"until", N_("Last day of the hold"), NULL, FIELD_DAY, true, 0,
	0, NULL, NULL},
    [F_REASON] = {"reason", N_("Why"),
	N_("The requisition, the case, the court: with its date."), FIELD_TEXT,
	true, HOLD_REASON_MIN, HOLD_REASON_MAX, NULL, NULL},
    {0},
};

static const char *const whats[HOLD_KINDS] = {
    [HOLD_CHILD] = N_("Child number %1"),
    [HOLD_ACCOUNT] = N_("Account number %1"),
    [HOLD_POST] = N_("Album or notice number %1"),
    [HOLD_MEDIUM] = N_("Photo or video number %1"),
    [HOLD_CASE] = NULL, /* in no list */
};

static bool
in_circle(const struct request *r, struct err *e)
{
	return viewer_may_trace(r->viewer) ||
	       err_set(e, ERR_NOT_FOUND, "not of the circle");
}

static bool
name_of(struct request *r, int64_t account, str *ret, struct err *e)
{
	struct sql_account_by_id_row row;

	*ret = S("");
	if (account == DB_NULL)
		return true;
	if (!sql_account_by_id(
		r->house->db, r->arena, account, r->org->id, &row, e))
		return false;
	*ret = house_text(r->arena, r->org, "account.name_enc", row.name_enc);
	return true;
}

static bool
load(struct request *r, struct holds_page *p, struct err *e)
{
	struct deed d = member_deed(r);
	struct holds all;

	if (!hold_list(&d, &all, e))
		return false;
	p->lines.v = NEW_N(r->arena, struct hold_line, all.n + 1);
	if (p->lines.v == NULL)
		return err_set(e, ERR_LIMIT, "too many holds");
	for (size_t i = 0; i < all.n; i++) {
		const struct hold *h = &all.v[i];
		struct hold_line *l = &p->lines.v[p->lines.n++];
		bool open = h->released_at == DB_NULL;

		*l = (struct hold_line){.hold = h,
		    .what = whats[h->kind],
		    .may_ask = open && h->asked_by == DB_NULL,
		    .may_release = open && h->asked_by != DB_NULL &&
				   h->asked_by != r->viewer->account};
		if (!name_of(r, h->placed_by, &l->placed_by, e) ||
		    !name_of(r, h->asked_by, &l->asked_by, e) ||
		    !name_of(r, h->released_by, &l->released_by, e))
			return false;
	}
	return true;
}

static bool
page(struct request *r, struct response *out, const struct form *f, bool again,
    struct err *e)
{
	struct holds_page p = {.form = f};

	if (!load(r, &p, e))
		return false;
	html_holds_page(&r->view, &p);
	return again ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
holds_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	if (!in_circle(r, e))
		return false;
	form_start(hold_fields, &f);
	return page(r, out, &f, false, e);
}

static bool
hold_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	enum hold_kind k;
	struct form f;
	int64_t id;

	if (!in_circle(r, e))
		return false;
	if (form_read(r, hold_fields, &f) &&
	    (f.number[F_UNTIL] < r->today ||
		f.number[F_UNTIL] > r->today + HOLD_DAYS_MAX))
		form_fault(
		    &f, F_UNTIL, N_("From today on, and within five years."));
	if (f.bad)
		return page(r, out, &f, true, e);
	if (!hold_of_word(f.value[F_KIND], &k) || k == HOLD_CASE)
		return err_set(e, ERR_INPUT, "kind of hold");
	if (!hold_place(&d, k, f.number[F_SUBJECT], f.value[F_REASON],
		f.number[F_UNTIL], &id, e)) {
		if (e->kind != ERR_NOT_FOUND)
			return false;
		form_fault(
		    &f, F_SUBJECT, N_("There is nothing of that number here."));
		return page(r, out, &f, true, e);
	}
	respond_notice(r, out,
	    N_("It is held: nothing of it ends before that day, unless two "
	       "people release it."));
	return respond_see_other(r, out, S("/holds"));
}

static bool
step(struct request *r, struct response *out,
    bool (*deed)(const struct deed *, int64_t, struct err *),
    const char *notice, struct err *e)
{
	struct deed d = member_deed(r);

	if (!in_circle(r, e) || !deed(&d, r->id[0], e))
		return false;
	respond_notice(r, out, notice);
	return respond_see_other(r, out, S("/holds"));
}

static bool
ask_do(struct request *r, struct response *out, struct err *e)
{
	return step(r, out, hold_ask,
	    N_("Somebody else of those who may has to agree now."), e);
}

static bool
release_do(struct request *r, struct response *out, struct err *e)
{
	return step(r, out, hold_release,
	    N_("The hold is released: what has had its time ends now."), e);
}

const struct route holds_routes[] = {
    {HTTP_GET, "/holds", holds_show, NEED_STAFF},
    {HTTP_POST, "/holds", hold_do, NEED_STAFF},
    {HTTP_POST, "/holds/:id/ask", ask_do, NEED_STAFF},
    {HTTP_POST, "/holds/:id/release", release_do, NEED_STAFF},
    {0},
};
