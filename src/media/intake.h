/*
 * intake — a stranger's picture in, clean renditions out.
 *
 * One decoding serves the hashes (hashing.h) and every size: the largest is
 * made from it, each further one from the one before.  A second thread makes
 * the hashes meanwhile (beside.h); it is gone when the call returns.  What
 * comes out is new: only pixels of the input reach it, so nothing has to be
 * stripped and nothing can be forgotten.
 *
 * What this cannot detect: a HEIC, AVIF or lossy WebP in which bits of the
 * compressed picture itself were changed (their decoders conceal it, the
 * formats have no checksum), and a JPEG in which such a change still decodes to
 * exactly as many coefficients as there should be.
 */
#ifndef MEDIA_INTAKE_H
#define MEDIA_INTAKE_H

#include "ipc/media.h"
#include "mark/embed.h"

#define INTAKE_BYTES_MAX ((size_t)40 * 1024 * 1024) /* of the input */
#define INTAKE_THUMB_SIDE 400  /* up to this side a rendition is a thumbnail */
#define INTAKE_THUMB_MAX 25000 /* bytes */

struct intake_wish {
	uint32_t side[MEDIA_SIDES]; /* descending, as in struct media_job */
	bool marked; /* else both variants of everything are the same */
	struct mark_place place[MEDIA_SIDES];
};

struct intake {
	struct media_done done;            /* id is the caller's business */
	struct buf rendition[MEDIA_SIDES]; /* rendition.h */
	struct buf hashes;                 /* the table of ipc/hashes.h */
};

/* Before the first picture and before the sandbox: starts the engines and
 * makes each load what it will need. */
bool intake_init(struct err *) MUST_USE;

/* The hashes are of every hypothesis that is asked by default.  False is our
 * own failure; a file that is not good has its verdict in ret->done. */
bool intake_run(str bytes, const struct intake_wish *, struct intake *ret,
    struct err *) MUST_USE;
/* The hashes alone; which, as in struct media_job. */
bool intake_hash(str bytes, unsigned pipelines, unsigned hypotheses,
    struct intake *ret, struct err *) MUST_USE;
void intake_done(struct intake *);

#endif
