/* frames — the hashes of a video that count, equal ones side by side. */
#ifndef MATCH_FRAMES_H
#define MATCH_FRAMES_H

#include "hash/vpdq.h"

/* Those of at least this quality, in frames_order; to be freed.  NULL: no
 * memory. */
struct pdq_hash *frames_take(
    const struct vpdq *, int quality, size_t *ret_n, struct err *) MUST_USE;
int frames_order(const void *, const void *);

#endif
