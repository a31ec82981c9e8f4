/*
 * merge — a generation of a list and an import become the next generation.
 *
 * MERGE_WHOLE: the import is the list.  MERGE_CHANGES: what the import has
 * nothing to say of stays; of what has an id, all entries of the newest
 * version, and none of the others; of what has none, kind by value.  A version
 * whose stamp is before the one that the list has changes nothing, so that an
 * old page that is imported again does no harm; nor does one whose version is
 * from before the source withdrew it (merge_past; NULL: nothing is known).
 */
#ifndef LIST_MERGE_H
#define LIST_MERGE_H

#include "list/entries.h"
#include "list/sort.h"

enum merge_how { MERGE_WHOLE, MERGE_CHANGES };

struct merge_counts {
	uint64_t added, removed;
	uint64_t changed; /* the same kind and value, told otherwise */
	uint64_t kept;    /* entries of the new generation, all in all */
};

/* What the source withdrew, in this import and in those before. */
struct merge_past {
	void *ctx;
	/* 0: never, or nobody knows when. */
	bool (*gone_at)(
	    void *ctx, const struct entry *, int64_t *ret, struct err *);
	bool (*goes)(void *ctx, const struct entry *, struct err *);
};

/* The import in the order of merge_sort_by(how); old NULL: the first
 * generation.  now becomes first_seen of what was not there. */
enum sort_by merge_sort_by(enum merge_how);
bool merge_run(enum merge_how, struct sort *import, struct entries *old,
    struct entries_writer *to, int64_t now, const struct merge_past *,
    struct merge_counts *ret, struct err *) MUST_USE;

/* What two generations differ in, one after the other: « + » or « - ». */
typedef bool merge_difference_fn(
    void *ctx, char sign, const struct entry *, struct err *);
bool merge_compare(struct entries *old, struct entries *new,
    merge_difference_fn *, void *ctx, struct merge_counts *ret,
    struct err *) MUST_USE;

#endif
