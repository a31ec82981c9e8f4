#include "video/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POINTS (TRACK_PATCH * TRACK_PATCH)
#define LEAST_PX 16     /* of what is followed: a small face with its hair */
#define FLAT 4.0        /* of 255: nothing in it that could be followed */
#define LIKE_LEAST 0.55 /* else it is lost */
#define LIKE_CUT 0.85   /* … where the scene changes */
#define LIKE_RENEW 0.7  /* the patch becomes what is seen now … */
#define LIKE_SAME 0.97  /* … unless it still is the same */
#define REACH 0.75      /* of its size, from one picture to the next */
#define REACH_LEAST 6.0
#define REACH_MOST 40.0
#define NEARER 0.0005 /* of two that are alike, a point of distance */
#define CUT_MEAN 16   /* of 255 */

/* What is looked for: all points of it, or for a first look one in so many. */
struct patch {
	int every;
	float v[POINTS];
};

static struct track_box
grown(const struct track_box *b)
{
	double w = b->w < LEAST_PX ? LEAST_PX : b->w;
	double h = b->h < LEAST_PX ? LEAST_PX : b->h;

	return (struct track_box){
	    b->x - (w - b->w) / 2, b->y - (h - b->h) / 2, w, h};
}

static int
inside(double v, int n)
{
	int i = (int)floor(v);

	return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/* The points of a box, one in `every` each way; the picture's edge goes on
 * beyond it. */
static size_t
sample(const struct track_picture *f, const struct track_box *b, int every,
    float ret[POINTS])
{
	int column[TRACK_PATCH];
	size_t n = 0;

	for (int i = 0; i < TRACK_PATCH; i += every)
		column[i] = inside(b->x + (i + 0.5) * b->w / TRACK_PATCH, f->w);
	for (int k = 0; k < TRACK_PATCH; k += every) {
		int row = inside(b->y + (k + 0.5) * b->h / TRACK_PATCH, f->h);
		const uint8_t *p = f->p + (size_t)row * (size_t)f->w;

		for (int i = 0; i < TRACK_PATCH; i += every)
			ret[n++] = p[column[i]];
	}
	return n;
}

/* To mean 0; returns its length. */
static float
centre(float *v, size_t n)
{
	float sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	sum /= (float)n;
	for (size_t i = 0; i < n; i++) {
		v[i] -= sum;
		squares += v[i] * v[i];
	}
	return sqrtf(squares);
}

/* To mean 0 and length 1. */
static float
level(float *v, size_t n)
{
	float length = centre(v, n);

	for (size_t i = 0; i < n && length > 0; i++)
		v[i] /= length;
	return length;
}

static double
likeness(const struct patch *t, const struct track_picture *f,
    const struct track_box *b)
{
	float v[POINTS], dot = 0, length;
	size_t n = sample(f, b, t->every, v);

	length = centre(v, n);
	for (size_t i = 0; i < n; i++)
		dot += v[i] * t->v[i];
	return length < 1 ? 0 : (double)(dot / length);
}

static void
keep(struct track *t, const struct track_picture *f)
{
	struct track_box b = grown(&t->at);
	float length;

	length = level(t->patch, sample(f, &b, 1, t->patch));
	t->lost |= (double)length < FLAT * TRACK_PATCH;
}

void
track_begin(struct track *t, const struct track_picture *f, struct track_box at)
{
	*t = (struct track){.at = at, .likeness = 1};
	keep(t, f);
}

/* The best place so far. */
struct best {
	struct track_box box; /* as it is followed */
	double like, score;
};

static void
try(const struct patch *t, const struct track_picture *f,
    const struct track_box *from, double dx, double dy, double scale,
    struct best *best)
{
	struct track_box b = {from->x + dx - from->w * (scale - 1) / 2,
	    from->y + dy - from->h * (scale - 1) / 2, from->w * scale,
	    from->h * scale};
	double like = likeness(t, f, &b);
	double score = like - NEARER * hypot(dx, dy);

	if (score > best->score)
		*best = (struct best){b, like, score};
}

static void
around(const struct patch *t, const struct track_picture *f, double reach,
    double step, const double *scale, size_t n, struct best *best)
{
	const struct track_box from = best->box;

	for (double dy = -reach; dy <= reach; dy += step)
		for (double dx = -reach; dx <= reach; dx += step)
			for (size_t i = 0; i < n; i++)
				try(t, f, &from, dx, dy, scale[i], best);
}

/* The same in fewer points. */
static struct patch
coarse(const struct track *t)
{
	struct patch p = {.every = 2};
	size_t n = 0;

	for (int k = 0; k < TRACK_PATCH; k += p.every)
		for (int i = 0; i < TRACK_PATCH; i += p.every)
			p.v[n++] = t->patch[k * TRACK_PATCH + i];
	(void)level(p.v, n);
	return p;
}

static struct best
search(const struct track *t, const struct track_picture *f)
{
	static const double same[] = {1}, near[] = {0.95, 1, 1.05};
	const struct patch rough = coarse(t);
	struct patch fine = {.every = 1};
	struct best best = {grown(&t->at), -2, -2};
	double size = best.box.w > best.box.h ? best.box.w : best.box.h;
	double reach = REACH * size, step = size / 16;

	reach = reach < REACH_LEAST  ? REACH_LEAST
		: reach > REACH_MOST ? REACH_MOST
				     : reach;
	step = step < 1 ? 1 : floor(step);
	memcpy(fine.v, t->patch, sizeof(fine.v));
	around(&rough, f, floor(reach / step) * step, step, same, 1, &best);
	for (; step > 0.6; step /= 2) {
		best.score = -2;
		around(&fine, f, step / 2, step / 2, near, 3, &best);
	}
	return best;
}

/* What is followed may be larger than the box. */
static struct track_box
shrunk(const struct track_box *was, const struct track_box *now)
{
	struct track_box from = grown(was);
	double scale = now->w / from.w;
	double w = was->w * scale, h = was->h * scale;

	return (struct track_box){
	    now->x + (now->w - w) / 2, now->y + (now->h - h) / 2, w, h};
}

static bool
is_out(const struct track_box *b, const struct track_picture *f)
{
	double x = b->x + b->w / 2, y = b->y + b->h / 2;

	return x < 0 || y < 0 || x > f->w || y > f->h;
}

void
track_step(struct track *t, const struct track_picture *f, bool cut)
{
	struct track_box at;
	struct best best;

	if (t->lost)
		return;
	best = search(t, f);
	at = shrunk(&t->at, &best.box);
	t->likeness = best.like;
	t->lost = best.like < (cut ? LIKE_CUT : LIKE_LEAST) || is_out(&at, f);
	if (t->lost)
		return;
	t->at = at;
	if (best.like >= LIKE_RENEW && best.like < LIKE_SAME)
		keep(t, f);
}

static double
both(const struct track_box *a, const struct track_box *b)
{
	double w = fmin(a->x + a->w, b->x + b->w) - fmax(a->x, b->x);
	double h = fmin(a->y + a->h, b->y + b->h) - fmax(a->y, b->y);

	return w > 0 && h > 0 ? w * h : 0;
}

double
track_overlap(const struct track_box *a, const struct track_box *b)
{
	double n = both(a, b);

	return n / (a->w * a->h + b->w * b->h - n);
}

double
track_shared(const struct track_box *a, const struct track_box *b)
{
	return both(a, b) / fmin(a->w * a->h, b->w * b->h);
}

bool
track_is_cut(const struct track_picture *a, const struct track_picture *b)
{
	size_t n = (size_t)a->w * (size_t)a->h;
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (uint64_t)abs(a->p[i] - b->p[i]);
	return sum > n * CUT_MEAN;
}
