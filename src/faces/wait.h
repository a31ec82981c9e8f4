/*
 * wait — albums in which something about faces waits for a person of the staff.
 *
 * By whom they work with alone: permit has the last word about each of them.
 */
#ifndef FACES_WAIT_H
#define FACES_WAIT_H

#include "people/deed.h"

enum face_wait_for {
	FACE_WAIT_PHOTOS, /* published: a word is missing, or a box is open */
	FACE_WAIT_ASKED,  /* published: masks were asked for */
	FACE_WAIT_SECOND, /* a draft: a second person has to look */
	FACE_WAIT_READY,  /* a draft of one's own: the second person has */
};

struct face_wait {
	int64_t post, day;
	enum face_wait_for what;
	int64_t n; /* photos, or masks */
	str title;
};

struct face_waits {
	struct face_wait *v;
	size_t n;
};

bool face_waiting(const struct deed *, bool director, struct face_waits *ret,
    struct err *) MUST_USE;

/* Who has not given the word about a photo that waits for a second one. */
struct face_looker {
	int64_t account;
	str name;
};

struct face_lookers {
	struct face_looker *v;
	size_t n;
};

bool face_lookers(const struct deed *, int64_t post, struct face_lookers *ret,
    struct err *) MUST_USE;

#endif
