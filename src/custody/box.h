/*
 * box — the key of a sealed object, so that any two custodians open it and no
 * one alone, and the house never.
 *
 * A custodian's pair is X25519, its secret Argon2id of a passphrase and a salt:
 * it exists while she types, in no file and no row.  For each pair of
 * custodians the key is sealed to the inner one, and that once more to the
 * outer one (crypto_box_seal of libsodium), so both secrets are needed and no
 * sharing of secrets is computed: of BOX_CUSTODIANS_MAX custodians 28 boxes.
 *
 * Pure.
 */
#ifndef CUSTODY_BOX_H
#define CUSTODY_BOX_H

#include "crypto/key.h"

#define BOX_CUSTODIANS_MAX 8
#define BOX_SALT 16
#define BOX_PUBLIC 32
#define BOX_SEALED (KEY_BYTES + 48)     /* to one */
#define BOX_NESTED (BOX_SEALED + 48)    /* to two */
#define BOX_FINGERPRINT (4 * 4 + 3 + 1) /* "1a2b 3c4d 5e6f 7081" and an end */

struct box_pair {
	uint8_t public[BOX_PUBLIC];
	struct key secret;
};
void box_pair_done(struct box_pair *); /* wipes; fit for CLEANUP */

/* The pair of a passphrase, always the same.  64 MiB and three passes: some
 * tenths of a second.  ERR_LIMIT: no memory for it. */
bool box_pair_of(str pass, const uint8_t salt[BOX_SALT], struct box_pair *ret,
    struct err *) MUST_USE;

/* ERR_INPUT: a public key that is none. */
bool box_to_one(const struct key *, const uint8_t to[BOX_PUBLIC],
    uint8_t ret[BOX_SEALED], struct err *) MUST_USE;
bool box_to_two(const struct key *, const uint8_t inner[BOX_PUBLIC],
    const uint8_t outer[BOX_PUBLIC], uint8_t ret[BOX_NESTED],
    struct err *) MUST_USE;

/* ERR_DENIED: not with these. */
bool box_open_one(
    str box, const struct box_pair *, struct key *ret, struct err *) MUST_USE;
bool box_open_two(str box, const struct box_pair *inner,
    const struct box_pair *outer, struct key *ret, struct err *) MUST_USE;

/* What two people compare by eye: the beginning of SHA-256 of a public key. */
void box_fingerprint(
    const uint8_t public[BOX_PUBLIC], char ret[BOX_FINGERPRINT]);
/* A public key as it is typed: 64 hexadecimal digits, spaces among them.
 * ERR_INPUT: it is none, or one to which nothing can be sealed. */
bool box_public_of(str typed, uint8_t ret[BOX_PUBLIC], struct err *) MUST_USE;

#endif
