/* cover — the segments that regions reach, once per set of regions. */
#ifndef SEGMENT_COVER_H
#define SEGMENT_COVER_H

#include "segment/encode.h"
#include "segment/file.h"

/* The MCUs that a shape reaches: [x0, x1) x [y0, y1). */
struct cover_box {
	uint32_t x0, y0, x1, y1;
};

struct cover {
	const struct segment_picture *picture;
	const struct encode_tables *tables;
	uint32_t interval, segments;
	uint32_t regions; /* by rising slot */
	uint16_t *slot;
	struct region_shape *shape;
	struct cover_box *box;
	struct file_cover *cover;
	uint32_t covers;
	struct file_pieces pieces;
	/* Work space of one segment. */
	uint16_t *reached;
	uint8_t *code[2], *stuffed, *changes;
	int16_t *a, *b;
};

/* picture: its size and tables; coefficients are not read.  ERR_INPUT: a slot
 * stands twice, or is too large. */
bool cover_init(struct cover *, const struct segment_picture *,
    const struct encode_tables *, uint32_t interval,
    const struct segment_region *, size_t regions, struct err *) MUST_USE;
void cover_done(struct cover *);

/* The MCUs of one segment. */
uint32_t cover_mcus(const struct cover *, uint32_t segment);

/* One segment's two variants as a unit.  to: the area that gets it. */
bool cover_unit(struct cover *, uint32_t segment, const int16_t *a,
    const int16_t *b, struct file_pieces *to, struct err *) MUST_USE;

/* What regions make of a segment, if any reaches it. */
bool cover_segment(struct cover *, uint32_t segment, const int16_t *a,
    const int16_t *b, struct err *) MUST_USE;

/* The whole file, with these plain segments. */
bool cover_write(struct cover *, str jpeg, struct file_pieces *plain,
    struct buf *ret, struct err *) MUST_USE;

#endif
