/*
 * read — what a suspect copy says about each segment: nearer to A or to B.
 *
 * Both variants are ours, so nothing is guessed: the copy is laid onto the
 * rendition; what the rendition explains of it (light, gamma, blur and the
 * last fraction of a pixel, fitted anew in every tile) is taken away; what is
 * left is correlated, segment by segment, with half the difference B - A, each
 * pixel weighted by how little else is left around it.  So a masked face, a
 * caption or a torn corner says little, and a calm sky what it can.
 */
#ifndef MARK_READ_H
#define MARK_READ_H

#include "mark/warp.h"

#define MARK_READ_SIDE 1024 /* longest side at which it is read, at most */

/* A rendition that we own: all segments in A, all in B. */
struct mark_rendition {
	struct pixels a, b; /* decoded, of one size */
	uint32_t mcu_px;    /* 16, or 8 where the JPEG is grey */
	uint32_t mcus;      /* of a segment, in the order of the scan */
};

/* ERR_INPUT for what is none. */
bool mark_rendition_check(const struct mark_rendition *, struct err *) MUST_USE;
size_t mark_rendition_segments(const struct mark_rendition *);

/* Per segment, in deviations of the noise: what was read, and what B at its
 * full strength would give (A: the same below zero).  Both 0: not seen. */
struct mark_reading {
	size_t n;
	float *value, *full;
	/* How sure it is that a mark was read at all, in deviations, at most
	 * the root of n: what was read against what the same differences give
	 * a block beside their place.  The same whatever the bits are. */
	double presence;
};

/* warp: of the rendition to the copy, exact. */
bool mark_read(struct arena *, const struct mark_rendition *,
    const struct mark_grey *copy, const struct mark_warp *,
    struct mark_reading *ret, struct err *) MUST_USE;

#endif
