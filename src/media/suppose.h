/*
 * suppose — what a picture, or a frame of a video, may have been before it was
 * framed, cropped, turned or mirrored: PDQ core of every hypothesis that is
 * asked (hash/query.h) in all eight turns, as rows of ipc/hashes.h.
 */
#ifndef MEDIA_SUPPOSE_H
#define MEDIA_SUPPOSE_H

#include "hash/all.h"
#include "hash/query.h"
#include "ipc/hashes.h"

#define SUPPOSE_TURNS_BYTES (PDQ_TURNS * PDQ_BITS / 8)

/* Of one picture after another; all memory that they need. */
struct suppose {
	void *work; /* of hash_all, aligned */
	size_t work_bytes;
	struct arena *reduced, *made;
};

void suppose_init(struct suppose *);
void suppose_done(struct suppose *);

/* s->work is enough for hash_all of this picture. */
bool suppose_room(
    struct suppose *, const struct pixels *, struct err *) MUST_USE;

/* The eight turns, as a row holds them. */
void suppose_turns(const struct hash_all *, uint8_t ret[SUPPOSE_TURNS_BYTES]);
/* A row, behind those of the table. */
void suppose_row(struct buf *table, const struct hash_all *, enum pdq_pipeline,
    enum query_hypothesis, uint32_t frame);

/* The rows of all hypotheses but « as it is »: bits 1 << enum
 * query_hypothesis.  What says nothing is left out: the picture as it is says
 * why. */
bool suppose_add(struct suppose *, const struct pixels *, unsigned hypotheses,
    uint32_t frame, struct buf *table, struct err *) MUST_USE;

#endif
