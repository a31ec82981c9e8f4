/*
 * digest — MD5, SHA-1 and SHA-256 of a file in one pass, as lists of known
 * files name them.  They recognise a file, never prove anything: MD5 and SHA-1
 * are broken for that.
 */
#ifndef HASH_DIGEST_H
#define HASH_DIGEST_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_KINDS };

#define DIGEST_BYTES_MAX 32
#define DIGEST_HEX_MAX 64

extern const char *const digest_names[DIGEST_KINDS];
extern const size_t digest_bytes[DIGEST_KINDS]; /* 16, 20, 32 */

struct digest;

struct digest *digest_new(struct err *);
void digest_free(struct digest *); /* NULL is fine */
bool digest_add(struct digest *, const void *, size_t, struct err *) MUST_USE;
/* Once, after all of the file. */
bool digest_end(struct digest *, uint8_t ret[DIGEST_KINDS][DIGEST_BYTES_MAX],
    struct err *) MUST_USE;

DEFINE_OWNED(digest)

#endif
