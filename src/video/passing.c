#include "video/passing.h"

#include <stdlib.h>
#include <string.h>

#define UNITS 65536.0
#define TIED 0.25      /* overlap, from one look to the next */
#define LIKE_LEAST 0.7 /* … of what the detector missed */
#define SAME 0.2       /* overlap of what a box of a still explains … */
#define WITHIN 0.5     /* … or of the smaller one of the two */
#define LIVE_MAX 256
#define SURE 0.0 /* seen once, that is enough */

/* Once seen in one look. */
struct sight {
	uint32_t face, look;
	float sure;
	bool bare; /* in a still, and in none of its boxes */
	struct media_face at;
};

struct look {
	int64_t at_ms;
	int still;     /* -1: none */
	uint32_t gain; /* faces that it would show; while moments are chosen */
	double sure;
};

struct face {
	uint32_t sights;
	float best;
	bool explained;
};

/* That was there a moment ago. */
struct live {
	struct track t;
	uint32_t face;
	int64_t seen_ms;
	bool tied; /* in this look */
};

struct passing {
	const struct video_wish *there;
	int w, h;
	uint8_t *before; /* the last picture */
	struct live live[LIVE_MAX];
	size_t n_live;
	struct look *look;
	struct sight *sight;
	struct face *face;
	size_t n_looks, n_sights, n_faces;
	size_t room_looks, room_sights, room_faces;
	uint32_t stills; /* passed so far */
	bool left;
};

static bool
no_memory(struct err *e)
{
	return err_set(e, ERR_LIMIT, "no memory for faces of a video");
}

struct passing *
passing_new(const struct video_wish *there, int w, int h, struct err *e)
{
	OWNED(passing) p = calloc(1, sizeof(*p));

	if (p != NULL) {
		p->there = there;
		p->w = w;
		p->h = h;
		p->before = malloc((size_t)w * (size_t)h);
	}
	if (p == NULL || p->before == NULL) {
		(void)no_memory(e);
		return NULL;
	}
	return TAKE(p);
}

void
passing_free(struct passing *p)
{
	if (p == NULL)
		return;
	free(p->before);
	free(p->look);
	free(p->sight);
	free(p->face);
	free(p);
}

/* One more of `size` bytes; *ret: as it was, or longer. */
static bool
room(void **ret, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 256 : 2 * *room;
	void *p;

	if (n < *room)
		return true;
	p = n >= PASSING_SIGHTS_MAX ? NULL : reallocarray(*ret, more, size);
	if (p == NULL)
		return false;
	*ret = p;
	*room = more;
	return true;
}

#define ROOM(p, what)                                                     \
	room((void **)&(p)->what, (p)->n_##what##s, &(p)->room_##what##s, \
	    sizeof(*(p)->what))

/* ---- one look ---- */

static struct track_box
in_points(
    const struct passing *p, uint32_t x, uint32_t y, uint32_t w, uint32_t h)
{
	double dx = p->w / UNITS, dy = p->h / UNITS;

	return (struct track_box){x * dx, y * dy, w * dx, h * dy};
}

static void
follow(struct passing *p, const struct track_picture *now, int64_t at_ms)
{
	const struct track_picture before = {p->before, p->w, p->h};
	size_t n = 0;

	if (p->n_looks == 0 || track_is_cut(&before, now))
		p->n_live = 0;
	for (size_t i = 0; i < p->n_live; i++) {
		struct live *l = &p->live[i];

		l->tied = false;
		track_step(&l->t, now, false);
		if (!l->t.lost && l->t.likeness >= LIKE_LEAST &&
		    at_ms - l->seen_ms <= PASSING_BLIND_MS)
			p->live[n++] = *l;
	}
	p->n_live = n;
}

static struct live *
nearest(struct passing *p, const struct track_box *b)
{
	struct live *best = NULL;
	double most = TIED;

	for (size_t i = 0; i < p->n_live; i++) {
		double both = track_overlap(&p->live[i].t.at, b);

		if (!p->live[i].tied && both >= most) {
			most = both;
			best = &p->live[i];
		}
	}
	return best;
}

/* NULL: there are too many at once; nobody keeps track of them. */
static struct live *
begin(struct passing *p, const struct face *f, struct err *e)
{
	struct live *l;

	if (!ROOM(p, face)) {
		(void)no_memory(e);
		return NULL;
	}
	if (p->n_live == LIVE_MAX) /* the one that was begun first */
		memmove(p->live, p->live + 1, --p->n_live * sizeof(*p->live));
	p->face[p->n_faces] = *f;
	l = &p->live[p->n_live++];
	l->face = (uint32_t)p->n_faces++;
	return l;
}

static bool
see(struct passing *p, const struct track_picture *now, int64_t at_ms,
    const struct passing_face *f, struct err *e)
{
	struct track_box b = in_points(p, f->at.x, f->at.y, f->at.w, f->at.h);
	struct live *l = nearest(p, &b);
	struct face *face;

	if (l == NULL)
		l = begin(p, &(struct face){.best = (float)f->sure}, e);
	if (l == NULL || !ROOM(p, sight))
		return l != NULL && no_memory(e);
	face = &p->face[l->face];
	face->sights++;
	if ((float)f->sure > face->best)
		face->best = (float)f->sure;
	p->sight[p->n_sights++] = (struct sight){.face = l->face,
	    .look = (uint32_t)p->n_looks,
	    .sure = (float)f->sure,
	    .at = f->at};
	track_begin(&l->t, now, b);
	l->seen_ms = at_ms;
	l->tied = true;
	return true;
}

/* ---- a still ---- */

static bool
explains(const struct track_box *box, const struct track_box *face)
{
	return track_overlap(box, face) >= SAME ||
	       track_shared(box, face) >= WITHIN;
}

static struct track_box
box_points(const struct passing *p, const struct video_box *b)
{
	return in_points(p, b->x, b->y, b->w, b->h);
}

static bool
in_a_box(const struct passing *p, uint32_t still, const struct track_box *face)
{
	for (uint32_t i = 0; i < p->there->n_boxes; i++) {
		const struct video_box *b = &p->there->box[i];
		struct track_box at = box_points(p, b);

		if (b->still == still && explains(&at, face))
			return true;
	}
	return false;
}

/* What people or another look have boxed, and this one does not see, is
 * followed from here on. */
static bool
seed(struct passing *p, const struct track_picture *now, int64_t at_ms,
    const struct video_box *b, struct err *e)
{
	struct track_box at = box_points(p, b);
	struct live *l;

	for (size_t i = 0; i < p->n_live; i++)
		if (explains(&at, &p->live[i].t.at))
			return true;
	l = begin(p, &(struct face){.explained = true}, e);
	if (l == NULL)
		return false;
	track_begin(&l->t, now, at);
	l->seen_ms = at_ms;
	l->tied = true;
	return true;
}

static bool
at_still(struct passing *p, const struct track_picture *now, int64_t at_ms,
    uint32_t still, size_t first_sight, struct err *e)
{
	for (size_t i = 0; i < p->n_live; i++)
		if (in_a_box(p, still, &p->live[i].t.at))
			p->face[p->live[i].face].explained = true;
	for (size_t i = first_sight; i < p->n_sights; i++) {
		const struct media_face *f = &p->sight[i].at;
		struct track_box at = in_points(p, f->x, f->y, f->w, f->h);

		p->sight[i].bare = !in_a_box(p, still, &at);
	}
	for (uint32_t i = 0; i < p->there->n_boxes; i++)
		if (p->there->box[i].still == still &&
		    !seed(p, now, at_ms, &p->there->box[i], e))
			return false;
	return true;
}

bool
passing_add(struct passing *p, const uint8_t *picture, int64_t at_ms,
    const struct passing_face *face, size_t n, struct err *e)
{
	const struct track_picture now = {picture, p->w, p->h};
	const struct video_wish *q = p->there;
	size_t first_sight = p->n_sights;
	int still = -1;

	if (!ROOM(p, look))
		return no_memory(e);
	while (p->stills < q->n_stills && q->still_ms[p->stills] <= at_ms)
		still = (int)p->stills++;
	if (still >= 0 && q->still_ms[still] != at_ms)
		still = -1;
	follow(p, &now, at_ms);
	for (size_t i = 0; i < n; i++)
		if (!see(p, &now, at_ms, &face[i], e))
			return false;
	if (still >= 0 &&
	    !at_still(p, &now, at_ms, (uint32_t)still, first_sight, e))
		return false;
	memcpy(p->before, picture, (size_t)p->w * (size_t)p->h);
	p->look[p->n_looks++] = (struct look){.at_ms = at_ms, .still = still};
	return true;
}

/* ---- the end ---- */

static bool
is_somebody(const struct face *f)
{
	return f->sights > 1 || (double)f->best >= SURE;
}

static bool
is_wanted(const struct passing *p, const struct sight *s)
{
	const struct face *f = &p->face[s->face];

	return !f->explained && is_somebody(f);
}

static bool
add_box(struct passing *p, struct video_found *ret, bool further,
    uint32_t still, const struct sight *s)
{
	if (ret->n_boxes == VIDEO_FOUND_MAX) {
		p->left = true;
		return false;
	}
	ret->box[ret->n_boxes++] = (struct video_found_box){
	    further, still, s->at.x, s->at.y, s->at.w, s->at.h};
	return true;
}

/* Who is in a still that is there, and in none of its boxes. */
static void
box_the_bare(struct passing *p, struct video_found *ret)
{
	for (size_t i = 0; i < p->n_sights; i++) {
		const struct sight *s = &p->sight[i];

		if (s->bare && is_somebody(&p->face[s->face]) &&
		    add_box(p, ret, false, (uint32_t)p->look[s->look].still, s))
			p->face[s->face].explained = true;
	}
}

/* NULL: nobody is left. */
static struct look *
best_moment(struct passing *p)
{
	struct look *best = NULL;

	for (size_t i = 0; i < p->n_looks; i++)
		p->look[i] = (struct look){
		    .at_ms = p->look[i].at_ms, .still = p->look[i].still};
	for (size_t i = 0; i < p->n_sights; i++) {
		const struct sight *s = &p->sight[i];

		if (is_wanted(p, s)) {
			p->look[s->look].gain++;
			p->look[s->look].sure += (double)s->sure;
		}
	}
	for (size_t i = 0; i < p->n_looks; i++) {
		struct look *l = &p->look[i];

		if (l->still < 0 && l->gain > 0 &&
		    (best == NULL || l->gain > best->gain ||
			(l->gain == best->gain && l->sure > best->sure)))
			best = l;
	}
	return best;
}

static int
by_time(const void *a, const void *b)
{
	const struct look *x = *(const struct look *const *)a;
	const struct look *y = *(const struct look *const *)b;

	return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

static void
take_moment(struct passing *p, const struct look *l)
{
	for (size_t i = 0; i < p->n_sights; i++)
		if (&p->look[p->sight[i].look] == l)
			p->face[p->sight[i].face].explained = true;
}

static void
box_moment(struct passing *p, const struct look *l, uint32_t still,
    struct video_found *ret)
{
	for (size_t i = 0; i < p->n_sights; i++) {
		const struct sight *s = &p->sight[i];

		if (&p->look[s->look] == l && is_somebody(&p->face[s->face]))
			(void)add_box(p, ret, true, still, s);
	}
}

void
passing_end(struct passing *p, struct video_found *ret)
{
	const struct look *chosen[VIDEO_FURTHER_MAX];
	const struct look *l;
	uint32_t n = 0;

	box_the_bare(p, ret);
	while ((l = best_moment(p)) != NULL && n < VIDEO_FURTHER_MAX) {
		chosen[n++] = l;
		take_moment(p, l);
	}
	p->left |= l != NULL;
	qsort(chosen, n, sizeof(*chosen), by_time);
	for (uint32_t i = 0; i < n; i++) {
		ret->still[i] =
		    (struct video_still){(uint32_t)chosen[i]->at_ms, 0};
		box_moment(p, chosen[i], i, ret);
	}
	ret->n_stills = n;
	ret->looks = (uint32_t)p->n_looks;
	ret->left = p->left;
}
