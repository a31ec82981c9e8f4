/*
 * reel — a .tmk file as entries of a list: an entry holds 1 KB, the file 263
 * KB, so it comes in REEL_PARTS parts, and is put together again by who needs
 * it.
 *
 * Each part is one entry of kind HASH_TMK under the record and id of its
 * video; its value is the file's digest (BLAKE2b, 16 bytes), the number of the
 * part (two bytes, the higher first) and bytes of the file.  So the parts of
 * one file stand together and in their order in any entries file.  The first
 * part stands for the video: a hit names it, and when it is off the video is.
 */
#ifndef LIST_REEL_H
#define LIST_REEL_H

#include "base/err.h"
#include "hash/tmk.h"
#include "list/entry.h"

#define REEL_DIGEST 16
#define REEL_HEAD (REEL_DIGEST + 2)
#define REEL_PART (ENTRY_VALUE_MAX - REEL_HEAD)
#define REEL_PARTS ((TMK_BYTES + REEL_PART - 1) / REEL_PART) /* 262 */

void reel_digest(const uint8_t file[TMK_BYTES], uint8_t ret[REEL_DIGEST]);
/* The value of a part; how many bytes it has. */
size_t reel_part(const uint8_t file[TMK_BYTES],
    const uint8_t digest[REEL_DIGEST], size_t part,
    uint8_t ret[ENTRY_VALUE_MAX]);
/* Of the size and with the number of a part. */
bool reel_part_is_sound(str value);
bool reel_part_is_first(str value); /* of a sound one */

/* A file that is being put together. */
struct reel {
	uint8_t file[TMK_BYTES];
	uint8_t digest[REEL_DIGEST];
	size_t n; /* parts that came; 0: none is under way */
};

bool reel_is_whole(const struct reel *);
/* The next part of the file that is under way, or the first of another when
 * none is.  ERR_CORRUPT: neither; or at the last part, the file is not the one
 * that was taken apart. */
bool reel_add(struct reel *, str value, struct err *) MUST_USE;

#endif
