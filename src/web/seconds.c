/* seconds — the second person: decisions of a judge that somebody else noted
 * and that count once this one has confirmed them; papers that this one saw. */
#include "web/seconds.h"

#include "consent/record.h"
#include "html_seconds.h"
#include "sql_consent.h"
#include "web/member.h"

static bool
is_barred(const struct viewer *v, int64_t child)
{
	for (size_t i = 0; i < v->n_barred_child; i++)
		if (v->barred_child[i] == child)
			return true;
	return false;
}

static bool
waiting(struct request *r, struct sql_consent_standings_waiting_rows *ret,
    struct err *e)
{
	size_t n = 0;

	if (!sql_consent_standings_waiting(
		r->house->db, r->arena, r->viewer->account, r->today, ret, e))
		return false;
	for (size_t i = 0; i < ret->n; i++)
		if (!is_barred(r->viewer, ret->v[i].child))
			ret->v[n++] = ret->v[i];
	ret->n = n;
	return true;
}

static bool
halts_of(struct request *r, struct halt_list *ret, struct err *e)
{
	struct deed d = member_deed(r);
	struct halt_list all;
	struct halt_line *v;
	size_t n = 0;

	if (!halt_list(&d, &all, e))
		return false;
	v = NEW_N(r->arena, struct halt_line, all.n + 1);
	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many accounts to stop");
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].may)
			v[n++] = all.v[i];
	*ret = (struct halt_list){v, n};
	return true;
}

bool
seconds_count(struct request *r, struct err *e)
{
	struct sql_consent_standings_waiting_rows rows;
	struct halt_list halts;

	if (!waiting(r, &rows, e) || !halts_of(r, &halts, e))
		return false;
	r->view.decisions = (int64_t)rows.n;
	r->view.halts = (int64_t)halts.n;
	return true;
}

static bool
open_one(struct request *r, const struct consent_purposes *all,
    const struct sql_consent_standings_waiting_row *w, struct second *ret,
    struct err *e)
{
	CLEANUP(key_done) struct key k = {{0}};
	const struct consent_purpose *p =
	    consent_purpose_by_id(all, w->purpose);
	struct child_sealed sealed = {.id = w->child,
	    .key_wrapped = w->key_wrapped,
	    .first_enc = w->first_enc,
	    .last_enc = w->last_enc};
	struct child_name n = child_open(r->arena, r->org, &sealed);

	*ret = (struct second){.id = w->id,
	    .from_on = w->from_on,
	    .until_on = w->until_on,
	    .child = child_full_name(r->arena, &n),
	    .person =
		house_text(r->arena, r->org, "guardian.name_enc", w->name_enc),
	    .noted_by =
		house_text(r->arena, r->org, "account.name_enc", w->noted_name),
	    .matter = p == NULL ? S("") : p->name[r->view.lang]};
	return child_key(r->arena, r->org, w->child, w->key_wrapped, &k, e) &&
	       text_open(r->arena, &k, "consent_standing.document_enc",
		   w->document_enc, &ret->document, e);
}

static bool
note_read(struct request *r,
    const struct sql_consent_standings_waiting_rows *rows, struct err *e)
{
	struct deed d = member_deed(r);
	bool done = true;

	if (!db_begin(r->house->db, e))
		return false;
	for (size_t i = 0; i < rows->n && done; i++) {
		int64_t child = rows->v[i].child;
		struct deed_about about = {
		    .kind = "child", .id = child, .child = child};

		done = deed_note(&d, AUDIT_CONSENT_VIEWED, &about, e);
	}
	return member_settle(r, done, e);
}

static bool
second_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_consent_standings_waiting_rows rows;
	struct deed d = member_deed(r);
	struct second_page page = {0};
	struct consent_purposes all;

	if (!waiting(r, &rows, e) ||
	    !consent_purposes_load(r->house, r->arena, r->org, &all, e) ||
	    !paper_seen(&d, &page.papers, e) || !halts_of(r, &page.halts, e))
		return false;
	page.v = NEW_N(r->arena, struct second, rows.n + 1);
	if (page.v == NULL)
		return err_set(e, ERR_LIMIT, "too many decisions");
	for (size_t i = 0; i < rows.n; i++)
		if (!open_one(r, &all, &rows.v[i], &page.v[page.n++], e))
			return false;
	if (rows.n > 0 && !note_read(r, &rows, e))
		return false;
	html_second_page(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
say(struct request *r, struct response *out, bool seen, const char *notice,
    struct err *e)
{
	struct sql_consent_standings_waiting_rows rows;
	struct deed d = member_deed(r);
	bool mine = false;

	if (!waiting(r, &rows, e))
		return false;
	for (size_t i = 0; i < rows.n; i++)
		mine |= rows.v[i].id == r->id[0];
	if (!mine)
		return err_set(e, ERR_NOT_FOUND, "no decision waits here");
	if (!consent_standing_confirm(&d, r->id[0], seen, e))
		return false;
	respond_notice(r, out, notice);
	return respond_see_other(r, out, S("/second"));
}

static bool
seen_do(struct request *r, struct response *out, struct err *e)
{
	return say(r, out, true,
	    N_("You have confirmed it. The decision counts as of now."), e);
}

static bool
unseen_do(struct request *r, struct response *out, struct err *e)
{
	return say(r, out, false,
	    N_("It is noted that you did not see it. The decision does not "
	       "count."),
	    e);
}

static bool
halt_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	bool own = r->id[0] == r->viewer->account;

	if (!halt_agree(&d, r->id[0], e))
		return false;
	if (own) /* nobody is signed in any more */
		return respond_see_other(r, out, S("/sign-in"));
	respond_notice(r, out,
	    N_("You agreed: it is done, and the account is signed out "
	       "everywhere."));
	return respond_see_other(r, out, S("/second"));
}

const struct route seconds_routes[] = {
    {HTTP_GET, "/second", second_show, NEED_STAFF},
    {HTTP_POST, "/second/:id/seen", seen_do, NEED_STAFF},
    {HTTP_POST, "/second/:id/unseen", unseen_do, NEED_STAFF},
    {HTTP_POST, "/second/account/:id", halt_do, NEED_STAFF},
    {0},
};
