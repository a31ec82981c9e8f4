/*
 * memories — « Coffre souvenirs »: the pictures of one child, for its family
 * to take home in one ZIP.
 *
 * The ZIP is promised before it is sent (ipc/bundle.h): names, lengths, the
 * page that opens offline and the directory are made at once, each picture is
 * asked for while it goes out.  Its version is a digest of all that decides its
 * bytes; it is in the address, so that a download which goes on after a pause
 * gets the missing bytes of the same ZIP, or the whole of the new one.
 */
#ifndef WEB_MEMORIES_H
#define WEB_MEMORIES_H

#include "sharing/memories.h"
#include "web/web.h"

/* What the box of one child is made from. */
struct memories_box {
	int64_t child;
	str first; /* name */
	struct memories list;
	str version; /* 32 hexadecimal digits */
};

struct memories_page {
	const struct memories_box *box;
	int64_t bytes;       /* about */
	int64_t from, until; /* days */
	int64_t masked;      /* pictures in which somebody is covered */
};

/* ---- the page inside the ZIP ---- */

struct memories_photo {
	str folder, file, alt, caption;
	int64_t taken_at, width, height;
};

struct memories_day {
	int64_t day;
	str titles; /* of the albums, with commas */
	struct memories_photo *v;
	size_t n;
};

struct memories_season {
	int64_t number; /* from 1 */
	str name;
	struct memories_day *v;
	size_t n;
};

struct memories_index {
	const struct memories_box *box;
	struct memories_season *v;
	size_t n;
	int64_t from, until;
	html style; /* the whole element */
};

/* *ret: in the arena. */
bool memories_box(struct request *, int64_t child, struct memories_box *ret,
    struct err *) MUST_USE;

/* A sealed memory file with the bundle, and how long the ZIP is. */
bool memories_bundle(struct request *, const struct memories_box *, int *ret_fd,
    uint64_t *ret_bytes, struct err *) MUST_USE;

/* What a picture was promised as, of its grant_mark and its words. */
bool memories_mark(struct request *, str mark, str words,
    uint8_t ret[BUNDLE_MARK], struct err *) MUST_USE;

#endif
