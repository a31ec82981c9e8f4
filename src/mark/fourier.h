/*
 * fourier — the discrete Fourier transform of squares, side a power of two,
 * for correlations: the spectrum is left in the order in which the transform
 * ends (bits reversed, transposed), which the way back undoes.
 *
 * Radix 2 (Cooley and Tukey 1965), whole rows at a time.
 */
#ifndef MARK_FOURIER_H
#define MARK_FOURIER_H

#include "base/arena.h"
#include "base/err.h"

struct mark_square {
	float *re, *im; /* side * side each */
};

struct mark_fourier;

/* side: a power of two, 16 to 1024. */
struct mark_fourier *mark_fourier_new(
    struct arena *, unsigned side, struct err *);
bool mark_square_new(struct arena *, const struct mark_fourier *,
    struct mark_square *ret, struct err *) MUST_USE;

void mark_fourier_there(const struct mark_fourier *, struct mark_square *);
void mark_fourier_back(const struct mark_fourier *, struct mark_square *);

#endif
