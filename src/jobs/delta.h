/*
 * delta — what the match process has to be told beside its index, so that it
 * compares with the lists as they are now.
 *
 * Taken from the database and the entries files alone: the same whenever it is
 * made, so that a process that died loses nothing.  Entries that a list has
 * and the index has not are inserted under a list of their own, number
 * DELTA_LIST + that of the list, with the numbers of the new file; what the
 * index has too much is deleted under its own numbers.
 *
 * What is too much (DELTA_OPS_MAX), a file that cannot be read, and videos that
 * lost frames are left to the next index: then the delta is not whole.
 */
#ifndef JOBS_DELTA_H
#define JOBS_DELTA_H

#include "house/house.h"
#include "ipc/match.h"
#include "list/list.h"

#define DELTA_LIST ((uint32_t)1 << 31)
#define DELTA_OPS_MAX 65536 /* inserted values are looked at one by one */

struct delta;

/* Looks at the lists, and at the index of the database. */
struct delta *delta_new(struct house *, struct err *) MUST_USE;
void delta_free(struct delta *); /* NULL is fine */

DEFINE_OWNED(delta)

/* Reads on for some milliseconds; true: it is all there. */
bool delta_step(struct delta *);

int64_t delta_generation(const struct delta *); /* of the index beside it */
bool delta_is_of(const struct delta *, const uint8_t stamp[LIST_STAMP_BYTES]);
bool delta_is_whole(const struct delta *);
size_t delta_ops(const struct delta *);

/* The next message, of ops from *io_at on; false: no memory. */
bool delta_write(const struct delta *, uint32_t serial, size_t *io_at,
    struct buf *) MUST_USE;

/* The file that the entries of DELTA_LIST + list are numbered by, and its
 * generation; false: there is no such list in it. */
bool delta_file(const struct delta *, uint32_t list, str *ret_file,
    int64_t *ret_generation);

#endif
