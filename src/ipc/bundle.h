/*
 * bundle — many copies in one body, as a worker promises them to the front: a
 * row of pieces, each some literal bytes and then, in all but those that have
 * none, one viewer's copy of one picture.
 *
 * It lies in a memory file that the worker made and the front reads a row at a
 * time, so that nothing grows with the number of pictures but that file (about
 * half a kilobyte for each).  The copies are not in it: each is asked of a
 * worker when its turn comes (struct http_part), decided like any other, and
 * must then be what was promised here: as long, and with this mark.
 *
 * In a ZIP a copy ends with its seal, BUNDLE_SEAL bytes: the CRC-32 of all
 * before them, little-endian.  The CRC-32 of a copy with its seal is
 * BUNDLE_SEALED_CRC, whatever the copy is (the residue of that code).  So the
 * headers and the directory of a ZIP around them can be written before a single
 * picture was opened, and a download that goes on in the middle needs no sum of
 * what was sent before.  Readers of JPEG stop at its end and do not see the
 * seal.  What needs no sums (a PDF) has copies without seals.
 *
 * Layout, little-endian: "PREAUBU2", owner u64, pieces u64, bytes u64, copies
 * u32, bytes of a seal u32, zeroes up to BUNDLE_ROW; one row for each piece (at
 * u64, where in the body it begins; text u64, where in the file its literal
 * bytes are; their number u32; bytes of the copy with its seal u32; its number
 * u64; its mark); the literal bytes.
 */
#ifndef IPC_BUNDLE_H
#define IPC_BUNDLE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define BUNDLE_ROW 48u
#define BUNDLE_MARK 16u
#define BUNDLE_SEAL 4u
#define BUNDLE_SEALED_CRC 0x2144df1cu
#define BUNDLE_PIECES_MAX 131072u

struct bundle_head {
	uint64_t owner; /* whose it is: each has one under way at a time */
	uint64_t pieces, bytes; /* of the whole body */
	uint32_t copies;
	uint32_t seal; /* of each: BUNDLE_SEAL, or 0 */
};

struct bundle_piece {
	uint64_t at, text_at;
	uint32_t text_n, copy_n; /* copy_n 0: there is none */
	uint64_t copy;           /* the medium */
	uint8_t mark[BUNDLE_MARK];
};

static inline uint64_t
bundle_piece_end(const struct bundle_piece *p)
{
	return p->at + p->text_n + p->copy_n;
}

/* v's text_at count from the beginning of text. */
bool bundle_write(int fd, const struct bundle_head *,
    const struct bundle_piece *v, str text, struct err *) MUST_USE;

/* ERR_CORRUPT: not what bundle_write writes. */
bool bundle_read_head(int fd, struct bundle_head *ret, struct err *) MUST_USE;
/* The piece that byte `pos` < bytes of the body is in. */
bool bundle_find(int fd, const struct bundle_head *, uint64_t pos,
    struct bundle_piece *ret, struct err *) MUST_USE;

#endif
