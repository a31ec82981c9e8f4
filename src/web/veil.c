/* veil — the page on which the team asks to mask somebody all through a video,
 * looks at what became of it, and lets it be shown. */
#include "web/veil.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_veil.h"
#include "sql_medium.h"
#include "sql_veil.h"
#include "web/medium.h"
#include "web/publish.h"
#include "web/share.h"

#define PLAYED 480 /* lines: enough to see a face, and sent fast */
#define AT_MOST_MS 86400000

str
veil_seconds(struct view *v, int64_t ms)
{
	return arena_fmt(
	    v->arena, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
}

static bool
see(struct request *r, struct response *out)
{
	return respond_see_other(r, out,
	    arena_fmt(r->arena, "/publish/%" PRId64 "/video/%" PRId64, r->id[0],
		r->id[1]));
}

static bool
may_edit(struct request *r, struct err *e)
{
	const struct grant *g;

	return share_post(r, r->id[0], PERMIT_EDIT, &g, e);
}

/* ---- the page ---- */

static bool
load_lines(struct request *r, struct veil_page *p, struct err *e)
{
	struct sql_veil_heights_rows rows;

	if (p->veil->state != VEIL_DRAWN && p->veil->state != VEIL_SHOWN)
		return true;
	if (!sql_veil_heights(r->house->db, r->arena, p->video, &rows, e))
		return err_wrap(e, "video %" PRId64, p->video);
	for (size_t i = 0; i < rows.n; i++)
		if (p->lines == 0 || rows.v[i].side <= MEDIUM_VEILED(PLAYED))
			p->lines = rows.v[i].side - MEDIUM_VEILED(0);
	return true;
}

static bool
load(struct request *r, const struct album *al, struct face_veil *veil,
    struct veil_page *p, struct err *e)
{
	struct sql_medium_for_page_row m;
	struct deed d = share_deed(r);
	struct face_voices voices;

	if (!voice_load(r, al->id, &voices, e) ||
	    !face_veil(&d, al->id, r->id[1], veil, e) ||
	    !sql_medium_for_page(r->house->db, r->arena, r->id[1], &m, e))
		return false;
	*p = (struct veil_page){.album = al,
	    .video = r->id[1],
	    .at = publish_place(al, r->id[1]),
	    .width = m.width,
	    .height = m.height,
	    .veil = veil,
	    .voice = face_voice_of(&voices, r->id[1])};
	if (!num_i64(request_query(r, "at"), 0, AT_MOST_MS, &p->from_ms))
		p->from_ms = 0;
	return load_lines(r, p, e);
}

static bool
veil_show(struct request *r, struct response *out, struct err *e)
{
	struct face_veil veil;
	const struct grant *g;
	struct veil_page p;
	struct album al;

	if (!publish_album(r, &g, &al, e) || !load(r, &al, &veil, &p, e))
		return false;
	html_veil_page(&r->view, &p);
	return respond_page(r, out, 200);
}

/* What is masked and nobody has looked at yet, for who has to. */
static bool
veil_play(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;

	if (!medium_is_lines(r->id[1]))
		return err_set(e, ERR_NOT_FOUND, "no such size");
	return share_medium(r, r->id[0], (int)MEDIUM_VEILED(r->id[1]),
		   PERMIT_VEILED, &g, e) &&
	       medium_note_view(r, r->id[0], g, e) &&
	       medium_picture(r, out, g, e);
}

/* ---- what is asked ---- */

bool
veil_ids(struct request *r, str name, const int64_t **ret, size_t *ret_n,
    struct err *e)
{
	int64_t *v = NEW_N(r->arena, int64_t, r->http->n_form + 1);
	size_t n = 0;

	if (v == NULL)
		return err_set(e, ERR_LIMIT, "too many fields");
	for (size_t i = 0; i < r->http->n_form; i++)
		if (str_eq(r->http->form[i].name, name) &&
		    num_i64(r->http->form[i].value, 1, INT64_MAX, &v[n]))
			n++;
	*ret = v;
	*ret_n = n;
	return true;
}

static bool
mask_do(struct request *r, struct response *out, struct err *e)
{
	struct veil_choice c = {.silent = request_field(r, "silent").n > 0};
	const struct face_voice *voice;
	struct face_voices voices;
	struct deed d = share_deed(r);

	if (!may_edit(r, e) ||
	    !veil_ids(r, S("child"), &c.child, &c.n_child, e) ||
	    !veil_ids(r, S("grey"), &c.grey, &c.n_grey, e) ||
	    !voice_load(r, r->id[0], &voices, e))
		return false;
	/* Who may not see a child may not hear another either. */
	voice = face_voice_of(&voices, r->id[1]);
	c.silent |= voice != NULL && voice->silent;
	if (!face_veil_ask(&d, r->id[0], r->id[1], &c, e))
		return false;
	respond_notice(r, out,
	    N_("Asked. It takes about as long as the video, sometimes longer; "
	       "then somebody has to look at it."));
	return see(r, out);
}

static bool
show_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	int64_t round = 0;

	if (!may_edit(r, e))
		return false;
	if (!num_i64(request_field(r, "round"), 1, INT64_MAX, &round) ||
	    !face_veil_show(&d, r->id[0], r->id[1], round, e)) {
		if (round != 0 && e->kind != ERR_CONFLICT)
			return false;
		out->rollback = true;
		respond_notice(r, out,
		    N_("It was asked for anew meanwhile: look at it again."));
		return see(r, out);
	}
	respond_notice(r, out,
	    N_("Noted. Who may not see them gets the masked video, everybody "
	       "else the video as it is."));
	return see(r, out);
}

static bool
hide_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);

	if (!may_edit(r, e) || !face_veil_hide(&d, r->id[0], r->id[1], e))
		return false;
	respond_notice(r, out,
	    N_("The masked video is not shown any more. Who may not see "
	       "somebody in it gets nothing of it."));
	return see(r, out);
}

static bool
poster_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	int64_t still = 0;

	if (!num_i64(request_field(r, "still"), 1, INT64_MAX, &still))
		still = 0;
	return may_edit(r, e) &&
	       face_poster(&d, r->id[0], r->id[1], still, e) && see(r, out);
}

const struct route veil_routes[] = {
    {HTTP_GET, "/publish/:id/video/:id", veil_show, NEED_STAFF},
    {HTTP_GET, "/m/:id/masked/:id", veil_play, NEED_STAFF, ROUTE_QUIET},
    {HTTP_POST, "/publish/:id/video/:id/mask", mask_do, NEED_STAFF},
    {HTTP_POST, "/publish/:id/video/:id/show", show_do, NEED_STAFF},
    {HTTP_POST, "/publish/:id/video/:id/hide", hide_do, NEED_STAFF},
    {HTTP_POST, "/publish/:id/video/:id/poster", poster_do, NEED_STAFF},
    {0},
};
