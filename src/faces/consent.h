/*
 * consent — what faces/ asks of whoever knows the families' answers: one
 * question, through one pointer, so that nothing here knows how consent is
 * kept.
 *
 * Until something sets faces_leave, no answer is known of anybody.
 */
#ifndef FACES_CONSENT_H
#define FACES_CONSENT_H

#include "people/deed.h"

enum face_leave {
	FACE_UNKNOWN, /* no answers are kept */
	FACE_GIVEN,
	FACE_WAITING, /* somebody's answer is missing: as good as a no */
	FACE_REFUSED,
	FACE_LEAVES
};

/* May these children be shown to all whom the post is for?  post 0: to the
 * families of the children's groups.  ret: n answers. */
typedef bool face_leave_of(const struct deed *, int64_t post,
    const int64_t *child, size_t n, enum face_leave *ret, struct err *);

extern face_leave_of *faces_leave;

static inline bool
face_is_masked(enum face_leave l)
{
	return l == FACE_WAITING || l == FACE_REFUSED;
}

#endif
