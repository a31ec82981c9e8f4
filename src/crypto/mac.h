/*
 * mac — a keyed digest of what comes in pieces: BLAKE2b-256 with the purpose
 * as its personalisation, so that no two uses can ever give the same bytes.
 *
 * A chain is made of them: the digest before, then the entry's values, so that
 * an altered entry breaks its own link and none after it.  Numbers go in as 8
 * bytes, little-endian; text with its length before it, so that no two lists
 * of values read alike.
 */
#ifndef CRYPTO_MAC_H
#define CRYPTO_MAC_H

#include <sodium.h>

#include "crypto/key.h"

struct mac {
	crypto_generichash_blake2b_state h;
};

/* purpose: at most 16 characters, one for each use in the whole house. */
void mac_begin(struct mac *, const struct key *, const char *purpose);
void mac_put(struct mac *, const void *, size_t);
void mac_i64(struct mac *, int64_t);
void mac_str(struct mac *, str);
void mac_end(struct mac *, uint8_t ret[KEY_DIGEST_BYTES]); /* and wipes */
void mac_done(struct mac *); /* wipes what was never ended */

#endif
