/*
 * key — 32 secret bytes, and the three things that the house does with them:
 * wrap another key, seal a short text, make a digest that only we can make.
 *
 * Hierarchy: master (a file, or a systemd credential) wraps each
 * organisation's key, which wraps one random key per blob and per child.
 * Destroying a wrapped key destroys what it protects.
 *
 * Wrap and seal: XChaCha20-Poly1305 with a random 24-byte nonce in front
 * (libsodium); the context is authenticated, so that a value cannot be moved
 * to another column or row.  Digest: keyed BLAKE2b-256 over context, 0, text.
 */
#ifndef CRYPTO_KEY_H
#define CRYPTO_KEY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define KEY_BYTES 32
#define KEY_WRAPPED_BYTES (24 + KEY_BYTES + 16)
#define KEY_DIGEST_BYTES 32

/* Wiped with key_done, never printed, never in an arena. */
struct key {
	uint8_t b[KEY_BYTES];
};

bool crypto_init(struct err *) MUST_USE; /* once, before any sandbox */

void key_random(struct key *);
void key_done(struct key *); /* wipes; fit for CLEANUP(key_done) */

/* A key of its own for each use: BLAKE2b key derivation by context. */
void key_derive(const struct key *, const char *context, struct key *ret);

/* context: what the key is for and of which row, e.g. "blob 17". */
bool key_wrap(struct arena *, const struct key *with, const struct key *,
    str context, str *ret, struct err *) MUST_USE;
bool key_unwrap(const struct key *with, str wrapped, str context,
    struct key *ret, struct err *) MUST_USE; /* forged: ERR_CORRUPT */

/* Text columns.  context is "<table>.<column>"; a NULL text (p == NULL) seals
 * to NULL and opens to NULL.  The opened text lives in the arena. */
bool text_seal(struct arena *, const struct key *, const char *context, str,
    str *ret, struct err *) MUST_USE;
bool text_open(struct arena *, const struct key *, const char *context, str,
    str *ret, struct err *) MUST_USE;

/* 32 bytes in the arena; {0} past its limit. */
str key_digest(struct arena *, const struct key *, const char *context, str);

bool key_equal(str, str); /* constant time; different lengths are unequal */

#endif
