/*
 * chain — how one entry of the audit is hashed.
 *
 * BLAKE2b-256, keyed with the organisation's audit key, over the hash before
 * (32 zero bytes at the beginning) and every field of the row: numbers as
 * eight bytes, lowest first, texts as their length and their bytes.
 */
#ifndef AUDIT_CHAIN_H
#define AUDIT_CHAIN_H

#include "crypto/key.h"
#include "sql_audit.h"

void chain_hash(const struct key *, const uint8_t before[KEY_DIGEST_BYTES],
    const struct sql_audit_after_row *, uint8_t ret[KEY_DIGEST_BYTES]);

#endif
