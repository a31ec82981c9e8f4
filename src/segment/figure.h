/*
 * figure — what a covered box looks like, as curves around it.
 *
 * A figure is a body whose curve passes through the corners of the box, ears
 * that stand out of it, and marks on it (eyes, a nose).  All are places where
 * |dx|^power + |dy|^power is at most 1, in units of half the box, and fade
 * outside until that is `fade`.  Marks are of luma alone.
 */
#ifndef SEGMENT_FIGURE_H
#define SEGMENT_FIGURE_H

#include <stddef.h>
#include <stdint.h>

#include "segment/region.h"

struct figure_piece {
	float x, y, rx, ry; /* middle and half axes; of a body: 0, 0 and how far
			       it reaches */
	float fade;         /* over 1 */
	uint8_t power;      /* 1, 2 or 4 */
	uint8_t luma;       /* of a mark */
};

struct figure {
	uint8_t colour[3]; /* luma, Cb, Cr */
	struct figure_piece body;
	const struct figure_piece *ear, *mark;
	size_t ears, marks;
};

const struct figure *figure_of(enum region_figure);

/* |dx|^power + |dy|^power, distances in half axes. */
float figure_at(uint8_t power, float dx, float dy);
/* Where that is fade: in half axes. */
float figure_reach(const struct figure_piece *);

#endif
