/*
 * consent — what the families' answers (consent/board.h) mean for those whom an
 * album is for, in the words of the pages about faces.  The same question, to
 * the same board, hides a face when the album is looked at (sharing/hidden.h):
 * what staff read before they publish is what families see.
 */
#ifndef FACES_CONSENT_H
#define FACES_CONSENT_H

#include "consent/purpose.h"
#include "people/deed.h"

enum face_leave {
	FACE_UNKNOWN, /* it is not said yet for whom the album is */
	FACE_GIVEN,
	FACE_WAITING, /* somebody's answer is missing: as good as a no */
	FACE_REFUSED,
	FACE_LEFT, /* enrolled nowhere any more: as good as a no */
	FACE_LEAVES
};

/* May these children be shown to all whom the post is for?  post 0: to the
 * families of the group.  medium: CONSENT_PHOTO or CONSENT_VIDEO.  ret: n
 * answers. */
typedef bool face_leave_of(const struct deed *, int64_t post, int64_t group,
    unsigned medium, const int64_t *child, size_t n, enum face_leave *ret,
    struct err *);

/* Asks the board.  A test may stand somebody else there. */
extern face_leave_of *faces_leave;

static inline bool
face_is_masked(enum face_leave l)
{
	return l == FACE_WAITING || l == FACE_REFUSED || l == FACE_LEFT;
}

#endif
