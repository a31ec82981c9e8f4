/* case_hold — what a case needs may not end: by those in its path, two of whom
 * release it. */
#include "ends/case_hold.h"

#include <inttypes.h>

#include "html_cases.h"
#include "report/casefile.h"
#include "web/ends.h"
#include "web/member.h"
#include "web/report.h"

enum { F_UNTIL, F_REASON };

static const struct field fields[] = {
    [F_UNTIL] = {"until", N_("Last day of the hold"), NULL, FIELD_DAY, true, 0,
	0, NULL, NULL},
    [F_REASON] = {"reason", N_("Why"), NULL, FIELD_TEXT, true, HOLD_REASON_MIN,
	HOLD_REASON_MAX, NULL, NULL},
    {0},
};

static bool
page(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	struct case_hold_page p = {.id = r->id[0], .form = f};
	struct deed d = member_deed(r);
	struct case_whom whom;
	struct holds all;

	if (!case_whom(&d, p.id, &whom, e) ||
	    !hold_list_of_case(&d, p.id, &all, e))
		return false;
	p.hold = NEW_N(r->arena, struct case_hold_line, all.n + 1);
	if (p.hold == NULL)
		return err_set(e, ERR_LIMIT, "too many holds");
	for (size_t i = 0; i < all.n; i++) {
		const struct hold *h = &all.v[i];
		bool open = h->released_at == DB_NULL;

		p.hold[p.n_hold++] = (struct case_hold_line){h->id,
		    day_of(r->org->zone, h->until_at - 1), h->reason, !open,
		    open && h->asked_by == DB_NULL,
		    open && h->asked_by != DB_NULL,
		    open && h->asked_by != DB_NULL &&
			h->asked_by != r->viewer->account};
	}
	html_case_hold_page(&r->view, &p);
	return f->bad ? member_again(r, out) : respond_page(r, out, 200);
}

static bool
hold_show(struct request *r, struct response *out, struct err *e)
{
	struct form f;

	form_start(fields, &f);
	return page(r, out, &f, e);
}

static bool
back(struct request *r, struct response *out)
{
	respond_notice(r, out, N_("It is noted."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/cases/%" PRId64 "/hold", r->id[0]));
}

static bool
hold_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	struct form f;

	if (form_read(r, fields, &f) &&
	    (f.number[F_UNTIL] < r->today ||
		f.number[F_UNTIL] > r->today + HOLD_DAYS_MAX))
		form_fault(
		    &f, F_UNTIL, N_("From today on, and within five years."));
	if (f.bad)
		return page(r, out, &f, e);
	return case_hold_place(
		   &d, r->id[0], f.value[F_REASON], f.number[F_UNTIL], e) &&
	       back(r, out);
}

static bool
ask_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	return case_hold_ask(&d, r->id[0], r->id[1], e) && back(r, out);
}

static bool
release_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);

	return case_hold_release(&d, r->id[0], r->id[1], e) && back(r, out);
}

const struct route case_hold_routes[] = {
    {HTTP_GET, "/cases/:id/hold", hold_show, NEED_STAFF},
    {HTTP_POST, "/cases/:id/hold", hold_do, NEED_STAFF},
    {HTTP_POST, "/cases/:id/hold/:id/ask", ask_do, NEED_STAFF},
    {HTTP_POST, "/cases/:id/hold/:id/release", release_do, NEED_STAFF},
    {0},
};
