/*
 * region — where a picture is covered, and with what.
 *
 * A region is a box on the upright picture; what covers it is larger than the
 * box, so that nothing of what was in it is left: the box grows by
 * REGION_SPREAD samples of each plane (what making a picture smaller smears),
 * then to whole blocks (what quantising one smears), and the figure, solid with
 * a soft edge outside, is drawn around the result: no sample of a block of the
 * grown box depends on what was there.  A box of no size is a
 * point and is covered likewise; what lies outside the picture is cut off, a
 * box that is wholly outside covers nothing.
 */
#ifndef SEGMENT_REGION_H
#define SEGMENT_REGION_H

#include "segment/picture.h"

#define SEGMENT_REGIONS_MAX                              \
	1024 /* of one picture; slots are numbered below \
	      */
#define REGION_UNIT 65536
#define REGION_SPREAD 3

/* What it is covered with; figure.h says how they are drawn. */
enum region_figure {
	REGION_ROUND,
	REGION_OVAL,
	REGION_CAT,
	REGION_BEAR,
	REGION_FIGURES
};

/* Corners in REGION_UNITs of the picture's width and height; x1 < x0 is read
 * as x0.  slot: the region's number in its picture, never used for another. */
struct segment_region {
	uint16_t slot;
	int32_t x0, y0, x1, y1;
	enum region_figure figure;
};

/* As it falls on the planes of one picture. */
struct region_shape {
	enum region_figure figure;
	struct region_part {
		bool any;
		/* In samples: the grown box by its middle and half its sides,
		 * and what of the figure is drawn elsewhere by the box that all
		 * planes share. */
		float x, y, rx, ry;
		float fx, fy, frx, fry;
		float x0, y0, x1, y1; /* nothing is drawn outside */
	} part[3];
};

enum region_reach { REGION_APART, REGION_EDGE, REGION_INSIDE };

void region_shape(const struct segment_region *, const struct segment_picture *,
    struct region_shape *ret);

/* How a shape and a block (of mcu, in coding order) meet. */
enum region_reach region_reach(const struct region_shape *,
    const struct segment_picture *, uint32_t mcu, unsigned block);

/* ret: the block covered by n shapes; false: none of them reaches it, and
 * nothing was written.  from may be ret. */
bool region_cover(const struct region_shape *const *shape, size_t n,
    const struct segment_picture *, uint32_t mcu, unsigned block,
    const int16_t *from, int16_t *ret);

#endif
