/* faces_wait — which albums wait for a person's look, and for whose an album
 * does.  Permit says of each whether it is this person's to know of. */
#include "html_faces.h"
#include "sharing/viewer.h"
#include "web/faces.h"
#include "web/share.h"

static bool
may_edit(struct request *r, const struct viewer *v, int64_t post, bool *ret,
    struct err *e)
{
	const struct grant *g;

	*ret = permit_post(
	    r->house, r->arena, v, post, PERMIT_EDIT, r->now, r->today, &g, e);
	return *ret || e->kind == ERR_NOT_FOUND;
}

bool
faces_waits(struct request *r, struct face_waits *ret, struct err *e)
{
	struct deed d = share_deed(r);
	struct face_waits l;
	size_t n = 0;
	bool may;

	if (!face_waiting(&d, viewer_is_director(r->viewer), &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		if (!may_edit(r, r->viewer, l.v[i].post, &may, e))
			return false;
		if (may)
			l.v[n++] = l.v[i];
	}
	l.n = n;
	*ret = l;
	return true;
}

static bool
is_one(
    struct request *r, int64_t account, int64_t post, bool *ret, struct err *e)
{
	struct viewer *v;

	*ret = false;
	if (account == r->viewer->account)
		return true;
	return viewer_load(
		   r->house, r->arena, r->org, account, r->today, &v, e) &&
	       may_edit(r, v, post, ret, e);
}

bool
faces_lookers(struct request *r, int64_t post, str *ret, struct err *e)
{
	struct deed d = share_deed(r);
	struct face_lookers l;
	str names = S("");
	bool may;

	if (!face_lookers(&d, post, &l, e))
		return false;
	for (size_t i = 0; i < l.n; i++) {
		if (!is_one(r, l.v[i].account, post, &may, e))
			return false;
		if (may)
			names =
			    arena_fmt(r->arena, "%.*s%s%.*s", STR_ARG(names),
				names.n > 0 ? ", " : "", STR_ARG(l.v[i].name));
	}
	*ret = names;
	return true;
}
