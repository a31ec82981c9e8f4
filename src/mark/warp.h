/*
 * warp — where a point of the rendition lies in the suspect copy: a projective
 * map (a photograph of a screen is one), of which scaling, cropping, turning
 * and mirroring are the simple cases.
 *
 * Points of the rendition are given so that its longest side is 1; points of
 * the copy in its pixels, pixel i covering i to i + 1.
 */
#ifndef MARK_WARP_H
#define MARK_WARP_H

#include "mark/grey.h"

struct mark_warp {
	double m[9]; /* row-major */
};

/* First b, then a. */
struct mark_warp mark_warp_after(
    const struct mark_warp *a, const struct mark_warp *b);
struct mark_warp mark_warp_scale(double x, double y);
void mark_warp_point(
    const struct mark_warp *, double x, double y, double *ret_x, double *ret_y);

/* Lengths in the copy per length in the rendition, around the point: the root
 * of the area's; 0 where the map is none. */
double mark_warp_zoom(const struct mark_warp *, double x, double y);

enum mark_sampling {
	MARK_LINEAR,
	MARK_CUBIC /* Catmull and Rom 1974 */
};

/* Fills to; its pixel (x, y) is what lies at the warp of (x, y), both in
 * pixels.  NAN where that is outside of from. */
void mark_warp_pixels(const struct mark_grey *from, const struct mark_warp *,
    enum mark_sampling, struct mark_grey *to);

#endif
