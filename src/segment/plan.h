/*
 * plan — one viewer's JPEG out of a segmented rendition: which bytes of the
 * file, in which order.
 *
 * A plan is made from the head of the file alone, so its length is known before
 * any segment is read, and every byte of it can be had on its own: ranges work
 * as with a file.  With a strip under the picture (foot.h) the last segment is
 * read for that, and no other.
 */
#ifndef SEGMENT_PLAN_H
#define SEGMENT_PLAN_H

#include "segment/file.h"
#include "segment/foot.h"

#define PLAN_HIDDEN_BYTES (SEGMENT_REGIONS_MAX / 8)
#define PLAN_CODE_BYTES (FILE_SEGMENTS_MAX / 8)

struct plan_choice {
	str code;   /* bit i % 8 of byte i / 8: B for segment i */
	str hidden; /* likewise by slot; what is not there is not hidden */
};

struct plan;

/* The file outlives the plan, with the bytes that its head was read from.
 * ERR_CONFLICT: a slot is hidden that this file does not have: it is older than
 * the region, and may not be shown.  ERR_INPUT: too short a code. */
struct plan *plan_new(
    const struct file *, const struct plan_choice *, struct err *);
void plan_free(struct plan *);
uint64_t plan_bytes(const struct plan *);
uint32_t plan_height(const struct plan *); /* with the strip, if there is one */

/* The bytes of one page of the file, valid until the next call or the end of
 * plan_read: areas (covered or plain) are read in turns, each forwards. */
struct plan_pages {
	bool (*get)(
	    void *ctx, uint32_t page, bool covered, str *ret, struct err *);
	void *ctx;
};

/* A strip under the picture, once, before anything is read: it is longer then.
 * Asks for the pages of the last segment. */
bool plan_put_foot(struct plan *, const struct plan_pages *,
    const struct foot *, struct err *) MUST_USE;

/* Up to max bytes from pos; *ret_n is 0 only at the end.  ERR_CORRUPT: a unit
 * is not what the head says. */
bool plan_read(struct plan *, const struct plan_pages *, uint64_t pos, char *to,
    size_t max, size_t *ret_n, struct err *) MUST_USE;

DEFINE_OWNED(plan)

#endif
