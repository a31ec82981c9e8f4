#include "web/share.h"

#include "custody/seal.h"
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
share_document(struct request *r, int64_t document, int64_t page, int side,
    const struct grant **ret, struct err *e)
{
	return permit_page(r->house, r->arena, r->viewer, document, page, side,
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

bool
share_origin(struct request *r, int64_t medium, struct err *e)
{
	struct deed d = share_deed(r);

	return custody_from(&d, medium, r->http->address, r->http->port, e);
}

bool
share_file_open(struct request *r, enum permit_want want,
    struct http_file_go *ret, int *ret_fd, struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;
	str name = r->http->n_file > 0 ? r->http->file[0].name : (str){0};

	return share_post(r, r->id[0], want, &g, e) &&
	       upload_open(&d, g, name, ret, ret_fd, e) &&
	       share_origin(r, (int64_t)ret->handle, e);
}

bool
share_files_end(struct request *r, enum permit_want want,
    const struct grant **ret_g, size_t count[UPLOAD_FATES], struct err *e)
{
	struct deed d = share_deed(r);
	const struct grant *g;

	if (!share_post(r, r->id[0], want, &g, e))
		return false;
	for (size_t i = 0; i < r->http->n_file; i++) {
		enum upload_fate fate;

		if (!upload_end(&d, g, &r->http->file[i], &fate, e))
			return false;
		count[fate]++;
	}
	*ret_g = g;
	return true;
}
