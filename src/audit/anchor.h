/*
 * anchor — the register's old end: entries that were kept long enough go, and
 * the chain goes on to be one.
 *
 * What the first entry that is left follows is kept beside it, under a seal
 * that only the organisation's audit key makes; audit_verify begins there.  So
 * entries end by rule and by nothing else: whoever removes some, or moves the
 * anchor, is found.
 */
#ifndef AUDIT_ANCHOR_H
#define AUDIT_ANCHOR_H

#include <stdint.h>

#include "crypto/key.h"

struct db;

struct audit_anchor {
	int64_t entry;                  /* the last one that went, 0: none */
	int64_t entries;                /* that went, in all */
	uint8_t hash[KEY_DIGEST_BYTES]; /* zero bytes: none */
};

/* *ret_sound false: there is one, and its seal is not ours. */
bool audit_anchor_read(struct db *, struct arena *, const struct key *,
    int64_t organisation, struct audit_anchor *ret, bool *ret_sound,
    struct err *) MUST_USE;

struct audit_ending {
	int64_t organisation;
	int64_t before; /* what is older than this time goes */
	int64_t most;   /* entries at a time */
	int64_t now;
};

/*
 * In the caller's transaction.  The newest entry always stays, since the next
 * one is chained to it.  An entry that does not follow from the one before is
 * never removed: ERR_CORRUPT, and nothing was done.
 */
bool audit_end(struct db *, struct arena *, const struct key *,
    const struct audit_ending *, int64_t *ret_n, struct err *) MUST_USE;

#endif
