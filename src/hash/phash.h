/*
 * phash — the small perceptual hashes in common use, equal to those of the
 * programs they come from: ImageHash 4.3 over Pillow 9 (pHash, aHash, dHash)
 * and ph_dct_imagehash of pHash.org.  Greys are made and pictures reduced with
 * the very integers of those programs.
 *
 * Compared by Hamming distance.  No distance is official: 10 for pHash, 5 to
 * 10 for aHash and dHash, 22 to 26 for pHash.org are usual, of 64 bits.
 *
 * Of flat pictures, ramps and checkers the cosine transform is nothing but
 * rounding; its operations are in scipy's order, so that those bits agree too.
 */
#ifndef HASH_PHASH_H
#define HASH_PHASH_H

#include "base/str.h"
#include "hash/pixels.h"

enum phash_kind {
	PHASH,
	PHASH16, /* 256 bits, as all names with 16 */
	PHASH_SIMPLE,
	PHASH_ORG,
	AHASH,
	AHASH16,
	DHASH, /* brighter than its neighbour to the left */
	DHASH16,
	DHASH_VERTICAL, /* than its neighbour above */
	DHASH_VERTICAL16,
	PHASH_KINDS
};

#define PHASH_ALL ((1u << PHASH_KINDS) - 1)
#define PHASH_WORK_ALIGN 64
#define PHASH_HEX_MAX 64

extern const char *const phash_names[PHASH_KINDS];
bool phash_kind_of(str name, enum phash_kind *ret) MUST_USE;

/* As big-endian numbers: the first bit is the highest of bytes[0]. */
struct phash {
	uint8_t bytes[32];
	unsigned bits; /* 64 or 256 */
};

/* Bytes of workspace, aligned to PHASH_WORK_ALIGN. */
size_t phash_work_bytes(uint32_t width, uint32_t height);

/* ret[k] for every kind k whose bit, 1 << k, is in kinds; others stay.
 * ERR_INPUT, ERR_LIMIT: pixels_check, or a workspace that is too small. */
bool phash_all(const struct pixels *, unsigned kinds, void *work,
    size_t work_bytes, struct phash ret[PHASH_KINDS], struct err *) MUST_USE;

/* bits / 4 lower-case hexadecimal digits and a NUL. */
void phash_text(const struct phash *, char ret[PHASH_HEX_MAX + 1]);
int phash_distance(const struct phash *, const struct phash *);

#endif
