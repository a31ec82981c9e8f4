/* frames — the hashes of a video that count, equal ones side by side; and
 * whether a .tmk file is one. */
#ifndef MATCH_FRAMES_H
#define MATCH_FRAMES_H

#include "hash/tmk.h"
#include "hash/vpdq.h"

/* Those of at least this quality, in frames_order; to be freed.  NULL: no
 * memory. */
struct pdq_hash *frames_take(
    const struct vpdq *, int quality, size_t *ret_n, struct err *) MUST_USE;
int frames_order(const void *, const void *);

/* Refuses a file that could not be compared later; *io_scratch is made when it
 * is NULL, and the caller's to free. */
bool frames_check_tmk(str file, struct tmk **io_scratch, struct err *) MUST_USE;

#endif
