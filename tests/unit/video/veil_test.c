/* Faces that are followed from still to still: wherever a boxed face really is,
 * the veil is, in every frame, however it moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "video/track.h"
#include "video/veil.h"

#define W 256
#define H 144
#define FPS 25
#define STILL_FRAMES (2 * FPS)
#define UNITS 65536
#define FACES 3
#define FRAMES 150
#define RUNS 12

static uint32_t state;

static uint32_t
dice(uint32_t below)
{
	state = state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(state >> 8) * below) >> 24);
}

static double
between(double a, double b)
{
	return a + (b - a) * dice(10000) / 10000.0;
}

/* ---- a picture that moves ---- */

struct face {
	double x, y, dx, dy, size, grow; /* its middle, points a frame */
	uint32_t look;
	bool hide;
};

struct scene {
	struct face face[FACES];
	size_t faces;
	uint32_t ground; /* another number, another place */
	double light, pan, panned;
};

/* Soft noise: a value of a lattice of `cell` points, blended. */
static double
lattice(uint32_t seed, int x, int y)
{
	uint32_t h = seed * 2654435761u ^ (uint32_t)x * 374761393u ^
		     (uint32_t)y * 668265263u;

	h = (h ^ h >> 13) * 1274126177u;
	return (h >> 8 & 0xff) / 255.0;
}

static double
noise(uint32_t seed, double x, double y, double cell)
{
	double u = x / cell, v = y / cell;
	int i = (int)floor(u), k = (int)floor(v);
	double a = u - i, b = v - k;

	return (lattice(seed, i, k) * (1 - a) + lattice(seed, i + 1, k) * a) *
		   (1 - b) +
	       (lattice(seed, i, k + 1) * (1 - a) +
		   lattice(seed, i + 1, k + 1) * a) *
		   b;
}

/* An oval with eyes and a mouth, its own marks on it. */
static bool
face_at(const struct face *f, double x, double y, double *ret)
{
	double u = (x - f->x) / f->size * 2, v = (y - f->y) / f->size * 2;

	if (u * u + v * v > 1)
		return false;
	*ret = 150 + 60 * noise(f->look, u * 8 + 40, v * 8 + 40, 3);
	if (hypot(fabs(u) - 0.4, v + 0.25) < 0.15 ||
	    (fabs(v - 0.45) < 0.1 && fabs(u) < 0.4))
		*ret = 30;
	return true;
}

static void
draw(const struct scene *s, uint8_t *to)
{
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++) {
			double v =
			    40 + 140 * noise(s->ground, x + s->panned, y, 14);

			for (size_t i = 0; i < s->faces; i++)
				(void)face_at(&s->face[i], x, y, &v);
			v = v * s->light + dice(7) - 3;
			to[y * W + x] = (uint8_t)(v < 0     ? 0
						  : v > 255 ? 255
							    : v);
		}
}

static void
move(struct scene *s)
{
	s->panned += s->pan;
	for (size_t i = 0; i < s->faces; i++) {
		struct face *f = &s->face[i];

		f->x += f->dx - s->pan;
		f->y += f->dy;
		f->size *= f->grow;
		if (dice(12) == 0) {
			f->dx += between(-1.5, 1.5);
			f->dy += between(-0.8, 0.8);
		}
		f->dx = f->dx > 5 ? 5 : f->dx < -5 ? -5 : f->dx;
		f->dy = f->dy > 3 ? 3 : f->dy < -3 ? -3 : f->dy;
	}
}

static void
place(struct scene *s)
{
	*s = (struct scene){.faces = 1 + dice(FACES),
	    .ground = dice(100000),
	    .light = between(0.7, 1.1),
	    .pan = dice(2) == 0 ? between(-2, 2) : 0};
	for (size_t i = 0; i < s->faces; i++)
		s->face[i] =
		    (struct face){between(30, W - 30), between(30, H - 30),
			between(-3, 3), between(-1.5, 1.5), between(14, 44),
			between(0.997, 1.004), dice(100000), dice(4) > 0};
}

/* ---- what is true of it ---- */

struct truth {
	double x0, y0, x1, y1; /* in the picture; nothing of it: x1 <= x0 */
	double seen;           /* how much of the face is in the picture */
	struct face face;
};

static struct truth
truth_of(const struct face *f)
{
	double r = f->size / 2;
	struct truth t = {f->x - r, f->y - r, f->x + r, f->y + r, 0, *f};

	t.x0 = t.x0 < 0 ? 0 : t.x0;
	t.y0 = t.y0 < 0 ? 0 : t.y0;
	t.x1 = t.x1 > W ? W : t.x1;
	t.y1 = t.y1 > H ? H : t.y1;
	if (t.x1 > t.x0 && t.y1 > t.y0)
		t.seen = (t.x1 - t.x0) * (t.y1 - t.y0) / (4 * r * r);
	return t;
}

/* A video: what is in each frame, and where the faces are. */
struct film {
	struct truth at[FRAMES][FACES];
	size_t faces[FRAMES]; /* 0: another scene, in which nobody is */
	struct video_wish wish;
	uint8_t *frame;
};

static void
box_faces(struct film *m, int i, bool named)
{
	struct video_wish *q = &m->wish;

	q->still_ms[q->n_stills] = (uint32_t)(i * 1000 / FPS);
	for (size_t k = 0; k < m->faces[i]; k++) {
		const struct truth *t = &m->at[i][k];

		if (t->seen >= 0.25)
			q->box[q->n_boxes++] = (struct video_box){q->n_stills,
			    named ? (uint32_t)k + 1 : 0, t->face.hide,
			    (uint32_t)(t->x0 * UNITS / W),
			    (uint32_t)(t->y0 * UNITS / H),
			    (uint32_t)((t->x1 - t->x0) * UNITS / W),
			    (uint32_t)((t->y1 - t->y0) * UNITS / H)};
	}
	q->n_stills++;
}

/* With a cut somewhere, and faces that cross, leave, and come. */
static void
shoot(struct film *m, uint8_t *frames)
{
	int cut = dice(2) == 0 ? (int)dice(FRAMES) : FRAMES;
	bool named = dice(3) > 0, again = dice(2) == 0;
	struct scene s;

	*m = (struct film){.frame = frames};
	place(&s);
	for (int i = 0; i < FRAMES; i++) {
		if (i == cut) {
			place(&s);
			if (!again)
				s.faces = 0;
		}
		draw(&s, frames + (size_t)i * W * H);
		m->faces[i] = s.faces;
		for (size_t k = 0; k < s.faces; k++)
			m->at[i][k] = truth_of(&s.face[k]);
		/* Who comes back after the cut is boxed at once: a still is
		 * taken where the scene changes. */
		if (i % STILL_FRAMES == 0 || i == cut)
			box_faces(m, i, named);
		move(&s);
	}
}

/* Is it boxed at the still before this frame, or the one after? */
static bool
is_boxed_near(const struct film *m, int i, size_t face)
{
	const struct video_wish *q = &m->wish;
	int before = 0, after = FRAMES - 1;
	bool last = true;

	for (uint32_t k = 0; k < q->n_stills; k++) {
		int at = (int)(q->still_ms[k] * FPS + FPS - 1) / 1000;

		if (at <= i)
			before = at;
		else if (last) {
			after = at;
			last = false;
		}
	}
	return (m->faces[before] > face && m->at[before][face].seen >= 0.25) ||
	       (!last && m->faces[after] > face &&
		   m->at[after][face].seen >= 0.25);
}

static bool
is_in_parts(const struct veil_part *p, size_t n, int x, int y)
{
	uint32_t u = (uint32_t)((x + 0.5) * UNITS / W);
	uint32_t v = (uint32_t)((y + 0.5) * UNITS / H);

	for (size_t i = 0; i < n; i++)
		if (u >= p[i].x0 && u < p[i].x1 && v >= p[i].y0 && v < p[i].y1)
			return true;
	return false;
}

/* Is it this face that is seen there?  Later ones stand in front. */
static bool
shows(const struct film *m, int i, size_t face, int x, int y)
{
	double v;

	if (!face_at(&m->at[i][face].face, x, y, &v))
		return false;
	for (size_t k = face + 1; k < m->faces[i]; k++)
		if (face_at(&m->at[i][k].face, x, y, &v))
			return false;
	return true;
}

/* Every point of the face that is seen. */
static bool
is_covered(const struct film *m, const struct veil *v, int i, size_t face)
{
	const struct truth *t = &m->at[i][face];
	const struct veil_part *p;
	size_t n = veil_parts(v, (uint32_t)i, &p);

	if (veil_is_whole(v, (uint32_t)i))
		return true;
	for (int y = (int)t->y0; y < (int)ceil(t->y1); y++)
		for (int x = (int)t->x0; x < (int)ceil(t->x1); x++)
			if (shows(m, i, face, x, y) && !is_in_parts(p, n, x, y))
				return false;
	return true;
}

static struct veil *
veiled(const struct film *m)
{
	struct err e = {0};
	struct veil *v = veil_new(&m->wish, W, H, &e);

	assert_non_null(v);
	for (int i = 0; i < FRAMES; i++)
		assert_true(veil_add(
		    v, m->frame + (size_t)i * W * H, W, i * 1000 / FPS, &e));
	assert_true(veil_end(v, &e));
	return v;
}

static uint8_t frames[(size_t)FRAMES * W * H];

static void
a_boxed_face_is_covered_in_every_frame_however_it_moves(void **ctx)
{
	size_t looked = 0, missed = 0, whole = 0;

	(void)ctx;
	for (uint32_t run = 1; run <= RUNS; run++) {
		static struct film m;
		OWNED(veil) v = NULL;

		state = run;
		shoot(&m, frames);
		v = veiled(&m);
		for (int i = 0; i < FRAMES; i++) {
			whole += veil_is_whole(v, (uint32_t)i);
			for (size_t k = 0; k < m.faces[i]; k++) {
				const struct truth *t = &m.at[i][k];

				if (!t->face.hide || t->seen < 0.25 ||
				    !is_boxed_near(&m, i, k))
					continue;
				looked++;
				if (is_covered(&m, v, i, k))
					continue;
				missed++;
				print_message("run %u frame %d face %zu: %.0f "
					      "%.0f %.0f %.0f\n",
				    run, i, k, t->x0, t->y0, t->x1, t->y1);
			}
		}
	}
	print_message("%zu faces in frames, %zu of %d frames whole\n", looked,
	    whole, RUNS * FRAMES);
	assert_true(looked > 600);
	assert_int_equal(missed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_boxed_face_is_covered_in_every_frame_however_it_moves),
	};

	return cmocka_run_group_tests_name("veil", tests, NULL, NULL);
}
