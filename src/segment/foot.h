/*
 * foot — a strip under one viewer's picture, as more segments of its JPEG.
 *
 * The picture stays as it is, coefficient by coefficient.  Its last row of MCUs
 * is shown whole, with the samples that repeat its last row (fewer than 16
 * rows); the strip begins below.  The strip is quantised and coded with the
 * picture's own tables, so one strip serves every quality, and no rendition
 * has to be made anew.  Where the last segment of the picture is short of MCUs,
 * it is decoded and coded again with some of the strip behind it: a restart
 * interval is the same all over a scan.
 */
#ifndef SEGMENT_FOOT_H
#define SEGMENT_FOOT_H

#include "segment/file.h"

#define FOOT_BYTES_MAX (1024u * 1024)

/* Luma alone; as wide as the picture's MCUs (foot_width), whole MCUs high.  So
 * many columns (whole MCUs) are in luma, row by row; right of them all samples
 * are blank. */
struct foot {
	const uint8_t *luma;
	uint32_t width, height, until;
	uint8_t blank;
};

/* Samples of a row of MCUs, and of a column of one. */
uint32_t foot_width(const struct file *);
static inline uint32_t
foot_mcu(const struct file *f)
{
	return f->parts == 1 ? 8 : 16;
}

/* How high the picture is with it. */
uint32_t foot_whole_height(const struct file *, const struct foot *);

/* last: the bytes of the picture's last segment, as in this viewer's JPEG.
 * ret, born with its maximum: what stands there instead, and what follows it,
 * to EOI. */
bool foot_make(const struct file *, str last, const struct foot *,
    struct buf *ret, struct err *) MUST_USE;

#endif
