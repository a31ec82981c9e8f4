/* mask — « hide this face »: two taps on a published photo, for guardians and
 * staff. */
#include <inttypes.h>

#include "base/num.h"
#include "html_faces.h"
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

static bool
mask_show(struct request *r, struct response *out, struct err *e)
{
	struct mask_page page = {.post = r->id[0], .medium = r->id[1]};
	struct album_photo photo;

	if (!may_ask(r, &photo, e))
		return false;
	if (photo.document) /* a page is not asked about from here */
		return err_set(e, ERR_NOT_FOUND, "a document");
	page.video = photo.video;
	faces_fit(
	    &photo, FACES_TAP_WIDE, FACES_TAP_TALL, &page.width, &page.height);
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
after(struct request *r, bool video)
{
	if (video)
		return arena_fmt(r->arena, "/album/%" PRId64, r->id[0]);
	return arena_fmt(
	    r->arena, "/album/%" PRId64 "/photo/%" PRId64, r->id[0], r->id[1]);
}

static bool
mask_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct mask_page page = {.post = r->id[0], .medium = r->id[1]};
	struct album_photo photo;
	int64_t x, y;

	if (!may_ask(r, &photo, e))
		return false;
	page.video = photo.video;
	faces_fit(
	    &photo, FACES_TAP_WIDE, FACES_TAP_TALL, &page.width, &page.height);
	if (!read_place(r, &page, &x, &y))
		return mask_fault(r, out, &page,
		    N_("Tap the middle of the face that is to be hidden, or "
		       "give its place in hundredths."));
	if (mask_ask(&d, r->id[0], r->id[1], x, y, faces_part(r), e)) {
		respond_notice(r, out, asked(page.video));
		return respond_see_other(r, out, after(r, page.video));
	}
	return e->kind == ERR_LIMIT
		   ? mask_fault(r, out, &page,
			 N_("You have asked for many masks on this photo "
			    "already. The team looks at them first."))
		   : false;
}

/* clang-format off */
const struct route mask_routes[] = {
	{ HTTP_GET, "/album/:id/photo/:id/mask", mask_show, NEED_MEMBER },
	{ HTTP_POST, "/album/:id/photo/:id/mask", mask_do, NEED_MEMBER },
	{ 0 },
};
/* clang-format on */
