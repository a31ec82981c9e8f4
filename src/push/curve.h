/*
 * curve — the curve P-256 as web push has it: one key agrees on a secret
 * (RFC 8291) or signs (ES256, RFC 7518 3.4).
 *
 * A private key is 32 bytes that somebody made, so that tests can give theirs;
 * the arithmetic is libcrypto's.  Points are uncompressed, 04 and two numbers
 * of 32 bytes (X9.62), and are refused when they do not lie on the curve.
 */
#ifndef PUSH_CURVE_H
#define PUSH_CURVE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "crypto/key.h"

#define CURVE_POINT_BYTES 65
#define CURVE_SECRET_BYTES 32
#define CURVE_SIGNATURE_BYTES 64 /* r and s, as JOSE wants them */

struct curve_key;

/* ERR_INPUT: nought, or not below the order of the curve; one of 2^32. */
struct curve_key *curve_key_new(const struct key *, struct err *) MUST_USE;
void curve_key_free(struct curve_key *);
DEFINE_OWNED(curve_key)

/* A fresh one. */
struct curve_key *curve_key_random(struct err *) MUST_USE;

void curve_point(const struct curve_key *, uint8_t ret[CURVE_POINT_BYTES]);
bool curve_point_fine(const uint8_t[CURVE_POINT_BYTES]);

/* The shared number x; ERR_INPUT: the point is none of the curve. */
bool curve_agree(const struct curve_key *, const uint8_t[CURVE_POINT_BYTES],
    struct key *ret, struct err *) MUST_USE;

/* ECDSA over SHA-256 of the text. */
bool curve_sign(const struct curve_key *, str,
    uint8_t ret[CURVE_SIGNATURE_BYTES], struct err *) MUST_USE;

#endif
