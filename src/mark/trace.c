#include "mark/trace.h"

#include <math.h>

#include "mark/search.h"

/* Sizes of the rendition at which it is aligned. */
enum { COARSE, MIDDLE, FINE, FINEST, SIZES };
static const uint32_t sides[SIZES] = {MARK_SEARCH_SIDE, 256, 512, 1024};
static const unsigned rounds[SIZES] = {20, 15, 12, 8};

#define LIKELY 0.7 /* likeness of the whole picture: it is tried first */
#define ALIKE 0.2  /* at MIDDLE: under it, it is another picture */
#define PRESENT 7  /* deviations: a mark is read, nothing else is tried */
#define FOLLOWED 3 /* guesses that go from COARSE to MIDDLE and on */

struct tracing {
	struct mark_grey of[SIZES];
	unsigned sizes; /* as many as the rendition has pixels for */
	struct mark_pyramid copy;
	const struct mark_rendition *rendition;
	struct arena *keep; /* of readings */
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
align(const struct tracing *t, unsigned size, enum mark_motion motion,
    struct mark_fit *fit, struct err *e)
{
	size = size < t->sizes ? size : t->sizes - 1;
	return mark_align(&t->of[size], &t->copy, rounds[size], motion, fit, e);
}

/* From MIDDLE to a reading, which takes the place of one that is less sure.
 * What is sought is the same for all accounts, so this choice favours none. */
static bool
finish(const struct tracing *t, enum mark_motion motion, struct mark_fit *fit,
    struct mark_trace *best, struct err *e)
{
	struct mark_reading r = {0};

	for (unsigned i = FINE; i < SIZES && i < t->sizes; i++)
		if (!align(t, i, motion, fit, e))
			return false;
	if (fit->weight <= 0)
		return true;
	if (!mark_read(
		t->keep, t->rendition, &t->copy.level[0], &fit->warp, &r, e))
		return false;
	if (!best->found || r.presence > best->reading.presence)
		*best = (struct mark_trace){true, *fit, r};
	return true;
}

static bool
present(const struct mark_trace *t)
{
	return t->found && t->reading.presence > PRESENT;
}

/* The steadiest way first. */
static bool
follow(const struct tracing *t, struct mark_fit fit, struct mark_trace *best,
    struct err *e)
{
	static const enum mark_motion motions[] = {
	    MARK_SIMILAR, MARK_AFFINE, MARK_PROJECTIVE};

	for (size_t i = 0; i < 3; i++) {
		if (fit.likeness < ALIKE || present(best))
			return true;
		if (!finish(t, motions[i], &fit, best, e))
			return false;
	}
	return true;
}

/* The copy shows all of the rendition and nothing else, as most do. */
static bool
try_whole(const struct tracing *t, struct mark_trace *best, struct err *e)
{
	const struct mark_grey *of = &t->of[COARSE], *base = &t->copy.level[0];
	double side = of->w > of->h ? of->w : of->h;
	struct mark_fit f = {.warp = mark_warp_scale(base->w * side / of->w,
				 base->h * side / of->h)};

	if (!align(t, COARSE, MARK_AFFINE, &f, e) ||
	    !align(t, MIDDLE, MARK_AFFINE, &f, e))
		return false;
	return f.likeness < LIKELY || follow(t, f, best, e);
}

/* Puts f among the best, heaviest first. */
static void
rank(struct mark_fit best[FOLLOWED], const struct mark_fit *f)
{
	unsigned at = FOLLOWED;

	for (; at > 0 && best[at - 1].weight < f->weight; at--)
		if (at < FOLLOWED)
			best[at] = best[at - 1];
	if (at < FOLLOWED)
		best[at] = *f;
}

static bool
try_guesses(const struct tracing *t, enum mark_poses poses,
    struct mark_trace *best, struct err *e)
{
	struct mark_guess g[MARK_GUESSES];
	struct mark_fit coarse[FOLLOWED] = {0}, middle[FOLLOWED] = {0};
	unsigned n = 0;

	if (!mark_search(&t->of[COARSE], &t->copy, poses, g, &n, e))
		return false;
	for (unsigned i = 0; i < n; i++) {
		struct mark_fit f = {.warp = g[i].warp};

		if (!align(t, COARSE, MARK_SIMILAR, &f, e))
			return false;
		rank(coarse, &f);
	}
	for (unsigned i = 0; i < FOLLOWED && coarse[i].weight > 0; i++) {
		if (!align(t, MIDDLE, MARK_SIMILAR, &coarse[i], e))
			return false;
		rank(middle, &coarse[i]);
	}
	for (unsigned i = 0;
	     i < FOLLOWED && middle[i].weight > 0 && !present(best); i++)
		if (!follow(t, middle[i], best, e))
			return false;
	return true;
}

static bool
find(const struct tracing *t, bool all_poses, struct mark_trace *best,
    struct err *e)
{
	if (!try_whole(t, best, e))
		return false;
	if (!present(best) && !try_guesses(t, MARK_UPRIGHT, best, e))
		return false;
	return present(best) || !all_poses ||
	       try_guesses(t, MARK_ALL_POSES, best, e);
}

bool
mark_trace(struct arena *a, const struct pixels *copy,
    const struct mark_rendition *r, bool all_poses, struct mark_trace *ret,
    struct err *e)
{
	OWNED(arena) work = arena_new(MARK_TRACE_MEMORY);
	struct mark_trace best = {.found = false};
	struct tracing t = {.rendition = r, .keep = a};

	if (work == NULL)
		return err_set(e, ERR_LIMIT, "no room to trace");
	if (!pixels_check(copy, e) || !mark_rendition_check(r, e))
		return false;
	if ((uint64_t)copy->width * copy->height > MARK_COPY_PIXELS_MAX)
		return err_set(e, ERR_LIMIT, "too many pixels to trace");
	if ((copy->width >= MARK_COPY_MIN || copy->height >= MARK_COPY_MIN) &&
	    (!lay_out(work, copy, r, &t, e) || !find(&t, all_poses, &best, e)))
		return false;
	*ret = best;
	return true;
}
