/*
 * sealed — what the erasure journal knows of seals (custody/seal.h), so that no
 * backup shows again what was sealed, nor keeps what was destroyed.
 *
 * An entry is made when sealing is wanted, another when it was destroyed; both
 * name the file as it was before.  Restored from before the first, the medium
 * is hidden and waits to be sealed again; from before the second, it goes.
 *
 * In the caller's transaction.
 */
#ifndef ERASURE_SEALED_H
#define ERASURE_SEALED_H

#include "erasure/journal.h"
#include "house/house.h"

/* kind: ERASURE_SEAL or ERASURE_SEAL_END. */
bool erasure_seal_note(struct house *, enum erasure_kind, int64_t seal, str was,
    int64_t now, struct err *) MUST_USE;

/* An entry of the journal again; of another kind, nothing.  *ret: it had
 * something to do. */
bool erasure_sealed_again(struct house *, struct arena *,
    const struct erasure_entry *, bool *ret, struct err *) MUST_USE;
/* Would it have? */
bool erasure_sealed_pending(struct house *, struct arena *,
    const struct erasure_entry *, bool *ret, struct err *) MUST_USE;

#endif
