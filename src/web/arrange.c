/* arrange — the order, the captions, and taking a photo out. */
#include <inttypes.h>

#include "base/num.h"
#include "html_publish.h"
#include "sharing/upload.h"
#include "web/publish.h"
#include "web/share.h"

enum { PHOTO_CAPTION, PHOTO_AT };
static const struct field photo_fields[] = {
    [PHOTO_CAPTION] = {"caption", N_("Caption"), NULL, FIELD_LINE,
	.max = PUBLISH_CAPTION_MAX},
    [PHOTO_AT] = {"at", N_("Place"), NULL, FIELD_NUMBER, .min = 1,
	.max = UPLOAD_PHOTOS_MAX},
    {0},
};

bool
arrange_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;
	struct album al;

	if (!publish_album(r, &g, &al, e))
		return false;
	html_arrange_page(&r->view, &al, 0, NULL);
	return respond_page(r, out, 200);
}

static bool
show_fault(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	const struct grant *g;
	struct album al;

	if (!publish_album(r, &g, &al, e))
		return false;
	html_arrange_page(&r->view, &al, r->id[1], f);
	out->rollback = true;
	return respond_page(r, out, 422);
}

static bool
see_photo(struct request *r, struct response *out, int64_t medium)
{
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/arrange#p%" PRId64,
		r->id[0], medium));
}

/* The caption is kept whichever button was pressed. */
bool
arrange_photo(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	enum move how;
	struct form f;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e))
		return false;
	if (!form_read(r, photo_fields, &f))
		return show_fault(r, out, &f, e);
	if (!medium_caption(&d, g, r->id[1], f.value[PHOTO_CAPTION], e))
		return false;
	if (move_of(request_field(r, "do"), &how) &&
	    (how != MOVE_TO || f.value[PHOTO_AT].n > 0) &&
	    !medium_move(&d, g, r->id[1], how, f.number[PHOTO_AT], e))
		return false;
	return see_photo(r, out, r->id[1]);
}

bool
arrange_remove(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !medium_delete(&d, g, r->id[1], e))
		return false;
	respond_notice(
	    r, out, N_("The photo is gone for good, for everybody."));
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/arrange", r->id[0]));
}
