#include "mark/trace.h"

#include <math.h>

#include "mark/search.h"

/* Sizes of the rendition at which it is aligned. */
enum { COARSE, MIDDLE, FINE, FINEST, SIZES };
static const uint32_t sides[SIZES] = {MARK_SEARCH_SIDE, 256, 512, 1024};
static const unsigned rounds[SIZES] = {15, 10, 8, 5};

#define SURE 0.85  /* likeness of the whole picture: no search needed */
#define ALIKE 0.35 /* at MIDDLE: under it, it is another picture */
#define FOLLOWED 3 /* guesses that go from COARSE to MIDDLE */

struct tracing {
	struct mark_grey of[SIZES];
	unsigned sizes; /* as many as the rendition has pixels for */
	struct mark_pyramid copy;
};

static bool
lay_out(struct arena *a, const struct pixels *copy,
    const struct mark_rendition *r, struct tracing *t, struct err *e)
{
	struct mark_grey base, other;
	uint32_t w, h;
	size_t n;

	mark_grey_fit(copy->width, copy->height, MARK_COPY_SIDE, &w, &h);
	if (!mark_grey_of_pixels(a, copy, w, h, &base, e) ||
	    !mark_pyramid_new(a, &base, &t->copy, e))
		return false;
	for (unsigned i = SIZES; i-- > 0;) {
		mark_grey_fit(r->a.width, r->a.height, sides[i], &w, &h);
		if (i == FINEST) {
			if (!mark_grey_of_pixels(
				a, &r->a, w, h, &t->of[i], e) ||
			    !mark_grey_of_pixels(a, &r->b, w, h, &other, e))
				return false;
			n = (size_t)w * h;
			for (size_t k = 0; k < n; k++)
				t->of[i].p[k] =
				    (t->of[i].p[k] + other.p[k]) / 2;
		} else if (!mark_grey_shrink(
			       a, &t->of[i + 1], w, h, &t->of[i], e))
			return false;
	}
	t->sizes = 1;
	while (t->sizes < SIZES && t->of[t->sizes].w > t->of[t->sizes - 1].w)
		t->sizes++;
	return true;
}

static bool
align(
    const struct tracing *t, unsigned size, struct mark_fit *fit, struct err *e)
{
	size = size < t->sizes ? size : t->sizes - 1;
	return mark_align(
	    &t->of[size], &t->copy, rounds[size], size >= FINE, fit, e);
}

/* The copy shows all of the rendition and nothing else, as most do. */
static bool
try_whole(const struct tracing *t, struct mark_fit *ret, struct err *e)
{
	const struct mark_grey *of = &t->of[COARSE], *base = &t->copy.level[0];
	double side = of->w > of->h ? of->w : of->h;
	struct mark_fit f = {.warp = mark_warp_scale(base->w * side / of->w,
				 base->h * side / of->h)};

	if (!align(t, COARSE, &f, e) || !align(t, MIDDLE, &f, e))
		return false;
	*ret = f;
	return true;
}

/* The guesses that align best, best first. */
static bool
sift(const struct tracing *t, const struct mark_guess *g, unsigned n,
    struct mark_fit best[FOLLOWED], struct err *e)
{
	for (unsigned i = 0; i < n; i++) {
		struct mark_fit f = {.warp = g[i].warp};
		unsigned at = FOLLOWED;

		if (!align(t, COARSE, &f, e))
			return false;
		for (; at > 0 && best[at - 1].weight < f.weight; at--)
			if (at < FOLLOWED)
				best[at] = best[at - 1];
		if (at < FOLLOWED)
			best[at] = f;
	}
	return true;
}

static bool
try_guesses(const struct tracing *t, enum mark_poses poses,
    struct mark_fit *best, struct err *e)
{
	struct mark_guess g[MARK_GUESSES];
	struct mark_fit sifted[FOLLOWED] = {0};
	unsigned n = 0;

	if (!mark_search(&t->of[COARSE], &t->copy, poses, g, &n, e) ||
	    !sift(t, g, n, sifted, e))
		return false;
	for (unsigned i = 0; i < FOLLOWED; i++) {
		if (sifted[i].weight <= 0)
			continue;
		if (!align(t, MIDDLE, &sifted[i], e))
			return false;
		if (sifted[i].weight > best->weight)
			*best = sifted[i];
	}
	return true;
}

static bool
find(const struct tracing *t, bool all_poses, struct mark_fit *fit,
    struct err *e)
{
	if (!try_whole(t, fit, e))
		return false;
	if (fit->likeness < SURE && !try_guesses(t, MARK_UPRIGHT, fit, e))
		return false;
	if (fit->likeness < ALIKE && all_poses &&
	    !try_guesses(t, MARK_ALL_POSES, fit, e))
		return false;
	if (fit->likeness < ALIKE)
		return true;
	for (unsigned i = FINE; i < t->sizes; i++)
		if (!align(t, i, fit, e))
			return false;
	return true;
}

bool
mark_trace(struct arena *a, const struct pixels *copy,
    const struct mark_rendition *r, bool all_poses, struct mark_trace *ret,
    struct err *e)
{
	OWNED(arena) work = arena_new(MARK_TRACE_MEMORY);
	struct mark_trace out = {.found = false};
	struct tracing t;

	if (work == NULL)
		return err_set(e, ERR_LIMIT, "no room to trace");
	if (!pixels_check(copy, e) || !mark_rendition_check(r, e))
		return false;
	if ((uint64_t)copy->width * copy->height > MARK_COPY_PIXELS_MAX)
		return err_set(e, ERR_LIMIT, "too many pixels to trace");
	if (copy->width >= MARK_COPY_MIN || copy->height >= MARK_COPY_MIN) {
		if (!lay_out(work, copy, r, &t, e) ||
		    !find(&t, all_poses, &out.fit, e))
			return false;
		out.found = out.fit.likeness >= ALIKE;
	}
	if (out.found &&
	    !mark_read(a, r, &t.copy.level[0], &out.fit.warp, &out.reading, e))
		return false;
	*ret = out;
	return true;
}
