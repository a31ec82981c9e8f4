#include "web/voice.h"

#include <inttypes.h>

#include "sharing/viewer.h"
#include "web/share.h"
#include "web/veil.h"

bool
voice_load(
    struct request *r, int64_t post, struct face_voices *ret, struct err *e)
{
	struct deed d = share_deed(r);

	return face_voices(&d, post, viewer_is_director(r->viewer), ret, e);
}

bool
voice_any(const struct face_voice *v, bool heard)
{
	for (size_t i = 0; i < v->children.n; i++)
		if (v->children.v[i].heard == heard)
			return true;
	return false;
}

/* Those who are seen come ticked where nobody has said anything. */
bool
voice_ticked(const struct face_voice *v, enum voice_heard h)
{
	bool some = v->heard == VOICE_GONE || v->heard == VOICE_SOME ||
		    (v->heard == VOICE_UNKNOWN && voice_any(v, true));

	return h == (some ? VOICE_SOME : v->heard);
}

static bool
voice_do(struct request *r, struct response *out, struct err *e)
{
	struct deed d = share_deed(r);
	const struct face_voice *v;
	enum voice_heard heard = VOICE_GONE;
	struct face_voices all;
	const struct grant *g;
	const int64_t *child;
	size_t n;

	if (!share_post(r, r->id[0], PERMIT_EDIT, &g, e) ||
	    !voice_load(r, r->id[0], &all, e) ||
	    !veil_ids(r, S("child"), &child, &n, e))
		return false;
	v = face_voice_of(&all, r->id[1]);
	if (v == NULL || !voice_heard_of(request_field(r, "heard"), &heard) ||
	    heard == VOICE_GONE)
		return err_set(e, ERR_NOT_FOUND, "no such voice");
	if (!face_voice_say(&d, r->id[0], v, heard, child, n, e))
		return false;
	respond_notice(r, out,
	    N_("Noted: who may not hear one of them gets this video without "
	       "its sound."));
	if (str_eq(request_field(r, "from"), S("video")))
		return respond_see_other(r, out,
		    arena_fmt(r->arena, "/publish/%" PRId64 "/video/%" PRId64,
			r->id[0], r->id[1]));
	return respond_see_other(
	    r, out, arena_fmt(r->arena, "/publish/%" PRId64 "/send", r->id[0]));
}

const struct route voice_routes[] = {
    {HTTP_POST, "/publish/:id/video/:id/voice", voice_do, NEED_STAFF},
    {0},
};
