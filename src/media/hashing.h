/*
 * hashing — the hashes of one upload, made while it is decoded.
 *
 * What is hashed is what the programs hash that make the lists of others, so
 * that equal files give equal hashes: the pixels as they are stored, at full
 * size, before orientation, colour profile and any scaling; the colour under
 * transparency as it is; the high byte of 16 bits; grey as one channel; CMYK
 * by the plain formula (1 - C)(1 - K).  Which way up the picture was held is
 * left to the eight turns of PDQ.  Digests are of the file, byte for byte.
 *
 * Of an animation, every frame that differs from those before it is hashed.
 *
 * Lists hold hashes of whole pictures, so what an upload may have been before
 * it was framed or cropped (hash/query.h) is hashed too, by PDQ core alone.
 */
#ifndef MEDIA_HASHING_H
#define MEDIA_HASHING_H

#include "hash/query.h"
#include "ipc/hashes.h"

#define HASHING_FRAMES_MAX 300 /* that differ, of one upload */

struct hashing;

/* pipelines: of PDQ, beside core, bits 1 << enum pdq_pipeline; hypotheses: bits
 * 1 << enum query_hypothesis, beside the picture as it is. */
struct hashing *hashing_new(
    unsigned pipelines, unsigned hypotheses, struct err *);
void hashing_free(struct hashing *);

/* The next frame, from 0.  *ret_full: there are more different ones than
 * HASHING_FRAMES_MAX, and this one is not hashed. */
bool hashing_frame(struct hashing *, const struct pixels *, bool *ret_full,
    struct err *) MUST_USE;
/* Once, with the whole file. */
bool hashing_file(struct hashing *, str bytes, struct err *) MUST_USE;

/* What is left to hash when a file is decoded, as work for beside.h: a frame,
 * where p is not NULL, and the file itself. */
struct hashing_rest {
	struct hashing *hashing;
	struct pixels frame;
	str bytes;
	bool done; /* or e says why not */
	struct err e;
};
void hashing_rest(void *rest);

/* The table of ipc/hashes.h so far; the hashing keeps it. */
str hashing_table(const struct hashing *);

DEFINE_OWNED(hashing)

#endif
