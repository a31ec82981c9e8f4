#include "hash/frames.h"

#include <math.h>

#define PLACES 65536   /* times are rounded to so many parts of an output */
#define DRIFT 1.1      /* more than this from its place: dropped or repeated */
#define PLACE_MAX 1e15 /* no video is so long */
#define TICKS_MAX ((int64_t)1 << 53)

void
frames_begin(struct frames *f, struct ratio fps, bool alone)
{
	*f = (struct frames){.step = 1, .alone = alone};
	if (fps.num > 0 && fps.den > 0)
		f->step =
		    fmin(1, FRAMES_FPS / ((double)fps.num / (double)fps.den));
}

static int64_t
within(int64_t v, int64_t least, int64_t most)
{
	return v < least ? least : v > most ? most : v;
}

/* The place among the outputs, a little off the middle between two so that no
 * rounding decides.  Halves go away from zero. */
static double
place_of(struct ratio seconds, int64_t at)
{
	__int128 top, bottom = within(seconds.den, 1, INT32_MAX), half;
	double place;

	top = (__int128)within(at, -TICKS_MAX, TICKS_MAX) *
	      within(seconds.num, 1, INT32_MAX) * FRAMES_FPS * PLACES;
	half = top < 0 ? -(bottom / 2) : bottom / 2;
	place = (double)((top + half) / bottom) / PLACES;
	place = fmin(fmax(place, -PLACE_MAX), PLACE_MAX);
	if (place != 0)
		place += (place < 0 ? -1.0 : 1.0) / (2 * PLACES);
	return place;
}

/* How many outputs the frame lasts. */
static double
length_of(const struct frames *f, struct ratio seconds, int64_t duration)
{
	double tick =
	    (double)seconds.num / (double)(seconds.den > 0 ? seconds.den : 1);
	double length = (double)rintf(
	    (float)((double)duration * tick / (1.0 / FRAMES_FPS)));

	return length > 0 ? length : f->step;
}

static uint32_t
times(double n)
{
	return (uint32_t)fmin(fmax(rint(n), 0), FRAMES_GAP_MAX);
}

struct frames_pick
frames_add(struct frames *f, struct ratio seconds, int64_t at, int64_t duration)
{
	double length = length_of(f, seconds, duration);
	double place = place_of(seconds, at);
	double late = place - (double)f->next, delta = late + length;
	uint32_t n = 1, before = 0;

	if (late < 0 && delta > 0)
		late = 0;
	if (f->alone && f->count == 0 && late >= 0.5) {
		delta = length;
		late = 0;
		f->next = (int64_t)rint(place);
	}
	if (delta < -DRIFT) {
		n = 0;
	} else if (delta > DRIFT) {
		n = times(delta);
		if (late > DRIFT)
			before = times(late - 0.6);
	}
	before = before < n ? before : n;
	f->before[0] = f->before[1];
	f->before[1] = f->before[2];
	f->before[2] = before;
	if (!f->seen) /* there is none before the first */
		before = 0;
	f->seen = true;
	f->next += n;
	f->count += n;
	return (struct frames_pick){before, n - before};
}

/* The middle one of the last three. */
uint32_t
frames_end(const struct frames *f)
{
	int64_t a = f->before[0], b = f->before[1], c = f->before[2];
	int64_t low = a < b ? a : b, high = a < b ? b : a;

	return (uint32_t)(c < low ? low : c > high ? high : c);
}
