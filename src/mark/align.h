/*
 * align — from a rough guess where the copy lies to a small part of a pixel.
 *
 * Least squares between the rendition and the warped copy over an affine or
 * projective map, a gain and an offset, from coarse to fine (B. Lucas and
 * T. Kanade, « An iterative image registration technique », IJCAI 1981, in the
 * forward compositional form of S. Baker and I. Matthews, IJCV 56, 2004), every
 * pixel weighted by how well it fits (Cauchy), so that what was drawn over the
 * picture does not pull.  No local features: a smooth picture aligns as well as
 * its gradients allow.  Both pictures are compared without their local means,
 * which takes light and borders out.
 */
#ifndef MARK_ALIGN_H
#define MARK_ALIGN_H

#include "mark/warp.h"

#define MARK_LEVELS 8

/* A picture and its halves, level 0 first, down to a side of about 32. */
struct mark_pyramid {
	struct mark_grey level[MARK_LEVELS];
	unsigned n;
};

bool mark_pyramid_new(struct arena *, const struct mark_grey *,
    struct mark_pyramid *ret, struct err *) MUST_USE;

/* What may happen to a copy; the fewer kinds, the steadier on a picture that
 * has little to hold on to. */
enum mark_motion {
	MARK_SIMILAR = 4, /* unknowns: shift, turn, one scale */
	MARK_AFFINE = 6,
	MARK_PROJECTIVE = 8
};

struct mark_fit {
	struct mark_warp warp; /* of the rendition to level 0 of the copy */
	double likeness;       /* correlation of the details where both are */
	double share;          /* of the rendition that the copy shows */
	double weight; /* the more likely this is no chance, the larger */
};

/*
 * Improves fit, of which only the warp is read, in at most rounds steps.
 * of: the rendition at the size at which it is compared.   A guess that leads
 * nowhere ends with weight 0.
 */
bool mark_align(const struct mark_grey *of, const struct mark_pyramid *copy,
    unsigned rounds, enum mark_motion, struct mark_fit *fit,
    struct err *) MUST_USE;

#endif
