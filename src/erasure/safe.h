/*
 * safe — the key of a family's evidence safe, destroyed so that no backup
 * brings back what it protected; its pictures go with it.
 *
 * That there was a safe, how many entries it had and their digests stay: its
 * chain can be verified as before.  A picture that is locked, or held, stays
 * until that is over.  Journal as in erasure.h; the token is the safe's own.
 *
 * In the caller's transaction.
 */
#ifndef ERASURE_SAFE_H
#define ERASURE_SAFE_H

#include "erasure/journal.h"
#include "house/house.h"

bool erasure_safe(struct house *, struct arena *, int64_t safe, int64_t now,
    struct err *) MUST_USE;
/*
 * Of an account that is erased.  A safe that a case needs (sql/safe.sql,
 * safe_needed) stays: what the family opened to it, until the case is decided
 * or its hold is over (ends/round.h).  What the family had taken back goes now.
 */
bool erasure_safes_of(struct house *, struct arena *, int64_t account,
    int64_t now, struct err *) MUST_USE;
/* The journal again: one that was not erased then is of nobody any more, and
 * ends when no case needs it. */
bool erasure_safes_left(struct house *, struct arena *, int64_t account,
    int64_t now, struct err *) MUST_USE;

/* After the commit: the files of the pictures that are gone, of an account and
 * of one safe. */
bool erasure_safes_files(
    struct house *, struct arena *, int64_t account, struct err *) MUST_USE;
bool erasure_safe_files(
    struct house *, struct arena *, int64_t safe, struct err *) MUST_USE;

/* An entry of the journal again.  *ret: its key was there. */
bool erasure_safe_again(struct house *, struct arena *,
    const struct erasure_entry *, bool *ret, struct err *) MUST_USE;
/* Would it be? */
bool erasure_safe_pending(struct house *, struct arena *,
    const struct erasure_entry *, bool *ret, struct err *) MUST_USE;

#endif
