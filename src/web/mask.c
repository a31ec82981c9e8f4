/* mask — « hide this face »: two taps on a published photo or on the page of a
 * document, or a part of a video, for guardians and staff. */
#include <inttypes.h>

#include "base/num.h"
#include "html_faces.h"
#include "sql_medium.h"
#include "web/faces.h"
#include "web/share.h"

static bool
may_ask(struct request *r, struct album_photo *ret, struct err *e)
{
	const struct grant *g;
	struct album al;

	if (r->viewer->kind != VIEWER_GUARDIAN && !viewer_is_staff(r->viewer))
		return err_set(e, ERR_NOT_FOUND, "not for relatives");
	if (!share_photo_page(r, r->id[1], FACES_SHOWN, &g, e))
		return false;
	if (grant_post(g) != r->id[0])
		return err_set(e, ERR_NOT_FOUND, "not in this album");
	return album_photo_load(
	    r->house, r->arena, r->org, g, r->id[1], &al, ret, e);
}

/* The page of a document, and its proportions, which are its own. */
static bool
load_sheet(struct request *r, struct mask_page *page, struct album_photo *photo,
    struct err *e)
{
	struct sql_medium_stills_rows l;
	str word = r->http->method == HTTP_POST ? request_field(r, "page")
						: request_query(r, "page");

	if (!sql_medium_stills(r->house->db, r->arena, photo->id, &l, e))
		return err_wrap(e, "medium %" PRId64, photo->id);
	page->pages = (int64_t)l.n;
	if (!num_i64(word, 1, page->pages, &page->page))
		page->page = 1;
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].at_ms == page->page - 1) {
			photo->width = l.v[i].width;
			photo->height = l.v[i].height;
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "no such page");
}

static bool
load(struct request *r, struct mask_page *ret, struct err *e)
{
	struct mask_page page = {.post = r->id[0], .medium = r->id[1]};
	struct album_photo photo;

	if (!may_ask(r, &photo, e) ||
	    (photo.document && !load_sheet(r, &page, &photo, e)))
		return false;
	page.video = photo.video;
	page.length = photo.duration_ms;
	faces_fit(
	    &photo, FACES_TAP_WIDE, FACES_TAP_TALL, &page.width, &page.height);
	*ret = page;
	return true;
}

static bool
mask_show(struct request *r, struct response *out, struct err *e)
{
	struct mask_page page;

	if (!load(r, &page, e))
		return false;
	html_mask_page(&r->view, &page, NULL);
	return respond_page(r, out, 200);
}

static bool
mask_fault(struct request *r, struct response *out, struct mask_page *page,
    const char *fault)
{
	html_mask_page(&r->view, page, fault);
	out->rollback = true;
	return respond_page(r, out, 422);
}

static bool
read_place(struct request *r, const struct mask_page *p, int64_t *x, int64_t *y)
{
	int64_t across, down;

	if (num_i64(request_field(r, "across"), 0, 100, &across) &&
	    num_i64(request_field(r, "down"), 0, 100, &down)) {
		*x = across * (REGION_UNITS - 1) / 100;
		*y = down * (REGION_UNITS - 1) / 100;
		return true;
	}
	return faces_tap(r, p->width, p->height, x, y);
}

/* « 75 » or « 1:15 », in ms. */
static bool
read_clock(str word, int64_t *ret)
{
	int64_t minutes = 0, seconds;
	str first, last = str_trim(word);

	if (!str_cut(&last, ':', &first))
		last = first;
	else if (!num_i64(first, 0, 600, &minutes))
		return false;
	if (!num_i64(last, 0, 36000, &seconds))
		return false;
	*ret = (minutes * 60 + seconds) * 1000;
	return true;
}

static const char *
asked(bool video)
{
	return video ? N_("Asked. Nobody sees the video from now on, until the "
			  "team has decided.")
		     : N_("Asked. The face is hidden from now on, until the "
			  "team has decided.");
}

/* A video that is hidden has no page for a family. */
static str
after(struct request *r, const struct mask_page *p)
{
	if (p->video)
		return arena_fmt(r->arena, "/album/%" PRId64, p->post);
	if (p->page != 0)
		return arena_fmt(r->arena,
		    "/album/%" PRId64 "/photo/%" PRId64 "?page=%" PRId64,
		    p->post, p->medium, p->page);
	return arena_fmt(
	    r->arena, "/album/%" PRId64 "/photo/%" PRId64, p->post, p->medium);
}

static bool
mask_done(struct request *r, struct response *out, struct mask_page *page,
    bool done, struct err *e)
{
	if (done) {
		respond_notice(r, out, asked(page->video));
		return respond_see_other(r, out, after(r, page));
	}
	return e->kind == ERR_LIMIT
		   ? mask_fault(r, out, page,
			 N_("You have asked for many masks on this photo "
			    "already. The team looks at them first."))
		   : false;
}

/* A part of a video by its times. */
static bool
span_do(struct request *r, struct response *out, struct mask_page *page,
    struct err *e)
{
	struct deed d = share_deed(r);
	int64_t from, until;

	if (!read_clock(request_field(r, "from"), &from) ||
	    !read_clock(request_field(r, "until"), &until) || until < from ||
	    (page->length != DB_NULL && from > page->length))
		return mask_fault(r, out, page,
		    N_("Say from when to when, in minutes and seconds: from "
		       "0:12 to 0:20."));
	return mask_done(r, out, page,
	    mask_ask_span(&d, page->post, page->medium, from, until, e), e);
}

static bool
mask_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct mask_page page;
	int64_t x, y;
	bool done;

	if (!load(r, &page, e))
		return false;
	if (page.video && request_field(r, "span").n > 0)
		return span_do(r, out, &page, e);
	if (!read_place(r, &page, &x, &y))
		return mask_fault(r, out, &page,
		    N_("Tap the middle of the face that is to be hidden, or "
		       "give its place in hundredths."));
	done = page.page != 0 ? mask_ask_page(&d, page.post, page.medium,
				    page.page - 1, x, y, faces_part(r), e)
			      : mask_ask(&d, page.post, page.medium, x, y,
				    faces_part(r), e);
	return mask_done(r, out, &page, done, e);
}

/* clang-format off */
const struct route mask_routes[] = {
	{ HTTP_GET, "/album/:id/photo/:id/mask", mask_show, NEED_MEMBER },
	{ HTTP_POST, "/album/:id/photo/:id/mask", mask_do, NEED_MEMBER },
	{ 0 },
};
/* clang-format on */
