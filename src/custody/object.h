/*
 * object — the bytes of what is sealed, as the house stores them and as they
 * are handed over.
 *
 * Sealed, a stream that one key opens:
 *
 *	header      24, of crypto_secretstream_xchacha20poly1305 (libsodium)
 *	chunks      each OBJECT_CHUNK plain bytes and 17 more; the last, which
 *	            is marked as such, may be shorter, and nothing follows it
 *
 * It lies inside a blob of the house (store/blob.h), so that what copies and
 * checks blobs copies and checks it, and reads nothing.
 *
 * Handed over:
 *
 *	"PREAUSC1"  8 bytes
 *	for whom    32, the authority's public key (X25519)
 *	sealed key  80, the stream's key sealed to it (crypto_box_seal)
 *	the stream, byte by byte as it was stored
 */
#ifndef CUSTODY_OBJECT_H
#define CUSTODY_OBJECT_H

#include "custody/box.h"

#define OBJECT_CHUNK ((size_t)64 * 1024)
#define OBJECT_HEADER 24
#define OBJECT_MORE 17
#define OBJECT_FRONT (8 + BOX_PUBLIC + BOX_SEALED)

/* ---- writing ---- */

typedef bool object_put(void *ctx, const void *, size_t, struct err *);

struct object_writer;

struct object_writer *object_writer_new(
    const struct key *, object_put *, void *ctx);
void object_writer_free(struct object_writer *);
bool object_write(
    struct object_writer *, const void *, size_t, struct err *) MUST_USE;
bool object_end(struct object_writer *, struct err *) MUST_USE;

/* What goes in front when it is handed over. */
void object_front(const uint8_t to[BOX_PUBLIC], const uint8_t box[BOX_SEALED],
    uint8_t ret[OBJECT_FRONT]);

/* ---- reading ---- */

/* Up to n bytes in a row; *ret_n 0 only at the end. */
typedef bool object_get(void *ctx, void *, size_t, size_t *ret_n, struct err *);

/* All of a stream, chunk by chunk; ERR_CORRUPT: altered, cut short or
 * continued, and no byte of such a chunk is put. */
bool object_read(const struct key *, object_get *, void *get_ctx, object_put *,
    void *put_ctx, struct err *) MUST_USE;
/* The same of a file that was handed over.  ERR_DENIED: for another key. */
bool object_read_handed(const struct box_pair *, object_get *, void *get_ctx,
    object_put *, void *put_ctx, struct err *) MUST_USE;

DEFINE_OWNED(object_writer)

#endif
