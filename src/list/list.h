/*
 * list — the lists of known material that the house has: rows, generations,
 * who enabled them, entries that do not count, feedback.
 *
 * All of it is of the whole house.  Whatever changes what counts (an import,
 * enable, disable, an entry on or off) is one transaction of the caller; the
 * index is to be built again, or patched, after its commit: list_stamp says
 * whether something changed.
 */
#ifndef LIST_LIST_H
#define LIST_LIST_H

#include "base/arena.h"
#include "crypto/key.h"
#include "list/entries.h"
#include "store/db.h"

/* Two people: whoever imported last while the list was off has proposed it,
 * and somebody else enables it.  ERR_DENIED when it is the same person,
 * ERR_CONFLICT when there is nothing to enable or it is enabled already. */
bool list_enable(struct db *, struct arena *, int64_t list, int64_t by,
    int64_t now, struct err *) MUST_USE;
/* One person, at once, with a reason. */
bool list_disable(struct db *, int64_t list, int64_t by, str why, int64_t now,
    struct err *) MUST_USE;

/* An entry that is wrong stops nothing from now on, in every generation of the
 * list.  ERR_CONFLICT when it is off already.  In the caller's transaction:
 * what only it held is released there too. */
bool list_entry_disable(struct db *, int64_t list, enum hash_kind, str value,
    int64_t by, str why, int64_t now, struct err *) MUST_USE;
bool list_entry_restore(struct db *, int64_t list, enum hash_kind, str value,
    int64_t by, int64_t now, struct err *) MUST_USE;
bool list_entry_is_off(struct db *, struct arena *, int64_t list,
    enum hash_kind, str value, bool *ret, struct err *) MUST_USE;

/*
 * The flood rule: an entry that is new (first_seen less than LIST_NEW_S ago)
 * and has stopped uploads of more than LIST_FLOOD_UPLOADERS people stands in
 * quarantine: it stops nothing more until a person restores it.  What it
 * stopped stays stopped until a person looks.  Called once for each hit, in
 * the transaction that stops the medium.  *ret_quarantined: this one did it.
 */
#define LIST_NEW_S 86400
#define LIST_FLOOD_UPLOADERS 3
bool list_note_hit(struct db *, struct arena *, int64_t list,
    const struct entry *, int64_t uploader, int64_t now, bool *ret_quarantined,
    struct err *) MUST_USE;

/* What somebody who looked says of an entry, kept for its source. */
enum list_verdict { LIST_RIGHT, LIST_WRONG, LIST_UNSURE };
bool list_feedback(struct db *, struct arena *, int64_t list,
    const struct entry *, enum list_verdict, str why, int64_t by, int64_t now,
    struct err *) MUST_USE;

/* <data>/lists/<file>, as entries_open wants it. */
bool list_path(struct arena *, const char *data, str file, const char **ret,
    struct err *) MUST_USE;

/* One entry of an entries file, copied into the arena: what an index names as
 * {list, number}.  ERR_NOT_FOUND: there is no such file any more. */
bool list_entry_at(struct arena *, const char *data, str file, uint64_t number,
    struct entry *ret, struct err *) MUST_USE;

/* A digest of all that decides what an index holds: enabled lists, their
 * generations and thresholds, entries that are off.  Another value: build. */
#define LIST_STAMP_BYTES 16
bool list_stamp(struct db *, struct arena *, uint8_t ret[LIST_STAMP_BYTES],
    struct err *) MUST_USE;

/* The entries of a list that are off, for whoever builds an index. */
struct list_off;
bool list_off_read(struct db *, struct arena *, int64_t list,
    struct list_off **ret, struct err *) MUST_USE;
bool list_off_has(const struct list_off *, uint8_t kind, str value);

#endif
