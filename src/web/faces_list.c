/* faces_list — who refuses, to take along: on paper, or open on a phone where
 * there is no network.  Names and words, no picture. */
#include "base/num.h"
#include "base/zone.h"
#include "html_faces.h"
#include "sharing/viewer.h"
#include "web/faces.h"
#include "web/publish.h"
#include "web/share.h"

#define FAR_DAYS 400 /* a day no further away than this */

/* A page that is only read has no transaction of its own. */
static bool
note_list(struct request *r, const char *kind, int64_t group, struct err *e)
{
	struct deed d = share_deed(r);
	struct deed_about about = {
	    .kind = kind, .id = r->id[0], .group = group};

	if (!db_begin(r->house->db, e))
		return false;
	if (deed_note(&d, AUDIT_ROSTER_VIEWED, &about, e) &&
	    db_commit(r->house->db, e))
		return true;
	db_rollback(r->house->db);
	return false;
}

static bool
write_list(struct request *r, struct response *out, struct faces_list *p)
{
	for (size_t i = 0; i < p->children->n; i++)
		p->masked += face_is_masked(p->children->v[i].leave);
	html_faces_list_page(&r->view, p);
	/* To be read where there is no network, the day that it is of; where
	 * there is one, web/ts/kept.ts asks again. */
	respond_header(r, out, "Cache-Control", S("private, max-age=43200"));
	return respond_page(r, out, 200);
}

static int64_t
day_asked(struct request *r)
{
	int64_t day;

	if (!day_parse(request_query(r, "day"), &day) ||
	    day < r->today - FAR_DAYS || day > r->today + FAR_DAYS)
		return r->today;
	return day;
}

bool
faces_list_group(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct face_children children;
	struct faces_list p = {
	    .group = r->id[0], .day = day_asked(r), .children = &children};

	return face_group(&d, p.group, p.day, viewer_is_director(r->viewer),
		   &p.title, &children, e) &&
	       note_list(r, "group", p.group, e) && write_list(r, out, &p);
}

bool
faces_list_album(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	struct face_children children;
	struct faces_list p = {.post = r->id[0], .children = &children};
	const struct grant *g;
	struct album al;

	if (!publish_album(r, &g, &al, e) ||
	    !face_roster(&d, al.id, viewer_is_director(r->viewer),
		al.n_video > 0 ? CONSENT_VIDEO : CONSENT_PHOTO, &children, e) ||
	    !note_list(r, "post", 0, e))
		return false;
	p.title = al.title;
	p.day = al.day;
	return write_list(r, out, &p);
}
