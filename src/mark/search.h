/*
 * search — where the copy may lie when nothing is known: every scale and turn
 * on a grid, every shift at once.
 *
 * Orientation correlation (A. Fitch, A. Kadyrov, W. Christmas, J. Kittler,
 * « Orientation correlation », BMVC 2002): each pixel becomes a complex number,
 * the direction of its gradient, and two such maps are correlated by Fourier
 * transform.  Light and contrast do not matter, borders and flat areas say
 * nothing, and a part of the picture is enough.  What is found is rough (a
 * twentieth in scale, 2 degrees): mark_align makes it exact.
 */
#ifndef MARK_SEARCH_H
#define MARK_SEARCH_H

#include "mark/align.h"

#define MARK_SEARCH_SIDE 128 /* the rendition's longest side in the search */
#define MARK_GUESSES 12

struct mark_guess {
	struct mark_warp warp; /* of the rendition to level 0 of the copy */
	double height; /* of the peak, in deviations of what is around it */
};

/* Quarter turns and mirrors of the copy that are tried. */
enum mark_poses { MARK_UPRIGHT = 1, MARK_ALL_POSES = 8 };

/*
 * of: the rendition at MARK_SEARCH_SIDE.  The copy shows it by scale so that
 * what is seen of it is between a third of its sides and twice, turned by up
 * to 10 degrees.  ret: best first; returns how many.
 */
bool mark_search(const struct mark_grey *of, const struct mark_pyramid *copy,
    enum mark_poses, struct mark_guess ret[MARK_GUESSES], unsigned *ret_n,
    struct err *) MUST_USE;

#endif
