/*
 * upload — one file on its way: encrypted into a blob, or plain into a memory
 * file for a sheet, with the digest of its plain bytes.
 *
 * A file that comes in pieces is gone on with: what is not a whole chunk at the
 * end of a piece is kept beside the others, also when the piece is cut.  Its
 * digest waits for the next piece in this process's memory (begun.h), and never
 * on the disk, where nothing that follows from the bytes lies; when it is not
 * there, what is stored is read again with the last piece.  The worker syncs a
 * piece before it answers (sharing/pieces.h): everybody else waits for this
 * process, and for a large file the disk takes long.
 *
 * What is to be larger than a photo may be is a video by its first bytes
 * (media/sniff.h), or refused with them: as TOO_BIG, and nothing of it counts.
 */
#ifndef FRONT_UPLOAD_H
#define FRONT_UPLOAD_H

#include "crypto/sum.h"
#include "front/tus.h"
#include "ipc/http.h"
#include "store/blob.h"

#define UPLOAD_FILE_MAX ((uint64_t)40 * 1024 * 1024)
#define UPLOAD_VIDEO_MAX_BYTES ((uint64_t)2 << 30) /* in pieces */
#define UPLOAD_HEAD 16 /* bytes that say what it is */
#define UPLOAD_SHEET_MAX ((uint64_t)4 * 1024 * 1024)

struct upload {
	bool open;
	int fd; /* owned; a sheet's and a piece's stay until the answer */
	struct blob_writer *blob; /* NULL: a sheet */
	struct sum *digest;
	uint64_t bytes, max; /* of the whole file */
	uint64_t total;      /* in pieces: what there will be, else 0 */
	bool ends;           /* with this request */
	bool again;          /* the digest is of what is read again … */
	uint64_t chunks;     /* … so far */
	struct sum *piece;   /* NULL, or of this piece: it has a checksum */
	struct tus_checksum checksum;
	bool large; /* … and its first bytes are still to come: */
	uint8_t head[UPLOAD_HEAD];
	size_t n_head;
	uint8_t state; /* enum http_file_state */
	uint64_t handle;
};

void upload_init(struct upload *);
/* What is open and a piece is kept as far as it came. */
void upload_done(struct upload *);

/* A failure is a state of the file, for the worker to judge; fd is taken.
 * announced: bytes of the request, or HTTP_NO_BYTES; checksum: NULL, or of a
 * piece. */
void upload_blob(struct upload *, int fd, const struct http_file_go *,
    uint64_t announced, const struct tus_checksum *);
bool upload_sheet(struct upload *); /* false: no memory file */
void upload_write(struct upload *, const void *, size_t);
/* Fills all but the name of *ret; a sheet's fd stays open, and a piece's, which
 * nobody else may write on before the worker has answered. */
void upload_finish(struct upload *, struct http_file *ret);

#endif
