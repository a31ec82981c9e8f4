/*
 * reading — a segmented rendition that is being sent, or was a moment ago: its
 * head, and the chunks of it that stand open.
 *
 * Families look at the same photos in the same minutes, and each picture is
 * made of chunks that hold both variants of everything.  So answers share what
 * one of them has opened, and it stays for READING_KEPT_MS behind the last one.
 * Whether a viewer may have the picture was decided before, for each answer by
 * itself: a reading is found by the file and the key that its worker handed
 * over with the answer, and by nothing else.  Where nobody is given them any
 * more (deleted, withdrawn, erased), what is kept serves nobody.
 *
 * A file that has changed on disk since it was opened is opened anew; what did
 * not open, or was written so lately that a change could not be seen, is not
 * kept.
 *
 * Everything open together has a limit; the one that was longest not used makes
 * room.  What leaves is wiped.  While nothing may be kept, it leaves with its
 * last answer.
 */
#ifndef FRONT_READING_H
#define FRONT_READING_H

#include "crypto/key.h"
#include "segment/file.h"

#define READING_PAGES 256u /* 16 MB for answers under way, at least */
#define READING_KEPT_MS 10000
#define READING_KEPT_MAX 512u /* a descriptor each */

struct reading;

/* Before any other.  keep_bytes: for all together; 0: nothing is kept. */
void reading_init(size_t keep_bytes);
/* From time to time until reading_at_rest: what is kept too long leaves, and
 * memory goes back to the system. */
void reading_tick(int64_t now_ms);
bool reading_at_rest(void);
void reading_done(void); /* wipes what is kept */

/* fd is taken, whatever happens.  ERR_CORRUPT: damaged.  It may be one that
 * others read already. */
struct reading *reading_new(int *fd, const struct key *, struct err *);
void reading_free(struct reading *); /* of one who reads */

/* What its head says; as long as somebody reads. */
const struct file *reading_file(const struct reading *);

/* One page of the file, valid until the next call for any reading. */
bool reading_page(
    struct reading *, uint32_t number, str *ret, struct err *) MUST_USE;

/* What there is at this moment. */
struct reading_load {
	size_t readings, kept; /* kept: of these, nobody reads them */
	size_t pages, bytes;   /* bytes: with heads and last pages */
};
struct reading_load reading_load(void);

DEFINE_OWNED(reading)

#endif
