/*
 * blob_key — the key of one blob, under the organisation's key.
 *
 * The context is the blob's name, which is random and never used again.  Who
 * may call blob_key_unwrap is a short list, held by
 * tests/unit/sharing/only_by_grant.sh: the grant, the pieces of an upload that
 * still comes, the intake, backup and check.
 */
#ifndef SHARING_BLOB_KEY_H
#define SHARING_BLOB_KEY_H

#include "house/house.h"

bool blob_key_wrap(struct arena *, const struct organisation *, str name,
    const struct key *, str *ret, struct err *) MUST_USE;
bool blob_key_unwrap(struct arena *, const struct organisation *, str name,
    str wrapped, struct key *ret, struct err *) MUST_USE;

#endif
