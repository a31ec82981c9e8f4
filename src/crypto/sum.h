/*
 * sum — the digest of bytes as they go by, by libcrypto, which uses what the
 * processor has for it.  SHA-1 is here because senders check by it that nothing
 * was garbled on the way; it proves nothing.
 */
#ifndef CRYPTO_SUM_H
#define CRYPTO_SUM_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum sum_kind { SUM_SHA1, SUM_SHA256, SUM_SHA512, SUM_KINDS };

#define SUM_MAX 64 /* bytes of the longest */

extern const char *const sum_names[SUM_KINDS]; /* "sha1", "sha256", … */
extern const size_t sum_bytes[SUM_KINDS];

struct sum;

struct sum *sum_new(enum sum_kind); /* ends the process without memory */
void sum_free(struct sum *);
void sum_add(struct sum *, const void *, size_t);
/* Once.  ret: sum_bytes of its kind. */
void sum_end(struct sum *, uint8_t *ret);
/* Once.  Is it this? */
bool sum_is(struct sum *, str digest) MUST_USE;

DEFINE_OWNED(sum)

#endif
