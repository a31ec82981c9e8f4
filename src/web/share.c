#include "web/share.h"

#include "sharing/viewer.h"

struct deed
share_deed(const struct request *r)
{
	return (struct deed){.house = r->house,
	    .arena = r->arena,
	    .org = r->org,
	    .actor = r->viewer->account,
	    .now = r->now,
	    .today = r->today};
}

bool
share_post(struct request *r, int64_t post, enum permit_want want,
    const struct grant **ret, struct err *e)
{
	return permit_post(r->house, r->arena, r->viewer, post, want, r->now,
	    r->today, ret, e);
}

bool
share_medium(struct request *r, int64_t medium, int side, enum permit_want want,
    const struct grant **ret, struct err *e)
{
	return permit_medium(r->house, r->arena, r->viewer, medium, side, want,
	    r->now, r->today, ret, e);
}

bool
share_photo_page(struct request *r, int64_t medium, int side,
    const struct grant **ret, struct err *e)
{
	return permit_medium_page(r->house, r->arena, r->viewer, medium, side,
	    r->now, r->today, ret, e);
}

static bool
files_go(struct request *r, const void *what, struct err *e)
{
	struct deed d = share_deed(r);

	return photos_gone(&d, what, e);
}

void
share_photos_go(struct response *out, const struct photos_gone *gone)
{
	out->after = files_go;
	out->what = gone;
}
