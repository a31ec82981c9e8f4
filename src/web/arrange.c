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

/* wrong: the photo whose form has a fault; 0 none. */
static bool
write_page(
    struct request *r, int64_t wrong, const struct form *f, struct err *e)
{
	struct stopped_note stopped;
	struct near_list near;
	const struct grant *g;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !stopped_note_load(r, &al, &stopped, e) ||
	    !near_of_post(r->house, r->arena, al.id, &near, e))
		return false;
	html_arrange_page(
	    &r->view, &(struct arrange_page){&al, &stopped, &near}, wrong, f);
	return true;
}

bool
arrange_show(struct request *r, struct response *out, struct err *e)
{
	return write_page(r, 0, NULL, e) && respond_page(r, out, 200);
}

static bool
show_fault(struct request *r, struct response *out, const struct form *f,
    struct err *e)
{
	if (!write_page(r, r->id[1], f, e))
		return false;
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
	bool not_again = request_field(r, "not-again").n > 0;
	struct photos_gone *gone = NEW(r->arena, struct photos_gone);
	const struct grant *g;

	if (gone == NULL)
		return err_set(e, ERR_LIMIT, "no room for a photo");
	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e))
		return false;
	if (medium_delete(&d, g, r->id[1], not_again, gone, e)) {
		share_photos_go(out, gone);
		respond_notice(r, out,
		    not_again ? N_("The photo is gone for good, for everybody, "
				   "and is held should it come back.")
			      : N_("The photo is gone for good, for "
				   "everybody."));
	} else if (e->kind == ERR_CONFLICT) {
		out->rollback = true;
		respond_notice(r, out, publish_waits);
	} else {
		return false;
	}
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/arrange", r->id[0]));
}
