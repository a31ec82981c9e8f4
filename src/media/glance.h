/*
 * glance — what somebody is shown who has to judge a picture that was reported:
 * small, grey, and strongly blurred; and the same hardly blurred, for as long
 * as it is asked for.  Never more than MEDIA_GLANCE_SIDE pixels.
 */
#ifndef MEDIA_GLANCE_H
#define MEDIA_GLANCE_H

#include "base/buf.h"
#include "ipc/media.h"

/* jpeg: a rendition of ours.  *ret_verdict other than MEDIA_OK: it is none, and
 * nothing is written.  soft, sharp: cleared first, born with a maximum. */
bool glance_make(str jpeg, enum media_verdict *ret_verdict, struct buf *soft,
    struct buf *sharp, struct err *) MUST_USE;

#endif
