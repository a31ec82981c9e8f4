/* notice — a family reads a notice and says so, or signs it; the list of them,
 * for the team too. */
#include "web/notice.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_notice.h"
#include "sql_notice.h"
#include "web/member.h"
#include "web/share.h"

#define LINES 20

bool
notice_of(struct request *r, enum permit_want want, const struct grant **ret_g,
    struct notice *ret, struct err *e)
{
	struct deed d = share_deed(r);

	return share_post(r, r->id[0], want, ret_g, e) &&
	       notice_load(&d, *ret_g, ret, e);
}

/* ---- all of them ---- */

/* One of the candidates, if it is for this viewer. */
static bool
add_line(
    struct request *r, int64_t post, struct notices_page *io, struct err *e)
{
	struct deed d = share_deed(r);
	struct notice_line *l = &io->v[io->n];
	const struct grant *g;

	if (!share_post(r, post, PERMIT_NOTICE, &g, e))
		return e->kind == ERR_NOT_FOUND;
	io->n++;
	return notice_load(&d, g, &l->notice, e) &&
	       asked_mine(&d, r->viewer, g, &l->notice, &l->mine, e);
}

static bool
list_show(struct request *r, struct response *out, struct err *e)
{
	struct sql_notice_list_rows rows;
	struct notices_page page = {0};
	str asked = request_query(r, "before");
	int64_t before = INT64_MAX;

	if (asked.n > 0 && !num_i64(asked, 1, INT64_MAX, &before))
		return err_set(e, ERR_NOT_FOUND, "no such page of notices");
	if (!sql_notice_list(r->house->db, r->arena, r->org->id, before,
		LINES + 1, &rows, e))
		return false;
	page.v = NEW_N(r->arena, struct notice_line, LINES + 1);
	if (page.v == NULL)
		return err_set(e, ERR_LIMIT, "too many notices");
	for (size_t i = 0; i < rows.n && i < LINES; i++)
		if (!add_line(r, rows.v[i].post, &page, e))
			return false;
	if (rows.n > LINES)
		page.next = rows.v[LINES - 1].post;
	html_notice_list(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- one ---- */

static bool
one_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct notice_page page;
	struct asked_mine mine;
	const struct grant *g;
	struct notice n;

	if (!notice_of(r, PERMIT_NOTICE, &g, &n, e) ||
	    !asked_mine(&d, r->viewer, g, &n, &mine, e))
		return false;
	page = (struct notice_page){&n, &mine,
	    permit_decide(
		r->viewer, grant_facts(g), r->now, PERMIT_NOTICE_EDIT)};
	r->view.about = arena_fmt(r->arena, "/report/post/%" PRId64, n.id);
	html_notice_page(&r->view, &page);
	return respond_page(r, out, 200);
}

static bool
one_answer(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	uint8_t digest[NOTICE_DIGEST_BYTES];
	const struct grant *g;
	struct notice n;
	bool second, noted = false;

	if (!notice_of(r, PERMIT_NOTICE, &g, &n, e) ||
	    !member_second(r, &second, e))
		return false;
	if (!num_hex(request_field(r, "text"), digest, sizeof(digest)))
		memset(digest, 0, sizeof(digest));
	if (!asked_answer(&d, r->viewer, g, &n,
		(str){(const char *)digest, sizeof(digest)}, second, &noted, e))
		return false;
	if (!noted)
		respond_notice(r, out,
		    N_("Nothing was noted: the text has changed meanwhile. "
		       "Please read it again."));
	else
		respond_notice(r, out,
		    n.is.sign ? N_("Your signature is noted.")
			      : N_("It is noted that you have read it."));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/notice/%" PRId64, n.id));
}

const struct route notice_routes[] = {
    {HTTP_GET, "/notices", list_show, NEED_MEMBER},
    {HTTP_GET, "/notice/:id", one_show, NEED_MEMBER},
    {HTTP_POST, "/notice/:id", one_answer, NEED_FAMILY},
    {0},
};
