/*
 * blob_seal — the header and the single chunks of a blob, for blob.c and
 * blob_writer.c alone.
 *
 * A chunk as it is stored: its bytes under the cipher, the tag, then the 8
 * random bytes that its writer drew (its epoch).  The nonce is that epoch and
 * the chunk's number: who goes on with a file that another writer left seals
 * the chunk that was torn anew, and not under the same nonce.  Blobs from
 * before have no epoch; the header says so.
 */
#ifndef STORE_BLOB_SEAL_H
#define STORE_BLOB_SEAL_H

#include <openssl/evp.h>

#include "base/err.h"
#include "store/blob.h"

#define SEAL_HEADER ((size_t)32)
#define SEAL_EPOCH ((size_t)8)
#define SEAL_TAG ((size_t)16)
/* What a chunk of today is longer than its bytes. */
#define SEAL_MORE (SEAL_TAG + SEAL_EPOCH)
_Static_assert(
    BLOB_WORK == BLOB_CHUNK + SEAL_MORE, "one chunk as it is stored");

/* What the authenticated data say of a chunk. */
enum seal_mark {
	SEAL_WHOLE, /* full, and another follows */
	SEAL_LAST,
	SEAL_HELD, /* not full; whoever goes on seals it again */
};

struct seal {
	EVP_CIPHER_CTX *ctx;
	size_t
	    more; /* bytes that a stored chunk has more: without an epoch 16 */
};

bool seal_in_hardware(void); /* AES of the processor */
/* A fresh header, with its salt. */
void seal_header(uint8_t ret[SEAL_HEADER], bool aes);
bool seal_header_check(const uint8_t[SEAL_HEADER], struct err *) MUST_USE;
/* For one direction; header: one that is checked. */
bool seal_init(struct seal *, const uint8_t header[SEAL_HEADER],
    const struct key *, bool to_seal, struct err *) MUST_USE;
void seal_done(struct seal *);

/* out: n + SEAL_MORE bytes. */
bool seal_chunk(struct seal *, uint64_t chunk, enum seal_mark,
    const uint8_t epoch[SEAL_EPOCH], const void *plain, size_t n,
    uint8_t *out) MUST_USE;
/* n: plain bytes; sealed: n + more; out may be sealed itself.  Nothing stays in
 * out on failure. */
bool seal_open(struct seal *, uint64_t chunk, enum seal_mark, uint8_t *sealed,
    size_t n, uint8_t *out) MUST_USE;

/* ERR_CORRUPT where the file ends before n bytes. */
bool seal_read(int fd, uint64_t at, uint8_t *, size_t n, struct err *) MUST_USE;

#endif
