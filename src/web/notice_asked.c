/* notice_asked — who has answered a notice and who has not: on the screen, on
 * paper, a sheet for each to sign, and what came back on paper. */
#include <inttypes.h>

#include "base/num.h"
#include "html_notices.h"
#include "sql_consent.h"
#include "web/member.h"
#include "web/notice.h"
#include "web/share.h"

/* ---- whose list ---- */

static bool
is_named(const struct grant *g)
{
	const struct post_facts *f = grant_facts(g);

	for (size_t i = 0; i < f->n_audience; i++)
		if (f->audience[i].child != 0)
			return true;
	return false;
}

/* The one asked for, else the first that is this person's. */
static int64_t
group_asked(const struct request *r, str word, const struct choices *c)
{
	int64_t group;

	(void)r;
	if (num_i64(word, 0, INT64_MAX, &group))
		return group;
	for (size_t i = 0; i < c->group.n; i++)
		if (c->group.v[i].chosen)
			return c->group.v[i].id;
	return 0;
}

static bool
begin(struct request *r, str group, struct notice *n, struct choices *choices,
    struct asked_page *ret, const struct grant **ret_g, struct err *e)
{
	struct deed d = share_deed(r);

	if (!notice_of(r, PERMIT_NOTICE_EDIT, ret_g, n, e) ||
	    !publish_groups(&d, r->viewer, n->id, choices, e))
		return false;
	*ret = (struct asked_page){.notice = n,
	    .group = group_asked(r, group, choices),
	    .choices = choices,
	    .named = is_named(*ret_g)};
	if (n->state != POST_PUBLISHED)
		return err_set(e, ERR_NOT_FOUND, "not published");
	return asked_rows(&d, r->viewer, *ret_g, n, ret->group, &ret->rows, e);
}

static bool
note_read(struct request *r, const struct asked_page *p, struct err *e)
{
	struct deed d = share_deed(r);
	struct deed_about about = {.kind = "notice",
	    .id = p->notice->id,
	    .group = p->group,
	    .detail = arena_i64(r->arena, p->notice->version)};

	return db_begin(r->house->db, e) &&
	       member_settle(
		   r, deed_note(&d, AUDIT_NOTICE_VIEWED, &about, e), e);
}

typedef void asked_html(struct view *, const struct asked_page *);

static bool
show(struct request *r, struct response *out, asked_html *write_page,
    struct err *e)
{
	struct asked_page page;
	struct choices choices;
	const struct grant *g;
	struct notice n;

	if (!begin(r, request_query(r, "group"), &n, &choices, &page, &g, e) ||
	    !note_read(r, &page, e))
		return false;
	write_page(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	return show(r, out, html_asked_page, e);
}

static bool
print_show(struct request *r, struct response *out, struct err *e)
{
	return show(r, out, html_asked_sheets, e);
}

/* ---- what came back on paper ---- */

static bool
read_witnesses(
    struct request *r, struct consent_witness_list *ret, struct err *e)
{
	struct sql_consent_witnesses_rows rows;

	if (!sql_consent_witnesses(r->house->db, r->arena, r->org->id,
		r->viewer->account, &rows, e))
		return false;
	*ret = (struct consent_witness_list){
	    NEW_N(r->arena, struct consent_witness, rows.n + 1), 0};
	if (ret->v == NULL)
		return err_set(e, ERR_LIMIT, "too many of the staff");
	for (size_t i = 0; i < rows.n; i++)
		ret->v[ret->n++] = (struct consent_witness){
		    rows.v[i].id, house_text(r->arena, r->org,
				      "account.name_enc", rows.v[i].name_enc)};
	return true;
}

static bool
paper_page(struct request *r, const struct asked_page *p, int64_t child,
    struct notice_paper_page *io, struct err *e)
{
	io->notice = p->notice;
	io->group = p->group;
	for (size_t i = 0; i < p->rows.n; i++)
		if (p->rows.v[i].child == child)
			io->row = &p->rows.v[i];
	if (io->row == NULL)
		return err_set(e, ERR_NOT_FOUND, "nobody of this list");
	if (!read_witnesses(r, &io->witnesses, e))
		return false;
	html_notice_paper(&r->view, io);
	return true;
}

static bool
paper_show(struct request *r, struct response *out, struct err *e)
{
	struct notice_paper_page page = {0};
	struct asked_page asked;
	struct choices choices;
	const struct grant *g;
	struct notice n;

	return begin(
		   r, request_query(r, "group"), &n, &choices, &asked, &g, e) &&
	       paper_page(r, &asked, r->id[1], &page, e) &&
	       respond_page(r, out, 200);
}

static void
read_paper(struct request *r, const struct asked_page *p,
    struct notice_paper_page *page, struct asked_paper *ret)
{
	page->signed_on = request_field(r, "signed");
	if (!num_i64(request_field(r, "who"), 1, INT64_MAX, &page->who))
		page->who = 0;
	if (!num_i64(request_field(r, "witness"), 1, INT64_MAX, &page->witness))
		page->witness = 0;
	*ret = (struct asked_paper){.group = p->group,
	    .child = r->id[1],
	    .guardian = page->who,
	    .witness = page->witness};
	if (!day_parse(page->signed_on, &ret->signed_on))
		ret->signed_on = -1;
}

static const char *
fault_of(enum asked_fault f)
{
	static const char *const text[] = {
	    [ASKED_DONE] = NULL,
	    [ASKED_NOBODY] = N_("Say who signed."),
	    [ASKED_DAY] = N_("Say on which day it was signed: not before this "
			     "version of the text, and not in the future."),
	    [ASKED_WITNESS] = N_("Say who else of the team saw the paper."),
	};

	return text[f];
}

static bool
paper_do(struct request *r, struct response *out, struct err *e)
{
	struct notice_paper_page page = {0};
	struct deed d = share_deed(r);
	enum asked_fault fault;
	struct asked_page asked;
	struct asked_paper p;
	struct choices choices;
	const struct grant *g;
	struct notice n;

	if (!begin(r, request_field(r, "group"), &n, &choices, &asked, &g, e))
		return false;
	read_paper(r, &asked, &page, &p);
	if (!asked_enter(&d, r->viewer, g, &n, &p, &fault, e))
		return false;
	if (fault != ASKED_DONE) {
		page.fault = fault_of(fault);
		return paper_page(r, &asked, p.child, &page, e) &&
		       member_again(r, out);
	}
	respond_notice(r, out, N_("The paper is entered."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/notice/%" PRId64 "/asked?group=%" PRId64,
		n.id, asked.group));
}

const struct route notice_asked_routes[] = {
    {HTTP_GET, "/notice/:id/asked", list_show, NEED_STAFF},
    {HTTP_GET, "/notice/:id/print", print_show, NEED_STAFF},
    {HTTP_GET, "/notice/:id/paper/:id", paper_show, NEED_STAFF},
    {HTTP_POST, "/notice/:id/paper/:id", paper_do, NEED_STAFF},
    {0},
};
