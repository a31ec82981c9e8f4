/*
 * pieces — a photo that comes in several requests, each of which may be cut
 * anywhere (tus 1.0).
 *
 * The file under incoming/ says how far it came, and nothing else does:
 * blob_durable reads that from it, so no death of a process leaves a row that
 * is wrong.  The row says what was promised and when its sender was last heard.
 * Who has leave for a piece holds the file alone (a lock that dies with its
 * holder).  A photo in pieces is its sender's, in this post: for anybody else,
 * and for its sender without leave to change the post, there is none.
 *
 * An offset that was answered is on the disk: the front writes and does not
 * wait, whoever answers syncs first, outside of any transaction.
 *
 * More than UPLOAD_BYTES_MAX is a video or nothing: the front looks at the
 * first bytes of the first piece (front/upload.h).
 *
 * While a piece with a checksum comes, upload_floor says where it begins: until
 * it was compared nothing of it counts, and the next piece cuts it off.
 */
#ifndef SHARING_PIECES_H
#define SHARING_PIECES_H

#include "sharing/upload.h"

#define PIECES_SILENT_S (2 * 86400) /* since the last piece began */

enum pieces_answer {
	PIECES_GO,
	PIECES_WHOLE,  /* all is there already */
	PIECES_OFFSET, /* the piece does not begin where the file ends */
	PIECES_LONG,   /* it would be more than was promised */
	PIECES_BUSY,   /* another piece is coming */
	PIECES_GONE,   /* it came too late, or its file is lost */
	PIECES_WRONG,  /* not what its checksum says: nothing of it was kept */
	PIECES_ANSWERS
};

struct pieces {
	int64_t medium;
	int64_t length, offset; /* promised, there */
	int64_t until;          /* 0: it does not end */
	str words;              /* as they were given, or empty */
};

/* Inside the caller's transaction.  ERR_LIMIT: more than UPLOAD_VIDEO_MAX, or
 * the post is full; ERR_INPUT: nothing is promised. */
bool pieces_begin(const struct deed *, const struct grant *post,
    const struct http_tus *, struct pieces *ret, struct err *) MUST_USE;

/* How far it is; PIECES_GO, PIECES_WHOLE or PIECES_GONE. */
bool pieces_look(const struct deed *, const struct grant *post, int64_t medium,
    struct pieces *ret, enum pieces_answer *, struct err *) MUST_USE;

/* Leave for the piece at tus->offset, of `bytes` (or HTTP_NO_BYTES); in a
 * transaction of its own.  ret and *ret_fd: with PIECES_GO. */
bool pieces_open(const struct deed *, const struct grant *post, int64_t medium,
    const struct http_tus *, uint64_t bytes, struct pieces *,
    struct http_file_go *ret, int *ret_fd, enum pieces_answer *,
    struct err *) MUST_USE;

/* How the piece ended; in a transaction of its own.  PIECES_WHOLE: all is
 * there, and *ret_fate is as of upload_end. */
bool pieces_end(const struct deed *, const struct grant *post,
    const struct http_file *, struct pieces *, enum upload_fate *ret_fate,
    enum pieces_answer *, struct err *) MUST_USE;

/* Its sender gives it up: rows and file go, inside the caller's transaction.
 * PIECES_GO, PIECES_BUSY, or PIECES_WHOLE: it is a photo now, and removed as
 * one. */
bool pieces_drop(const struct deed *, const struct grant *post, int64_t medium,
    enum pieces_answer *, struct err *) MUST_USE;

#endif
