/*
 * document — messages between jobs and a document worker.
 *
 * One TAKE at a time: the original comes as the blob that is stored, with its
 * key, and so do two empty blobs for what is made.  PROGRESS now and then, and
 * one TAKEN.  The pictures of the pages lie inside the made PDF, each at a
 * place of its own: they are stored once by the worker.
 */
#ifndef IPC_DOCUMENT_H
#define IPC_DOCUMENT_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"
#include "ipc/chan.h"

enum document_kind {
	DOCUMENT_TAKE = 1,
	DOCUMENT_PROGRESS = 2,
	DOCUMENT_TAKEN = 3,
};

#define DOCUMENT_PAGES_MAX 200
#define DOCUMENT_BYTES_MAX ((int64_t)40 << 20)      /* of the original */
#define DOCUMENT_MADE_MAX ((uint64_t)320 << 20)     /* of the made PDF */
#define DOCUMENT_PAGE_BYTES_MAX ((uint32_t)8 << 20) /* of a picture */
#define DOCUMENT_TEXT_MAX ((uint32_t)2 << 20)
#define DOCUMENT_SIDE 2048u /* pixels of a page's longer side */

extern const struct chan_permit document_to_worker[];
extern const struct chan_permit document_from_worker[];

/* fds: the original's blob, to read; an empty one for the PDF; one for the
 * text. */
#define DOCUMENT_TAKE_FDS 3
struct document_take {
	uint32_t id;
	struct key original, pdf, text;
};

struct document_progress {
	uint32_t pages; /* done */
	uint8_t percent;
};

/* Why a file is refused; each has a sentence for the sender. */
enum document_verdict {
	DOCUMENT_OK,
	DOCUMENT_DAMAGED,
	DOCUMENT_LOCKED, /* asks for a password */
	DOCUMENT_TOO_MANY,
	DOCUMENT_EMPTY,     /* no page */
	DOCUMENT_TOO_HEAVY, /* a page takes too long, too much memory or room */
	DOCUMENT_VERDICTS
};

/* As stored in medium.reason. */
const char *document_verdict_word(enum document_verdict);

/* A JPEG without metadata, upright: so many bytes of the PDF from there. */
struct document_page {
	uint32_t at, bytes;
};

#define DOCUMENT_MD5_BYTES 16
#define DOCUMENT_SHA1_BYTES 20
#define DOCUMENT_SHA256_BYTES 32

struct document_taken {
	uint32_t id;
	uint8_t verdict; /* enum document_verdict */
	/* Nothing is said of the file: what was made could not be written. */
	bool unwritten;
	bool tagged; /* the original says what is a heading, a list … */
	bool worded; /* there is text in it, not pictures of text alone */
	/* Of both blobs, plain; with DOCUMENT_OK alone, as the rest. */
	uint64_t pdf_bytes, text_bytes;
	uint8_t md5[DOCUMENT_MD5_BYTES], sha1[DOCUMENT_SHA1_BYTES],
	    sha256[DOCUMENT_SHA256_BYTES]; /* of the original */
	uint32_t n;
	struct document_page page[DOCUMENT_PAGES_MAX]; /* in their order */
};

#define DOCUMENT_MESSAGE_MAX 2048

void document_take_write(struct buf *, const struct document_take *);
bool document_take_read(str, struct document_take *ret, struct err *) MUST_USE;
void document_progress_write(struct buf *, const struct document_progress *);
bool document_progress_read(
    str, struct document_progress *ret, struct err *) MUST_USE;
void document_taken_write(struct buf *, const struct document_taken *);
bool document_taken_read(
    str, struct document_taken *ret, struct err *) MUST_USE;

#endif
