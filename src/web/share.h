/* share — the two steps that every page of photos begins with. */
#ifndef WEB_SHARE_H
#define WEB_SHARE_H

#include "people/deed.h"
#include "sharing/permit.h"
#include "sharing/publish.h"
#include "sharing/upload.h"
#include "web/web.h"

struct deed share_deed(const struct request *);

/* Leave, by permit.h, for the viewer of this request. */
bool share_post(struct request *, int64_t post, enum permit_want,
    const struct grant **ret, struct err *) MUST_USE;
bool share_medium(struct request *, int64_t medium, int side, enum permit_want,
    const struct grant **ret, struct err *) MUST_USE;
/* One page of a document, from 0. */
bool share_document(struct request *, int64_t document, int64_t page, int side,
    const struct grant **ret, struct err *) MUST_USE;
/* The page around a photo; the picture in it asks for its own leave. */
bool share_photo_page(struct request *, int64_t medium, int side,
    const struct grant **ret, struct err *) MUST_USE;

/* What was taken away leaves the disk once that is committed. */
void share_photos_go(struct response *, const struct photos_gone *);

/* From where a file is being sent is written down (custody/seal.h). */
bool share_origin(struct request *, int64_t medium, struct err *) MUST_USE;

/* Files that come with a form to the post r->id[0], for a route's open and its
 * handler.  count: of each fate, added to. */
bool share_file_open(struct request *, enum permit_want,
    struct http_file_go *ret, int *ret_fd, struct err *) MUST_USE;
bool share_files_end(struct request *, enum permit_want,
    const struct grant **ret_g, size_t count[UPLOAD_FATES],
    struct err *) MUST_USE;

#endif
