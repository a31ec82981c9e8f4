/*
 * file — a segmented rendition: one JPEG in which every segment (what stands
 * between two restart markers) can be had in variants.
 *
 *	head     64 bytes, see below
 *	table    slots of the regions; one record per segment; one per cover
 *	JPEG     from SOI to SOS, with DRI
 *	covered  the segments that a region reaches, once per set of regions
 *	plain    all segments with nothing covered
 *
 * A unit is one segment as it stands in the JPEG of variant A, with the marker
 * that follows it (RSTn by its place, EOI behind the last), and behind that the
 * changes that make variant B of it (encode.h), or none.  The units of an area
 * lie one behind the other, except that none crosses a multiple of FILE_PAGE:
 * then it begins there, and zeroes fill the gap.  A page that no wanted unit
 * lies in need never be read; pages are the chunks of an encrypted blob.
 *
 * Head, little-endian: "PREAUSG1", bytes of the whole file u32, of head + table
 * + JPEG u32, digest of these without the digest u64, width u16, height u16,
 * parts u8, unused u8, MCUs per segment u16, segments u16, regions u16, covers
 * u16, bytes of the JPEG head u16, zeroes.  The digest is against accidents;
 * against forgery the blob has its own.
 * Segment: bytes of A u16, of the changes u16, of B u16; no changes: B is A.
 * Cover, by rising segment: segment u16, regions that reach it u8, 1 when it
 * has but one variant u8, then these regions as u16 places in the list of
 * slots, rising, then its variants like segments.  With up to
 * FILE_SETS_OF regions it has one for each set but the empty one: set s, where
 * bit i stands for the i-th of its regions, is variant s - 1.  With more it has
 * one, for any of them, in which all are covered.  More than FILE_LISTED: none
 * is listed, and any region of the picture stands for them.  So it may cover
 * more than was asked, never less.
 */
#ifndef SEGMENT_FILE_H
#define SEGMENT_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "segment/region.h"

#define FILE_PAGE 65536u
#define FILE_FIXED 64u /* bytes that tell how long the head is */
#define FILE_HEAD_MAX (512u * 1024)
#define FILE_BYTES_MAX (48u * 1024 * 1024)
#define FILE_SEGMENTS_MAX 8192u
#define FILE_SETS_OF 3u
#define FILE_LISTED 16u

struct file_unit {
	uint32_t at;            /* in the file */
	uint16_t a, changes, b; /* bytes */
};

struct file_cover {
	uint16_t segment;
	uint8_t n;                    /* regions listed */
	bool one;                     /* for all of its regions */
	uint16_t region[FILE_LISTED]; /* places in slot */
	uint32_t first;               /* of its units in file.covered */
};

/* What a head says, checked; lists are of the arena. */
struct file {
	uint32_t bytes, head_bytes;
	uint16_t width, height;
	uint8_t parts;
	uint16_t interval; /* MCUs per segment; the last has the rest */
	uint32_t segments, regions, covers;
	str jpeg; /* SOI to SOS: of the bytes that were read */
	struct file_unit *unit;
	uint16_t *slot; /* rising */
	struct file_cover *cover;
	struct file_unit *covered;
	uint32_t n_covered;
};

static inline uint32_t
file_variants(const struct file_cover *c)
{
	return c->one ? 1 : (1u << c->n) - 1;
}

/* Bytes of head, table and JPEG head, from the first FILE_FIXED bytes. */
bool file_head_bytes(str fixed, uint32_t *ret, struct err *) MUST_USE;

/* head: as many bytes as file_head_bytes says.  ERR_CORRUPT: damaged, or not
 * what this version writes. */
bool file_read(
    struct arena *, str head, struct file *ret, struct err *) MUST_USE;

/* One of the units after the other: where it lies. */
uint32_t file_place(uint64_t *io_at, uint32_t bytes);

/* ---- writing ---- */

/* A unit's bytes in the order of the file. */
struct file_piece {
	size_t from; /* in the area's buffer */
	uint16_t a, changes, b;
};

struct file_pieces {
	struct buf bytes;
	struct file_piece *v;
	size_t n, cap;
};

struct file_plan {
	uint16_t width, height;
	uint8_t parts;
	uint16_t interval;
	const uint16_t *slot;
	uint32_t regions;
	const struct file_cover *cover; /* first is not looked at */
	uint32_t covers;
	str jpeg;
	struct file_pieces covered, plain;
};

void file_pieces_done(struct file_pieces *);
/* ERR_LIMIT: no memory, or a unit that no page holds. */
bool file_pieces_add(struct file_pieces *, const uint8_t *a, size_t a_n,
    const uint8_t *changes, size_t changes_n, size_t b_n,
    struct err *) MUST_USE;
bool file_write(
    const struct file_plan *, struct buf *ret, struct err *) MUST_USE;

#endif
