/*
 * upload — the bytes of a photo on their way into a post, in one request.
 *
 * upload_open makes the rows (state receiving) and an empty blob, and gives
 * the front what it needs to encrypt into it.  upload_end says how each file
 * went: a whole one is queued for the intake, the others leave nothing.  What
 * never ends is swept after an hour.  What comes in several requests begins and
 * ends the same way (pieces.h).
 */
#ifndef SHARING_UPLOAD_H
#define SHARING_UPLOAD_H

#include "ipc/http.h"
#include "people/deed.h"
#include "sharing/permit.h"

#define UPLOAD_BYTES_MAX ((uint64_t)40 << 20)
#define UPLOAD_VIDEO_MAX ((uint64_t)2 << 30) /* in pieces alone */
#define UPLOAD_PHOTOS_MAX 300                /* in one post */
#define UPLOAD_SILENT_S 3600 /* without a byte: it will never end */

enum upload_fate {
	UPLOAD_QUEUED,
	UPLOAD_TWICE, /* the same bytes are in this post already */
	UPLOAD_TOO_BIG,
	UPLOAD_CUT,
	UPLOAD_FAILED, /* our disk */
	UPLOAD_FATES
};

const char *upload_fate_word(enum upload_fate); /* for the island */

/* The rows and the empty file of one that will come; inside the caller's
 * transaction.  bytes: DB_NULL, or what is promised; words: sealed with it. */
struct upload_plan {
	str name, words;
	int64_t bytes;
};
struct upload_made {
	int64_t medium;
	char blob[BLOB_NAME_MAX];
	struct key key; /* the caller wipes it */
	int fd;         /* the caller's */
};
bool upload_make(const struct deed *, const struct grant *post,
    const struct upload_plan *, struct upload_made *ret, struct err *) MUST_USE;

/* In a transaction of its own.  post: leave to edit it.  ERR_LIMIT when the
 * post is full. */
bool upload_open(const struct deed *, const struct grant *post, str name,
    struct http_file_go *ret, int *ret_fd, struct err *) MUST_USE;

/* Inside the caller's transaction.  A handle that is not this person's, in
 * this post, still coming, is ERR_NOT_FOUND. */
bool upload_end(const struct deed *, const struct grant *post,
    const struct http_file *, enum upload_fate *ret, struct err *) MUST_USE;

/* Would these bytes, whose SHA-256 this is, be UPLOAD_TWICE?  Of this post
 * alone, for who may change it. */
bool upload_known(const struct deed *, const struct grant *post,
    const uint8_t sha256[32], bool *ret, struct err *) MUST_USE;

#endif
