/* masks — what covers a face, chosen by the director; photos in which it could
 * not be drawn. */
#include <inttypes.h>

#include "faces/cover.h"
#include "html_faces.h"
#include "web/form.h"
#include "web/member.h"
#include "web/share.h"

/* clang-format off */
static const struct field_option shapes[] = {
	{ "round", N_("A rounded shape") },
	{ "oval", N_("A soft oval") },
	{ "cat", N_("A cat") },
	{ "bear", N_("A bear") },
	{ 0 },
};

static const struct field mask_fields[] = {
	{ "shape", N_("What covers a face"), NULL, FIELD_CHOICE,
	    .required = true, .options = shapes },
	{ 0 },
};
/* clang-format on */

static bool
masks_show(struct request *r, struct response *out, struct err *e)
{
	enum region_figure shape;
	struct form f;

	if (!cover_shape(r->house, r->arena, r->org->id, &shape, e))
		return false;
	form_start(mask_fields, &f);
	f.value[0] = str_c(cover_shape_word(shape));
	html_masks_page(&r->view, &f);
	return respond_page(r, out, 200);
}

static bool
masks_set(struct request *r, struct response *out, struct err *e)
{
	struct deed d = member_deed(r);
	enum region_figure was, shape = REGION_ROUND;
	struct form f;

	if (!form_read(r, mask_fields, &f) ||
	    !cover_shape_of(f.value[0], &shape)) {
		html_masks_page(&r->view, &f);
		return member_again(r, out);
	}
	if (!cover_shape(r->house, r->arena, r->org->id, &was, e))
		return false;
	if (shape != was && (!cover_shape_set(r->house, r->org->id, shape, e) ||
				!deed_note(&d, AUDIT_MASK_SHAPE,
				    &(struct deed_about){.kind = "organisation",
					.id = r->org->id,
					.detail = f.value[0]},
				    e)))
		return false;
	respond_notice(r, out, N_("The shape is kept."));
	return respond_see_other(r, out, S("/structure/masks"));
}

static bool
again_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !cover_again(&d, r->id[0], r->id[1], e))
		return false;
	respond_notice(r, out,
	    N_("The photo is tried once more. If it fails again, it comes back "
	       "to this list."));
	return respond_see_other(r, out, S("/today"));
}

/* clang-format off */
const struct route masks_routes[] = {
	{ HTTP_GET, "/structure/masks", masks_show, NEED_DIRECTOR },
	{ HTTP_POST, "/structure/masks", masks_set, NEED_DIRECTOR },
	{ HTTP_POST, "/publish/:id/faces/:id/again", again_do, NEED_STAFF },
	{ 0 },
};
/* clang-format on */
