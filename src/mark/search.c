#include "mark/search.h"

#include <math.h>
#include <string.h>

#include "mark/fourier.h"

#define SQUARE 256
#define LEAST 38.0 /* longest side of the copy in the search, pixels */
#define SCALE_STEP 1.055
#define TURN_STEP 3.0 /* degrees */
#define TURNS 3       /* steps each way */
#define NEAR 8.0      /* pixels: two guesses this close are one */
#define WEAK                                                            \
	1.0f /* grey levels: a gradient under it has hardly a direction \
	      */
#define MEMORY ((size_t)32 << 20)

struct search {
	const struct mark_fourier *f;
	const struct mark_pyramid *copy;
	struct mark_square of, work; /* of: the spectrum */
	struct mark_grey seen;
	uint32_t w, h; /* of the rendition */
	struct mark_guess *found;
	unsigned n;
};

/* Mean of nine: gradients of noise are not what is looked for. */
static inline float
soft(const float *p, ptrdiff_t w)
{
	return (p[-w - 1] + p[-w + 1] + p[w - 1] + p[w + 1] +
		   2 * (p[-w] + p[-1] + p[1] + p[w]) + 4 * p[0]) /
	       16;
}

static inline void
gradient(const float *p, ptrdiff_t w, float *ret_x, float *ret_y)
{
	*ret_x = soft(p + 1, w) - soft(p - 1, w);
	*ret_y = soft(p + w, w) - soft(p - w, w);
}

/* The directions; returns the sum of their squared lengths. */
static double
directions(const struct mark_grey *g, struct mark_square *to)
{
	double sum = 0;

	memset(to->re, 0, SQUARE * SQUARE * sizeof(float));
	memset(to->im, 0, SQUARE * SQUARE * sizeof(float));
	for (uint32_t y = 2; y + 2 < g->h; y++)
		for (uint32_t x = 2; x + 2 < g->w; x++) {
			float gx, gy, d;

			gradient(g->p + (size_t)y * g->w + x, g->w, &gx, &gy);
			if (isnan(gx + gy))
				continue;
			d = 1 / (sqrtf(gx * gx + gy * gy) + WEAK);
			to->re[y * SQUARE + x] = gx * d;
			to->im[y * SQUARE + x] = gy * d;
			sum += (double)((gx * gx + gy * gy) * d * d);
		}
	return sum;
}

/* of * conj(work), in place of work. */
static void
correlate(struct search *s)
{
	for (size_t i = 0; i < SQUARE * SQUARE; i++) {
		float ar = s->of.re[i], ai = s->of.im[i];
		float br = s->work.re[i], bi = s->work.im[i];

		s->work.re[i] = ar * br + ai * bi;
		s->work.im[i] = ai * br - ar * bi;
	}
	mark_fourier_back(s->f, &s->work);
}

/* Shifts are modulo the square: the one that overlaps more is meant. */
static double
unwrapped(unsigned t, uint32_t copy, uint32_t of)
{
	double plus = fmin(t + (double)copy, of) - t;
	double minus = fmin((double)t - SQUARE + copy, of);

	return plus >= minus ? (double)t : (double)t - SQUARE;
}

static double
distance(const struct search *s, const struct mark_guess *a,
    const struct mark_guess *b)
{
	double zoom = mark_warp_zoom(&a->warp, 0.5, 0.5) / MARK_SEARCH_SIDE;
	double most = 0;

	for (int i = 0; i < 4; i++) {
		double u = (i & 1) * (double)s->w / MARK_SEARCH_SIDE;
		double v = (i >> 1) * (double)s->h / MARK_SEARCH_SIDE;
		double ax, ay, bx, by;

		mark_warp_point(&a->warp, u, v, &ax, &ay);
		mark_warp_point(&b->warp, u, v, &bx, &by);
		most = fmax(most, hypot(ax - bx, ay - by));
	}
	return most / zoom;
}

/* Keeps the best of each neighbourhood, in order. */
static void
keep(struct search *s, const struct mark_guess *g)
{
	unsigned at;

	for (unsigned i = 0; i < s->n; i++)
		if (distance(s, g, &s->found[i]) < NEAR) {
			if (s->found[i].height >= g->height)
				return;
			s->n--;
			memmove(&s->found[i], &s->found[i + 1],
			    (s->n - i) * sizeof(*g));
			break;
		}
	for (at = s->n; at > 0 && s->found[at - 1].height < g->height; at--)
		;
	if (at == MARK_GUESSES)
		return;
	s->n -= s->n == MARK_GUESSES;
	memmove(&s->found[at + 1], &s->found[at], (s->n - at) * sizeof(*g));
	s->found[at] = *g;
	s->n++;
}

/* The highest point of the correlation. */
static void
take_peak(struct search *s, const struct mark_warp *seen_to_copy)
{
	double squares = 0, side = MARK_SEARCH_SIDE;
	struct mark_guess g;
	struct mark_warp shift;
	size_t at = 0;

	for (size_t i = 0; i < SQUARE * SQUARE; i++) {
		squares += (double)(s->work.re[i] * s->work.re[i]);
		if (s->work.re[i] > s->work.re[at])
			at = i;
	}
	g.height =
	    (double)s->work.re[at] / (sqrt(squares / (SQUARE * SQUARE)) + 1e-9);
	shift = (struct mark_warp){
	    {side, 0, -unwrapped(at % SQUARE, s->seen.w, s->w), 0, side,
		-unwrapped((unsigned)(at / SQUARE), s->seen.h, s->h), 0, 0, 1}};
	g.warp = mark_warp_after(seen_to_copy, &shift);
	keep(s, &g);
}

/* Pixels of the search to pixels of the copy's base: scaled, turned, posed
 * around its middle.  A pose is a quarter turn, 0 to 3, and 4: mirrored. */
static struct mark_warp
seen_to_copy(const struct search *s, double scale, double degrees, int pose)
{
	const struct mark_grey *base = &s->copy->level[0];
	double turn = (degrees + 90 * (pose & 3)) * M_PI / 180;
	double c = cos(turn) / scale, d = sin(turn) / scale;
	double flip = (pose & 4) != 0 ? -1 : 1;
	double mx = s->seen.w / 2.0, my = s->seen.h / 2.0;
	struct mark_warp w = {{c * flip, -d, 0, d * flip, c, 0, 0, 0, 1}};

	w.m[2] = base->w / 2.0 - w.m[0] * mx - w.m[1] * my;
	w.m[5] = base->h / 2.0 - w.m[3] * mx - w.m[4] * my;
	return w;
}

static void
try_one(struct search *s, double scale, double degrees, int pose)
{
	const struct mark_grey *base = &s->copy->level[0], *from;
	bool lies = (pose & 1) != 0;
	double w = scale * (lies ? base->h : base->w);
	double h = scale * (lies ? base->w : base->h);
	struct mark_warp to_copy, to_level;
	unsigned k = 0;

	s->seen.w = (uint32_t)fmin(fmax(w, 8), SQUARE);
	s->seen.h = (uint32_t)fmin(fmax(h, 8), SQUARE);
	to_copy = seen_to_copy(s, scale, degrees, pose);
	for (double z = 1 / scale; z >= 2 && k + 1 < s->copy->n; z /= 2)
		k++;
	from = &s->copy->level[k];
	to_level = mark_warp_scale(
	    from->w / (double)base->w, from->h / (double)base->h);
	to_level = mark_warp_after(&to_level, &to_copy);
	mark_warp_pixels(from, &to_level, MARK_LINEAR, &s->seen);
	if (directions(&s->seen, &s->work) < 1)
		return;
	mark_fourier_there(s->f, &s->work);
	correlate(s);
	take_peak(s, &to_copy);
}

static void
try_all(struct search *s, enum mark_poses poses)
{
	const struct mark_grey *base = &s->copy->level[0];
	double longest = base->w > base->h ? base->w : base->h;

	for (int pose = 0; pose < (int)poses; pose++)
		for (double side = LEAST; side <= SQUARE; side *= SCALE_STEP)
			for (int i = -TURNS; i <= TURNS; i++)
				try_one(s, side / longest, TURN_STEP * i, pose);
}

bool
mark_search(const struct mark_grey *of, const struct mark_pyramid *copy,
    enum mark_poses poses, struct mark_guess ret[MARK_GUESSES], unsigned *ret_n,
    struct err *e)
{
	OWNED(arena) a = arena_new(MEMORY);
	struct mark_fourier *f;
	struct mark_guess found[MARK_GUESSES + 1];
	struct search s = {
	    .copy = copy, .w = of->w, .h = of->h, .found = found};

	if (a == NULL)
		return err_set(e, ERR_LIMIT, "no room to search");
	if ((f = mark_fourier_new(a, SQUARE, e)) == NULL ||
	    !mark_square_new(a, f, &s.of, e) ||
	    !mark_square_new(a, f, &s.work, e) ||
	    !mark_grey_new(a, SQUARE, SQUARE, &s.seen, e))
		return false;
	s.f = f;
	(void)directions(of, &s.of);
	mark_fourier_there(f, &s.of);
	try_all(&s, poses);
	memcpy(ret, found, s.n * sizeof(*ret));
	*ret_n = s.n;
	return true;
}
