/* totp — RFC 6238, SHA-1, 30 s, 6 digits, one step of drift either way. */
#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define TOTP_SECRET_BYTES 20

void totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step,
    char ret[7]);

/* A step at or before `last_step` was used already and never matches again. */
bool totp_check(const uint8_t secret[TOTP_SECRET_BYTES], str code, int64_t now,
    int64_t last_step, int64_t *ret_step) MUST_USE;

str totp_base32(struct arena *, const uint8_t secret[TOTP_SECRET_BYTES]);
/* otpauth://totp/… for the QR code; label and issuer percent-encoded. */
str totp_uri(struct arena *, const uint8_t secret[TOTP_SECRET_BYTES], str label,
    str issuer);

#endif
