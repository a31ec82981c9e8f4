/*
 * gone — what the source of a list withdrew, remembered so that an older page
 * of it does not bring it back (struct merge_past).
 *
 * What an import withdraws is kept in memory until it commits.
 */
#ifndef LIST_GONE_H
#define LIST_GONE_H

#include "list/merge.h"
#include "store/db.h"

struct gone;

/* Of one list, for one import. */
struct gone *gone_new(
    struct db *, struct arena *, int64_t list, struct err *) MUST_USE;
void gone_free(struct gone *); /* NULL is fine */

DEFINE_OWNED(gone)

const struct merge_past *gone_past(struct gone *);
/* In the caller's transaction. */
bool gone_keep(struct gone *, struct err *) MUST_USE;

#endif
