/*
 * reading — a segmented rendition that is being sent: its head, and the chunks
 * of it that stand open.
 *
 * Families look at the same photo in the same minute, and each picture is made
 * of chunks that hold both variants of everything.  Answers that are under way
 * at the same time share what one of them has opened.  Whether a viewer may
 * have the picture was decided before, for each answer by itself: a reading is
 * found by the file and the key that its worker handed over with the answer.
 *
 * Nothing outlives its use: with the last answer that reads it a rendition's
 * chunks are wiped.  All readings together keep READING_PAGES chunks at most;
 * the one that was longest not asked for makes room.
 */
#ifndef FRONT_READING_H
#define FRONT_READING_H

#include "crypto/key.h"
#include "segment/file.h"

#define READING_PAGES 256u /* 16 MB */

struct reading;

/* fd is taken, whatever happens.  ERR_CORRUPT: damaged.  It may be one that
 * others read already. */
struct reading *reading_new(int *fd, const struct key *, struct err *);
void reading_free(struct reading *); /* of one who reads */

/* What its head says; as long as somebody reads. */
const struct file *reading_file(const struct reading *);

/* One page of the file, valid until the next call for any reading. */
bool reading_page(
    struct reading *, uint32_t number, str *ret, struct err *) MUST_USE;

/* What is kept at this moment. */
struct reading_load {
	size_t readings, pages;
};
struct reading_load reading_load(void);

DEFINE_OWNED(reading)

#endif
