#include "mark/fourier.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#define TILE 16 /* of a transposition */

struct mark_fourier {
	unsigned side;
	float *cosine, *sine; /* of k / side turns, k < side / 2 */
};

struct mark_fourier *
mark_fourier_new(struct arena *a, unsigned side, struct err *e)
{
	struct mark_fourier *f = NEW(a, struct mark_fourier);

	assert(side >= TILE && side <= 1024 && (side & (side - 1)) == 0);
	if (f != NULL) {
		f->cosine = NEW_N(a, float, side / 2);
		f->sine = NEW_N(a, float, side / 2);
	}
	if (f == NULL || f->cosine == NULL || f->sine == NULL) {
		(void)err_set(e, ERR_LIMIT, "no room for a transform");
		return NULL;
	}
	f->side = side;
	for (unsigned k = 0; k < side / 2; k++) {
		f->cosine[k] = (float)cos(2 * M_PI * k / side);
		f->sine[k] = (float)sin(2 * M_PI * k / side);
	}
	return f;
}

bool
mark_square_new(struct arena *a, const struct mark_fourier *f,
    struct mark_square *ret, struct err *e)
{
	size_t n = (size_t)f->side * f->side;
	struct mark_square s = {NEW_N(a, float, n), NEW_N(a, float, n)};

	if (s.re == NULL || s.im == NULL)
		return err_set(e, ERR_LIMIT, "no room for a square");
	*ret = s;
	return true;
}

/* Rows i and j to i + j and (i - j) turned by -w. */
static void
part(float *restrict ar, float *restrict ai, float *restrict br,
    float *restrict bi, float wr, float wi, unsigned n)
{
	for (unsigned x = 0; x < n; x++) {
		float dr = ar[x] - br[x], di = ai[x] - bi[x];

		ar[x] += br[x];
		ai[x] += bi[x];
		br[x] = dr * wr + di * wi;
		bi[x] = di * wr - dr * wi;
	}
}

/* The way back: j turned by w, then i + j and i - j. */
static void
join(float *restrict ar, float *restrict ai, float *restrict br,
    float *restrict bi, float wr, float wi, unsigned n)
{
	for (unsigned x = 0; x < n; x++) {
		float tr = br[x] * wr - bi[x] * wi;
		float ti = bi[x] * wr + br[x] * wi;

		br[x] = ar[x] - tr;
		bi[x] = ai[x] - ti;
		ar[x] += tr;
		ai[x] += ti;
	}
}

static void
stage(const struct mark_fourier *f, struct mark_square *s, unsigned half,
    bool back)
{
	unsigned n = f->side, turn = n / 2 / half;

	for (unsigned from = 0; from < n; from += 2 * half)
		for (unsigned k = 0; k < half; k++) {
			size_t i = (size_t)(from + k) * n;
			size_t j = i + (size_t)half * n;

			(back ? join : part)(s->re + i, s->im + i, s->re + j,
			    s->im + j, f->cosine[k * turn], f->sine[k * turn],
			    n);
		}
}

static void
columns(const struct mark_fourier *f, struct mark_square *s, bool back)
{
	if (back)
		for (unsigned half = 1; half < f->side; half *= 2)
			stage(f, s, half, true);
	else
		for (unsigned half = f->side / 2; half > 0; half /= 2)
			stage(f, s, half, false);
}

static void
swap(float *a, float *b)
{
	float kept = *a;

	*a = *b;
	*b = kept;
}

static void
transpose(float *p, unsigned n)
{
	for (unsigned ty = 0; ty < n; ty += TILE)
		for (unsigned tx = 0; tx <= ty; tx += TILE)
			for (unsigned y = ty; y < ty + TILE; y++) {
				unsigned end = tx == ty ? y : tx + TILE;

				for (unsigned x = tx; x < end; x++)
					swap(p + (size_t)y * n + x,
					    p + (size_t)x * n + y);
			}
}

static void
both_ways(const struct mark_fourier *f, struct mark_square *s, bool back)
{
	columns(f, s, back);
	transpose(s->re, f->side);
	transpose(s->im, f->side);
	columns(f, s, back);
}

void
mark_fourier_there(const struct mark_fourier *f, struct mark_square *s)
{
	both_ways(f, s, false);
}

/* Without the division by side * side: nobody asks for it. */
void
mark_fourier_back(const struct mark_fourier *f, struct mark_square *s)
{
	both_ways(f, s, true);
}
