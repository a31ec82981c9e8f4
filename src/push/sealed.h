/*
 * sealed — a text for one browser, as RFC 8291 says: ECDH on P-256,
 * HKDF-SHA-256, AES-128-GCM, one record of aes128gcm (RFC 8188) with the
 * sender's point in its head.
 *
 * Every text is filled up to the same length, so that its length says nothing.
 */
#ifndef PUSH_SEALED_H
#define PUSH_SEALED_H

#include "base/buf.h"
#include "push/target.h"

#define PUSH_SEAL_SALT_BYTES 16
#define PUSH_SEAL_RECORD 4096 /* rs of the head; services take no more */
#define PUSH_SEAL_TEXT_MAX 512
#define PUSH_SEAL_HEAD_BYTES (PUSH_SEAL_SALT_BYTES + 4 + 1 + CURVE_POINT_BYTES)
#define PUSH_SEAL_MAX (PUSH_SEAL_HEAD_BYTES + PUSH_SEAL_TEXT_MAX + 1 + 16)

/* Appends the body.  ERR_LIMIT: longer than PUSH_SEAL_TEXT_MAX; ERR_INPUT: the
 * target's point is none. */
bool push_seal(
    struct buf *ret, const struct push_target *, str, struct err *) MUST_USE;

/* As above, with what is otherwise random, and so many bytes of filling: for
 * tests. */
bool push_seal_with(struct buf *ret, const struct push_target *, str,
    const struct curve_key *, const uint8_t salt[PUSH_SEAL_SALT_BYTES],
    size_t fill, struct err *) MUST_USE;

#endif
