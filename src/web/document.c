/* document — one document: its page, the pictures of its pages, a copy to keep.
 * Each answer with bytes begins with leave, so that what was withdrawn ends
 * with the next page. */
#include "web/document.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_document.h"
#include "sharing/looked.h"
#include "web/medium.h"
#include "web/share.h"

#define SHOWN 1024
#define THUMB 320

/* ---- its page ---- */

str
document_words(struct view *v, int64_t at, int64_t of, str caption, str album)
{
	const str arg[] = {arena_i64(v->arena, at), arena_i64(v->arena, of),
	    caption.n > 0 ? caption : album};

	return lang_fill(
	    v->arena, lang_text(v->lang, N_("Document %1 of %2: %3")), arg, 3);
}

/* Another number is the first page. */
static int64_t
chosen(struct request *r, int64_t pages)
{
	int64_t page;

	return num_i64(request_query(r, "page"), 1, pages, &page) ? page : 1;
}

/* Its size; none while a box on it is drawn. */
static bool
measure(struct request *r, struct document_show *p, struct err *e)
{
	const struct grant *g;

	if (!share_document(r, p->photo->photo->id, p->page - 1, SHOWN, &g, e))
		return e->kind == ERR_BUSY;
	p->width = grant_blob(g)->width;
	p->height = grant_blob(g)->height;
	return true;
}

static bool
read_text(struct request *r, struct document_show *p, struct err *e)
{
	const struct grant *g;

	p->query = str_trim(request_query(r, "q"));
	return share_medium(
		   r, p->photo->photo->id, MEDIUM_TEXT, PERMIT_SEE, &g, e) &&
	       document_page(
		   r->house, r->arena, r->org, g, p->page - 1, &p->text, e) &&
	       document_find(
		   r->house, r->arena, r->org, g, p->query, &p->found, e);
}

/* Of a family once; of the team each time, in the register. */
static bool
note(struct request *r, struct document_show *p, struct err *e)
{
	struct deed d = share_deed(r);
	int64_t id = p->photo->photo->id;

	p->family = !viewer_is_staff(r->viewer);
	return p->family ? document_note_opened(&d, id, e)
			 : document_readers(&d, id, &p->readers, e);
}

bool
document_show(struct request *r, struct response *out,
    const struct photo_page *photo, struct err *e)
{
	struct document_show page = {.photo = photo};

	if (!document_facts(
		r->house, r->arena, photo->photo->id, &page.facts, e))
		return false;
	page.page = chosen(r, page.facts.pages);
	if (!measure(r, &page, e) || !read_text(r, &page, e) ||
	    !note(r, &page, e))
		return false;
	html_document_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- its bytes ---- */

static bool
page_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;

	if (r->id[2] != THUMB && r->id[2] != SHOWN && r->id[2] != 2 * SHOWN)
		return err_set(e, ERR_NOT_FOUND, "no such size");
	if (!share_document(r, r->id[0], r->id[1] - 1, (int)r->id[2], &g, e))
		return e->kind == ERR_BUSY && medium_drawing(r, out);
	return medium_picture(r, out, g, e) &&
	       (r->id[2] == THUMB || medium_note_view(r, r->id[0], g, e));
}

static str
file_name(
    struct request *r, const struct album *al, const struct album_place *at)
{
	struct civil c = day_to_civil(al->day);

	return arena_fmt(r->arena,
	    "attachment; filename=\"document-%04d-%02d-%02d-%" PRId64 ".pdf\"",
	    (int)c.year, (int)c.month, (int)c.day, at->at);
}

bool
document_download(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct album_photo document;
	struct album_place at;
	const struct grant *g;
	struct album al;

	if (!share_medium(r, r->id[0], MEDIUM_PDF, PERMIT_DOWNLOAD, &g, e) ||
	    !album_photo_load(
		r->house, r->arena, r->org, g, r->id[0], &al, &document, e) ||
	    !album_place(r->house, r->arena, g, r->viewer, r->id[0], r->now,
		r->today, &at, e) ||
	    !medium_answer(r, out, g, e) || /* before the note */
	    !looked_note(
		&d, AUDIT_MEDIUM_DOWNLOADED, "medium", r->id[0], g, S(""), e))
		return false;
	respond_header(r, out, "Content-Disposition", file_name(r, &al, &at));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}

const struct route document_routes[] = {
    {HTTP_GET, "/m/:id/page/:id/:id", page_show, NEED_MEMBER, ROUTE_QUIET},
    {0},
};
