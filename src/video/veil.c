#include "video/veil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "video/track.h"

#define UNITS 65536
#define PARTS_MAX ((size_t)1 << 21) /* 40 MB; behind them all is whole */
#define MARGIN 0.3                  /* of the box, on each side */
#define MARGIN_DOUBT 0.6            /* … more where it is unlike */
#define MARGIN_STEP 0.01 /* … and for each frame away from it … */
#define MARGIN_STEPS 0.3 /* … so much at most */
#define MARGIN_PX 2.0
#define EDGE_PX 2.0  /* so near it is cut by the edge */
#define LANDED 0.3   /* overlap of what is the same place */
#define MERGED 0.4   /* … and of two that are one */
#define TOO_MUCH 0.5 /* of the picture: then it is the whole of it */

/* What was found from one box, one way through the frames between two stills.
 * Steps begin at the box. */
struct way {
	const struct video_box *seed;
	struct track_box *at; /* n of them, in points */
	double *like;
	size_t known; /* steps that are believed; 1 at least: the box itself */
	bool back;
};

struct veil {
	const struct video_wish *wish;
	int w, h;
	uint8_t *frame; /* of the span, one behind the other */
	int64_t *at_ms;
	bool *cut; /* between the one before and this one */
	size_t n;  /* in the span, whether it is kept or not */
	bool kept;
	uint32_t first;  /* number of the span's first frame */
	uint32_t stills; /* passed so far */
	struct veil_part *part;
	size_t parts, room;
	uint8_t *whole; /* a byte a frame */
	size_t frames, frames_room;
};

/* ---- memory ---- */

static bool
no_memory(struct err *e)
{
	return err_set(e, ERR_LIMIT, "no memory to follow what is masked");
}

struct veil *
veil_new(const struct video_wish *wish, int width, int height, struct err *e)
{
	OWNED(veil) v = calloc(1, sizeof(*v));

	if (v != NULL) {
		*v = (struct veil){.wish = wish, .w = width, .h = height};
		v->frame =
		    malloc((size_t)width * (size_t)height * VEIL_FRAMES_MAX);
		v->at_ms = calloc(VEIL_FRAMES_MAX, sizeof(*v->at_ms));
		v->cut = calloc(VEIL_FRAMES_MAX, sizeof(*v->cut));
	}
	if (v == NULL || v->frame == NULL || v->at_ms == NULL ||
	    v->cut == NULL) {
		(void)no_memory(e);
		return NULL;
	}
	return TAKE(v);
}

void
veil_free(struct veil *v)
{
	if (v == NULL)
		return;
	free(v->frame);
	free(v->at_ms);
	free(v->cut);
	free(v->part);
	free(v->whole);
	free(v);
}

static struct track_picture
picture(const struct veil *v, size_t i)
{
	size_t bytes = (size_t)v->w * (size_t)v->h;

	return (struct track_picture){v->frame + i * bytes, v->w, v->h};
}

/* ---- what is covered ---- */

static void
cover_all(struct veil *v, size_t i)
{
	v->whole[v->first + i] = 1;
}

static void
cover_span(struct veil *v)
{
	for (size_t i = 0; i < v->n; i++)
		cover_all(v, i);
}

static uint32_t
units(double px, int side)
{
	double u = px / side * UNITS;

	return u < 0 ? 0 : u > UNITS ? UNITS : (uint32_t)u;
}

static bool
room_for_part(struct veil *v)
{
	size_t more = v->room == 0 ? 1024 : 2 * v->room;
	struct veil_part *p;

	if (v->parts < v->room)
		return true;
	p = v->room >= PARTS_MAX
		? NULL
		: reallocarray(v->part, more, sizeof(*v->part));
	if (p == NULL)
		return false;
	v->part = p;
	v->room = more;
	return true;
}

/* The box with so many points around it.  What there is no room to say is
 * whole. */
static void
cover(struct veil *v, size_t i, const struct track_box *b, double dx, double dy)
{
	struct veil_part p = {v->first + (uint32_t)i, units(b->x - dx, v->w),
	    units(b->y - dy, v->h), units(b->x + b->w + dx + 1, v->w),
	    units(b->y + b->h + dy + 1, v->h)};
	double part = (double)(p.x1 - p.x0) * (p.y1 - p.y0);

	if (p.x0 >= p.x1 || p.y0 >= p.y1)
		return;
	if (part > TOO_MUCH * UNITS * UNITS || !room_for_part(v))
		cover_all(v, i);
	else
		v->part[v->parts++] = p;
}

/* ---- one way ---- */

/* Steps of a way to frames of the span. */
static size_t
frame_of(const struct veil *v, const struct way *w, size_t step)
{
	return w->back ? v->n - 1 - step : step;
}

static bool
cut_before(const struct veil *v, const struct way *w, size_t step)
{
	return v->cut[frame_of(v, w, step) + (w->back ? 1 : 0)];
}

static struct track_box
box_px(const struct veil *v, const struct video_box *b)
{
	return (struct track_box){(double)b->x * v->w / UNITS,
	    (double)b->y * v->h / UNITS, (double)b->w * v->w / UNITS,
	    (double)b->h * v->h / UNITS};
}

/* Does the way back from its last step end where it began? */
static bool
comes_back(const struct veil *v, const struct way *w)
{
	size_t step = w->known - 1;
	struct track_picture f = picture(v, frame_of(v, w, step));
	struct track t;

	track_begin(&t, &f, w->at[step]);
	while (step-- > 0) {
		f = picture(v, frame_of(v, w, step));
		track_step(&t, &f, cut_before(v, w, step + 1));
	}
	return !t.lost && track_overlap(&t.at, &w->at[0]) >= LANDED;
}

static void
follow(const struct veil *v, struct way *w)
{
	struct track_picture f = picture(v, frame_of(v, w, 0));
	struct track t;

	w->at[0] = box_px(v, w->seed);
	w->like[0] = 1;
	track_begin(&t, &f, w->at[0]);
	for (w->known = 1; w->known < v->n; w->known++) {
		f = picture(v, frame_of(v, w, w->known));
		track_step(&t, &f, cut_before(v, w, w->known));
		if (t.lost)
			break;
		w->at[w->known] = t.at;
		w->like[w->known] = t.likeness;
	}
	if (w->known > 1 && !comes_back(v, w))
		w->known = 1;
}

/* A face that the edge of the picture cuts is as tall as it is wide. */
static struct track_box
uncut(const struct veil *v, const struct track_box *seed)
{
	struct track_box b = *seed;

	if (b.x < EDGE_PX && b.w < b.h) {
		b.x -= b.h - b.w;
		b.w = b.h;
	} else if (b.x + b.w > v->w - EDGE_PX && b.w < b.h)
		b.w = b.h;
	if (b.y < EDGE_PX && b.h < b.w) {
		b.y -= b.w - b.h;
		b.h = b.w;
	} else if (b.y + b.h > v->h - EDGE_PX && b.h < b.w)
		b.h = b.w;
	return b;
}

/* What is covered where the seed was followed to: all of the face, no smaller
 * than as it was boxed on the other side. */
static struct track_box
face_of(const struct veil *v, const struct way *w, const struct way *other,
    size_t step)
{
	const struct track_box *at = &w->at[step], *seed = &w->at[0];
	struct track_box whole = uncut(v, seed), b;
	double by = at->w / seed->w, more;

	b = (struct track_box){at->x + (whole.x - seed->x) * by,
	    at->y + (whole.y - seed->y) * by, whole.w * by, whole.h * by};
	if (other == NULL)
		return b;
	more = other->at[0].w - b.w;
	if (more > 0) {
		b.x -= more / 2;
		b.w += more;
	}
	more = other->at[0].h - b.h;
	if (more > 0) {
		b.y -= more / 2;
		b.h += more;
	}
	return b;
}

static void
cover_known(struct veil *v, const struct way *w, const struct way *other)
{
	for (size_t k = 0; k < w->known; k++) {
		const struct track_box face = face_of(v, w, other, k);
		const struct track_box *b = &face;
		double steps = MARGIN_STEP * (double)k;
		double m = MARGIN + MARGIN_DOUBT * (1 - w->like[k]) +
			   (steps < MARGIN_STEPS ? steps : MARGIN_STEPS);

		cover(v, frame_of(v, w, k), b, m * b->w + MARGIN_PX,
		    m * b->h + MARGIN_PX);
	}
}

/* From where nobody knows any more to step `until`. */
static void
cover_doubt(
    struct veil *v, const struct way *w, const struct way *other, size_t until)
{
	const struct track_box face = face_of(v, w, other, w->known - 1);
	const struct track_box *b = &face;
	int64_t from = v->at_ms[frame_of(v, w, w->known - 1)];
	double side = v->w > v->h ? v->w : v->h;
	bool cut = false;

	for (size_t k = w->known; k < until; k++) {
		size_t i = frame_of(v, w, k);
		double s = fabs((double)(v->at_ms[i] - from)) / 1000;
		double reach = VEIL_SPEED * side * s;

		cut |= cut_before(v, w, k);
		if (cut)
			cover_all(v, i);
		else
			cover(v, i, b, reach + MARGIN * b->w + MARGIN_PX,
			    reach + MARGIN * b->h + MARGIN_PX);
	}
}

/* ---- between two stills ---- */

struct ways {
	struct way v[VIDEO_BOXES_MAX];
	size_t n;
};

/* The same child's, from the other side; NULL: nobody named it there. */
static const struct way *
other_side(const struct ways *l, const struct way *w)
{
	for (size_t i = 0; i < l->n && w->seed->who != 0; i++)
		if (l->v[i].seed->who == w->seed->who &&
		    l->v[i].back != w->back)
			return &l->v[i];
	return NULL;
}

/* Two faces that are in one place: one of them follows the other's face, and
 * nobody knows which. */
static void
part_ways(struct way *a, struct way *b)
{
	size_t n = a->known < b->known ? a->known : b->known, k = 0;

	while (k < n && track_shared(&a->at[k], &b->at[k]) < MERGED)
		k++;
	if (k < n)
		a->known = b->known = k > 0 ? k : 1;
}

/* One that goes all the way ends in the other's box, or is not believed. */
static void
compare(const struct veil *v, const struct ways *l, struct way *w)
{
	const struct way *o = other_side(l, w);

	if (o != NULL && v->n > 1 && w->known == v->n &&
	    track_overlap(&w->at[v->n - 1], &o->at[0]) < LANDED)
		w->known = 1;
}

static void
cover_way(struct veil *v, const struct ways *l, const struct way *w)
{
	const struct way *o = other_side(l, w);
	size_t until = o == NULL ? v->n : v->n - o->known;

	cover_known(v, w, o);
	cover_doubt(v, w, o, until);
}

static bool
list_ways(struct veil *v, uint32_t still, bool back, struct ways *l)
{
	const struct video_wish *q = v->wish;

	for (uint32_t i = 0; i < q->n_boxes; i++) {
		struct way *w = &l->v[l->n];

		if (q->box[i].still != still)
			continue;
		*w = (struct way){.seed = &q->box[i], .back = back};
		w->at = calloc(v->n, sizeof(*w->at));
		w->like = calloc(v->n, sizeof(*w->like));
		l->n++;
		if (w->at == NULL || w->like == NULL)
			return false;
	}
	return true;
}

static void
ways_free(struct ways *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].at);
		free(l->v[i].like);
	}
	free(l);
}

static void
cover_ways(struct veil *v, struct ways *l)
{
	for (size_t i = 0; i < l->n; i++)
		follow(v, &l->v[i]);
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = i + 1; k < l->n; k++)
			if (l->v[i].back == l->v[k].back)
				part_ways(&l->v[i], &l->v[k]);
	for (size_t i = 0; i < l->n; i++)
		compare(v, l, &l->v[i]);
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].seed->hide)
			cover_way(v, l, &l->v[i]);
}

static bool
has_boxes(const struct veil *v, uint32_t still)
{
	for (uint32_t i = 0; i < v->wish->n_boxes; i++)
		if (v->wish->box[i].still == still && v->wish->box[i].hide)
			return true;
	return false;
}

/* Between the last still and this one, or the end of the video. */
static bool
is_wanted(const struct veil *v)
{
	return (v->stills > 0 && has_boxes(v, v->stills - 1)) ||
	       has_boxes(v, v->stills);
}

/* after: the span ends at a still. */
static bool
solve(struct veil *v, bool after, struct err *e)
{
	struct ways *l;
	bool done;

	if (v->n == 0 || !is_wanted(v))
		return true;
	if (!v->kept) {
		cover_span(v);
		return true;
	}
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return no_memory(e);
	done = (v->stills == 0 || list_ways(v, v->stills - 1, false, l)) &&
	       (!after || list_ways(v, v->stills, true, l));
	if (done)
		cover_ways(v, l);
	ways_free(l);
	return done || no_memory(e);
}

/* ---- frame after frame ---- */

static bool
count_frame(struct veil *v)
{
	size_t more = v->frames_room == 0 ? 1024 : 2 * v->frames_room;

	if (v->frames == v->frames_room) {
		uint8_t *p = reallocarray(v->whole, more, sizeof(*p));

		if (p == NULL)
			return false;
		v->whole = p;
		v->frames_room = more;
	}
	v->whole[v->frames++] = 0;
	return true;
}

/* luma NULL: nothing of it is known. */
static void
keep(struct veil *v, const uint8_t *luma, int stride, int64_t at_ms)
{
	struct track_picture here, last;
	size_t bytes = (size_t)v->w * (size_t)v->h;
	uint8_t *to;

	v->kept &= v->n < VEIL_FRAMES_MAX;
	if (!v->kept)
		return;
	to = v->frame + v->n * bytes;
	if (luma == NULL)
		memset(to, 0, bytes);
	for (int y = 0; y < v->h && luma != NULL; y++)
		memcpy(to + (size_t)y * (size_t)v->w,
		    luma + (ptrdiff_t)y * stride, (size_t)v->w);
	v->at_ms[v->n] = at_ms;
	here = picture(v, v->n);
	last = picture(v, v->n == 0 ? 0 : v->n - 1);
	v->cut[v->n] = v->n > 0 && track_is_cut(&last, &here);
}

static void
begin_span(struct veil *v)
{
	v->first = (uint32_t)v->frames - 1;
	v->n = 0;
	v->kept = true;
}

static bool
is_grey(const struct veil *v, int64_t at_ms)
{
	const struct video_wish *q = v->wish;

	for (uint32_t i = 0; i < q->n_greys; i++)
		if (at_ms >= q->grey[i].from_ms && at_ms <= q->grey[i].until_ms)
			return true;
	return false;
}

bool
veil_add(struct veil *v, const uint8_t *luma, int stride, int64_t at_ms,
    struct err *e)
{
	const struct video_wish *q = v->wish;

	if (!count_frame(v))
		return no_memory(e);
	if (v->frames == 1)
		begin_span(v);
	keep(v, luma, stride, at_ms);
	v->n++;
	if (is_grey(v, at_ms))
		v->whole[v->frames - 1] = 1;
	while (v->stills < q->n_stills && at_ms >= q->still_ms[v->stills]) {
		if (!solve(v, true, e))
			return false;
		v->stills++;
		begin_span(v);
		keep(v, luma, stride, at_ms);
		v->n = 1;
	}
	return true;
}

bool
veil_skip(struct veil *v, int64_t at_ms, struct err *e)
{
	return veil_add(v, NULL, 0, at_ms, e);
}

static int
by_frame(const void *a, const void *b)
{
	const struct veil_part *p = a, *q = b;

	return (p->frame > q->frame) - (p->frame < q->frame);
}

bool
veil_end(struct veil *v, struct err *e)
{
	/* A still that never came: whose box it was is nowhere. */
	if (v->stills < v->wish->n_stills)
		return err_set(e, ERR_CORRUPT, "a still is of no frame");
	if (!solve(v, false, e))
		return false;
	if (v->parts > 0)
		qsort(v->part, v->parts, sizeof(*v->part), by_frame);
	return true;
}

bool
veil_is_whole(const struct veil *v, uint32_t frame)
{
	return frame >= v->frames || v->whole[frame] != 0;
}

size_t
veil_parts(const struct veil *v, uint32_t frame, const struct veil_part **ret)
{
	size_t lo = 0, hi = v->parts, n = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v->part[mid].frame < frame)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret = v->part + lo;
	while (lo + n < v->parts && v->part[lo + n].frame == frame)
		n++;
	return n;
}
