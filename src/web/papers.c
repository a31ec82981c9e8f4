/* papers — the picture of a form that somebody signed: seen by who signed, the
 * directors and the witness; directors add it and take it away. */
#include "web/papers.h"

#include <inttypes.h>

#include "html_papers.h"
#include "sharing/looked.h"
#include "sharing/publish.h"
#include "sharing/upload.h"
#include "web/medium.h"
#include "web/member.h"
#include "web/publish.h"
#include "web/share.h"

const char *
paper_reason(str word)
{
	if (str_eq(word, S("unknown")))
		return N_("This is no picture that can be read here. A PDF "
			  "cannot be attached yet: photograph each page, or "
			  "save it as JPEG, PNG or HEIC.");
	return publish_reason(word);
}

static bool
see_paper(struct request *r, struct response *out)
{
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/paper/%" PRId64, r->id[0]));
}

/* Where each of those who may see it comes from. */
static str
back_of(const struct request *r, const struct paper *p)
{
	if (viewer_is_director(r->viewer))
		return arena_fmt(
		    r->arena, "/roster/child/%" PRId64 "/consents", p->child);
	if (viewer_is_staff(r->viewer))
		return S("/second");
	return arena_fmt(r->arena, "/consent/%" PRId64 "/proofs", p->child);
}

static bool
paper_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct paper_page page = {0};
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_PAPER, &g, e) ||
	    !paper_load(&d, g, &page.paper, e))
		return false;
	page.may_edit =
	    permit_decide(r->viewer, grant_facts(g), r->now, PERMIT_PAPER_EDIT);
	page.back = back_of(r, &page.paper);
	html_paper_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* Whoever of the team looks is written down, whatever the size. */
static bool
scan_show(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (r->id[1] != 1024 && r->id[1] != 2048)
		return err_set(e, ERR_NOT_FOUND, "no such size");
	if (!share_medium(r, r->id[0], (int)r->id[1], PERMIT_PAPER, &g, e))
		return false;
	if (viewer_is_staff(r->viewer) && !looked_note(&d, AUDIT_PAPER_VIEWED,
					      "medium", r->id[0], g, S(""), e))
		return false;
	return medium_picture(r, out, g, e);
}

/* ---- adding ---- */

static bool
scan_open(struct request *r, struct http_file_go *ret, int *ret_fd,
    struct response *out, struct err *e)
{
	(void)out;
	return share_file_open(r, PERMIT_PAPER_EDIT, ret, ret_fd, e);
}

/* The worst of them. */
static const char *
said(const size_t count[UPLOAD_FATES])
{
	static const struct {
		enum upload_fate fate;
		const char *text;
	} table[] = {
	    {UPLOAD_FAILED,
		N_("A file could not be kept: our storage did not answer.")},
	    {UPLOAD_TOO_BIG,
		N_("A file is larger than 40 MB and was left out.")},
	    {UPLOAD_CUT, N_("A file did not arrive whole. Send it again.")},
	    {UPLOAD_TWICE, N_("This picture is here already.")},
	    {UPLOAD_QUEUED,
		N_("The picture has arrived and is being prepared. Open this "
		   "page again in a moment.")},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (count[table[i].fate] > 0)
			return table[i].text;
	return N_("Choose at least one picture.");
}

static bool
scans_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	size_t count[UPLOAD_FATES] = {0};
	const struct grant *g;

	if (!share_files_end(r, PERMIT_PAPER_EDIT, &g, count, e))
		return false;
	if (count[UPLOAD_QUEUED] > 0 &&
	    !looked_note(&d, AUDIT_PAPER_ADDED, "post", r->id[0], g, S(""), e))
		return false;
	respond_notice(r, out, said(count));
	return see_paper(r, out);
}

static bool
remove_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct photos_gone *gone = NEW(r->arena, struct photos_gone);
	const struct grant *g;

	if (gone == NULL)
		return err_set(e, ERR_LIMIT, "no room for a picture");
	if (!share_post(r, r->id[0], PERMIT_PAPER_EDIT, &g, e))
		return false;
	if (medium_delete(&d, g, r->id[1], false, gone, e)) {
		share_photos_go(out, gone);
		respond_notice(r, out, N_("The picture is gone for good."));
	} else if (e->kind == ERR_CONFLICT) {
		out->rollback = true;
		respond_notice(r, out, publish_waits);
	} else {
		return false;
	}
	return see_paper(r, out);
}

const struct route papers_routes[] = {
    {HTTP_GET, "/paper/:id", paper_show, NEED_MEMBER},
    {HTTP_GET, "/paper/scan/:id/:id", scan_show, NEED_MEMBER, ROUTE_QUIET},
    {HTTP_POST, "/paper/:id/scans", scans_do, NEED_DIRECTOR, ROUTE_REPEATABLE,
	scan_open},
    {HTTP_POST, "/paper/:id/scans/:id/remove", remove_do, NEED_DIRECTOR},
    {0},
};
