/*
 * hold — what an uploader was about to publish waits with what was stopped.
 *
 * Her photos that nobody was shown yet become held, in every album where she
 * has some; what was to come is a draft again and remembers its hour; photos
 * that are still being prepared will be held when they are ready.  What
 * families see already stays as it is.
 */
#ifndef STOP_HOLD_H
#define STOP_HOLD_H

#include "people/deed.h"

/* In the caller's transaction. */
bool hold_batch(const struct deed *, int64_t stopping, int64_t medium,
    int64_t uploader, struct err *) MUST_USE;
/* What nothing else holds goes on as before. */
bool hold_lift(const struct deed *, int64_t stopping, struct err *) MUST_USE;

#endif
