/*
 * seal — the bytes of a parcel: one stream that one house alone can read.
 *
 *	"PREAUTR1"  8 bytes
 *	for whom    8, the beginning of BLAKE2b-256 of the box key: only to say
 *	            that it is another house's
 *	sealed key  80, a random key sealed to the box key (crypto_box_seal)
 *	header      24, of crypto_secretstream_xchacha20poly1305
 *	chunks      each SEAL_CHUNK plain bytes and 17 more; the last, which is
 *	            marked as such, may be shorter
 *
 * The first 96 bytes are authenticated with the first chunk.  A chunk that was
 * altered, moved, repeated or left out does not open and no byte of it is
 * given; without the last the stream is cut, and nothing may follow it.
 *
 * Inside: length of the manifest u32 little-endian; the manifest; its Ed25519
 * signature, 64 bytes, over "preau parcel 1\n" and the manifest; the parts, in
 * its order.
 */
#ifndef PARCEL_SEAL_H
#define PARCEL_SEAL_H

#include "crypto/key.h"
#include "parcel/manifest.h"

#define SEAL_MAGIC "PREAUTR1"
#define SEAL_CHUNK ((size_t)64 * 1024)
#define SEAL_HEAD 120

/* What is wrong with a parcel; words are stored and shown. */
enum seal_fault {
	SEAL_FINE,
	SEAL_NONE,    /* it is no parcel */
	SEAL_OTHERS,  /* for another house */
	SEAL_ALTERED, /* bytes are not what was sealed */
	SEAL_CUT,     /* its end is missing */
	SEAL_FORGED,  /* not signed by the house that it names */
	SEAL_EXPIRED,
	SEAL_FAULTS
};

const char *seal_fault_word(enum seal_fault); /* as stored */
bool seal_fault_of(str word, enum seal_fault *ret) MUST_USE;

/* Both pairs of a house, from its key; wiped by seal_keys_done. */
struct seal_keys {
	uint8_t box[CARD_KEY], box_secret[CARD_KEY];
	uint8_t sign[CARD_KEY], sign_secret[2 * CARD_KEY];
};
void seal_keys(const struct key *organisation, struct seal_keys *ret);
void seal_keys_done(struct seal_keys *);

/* ---- writing ---- */

typedef bool seal_put(void *ctx, const void *, size_t, struct err *);

struct seal_writer;

struct seal_writer *seal_writer_new(
    const uint8_t to[CARD_KEY], seal_put *, void *ctx, struct err *);
void seal_writer_free(struct seal_writer *);
bool seal_write(
    struct seal_writer *, const void *, size_t, struct err *) MUST_USE;
bool seal_end(struct seal_writer *, struct err *) MUST_USE;

/* Length, manifest and signature; the parts follow by seal_write. */
bool seal_write_head(struct seal_writer *, const struct manifest *,
    const struct seal_keys *, struct err *) MUST_USE;

/* ---- reading ---- */

/* Up to n bytes of the stream, in a row; *ret_n 0 only at the end. */
typedef bool seal_get(void *ctx, void *, size_t, size_t *ret_n, struct err *);

struct seal_reader;

/* keys: outlive the reader. */
struct seal_reader *seal_reader_new(
    const struct seal_keys *, seal_get *, void *ctx);
void seal_reader_free(struct seal_reader *);

/* Why a call was ERR_CORRUPT, and at which byte of the stream the piece begins
 * that does not open. */
enum seal_fault seal_reader_fault(const struct seal_reader *);
uint64_t seal_reader_at(const struct seal_reader *);

/* The manifest, its signature and its house compared; now: seconds. */
bool seal_read_head(struct seal_reader *, struct arena *, int64_t now,
    struct manifest *ret, struct err *) MUST_USE;
/* The next bytes of the next part, n at most; *ret_whole: they were its last,
 * and it is what its digest says.  Until then nobody knows that. */
bool seal_read_part(struct seal_reader *, const struct manifest_part *,
    void *to, size_t n, size_t *ret_n, bool *ret_whole, struct err *) MUST_USE;
/* Behind the last part there is nothing. */
bool seal_read_end(struct seal_reader *, struct err *) MUST_USE;

DEFINE_OWNED(seal_writer)
DEFINE_OWNED(seal_reader)

#endif
