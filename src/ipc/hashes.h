/*
 * hashes — everything that one medium is recognised by, packed: as a media
 * worker hands it over in a sealed memory file, as jobs stores it row by row
 * (table medium_hash) and as it goes on to the matcher.
 *
 * A table is its rows one after another, nothing before and nothing behind;
 * no row is an empty table.  Rows of one medium differ in (kind, pipeline,
 * hypothesis, frame).
 */
#ifndef IPC_HASHES_H
#define IPC_HASHES_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "ipc/read.h"

#define HASHES_VALUE_MAX 256 /* bytes: PDQ, eight turns of 32 */
#define HASHES_ROW_BYTES (HASHES_VALUE_MAX + 13) /* at most */
/* Of a picture: 300 frames by every rule, and three digests. */
#define HASHES_ROWS_MAX 5120
#define HASHES_BYTES_MAX ((uint32_t)HASHES_ROWS_MAX * HASHES_ROW_BYTES)
/* Of a video: 65,536 rows, four hours and a half of four a second. */
#define HASHES_FILM_ROWS_MAX 65536
#define HASHES_FILM_BYTES_MAX \
	((uint32_t)HASHES_FILM_ROWS_MAX * HASHES_ROW_BYTES)
#define HASHES_NO_QUALITY 255

struct hash_row {
	uint8_t kind;     /* enum hash_kind of hash/kind.h */
	uint8_t pipeline; /* of PDQ: enum pdq_pipeline; else 0 */
	uint8_t
	    hypothesis;  /* of PDQ: enum query_hypothesis; else 0, as it is */
	uint8_t quality; /* 0 to 100, or HASHES_NO_QUALITY */
	uint8_t unfit;   /* of PDQ: enum pdq_reason, 0 when fit to match */
	/* Of an animation its frame, from 0; of a video the milliseconds since
	 * it began. */
	uint32_t frame;
	/* PDQ: 8 x 32 bytes in the order of enum pdq_turn, the original first,
	 * each as its hexadecimal form is read from the left.  Others: one
	 * value, in the same sense; digests as they are. */
	str value;
};

struct hashes {
	struct hash_row *v;
	size_t n;
};

/* A value over HASHES_VALUE_MAX makes the buf full. */
void hashes_add(struct buf *, const struct hash_row *);

/* The values are views of the bytes.  ERR_CORRUPT: malformed, or more than
 * `most` rows, one of the two above. */
bool hashes_read(struct arena *, str bytes, size_t most, struct hashes *ret,
    struct err *) MUST_USE;

#endif
