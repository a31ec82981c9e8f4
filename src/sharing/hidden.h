/* hidden — which boxes of a photo one viewer may not see into. */
#ifndef SHARING_HIDDEN_H
#define SHARING_HIDDEN_H

#include "sharing/cover.h"
#include "sharing/viewer.h"

/* Nobody has boxes on photos yet, so nothing is hidden from anybody: the rules
 * of consent are to be asked here.  *ret: in the arena. */
bool hidden_areas(struct house *, struct arena *, const struct viewer *,
    int64_t medium, int64_t now, const struct cover_area **ret, size_t *ret_n,
    struct err *) MUST_USE;

#endif
