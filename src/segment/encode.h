/*
 * encode — the entropy-coded bytes of one segment, and what turns one variant
 * of them into the other.
 *
 * A segment begins with fresh DC predictions, as behind a restart marker, so
 * its bytes depend on its own blocks alone.
 */
#ifndef SEGMENT_ENCODE_H
#define SEGMENT_ENCODE_H

#include "segment/huffman.h"
#include "segment/picture.h"

/* Code bytes of one block at most, before stuffing. */
#define ENCODE_BLOCK_BYTES 216
#define ENCODE_MCUS_MAX 32
#define ENCODE_BYTES_MAX \
	((size_t)ENCODE_MCUS_MAX * SEGMENT_MCU_BLOCKS * ENCODE_BLOCK_BYTES + 16)

struct encode_tables {
	struct huffman dc[2], ac[2]; /* luma, chroma */
};

struct encode_seen {
	uint32_t dc[2][256], ac[2][256];
};

/* The greatest size of each AC coefficient (n-th of the scan) that a picture's
 * table leaves room for: what 8-bit samples make, and a mark adds. */
#define ENCODE_MARK_STEPS 2
void encode_limits(const uint16_t quant[SEGMENT_BLOCK], uint16_t ret[64]);
/* Which symbols the tables of such a picture must hold: dc and ac. */
struct encode_need {
	struct huffman_need dc, ac;
};
void encode_need(const uint16_t quant[SEGMENT_BLOCK], struct encode_need *ret);

/* Natural order of what is n-th in the scan. */
extern const uint8_t encode_zigzag[SEGMENT_BLOCK];

/* Bytes of n bytes and their stuffing. */
size_t encode_stuffed(const uint8_t *bytes, size_t n);

/* Adds the symbols of mcus MCUs, as one segment. */
void encode_count(
    const int16_t *coef, uint32_t mcus, unsigned parts, struct encode_seen *);

/* Bytes without stuffing and without marker, into ret[ENCODE_BYTES_MAX];
 * returns how many.  Coefficients are of 8-bit samples (AC under 1024, DC
 * under 2048 either way). */
size_t encode_segment(const int16_t *coef, uint32_t mcus, unsigned parts,
    const struct encode_tables *, uint8_t *ret);

/* Both variants of a segment, as encode_segment gives each: what they have in
 * common is coded once. */
void encode_both(const int16_t *a, const int16_t *b, uint32_t mcus,
    unsigned parts, const struct encode_tables *, uint8_t *ret_a,
    size_t *ret_a_n, uint8_t *ret_b, size_t *ret_b_n);

/* With a zero behind every 0xff, and then marker (0xff, marker); ret has room
 * for 2 n + 2.  Returns how many. */
size_t encode_stuff(
    const uint8_t *bytes, size_t n, uint8_t marker, uint8_t *ret);

/*
 * The changes that make b of a, both without stuffing; they are about a and b
 * as encode_stuff leaves them, and never touch the marker:
 *	skip (0 … 253), byte          so many bytes stay, one is replaced
 *	254, skip, out u16, in u16, … so many stay, out are left out, in follow
 *	255                           255 bytes stay
 * Returns the bytes of ret[ENCODE_PATCH_MAX], 0 when a is b.
 */
#define ENCODE_PATCH_MAX (2 * ENCODE_BYTES_MAX + 16)
size_t encode_diff(
    const uint8_t *a, size_t n, const uint8_t *b, size_t m, uint8_t *ret);

/* Makes b of the stuffed a (n bytes with their marker) in ret, which has room
 * for ret_n bytes and must be filled by them exactly; false: these are no
 * changes of a. */
bool encode_patch(const uint8_t *a, size_t n, const uint8_t *patches,
    size_t patches_n, uint8_t *ret, size_t ret_n) MUST_USE;

#endif
