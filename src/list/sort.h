/*
 * sort — entries of an import in order, however many, in bounded memory.
 *
 * What fits the memory is sorted there; more goes in sorted runs to files
 * without a name in a folder, so that nothing is left behind when the process
 * dies.
 *
 * SORT_ENTRIES: by entry_order, of equal ones the newest first.
 * SORT_VERSIONS: what has an id by id, the newest version first, then kind and
 * value; what has none by kind and value, the newest first.  The newest is the
 * one with the latest stamp, then with the highest record.
 */
#ifndef LIST_SORT_H
#define LIST_SORT_H

#include "base/err.h"
#include "list/entry.h"

#define SORT_MEMORY ((size_t)48 << 20)

enum sort_by { SORT_ENTRIES, SORT_VERSIONS };

struct sort;

struct sort *sort_new(int dir, enum sort_by, size_t memory, struct err *);
void sort_free(struct sort *);
/* gone: a tombstone, an entry that its source withdrew. */
bool sort_add(
    struct sort *, const struct entry *, bool gone, struct err *) MUST_USE;
/* After the last one. */
bool sort_run(struct sort *, struct err *) MUST_USE;
/* In order; *ret_more false at the end.  Good until the next call. */
bool sort_next(struct sort *, struct entry *ret, bool *ret_gone, bool *ret_more,
    struct err *) MUST_USE;

int sort_order(enum sort_by, const struct entry *, const struct entry *);

DEFINE_OWNED(sort)

#endif
