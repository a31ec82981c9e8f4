/* video — one video: its page, its bytes by ranges, a copy to keep.  Each
 * answer with bytes begins with permit_medium, so that what was withdrawn ends
 * with the next range. */
#include "web/video.h"

#include <inttypes.h>

#include "base/num.h"
#include "html_family.h"
#include "sharing/looked.h"
#include "sql_medium.h"
#include "web/medium.h"
#include "web/share.h"

#define BEST 720
#define PHONE 480

/* ---- its page ---- */

static bool
load_lines(
    struct request *r, int64_t video, struct video_page *p, struct err *e)
{
	struct sql_medium_heights_rows rows;

	if (!sql_medium_heights(r->house->db, r->arena, video, &rows, e))
		return err_wrap(e, "medium %" PRId64, video);
	p->v = NEW_N(r->arena, struct video_lines, rows.n + 1);
	if (p->v == NULL)
		return err_set(e, ERR_LIMIT, "no room for a page");
	for (size_t i = 0; i < rows.n; i++) {
		p->v[p->n++] =
		    (struct video_lines){rows.v[i].side, rows.v[i].bytes};
		p->large = rows.v[i].side;
		if (p->phone == 0 || rows.v[i].side <= PHONE)
			p->phone = rows.v[i].side;
	}
	return true;
}

/* Of those that there are. */
static int64_t
chosen(struct request *r, const struct video_page *p)
{
	int64_t lines;

	if (!num_i64(request_query(r, "lines"), 1, INT32_MAX, &lines))
		return 0;
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].lines == lines)
			return lines;
	return 0;
}

bool
video_page(struct request *r, struct response *out,
    const struct photo_page *photo, struct err *e)
{
	struct video_page page = {.photo = photo};

	if (!load_lines(r, photo->photo->id, &page, e))
		return false;
	page.chosen = chosen(r, &page);
	html_video_page(&r->view, &page);
	return respond_page(r, out, 200);
}

/* ---- its bytes ---- */

/* A player asks for many parts of what it plays. */
static bool
note_view(struct request *r, const struct grant *g, struct err *e)
{
	struct deed d = share_deed(r);

	return !viewer_is_staff(r->viewer) ||
	       looked_note_once(
		   &d, AUDIT_MEDIUM_VIEWED, "medium", r->id[0], g, e);
}

static bool
video_show(struct request *r, struct response *out, struct err *e)
{
	const struct grant *g;

	if (!medium_is_lines(r->id[1]))
		return err_set(e, ERR_NOT_FOUND, "no such size");
	return share_medium(r, r->id[0], (int)r->id[1], PERMIT_SEE, &g, e) &&
	       note_view(r, g, e) && medium_picture(r, out, g, e);
}

static str
file_name(
    struct request *r, const struct album *al, const struct album_place *at)
{
	struct civil c = day_to_civil(al->day);

	return arena_fmt(r->arena,
	    "attachment; filename=\"video-%04d-%02d-%02d-%" PRId64 ".mp4\"",
	    (int)c.year, (int)c.month, (int)c.day, at->at);
}

/* A small video has no large rendition. */
static bool
best_lines(struct request *r, int *ret, struct err *e)
{
	struct video_page p = {0};

	if (!load_lines(r, r->id[0], &p, e))
		return false;
	*ret = p.n == 0 ? BEST : (int)p.large;
	return true;
}

bool
video_download(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct album_photo video;
	struct album_place at;
	const struct grant *g;
	struct album al;
	int lines;

	if (!best_lines(r, &lines, e) ||
	    !share_medium(r, r->id[0], lines, PERMIT_DOWNLOAD, &g, e) ||
	    !album_photo_load(
		r->house, r->arena, r->org, g, r->id[0], &al, &video, e) ||
	    !album_place(r->house, r->arena, g, r->viewer, r->id[0], r->now,
		r->today, &at, e) ||
	    !looked_note(
		&d, AUDIT_MEDIUM_DOWNLOADED, "medium", r->id[0], g, S(""), e) ||
	    !medium_answer(r, out, g, e))
		return false;
	respond_header(r, out, "Content-Disposition", file_name(r, &al, &at));
	respond_header(r, out, "Cache-Control", S("private, no-store"));
	return true;
}

const struct route video_routes[] = {
    {HTTP_GET, "/m/:id/video/:id", video_show, NEED_MEMBER, ROUTE_QUIET},
    {0},
};
